package io.github.geminilive.audio.dsp;

import java.util.Arrays;

/**
 * Adaptive filter that learns how the far signal becomes an echo: the partitioned-block Kalman
 * filter in the frequency domain (Enzner and Vary 2006, Kuech 2014), with blocks that overlap by
 * half, so that each sample is learnt from twice. Its state is, per partition and bin, the weight
 * and how uncertain it is; the latter makes the step small while somebody speaks and large while
 * nothing is known, without a detector of double talk.
 *
 * <p>A hop of the far signal goes in by {@link #far}, the same hop of the microphone by {@link
 * #filter}, then {@link #adapt} learns from the error. Samples are in [−1, 1].
 */
final class KalmanFilter {

  /** Uncertainty at the start: the echo may be 1.8 dB louder than what was played. */
  private static final float PRIOR = 1.5f;

  /** What is unknown but may become strong: part of the mean power of the weights. */
  private static final float SPREAD = 0.02f;

  /** At least this part of the error's power is taken for the near side. */
  private static final float NEAR_SHARE = 0.3f;

  /** Less than the ideal 0.5, as overlapping blocks tell the same twice. */
  private static final float SHRINK = 0.3f;

  /** A partition is freed of wrap-around every so many hops; each hop a quarter of them. */
  private static final int CONSTRAIN_EVERY = 4;

  /** How long what was learnt counts, so that the filter follows a room that changes. */
  private static final double MEMORY_SECONDS = 6.7;

  /** Of the error's power, from hop to hop. */
  private static final float SMOOTHING = 0.7f;

  private static final float TINY = 1e-9f;

  private final int block;
  private final int hop;
  private final int partitions;
  private final int bins;
  private final int slots;
  private final Fft fft;
  private final float[] window;
  private final float keep;

  private final float[][] farRe;
  private final float[][] farIm;
  private final float[][] farPower;
  private final float[][] windowedPower;
  private final float[][] weightRe;
  private final float[][] weightIm;
  private final float[][] variance;
  private final float[] energy;

  private final float[] farFrame;
  private final float[] micFrame;
  private final float[] time;
  private final float[] sumRe;
  private final float[] sumIm;
  private final float[] nearPower;
  private final float[] uncertainty;
  private final float[] scale;
  private final float[] expected;
  private final float[] echo;
  private final float[] error;
  private int head;
  private int offset;
  private int turn;

  /**
   * A filter that knows nothing.
   *
   * @param block samples of a partition, a power of two
   * @param partitions length in blocks
   * @param maxOffset up to how many blocks it can be moved away from the present
   * @param rateHz samples per second
   */
  KalmanFilter(int block, int partitions, int maxOffset, float rateHz) {
    this.block = block;
    this.hop = block / 2;
    this.partitions = partitions;
    fft = new Fft(2 * block);
    bins = fft.bins();
    // half a block per slot, as the blocks overlap
    slots = 2 * (partitions + maxOffset) + 1;
    window = EchoSuppressor.window(2 * block);
    keep = (float) Math.exp(-hop / rateHz / MEMORY_SECONDS);
    farRe = new float[slots][bins];
    farIm = new float[slots][bins];
    farPower = new float[slots][bins];
    windowedPower = new float[slots][bins];
    weightRe = new float[partitions][bins];
    weightIm = new float[partitions][bins];
    variance = new float[partitions][bins];
    energy = new float[partitions];
    farFrame = new float[2 * block];
    micFrame = new float[block];
    time = new float[2 * block];
    sumRe = new float[bins];
    sumIm = new float[bins];
    nearPower = new float[bins];
    uncertainty = new float[bins];
    scale = new float[bins];
    expected = new float[bins];
    echo = new float[block];
    error = new float[block];
    forget();
  }

  int hop() {
    return hop;
  }

  int block() {
    return block;
  }

  int bins() {
    return bins;
  }

  int partitions() {
    return partitions;
  }

  /** By how many blocks the first partition lies in the past. */
  int offset() {
    return offset;
  }

  /** The last block of the echo as estimated; its second half is new. */
  float[] echo() {
    return echo;
  }

  /** The last block of what the microphone heard less {@link #echo}. */
  float[] error() {
    return error;
  }

  /** Power of the weights of a partition, averaged over the bins. */
  float energy(int partition) {
    return energy[partition];
  }

  float[] weightRe(int partition) {
    return weightRe[partition];
  }

  float[] weightIm(int partition) {
    return weightIm[partition];
  }

  /** Uncertainty of a bin, all partitions together. */
  float variance(int bin) {
    float sum = 0;
    for (int p = 0; p < partitions; p++) {
      sum += variance[p][bin];
    }
    return sum;
  }

