package io.github.geminilive.tools;

import io.github.geminilive.ToolContext;
import io.github.geminilive.ToolResult;
import io.github.geminilive.tools.internal.run.Stages;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks before it lets a call go on.
 *
 * @param approver decides
 */
record ApprovalInterceptor(Approver approver) implements ToolInterceptor {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.tools");

  @Override
  public CompletionStage<ToolResult> intercept(ToolInvocation call, Next next) {
    ToolContext context = call.context();
    CompletableFuture<ToolResult> answer = new CompletableFuture<>();
    // Made before the question, so that an approver that blocks has all the time, too.
    CompletableFuture<Void> decided = new CompletableFuture<>();
    context.pauseTimeout(decided);
    try {
      CompletionStage<Approval> decision = approver.decide(call);
      if (decision == null) {
        throw new IllegalStateException("the approver returned null instead of a stage");
      }
      decision.whenComplete((approval, failure) -> {
        decided.complete(null);
        settle(call, next, approval, failure, answer);
      });
      if (!answer.isDone()) {
        Stages.cancelWith(context, decision);
      }
    } catch (Throwable e) {
      decided.complete(null);
      settle(call, next, null, e, answer);
    }
    return answer;
  }

  private static void settle(
      ToolInvocation call,
      Next next,
      @Nullable Approval approval,
      @Nullable Throwable failure,
      CompletableFuture<ToolResult> answer) {
    if (approval == null) {
      answer.complete(undecided(call, failure));
    } else if (approval.reason() != null) {
      answer.complete(ToolResult.error("denied", approval.reason(), false));
    } else {
      Stages.forward(next.proceed(call), answer);
    }
  }

  private static ToolResult undecided(ToolInvocation call, @Nullable Throwable failure) {
    Throwable cause = failure == null
        ? new IllegalStateException("the approver gave null instead of an approval")
        : Stages.cause(failure);
    // Whoever was asked about a call that is over has nothing to decide any more.
    if (!call.context().isCancelled()) {
      String what =
          failure == null ? "gave null" : "failed with " + cause.getClass().getName();
      LOG.warn("The approver of tool {} {}; the call was not run", call.name(), what);
    }
    return ToolResult.error(
            "unavailable", "The call was not run: it cannot be approved at the moment.", false)
        .cause(cause);
  }
}
