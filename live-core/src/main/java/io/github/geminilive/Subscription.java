package io.github.geminilive;

/** A listener's place in a session's audience. */
public interface Subscription extends AutoCloseable {

  /**
   * Leaves: the listener is not called again, except for a call that is running. What waits is
   * thrown away. Idempotent.
   */
  @Override
  void close();
}
