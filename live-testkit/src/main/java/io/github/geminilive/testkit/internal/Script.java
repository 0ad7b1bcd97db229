package io.github.geminilive.testkit.internal;

import java.util.List;
import java.util.function.Supplier;

/** A scenario, ready to be run on one connection after another. */
public record Script(Opening opening, boolean rules, List<Supplier<Step>> steps) {

  public Script {
    steps = List.copyOf(steps);
  }
}
