package io.github.geminilive.audio.pcm;

import java.lang.ref.SoftReference;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The filters of a ratio: for each position between two input samples the weights of the inputs
 * around it, oldest first. Low-pass by a sinc under a Kaiser window (J. F. Kaiser, 1974), designed
 * in double; the weights of each filter sum to 1, or a constant would not stay one.
 *
 * <p>Exact banks have a filter per position. The others have {@link #steps} to interpolate between:
 * filter k stands for the position (k - 1) / steps, k from 0 to steps + 2.
 */
final class FilterBank {

  /** 4 MiB. */
  private static final int MAX_EXACT = 1 << 20;

  /** Positions per sample of the lower rate: cubic interpolation is then right to −130 dB. */
  private static final int DENSITY = 128;

  private static final ConcurrentHashMap<Key, SoftReference<FilterBank>> CACHE =
      new ConcurrentHashMap<>();

  /** What the filters depend on; steps 0 for exact ones. */
  private record Key(int up, int down, int steps, Resampler.Quality quality) {}

  /** How far a filter reaches to either side, in input samples. */
  final int half;

  /** Weights per filter: a multiple of 8, the unneeded ones being the oldest and 0. */
  final int taps;

  /** Positions between two input samples; 0 for an exact bank. */
  final int steps;

  /** The filters, one after the other. */
  final float[] weights;

  private FilterBank(Key key) {
    double lower = Math.min(1, (double) key.up / key.down);
    Resampler.Quality quality = key.quality;
    half = half(key.up, key.down, quality);
    taps = taps(half);
    steps = key.steps;
    int filters = steps == 0 ? key.up : steps + 3;
    weights = new float[filters * taps];
    // In cycles per input sample, half the lower rate being lower / 2.
    double cutoff = (quality.pass() + quality.stop()) / 4 * lower;
    double beta = 0.1102 * (quality.attenuationDb() - 8.7);
    double[] filter = new double[2 * half];
    for (int k = 0; k < filters; k++) {
      double fraction = steps == 0 ? (double) k / key.up : (k - 1.0) / steps;
      double sum = 0;
      for (int i = 0; i < filter.length; i++) {
        double t = i - half + 1 - fraction;
        filter[i] = sinc(2 * cutoff * t) * bessel(beta * beta / 4 * (1 - t * t / half / half));
        sum += filter[i];
      }
      int to = (k + 1) * taps - filter.length;
      for (int i = 0; i < filter.length; i++) {
        weights[to + i] = (float) (filter[i] / sum);
      }
    }
  }

  /** The filters from one rate to another: exact where that takes no more than 4 MiB. */
  static FilterBank of(int inRateHz, int outRateHz, Resampler.Quality quality) {
    int divisor = RationalCore.gcd(inRateHz, outRateHz);
    int up = outRateHz / divisor;
    int down = inRateHz / divisor;
    boolean exact = (long) up * taps(half(up, down, quality)) <= MAX_EXACT;
    return cached(new Key(up, down, exact ? 0 : steps(up, down), quality));
  }

  /** The filters from one rate to about another, to interpolate between. */
  static FilterBank between(int inRateHz, int outRateHz, Resampler.Quality quality) {
    int divisor = RationalCore.gcd(inRateHz, outRateHz);
    int up = outRateHz / divisor;
    int down = inRateHz / divisor;
    return cached(new Key(up, down, steps(up, down), quality));
  }

  boolean exact() {
    return steps == 0;
  }

  private static FilterBank cached(Key key) {
    SoftReference<FilterBank> reference = CACHE.get(key);
    FilterBank bank = reference == null ? null : reference.get();
    if (bank == null) {
      bank = new FilterBank(key);
      CACHE.put(key, new SoftReference<>(bank));
    }
    return bank;
  }

  private static int steps(int up, int down) {
    return Math.max(8, (int) Math.ceil(DENSITY * Math.min(1, (double) up / down)));
  }

  private static int half(int up, int down, Resampler.Quality quality) {
    // Kaiser's estimate of the length; the width of the transition is in cycles per input sample.
    double width = (quality.stop() - quality.pass()) / 2 * Math.min(1, (double) up / down);
    return (int) Math.ceil((quality.attenuationDb() - 7.95) / (28.72 * width));
  }

  private static int taps(int half) {
    return (2 * half + 7) / 8 * 8;
  }

  private static double sinc(double t) {
    return t == 0 ? 1 : Math.sin(Math.PI * t) / (Math.PI * t);
  }

  /**
   * The modified Bessel function I0 of 2√q, by its power series; for q below 0, just outside the
   * window, its smooth continuation.
   */
  private static double bessel(double q) {
    double sum = 1;
    double term = 1;
    for (int k = 1; Math.abs(term) > 1e-17 * sum; k++) {
      term *= q / ((double) k * k);
      sum += term;
    }
    return sum;
  }
}
