package io.github.geminilive.audio.pcm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class G711Test {

  /** Magnitudes at the start of the eight segments, ITU-T G.711 tables 1 and 2, at 16 bits. */
  private static final int[] MU_LAW_STARTS = {0, 132, 396, 924, 1_980, 4_092, 8_316, 16_764};

  private static final int[] A_LAW_STARTS = {8, 264, 528, 1_056, 2_112, 4_224, 8_448, 16_896};

  @TempDir
  Path directory;

  @Test
  void muLawDecodesToTheTablesOfTheRecommendation() {
    for (int code = 0; code < 128; code++) {
      int segment = code >> 4;
      int magnitude = MU_LAW_STARTS[segment] + (code & 15) * (8 << segment);
      assertThat(G711.decodeMuLaw((byte) (0xff - code))).as("+%d", code).isEqualTo((short)
          magnitude);
      assertThat(G711.decodeMuLaw((byte) (0x7f - code))).as("-%d", code).isEqualTo((short)
          -magnitude);
    }
  }

  @Test
  void aLawDecodesToTheTablesOfTheRecommendation() {
    for (int code = 0; code < 128; code++) {
      int segment = code >> 4;
      int magnitude = A_LAW_STARTS[segment] + (code & 15) * (8 << Math.max(1, segment));
      assertThat(G711.decodeALaw((byte) ((0x80 | code) ^ 0x55))).as("+%d", code).isEqualTo((short)
          magnitude);
      assertThat(G711.decodeALaw((byte) (code ^ 0x55))).as("-%d", code).isEqualTo((short)
          -magnitude);
    }
  }

  @Test
  void everyMuLawCodeSurvivesDecodingAndEncodingExceptForMinusZero() {
    for (int code = 0; code < 256; code++) {
      byte again = G711.encodeMuLaw(G711.decodeMuLaw((byte) code));
      assertThat(again).isEqualTo((byte) (code == 0x7f ? 0xff : code));
    }
  }

  @Test
  void everyALawCodeSurvivesDecodingAndEncoding() {
    for (int code = 0; code < 256; code++) {
      assertThat(G711.encodeALaw(G711.decodeALaw((byte) code))).isEqualTo((byte) code);
    }
  }

  @Test
  void everySampleGetsTheMuLawCodeOfTheDecisionValuesOfTheRecommendation() {
    int code = 0;
    int next = 4;
    int width = 8;
    for (int sample = 0; sample <= 32_767; sample++) {
      if (sample == next && code < 127) {
        code++;
        width = code % 16 == 0 ? 2 * width : width;
        next += width;
      }
      assertThat(G711.encodeMuLaw((short) sample)).as("%d", sample).isEqualTo((byte) (0xff - code));
      if (sample > 0) {
        assertThat(G711.encodeMuLaw((short) -sample)).as("-%d", sample).isEqualTo((byte)
            (0x7f - code));
      }
    }
    assertThat(code).isEqualTo(127);
  }

  @Test
  void everySampleGetsTheALawCodeOfTheDecisionValuesOfTheRecommendation() {
    int code = 0;
    int next = 16;
    int width = 16;
    for (int sample = 0; sample <= 32_767; sample++) {
      if (sample == next) {
        code++;
        width = code % 16 == 0 && code > 16 ? 2 * width : width;
        next += width;
      }
      assertThat(G711.encodeALaw((short) sample)).as("%d", sample).isEqualTo((byte)
          ((0x80 | code) ^ 0x55));
      assertThat(G711.encodeALaw((short) ~sample)).as("-%d", sample).isEqualTo((byte)
          (code ^ 0x55));
    }
    assertThat(code).isEqualTo(127);
  }

  @ParameterizedTest
  @CsvSource({
    "0,ff,d5",
    "1,ff,d5",
    "-1,7f,55",
    "-7,7e,55",
    "3,ff,d5",
    "4,fe,d5",
    "-4,7e,55",
    "15,fd,d5",
    "16,fd,d4",
    "-16,7d,55",
    "-17,7d,54",
    "32635,80,aa",
    "32636,80,aa",
    "32767,80,aa",
    "-32635,0,2a",
    "-32636,0,2a",
    "-32768,0,2a"
  })
  void theSamplesThatTheJdkGetsWrongAndTheBordersAreRight(int sample, String muLaw, String aLaw) {
    assertThat(G711.encodeMuLaw((short) sample)).isEqualTo((byte) Integer.parseInt(muLaw, 16));
    assertThat(G711.encodeALaw((short) sample)).isEqualTo((byte) Integer.parseInt(aLaw, 16));
  }

  @Test
  void allCodesOfAllSamplesAreThoseOnceHeldAgainstSox() {
    CRC32 muLaw = new CRC32();
    CRC32 aLaw = new CRC32();

    for (int sample = Short.MIN_VALUE; sample <= Short.MAX_VALUE; sample++) {
      muLaw.update(G711.encodeMuLaw((short) sample) & 0xff);
      aLaw.update(G711.encodeALaw((short) sample) & 0xff);
    }

    assertThat(Long.toHexString(muLaw.getValue())).isEqualTo("eb8edaa8");
    assertThat(Long.toHexString(aLaw.getValue())).isEqualTo("9133796e");
  }

  @Test
  void arraysAreDoneLikeSingleSamples() {
    short[] samples = {0, 0, 1_000, -1_000, 32_767, 0};
    byte[] codes = new byte[6];
    short[] back = new short[6];

    G711.encodeMuLaw(samples, 2, 3, codes, 1);
    G711.decodeMuLaw(codes, 1, 3, back, 2);
    assertThat(codes)
        .containsExactly(
            0, G711.encodeMuLaw((short) 1_000), G711.encodeMuLaw((short) -1_000), 0x80, 0, 0);
    assertThat(back).containsExactly(0, 0, 988, -988, 32_124, 0);

    G711.encodeALaw(samples, 2, 3, codes, 1);
    G711.decodeALaw(codes, 1, 3, back, 2);
    assertThat(back).containsExactly(0, 0, 1_008, -1_008, 32_256, 0);
  }

  @Test
  void arraysTooShortAreRefused() {
    assertThatThrownBy(() -> G711.encodeMuLaw(new short[4], 0, 5, new byte[5], 0))
        .isInstanceOf(IndexOutOfBoundsException.class);
    assertThatThrownBy(() -> G711.decodeALaw(new byte[5], 0, 5, new short[5], 1))
        .isInstanceOf(IndexOutOfBoundsException.class);
  }

  @Test
  void soxDecodesEveryCodeToTheSameSample() throws Exception {
    Sox.assumeInstalled();
    byte[] codes = new byte[256];
    for (int code = 0; code < 256; code++) {
      codes[code] = (byte) code;
    }
    Files.write(directory.resolve("codes.ul"), codes);
    Files.write(directory.resolve("codes.al"), codes);

    short[] muLaw = soxToShorts("codes.ul", "mu-law");
    short[] aLaw = soxToShorts("codes.al", "a-law");

    for (int code = 0; code < 256; code++) {
      assertThat(G711.decodeMuLaw((byte) code)).as("mu %d", code).isEqualTo(muLaw[code]);
      assertThat(G711.decodeALaw((byte) code)).as("a %d", code).isEqualTo(aLaw[code]);
    }
  }

  /** sox rounds to 14 or 13 bits first, so borders lie up to four samples elsewhere. */
  @Test
  void soxEncodesEverySampleToTheSameCodeExceptAtBorders() throws Exception {
    Sox.assumeInstalled();
    ByteBuffer samples = ByteBuffer.allocate(131_072).order(ByteOrder.LITTLE_ENDIAN);
    for (int sample = Short.MIN_VALUE; sample <= Short.MAX_VALUE; sample++) {
      samples.putShort((short) sample);
    }
    Files.write(directory.resolve("all.s16"), samples.array());

    byte[] muLaw = soxFromShorts("all.ul", "mu-law");
    byte[] aLaw = soxFromShorts("all.al", "a-law");

    for (int i = 0; i < 65_536; i++) {
      int sample = i + Short.MIN_VALUE;
      short below = (short) Math.max(Short.MIN_VALUE, sample - 4);
      short above = (short) Math.min(Short.MAX_VALUE, sample + 4);
      assertThat(muLaw[i])
          .as("mu-law of %d", sample)
          .isIn(G711.encodeMuLaw((short) sample), G711.encodeMuLaw(below), G711.encodeMuLaw(above));
      assertThat(aLaw[i])
          .as("A-law of %d", sample)
          .isIn(G711.encodeALaw((short) sample), G711.encodeALaw(below), G711.encodeALaw(above));
    }
  }

  private short[] soxToShorts(String file, String encoding) throws Exception {
    Path out = directory.resolve(file + ".s16");
    Sox.run(
        "-t",
        "raw",
        "-r",
        8_000,
        "-c",
        1,
        "-e",
        encoding,
        "-b",
        8,
        directory.resolve(file),
        "-t",
        "raw",
        "-e",
        "signed",
        "-b",
        16,
        "-L",
        out);
    return PcmAudio.copyOf(PcmFormat.s16le(8_000, 1), Files.readAllBytes(out)).toShorts();
  }

  private byte[] soxFromShorts(String file, String encoding) throws Exception {
    Path out = directory.resolve(file);
    Sox.run(
        "-t",
        "raw",
        "-r",
        8_000,
        "-c",
        1,
        "-e",
        "signed",
        "-b",
        16,
        "-L",
        directory.resolve("all.s16"),
        "-t",
        "raw",
        "-e",
        encoding,
        "-b",
        8,
        out);
    return Files.readAllBytes(out);
  }
}
