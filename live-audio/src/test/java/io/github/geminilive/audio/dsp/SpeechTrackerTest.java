package io.github.geminilive.audio.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.github.geminilive.audio.dsp.SpeechTracker.State;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The rules of {@link SpeechTracker}, on scores that are given. */
class SpeechTrackerTest {

  private static final int FRAME = VoiceDetector.FRAME_SAMPLES;

  private final List<String> events = new ArrayList<>();
  private final Scripted detector = new Scripted();

  /** Takes the score of a frame from its first sample, in hundredths. */
  private static final class Scripted implements VoiceDetector {
    int resets;

    @Override
    public float score(short[] samples, int offset) {
      return samples[offset] / 100f;
    }

    @Override
    public void reset() {
      resets++;
    }
  }

  private final SpeechTracker.Listener log = new SpeechTracker.Listener() {
    @Override
    public void suspected(long onset) {
      events.add("suspected " + onset);
    }

    @Override
    public void dismissed(long position) {
      events.add("dismissed " + position);
    }

    @Override
    public void started(long onset) {
      events.add("started " + onset);
    }

    @Override
    public void ended(long end) {
      events.add("ended " + end);
    }
  };

  private SpeechTracker.Builder builder() {
    return SpeechTracker.builder()
        .detector(detector)
        .listener(log)
        .onThreshold(0.6)
        .offThreshold(0.4)
        .startAfter(Duration.ofMillis(50))
        .hangOver(Duration.ofMillis(100));
  }

  /** Frames of scores in hundredths: score, how many frames, score, how many … */
  private static short[] frames(int... scoreAndCount) {
    int total = 0;
    for (int i = 1; i < scoreAndCount.length; i += 2) {
      total += scoreAndCount[i];
    }
    short[] samples = new short[total * FRAME];
    int frame = 0;
    for (int i = 0; i < scoreAndCount.length; i += 2) {
      for (int k = 0; k < scoreAndCount[i + 1]; k++) {
        samples[frame++ * FRAME] = (short) scoreAndCount[i];
      }
    }
    return samples;
  }

  private State feed(SpeechTracker tracker, int... scoreAndCount) {
    short[] samples = frames(scoreAndCount);
    return tracker.add(samples, 0, samples.length);
  }

  @Test
  void speechIsSuspectedThenStartedThenEnded() {
    SpeechTracker tracker = builder().build();

    feed(tracker, 0, 50, 90, 1);
    assertThat(tracker.state()).isEqualTo(State.SILENT);
    feed(tracker, 90, 1);
    assertThat(tracker.state()).isEqualTo(State.SUSPECTED);
    assertThat(events).hasSize(1).allMatch(event -> event.startsWith("suspected"));
    feed(tracker, 90, 2);
    assertThat(tracker.state()).isEqualTo(State.SUSPECTED);
    feed(tracker, 90, 1);
    assertThat(tracker.state()).isEqualTo(State.SPEAKING);
    feed(tracker, 90, 15, 0, 9);
    assertThat(tracker.state()).isEqualTo(State.SPEAKING);
    feed(tracker, 0, 1);

    assertThat(tracker.state()).isEqualTo(State.SILENT);
    long onset = tracker.onset();
    assertThat(onset).isBetween(45L * FRAME, 50L * FRAME);
    assertThat(events)
        .containsExactly("suspected " + onset, "started " + onset, "ended " + 70 * FRAME);
    assertThat(tracker.end()).isEqualTo(70 * FRAME);
    assertThat(tracker.position()).isEqualTo(80 * FRAME);
  }

  @Test
  void theOnsetIsDatedBackToWhereScoresBeganToRise() {
    SpeechTracker tracker = builder().build();

    feed(tracker, 0, 50, 30, 8, 90, 5);

    assertThat(tracker.onset()).isBetween(45L * FRAME, 50L * FRAME);
  }

  @Test
  void theOnsetIsNotDatedBeforeTheBeginningNorIntoEarlierSpeech() {
    SpeechTracker tracker = builder().build();
    feed(tracker, 30, 3, 90, 5);
    assertThat(tracker.onset()).isZero();

    feed(tracker, 90, 5, 39, 10, 90, 5);

    assertThat(tracker.state()).isEqualTo(State.SPEAKING);
    assertThat(events).hasSize(5).contains("ended " + 13 * FRAME);
    assertThat(tracker.onset()).isGreaterThanOrEqualTo(13 * FRAME);
  }

  @Test
  void whatIsTooShortIsDismissed() {
    SpeechTracker tracker = builder().build();

    State state = feed(tracker, 0, 50, 90, 4, 0, 20);

    assertThat(state).isEqualTo(State.SILENT);
    assertThat(events).hasSize(2);
    assertThat(events.get(0)).startsWith("suspected");
    assertThat(events.get(1)).startsWith("dismissed");
  }

  @Test
  void aSingleHighScoreIsNotEvenSuspected() {
    feed(builder().build(), 0, 50, 99, 1, 0, 20, 99, 1, 0, 20);

    assertThat(events).isEmpty();
  }

