package io.github.geminilive.audio.dsp;

/**
 * Finds by how much two clocks differ: compares the filter with itself half a second ago. A drift moves
 * the whole impulse response, which turns the phase of each bin in proportion to its frequency.
 */
final class DriftTracker {

  private static final double PERIOD_SECONDS = 0.5;
  private static final double LEAST_COHERENCE = 0.6;
  private static final double WIDEST_SHIFT = 3;
  private static final int STEPS = 60;

  private final KalmanFilter filter;
  private final int periodHops;
  private final float[][] oldRe;
  private final float[][] oldIm;
  private final double[] crossRe;
  private final double[] crossIm;
  private final double[] match = new double[2 * STEPS + 1];
  private int age;
  private int elapsed;
  private int oldOffset;
  private boolean remembers;

  DriftTracker(KalmanFilter filter, int rateHz) {
    this.filter = filter;
    periodHops = (int) (PERIOD_SECONDS * rateHz / filter.hop());
    oldRe = new float[filter.partitions()][filter.bins()];
    oldIm = new float[filter.partitions()][filter.bins()];
    crossRe = new double[filter.bins()];
    crossIm = new double[filter.bins()];
  }

  /** Forgets the comparison under way, as the filter was moved or changed otherwise. */
  void reset() {
    remembers = false;
    age = 0;
    elapsed = 0;
  }

  /**
   * Counts a hop.
   *
   * @param learnt whether the filter learnt from it
   * @return by how much the echo's lag grows, parts per million; NaN when there is nothing to say
   */
  double hop(boolean learnt) {
    elapsed++;
    age += learnt ? 1 : 0;
    if (!learnt || age < periodHops) {
      return Double.NaN;
    }
    double ppm = Double.NaN;
    if (remembers && oldOffset == filter.offset()) {
      double shift = shift();
      ppm = shift / ((double) elapsed * filter.hop()) * 1e6;
    }
    for (int p = 0; p < filter.partitions(); p++) {
      System.arraycopy(filter.weightRe(p), 0, oldRe[p], 0, filter.bins());
      System.arraycopy(filter.weightIm(p), 0, oldIm[p], 0, filter.bins());
    }
    oldOffset = filter.offset();
    remembers = true;
    age = 0;
    elapsed = 0;
    return ppm;
  }

  /** Samples by which the response has moved, NaN when it is not the same response. */
  private double shift() {
    int last = filter.bins() - 1;
    double newEnergy = 0;
    double oldEnergy = 0;
    for (int k = 1; k < last; k++) {
      double re = 0;
      double im = 0;
      double now = 0;
      double before = 0;
      for (int p = 0; p < filter.partitions(); p++) {
        float nRe = filter.weightRe(p)[k];
        float nIm = filter.weightIm(p)[k];
        float oRe = oldRe[p][k];
        float oIm = oldIm[p][k];
        re += nRe * oRe + nIm * oIm;
        im += nIm * oRe - nRe * oIm;
        now += nRe * nRe + nIm * nIm;
        before += oRe * oRe + oIm * oIm;
      }
      // a bin that the far side did not excite was not learnt anew and knows of no shift
      double weight = 1 / (1 + 200 * filter.variance(k) / (now + 1e-12));
      crossRe[k] = re * weight;
      crossIm[k] = im * weight;
      newEnergy += now * weight;
      oldEnergy += before * weight;
    }
    int best = 0;
    for (int i = 0; i < match.length; i++) {
      double angle = Math.PI * WIDEST_SHIFT * (i - STEPS) / STEPS / last;
      double stepRe = Math.cos(angle);
      double stepIm = Math.sin(angle);
      double re = 1;
      double im = 0;
      double sum = 0;
      for (int k = 1; k < last; k++) {
        double turned = re * stepRe - im * stepIm;
        im = re * stepIm + im * stepRe;
        re = turned;
        sum += crossRe[k] * re - crossIm[k] * im;
      }
      match[i] = sum;
      if (sum > match[best]) {
        best = i;
      }
    }
    double coherence = match[best] / Math.sqrt(newEnergy * oldEnergy + 1e-30);
    if (coherence < LEAST_COHERENCE || best == 0 || best == match.length - 1) {
      return Double.NaN;
    }
    double left = match[best - 1];
    double right = match[best + 1];
    double curve = left - 2 * match[best] + right;
    double fine = curve < 0 ? 0.5 * (left - right) / curve : 0;
    return (best - STEPS + fine) * WIDEST_SHIFT / STEPS;
  }
}
