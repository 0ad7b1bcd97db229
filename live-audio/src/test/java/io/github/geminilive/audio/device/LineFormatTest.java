package io.github.geminilive.audio.device;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioFormat.Encoding;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class LineFormatTest {

  private static final short[] EDGES = {0, 1, -1, 255, 256, -256, 32_767, -32_768, 12_345, -12_345};

  static Stream<AudioFormat> wideFormats() {
    return IntStream.of(1, 2, 3, 6)
        .boxed()
        .flatMap(channels -> Stream.of(false, true)
            .flatMap(big -> Stream.of(
                format(Encoding.PCM_SIGNED, 16, channels, big),
                format(Encoding.PCM_SIGNED, 24, channels, big),
                format(Encoding.PCM_SIGNED, 32, channels, big),
                format(Encoding.PCM_FLOAT, 32, channels, big))));
  }

  private static AudioFormat format(Encoding encoding, int bits, int channels, boolean bigEndian) {
    return new AudioFormat(
        encoding, 48_000, bits, channels, bits / 8 * channels, 48_000, bigEndian);
  }

  private static LineFormat of(AudioFormat format) {
    LineFormat line = LineFormat.of(format);
    assertThat(line).isNotNull();
    return line;
  }

  @ParameterizedTest
  @MethodSource("wideFormats")
  void sixteenBitsSurviveEveryFormatThatHoldsThem(AudioFormat format) {
    LineFormat line = of(format);
    byte[] bytes = new byte[EDGES.length * line.frameBytes() + 3];
    short[] back = new short[EDGES.length + 2];

    line.encode(EDGES, 0, EDGES.length, bytes, 3);
    line.decode(bytes, 3, EDGES.length, back, 2);

    for (int i = 0; i < EDGES.length; i++) {
      assertThat(back[i + 2]).isEqualTo(EDGES[i]);
    }
  }

  @Test
  void eightBitsKeepTheUpperOnes() {
    for (Encoding encoding : new Encoding[] {Encoding.PCM_SIGNED, Encoding.PCM_UNSIGNED}) {
      LineFormat line = of(format(encoding, 8, 2, false));
      byte[] bytes = new byte[EDGES.length * 2];
      short[] back = new short[EDGES.length];

      line.encode(EDGES, 0, EDGES.length, bytes, 0);
      line.decode(bytes, 0, EDGES.length, back, 0);

      for (int i = 0; i < EDGES.length; i++) {
        assertThat(back[i]).isEqualTo((short) (EDGES[i] & 0xFF00));
      }
    }
  }

  @Test
  void bytesLieWhereTheFormatSays() {
    byte[] bytes = new byte[4];
    short[] sample = {0x1234};

    of(format(Encoding.PCM_SIGNED, 16, 1, false)).encode(sample, 0, 1, bytes, 0);
    assertThat(bytes).startsWith(0x34, 0x12);
    of(format(Encoding.PCM_SIGNED, 16, 1, true)).encode(sample, 0, 1, bytes, 0);
    assertThat(bytes).startsWith(0x12, 0x34);
    of(format(Encoding.PCM_SIGNED, 24, 1, false)).encode(sample, 0, 1, bytes, 0);
    assertThat(bytes).startsWith(0x00, 0x34, 0x12);
    of(format(Encoding.PCM_UNSIGNED, 8, 1, false)).encode(sample, 0, 1, bytes, 0);
    assertThat(bytes).startsWith(0x12 + 128);
  }

  @Test
  void channelsAreAveragedWithoutOverflow() {
    LineFormat line = of(format(Encoding.PCM_SIGNED, 16, 2, true));
    byte[] bytes = {
      0x7F,
      (byte) 0xFF,
      0x7F,
      (byte) 0xFF,
      (byte) 0x80,
      0,
      (byte) 0x80,
      0,
      0x40,
      0,
      (byte) 0xC0,
      0,
      0,
      100,
      0,
      50
    };
    short[] mono = new short[4];

    line.decode(bytes, 0, 4, mono, 0);

    assertThat(mono).containsExactly(32_767, -32_768, 0, 75);
  }

  @Test
  void floatsBeyondFullScaleAreClampedAndThoseThatAreNoNumbersAreSilent() {
    LineFormat line = of(format(Encoding.PCM_FLOAT, 32, 1, true));
    float[] values = {2, -2, Float.NaN, Float.POSITIVE_INFINITY, 0.5f, 1, -1};
    ByteBuffer bytes = ByteBuffer.allocate(4 * values.length);
    for (float value : values) {
      bytes.putFloat(value);
    }
    short[] mono = new short[values.length];

    line.decode(bytes.array(), 0, values.length, mono, 0);

    assertThat(mono).containsExactly(32_767, -32_768, 0, 32_767, 16_384, 32_767, -32_768);
  }

  @Test
  void randomWordsOfThirtyTwoBitsAreRoundedNotCut() {
    LineFormat line = of(format(Encoding.PCM_SIGNED, 32, 1, true));
    Random random = new Random(1);
    for (int i = 0; i < 1_000; i++) {
      int word = random.nextInt();
      short[] mono = new short[1];
      line.decode(ByteBuffer.allocate(4).putInt(word).array(), 0, 1, mono, 0);
      long expected = Math.min(32_767, Math.round(word / 65_536.0));
      assertThat((long) mono[0]).isEqualTo(expected);
    }
  }

  @Test
  void whatCannotBeConvertedIsRefused() {
    assertThat(LineFormat.of(format(Encoding.ULAW, 8, 1, false))).isNull();
    assertThat(LineFormat.of(format(Encoding.PCM_SIGNED, 20, 1, false))).isNull();
    assertThat(LineFormat.of(format(Encoding.PCM_UNSIGNED, 16, 1, false))).isNull();
    // 24 bits in four bytes.
    assertThat(LineFormat.of(new AudioFormat(Encoding.PCM_SIGNED, 48_000, 24, 1, 4, 48_000, false)))
        .isNull();
  }
}
