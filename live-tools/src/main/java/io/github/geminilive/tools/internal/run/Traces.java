package io.github.geminilive.tools.internal.run;

/** Where something was thrown, for the log. */
public final class Traces {

  // Causes may go round in a circle.
  private static final int MAX_CAUSES = 20;

  private Traces() {}

  /** Types and places, but no messages, which may hold what the user said or a tool looked up. */
  public static String of(Throwable thrown) {
    StringBuilder trace = new StringBuilder(thrown.getClass().getName());
    Throwable at = thrown;
    for (int causes = 0; causes <= MAX_CAUSES; causes++) {
      for (StackTraceElement place : at.getStackTrace()) {
        trace.append("\n\tat ").append(place);
      }
      at = at.getCause();
      if (at == null) {
        break;
      }
      trace.append("\nCaused by: ").append(at.getClass().getName());
    }
    return trace.toString();
  }
}
