package io.github.geminilive.audio;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.audio.device.AudioDeviceException;
import io.github.geminilive.audio.device.AudioSink;
import io.github.geminilive.audio.device.DeviceEvent;
import io.github.geminilive.testkit.VirtualTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A loudspeaker in virtual time, with a line of 60 ms; remembers all that was heard and when. */
final class TestSink implements AudioSink {

  static final int RATE = 24_000;

  private static final int TICK_MILLIS = 10;
  private static final int LINE = RATE * 60 / 1000;

  private final VirtualTime time;
  private final Object lock = new Object();
  private @Nullable Feed feed;
  private @Nullable ScheduledFuture<?> ticks;
  private short[] frames = new short[RATE]; // guarded by lock
  private long rendered; // guarded by lock
  private long heard; // guarded by lock
  private short[] air = new short[RATE]; // what was heard from the start on, by the clock
  private long started;
  private boolean lost;
  private boolean closed;
  private Runnable onFlush = () -> {};

  TestSink(VirtualTime time) {
    this.time = time;
  }

  void lose() {
    lost = true;
    requireNonNull(feed)
        .event(new DeviceEvent.Lost(new AudioDeviceException(
            AudioDeviceException.Reason.LOST, "the test pulled the plug", null)));
  }

  void restore() {
    lost = false;
    requireNonNull(feed).event(new DeviceEvent.Restored("test", Duration.ofSeconds(1)));
  }

  boolean isClosed() {
    return closed;
  }

  /** Runs at the end of a flush, on the thread that flushes. */
  void onFlush(Runnable task) {
    onFlush = task;
  }

  /** The sound in the air at a time; for the test's thread, which also plays. */
  double at(long nanos) {
    double place = (nanos - started) * 1e-9 * RATE;
    int k = (int) Math.floor(place);
    double f = place - k;
    return sample(k) * (1 - f) + sample(k + 1) * f;
  }

  private short sample(int k) {
    return k >= 0 && k < air.length ? air[k] : 0;
  }

  /** When sound was last in the air before a time; -1 if never. */
  long lastSoundBefore(long nanos) {
    int k = (int) Math.min(air.length - 1, (nanos - started) * RATE / 1_000_000_000L);
    while (k >= 0 && air[k] == 0) {
      k--;
    }
    return k < 0 ? -1 : started + (k + 1) * 1_000_000_000L / RATE;
  }

  /** Whether the line holds anything that is not silence. */
  boolean isAboutToSound() {
    synchronized (lock) {
      for (long i = heard; i < rendered; i++) {
        if (frames[(int) (i % frames.length)] != 0) {
          return true;
        }
      }
      return false;
    }
  }

  /** How much was heard that is not silence. */
  int soundSamples() {
    int count = 0;
    for (short sample : air) {
      count += sample != 0 ? 1 : 0;
    }
    return count;
  }

  @Override
  public int sampleRateHz() {
    return RATE;
  }

  @Override
  public void start(Feed feed) {
    this.feed = feed;
    started = time.elapsed().toNanos();
    fill();
    ticks = time.scheduleAtFixedRate(this::tick, TICK_MILLIS, TICK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    if (closed) {
      return;
    }
    long now = time.elapsed().toNanos();
    int airEnd = (int) ((now - started) * RATE / 1_000_000_000L);
    int step = RATE * TICK_MILLIS / 1000;
    if (airEnd > air.length) {
      air = Arrays.copyOf(air, 2 * airEnd);
    }
    if (lost) {
      return;
    }
    long heardNow;
    synchronized (lock) {
      for (int i = 0; i < step; i++) {
        air[airEnd - step + i] = frames[(int) ((heard + i) % frames.length)];
      }
      heard += step;
      heardNow = heard;
    }
    requireNonNull(feed).heard(heardNow, now);
    fill();
  }

  private void fill() {
    short[] block = new short[RATE * TICK_MILLIS / 1000];
    while (true) {
      long frame;
      int count;
      synchronized (lock) {
        frame = rendered;
        count = (int) Math.min(block.length, heard + LINE - rendered);
        if (count <= 0) {
          return;
        }
      }
      requireNonNull(feed).render(frame, block, 0, count);
      synchronized (lock) {
        for (int i = 0; i < count; i++) {
          frames[(int) ((frame + i) % frames.length)] = block[i];
        }
        rendered = frame + count;
      }
    }
  }

  @Override
  public long heardFrames() {
    synchronized (lock) {
      return heard;
    }
  }

  @Override
  public long flush() {
    long end;
    synchronized (lock) {
      for (long i = heard; i < rendered; i++) {
        frames[(int) (i % frames.length)] = 0;
      }
      rendered = heard;
      end = heard;
    }
    onFlush.run();
    return end;
  }

  @Override
  public void close() {
    closed = true;
    if (ticks != null) {
      ticks.cancel(false);
    }
  }
}
