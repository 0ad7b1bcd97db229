package io.github.geminilive.audio;

import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Hands a loop's events to its listener. Of levels only the latest waits; all else is kept up to a
 * bound that only a listener that hangs can reach.
 */
final class VoiceEvents extends SerialDelivery<VoiceEvent> {

  private static final int LIMIT = 4096;

  private final VoiceListener listener;
  private boolean open; // guarded by this
  private VoiceEvent.@Nullable Levels levels; // what waiting levels are by now; guarded by this
  private boolean over; // guarded by this
  private long lost; // guarded by this

  VoiceEvents(Executor executor, VoiceListener listener) {
    super(executor, LoggerFactory.getLogger("io.github.geminilive.audio.voice"));
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

  /** Queues an event and sees to its delivery; the caller holds no lock. */
  void post(VoiceEvent event) {
    add(event);
    deliver();
  }

  /** How many events the listener missed because it was too slow. */
  synchronized long lost() {
    return lost;
  }

  @Override
  boolean isOpen() {
    return open;
  }

  @Override
  @Nullable
  VoiceEvent take() {
    VoiceEvent event = waiting.poll();
    if (event instanceof VoiceEvent.Levels) {
      event = levels;
      levels = null;
    }
    return event;
  }

  @Override
  void hand(VoiceEvent next) {
    listener.onEvent(next);
  }
}
