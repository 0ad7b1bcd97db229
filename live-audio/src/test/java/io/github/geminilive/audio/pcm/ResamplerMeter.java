package io.github.geminilive.audio.pcm;

import java.util.Arrays;
import java.util.Random;
import java.util.function.IntSupplier;

/** Measures a resampler with signals whose right output is known. Levels are in decibels. */
final class ResamplerMeter {

  /** What a tone became. */
  record Tone(double amplitude, double phase, double restRms) {}

  private static final double AMPLITUDE = 0.5;

  final int in;
  final int out;
  final Resampler.Quality quality;

  /** Half the lower rate. */
  final double fold;

  ResamplerMeter(int in, int out, Resampler.Quality quality) {
    this.in = in;
    this.out = out;
    this.quality = quality;
    this.fold = Math.min(in, out) / 2.0;
  }

  static double decibels(double ratio) {
    return 20 * Math.log10(Math.max(ratio, 1e-20));
  }

  static float[] tone(double hz, double amplitude, double seconds, int rate) {
    float[] x = new float[(int) Math.round(seconds * rate)];
    for (int n = 0; n < x.length; n++) {
      x[n] = (float) (amplitude * Math.sin(2 * Math.PI * hz / rate * n));
    }
    return x;
  }

  static short[] shorts(float[] x) {
    short[] s = new short[x.length];
    for (int n = 0; n < x.length; n++) {
      s[n] = (short) Math.max(-32768, Math.min(32767, Math.round(x[n] * 32768)));
    }
    return s;
  }

  static float[] floats(short[] s) {
    float[] x = new float[s.length];
    for (int n = 0; n < s.length; n++) {
      x[n] = s[n] / 32768f;
    }
    return x;
  }

  float[] run(float[] x, IntSupplier chunks) {
    Resampler resampler = Resampler.create(in, out, quality);
    float[] y = new float[resampler.maxOutput(x.length) + resampler.maxFlush()];
    int to = 0;
    for (int from = 0; from < x.length; ) {
      int n = Math.min(chunks.getAsInt(), x.length - from);
      to += resampler.process(x, from, n, y, to);
      from += n;
    }
    return Arrays.copyOf(y, to + resampler.flush(y, to));
  }

  short[] run(short[] x, IntSupplier chunks) {
    Resampler resampler = Resampler.create(in, out, quality);
    short[] y = new short[resampler.maxOutput(x.length) + resampler.maxFlush()];
    int to = 0;
    for (int from = 0; from < x.length; ) {
      int n = Math.min(chunks.getAsInt(), x.length - from);
      to += resampler.process(x, from, n, y, to);
      from += n;
    }
    return Arrays.copyOf(y, to + resampler.flush(y, to));
  }

  float[] run(float[] x) {
    return run(x, () -> x.length);
  }

  short[] run(short[] x) {
    return run(x, () -> x.length);
  }

  static IntSupplier random(long seed) {
    Random random = new Random(seed);
    return () -> 1 + random.nextInt(2000);
  }

  /** Least squares of the tones, their quadratures and a constant: weights of sin, cos, …, 1. */
  private static double[] solve(float[] y, int from, int to, int rate, double... hz) {
    int size = 2 * hz.length + 1;
    double[][] a = new double[size][size + 1];
    double[] row = new double[size];
    for (int n = from; n < to; n++) {
      fill(row, n, rate, hz);
      for (int i = 0; i < size; i++) {
        for (int j = i; j < size; j++) {
          a[i][j] += row[i] * row[j];
        }
        a[i][size] += row[i] * y[n];
      }
    }
    for (int i = 0; i < size; i++) {
      for (int j = 0; j < i; j++) {
        a[i][j] = a[j][i];
      }
    }
    for (int i = 0; i < size; i++) {
      for (int k = i + 1; k < size; k++) {
        double factor = a[k][i] / a[i][i];
        for (int j = i; j <= size; j++) {
          a[k][j] -= factor * a[i][j];
        }
      }
    }
    double[] solution = new double[size];
    for (int i = size - 1; i >= 0; i--) {
      double sum = a[i][size];
      for (int j = i + 1; j < size; j++) {
        sum -= a[i][j] * solution[j];
      }
      solution[i] = sum / a[i][i];
    }
    return solution;
  }

  private static void fill(double[] row, int n, int rate, double... hz) {
    for (int i = 0; i < hz.length; i++) {
      double angle = 2 * Math.PI * (hz[i] / rate * n % 1);
      row[2 * i] = Math.sin(angle);
      row[2 * i + 1] = Math.cos(angle);
    }
    row[2 * hz.length] = 1;
  }

  private static double restRms(
      float[] y, int from, int to, int rate, double[] solution, double... hz) {
    double[] row = new double[solution.length];
    double sum = 0;
    for (int n = from; n < to; n++) {
      fill(row, n, rate, hz);
      double rest = y[n];
      for (int i = 0; i < row.length; i++) {
        rest -= solution[i] * row[i];
      }
      sum += rest * rest;
    }
    return Math.sqrt(sum / (to - from));
  }

  /** Finds a tone in a piece of a signal; its phase is that of a sine that began at index 0. */
  static Tone find(float[] y, int from, int to, int rate, double hz) {
    double[] w = solve(y, from, to, rate, hz);
    return new Tone(
        Math.hypot(w[0], w[1]), Math.atan2(w[1], w[0]), restRms(y, from, to, rate, w, hz));
  }

