package io.github.geminilive.examples;

import io.github.geminilive.audio.pcm.Resampler;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntSupplier;

/**
 * Changes the rate of raw mono samples from standard input to standard output:
 *
 * <pre>{@code Resample IN_RATE OUT_RATE s16le|f32le [CHUNK] [fast|default|best]}</pre>
 *
 * <p>CHUNK is how many samples are read, converted and written at a time: a number, 0 for any
 * (the default), or r with a seed (r7) for 1 to 2,000 at random. Exits with 2 when called wrongly,
 * with 1 when reading or writing fails or the input ends within a sample.
 */
public final class Resample {

  private static final int ANY = 8_192;
  private static final int RANDOM = 2_000;
  private static final int MOST = 1 << 24;

  private Resample() {}

  /** Converts all of standard input. */
  public static void main(String[] args) {
    System.exit(run(args, System.in, new FileOutputStream(FileDescriptor.out)));
  }

  static int run(String[] args, InputStream in, OutputStream out) {
    if (args.length < 3 || args.length > 5) {
      System.err.println("Resample IN_RATE OUT_RATE s16le|f32le [CHUNK] [fast|default|best]");
      return 2;
    }
    try {
      Resampler resampler = Resampler.create(
          number("IN_RATE", args[0]),
          number("OUT_RATE", args[1]),
          args.length < 5 ? Resampler.Quality.DEFAULT : quality(args[4]));
      boolean floats = args[2].equals("f32le");
      if (!floats && !args[2].equals("s16le")) {
        throw new IllegalArgumentException("samples must be s16le or f32le: " + args[2]);
      }
      String chunk = args.length < 4 ? "0" : args[3];
      int largest = largest(chunk);
      convert(resampler, floats, largest, sizes(chunk, largest), in, out);
      return 0;
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      return 2;
    } catch (IOException e) {
      System.err.println("Cannot go on: " + e.getMessage());
      return 1;
    }
  }

  private static void convert(
      Resampler resampler,
      boolean floats,
      int largest,
      IntSupplier sizes,
      InputStream in,
      OutputStream out)
      throws IOException {
    int width = floats ? 4 : 2;
    int room = Math.max(resampler.maxOutput(largest), resampler.maxFlush());
    byte[] bytes = new byte[Math.max(largest, room) * width];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    short[] shortsIn = new short[floats ? 0 : largest];
    short[] shortsOut = new short[floats ? 0 : room];
    float[] floatsIn = new float[floats ? largest : 0];
    float[] floatsOut = new float[floats ? room : 0];
    for (boolean more = true; more; ) {
      int wanted = sizes.getAsInt() * width;
      int read = in.readNBytes(bytes, 0, wanted);
      int count = read / width;
      more = read == wanted;
      int produced;
      if (floats) {
        buffer.asFloatBuffer().get(floatsIn, 0, count);
        produced = resampler.process(floatsIn, 0, count, floatsOut, 0);
        buffer.asFloatBuffer().put(floatsOut, 0, produced);
      } else {
        buffer.asShortBuffer().get(shortsIn, 0, count);
        produced = resampler.process(shortsIn, 0, count, shortsOut, 0);
        buffer.asShortBuffer().put(shortsOut, 0, produced);
      }
      out.write(bytes, 0, produced * width);
      if (!more) {
        if (floats) {
          produced = resampler.flush(floatsOut, 0);
          buffer.asFloatBuffer().put(floatsOut, 0, produced);
        } else {
          produced = resampler.flush(shortsOut, 0);
          buffer.asShortBuffer().put(shortsOut, 0, produced);
        }
        out.write(bytes, 0, produced * width);
        if (read % width != 0) {
          throw new IOException("the input ends within a sample, " + read % width + " of " + width
              + " bytes; all samples before it are converted");
        }
      }
    }
  }

  private static int largest(String chunk) {
    if (chunk.startsWith("r")) {
      return RANDOM;
    }
    int frames = number("CHUNK", chunk);
    if (frames < 0 || frames > MOST) {
      throw new IllegalArgumentException("CHUNK must be in [0, " + MOST + "]: " + chunk);
    }
    return frames == 0 ? ANY : frames;
  }

  private static IntSupplier sizes(String chunk, int largest) {
    if (!chunk.startsWith("r")) {
      return () -> largest;
    }
    Random random = new Random(number("the seed after r", chunk.substring(1)));
    return () -> 1 + random.nextInt(RANDOM);
  }

  private static int number(String name, String text) {
    try {
      return Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " must be a whole number: " + text, e);
    }
  }

  private static Resampler.Quality quality(String text) {
    for (Resampler.Quality quality : Resampler.Quality.values()) {
      if (quality.name().toLowerCase(Locale.ROOT).equals(text)) {
        return quality;
      }
    }
    throw new IllegalArgumentException("PRESET must be fast, default or best: " + text);
  }
}
