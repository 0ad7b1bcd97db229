package io.github.geminilive.tools.internal.binding;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One thing that is wrong with what the model gave.
 *
 * @param path JSON pointer to it (RFC 6901); empty when it is the arguments as a whole. What came
 *     as JSON text is pointed into as if it had come as JSON
 * @param reason what is wrong
 * @param message the same for the model, to be read after the path: what it must be and what it is
 * @param validOptions what would have been possible; empty where that is no short list
 */
public record Violation(String path, Reason reason, String message, List<String> validOptions) {

  /** Copies. */
  public Violation {
    validOptions = List.copyOf(validOptions);
  }

  /** As the model is told: {@code path}, {@code reason}, {@code message}, {@code valid_options}. */
  public Map<String, Object> toMap() {
    Map<String, Object> map = new LinkedHashMap<>();
    map.put("path", path);
    map.put("reason", reason.wireName());
    map.put("message", message);
    if (!validOptions.isEmpty()) {
      map.put("valid_options", validOptions);
    }
    return map;
  }
}
