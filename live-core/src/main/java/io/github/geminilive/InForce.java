package io.github.geminilive;

/** From when on the model knows of what was changed in mid-session. */
public enum InForce {
  /** The service was told. */
  NOW,
  /**
   * The model takes this only when a connection is opened. The connection that is open goes on as it
   * was opened; {@link LiveSession#rotate()} opens the next one.
   */
  AT_NEXT_CONNECTION
}
