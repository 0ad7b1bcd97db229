package io.github.geminilive.internal.session;

import io.github.geminilive.AudioChunk;
import io.github.geminilive.Delivery;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveTurn;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One subscriber's buffer. Bounded: when full it either drops its oldest audio or says so to the
 * {@link EventHub}, which then pauses reading. Any thread may put; one thread at a time takes.
 */
final class Mailbox {

  private static final int EVENT_OVERHEAD_BYTES = 128;

  private final EventHub hub;
  private final Delivery delivery;
  private final Predicate<LiveEvent> filter;
  // The service's own messages that hold waiting audio; null where nobody asks for them. Guarded by
  // lock.
  private final @Nullable Map<LiveEvent, byte[]> frames;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition arrived = lock.newCondition();
  // Guarded by lock.
  private final ArrayDeque<LiveEvent> events = new ArrayDeque<>();
  private long bytes;
  private boolean full;
  private long droppedUntold;
  private boolean closed;

  Mailbox(EventHub hub, Delivery delivery, Predicate<LiveEvent> filter) {
    this(hub, delivery, filter, false);
  }

  /** A buffer that keeps, if so asked, the messages that audio came in. */
  Mailbox(EventHub hub, Delivery delivery, Predicate<LiveEvent> filter, boolean framed) {
    this.hub = hub;
    this.delivery = delivery;
    this.filter = filter;
    this.frames = framed ? new IdentityHashMap<>() : null;
  }

  /**
   * Adds an event; true when the buffer became full by it.
   *
   * @param frame the message that holds this event and nothing else; null when not known
   */
  boolean put(LiveEvent event, byte @Nullable [] frame) {
    LiveEvent added = event;
    lock.lock();
    try {
      if (closed) {
        return false;
      }
      // What was received before a connection broke is all there is of its turn, and is played.
      if (event instanceof LiveEvent.Interrupted interrupted
          && interrupted.turn() != null
          && interrupted.by() != LiveEvent.Interrupted.By.CONNECTION) {
        // What waited for the first subscriber may have been discarded before it came.
        Duration discarded = interrupted.discardedAudio().plus(discardAudioOf(interrupted.turn()));
        added = new LiveEvent.Interrupted(interrupted.turn(), discarded, interrupted.by());
      }
      if (!filter.test(added)) {
        return false;
      }
      if (frames != null && frame != null) {
        frames.put(added, frame);
      }
      events.add(added);
      bytes += sizeOf(added);
      if (delivery.isRealTime()) {
        dropOldestAudio();
      }
      arrived.signal();
      if (full || !overLimit()) {
        return false;
      }
      full = true;
      return true;
    } finally {
      lock.unlock();
    }
  }

  private Duration discardAudioOf(LiveTurn turn) {
    long discarded = 0;
    Duration duration = Duration.ZERO;
    for (Iterator<LiveEvent> waiting = events.iterator(); waiting.hasNext(); ) {
      if (waiting.next() instanceof LiveEvent.Audio audio && audio.turn() == turn) {
        waiting.remove();
        bytes -= sizeOf(audio);
        forgetFrame(audio);
        duration = duration.plus(audio.chunk().duration());
        discarded++;
      }
    }
    if (discarded > 0) {
      hub.countDiscarded(duration);
    }
    return duration;
  }

  private void dropOldestAudio() {
    if (!overLimit()) {
      return;
    }
    for (Iterator<LiveEvent> waiting = events.iterator(); waiting.hasNext() && overLimit(); ) {
      if (waiting.next() instanceof LiveEvent.Audio audio) {
        waiting.remove();
        bytes -= sizeOf(audio);
        forgetFrame(audio);
        droppedUntold++;
        hub.countDropped();
      }
    }
  }

  private boolean overLimit() {
    return events.size() > delivery.maxEvents()
        || (bytes > delivery.maxBytes() && events.size() > 1);
  }

  private void forgetFrame(LiveEvent.Audio audio) {
    if (frames != null) {
      frames.remove(audio);
    }
  }

