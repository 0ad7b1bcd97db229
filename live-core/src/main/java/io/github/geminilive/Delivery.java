package io.github.geminilive;

/**
 * How one subscriber's buffer behaves when the subscriber is slower than the service. Immutable.
 *
 * <p>Whatever the policy, an interruption discards the cut turn's waiting audio first.
 */
public final class Delivery {

  /** Default bound: 8 MiB, almost three minutes of speech. */
  public static final long DEFAULT_BYTES = 8L << 20;

  /** Default bound: enough events for 8 MiB in the service's smallest usual chunks. */
  public static final int DEFAULT_EVENTS = 16_384;

  private static final Delivery LOSSLESS = new Delivery(false, DEFAULT_EVENTS, DEFAULT_BYTES);
  private static final Delivery REAL_TIME = new Delivery(true, DEFAULT_EVENTS, DEFAULT_BYTES);

  private final boolean realTime;
  private final int maxEvents;
  private final long maxBytes;

  private Delivery(boolean realTime, int maxEvents, long maxBytes) {
    this.realTime = realTime;
    this.maxEvents = maxEvents;
    this.maxBytes = maxBytes;
  }

  /**
   * Nothing is lost: when this subscriber's buffer is full, reading from the service pauses for the
   * whole session, with a warning and a count. The default.
   */
  public static Delivery lossless() {
    return LOSSLESS;
  }

  /**
   * Nobody waits for this subscriber: when its buffer is full, its oldest audio is dropped, counted
   * and told with {@link LiveEvent.Warning.Kind#AUDIO_DROPPED}. Other events are never dropped; a
   * buffer full of those alone pauses reading as {@link #lossless()} does.
   */
  public static Delivery realTime() {
    return REAL_TIME;
  }

  /**
   * The same policy with another bound.
   *
   * @param maxEvents how many events may wait; at least 1; default 16,384
   * @param maxBytes how many bytes of events may wait; at least 1; default 8 MiB. One event larger
   *     than this may wait alone
   */
  public Delivery limits(int maxEvents, long maxBytes) {
    if (maxEvents < 1) {
      throw new IllegalArgumentException("maxEvents must be at least 1: " + maxEvents);
    }
    if (maxBytes < 1) {
      throw new IllegalArgumentException("maxBytes must be at least 1: " + maxBytes);
    }
    return new Delivery(realTime, maxEvents, maxBytes);
  }

  /** Whether old audio is dropped rather than reading paused. */
  public boolean isRealTime() {
    return realTime;
  }

  /** How many events may wait. */
  public int maxEvents() {
    return maxEvents;
  }

  /** How many bytes of events may wait. */
  public long maxBytes() {
    return maxBytes;
  }

  @Override
  public String toString() {
    return (realTime ? "realTime" : "lossless") + "[" + maxEvents + " events, " + maxBytes + " B]";
  }
}