  @Test
  void scoresBetweenTheThresholdsNeitherStartNorEnd() {
    SpeechTracker tracker = builder().build();

    feed(tracker, 59, 100);
    assertThat(tracker.state()).isEqualTo(State.SILENT);
    feed(tracker, 60, 5, 41, 100);
    assertThat(tracker.state()).isEqualTo(State.SPEAKING);
    feed(tracker, 39, 10);

    assertThat(tracker.state()).isEqualTo(State.SILENT);
    assertThat(tracker.end()).isEqualTo(205 * FRAME);
  }

  @Test
  void aPauseShorterThanTheHangOverDoesNotEndSpeech() {
    SpeechTracker tracker = builder().build();

    feed(tracker, 90, 10, 0, 9, 90, 1, 0, 9, 90, 1);

    assertThat(tracker.state()).isEqualTo(State.SPEAKING);
    assertThat(events).hasSize(2);
  }

  @Test
  void aGapOfAFrameDoesNotDismiss() {
    SpeechTracker tracker = builder().build();

    feed(tracker, 0, 10, 90, 3, 0, 1, 90, 2);

    assertThat(tracker.state()).isEqualTo(State.SPEAKING);
  }

  @Test
  void withNoTimeToStartAfterTheFirstHighScoreStarts() {
    SpeechTracker tracker = builder().startAfter(Duration.ZERO).build();

    assertThat(feed(tracker, 0, 3, 90, 1)).isEqualTo(State.SPEAKING);
    assertThat(events).hasSize(2);
  }

  @Test
  void piecesOfAnyLengthGiveTheSame() {
    short[] samples = frames(0, 30, 90, 4, 0, 30, 70, 40, 20, 50, 90, 3, 0, 50, 80, 20, 0, 50);
    SpeechTracker whole = builder().build();
    whole.add(samples, 0, samples.length);
    List<String> expected = List.copyOf(events);
    assertThat(expected).hasSizeGreaterThan(6);

    for (int seed = 0; seed < 5; seed++) {
      events.clear();
      Random random = new Random(seed);
      SpeechTracker tracker = builder().build();
      for (int at = 0; at < samples.length; ) {
        int count = Math.min(samples.length - at, random.nextInt(seed == 0 ? 2 : 900));
        tracker.add(samples, at, count);
        at += count;
      }
      assertThat(events).isEqualTo(expected);
      assertThat(tracker.position()).isEqualTo(samples.length);
    }
  }

  @Test
  void resetForgetsEverythingAndTellsNobody() {
    SpeechTracker tracker = builder().build();
    feed(tracker, 90, 20);
    tracker.add(new short[77], 0, 77);
    events.clear();

    tracker.reset();

    assertThat(tracker.state()).isEqualTo(State.SILENT);
    assertThat(tracker.position()).isZero();
    assertThat(tracker.onset()).isZero();
    assertThat(tracker.end()).isZero();
    assertThat(tracker.score()).isZero();
    assertThat(detector.resets).isEqualTo(1);
    assertThat(events).isEmpty();
    feed(tracker, 0, 20, 90, 5);
    assertThat(tracker.state()).isEqualTo(State.SPEAKING);
    assertThat(tracker.onset()).isLessThanOrEqualTo(20 * FRAME);
  }

  @Test
  void twoTrackersOfOneBuilderDoNotHearEachOther() {
    short[] noise = new short[100 * FRAME];
    Random random = new Random(5);
    for (int i = 0; i < noise.length; i++) {
      noise[i] = (short) (3_000 * random.nextGaussian());
    }
    SpeechTracker.Builder builder = SpeechTracker.builder();
    SpeechTracker alone = builder.build();
    SpeechTracker other = builder.build();
    SpeechTracker expected = SpeechTracker.create();

    for (int at = 0; at < noise.length; at += FRAME) {
      alone.add(noise, at, FRAME);
      other.add(new short[FRAME], 0, FRAME);
      expected.add(noise, at, FRAME);

      assertThat(alone.score()).isEqualTo(expected.score());
    }
  }

  @Test
  void settingsThatCannotBeAreRefused() {
    SpeechTracker.Builder builder = SpeechTracker.builder();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.onThreshold(1.1))
        .withMessage("onThreshold must be in (0, 1]: 1.1");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.offThreshold(Double.NaN))
        .withMessage("offThreshold must be in (0, 1]: NaN");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.startAfter(Duration.ofMillis(-1)))
        .withMessageContaining("startAfter");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder.hangOver(Duration.ofSeconds(11)))
        .withMessageContaining("hangOver");
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> SpeechTracker.builder().onThreshold(0.3).offThreshold(0.31).build())
        .withMessage("offThreshold must not be above onThreshold: 0.31 > 0.3");
    assertThatExceptionOfType(IndexOutOfBoundsException.class)
        .isThrownBy(() -> builder().build().add(new short[5], 0, 6));
  }
}
