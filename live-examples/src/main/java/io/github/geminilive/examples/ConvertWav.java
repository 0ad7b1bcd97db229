package io.github.geminilive.examples;

import io.github.geminilive.audio.pcm.PcmConverter;
import io.github.geminilive.audio.pcm.PcmFormat;
import io.github.geminilive.audio.pcm.SampleEncoding;
import io.github.geminilive.audio.pcm.WavReader;
import io.github.geminilive.audio.pcm.WavWriter;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/**
 * Converts a WAV file into another one: by default into what the service hears best, 16 kHz mono
 * s16. Any file is converted piece by piece, however long. What is truncated is converted as far as
 * it goes.
 *
 * <pre>ConvertWav IN.wav OUT.wav [RATE] [ENCODING] [CHANNELS]</pre>
 */
public final class ConvertWav {

  private static final String USAGE = """
      usage: ConvertWav IN.wav OUT.wav [RATE] [ENCODING] [CHANNELS]
        RATE      8000 to 192000; default 16000
        ENCODING  u8, s16, s24, s32, f32, f64, mu-law, a-law; default s16
        CHANNELS  1 or more; default 1""";

  private static final int FRAMES_AT_ONCE = 4_096;

  private ConvertWav() {}

  /** Converts; ends with 2 on wrong usage, with 1 when a file cannot be read or written. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String... args) {
    try {
      if (args.length < 2 || args.length > 5) {
        throw new IllegalArgumentException("IN.wav and OUT.wav are needed");
      }
      int rate = args.length > 2 ? number("RATE", args[2]) : 16_000;
      SampleEncoding encoding = args.length > 3 ? encoding(args[3]) : SampleEncoding.S16;
      int channels = args.length > 4 ? number("CHANNELS", args[4]) : 1;
      PcmFormat target = PcmFormat.of(encoding, rate, channels);
      convert(Path.of(args[0]), Path.of(args[1]), target);
      return 0;
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage() + "\n" + USAGE);
      return 2;
    } catch (NoSuchFileException e) {
      System.err.println("cannot open " + e.getFile() + ": there is no such file or directory");
      return 1;
    } catch (AccessDeniedException e) {
      System.err.println("cannot open " + e.getFile() + ": access is denied");
      return 1;
    } catch (IOException e) {
      System.err.println(e.getMessage());
      return 1;
    }
  }

  private static void convert(Path from, Path to, PcmFormat target) throws IOException {
    if (Files.exists(to) && Files.isSameFile(from, to)) {
      throw new IllegalArgumentException("IN.wav and OUT.wav are the same file: " + from);
    }
    try (WavReader in = WavReader.open(from);
        WavWriter out = WavWriter.create(to, target)) {
      PcmConverter converter = PcmConverter.create(in.format(), target);
      byte[] piece = new byte[FRAMES_AT_ONCE * in.format().frameBytes()];
      byte[] converted =
          new byte[Math.max(converter.maxOutput(piece.length), converter.maxFlush())];
      int length;
      while ((length = in.read(piece, 0, piece.length)) >= 0) {
        out.write(converted, 0, converter.process(piece, 0, length, converted, 0));
      }
      out.write(converted, 0, converter.flush(converted, 0));
      System.out.printf(
          "%s, %s -> %s, %d frames%s%n",
          in.format(),
          in.position(),
          target,
          out.frames(),
          in.truncated() ? " (the input is truncated)" : "");
    }
  }

  private static int number(String name, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " must be a whole number: " + text, e);
    }
  }

  private static SampleEncoding encoding(String text) {
    for (SampleEncoding encoding : SampleEncoding.values()) {
      if (encoding.label().equals(text.toLowerCase(Locale.ROOT))) {
        return encoding;
      }
    }
    throw new IllegalArgumentException("ENCODING is unknown: " + text);
  }
}
