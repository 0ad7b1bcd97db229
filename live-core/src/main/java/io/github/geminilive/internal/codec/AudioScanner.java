package io.github.geminilive.internal.codec;

import io.github.geminilive.protocol.Blob;
import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.Part;
import io.github.geminilive.protocol.ServerContent;
import io.github.geminilive.protocol.ServerMessage;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
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

  // A stream repeats its frames but for the audio. A frame that begins and ends like the last one
  // that was read, with nothing but base64 between, has the same members.
  private byte[] head = {};
  private byte[] tail = {};
  private @Nullable String headMimeType;
  private @Nullable String headRole;

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** The message, or null when the frame holds anything but plain audio. */
  @Nullable
  ServerMessage scan(byte[] frame, int from, int to) {
    boolean repeated = repeats(frame, from, to);
    if (!repeated) {
      bytes = frame;
      at = from;
      end = to;
      if (!frame()) {
        return null;
      }
    }
    // Decoding proves that there is no quote in between, wherever the end was found.
    Bytes data = Base64Text.strict(frame, dataStart, dataEnd);
    if (data == null) {
      return null;
    }
    if (!repeated) {
      remember(from, to);
    }
    return message(data);
  }

  private boolean repeats(byte[] frame, int from, int to) {
    int start = from + head.length;
    int close = to - tail.length;
    if (head.length == 0
        || close < start
        || !Arrays.equals(frame, from, start, head, 0, head.length)
        || !Arrays.equals(frame, close, to, tail, 0, tail.length)) {
      return false;
    }
    dataStart = start;
    dataEnd = close;
    mimeType = headMimeType;
    role = headRole;
    return true;
  }

  private void remember(int from, int to) {
    head = Arrays.copyOfRange(bytes, from, dataStart);
    tail = Arrays.copyOfRange(bytes, dataEnd, to);
    headMimeType = mimeType;
    headRole = role;
  }

  private ServerMessage message(Bytes data) {
    Part part = new Part(
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
    ServerContent content = new ServerContent(
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
        role = text();
        if (role == null) {
          return false;
        }
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
        mimeType = text();
        if (mimeType == null) {
          return false;
        }
      } else if (dataStart < 0 && name(DATA)) {
        if (!next('"')) {
          return false;
        }
        dataStart = at;
        dataEnd = Base64Text.guessEnd(bytes, at, end);
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
  private @Nullable String text() {
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
    return new String(bytes, start, at++ - start, StandardCharsets.ISO_8859_1);
  }
}
