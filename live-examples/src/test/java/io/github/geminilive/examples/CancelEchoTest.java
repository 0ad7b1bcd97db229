package io.github.geminilive.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.testkit.Speech;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CancelEchoTest {

  private static final int RATE = 16_000;

  @TempDir
  Path folder;

  private Path far;
  private Path mic;
  private Path out;

  @BeforeEach
  void write() throws IOException {
    short[] played = new short[6 * RATE];
    ByteBuffer speech = ByteBuffer.wrap(Speech.question()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < played.length; i++) {
      if (!speech.hasRemaining()) {
        speech.rewind();
      }
      played[i] = speech.getShort();
    }
    short[] heard = new short[played.length];
    for (int i = 1_600; i < heard.length; i++) {
      heard[i] = (short) (played[i - 1_600] / 2);
    }
    far = write("far.raw", played);
    mic = write("mic.raw", heard);
    out = folder.resolve("out.raw");
  }

  private Path write(String name, short[] samples) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asShortBuffer().put(samples);
    return Files.write(folder.resolve(name), bytes.array());
  }

  private static double power(byte[] pcm, int fromSecond) {
    ByteBuffer bytes = ByteBuffer.wrap(pcm).order(ByteOrder.LITTLE_ENDIAN);
    double sum = 0;
    for (int i = 2 * RATE * fromSecond; i < pcm.length; i += 2) {
      sum += Math.pow(bytes.getShort(i), 2);
    }
    return sum;
  }

  @Test
  void theEchoIsTakenOutAndTheLengthKept() throws Exception {
    Program.Run run = new Program(CancelEcho.class, folder)
        .run("16000", far.toString(), mic.toString(), out.toString());

    byte[] before = Files.readAllBytes(mic);
    byte[] after = Files.readAllBytes(out);
    assertThat(run.exitCode()).isZero();
    assertThat(run.output()).isEmpty();
    assertThat(run.errors())
        .contains("state CANCELLING")
        .containsPattern("delay (9[789]|10[0123])\\.\\d ms");
    assertThat(after).hasSameSizeAs(before);
    assertThat(10 * Math.log10(power(before, 3) / (1 + power(after, 3)))).isGreaterThan(20);
  }

  @Test
  void withoutAnythingPlayedTheMicrophoneStaysOnItsTimeLine() throws IOException {
    Path silence = write("silence.raw", new short[100]);

    assertThat(CancelEcho.run(
            new String[] {"16000", silence.toString(), mic.toString(), out.toString()}))
        .isZero();
    assertThat(Files.readAllBytes(out)).isEqualTo(Files.readAllBytes(mic));
  }

  @ParameterizedTest
  @ValueSource(strings = {"7999", "48001", "16k"})
  void anImpossibleRateIsAUsageError(String rate) {
    assertThat(CancelEcho.run(new String[] {rate, far.toString(), mic.toString(), out.toString()}))
        .isEqualTo(2);
    assertThat(out).doesNotExist();
  }

  @Test
  void aMissingFileAndHalfASampleAreErrors() throws IOException {
    Path half = Files.write(folder.resolve("half.raw"), new byte[3]);
    Path none = folder.resolve("none.raw");

    for (Path bad : new Path[] {half, none}) {
      String[] args = {"16000", far.toString(), bad.toString(), out.toString()};
      assertThat(CancelEcho.run(args)).isEqualTo(1);
    }
    assertThat(CancelEcho.run(new String[] {"16000"})).isEqualTo(2);
    assertThat(out).doesNotExist();
  }
}
