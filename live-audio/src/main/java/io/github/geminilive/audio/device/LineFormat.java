package io.github.geminilive.audio.device;

import java.util.Locale;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioFormat.Encoding;
import org.jspecify.annotations.Nullable;

/** How a line's bytes become 16-bit mono samples, and the other way round. */
final class LineFormat {

  private enum Sample {
    U8,
    S8,
    S16,
    S24,
    S32,
    F32
  }

  private final AudioFormat format;
  private final Sample sample;
  private final int channels;
  private final int sampleBytes;
  private final boolean bigEndian;

  private LineFormat(AudioFormat format, Sample sample) {
    this.format = format;
    this.sample = sample;
    this.channels = format.getChannels();
    this.sampleBytes = format.getSampleSizeInBits() / 8;
    this.bigEndian = format.isBigEndian();
  }

  /** Returns null for what this class cannot convert. */
  static @Nullable LineFormat of(AudioFormat format) {
    int bits = format.getSampleSizeInBits();
    int channels = format.getChannels();
    Sample sample = null;
    if (format.getEncoding().equals(Encoding.PCM_SIGNED)) {
      sample = switch (bits) {
        case 8 -> Sample.S8;
        case 16 -> Sample.S16;
        case 24 -> Sample.S24;
        case 32 -> Sample.S32;
        default -> null;
      };
    } else if (format.getEncoding().equals(Encoding.PCM_UNSIGNED) && bits == 8) {
      sample = Sample.U8;
    } else if (format.getEncoding().equals(Encoding.PCM_FLOAT) && bits == 32) {
      sample = Sample.F32;
    }
    // Frames wider than their samples (24 bits in 4 bytes) do not say on which side the gap is.
    if (sample == null || channels < 1 || format.getFrameSize() != channels * bits / 8) {
      return null;
    }
    return new LineFormat(format, sample);
  }

  /** Which of several formats is to be tried first: the smaller, the better. */
  int rank() {
    int bySample = switch (sample) {
      case S16 -> 0;
      case S32 -> 2;
      case F32 -> 4;
      case S24 -> 6;
      case S8 -> 8;
      case U8 -> 10;
    };
    return channels * 100 + bySample + (bigEndian ? 20 : 0);
  }

  AudioFormat format() {
    return format;
  }

  int rateHz() {
    return Math.round(format.getSampleRate());
  }

  int channels() {
    return channels;
  }

  int frameBytes() {
    return channels * sampleBytes;
  }

  /** Turns frames into samples: the mean of the channels. */
  void decode(byte[] in, int inOffset, int frames, short[] out, int outOffset) {
    int at = inOffset;
    for (int i = 0; i < frames; i++) {
      long sum = 0;
      for (int c = 0; c < channels; c++, at += sampleBytes) {
        sum += read(in, at);
      }
      // In 32 bits until here; rounded once, half up.
      long mean = channels == 1 ? sum : Math.round((double) sum / channels);
      out[outOffset + i] = (short) Math.min(Short.MAX_VALUE, (mean + 0x8000) >> 16);
    }
  }

  private int read(byte[] in, int at) {
    return switch (sample) {
      case U8 -> ((in[at] & 0xFF) - 128) << 24;
      case S8 -> in[at] << 24;
      case S16 ->
        bigEndian
            ? in[at] << 24 | (in[at + 1] & 0xFF) << 16
            : in[at + 1] << 24 | (in[at] & 0xFF) << 16;
      case S24 ->
        bigEndian
            ? in[at] << 24 | (in[at + 1] & 0xFF) << 16 | (in[at + 2] & 0xFF) << 8
            : in[at + 2] << 24 | (in[at + 1] & 0xFF) << 16 | (in[at] & 0xFF) << 8;
      case S32 -> word(in, at);
      // The cast saturates, and makes 0 of what is not a number.
      case F32 -> (int) (Float.intBitsToFloat(word(in, at)) * 0x1p31);
    };
  }

  private int word(byte[] in, int at) {
    int a = in[at] & 0xFF;
    int b = in[at + 1] & 0xFF;
    int c = in[at + 2] & 0xFF;
    int d = in[at + 3] & 0xFF;
    return bigEndian ? a << 24 | b << 16 | c << 8 | d : d << 24 | c << 16 | b << 8 | a;
  }

  /** Turns samples into frames: the same sample on every channel. */
  void encode(short[] in, int inOffset, int frames, byte[] out, int outOffset) {
    int at = outOffset;
    for (int i = 0; i < frames; i++) {
      for (int c = 0; c < channels; c++, at += sampleBytes) {
        write(in[inOffset + i], out, at);
      }
    }
  }

  private void write(short value, byte[] out, int at) {
    switch (sample) {
      case U8 -> out[at] = (byte) ((value >> 8) + 128);
      case S8 -> out[at] = (byte) (value >> 8);
      case S16, S24, S32 -> put(value << 16, out, at);
      case F32 -> put(Float.floatToRawIntBits(value * 0x1p-15f), out, at);
    }
  }

  private void put(int word, byte[] out, int at) {
    for (int i = 0; i < sampleBytes; i++) {
      out[at + (bigEndian ? i : sampleBytes - 1 - i)] = (byte) (word >> (24 - 8 * i));
    }
  }

  @Override
  public String toString() {
    return String.format(
        Locale.ROOT,
        "%d Hz, %d bit, %d channel%s",
        rateHz(),
        sampleBytes * 8,
        channels,
        channels == 1 ? "" : "s");
  }
}
