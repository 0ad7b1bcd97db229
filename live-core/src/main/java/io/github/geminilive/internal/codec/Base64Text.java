package io.github.geminilive.internal.codec;

import io.github.geminilive.protocol.Bytes;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** Base64 straight from a frame's bytes. */
final class Base64Text {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long QUOTES = '"' * ONES;

  /** More bytes than this without a quote or white space are base64, not a name or MIME type. */
  private static final int LONGEST_WORD = 40;

  private static final byte[] DATA = "\"data\"".getBytes(StandardCharsets.US_ASCII);

  private Base64Text() {}

  /** Index of the next quote, or -1; eight bytes at a time. */
  static int indexOfQuote(byte[] bytes, int from, int to) {
    int i = from;
    for (int last = to - Long.BYTES; i <= last; i += Long.BYTES) {
      long different = (long) LONGS.get(bytes, i) ^ QUOTES;
      // The lowest zero byte sets its top bit; bytes above it may be wrong, but are not looked at.
      long found = different - ONES & ~different & ONES << 7;
      if (found != 0) {
        return i + (Long.numberOfTrailingZeros(found) >>> 3);
      }
    }
    for (; i < to; i++) {
      if (bytes[i] == '"') {
        return i;
      }
    }
    return -1;
  }

  /**
   * Where a long base64 text ends that is the last long thing in a frame: the leftmost quote after
   * which only short texts come. Looks at the few bytes at the end instead of the thousands before
   * them; may be wrong, in which case what lies before it is not base64. Returns -1 for no quote.
   */
  static int guessEnd(byte[] bytes, int from, int to) {
    int quote = -1;
    int run = 0;
    for (int i = to - 1; i >= from && run < LONGEST_WORD; i--) {
      byte b = bytes[i];
      if (b == '"') {
        quote = i;
        run = 0;
      } else {
        run = b > ' ' ? run + 1 : 0;
      }
    }
    return quote;
  }

  /** Where the text of the first member that looks like media begins, after its quote; or -1. */
  static int findData(byte[] bytes, int from, int to) {
    for (int i = from; i < to - DATA.length; i++) {
      if (bytes[i] == '"' && Arrays.equals(bytes, i, i + DATA.length, DATA, 0, DATA.length)) {
        int at = skipSpace(bytes, i + DATA.length, to);
        if (at < to && bytes[at] == ':') {
          at = skipSpace(bytes, at + 1, to);
          return at < to && bytes[at] == '"' ? at + 1 : -1;
        }
      }
    }
    return -1;
  }

  private static int skipSpace(byte[] bytes, int from, int to) {
    int at = from;
    while (at < to && bytes[at] <= ' ' && bytes[at] >= 0) {
      at++;
    }
    return at;
  }

  /** Decodes the standard alphabet, padded or not; null when it is anything else. */
  static @Nullable Bytes strict(byte[] bytes, int from, int to) {
    try {
      return owned(Base64.getDecoder().decode(ByteBuffer.wrap(bytes, from, to - from)));
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /** Decodes either alphabet, padded or not, with white space anywhere; null when it cannot. */
  static @Nullable Bytes tolerant(String text) {
    byte[] clean = new byte[text.length()];
    int length = 0;
    boolean padded = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '=') {
        padded = true;
      } else if (c > ' ') {
        if (padded || c > 'z') {
          return null;
        }
        clean[length++] = (byte) (c == '-' ? '+' : c == '_' ? '/' : c);
      }
    }
    return strict(clean, 0, length);
  }

  // The decoder's buffer is new and, but for odd input, exactly as long as its content.
  private static Bytes owned(ByteBuffer decoded) {
    boolean exact = decoded.arrayOffset() == 0 && decoded.array().length == decoded.remaining();
    return exact ? Bytes.wrap(decoded.array()) : Bytes.copyOf(decoded);
  }

  static boolean isUtf8(byte[] bytes, int from, int to) {
    try {
      StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes, from, to - from));
      return true;
    } catch (CharacterCodingException e) {
      return false;
    }
  }
}
