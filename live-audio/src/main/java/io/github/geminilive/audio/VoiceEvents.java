package io.github.geminilive.audio;

import java.util.ArrayDeque;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands events to a listener one at a time, in order, on an executor. Any thread may add; none
 * waits. Who adds calls {@link #deliver} once it holds no lock, as the executor is the application's.
 * Of levels only the latest waits; all else is kept up to a bound that only a listener that
 * hangs can reach.
 */
final class VoiceEvents {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.audio.voice");
  private static final int LIMIT = 4096;

  private final Executor executor;
  private final VoiceListener listener;
  private final ArrayDeque<VoiceEvent> waiting = new ArrayDeque<>(); // guarded by this
  private boolean running; // guarded by this
  private boolean open; // guarded by this
  private VoiceEvent.@Nullable Levels levels; // what waiting levels are by now; guarded by this
  private boolean over; // guarded by this
  private long lost; // guarded by this

  VoiceEvents(Executor executor, VoiceListener listener) {
    this.executor = executor;
    this.listener = listener;
  }

  /** Begins to deliver: this event first, then what was queued before. */
  void open(VoiceEvent first) {
    synchronized (this) {
      waiting.addFirst(first);
      open = true;
    }
    deliver();
  }

  /** Queues an event; not after {@link VoiceEvent.Ended}. */
  synchronized void add(VoiceEvent event) {
    if (over) {
      return;
    }
    over = event instanceof VoiceEvent.Ended;
    if (event instanceof VoiceEvent.Levels latest) {
      boolean another = levels != null;
      levels = latest;
      if (another) {
        lost++;
        return;
      }
    } else if (waiting.size() >= LIMIT && !(event instanceof VoiceEvent.Ended)) {
      lost++;
      return;
    }
    waiting.add(event);
  }

  /** Sees to it that what is queued is delivered. */
  void deliver() {
    synchronized (this) {
      if (!open || running || waiting.isEmpty()) {
        return;
      }
      running = true;
    }
    try {
      executor.execute(this::run);
    } catch (RuntimeException e) {
      LOG.warn("The executor refused to deliver voice events; they wait for the next one", e);
      synchronized (this) {
        running = false;
      }
    }
  }

  /** Queues an event and sees to its delivery; the caller holds no lock. */
  void post(VoiceEvent event) {
    add(event);
    deliver();
  }

  /** How many events the listener missed because it was too slow. */
  synchronized long lost() {
    return lost;
  }

  private void run() {
    for (VoiceEvent event = next(); event != null; event = next()) {
      try {
        listener.onEvent(event);
      } catch (RuntimeException | Error e) {
        LOG.warn("A voice listener threw on {}", event.getClass().getSimpleName(), e);
      }
    }
  }

  private synchronized @Nullable VoiceEvent next() {
    VoiceEvent event = waiting.poll();
    if (event == null) {
      running = false;
    } else if (event instanceof VoiceEvent.Levels) {
      event = levels;
      levels = null;
    }
    return event;
  }
}
