package io.github.geminilive.audio.pcm;

/** More positions than filters are kept for: each output sample is interpolated between filters. */
final class BlendCore extends RationalCore {

  private final FilterBank bank;

  BlendCore(int up, int down, FilterBank bank) {
    super(up, down, bank.half, bank.taps - 2 * bank.half, Math.max(1024, bank.half));
    this.bank = bank;
  }

  @Override
  void render(int count) {
    int whole = down / up;
    int part = down % up;
    int start = pos + half + 1 - bank.taps;
    int position = phase;
    for (int i = 0; i < count; i++) {
      long place = (long) position * bank.steps;
      int step = (int) (place / up);
      y[i] = blend(bank, x, start, step, (float) ((double) (place % up) / up));
      start += whole;
      position += part;
      if (position >= up) {
        position -= up;
        start++;
      }
    }
    advance(count);
  }

  /** The output between filters {@code step + 1} and {@code step + 2} of a bank, d of the way. */
  static float blend(FilterBank bank, float[] x, int start, int step, float d) {
    int taps = bank.taps;
    float[] w = bank.weights;
    int o0 = step * taps;
    int o1 = o0 + taps;
    int o2 = o1 + taps;
    int o3 = o2 + taps;
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float t0 = 0;
    float t1 = 0;
    float t2 = 0;
    float t3 = 0;
    for (int i = 0; i < taps; i += 2) {
      float a = x[start + i];
      float b = x[start + i + 1];
      s0 += a * w[o0 + i];
      s1 += a * w[o1 + i];
      s2 += a * w[o2 + i];
      s3 += a * w[o3 + i];
      t0 += b * w[o0 + i + 1];
      t1 += b * w[o1 + i + 1];
      t2 += b * w[o2 + i + 1];
      t3 += b * w[o3 + i + 1];
    }
    // Lagrange's cubic through the four.
    float e = d - 1;
    float f = d - 2;
    float g = d + 1;
    return -d * e * f / 6 * (s0 + t0)
        + g * e * f / 2 * (s1 + t1)
        - g * d * f / 2 * (s2 + t2)
        + g * d * e / 6 * (s3 + t3);
  }
}
