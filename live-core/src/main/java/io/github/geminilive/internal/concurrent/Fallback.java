package io.github.geminilive.internal.concurrent;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An application's executor may be full, or shut down before its sessions are. A task it rejects runs
 * elsewhere: an end that nobody is told of would be worse.
 */
public final class Fallback {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.client");

  private Fallback() {}

  /** The executor, or the other one for what it rejects. */
  public static Executor of(Executor executor, Executor other) {
    return task -> {
      try {
        executor.execute(task);
      } catch (RejectedExecutionException e) {
        LOG.warn("The client's executor rejected a task; it runs on another thread", e);
        other.execute(task);
      }
    };
  }

  /** The scheduler, or the other one for what it rejects. */
  public static Timers of(ScheduledExecutorService scheduler, ScheduledExecutorService other) {
    return (task, delay, unit) -> {
      try {
        return scheduler.schedule(task, delay, unit);
      } catch (RejectedExecutionException e) {
        LOG.warn("The client's scheduler rejected a task; another one takes it", e);
        return other.schedule(task, delay, unit);
      }
    };
  }
}
