package io.github.geminilive.audio.dsp;

/**
 * Fourier transform of real signals: radix 4 in Stockham's order, so that no bits are reversed and
 * the inner loops run over neighbouring elements. Not safe for concurrent use; never allocates after
 * construction.
 */
final class Fft {

  private final int size;
  private final int half;
  private final float[] cos;
  private final float[] sin;
  private final float[] re0;
  private final float[] im0;
  private final float[] re1;
  private final float[] im1;

  /**
   * Prepares the tables.
   *
   * @param size samples of a transform, a power of two from 4 up
   */
  Fft(int size) {
    if (size < 4 || Integer.bitCount(size) != 1) {
      throw new IllegalArgumentException("size must be a power of two from 4 up: " + size);
    }
    this.size = size;
    this.half = size / 2;
    cos = new float[size];
    sin = new float[size];
    for (int i = 0; i < size; i++) {
      cos[i] = (float) Math.cos(2 * Math.PI * i / size);
      sin[i] = (float) Math.sin(2 * Math.PI * i / size);
    }
    re0 = new float[half];
    im0 = new float[half];
    re1 = new float[half];
    im1 = new float[half];
  }

  /** Samples of a transform. */
  int size() {
    return size;
  }

  /** Bins of a spectrum: half the size and one. */
  int bins() {
    return half + 1;
  }

  /**
   * Transforms a real signal, without scaling: bin k is the sum of x[n]·exp(−2πi·kn/size).
   *
   * @param x {@link #size} samples from {@code at} on
   * @param re real parts of {@link #bins} bins, written from {@code to} on
   * @param im imaginary parts, likewise; those of the first and last bin become 0
   */
  void forward(float[] x, int at, float[] re, float[] im, int to) {
    for (int i = 0, j = at; i < half; i++, j += 2) {
      re0[i] = x[j];
      im0[i] = x[j + 1];
    }
    boolean back = transform();
    float[] zr = back ? re1 : re0;
    float[] zi = back ? im1 : im0;
    re[to] = zr[0] + zi[0];
    im[to] = 0;
    re[to + half] = zr[0] - zi[0];
    im[to + half] = 0;
    for (int k = 1, m = half - 1; k <= m; k++, m--) {
      float er = 0.5f * (zr[k] + zr[m]);
      float ei = 0.5f * (zi[k] - zi[m]);
      float or = 0.5f * (zi[k] + zi[m]);
      float oi = 0.5f * (zr[m] - zr[k]);
      float tr = cos[k] * or + sin[k] * oi;
      float ti = cos[k] * oi - sin[k] * or;
      re[to + k] = er + tr;
      im[to + k] = ei + ti;
      re[to + m] = er - tr;
      im[to + m] = ti - ei;
    }
  }

  /**
   * Undoes {@link #forward}, scaling included.
   *
   * @param re real parts from {@code at} on; not changed
   * @param im imaginary parts, likewise; those of the first and last bin count as 0
   * @param x {@link #size} samples, written from {@code to} on
   */
  void inverse(float[] re, float[] im, int at, float[] x, int to) {
    re0[0] = 0.5f * (re[at] + re[at + half]);
    im0[0] = -0.5f * (re[at] - re[at + half]);
    for (int k = 1, m = half - 1; k <= m; k++, m--) {
      float er = 0.5f * (re[at + k] + re[at + m]);
      float ei = 0.5f * (im[at + k] - im[at + m]);
      float tr = 0.5f * (re[at + k] - re[at + m]);
      float ti = 0.5f * (im[at + k] + im[at + m]);
      float or = cos[k] * tr - sin[k] * ti;
      float oi = cos[k] * ti + sin[k] * tr;
      // conjugated, so that the forward kernel transforms back
      re0[k] = er - oi;
      im0[k] = -(ei + or);
      re0[m] = er + oi;
      im0[m] = -(or - ei);
    }
    boolean back = transform();
    float[] zr = back ? re1 : re0;
    float[] zi = back ? im1 : im0;
    float scale = 1f / half;
    for (int i = 0, j = to; i < half; i++, j += 2) {
      x[j] = zr[i] * scale;
      x[j + 1] = -zi[i] * scale;
    }
  }

  /** Transforms re0 and im0; true when the result is in re1 and im1. */
  private boolean transform() {
    float[] xr = re0;
    float[] xi = im0;
    float[] yr = re1;
    float[] yi = im1;
    int n = half;
    int stride = 1;
    while (n >= 4) {
      radix4(n, stride, xr, xi, yr, yi);
      float[] t = xr;
      xr = yr;
      yr = t;
      t = xi;
      xi = yi;
      yi = t;
      n /= 4;
      stride *= 4;
    }
    if (n == 2) {
      radix2(stride, xr, xi, yr, yi);
      return yr == re1;
    }
    return xr == re1;
  }

  private void radix4(int n, int s, float[] xr, float[] xi, float[] yr, float[] yi) {
    int q = n / 4;
    int step = size / n;
    for (int p = 0; p < q; p++) {
      float c1 = cos[p * step];
      float s1 = -sin[p * step];
      float c2 = cos[2 * p * step];
      float s2 = -sin[2 * p * step];
      float c3 = cos[3 * p * step];
      float s3 = -sin[3 * p * step];
      int a = s * p;
      int b = a + s * q;
      int c = b + s * q;
      int d = c + s * q;
      int o0 = 4 * s * p;
      int o1 = o0 + s;
      int o2 = o1 + s;
      int o3 = o2 + s;
      for (int i = 0; i < s; i++) {
        float ar = xr[a + i];
        float ai = xi[a + i];
        float br = xr[b + i];
        float bi = xi[b + i];
        float cr = xr[c + i];
        float ci = xi[c + i];
        float dr = xr[d + i];
        float di = xi[d + i];
        float apcR = ar + cr;
        float apcI = ai + ci;
        float amcR = ar - cr;
        float amcI = ai - ci;
        float bpdR = br + dr;
        float bpdI = bi + di;
        float jbmdR = di - bi;
        float jbmdI = br - dr;
        yr[o0 + i] = apcR + bpdR;
        yi[o0 + i] = apcI + bpdI;
        float tr = amcR - jbmdR;
        float ti = amcI - jbmdI;
        yr[o1 + i] = tr * c1 - ti * s1;
        yi[o1 + i] = tr * s1 + ti * c1;
        tr = apcR - bpdR;
        ti = apcI - bpdI;
        yr[o2 + i] = tr * c2 - ti * s2;
        yi[o2 + i] = tr * s2 + ti * c2;
        tr = amcR + jbmdR;
        ti = amcI + jbmdI;
        yr[o3 + i] = tr * c3 - ti * s3;
        yi[o3 + i] = tr * s3 + ti * c3;
      }
    }
  }

  private static void radix2(int s, float[] xr, float[] xi, float[] yr, float[] yi) {
    for (int i = 0; i < s; i++) {
      float ar = xr[i];
      float ai = xi[i];
      float br = xr[s + i];
      float bi = xi[s + i];
      yr[i] = ar + br;
      yi[i] = ai + bi;
      yr[s + i] = ar - br;
      yi[s + i] = ai - bi;
    }
  }
}
