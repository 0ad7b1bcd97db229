package io.github.geminilive.audio.pcm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ResamplerTest {

  private static float[] noise(int length) {
    Random random = new Random(length);
    float[] x = new float[length];
    for (int i = 0; i < length; i++) {
      x[i] = random.nextFloat() * 2 - 1;
    }
    return x;
  }

  private static ResamplerMeter meter(int in, int out) {
    return new ResamplerMeter(in, out, Resampler.Quality.DEFAULT);
  }

  @Test
  void equalRatesPassEveryBit() {
    short[] shorts = new short[65536];
    for (int i = 0; i < shorts.length; i++) {
      shorts[i] = (short) i;
    }
    float[] floats = {1.5f, -0f, Float.NaN, Float.MIN_VALUE, Float.NEGATIVE_INFINITY};

    assertThat(meter(48000, 48000).run(shorts)).isEqualTo(shorts);
    assertThat(meter(48000, 48000).run(floats)).isEqualTo(floats);
    Resampler resampler = Resampler.create(48000, 48000);
    assertThat(resampler.latency()).isEqualTo(Duration.ZERO);
    assertThat(resampler.maxOutput(7)).isEqualTo(7);
    assertThat(resampler.maxFlush()).isZero();
  }

  @Test
  void itTellsWhatItIs() {
    Resampler resampler = Resampler.create(48000, 16000, Resampler.Quality.BEST);

    assertThat(resampler.inRateHz()).isEqualTo(48000);
    assertThat(resampler.outRateHz()).isEqualTo(16000);
    assertThat(resampler.quality()).isEqualTo(Resampler.Quality.BEST);
    assertThat(Resampler.create(8000, 16000).quality()).isEqualTo(Resampler.Quality.DEFAULT);
    assertThat(resampler).hasToString("Resampler[48000 Hz to 16000 Hz, BEST]");
  }

  @ParameterizedTest
  @ValueSource(ints = {Integer.MIN_VALUE, 0, 7999, 192001})
  void otherRatesAreRefusedByName(int rate) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Resampler.create(rate, 16000))
        .withMessage("inRateHz must be in [8000, 192000] Hz: " + rate);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Resampler.create(16000, rate))
        .withMessage("outRateHz must be in [8000, 192000] Hz: " + rate);
  }

  @Test
  void theQualityMustBeGiven() {
    assertThatNullPointerException()
        .isThrownBy(() -> Resampler.create(8000, 16000, nothing()))
        .withMessage("quality");
  }

  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T nothing() {
    return null;
  }

  @ParameterizedTest
  @CsvSource({
    "8000, 192000",
    "192000, 8000",
    "8001, 192000",
    "192000, 8001",
    "191999, 192000",
    "44101, 16000",
    "11025, 192000",
    "22050, 48000",
    "48000, 44100"
  })
  void anyTwoRatesGiveTheRightLength(int in, int out) {
    ResamplerMeter meter = meter(in, out);
    for (int n : new int[] {0, 1, 2, 3, 100, 999, 1000, 1001, 20011}) {
      long expected = ((long) n * out + in - 1) / in;
      assertThat(meter.run(noise(n))).as("output of %s", n).hasSize((int) expected);
      assertThat(meter.run(noise(n), () -> 1)).as("output of %s", n).hasSize((int) expected);
    }
  }

  @ParameterizedTest
  @CsvSource({"48000, 16000", "44100, 16000", "16000, 24000", "44101, 16000", "24000, 44100"})
  void theRoomToldIsEnoughAndNotMuchMore(int in, int out) {
    Resampler resampler = Resampler.create(in, out);
    Random random = new Random(3);
    float[] x = noise(3000);
    int closest = Integer.MAX_VALUE;
    for (int i = 0; i < 300; i++) {
      int n = random.nextInt(x.length);
      int room = resampler.maxOutput(n);
      float[] y = new float[room];
      closest = Math.min(closest, room - resampler.process(x, 0, n, y, 0));
      if (i % 50 == 49) {
        float[] rest = new float[resampler.maxFlush()];
        assertThat(resampler.flush(rest, 0)).isPositive();
      }
    }

    assertThat(closest).isZero();
    assertThat(resampler.maxOutput(0)).isZero();
    assertThat(resampler.maxOutput(Integer.MAX_VALUE)).isPositive();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> resampler.maxOutput(-1))
        .withMessage("inputSamples must not be negative: -1");
  }

  @Test
  void withoutRoomNothingIsTaken() {
    float[] x = noise(4800);
    float[] whole = meter(48000, 16000).run(x);
    Resampler resampler = Resampler.create(48000, 16000);
    float[] y = new float[1600];
    int ready = Resampler.create(48000, 16000).process(x, 0, 4800, y, 0);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> resampler.process(x, 0, 4800, y, 1600 - ready + 1))
        .withMessage("no room for " + ready + " samples at offset " + (1600 - ready + 1)
            + " in an array of 1600; maxOutput and maxFlush tell how much is needed");
    assertThat(resampler.process(x, 0, 4800, y, 0)).isEqualTo(ready);
    assertThatIllegalArgumentException().isThrownBy(() -> resampler.flush(y, ready + 1));
    assertThat(resampler.flush(y, ready)).isEqualTo(1600 - ready);
    assertThat(y).isEqualTo(whole);
  }

  @ParameterizedTest
  @CsvSource({"-1, 1", "0, -1", "0, 11", "10, 1", "11, 0", "2147483647, 1", "1, 2147483647"})
  void aPieceThatIsNotThereIsRefused(int off, int count) {
    for (Resampler resampler :
        new Resampler[] {Resampler.create(8000, 16000), Resampler.create(8000, 8000)}) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> resampler.process(new short[10], off, count, new short[99], 0))
          .withMessage("no piece of " + count + " samples at offset " + off + " in an array of 10");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> resampler.process(new float[10], off, count, new float[99], 0));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> resampler.process(new short[10], 0, 10, new short[9], -1));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> resampler.process(new short[10], 0, 10, new short[9], 10));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> resampler.flush(new short[9], 10))
          .withMessageContaining("offset 10 in an array of 9");
      assertThat(resampler.process(new short[10], 10, 0, new short[0], 0)).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"48000, 16000", "44100, 16000", "16000, 24000", "44101, 16000"})
  void resetAndFlushForgetTheSignal(int in, int out) {
    Resampler resampler = Resampler.create(in, out);
    float[] x = noise(5003);
    float[] first = new float[resampler.maxOutput(x.length)];
    float[] second = new float[first.length];
    float[] third = new float[first.length];

    resampler.process(x, 0, x.length, first, 0);
    resampler.reset();
    resampler.process(x, 0, x.length, second, 0);
    resampler.flush(new float[resampler.maxFlush()], 0);
    resampler.process(x, 0, x.length, third, 0);

    assertThat(second).isEqualTo(first);
    assertThat(third).isEqualTo(first);
    assertThat(first[first.length / 2]).isNotZero();
  }

  @Test
  void anEmptySignalStaysEmpty() {
    Resampler resampler = Resampler.create(48000, 16000);

    assertThat(resampler.flush(new short[0], 0)).isZero();
    assertThat(resampler.process(new short[0], 0, 0, new short[0], 0)).isZero();
    assertThat(resampler.flush(new float[0], 0)).isZero();
  }

  @Test
  void shortsAndFloatsContinueOneSignal() {
    short[] shorts = ResamplerMeter.shorts(noise(4001));
    float[] floats = ResamplerMeter.floats(shorts);
    float[] whole = meter(24000, 44100).run(floats);
    Resampler resampler = Resampler.create(24000, 44100);
    short[] head = new short[resampler.maxOutput(2000)];
    float[] tail = new float[whole.length];

    int taken = resampler.process(shorts, 0, 2000, head, 0);
    int to = resampler.process(floats, 2000, 2001, tail, 0);
    to += resampler.flush(tail, to);

    assertThat(Arrays.copyOf(tail, to)).isEqualTo(Arrays.copyOfRange(whole, taken, whole.length));
    assertThat(Arrays.copyOf(head, taken))
        .isEqualTo(ResamplerMeter.shorts(Arrays.copyOf(whole, taken)));
  }

  @ParameterizedTest
  @CsvSource({"48000, 16000", "44100, 16000", "44101, 16000"})
  void whatIsNoNumberCountsAsSilence(int in, int out) {
    float[] broken = noise(9000);
    float[] silent = broken.clone();
    broken[4000] = Float.NaN;
    broken[4001] = Float.POSITIVE_INFINITY;
    broken[4002] = Float.NEGATIVE_INFINITY;
    Arrays.fill(silent, 4000, 4003, 0);

    assertThat(meter(in, out).run(broken)).isEqualTo(meter(in, out).run(silent));
  }

  @Test
  void aSampleLiesWhereItLay() {
    float[] x = new float[4800];
    x[2400] = 1;
    for (int[] rates : new int[][] {{48000, 16000}, {16000, 24000}, {8000, 16000}}) {
      float[] y = meter(rates[0], rates[1]).run(x);
      int centre = 2400 * rates[1] / rates[0];
      for (int i = 1; i < 200; i++) {
        assertThat(y[centre + i])
            .as("%s around the centre", i)
            .isEqualTo(y[centre - i], within(1e-6f));
      }
      assertThat(y[centre]).isGreaterThan(0.3f);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "48000, 16000", "44100, 16000", "16000, 8000", "11025, 16000", "8000, 16000",
    "16000, 24000", "24000, 48000", "24000, 44100", "44101, 16000", "48000, 48000"
  })
  void aRunningSignalAllocatesNothing(int in, int out) {
    Resampler resampler = Resampler.create(in, out);
    DriftResampler drift = DriftResampler.create(in, out);
    short[] shorts = ResamplerMeter.shorts(noise(in / 50));
    float[] floats = ResamplerMeter.floats(shorts);
    short[] shortRoom = new short[drift.maxOutput(shorts.length)];
    float[] floatRoom = new float[drift.maxOutput(shorts.length)];
    Runnable second = () -> {
      for (int i = 0; i < 50; i++) {
        int n = 1 + i * (shorts.length - 1) / 49;
        resampler.process(shorts, 0, n, shortRoom, 0);
        resampler.process(floats, 0, n, floatRoom, 0);
        drift.adjust(i);
        drift.process(shorts, 0, n, shortRoom, 0);
        drift.process(floats, 0, n, floatRoom, 0);
      }
      resampler.reset();
      drift.reset();
    };
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    second.run();
    threads.getThreadAllocatedBytes(id);

    // The JVM itself allocates now and then, so the best of three counts.
    long least = Long.MAX_VALUE;
    for (int round = 0; round < 3; round++) {
      long before = threads.getThreadAllocatedBytes(id);
      second.run();
      least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
    }

    assertThat(least).as("bytes").isZero();
  }
}
