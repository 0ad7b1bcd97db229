package io.github.geminilive.audio.dsp;

import java.util.Objects;

/**
 * Keeps the last samples that passed by, so that a first syllable that was heard before it was
 * understood to be one can still be sent.
 *
 * <p>Not safe for concurrent use.
 */
public final class PreRollBuffer {

  private final short[] ring;
  private int next;
  private int size;

  /**
   * An empty buffer.
   *
   * @param capacitySamples how many samples it keeps; at least 1. Speech needs 400 ms, 6,400 samples
   *     at 16 kHz, or more.
   */
  public PreRollBuffer(int capacitySamples) {
    if (capacitySamples < 1) {
      throw new IllegalArgumentException("capacitySamples must be at least 1: " + capacitySamples);
    }
    ring = new short[capacitySamples];
  }

  /** How many samples it keeps at most. */
  public int capacity() {
    return ring.length;
  }

  /** How many samples it holds now. */
  public int size() {
    return size;
  }

  /**
   * Takes in a piece of any length; what is older than the capacity is forgotten. Allocates nothing.
   *
   * @param samples mono
   * @param offset where the piece begins
   * @param count its length
   * @throws IndexOutOfBoundsException if the piece does not lie in the array
   */
  public void add(short[] samples, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, samples.length);
    int kept = Math.min(count, ring.length);
    int from = offset + count - kept;
    int head = Math.min(kept, ring.length - next);
    System.arraycopy(samples, from, ring, next, head);
    System.arraycopy(samples, from + head, ring, 0, kept - head);
    next = (next + kept) % ring.length;
    size = Math.min(ring.length, size + kept);
  }

  /**
   * Copies all it holds, the oldest first, and keeps it.
   *
   * @param destination must have room for {@link #size()} samples
   * @param offset where to begin in it
   * @return how many samples were copied: {@link #size()}
   * @throws IndexOutOfBoundsException if there is no room for them
   */
  public int copyTo(short[] destination, int offset) {
    Objects.checkFromIndexSize(offset, size, destination.length);
    int oldest = Math.floorMod(next - size, ring.length);
    int head = Math.min(size, ring.length - oldest);
    System.arraycopy(ring, oldest, destination, offset, head);
    System.arraycopy(ring, 0, destination, offset + head, size - head);
    return size;
  }

  /** Forgets all it holds. */
  public void clear() {
    next = 0;
    size = 0;
  }
}
