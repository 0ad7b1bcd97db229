package io.github.geminilive;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * Thrown by a tool to tell the model what went wrong. Its message, and only its message, reaches
 * the model; of any other exception the model learns nothing but that the tool failed.
 */
public final class ToolException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean retryable;

  /**
   * An error the model should not try again.
   *
   * @param message what the model is told
   */
  public ToolException(String message) {
    this(message, false, null);
  }

  /**
   * An error the model may react to.
   *
   * @param message what the model is told
   * @param retryable whether the model may call again
   * @param cause for the application's log; the model does not see it
   */
  public ToolException(String message, boolean retryable, @Nullable Throwable cause) {
    super(requireNonNull(message, "message"), cause);
    this.retryable = retryable;
  }

  /** Whether the model is told that calling again may work. */
  public boolean retryable() {
    return retryable;
  }
}
