package io.github.geminilive.audio.dsp;

import java.util.Arrays;

/**
 * Weakens the bins in which the rest of the echo outweighs the near side: a Wiener filter whose
 * idea of the rest is the filter's uncertainty and a leak, learnt per bin, of the echo taken out.
 * Where the near side speaks it is gentle. Its gains are applied as a short filter of linear phase,
 * half a block late; while there is nothing to weaken the samples pass unchanged.
 */
final class EchoSuppressor {

  /** The rest is taken for as many times what is expected while only the far side speaks. */
  private static final float FAR_FACTOR = 4;

  private static final float NEAR_FACTOR = 0.5f;

  /** Least gain while only the far side speaks, and while the near side does. */
  private static final float FAR_FLOOR_DB = -30;

  private static final float NEAR_FLOOR_DB = -15;

  /** A bin so many times above the rest speaks for the near side. */
  private static final float NEAR_RATIO = 8;

  /** As large a part of the bins means that the near side surely speaks. */
  private static final float NEAR_PART = 0.2f;

  /** The leak tracked is a low quantile, which speech of the near side hardly moves. */
  private static final float RISE = 0.35f;

  /** From that quantile to the mean, dB. */
  private static final float QUANTILE_TO_MEAN_DB = 4;

  private static final float FIRST_LEAK_DB = -6;

  /** How much of the near side's estimate is the last one's. */
  private static final float DIRECTED = 0.9f;

  private static final float LEAK_HOLD = 0.99f;

  private static final float TINY = 1e-12f;

  private final int block;
  private final int hop;
  private final int size;
  private final int bins;
  private final Fft fft;
  private final float[] window;
  private final float[] taper;
  private final float smoothing;
  private final float echoHold;
  private final float nearHold;
  private final float leakStep;

  private final float[] errorFrame;
  private final float[] echoFrame;
  private final float[] time;
  private final float[] re;
  private final float[] im;
  private final float[] errorPower;
  private final float[] echoPower;
  private final float[] noise;
  private final float[] leakDb;
  private final float[] rest;
  private final float[] near;
  private float[] gain;
  private float[] gainBefore;
  private final float[] errorRe;
  private final float[] errorIm;
  private final float[] outNow;
  private final float[] outBefore;
  private boolean passing;
  private float presence;
  private float leakSum;
  private float echoSum;

  /**
   * A suppressor for one signal.
   *
   * @param block samples of the filter's block; a hop is half of it
   * @param rateHz samples per second
   */
  EchoSuppressor(int block, int rateHz) {
    this.block = block;
    hop = block / 2;
    size = 2 * block;
    fft = new Fft(size);
    bins = fft.bins();
    window = window(size);
    taper = new float[size];
    for (int i = 0; i < size; i++) {
      int distance = Math.min(i, size - i);
      taper[i] = distance < hop ? (float) (0.5 + 0.5 * Math.cos(Math.PI * distance / hop)) : 0;
    }
    // the constants are made for hops of 4 ms
    float hops = hop / (0.004f * rateHz);
    smoothing = (float) Math.pow(0.5, hops);
    echoHold = (float) Math.pow(0.75, hops);
    nearHold = (float) Math.pow(0.96, hops);
    leakStep = 0.25f * hops;
    errorFrame = new float[size];
    echoFrame = new float[size];
    time = new float[size];
    re = new float[bins];
    im = new float[bins];
    errorPower = new float[bins];
    echoPower = new float[bins];
    noise = new float[bins];
    leakDb = new float[bins];
    rest = new float[bins];
    near = new float[bins];
    gain = new float[bins];
    gainBefore = new float[bins];
    errorRe = new float[bins];
    errorIm = new float[bins];
    outNow = new float[size];
    outBefore = new float[size];
    reset();
  }

  /** Rises over five eighths and falls over the rest: what is new counts. */
  static float[] window(int size) {
    float[] window = new float[size];
    int up = size * 5 / 8;
    int down = size - up;
    for (int i = 0; i < size; i++) {
      double angle = i < up ? (i + 0.5) / up : 1 + (i - up + 0.5) / down;
      double sin = Math.sin(0.5 * Math.PI * angle);
      window[i] = (float) (sin * sin);
    }
    return window;
  }

  final void reset() {
    Arrays.fill(errorFrame, 0);
    Arrays.fill(echoFrame, 0);
    Arrays.fill(errorPower, 0);
    Arrays.fill(echoPower, 0);
    Arrays.fill(noise, 1e-6f * size);
    Arrays.fill(leakDb, FIRST_LEAK_DB);
    Arrays.fill(near, 0);
    Arrays.fill(gain, 1);
    Arrays.fill(gainBefore, 1);
    passing = true;
    presence = 0;
    leakSum = 0;
    echoSum = 0;
  }

  /** What sounds now is echo, as the room has changed. */
  void expectEcho() {
    presence = 0;
  }

  /** From 0, nobody, to 1, surely somebody: whether the near side speaks. */
  float presence() {
    return Math.min(1, presence / NEAR_PART);
  }

  /**
   * How much of the echo the filter takes out, dB, by the leak, which the near side's speech hardly
   * moves; 0 when not known.
   */
  float filterDb() {
    return echoSum < TINY ? 0 : 10 * (float) Math.log10(echoSum / (leakSum + TINY));
  }

