package io.github.geminilive;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.internal.tool.ToolResponses;
import io.github.geminilive.protocol.FunctionResponsePart;
import io.github.geminilive.protocol.FunctionScheduling;
import io.github.geminilive.protocol.Json;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Flow;
import java.util.function.UnaryOperator;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;

/**
 * What a tool answers, when a bare value does not say enough. Immutable, save that a streamed one
 * can be read once.
 */
public final class ToolResult {

  /** Writes values that have no JSON form by themselves. */
  @FunctionalInterface
  public interface Writer {

    /**
     * The value in one of the forms that JSON has, see {@link ToolFunction#call}.
     *
     * @throws RuntimeException when it cannot be written
     */
    @Nullable
    Object write(Object value);
  }

  private static final ToolResult DONE = of(ToolResponses.DONE, "ok", false);

  /**
   * What it says.
   *
   * @param response null where it is not known yet
   * @param later where the response comes from then: items, or a value to be written
   * @param writer writes items; null as long as nobody said who
   * @param change what becomes of a response that is not known yet
   */
  private record Content(
      @Nullable Json response,
      @Nullable Object later,
      boolean streamed,
      @Nullable Writer writer,
      UnaryOperator<Json> change) {

    static Content of(Json response) {
      return new Content(response, null, false, null, UnaryOperator.identity());
    }

    static Content later(Object later, boolean streamed) {
      return new Content(null, later, streamed, null, UnaryOperator.identity());
    }

    Content map(UnaryOperator<Json> next) {
      if (response == null) {
        UnaryOperator<Json> both = json -> next.apply(change.apply(json));
        return new Content(null, later, streamed, writer, both);
      }
      Json changed = requireNonNull(next.apply(response), "the changed response");
      if (!changed.isObject()) {
        throw new IllegalArgumentException(
            "the response must stay a JSON object; wrap it as {\"output\": …}");
      }
      return of(changed);
    }
  }

  private final Content content;
  private final String status;
  private final boolean retryable;
  private final @Nullable FunctionScheduling scheduling;
  private final List<FunctionResponsePart> parts;
  private final @Nullable Throwable cause;

  private ToolResult(
      Content content,
      String status,
      boolean retryable,
      @Nullable FunctionScheduling scheduling,
      List<FunctionResponsePart> parts,
      @Nullable Throwable cause) {
    this.content = content;
    this.status = status;
    this.retryable = retryable;
    this.scheduling = scheduling;
    this.parts = parts;
    this.cause = cause;
  }

  private static ToolResult of(Json response, String status, boolean retryable) {
    return new ToolResult(Content.of(response), status, retryable, null, List.of(), null);
  }

  private static ToolResult later(Object later, boolean streamed) {
    return new ToolResult(Content.later(later, streamed), "ok", false, null, List.of(), null);
  }

  private ToolResult with(Content changed) {
    return new ToolResult(changed, status, retryable, scheduling, parts, cause);
  }

  /**
   * A success; the model sees {@code {"output": value}}.
   *
   * @param value as a {@link ToolFunction} may return it, save for stages; null becomes an explicit
   *     "no result", which keeps models from calling again; a {@link Flow.Publisher} or a {@link
   *     java.util.stream.Stream} becomes a streamed result; a {@code ToolResult} stays what it is.
   *     A value without a JSON form is kept as it is until it is {@linkplain #write written}, as
   *     sets of annotated tools do; sent without that, it is a {@code bad_result}
   */
  public static ToolResult of(@Nullable Object value) {
    if (value instanceof ToolResult result) {
      return result;
    }
    if (value instanceof Flow.Publisher || value instanceof BaseStream) {
      return later(value, true);
    }
    try {
      return of(ToolResponses.output(value), "ok", false);
    } catch (IllegalArgumentException e) {
      return later(requireNonNull(value), false);
    }
  }

  /** A success that has nothing to say; the model sees {@code {"output": {"status": "ok"}}}. */
  public static ToolResult done() {
    return DONE;
  }

  /**
   * A failure the model is told about.
   *
   * @param message what the model is told
   * @param retryable whether calling again may work
   */
  public static ToolResult error(String message, boolean retryable) {
    return error("tool_error", message, retryable);
  }

  /**
   * A failure with a status of its own.
   *
   * @param status a word the model can act on, such as {@code denied} or {@code busy}
   * @param message what the model is told
   * @param retryable whether calling again may work
   */
  public static ToolResult error(String status, String message, boolean retryable) {
    return error(status, message, retryable, Map.of());
  }

  /**
   * A failure with more to say.
   *
   * @param status a word the model can act on, such as {@code denied} or {@code busy}
   * @param message what the model is told
   * @param retryable whether calling again may work
   * @param details further members of the error, as a {@link ToolFunction} may return them; those
   *     named {@code status}, {@code message} or {@code retryable} are left out
   * @throws IllegalArgumentException when a detail has no JSON form
   */
  public static ToolResult error(
      String status, String message, boolean retryable, Map<String, ?> details) {
    requireNonNull(status, "status");
    requireNonNull(message, "message");
    requireNonNull(details, "details");
    return of(ToolResponses.error(status, message, retryable, details), status, retryable);
  }

