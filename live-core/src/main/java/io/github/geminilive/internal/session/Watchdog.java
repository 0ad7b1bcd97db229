package io.github.geminilive.internal.session;

import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.StallPhase;
import io.github.geminilive.WatchdogPolicy;
import io.github.geminilive.WatchdogStep;
import io.github.geminilive.protocol.Blob;
import io.github.geminilive.protocol.InteractionStatus;
import io.github.geminilive.protocol.Part;
import io.github.geminilive.protocol.ServerContent;
import io.github.geminilive.protocol.Transcription;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Notices when the service falls silent on a healthy connection, and says what is to be done about
 * it. Passive: it is told facts and the time, and wishes to be woken. Every method is called with
 * the engine's lock held; none blocks or calls the application's code.
 *
 * <p>At any time at most one thing is waited for, the {@link StallPhase}. A wait begins with the
 * fact that makes something due, and again with each later sign of life that does not end it. Where
 * silence can have a good reason, nothing is waited for: a false alarm costs more than a missed
 * one.
 */
final class Watchdog {

  /** How often a guard that holds when time is up is looked at again. */
  private static final long RECHECK_NANOS = 1_000_000_000L;

  /** How long after an interruption what comes may still be the rest of the cut answer. */
  private static final long LATE_REST_NANOS = 3_000_000_000L;

  /** How long after a turn what comes of transcripts may still belong to it. */
  private static final long LATE_TRANSCRIPT_NANOS = 2_000_000_000L;

  /** What the watchdog sees of the session, and what it wants. All under the engine's lock. */
  interface Host {

    /** Whether the user speaks, as far as anybody knows. */
    boolean userSpeaks();

    /** Whether a call is not answered. */
    boolean toolOpen();

    /** Whether the service has said last that it is at work. */
    boolean inProgress();

    /** Whether something the model said is still to be heard. */
    boolean sounding();

    /** Whether the model may choose not to answer what it hears. */
    boolean mayStaySilent();

    /** Whether the end of the user's speech can be told again. */
    boolean canEndSpeech();

    /** Whether there is a handle to resume with. */
    boolean canResume();

    /** Whether another session of the service may be opened for this one. */
    boolean canBeginAfresh();

    /** Whether the model's family takes any form of nudge. */
    boolean canNudge();

    /** The turn that is running; null when none is. */
    @Nullable
    LiveTurn turn();

    /** Tells the application. */
    void tell(LiveEvent event);

    /**
     * Does something about a silence, once the lock is released. What is sent for it is not told as
     * the user's input.
     */
    void take(WatchdogStep step);

    /** Calls {@link #onTimer} at this time; takes the place of an earlier wish. */
    void wakeAt(long nanos);

    /** Withdraws the wish. */
    void noWake();
  }

  /** Whether, and how, the model was asked for an answer that has not begun. */
  private enum Asked {
    NO,
    /** Somebody on this side heard the end of speech; nobody knows whether the service did. */
    UNSURE,
    /** By speech that the service has heard. */
    ALOUD,
    /** By words or content that want an answer. */
    IN_WRITING
  }

  private final Host host;
  private final StallLatencies latencies;
  private final StallLadder ladder;

  // Nothing is looked for, or the session is over.
  private boolean off;
  private boolean lost;
  private boolean toolOpenAtLoss;

  // What is waited for, and since when; not heeded while phase is null.
  private @Nullable StallPhase phase;
  private long sinceNanos;
  // How long, when it is not as long as the phase allows; else negative.
  private long ownWaitNanos;
  // A guard held when it was looked at last, or may hold now.
  private boolean guarded;
  // When all that has arrived will have been heard if it is played in real time.
  private boolean soundKnown;
  private long soundsUntilNanos;

  private Asked asked = Asked.NO;
  // … while an answer was coming: what comes next may belong to that.
  private boolean askedInTurn;
  private boolean speaking;
  // The service has heard somebody since it answered last.
  private boolean confirmed;
  private boolean transcribes;
  // How long the model takes to speak of a result can be seen.
  private boolean toolLatencyTells;

  // The model has said something since its last turnComplete …
  private boolean running;
  // … all of it …
  private boolean generated;
  // … and it was more than a transcript or thoughts.
  private boolean voiced;
  // The service runs code or a tool of its own.
  private boolean working;
  private long slowestGapNanos = -1;
  private long slowestThoughtNanos = -1;
  private boolean turnEndKnown;
  private long turnEndNanos;

