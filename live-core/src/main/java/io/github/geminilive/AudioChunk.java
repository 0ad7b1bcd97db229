package io.github.geminilive;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.protocol.Bytes;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * A piece of speech: signed 16-bit little-endian mono PCM.
 *
 * @param pcm whole samples, two bytes each; may be empty
 * @param sampleRateHz samples per second, 1 to 192,000; the service speaks at 24,000
 */
public record AudioChunk(Bytes pcm, int sampleRateHz) {

  /** Bytes in one sample. */
  public static final int BYTES_PER_SAMPLE = 2;

  /** Checks that the samples are whole and the rate is possible. */
  public AudioChunk {
    requireNonNull(pcm, "pcm");
    checkFormat(pcm.size(), sampleRateHz);
  }

  /**
   * Checks what is passed as PCM.
   *
   * @throws IllegalArgumentException when the samples are not whole or the rate is impossible
   */
  public static void checkFormat(int bytes, int sampleRateHz) {
    if (bytes % BYTES_PER_SAMPLE != 0) {
      throw new IllegalArgumentException(
          "pcm must hold whole 16-bit samples, an even number of bytes: " + bytes);
    }
    if (sampleRateHz < 1 || sampleRateHz > 192_000) {
      throw new IllegalArgumentException("sampleRateHz must be in [1, 192000]: " + sampleRateHz);
    }
  }

  /** How long this sounds, rounded down to a nanosecond. */
  public Duration duration() {
    return Duration.ofNanos(samples() * 1_000_000_000L / sampleRateHz);
  }

  /** The number of samples. */
  public int samples() {
    return pcm.size() / BYTES_PER_SAMPLE;
  }

  /** A copy of the samples' bytes. */
  public byte[] toByteArray() {
    return pcm.toByteArray();
  }

  /**
   * A read-only view of the samples' bytes; nothing is copied. Its byte order is big-endian until
   * set.
   */
  public ByteBuffer asByteBuffer() {
    return pcm.asByteBuffer();
  }
}
