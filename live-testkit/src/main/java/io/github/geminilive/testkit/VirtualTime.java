package io.github.geminilive.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.RunnableScheduledFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Time that stands still until a test moves it: a scheduler and the clock that belongs to it.
 *
 * <p>Tasks run on the thread that moves the time, in the order of their due times, those due at the
 * same time in the order in which they were submitted; the clock shows the due time meanwhile. Any
 * thread may submit. Only one thread at a time moves; a task must not.
 *
 * <p>Sockets know nothing of it: what a task sends still needs real time to arrive. {@link
 * #advanceUntil} waits for that in small steps. A client that takes a connection for dead on which
 * nothing arrives, as a LiveSession does after 45 s, finds that a jump further than this has left it
 * no time for an answer: switch its pings off ({@code LiveConfig.Builder.keepAlive(Duration.ZERO)}), or
 * go in small steps.
 */
public final class VirtualTime extends AbstractExecutorService implements ScheduledExecutorService {

  private static final long SETTLE_NANOS = 2_000_000;
  private static final Duration STEP = Duration.ofMillis(20);
  private static final Duration REAL_LIMIT = Duration.ofSeconds(30);

  private final Instant origin = Instant.now();
  private final Object lock = new Object();
  private final PriorityQueue<Task<?>> queue = // guarded by lock
      new PriorityQueue<>(Comparator.<Task<?>>comparingLong(task -> task.due)
          .thenComparingLong(task -> task.sequence));
  private long now; // guarded by lock
  private long sequence; // guarded by lock
  private boolean shutdown; // guarded by lock

  /** Makes a time that shows zero. */
  public VirtualTime() {}

  /** Returns the clock, in the manner of {@link System#nanoTime}. */
  public LongSupplier nanoTime() {
    return this::nanos;
  }

  /**
   * Returns the wall clock that belongs to this time, in UTC: it began with the machine's when this
   * object was made. A {@link LiveServer} in this time goes by it when a token expires.
   */
  public Clock clock() {
    InstantSource now = () -> origin.plusNanos(nanos());
    return now.withZone(ZoneOffset.UTC);
  }

  /** Returns the time that has passed since this object was made. */
  public Duration elapsed() {
    return Duration.ofNanos(nanos());
  }

  /** Returns how many tasks wait for their time. */
  public int pending() {
    synchronized (lock) {
      return queue.size();
    }
  }

  private long nanos() {
    synchronized (lock) {
      return now;
    }
  }

  /**
   * Moves the time and runs what becomes due on the way, also what that submits.
   *
   * @param by how far, not negative
   */
  public void advance(Duration by) {
    if (by.isNegative()) {
      throw new IllegalArgumentException("time does not go back: " + by);
    }
    long until = nanos() + by.toNanos();
    for (Task<?> task = take(until); task != null; task = take(until)) {
      task.run();
    }
    synchronized (lock) {
      now = Math.max(now, until);
    }
  }

  /** Returns how long it is until the next task is due, zero for one that is; empty without tasks. */
  public Optional<Duration> nextDue() {
    synchronized (lock) {
      Task<?> next = queue.peek();
      return next == null
          ? Optional.empty()
          : Optional.of(Duration.ofNanos(Math.max(0, next.due - now)));
    }
  }

  /**
   * Moves the time to the next task that is due, and runs what is due at that moment. For long runs,
   * in which most of the time nothing happens.
   *
   * @param limit how far to go at most; when no task is due within it, the time moves by it
   * @return whether a task was due
   */
  public boolean advanceToNext(Duration limit) {
    Optional<Duration> next = nextDue().filter(due -> due.compareTo(limit) <= 0);
    advance(next.orElse(limit));
    return next.isPresent();
  }

  private @Nullable Task<?> take(long until) {
    synchronized (lock) {
      Task<?> next = queue.peek();
      if (next == null || next.due > until) {
        return null;
      }
      queue.remove();
      now = Math.max(now, next.due);
      return next;
    }
  }

  /**
   * Moves the time in steps of 20 ms until something holds, giving sockets 2 ms of real time before
   * each step.
   *
   * @param condition checked before each step
   * @param limit how far to go at most
   * @throws AssertionError when it still does not hold then, or after 30 seconds of real time
   */
  public void advanceUntil(BooleanSupplier condition, Duration limit) {
    long end = nanos() + limit.toNanos();
    long realEnd = System.nanoTime() + REAL_LIMIT.toNanos();
    while (true) {
      LockSupport.parkNanos(SETTLE_NANOS);
      if (condition.getAsBoolean()) {
        return;
      }
      if (nanos() >= end || System.nanoTime() > realEnd) {
        throw new AssertionError("did not come true within " + limit + " of virtual time");
      }
      advance(STEP);
    }
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    return add(new Task<Void>(command, null, delay, unit, 0, false));
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
    return add(new Task<>(callable, delay, unit));
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    return add(new Task<Void>(command, null, initialDelay, unit, unit.toNanos(period), false));
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    return add(new Task<Void>(command, null, initialDelay, unit, unit.toNanos(delay), true));
  }

  @Override
  public void execute(Runnable command) {
    schedule(command, 0, TimeUnit.NANOSECONDS);
  }

  private <V> Task<V> add(Task<V> task) {
    synchronized (lock) {
      if (shutdown) {
        throw new RejectedExecutionException("shut down");
      }
      task.sequence = sequence++;
      queue.add(task);
    }
    return task;
  }

  @Override
  public void shutdown() {
    synchronized (lock) {
      shutdown = true;
    }
  }

  @Override
  public List<Runnable> shutdownNow() {
    synchronized (lock) {
      shutdown = true;
      List<Runnable> left = new ArrayList<>(queue);
      queue.clear();
      return left;
    }
  }

  @Override
  public boolean isShutdown() {
    synchronized (lock) {
      return shutdown;
    }
  }

  @Override
  public boolean isTerminated() {
    synchronized (lock) {
      return shutdown && queue.isEmpty();
    }
  }

  /** Returns at once: whether it is terminated depends on a test moving the time. */
  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return isTerminated();
  }

  /** A task and its place in the queue. */
  private final class Task<V> extends FutureTask<V> implements RunnableScheduledFuture<V> {
    private final long period;
    private final boolean fromEnd;
    private long due;
    private long sequence;

    Task(
        Runnable command,
        @Nullable V value,
        long delay,
        TimeUnit unit,
        long period,
        boolean fromEnd) {
      super(command, value);
      this.due = nanos() + Math.max(0, unit.toNanos(delay));
      this.period = period;
      this.fromEnd = fromEnd;
    }

    Task(Callable<V> callable, long delay, TimeUnit unit) {
      super(callable);
      this.due = nanos() + Math.max(0, unit.toNanos(delay));
      this.period = 0;
      this.fromEnd = false;
    }

    @Override
    public boolean isPeriodic() {
      return period > 0;
    }

    @Override
    public void run() {
      if (!isPeriodic()) {
        super.run();
      } else if (runAndReset()) {
        due = (fromEnd ? nanos() : due) + period;
        if (!isShutdown()) {
          add(this);
        }
      }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
      boolean cancelled = super.cancel(mayInterruptIfRunning);
      synchronized (lock) {
        queue.remove(this);
      }
      return cancelled;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(due - nanos(), TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(getDelay(TimeUnit.NANOSECONDS), other.getDelay(TimeUnit.NANOSECONDS));
    }
  }
}
