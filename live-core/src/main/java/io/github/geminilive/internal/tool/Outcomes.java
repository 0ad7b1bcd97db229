package io.github.geminilive.internal.tool;

import io.github.geminilive.ToolException;
import io.github.geminilive.ToolResult;
import io.github.geminilive.protocol.FunctionScheduling;
import io.github.geminilive.protocol.Json;
import java.lang.reflect.InvocationTargetException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** What the model is told in place of a result. */
final class Outcomes {

  /** The status of a call whose arguments did not fit. */
  static final String INVALID_ARGUMENT = "invalid_argument";

  // Causes may go round in a circle.
  private static final int MAX_CAUSES = 20;

  private Outcomes() {}

  static ToolResult unknown(String name, Set<String> names) {
    return ToolResult.error(
        "unknown_tool",
        "There is no tool named \"" + name + "\".",
        false,
        Map.of("valid_options", List.copyOf(names)));
  }

  static ToolResult unavailable(String name) {
    return ToolResult.error(
        "unavailable", "The tool \"" + name + "\" is not available any more.", false);
  }

  /** Arguments that were left out of the message: no tool is to run as if there had been none. */
  static ToolResult unreadableArguments() {
    String reason = "must be a JSON object of at most 256 levels";
    return ToolResult.error(
        INVALID_ARGUMENT,
        "Nothing was done: the arguments could not be read.",
        true,
        Map.of(
            "violations", List.of(Map.of("path", "", "reason", "bad_format", "message", reason))));
  }

  static ToolResult busy() {
    return ToolResult.error("busy", "Too many calls are running. Try again in a moment.", true);
  }

  static ToolResult tooManyInTurn(int limit) {
    return ToolResult.error(
        "denied",
        "More than "
            + limit
            + " calls in one turn are not allowed. Call no more tools now; go on with what you"
            + " know.",
        false);
  }

  static ToolResult timeout() {
    return ToolResult.error(
        "timeout", "The tool did not answer in time. Do not wait for it.", false);
  }

  /**
   * A result beyond the limit.
   *
   * @param size how large it is, in words
   */
  static ToolResult tooLarge(String size, int limit) {
    return ToolResult.error(
        "result_too_large",
        "The result has " + size + " bytes, the limit is " + limit + ". Ask for less.",
        true);
  }

  static ToolResult badResult() {
    return ToolResult.error("bad_result", "The tool failed.", false);
  }

  static ToolResult failed() {
    return ToolResult.error("tool_error", "The tool failed.", false);
  }

  static ToolResult of(ToolException told) {
    Map<String, Object> details = new LinkedHashMap<>();
    if (told.retryHint() != null) {
      details.put("retry_hint", told.retryHint());
    }
    details.putAll(told.details());
    return ToolResult.error(
        "tool_error", String.valueOf(told.getMessage()), told.retryable(), details);
  }

  /** What ends a result that was sent item by item. */
  static ToolResult endOfItems() {
    return ToolResult.done()
        .map(ignored -> Json.EMPTY_OBJECT)
        .scheduling(FunctionScheduling.SILENT);
  }

  /** What went wrong, without what others wrapped around it. */
  static Throwable unwrap(Throwable thrown) {
    Throwable cause = thrown;
    while (isWrapper(cause) && cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause;
  }

  private static boolean isWrapper(Throwable thrown) {
    return thrown instanceof CompletionException
        || thrown instanceof ExecutionException
        || thrown instanceof InvocationTargetException;
  }

  /**
   * Where something was thrown, for the log: types and places, but no messages, which may hold what
   * the user said.
   */
  static String trace(Throwable thrown) {
    StringBuilder out = new StringBuilder(thrown.getClass().getName());
    Throwable current = thrown;
    for (int causes = 0; causes <= MAX_CAUSES; causes++) {
      for (StackTraceElement place : current.getStackTrace()) {
        out.append("\n\tat ").append(place);
      }
      current = current.getCause();
      if (current == null) {
        break;
      }
      out.append("\nCaused by: ").append(current.getClass().getName());
    }
    return out.toString();
  }

  /** Length in UTF-8; JSON text has no halves of surrogate pairs. */
  static int utf8Length(String text) {
    int length = text.length();
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c >= 0x80) {
        // Each half of a surrogate pair counts two of the pair's four bytes.
        length += c < 0x800 || Character.isSurrogate(c) ? 1 : 2;
      }
    }
    return length;
  }
}
