package io.github.geminilive.tools.internal.mapping;

import io.github.geminilive.tools.model.ObjectType;
import java.util.List;

/**
 * The arguments of a tool that takes them as one object.
 *
 * @param type its properties are the arguments; undefined when there are findings
 * @param findings all that is wrong
 */
public record MappedArguments(ObjectType type, List<Finding> findings) {

  /** Copies. */
  public MappedArguments {
    findings = List.copyOf(findings);
  }
}
