package io.github.geminilive.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both sides in one file. */
class ConversationRecorderTest {

  private static final int RATE = 24_000;

  @TempDir
  Path folder;

  /** A side of a stereo file whose header is the usual 44 bytes, or longer. */
  static short[] side(Path file, int side) throws IOException {
    ByteBuffer wav = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    int at = 12;
    while (wav.getInt(at) != 0x61746164) { // "data"
      at += 8 + wav.getInt(at + 4);
    }
    int bytes = Math.min(wav.getInt(at + 4), wav.capacity() - at - 8);
    short[] samples = new short[bytes / 4];
    for (int i = 0; i < samples.length; i++) {
      samples[i] = wav.getShort(at + 8 + 4 * i + 2 * side);
    }
    return samples;
  }

  private static void awaitWritten(ConversationRecorder recorder, long millis) {
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (recorder.written().toMillis() < millis) {
      assertThat(System.nanoTime() - deadline).as("waiting for the disk").isNegative();
      LockSupport.parkNanos(200_000);
    }
  }

  private static short[] constant(int count, int value) {
    short[] samples = new short[count];
    Arrays.fill(samples, (short) value);
    return samples;
  }

  @Test
  void theUserIsOnTheLeftAndTheAssistantOnTheRight() throws IOException {
    Path file = folder.resolve("talk.wav");
    try (ConversationRecorder recorder = ConversationRecorder.create(file)) {
      for (int i = 1; i <= 100; i++) {
        recorder.user(constant(480, 111), 0, 480, RATE, i * 20_000_000L);
        if (i > 50) {
          recorder.assistant(constant(480, 222), 0, 480, RATE, i * 20_000_000L);
        }
      }
    }

    short[] left = side(file, 0);
    short[] right = side(file, 1);
    assertThat(left).hasSize(48_000);
    assertThat(left).containsOnly((short) 111);
    assertThat(Arrays.copyOf(right, 24_000)).containsOnly((short) 0);
    assertThat(Arrays.copyOfRange(right, 24_000, 48_000)).containsOnly((short) 222);
  }

  @Test
  void theFileIsWholeWhileItIsWritten() throws IOException {
    Path file = folder.resolve("talk.wav");
    Path copy = folder.resolve("copy.wav");
    try (ConversationRecorder recorder = ConversationRecorder.create(file)) {
      for (int i = 1; i <= 500; i++) {
        recorder.user(constant(480, 111), 0, 480, RATE, i * 20_000_000L);
        recorder.assistant(constant(480, 222), 0, 480, RATE, i * 20_000_000L);
        awaitWritten(recorder, i * 20L - 100);
      }
      Files.copy(file, copy);
    }

    short[] left = side(copy, 0);
    assertThat(left.length).isBetween(RATE * 8, RATE * 10);
    assertThat(left).containsOnly((short) 111);
    assertThat(side(copy, 1)).containsOnly((short) 222);
  }

  @Test
  void piecesOfAnyLengthAreKept() throws IOException {
    Path file = folder.resolve("talk.wav");
    try (ConversationRecorder recorder = ConversationRecorder.create(file)) {
      recorder.user(constant(RATE, 1), 0, RATE, RATE, 1_000_000_000L);
      recorder.user(constant(1, 2), 0, 1, RATE, 1_000_041_667L);
      recorder.assistant(constant(3 * RATE, 3), RATE, RATE, RATE, 1_000_000_000L);
    }

    assertThat(side(file, 0)).hasSize(RATE + 1).endsWith((short) 2);
    assertThat(side(file, 1)).hasSize(RATE + 1).startsWith((short) 3).endsWith((short) 0);
  }

  @Test
  void aPlaceThatCannotBeWrittenIsRefusedAtOnce() {
    assertThatThrownBy(() -> ConversationRecorder.create(folder.resolve("no/such/talk.wav")))
        .isInstanceOf(IOException.class);
  }

  @Test
  void badPiecesAreNamed() throws IOException {
    try (ConversationRecorder recorder = ConversationRecorder.create(folder.resolve("talk.wav"))) {
      assertThatThrownBy(() -> recorder.user(new short[1], 0, 1, 7_999, 0))
          .hasMessageContaining("7999");
      assertThatThrownBy(() -> recorder.user(new short[1], 0, 2, RATE, 0))
          .isInstanceOf(IndexOutOfBoundsException.class);
    }
  }

  @Test
  void nothingIsWrittenAfterTheEnd() throws IOException {
    Path file = folder.resolve("talk.wav");
    ConversationRecorder recorder = ConversationRecorder.create(file);
    recorder.user(constant(480, 1), 0, 480, RATE, 20_000_000L);
    recorder.close();
    recorder.user(constant(480, 2), 0, 480, RATE, 40_000_000L);
    recorder.close();

    assertThat(side(file, 0)).hasSize(480).containsOnly((short) 1);
    assertThat(recorder.failure()).isNull();
    assertThat(recorder.lost()).isEqualTo(Duration.ZERO);
  }

  @Test
  void shortPiecesAreKeptToTheLast() throws IOException {
    Path file = folder.resolve("talk.wav");
    short[] tiny = new short[36];
    try (ConversationRecorder recorder = ConversationRecorder.create(file)) {
      for (int i = 1; i <= 2400; i++) {
        for (int k = 0; k < 36; k++) {
          tiny[k] = (short) ((i - 1) * 36 + k);
        }
        recorder.assistant(tiny, 0, 36, RATE, i * 1_500_000L);
      }

      assertThat(recorder.lost()).isEqualTo(Duration.ZERO);
    }

    short[] right = side(file, 1);
    assertThat(right).hasSize(2400 * 36);
    for (int i = 0; i < right.length; i++) {
      assertThat(right[i]).isEqualTo((short) i);
    }
  }
}
