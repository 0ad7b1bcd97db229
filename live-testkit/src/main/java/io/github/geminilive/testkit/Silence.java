package io.github.geminilive.testkit;

/**
 * Where in the conversation the simulated model falls silent, the connection being healthy, as the
 * real one has been seen to do.
 *
 * <p>What the user says next, in speech or writing, is answered as ever: it ends the silence, and
 * what was withheld is never said.
 */
public enum Silence {
  /** The user has finished, by voice or in writing, and nothing comes. */
  AFTER_INPUT,
  /** The functions that the answer called are answered, and nothing comes. */
  AFTER_TOOL_RESPONSE,
  /**
   * The answer is interrupted, which the service says, but neither {@code turnComplete} comes nor an
   * answer to what interrupted it.
   */
  AFTER_INTERRUPTION,
  /** Half of the words come, and then nothing, not even the end of the turn. */
  MID_TURN,
  /** The transcript of the words comes, if there is one, and no sound. */
  TRANSCRIPT_WITHOUT_AUDIO,
  /** A thought comes and nothing else. */
  THOUGHTS_ONLY;

  /**
   * The first thing a client does that ends the silence. What stands further below ends it, too:
   * the model then gives the answer it owed, from the beginning of the words it had not finished.
   */
  public enum Cure {
    /**
     * Being asked to go on: {@code clientContent} with {@code turnComplete} and without turns, or
     * real-time text without a letter or digit. Cuts an open turn, as all such messages do.
     */
    NUDGE,
    /** Being told again that the user's speech is over: {@code audioStreamEnd}, {@code activityEnd}. */
    END_OF_SPEECH,
    /** The session is resumed on another connection, and then asked to go on as with NUDGE. */
    RESUME,
    /**
     * A session is opened without handle, and then asked to go on as with NUDGE. When it is told
     * turns to be answered, it answers those instead.
     */
    FRESH,
    /** Nothing. */
    NONE
  }
}
