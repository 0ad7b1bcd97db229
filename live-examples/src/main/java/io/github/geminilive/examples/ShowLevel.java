package io.github.geminilive.examples;

import io.github.geminilive.audio.device.AudioDeviceException;
import io.github.geminilive.audio.device.AudioSource;
import io.github.geminilive.audio.device.DeviceEvent;
import io.github.geminilive.audio.device.Microphone;
import io.github.geminilive.audio.dsp.Level;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Shows how loud the microphone is, ten times a second: a bar for the mean level, a mark for the peak,
 * both in dB of full scale. Speech at arm's length should reach about −25 dB.
 *
 * <p>Ends with Ctrl-C, or after the seconds given. Exit codes: 1 no microphone, 2 wrong arguments.
 */
public final class ShowLevel {

  private static final int WIDTH = 60;

  private ShowLevel() {}

  /** Takes seconds (0: for ever) and the id or a part of the name of a microphone, both optional. */
  public static void main(String[] args) throws InterruptedException {
    long seconds = 0;
    try {
      seconds = args.length > 0 ? Long.parseLong(args[0]) : 0;
    } catch (NumberFormatException e) {
      seconds = -1;
    }
    if (seconds < 0 || args.length > 2) {
      System.err.println("usage: ShowLevel [SECONDS [MICROPHONE]]");
      System.exit(2);
    }
    Microphone.Builder builder = Microphone.builder()
        .onLevel(Duration.ofMillis(100), level -> System.out.print("\r" + bar(level)));
    if (args.length == 2) {
      builder.device(args[1]);
    }
    try (Microphone microphone = builder.build()) {
      microphone.start(new AudioSource.Listener() {
        @Override
        public void captured(short[] samples, int offset, int count, long nanos) {}

        @Override
        public void event(DeviceEvent event) {
          System.out.println("\n" + event);
        }
      });
      System.out.println("Listening to " + microphone.metrics().device() + ". Ctrl-C ends.");
      CountDownLatch never = new CountDownLatch(1);
      if (seconds == 0) {
        never.await();
      } else if (!never.await(seconds, TimeUnit.SECONDS)) {
        System.out.println();
      }
    } catch (AudioDeviceException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  static String bar(Level level) {
    int mean = place(level.rmsDbfs());
    int peak = place(level.peakDbfs());
    StringBuilder bar = new StringBuilder();
    for (int i = 0; i < WIDTH; i++) {
      bar.append(i < mean ? '#' : i == peak - 1 ? '|' : '.');
    }
    return String.format(
        Locale.ROOT, "%s %6.1f dBFS, peak %6.1f", bar, level.rmsDbfs(), level.peakDbfs());
  }

  private static int place(double dbfs) {
    return (int) Math.round(Math.max(0, Math.min(WIDTH, dbfs + WIDTH)));
  }
}
