package io.github.geminilive.audio.pcm;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Changes the sample rate of a mono signal that arrives piece by piece.
 *
 * <p>Output sample n lies at the instant n / outRate of the input: nothing is shifted. Into how
 * many pieces the signal is cut does not matter: the output is the same to the last bit. The whole
 * signal of N samples becomes ceil(N·out/in) samples, the last of them handed out by {@link
 * #flush}. Equal rates pass every sample through as it is.
 *
 * <p>Any two rates go, and the rates stay exact. Each output sample is a weighted sum of the inputs
 * around it, with a windowed-sinc filter (Kaiser window) of its own per position between two input
 * samples. The filters of a ratio are designed once per process, in {@link #create}, and shared
 * while memory lasts; they take up to 4 MiB. A ratio with so many positions that it would take more
 * (44,101 to 16,000 Hz, say, but none of the usual rates) has at least 128 filters per sample of
 * the lower rate instead, and cubic interpolation between four neighbours: as good (errors below
 * −130 dB), several times slower.
 *
 * <p>{@code short} samples stand for value/32,768. Inside everything is {@code float}, so the two
 * kinds may be mixed: a call with {@code float} input continues the signal of one with {@code
 * short} input. Towards {@code short} the result is rounded to nearest, without dither, and limited to
 * the range of a short; towards {@code float} it is not limited. Unless the rates are equal, input
 * that is NaN or infinite counts as 0.
 *
 * <p>Not safe for concurrent use. After {@link #create} no method allocates.
 */
public final class Resampler {

  /** Lowest rate, in hertz. */
  public static final int MIN_RATE_HZ = 8_000;

  /** Highest rate, in hertz. */
  public static final int MAX_RATE_HZ = 192_000;

  /**
   * How much delay and work the filter may cost. Edges are given in parts of half the lower of the
   * two rates, delays for a lower rate of 16 kHz; the delay grows as the lower rate falls.
   */
  public enum Quality {
    /**
     * Even up to 0.88, silent from 1.12 (−55 dB from 1.1): what lies between folds back into the
     * top of the band. 1.8 ms.
     */
    FAST(0.88, 1.12, 106),
    /** Even up to 0.90, silent from 1.0, by 110 dB. 4.5 ms. */
    DEFAULT(0.90, 1.0, 112),
    /** Even up to 0.95, silent from 1.0, by 140 dB. 12 ms. */
    BEST(0.95, 1.0, 144);

    private final double pass;
    private final double stop;
    private final double attenuationDb;

    Quality(double pass, double stop, double attenuationDb) {
      this.pass = pass;
      this.stop = stop;
      this.attenuationDb = attenuationDb;
    }

    double pass() {
      return pass;
    }

    double stop() {
      return stop;
    }

    double attenuationDb() {
      return attenuationDb;
    }
  }

  private final int inRateHz;
  private final int outRateHz;
  private final Quality quality;

  /** Null when the rates are equal. */
  private final @Nullable RationalCore core;

  private Resampler(int inRateHz, int outRateHz, Quality quality) {
    this.inRateHz = checkRate("inRateHz", inRateHz);
    this.outRateHz = checkRate("outRateHz", outRateHz);
    this.quality = requireNonNull(quality, "quality");
    this.core = inRateHz == outRateHz ? null : RationalCore.create(inRateHz, outRateHz, quality);
  }

  /**
   * A resampler of {@link Quality#DEFAULT}.
   *
   * @param inRateHz {@value #MIN_RATE_HZ} to {@value #MAX_RATE_HZ}
   * @param outRateHz {@value #MIN_RATE_HZ} to {@value #MAX_RATE_HZ}
   */
  public static Resampler create(int inRateHz, int outRateHz) {
    return new Resampler(inRateHz, outRateHz, Quality.DEFAULT);
  }

  /**
   * A resampler. The first one of a ratio designs its filters, which takes some 10 to 50 ms: make
   * it before the audio starts.
   *
   * @param inRateHz {@value #MIN_RATE_HZ} to {@value #MAX_RATE_HZ}
   * @param outRateHz {@value #MIN_RATE_HZ} to {@value #MAX_RATE_HZ}
   * @param quality delay and work against evenness and suppression
   */
  public static Resampler create(int inRateHz, int outRateHz, Quality quality) {
    return new Resampler(inRateHz, outRateHz, quality);
  }

  static int checkRate(String name, int rateHz) {
    if (rateHz < MIN_RATE_HZ || rateHz > MAX_RATE_HZ) {
      throw new IllegalArgumentException(
          name + " must be in [" + MIN_RATE_HZ + ", " + MAX_RATE_HZ + "] Hz: " + rateHz);
    }
    return rateHz;
  }

  /** Samples per second of the input. */
  public int inRateHz() {
    return inRateHz;
  }

  /** Samples per second of the output. */
  public int outRateHz() {
    return outRateHz;
  }

  /** The filter chosen. */
  public Quality quality() {
    return quality;
  }

  /**
   * The most that can be in and not out: how much later than its last input sample {@link #process}
   * hands out the sample of the same instant. The output itself is not shifted. Zero for equal
   * rates.
   */
  public Duration latency() {
    return core == null ? Duration.ZERO : core.latency(inRateHz);
  }

  /**
   * Room for the output of the next {@link #process}, whatever came before.
   *
   * @param inputSamples how many samples will be given, 0 or more
   * @return at least as many samples as that call will produce; at most {@link Integer#MAX_VALUE}
   */
  public int maxOutput(int inputSamples) {
    if (inputSamples < 0) {
      throw new IllegalArgumentException("inputSamples must not be negative: " + inputSamples);
    }
    return core == null ? inputSamples : core.maxOutput(inputSamples);
  }

  /** Room for the output of {@link #flush}, whatever came before. */
  public int maxFlush() {
    return core == null ? 0 : core.maxOutput(core.half);
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
    if (core == null) {
      ResamplerCore.checkRoom(count, out.length, outOffset);
      System.arraycopy(in, offset, out, outOffset, count);
      return count;
    }
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
    if (core == null) {
      ResamplerCore.checkRoom(count, out.length, outOffset);
      System.arraycopy(in, offset, out, outOffset, count);
      return count;
    }
    return core.process(in, offset, count, out, outOffset);
  }

  /**
   * Ends the signal and hands out the rest of it: as if silence followed, up to the last output
   * sample that lies before the end of the input. Then a new signal may begin, as after {@link
   * #reset}.
   *
   * @param out where to put the output
   * @param outOffset where to begin there
   * @return how many samples were put there, at most {@link #maxFlush}
   * @throws IllegalArgumentException if {@code out} has no room for them; nothing has changed then
   */
  public int flush(short[] out, int outOffset) {
    ResamplerCore.checkRoom(0, out.length, outOffset);
    return core == null ? 0 : core.flush(out, outOffset);
  }

  /**
   * Ends the signal and hands out the rest of it: as if silence followed, up to the last output
   * sample that lies before the end of the input. Then a new signal may begin, as after {@link
   * #reset}.
   *
   * @param out where to put the output
   * @param outOffset where to begin there
   * @return how many samples were put there, at most {@link #maxFlush}
   * @throws IllegalArgumentException if {@code out} has no room for them; nothing has changed then
   */
  public int flush(float[] out, int outOffset) {
    ResamplerCore.checkRoom(0, out.length, outOffset);
    return core == null ? 0 : core.flush(out, outOffset);
  }

  /** Forgets the signal so far: the next sample begins a new one. */
  public void reset() {
    if (core != null) {
      core.reset();
    }
  }

  @Override
  public String toString() {
    return "Resampler[" + inRateHz + " Hz to " + outRateHz + " Hz, " + quality + "]";
  }
}
