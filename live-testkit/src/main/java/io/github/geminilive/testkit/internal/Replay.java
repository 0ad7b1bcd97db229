package io.github.geminilive.testkit.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A flight recording, read. What it lacks for privacy is made up: a tone for speech, filler for
 * words.
 */
public final class Replay {

  private static final int FORMAT = 1;
  private static final Set<String> STREAMED = Set.of("audio", "video", "mediaChunks");
  private static final String FILLER = "lorem ipsum dolor sit amet ";
  private static final int TONE_PERIOD = 54;

  /**
   * One dial and what followed.
   *
   * @param connection its number in the recording
   * @param opening how the upgrade is answered
   * @param whole whether its setup was recorded; the recorder forgets the oldest first
   * @param events what happened after the upgrade, in order
   */
  public record Attempt(int connection, Opening opening, boolean whole, List<Event> events) {
    public Attempt {
      events = List.copyOf(events);
    }
  }

  /** Something that happened on a connection. */
  public sealed interface Event {
    /** When it happened, since the session's start. */
    Duration at();

    /**
     * The client sent a message.
     *
     * @param kind what it can be recognised by
     */
    record Up(Duration at, String kind) implements Event {}

    /** The service sent a message. */
    record Down(Duration at, JsonNode message) implements Event {}

    /** The service sent something that was no JSON. */
    record Garbage(Duration at, int bytes) implements Event {}

    /** The service ended the connection. */
    record Close(Duration at, int code, String reason) implements Event {}

    /** The network did. */
    record Loss(Duration at) implements Event {}

    /** Nothing came through any more. */
    record Stall(Duration at) implements Event {}
  }

  private static final class Builder {
    final int connection;
    final List<Event> events = new ArrayList<>();
    Opening opening = new Opening.Accept();
    boolean setup;
    boolean ended;

    Builder(int connection) {
      this.connection = connection;
    }
  }

  private final boolean showText;
  private final List<Builder> attempts = new ArrayList<>();
  private final Map<Integer, Builder> current = new LinkedHashMap<>();

  private Replay(boolean showText) {
    this.showText = showText;
  }