  /**
   * When the model may speak about the result. Only for non-blocking functions, and left out for
   * models that do not know it. Of a streamed result it holds for each item that says nothing else.
   *
   * @param scheduling the service's default is {@link FunctionScheduling#WHEN_IDLE}
   */
  public ToolResult scheduling(FunctionScheduling scheduling) {
    requireNonNull(scheduling, "scheduling");
    return new ToolResult(content, status, retryable, scheduling, parts, cause);
  }

  /**
   * Media beside the result, such as an image.
   *
   * @param parts what to attach
   * @throws IllegalStateException when this is a streamed result: attach them to an item, which may
   *     be a {@code ToolResult} itself
   */
  public ToolResult parts(List<FunctionResponsePart> parts) {
    if (isStream()) {
      throw new IllegalStateException(
          "a streamed result has no parts; attach them to an item: ToolResult.of(item).parts(…)");
    }
    return new ToolResult(content, status, retryable, scheduling, List.copyOf(parts), cause);
  }

  /**
   * Why it failed, for the application only, which is told by a {@link LiveEvent.Warning}. The
   * model is not; the log has its type and stack trace, at debug.
   *
   * @throws IllegalStateException when this is not a failure
   */
  public ToolResult cause(Throwable cause) {
    requireNonNull(cause, "cause");
    if (status.equals("ok")) {
      throw new IllegalStateException("only a failure has a cause: ToolResult.error(…).cause(…)");
    }
    return new ToolResult(content, status, retryable, scheduling, parts, cause);
  }

  /**
   * The same with another response, for instance without what the model must not see.
   *
   * @param change gets {@link #response()}, of a streamed result that of each item when it comes,
   *     of a value that is still to be written that one, and gives the JSON object to send instead
   * @throws IllegalArgumentException when it gives something else than an object
   */
  public ToolResult map(UnaryOperator<Json> change) {
    return with(content.map(requireNonNull(change, "change")));
  }

  /**
   * The same with a value that has no JSON form written, or each item of a streamed result when it
   * comes. A result that was written, or needs no writing, is left as it is.
   *
   * @throws RuntimeException what the writer throws
   */
  public ToolResult write(Writer writer) {
    requireNonNull(writer, "writer");
    Object later = content.later();
    if (later == null || content.writer() != null) {
      return this;
    }
    if (content.streamed()) {
      return with(new Content(null, later, true, writer, content.change()));
    }
    Json written = of(writer.write(later)).response();
    return with(Content.of(written).map(content.change()));
  }

  /**
   * The object that goes out as {@code response}.
   *
   * @throws IllegalStateException when this is a streamed result, see {@link #items()}
   * @throws IllegalArgumentException when the value has no JSON form and was not written
   */
  public Json response() {
    Json response = content.response();
    if (response != null) {
      return response;
    }
    if (content.streamed()) {
      throw new IllegalStateException("a streamed result has a response for each of its items");
    }
    // Says what it is that has none.
    return ToolResponses.output(content.later());
  }

  /** Whether the result comes in several items. */
  public boolean isStream() {
    return content.streamed();
  }

  /**
   * Where the items of a streamed result come from; it can be read once.
   *
   * @return the {@link Flow.Publisher} or {@link BaseStream} the tool gave
   * @throws IllegalStateException when this is not a streamed result
   */
  public Object items() {
    if (!content.streamed()) {
      throw new IllegalStateException("not a streamed result; see response()");
    }
    return requireNonNull(content.later());
  }

  /**
   * One item of this streamed result as it goes out.
   *
   * @param item as the stream gave it
   * @return with this result's scheduling, unless the item has its own, and changed as {@link
   *     #map} asked for
   * @throws IllegalArgumentException when the item has no JSON form, or is a stream itself
   * @throws RuntimeException what the writer throws, where there is {@linkplain #write one}
   */
  public ToolResult item(@Nullable Object item) {
    Writer writer = content.writer();
    ToolResult single = of(item);
    if (single.isStream()) {
      throw new IllegalArgumentException("an item of a streamed result cannot be a stream itself");
    }
    if (writer != null) {
      single = item == null || item instanceof ToolResult
          ? single.write(writer)
          : of(writer.write(item));
    }
    if (scheduling != null && single.scheduling == null) {
      single = single.scheduling(scheduling);
    }
    return single.with(Content.of(single.response()).map(content.change()));
  }

  /** {@code ok}, or the error's status. */
  public String status() {
    return status;
  }

  /** Whether the model is told that calling again may work; false for a success. */
  public boolean retryable() {
    return retryable;
  }

  /** When the model may speak about it; null leaves that to the service. */
  public @Nullable FunctionScheduling scheduling() {
    return scheduling;
  }

  /** Why it failed, which the model is not told; null when nobody said. */
  public @Nullable Throwable cause() {
    return cause;
  }

  /** Media beside the result; may be empty. */
  public List<FunctionResponsePart> parts() {
    return parts;
  }
}
