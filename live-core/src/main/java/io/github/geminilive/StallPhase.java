package io.github.geminilive;

/** Where in the conversation the service fell silent, the connection being healthy. */
public enum StallPhase {
  /** The user has finished, by voice or in writing, and nothing came. */
  AFTER_INPUT,
  /** A tool call was answered, and nothing came. */
  AFTER_TOOL_RESPONSE,
  /**
   * The user interrupted the model, and neither its {@code turnComplete} nor a new answer came. Not
   * looked for when the application interrupted.
   */
  AFTER_INTERRUPTION,
  /**
   * The model was speaking, and nothing more came, not even the end of the turn. That is a silence
   * once all of it has been played.
   */
  MID_TURN,
  /** The transcript of an answer came without its sound, however many words it has. */
  TRANSCRIPT_WITHOUT_AUDIO,
  /** The model thought, and nothing came of it. */
  THOUGHTS_ONLY
}
