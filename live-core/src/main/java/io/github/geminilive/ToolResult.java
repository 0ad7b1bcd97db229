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

  private static final ToolResult DONE = single(ToolResponses.DONE, "ok", false);

  private final @Nullable Json response;
  private final @Nullable Object items;
  private final String status;
  private final boolean retryable;
  private final @Nullable FunctionScheduling scheduling;
  private final List<FunctionResponsePart> parts;
  // Of a streamed result: what becomes of each item's response.
  private final UnaryOperator<Json> change;

  private ToolResult(
      @Nullable Json response,
      @Nullable Object items,
      String status,
      boolean retryable,
      @Nullable FunctionScheduling scheduling,
      List<FunctionResponsePart> parts,
      UnaryOperator<Json> change) {
    this.response = response;
    this.items = items;
    this.status = status;
    this.retryable = retryable;
    this.scheduling = scheduling;
    this.parts = parts;
    this.change = change;
  }

  private static ToolResult single(Json response, String status, boolean retryable) {
    return new ToolResult(
        response, null, status, retryable, null, List.of(), UnaryOperator.identity());
  }

  /**
   * A success; the model sees {@code {"output": value}}.
   *
   * @param value as a {@link ToolFunction} may return it, save for stages; null becomes an explicit
   *     "no result", which keeps models from calling again; a {@link Flow.Publisher} or a {@link
   *     java.util.stream.Stream} becomes a streamed result; a {@code ToolResult} stays what it is
   * @throws IllegalArgumentException when the value has no JSON form
   */
  public static ToolResult of(@Nullable Object value) {
    if (value instanceof ToolResult result) {
      return result;
    }
    if (value instanceof Flow.Publisher || value instanceof BaseStream) {
      return new ToolResult(null, value, "ok", false, null, List.of(), UnaryOperator.identity());
    }
    return single(ToolResponses.output(value), "ok", false);
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
    return single(ToolResponses.error(status, message, retryable, details), status, retryable);
  }

  /**
   * When the model may speak about the result. Only for non-blocking functions, and left out for
   * models that do not know it. Of a streamed result it holds for each item that says nothing else.
   *
   * @param scheduling the service's default is {@link FunctionScheduling#WHEN_IDLE}
   */
  public ToolResult scheduling(FunctionScheduling scheduling) {
    requireNonNull(scheduling, "scheduling");
    return new ToolResult(response, items, status, retryable, scheduling, parts, change);
  }

  /**
   * Media beside the result, such as an image.
   *
   * @param parts what to attach
   * @throws IllegalStateException when this is a streamed result: attach them to an item, which may
   *     be a {@code ToolResult} itself
   */
  public ToolResult parts(List<FunctionResponsePart> parts) {
    if (items != null) {
      throw new IllegalStateException(
          "a streamed result has no parts; attach them to an item: ToolResult.of(item).parts(…)");
    }
    return new ToolResult(
        response, null, status, retryable, scheduling, List.copyOf(parts), change);
  }

  /**
   * The same with another response, for instance without what the model must not see.
   *
   * @param change gets {@link #response()}, of a streamed result that of each item when it comes,
   *     and gives the JSON object to send instead
   * @throws IllegalArgumentException when it gives something else than an object
   */
  public ToolResult map(UnaryOperator<Json> change) {
    requireNonNull(change, "change");
    if (response == null) {
      UnaryOperator<Json> first = this.change;
      UnaryOperator<Json> both = json -> change.apply(first.apply(json));
      return new ToolResult(null, items, status, retryable, scheduling, parts, both);
    }
    Json changed = requireNonNull(change.apply(response), "the changed response");
    if (!changed.isObject()) {
      throw new IllegalArgumentException(
          "the response must stay a JSON object; wrap it as {\"output\": …}");
    }
    return new ToolResult(changed, null, status, retryable, scheduling, parts, this.change);
  }

  /**
   * The object that goes out as {@code response}.
   *
   * @throws IllegalStateException when this is a streamed result, see {@link #items()}
   */
  public Json response() {
    if (response == null) {
      throw new IllegalStateException("a streamed result has a response for each of its items");
    }
    return response;
  }

  /** Whether the result comes in several items. */
  public boolean isStream() {
    return items != null;
  }

  /**
   * Where the items of a streamed result come from; it can be read once.
   *
   * @return the {@link Flow.Publisher} or {@link BaseStream} the tool gave
   * @throws IllegalStateException when this is not a streamed result
   */
  public Object items() {
    if (items == null) {
      throw new IllegalStateException("not a streamed result; see response()");
    }
    return items;
  }

  /**
   * One item of this streamed result as it goes out.
   *
   * @param item as the stream gave it
   * @return with this result's scheduling, unless the item has its own, and changed as {@link
   *     #map} asked for
   * @throws IllegalArgumentException when the item has no JSON form, or is a stream itself
   */
  public ToolResult item(@Nullable Object item) {
    ToolResult single = of(item);
    if (single.isStream()) {
      throw new IllegalArgumentException("an item of a streamed result cannot be a stream itself");
    }
    if (scheduling != null && single.scheduling == null) {
      single = single.scheduling(scheduling);
    }
    return single.map(change);
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

  /** Media beside the result; may be empty. */
  public List<FunctionResponsePart> parts() {
    return parts;
  }
}
