package io.github.geminilive.tools.internal.run;

import io.github.geminilive.ToolResult;
import io.github.geminilive.tools.internal.binding.Violation;
import java.util.List;
import java.util.Map;

/** Words what is wrong with arguments. */
final class Invalid {

  private Invalid() {}

  static ToolResult of(List<Violation> violations) {
    String message = violations.size() == 1
        ? "Nothing was done: an argument is not valid. Correct what \"violations\" names."
        : "Nothing was done: " + violations.size()
            + " values in the arguments are not valid. Correct what \"violations\" names.";
    return ToolResult.error(
        "invalid_argument",
        message,
        true,
        Map.of("violations", violations.stream().map(Violation::toMap).toList()));
  }
}
