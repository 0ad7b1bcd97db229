package io.github.geminilive.examples;

import io.github.geminilive.audio.dsp.VoiceDetector;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Says how likely each moment of a recording is speech: {@code DetectVoice IN.raw}.
 *
 * <p>IN.raw is mono 16-bit little-endian PCM at 16 kHz, or {@code -} for the standard input. Prints
 * one score from 0 to 1 for each 10 ms on a line of its own; a score depends on nothing that comes
 * later. A last piece shorter than 10 ms is left out. Exit code 2 for a wrong call, 1 for a file that
 * cannot be read.
 */
public final class DetectVoice {

  private DetectVoice() {}

  /**
   * Runs the program.
   *
   * @param args the file
   */
  public static void main(String[] args) {
    if (args.length != 1 || args[0].isBlank()) {
      System.err.println("usage: DetectVoice IN.raw   (16 kHz, 16-bit little-endian, mono)");
      System.exit(2);
    }
    try (InputStream in = args[0].equals("-") ? System.in : open(args[0])) {
      judge(in, new PrintStream(System.out, false, StandardCharsets.US_ASCII));
    } catch (IOException | InvalidPathException e) {
      System.err.println("cannot read " + args[0] + ": " + e);
      System.exit(1);
    }
  }

  private static InputStream open(String file) throws IOException {
    return new BufferedInputStream(Files.newInputStream(Path.of(file)), 1 << 16);
  }

  private static void judge(InputStream in, PrintStream out) throws IOException {
    byte[] bytes = new byte[2 * VoiceDetector.FRAME_SAMPLES];
    short[] frame = new short[VoiceDetector.FRAME_SAMPLES];
    StringBuilder lines = new StringBuilder();
    try (VoiceDetector detector = VoiceDetector.create()) {
      while (in.readNBytes(bytes, 0, bytes.length) == bytes.length) {
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer().get(frame);
        lines.append(String.format(Locale.ROOT, "%.6f%n", detector.score(frame, 0)));
        if (lines.length() > 8_000) {
          out.print(lines);
          lines.setLength(0);
        }
      }
    }
    out.print(lines);
    out.flush();
  }
}
