package io.github.geminilive.testkit.internal;

/** One step of a scenario, made anew for each run. */
@FunctionalInterface
public interface Step {

  /**
   * Tries to go on. Called again after every message and every timer until it is done.
   *
   * @return whether the step is done
   */
  boolean run(ScriptRun run);
}
