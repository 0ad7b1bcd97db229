package io.github.geminilive.audio.dsp;

import java.util.Arrays;

/** Keeps what was played and reads it at a rate that differs a little, so that clocks may differ. */
final class FarLine {

  private static final int TAPS = 32;
  private static final int PHASES = 256;

  /** The lag from which on the rate may differ: what is read needs samples after it. */
  static final int LEAST_LAG = TAPS / 2 + 4;

  private final float[] ring;
  private final int mask;
  private final float[][] table = new float[PHASES + 1][TAPS];
  private long written;
  private double lag;
  private double ppm;

  FarLine(int rateHz) {
    ring = new float[Integer.highestOneBit(2 * rateHz)];
    mask = ring.length - 1;
    for (int p = 0; p <= PHASES; p++) {
      float[] row = table[p];
      double sum = 0;
      for (int t = 0; t < TAPS; t++) {
        double x = t - (TAPS / 2 - 1) - p / (double) PHASES;
        double sinc = Math.abs(x) < 1e-9 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
        double cos = Math.cos(Math.PI * x / TAPS);
        row[t] = (float) (sinc * cos * cos);
        sum += row[t];
      }
      for (int t = 0; t < TAPS; t++) {
        row[t] /= (float) sum;
      }
    }
  }

  void reset() {
    Arrays.fill(ring, 0);
    written = 0;
    lag = 0;
    ppm = 0;
  }

  /** By how many samples the end of what is read lies behind what was written. */
  double lag() {
    return lag;
  }

  void lag(double samples) {
    lag = samples;
  }

  /** By how much the lag grows, parts per million. */
  double ppm() {
    return ppm;
  }

  void ppm(double ppm) {
    this.ppm = ppm;
  }

  void write(float[] samples) {
    for (float sample : samples) {
      ring[(int) (written++ & mask)] = sample;
    }
  }

  /** Reads again what was read last, to the nearest sample. */
  void last(float[] into) {
    copy(written - into.length - Math.round(lag), into);
  }

  /** Reads as many samples as were written last. */
  void read(float[] into) {
    int count = into.length;
    if (lag < LEAST_LAG) {
      copy(written - count - Math.round(lag), into);
      return;
    }
    for (int i = 0; i < count; i++) {
      lag += ppm * 1e-6;
      int whole = (int) Math.floor(-lag);
      float phase = (float) ((-lag - whole) * PHASES);
      int row = (int) phase;
      float part = phase - row;
      float[] a = table[row];
      float[] b = table[Math.min(row + 1, PHASES)];
      long from = written - count + i + whole - (TAPS / 2 - 1);
      float sumA = 0;
      float sumB = 0;
      for (int t = 0; t < TAPS; t++) {
        float sample = ring[(int) (from + t & mask)];
        sumA += a[t] * sample;
        sumB += b[t] * sample;
      }
      into[i] = sumA + part * (sumB - sumA);
    }
  }

  private void copy(long from, float[] into) {
    for (int i = 0; i < into.length; i++) {
      into[i] = ring[(int) (from + i & mask)];
    }
  }
}
