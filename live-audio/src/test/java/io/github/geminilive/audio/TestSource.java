package io.github.geminilive.audio;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.audio.device.AudioDeviceException;
import io.github.geminilive.audio.device.AudioSource;
import io.github.geminilive.audio.device.DeviceEvent;
import io.github.geminilive.testkit.VirtualTime;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A microphone in virtual time: hears what a test says, a little noise, and a loudspeaker's echo. */
final class TestSource implements AudioSource {

  /** What reaches the microphone from elsewhere in the room. */
  interface Room {
    /** The sound of the sample captured at this sample's time, counted from the start. */
    double at(long nanos);
  }

  static final int CHUNK_MILLIS = 20;

  private final VirtualTime time;
  private final int rate;
  private final Random random = new Random(11);
  private final short[] chunk;
  private @Nullable Listener listener;
  private @Nullable ScheduledFuture<?> ticks;
  private Room room = nanos -> 0;
  private double noise = 3;
  private short[] speech = {};
  private long speechFrom;
  private boolean lost;
  private boolean ended;
  private boolean closed;
  private boolean refuses;
  private boolean failsToClose;

  TestSource(VirtualTime time, int rate) {
    this.time = time;
    this.rate = rate;
    this.chunk = new short[rate * CHUNK_MILLIS / 1000];
  }

  void room(Room room) {
    this.room = room;
  }

  /** Amplitude of the noise of the microphone itself, in steps of 16 bit; zero for none. */
  void noise(double amplitude) {
    noise = amplitude;
  }

  void refuse() {
    refuses = true;
  }

  /** Breaks the contract when it is closed. */
  void failToClose() {
    failsToClose = true;
  }

  /** Somebody says this from now on; at 16 kHz. Returns when its first sample is said. */
  long say(byte[] pcm) {
    return say(pcm, 0, pcm.length / 2);
  }

  long say(byte[] pcm, int from, int count) {
    short[] said = new short[(int) ((long) count * rate / 16_000)];
    for (int i = 0; i < said.length; i++) {
      int at = from + (int) ((long) i * 16_000 / rate);
      said[i] = (short) ((pcm[2 * at] & 0xFF) | (pcm[2 * at + 1] << 8));
    }
    speech = said;
    speechFrom = time.elapsed().toNanos();
    return speechFrom;
  }

  /** Whether what was to be said has been said. */
  boolean said() {
    return time.elapsed().toNanos() > speechFrom + speech.length * 1_000_000_000L / rate;
  }

  void lose() {
    lost = true;
    requireNonNull(listener)
        .event(new DeviceEvent.Lost(new AudioDeviceException(
            AudioDeviceException.Reason.LOST, "the test pulled the plug", null)));
  }

  void restore() {
    lost = false;
    requireNonNull(listener).event(new DeviceEvent.Restored("test", Duration.ofSeconds(1)));
  }

  void end() {
    ended = true;
    requireNonNull(listener).ended();
  }

  boolean isClosed() {
    return closed;
  }

  @Override
  public int sampleRateHz() {
    return rate;
  }

  @Override
  public void start(Listener listener) {
    if (refuses) {
      throw new AudioDeviceException(
          AudioDeviceException.Reason.BUSY, "the test's microphone is busy", null);
    }
    this.listener = listener;
    ticks = time.scheduleAtFixedRate(this::tick, CHUNK_MILLIS, CHUNK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void tick() {
    if (lost || ended || closed) {
      return;
    }
    long now = time.elapsed().toNanos();
    for (int i = 0; i < chunk.length; i++) {
      long at = now - (chunk.length - i) * 1_000_000_000L / rate;
      int said = (int) Math.floorDiv((at - speechFrom) * rate, 1_000_000_000L);
      double sample = said >= 0 && said < speech.length ? speech[said] : 0;
      sample += room.at(at) + noise * random.nextGaussian();
      chunk[i] = (short) Math.max(-32_768, Math.min(32_767, Math.round(sample)));
    }
    requireNonNull(listener).captured(chunk, 0, chunk.length, now);
  }

  @Override
  public void close() {
    closed = true;
    if (ticks != null) {
      ticks.cancel(false);
    }
    if (failsToClose) {
      throw new LinkageError("the test's microphone cannot be closed");
    }
  }
}
