package io.github.geminilive.examples;

import io.github.geminilive.audio.device.AudioDeviceException;
import io.github.geminilive.audio.device.AudioSource;
import io.github.geminilive.audio.device.DeviceEvent;
import io.github.geminilive.audio.device.Microphone;
import io.github.geminilive.audio.pcm.PcmFormat;
import io.github.geminilive.audio.pcm.WavWriter;
import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * Records the default microphone into a WAV file, as the service would hear it: 16 kHz, mono, 16 bit.
 * Exit codes: 1 no microphone, or it delivers nothing, 2 wrong arguments, 3 the file cannot be written.
 */
public final class RecordMicrophone {

  private static final int RATE_HZ = 16_000;
  private static final long PATIENCE_SECONDS = 5;

  private RecordMicrophone() {}

  /** Takes the file, and for how many seconds to record; 5 unless given. */
  public static void main(String[] args) throws InterruptedException {
    System.exit(run(args));
  }

  static int run(String... args) throws InterruptedException {
    double seconds = -1;
    Path file = null;
    try {
      file = args.length == 1 || args.length == 2 ? Path.of(args[0]) : null;
      seconds = args.length == 2 ? Double.parseDouble(args[1]) : 5;
    } catch (InvalidPathException | NumberFormatException e) {
      System.err.println(e.getMessage());
    }
    if (file == null || !(seconds > 0 && seconds <= 24 * 3600)) {
      System.err.println("usage: RecordMicrophone OUT.wav [SECONDS]");
      return 2;
    }
    // Files are written here, not on the microphone's thread, which must not wait.
    BlockingQueue<short[]> chunks = new ArrayBlockingQueue<>(500);
    try (Microphone microphone = Microphone.builder().sampleRateHz(RATE_HZ).build()) {
      microphone.start(new AudioSource.Listener() {
        @Override
        public void captured(short[] samples, int offset, int count, long nanos) {
          if (!chunks.offer(Arrays.copyOfRange(samples, offset, offset + count))) {
            System.err.println("the disk is too slow: " + count + " samples left out");
          }
        }

        @Override
        public void event(DeviceEvent event) {
          System.err.println(event);
        }
      });
      System.out.println("Recording " + microphone.metrics().device() + " ...");
      return write(chunks, Math.round(seconds * RATE_HZ), file);
    } catch (AudioDeviceException e) {
      System.err.println(e.getMessage());
      return 1;
    } catch (IOException e) {
      System.err.println("cannot write " + file + ": " + e);
      return 3;
    }
  }

  private static int write(BlockingQueue<short[]> chunks, long samples, Path file)
      throws IOException, InterruptedException {
    try (WavWriter writer = WavWriter.create(file, PcmFormat.s16le(RATE_HZ, 1))) {
      for (long left = samples; left > 0; ) {
        short[] chunk = chunks.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (chunk == null) {
          System.err.println("nothing was heard for " + PATIENCE_SECONDS + " s; giving up");
          return 1;
        }
        writer.write(chunk, 0, (int) Math.min(left, chunk.length));
        left -= chunk.length;
      }
    }
    System.out.println("Written: " + file);
    return 0;
  }
}
