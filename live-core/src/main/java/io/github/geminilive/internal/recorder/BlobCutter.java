package io.github.geminilive.internal.recorder;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * Takes what is large, and says nothing when read, out of a message: base64 becomes its length and
 * checksum, white space goes. Does not parse: what is no JSON comes out as what it is. Not
 * thread-safe.
 */
final class BlobCutter {

  /** What a cut text begins with in place of base64; no JSON string holds it as it stands. */
  static final char MARK = '\u0001';

  /** Shorter texts stay as they are. */
  static final int SHORTEST = 96;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long TOPS = ONES << 7;
  private static final long QUOTES = '"' * ONES;
  private static final long ESCAPES = '\\' * ONES;
  private static final boolean[] BASE64 = new boolean[256];

  static {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_=";
    for (char c : alphabet.toCharArray()) {
      BASE64[c] = true;
    }
  }

  private final CRC32 crc = new CRC32();
  private byte[] out = new byte[512];
  private int length;

  /**
   * Cuts a message.
   *
   * @param limit how long the result may be
   * @return how many bytes of {@link #result} it takes; -1 when it would be longer
   */
  int cut(byte[] message, int to, int limit) {
    length = 0;
    int at = 0;
    while (at < to) {
      byte b = message[at];
      if (b != '"') {
        if (b > ' ' || b < 0) {
          if (!room(1, limit)) {
            return -1;
          }
          out[length++] = b;
        }
        at++;
        continue;
      }
      int end = endOfText(message, at + 1, to);
      byte[] mark = markOf(message, at + 1, end);
      int from = mark == null ? at + 1 : 0;
      byte[] source = mark == null ? message : mark;
      int count = mark == null ? end - at - 1 : mark.length;
      if (!room(count + 2, limit)) {
        return -1;
      }
      out[length++] = '"';
      System.arraycopy(source, from, out, length, count);
      length += count;
      if (end < to) {
        out[length++] = '"';
      }
      at = end + 1;
    }
    return length;
  }

  /** What the last call has made; valid until the next one. */
  byte[] result() {
    return out;
  }

  private boolean room(int count, int limit) {
    long needed = (long) length + count;
    if (needed > limit) {
      return false;
    }
    if (needed > out.length) {
      out = Arrays.copyOf(out, (int) Math.min(limit, Math.max(needed, 2L * out.length)));
    }
    return true;
  }

  private byte @Nullable [] markOf(byte[] message, int from, int end) {
    int size = end - from;
    if (size < SHORTEST) {
      return null;
    }
    // No words of any language are that long; the rest need not be looked at.
    for (int i = from; i < from + SHORTEST; i++) {
      if (!BASE64[message[i] & 0xFF]) {
        return null;
      }
    }
    crc.reset();
    crc.update(message, from, size);
    return mark(decodedLength(message, from, end), (int) crc.getValue())
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** What stands for base64 that was cut. */
  static String mark(long bytes, int crc) {
    String digits = Integer.toHexString(crc);
    return MARK + Long.toString(bytes) + ',' + "0".repeat(8 - digits.length()) + digits;
  }

  /** What stands for any base64. */
  static String mark(String base64) {
    byte[] text = base64.getBytes(StandardCharsets.UTF_8);
    CRC32 crc = new CRC32();
    crc.update(text);
    return mark(decodedLength(text, 0, text.length), (int) crc.getValue());
  }

  /** How many bytes a base64 text stands for. */
  static long decodedLength(byte[] base64, int from, int to) {
    int end = to;
    while (end > from && base64[end - 1] == '=') {
      end--;
    }
    return (end - from) * 3L / 4;
  }

  /** Index of the quote that ends a text, or {@code to}; eight bytes at a time. */
  private static int endOfText(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      for (int last = to - Long.BYTES; i <= last; i += Long.BYTES) {
        long word = (long) LONGS.get(bytes, i);
        long quote = word ^ QUOTES;
        long escape = word ^ ESCAPES;
        // The lowest zero byte sets its top bit; bytes above it may be wrong, but are not looked at.
        long found = (quote - ONES & ~quote | escape - ONES & ~escape) & TOPS;
        if (found != 0) {
          i += Long.numberOfTrailingZeros(found) >>> 3;
          break;
        }
      }
      for (; i < to && bytes[i] != '\\'; i++) {
        if (bytes[i] == '"') {
          return i;
        }
      }
      i += 2;
    }
    return to;
  }
}
