package io.github.geminilive.internal.session;

import io.github.geminilive.StallPhase;
import io.github.geminilive.WatchdogPolicy;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * How long the service has taken in this session, one measure for each phase, and what follows from
 * it for the wait. Guarded by the engine's lock.
 */
final class StallLatencies {

  private static final int KEPT = 8;
  private static final int NEEDED = 3;
  /** After an alarm that may have been a false one, the next wait is this many times as long. */
  private static final double SECOND_THOUGHT = 1.5;

  private final long floorNanos;
  private final long ceilingNanos;
  private final double factor;
  private final Map<StallPhase, Ring> rings = new EnumMap<>(StallPhase.class);

  StallLatencies(WatchdogPolicy policy) {
    this.floorNanos = nanos(policy.floor());
    this.ceilingNanos = nanos(policy.ceiling());
    this.factor = policy.factor();
  }

  /** A length of time that can be added to any time of the clock a few times over. */
  static long nanos(Duration duration) {
    return Math.min(TimeUnit.NANOSECONDS.convert(duration), Long.MAX_VALUE / 8);
  }

  /** The service took this long, and nothing was done to hurry it. */
  void took(StallPhase phase, long nanos) {
    rings.computeIfAbsent(phase, any -> new Ring()).add(Math.max(nanos, 0));
  }

  /**
   * A silence ended at the first thing that was done about it: by that, or by itself. Real silences
   * are to be noticed as soon as before, slow answers are not to be disturbed again and again; so
   * the wait grows by a half.
   */
  void tookAfterAlarm(StallPhase phase, long nanos) {
    took(phase, (long) (nanos * SECOND_THOUGHT / factor));
  }

  /** How long to wait in a phase. */
  long limit(StallPhase phase) {
    Ring ring = rings.get(phase);
    if (ring == null || ring.count < NEEDED) {
      return ceilingNanos;
    }
    double wanted = factor * ring.slowest();
    return wanted >= ceilingNanos ? ceilingNanos : Math.max((long) wanted, floorNanos);
  }

  /** The longest wait there is. */
  long ceiling() {
    return ceilingNanos;
  }

  /** The last latencies of one phase. */
  private static final class Ring {

    private final long[] values = new long[KEPT];
    private int count;
    private int next;

    void add(long nanos) {
      values[next] = nanos;
      next = (next + 1) % KEPT;
      count = Math.min(count + 1, KEPT);
    }

    long slowest() {
      long slowest = 0;
      for (int i = 0; i < count; i++) {
        slowest = Math.max(slowest, values[i]);
      }
      return slowest;
    }
  }
}
