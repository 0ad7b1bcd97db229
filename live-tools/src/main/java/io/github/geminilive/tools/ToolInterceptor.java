package io.github.geminilive.tools;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.ToolException;
import io.github.geminilive.ToolResult;
import java.util.Set;
import java.util.concurrent.CompletionStage;

/**
 * Stands around the calls of a {@link LiveTools}: approves, audits, redacts, measures, changes
 * arguments or result, or answers by itself. Sees every tool of the set, however it was registered,
 * before the arguments are checked. Calls run in parallel, so an interceptor is called by several
 * threads.
 *
 * <p>Measure and audit; {@code result} is null when the call failed:
 *
 * <pre>{@code
 * (call, next) -> {
 *   long start = System.nanoTime();
 *   return next.proceed(call).whenComplete((result, failure) ->
 *       audit.record(
 *           call.name(), failure == null ? result.status() : "failed", System.nanoTime() - start));
 * }
 * }</pre>
 *
 * <p>Redact what the model may not see, of streamed results in each item:
 *
 * <pre>{@code
 * (call, next) -> next.proceed(call).thenApply(result -> result.map(redactor::withoutCardNumbers))
 * }</pre>
 *
 * <p>Change arguments:
 *
 * <pre>{@code
 * (call, next) -> {
 *   Map<String, Object> arguments = new LinkedHashMap<>(call.arguments().asObject());
 *   arguments.put("customer", call.context().attachment(Customer.class).orElseThrow().id());
 *   return next.proceed(call.withArguments(Json.of(arguments)));
 * }
 * }</pre>
 */
@FunctionalInterface
public interface ToolInterceptor {

  /**
   * Takes part in a call. Runs on a thread where it may block, and where an interrupt means
   * cancellation.
   *
   * @param call what the model wants to do
   * @param next the rest of the way: further interceptors, then the tool. May be called later, and
   *     from any thread; not calling it means answering without the tool
   * @return the result, now or later; its value may be anything a tool may return, save for stages.
   *     When it is not streamed, a {@link java.util.stream.Stream} that {@code next} gave is closed
   * @throws ToolException to tell the model what went wrong
   * @throws Exception anything else: the model learns only that the tool failed
   */
  CompletionStage<ToolResult> intercept(ToolInvocation call, Next next) throws Exception;

  /** The rest of the way of a call. */
  @FunctionalInterface
  interface Next {

    /**
     * Goes on: on this thread while the interceptor was called on it and has not returned, else on
     * another one where the tool may block. Each time it is called the tool runs again. Does not
     * run it once the call is cancelled.
     *
     * @param call the call as the interceptor got it, perhaps with other arguments
     * @return completes with the result; exceptionally with what the tool threw, when that was not
     *     made a result yet, and with {@link java.util.concurrent.CancellationException} when the
     *     call was cancelled before. Never throws
     */
    CompletionStage<ToolResult> proceed(ToolInvocation call);
  }

  /**
   * Lets calls run only when somebody agrees, however long that takes: the call's time limit stands
   * still meanwhile, though it counts as one of the calls that run at a time. A denied call is
   * answered with the status {@code denied} and the reason, one that cannot be decided on with
   * {@code unavailable}; the model is told not to try again.
   *
   * @param approver decides
   */
  static ToolInterceptor approval(Approver approver) {
    return new ApprovalInterceptor(requireNonNull(approver, "approver"));
  }

  /**
   * An interceptor for some of the tools; the others pass it by.
   *
   * @param names of the tools. When the set has none of such a name, {@link
   *     LiveTools.Builder#build()} says so, lest a misspelt name lets calls pass
   * @param interceptor for their calls
   */
  static ToolInterceptor forTools(Set<String> names, ToolInterceptor interceptor) {
    return new SelectiveInterceptor(names, requireNonNull(interceptor, "interceptor"));
  }
}
