package io.github.geminilive.audio.pcm;

import static io.github.geminilive.audio.pcm.SampleEncoding.A_LAW;
import static io.github.geminilive.audio.pcm.SampleEncoding.F32;
import static io.github.geminilive.audio.pcm.SampleEncoding.F64;
import static io.github.geminilive.audio.pcm.SampleEncoding.MU_LAW;
import static io.github.geminilive.audio.pcm.SampleEncoding.S16;
import static io.github.geminilive.audio.pcm.SampleEncoding.S24;
import static io.github.geminilive.audio.pcm.SampleEncoding.S32;
import static io.github.geminilive.audio.pcm.SampleEncoding.U8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PcmConverterTest {

  @TempDir
  Path directory;

  private static List<PcmFormat> allForms() {
    List<PcmFormat> forms = new ArrayList<>();
    for (SampleEncoding encoding : SampleEncoding.values()) {
      PcmFormat format = PcmFormat.of(encoding, 48_000, 2);
      forms.add(format);
      if (encoding.bytesPerSample() > 1) {
        forms.add(format.withByteOrder(ByteOrder.BIG_ENDIAN));
      }
    }
    return forms;
  }

  static Stream<Arguments> pairsThatFit() {
    return allForms().stream()
        .flatMap(from -> allForms().stream()
            .filter(to -> from.encoding().fitsInto(to.encoding()))
            .map(to -> Arguments.of(from, to)));
  }

  /** Frames with every value a byte can have in every place, and no float that is not finite. */
  private static PcmAudio anything(PcmFormat format) {
    Random random = new Random(7);
    byte[] pcm = new byte[format.frameBytes() * 3_000];
    ByteBuffer buffer = ByteBuffer.wrap(pcm).order(format.byteOrder());
    if (format.encoding() == F32) {
      while (buffer.hasRemaining()) {
        buffer.putFloat(2 * random.nextFloat() - 1);
      }
    } else if (format.encoding() == F64) {
      while (buffer.hasRemaining()) {
        buffer.putDouble(2 * random.nextDouble() - 1);
      }
    } else {
      random.nextBytes(pcm);
    }
    if (format.encoding() == MU_LAW) {
      // There are two codes for zero; the usual one comes back.
      for (int i = 0; i < pcm.length; i++) {
        pcm[i] = pcm[i] == 0x7f ? -1 : pcm[i];
      }
    }
    return PcmAudio.copyOf(format, pcm);
  }

  @ParameterizedTest
  @MethodSource("pairsThatFit")
  void whatFitsComesBackBitByBit(PcmFormat from, PcmFormat to) {
    PcmAudio audio = anything(from);

    PcmAudio there = audio.convertTo(to);
    PcmAudio back = there.convertTo(from);

    assertThat(there.format()).isEqualTo(to);
    assertThat(there.frames()).isEqualTo(audio.frames());
    assertThat(back).isEqualTo(audio);
  }

  @Test
  void fortyEightKilohertzMonoToItselfIsBitExact() {
    PcmFormat format = PcmFormat.s16le(48_000, 1);
    byte[] pcm = anything(format).pcm().toByteArray();
    byte[] out = new byte[pcm.length];
    PcmConverter converter = PcmConverter.create(format, format);

    assertThat(converter.process(pcm, 0, pcm.length, out, 0)).isEqualTo(pcm.length);
    assertThat(converter.flush(new byte[0], 0)).isZero();
    assertThat(out).isEqualTo(pcm);
  }

  @Test
  void samplesAreScaledByPowersOfTwoAndRoundedToNearest() {
    short[] samples = {-32_768, -129, -128, -127, 0, 127, 128, 129, 384, 32_767};
    PcmAudio audio = PcmAudio.copyOf(16_000, 1, samples);

    assertThat(audio.convertTo(PcmFormat.of(U8, 16_000, 1)).pcm().toByteArray())
        .containsExactly(0, 127, 128, 128, 128, 128, 128, 129, 130, 255);
    assertThat(audio.convertTo(PcmFormat.of(S24, 16_000, 1)).pcm().toByteArray())
        .startsWith(0, 0, 0x80, 0, 0x7f, 0xff, 0, 0x80, 0xff);
    ByteBuffer floats = audio.convertTo(PcmFormat.f32le(16_000, 1)).pcm().asByteBuffer();
    assertThat(floats.order(ByteOrder.LITTLE_ENDIAN).getFloat(0)).isEqualTo(-1f);
    assertThat(floats.getFloat(36)).isEqualTo(32_767 / 32_768f);
  }

  @ParameterizedTest
  @EnumSource(names = {"U8", "S16", "S24", "S32"})
  void whatIsTooLoudIsLimitedAndNeverWraps(SampleEncoding encoding) {
    PcmAudio loud = floats(1f, 1.5f, 1e30f, -1f, -1.5f, -1e30f, Float.MAX_VALUE, -Float.MAX_VALUE);

    PcmAudio limited = loud.convertTo(PcmFormat.of(encoding, 16_000, 1));

    PcmAudio seen = limited.convertTo(PcmFormat.of(F64, 16_000, 1));
    ByteBuffer values = seen.pcm().asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    double highest = 1 - Math.scalb(1.0, 1 - encoding.precisionBits());
    for (double expected : new double[] {highest, highest, highest, -1, -1, -1, highest, -1}) {
      assertThat(values.getDouble()).isEqualTo(expected);
    }
  }

  @Test
  void floatsKeepWhatIsBeyondFullScale() {
    PcmAudio loud = floats(3f, -1e30f);

    assertThat(loud.convertTo(PcmFormat.of(F64, 16_000, 1)).convertTo(loud.format()))
        .isEqualTo(loud);
  }

  @Test
  void nanAndInfinityCountAsZero() {
    PcmAudio bad = floats(Float.NaN, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, 0.5f);

    assertThat(bad.convertTo(PcmFormat.LIVE_INPUT).toShorts()).containsExactly(0, 0, 0, 16_384);
    PcmAudio stereo = bad.convertTo(PcmFormat.f32le(16_000, 2));
    assertThat(stereo).isEqualTo(floats(0, 0, 0, 0.5f).convertTo(stereo.format()));
    short[] resampled = bad.convertTo(PcmFormat.s16le(48_000, 1)).toShorts();
    assertThat(resampled).hasSize(12);
    assertThat(resampled[9]).isCloseTo((short) 16_384, within((short) 1_700));
  }

  @Test
  void nanInAFloatStreamOfTheSameFormatCountsAsZeroToo() {
    PcmFormat format = PcmFormat.f32le(16_000, 1);
    byte[] in = floats(Float.NaN, 2f).pcm().toByteArray();
    byte[] out = new byte[8];

    PcmConverter.create(format, format).process(in, 0, 8, out, 0);

    assertThat(out).isEqualTo(floats(0f, 2f).pcm().toByteArray());
  }

  private static PcmAudio floats(float... values) {
    ByteBuffer buffer = ByteBuffer.allocate(4 * values.length).order(ByteOrder.LITTLE_ENDIAN);
    for (float value : values) {
      buffer.putFloat(value);
    }
    return PcmAudio.copyOf(PcmFormat.f32le(16_000, 1), buffer.array());
  }

  @ParameterizedTest
  @CsvSource({
    // The channels of the only frame, and what they become.
    "10|20, 15",
    "10|21, 16",
    "-10|-21, -16",
    "32767|32767, 32767",
    "-32768|-32768, -32768",
    "3|3|4, 3",
    "7, 7|7",
    "7, 7|7|7",
    "1|2, 1|2|1|2",
    "1|2, 1|2|1",
    "10|20|30|40, 20|30",
    "10|20|30|40|50, 30|30"
  })
  void channelsAreAveragedDownAndCopiedUp(String from, String to) {
    short[] in = shorts(from);
    short[] out = shorts(to);

    PcmAudio mixed =
        PcmAudio.copyOf(16_000, in.length, in).convertTo(PcmFormat.s16le(16_000, out.length));

    assertThat(mixed.toShorts()).containsExactly(out);
  }

  private static short[] shorts(String text) {
    String[] parts = text.trim().split("\\|");
    short[] values = new short[parts.length];
    for (int i = 0; i < parts.length; i++) {
      values[i] = Short.parseShort(parts[i]);
    }
    return values;
  }

  @Test
  void aGivenMatrixMixesAndLimits() {
    PcmConverter converter = PcmConverter.builder(
            PcmFormat.s16le(16_000, 2), PcmFormat.s16le(16_000, 3))
        .mix(new double[][] {{0, 1}, {1, -1}, {2, 2}})
        .build();
    short[] out = new short[6];

    int count = converter.process(new short[] {100, 30, 20_000, -20_000}, 0, 4, out, 0);

    assertThat(count).isEqualTo(6);
    assertThat(out).containsExactly(30, 70, 260, -20_000, 32_767, 0);
  }

  @Test
  void aMatrixOfAnotherShapeIsRefused() {
    PcmConverter.Builder builder =
        PcmConverter.builder(PcmFormat.s16le(16_000, 2), PcmFormat.s16le(16_000, 1));

    assertThatThrownBy(() -> builder.mix(new double[2][2]))
        .hasMessage("weights must have a row for each of 1 channels: 2");
    assertThatThrownBy(() -> builder.mix(new double[1][3]))
        .hasMessage("row 0 must have a factor for each of 2 channels: 3");
    assertThatThrownBy(() -> builder.mix(new double[][] {{1, Double.NaN}}))
        .hasMessage("row 0 must be finite: NaN");
  }

  static Stream<Arguments> conversions() {
    PcmFormat s16 = PcmFormat.s16le(48_000, 2);
    return Stream.of(
        Arguments.of(s16, PcmFormat.LIVE_INPUT),
        Arguments.of(PcmFormat.LIVE_OUTPUT, PcmFormat.s16le(44_100, 2)),
        Arguments.of(
            PcmFormat.of(S24, 44_100, 6).withByteOrder(ByteOrder.BIG_ENDIAN),
            PcmFormat.f32le(16_000, 3)),
        Arguments.of(PcmFormat.muLawTelephone(), PcmFormat.LIVE_INPUT),
        Arguments.of(PcmFormat.of(F64, 11_025, 1), PcmFormat.of(U8, 192_000, 1)),
        Arguments.of(PcmFormat.of(S32, 16_000, 2), PcmFormat.of(A_LAW, 16_000, 1)),
        Arguments.of(PcmFormat.of(S16, 24_000, 1), PcmFormat.of(S24, 24_000, 40)));
  }

  @ParameterizedTest
  @MethodSource("conversions")
  void piecesOfAnySizeGiveTheSameBytes(PcmFormat from, PcmFormat to) {
    byte[] in = anything(from).pcm().toByteArray();
    PcmConverter converter =
        PcmConverter.builder(from, to).gainDb(-7).dither(42).build();
    byte[] whole = convert(converter, from, in, frames -> frames);

    Random random = new Random(1);
    assertThat(convert(converter, from, in, frames -> 1)).isEqualTo(whole);
    assertThat(convert(converter, from, in, frames -> 441)).isEqualTo(whole);
    assertThat(convert(converter, from, in, frames -> 1 + random.nextInt(2_000)))
        .isEqualTo(whole);
    long expected = (3_000L * to.sampleRateHz() + from.sampleRateHz() - 1) / from.sampleRateHz();
    assertThat(whole.length / to.frameBytes()).isEqualTo((int) expected);
  }

  private static byte[] convert(
      PcmConverter converter, PcmFormat from, byte[] in, IntUnaryOperator piece) {
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    int frame = from.frameBytes();
    for (int done = 0; done < in.length; ) {
      int length = Math.min(in.length - done, frame * piece.applyAsInt(in.length / frame));
      byte[] out = new byte[converter.maxOutput(length)];
      all.write(out, 0, converter.process(in, done, length, out, 0));
      done += length;
    }
    byte[] out = new byte[converter.maxFlush()];
    all.write(out, 0, converter.flush(out, 0));
    return all.toByteArray();
  }

  @Test
  void shortsAndBytesGiveTheSame() {
    PcmFormat from = PcmFormat.s16le(48_000, 2);
    PcmFormat to = PcmFormat.s16le(16_000, 1);
    PcmAudio audio = anything(from);
    short[] in = audio.toShorts();
    PcmConverter converter = PcmConverter.create(from, to);
    short[] expected = audio.convertTo(to).toShorts();

    short[] fromShorts = new short[converter.maxOutputFrames(3_000) + converter.maxFlushFrames()];
    int count = converter.process(in, 0, in.length, fromShorts, 0);
    count += converter.flush(fromShorts, count);
    assertThat(Arrays.copyOf(fromShorts, count)).isEqualTo(expected);

    short[] fromBytes = new short[fromShorts.length];
    byte[] pcm = audio.pcm().toByteArray();
    count = converter.process(pcm, 0, pcm.length, fromBytes, 0);
    converter.flush(fromBytes, count);
    assertThat(fromBytes).isEqualTo(fromShorts);

    byte[] toBytes = new byte[2 * fromShorts.length];
    count = converter.process(in, 0, in.length, toBytes, 0);
    converter.flush(toBytes, count);
    assertThat(PcmAudio.copyOf(to, toBytes).toShorts()).isEqualTo(fromShorts);
  }

  @Test
  void channelsAreResampledEachForItself() {
    PcmFormat stereo = PcmFormat.s16le(48_000, 2);
    short[] in = anything(stereo).toShorts();
    short[] left = new short[in.length / 2];
    for (int i = 0; i < left.length; i++) {
      left[i] = in[2 * i];
    }

    short[] both =
        PcmAudio.copyOf(48_000, 2, in).convertTo(PcmFormat.s16le(16_000, 2)).toShorts();
    short[] alone =
        PcmAudio.copyOf(48_000, 1, left).convertTo(PcmFormat.LIVE_INPUT).toShorts();

    for (int i = 0; i < alone.length; i++) {
      assertThat(both[2 * i]).as("sample %d", i).isEqualTo(alone[i]);
    }
  }

  @Test
  void resetForgetsEverythingButTheLevel() {
    PcmConverter converter = PcmConverter.builder(
            PcmFormat.s16le(48_000, 1), PcmFormat.of(U8, 16_000, 1))
        .dither(3)
        .build();
    byte[] in = anything(PcmFormat.s16le(48_000, 1)).pcm().toByteArray();
    byte[] first = new byte[converter.maxOutput(in.length)];
    byte[] second = new byte[first.length];

    int count = converter.process(in, 0, in.length, first, 0);
    converter.reset();
    assertThat(converter.process(in, 0, in.length, second, 0)).isEqualTo(count);
    assertThat(second).isEqualTo(first);
    assertThat(converter.latency())
        .isEqualTo(Resampler.create(48_000, 16_000).latency())
        .isPositive();
  }

  @Test
  void gainIsInDecibels() {
    PcmConverter converter = PcmConverter.builder(PcmFormat.LIVE_INPUT, PcmFormat.LIVE_INPUT)
        .gainDb(-20)
        .build();
    short[] out = new short[3];

    converter.process(new short[] {1_000, -32_768, 5}, 0, 3, out, 0);

    assertThat(out).containsExactly(100, -3_277, 0);
  }

  @Test
  void aChangeOfGainTakesTenMillisecondsWithoutAJumpAndThenIsExact() {
    PcmFormat format = PcmFormat.LIVE_INPUT;
    PcmConverter converter = PcmConverter.create(format, format);
    short[] in = new short[400];
    Arrays.fill(in, (short) 16_000);
    short[] out = new short[400];

    converter.process(in, 0, 10, out, 0);
    converter.gainDb(Double.NEGATIVE_INFINITY);
    converter.process(in, 10, 200, out, 10);
    converter.gainDb(0);
    converter.process(in, 210, 190, out, 210);

    assertThat(out[9]).isEqualTo((short) 16_000);
    for (int i = 10; i < 400; i++) {
      assertThat(Math.abs(out[i] - out[i - 1])).as("step at %d", i).isLessThanOrEqualTo(101);
    }
    assertThat(out[89]).isEqualTo((short) 8_000);
    assertThat(out[169]).isZero();
    assertThat(out[209]).isZero();
    assertThat(out[369]).isEqualTo((short) 16_000);
    assertThat(out[399]).isEqualTo((short) 16_000);
  }

  @ParameterizedTest
  @ValueSource(doubles = {60.001, Double.POSITIVE_INFINITY, Double.NaN})
  void impossibleGainIsRefused(double gainDb) {
    PcmConverter converter = PcmConverter.create(PcmFormat.LIVE_INPUT, PcmFormat.LIVE_INPUT);

    assertThatThrownBy(() -> converter.gainDb(gainDb))
        .hasMessage("gainDb must be at most 60.0: " + gainDb);
  }

  @Test
  void ditherTurnsTheDistortionOfASoftToneIntoNoise() {
    double[] plain = softToneToU8(false);
    double[] dithered = softToneToU8(true);

    // Three quarters of a step: without dither a square wave, whose third harmonic is 1/3.
    assertThat(harmonic(plain, 3) / harmonic(plain, 1)).isGreaterThan(0.2);
    assertThat(harmonic(dithered, 3) / harmonic(dithered, 1)).isLessThan(0.02);
    assertThat(harmonic(dithered, 1)).isCloseTo(0.75, within(0.02));
    double mean = Arrays.stream(dithered).average().orElseThrow();
    assertThat(mean).isCloseTo(0, within(0.01));
  }

  private static double[] softToneToU8(boolean dither) {
    short[] tone = new short[48_000];
    for (int i = 0; i < tone.length; i++) {
      tone[i] = (short) Math.round(0.75 * 256 * Math.sin(2 * Math.PI * 440 * i / 48_000));
    }
    PcmConverter.Builder builder =
        PcmConverter.builder(PcmFormat.s16le(48_000, 1), PcmFormat.of(U8, 48_000, 1));
    if (dither) {
      builder.dither(1);
    }
    byte[] out = new byte[tone.length];
    builder.build().process(tone, 0, tone.length, out, 0);
    double[] steps = new double[out.length];
    for (int i = 0; i < out.length; i++) {
      steps[i] = (out[i] & 0xff) - 128;
    }
    return steps;
  }

  private static double harmonic(double[] samples, int number) {
    double sin = 0;
    double cos = 0;
    for (int i = 0; i < samples.length; i++) {
      double phase = 2 * Math.PI * 440 * number * i / 48_000;
      sin += samples[i] * Math.sin(phase);
      cos += samples[i] * Math.cos(phase);
    }
    return 2 * Math.hypot(sin, cos) / samples.length;
  }

  @Test
  void ditherStaysOutWhereNoBitsAreLost() {
    PcmFormat to = PcmFormat.of(S24, 48_000, 2);
    PcmAudio audio = anything(PcmFormat.s16le(48_000, 2));
    byte[] in = audio.pcm().toByteArray();
    PcmConverter converter = PcmConverter.builder(audio.format(), to).dither(1).build();
    byte[] out = new byte[converter.maxOutput(in.length)];

    converter.process(in, 0, in.length, out, 0);

    assertThat(PcmAudio.copyOf(to, out)).isEqualTo(audio.convertTo(to));
  }

  @Test
  void theSeedDecidesTheNoise() {
    assertThat(dithered(1)).isEqualTo(dithered(1)).isNotEqualTo(dithered(2));
  }

  private static byte[] dithered(long seed) {
    byte[] out = new byte[1_000];
    PcmConverter.builder(PcmFormat.LIVE_INPUT, PcmFormat.of(U8, 16_000, 1))
        .dither(seed)
        .build()
        .process(new short[1_000], 0, 1_000, out, 0);
    return out;
  }

  @Test
  void incompleteFramesAndShortArraysAreRefusedWithTheirNumbers() {
    PcmConverter converter =
        PcmConverter.create(PcmFormat.s16le(16_000, 2), PcmFormat.s16le(16_000, 1));
    byte[] in = new byte[8];
    byte[] out = new byte[4];

    assertThatThrownBy(() -> converter.process(in, 0, 7, out, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("7 bytes are not whole frames of 4 bytes (s16le 16000 Hz stereo)");
    assertThatThrownBy(() -> converter.process(in, 4, 8, out, 0))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("in has 8 bytes, there are no 8 from 4 on");
    assertThatThrownBy(() -> converter.process(in, 0, 8, out, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("out has room for 4 bytes, up to 4 may be needed from 1 on");
    assertThatThrownBy(() -> converter.process(new short[3], 0, 3, out, 0))
        .hasMessage("3 samples are not whole frames of 2 channels");
    assertThat(converter.process(in, 0, 8, out, 0)).isEqualTo(4);
    assertThat(converter.process(in, 8, 0, out, 4)).isZero();
  }

  @Test
  void shortArraysAreForSixteenBitsOnly() {
    PcmConverter converter =
        PcmConverter.create(PcmFormat.muLawTelephone(), PcmFormat.f32le(8_000, 1));

    assertThatThrownBy(() -> converter.process(new short[4], 0, 4, new byte[16], 0))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("in is mu-law 8000 Hz mono: pass bytes, short[] is for s16 only");
    assertThatThrownBy(() -> converter.process(new byte[4], 0, 4, new short[4], 0))
        .hasMessage("out is f32le 8000 Hz mono: pass bytes, short[] is for s16 only");
  }

  @Test
  void nothingIsAllocatedPerPiece() {
    PcmFormat from = PcmFormat.of(S24, 48_000, 2);
    byte[] in = new byte[960 * 6];
    PcmConverter converter =
        PcmConverter.builder(from, PcmFormat.LIVE_INPUT).gainDb(-3).dither(1).build();
    short[] out = new short[converter.maxOutputFrames(960)];
    ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    long id = Thread.currentThread().getId();
    for (int i = 0; i < 2_000; i++) {
      converter.process(in, 0, in.length, out, 0);
    }

    long least = Long.MAX_VALUE;
    for (int round = 0; round < 10; round++) {
      long before = threads.getThreadAllocatedBytes(id);
      for (int i = 0; i < 100; i++) {
        converter.process(in, 0, in.length, out, 0);
      }
      least = Math.min(least, threads.getThreadAllocatedBytes(id) - before);
    }

    assertThat(least).as("bytes per 100 pieces").isLessThan(100);
  }

  @Test
  void anHourOfTelephoneIsExactlyAnHour() {
    PcmConverter converter = PcmConverter.create(PcmFormat.muLawTelephone(), PcmFormat.LIVE_INPUT);
    byte[] in = new byte[8_000];
    short[] out = new short[converter.maxOutputFrames(8_000) + converter.maxFlushFrames()];
    long samples = 0;

    for (int second = 0; second < 3_600; second++) {
      samples += converter.process(in, 0, in.length, out, 0);
    }
    samples += converter.flush(out, 0);

    assertThat(PcmFormat.LIVE_INPUT.durationOfFrames(samples)).isEqualTo(Duration.ofHours(1));
  }

  @ParameterizedTest
  @CsvSource({
    "unsigned, 8, U8",
    "signed, 24, S24",
    "signed, 32, S32",
    "float, 32, F32",
    "float, 64, F64"
  })
  void soxMakesTheSameOfSixteenBits(String name, int bits, SampleEncoding encoding)
      throws Exception {
    Sox.assumeInstalled();
    PcmAudio audio = anything(PcmFormat.s16le(48_000, 1));
    Path in = Files.write(directory.resolve("in.raw"), audio.pcm().toByteArray());
    Path out = directory.resolve("out.raw");
    for (ByteOrder order : List.of(ByteOrder.LITTLE_ENDIAN, ByteOrder.BIG_ENDIAN)) {
      Sox.run(
          "-t",
          "raw",
          "-r",
          48_000,
          "-c",
          1,
          "-e",
          "signed",
          "-b",
          16,
          "-L",
          in,
          "-t",
          "raw",
          "-e",
          name,
          "-b",
          bits,
          order == ByteOrder.BIG_ENDIAN ? "-B" : "-L",
          out);

      PcmFormat target = PcmFormat.of(encoding, 48_000, 1).withByteOrder(order);
      byte[] ours = audio.convertTo(target).pcm().toByteArray();
      byte[] theirs = Files.readAllBytes(out);
      if (encoding != U8) {
        assertThat(ours).isEqualTo(theirs);
        continue;
      }
      assertThat(theirs).hasSameSizeAs(ours);
      for (int i = 0; i < ours.length; i++) {
        // Of two as near we take the even one, sox the higher one.
        int step = (theirs[i] & 0xff) - (ours[i] & 0xff);
        boolean tie = (audio.pcm().asByteBuffer().get(2 * i) & 0xff) == 0x80;
        assertThat(step).as("sample %d", i).isBetween(0, tie ? 1 : 0);
      }
    }
  }

  @Test
  void soxMixesChannelsTheSame() throws Exception {
    Sox.assumeInstalled();
    PcmAudio audio = anything(PcmFormat.of(S16, 48_000, 4));
    Path in = Files.write(directory.resolve("in.raw"), audio.pcm().toByteArray());
    Path out = directory.resolve("out.raw");
    Sox.run(
        "-t",
        "raw",
        "-r",
        48_000,
        "-c",
        4,
        "-e",
        "signed",
        "-b",
        16,
        "-L",
        in,
        "-t",
        "raw",
        "-e",
        "float",
        "-b",
        64,
        "-L",
        out,
        "channels",
        2);

    byte[] ours = audio.convertTo(PcmFormat.of(F64, 48_000, 2)).pcm().toByteArray();

    assertThat(ours).isEqualTo(Files.readAllBytes(out));
  }
}
