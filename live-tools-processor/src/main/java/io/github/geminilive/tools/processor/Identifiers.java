package io.github.geminilive.tools.processor;

import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Hands out names for what is generated, each once. */
final class Identifiers {

  private final Set<String> taken = new HashSet<>(List.of(
      "clone",
      "enums",
      "equals",
      "finalize",
      "getClass",
      "hashCode",
      "notify",
      "notifyAll",
      "toString",
      "tools",
      "wait",
      "writers"));

  /**
   * Takes a name.
   *
   * @param wish a Java identifier and no keyword
   * @return the same, or with a number if it is taken
   */
  String take(String wish) {
    String name = wish;
    for (int number = 2; !taken.add(name); number++) {
      name = wish + number;
    }
    return name;
  }
}