  /** Reads a file. */
  public static List<Attempt> read(Path file) {
    try {
      return read(Files.readAllLines(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the flight recording " + file, e);
    }
  }

  /** Reads the lines of a recording. */
  public static List<Attempt> read(List<String> lines) {
    if (lines.isEmpty()) {
      throw new IllegalArgumentException("an empty flight recording: was the recorder off?");
    }
    JsonNode header = Json.parse(lines.get(0));
    int format = header.path("flightRecording").asInt();
    if (format != FORMAT) {
      throw new IllegalArgumentException(
          format == 0
              ? "not a flight recording: its first line has no flightRecording"
              : "a flight recording of format "
                  + format
                  + "; this version reads format "
                  + FORMAT
                  + ": use the live-testkit that belongs to the library that wrote it");
    }
    Replay replay = new Replay(header.path("showText").asBoolean());
    for (String line : lines.subList(1, lines.size())) {
      if (!line.isBlank()) {
        replay.take(Json.parse(line));
      }
    }
    return replay.attempts.stream()
        .map(made -> new Attempt(made.connection, made.opening, made.setup, made.events))
        .toList();
  }

  private void take(JsonNode line) {
    int connection = line.path("c").asInt();
    if (connection == 0) {
      return;
    }
    Duration at = Duration.ofNanos(Math.round(line.path("t").asDouble() * 1e9));
    switch (line.path("dir").asText()) {
      case "up" -> takeUp(connection, at, line);
      case "down" -> takeDown(connection, at, line);
      default -> takeState(connection, at, line.path("what").asText(), line.path("facts"));
    }
  }

  private void takeUp(int connection, Duration at, JsonNode line) {
    String kind = kindOf(line.path("message"));
    Builder attempt = of(connection, kind.equals("setup"));
    if (kind.equals("setup")) {
      attempt.setup = true;
    }
    if (!kind.isEmpty() && !attempt.ended) {
      attempt.events.add(new Event.Up(at, kind));
    }
  }

  private void takeDown(int connection, Duration at, JsonNode line) {
    Builder attempt = of(connection, false);
    if (attempt.ended) {
      return;
    }
    if (line.has("message")) {
      attempt.events.add(new Event.Down(at, restored(line.get("message"), "", false)));
    } else if (line.has("unreadable")) {
      attempt.events.add(new Event.Garbage(at, line.get("unreadable").asInt()));
    }
  }

  private void takeState(int connection, Duration at, String what, JsonNode facts) {
    switch (what) {
      case "dial" -> begin(connection);
      case "refused" -> {
        Builder attempt = of(connection, false);
        attempt.ended = true;
        if (!attempt.setup) {
          attempt.opening = refusal(facts);
        }
      }
      case "end" -> {
        Builder attempt = of(connection, false);
        if (!attempt.ended) {
          attempt.ended = true;
          end(attempt, at, facts);
        }
      }
      default -> {
        // For the reader only.
      }
    }
  }

  /** What was no answer at all is one that has the client try again, too. */
  private static Opening refusal(JsonNode facts) {
    int status = facts.path("status").asInt();
    if (status == 0 && facts.path("kind").asText().equals("TIMEOUT")) {
      return new Opening.Never();
    }
    JsonNode retryAfter = facts.path("retryAfter");
    Map<String, String> headers = retryAfter.isMissingNode()
        ? Map.of()
        : Map.of("Retry-After", Long.toString((long) Math.ceil(retryAfter.asDouble())));
    return new Opening.Refuse(status == 0 ? 503 : status, headers, "");
  }

  private static void end(Builder attempt, Duration at, JsonNode facts) {
    List<Event> events = attempt.events;
    if (!facts.path("why").asText().isEmpty()) {
      // The client found out late: what it sent since the last sign of life was never read.
      while (!events.isEmpty() && events.get(events.size() - 1) instanceof Event.Up up) {
        if (up.kind().equals("setup")) {
          break;
        }
        events.remove(events.size() - 1);
      }
      Duration since = events.isEmpty() ? at : events.get(events.size() - 1).at();
      events.add(new Event.Stall(since));
      return;
    }
    switch (facts.path("by").asText()) {
      case "SERVER" ->
        events.add(new Event.Close(
            at, facts.path("code").asInt(1005), facts.path("reason").asText()));
      case "NETWORK" -> events.add(new Event.Loss(at));
      default -> {
        // The client ends it by itself.
      }
    }
  }

  private Builder of(int connection, boolean setup) {
    Builder attempt = current.get(connection);
    return attempt == null || setup && (attempt.setup || attempt.ended)
        ? begin(connection)
        : attempt;
  }

  private Builder begin(int connection) {
    Builder attempt = new Builder(connection);
    attempts.add(attempt);
    current.put(connection, attempt);
    return attempt;
  }

  /**
   * What a message of the client can be recognised by: the names of its members. Empty for a
   * microphone's audio and for video, which come when they come.
   */
  static String kindOf(JsonNode message) {
    Set<String> names = new TreeSet<>();
    message.fieldNames().forEachRemaining(names::add);
    if (names.equals(Set.of("realtimeInput"))) {
      Set<String> inputs = new TreeSet<>();
      message.get("realtimeInput").fieldNames().forEachRemaining(inputs::add);
      inputs.removeAll(STREAMED);
      return inputs.isEmpty() ? "" : "realtimeInput." + String.join("+", inputs);
    }
    return String.join("+", names);
  }

  private JsonNode restored(JsonNode node, String mimeType, boolean typed) {
    if (node.isObject()) {
      if (node.size() == 2 && node.has("bytes") && node.has("crc32")) {
        return Json.valueOf(Json.base64(media(node.get("bytes").asInt(), mimeType)));
      }
      ObjectNode object = Json.object();
      String mime = node.path("mimeType").asText("");
      for (Map.Entry<String, JsonNode> member : node.properties()) {
        boolean typedMember = typed || member.getKey().equals("args");
        object.set(member.getKey(), restored(member.getValue(), mime, typedMember));
      }
      return object;
    }
    if (node.isArray()) {
      ArrayNode array = Json.array();
      node.forEach(element -> array.add(restored(element, mimeType, typed)));
      return array;
    }
    JsonNode made = node.isTextual() && !showText ? made(node.asText(), typed) : null;
    return made == null ? node : made;
  }

  private static @Nullable JsonNode made(String text, boolean typed) {
    if (text.matches("\\d{1,7} characters")) {
      int length = Integer.parseInt(text.substring(0, text.indexOf(' ')));
      return Json.valueOf(FILLER.repeat(length / FILLER.length() + 1).substring(0, length));
    }
    if (typed && text.equals("number")) {
      return Json.valueOf(0);
    }
    return typed && text.equals("boolean") ? Json.valueOf(false) : null;
  }

  private static byte[] media(int bytes, String mimeType) {
    byte[] media = new byte[bytes];
    if (Rules.isPcm(mimeType)) {
      for (int i = 0; i + 1 < bytes; i += 2) {
        double angle = 2 * Math.PI * (i / 2 % TONE_PERIOD) / TONE_PERIOD;
        short sample = (short) (3000 * Math.sin(angle));
        media[i] = (byte) sample;
        media[i + 1] = (byte) (sample >> 8);
      }
    }
    return media;
  }
}
