package io.github.geminilive.audio.dsp;

import static java.util.Objects.checkFromIndexSize;

import io.github.geminilive.audio.dsp.EchoReport.State;
import java.util.Arrays;

/**
 * The canceller of this library. A Kalman filter of 320 ms learns the room and takes the echo out;
 * a second, coarse one finds the delay, so that the first lies where the echo is; what is played is
 * read at the rate of the microphone's clock once their drift is known; a suppressor weakens what
 * is left. While there is no echo at all the microphone passes unchanged.
 */
final class KalmanEchoCanceller implements EchoCanceller {

  private static final double TAIL_SECONDS = 0.32;
  private static final double MAX_DELAY_SECONDS = 0.55;

  /** How far before the echo the filter begins. */
  private static final double LEAD_MILLIS = 14;

  /** The filter may begin as many blocks earlier still. */
  private static final int SLACK_BLOCKS = 4;

  /** Above this part of the microphone's power the filter's error does not count as good. */
  private static final double GOOD = 0.15;

  /** More than this of the low band explained is no chance. */
  private static final double EXPLAINED_DB = 2.5;

  private static final double LEAST_PPM = 8;
  private static final double MOST_PPM = 500;

  private final int rateHz;
  private final int hop;
  private final int block;
  private final int maxOffset;
  private final FarLine line;
  private final KalmanFilter filter;
  private final EchoSuppressor suppressor;
  private final DelayEstimator delay;
  private final DriftTracker drift;
  private final EchoMonitor monitor;

  private final float[] far;
  private final float[] mic;
  private final float[] reference;
  private final float[] out;
  private final float[] frame;
  private final short[] done;
  private final double decay;

  private int filled;
  private int hops;
  private double micPower;
  private double errorPower;
  private double echoPower;
  private double agreement;
  private double slowMic;
  private double slowError;
  private double lastPpm;
  private double driftGain;
  private int patience;
  private int distrust;

  // written by the thread of process, read by any
  private volatile State state = State.IDLE;
  private volatile double erleDb;
  private volatile double delayMillis;
  private volatile double driftPpm;

  KalmanEchoCanceller(int rateHz) {
    if (rateHz < 8000 || rateHz > 48_000) {
      throw new IllegalArgumentException(
          "sampleRateHz must be in [8000, 48000], resample first: " + rateHz);
    }
    this.rateHz = rateHz;
    block = Integer.highestOneBit(rateHz / 125);
    hop = block / 2;
    maxOffset = (int) Math.ceil(MAX_DELAY_SECONDS * rateHz / block);
    int partitions = (int) Math.ceil(TAIL_SECONDS * rateHz / block);
    line = new FarLine(rateHz);
    filter = new KalmanFilter(block, partitions, maxOffset, rateHz);
    suppressor = new EchoSuppressor(block, rateHz);
    delay = new DelayEstimator(rateHz);
    drift = new DriftTracker(filter, rateHz);
    monitor = new EchoMonitor(hop, rateHz);
    far = new float[hop];
    mic = new float[hop];
    reference = new float[hop];
    out = new float[hop];
    frame = new float[2 * block];
    done = new short[hop];
    decay = Math.exp(-hop / (0.13 * rateHz));
    driftGain = 0.6;
  }

  @Override
  public int sampleRateHz() {
    return rateHz;
  }

  /** A hop until a hop is full, and a hop of the suppressor's filter: up to 8 ms together. */
  @Override
  public int latencySamples() {
    return block;
  }

  @Override
  public void process(
      short[] far,
      int farOffset,
      short[] mic,
      int micOffset,
      short[] out,
      int outOffset,
      int count) {
    checkFromIndexSize(farOffset, count, far.length);
    checkFromIndexSize(micOffset, count, mic.length);
    checkFromIndexSize(outOffset, count, out.length);
    for (int i = 0; i < count; i++) {
      this.far[filled] = far[farOffset + i] * (1 / 32768f);
      this.mic[filled] = mic[micOffset + i] * (1 / 32768f);
      out[outOffset + i] = done[filled];
      if (++filled == hop) {
        filled = 0;
        hop();
      }
    }
  }

