package io.github.geminilive.tools.internal.result;

import org.jspecify.annotations.Nullable;

/** A result cannot be told to the model. The message is for the application; it names classes. */
public final class UnwritableResultException extends RuntimeException {

  UnwritableResultException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