  /**
   * Takes a hop and gives the one before it.
   *
   * @param error a block of the microphone less the echo; its second half is new
   * @param echo the same of the echo
   * @param uncertainty power of the echo that may be left, per bin
   * @param out a hop of the cleaned signal
   */
  void process(float[] error, float[] echo, float[] uncertainty, float[] out) {
    push(errorFrame, error);
    push(echoFrame, echo);
    measure(uncertainty);
    float[] swap = gainBefore;
    gainBefore = gain;
    gain = swap;
    boolean pass = chooseGains();
    give(pass, out);
  }

  /** Takes a hop that needs no cleaning and gives the one before it. */
  void pass(float[] error, float[] out) {
    push(errorFrame, error);
    Arrays.fill(echoFrame, 0);
    float[] swap = gainBefore;
    gainBefore = gain;
    gain = swap;
    Arrays.fill(gain, 1);
    give(true, out);
  }

  private void measure(float[] uncertainty) {
    spectrum(echoFrame);
    for (int k = 0; k < bins; k++) {
      echoPower[k] = Math.max(re[k] * re[k] + im[k] * im[k], echoHold * echoPower[k]) + TINY;
    }
    spectrum(errorFrame);
    float rise = leakStep * RISE * (1 - 0.7f * presence());
    float fall = leakStep * (1 - RISE);
    float audible = 1e-8f * size;
    float leaked = 0;
    float heard = 0;
    int sounding = 0;
    int speaking = 0;
    for (int k = 0; k < bins; k++) {
      float power = re[k] * re[k] + im[k] * im[k];
      power = smoothing * errorPower[k] + (1 - smoothing) * power + TINY;
      errorPower[k] = power;
      noise[k] = power < noise[k] ? 0.9f * noise[k] + 0.1f * power : 1.001f * noise[k];
      float leak = (float) Math.pow(10, 0.1 * (leakDb[k] + QUANTILE_TO_MEAN_DB));
      rest[k] = uncertainty[k] + leak * echoPower[k] + TINY;
      if (power > 4 * noise[k]) {
        sounding++;
        if (power > NEAR_RATIO * rest[k]) {
          speaking++;
        }
      }
      if (echoPower[k] > Math.max(audible, 10 * noise[k])) {
        double part = Math.max(power - noise[k], 1e-4f * echoPower[k]) / echoPower[k];
        leaked += leak * echoPower[k];
        heard += echoPower[k];
        leakDb[k] += 10 * Math.log10(part) > leakDb[k] ? rise : -fall;
      }
    }
    if (heard > 0) {
      leakSum = LEAK_HOLD * leakSum + leaked;
      echoSum = LEAK_HOLD * echoSum + heard;
    }
    float part = sounding < 0.05f * bins ? 0 : speaking / (float) sounding;
    presence = Math.max(part, nearHold * presence);
    if (presence < 1e-6f) {
      presence = 0;
    }
  }

  /** Fills {@link #gain}; true when all may be 1. */
  private boolean chooseGains() {
    float speech = presence();
    float factor = FAR_FACTOR + speech * (NEAR_FACTOR - FAR_FACTOR);
    float floorDb = FAR_FLOOR_DB + speech * (NEAR_FLOOR_DB - FAR_FLOOR_DB);
    float floor = (float) Math.pow(10, 0.05 * floorDb);
    boolean pass = true;
    for (int k = 0; k < bins; k++) {
      float r = factor * rest[k];
      float power = errorPower[k];
      float now = Math.max(power / r - 1, 0);
      float ratio = DIRECTED * near[k] / r + (1 - DIRECTED) * now;
      float g = ratio / (1 + ratio);
      near[k] = Math.max(g * g * power, TINY);
      gain[k] = Math.max(g, floor);
      pass &= g > 0.99f;
    }
    if (pass) {
      Arrays.fill(gain, 1);
    } else {
      shorten();
    }
    return pass;
  }

  /** Makes the gains those of a filter of a block's length, which has time to ring out. */
  private void shorten() {
    Arrays.fill(im, 0);
    fft.inverse(gain, im, 0, time, 0);
    for (int i = 0; i < size; i++) {
      time[i] *= taper[i];
    }
    fft.forward(time, 0, gain, im, 0);
  }

  private void give(boolean pass, float[] out) {
    boolean passed = passing;
    passing = pass;
    if (pass && passed) {
      System.arraycopy(errorFrame, block, out, 0, hop);
      return;
    }
    fft.forward(errorFrame, 0, errorRe, errorIm, 0);
    apply(gainBefore, outBefore);
    apply(gain, outNow);
    for (int i = 0; i < hop; i++) {
      float before = outBefore[block + i];
      out[i] = before + (i + 0.5f) / hop * (outNow[block + i] - before);
    }
  }

  private void apply(float[] gains, float[] into) {
    for (int k = 0; k < bins; k++) {
      re[k] = errorRe[k] * gains[k];
      im[k] = errorIm[k] * gains[k];
    }
    fft.inverse(re, im, 0, into, 0);
  }

  private void spectrum(float[] frame) {
    for (int i = 0; i < size; i++) {
      time[i] = frame[i] * window[i];
    }
    fft.forward(time, 0, re, im, 0);
  }

  private void push(float[] frame, float[] samples) {
    System.arraycopy(frame, hop, frame, 0, 3 * hop);
    System.arraycopy(samples, hop, frame, 3 * hop, hop);
  }
}
