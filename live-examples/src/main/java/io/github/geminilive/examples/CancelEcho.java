package io.github.geminilive.examples;

import io.github.geminilive.audio.dsp.EchoCanceller;
import io.github.geminilive.audio.dsp.EchoReport;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/**
 * Takes the echo of FAR out of MIC, so that the canceller can be held against others: {@code
 * CancelEcho RATE FAR.raw MIC.raw OUT.raw}, all mono 16-bit little-endian. OUT is as long as MIC
 * and lies on the same time line. The last lines on the standard error say how well it went. Exit
 * code 2 for a wrong call, 1 for a file that cannot be read or written.
 */
public final class CancelEcho {

  private CancelEcho() {}

  /**
   * Runs the program.
   *
   * @param args RATE, 8000 to 48000, and the three files
   */
  public static void main(String[] args) {
    int code = run(args);
    if (code != 0) {
      System.exit(code);
    }
  }

  static int run(String[] args) {
    if (args.length != 4) {
      System.err.println("Usage: CancelEcho RATE FAR.raw MIC.raw OUT.raw");
      return 2;
    }
    EchoReport report;
    try (EchoCanceller canceller = EchoCanceller.create(Integer.parseInt(args[0]))) {
      short[] mic = read(args[2]);
      short[] far = read(args[1]);
      write(Path.of(args[3]), cancel(canceller, far, mic));
      report = canceller.report();
    } catch (IllegalArgumentException e) {
      System.err.println("a wrong RATE or name of a file: " + e.getMessage());
      return 2;
    } catch (IOException e) {
      System.err.println("cannot read or write: " + e);
      return 1;
    }
    System.err.printf(Locale.ROOT, "ERLE %.1f dB%n", report.erleDb());
    System.err.printf(Locale.ROOT, "delay %.1f ms%n", report.delayMillis());
    System.err.printf(Locale.ROOT, "drift %.0f ppm%n", report.driftPpm());
    System.err.printf("state %s%n", report.state());
    return 0;
  }

  private static short[] cancel(EchoCanceller canceller, short[] played, short[] heard) {
    int latency = canceller.latencySamples();
    // silence after the end pushes out what the canceller still holds
    int length = heard.length + latency;
    short[] far = Arrays.copyOf(Arrays.copyOf(played, heard.length), length);
    short[] mic = Arrays.copyOf(heard, length);
    short[] late = new short[length];
    int piece = canceller.sampleRateHz() / 100;
    for (int at = 0; at < length; at += piece) {
      canceller.process(far, at, mic, at, late, at, Math.min(piece, length - at));
    }
    return Arrays.copyOfRange(late, latency, length);
  }

  private static short[] read(String file) throws IOException {
    byte[] bytes = Files.readAllBytes(Path.of(file));
    if (bytes.length % 2 != 0) {
      throw new IOException(file + " ends within a sample: " + bytes.length + " bytes");
    }
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
