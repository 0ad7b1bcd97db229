package io.github.geminilive;

/** Why a session changed its connection. */
public enum RecoveryCause {
  /** The connection was lost, or the service closed it. */
  LOST,
  /** The service announced the end of the connection. */
  GO_AWAY,
  /** The connection reached {@link RecoveryPolicy#connectionAge()}. */
  CONNECTION_AGE,
  /** {@link LiveSession#rotate()}. */
  REQUESTED,
  /** {@link LiveSession#reconfigure}. */
  RECONFIGURED,
  /** The service had fallen silent on a healthy connection. */
  WATCHDOG
}
