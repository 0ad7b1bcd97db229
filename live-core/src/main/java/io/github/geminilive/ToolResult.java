package io.github.geminilive;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.internal.tool.ToolResponses;
import io.github.geminilive.protocol.FunctionResponsePart;
import io.github.geminilive.protocol.FunctionScheduling;
import io.github.geminilive.protocol.Json;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a tool answers, when a bare value does not say enough. Immutable. */
public final class ToolResult {

  private final Json response;
  private final String status;
  private final @Nullable FunctionScheduling scheduling;
  private final List<FunctionResponsePart> parts;

  private ToolResult(
      Json response,
      String status,
      @Nullable FunctionScheduling scheduling,
      List<FunctionResponsePart> parts) {
    this.response = response;
    this.status = status;
    this.scheduling = scheduling;
    this.parts = parts;
  }

  /**
   * A success; the model sees {@code {"output": value}}.
   *
   * @param value as a {@link ToolFunction} may return it; null becomes an explicit "no result",
   *     which keeps models from calling again
   */
  public static ToolResult of(@Nullable Object value) {
    return new ToolResult(ToolResponses.output(value), "ok", null, List.of());
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
    requireNonNull(status, "status");
    requireNonNull(message, "message");
    return new ToolResult(ToolResponses.error(status, message, retryable), status, null, List.of());
  }

  /**
   * When the model may speak about the result. Only for non-blocking functions, and left out for
   * models that do not know it.
   *
   * @param scheduling the service's default is {@link FunctionScheduling#WHEN_IDLE}
   */
  public ToolResult scheduling(FunctionScheduling scheduling) {
    return new ToolResult(response, status, requireNonNull(scheduling, "scheduling"), parts);
  }

  /**
   * Media beside the result, such as an image.
   *
   * @param parts what to attach
   */
  public ToolResult parts(List<FunctionResponsePart> parts) {
    return new ToolResult(response, status, scheduling, List.copyOf(parts));
  }

  /** The object that goes out as {@code response}. */
  public Json response() {
    return response;
  }

  /** {@code ok}, or the error's status. */
  public String status() {
    return status;
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
