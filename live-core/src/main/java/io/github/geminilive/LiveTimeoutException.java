package io.github.geminilive;

import java.time.Duration;

/** Something did not happen in time. */
public final class LiveTimeoutException extends LiveException {

  private static final long serialVersionUID = 1L;

  private final String awaited;
  private final Duration waited;

  /**
   * For a wait that ran out.
   *
   * @param awaited what did not come, such as {@code setupComplete}
   * @param waited how long it was waited for
   * @param message what was tried and what to check
   */
  public LiveTimeoutException(String awaited, Duration waited, String message) {
    super(FailureKind.TIMEOUT, message, null);
    this.awaited = awaited;
    this.waited = waited;
  }

  /** What was awaited, such as {@code setupComplete}. */
  public String awaited() {
    return awaited;
  }

  /** How long it was waited for. */
  public Duration waited() {
    return waited;
  }
}
