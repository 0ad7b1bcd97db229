package io.github.geminilive.internal.relay;

/**
 * How much of something may come: so much in each second in the long run, and so much at once after a
 * pause. Not for use by several threads.
 */
final class RateLimit {

  private static final double NANOS = 1e9;

  private final double perSecond;
  private final double most;
  // How long it takes, from lastNanos on, until all that was taken is made up for; in nanoseconds.
  private double owed;
  private long lastNanos;

  /**
   * With nothing taken yet.
   *
   * @param perSecond in the long run, above 0
   * @param burst at once, above 0
   * @param nowNanos of the clock that is passed to {@link #take}
   */
  RateLimit(double perSecond, double burst, long nowNanos) {
    this.perSecond = perSecond;
    this.most = burst * NANOS / perSecond;
    this.lastNanos = nowNanos;
  }

  /**
   * Takes some, if there is as much.
   *
   * @return whether there was; if not, nothing is taken
   */
  boolean take(double amount, long nowNanos) {
    owed = Math.max(0, owed - (nowNanos - lastNanos));
    lastNanos = nowNanos;
    double after = owed + amount * NANOS / perSecond;
    if (after > most) {
      return false;
    }
    owed = after;
    return true;
  }
}
