package io.github.geminilive.audio.pcm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.function.IntSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DriftResamplerTest {

  private static float[] run(DriftResampler resampler, float[] x, IntSupplier chunks) {
    float[] y = new float[resampler.maxOutput(x.length) + resampler.maxFlush()];
    int to = 0;
    for (int from = 0; from < x.length; ) {
      int n = Math.min(chunks.getAsInt(), x.length - from);
      to += resampler.process(x, from, n, y, to);
      from += n;
    }
    return Arrays.copyOf(y, to + resampler.flush(y, to));
  }

  private static short[] run(DriftResampler resampler, short[] x, IntSupplier chunks) {
    short[] y = new short[resampler.maxOutput(x.length) + resampler.maxFlush()];
    int to = 0;
    for (int from = 0; from < x.length; ) {
      int n = Math.min(chunks.getAsInt(), x.length - from);
      to += resampler.process(x, from, n, y, to);
      from += n;
    }
    return Arrays.copyOf(y, to + resampler.flush(y, to));
  }

  @ParameterizedTest
  @CsvSource({
    "48000, 48000, 0", "48000, 48000, 1000", "48000, 48000, -1000", "16000, 16000, 37.5",
    "48000, 16000, 100", "24000, 48000, -100", "44100, 16000, 250", "24000, 44100, -1000"
  })
  void aToneIsStretchedAndNothingElse(int in, int out, double ppm) {
    DriftResampler resampler = DriftResampler.create(in, out);
    resampler.adjust(ppm);
    double fold = Math.min(in, out) / 2.0;

    for (double hz : new double[] {997, 0.5 * fold, 0.9 * fold}) {
      float[] x = ResamplerMeter.tone(hz, 0.5, 1, in);
      float[] y = run(resampler, x, () -> x.length);

      double factor = 1 + ppm * 1e-6;
      assertThat((double) y.length).isEqualTo(Math.ceil(x.length * factor * out / in), within(1.0));
      // At the new pitch for a listener at the nominal rate.
      ResamplerMeter.Tone tone =
          ResamplerMeter.find(y, out / 20, y.length - out / 20, out, hz / factor);
      assertThat(ResamplerMeter.decibels(tone.amplitude() / 0.5))
          .as("gain at %s Hz, dB", hz)
          .isEqualTo(0, within(0.01));
      assertThat(ResamplerMeter.decibels(tone.amplitude() / Math.sqrt(2) / tone.restRms()))
          .as("SINAD at %s Hz, dB", hz)
          .isGreaterThan(115);
      assertThat(tone.phase()).as("phase").isEqualTo(0, within(1e-5));
    }
  }

  @Test
  void aChangeOnTheWayMakesNoClick() {
    int rate = 48000;
    double hz = 997;
    double[] steps = {0, 980, -1000, 35, 0};
    DriftResampler resampler = DriftResampler.create(rate, rate);
    float[] x = ResamplerMeter.tone(hz, 0.5, 1, rate);
    float[] y = new float[resampler.maxOutput(x.length) + 16];
    double[] right = new double[y.length];
    int to = 0;
    double position = 0;
    for (int block = 0; block < 100; block++) {
      double ppm = steps[block / 20] + block % 20;
      resampler.adjust(ppm);
      int n = resampler.process(x, block * rate / 100, rate / 100, y, to);
      for (int i = 0; i < n; i++) {
        right[to + i] = 0.5 * Math.sin(2 * Math.PI * hz / rate * position);
        position += 1 / (1 + ppm * 1e-6);
      }
      to += n;
    }

    double worst = 0;
    for (int i = rate / 20; i < to; i++) {
      worst = Math.max(worst, Math.abs(y[i] - right[i]));
    }
    assertThat(ResamplerMeter.decibels(worst / 0.5)).as("worst sample, dB").isLessThan(-110);
    assertThat(to).isGreaterThan(rate * 98 / 100);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1000, 0.1, 1000})
  void tenMinutesAreRightToTheSample(double ppm) {
    DriftResampler resampler = DriftResampler.create(8000, 8000, Resampler.Quality.FAST);
    resampler.adjust(ppm);
    short[] x = new short[8000];
    short[] y = new short[resampler.maxOutput(x.length)];
    long total = 0;
    for (int second = 0; second < 600; second++) {
      total += resampler.process(x, 0, x.length, y, 0);
    }
    total += resampler.flush(y, 0);

    double expected = 600 * 8000 * (1 + ppm * 1e-6);
    assertThat((double) total).isBetween(Math.ceil(expected - 1e-4), Math.ceil(expected + 1e-4));
  }

  @ParameterizedTest
  @CsvSource({"48000, 48000", "48000, 16000", "24000, 44100", "192000, 8000"})
  void thePiecesDoNotMatter(int in, int out) {
    float[] floats = ResamplerMeter.tone(1234.5, 0.9, 0.3, in);
    short[] shorts = ResamplerMeter.shorts(floats);
    DriftResampler resampler = DriftResampler.create(in, out);
    resampler.adjust(-123.456);
    float[] wholeFloats = run(resampler, floats, () -> floats.length);
    short[] wholeShorts = run(resampler, shorts, () -> shorts.length);

    for (IntSupplier way :
        new IntSupplier[] {() -> 1, () -> 441, () -> in / 100, ResamplerMeter.random(4)}) {
      assertThat(run(resampler, floats, way)).isEqualTo(wholeFloats);
      assertThat(run(resampler, shorts, way)).isEqualTo(wholeShorts);
    }
  }

  @Test
  void theRoomToldIsEnoughWhateverTheAdjustment() {
    DriftResampler resampler = DriftResampler.create(8000, 48000);
    float[] x = new float[4000];
    for (int i = 0; i < 100; i++) {
      resampler.adjust(i % 2 == 0 ? 1000 : -1000);
      int n = i * 40;
      float[] y = new float[resampler.maxOutput(n)];

      assertThat(resampler.process(x, 0, n, y, 0)).isBetween(n * 5 - 600, y.length);
    }
    assertThat(resampler.flush(new float[resampler.maxFlush()], 0)).isPositive();
  }

  @Test
  void veryLongPiecesAreCountedRight() {
    DriftResampler resampler = DriftResampler.create(48000, 8000, Resampler.Quality.FAST);
    resampler.adjust(-1000);
    short[] x = new short[(1 << 21) + 12345];
    short[] y = new short[resampler.maxOutput(x.length) + resampler.maxFlush()];

    int total = resampler.process(x, 0, x.length, y, 0);
    total += resampler.flush(y, total);

    assertThat(total).isEqualTo((int) Math.ceil(x.length / 6.0 * 0.999));
  }

  @ParameterizedTest
  @ValueSource(doubles = {-1000.001, 1000.001, Double.NaN, Double.POSITIVE_INFINITY})
  void tooMuchIsRefused(double ppm) {
    DriftResampler resampler = DriftResampler.create(48000, 48000);
    resampler.adjust(5);

    assertThatIllegalArgumentException()
        .isThrownBy(() -> resampler.adjust(ppm))
        .withMessage("ppm must be in [-1000, 1000]: " + ppm);
    assertThat(resampler.ppm()).isEqualTo(5);
    assertThatIllegalArgumentException()
        .isThrownBy(() -> DriftResampler.create(48000, 7999))
        .withMessageContaining("outRateHz");
    assertThatIllegalArgumentException().isThrownBy(() -> resampler.maxOutput(-1));
  }

  @Test
  void itTellsWhatItIs() {
    DriftResampler resampler = DriftResampler.create(48000, 16000);

    assertThat(resampler.inRateHz()).isEqualTo(48000);
    assertThat(resampler.outRateHz()).isEqualTo(16000);
    assertThat(resampler.quality()).isEqualTo(Resampler.Quality.DEFAULT);
    assertThat(resampler.ppm()).isZero();
    assertThat(resampler.latency()).isEqualTo(Resampler.create(48000, 16000).latency());
    assertThat(resampler).hasToString("DriftResampler[48000 Hz to 16000 Hz, DEFAULT, 0.0 ppm]");
  }
}
