package io.github.geminilive.audio;

import java.util.ArrayDeque;

/**
 * Samples by their number since the beginning of time. Grows at one end, is let go at the other, and
 * keeps a few pieces of memory for reuse. Not safe for use by several threads.
 */
final class SampleQueue {

  private static final int BLOCK = 8_192;
  private static final int SPARE_BLOCKS = 8;

  private final ArrayDeque<short[]> spare = new ArrayDeque<>();
  // A ring: a deque cannot be read in its middle.
  private short[][] blocks = new short[16][];
  private int first; // where in the ring the oldest block lies
  private int used; // how many blocks hold samples
  private long base; // number of the oldest block's first sample; a multiple of BLOCK
  private long tail;

  /** The number the next sample will have. */
  long tail() {
    return tail;
  }

  void append(short[] samples, int offset, int count) {
    int done = 0;
    while (done < count) {
      int at = (int) (tail % BLOCK);
      if (tail == base + (long) used * BLOCK) {
        addBlock();
      }
      int n = Math.min(count - done, BLOCK - at);
      System.arraycopy(samples, offset + done, block(used - 1), at, n);
      tail += n;
      done += n;
    }
  }

  /** Reads samples that were appended and not released. */
  void read(long from, short[] dest, int offset, int count) {
    int done = 0;
    while (done < count) {
      long at = from + done - base;
      int inBlock = (int) (at % BLOCK);
      int n = Math.min(count - done, BLOCK - inBlock);
      System.arraycopy(block((int) (at / BLOCK)), inBlock, dest, offset + done, n);
      done += n;
    }
  }

  /** Lets go of all samples before a number. */
  void releaseTo(long number) {
    while (used > 0 && base + BLOCK <= number) {
      if (spare.size() < SPARE_BLOCKS) {
        spare.push(block(0));
      }
      blocks[first] = NONE;
      first = (first + 1) % blocks.length;
      used--;
      base += BLOCK;
    }
    if (used == 0 && blocks.length > 16) {
      blocks = new short[16][];
      first = 0;
    }
  }

  long heldBytes() {
    return 2L * BLOCK * (used + spare.size()) + 8L * blocks.length;
  }

  private static final short[] NONE = {};

  private short[] block(int index) {
    return blocks[(first + index) % blocks.length];
  }

  private void addBlock() {
    if (used == blocks.length) {
      short[][] larger = new short[2 * used][];
      for (int i = 0; i < used; i++) {
        larger[i] = block(i);
      }
      blocks = larger;
      first = 0;
    }
    short[] reused = spare.poll();
    blocks[(first + used) % blocks.length] = reused == null ? new short[BLOCK] : reused;
    used++;
  }
}
