package io.github.geminilive;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * How a session or connection ended.
 *
 * @param by who ended it
 * @param code the WebSocket close code; 1005 when the frame had none, 1006 when there was no frame
 * @param reason what the other side said, at most 300 characters, credentials masked; empty when
 *     nothing
 * @param kind what it means; null when the application closed
 * @param retryable whether connecting again, unchanged, may succeed
 */
public record CloseInfo(
    By by, int code, String reason, @Nullable FailureKind kind, boolean retryable) {

  /** Who ended it. */
  public enum By {
    /** {@link LiveSession#close()} was called. */
    APPLICATION,
    /** The service sent a close frame or an error message. */
    SERVER,
    /** The connection broke without a close frame. */
    NETWORK,
    /** This library gave up, for example because the other side broke the protocol. */
    LIBRARY
  }

  /** Checks that nothing is missing. */
  public CloseInfo {
    requireNonNull(by, "by");
    requireNonNull(reason, "reason");
  }
}
