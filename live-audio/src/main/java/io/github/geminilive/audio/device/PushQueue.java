package io.github.geminilive.audio.device;

import io.github.geminilive.audio.pcm.PcmFormat;
import java.time.Duration;

/** Bytes pushed and not yet read: a ring that grows up to its capacity, and then refuses. */
final class PushQueue implements SourceEngine.Input {

  private static final int FIRST_BYTES = 4_096;

  private final PcmFormat format;
  private final int capacityBytes;
  private byte[] ring; // guarded by this
  private int head; // guarded by this; where the next byte is read
  private int size; // guarded by this
  private long lostFrames; // guarded by this
  private boolean ended; // guarded by this
  private boolean closed; // guarded by this

  PushQueue(PcmFormat format, Duration capacity) {
    this.format = format;
    int frameBytes = format.frameBytes();
    this.capacityBytes = (int) Math.min(
        Integer.MAX_VALUE / 2 / frameBytes * (long) frameBytes,
        format.frames(capacity) * frameBytes);
    this.ring = new byte[Math.min(capacityBytes, FIRST_BYTES)];
  }

  synchronized boolean add(byte[] pcm, int offset, int length) {
    int taken = reserve(length);
    for (int done = 0; done < taken; ) {
      int at = (head + size) % ring.length;
      int count = Math.min(taken - done, ring.length - at);
      System.arraycopy(pcm, offset + done, ring, at, count);
      done += count;
      size += count;
    }
    return taken == length;
  }

  synchronized boolean add(short[] samples, int offset, int count) {
    int taken = reserve(2 * count);
    int low = format.isBigEndian() ? 1 : 0;
    for (int i = 0; i < taken / 2; i++) {
      int at = head + size;
      ring[(at + low) % ring.length] = (byte) samples[offset + i];
      ring[(at + 1 - low) % ring.length] = (byte) (samples[offset + i] >> 8);
      size += 2;
    }
    return taken == 2 * count;
  }

  /** Makes room; returns for how many bytes there is some. */
  private int reserve(int length) {
    if (ended) {
      throw new IllegalStateException("end() was called: nothing more can be pushed");
    }
    if (closed) {
      return 0;
    }
    int room = capacityBytes - size;
    int taken = Math.min(length, room - room % format.frameBytes());
    lostFrames += (length - taken) / format.frameBytes();
    if (size + taken > ring.length) {
      byte[] larger = new byte[(int) Math.min(capacityBytes, 2L * (size + taken))];
      int first = Math.min(size, ring.length - head);
      System.arraycopy(ring, head, larger, 0, first);
      System.arraycopy(ring, 0, larger, first, size - first);
      ring = larger;
      head = 0;
    }
    return taken;
  }

  synchronized void end() {
    ended = true;
  }

  @Override
  public synchronized int read(byte[] buffer, int offset, int length) {
    int count = Math.min(length, size);
    if (count == 0) {
      return ended ? -1 : 0;
    }
    int first = Math.min(count, ring.length - head);
    System.arraycopy(ring, head, buffer, offset, first);
    System.arraycopy(ring, 0, buffer, offset + first, count - first);
    head = (head + count) % ring.length;
    size -= count;
    return count;
  }

  @Override
  public synchronized long takeLostFrames() {
    long lost = lostFrames;
    lostFrames = 0;
    return lost;
  }

  @Override
  public synchronized void close() {
    closed = true;
    size = 0;
  }
}