  @Override
  public EchoReport report() {
    return new EchoReport(state, erleDb, delayMillis, driftPpm);
  }

  @Override
  public void reset() {
    line.reset();
    filter.reset();
    suppressor.reset();
    delay.reset();
    drift.reset();
    monitor.reset();
    Arrays.fill(done, (short) 0);
    filled = 0;
    hops = 0;
    micPower = 0;
    errorPower = 0;
    echoPower = 0;
    agreement = 0;
    slowMic = 0;
    slowError = 0;
    lastPpm = 0;
    driftGain = 0.6;
    patience = 0;
    distrust = 0;
    state = State.IDLE;
    erleDb = 0;
    delayMillis = 0;
    driftPpm = 0;
  }

  private void hop() {
    line.write(far);
    line.read(reference);
    delay.process(far, mic);
    filter.far(reference);
    align();
    filter.filter(mic);
    float farEnergy = 0;
    float micEnergy = 0;
    float errorEnergy = 0;
    float echoEnergy = 0;
    boolean overdriven = false;
    for (int i = 0; i < hop; i++) {
      float m = mic[i];
      float e = filter.error()[hop + i];
      float h = filter.echo()[hop + i];
      farEnergy += far[i] * far[i];
      micEnergy += m * m;
      errorEnergy += e * e;
      echoEnergy += h * h;
      overdriven |= m > 0.9999f || m < -0.9999f;
    }
    distrust = overdriven ? 3 : Math.max(0, distrust - 1);
    boolean active = monitor.active();
    if (active) {
      slowMic = 0.995 * slowMic + micEnergy;
      slowError = 0.995 * slowError + errorEnergy;
    }
    watchForChange(micEnergy, errorEnergy, echoEnergy);
    float[] uncertainty = filter.expected();
    filter.adapt(distrust == 0);
    if (slowError < GOOD * slowMic) {
      followDrift(
          drift.hop(active && (suppressor.presence() < 0.9f || errorPower < 0.3 * micPower)));
    } else {
      drift.reset();
    }
    boolean bypass = monitor.state() == State.NO_ECHO;
    if (bypass) {
      filter.stayOpen();
      System.arraycopy(mic, 0, frame, hop, hop);
      suppressor.pass(frame, out);
    } else {
      suppressor.process(filter.error(), filter.echo(), uncertainty, out);
    }
    double outEnergy = 0;
    for (int i = 0; i < hop; i++) {
      outEnergy += out[i] * out[i];
      done[i] = (short) Math.max(-32768, Math.min(32767, Math.round(out[i] * 32768)));
    }
    boolean explained = delay.explainedDb() > EXPLAINED_DB || !bypass && agreement > 0.6;
    monitor.delaySeconds(delay.onsetMillis() / 1000);
    monitor.hop(
        farEnergy,
        micEnergy,
        errorEnergy,
        outEnergy,
        suppressor.presence(),
        suppressor.filterDb(),
        explained);
    tell(bypass);
  }