  // An answer was cut, and its turnComplete is to come.
  private boolean cut;
  private boolean cutHere;
  private boolean cutMidAnswer;
  private boolean cutIsPast;
  private long cutNanos;

  private boolean awake;
  private long wakeNanos;

  /**
   * Nothing is waited for yet.
   *
   * @param policy what is a silence, and what to do about it
   */
  Watchdog(WatchdogPolicy policy, Host host) {
    this.host = host;
    this.off = policy.mode() == WatchdogPolicy.Mode.OFF;
    this.latencies = new StallLatencies(policy);
    this.ladder = new StallLadder(policy, host);
  }

  /** The user has begun to speak, or goes on. */
  void onUserSpeaks(long now) {
    speaking = true;
    guarded = true;
  }

  /**
   * The user has finished: something that wants an answer was written, {@code activityEnd}, or the
   * service heard the end of speech. An answer is due.
   */
  void onInput(long now) {
    boolean aloud = speaking;
    speaking = false;
    ask(aloud ? Asked.ALOUD : Asked.IN_WRITING, now);
  }

  /**
   * Somebody on this side thinks that the user has finished: a voice detector, or {@code
   * audioStreamEnd}. It may have been a cough that the service did not take for speech, so that an
   * answer is due only when the service shows that it has heard somebody.
   */
  void onSpeechEnded(long now) {
    speaking = false;
    ask(confirmed ? Asked.ALOUD : Asked.UNSURE, now);
  }

  private void ask(Asked how, long now) {
    if (off) {
      return;
    }
    if (how.compareTo(asked) > 0) {
      asked = how;
      askedInTurn = running && !generated;
    }
    cutIsPast = true;
    if (ladder.stalled() && !ladder.over()) {
      // The user tries again: the service gets its time, and the ladder goes on where it was.
      await(now, ladder.secondChance());
      return;
    }
    if (askedInTurn && !ladder.stalled()) {
      return;
    }
    phase = cut && !cutHere ? StallPhase.AFTER_INTERRUPTION : StallPhase.AFTER_INPUT;
    if (!ladder.stalled()) {
      await(now);
    } else if (ladder.beginAgain()) {
      await(now, ladder.secondChance());
    }
  }

  /** A fragment of what the service hears. */
  private void onHeard(@Nullable Transcription transcription, long now) {
    if (transcription == null
        || transcription.text() == null
        || transcription.text().isBlank()) {
      return;
    }
    transcribes = true;
    boolean awaitsAnswer =
        phase == StallPhase.AFTER_INPUT || phase == StallPhase.AFTER_INTERRUPTION;
    if (awaitsAnswer || (phase == null && !running && !turnJustEnded(now) && !host.toolOpen())) {
      ask(Asked.ALOUD, now);
    }
  }

  private boolean turnJustEnded(long now) {
    return turnEndKnown && now - turnEndNanos < LATE_TRANSCRIPT_NANOS;
  }

  /** Nothing is owed any more. */
  private void unask() {
    asked = Asked.NO;
    confirmed = false;
  }

  /** The model is not at work on anything. */
  private void rest() {
    running = false;
    generated = false;
    voiced = false;
    working = false;
    askedInTurn = false;
  }

  /** What the model says, and where it stands. To be told after the turns were. */
  void onContent(ServerContent content, long now) {
    if (off || lost) {
      return;
    }
    if (isTrue(content.interrupted())) {
      cut(now, false);
    }
    onHeard(content.inputTranscription(), now);
    onHeard(content.interimInputTranscription(), now);
    onOutput(content, now);
    if (isTrue(content.generationComplete())) {
      onGenerated(now);
    }
    if (isTrue(content.waitingForInput())) {
      onSettled(now);
    }
    boolean idle = InteractionStatus.IDLE.equals(content.interactionStatus());
    if (isTrue(content.turnComplete()) || idle) {
      onTurnComplete(InteractionStatus.IN_PROGRESS.equals(content.interactionStatus()), now);
    }
  }

  private static boolean isTrue(@Nullable Boolean flag) {
    return Boolean.TRUE.equals(flag);
  }

