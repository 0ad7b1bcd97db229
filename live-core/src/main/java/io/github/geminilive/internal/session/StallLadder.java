package io.github.geminilive.internal.session;

import io.github.geminilive.LiveEvent;
import io.github.geminilive.StallPhase;
import io.github.geminilive.WatchdogPolicy;
import io.github.geminilive.WatchdogStep;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is done about one silence after the other: tells of them, and goes from step to step.
 * Guarded by the engine's lock.
 */
final class StallLadder {

  private final Watchdog.Host host;
  private final boolean acts;
  private final List<WatchdogStep> steps;
  private final long patienceNanos;

  // The silence of which the application was told.
  private boolean stalled;
  private long sinceNanos;
  private long limitNanos;
  private @Nullable WatchdogStep lastStep;
  private boolean beyondFirstStep;
  private boolean told;
  private boolean over;
  // The next step; stays where it is until the model has said all it had to say, so that an answer
  // which begins and breaks off again is not nudged for ever.
  private int rung;

  StallLadder(WatchdogPolicy policy, Watchdog.Host host) {
    this.host = host;
    this.acts = policy.mode() == WatchdogPolicy.Mode.ACT;
    this.steps = policy.steps();
    this.patienceNanos = StallLatencies.nanos(policy.patience());
  }

  /** Whether there is a silence of which the application was told. */
  boolean stalled() {
    return stalled;
  }

  /** Whether all that can be done about the present silence was done. */
  boolean over() {
    return over;
  }

  /** The last step; null when none was taken in the present silence. */
  @Nullable
  WatchdogStep lastStep() {
    return lastStep;
  }

  /** Whether more than one step was taken in the present silence. */
  boolean beyondFirstStep() {
    return beyondFirstStep;
  }

  /** How long the present silence is. */
  long silence(long now) {
    return Math.max(now - sinceNanos, 0);
  }

  /** How long the last step is given from when it can help. */
  long patience() {
    return changesConnection() ? 2 * patienceNanos : patienceNanos;
  }

  /** How long the service is given when something else than a step begins it anew. */
  long secondChance() {
    return Math.max(patienceNanos, limitNanos);
  }

  /** Whether the last step changes the connection. */
  boolean changesConnection() {
    return lastStep == WatchdogStep.RESUME || lastStep == WatchdogStep.FRESH;
  }

  /**
   * A silence.
   *
   * @param since when it began
   * @param limit how long was waited
   */
  void begin(long since, long limit) {
    stalled = true;
    sinceNanos = since;
    limitNanos = limit;
    lastStep = null;
    beyondFirstStep = false;
    told = false;
    over = false;
    if (rung >= steps.size()) {
      rung = 0;
    }
  }

  /**
   * All was done in vain, and the user tries again.
   *
   * @return whether there is something to be done about it once more
   */
  boolean beginAgain() {
    over = !acts;
    if (rung >= steps.size()) {
      rung = 0;
    }
    return !over;
  }

  /**
   * Tells of the silence and takes the next step that is possible; looks whether it {@link #over is
   * the last one}.
   *
   * @param where what was waited for
   * @param mayAct whether it is sure enough for steps
   * @param afterSpeech whether it may be that the service missed the end of the user's speech
   */
  void climb(StallPhase where, boolean mayAct, boolean afterSpeech, long now) {
    WatchdogStep step = acts && mayAct ? next(afterSpeech) : null;
    over = step == null || rung >= steps.size();
    if (step == null) {
      if (!told) {
        tell(where, null, now);
      }
      return;
    }
    beyondFirstStep = lastStep != null;
    lastStep = step;
    tell(where, step, now);
    host.take(step);
  }

  private @Nullable WatchdogStep next(boolean afterSpeech) {
    while (rung < steps.size()) {
      WatchdogStep step = steps.get(rung++);
      boolean possible = switch (step) {
        case NUDGE -> host.canNudge();
        case END_OF_SPEECH -> afterSpeech && host.canEndSpeech();
        case RESUME -> host.canResume();
        case FRESH -> host.canBeginAfresh();
        case GIVE_UP -> true;
      };
      if (possible) {
        return step;
      }
    }
    return null;
  }

  private void tell(StallPhase where, @Nullable WatchdogStep step, long now) {
    told = true;
    host.tell(new LiveEvent.Stalled(
        where, host.turn(), Duration.ofNanos(silence(now)), Duration.ofNanos(limitNanos), step));
  }

  /** The service has spoken. */
  void end(StallPhase where, long now) {
    if (stalled) {
      host.tell(new LiveEvent.StallEnded(where, Duration.ofNanos(silence(now)), lastStep));
    }
    drop();
  }

  /** The silence is none any more, though nobody has spoken. */
  void drop() {
    stalled = false;
    over = false;
  }

  /** The model has said what it had to say: the next silence begins with the first step. */
  void reset() {
    rung = 0;
  }
}