  private int sizeOf(LiveEvent event) {
    int payload = 0;
    if (event instanceof LiveEvent.Audio audio) {
      payload = audio.chunk().samples() * AudioChunk.BYTES_PER_SAMPLE;
      byte[] frame = frames == null ? null : frames.get(audio);
      payload += frame == null ? 0 : frame.length;
    } else if (event instanceof LiveEvent.Text text) {
      payload = 2 * text.text().length();
    } else if (event instanceof LiveEvent.Thought thought) {
      payload = 2 * thought.text().length();
    } else if (event instanceof LiveEvent.ModelPart part && part.part().inlineData() != null) {
      payload = part.part().inlineData().data() == null
          ? 0
          : part.part().inlineData().data().size();
    } else if (event instanceof LiveEvent.Unrecognized unrecognized) {
      payload = 2 * unrecognized.json().text().length();
    }
    return EVENT_OVERHEAD_BYTES + payload;
  }

  /** Takes the next event; null when there is none at the moment. */
  @Nullable
  LiveEvent poll() {
    LiveEvent event;
    boolean roomAgain;
    lock.lock();
    try {
      event = next();
      roomAgain = checkRoom();
    } finally {
      lock.unlock();
    }
    if (roomAgain) {
      hub.onRoomAgain();
    }
    return event;
  }

  /** The message that held the event taken last; null when it is not known. For the taker. */
  byte @Nullable [] takeFrame(LiveEvent.Audio taken) {
    lock.lock();
    try {
      return frames == null ? null : frames.remove(taken);
    } finally {
      lock.unlock();
    }
  }

  /** Waits for the next event; null when time ran out or this was closed. */
  @Nullable
  LiveEvent await(long limitNanos) throws InterruptedException {
    LiveEvent event;
    boolean roomAgain;
    lock.lockInterruptibly();
    try {
      long left = limitNanos;
      while ((event = next()) == null && !closed && left > 0) {
        left = arrived.awaitNanos(left);
      }
      roomAgain = checkRoom();
    } finally {
      lock.unlock();
    }
    if (roomAgain) {
      hub.onRoomAgain();
    }
    return event;
  }

  private @Nullable LiveEvent next() {
    if (droppedUntold > 0) {
      LiveEvent told = new LiveEvent.Warning(
          LiveEvent.Warning.Kind.AUDIO_DROPPED,
          "this subscriber was too slow: "
              + droppedUntold
              + " of its oldest audio events were dropped, its limits are "
              + delivery.maxEvents()
              + " events and "
              + delivery.maxBytes()
              + " bytes",
          null);
      droppedUntold = 0;
      if (filter.test(told)) {
        return told;
      }
    }
    LiveEvent event = events.poll();
    if (event != null) {
      bytes -= sizeOf(event);
    }
    return event;
  }

  /** Half empty is enough to go on; going on at once would pause again at the next event. */
  private boolean checkRoom() {
    if (!full
        || events.size() > delivery.maxEvents() / 2
        || (bytes > delivery.maxBytes() / 2 && !events.isEmpty())) {
      return false;
    }
    full = false;
    return true;
  }

  /** Moves all that waits to a list, in order. */
  List<LiveEvent> drain() {
    lock.lock();
    try {
      List<LiveEvent> all = new ArrayList<>(events);
      events.clear();
      bytes = 0;
      return all;
    } finally {
      lock.unlock();
    }
  }

  /** Throws away what waits and takes nothing more; true when it had been full. */
  boolean close() {
    lock.lock();
    try {
      closed = true;
      events.clear();
      if (frames != null) {
        frames.clear();
      }
      bytes = 0;
      droppedUntold = 0;
      arrived.signalAll();
      boolean wasFull = full;
      full = false;
      return wasFull;
    } finally {
      lock.unlock();
    }
  }

  /** A limit for {@link #await} that never runs out. */
  static long forever() {
    return TimeUnit.DAYS.toNanos(365);
  }
}
