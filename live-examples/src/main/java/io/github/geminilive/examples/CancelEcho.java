package io.github.geminilive.examples;

import io.github.geminilive.audio.dsp.EchoCanceller;
import io.github.geminilive.audio.dsp.EchoReport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Takes the echo of FAR out of MIC, so that the canceller can be held against others: {@code
 * CancelEcho RATE FAR.raw MIC.raw OUT.raw}, all mono 16-bit little-endian. OUT is as long as MIC
 * and lies on the same time line. The last lines on the standard error say how well it went.
 */
public final class CancelEcho {

  private CancelEcho() {}

  /**
   * Runs the program.
   *
   * @param args RATE, 8000 to 48000, and the three files
   * @throws IOException when a file cannot be read or written
   */
  public static void main(String[] args) throws IOException {
    if (args.length != 4) {
      System.err.println("Usage: CancelEcho RATE FAR.raw MIC.raw OUT.raw");
      System.exit(2);
      return;
    }
    int rate = Integer.parseInt(args[0]);
    short[] mic = read(Path.of(args[2]));
    short[] far = Arrays.copyOf(read(Path.of(args[1])), mic.length);
    short[] out;
    EchoReport report;
    try (EchoCanceller canceller = EchoCanceller.create(rate)) {
      int latency = canceller.latencySamples();
      // silence after the end pushes out what the canceller still holds
      int length = mic.length + latency;
      far = Arrays.copyOf(far, length);
      mic = Arrays.copyOf(mic, length);
      short[] late = new short[length];
      int piece = rate / 100;
      for (int at = 0; at < length; at += piece) {
        canceller.process(far, at, mic, at, late, at, Math.min(piece, length - at));
      }
      out = Arrays.copyOfRange(late, latency, length);
      report = canceller.report();
    }
    write(Path.of(args[3]), out);
    System.err.printf("ERLE %.1f dB%n", report.erleDb());
    System.err.printf("delay %.1f ms%n", report.delayMillis());
    System.err.printf("drift %.0f ppm%n", report.driftPpm());
    System.err.printf("state %s%n", report.state());
  }

  private static short[] read(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    short[] samples = new short[bytes.length / 2];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(samples);
    return samples;
  }

  private static void write(Path file, short[] samples) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(2 * samples.length).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asShortBuffer().put(samples);
    Files.write(file, bytes.array());
  }
}
