package io.github.geminilive;

import org.jspecify.annotations.Nullable;

/**
 * Something went wrong between this library and the service.
 *
 * <p>Messages say what was tried, what came back and what to check. They hold no key, token or
 * conversation content. Mistakes of the caller are the JDK's {@code IllegalArgumentException},
 * {@code IllegalStateException} and {@code NullPointerException} instead.
 */
public abstract class LiveException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final FailureKind kind;

  LiveException(FailureKind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What kind of failure this is. */
  public FailureKind kind() {
    return kind;
  }

  /** Whether the same attempt may succeed later, unchanged. */
  public boolean retryable() {
    return kind.retryable();
  }
}
