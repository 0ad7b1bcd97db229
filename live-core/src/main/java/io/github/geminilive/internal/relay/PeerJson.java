package io.github.geminilive.internal.relay;

import io.github.geminilive.internal.codec.ClientMessageEncoder;
import io.github.geminilive.internal.codec.RecordDecoder;
import io.github.geminilive.protocol.Json;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what peers send: text that somebody may have made to do harm. */
final class PeerJson {

  /** No message of the protocol is nested deeper; readers of records call themselves. */
  static final int MAX_DEPTH = 64;

  /** Objects and arrays in a message; more than any conversation needs, fewer than hurt. */
  static final int MAX_STRUCTURES = 10_000;

  private static final String INVALID = "Invalid JSON payload received. ";

  /** A name that can be repeated to the peer, and into a close frame. */
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]{0,39}");

  /** What the codec may have expected; all else it says may quote what was sent. */
  private static final Set<String> EXPECTED = Set.of(
      "text",
      "true or false",
      "a whole number",
      "a number",
      "a duration such as \"1.5s\"",
      "a time",
      "base64",
      "an object",
      "an array");

  private static final String EXPECTED_WORD = " expected ";

  private static final Pattern POINTER = Pattern.compile("(?:/[A-Za-z0-9_]{1,40}){1,6}");

  private PeerJson() {}

  /** The text of a binary message. */
  static String text(ByteBuffer message) throws BadMessage {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(message.duplicate()).toString();
    } catch (CharacterCodingException e) {
      throw new BadMessage(INVALID + "It is not UTF-8.");
    }
  }

  /** Reads a record; what of it is unreadable makes the message bad. */
  static <T> T decode(Class<T> type, String text) throws BadMessage {
    checkStructure(text);
    try {
      return RecordDecoder.decode(type, text.strip());
    } catch (NullPointerException e) {
      // A record's constructor names the member it cannot be without.
      throw new BadMessage(INVALID + "A required member is missing: " + e.getMessage() + ".");
    } catch (IllegalArgumentException e) {
      throw new BadMessage(problem(String.valueOf(e.getMessage())));
    }
  }

  /** Reads one object. */
  static Json object(String text) throws BadMessage {
    checkStructure(text);
    Json json;
    try {
      json = Json.parse(text);
    } catch (IllegalArgumentException e) {
      throw new BadMessage(INVALID + "It is not one JSON value, or holds impossible numbers.");
    }
    if (!json.isObject()) {
      throw new BadMessage(INVALID + "It is not an object.");
    }
    return readable(json);
  }

  /**
   * Makes sure that hooks can read a value: names with half a surrogate pair pass one reader and not
   * the other.
   */
  static Json readable(Json json) throws BadMessage {
    try {
      json.value();
      return json;
    } catch (UncheckedIOException e) {
      throw new BadMessage(INVALID + "A name holds half a surrogate pair.");
    }
  }

  /** The JSON of a record that was read; the same that {@link #readable} says is true of it. */
  static Json written(Object record) throws BadMessage {
    try {
      return readable(Json.parse(ClientMessageEncoder.encodeRecord(record)));
    } catch (IllegalArgumentException e) {
      throw new BadMessage(INVALID + "A name holds half a surrogate pair.");
    }
  }

  /** What the decoder says begins with a pointer of the sender's making, and ends in its own words. */
  private static String problem(String found) {
    int word = found.lastIndexOf(EXPECTED_WORD);
    String expected = word < 0 ? "" : found.substring(word + EXPECTED_WORD.length());
    if (!EXPECTED.contains(expected)) {
      return INVALID + "It is not one JSON object, or holds impossible values.";
    }
    Matcher pointer = POINTER.matcher(found.substring(0, word));
    String place =
        pointer.lookingAt() ? pointer.group().substring(1).replace('/', '.') : "a member";
    return "Invalid value at '" + place + "': expected " + expected + ".";
  }

  /** What the service says of a member it does not know. */
  static BadMessage unknown(String name, String place) {
    boolean repeatable = NAME.matcher(name).matches();
    return new BadMessage(INVALID
        + "Unknown name"
        + (repeatable ? " \"" + name + "\"" : "")
        + (place.isEmpty() ? "" : " at '" + place + "'")
        + ": Cannot find field.");
  }

  static BadMessage invalid(String place, String why) {
    return new BadMessage("Invalid value at '" + place + "': " + why);
  }

  private static void checkStructure(String text) throws BadMessage {
    int depth = 0;
    int structures = 0;
    boolean quoted = false;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (quoted) {
        if (c == '\\') {
          i++;
        } else if (c == '"') {
          quoted = false;
        }
      } else if (c == '"') {
        quoted = true;
      } else if (c == '{' || c == '[') {
        if (++depth > MAX_DEPTH) {
          throw new BadMessage(INVALID + "It is nested more than " + MAX_DEPTH + " levels.");
        }
        if (++structures > MAX_STRUCTURES) {
          throw new BadMessage(
              INVALID + "It holds more than " + MAX_STRUCTURES + " objects and arrays.");
        }
      } else if (c == '}' || c == ']') {
        depth--;
      }
    }
  }
}
