package io.github.geminilive.tools;

import java.util.List;
import java.util.stream.Collectors;

/** Thrown when tools cannot be registered; tells all that is wrong at once. */
public final class ToolRegistrationException extends IllegalArgumentException {

  private static final long serialVersionUID = 1L;

  private final transient List<ToolProblem> problems;

  /**
   * Tells what is wrong.
   *
   * @param problems at least one, in the order of registration
   */
  public ToolRegistrationException(List<ToolProblem> problems) {
    super(problems.stream()
        .map(problem -> "\n- " + problem)
        .collect(Collectors.joining(
            "",
            problems.size() == 1
                ? "There is a problem with the tools:"
                : "There are " + problems.size() + " problems with the tools:",
            "")));
    this.problems = List.copyOf(problems);
  }

  /** All that is wrong, in the order of registration. */
  public List<ToolProblem> problems() {
    return problems;
  }
}
