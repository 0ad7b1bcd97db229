package io.github.geminilive.audio;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The played samples that belong to captured ones, by nothing but reports that jitter. */
class EchoReferenceTest {

  private static final int SINK_RATE = 24_000;
  private static final int RATE = 16_000;
  private static final int BLOCK = 240;
  private static final int CHUNK = 320;
  private static final double LEAD_MS = 40;

  /** A loudspeaker that renders ahead of what is heard, and a microphone beside it. */
  private static final class Bench {
    final EchoReference reference = new EchoReference(SINK_RATE, RATE);
    final Random random = new Random(7);
    final short[] block = new short[BLOCK];
    final short[] far = new short[CHUNK];
    double jitterMs = 13;
    double ppm;
    long renderAhead = SINK_RATE * 60 / 1000;
    long rendered;
    long skewNanos;
    boolean silence;
    boolean known;
    double seconds;

    /** What frame {@code frame} holds: a slow sine whose phase names the place within a second. */
    private short value(double frame) {
      return (short) Math.round(12_000 * Math.sin(2 * Math.PI * frame / SINK_RATE));
    }

    double heardAt(double seconds) {
      return (seconds - skewNanos * 1e-9) * SINK_RATE * (1 + ppm * 1e-6);
    }

    /** 20 ms: two reports of what was heard, what is to be rendered, and a captured chunk. */
    void step() {
      for (int i = 0; i < 2; i++) {
        seconds += 0.01;
        long heard = Math.max(0, (long) heardAt(seconds));
        while (rendered < heard + renderAhead) {
          for (int k = 0; k < BLOCK; k++) {
            block[k] = silence ? 0 : value(rendered + k);
          }
          reference.rendered(rendered, block, 0, BLOCK);
          rendered += BLOCK;
        }
        double late = jitterMs * (random.nextDouble() - 0.5) * 2 / 1000;
        reference.heard(Math.max(0, (long) heardAt(seconds + late)), (long) (seconds * 1e9));
      }
      known = reference.read(far, 0, CHUNK, (long) (seconds * 1e9));
    }

    void run(double forSeconds) {
      double until = seconds + forSeconds;
      while (seconds < until) {
        step();
      }
    }

    /** By how much the reference is ahead of what was heard at the time, by its sine's phase. */
    double aheadMs() {
      double begin = seconds - (double) CHUNK / RATE;
      double best = Double.MAX_VALUE;
      double at = 0;
      for (double ms = -120; ms <= 120; ms += 0.1) {
        double error = 0;
        for (int k = 0; k < CHUNK; k += 20) {
          double frame = heardAt(begin + (double) k / RATE) + ms / 1000 * SINK_RATE;
          double difference = far[k] - value(frame);
          error += difference * difference;
        }
        if (error < best) {
          best = error;
          at = ms;
        }
      }
      return at;
    }
  }

  @Test
  void aheadOfWhatIsHeardByTheMarginInSpiteOfJitter() {
    Bench bench = new Bench();

    bench.run(3);

    assertThat(bench.known).isTrue();
    assertThat(bench.aheadMs()).isBetween(LEAD_MS - 8, LEAD_MS + 8);
    assertThat(bench.reference.alignments()).isEqualTo(1);
  }

  @Test
  void oneStreamWithoutSeamsWhileSoundIsPlayed() {
    Bench bench = new Bench();
    bench.run(1);

    double largest = 0;
    short last = bench.far[CHUNK - 1];
    for (int i = 0; i < 500; i++) {
      bench.step();
      for (short sample : bench.far) {
        largest = Math.max(largest, Math.abs(sample - last));
        last = sample;
      }
    }

    // The steepest step of a 1 Hz sine of this size, and rounding.
    assertThat(largest).isLessThan(12_000 * 2 * Math.PI / RATE + 2);
    assertThat(bench.reference.alignments()).isEqualTo(1);
  }

  @Test
  void nothingIsKnownBeforeTheFirstReports() {
    EchoReference reference = new EchoReference(SINK_RATE, RATE);
    short[] far = {1, 2, 3};

    assertThat(reference.read(far, 0, 3, 0)).isFalse();
    assertThat(far).containsOnly((short) 0);
  }

