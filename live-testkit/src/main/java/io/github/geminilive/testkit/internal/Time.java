package io.github.geminilive.testkit.internal;

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
  private final boolean owned;
  private final Instant epoch = Instant.now();
  private final long origin;

  private Time(ScheduledExecutorService scheduler, LongSupplier nanos, boolean owned) {
    this.scheduler = scheduler;
    this.nanos = nanos;
    this.owned = owned;
    this.origin = nanos.getAsLong();
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
    return new Time(timer, System::nanoTime, true);
  }

  /** Time that somebody else moves. */
  public static Time of(ScheduledExecutorService scheduler, LongSupplier nanos) {
    return new Time(scheduler, nanos, false);
  }

  public long nanoTime() {
    return nanos.getAsLong();
  }

  /** The wall clock that belongs to {@link #nanoTime}. */
  public Instant now() {
    return epoch.plusNanos(nanos.getAsLong() - origin);
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
