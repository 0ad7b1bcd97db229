package io.github.geminilive.audio.device;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongSupplier;

/** Keeps what a microphone delivers. Not safe for concurrent use. */
final class Captured implements AudioSource.Listener {

  /** A chunk: where it begins among all samples, how long it is, its time stamp, when it came. */
  record Chunk(int start, int count, long nanos, long arrival) {}

  final List<Chunk> chunks = new ArrayList<>();
  final List<DeviceEvent> events = new ArrayList<>();
  private final LongSupplier nanoTime;
  private short[] samples = new short[1 << 20];
  private int size;

  Captured(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  @Override
  public void captured(short[] from, int offset, int count, long nanos) {
    if (size + count > samples.length) {
      samples = Arrays.copyOf(samples, 2 * samples.length);
    }
    System.arraycopy(from, offset, samples, size, count);
    chunks.add(new Chunk(size, count, nanos, nanoTime.getAsLong()));
    size += count;
  }

  @Override
  public void event(DeviceEvent event) {
    events.add(event);
  }

  short[] samples() {
    return Arrays.copyOf(samples, size);
  }

  int size() {
    return size;
  }
}
