package io.github.geminilive.testkit.internal;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What the server's own timers run on: the machine's clock, or a test's. */
public final class Time implements AutoCloseable {

  private final ScheduledExecutorService scheduler;
  private final LongSupplier nanos;
  private final Clock clock;
  private final boolean owned;

  private Time(ScheduledExecutorService scheduler, LongSupplier nanos, Clock clock, boolean owned) {
    this.scheduler = scheduler;
    this.nanos = nanos;
    this.clock = clock;
    this.owned = owned;
  }

  /** Real time on one daemon thread of its own. */
  public static Time real() {
    ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1, task -> {
      Thread thread = new Thread(task, "live-testkit-timer");
      thread.setDaemon(true);
      return thread;
    });
    // Connections set timers of ten minutes and mostly end long before.
    timer.setRemoveOnCancelPolicy(true);
    return new Time(timer, System::nanoTime, Clock.systemUTC(), true);
  }

  /** Time that somebody else moves. */
  public static Time of(ScheduledExecutorService scheduler, LongSupplier nanos, Clock clock) {
    return new Time(scheduler, nanos, clock, false);
  }

  public long nanoTime() {
    return nanos.getAsLong();
  }

  /** The wall clock that belongs to {@link #nanoTime}. */
  public Instant now() {
    return clock.instant();
  }

  /** Runs the task later; null when the server is closing and nothing runs any more. */
  public @Nullable ScheduledFuture<?> after(Duration delay, Runnable task) {
    try {
      return scheduler.schedule(task, Math.max(0, delay.toNanos()), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException closing) {
      return null;
    }
  }

  @Override
  public void close() {
    if (owned) {
      scheduler.shutdownNow();
    }
  }
}
