package io.github.geminilive.audio.pcm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntSupplier;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class ResamplerQualityTest {

  /** The ratios of devices, telephones, files and the service. */
  @ParameterizedTest
  @CsvSource({
    "48000, 16000", "44100, 16000", "16000, 8000", "11025, 16000",
    "8000, 16000", "16000, 24000", "24000, 48000", "24000, 44100"
  })
  @Retention(RetentionPolicy.RUNTIME)
  @interface EachRatio {}

  private static ResamplerMeter meter(int in, int out) {
    return new ResamplerMeter(in, out, Resampler.Quality.DEFAULT);
  }

  @EachRatio
  void theBandIsEvenAndEndsSteeply(int in, int out) {
    ResamplerMeter meter = meter(in, out);

    assertThat(meter.ripple(0.90)).as("dB up to 0.90").isLessThanOrEqualTo(0.01);
    assertThat(meter.minus3()).as("-3 dB point").isGreaterThanOrEqualTo(0.94);
  }

  @ParameterizedTest
  @CsvSource({"48000, 16000", "44100, 16000", "16000, 8000"})
  void nothingFoldsBack(int in, int out) {
    assertThat(meter(in, out).alias(1.001)).as("dB").isLessThanOrEqualTo(-100);
  }

  @EachRatio
  void aToneStaysOneTone(int in, int out) {
    ResamplerMeter meter = meter(in, out);

    assertThat(meter.images(0.90)).as("images, dB").isLessThanOrEqualTo(-110);
    assertThat(meter.sinadFloats()).as("SINAD, float, dB").isGreaterThanOrEqualTo(120);
    assertThat(meter.sinadShorts())
        .as("SINAD, short, dB")
        .isGreaterThanOrEqualTo(in > out ? 95 : 93);
    assertThat(meter.tones()).as("20 tones, dB").isGreaterThanOrEqualTo(120);
  }

  @EachRatio
  void aConstantStaysOne(int in, int out) {
    ResamplerMeter meter = meter(in, out);

    assertThat(meter.constantGain()).as("dB").isEqualTo(0, within(0.0001));
    assertThat(meter.constantRipple()).as("ripple, dB").isLessThanOrEqualTo(-120);
  }

  @ParameterizedTest
  @CsvSource({
    "48000, 16000, 5", "44100, 16000, 5", "16000, 8000, 9.5", "11025, 16000, 7",
    "8000, 16000, 9.5", "16000, 24000, 5", "24000, 48000, 3.5", "24000, 44100, 3.5"
  })
  void itHoldsBackNoMoreThanItSays(int in, int out, double limit) {
    double held = meter(in, out).heldMillis();
    double stated = Resampler.create(in, out).latency().toNanos() / 1e6;

    assertThat(held).as("ms").isLessThanOrEqualTo(limit).isLessThanOrEqualTo(stated);
    assertThat(stated).as("ms stated").isEqualTo(held, within(1e3 / Math.min(in, out) + 1e-6));
  }

  @EachRatio
  void aMinuteIsNeitherShiftedNorStretched(int in, int out) {
    ResamplerMeter meter = meter(in, out);

    double[] micros = meter.shiftMicros();

    assertThat(micros[0]).as("µs at the start").isEqualTo(0, within(0.5));
    assertThat(micros[1]).as("µs at the end").isEqualTo(0, within(0.5));
    for (int n = 60 * in - 2; n <= 60 * in + 2; n++) {
      int expected = (int) (((long) n * out + in - 1) / in);
      assertThat(meter.run(new short[n])).as("output of %s", n).hasSize(expected);
    }
  }

  @EachRatio
  void tooLoudIsLimitedAndNeverWraps(int in, int out) {
    ResamplerMeter meter = meter(in, out);
    float[] square = ResamplerMeter.tone(101, 1e6, 0.5, in);
    float[] clipped = ResamplerMeter.tone(997, 3, 0.5, in);

    for (float[] loud : List.of(square, clipped)) {
      short[] x = ResamplerMeter.shorts(loud);
      float[] exact = meter.run(ResamplerMeter.floats(x));
      short[] limited = meter.run(x);

      float peak = 0;
      float worst = 0;
      for (int n = 0; n < exact.length; n++) {
        peak = Math.max(peak, Math.abs(exact[n]));
        float right = Math.max(-32768, Math.min(32767, exact[n] * 32768));
        worst = Math.max(worst, Math.abs(limited[n] - right));
      }
      assertThat(peak).as("peak before the limit").isGreaterThan(1.02f);
      assertThat(worst).as("steps from the limited exact value").isLessThanOrEqualTo(0.5f);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "48000, 16000", "44100, 16000", "16000, 8000", "11025, 16000",
    "8000, 16000", "16000, 24000", "24000, 48000", "24000, 44100",
    "44101, 16000", "192000, 8000", "8000, 192000"
  })
  void thePiecesDoNotMatter(int in, int out) {
    ResamplerMeter meter = meter(in, out);
    Random random = new Random(in);
    float[] floats = new float[in / 2 + 321];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = random.nextFloat() * 2 - 1;
    }
    short[] shorts = ResamplerMeter.shorts(floats);
    float[] wholeFloats = meter.run(floats);
    short[] wholeShorts = meter.run(shorts);

    List<IntSupplier> ways = List.of(
        () -> in / 100,
        () -> 441,
        () -> 1,
        () -> 7,
        ResamplerMeter.random(1),
        ResamplerMeter.random(2),
        () -> random.nextInt(20));
    for (int i = 0; i < ways.size(); i++) {
      assertThat(Arrays.equals(meter.run(floats, ways.get(i)), wholeFloats))
          .as("float, way %s", i)
          .isTrue();
      assertThat(Arrays.equals(meter.run(shorts, ways.get(i)), wholeShorts))
          .as("short, way %s", i)
          .isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void eachQualityIsWhatItSays(Resampler.Quality quality) {
    double edge = quality.pass();
    double limit = quality == Resampler.Quality.BEST ? -125 : -100;
    for (int[] rates : new int[][] {{48000, 16000}, {24000, 44100}, {16000, 24000}}) {
      ResamplerMeter meter = new ResamplerMeter(rates[0], rates[1], quality);

      assertThat(meter.ripple(edge)).as("dB up to %s", edge).isLessThanOrEqualTo(0.01);
      assertThat(meter.images(edge)).as("images, dB").isLessThanOrEqualTo(limit);
    }
    ResamplerMeter down = new ResamplerMeter(48000, 16000, quality);
    assertThat(down.alias(Math.max(1.001, quality.stop()))).as("dB").isLessThanOrEqualTo(limit);
    if (quality == Resampler.Quality.FAST) {
      assertThat(down.alias(1.1)).as("dB from 1.1").isLessThanOrEqualTo(-55);
    }
    double[] latency = {1.8, 4.6, 12};
    assertThat(Resampler.create(48000, 16000, quality).latency().toNanos() / 1e6)
        .as("ms")
        .isLessThanOrEqualTo(latency[quality.ordinal()]);
  }

  @ParameterizedTest
  @CsvSource({"44101, 16000", "16000, 44101"})
  void interpolatedFiltersAreAsGood(int in, int out) {
    ResamplerMeter meter = meter(in, out);

    assertThat(meter.ripple(0.90)).as("dB up to 0.90").isLessThanOrEqualTo(0.01);
    assertThat(meter.images(0.90)).as("images, dB").isLessThanOrEqualTo(-110);
    assertThat(meter.sinadFloats()).as("SINAD, float, dB").isGreaterThanOrEqualTo(120);
    assertThat(meter.constantRipple()).as("ripple, dB").isLessThanOrEqualTo(-120);
    assertThat(meter.shiftMicros()[1]).as("µs at the end").isEqualTo(0, within(0.5));
    if (in > out) {
      assertThat(meter.alias(1.001)).as("dB").isLessThanOrEqualTo(-100);
    }
  }
}