  /**
   * Notices that the room is another: what is taken for echo no longer agrees with what is heard.
   * The near side's speech does not look so, as it agrees with neither.
   */
  private void watchForChange(double micEnergy, double errorEnergy, double echoEnergy) {
    micPower = decay * micPower + micEnergy;
    errorPower = decay * errorPower + errorEnergy;
    echoPower = decay * echoPower + echoEnergy;
    patience = Math.max(0, patience - hop);
    boolean audible = echoPower > 3e-5 * hop && echoPower > 0.03 * micPower;
    agreement = audible ? 0.5 * (micPower + echoPower - errorPower) / echoPower : 0;
    if (patience > 0 || !audible || echoPower < 0.1 * micPower) {
      return;
    }
    State now = monitor.state();
    if (now != State.CANCELLING && now != State.FAILING) {
      // still learning: only what does harm is wrong
      if (errorPower > 1.5 * micPower) {
        filter.forget();
        filter.filter();
        patience = rateHz / 5;
      }
      return;
    }
    // by how much it may differ by chance, from as many independent samples as 0.13 s of speech has
    double chance = 2.5 * Math.sqrt(errorPower / (80 * echoPower));
    if (1 - agreement < Math.max(0.3, chance)) {
      return;
    }
    if (agreement < 0.2) {
      filter.forget();
      filter.filter();
    } else {
      filter.doubt();
    }
    monitor.changed();
    suppressor.expectEcho();
    drift.reset();
    patience = rateHz / 5;
  }

  /** Lays the filter where the echo begins. */
  private void align() {
    double onset = delay.onsetMillis();
    if (onset < 0) {
      return;
    }
    double samples = (onset - LEAD_MILLIS) * rateHz / 1000 - line.lag();
    int wanted = Math.max(0, Math.min(maxOffset, (int) Math.floor(samples / block)));
    int now = filter.offset();
    if (wanted >= now && wanted <= now + SLACK_BLOCKS) {
      return;
    }
    if (slowError < 0.1 * slowMic) {
      // it works as it is: move only if nothing is lost
      if (wanted < now) {
        return;
      }
      double lost = 0;
      double all = 0;
      for (int p = 0; p < filter.partitions(); p++) {
        all += filter.energy(p);
        lost += p < wanted - now ? filter.energy(p) : 0;
      }
      if (lost > 0.005 * all) {
        return;
      }
    }
    filter.moveTo(wanted);
    drift.reset();
  }

  private void followDrift(double ppm) {
    if (!Double.isNaN(ppm)) {
      boolean again = ppm * lastPpm > 0;
      driftGain = again ? Math.min(1.5, driftGain * 1.4) : 0.6;
      boolean clear = Math.abs(ppm) > LEAST_PPM || again && Math.abs(ppm + lastPpm) > LEAST_PPM;
      lastPpm = ppm;
      if (line.lag() == 0 && clear && filter.offset() > 0) {
        retard();
      }
      if (line.lag() > 0) {
        double next = line.ppm() + driftGain * ppm;
        line.ppm(Math.max(-MOST_PPM, Math.min(MOST_PPM, next)));
      }
    }
    if (line.lag() > 0 && line.lag() < FarLine.LEAST_LAG + 1) {
      if (filter.offset() > 0) {
        retard();
      } else {
        line.ppm(Math.max(0, line.ppm()));
      }
    }
  }

  /** Makes room for reading ahead of the lag. */
  private void retard() {
    line.lag(line.lag() + block);
    line.last(frame);
    filter.retard(frame);
    drift.reset();
  }

  private void tell(boolean bypassed) {
    State now = monitor.state();
    if (bypassed && now != State.NO_ECHO) {
      filter.doubt();
    }
    state = now;
    erleDb = monitor.erleDb();
    driftPpm = line.ppm();
    if (++hops * hop < rateHz / 4) {
      return;
    }
    hops = 0;
    if (now == State.CANCELLING) {
      int strongest = 0;
      for (int p = 1; p < filter.partitions(); p++) {
        strongest = filter.energy(p) > filter.energy(strongest) ? p : strongest;
      }
      filter.response(strongest, frame);
      int peak = 0;
      for (int i = 1; i < block; i++) {
        peak = Math.abs(frame[i]) > Math.abs(frame[peak]) ? i : peak;
      }
      double samples = line.lag() + (double) (filter.offset() + strongest) * block + peak;
      delayMillis = samples * 1000 / rateHz;
    } else if (now == State.NO_ECHO) {
      delayMillis = 0;
    } else {
      delayMillis = Math.max(0, delay.onsetMillis());
    }
  }
}
