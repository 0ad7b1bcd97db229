package io.github.geminilive.internal.recorder;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.CRC32;

/**
 * Takes what is large, and says nothing when read, out of a message: base64 becomes its length and
 * checksum, white space goes. Does not parse: what is no JSON comes out as what it is. Not
 * thread-safe.
 */
final class BlobCutter {

  /** What a cut text begins with in place of base64; no JSON string holds it as it stands. */
  static final char MARK = '\u0001';

  /** Shorter texts stay as they are: handles and ids, too, are base64. */
  static final int SHORTEST = 512;

  // No words of any language are that long: the rest need not be looked at.
  private static final int PROOF = 96;

  private static final int LONGEST_MARK = 1 + 19 + 1 + 8;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  // How writers that care for HTML spell an equals sign.
  private static final byte[] ESCAPED_PADDING = "\\u003d".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] DATA = "\"data\"".getBytes(StandardCharsets.US_ASCII);
  private static final long ONES = 0x0101010101010101L;
  private static final long TOPS = ONES << 7;
  private static final long QUOTES = '"' * ONES;
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
   * @param expected how many bytes the first base64 in it stands for, which saves searching its
   *     end; 0 when nobody knows
   * @param limit how long the result may be
   * @return how many bytes of {@link #result} it takes; -1 when it would be longer
   */
  int cut(byte[] message, int to, int expected, int limit) {
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
      int from = at + 1;
      int end = isBase64(message, from, to)
          ? endOfBase64(message, from, to, isData(message, at) ? expected : 0)
          : endOfText(message, from, to);
      boolean base64 = end - from >= SHORTEST && isBase64(message, from, to);
      if (!room(2 + (base64 ? LONGEST_MARK : end - from), limit)) {
        return -1;
      }
      out[length++] = '"';
      if (base64) {
        crc.reset();
        crc.update(message, from, end - from);
        length = putMark(out, length, decodedLength(message, from, end), (int) crc.getValue());
      } else {
        System.arraycopy(message, from, out, length, end - from);
        length += end - from;
      }
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

  private static boolean isBase64(byte[] message, int from, int to) {
    if (to - from < SHORTEST) {
      return false;
    }
    for (int i = from; i < from + PROOF; i++) {
      if (!BASE64[message[i] & 0xFF]) {
        return false;
      }
    }
    return true;
  }

  /** Whether the text whose quote is at hand is the value of {@code data}. */
  private static boolean isData(byte[] message, int quote) {
    int at = skipSpaceBack(message, quote - 1);
    if (at < 0 || message[at] != ':') {
      return false;
    }
    int end = skipSpaceBack(message, at - 1) + 1;
    return end >= DATA.length
        && Arrays.equals(message, end - DATA.length, end, DATA, 0, DATA.length);
  }

  private static int skipSpaceBack(byte[] message, int from) {
    int at = from;
    while (at >= 0 && message[at] >= 0 && message[at] <= ' ') {
      at--;
    }
    return at;
  }

  /** What stands for base64 that was cut. */
  static String mark(long bytes, int crc) {
    byte[] mark = new byte[LONGEST_MARK];
    return new String(mark, 0, putMark(mark, 0, bytes, crc), StandardCharsets.US_ASCII);
  }

  private static int putMark(byte[] out, int at, long bytes, int crc) {
    int end = at;
    out[end++] = MARK;
    int digits = 1;
    for (long rest = bytes; rest >= 10; rest /= 10) {
      digits++;
    }
    long rest = bytes;
    for (int i = end + digits - 1; i >= end; i--, rest /= 10) {
      out[i] = (byte) ('0' + rest % 10);
    }
    end += digits;
    out[end++] = ',';
    for (int shift = 28; shift >= 0; shift -= 4) {
      out[end++] = (byte) Character.forDigit(crc >>> shift & 15, 16);
    }
    return end;
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
    while (end - from >= ESCAPED_PADDING.length && endsWithEscapedPadding(base64, end)) {
      end -= ESCAPED_PADDING.length;
    }
    return (end - from) * 3L / 4;
  }

  private static boolean endsWithEscapedPadding(byte[] base64, int end) {
    for (int i = 1; i <= ESCAPED_PADDING.length; i++) {
      // Letters of both cases: the digits have that bit as it is.
      if ((base64[end - i] | 0x20) != (ESCAPED_PADDING[ESCAPED_PADDING.length - i] | 0x20)) {
        return false;
      }
    }
    return true;
  }

  /** Index of the quote that ends base64, in which nothing is escaped that could be one. */
  private static int endOfBase64(byte[] bytes, int from, int to, int expected) {
    int padded = from + (expected + 2) / 3 * 4;
    if (expected > 0 && padded < to && bytes[padded] == '"') {
      return padded;
    }
    int i = from;
    for (int last = to - 4 * Long.BYTES; i <= last; i += 4 * Long.BYTES) {
      long a = (long) LONGS.get(bytes, i) ^ QUOTES;
      long b = (long) LONGS.get(bytes, i + 8) ^ QUOTES;
      long c = (long) LONGS.get(bytes, i + 16) ^ QUOTES;
      long d = (long) LONGS.get(bytes, i + 24) ^ QUOTES;
      // A byte that is zero sets its top bit; the byte above it may set it, too.
      long found = (a - ONES & ~a | b - ONES & ~b | c - ONES & ~c | d - ONES & ~d) & TOPS;
      if (found != 0) {
        break;
      }
    }
    while (i < to && bytes[i] != '"') {
      i++;
    }
    return i;
  }

  /** Index of the quote that ends a text, or {@code to}. */
  private static int endOfText(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '"') {
        return i;
      }
      if (bytes[i] == '\\') {
        i++;
      }
    }
    return to;
  }
}
