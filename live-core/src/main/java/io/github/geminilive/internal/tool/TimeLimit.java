package io.github.geminilive.internal.tool;

import io.github.geminilive.internal.concurrent.Timers;
import java.time.Duration;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** The time a call may take, which can stand still. For any thread. */
final class TimeLimit {

  private final long limitNanos;
  private final Timers timers;
  private final LongSupplier nanoTime;
  private final Runnable onExpired;

  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private long leftNanos;
  private long runningSince;
  private boolean wanted;
  private boolean running;
  private int pauses;
  private boolean closed;
  // Counts the changes: a timer of an earlier round has nothing to say.
  private long round;
  private @Nullable Future<?> timer;

  /**
   * A limit that has not begun.
   *
   * @param limit zero means none
   * @param onExpired runs once each time it expires, on the timers' thread, without a lock
   */
  TimeLimit(Duration limit, Timers timers, LongSupplier nanoTime, Runnable onExpired) {
    this.limitNanos = limit.toNanos();
    this.timers = timers;
    this.nanoTime = nanoTime;
    this.onExpired = onExpired;
  }

  /** The whole time begins. */
  void restart() {
    change(() -> {
      leftNanos = limitNanos;
      wanted = true;
    });
  }

  /** Nobody waits for the call; until {@link #restart}. */
  void stop() {
    change(() -> wanted = false);
  }

  /** Time stands still; until {@link #resume} was called as often. */
  void pause() {
    change(() -> pauses++);
  }

  /** Undoes one {@link #pause}. */
  void resume() {
    change(() -> pauses--);
  }

  /** Whoever paused is not listened to any more. */
  void ignorePauses() {
    change(() -> pauses = Integer.MIN_VALUE / 2);
  }

  /** Never expires any more. */
  void close() {
    change(() -> closed = true);
  }

  private void change(Runnable change) {
    if (limitNanos == 0) {
      return;
    }
    Future<?> old;
    boolean run;
    long delay;
    long thisRound;
    lock.lock();
    try {
      long now = nanoTime.getAsLong();
      if (running) {
        leftNanos -= now - runningSince;
      }
      change.run();
      run = wanted && pauses <= 0 && !closed;
      running = run;
      runningSince = now;
      delay = Math.max(0, leftNanos);
      thisRound = ++round;
      old = timer;
      timer = null;
    } finally {
      lock.unlock();
    }
    if (old != null) {
      old.cancel(false);
    }
    if (run) {
      keep(timers.schedule(() -> expire(thisRound), delay, TimeUnit.NANOSECONDS), thisRound);
    }
  }

  private void keep(Future<?> scheduled, long scheduledRound) {
    boolean current;
    lock.lock();
    try {
      current = round == scheduledRound;
      if (current) {
        timer = scheduled;
      }
    } finally {
      lock.unlock();
    }
    if (!current) {
      scheduled.cancel(false);
    }
  }

  private void expire(long scheduledRound) {
    lock.lock();
    try {
      if (round != scheduledRound) {
        return;
      }
      round++;
      wanted = false;
      running = false;
      timer = null;
    } finally {
      lock.unlock();
    }
    onExpired.run();
  }
}