  /** Finds a tone clear of the ends, where the signal begins and ends abruptly. */
  private Tone find(float[] y, double hz) {
    int edge = out / 20;
    return find(y, edge, y.length - edge, out, hz);
  }

  private Tone pass(double hz) {
    return find(run(tone(hz, AMPLITUDE, 0.5, in)), hz);
  }

  /** Largest deviation from the gain near 0 Hz, for tones up to a part of half the lower rate. */
  double ripple(double edge) {
    double base = pass(0.01 * fold).amplitude;
    double worst = 0;
    for (int i = 1; i <= 24; i++) {
      double gain = decibels(pass(edge * fold * i / 24).amplitude / base);
      worst = Math.max(worst, Math.abs(gain));
    }
    return worst;
  }

  /** Where the gain is 3 dB below that near 0 Hz, in parts of half the lower rate. */
  double minus3() {
    double base = pass(0.01 * fold).amplitude;
    double low = 0.8;
    double high = 0.9999;
    while (high - low > 1e-4) {
      double middle = (low + high) / 2;
      if (decibels(pass(middle * fold).amplitude / base) > -3) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The loudest output of any tone from a part of half the lower rate on, against the tone. */
  double alias(double from) {
    double worst = 0;
    double top = 0.999 * in / 2 / fold;
    for (int i = 0; i < 48; i++) {
      // Closer together where the filter's first side lobes are.
      double part = from + (top - from) * Math.pow(i / 47.0, 3);
      float[] y = run(tone(part * fold, AMPLITUDE, 0.5, in));
      double sum = 0;
      int edge = out / 20;
      for (int n = edge; n < y.length - edge; n++) {
        sum += (double) y[n] * y[n];
      }
      worst = Math.max(worst, Math.sqrt(2 * sum / (y.length - 2 * edge)) / AMPLITUDE);
    }
    return decibels(worst);
  }

  /** All but the tone against it, the worst of tones up to a part of half the lower rate. */
  double images(double edge) {
    double worst = 0;
    for (int i = 1; i <= 24; i++) {
      Tone tone = pass(edge * fold * i / 24);
      worst = Math.max(worst, tone.restRms * Math.sqrt(2) / tone.amplitude);
    }
    return decibels(worst);
  }

  private static double sinad(Tone tone) {
    return decibels(tone.amplitude / Math.sqrt(2) / tone.restRms);
  }

  double sinadFloats() {
    return sinad(find(run(tone(997, Math.pow(10, -1 / 20.0), 2, in)), 997));
  }

  double sinadShorts() {
    return sinad(find(floats(run(shorts(tone(997, Math.pow(10, -1 / 20.0), 2, in)))), 997));
  }

  /** 20 tones, log-spaced, up to 0.88 of half the lower rate, against the rest. */
  double tones() {
    double[] hz = new double[20];
    float[] x = new float[in];
    for (int i = 0; i < hz.length; i++) {
      hz[i] = 50 * Math.pow(0.88 * fold / 50, i / 19.0);
      for (int n = 0; n < x.length; n++) {
        x[n] += (float) (0.04 * Math.sin(2 * Math.PI * hz[i] / in * n + i));
      }
    }
    float[] y = run(x);
    int from = out / 20;
    int to = y.length - from;
    double[] w = solve(y, from, to, out, hz);
    double sum = 0;
    for (int i = 0; i < 2 * hz.length; i++) {
      sum += w[i] * w[i] / 2;
    }
    return decibels(Math.sqrt(sum) / restRms(y, from, to, out, w, hz));
  }

  private float[] constant() {
    float[] x = new float[in / 2];
    Arrays.fill(x, 0.5f);
    float[] y = run(x);
    return Arrays.copyOfRange(y, out / 20, y.length - out / 20);
  }

  double constantGain() {
    double sum = 0;
    float[] y = constant();
    for (float v : y) {
      sum += v;
    }
    return decibels(sum / y.length / 0.5);
  }

  double constantRipple() {
    float low = 1;
    float high = -1;
    for (float v : constant()) {
      low = Math.min(low, v);
      high = Math.max(high, v);
    }
    return decibels((high - low) / 2 / 0.5);
  }

  /** The most that is in and not out at the end of a block of 10 ms, in milliseconds. */
  double heldMillis() {
    Resampler resampler = Resampler.create(in, out, quality);
    float[] x = new float[in / 100 + 1];
    float[] y = new float[resampler.maxOutput(x.length)];
    long fed = 0;
    long got = 0;
    double worst = 0;
    for (int block = 1; block <= 500; block++) {
      int n = (int) ((long) block * in / 100 - fed);
      got += resampler.process(x, 0, n, y, 0);
      fed += n;
      worst = Math.max(worst, 1e3 * fed / in - 1e3 * got / out);
    }
    return worst;
  }

  /** Shift of the first and of the last second of a minute, in microseconds. */
  double[] shiftMicros() {
    float[] y = run(tone(997, AMPLITUDE, 60, in));
    int edge = out / 20;
    Tone first = find(y, edge, edge + out, out, 997);
    Tone last = find(y, y.length - edge - out, y.length - edge, out, 997);
    double micros = 1e6 / (2 * Math.PI * 997);
    return new double[] {-first.phase * micros, -last.phase * micros};
  }
}
