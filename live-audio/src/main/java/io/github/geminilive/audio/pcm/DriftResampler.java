package io.github.geminilive.audio.pcm;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * A {@link Resampler} whose ratio can be adjusted a little while the signal runs, for the clocks of
 * two devices are never quite alike: a microphone and a loudspeaker of 48,000 Hz differ by 10 to
 * 100 parts per million as a rule, which is up to a third of a second in an hour.
 *
 * <p>There are out/in·(1 + ppm/1,000,000) output samples per input sample. The next output sample
 * follows the last one at the new distance, so that a change makes no click; by 1,000 ppm it
 * changes the pitch by a sixtieth of a semitone. The position is kept to 10<sup>-12</sup> of a sample,
 * and errors do not add up to a hundredth of a sample in a day.
 *
 * <p>Filters, latency, {@code short} and {@code float}, flushing and independence of the pieces are
 * those of {@link Resampler}, with two differences: every output sample is interpolated between
 * four filters (errors below −130 dB), which costs several times the work; and equal rates are
 * filtered too.
 *
 * <p>Not safe for concurrent use. After {@link #create} no method allocates.
 */
public final class DriftResampler {

  /** The largest adjustment either way, in parts per million. */
  public static final int MAX_PPM = 1_000;

  private final int inRateHz;
  private final int outRateHz;
  private final Resampler.Quality quality;
  private final DriftCore core;
  private double ppm;

  private DriftResampler(int inRateHz, int outRateHz, Resampler.Quality quality) {
    this.inRateHz = Resampler.checkRate("inRateHz", inRateHz);
    this.outRateHz = Resampler.checkRate("outRateHz", outRateHz);
    this.quality = requireNonNull(quality, "quality");
    double ratio = (double) outRateHz / inRateHz;
    this.core = new DriftCore(
        ratio, ratio * factor(MAX_PPM), FilterBank.between(inRateHz, outRateHz, quality));
  }

  /**
   * A resampler of {@link Resampler.Quality#DEFAULT}, not adjusted yet.
   *
   * @param inRateHz {@value Resampler#MIN_RATE_HZ} to {@value Resampler#MAX_RATE_HZ}
   * @param outRateHz {@value Resampler#MIN_RATE_HZ} to {@value Resampler#MAX_RATE_HZ}
   */
  public static DriftResampler create(int inRateHz, int outRateHz) {
    return new DriftResampler(inRateHz, outRateHz, Resampler.Quality.DEFAULT);
  }

  /**
   * A resampler, not adjusted yet.
   *
   * @param inRateHz {@value Resampler#MIN_RATE_HZ} to {@value Resampler#MAX_RATE_HZ}
   * @param outRateHz {@value Resampler#MIN_RATE_HZ} to {@value Resampler#MAX_RATE_HZ}
   * @param quality delay and work against evenness and suppression
   */
  public static DriftResampler create(int inRateHz, int outRateHz, Resampler.Quality quality) {
    return new DriftResampler(inRateHz, outRateHz, quality);
  }

  private static double factor(double ppm) {
    return 1 + ppm * 1e-6;
  }

  /** Samples per second of the input. */
  public int inRateHz() {
    return inRateHz;
  }

  /** Samples per second of the output, when not adjusted. */
  public int outRateHz() {
    return outRateHz;
  }

  /** The filter chosen. */
  public Resampler.Quality quality() {
    return quality;
  }

  /** The adjustment, in parts per million; 0 at first. */
  public double ppm() {
    return ppm;
  }

  /**
   * Adjusts the ratio from here on; {@link #reset} and {@link #flush} leave it.
   *
   * @param ppm −{@value #MAX_PPM} to {@value #MAX_PPM}; more than 0 for more output
   */
  public void adjust(double ppm) {
    if (!(Math.abs(ppm) <= MAX_PPM)) {
      throw new IllegalArgumentException(
          "ppm must be in [-" + MAX_PPM + ", " + MAX_PPM + "]: " + ppm);
    }
    this.ppm = ppm;
    core.factor(factor(ppm));
  }

  /** The most that can be in and not out, as for {@link Resampler#latency}. */
  public Duration latency() {
    return core.latency(inRateHz);
  }

  /**
   * Room for the output of the next {@link #process}, whatever came before and at any adjustment.
   *
   * @param inputSamples how many samples will be given, 0 or more
   * @return at least as many samples as that call will produce; at most {@link Integer#MAX_VALUE}
   */
  public int maxOutput(int inputSamples) {
    if (inputSamples < 0) {
      throw new IllegalArgumentException("inputSamples must not be negative: " + inputSamples);
    }
    return core.maxOutput(inputSamples);
  }

  /** Room for the output of {@link #flush}, whatever came before and at any adjustment. */
  public int maxFlush() {
    return core.maxOutput(core.half);
  }

  /**
   * Takes the next piece of the signal and hands out what has become ready.
   *
   * @param in samples
   * @param offset index of the first of them
   * @param count how many, 0 or more
   * @param out where to put the output; not {@code in}
   * @param outOffset where to begin there
   * @return how many samples were put there
   * @throws IllegalArgumentException if {@code out} has no room for them (nothing has been taken
   *     then, see {@link #maxOutput}), or {@code in} has no such piece
   */
  public int process(short[] in, int offset, int count, short[] out, int outOffset) {
    ResamplerCore.checkPiece(in.length, offset, count);
    return core.process(in, offset, count, out, outOffset);
  }

  /**
   * Takes the next piece of the signal and hands out what has become ready.
   *
   * @param in samples, full scale ±1
   * @param offset index of the first of them
   * @param count how many, 0 or more
   * @param out where to put the output; not {@code in}
   * @param outOffset where to begin there
   * @return how many samples were put there
   * @throws IllegalArgumentException if {@code out} has no room for them (nothing has been taken
   *     then, see {@link #maxOutput}), or {@code in} has no such piece
   */
  public int process(float[] in, int offset, int count, float[] out, int outOffset) {
    ResamplerCore.checkPiece(in.length, offset, count);
    return core.process(in, offset, count, out, outOffset);
  }

  /**
   * Ends the signal and hands out the rest of it, up to the last output sample that lies before the
   * end of the input. Then a new signal may begin.
   *
   * @param out where to put the output
   * @param outOffset where to begin there
   * @return how many samples were put there, at most {@link #maxFlush}
   * @throws IllegalArgumentException if {@code out} has no room for them; nothing has changed then
   */
  public int flush(short[] out, int outOffset) {
    return core.flush(out, outOffset);
  }

  /**
   * Ends the signal and hands out the rest of it, up to the last output sample that lies before the
   * end of the input. Then a new signal may begin.
   *
   * @param out where to put the output
   * @param outOffset where to begin there
   * @return how many samples were put there, at most {@link #maxFlush}
   * @throws IllegalArgumentException if {@code out} has no room for them; nothing has changed then
   */
  public int flush(float[] out, int outOffset) {
    return core.flush(out, outOffset);
  }

  /** Forgets the signal so far: the next sample begins a new one. */
  public void reset() {
    core.reset();
  }

  @Override
  public String toString() {
    return "DriftResampler[" + inRateHz + " Hz to " + outRateHz + " Hz, " + quality + ", " + ppm
        + " ppm]";
  }
}
