package io.github.geminilive;

/** A message was refused, or waiting audio dropped, because the outgoing queue is full. */
public final class LiveBackpressureException extends LiveException {

  private static final long serialVersionUID = 1L;

  private final long queuedBytes;
  private final long limitBytes;

  /**
   * For a message that found no room.
   *
   * @param message what was refused or dropped, and what to do
   * @param queuedBytes what waits now
   * @param limitBytes what may wait
   */
  public LiveBackpressureException(String message, long queuedBytes, long limitBytes) {
    super(FailureKind.CONNECTION_LOST, message, null);
    this.queuedBytes = queuedBytes;
    this.limitBytes = limitBytes;
  }

  /** Bytes that wait to be sent. */
  public long queuedBytes() {
    return queuedBytes;
  }

  /** Bytes that may wait. */
  public long limitBytes() {
    return limitBytes;
  }

  @Override
  public boolean retryable() {
    return true;
  }
}
