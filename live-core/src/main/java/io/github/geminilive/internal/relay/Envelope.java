package io.github.geminilive.internal.relay;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.SessionSnapshot;
import io.github.geminilive.protocol.Json;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A conversation as it is kept for other processes.
 *
 * @param user whose it is, and nobody else's
 * @param snapshot of the session
 * @param turns how many turns the peer was told of; the next one has the number after that
 * @param tokens what it cost up to now
 * @param started when the first process let it in
 * @param written when this was written
 * @param answering whether the model was answering then
 * @param whole whether nothing happened in the conversation after this was written
 */
record Envelope(
    String user,
    SessionSnapshot snapshot,
    int turns,
    long tokens,
    Instant started,
    Instant written,
    boolean answering,
    boolean whole) {

  private static final String NAME = "geminiLiveRelay";
  private static final long VERSION = 1;

  /** Checks. */
  Envelope {
    requireNonNull(user, "user");
    requireNonNull(snapshot, "snapshot");
    requireNonNull(started, "started");
    requireNonNull(written, "written");
    if (turns < 0 || tokens < 0) {
      throw new IllegalArgumentException(
          "turns and tokens must not be negative: " + turns + ", " + tokens);
    }
  }

  /** For {@link #parse}; holds what {@link SessionSnapshot#toBytes()} holds. */
  byte[] toBytes() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put(NAME, VERSION);
    members.put("user", user);
    members.put("turns", turns);
    members.put("tokens", tokens);
    members.put("started", started.toString());
    members.put("written", written.toString());
    members.put("answering", answering);
    members.put("whole", whole);
    members.put("snapshot", Json.parse(snapshot.toJson()));
    return Json.of(members).text().getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Reads what {@link #toBytes} wrote, in this version or an earlier one.
   *
   * @throws IllegalArgumentException when it is something else; quotes nothing
   */
  static Envelope parse(byte[] bytes) {
    Map<String, Object> members = members(new String(bytes, StandardCharsets.UTF_8));
    long version = number(members, NAME, Long.MAX_VALUE);
    if (version > VERSION) {
      throw foreign("its form " + version + " is of a later version of this library");
    }
    if (!(members.get("user") instanceof String user)) {
      throw foreign("user is no text");
    }
    if (!(members.get("snapshot") instanceof Map<?, ?> snapshot)) {
      throw foreign("snapshot is no object");
    }
    return new Envelope(
        user,
        SessionSnapshot.parse(Json.of(snapshot).text()),
        (int) number(members, "turns", Integer.MAX_VALUE),
        number(members, "tokens", Long.MAX_VALUE),
        instant(members, "started"),
        instant(members, "written"),
        flag(members, "answering"),
        flag(members, "whole"));
  }

  private static Map<String, Object> members(String text) {
    try {
      Json json = Json.parse(text);
      if (json.isObject()) {
        return json.asObject();
      }
    } catch (IllegalArgumentException e) {
      // Passed on, it would quote the text.
    }
    throw foreign("it is no JSON object");
  }

  private static long number(Map<String, Object> members, String name, long most) {
    if (members.get(name) instanceof Long value && value >= 0 && value <= most) {
      return value;
    }
    throw foreign(name + " is no number from 0 to " + most);
  }

  private static boolean flag(Map<String, Object> members, String name) {
    if (members.get(name) instanceof Boolean value) {
      return value;
    }
    throw foreign(name + " is neither true nor false");
  }

  private static Instant instant(Map<String, Object> members, String name) {
    try {
      if (members.get(name) instanceof String text) {
        return Instant.parse(text);
      }
    } catch (DateTimeException e) {
      // Passed on, it would quote the text.
    }
    throw foreign(name + " is no time");
  }

  private static IllegalArgumentException foreign(String why) {
    return new IllegalArgumentException("not a conversation of a relay: " + why);
  }
}
