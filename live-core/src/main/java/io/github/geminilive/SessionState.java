package io.github.geminilive;

/** Where a session is in its life. */
public enum SessionState {
  /** Dialling, or waiting for {@code setupComplete}. */
  CONNECTING,
  /** Usable. */
  OPEN,
  /** The application asked for the end; waiting for the other side's close. */
  CLOSING,
  /** Over. Final. */
  CLOSED
}