  private void onOutput(ServerContent content, long now) {
    boolean audible = false;
    boolean thought = false;
    boolean other = false;
    boolean works = false;
    List<Part> parts = content.modelTurn() == null ? null : content.modelTurn().parts();
    if (parts != null) {
      for (int i = 0; i < parts.size(); i++) {
        Part part = parts.get(i);
        Blob blob = part.inlineData();
        if (blob != null) {
          audible |= blob.data() != null && blob.data().size() > 0;
        } else if (part.text() != null) {
          thought |= isTrue(part.thought());
          audible |= !isTrue(part.thought()) && !part.text().isEmpty();
        } else {
          works |= part.executableCode() != null || part.toolCall() != null;
          other |= part.executableCode() != null
              || part.codeExecutionResult() != null
              || part.toolCall() != null
              || part.toolResponse() != null
              || part.fileData() != null;
        }
      }
    }
    Transcription said = content.outputTranscription();
    boolean transcript = said != null && said.text() != null && !said.text().isBlank();
    if (audible || other) {
      if (!isLateRest(now)) {
        answer(StallPhase.MID_TURN, now);
        voiced |= audible;
        working = works;
        if (parts != null) {
          sound(Turns.audioNanos(parts), now);
        }
      }
    } else if (transcript) {
      if (!isLateRest(now) && !isLateTranscript(now)) {
        answer(voiced ? StallPhase.MID_TURN : StallPhase.TRANSCRIPT_WITHOUT_AUDIO, now);
      }
    } else if (thought) {
      if (!isLateRest(now)) {
        answer(voiced ? StallPhase.MID_TURN : StallPhase.THOUGHTS_ONLY, now);
      }
    } else if (content.groundingMetadata() != null || content.urlContextMetadata() != null) {
      // Sources are no answer, but somebody is at work.
      if (phase != null && !ladder.stalled() && phase != StallPhase.TRANSCRIPT_WITHOUT_AUDIO) {
        await(now);
      }
    }
  }

  private boolean isLateRest(long now) {
    return cut && cutMidAnswer && !cutIsPast && (cutHere || now - cutNanos <= LATE_REST_NANOS);
  }

  /** Transcripts come in no promised order, even after the end of what they are the words of. */
  private boolean isLateTranscript(long now) {
    return (running && generated && voiced) || (!running && phase == null && turnJustEnded(now));
  }

  private void sound(long audioNanos, long now) {
    if (audioNanos > 0) {
      long from = soundKnown && soundsUntilNanos - now > 0 ? soundsUntilNanos : now;
      soundKnown = true;
      soundsUntilNanos = from + audioNanos;
    }
  }

  /** The model says something, and has to go on from there in a phase. */
  private void answer(StallPhase next, long now) {
    if (!askedInTurn) {
      asked = Asked.NO;
    }
    cut = false;
    running = true;
    if (phase == StallPhase.TRANSCRIPT_WITHOUT_AUDIO && next != StallPhase.MID_TURN) {
      // Neither more words nor thoughts are what is missing.
      return;
    }
    learn(now);
    endSilence(now);
    phase = next;
    await(now);
  }

  /** How long the service took for what was waited for. */
  private void learn(long now) {
    if (phase == null) {
      return;
    }
    long took = Math.max(now - startNanos(), 0);
    if (ladder.stalled()) {
      if (ladder.lastStep() == null) {
        latencies.took(phase, ladder.silence(now));
      } else if (!ladder.beyondFirstStep()) {
        latencies.tookAfterAlarm(phase, ladder.silence(now));
      }
      return;
    }
    switch (phase) {
      // Of an answer's many gaps the widest one counts.
      case MID_TURN -> slowestGapNanos = Math.max(slowestGapNanos, took);
      case THOUGHTS_ONLY -> slowestThoughtNanos = Math.max(slowestThoughtNanos, took);
      case AFTER_TOOL_RESPONSE -> {
        if (toolLatencyTells) {
          latencies.took(phase, took);
        }
      }
      default -> latencies.took(phase, took);
    }
  }

  private void learnGaps() {
    if (slowestGapNanos >= 0) {
      latencies.took(StallPhase.MID_TURN, slowestGapNanos);
    }
    if (slowestThoughtNanos >= 0) {
      latencies.took(StallPhase.THOUGHTS_ONLY, slowestThoughtNanos);
    }
    slowestGapNanos = -1;
    slowestThoughtNanos = -1;
  }

