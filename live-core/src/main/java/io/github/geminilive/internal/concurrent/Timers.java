package io.github.geminilive.internal.concurrent;

import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/** Runs short tasks at their time. */
@FunctionalInterface
public interface Timers {

  /** Runs a task once, after a delay; cancelling the future calls it off. */
  Future<?> schedule(Runnable task, long delay, TimeUnit unit);
}
