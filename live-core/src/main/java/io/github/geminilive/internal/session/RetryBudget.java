package io.github.geminilive.internal.session;

import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * How many dials all sessions of a client may repeat: a bucket of tokens that fills at a steady
 * rate. It keeps a fleet of sessions from falling on a service that has just come back. Any thread.
 */
public final class RetryBudget {

  private static final int MOST_TOKENS = 1_000_000;
  private static final double SLOWEST = 0.001;
  private static final double FASTEST = 1_000_000;

  private final long nanosPerToken;
  private final long capacityNanos;
  private final LongSupplier nanoTime;

  // Guarded by this. What is missing to a full bucket, as the time it takes to fill it.
  private long missingNanos;
  private long asOf;

  /**
   * A full bucket.
   *
   * @param tokens what it holds, 0 to 1,000,000; 0 makes every taker wait
   * @param perSecond tokens that are added each second, 0.001 to 1,000,000
   * @param nanoTime the monotonic clock
   */
  public RetryBudget(int tokens, double perSecond, LongSupplier nanoTime) {
    if (tokens < 0 || tokens > MOST_TOKENS) {
      throw new IllegalArgumentException("tokens must be in [0, 1000000]: " + tokens);
    }
    if (!(perSecond >= SLOWEST && perSecond <= FASTEST)) {
      throw new IllegalArgumentException("perSecond must be in [0.001, 1000000]: " + perSecond);
    }
    this.nanosPerToken = Math.round(1e9 / perSecond);
    this.capacityNanos = tokens * nanosPerToken;
    this.nanoTime = nanoTime;
    this.asOf = nanoTime.getAsLong();
  }

  /**
   * Takes tokens, also ones that are still to come.
   *
   * @param tokens at least 0
   * @return how long to wait until they are there; zero when they are
   */
  public synchronized Duration take(int tokens) {
    fill();
    missingNanos += tokens * nanosPerToken;
    return Duration.ofNanos(Math.max(0, missingNanos - capacityNanos));
  }

  /** Gives tokens back that were taken and are not used after all. */
  public synchronized void giveBack(int tokens) {
    fill();
    missingNanos -= tokens * nanosPerToken;
  }

  private void fill() {
    long now = nanoTime.getAsLong();
    missingNanos = Math.max(0, missingNanos - (now - asOf));
    asOf = now;
  }
}
