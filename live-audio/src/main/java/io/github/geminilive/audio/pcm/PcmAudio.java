package io.github.geminilive.audio.pcm;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.AudioChunk;
import io.github.geminilive.protocol.Bytes;
import java.nio.ByteBuffer;
import java.time.Duration;

/**
 * A piece of audio: bytes and what they mean. Immutable.
 *
 * @param format what the bytes mean
 * @param pcm whole frames; may be empty
 */
public record PcmAudio(PcmFormat format, Bytes pcm) {

  /** Checks that the frames are whole. */
  public PcmAudio {
    requireNonNull(format, "format");
    requireNonNull(pcm, "pcm");
    format.frames(pcm.size());
  }

  /**
   * Copies bytes.
   *
   * @param format what they mean
   * @param pcm whole frames
   */
  public static PcmAudio copyOf(PcmFormat format, byte[] pcm) {
    return new PcmAudio(format, Bytes.copyOf(pcm));
  }

  /**
   * Copies 16-bit samples, as little-endian.
   *
   * @param sampleRateHz frames per second, 8,000 to 192,000
   * @param channels samples per frame, 1 to 65,535
   * @param samples channel after channel, whole frames
   */
  public static PcmAudio copyOf(int sampleRateHz, int channels, short[] samples) {
    byte[] pcm = new byte[Math.multiplyExact(2, samples.length)];
    PcmFormat format = PcmFormat.s16le(sampleRateHz, channels);
    ByteBuffer.wrap(pcm).order(format.byteOrder()).asShortBuffer().put(samples);
    return new PcmAudio(format, Bytes.wrap(pcm));
  }

  /**
   * What the service said, or is to hear; nothing is copied.
   *
   * @param chunk at 8,000 to 192,000 Hz
   */
  public static PcmAudio of(AudioChunk chunk) {
    return new PcmAudio(PcmFormat.s16le(chunk.sampleRateHz(), 1), chunk.pcm());
  }

  /**
   * Silence.
   *
   * @param format what to write it in
   * @param time how long; rounded down to whole frames
   */
  public static PcmAudio silence(PcmFormat format, Duration time) {
    byte[] frame = new byte[format.frameBytes()];
    new SampleCodec(format.withChannels(1))
        .encode(new double[format.channels()], format.channels(), frame, 0);
    byte[] pcm = new byte[Math.toIntExact(format.frames(time) * frame.length)];
    for (int i = 0; i < pcm.length; i++) {
      pcm[i] = frame[i % frame.length];
    }
    return new PcmAudio(format, Bytes.wrap(pcm));
  }

  /** How long it sounds, rounded down to a nanosecond. */
  public Duration duration() {
    return format.duration(pcm.size());
  }

  /** The number of frames. */
  public int frames() {
    return pcm.size() / format.frameBytes();
  }

  /** Whether there is nothing to hear. */
  public boolean isEmpty() {
    return pcm.size() == 0;
  }

  /**
   * The same in the form a session takes and gives; nothing is copied.
   *
   * @throws IllegalStateException when it is not 16-bit little-endian mono; convert it then
   */
  public AudioChunk toChunk() {
    PcmFormat needed = PcmFormat.s16le(format.sampleRateHz(), 1);
    if (!format.equals(needed)) {
      throw new IllegalStateException(
          "a chunk is s16le mono, this is " + format + ": use convertTo first");
    }
    return new AudioChunk(pcm, format.sampleRateHz());
  }

  /**
   * A copy of the samples, channel after channel.
   *
   * @throws IllegalStateException when they are not 16-bit; convert it then
   */
  public short[] toShorts() {
    if (format.encoding() != SampleEncoding.S16) {
      throw new IllegalStateException(
          "short[] holds s16, this is " + format + ": use convertTo first");
    }
    short[] samples = new short[pcm.size() / 2];
    pcm.asByteBuffer().order(format.byteOrder()).asShortBuffer().get(samples);
    return samples;
  }

  /**
   * The same in another format, by the usual rules of {@link PcmConverter}: default quality, mean
   * down, copy up, no dither.
   *
   * @param target the format wanted
   * @return this, when it has that format already
   */
  public PcmAudio convertTo(PcmFormat target) {
    return PcmConverter.convert(this, requireNonNull(target, "target"));
  }

  /**
   * A part, copied.
   *
   * @param fromFrame the first frame, 0 to {@link #frames}
   * @param toFrame the first frame no longer part of it, {@code fromFrame} to {@link #frames}
   */
  public PcmAudio slice(int fromFrame, int toFrame) {
    if (fromFrame < 0 || toFrame < fromFrame || toFrame > frames()) {
      throw new IllegalArgumentException(
          "no frames %d to %d in 0 to %d".formatted(fromFrame, toFrame, frames()));
    }
    int bytes = format.frameBytes();
    ByteBuffer part = pcm.asByteBuffer().position(fromFrame * bytes).limit(toFrame * bytes);
    return new PcmAudio(format, Bytes.copyOf(part));
  }

  /**
   * This, and then another.
   *
   * @param next of the same format
   * @throws IllegalArgumentException when it is of another one
   */
  public PcmAudio concat(PcmAudio next) {
    if (!format.equals(next.format)) {
      throw new IllegalArgumentException(
          "cannot append " + next.format + " to " + format + ": use convertTo first");
    }
    byte[] both = new byte[Math.addExact(pcm.size(), next.pcm.size())];
    pcm.asByteBuffer().get(both, 0, pcm.size());
    next.pcm.asByteBuffer().get(both, pcm.size(), next.pcm.size());
    return new PcmAudio(format, Bytes.wrap(both));
  }

  @Override
  public String toString() {
    return "PcmAudio[%s, %d frames, %s]".formatted(format, frames(), duration());
  }
}
