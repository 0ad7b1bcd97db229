package io.github.geminilive.audio;

import io.github.geminilive.LiveSession;
import io.github.geminilive.audio.dsp.EchoCanceller;
import io.github.geminilive.audio.dsp.Level;
import io.github.geminilive.audio.dsp.LevelMeter;
import io.github.geminilive.audio.dsp.SpeechTracker;
import io.github.geminilive.audio.dsp.VoiceDetector;
import io.github.geminilive.audio.pcm.Resampler;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The way of captured sound: to 16 kHz, echo out, withheld or not, judged for speech, measured, and
 * on to {@link TurnTaker}. All on the source's thread, piece by piece as it comes; nothing is kept
 * back but what the echo canceller needs. Allocates nothing per piece.
 */
final class CapturePath {

  /** Told of what is heard; on the source's thread. */
  interface Observer {
    void userSpeaking(boolean speaking, long nanos);

    /** What is recorded: the microphone as the conversation has it. */
    void processed(short[] samples, int offset, int count, long nanos);

    void level(Level user);
  }

  static final int RATE = LiveSession.INPUT_SAMPLE_RATE_HZ;

  private static final int PIECE = RATE / 10;
  private static final int RAMP = RATE / 200;
  private static final int LOUD = 33; // about -60 dBFS
  private static final float VOICED_SCORE = 0.5f;
  private static final long NONE = Long.MIN_VALUE;

  private final int sourceRate;
  private final @Nullable Resampler resampler;
  private final int sourcePiece;
  private final @Nullable EchoReference reference;
  private final @Nullable EchoCanceller canceller;
  private final EchoGuard guard;
  private final VoiceDetector detector;
  private final SpeechTracker tracker;
  private final TurnTaker taker;
  private final BooleanSupplier audible;
  private final BooleanSupplier withheld;
  private final Observer observer;
  private final LevelMeter meter = new LevelMeter();
  private final int levelSamples;
  private final short[] mic;
  private final short[] far;
  private int sinceLevel;
  private long taken;
  private long given;
  private float gate = -1; // not decided yet
  private long pieceEnd;
  private long pieceNanos;
  private boolean resetCanceller;
  private boolean muted;
  private boolean flowing = true;
  private boolean stopped;
  private volatile long capturedSamples;
  private volatile long withheldSamples;
  private long onsetBefore = NONE;
  private volatile long speechOnset = NONE;
  private volatile long speechEnd = NONE;

  CapturePath(
      int sourceRate,
      @Nullable EchoReference reference,
      @Nullable EchoCanceller canceller,
      EchoGuard guard,
      VoiceDetector detector,
      Duration endOfSpeech,
      TurnTaker taker,
      BooleanSupplier audible,
      BooleanSupplier withheld,
      Duration levelInterval,
      Observer observer) {
    this.sourceRate = sourceRate;
    this.resampler = sourceRate == RATE ? null : Resampler.create(sourceRate, RATE);
    this.sourcePiece = (int) ((long) PIECE * sourceRate / RATE);
    int most = resampler == null ? PIECE : resampler.maxOutput(sourcePiece);
    this.mic = new short[most];
    this.far = new short[most];
    this.reference = reference;
    this.canceller = canceller;
    this.guard = guard;
    this.detector = detector;
    this.taker = taker;
    this.audible = audible;
    this.withheld = withheld;
    this.levelSamples = (int) (levelInterval.toNanos() * RATE / 1_000_000_000L);
    this.observer = observer;
    this.tracker = SpeechTracker.builder()
        .detector(detector)
        .hangOver(endOfSpeech)
        .listener(new SpeechTracker.Listener() {
          @Override
          public void suspected(long onset) {
            onsetBefore = speechOnset;
            speechOnset = nanosOf(onset);
          }

          @Override
          public void dismissed(long position) {
            speechOnset = onsetBefore;
          }

          @Override
          public void started(long onset) {
            speechOnset = nanosOf(onset);
            observer.userSpeaking(true, speechOnset);
          }

          @Override
          public void ended(long end) {
            speechEnd = nanosOf(end);
            observer.userSpeaking(false, speechEnd);
          }
        })
        .build();
  }

  private long nanosOf(long position) {
    return pieceNanos - (pieceEnd - position) * 1_000_000_000L / RATE;
  }

  synchronized void captured(short[] samples, int offset, int count, long nanos) {
    if (stopped) {
      return;
    }
    flowing = true;
    int done = 0;
    while (done < count) {
      int now = Math.min(sourcePiece, count - done);
      int made = now;
      if (resampler == null) {
        System.arraycopy(samples, offset + done, mic, 0, now);
      } else {
        made = resampler.process(samples, offset + done, now, mic, 0);
      }
      taken += now;
      given += made;
      done += now;
      // What the resampler holds lies between the last sample it gave and the last it took.
      double behind = (double) (count - done) / sourceRate
          + (double) taken / sourceRate
          - (double) given / RATE;
      if (made > 0) {
        process(made, nanos - Math.round(behind * 1e9));
      }
    }
  }

