package io.github.geminilive.internal.recorder;

/**
 * Entries one after the other in a circle of bytes. It is as large as it has to be, up to a bound;
 * then the oldest entries make room. Not thread-safe.
 */
final class EntryRing {

  private static final int SMALLEST = 4096;
  private static final int LENGTH_BYTES = 4;

  private final int maxBytes;
  private final int maxEntries;
  private byte[] circle = {};
  private int start;
  private int used;
  private int count;
  private int newest;
  private long forgotten;

  EntryRing(int maxBytes, int maxEntries) {
    this.maxBytes = maxBytes;
    this.maxEntries = maxEntries;
  }

  /** How long an entry may be that leaves room for others. */
  int longest() {
    return maxBytes / 4 - LENGTH_BYTES;
  }

  /** Adds an entry of two parts, together not longer than {@link #longest}. */
  void append(byte[] head, int headLength, byte[] body, int bodyLength) {
    int total = LENGTH_BYTES + headLength + bodyLength;
    while (count == maxEntries || used + total > maxBytes) {
      forgetOldest();
    }
    if (used + total > circle.length) {
      grow(used + total);
    }
    newest = (start + used) % circle.length;
    int length = headLength + bodyLength;
    for (int shift = 24, at = newest; shift >= 0; shift -= 8, at++) {
      circle[at % circle.length] = (byte) (length >> shift);
    }
    put(newest + LENGTH_BYTES, head, headLength);
    put(newest + LENGTH_BYTES + headLength, body, bodyLength);
    used += total;
    count++;
  }

  /** Changes the beginning of the entry that was added last. */
  void rewriteNewest(byte[] head, int headLength) {
    put(newest + LENGTH_BYTES, head, headLength);
  }

  private void forgetOldest() {
    int length = 0;
    for (int i = 0; i < LENGTH_BYTES; i++) {
      length = length << 8 | circle[(start + i) % circle.length] & 0xFF;
    }
    start = (start + LENGTH_BYTES + length) % circle.length;
    used -= LENGTH_BYTES + length;
    count--;
    forgotten++;
  }

  private void grow(int needed) {
    long doubled = Math.max(SMALLEST, Math.max(needed, 2L * circle.length));
    byte[] larger = new byte[(int) Math.min(maxBytes, doubled)];
    copyTo(larger);
    circle = larger;
    start = 0;
  }

  private void put(int at, byte[] from, int length) {
    int first = at % circle.length;
    int untilEnd = Math.min(length, circle.length - first);
    System.arraycopy(from, 0, circle, first, untilEnd);
    System.arraycopy(from, untilEnd, circle, 0, length - untilEnd);
  }

  private void copyTo(byte[] target) {
    int untilEnd = Math.min(used, circle.length - start);
    System.arraycopy(circle, start, target, 0, untilEnd);
    System.arraycopy(circle, 0, target, untilEnd, used - untilEnd);
  }

  /** All entries, oldest first, each after its length in four bytes. */
  byte[] copy() {
    byte[] copy = new byte[used];
    copyTo(copy);
    return copy;
  }

  /** How many bytes it takes. */
  int size() {
    return circle.length;
  }

  /** How many entries had to make room. */
  long forgotten() {
    return forgotten;
  }
}
