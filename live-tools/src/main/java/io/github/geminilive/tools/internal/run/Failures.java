package io.github.geminilive.tools.internal.run;

import java.util.concurrent.ExecutionException;

/** Lets out what the application's code threw, as it stands. */
final class Failures {

  private Failures() {}

  /** What to throw for what a method threw. */
  static Exception thrown(Throwable failure) {
    if (failure instanceof Error error) {
      throw error;
    }
    // What is neither travels in a wrapper that the session takes off.
    return failure instanceof Exception exception ? exception : new ExecutionException(failure);
  }
}
