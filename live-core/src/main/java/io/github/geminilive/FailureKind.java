package io.github.geminilive;

/** Why a dial or a session failed, in the terms an application decides by. */
public enum FailureKind {
  /** The configuration or the credentials cannot work; nothing was sent. */
  CONFIG(false),
  /** The service refused the credentials. */
  AUTH(false),
  /** The service refused a message or the setup as invalid. */
  INVALID_REQUEST(false),
  /** The service refused for reasons of policy, or does not offer what was asked for. */
  POLICY(false),
  /** No such model, endpoint or session. */
  NOT_FOUND(false),
  /** A quota or rate limit is used up; worth another try later. */
  QUOTA(true),
  /** The service failed; worth another try. */
  SERVER(true),
  /** The connection was lost; worth another try. */
  CONNECTION_LOST(true),
  /** Nobody listens there, or the name does not resolve; worth another try. */
  UNREACHABLE(true),
  /** The other side did not answer in time; worth another try. */
  TIMEOUT(true),
  /** The TLS handshake failed: certificate, host name or trust. */
  TLS(false),
  /** The other side does not speak the protocol. */
  PROTOCOL(false),
  /** A message was larger than the limit. */
  MESSAGE_TOO_LARGE(false),
  /**
   * The connection was lost and could not be had again within {@link RecoveryPolicy#attempts()} and
   * {@link RecoveryPolicy#outage()}.
   */
  RECONNECT_EXHAUSTED(true);

  private final boolean retryable;

  FailureKind(boolean retryable) {
    this.retryable = retryable;
  }

  /** Whether the same attempt may succeed later, unchanged. */
  public boolean retryable() {
    return retryable;
  }
}
