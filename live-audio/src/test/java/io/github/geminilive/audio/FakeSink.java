package io.github.geminilive.audio;

import io.github.geminilive.audio.device.AudioSink;
import io.github.geminilive.testkit.VirtualTime;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A loudspeaker in virtual time: plays a block at each step of its own clock, keeps a buffer filled,
 * and records what came out.
 */
final class FakeSink implements AudioSink {

  private final VirtualTime time;
  private final int rate;
  private final int block;
  private final int buffer;
  private final double ppm;
  private final boolean record;

  private @Nullable Feed feed;
  private @Nullable ScheduledFuture<?> next;
  private long startNanos;
  private long steps;
  private long rendered;
  private long heard;
  private final short[] line; // what is rendered and not heard
  private short[] out = new short[1 << 16];
  private int lastSample;
  private int maxStep;
  private int flushes;
  private boolean gone;

  /**
   * A sink that is not started.
   *
   * @param blockMillis how much it plays, asks for, and reports at once
   * @param bufferMillis its latency: how much it holds beyond that
   * @param ppm how much faster than the virtual time its clock is
   * @param record whether to keep what was heard, and look for clicks
   */
  FakeSink(
      VirtualTime time, int rate, int blockMillis, int bufferMillis, double ppm, boolean record) {
    this.time = time;
    this.rate = rate;
    this.block = rate * blockMillis / 1_000;
    this.buffer = rate * bufferMillis / 1_000;
    this.ppm = ppm;
    this.record = record;
    this.line = new short[block + buffer];
  }

  FakeSink(VirtualTime time) {
    this(time, 24_000, 10, 50, 0, true);
  }

  @Override
  public int sampleRateHz() {
    return rate;
  }

  @Override
  public void start(Feed feed) {
    this.feed = feed;
    this.startNanos = time.nanoTime().getAsLong();
    fill();
    schedule();
  }

  private void schedule() {
    steps++;
    long due = startNanos + (long) (steps * (double) block * 1e9 / (rate * (1 + ppm * 1e-6)));
    next = time.schedule(this::step, due - time.nanoTime().getAsLong(), TimeUnit.NANOSECONDS);
  }

  private void step() {
    if (!gone) {
      fill(); // after a flush there is nothing
      for (int i = 0; record && i < block; i++) {
        int sample = line[i];
        maxStep = Math.max(maxStep, Math.abs(sample - lastSample));
        lastSample = sample;
      }
      if (record) {
        if (heard + block > out.length) {
          out = Arrays.copyOf(out, 2 * out.length);
        }
        System.arraycopy(line, 0, out, (int) heard, block);
      }
      System.arraycopy(line, block, line, 0, buffer);
      heard += block;
      if (feed != null) {
        feed.heard(heard, time.nanoTime().getAsLong());
      }
      fill();
    }
    schedule();
  }

  private void fill() {
    while (feed != null && rendered - heard < line.length) {
      int at = (int) (rendered - heard);
      int n = Math.min(block, line.length - at);
      feed.render(rendered, line, at, n);
      rendered += n;
    }
  }

  @Override
  public long heardFrames() {
    return heard;
  }

  @Override
  public long flush() {
    flushes++;
    rendered = heard;
    return heard;
  }

  @Override
  public void close() {
    feed = null;
    if (next != null) {
      next.cancel(false);
    }
  }

  /** The device vanishes, with what it held, or comes back. */
  void gone(boolean isGone) {
    gone = isGone;
    if (isGone) {
      rendered = heard;
    }
  }

  int flushes() {
    return flushes;
  }

  /** All that came out. */
  short[] heard() {
    return Arrays.copyOf(out, (int) heard);
  }

  short lastHeard() {
    return (short) lastSample;
  }

  /** The last samples that came out; fewer at the beginning. */
  short[] lastHeard(int count) {
    return Arrays.copyOfRange(out, (int) Math.max(0, heard - count), (int) heard);
  }

  /** The largest step from one sample to the next, since the last call. */
  int takeMaxStep() {
    int step = maxStep;
    maxStep = 0;
    return step;
  }

  /** How much of the end of what came out is silence. */
  Duration silence() {
    int n = 0;
    while (n < heard && out[(int) heard - 1 - n] == 0) {
      n++;
    }
    return Duration.ofNanos(n * 1_000_000_000L / rate);
  }
}
