package io.github.geminilive;

/** Where a session is in its life. A session outlives any number of connections. */
public enum SessionState {
  /** The first connection is dialled, or waits for {@code setupComplete}. */
  CONNECTING,
  /** Usable. */
  OPEN,
  /** Usable; the service has announced the end of this connection, and the next one is due. */
  DRAINING,
  /** Between two connections. What is sent waits, within bounds. */
  RESUMING,
  /** The application asked for the end; waiting for the other side's close. */
  CLOSING,
  /** Over. Final. */
  CLOSED;

  /** Whether messages are taken: written at once, or kept for the next connection. */
  public boolean takesMessages() {
    return this == OPEN || this == DRAINING || this == RESUMING;
  }

  /** Whether there is a connection to write to. */
  public boolean connected() {
    return this == OPEN || this == DRAINING;
  }
}
