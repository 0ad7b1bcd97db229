package io.github.geminilive;

/** From when on the model knows of changed tools. */
public enum ToolsInForce {
  /** The service was told in mid-session. */
  NOW,
  /**
   * The model takes tools only when a connection is opened. The session that is open goes on with
   * those it was opened with.
   */
  AT_NEXT_CONNECTION
}
