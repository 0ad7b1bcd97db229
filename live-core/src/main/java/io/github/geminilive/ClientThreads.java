package io.github.geminilive;

import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads of clients that bring none. Shared by all such clients; daemons that end when idle, so
 * that nothing has to be shut down.
 */
final class ClientThreads {

  private static final long IDLE_SECONDS = 10;

  private static final Executor TASKS = newTasks();
  private static final ScheduledExecutorService TIMERS = newTimers();
  private static final Executor IO = newIo();

  private ClientThreads() {}

  /** For the application's code, which may block. */
  static Executor tasks() {
    return TASKS;
  }

  /** For timeouts. */
  static ScheduledExecutorService timers() {
    return TIMERS;
  }

  /** For the HTTP client: work that never blocks. */
  static Executor io() {
    return IO;
  }

  private static Executor newTasks() {
    try {
      // The baseline is JDK 17; virtual threads are there from 21 on.
      return (ExecutorService)
          Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
    } catch (NoSuchMethodException | IllegalAccessException | InvocationTargetException e) {
      return new ThreadPoolExecutor(
          0,
          Integer.MAX_VALUE,
          IDLE_SECONDS,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          daemons("gemini-live-task"));
    }
  }

  private static ScheduledExecutorService newTimers() {
    ScheduledThreadPoolExecutor timers =
        new ScheduledThreadPoolExecutor(1, daemons("gemini-live-timer"));
    // Timeouts are mostly cancelled; they must not stay queued until their time.
    timers.setRemoveOnCancelPolicy(true);
    timers.setKeepAliveTime(IDLE_SECONDS, TimeUnit.SECONDS);
    timers.allowCoreThreadTimeOut(true);
    return timers;
  }

  private static Executor newIo() {
    int threads = Math.max(4, Runtime.getRuntime().availableProcessors());
    ThreadPoolExecutor io = new ThreadPoolExecutor(
        threads,
        threads,
        IDLE_SECONDS,
        TimeUnit.SECONDS,
        new LinkedBlockingQueue<>(),
        daemons("gemini-live-io"));
    io.allowCoreThreadTimeOut(true);
    return io;
  }

  private static ThreadFactory daemons(String name) {
    AtomicInteger number = new AtomicInteger();
    return task -> {
      Thread thread = new Thread(task, name + "-" + number.incrementAndGet());
      thread.setDaemon(true);
      return thread;
    };
  }
}