  private void process(int count, long nanos) {
    boolean loud = false;
    long out = nanos;
    if (reference != null) {
      boolean known = reference.read(far, 0, count, nanos);
      loud = known ? isLoud(count) : audible.getAsBoolean();
      if (canceller != null) {
        if (resetCanceller) {
          resetCanceller = false;
          canceller.reset();
        }
        canceller.process(far, 0, mic, 0, mic, 0, count);
        out -= canceller.latencySamples() * 1_000_000_000L / RATE;
      }
    }
    boolean silence = guard.withholds(loud, count) || withheld.getAsBoolean() || muted;
    fade(count, silence);
    capturedSamples = capturedSamples + count;
    if (silence) {
      withheldSamples = withheldSamples + count;
    }
    observer.processed(mic, 0, count, out);
    measure(count);
    int voiced = listen(count, out, silence);
    if (!muted) {
      taker.accept(
          mic,
          0,
          count,
          tracker.state(),
          tracker.position() - tracker.onset(),
          voiced,
          audible.getAsBoolean());
    }
  }

  private boolean isLoud(int count) {
    for (int i = 0; i < count; i++) {
      if (far[i] > LOUD || far[i] < -LOUD) {
        return true;
      }
    }
    return false;
  }

  /** Turns the sound off or on in 5 ms, as a step could be taken for speech. */
  private void fade(int count, boolean silence) {
    float target = silence ? 0 : 1;
    if (gate < 0) {
      gate = target;
    }
    if (gate == target) {
      if (silence) {
        Arrays.fill(mic, 0, count, (short) 0);
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      gate = silence ? Math.max(0, gate - 1f / RAMP) : Math.min(1, gate + 1f / RAMP);
      mic[i] = (short) (mic[i] * gate);
    }
  }

  private void measure(int count) {
    if (levelSamples == 0) {
      return;
    }
    meter.add(mic, 0, count);
    sinceLevel += count;
    if (sinceLevel >= levelSamples) {
      sinceLevel -= levelSamples;
      observer.level(meter.take());
    }
  }

  /**
   * Lets the tracker hear the piece. Silence that we made ourselves would teach the detector a room
   * that does not exist: it hears as much of it as ends what was being said, and no more.
   *
   * @return how many samples were speech
   */
  private int listen(int count, long nanos, boolean silence) {
    if (silence && tracker.state() == SpeechTracker.State.SILENT) {
      return 0;
    }
    pieceNanos = nanos;
    pieceEnd = tracker.position() + count;
    int voiced = 0;
    int at = 0;
    while (at < count) {
      int frame = VoiceDetector.FRAME_SAMPLES;
      int step = Math.min(count - at, frame - (int) (tracker.position() % frame));
      SpeechTracker.State state = tracker.add(mic, at, step);
      at += step;
      if (tracker.position() % frame == 0
          && tracker.score() >= VOICED_SCORE
          && state != SpeechTracker.State.SILENT) {
        voiced += frame;
      }
    }
    if (tracker.state() == SpeechTracker.State.SPEAKING) {
      speechEnd = nanosOf(tracker.end());
    }
    return voiced;
  }

  /** Whether the microphone is muted. A muted one is still listened to by the echo canceller. */
  synchronized void mute(boolean mute) {
    if (mute && !muted) {
      taker.stop();
    }
    muted = mute;
  }

  /** The user takes the word; not without a microphone, as nothing would end that. */
  synchronized void press() {
    if (flowing && !muted) {
      taker.press();
    }
  }

  /** No more sound comes, for now. */
  synchronized void pause() {
    flowing = false;
    taker.stop();
    if (tracker.state() == SpeechTracker.State.SPEAKING) {
      observer.userSpeaking(false, speechEnd);
    } else if (tracker.state() == SpeechTracker.State.SUSPECTED) {
      speechOnset = onsetBefore;
    }
    tracker.reset();
  }

  /** No more sound is taken, for good. */
  synchronized void stop() {
    pause();
    stopped = true;
  }

  /** Sound was lost: the time line of the microphone has a gap. */
  synchronized void gap(boolean otherDevice) {
    if (resampler != null) {
      resampler.reset();
    }
    taken = 0;
    given = 0;
    if (reference != null) {
      reference.realign();
    }
    resetCanceller |= otherDevice;
    if (otherDevice) {
      guard.restart();
    }
  }

  synchronized void close() {
    stopped = true;
    if (canceller != null) {
      canceller.close();
    }
    detector.close();
  }

  Duration captured() {
    return Duration.ofNanos(Playout.nanos(capturedSamples, RATE));
  }

  Duration withheld() {
    return Duration.ofNanos(Playout.nanos(withheldSamples, RATE));
  }

  /** When the user began to speak, or seemed to, the last time; {@link #nothing} for never. */
  long speechOnset() {
    return speechOnset;
  }

  /** When the user's last sound was heard; {@link #nothing} for never. */
  long speechEnd() {
    return speechEnd;
  }

  static boolean nothing(long nanos) {
    return nanos == NONE;
  }
}
