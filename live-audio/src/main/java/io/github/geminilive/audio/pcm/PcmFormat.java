package io.github.geminilive.audio.pcm;

import static java.util.Objects.requireNonNull;

import java.nio.ByteOrder;
import java.time.Duration;

/**
 * What a row of audio bytes means: samples of all channels one after the other make a frame, frames
 * follow each other in time.
 *
 * @param encoding how a sample is written
 * @param sampleRateHz frames per second, 8,000 to 192,000
 * @param channels samples per frame, 1 to 65,535
 * @param byteOrder order of the bytes in a sample; little-endian where a sample is one byte,
 *     whatever was given
 */
public record PcmFormat(
    SampleEncoding encoding, int sampleRateHz, int channels, ByteOrder byteOrder) {

  /** The lowest rate. */
  public static final int MIN_SAMPLE_RATE_HZ = 8_000;

  /** The highest rate. */
  public static final int MAX_SAMPLE_RATE_HZ = 192_000;

  /** The most channels, as many as a WAV file can name. */
  public static final int MAX_CHANNELS = 65_535;

  /** What the service hears best: 16 kHz mono, signed 16-bit little-endian. */
  public static final PcmFormat LIVE_INPUT = s16le(16_000, 1);

  /** What the service speaks: 24 kHz mono, signed 16-bit little-endian. */
  public static final PcmFormat LIVE_OUTPUT = s16le(24_000, 1);

  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** Checks the ranges. */
  public PcmFormat {
    requireNonNull(encoding, "encoding");
    requireNonNull(byteOrder, "byteOrder");
    if (sampleRateHz < MIN_SAMPLE_RATE_HZ || sampleRateHz > MAX_SAMPLE_RATE_HZ) {
      throw new IllegalArgumentException("sampleRateHz must be in [%d, %d]: %d"
          .formatted(MIN_SAMPLE_RATE_HZ, MAX_SAMPLE_RATE_HZ, sampleRateHz));
    }
    if (channels < 1 || channels > MAX_CHANNELS) {
      throw new IllegalArgumentException(
          "channels must be in [1, %d]: %d".formatted(MAX_CHANNELS, channels));
    }
    if (encoding.bytesPerSample() == 1) {
      byteOrder = ByteOrder.LITTLE_ENDIAN;
    }
  }

  /**
   * A little-endian format.
   *
   * @param encoding how a sample is written
   * @param sampleRateHz frames per second, 8,000 to 192,000
   * @param channels samples per frame, 1 to 65,535
   */
  public static PcmFormat of(SampleEncoding encoding, int sampleRateHz, int channels) {
    return new PcmFormat(encoding, sampleRateHz, channels, ByteOrder.LITTLE_ENDIAN);
  }

  /**
   * Signed 16-bit little-endian, the most common of all.
   *
   * @param sampleRateHz frames per second, 8,000 to 192,000
   * @param channels samples per frame, 1 to 65,535
   */
  public static PcmFormat s16le(int sampleRateHz, int channels) {
    return of(SampleEncoding.S16, sampleRateHz, channels);
  }

  /**
   * Single precision floats, little-endian.
   *
   * @param sampleRateHz frames per second, 8,000 to 192,000
   * @param channels samples per frame, 1 to 65,535
   */
  public static PcmFormat f32le(int sampleRateHz, int channels) {
    return of(SampleEncoding.F32, sampleRateHz, channels);
  }

  /** The µ-law of telephones in North America and Japan: 8 kHz mono. */
  public static PcmFormat muLawTelephone() {
    return of(SampleEncoding.MU_LAW, 8_000, 1);
  }

  /** The A-law of telephones elsewhere: 8 kHz mono. */
  public static PcmFormat aLawTelephone() {
    return of(SampleEncoding.A_LAW, 8_000, 1);
  }

  /** The same with another encoding. */
  public PcmFormat withEncoding(SampleEncoding other) {
    return new PcmFormat(other, sampleRateHz, channels, byteOrder);
  }

  /** The same at another rate. */
  public PcmFormat withSampleRateHz(int other) {
    return new PcmFormat(encoding, other, channels, byteOrder);
  }

  /** The same with another number of channels. */
  public PcmFormat withChannels(int other) {
    return new PcmFormat(encoding, sampleRateHz, other, byteOrder);
  }

  /** The same in another byte order. */
  public PcmFormat withByteOrder(ByteOrder other) {
    return new PcmFormat(encoding, sampleRateHz, channels, other);
  }

  /** Whether the first byte of a sample is the most significant one. */
  public boolean isBigEndian() {
    return byteOrder == ByteOrder.BIG_ENDIAN;
  }

  /** Bytes in one frame. */
  public int frameBytes() {
    return encoding.bytesPerSample() * channels;
  }

  /**
   * The number of frames in some bytes.
   *
   * @param bytes 0 or more, whole frames
   * @throws IllegalArgumentException when a part of a frame is left over
   */
  public long frames(long bytes) {
    if (bytes < 0 || bytes % frameBytes() != 0) {
      throw new IllegalArgumentException(
          "%d bytes are not whole frames of %d bytes (%s)".formatted(bytes, frameBytes(), this));
    }
    return bytes / frameBytes();
  }

  /**
   * The number of frames that fit into a time, rounded down.
   *
   * @param time not negative
   */
  public long frames(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("time must not be negative: " + time);
    }
    return Math.addExact(
        Math.multiplyExact(time.getSeconds(), sampleRateHz),
        (long) time.getNano() * sampleRateHz / NANOS_PER_SECOND);
  }

  /**
   * How long some bytes sound, rounded down to a nanosecond.
   *
   * @param bytes 0 or more, whole frames
   * @throws IllegalArgumentException when a part of a frame is left over
   */
  public Duration duration(long bytes) {
    return durationOfFrames(frames(bytes));
  }

  /**
   * How long some frames sound, rounded down to a nanosecond.
   *
   * @param frames 0 or more
   */
  public Duration durationOfFrames(long frames) {
    if (frames < 0) {
      throw new IllegalArgumentException("frames must not be negative: " + frames);
    }
    return Duration.ofSeconds(
        frames / sampleRateHz, frames % sampleRateHz * NANOS_PER_SECOND / sampleRateHz);
  }

  /** For people: {@code s16le 16000 Hz mono}, {@code mu-law 8000 Hz stereo}. */
  @Override
  public String toString() {
    String order = switch (encoding) {
      case U8, MU_LAW, A_LAW -> "";
      default -> isBigEndian() ? "be" : "le";
    };
    String width = switch (channels) {
      case 1 -> "mono";
      case 2 -> "stereo";
      default -> channels + " channels";
    };
    return "%s%s %d Hz %s".formatted(encoding.label(), order, sampleRateHz, width);
  }
}
