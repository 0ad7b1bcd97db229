package io.github.geminilive.audio.pcm;

import java.time.Duration;
import java.util.Arrays;

/**
 * The input a resampler still needs, and the way through it. An output sample lies at {@link #pos}
 * plus a fraction that the subclass keeps; its filter reaches from {@code pos - half + 1} to {@code
 * pos + half}.
 */
abstract class ResamplerCore {

  /** How far a filter reaches to either side, in input samples. */
  final int half;

  /** The input; {@link #filled} samples of it are valid, then come zeros wherever they are read. */
  final float[] x;

  /** Where a block of output is put. */
  final float[] y;

  /** Where the next output sample lies, rounded down, as an index into {@link #x}. */
  int pos;

  int filled;

  /** How far before {@link #pos} input is read. */
  private final int keep;

  private final int block;

  /** Adding and taking it away rounds a float of less than 2^22 to the nearest integer. */
  private static final float ROUNDER = 1.5f * (1 << 23);

  /**
   * A core without input.
   *
   * @param half how far a filter reaches to either side
   * @param spare how far beyond that input may be read, to either side
   * @param block how much input is taken at a time, {@code half} or more
   * @param maxRender how much output can become ready by a block
   */
  ResamplerCore(int half, int spare, int block, int maxRender) {
    this.half = half;
    this.keep = half + spare;
    this.block = block;
    this.x = new float[keep + 2 * half + block + spare];
    this.y = new float[maxRender];
    this.pos = keep;
    this.filled = keep;
  }

  /** How many output samples lie before this index, from the next one on. */
  abstract long before(long limit);

  /** Puts so many output samples into {@link #y}, up to its length, and moves on by as many. */
  abstract void render(int count);

  /** Moves back to the first instant. */
  abstract void rewind();

  /** The most output samples that so much input can make ready. */
  abstract int maxOutput(int inputSamples);

  static void checkPiece(int length, int off, int count) {
    if (off < 0 || count < 0 || count > length - off) {
      throw new IllegalArgumentException(
          "no piece of " + count + " samples at offset " + off + " in an array of " + length);
    }
  }

  static void checkRoom(long produced, int length, int off) {
    if (off < 0 || off > length || produced > length - off) {
      throw new IllegalArgumentException("no room for " + produced + " samples at offset " + off
          + " in an array of " + length + "; maxOutput and maxFlush tell how much is needed");
    }
  }

  final Duration latency(int inRateHz) {
    return Duration.ofNanos((half * 1_000_000_000L + inRateHz - 1) / inRateHz);
  }

  final void reset() {
    Arrays.fill(x, 0, keep, 0);
    pos = keep;
    filled = keep;
    rewind();
  }

  final int process(short[] in, int off, int count, short[] out, int outOff) {
    checkRoom(before((long) filled + count - half), out.length, outOff);
    int to = outOff;
    for (int from = off, end = off + count; from < end; ) {
      int n = room(end - from);
      for (int i = 0; i < n; i++) {
        x[filled + i] = in[from + i] * (1 / 32768f);
      }
      filled += n;
      from += n;
      to = drain(filled - half, out, to);
    }
    return to - outOff;
  }

  final int process(float[] in, int off, int count, float[] out, int outOff) {
    checkRoom(before((long) filled + count - half), out.length, outOff);
    int to = outOff;
    for (int from = off, end = off + count; from < end; ) {
      int n = room(end - from);
      for (int i = 0; i < n; i++) {
        float value = in[from + i];
        // One NaN would reach into hundreds of samples, and silence multiplied by it is no silence.
        x[filled + i] = Math.abs(value) <= Float.MAX_VALUE ? value : 0;
      }
      filled += n;
      from += n;
      to = drain(filled - half, out, to);
    }
    return to - outOff;
  }

  final int flush(short[] out, int outOff) {
    checkRoom(before(filled), out.length, outOff);
    int produced = drain(silence(), out, outOff) - outOff;
    reset();
    return produced;
  }

  final int flush(float[] out, int outOff) {
    checkRoom(before(filled), out.length, outOff);
    int produced = drain(silence(), out, outOff) - outOff;
    reset();
    return produced;
  }

  /** Makes room for input. */
  private int room(int wanted) {
    int spare = keep - half;
    int n = Math.min(wanted, block);
    if (filled + n + spare > x.length) {
      int gone = pos - keep;
      System.arraycopy(x, gone, x, 0, filled - gone);
      filled -= gone;
      pos = keep;
    }
    return n;
  }

  /** Appends silence for the filter's second half and tells where the signal ends. */
  private int silence() {
    int n = room(half);
    int end = filled;
    Arrays.fill(x, end, end + n, 0);
    filled += n;
    return end;
  }

  private int drain(int limit, short[] out, int outOff) {
    int to = outOff;
    for (int n; (n = next(limit)) > 0; to += n) {
      render(n);
      for (int i = 0; i < n; i++) {
        float value = y[i] * 32768;
        if (value > 32767) {
          value = 32767;
        } else if (value < -32768) {
          value = -32768;
        }
        out[to + i] = (short) (value + ROUNDER - ROUNDER);
      }
    }
    return to;
  }

  private int drain(int limit, float[] out, int outOff) {
    int to = outOff;
    for (int n; (n = next(limit)) > 0; to += n) {
      render(n);
      System.arraycopy(y, 0, out, to, n);
    }
    return to;
  }

  private int next(int limit) {
    int n = (int) Math.min(before(limit), y.length);
    if (n > 0) {
      // What lies behind is read, though multiplied by 0; it must not be old.
      int spare = keep - half;
      Arrays.fill(x, filled, Math.min(filled + spare, x.length), 0);
    }
    return n;
  }
}
