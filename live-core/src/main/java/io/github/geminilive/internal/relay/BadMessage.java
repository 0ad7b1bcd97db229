package io.github.geminilive.internal.relay;

/**
 * A peer's message that cannot be taken. Its text is for the peer: it names members and what is wrong
 * with them, and quotes no values.
 */
final class BadMessage extends Exception {

  private static final long serialVersionUID = 1L;

  BadMessage(String message) {
    super(message, null, false, false);
  }
}
