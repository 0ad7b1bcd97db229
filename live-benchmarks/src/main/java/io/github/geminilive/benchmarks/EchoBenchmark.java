package io.github.geminilive.benchmarks;

import io.github.geminilive.audio.dsp.EchoCanceller;
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
 * The echo canceller at 16 kHz in pieces of 10 ms. The score is seconds of sound in a second of one
 * core, times real time: an operation is a second of sound.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 6, time = 2)
@Fork(2)
@State(Scope.Thread)
public class EchoBenchmark {

  private static final int RATE = 16_000;
  private static final int PIECE = RATE / 100;
  private static final int SECONDS = 4;
  private static final int LENGTH = SECONDS * RATE;
  private static final int DELAY = RATE / 10;

  private final short[] far = new short[LENGTH];
  private final short[] mic = new short[LENGTH];
  private final short[] out = new short[PIECE];
  private EchoCanceller canceller = EchoCanceller.create(RATE);

  /** Makes speech and its echo in a room. */
  @Setup
  public void fill() {
    ByteBuffer speech = ByteBuffer.wrap(Speech.question()).order(ByteOrder.LITTLE_ENDIAN);
    double[] echo = new double[LENGTH];
    Random random = new Random(1);
    double[] room = new double[RATE / 5];
    for (int i = 0; i < room.length; i++) {
      room[i] = 0.05 * random.nextGaussian() * Math.exp(-6.9 * i / room.length);
    }
    for (int i = 0; i < LENGTH && speech.hasRemaining(); i++) {
      far[i] = speech.getShort();
      for (int j = 0; j < room.length && i + DELAY + j < LENGTH; j++) {
        echo[i + DELAY + j] += room[j] * far[i];
      }
    }
    for (int i = 0; i < LENGTH; i++) {
      double sample = echo[i] + 10 * random.nextGaussian();
      mic[i] = (short) Math.max(-32768, Math.min(32767, Math.round(sample)));
    }
    canceller = EchoCanceller.create(RATE);
  }

  /**
   * Four seconds of speech played and heard.
   *
   * @return the last piece
   */
  @Benchmark
  @OperationsPerInvocation(SECONDS)
  public short[] cancel() {
    for (int at = 0; at < LENGTH; at += PIECE) {
      canceller.process(far, at, mic, at, out, 0, PIECE);
    }
    return out;
  }
}
