package io.github.geminilive.audio.pcm;

/**
 * Walks in steps of M/L input samples: output n lies at nM/L, and its filter is the one of the
 * fraction (nM mod L)/L.
 */
abstract class RationalCore extends ResamplerCore {

  /** Output samples per {@link #down} input samples. */
  final int up;

  /** Input samples per {@link #up} output samples. */
  final int down;

  /** Numerator of the fraction of the next output sample over {@link #up}. */
  int phase;

  RationalCore(int up, int down, int half, int spare, int block) {
    super(half, spare, block, outputs(up, down, block));
    this.up = up;
    this.down = down;
  }

  static RationalCore create(int inRateHz, int outRateHz, Resampler.Quality quality) {
    FilterBank bank = FilterBank.of(inRateHz, outRateHz, quality);
    int divisor = gcd(inRateHz, outRateHz);
    int up = outRateHz / divisor;
    int down = inRateHz / divisor;
    if (!bank.exact()) {
      return new BlendCore(up, down, bank);
    }
    return up <= LaneCore.MAX_UP ? new LaneCore(up, down, bank) : new DotCore(up, down, bank);
  }

  static int gcd(int a, int b) {
    return b == 0 ? a : gcd(b, a % b);
  }

  private static int outputs(int up, int down, int inputSamples) {
    return (int) Math.min(Integer.MAX_VALUE, ((long) inputSamples * up + down - 1) / down);
  }

  @Override
  final int maxOutput(int inputSamples) {
    return outputs(up, down, inputSamples);
  }

  @Override
  final long before(long limit) {
    long ahead = (limit - pos) * up - phase;
    return ahead <= 0 ? 0 : (ahead + down - 1) / down;
  }

  @Override
  final void rewind() {
    phase = 0;
  }

  /** Moves on by so many output samples. */
  final void advance(int outputs) {
    long ahead = phase + (long) outputs * down;
    pos += (int) (ahead / up);
    phase = (int) (ahead % up);
  }
}
