package io.github.geminilive.audio.pcm;

/** A filter per position, many of them: each output sample is a dot product. */
final class DotCore extends RationalCore {

  private final int taps;
  private final float[] weights;

  DotCore(int up, int down, FilterBank bank) {
    super(up, down, bank.half, bank.taps - 2 * bank.half, Math.max(1024, bank.half));
    this.taps = bank.taps;
    this.weights = bank.weights;
  }

  @Override
  void render(int count) {
    int whole = down / up;
    int part = down % up;
    int start = pos + half + 1 - taps;
    int position = phase;
    for (int i = 0; i < count; i++) {
      y[i] = dot(x, start, weights, position * taps, taps);
      start += whole;
      position += part;
      if (position >= up) {
        position -= up;
        start++;
      }
    }
    advance(count);
  }

  /** Eight sums, as floats may not be added in another order than written: one would wait. */
  private static float dot(float[] a, int aOff, float[] b, int bOff, int count) {
    float s0 = 0;
    float s1 = 0;
    float s2 = 0;
    float s3 = 0;
    float s4 = 0;
    float s5 = 0;
    float s6 = 0;
    float s7 = 0;
    for (int i = 0; i < count; i += 8) {
      s0 += a[aOff + i] * b[bOff + i];
      s1 += a[aOff + i + 1] * b[bOff + i + 1];
      s2 += a[aOff + i + 2] * b[bOff + i + 2];
      s3 += a[aOff + i + 3] * b[bOff + i + 3];
      s4 += a[aOff + i + 4] * b[bOff + i + 4];
      s5 += a[aOff + i + 5] * b[bOff + i + 5];
      s6 += a[aOff + i + 6] * b[bOff + i + 6];
      s7 += a[aOff + i + 7] * b[bOff + i + 7];
    }
    return (s0 + s1) + (s2 + s3) + ((s4 + s5) + (s6 + s7));
  }
}
