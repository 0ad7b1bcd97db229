package io.github.geminilive.tools;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Why a class or method cannot be offered to the model.
 *
 * @param type name of the class
 * @param method name of the method; null when it is the class as a whole
 * @param parameter where in the method: name of a parameter, with the path to a property or
 *     element inside it, such as {@code order.items[].price}; null when it is the method as a whole
 * @param reason what is wrong, with the value
 * @param fix what to do
 */
public record ToolProblem(
    String type, @Nullable String method, @Nullable String parameter, String reason, String fix) {

  /** Checks what is required. */
  public ToolProblem {
    requireNonNull(type, "type");
    requireNonNull(reason, "reason");
    requireNonNull(fix, "fix");
  }

  /** One line: where, what, and what to do. */
  @Override
  public String toString() {
    StringBuilder line = new StringBuilder(type);
    if (method != null) {
      line.append('.').append(method);
    }
    if (parameter != null) {
      line.append(", ").append(parameter);
    }
    return line.append(": ").append(reason).append(' ').append(fix).toString();
  }
}
