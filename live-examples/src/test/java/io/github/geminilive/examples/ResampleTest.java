package io.github.geminilive.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ResampleTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  private static byte[] noise(int length) {
    byte[] bytes = new byte[length];
    new Random(length).nextBytes(bytes);
    return bytes;
  }

  private int run(byte[] in, String args) {
    out.reset();
    return Resample.run(args.split(" "), new ByteArrayInputStream(in), out);
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "1", "441", "100000", "r1", "r-7"})
  void everyChunkGivesTheSameBytes(String chunk) {
    byte[] in = noise(2 * 30_011);
    run(in, "24000 44100 s16le");
    byte[] expected = out.toByteArray();

    assertThat(run(in, "24000 44100 s16le " + chunk)).isZero();
    assertThat(Arrays.equals(out.toByteArray(), expected)).isTrue();
    assertThat(expected).hasSize(2 * (int) Math.ceil(30_011 * 1.8375));
  }

  @ParameterizedTest
  @ValueSource(strings = {"fast", "default", "best"})
  void floatsGoWithEveryPreset(String preset) {
    assertThat(run(new byte[4 * 999], "48000 16000 f32le 480 " + preset)).isZero();
    assertThat(out.toByteArray()).isEqualTo(new byte[4 * 333]);
  }

  @Test
  void equalRatesCopy() {
    byte[] in = noise(7000);

    assertThat(run(in, "16000 16000 s16le 7")).isZero();
    assertThat(out.toByteArray()).isEqualTo(in);
    assertThat(run(new byte[0], "16000 16000 s16le")).isZero();
    assertThat(out.size()).isZero();
  }

  @Test
  void aSampleCutShortIsAnErrorAfterTheWholeOnes() {
    byte[] in = noise(2003);

    assertThat(run(in, "16000 8000 s16le")).isEqualTo(1);
    assertThat(out.size()).isEqualTo(2 * 501);
    assertThat(run(in, "16000 8000 f32le 10")).isEqualTo(1);
    assertThat(out.size()).isEqualTo(4 * 250);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "16000 8000",
        "16000 8000 s16be",
        "16000 7999 s16le",
        "16k 8000 s16le",
        "16000 8000 s16le -1",
        "16000 8000 s16le x",
        "16000 8000 s16le r",
        "16000 8000 s16le 99999999",
        "16000 8000 s16le 0 good",
        "16000 8000 s16le 0 best more"
      })
  void wrongUsageIsRefusedBeforeAnythingIsRead(String args) {
    assertThat(run(noise(100), args)).isEqualTo(2);
    assertThat(out.size()).isZero();
  }

  @Test
  void aReaderThatLeavesEndsIt() {
    OutputStream closed = new OutputStream() {
      @Override
      public void write(int b) throws IOException {
        throw new IOException("Broken pipe");
      }
    };

    assertThat(Resample.run(
            new String[] {"16000", "8000", "s16le"}, InputStream.nullInputStream(), closed))
        .isZero();
    assertThat(Resample.run(
            new String[] {"16000", "8000", "s16le"}, new ByteArrayInputStream(noise(999)), closed))
        .isEqualTo(1);
  }
}
