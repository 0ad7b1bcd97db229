package io.github.geminilive.audio.pcm;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.audio.pcm.Resampler.Quality;
import io.github.geminilive.protocol.Bytes;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns audio of one format into another one, piece by piece: rate, channels, encoding, byte order,
 * level.
 *
 * <ul>
 *   <li><b>Pieces.</b> However the audio is cut into pieces, the output is the same to the last bit.
 *       A piece must consist of whole frames.
 *   <li><b>Same format, 0 dB.</b> Integers and G.711 pass unchanged, bit by bit. An integer turned
 *       into a longer integer or a float that holds it, and back, is unchanged too.
 *   <li><b>Rate.</b> {@link Resampler} for every channel: of N frames come ceil(N·out/in), the last
 *       ones from {@link #flush}. Nothing is shifted.
 *   <li><b>Channels.</b> Where the numbers differ: down, output channel k is the mean of input
 *       channels k, k+M, k+2M… (M outputs), so mono is the mean of all; up, output channel k is a
 *       copy of input channel k modulo their number. {@link Builder#mix} takes another rule.
 *   <li><b>Level.</b> Unchanged (0 dB) unless {@link #gainDb} says otherwise.
 *   <li><b>Limits.</b> What an integer or G.711 cannot hold becomes its largest or smallest value; it
 *       never wraps. Floats may exceed full scale, and keep it up to another float. NaN and infinity
 *       in the input count as 0.
 *   <li><b>Rounding.</b> To nearest, of two as near to the even one; without dither unless {@link
 *       Builder#dither} asks for it.
 * </ul>
 *
 * <p>One thread at a time, except for {@link #gainDb}, which any thread may call. Once made, it
 * allocates nothing.
 */
public final class PcmConverter {

  /** What one sample is in a method that takes or gives {@code short[]}. */
  private static final SampleEncoding SHORT = SampleEncoding.S16;

  private static final int BLOCK_SAMPLES = 8_192;
  private static final int MAX_BLOCK_FRAMES = 512;
  private static final int MIN_BLOCK_FRAMES = 16;
  private static final Duration RAMP = Duration.ofMillis(10);
  private static final double MAX_GAIN_DB = 60;

  private final PcmFormat from;
  private final PcmFormat to;
  private final SampleCodec reader;
  private final SampleCodec writer;
  private final double @Nullable [][] matrix;
  private final Resampler @Nullable [] resamplers;
  private final boolean mixFirst;
  private final boolean exact;
  private final @Nullable Dither dither;
  private final int blockFrames;
  private final int rampFrames;

  private final double[][] decoded;
  private final double[][] mixed;
  private final double[][] resampled;
  private final float[] slowOrFast;
  private final float[] resampledFloats;

  private volatile double targetGain;
  private double gain;
  private double rampTarget;
  private double rampStep;
  private int rampLeft;

  /** Whether the level was ever another than 0 dB: whole blocks, or dither would depend on them. */
  private boolean levelled;

  private PcmConverter(Builder builder) {
    from = builder.from;
    to = builder.to;
    reader = new SampleCodec(from);
    writer = new SampleCodec(to);
    matrix = builder.matrix != null ? builder.matrix : usualMix(from.channels(), to.channels());
    mixFirst = to.channels() <= from.channels();
    int resampledChannels = Math.min(from.channels(), to.channels());
    int widest = Math.max(from.channels(), to.channels());
    blockFrames = Math.max(MIN_BLOCK_FRAMES, Math.min(MAX_BLOCK_FRAMES, BLOCK_SAMPLES / widest));
    int outFrames = blockFrames;
    if (from.sampleRateHz() == to.sampleRateHz()) {
      resamplers = null;
    } else {
      Resampler[] all = new Resampler[resampledChannels];
      for (int i = 0; i < all.length; i++) {
        all[i] = Resampler.create(from.sampleRateHz(), to.sampleRateHz(), builder.quality);
      }
      resamplers = all;
      outFrames = Math.max(all[0].maxOutput(blockFrames), all[0].maxFlush());
    }
    decoded = new double[from.channels()][blockFrames];
    mixed =
        matrix == null ? decoded : new double[to.channels()][mixFirst ? blockFrames : outFrames];
    resampled = resamplers == null ? decoded : new double[resampledChannels][outFrames];
    slowOrFast = new float[resamplers == null ? 0 : blockFrames];
    resampledFloats = new float[resamplers == null ? 0 : outFrames];
    exact = matrix == null && resamplers == null && from.encoding().fitsInto(to.encoding());
    dither = builder.dither && to.encoding().isInteger()
        ? new Dither(builder.ditherSeed, to.channels(), SampleCodec.steps(to.encoding()))
        : null;
    rampFrames = (int) to.frames(RAMP);
    targetGain = linear(builder.gainDb);
    settleGain();
  }

  /**
   * A converter with the usual rules: default quality, 0 dB, no dither.
   *
   * @param from what goes in
   * @param to what comes out
   */
  public static PcmConverter create(PcmFormat from, PcmFormat to) {
    return builder(from, to).build();
  }

  /**
   * A converter with rules of its own.
   *
   * @param from what goes in
   * @param to what comes out
   */
  public static Builder builder(PcmFormat from, PcmFormat to) {
    return new Builder(from, to);
  }

  /**
   * Converts a whole recording with the usual rules.
   *
   * @param audio in any format
   * @param to the format wanted
   * @return {@code audio} itself when it has that format already
   */
  static PcmAudio convert(PcmAudio audio, PcmFormat to) {
    if (audio.format().equals(to)) {
      return audio;
    }
    PcmConverter converter = create(audio.format(), to);
    byte[] in = audio.pcm().toByteArray();
    byte[] out = new byte[Math.addExact(converter.maxOutput(in.length), converter.maxFlush())];
    int produced = converter.process(in, 0, in.length, out, 0);
    produced += converter.flush(out, produced);
    return new PcmAudio(
        to, Bytes.wrap(produced == out.length ? out : Arrays.copyOf(out, produced)));
  }

  /** What goes in. */
  public PcmFormat from() {
    return from;
  }

  /** What comes out. */
  public PcmFormat to() {
    return to;
  }

  /**
   * The most that can be in and not out, see {@link Resampler#latency}; zero when the rate stays.
   */
  public Duration latency() {
    return resamplers == null ? Duration.ZERO : resamplers[0].latency();
  }

  /**
   * Changes the level from now on; the change is spread evenly over 10 ms, so that it does not
   * click.
   *
   * @param gainDb −∞ (silence) to 60; 0 leaves the level as it is
   */
  public void gainDb(double gainDb) {
    targetGain = linear(checkGain(gainDb));
  }

  /**
   * Room for the output of the next {@code process}, whatever came before.
   *
   * @param inputBytes how many bytes will be given: whole frames
   * @return bytes, at least as many as will come out
   */
  public int maxOutput(int inputBytes) {
    return bytes(maxOutputFrames(wholeFrames(inputBytes)));
  }

  /**
   * Room for the output of the next {@code process}, whatever came before, counted in frames.
   *
   * @param inputFrames how many frames will be given, 0 or more
   * @return frames, at least as many as will come out
   */
  public int maxOutputFrames(int inputFrames) {
    if (inputFrames < 0) {
      throw new IllegalArgumentException("inputFrames must not be negative: " + inputFrames);
    }
    return resamplers == null ? inputFrames : resamplers[0].maxOutput(inputFrames);
  }

  /** Room for the output of {@link #flush}, in bytes. */
  public int maxFlush() {
    return bytes(maxFlushFrames());
  }

  /** Room for the output of {@link #flush}, in frames. */
  public int maxFlushFrames() {
    return resamplers == null ? 0 : resamplers[0].maxFlush();
  }

  /**
   * Takes the next piece and hands out what has become ready.
   *
   * @param in audio of {@link #from}
   * @param offset where the piece begins
   * @param length its length in bytes: whole frames
   * @param out takes audio of {@link #to}; not {@code in}
   * @param outOffset where to begin there; {@link #maxOutput} bytes must be free from there on
   * @return how many bytes were put there
   * @throws IllegalArgumentException when a frame is incomplete, or an array too short; nothing has
   *     been taken then
   */
  public int process(byte[] in, int offset, int length, byte[] out, int outOffset) {
    int frames = checkBytes(in, offset, length);
    checkRoom(out.length, outOffset, bytes(maxOutputFrames(frames)), "bytes");
    if (isCopy()) {
      System.arraycopy(in, offset, out, outOffset, length);
      return length;
    }
    return bytes(run(in, null, offset, frames, out, null, outOffset));
  }

  /**
   * Takes the next piece and hands out what has become ready.
   *
   * @param in audio of {@link #from}
   * @param offset where the piece begins
   * @param length its length in bytes: whole frames
   * @param out takes 16-bit samples, channel after channel
   * @param outOffset where to begin there; as many samples as {@link #maxOutputFrames} tells, for
   *     each channel, must be free from there on
   * @return how many samples were put there, all channels counted
   * @throws IllegalArgumentException when a frame is incomplete, or an array too short; nothing has
   *     been taken then
   * @throws IllegalStateException when {@link #to} is not 16-bit
   */
  public int process(byte[] in, int offset, int length, short[] out, int outOffset) {
    checkShorts(to, "out");
    int frames = checkBytes(in, offset, length);
    checkRoom(out.length, outOffset, samples(maxOutputFrames(frames)), "samples");
    return samples(run(in, null, offset, frames, null, out, outOffset));
  }

  /**
   * Takes the next piece and hands out what has become ready.
   *
   * @param in 16-bit samples, channel after channel
   * @param offset where the piece begins
   * @param count its length in samples, all channels counted: whole frames
   * @param out takes audio of {@link #to}
   * @param outOffset where to begin there; as many frames as {@link #maxOutputFrames} tells must be
   *     free from there on
   * @return how many bytes were put there
   * @throws IllegalArgumentException when a frame is incomplete, or an array too short; nothing has
   *     been taken then
   * @throws IllegalStateException when {@link #from} is not 16-bit
   */
  public int process(short[] in, int offset, int count, byte[] out, int outOffset) {
    checkShorts(from, "in");
    int frames = checkSamples(in, offset, count);
    checkRoom(out.length, outOffset, bytes(maxOutputFrames(frames)), "bytes");
    return bytes(run(null, in, offset, frames, out, null, outOffset));
  }

  /**
   * Takes the next piece and hands out what has become ready.
   *
   * @param in 16-bit samples, channel after channel
   * @param offset where the piece begins
   * @param count its length in samples, all channels counted: whole frames
   * @param out takes 16-bit samples, channel after channel; not {@code in}
   * @param outOffset where to begin there; as many samples as {@link #maxOutputFrames} tells, for
   *     each channel, must be free from there on
   * @return how many samples were put there, all channels counted
   * @throws IllegalArgumentException when a frame is incomplete, or an array too short; nothing has
   *     been taken then
   * @throws IllegalStateException when {@link #from} or {@link #to} is not 16-bit
   */
  public int process(short[] in, int offset, int count, short[] out, int outOffset) {
    checkShorts(from, "in");
    checkShorts(to, "out");
    int frames = checkSamples(in, offset, count);
    checkRoom(out.length, outOffset, samples(maxOutputFrames(frames)), "samples");
    return samples(run(null, in, offset, frames, null, out, outOffset));
  }

  /**
   * Ends the audio and hands out the rest of it. Then the next piece begins something new, as after
   * {@link #reset}.
   *
   * @param out takes audio of {@link #to}
   * @param outOffset where to begin there; {@link #maxFlush} bytes must be free from there on
   * @return how many bytes were put there
   */
  public int flush(byte[] out, int outOffset) {
    checkRoom(out.length, outOffset, maxFlush(), "bytes");
    int frames = finish(out, null, outOffset);
    reset();
    return bytes(frames);
  }

  /**
   * Ends the audio and hands out the rest of it. Then the next piece begins something new, as after
   * {@link #reset}.
   *
   * @param out takes 16-bit samples, channel after channel
   * @param outOffset where to begin there; as many samples as {@link #maxFlushFrames} tells, for
   *     each channel, must be free from there on
   * @return how many samples were put there, all channels counted
   * @throws IllegalStateException when {@link #to} is not 16-bit
   */
  public int flush(short[] out, int outOffset) {
    checkShorts(to, "out");
    checkRoom(out.length, outOffset, samples(maxFlushFrames()), "samples");
    int frames = finish(null, out, outOffset);
    reset();
    return samples(frames);
  }

  /** Forgets the audio so far: the next piece begins something new. The level set stays. */
  public void reset() {
    if (resamplers != null) {
      for (Resampler resampler : resamplers) {
        resampler.reset();
      }
    }
    if (dither != null) {
      dither.reset();
    }
    settleGain();
  }

  @Override
  public String toString() {
    return "PcmConverter[" + from + " to " + to + "]";
  }

  private int run(
      byte @Nullable [] inBytes,
      short @Nullable [] inShorts,
      int offset,
      int frames,
      byte @Nullable [] outBytes,
      short @Nullable [] outShorts,
      int outOffset) {
    int produced = 0;
    int inUnits = inShorts != null ? from.channels() : from.frameBytes();
    int outUnits = outShorts != null ? to.channels() : to.frameBytes();
    for (int done = 0; done < frames; ) {
      int count = Math.min(blockFrames, frames - done);
      decode(inBytes, inShorts, offset + done * inUnits, count);
      double[][] block = decoded;
      if (matrix != null && mixFirst) {
        block = mix(block, count);
      }
      int made = resamplers == null ? count : resample(resamplers, block, count);
      if (resamplers != null) {
        block = resampled;
      }
      encode(block, made, outBytes, outShorts, outOffset + produced * outUnits);
      produced += made;
      done += count;
    }
    return produced;
  }

  private int finish(byte @Nullable [] outBytes, short @Nullable [] outShorts, int outOffset) {
    if (resamplers == null) {
      return 0;
    }
    int made = 0;
    for (int c = 0; c < resamplers.length; c++) {
      made = resamplers[c].flush(resampledFloats, 0);
      widen(resampledFloats, made, resampled[c]);
    }
    encode(resampled, made, outBytes, outShorts, outOffset);
    return made;
  }

  private void decode(byte @Nullable [] inBytes, short @Nullable [] inShorts, int at, int count) {
    for (int c = 0; c < decoded.length; c++) {
      if (inShorts != null) {
        SampleCodec.decode(inShorts, at + c, from.channels(), decoded[c], count);
      } else if (inBytes != null) {
        reader.decode(inBytes, at + c * from.encoding().bytesPerSample(), decoded[c], count);
      }
    }
  }

  private int resample(Resampler[] all, double[][] block, int count) {
    int made = 0;
    for (int c = 0; c < all.length; c++) {
      double[] channel = block[c];
      for (int i = 0; i < count; i++) {
        slowOrFast[i] = SampleCodec.narrow(channel[i]);
      }
      made = all[c].process(slowOrFast, 0, count, resampledFloats, 0);
      widen(resampledFloats, made, resampled[c]);
    }
    return made;
  }

  private static void widen(float[] in, int count, double[] out) {
    for (int i = 0; i < count; i++) {
      out[i] = in[i];
    }
  }

  private double[][] mix(double[][] block, int count) {
    double[][] rows = requireNonNull(matrix);
    for (int k = 0; k < rows.length; k++) {
      double[] row = rows[k];
      double[] out = mixed[k];
      Arrays.fill(out, 0, count, 0);
      for (int c = 0; c < row.length; c++) {
        double weight = row[c];
        if (weight != 0) {
          double[] in = block[c];
          for (int i = 0; i < count; i++) {
            out[i] += weight * in[i];
          }
        }
      }
    }
    return mixed;
  }

  /** Mixes where that is still to be done, sets the level, dithers, writes. */
  private void encode(
      double[][] source,
      int count,
      byte @Nullable [] outBytes,
      short @Nullable [] outShorts,
      int at) {
    double[][] block = matrix != null && !mixFirst ? mix(source, count) : source;
    applyGain(block, count);
    for (int k = 0; k < to.channels(); k++) {
      if (dither != null && (levelled || !exact)) {
        dither.add(k, block[k], count);
      }
      if (outShorts != null) {
        SampleCodec.encode(block[k], count, outShorts, at + k, to.channels());
      } else if (outBytes != null) {
        writer.encode(block[k], count, outBytes, at + k * to.encoding().bytesPerSample());
      }
    }
  }

  private void applyGain(double[][] block, int count) {
    double wanted = targetGain;
    if (wanted != rampTarget) {
      rampTarget = wanted;
      rampStep = (wanted - gain) / rampFrames;
      rampLeft = rampFrames;
    }
    if (rampLeft == 0 && gain == 1) {
      return;
    }
    levelled = true;
    int ramp = Math.min(rampLeft, count);
    for (int k = 0; k < to.channels(); k++) {
      double[] channel = block[k];
      double start = gain;
      for (int i = 0; i < ramp; i++) {
        start += rampStep;
        channel[i] *= start;
      }
      double flat = ramp == rampLeft ? rampTarget : start;
      for (int i = ramp; i < count; i++) {
        channel[i] *= flat;
      }
    }
    for (int i = 0; i < ramp; i++) {
      gain += rampStep;
    }
    rampLeft -= ramp;
    if (rampLeft == 0) {
      gain = rampTarget;
    }
  }

  private void settleGain() {
    gain = targetGain;
    rampTarget = gain;
    rampLeft = 0;
    levelled = gain != 1;
  }

  private boolean isCopy() {
    return exact
        && from.equals(to)
        && !from.encoding().isFloat()
        && gain == 1
        && targetGain == 1
        && rampLeft == 0;
  }

  private int wholeFrames(int bytes) {
    return (int) from.frames(bytes);
  }

  private int bytes(int frames) {
    return Math.multiplyExact(frames, to.frameBytes());
  }

  private int samples(int frames) {
    return Math.multiplyExact(frames, to.channels());
  }

  private int checkBytes(byte[] in, int offset, int length) {
    checkPiece(in.length, offset, length, "bytes");
    return wholeFrames(length);
  }

  private int checkSamples(short[] in, int offset, int count) {
    checkPiece(in.length, offset, count, "samples");
    if (count % from.channels() != 0) {
      throw new IllegalArgumentException(
          "%d samples are not whole frames of %d channels".formatted(count, from.channels()));
    }
    return count / from.channels();
  }

  private static void checkPiece(int size, int offset, int length, String unit) {
    if (offset < 0 || length < 0 || length > size - offset) {
      throw new IllegalArgumentException(
          "in has %d %s, there are no %d from %d on".formatted(size, unit, length, offset));
    }
  }

  private static void checkRoom(int size, int offset, int needed, String unit) {
    if (offset < 0 || offset > size || needed > size - offset) {
      throw new IllegalArgumentException("out has room for %d %s, up to %d may be needed from %d on"
          .formatted(size, unit, needed, offset));
    }
  }

  private static void checkShorts(PcmFormat format, String which) {
    if (format.encoding() != SHORT) {
      throw new IllegalStateException(
          which + " is " + format + ": pass bytes, short[] is for s16 only");
    }
  }

  private static double checkGain(double gainDb) {
    if (!(gainDb <= MAX_GAIN_DB)) {
      throw new IllegalArgumentException("gainDb must be at most " + MAX_GAIN_DB + ": " + gainDb);
    }
    return gainDb;
  }

  private static double linear(double gainDb) {
    return gainDb == 0 ? 1 : Math.pow(10, gainDb / 20);
  }

  private static double @Nullable [][] usualMix(int in, int out) {
    if (in == out) {
      return null;
    }
    double[][] rows = new double[out][in];
    for (int k = 0; k < out; k++) {
      if (out > in) {
        rows[k][k % in] = 1;
        continue;
      }
      int sources = (in - k + out - 1) / out;
      for (int c = k; c < in; c += out) {
        rows[k][c] = 1.0 / sources;
      }
    }
    return rows;
  }

  /** Noise of triangular distribution, two steps wide: hides what rounding does to soft sounds. */
  private static final class Dither {

    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private final long seed;
    private final long[] states;
    private final double scale;

    Dither(long seed, int channels, double steps) {
      this.seed = seed;
      this.states = new long[channels];
      this.scale = 0x1p-32 / steps;
      reset();
    }

    void reset() {
      // A state per channel, so that the noise of each does not depend on the size of the pieces.
      for (int k = 0; k < states.length; k++) {
        states[k] = scramble(seed + k * 0x632be59bd9b4e019L);
      }
    }

    void add(int channel, double[] samples, int count) {
      long state = states[channel];
      for (int i = 0; i < count; i++) {
        state += GOLDEN;
        long bits = scramble(state);
        samples[i] += ((bits >>> 32) - (bits & 0xffffffffL)) * scale;
      }
      states[channel] = state;
    }

    /** The mixing function of Steele, Lea and Flood's SplitMix (2014). */
    private static long scramble(long value) {
      long z = (value ^ value >>> 30) * 0xbf58476d1ce4e5b9L;
      z = (z ^ z >>> 27) * 0x94d049bb133111ebL;
      return z ^ z >>> 31;
    }
  }

  /** Gathers the rules of a conversion. */
  public static final class Builder {

    private final PcmFormat from;
    private final PcmFormat to;
    private Quality quality = Quality.DEFAULT;
    private double @Nullable [][] matrix;
    private double gainDb;
    private boolean dither;
    private long ditherSeed;

    private Builder(PcmFormat from, PcmFormat to) {
      this.from = requireNonNull(from, "from");
      this.to = requireNonNull(to, "to");
    }

    /** How good the change of rate is, and what it costs; default {@link Quality#DEFAULT}. */
    public Builder quality(Quality quality) {
      this.quality = requireNonNull(quality, "quality");
      return this;
    }

    /**
     * How channels are made from channels; default: mean down, copy up, see {@link PcmConverter}.
     *
     * @param weights a row for each output channel with a finite factor for each input channel;
     *     copied
     */
    public Builder mix(double[][] weights) {
      if (weights.length != to.channels()) {
        throw new IllegalArgumentException("weights must have a row for each of %d channels: %d"
            .formatted(to.channels(), weights.length));
      }
      double[][] copy = new double[weights.length][];
      for (int k = 0; k < weights.length; k++) {
        copy[k] = weights[k].clone();
        if (copy[k].length != from.channels()) {
          throw new IllegalArgumentException("row %d must have a factor for each of %d channels: %d"
              .formatted(k, from.channels(), copy[k].length));
        }
        for (double weight : copy[k]) {
          if (!Double.isFinite(weight)) {
            throw new IllegalArgumentException("row " + k + " must be finite: " + weight);
          }
        }
      }
      this.matrix = copy;
      return this;
    }

    /**
     * The level to begin with.
     *
     * @param gainDb −∞ (silence) to 60; default 0
     */
    public Builder gainDb(double gainDb) {
      this.gainDb = checkGain(gainDb);
      return this;
    }

    /**
     * Adds noise of triangular distribution, two steps wide, before rounding to integers, where the
     * conversion loses bits. Turns the distortion of soft sounds into even noise, 4.8 dB above that
     * of rounding. Default: off. Floats and G.711 are never dithered.
     *
     * @param seed decides the noise: the same seed, the same output
     */
    public Builder dither(long seed) {
      this.dither = true;
      this.ditherSeed = seed;
      return this;
    }

    /** Makes the converter, and designs its filters where the rates ask for new ones. */
    public PcmConverter build() {
      return new PcmConverter(this);
    }
  }
}
