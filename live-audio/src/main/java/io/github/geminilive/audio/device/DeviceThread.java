package io.github.geminilive.audio.device;

import io.github.geminilive.audio.device.AudioDeviceException.Reason;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of a device: opens it, looks at it again and again, closes it. Whoever starts or ends it
 * waits only so long, as a driver may hang.
 */
final class DeviceThread {

  private static final Logger LOG = LoggerFactory.getLogger(DeviceThread.class);

  private static final Duration OPEN_LIMIT = Duration.ofSeconds(10);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);

  private final Duration openLimit;
  private final Duration closeLimit;
  private final String name;
  private final Runnable open;
  private final LongSupplier poll;
  private final Runnable release;
  private final CompletableFuture<Void> opened = new CompletableFuture<>();
  private final Object lock = new Object();
  private boolean started; // guarded by lock
  private @Nullable Thread thread; // guarded by lock
  private volatile boolean closed;

  /**
   * All of these run on the thread.
   *
   * @param open opens the device; may throw
   * @param poll looks at the device, and says after how many nanoseconds to do so again
   * @param release closes the device
   */
  DeviceThread(String name, Runnable open, LongSupplier poll, Runnable release) {
    this(name, open, poll, release, OPEN_LIMIT, CLOSE_LIMIT);
  }

  /** With other limits for {@link #start} and {@link #close}. */
  DeviceThread(
      String name,
      Runnable open,
      LongSupplier poll,
      Runnable release,
      Duration openLimit,
      Duration closeLimit) {
    this.openLimit = openLimit;
    this.closeLimit = closeLimit;
    this.name = name;
    this.open = open;
    this.poll = poll;
    this.release = release;
  }

  boolean isClosed() {
    return closed;
  }

  /**
   * Returns when the device is open; throws what {@code open} threw.
   *
   * @param accepted run before anything else, unless it was started before, or closed
   */
  void start(Runnable accepted) {
    Thread next = new Thread(this::run, name);
    next.setDaemon(true);
    next.setPriority(Thread.MAX_PRIORITY);
    synchronized (lock) {
      checkNew();
      started = true;
      accepted.run();
      thread = next;
      next.start();
    }
    try {
      opened.get(openLimit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      close();
      if (e.getCause() instanceof AudioDeviceException failure) {
        throw failure;
      }
      throw new IllegalStateException(name + " cannot be started", e.getCause());
    } catch (TimeoutException e) {
      closed = true;
      throw new AudioDeviceException(
          Reason.BUSY,
          name + ": the device did not open within " + openLimit.toMillis()
              + " ms; restart the sound server, or choose another device",
          e);
    } catch (InterruptedException e) {
      closed = true;
      Thread.currentThread().interrupt();
      throw new IllegalStateException(name + ": interrupted while the device was opened", e);
    }
  }

  /** Opens the device on this thread; the test looks at it. */
  void startWithoutThread(Runnable accepted) {
    synchronized (lock) {
      checkNew();
      started = true;
      accepted.run();
    }
    open.run();
  }

  private void checkNew() {
    if (closed) {
      throw new IllegalStateException(name + " is closed; make another one");
    }
    if (started) {
      throw new IllegalStateException(name + " was started before; make another one");
    }
  }

  /** Looks at the device at once. */
  void wake() {
    Thread running;
    synchronized (lock) {
      running = thread;
    }
    LockSupport.unpark(running);
  }

  /** Ends the thread; waits for it, unless it is the caller's. Never throws. */
  void close() {
    closed = true;
    Thread running;
    boolean alone;
    synchronized (lock) {
      running = thread;
      alone = started && running == null;
    }
    if (alone) {
      release.run();
    }
    if (running == null || running == Thread.currentThread()) {
      return;
    }
    LockSupport.unpark(running);
    boolean interrupted = false;
    long deadline = System.nanoTime() + closeLimit.toNanos();
    long left = closeLimit.toMillis();
    while (running.isAlive() && left > 0) {
      try {
        running.join(left);
      } catch (InterruptedException e) {
        interrupted = true;
      }
      left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      try {
        open.run();
        opened.complete(null);
      } catch (Throwable e) {
        opened.completeExceptionally(e);
        return;
      }
      while (!closed) {
        LockSupport.parkNanos(poll.getAsLong());
        // Left by what was called: with it nothing would be waited for any more.
        Thread.interrupted();
      }
    } catch (RuntimeException | Error e) {
      LOG.error("{} failed and delivers nothing any more", name, e);
      throw e;
    } finally {
      release.run();
    }
  }
}
