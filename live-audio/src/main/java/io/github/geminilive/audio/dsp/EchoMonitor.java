package io.github.geminilive.audio.dsp;

import io.github.geminilive.audio.dsp.EchoReport.State;
import java.util.Arrays;

/** Judges how well an echo canceller works, from the powers of its signals hop by hop. */
final class EchoMonitor {

  private static final double WORKS_DB = 10;
  private static final double STILL_WORKS_DB = 8;

  /** The filter alone has to do as much; the suppressor alone would silence the near side too. */
  private static final double FILTER_DB = 4;

  private static final double FAILING_AFTER_SECONDS = 3;
  private static final double NO_ECHO_AFTER_SECONDS = 1.2;
  private static final double EVIDENCE_SECONDS = 2;
  private static final double EXPLAINED_DB = 1.5;
  private static final double LEAK_DB = 8;
  private static final double CERTAIN_SECONDS = 0.25;
  private static final double SAME = 0.8;

  /** Changes of the room within about three seconds. */
  private static final double MOST_UNREST = 3.5;

  private static final double ALIKE = 0.65;
  private static final double UNLIKE = 0.45;

  private static final double LONGEST_SECONDS = 0.6;
  private static final double LOUD = 1e-6;

  private static final int LAGS = 24;
  private static final double QUIET = 1e-7;
  private static final double TINY = 1e-12;

  private final double hopSeconds;
  private final int hopSamples;
  private final double second;
  private final double half;
  private final double calm;
  private final int hopsPerStep;

  private double holdSeconds;
  private double sinceFar;
  private double seconds;
  private double badSince;
  private double predictedFor;
  private double unrest;
  private double evidenceAt;
  private double micPower;
  private double errorPower;
  private double shortMic;
  private double shortError;
  private double erleMic;
  private double erleError;
  private double erleOut;
  private double micBefore;
  private double micFloor;
  private State state = State.IDLE;

  private final double[] farLog = new double[LAGS];
  private final double[] sumFar = new double[LAGS];
  private final double[] sumFar2 = new double[LAGS];
  private final double[] sumCross = new double[LAGS];
  private double sumMic;
  private double sumMic2;
  private double weight;
  private double stepFar;
  private double stepMic;
  private int stepHops;
  private double likeness;

  EchoMonitor(int hopSamples, int rateHz) {
    this.hopSamples = hopSamples;
    hopSeconds = hopSamples / (double) rateHz;
    second = Math.exp(-hopSeconds);
    half = Math.exp(-hopSeconds / 0.5);
    calm = Math.exp(-hopSeconds / 3);
    hopsPerStep = (int) Math.round(0.032 / hopSeconds);
    reset();
  }

  final void reset() {
    holdSeconds = LONGEST_SECONDS;
    sinceFar = Double.POSITIVE_INFINITY;
    seconds = 0;
    badSince = 0;
    predictedFor = 0;
    unrest = 0;
    evidenceAt = Double.NEGATIVE_INFINITY;
    micPower = 0;
    errorPower = 0;
    shortMic = 0;
    shortError = 0;
    erleMic = 0;
    erleError = 0;
    erleOut = 0;
    micBefore = 0;
    micFloor = 1;
    state = State.IDLE;
    Arrays.fill(farLog, Math.log(QUIET));
    Arrays.fill(sumFar, 0);
    Arrays.fill(sumFar2, 0);
    Arrays.fill(sumCross, 0);
    sumMic = 0;
    sumMic2 = 0;
    weight = 0;
    stepFar = 0;
    stepMic = 0;
    stepHops = 0;
    likeness = 0;
  }

  State state() {
    return state;
  }

  /** Something is played, or was so lately that its echo may still be heard. */
  boolean active() {
    return sinceFar < holdSeconds;
  }

  /** Says how long after it was played the echo begins; negative when not known. */
  void delaySeconds(double delay) {
    holdSeconds = delay < 0 ? LONGEST_SECONDS : delay + 0.1;
  }

  /** Notes that the room has become another. */
  void changed() {
    unrest++;
  }

  /** By how much the echo is weakened, all parts together; 0 when not known. */
  double erleDb() {
    if (state == State.IDLE || state == State.NO_ECHO) {
      return 0;
    }
    double all = decibels(erleMic, erleOut);
    // what a suppressor silences together with the near side is no success
    return state == State.FAILING ? Math.min(all, filterDb()) : all;
  }

  /** The filter's part of it. */
  double filterDb() {
    return decibels(erleMic, erleError);
  }