  @Test
  void driftIsLeftAloneWhileSoundIsPlayedAndMadeUpForInSilence() {
    Bench bench = new Bench();
    bench.ppm = 700;
    bench.run(60);
    int alignedWhilePlaying = bench.reference.alignments();
    bench.silence = true;
    bench.run(2);
    bench.silence = false;
    bench.run(2);

    assertThat(alignedWhilePlaying).isEqualTo(1);
    assertThat(bench.reference.alignments()).isEqualTo(2);
    assertThat(bench.aheadMs()).isBetween(LEAD_MS - 8, LEAD_MS + 8);
  }

  @Test
  void whatWasLearntInSilenceHoldsFromTheFirstSoundOn() {
    Bench bench = new Bench();
    bench.silence = true;
    bench.run(3);
    bench.silence = false;
    bench.run(1);
    int alignments = bench.reference.alignments();
    assertThat(bench.aheadMs()).isBetween(LEAD_MS - 3, LEAD_MS + 3);
    for (int i = 0; i < 20; i++) {
      bench.silence = true;
      bench.run(1);
      bench.silence = false;
      bench.run(1);
    }

    assertThat(bench.reference.alignments()).isEqualTo(alignments);
  }

  @Test
  void aMomentInWhichThreadsStallMovesNothing() {
    Bench bench = new Bench();
    bench.run(2);
    int alignments = bench.reference.alignments();

    for (int i = 0; i < 5; i++) {
      // Chunks that are stamped 80 ms late, for 100 ms; then reports that are.
      for (int k = 0; k < 5; k++) {
        bench.step();
        bench.reference.read(bench.far, 0, CHUNK, (long) (bench.seconds * 1e9) + 80_000_000L);
        bench.seconds += 0.02;
      }
      bench.run(1);
      bench.skewNanos = 80_000_000;
      bench.run(0.1);
      bench.skewNanos = 0;
      bench.run(1);
    }

    assertThat(bench.reference.alignments()).isEqualTo(alignments);
  }

  @Test
  void aBrokenTimeLineIsAlignedAnew() {
    Bench bench = new Bench();
    bench.run(2);

    bench.skewNanos = 300_000_000;
    bench.rendered = (long) bench.heardAt(bench.seconds) + bench.renderAhead;
    bench.run(2);

    assertThat(bench.aheadMs()).isBetween(LEAD_MS - 8, LEAD_MS + 8);
  }

  @Test
  void whatWasTakenBackIsSilentInTheReference() {
    EchoReference reference = new EchoReference(RATE, RATE);
    short[] loud = new short[160];
    short[] none = new short[160];
    Arrays.fill(loud, (short) 1000);
    long frame = 0;
    for (int i = 0; i < 100; i++) {
      reference.rendered(frame, loud, 0, 160);
      frame += 160;
      reference.heard(Math.max(0, frame - 1600), i * 10_000_000L);
    }
    short[] far = new short[160];
    reference.read(far, 0, 160, 990_000_000L);
    assertThat(far).containsOnly((short) 1000);

    // Heard up to 14,400; everything behind that is taken back, and silence rendered instead.
    reference.rendered(14_400, none, 0, 160);
    reference.rendered(14_560, none, 0, 160);
    int loudSamples = 0;
    for (int i = 1; i <= 4; i++) {
      reference.read(far, 0, 160, 990_000_000L + i * 10_000_000L);
      for (short sample : far) {
        loudSamples += sample != 0 ? 1 : 0;
      }
    }

    // One that was converted before.
    assertThat(loudSamples).isLessThanOrEqualTo(1);
  }

  @Test
  void aLoudspeakerThatRendersNothingAheadHoldsTheReferenceBack() {
    Bench bench = new Bench();
    bench.renderAhead = 0;
    bench.jitterMs = 0;

    bench.run(3);

    assertThat(bench.known).isTrue();
    // Never later than heard by more than a block and what the resampler needs ahead.
    assertThat(bench.aheadMs()).isBetween(-16.0, 15.0);
  }
}
