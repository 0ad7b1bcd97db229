package io.github.geminilive.benchmarks;

import io.github.geminilive.audio.dsp.SpeechTracker;
import io.github.geminilive.audio.dsp.VoiceDetector;
import io.github.geminilive.testkit.Speech;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * How fast speech is looked for, on one core: seconds of sound per second of work, which is times
 * real time. The sound is a question in a little noise.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 6, time = 1)
@Fork(2)
@State(Scope.Thread)
public class VoiceDetectorBenchmark {

  private static final int SECONDS = 2;
  private static final int FRAMES = SECONDS * 100;

  private final VoiceDetector detector = VoiceDetector.create();
  private final SpeechTracker tracker = SpeechTracker.create();
  private final short[] samples = new short[FRAMES * VoiceDetector.FRAME_SAMPLES];

  /** Lays out the sound. */
  @Setup
  public void fill() {
    ByteBuffer.wrap(Speech.question())
        .order(ByteOrder.LITTLE_ENDIAN)
        .asShortBuffer()
        .get(samples);
    Random random = new Random(1);
    for (int i = 0; i < samples.length; i++) {
      int noisy = samples[i] + (int) (30 * random.nextGaussian());
      samples[i] = (short) Math.max(Short.MIN_VALUE, Math.min(Short.MAX_VALUE, noisy));
    }
  }

  /**
   * The detector, frame by frame.
   *
   * @return something that depends on every score
   */
  @Benchmark
  @OperationsPerInvocation(SECONDS)
  public float detect() {
    float sum = 0;
    for (int frame = 0; frame < FRAMES; frame++) {
      sum += detector.score(samples, frame * VoiceDetector.FRAME_SAMPLES);
    }
    return sum;
  }

  /**
   * Detector and tracker, in pieces of 20 ms.
   *
   * @return the last state
   */
  @Benchmark
  @OperationsPerInvocation(SECONDS)
  public SpeechTracker.State track() {
    int piece = 2 * VoiceDetector.FRAME_SAMPLES;
    SpeechTracker.State state = tracker.state();
    for (int at = 0; at < samples.length; at += piece) {
      state = tracker.add(samples, at, piece);
    }
    return state;
  }
}