  private void onGenerated(long now) {
    if (cut || !running) {
      return;
    }
    generated = true;
    if (phase != StallPhase.TRANSCRIPT_WITHOUT_AUDIO && phase != StallPhase.AFTER_TOOL_RESPONSE) {
      // The rest is playback and the word that it is over, which nobody misses.
      finish(now);
    }
  }

  /** The model has said what it had to say, or will not say anything for a good reason. */
  private void onSettled(long now) {
    unask();
    finish(now);
  }

  private void finish(long now) {
    learn(now);
    learnGaps();
    endSilence(now);
    phase = null;
    ladder.reset();
  }

  private void onTurnComplete(boolean moreFollows, long now) {
    if (cut) {
      cut = false;
      if (!ladder.stalled()) {
        onCutOver(now);
        return;
      }
      if (phase != StallPhase.AFTER_INTERRUPTION || asked != Asked.NO) {
        // A step of ours cut what was stuck; the answer is still missing.
        return;
      }
    }
    boolean soundless = phase == StallPhase.TRANSCRIPT_WITHOUT_AUDIO && !moreFollows;
    // What was asked in writing while the model spoke is another exchange; speech that did not
    // interrupt it may have been no more than a murmur.
    boolean another = askedInTurn && asked == Asked.IN_WRITING && !moreFollows;
    rest();
    turnEndKnown = true;
    turnEndNanos = now;
    if (soundless) {
      // The service thinks that it has spoken.
      unask();
    } else if (another) {
      finish(now);
      phase = StallPhase.AFTER_INPUT;
      await(now);
    } else if (moreFollows || phase != StallPhase.AFTER_TOOL_RESPONSE || host.turn() == null) {
      // A turn that goes on had its turnComplete before the answer to the call arrived there.
      onSettled(now);
    }
  }

  private void onCutOver(long now) {
    if (phase == StallPhase.AFTER_INTERRUPTION) {
      learn(now);
      phase = asked == Asked.NO ? null : StallPhase.AFTER_INPUT;
    }
  }

  /** The model wants a function run. */
  void onToolCall(long now) {
    if (off || lost) {
      return;
    }
    unask();
    rest();
    cut = false;
    running = true;
    finish(now);
  }

  /**
   * A call was answered.
   *
   * @param speaks whether the model is to speak of the result
   */
  void onToolAnswered(long now, boolean speaks) {
    if (off) {
      return;
    }
    if (speaks) {
      // While it speaks, what comes next may be of what it spoke of before.
      toolLatencyTells = phase == null;
      if (!ladder.stalled()) {
        phase = StallPhase.AFTER_TOOL_RESPONSE;
      }
    }
    if (phase != null && !ladder.stalled()) {
      await(now);
    }
  }

  /**
   * The model was interrupted.
   *
   * @param by who did
   */
  void onInterrupted(LiveEvent.Interrupted.By by, long now) {
    // What the service says of it stands in the content; a connection's end is told as such.
    if (by == LiveEvent.Interrupted.By.APPLICATION) {
      cut(now, true);
    }
  }

  private void cut(long now, boolean here) {
    if (off || lost) {
      return;
    }
    soundsUntilNanos = now;
    if (here) {
      // Silence is what the application wants.
      unask();
      ladder.drop();
      phase = null;
    } else {
      confirmed = true;
      if (asked == Asked.UNSURE) {
        asked = Asked.ALOUD;
      }
    }
    if (cut && !here) {
      return;
    }
    if (!cut) {
      cutMidAnswer = running;
    }
    cut = true;
    cutHere = here;
    cutNanos = now;
    cutIsPast = asked != Asked.NO;
    boolean wasRunning = running;
    rest();
    if (ladder.stalled() || here) {
      return;
    }
    if (wasRunning) {
      learnGaps();
      phase = StallPhase.AFTER_INTERRUPTION;
      await(now);
    } else if (phase == StallPhase.AFTER_INPUT) {
      await(now);
    }
  }

  /** A turn has ended, for whatever reason. */
  void onTurnEnded(long now) {
    // A step of ours may have ended it; that is no sign of life.
    if (phase == StallPhase.AFTER_TOOL_RESPONSE
        && !off
        && !lost
        && !ladder.stalled()
        && host.turn() == null) {
      onSettled(now);
    }
  }

