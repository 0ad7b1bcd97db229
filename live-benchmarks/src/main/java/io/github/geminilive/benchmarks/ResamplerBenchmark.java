package io.github.geminilive.benchmarks;

import io.github.geminilive.audio.pcm.DriftResampler;
import io.github.geminilive.audio.pcm.Resampler;
import java.io.IOException;
import java.io.InputStream;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.openjdk.jmh.annotations.AuxCounters;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The resampler, 16-bit in and out, beside the converter of javax.sound. The figure is {@code
 * realTime}: seconds of sound converted in a second on one core. The profile {@code
 * bench-audio} runs it.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(2)
public class ResamplerBenchmark {

  /** Counts the sound that went through. */
  @AuxCounters(AuxCounters.Type.OPERATIONS)
  @State(Scope.Thread)
  public static class Sound {

    /** Seconds converted; JMH divides by the time it took. */
    public double realTime;
  }

  /** Noise, cut into pieces. */
  @State(Scope.Thread)
  public static class Signal {

    @Param({
      "48000-16000", "44100-16000", "16000-8000", "11025-16000",
      "8000-16000", "16000-24000", "24000-48000", "24000-44100"
    })
    String rates = "";

    @Param({"10", "20"})
    int millis;

    int in;
    int out;
    short[] piece = {};
    short[] room = {};

    /** Makes them. */
    @Setup
    public void fill() {
      int dash = rates.indexOf('-');
      in = Integer.parseInt(rates.substring(0, dash));
      out = Integer.parseInt(rates.substring(dash + 1));
      Random random = new Random(in);
      piece = new short[in * millis / 1000];
      for (int i = 0; i < piece.length; i++) {
        piece[i] = (short) random.nextInt();
      }
      room = new short[DriftResampler.create(in, out).maxOutput(piece.length)];
    }

    double seconds() {
      return (double) piece.length / in;
    }
  }

  /** Ours. */
  @State(Scope.Thread)
  public static class Ours {

    @Param({"FAST", "DEFAULT", "BEST"})
    Resampler.Quality quality = Resampler.Quality.DEFAULT;

    Resampler resampler = Resampler.create(8000, 8000);

    /**
     * Makes it.
     *
     * @param signal the rates
     */
    @Setup
    public void create(Signal signal) {
      resampler = Resampler.create(signal.in, signal.out, quality);
    }
  }

  /** Ours, adjustable. */
  @State(Scope.Thread)
  public static class Drifting {

    DriftResampler resampler = DriftResampler.create(8000, 8000);

    /**
     * Makes it.
     *
     * @param signal the rates
     */
    @Setup
    public void create(Signal signal) {
      resampler = DriftResampler.create(signal.in, signal.out);
      resampler.adjust(50);
    }
  }

  /** The one of the JDK. */
  @State(Scope.Thread)
  public static class JavaxSound {

    InputStream converted = InputStream.nullInputStream();
    byte[] room = {};

    /**
     * Opens it over an endless signal.
     *
     * @param signal the rates
     */
    @Setup
    public void open(Signal signal) {
      byte[] bytes = new byte[2 * signal.piece.length];
      for (int i = 0; i < signal.piece.length; i++) {
        bytes[2 * i] = (byte) signal.piece[i];
        bytes[2 * i + 1] = (byte) (signal.piece[i] >> 8);
      }
      AudioFormat from = new AudioFormat(signal.in, 16, 1, true, false);
      AudioFormat to = new AudioFormat(signal.out, 16, 1, true, false);
      if (!AudioSystem.isConversionSupported(to, from)) {
        throw new IllegalStateException("javax.sound has no converter from " + from + " to " + to);
      }
      converted = AudioSystem.getAudioInputStream(
          to, new AudioInputStream(new Endless(bytes), from, AudioSystem.NOT_SPECIFIED));
      room = new byte[signal.out * signal.millis / 1000 * 2];
    }
  }

  private static final class Endless extends InputStream {

    private final byte[] bytes;
    private int at;

    Endless(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read() {
      byte next = bytes[at];
      at = (at + 1) % bytes.length;
      return next & 0xff;
    }

    @Override
    public int read(byte[] to, int off, int length) {
      int n = Math.min(length, bytes.length - at);
      System.arraycopy(bytes, at, to, off, n);
      at = (at + n) % bytes.length;
      return n;
    }
  }

  /**
   * Ours.
   *
   * @param signal the noise
   * @param ours the resampler
   * @param sound counts
   * @return how many samples came out
   */
  @Benchmark
  public int resample(Signal signal, Ours ours, Sound sound) {
    sound.realTime += signal.seconds();
    return ours.resampler.process(signal.piece, 0, signal.piece.length, signal.room, 0);
  }

  /**
   * Ours, with the ratio adjusted by 50 ppm.
   *
   * @param signal the noise
   * @param drifting the resampler
   * @param sound counts
   * @return how many samples came out
   */
  @Benchmark
  public int follow(Signal signal, Drifting drifting, Sound sound) {
    sound.realTime += signal.seconds();
    return drifting.resampler.process(signal.piece, 0, signal.piece.length, signal.room, 0);
  }

  /**
   * The converter of javax.sound, which does not filter.
   *
   * @param signal the noise
   * @param javaxSound the converter
   * @param sound counts
   * @return how many bytes came out
   * @throws IOException never, as nothing is read from outside
   */
  @Benchmark
  public int javaxSound(Signal signal, JavaxSound javaxSound, Sound sound) throws IOException {
    int read = javaxSound.converted.read(javaxSound.room, 0, javaxSound.room.length);
    sound.realTime += read / 2.0 / signal.out;
    return read;
  }
}