  /**
   * Takes the energies of a hop.
   *
   * @param far of what was played
   * @param mic of what the microphone heard
   * @param error of that less the echo
   * @param out of the hop given out, which is the one before this
   * @param presence whether the near side speaks, 0 to 1
   * @param leakDb the filter's part by the leak the suppressor has learnt
   * @param explained whether a filter predicts what the microphone hears
   */
  void hop(
      double far,
      double mic,
      double error,
      double out,
      double presence,
      double leakDb,
      boolean explained) {
    boolean loud = far > LOUD * hopSamples;
    sinceFar = loud ? 0 : sinceFar + hopSeconds;
    envelopes(far, mic);
    double previous = micBefore;
    micBefore = mic;
    micFloor = mic + TINY < micFloor ? mic + TINY : micFloor * (1 + 0.05 * hopSeconds);
    if (!active()) {
      return;
    }
    if (loud) {
      seconds += hopSeconds;
    }
    unrest *= calm;
    micPower = second * micPower + mic;
    errorPower = second * errorPower + error;
    shortMic = half * shortMic + mic;
    shortError = half * shortError + error;
    if (presence < 0.5) {
      erleMic = second * erleMic + previous;
      erleError = second * erleError + error;
      erleOut = second * erleOut + out;
    }
    boolean predicted = explained || decibels(shortMic, shortError) > EXPLAINED_DB;
    predictedFor = predicted ? predictedFor + hopSeconds : 0;
    if (predicted || likeness > ALIKE) {
      evidenceAt = seconds;
    }
    judge(leakDb);
  }

  private void judge(double leakDb) {
    boolean evidence = seconds - evidenceAt < EVIDENCE_SECONDS;
    if (state == State.NO_ECHO) {
      if (predictedFor > CERTAIN_SECONDS || likeness > SAME) {
        state = State.ADAPTING;
        badSince = seconds;
        evidenceAt = seconds;
      }
      return;
    }
    boolean before = state == State.CANCELLING;
    boolean measured = decibels(erleMic, erleOut) >= (before ? STILL_WORKS_DB : WORKS_DB)
        && filterDb() >= (before ? FILTER_DB - 1 : FILTER_DB);
    boolean learnt = leakDb >= (before ? LEAK_DB - 2 : LEAK_DB);
    boolean still = unrest < (before ? MOST_UNREST : 0.6 * MOST_UNREST);
    if (evidence && still && (measured || learnt)) {
      state = State.CANCELLING;
      badSince = seconds;
      return;
    }
    if (evidence) {
      state = seconds - badSince > FAILING_AFTER_SECONDS ? State.FAILING : State.ADAPTING;
      return;
    }
    boolean quiet = micPower * (1 - second) < 4 * micFloor;
    if (seconds > 2 * FAILING_AFTER_SECONDS
        || seconds > FAILING_AFTER_SECONDS && likeness < ALIKE
        || seconds > NO_ECHO_AFTER_SECONDS && (quiet || likeness < UNLIKE)) {
      state = State.NO_ECHO;
    } else if (state == State.IDLE) {
      state = State.ADAPTING;
    }
  }

  /**
   * How alike the envelopes of the two signals are at the best lag: tells an echo that no linear
   * filter can follow from none.
   */
  private void envelopes(double far, double mic) {
    stepFar += far;
    stepMic += mic;
    if (++stepHops < hopsPerStep) {
      return;
    }
    double samples = (double) stepHops * hopSamples;
    System.arraycopy(farLog, 0, farLog, 1, LAGS - 1);
    farLog[0] = Math.log(stepFar / samples + QUIET);
    double micLog = Math.log(stepMic / samples + QUIET);
    stepFar = 0;
    stepMic = 0;
    stepHops = 0;
    if (!active()) {
      return;
    }
    double keep = 0.99;
    weight = keep * weight + 1;
    sumMic = keep * sumMic + micLog;
    sumMic2 = keep * sumMic2 + micLog * micLog;
    double best = 0;
    for (int i = 0; i < LAGS; i++) {
      double x = farLog[i];
      sumFar[i] = keep * sumFar[i] + x;
      sumFar2[i] = keep * sumFar2[i] + x * x;
      sumCross[i] = keep * sumCross[i] + x * micLog;
      double cross = sumCross[i] - sumFar[i] * sumMic / weight;
      double farVariance = sumFar2[i] - sumFar[i] * sumFar[i] / weight;
      double micVariance = sumMic2 - sumMic * sumMic / weight;
      // the floor keeps the ripple of steady noise from looking like something
      double like = cross / Math.sqrt((farVariance + 0.1 * weight) * (micVariance + 0.1 * weight));
      best = Math.max(best, like);
    }
    likeness = weight < 30 ? 0.5 : best;
  }

  private static double decibels(double whole, double part) {
    return 10 * Math.log10((whole + TINY) / (part + TINY));
  }
}
