package io.github.geminilive.audio.device;

import static java.util.Objects.requireNonNull;

import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs work at the times it asks for: on a daemon thread of its own, or on a scheduler that was
 * given. The times are absolute, so that no lateness adds up.
 *
 * <p>Calls of user code go between {@link #enter} and {@link #exit}: one at a time, and once {@link
 * #close} has returned none is running, and none begins. That gate guards no data, and nobody waits
 * at it but those who must not overtake user code: {@code close} and {@code flush}.
 */
final class Pacer {

  /** When something is played or recorded, and by which clock. */
  record Timing(@Nullable ScheduledExecutorService scheduler, LongSupplier nanoTime) {

    /** A thread of its own and the system's clock. */
    static final Timing SYSTEM = new Timing(null, System::nanoTime);

    /** Those of a caller. */
    static Timing of(ScheduledExecutorService scheduler, LongSupplier nanoTime) {
      return new Timing(
          requireNonNull(scheduler, "scheduler"), requireNonNull(nanoTime, "nanoTime"));
    }
  }

  /** Does what is due. */
  interface Work {

    /** Not before {@link #wake}. */
    long WHEN_WOKEN = Long.MAX_VALUE;

    /** Never again. */
    long NEVER = Long.MIN_VALUE;

    /**
     * Does what is due.
     *
     * @param now on the pacer's clock
     * @return when to call again, on the same clock; {@link #WHEN_WOKEN} or {@link #NEVER}
     */
    long run(long now);
  }

  private static final Logger LOG = LoggerFactory.getLogger(Pacer.class);

  private final String name;
  private final @Nullable ScheduledExecutorService scheduler;
  private final LongSupplier nanoTime;
  private final Work work;
  private @Nullable Thread thread; // written once, before start returns
  private final Object lock = new Object();
  private boolean closed; // guarded by lock
  private boolean woken; // guarded by lock
  private boolean idle; // guarded by lock; with a scheduler: nothing is scheduled
  private final ReentrantLock gate = new ReentrantLock();

  Pacer(String name, Timing timing, Work work) {
    this.name = name;
    this.scheduler = timing.scheduler();
    this.nanoTime = timing.nanoTime();
    this.work = work;
  }

  /** Begins at once. */
  void start() {
    if (scheduler != null) {
      scheduler.execute(this::runScheduled);
      return;
    }
    Thread own = new Thread(this::runOnThread, name);
    own.setDaemon(true);
    thread = own;
    own.start();
  }

  long now() {
    return nanoTime.getAsLong();
  }

  /** Runs the work now when it waits for this; otherwise at the latest when it asked for. */
  void wake() {
    boolean schedule;
    synchronized (lock) {
      if (woken || closed) {
        return;
      }
      woken = true;
      schedule = idle;
      idle = false;
    }
    if (scheduler == null) {
      LockSupport.unpark(thread);
    } else if (schedule) {
      scheduler.execute(this::runScheduled);
    }
  }

  boolean isClosed() {
    synchronized (lock) {
      return closed;
    }
  }

  /** Announces calls of user code; returns false when there must be none any more. */
  boolean enter() {
    gate.lock();
    if (isClosed()) {
      gate.unlock();
      return false;
    }
    return true;
  }

  /** Tells that user code has returned. */
  void exit() {
    gate.unlock();
  }

  /** Ends the work; waits for user code that is running, unless it is that which calls. */
  void close() {
    synchronized (lock) {
      closed = true;
    }
    gate.lock();
    gate.unlock();
    LockSupport.unpark(thread);
  }

  private void runOnThread() {
    while (true) {
      long next = step();
      if (next == Work.NEVER) {
        return;
      }
      // Left by what was called: with it nothing would be waited for any more.
      Thread.interrupted();
      while (!isDue(next)) {
        if (next == Work.WHEN_WOKEN) {
          LockSupport.park(this);
        } else {
          LockSupport.parkNanos(this, next - nanoTime.getAsLong());
        }
      }
    }
  }

  private boolean isDue(long next) {
    synchronized (lock) {
      if (closed || woken) {
        return true;
      }
    }
    return next != Work.WHEN_WOKEN && next - nanoTime.getAsLong() <= 0;
  }

  private void runScheduled() {
    ScheduledExecutorService executor = requireNonNull(scheduler);
    long next = step();
    if (next == Work.NEVER) {
      return;
    }
    long delay = 0;
    synchronized (lock) {
      if (!woken && next == Work.WHEN_WOKEN) {
        idle = true;
        return;
      }
      if (!woken) {
        delay = Math.max(0, next - nanoTime.getAsLong());
      }
    }
    executor.schedule(this::runScheduled, delay, TimeUnit.NANOSECONDS);
  }

  private long step() {
    synchronized (lock) {
      if (closed) {
        return Work.NEVER;
      }
      woken = false;
    }
    try {
      return work.run(nanoTime.getAsLong());
    } catch (RuntimeException e) {
      LOG.error("{} stops: what it called has thrown", name, e);
      return Work.NEVER;
    } catch (Error e) {
      // A scheduler would keep it to itself.
      LOG.error("{} stops: what it called has failed", name, e);
      throw e;
    }
  }
}
