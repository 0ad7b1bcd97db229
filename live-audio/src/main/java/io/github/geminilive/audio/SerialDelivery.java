package io.github.geminilive.audio;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Hands things over one at a time, in order, on an executor. A subclass queues them, which it may do
 * with locks held; {@link #deliver} must be called without, as the executor is the application's.
 */
abstract class SerialDelivery<T> {

  /** What waits. Guarded by this. */
  final ArrayDeque<T> waiting = new ArrayDeque<>();

  private final Executor executor;
  private final Logger log;
  private boolean running; // guarded by this

  SerialDelivery(Executor executor, Logger log) {
    this.executor = executor;
    this.log = log;
  }

  /** Hands one over; may throw anything. */
  abstract void hand(T next);

  /** Whether anything may be handed over now. Called with this object locked. */
  boolean isOpen() {
    return true;
  }

  /** Takes the next one from the queue; null when it is empty. Called with this object locked. */
  @Nullable
  T take() {
    return waiting.poll();
  }

  /** Sees to it that what waits is handed over. */
  final void deliver() {
    synchronized (this) {
      if (!isOpen() || running || waiting.isEmpty()) {
        return;
      }
      running = true;
    }
    try {
      executor.execute(this::run);
    } catch (RuntimeException e) {
      log.warn("The executor refused to deliver events; they wait for the next one", e);
      synchronized (this) {
        running = false;
      }
    }
  }

  private void run() {
    for (T next = next(); next != null; next = next()) {
      try {
        hand(next);
      } catch (RuntimeException | Error e) {
        // An Error too: it must not end the delivery of all that follows.
        log.warn("The listener failed", e);
      }
    }
  }

  private synchronized @Nullable T next() {
    T next = take();
    if (next == null) {
      running = false;
    }
    return next;
  }
}
