package io.github.geminilive.internal.codec;

import io.github.geminilive.protocol.Blob;
import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.Part;
import io.github.geminilive.protocol.ServerContent;
import io.github.geminilive.protocol.ServerMessage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the one message that matters for speed, a piece of audio and nothing else, from the bytes
 * of its frame. White space and the order of members do not matter; at anything else it gives up
 * before it has decoded a byte, and the general reader takes over.
 */
final class AudioScanner {

  private static final byte[] SERVER_CONTENT = ascii("serverContent\"");
  private static final byte[] MODEL_TURN = ascii("modelTurn\"");
  private static final byte[] PARTS = ascii("parts\"");
  private static final byte[] ROLE = ascii("role\"");
  private static final byte[] INLINE_DATA = ascii("inlineData\"");
  private static final byte[] MIME_TYPE = ascii("mimeType\"");
  private static final byte[] DATA = ascii("data\"");

  private byte[] bytes = {};
  private int at;
  private int end;

  private int dataStart;
  private int dataEnd;
  private @Nullable String mimeType;
  private @Nullable String role;

  // A stream repeats these; keeping the last ones saves a String for each message.
  private String lastMimeType = "";
  private String lastRole = "";

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The message, or null when the frame holds anything but plain audio. */
  @Nullable ServerMessage scan(byte[] frame, int from, int to) {
    bytes = frame;
    at = from;
    end = to;
    return frame() ? message(frame) : null;
  }

  private @Nullable ServerMessage message(byte[] frame) {
    Bytes data = Base64Text.strict(frame, dataStart, dataEnd);
    if (data == null) {
      return null;
    }
    Part part =
        new Part(
            null,
            new Blob(mimeType, data),
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            Map.of());
    ServerContent content =
        new ServerContent(
            new Content(role, List.of(part), Map.of()),
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            null,
            Map.of());
    return new ServerMessage(
        null, content, null, null, null, null, null, null, null, null, Map.of());
  }

  private boolean frame() {
    return next('{')
        && name(SERVER_CONTENT)
        && next('{')
        && name(MODEL_TURN)
        && next('{')
        && turn()
        && next('}')
        && next('}')
        && peek() == -1;
  }

  private boolean turn() {
    role = null;
    boolean parts = false;
    do {
      if (!parts && name(PARTS)) {
        if (!(next('[') && next('{') && name(INLINE_DATA) && next('{') && blob())
            || !(next('}') && next(']'))) {
          return false;
        }
        parts = true;
      } else if (role == null && name(ROLE)) {
        role = text(lastRole);
        if (role == null) {
          return false;
        }
        lastRole = role;
      } else {
        return false;
      }
    } while (next(','));
    return parts && next('}');
  }

  private boolean blob() {
    mimeType = null;
    dataStart = -1;
    do {
      if (mimeType == null && name(MIME_TYPE)) {
        mimeType = text(lastMimeType);
        if (mimeType == null) {
          return false;
        }
        lastMimeType = mimeType;
      } else if (dataStart < 0 && name(DATA)) {
        if (!next('"')) {
          return false;
        }
        dataStart = at;
        dataEnd = Base64Text.indexOfQuote(bytes, at, end);
        if (dataEnd < 0) {
          return false;
        }
        at = dataEnd + 1;
      } else {
        return false;
      }
    } while (next(','));
    return mimeType != null && dataStart >= 0 && next('}');
  }

  /** Steps over a character, and white space before it; stays where it is if another one comes. */
  private boolean next(char expected) {
    if (peek() != expected) {
      return false;
    }
    at++;
    return true;
  }

  /** The next byte that is not white space, or -1 at the end. */
  private int peek() {
    while (at < end) {
      byte b = bytes[at];
      if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
        return b & 0xff;
      }
      at++;
    }
    return -1;
  }

  /** Steps over a name and its colon; stays before the name if it is another one. */
  private boolean name(byte[] name) {
    if (peek() != '"' || end - at <= name.length) {
      return false;
    }
    int start = at;
    for (int i = 0; i < name.length; i++) {
      if (bytes[start + 1 + i] != name[i]) {
        return false;
      }
    }
    at = start + 1 + name.length;
    return next(':');
  }

  /** A short text of plain ASCII without escapes; null if it is anything else. */
  private @Nullable String text(String last) {
    if (!next('"')) {
      return null;
    }
    int start = at;
    while (at < end && bytes[at] != '"') {
      byte b = bytes[at];
      if (b < ' ' || b == '\\') {
        return null;
      }
      at++;
    }
    if (at == end) {
      return null;
    }
    int length = at++ - start;
    return matches(last, start, length)
        ? last
        : new String(bytes, start, length, StandardCharsets.ISO_8859_1);
  }

  private boolean matches(String text, int start, int length) {
    if (text.length() != length) {
      return false;
    }
    for (int i = 0; i < length; i++) {
      if (text.charAt(i) != bytes[start + i]) {
        return false;
      }
    }
    return true;
  }
}