  /** Writes the impulse response of a partition into the first {@link #block} samples. */
  void response(int partition, float[] into) {
    fft.inverse(weightRe[partition], weightIm[partition], 0, into, 0);
  }

  /** Back to the start. */
  void reset() {
    for (int s = 0; s < slots; s++) {
      Arrays.fill(farRe[s], 0);
      Arrays.fill(farIm[s], 0);
      Arrays.fill(farPower[s], 0);
      Arrays.fill(windowedPower[s], 0);
    }
    Arrays.fill(farFrame, 0);
    Arrays.fill(micFrame, 0);
    head = 0;
    offset = 0;
    turn = 0;
    forget();
  }

  /** Forgets the room, keeps the signals. */
  void forget() {
    for (int p = 0; p < partitions; p++) {
      Arrays.fill(weightRe[p], 0);
      Arrays.fill(weightIm[p], 0);
      Arrays.fill(variance[p], PRIOR / partitions);
    }
    Arrays.fill(energy, 0);
    Arrays.fill(nearPower, 1e-7f);
  }

  /** Stays ready to learn, though there has been nothing to learn for long. */
  void stayOpen() {
    float least = 0.02f * PRIOR / partitions;
    for (float[] v : variance) {
      for (int k = 0; k < bins; k++) {
        v[k] = Math.max(v[k], least);
      }
    }
  }

  /** Keeps the weights and doubts them: the room has changed somewhat. */
  void doubt() {
    float total = 0;
    for (float e : energy) {
      total += e;
    }
    for (int p = 0; p < partitions; p++) {
      float least = 0.5f * (energy[p] + 0.5f * total / partitions);
      float[] v = variance[p];
      for (int k = 0; k < bins; k++) {
        v[k] = Math.max(v[k], least);
      }
    }
  }

  /** Moves the filter on the time axis; what was learnt stays where it belongs. */
  void moveTo(int newOffset) {
    for (; offset < newOffset; offset++) {
      rotate(weightRe, true);
      rotate(weightIm, true);
      rotate(variance, true);
      clear(partitions - 1);
    }
    for (; offset > newOffset; offset--) {
      rotate(weightRe, false);
      rotate(weightIm, false);
      rotate(variance, false);
      clear(0);
    }
  }

  private void clear(int partition) {
    Arrays.fill(weightRe[partition], 0);
    Arrays.fill(weightIm[partition], 0);
    Arrays.fill(variance[partition], 0.1f * PRIOR / partitions);
  }

  private static void rotate(float[][] rows, boolean up) {
    int last = rows.length - 1;
    float[] moved = up ? rows[0] : rows[last];
    System.arraycopy(rows, up ? 1 : 0, rows, up ? 0 : 1, last);
    rows[up ? last : 0] = moved;
  }

  /**
   * Follows a jump of the far signal: from now on it comes one block later than before. The echo
   * then lags behind it by one block less, so the offset, at least 1, falls by one.
   *
   * @param frame the last two blocks of the far signal as it now comes
   */
  void retard(float[] frame) {
    head -= 2;
    if (head < 0) {
      head += slots;
    }
    offset--;
    System.arraycopy(frame, 0, farFrame, 0, 2 * block);
  }

  /** Takes the next hop of the far signal. */
  void far(float[] far) {
    System.arraycopy(farFrame, hop, farFrame, 0, 3 * hop);
    System.arraycopy(far, 0, farFrame, 3 * hop, hop);
    head = head + 1 == slots ? 0 : head + 1;
    fft.forward(farFrame, 0, farRe[head], farIm[head], 0);
    power(farRe[head], farIm[head], farPower[head]);
    multiply(farFrame, window, time);
    fft.forward(time, 0, sumRe, sumIm, 0);
    power(sumRe, sumIm, windowedPower[head]);
  }

  /** Takes the next hop of the microphone and estimates the echo in it. */
  void filter(float[] mic) {
    System.arraycopy(micFrame, hop, micFrame, 0, hop);
    System.arraycopy(mic, 0, micFrame, hop, hop);
    filter();
  }

  /** Estimates the echo of the last block anew, with the weights as they are. */
  void filter() {
    Arrays.fill(sumRe, 0);
    Arrays.fill(sumIm, 0);
    for (int p = 0; p < partitions; p++) {
      int s = slot(p);
      addProduct(farRe[s], farIm[s], weightRe[p], weightIm[p], sumRe, sumIm);
    }
    fft.inverse(sumRe, sumIm, 0, time, 0);
    System.arraycopy(time, block, echo, 0, block);
    for (int i = 0; i < block; i++) {
      error[i] = micFrame[i] - echo[i];
    }
  }

