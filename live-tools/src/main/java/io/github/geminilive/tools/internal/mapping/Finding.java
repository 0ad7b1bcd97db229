package io.github.geminilive.tools.internal.mapping;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.tools.ToolProblem;

/**
 * Something that keeps a tool from being offered.
 *
 * @param problem what it is, for people
 * @param at the {@link MethodView}, {@link MemberView} or {@link TypeView} it is about
 */
public record Finding(ToolProblem problem, Object at) {

  /** Checks what is required. */
  public Finding {
    requireNonNull(problem, "problem");
    requireNonNull(at, "at");
  }
}
