package io.github.geminilive.audio;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events to the application one at a time, in order, on an executor. {@link #add} may be
 * called with locks held, {@link #deliver} must not.
 */
final class PlayerEvents implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger(PlayerEvents.class);
  private static final int LIMIT = 1_024;

  private final Executor executor;
  private final @Nullable PlayerListener listener;
  private final ArrayDeque<Object> waiting = new ArrayDeque<>(); // guarded by this
  private boolean running; // guarded by this
  private boolean losing; // guarded by this

  PlayerEvents(Executor executor, @Nullable PlayerListener listener) {
    this.executor = executor;
    this.listener = listener;
  }

  /** Notes an event. When the application takes none for very long, the newest are lost. */
  synchronized void add(PlayerEvent event) {
    if (listener == null) {
      return;
    }
    if (waiting.size() < LIMIT) {
      losing = false;
      waiting.add(event);
    } else if (!losing) {
      losing = true;
      LOG.warn("The player's listener does not keep up; events are lost from {} on", event);
    }
  }

  /** Notes something to be run on the executor; never lost. */
  synchronized void add(Runnable task) {
    waiting.add(task);
  }

  /** Sees to it that what was noted is handed over. */
  void deliver() {
    synchronized (this) {
      if (running || waiting.isEmpty()) {
        return;
      }
      running = true;
    }
    try {
      executor.execute(this);
    } catch (RejectedExecutionException e) {
      LOG.warn("The player's executor refused to hand over events; they wait for the next one", e);
      synchronized (this) {
        running = false;
      }
    }
  }

  @Override
  public void run() {
    while (true) {
      Object next;
      synchronized (this) {
        next = waiting.poll();
        if (next == null) {
          running = false;
          return;
        }
      }
      try {
        if (next instanceof Runnable) {
          ((Runnable) next).run();
        } else if (listener != null) {
          listener.onEvent((PlayerEvent) next);
        }
      } catch (Throwable e) {
        // An Error too: it must not end the delivery of all that follows.
        LOG.warn("The player's listener failed on {}", next, e);
      }
    }
  }
}