  /**
   * The power of the echo that the uncertainty lets through, per bin, as a spectrum taken through
   * {@link EchoSuppressor#window}. Filled anew by each call.
   */
  float[] expected() {
    Arrays.fill(expected, 0);
    for (int p = 0; p < partitions; p++) {
      addProduct(windowedPower[slot(p)], variance[p], expected);
    }
    return expected;
  }

  /**
   * Learns from the last block.
   *
   * @param trust false when the microphone was overdriven: then little is learnt
   */
  void adapt(boolean trust) {
    Arrays.fill(time, 0, block, 0);
    System.arraycopy(error, 0, time, block, block);
    fft.forward(time, 0, sumRe, sumIm, 0);
    Arrays.fill(uncertainty, 0);
    for (int p = 0; p < partitions; p++) {
      addProduct(farPower[slot(p)], variance[p], uncertainty);
    }
    float caution = trust ? 1 : 100;
    for (int k = 0; k < bins; k++) {
      float power = sumRe[k] * sumRe[k] + sumIm[k] * sumIm[k];
      float own = 0.5f * uncertainty[k];
      nearPower[k] = Math.max(SMOOTHING * nearPower[k] + (1 - SMOOTHING) * power, TINY);
      float near = Math.max(nearPower[k] - own, NEAR_SHARE * nearPower[k]);
      scale[k] = 1 / (own + near * caution + TINY);
    }
    float loss = 1 - keep;
    float total = 0;
    for (float e : energy) {
      total += e;
    }
    float spread = Math.max(SPREAD * total / partitions, TINY);
    for (int p = 0; p < partitions; p++) {
      int s = slot(p);
      learn(
          farRe[s],
          farIm[s],
          farPower[s],
          sumRe,
          sumIm,
          scale,
          variance[p],
          weightRe[p],
          weightIm[p]);
      if ((p + turn) % CONSTRAIN_EVERY == 0) {
        constrain(p);
      }
      age(variance[p], weightRe[p], weightIm[p], keep, loss, loss * spread);
    }
    turn++;
  }

  /** Removes what wraps around, and measures. */
  private void constrain(int p) {
    fft.inverse(weightRe[p], weightIm[p], 0, time, 0);
    Arrays.fill(time, block, 2 * block, 0);
    fft.forward(time, 0, weightRe[p], weightIm[p], 0);
    float sum = 0;
    float[] re = weightRe[p];
    float[] im = weightIm[p];
    for (int k = 0; k < bins; k++) {
      // small enough to be nothing, and too small for fast arithmetic
      if (Math.abs(re[k]) + Math.abs(im[k]) < 1e-12f) {
        re[k] = 0;
        im[k] = 0;
      }
      sum += re[k] * re[k] + im[k] * im[k];
    }
    energy[p] = sum / bins;
  }

  private int slot(int partition) {
    int s = head - 2 * (offset + partition);
    return s < 0 ? s + slots : s;
  }

  private static void power(float[] re, float[] im, float[] out) {
    for (int k = 0; k < out.length; k++) {
      out[k] = re[k] * re[k] + im[k] * im[k];
    }
  }

  private static void multiply(float[] a, float[] b, float[] out) {
    for (int i = 0; i < out.length; i++) {
      out[i] = a[i] * b[i];
    }
  }

  private static void addProduct(float[] a, float[] b, float[] sum) {
    for (int k = 0; k < sum.length; k++) {
      sum[k] += a[k] * b[k];
    }
  }

  private static void addProduct(
      float[] aRe, float[] aIm, float[] bRe, float[] bIm, float[] re, float[] im) {
    for (int k = 0; k < re.length; k++) {
      re[k] += aRe[k] * bRe[k] - aIm[k] * bIm[k];
      im[k] += aRe[k] * bIm[k] + aIm[k] * bRe[k];
    }
  }

  private static void learn(
      float[] xRe,
      float[] xIm,
      float[] xPower,
      float[] eRe,
      float[] eIm,
      float[] scale,
      float[] variance,
      float[] wRe,
      float[] wIm) {
    for (int k = 0; k < variance.length; k++) {
      float step = variance[k] * scale[k];
      float gRe = step * xRe[k];
      float gIm = step * xIm[k];
      wRe[k] += gRe * eRe[k] + gIm * eIm[k];
      wIm[k] += gRe * eIm[k] - gIm * eRe[k];
      variance[k] -= SHRINK * step * xPower[k] * variance[k];
    }
  }

  private static void age(
      float[] variance, float[] re, float[] im, float retain, float loss, float spread) {
    for (int k = 0; k < variance.length; k++) {
      variance[k] = retain * variance[k] + loss * (re[k] * re[k] + im[k] * im[k]) + spread;
    }
  }
}
