package io.github.geminilive.audio.dsp;

import java.util.Arrays;

/**
 * Finds where in the last 0.7 s the echo begins: a long adaptive filter on both signals brought
 * down to about 4 kHz, whose response shows the first strong path.
 */
final class DelayEstimator {

  private static final int BLOCK = 128;
  private static final int CELLS = 8;
  private static final double LENGTH_SECONDS = 0.72;

  /** Hops between two looks; about 0.1 s. */
  private static final int LOOK_EVERY = 6;

  /** The strongest cell stands out of the median by as much, or there is no echo. */
  private static final float STANDS_OUT = 8;

  /** The first cell with this part of the strongest one's energy is the beginning. */
  private static final float BEGINS = 0.1f;

  /** Less of the low band explained is chance. */
  private static final double LEAST_DB = 0.5;

  private static final double AGREES_MILLIS = 10;

  private final int factor;
  private final float[] taps;
  private final float[] farLine;
  private final float[] micLine;
  private final KalmanFilter filter;
  private final float[] far;
  private final float[] mic;
  private final float[] cells;
  private final float[] sorted;
  private final float[] response = new float[2 * BLOCK];
  private final double cellMillis;
  private int at;
  private int phase;
  private int filled;
  private int hops;
  private float loudest;
  private double micPower;
  private double errorPower;
  private double candidate;
  private double onset;

  DelayEstimator(int rateHz) {
    factor = Math.max(1, Math.round(rateHz / 4000f));
    taps = lowPass(factor);
    farLine = new float[2 * taps.length];
    micLine = new float[2 * taps.length];
    float lowRate = rateHz / (float) factor;
    filter = new KalmanFilter(BLOCK, (int) Math.ceil(LENGTH_SECONDS * lowRate / BLOCK), 0, lowRate);
    far = new float[filter.hop()];
    mic = new float[filter.hop()];
    cells = new float[filter.partitions() * CELLS];
    sorted = new float[cells.length];
    cellMillis = 1000.0 * BLOCK / CELLS / lowRate;
    reset();
  }

  private static float[] lowPass(int factor) {
    float[] taps = new float[8 * factor + 1];
    float sum = 0;
    for (int i = 0; i < taps.length; i++) {
      double x = (i - 4.0 * factor) / factor;
      double y = 0.9 * Math.PI * x;
      double sinc = x == 0 ? 1 : Math.sin(y) / y;
      taps[i] = (float) (sinc * (0.54 + 0.46 * Math.cos(Math.PI * x / 4)));
      sum += taps[i];
    }
    for (int i = 0; i < taps.length; i++) {
      taps[i] /= sum;
    }
    return taps;
  }

  final void reset() {
    Arrays.fill(farLine, 0);
    Arrays.fill(micLine, 0);
    filter.reset();
    at = 0;
    phase = 0;
    filled = 0;
    hops = 0;
    loudest = 0;
    micPower = 0;
    errorPower = 0;
    candidate = -1;
    onset = -1;
  }

  /** Where the echo begins, ms after it was played; negative when not known. */
  double onsetMillis() {
    return onset;
  }

  /** How much of the microphone's low band this filter explains, dB, over the last half second. */
  double explainedDb() {
    return 10 * Math.log10((micPower + 1e-9) / (errorPower + 1e-9));
  }

  void process(float[] farHop, float[] micHop) {
    int count = taps.length;
    for (int i = 0; i < farHop.length; i++) {
      farLine[at] = farHop[i];
      farLine[at + count] = farHop[i];
      micLine[at] = micHop[i];
      micLine[at + count] = micHop[i];
      at = at + 1 == count ? 0 : at + 1;
      if (++phase == factor) {
        phase = 0;
        float farSum = 0;
        float micSum = 0;
        for (int t = 0; t < count; t++) {
          farSum += taps[t] * farLine[at + t];
          micSum += taps[t] * micLine[at + t];
        }
        far[filled] = farSum;
        mic[filled] = micSum;
        if (++filled == far.length) {
          filled = 0;
          hop();
        }
      }
    }
  }

  private void hop() {
    filter.far(far);
    filter.filter(mic);
    filter.adapt(true);
    float energy = 0;
    for (float sample : far) {
      energy += sample * sample;
    }
    loudest = Math.max(energy, loudest * 0.97f) + 1e-20f;
    if (loudest < 1e-6f * far.length) {
      return;
    }
    float[] error = filter.error();
    double micSum = 0;
    double errorSum = 0;
    for (int i = 0; i < mic.length; i++) {
      float e = error[mic.length + i];
      micSum += mic[i] * mic[i];
      errorSum += e * e;
    }
    micPower = 0.97 * micPower + micSum;
    errorPower = 0.97 * errorPower + errorSum;
    if (++hops % LOOK_EVERY == 0) {
      if (explainedDb() < LEAST_DB) {
        filter.stayOpen();
      }
      look();
    }
  }

  private void look() {
    float strongest = 0;
    int width = BLOCK / CELLS;
    for (int p = 0; p < filter.partitions(); p++) {
      filter.response(p, response);
      for (int c = 0; c < CELLS; c++) {
        float sum = 1e-14f;
        for (int i = c * width; i < (c + 1) * width; i++) {
          sum += response[i] * response[i];
        }
        cells[p * CELLS + c] = sum;
        strongest = Math.max(strongest, sum);
      }
    }
    System.arraycopy(cells, 0, sorted, 0, cells.length);
    Arrays.sort(sorted);
    float median = sorted[sorted.length / 2];
    if (strongest < STANDS_OUT * median || explainedDb() < LEAST_DB) {
      candidate = -1;
      return;
    }
    float least = Math.max(BEGINS * strongest, 4 * median);
    int first = 0;
    while (cells[first] < least) {
      first++;
    }
    double found = first * cellMillis;
    if (candidate >= 0 && Math.abs(found - candidate) < AGREES_MILLIS) {
      onset = found;
    }
    candidate = found;
  }
}
