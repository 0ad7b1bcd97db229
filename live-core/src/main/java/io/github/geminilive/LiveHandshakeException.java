package io.github.geminilive;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The service answered in HTTP, but not as was asked: it did not take the WebSocket upgrade, or made
 * no ephemeral token.
 */
public final class LiveHandshakeException extends LiveException {

  private static final long serialVersionUID = 1L;

  private final int httpStatus;
  private final String body;
  private final @Nullable Duration retryAfter;

  /**
   * For an answer that was not what was asked for.
   *
   * @param kind what the status means
   * @param httpStatus the status
   * @param body the body, shortened to 300 characters, credentials masked; empty when there was
   *     none
   * @param retryAfter the wait the service asked for; null when it did not
   * @param message what was tried and what to check
   */
  public LiveHandshakeException(
      FailureKind kind,
      int httpStatus,
      String body,
      @Nullable Duration retryAfter,
      String message) {
    super(kind, message, null);
    this.httpStatus = httpStatus;
    this.body = body;
    this.retryAfter = retryAfter;
  }

  /**
   * The HTTP status, such as 401 or 503; 101 when the upgrade was taken in a wrong way, 200 when
   * what came was no token.
   */
  public int httpStatus() {
    return httpStatus;
  }

  /** The answer's body, shortened to 300 characters, credentials masked; may be empty. */
  public String body() {
    return body;
  }

  /** How long the service asked to wait ({@code Retry-After}); null when it did not say. */
  public @Nullable Duration retryAfter() {
    return retryAfter;
  }
}
