package io.github.geminilive.tools.internal.mapping;

import java.util.List;

/**
 * What a class has to offer.
 *
 * @param tools those without a problem, ordered by name
 * @param findings all that is wrong, method by method
 */
public record Mapped(List<MappedTool> tools, List<Finding> findings) {

  /** Copies. */
  public Mapped {
    tools = List.copyOf(tools);
    findings = List.copyOf(findings);
  }
}
