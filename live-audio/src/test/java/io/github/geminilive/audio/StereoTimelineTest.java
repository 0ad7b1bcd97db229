package io.github.geminilive.audio;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Two streams on one time line. */
class StereoTimelineTest {

  private static final int RATE = 24_000;

  /** Collects what is written. */
  private static final class Tape {
    short[] samples = new short[2 * RATE];
    int count;
    final StereoTimeline timeline = new StereoTimeline(RATE, this::write);

    private void write(short[] interleaved, int added) {
      if (count + added > samples.length) {
        samples = Arrays.copyOf(samples, Math.max(2 * samples.length, count + added));
      }
      System.arraycopy(interleaved, 0, samples, count, added);
      count += added;
    }

    short at(int side, int frame) {
      return samples[2 * frame + side];
    }

    int frames() {
      return count / 2;
    }

    /** The largest step between neighbours of a side. */
    int largestStep(int side, int from, int to) {
      int largest = 0;
      for (int i = from + 1; i < to; i++) {
        largest = Math.max(largest, Math.abs(at(side, i) - at(side, i - 1)));
      }
      return largest;
    }
  }

  private static short[] constant(int count, int value) {
    short[] samples = new short[count];
    Arrays.fill(samples, (short) value);
    return samples;
  }

  private static long nanosAt(double seconds) {
    return 5_000_000_000L + Math.round(seconds * 1e9);
  }

  @Test
  void bothSidesStandWhereTheySounded() throws IOException {
    Tape tape = new Tape();
    for (int i = 1; i <= 50; i++) {
      tape.timeline.add(0, constant(480, 100), 0, 480, RATE, nanosAt(i * 0.02));
      if (i > 20 && i <= 30) {
        tape.timeline.add(1, constant(480, 200), 0, 480, RATE, nanosAt(i * 0.02));
      }
    }
    tape.timeline.finish();

    assertThat(tape.frames()).isEqualTo(RATE);
    assertThat(tape.at(0, 0)).isEqualTo((short) 100);
    assertThat(tape.at(1, 9599)).isZero();
    assertThat(tape.at(1, 9600)).isEqualTo((short) 200);
    assertThat(tape.at(1, 14_399)).isEqualTo((short) 200);
    assertThat(tape.at(1, 14_400)).isZero();
  }

  @Test
  void aGapIsSilent() throws IOException {
    Tape tape = new Tape();
    tape.timeline.add(0, constant(480, 100), 0, 480, RATE, nanosAt(0.02));
    tape.timeline.add(0, constant(480, 100), 0, 480, RATE, nanosAt(1.02));
    tape.timeline.finish();

    assertThat(tape.frames()).isEqualTo(24_480);
    assertThat(tape.at(0, 479)).isEqualTo((short) 100);
    assertThat(tape.at(0, 480)).isZero();
    assertThat(tape.at(0, 23_999)).isZero();
    assertThat(tape.at(0, 24_000)).isEqualTo((short) 100);
  }

  @Test
  void anHourOfSilenceOnOneSideDoesNotStopTheOther() throws IOException {
    long[] written = new long[1];
    StereoTimeline timeline = new StereoTimeline(RATE, (samples, count) -> written[0] += count / 2);
    short[] second = constant(RATE, 5);
    timeline.add(1, second, 0, RATE, RATE, nanosAt(1));
    for (int i = 1; i <= 600; i++) {
      timeline.add(0, second, 0, RATE, RATE, nanosAt(i));
    }
    timeline.add(1, second, 0, RATE, RATE, nanosAt(3600));
    timeline.finish();

    assertThat(written[0]).isEqualTo(3600L * RATE);
  }

  @Test
  void timesThatJitterLeaveTheStreamAsItIs() throws IOException {
    Tape tape = new Tape();
    Random random = new Random(3);
    short[] ramp = new short[480];
    for (int i = 1; i <= 500; i++) {
      for (int k = 0; k < 480; k++) {
        ramp[k] = (short) (((i - 1) * 480 + k) % 30_000);
      }
      double jitter = i == 1 ? 0 : (random.nextDouble() - 0.5) * 0.006;
      tape.timeline.add(0, ramp, 0, 480, RATE, nanosAt(i * 0.02 + jitter));
    }
    tape.timeline.finish();

    assertThat(tape.frames()).isEqualTo(240_000);
    for (int i = 0; i < 240_000; i++) {
      assertThat(tape.at(0, i)).isEqualTo((short) (i % 30_000));
    }
  }

  @Test
  void driftIsFollowedWithoutAClick() throws IOException {
    followDrift(480);
  }

  @Test
  void driftIsFollowedAlsoInPiecesOfTwoMilliseconds() throws IOException {
    followDrift(48);
  }

  private static void followDrift(int piece) throws IOException {
    Tape tape = new Tape();
    double ppm = 200;
    short[] tone = new short[piece];
    for (int i = 1; i <= 120 * RATE / piece; i++) {
      for (int k = 0; k < piece; k++) {
        double t = ((i - 1) * piece + k) / (double) RATE;
        tone[k] = (short) Math.round(8000 * Math.sin(2 * Math.PI * 400 * t));
      }
      double end = (double) i * piece / RATE;
      tape.timeline.add(0, tone, 0, piece, RATE, nanosAt(end * (1 + ppm * 1e-6)));
    }
    tape.timeline.finish();

    // 120 s that took 24 ms longer by the clock: 576 samples.
    assertThat(tape.frames()).isBetween(2_880_000 + 576 - 125, 2_880_000 + 576 + 25);
    assertThat(tape.largestStep(0, 0, tape.frames()))
        .isLessThan((int) (8000 * 2 * Math.PI * 400 / RATE * 1.05));
  }

  @Test
  void anotherRateIsConvertedAndStaysInPlace() throws IOException {
    Tape tape = new Tape();
    for (int i = 1; i <= 100; i++) {
      short[] chunk = constant(320, i <= 50 ? 0 : 10_000);
      tape.timeline.add(0, chunk, 0, 320, 16_000, nanosAt(i * 0.02));
      tape.timeline.add(1, constant(480, i <= 50 ? 0 : 10_000), 0, 480, RATE, nanosAt(i * 0.02));
    }
    tape.timeline.finish();

    int left = 0;
    while (tape.at(0, left) < 5000) {
      left++;
    }
    assertThat(left).isBetween(RATE - 2, RATE + 2);
  }
}
