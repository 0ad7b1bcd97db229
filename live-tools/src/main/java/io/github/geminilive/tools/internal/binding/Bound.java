package io.github.geminilive.tools.internal.binding;

import java.util.List;

/**
 * What became of a call's arguments.
 *
 * @param values one for each slot, null where that is its value; not copied; without meaning when
 *     there are violations
 * @param violations all that is wrong, in the order of the slots, at most {@value Binder#MOST}
 */
public record Bound(Object[] values, List<Violation> violations) {

  /** Copies the violations. */
  public Bound {
    violations = List.copyOf(violations);
  }

  /** Whether the values can be used. */
  public boolean isValid() {
    return violations.isEmpty();
  }
}
