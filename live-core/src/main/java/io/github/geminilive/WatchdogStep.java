package io.github.geminilive;

/** What the watchdog does about a silence, in the order of its ladder. */
public enum WatchdogStep {
  /** Asks the model to go on, in the form its family takes. */
  NUDGE,
  /**
   * Tells the end of the user's speech once more; after speech only, otherwise the step is left
   * out.
   */
  END_OF_SPEECH,
  /** Changes the connection and resumes with the newest handle; without one the step is left out. */
  RESUME,
  /** Opens a fresh session of the service and tells it the conversation so far. */
  FRESH,
  /** Tells the application that it is at its wits' end. The session stays open. */
  GIVE_UP
}