  /** The connection is gone, or is about to be changed; to be told before the turns are. */
  void onLost(long now) {
    if (off || lost) {
      return;
    }
    lost = true;
    toolOpenAtLoss = host.toolOpen();
    if (phase == StallPhase.AFTER_INTERRUPTION && !ladder.stalled()) {
      // What was cut is over with the connection.
      phase = asked == Asked.NO ? null : StallPhase.AFTER_INPUT;
    }
    cut = false;
    rest();
    sleep();
  }

  /**
   * The session is usable, for the first time or again. What was waited for before the loss is
   * waited for again.
   */
  void onConnected(long now) {
    if (!lost) {
      return;
    }
    lost = false;
    if (phase == null && toolOpenAtLoss && !host.toolOpen()) {
      // The service knows nothing of the call any more, and owes an answer to what led to it.
      asked = Asked.ALOUD;
      phase = StallPhase.AFTER_INPUT;
    }
    if (phase == null || ladder.over()) {
      return;
    }
    if (ladder.stalled()) {
      await(now, ladder.changesConnection() ? ladder.patience() : ladder.secondChance());
    } else {
      await(now);
    }
  }

  /** The session is over. */
  void onClosed() {
    off = true;
    sleep();
  }

  /** The time that was wished for has come. */
  void onTimer(long now) {
    awake = false;
    if (off || lost || phase == null || ladder.over()) {
      return;
    }
    long due = startNanos() + waitNanos();
    if (now - due < 0) {
      wakeAt(due);
    } else if (guardHolds()) {
      guarded = true;
      wakeAt(now + RECHECK_NANOS);
    } else if (guarded) {
      await(now, ownWaitNanos);
    } else if (phase == StallPhase.AFTER_INPUT
        && asked != Asked.IN_WRITING
        && host.mayStaySilent()) {
      phase = null;
      asked = Asked.NO;
    } else {
      alarm(phase, now);
    }
  }

  private boolean guardHolds() {
    return host.userSpeaks() || host.toolOpen() || host.inProgress() || host.sounding();
  }

  private void alarm(StallPhase where, long now) {
    if (asked == Asked.UNSURE && transcribes && where == StallPhase.AFTER_INPUT) {
      // It writes down what it hears, and wrote nothing: it was no speech.
      asked = Asked.NO;
      phase = null;
      return;
    }
    if (!ladder.stalled()) {
      ladder.begin(startNanos(), limitNanos(where));
    }
    boolean afterSpeech = asked == Asked.ALOUD
        && (where == StallPhase.AFTER_INPUT || where == StallPhase.AFTER_INTERRUPTION);
    ladder.climb(where, asked != Asked.UNSURE, afterSpeech, now);
    if (phase != null && !ladder.over()) {
      await(now, ladder.patience());
    }
  }

  private void endSilence(long now) {
    if (phase != null) {
      ladder.end(phase, now);
    }
  }

  /** Waits from now on, as long as the phase allows. */
  private void await(long now) {
    await(now, -1);
  }

  /** Waits from now on; a negative wait stands for what the phase allows. */
  private void await(long now, long waitNanos) {
    sinceNanos = now;
    guarded = false;
    ownWaitNanos = waitNanos;
    if (!lost) {
      wakeAt(startNanos() + waitNanos());
    }
  }

  /** When silence began: nothing is missed while something sounds. */
  private long startNanos() {
    return soundKnown && soundsUntilNanos - sinceNanos > 0 ? soundsUntilNanos : sinceNanos;
  }

  private long waitNanos() {
    return ownWaitNanos >= 0 || phase == null ? ownWaitNanos : limitNanos(phase);
  }

  private long limitNanos(StallPhase where) {
    if (working) {
      // How long the code of others runs says nothing about the model.
      return latencies.ceiling();
    }
    long limit = latencies.limit(where);
    return where == StallPhase.AFTER_INTERRUPTION && asked != Asked.NO
        ? Math.max(limit, latencies.limit(StallPhase.AFTER_INPUT))
        : limit;
  }

  /** One that comes too early looks and is set again: a piece of sound sets no timer. */
  private void wakeAt(long nanos) {
    if (!awake || nanos - wakeNanos < 0) {
      awake = true;
      wakeNanos = nanos;
      host.wakeAt(nanos);
    }
  }

  private void sleep() {
    awake = false;
    host.noWake();
  }
}
