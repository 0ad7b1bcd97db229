package io.github.geminilive.audio;

import io.github.geminilive.audio.dsp.PreRollBuffer;
import io.github.geminilive.audio.dsp.SpeechTracker;

/**
 * Decides what of the microphone's sound is sent, and who has the word.
 *
 * <p>Not safe for concurrent use; allocates nothing per piece.
 */
final class TurnTaker {

  /** What a decision leads to. */
  interface Outlet {
    void audio(short[] samples, int offset, int count);

    void startActivity();

    void endActivity();

    void endStream();

    /** The answer becomes quieter. */
    void duck();

    /** The answer stops, to go on exactly there. */
    void pause();

    /**
     * The answer goes on, as loud as before.
     *
     * @param heldSamples how long it was quieter or paused
     * @param nobody whether nobody spoke; false when the answer ended meanwhile, or a button was
     *     pressed
     */
    void release(int heldSamples, boolean nobody);

    /** The answer is cut; what is left of it is never heard. */
    void cut();
  }

  static final int RATE = 16_000;

  /** Sent of what came before the onset. */
  static final int PRE_ROLL = RATE * 400 / 1000;

  private static final int KEPT = 2 * RATE;
  private static final int PAUSE_AFTER = RATE * 120 / 1000;
  private static final int CONFIRM_AFTER = RATE * 250 / 1000;
  // The closure of a stop consonant is no end of speech.
  private static final int BRIDGED = RATE * 120 / 1000;
  private static final int GIVE_UP_AFTER = RATE * 300 / 1000;
  private static final int QUIET_AFTER = 2 * RATE;
  private static final int PRESSED_FOR = 3 * RATE;

  private final TurnTaking mode;
  private final boolean suppressSilence;
  private final Outlet out;
  private final PreRollBuffer before = new PreRollBuffer(KEPT);
  private final short[] scratch = new short[KEPT];

  private boolean streaming;
  private boolean asleep;
  private int quiet;

  private boolean active;
  private int pressedFor;

  private boolean doubting;
  private boolean paused;
  private boolean dismissed;
  private int doubtFor;
  private int voiced;
  private int unvoiced;

  TurnTaker(TurnTaking mode, boolean suppressSilence, Outlet out) {
    this.mode = mode;
    this.suppressSilence = suppressSilence;
    this.out = out;
  }

  /** Whether the user has the word, as far as the service was told. */
  boolean active() {
    return active;
  }

  /**
   * Takes the next piece.
   *
   * @param state what the tracker thinks after it
   * @param sinceOnset how many samples ago what the tracker hears began
   * @param voicedSamples how much of the piece is speech
   * @param audible whether an answer is being played
   */
  void accept(
      short[] samples,
      int offset,
      int count,
      SpeechTracker.State state,
      long sinceOnset,
      int voicedSamples,
      boolean audible) {
    if (mode == TurnTaking.SERVICE) {
      stream(samples, offset, count, state, sinceOnset);
      return;
    }
    if (active) {
      out.audio(samples, offset, count);
      pressedFor = state == SpeechTracker.State.SPEAKING ? 0 : Math.max(0, pressedFor - count);
      if (state == SpeechTracker.State.SILENT && pressedFor == 0) {
        endActivity();
      }
      return;
    }
    before.add(samples, offset, count);
    if (doubting) {
      doubt(count, state, sinceOnset, voicedSamples, audible);
    } else if (mode == TurnTaking.CLIENT && audible) {
      if (state == SpeechTracker.State.SILENT) {
        dismissed = false;
      } else if (!dismissed || voicedSamples > 0) {
        doubting = true;
        paused = false;
        doubtFor = count;
        voiced = voicedSamples;
        unvoiced = 0;
        out.duck();
      }
    } else if (state == SpeechTracker.State.SPEAKING) {
      begin(sinceOnset);
    }
  }

  private void doubt(
      int count, SpeechTracker.State state, long sinceOnset, int voicedSamples, boolean audible) {
    doubtFor += count;
    if (voicedSamples == 0) {
      unvoiced += count;
    } else {
      voiced += voicedSamples + (unvoiced <= BRIDGED ? unvoiced : 0);
      unvoiced = 0;
    }
    if (voiced >= CONFIRM_AFTER && state == SpeechTracker.State.SPEAKING) {
      doubting = false;
      out.cut();
      begin(sinceOnset);
    } else if (state == SpeechTracker.State.SILENT || unvoiced >= GIVE_UP_AFTER) {
      dismissed = true;
      release(true);
    } else if (!paused && !audible) {
      // The answer has ended meanwhile: there is nothing to interrupt.
      release(state != SpeechTracker.State.SPEAKING);
      if (state == SpeechTracker.State.SPEAKING) {
        begin(sinceOnset);
      }
    } else if (!paused && doubtFor >= PAUSE_AFTER && state == SpeechTracker.State.SPEAKING) {
      paused = true;
      out.pause();
    }
  }

  private void release(boolean nobody) {
    doubting = false;
    paused = false;
    out.release(doubtFor, nobody);
  }

  /** The user takes the word without having to be heard first: a button was pressed. */
  void press() {
    if (mode == TurnTaking.SERVICE) {
      return;
    }
    if (doubting) {
      release(false);
    }
    pressedFor = PRESSED_FOR;
    if (!active) {
      begin(0);
    }
  }

  /** No sound comes from now on: muted, lost, ended. What is open towards the service is closed. */
  void stop() {
    if (doubting) {
      release(true);
    }
    if (active) {
      endActivity();
    }
    if (streaming && !asleep) {
      out.endStream();
    }
    streaming = false;
    asleep = false;
    quiet = 0;
    before.clear();
  }

  private void stream(
      short[] samples, int offset, int count, SpeechTracker.State state, long sinceOnset) {
    if (!suppressSilence) {
      streaming = true;
      out.audio(samples, offset, count);
      return;
    }
    quiet = state == SpeechTracker.State.SILENT ? quiet + count : 0;
    if (asleep) {
      before.add(samples, offset, count);
      if (quiet == 0) {
        asleep = false;
        sendBefore(sinceOnset);
      }
      return;
    }
    streaming = true;
    out.audio(samples, offset, count);
    if (quiet >= QUIET_AFTER) {
      asleep = true;
      before.clear();
      out.endStream();
    }
  }

  private void begin(long sinceOnset) {
    active = true;
    dismissed = false;
    out.startActivity();
    sendBefore(sinceOnset);
  }

  /** Sends what was kept, from a little before the onset on. */
  private void sendBefore(long sinceOnset) {
    int size = before.copyTo(scratch, 0);
    int sent = (int) Math.min(size, sinceOnset + PRE_ROLL);
    before.clear();
    if (sent > 0) {
      out.audio(scratch, size - sent, sent);
    }
  }

  private void endActivity() {
    active = false;
    pressedFor = 0;
    out.endActivity();
  }
}
