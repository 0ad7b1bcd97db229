package io.github.geminilive;

import org.jspecify.annotations.Nullable;

/**
 * No connection came about: the name does not resolve, nobody listens, the network is down, or TLS
 * failed; or what answers does not speak HTTP. {@link #kind()} tells {@link
 * FailureKind#UNREACHABLE}, {@link FailureKind#TLS}, {@link FailureKind#CONNECTION_LOST} and {@link
 * FailureKind#PROTOCOL} apart.
 */
public final class LiveUnreachableException extends LiveException {

  private static final long serialVersionUID = 1L;

  private final String host;

  /**
   * For a failed connection attempt.
   *
   * @param kind UNREACHABLE, TLS, CONNECTION_LOST or PROTOCOL
   * @param host the host that was dialled
   * @param message what was tried and what to check
   * @param cause what the JDK said, stripped of URIs and headers; null when it said nothing
   */
  public LiveUnreachableException(
      FailureKind kind, String host, String message, @Nullable Throwable cause) {
    super(kind, message, cause);
    this.host = host;
  }

  /** The host that was dialled, without scheme, port or path. */
  public String host() {
    return host;
  }
}
