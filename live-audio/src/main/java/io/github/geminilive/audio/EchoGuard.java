package io.github.geminilive.audio;

import io.github.geminilive.audio.dsp.EchoReport;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * Decides piece by piece whether the microphone is withheld because the assistant is audible. With
 * {@link EchoMode#CANCEL} it watches the canceller: the microphone is open while that takes out
 * enough, or has nothing to take out.
 *
 * <p>For the capturing thread only, except {@link #restart} and {@link #distrust}.
 */
final class EchoGuard {

  static final double GOOD_ERLE_DB = 10;

  // A canceller that failed once must be better than just good to be trusted again.
  private static final double GOOD_AGAIN_ERLE_DB = 12;
  private static final int POLL_MILLIS = 100;
  private static final int BAD_FOR_MILLIS = 300;
  private static final int GOOD_AGAIN_FOR_MILLIS = 1000;
  private static final int TAIL_MILLIS = 200;
  private static final int MAX_DELAY_MILLIS = 500;

  private final EchoMode mode;
  private final int perMilli;
  private final Supplier<EchoReport> reports;
  private final BiConsumer<EchoMode, EchoReport> changed;
  private volatile boolean restart;
  private volatile boolean distrusted;
  private volatile boolean open;
  private boolean failed;
  private int sincePoll;
  private int badFor;
  private int goodFor;
  private int delayMillis;
  private long audibleFor;

  /**
   * A guard that withholds until it knows better.
   *
   * @param rate samples per second of the pieces
   * @param reports the canceller's figures; asked ten times a second
   * @param changed told when the microphone is withheld from now on, or no longer
   */
  EchoGuard(
      EchoMode mode,
      int rate,
      Supplier<EchoReport> reports,
      BiConsumer<EchoMode, EchoReport> changed) {
    this.mode = mode;
    this.perMilli = rate / 1000;
    this.reports = reports;
    this.changed = changed;
  }

  /** Another device, another room: what was known does not hold any more. */
  void restart() {
    restart = true;
  }

  /**
   * The assistant was interrupted when it had hardly begun: perhaps by its own echo, because the path
   * changed while nothing was played, which the canceller cannot know yet. Two of those in a row would
   * go on for ever, as the canceller never gets enough sound to learn from; so it must first show
   * that it still works.
   */
  void distrust() {
    distrusted = true;
  }

  /** What is in force. */
  EchoMode inForce() {
    return mode == EchoMode.CANCEL && !open ? EchoMode.HALF_DUPLEX : mode;
  }

  /**
   * Looks at the next piece.
   *
   * @param loud whether the assistant was audible in it
   * @param count its length in samples
   * @return whether the microphone is withheld
   */
  boolean withholds(boolean loud, int count) {
    if (mode == EchoMode.HEADSET) {
      return false;
    }
    audibleFor =
        loud ? (long) (TAIL_MILLIS + delayMillis) * perMilli : Math.max(0, audibleFor - count);
    if (mode == EchoMode.CANCEL) {
      sincePoll += count;
      if (sincePoll >= POLL_MILLIS * perMilli) {
        sincePoll = 0;
        judge(reports.get(), audibleFor > 0);
      }
    }
    return audibleFor > 0 && !(mode == EchoMode.CANCEL && open);
  }

  private void judge(EchoReport report, boolean audible) {
    if (restart) {
      restart = false;
      failed = false;
      turn(false, report);
      return;
    }
    if (distrusted) {
      distrusted = false;
      if (report.state() != EchoReport.State.NO_ECHO) {
        failed = true;
        turn(false, report);
      }
      return;
    }
    delayMillis = (int) Math.max(0, Math.min(MAX_DELAY_MILLIS, report.delayMillis()));
    double erle = report.erleDb();
    // Zero means that it was not measured yet; the state alone counts then.
    boolean weak = erle != 0 && erle < GOOD_ERLE_DB;
    switch (report.state()) {
      case IDLE -> {}
      case NO_ECHO -> turn(true, report);
      case FAILING -> {
        failed = true;
        turn(false, report);
      }
      case CANCELLING -> {
        if (open) {
          bad(weak && audible, report);
        } else if (!failed) {
          turn(!weak, report);
        } else {
          // Figures of what was played before prove nothing.
          if (erle < GOOD_AGAIN_ERLE_DB) {
            goodFor = 0;
          } else if (audible) {
            goodFor += POLL_MILLIS;
          }
          turn(goodFor >= GOOD_AGAIN_FOR_MILLIS, report);
        }
      }
      case ADAPTING -> {
        if (open) {
          bad(audible, report);
        }
      }
    }
  }

  private void bad(boolean now, EchoReport report) {
    badFor = now ? badFor + POLL_MILLIS : 0;
    if (badFor >= BAD_FOR_MILLIS) {
      failed = true;
      turn(false, report);
    }
  }

  private void turn(boolean nowOpen, EchoReport report) {
    if (nowOpen != open) {
      open = nowOpen;
      badFor = 0;
      goodFor = 0;
      changed.accept(inForce(), report);
    }
  }
}
