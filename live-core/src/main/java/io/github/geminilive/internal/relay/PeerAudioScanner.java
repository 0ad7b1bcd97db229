package io.github.geminilive.internal.relay;

import io.github.geminilive.internal.relay.PeerMessage.AudioFrame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether a message is a piece of sound in the service's own form and nothing else: what it
 * lets pass goes on to the service as it is. White space and the order of members do not matter; at
 * anything else it gives up, and the general reader takes over.
 *
 * <p>For one thread at a time.
 */
public final class PeerAudioScanner {

  private static final String MIME_TYPE = "audio/pcm;rate=";

  /** How much of a message, without its sound, is worth to be remembered. */
  private static final int LONGEST_FRAME = 512;

  private String text = "";
  private int at;
  private int rate;
  private int dataStart;
  private int dataEnd;

  // A client repeats its messages but for the sound. One that begins and ends like the last one,
  // with nothing but base64 between, has the same members.
  private String head = "";
  private String tail = "";
  private int headRate;

  /** Has not seen any message yet. */
  public PeerAudioScanner() {}

  /** The frame; null when the message holds anything but plain sound. */
  @Nullable
  AudioFrame scan(String message) {
    int bytes = bytes(message);
    return bytes < 0 ? null : new AudioFrame(message, bytes, rate, dataStart);
  }

  /** How many bytes of sound the message holds; -1 when it holds anything else. */
  public int bytes(String message) {
    boolean repeated = repeats(message);
    if (!repeated) {
      text = message;
      at = 0;
      boolean read = frame();
      text = "";
      if (!read) {
        return -1;
      }
    }
    int bytes = bytes(message, dataStart, dataEnd);
    if (bytes <= 0 || bytes % 2 != 0) {
      return -1;
    }
    if (!repeated && dataStart + message.length() - dataEnd <= LONGEST_FRAME) {
      head = message.substring(0, dataStart);
      tail = message.substring(dataEnd);
      headRate = rate;
    }
    return bytes;
  }

  private boolean repeats(String message) {
    if (head.isEmpty()
        || message.length() < head.length() + tail.length()
        || !message.startsWith(head)
        || !message.endsWith(tail)) {
      return false;
    }
    dataStart = head.length();
    dataEnd = message.length() - tail.length();
    rate = headRate;
    return true;
  }

  /** How many bytes strict base64 stands for, padded as the standard says; -1 when it is not that. */
  private static int bytes(String message, int from, int to) {
    if ((to - from) % 4 != 0) {
      return -1;
    }
    // The JDK decodes many characters at a time; a loop of our own that only looks takes longer.
    byte[] latin = message.getBytes(StandardCharsets.ISO_8859_1);
    try {
      return Base64.getDecoder().decode(ByteBuffer.wrap(latin, from, to - from)).remaining();
    } catch (IllegalArgumentException e) {
      return -1;
    }
  }

  private boolean frame() {
    return next('{')
        && name("realtimeInput")
        && next('{')
        && name("audio")
        && next('{')
        && blob()
        && next('}')
        && next('}')
        && next('}')
        && peek() == -1;
  }

  private boolean blob() {
    rate = -1;
    dataStart = -1;
    do {
      if (rate < 0 && name("mimeType")) {
        if (!mimeType()) {
          return false;
        }
      } else if (dataStart < 0 && name("data")) {
        if (!next('"')) {
          return false;
        }
        dataStart = at;
        dataEnd = text.indexOf('"', at);
        if (dataEnd < 0) {
          return false;
        }
        at = dataEnd + 1;
      } else {
        return false;
      }
    } while (next(','));
    return rate > 0 && dataStart >= 0;
  }

  private boolean mimeType() {
    if (!next('"') || !text.startsWith(MIME_TYPE, at)) {
      return false;
    }
    at += MIME_TYPE.length();
    if (text.startsWith("0", at)) {
      return false;
    }
    int digits = 0;
    int value = 0;
    while (at < text.length() && digits < 6 && text.charAt(at) >= '0' && text.charAt(at) <= '9') {
      value = value * 10 + text.charAt(at++) - '0';
      digits++;
    }
    rate = value;
    return value >= 1
        && value <= PeerMedia.MAX_RATE
        && at < text.length()
        && text.charAt(at++) == '"';
  }

  /** Steps over a character, and white space before it; stays where it is if another one comes. */
  private boolean next(char expected) {
    if (peek() != expected) {
      return false;
    }
    at++;
    return true;
  }

  /** The next character that is not white space, or -1 at the end. */
  private int peek() {
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c != ' ' && c != '\n' && c != '\r' && c != '\t') {
        return c;
      }
      at++;
    }
    return -1;
  }

  /** Steps over a name and its colon; stays before the name if it is another one. */
  private boolean name(String name) {
    if (peek() != '"'
        || !text.startsWith(name, at + 1)
        || !text.startsWith("\"", at + 1 + name.length())) {
      return false;
    }
    at += name.length() + 2;
    return next(':');
  }
}
