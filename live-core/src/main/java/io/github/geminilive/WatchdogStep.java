package io.github.geminilive;

/** What the watchdog does about a silence, in the order of its ladder. */
public enum WatchdogStep {
  /** Asks the model to go on, in the form its family takes; where it takes none, left out. */
  NUDGE,
  /**
   * Tells the end of the user's speech once more; after speech only, otherwise the step is left
   * out.
   */
  END_OF_SPEECH,
  /**
   * Changes the connection, resumes with the newest handle and asks the model to go on; without a
   * handle the step is left out.
   */
  RESUME,
  /**
   * Opens a fresh session of the service, tells it the conversation so far and asks the model to go
   * on. Left out when {@link LiveConfig.Builder#resumption} is off.
   */
  FRESH,
  /** Tells the application that it is at its wits' end. The session stays open. */
  GIVE_UP
}
