package io.github.geminilive.audio.dsp;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decides from the scores of a {@link VoiceDetector} when somebody begins to speak and when that
 * has ended.
 *
 * <p>Two scores at or above {@link Builder#onThreshold} make it {@link State#SUSPECTED}: that is
 * the moment to duck what is played. When {@link Builder#startAfter} of such scores have come,
 * it is {@link State#SPEAKING}; if 40 ms pass below {@link Builder#offThreshold} first, the suspicion
 * is dismissed. Speech has ended when no score was at or above that threshold for {@link
 * Builder#hangOver}.
 *
 * <p>Positions are counted in samples of 16,000 Hz since the tracker was made or reset. Those of
 * onset and end are those of the speech itself: earlier than the moment of the call, the onset by
 * {@link Builder#startAfter} and up to 300 ms more. The very first sound of a word may be weaker
 * than the noise and lie before it, so a {@link PreRollBuffer} of 400 ms or more is to be sent first.
 * Results do not depend on how the sound is cut into pieces.
 *
 * <p>Not safe for concurrent use. Allocates nothing after it was made.
 */
public final class SpeechTracker {

  /** What is thought to go on. */
  public enum State {
    /** Nobody speaks. */
    SILENT,
    /** Somebody may have begun to speak; too short to be sure. */
    SUSPECTED,
    /** Somebody speaks. */
    SPEAKING
  }

  /** Is told of every change, on the thread that called {@link #add}, within that call. */
  public interface Listener {

    /**
     * Somebody may have begun to speak; {@link #started} or {@link #dismissed} follows.
     *
     * @param onset position at which it began
     */
    default void suspected(long onset) {}

    /**
     * It was none.
     *
     * @param position at which that was clear
     */
    default void dismissed(long position) {}

    /**
     * Somebody speaks.
     *
     * @param onset position at which it began
     */
    default void started(long onset) {}

    /**
     * It has ended.
     *
     * @param end position at which it ended, about the hang-over earlier than now
     */
    default void ended(long end) {}
  }

  /** How a tracker is to decide. */
  public static final class Builder {

    private double onThreshold = 0.6;
    private double offThreshold = 0.5;
    private Duration startAfter = Duration.ofMillis(60);
    private Duration hangOver = Duration.ofMillis(400);
    private @Nullable VoiceDetector detector;
    private Listener listener = new Listener() {};

    private Builder() {}

    /**
     * The score from which on a frame counts as speech while nobody speaks. Default 0.6; higher
     * misses more and alarms less.
     *
     * @param score in (0, 1]
     */
    public Builder onThreshold(double score) {
      onThreshold = checkScore("onThreshold", score);
      return this;
    }

    /**
     * The score below which a frame counts as none while somebody speaks. Default 0.5; lower bridges
     * more and takes longer to end where there is noise.
     *
     * @param score in (0, 1], not above {@link #onThreshold}
     */
    public Builder offThreshold(double score) {
      offThreshold = checkScore("offThreshold", score);
      return this;
    }

    /**
     * How much speech it takes to start. Default 60 ms; more comes later and takes fewer noises for
     * speech. With 10 ms or none, nothing is suspected first: suspicion and start come together.
     *
     * @param duration 0 to 2 s; rounded up to whole frames of 10 ms
     */
    public Builder startAfter(Duration duration) {
      startAfter = check("startAfter", duration, Duration.ofSeconds(2));
      return this;
    }

    /**
     * How long it must be quiet before speech has ended. Default 400 ms, which bridges the pauses
     * within words and most between them.
     *
     * @param duration 0 to 10 s; rounded up to whole frames of 10 ms
     */
    public Builder hangOver(Duration duration) {
      hangOver = check("hangOver", duration, Duration.ofSeconds(10));
      return this;
    }

    /**
     * Who gives the scores. Default {@link VoiceDetector#create}, one for each tracker built. The
     * tracker resets it with itself and does not close it.
     *
     * @param detector for one tracker only, as it remembers what it has heard
     */
    public Builder detector(VoiceDetector detector) {
      this.detector = requireNonNull(detector, "detector");
      return this;
    }

    /** Who is told of changes. Default nobody: look at {@link SpeechTracker#state()}. */
    public Builder listener(Listener listener) {
      this.listener = requireNonNull(listener, "listener");
      return this;
    }

    /**
     * Makes the tracker.
     *
     * @throws IllegalArgumentException if the thresholds are the wrong way round
     */
    public SpeechTracker build() {
      if (offThreshold > onThreshold) {
        throw new IllegalArgumentException(
            "offThreshold must not be above onThreshold: " + offThreshold + " > " + onThreshold);
      }
      return new SpeechTracker(this);
    }

    private static double checkScore(String name, double score) {
      if (!(score > 0 && score <= 1)) {
        throw new IllegalArgumentException(name + " must be in (0, 1]: " + score);
      }
      return score;
    }

    private static Duration check(String name, Duration duration, Duration limit) {
      requireNonNull(duration, name);
      if (duration.isNegative() || duration.compareTo(limit) > 0) {
        throw new IllegalArgumentException(name + " must be 0 to " + limit + ": " + duration);
      }
      return duration;
    }
  }

  private static final int FRAME = VoiceDetector.FRAME_SAMPLES;

  /** High scores that make a suspicion. */
  private static final int SUSPECT_FRAMES = 2;

  /** Low scores in a row that dismiss it. */
  private static final int LAPSE_FRAMES = 4;

  /** How far an onset is dated back from the first high score at most. */
  private static final int BACK_FRAMES = 30;

  /** Scores above this share of the lower threshold belong to the onset: they began to rise. */
  private static final float RISING = 0.25f;

  private final float onThreshold;
  private final float offThreshold;
  private final int startFrames;
  private final int hangFrames;
  private final VoiceDetector detector;
  private final Listener listener;
  private final short[] frame = new short[FRAME];
  private int filled;
  private long position;
  private State state = State.SILENT;
  private long candidate;
  private long onset;
  private long end;
  private float score;
  private int high;
  private int low;
  private final float[] scores = new float[BACK_FRAMES + 1];
  private long frames;

  private SpeechTracker(Builder builder) {
    onThreshold = (float) builder.onThreshold;
    offThreshold = (float) builder.offThreshold;
    startFrames = frames(builder.startAfter);
    hangFrames = frames(builder.hangOver);
    VoiceDetector given = builder.detector;
    detector = given == null ? VoiceDetector.create() : given;
    listener = builder.listener;
  }

  private static int frames(Duration duration) {
    return (int) ((duration.toMillis() + 9) / 10);
  }

  /** Begins to build one; every setting has a default. */
  public static Builder builder() {
    return new Builder();
  }

  /** A tracker with the defaults. */
  public static SpeechTracker create() {
    return builder().build();
  }

  /**
   * Hears a piece of any length. What does not fill a frame of 10 ms waits for the next call.
   *
   * @param samples mono, 16,000 Hz
   * @param offset where the piece begins
   * @param count its length
   * @return the state after it
   * @throws IndexOutOfBoundsException if the piece does not lie in the array
   */
  public State add(short[] samples, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, samples.length);
    int from = offset;
    int to = offset + count;
    while (from < to) {
      int taken = Math.min(FRAME - filled, to - from);
      System.arraycopy(samples, from, frame, filled, taken);
      from += taken;
      filled += taken;
      position += taken;
      if (filled == FRAME) {
        filled = 0;
        judge(position - FRAME);
      }
    }
    return state;
  }

  private void judge(long start) {
    score = detector.score(frame, 0);
    scores[(int) (frames++ % scores.length)] = score;
    if (state == State.SPEAKING) {
      if (score >= offThreshold) {
        low = 0;
        end = start + FRAME;
      } else if (++low >= hangFrames) {
        state = State.SILENT;
        high = 0;
        listener.ended(end);
      }
    } else if (score >= onThreshold) {
      if (high++ == 0) {
        candidate = Math.max(end, start - (long) risingFrames() * FRAME);
      }
      low = 0;
      suspectOrStart();
    } else if (high > 0 && score < offThreshold && ++low >= LAPSE_FRAMES) {
      high = 0;
      if (state == State.SUSPECTED) {
        state = State.SILENT;
        listener.dismissed(start + FRAME);
      }
    }
  }

  private void suspectOrStart() {
    boolean sure = high >= startFrames;
    if (state == State.SILENT && (sure || high >= SUSPECT_FRAMES)) {
      state = State.SUSPECTED;
      onset = candidate;
      listener.suspected(onset);
    }
    if (sure) {
      state = State.SPEAKING;
      end = position;
      low = 0;
      listener.started(onset);
    }
  }

  /** How many frames before the present one scores began to rise; a single low one is bridged. */
  private int risingFrames() {
    int rising = 0;
    long before = Math.min(BACK_FRAMES, frames - 1);
    for (int back = 1; back <= before && back - rising <= 2; back++) {
      if (scores[(int) ((frames - 1 - back) % scores.length)] >= RISING * offThreshold) {
        rising = back;
      }
    }
    return rising;
  }

  /** What is thought to go on now. */
  public State state() {
    return state;
  }

  /** How many samples were heard. */
  public long position() {
    return position;
  }

  /** Where the speech, or what may be speech, began that goes on or was the last; 0 if none was. */
  public long onset() {
    return onset;
  }

  /** Where the last speech ended, or the last frame of the one that goes on; 0 if none was. */
  public long end() {
    return end;
  }

  /** The detector's score of the last whole frame; 0 if there was none. */
  public float score() {
    return score;
  }

  /** Forgets everything, the detector's knowledge included. Nobody is told. */
  public void reset() {
    detector.reset();
    filled = 0;
    position = 0;
    state = State.SILENT;
    onset = 0;
    end = 0;
    score = 0;
    high = 0;
    low = 0;
    frames = 0;
  }
}
