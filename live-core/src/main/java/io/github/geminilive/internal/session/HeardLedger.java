package io.github.geminilive.internal.session;

import io.github.geminilive.internal.concurrent.Timers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * When the user has heard what the model said. Turns sound one after the other.
 *
 * <p>Whoever plays the audio reports positions. Until the session's first report, audio is taken to
 * be heard in real time from its arrival. From then on reports decide; where they stop, the rest
 * counts as heard after the time it takes and {@link #PATIENCE_NANOS} more, because a loudspeaker
 * that is gone must not hold up the conversation.
 *
 * <p>Changes come under the engine's lock as well: what completes by them waits for {@link
 * #deliver}.
 */
final class HeardLedger {

  /** How long reports may stay away beyond the time that what was not heard takes. */
  static final long PATIENCE_NANOS = 5_000_000_000L;

  // Positions are rounded on their way from samples; no sample is as short as this.
  private static final long ROUNDING_NANOS = 1_000;

  private record Waiter(long positionNanos, CompletableFuture<Void> future) {}

  private final Executor executor;
  private final Timers timers;
  private final LongSupplier nanoTime;

  // All below, and the lines' fields, are guarded by this.
  // What was not heard to its end, in the order in which it sounds.
  private final List<Line> sounding = new ArrayList<>();
  private List<CompletableFuture<Void>> due = new ArrayList<>();
  private boolean reported;
  // When something was heard last, or could begin to be heard; on the nano clock.
  private long progressNanos;
  // When all will have been heard if it sounds from its arrival on.
  private long estimatedEndNanos;
  private @Nullable Future<?> timer;
  private long timerNanos;

  HeardLedger(Executor executor, Timers timers, LongSupplier nanoTime) {
    this.executor = executor;
    this.timers = timers;
    this.nanoTime = nanoTime;
  }

  /** A turn that has not spoken yet. */
  Line line() {
    return new Line();
  }

  /** When all that was said so far was heard, or will not be heard any more. */
  CompletionStage<Void> whenHeard() {
    CompletableFuture<Void> future = new CompletableFuture<>();
    synchronized (this) {
      long now = nanoTime.getAsLong();
      settle(now);
      if (sounding.isEmpty()) {
        future.complete(null);
      } else {
        Line last = sounding.get(sounding.size() - 1);
        last.waiters.add(new Waiter(last.audioNanos, future));
        watch(now);
      }
    }
    deliver();
    return future.minimalCompletionStage();
  }

  /** Whether something that was said is still to be heard. */
  synchronized boolean sounding() {
    settle(nanoTime.getAsLong());
    return !sounding.isEmpty();
  }

  /** The user cut in: nothing of what was said will be heard any more. */
  synchronized void silence() {
    for (Line line : sounding) {
      line.silence();
    }
    sounding.clear();
    watch(nanoTime.getAsLong());
  }

  /** Completes what is due. Not under a lock: what depends on it is the application's code. */
  void deliver() {
    List<CompletableFuture<Void>> taken;
    synchronized (this) {
      if (due.isEmpty()) {
        return;
      }
      taken = due;
      due = new ArrayList<>();
    }
    taken.forEach(future -> executor.execute(() -> future.complete(null)));
  }

  /** Finds out what has been heard by now. Holds the lock, as all below. */
  private void settle(long now) {
    int i = 0;
    long before = 0;
    while (i < sounding.size()) {
      Line line = sounding.get(i);
      line.settleWaiters(now, i, before);
      long rest = line.audioNanos - line.heardNanos;
      if (isHeard(line, line.audioNanos, now, i, before)) {
        if (reported && rest > ROUNDING_NANOS) {
          // What follows had to wait for this.
          progressNanos += rest;
        }
        sounding.remove(i);
        line.leave();
      } else {
        before += rest;
        i++;
      }
    }
  }

  private boolean isHeard(Line line, long positionNanos, long now, int index, long before) {
    return (reported && positionNanos - line.heardNanos <= ROUNDING_NANOS)
        || now - dueNanos(line, positionNanos, index, before) >= 0;
  }

  /**
   * When a position counts as heard at the latest.
   *
   * @param index of the line
   * @param before what is to be heard before the line
   */
  private long dueNanos(Line line, long positionNanos, int index, long before) {
    if (reported) {
      return progressNanos + before + positionNanos - line.heardNanos + PATIENCE_NANOS;
    }
    long due = estimatedEndNanos - (line.audioNanos - positionNanos);
    for (int i = index + 1; i < sounding.size(); i++) {
      due -= sounding.get(i).audioNanos;
    }
    return due;
  }

  /** Sees to it that somebody looks when the next position that is waited for is due. */
  private void watch(long now) {
    boolean any = false;
    long earliest = 0;
    long before = 0;
    for (int i = 0; i < sounding.size(); i++) {
      Line line = sounding.get(i);
      long position = line.nextAwaited();
      if (position >= 0) {
        long at = dueNanos(line, position, i, before) - now;
        earliest = any ? Math.min(earliest, at) : at;
        any = true;
      }
      before += line.audioNanos - line.heardNanos;
    }
    if (timer != null && (!any || now + earliest - timerNanos < 0)) {
      timer.cancel(false);
      timer = null;
    }
    // One that comes too early looks and is set again.
    if (any && timer == null) {
      timerNanos = now + earliest;
      timer = timers.schedule(this::onTimer, Math.max(earliest, 0), TimeUnit.NANOSECONDS);
    }
  }

  private void onTimer() {
    synchronized (this) {
      timer = null;
      long now = nanoTime.getAsLong();
      settle(now);
      watch(now);
    }
    deliver();
  }

  /** The audio of one turn; does not keep the turn in memory. Guarded by the ledger. */
  final class Line {

    private long audioNanos;
    private long heardNanos;
    private boolean over;
    private boolean silenced;
    private final List<Waiter> waiters = new ArrayList<>();
    private @Nullable CompletableFuture<Void> wholly;

    private Line() {}

    /**
     * The turn spoke.
     *
     * @param nanos how long it has spoken in all
     */
    void spoke(long nanos) {
      synchronized (HeardLedger.this) {
        long now = nanoTime.getAsLong();
        settle(now);
        if (sounding.isEmpty()) {
          progressNanos = now;
          estimatedEndNanos = now;
        }
        if (!sounding.contains(this)) {
          sounding.add(this);
        }
        estimatedEndNanos += nanos - audioNanos;
        audioNanos = nanos;
      }
    }

    /** It was heard up to a position. */
    void heard(long positionNanos) {
      synchronized (HeardLedger.this) {
        long now = nanoTime.getAsLong();
        if (!reported) {
          onFirstReport(positionNanos, now);
        } else if (positionNanos > heardNanos) {
          heardNanos = Math.min(positionNanos, audioNanos);
          progressNanos = now;
        }
        if (positionNanos > 0) {
          skipWhatCameBefore();
        }
        settle(now);
        watch(now);
      }
      deliver();
    }

    /** The estimate may have been ahead of the loudspeaker. */
    private void onFirstReport(long positionNanos, long now) {
      settle(now);
      reported = true;
      progressNanos = now;
      if (!silenced && audioNanos > 0 && !sounding.contains(this)) {
        sounding.add(0, this);
      }
      heardNanos = Math.min(positionNanos, audioNanos);
    }

    /** Turns sound in order: what was left of earlier ones has been dropped by the player. */
    private void skipWhatCameBefore() {
      int own = sounding.indexOf(this);
      for (int i = 0; i < own; i++) {
        sounding.remove(0).leave();
      }
    }

    /**
     * The turn has ended.
     *
     * @param cut whether the rest of it will not be heard
     */
    void ended(boolean cut) {
      synchronized (HeardLedger.this) {
        long now = nanoTime.getAsLong();
        settle(now);
        over = true;
        if (cut) {
          sounding.remove(this);
          silence();
        } else if (!sounding.contains(this)) {
          leave();
        }
        watch(now);
      }
    }

    /** Whether the user has yet to hear something of what has come. */
    boolean sounds() {
      synchronized (HeardLedger.this) {
        // Only looks: what is due by now is settled where it is delivered, too.
        long before = 0;
        for (int i = 0; i < sounding.size(); i++) {
          Line line = sounding.get(i);
          if (line == this) {
            return !isHeard(this, audioNanos, nanoTime.getAsLong(), i, before);
          }
          before += line.audioNanos - line.heardNanos;
        }
        return false;
      }
    }

    /** When the turn has ended and nothing of it is to be heard any more. */
    CompletionStage<Void> whenHeard() {
      CompletableFuture<Void> future;
      synchronized (HeardLedger.this) {
        long now = nanoTime.getAsLong();
        settle(now);
        if (wholly == null) {
          wholly = new CompletableFuture<>();
          if (over && !sounding.contains(this)) {
            wholly.complete(null);
          }
        }
        future = wholly;
        watch(now);
      }
      deliver();
      return future.minimalCompletionStage();
    }

    private void silence() {
      silenced = true;
      leave();
    }

    /** Nothing of it is to be heard for now. */
    private void leave() {
      heardNanos = audioNanos;
      waiters.forEach(waiter -> due.add(waiter.future()));
      waiters.clear();
      if (over && wholly != null) {
        due.add(wholly);
      }
    }

    private void settleWaiters(long now, int index, long before) {
      // In the order of their positions, because the turn only grows.
      while (!waiters.isEmpty()
          && isHeard(this, waiters.get(0).positionNanos(), now, index, before)) {
        due.add(waiters.remove(0).future());
      }
    }

    /** The position somebody waits for next; negative when nobody does, or not yet. */
    private long nextAwaited() {
      if (!waiters.isEmpty()) {
        return waiters.get(0).positionNanos();
      }
      return over && wholly != null ? audioNanos : -1;
    }
  }
}
