package io.github.geminilive.internal.relay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The messages of the wire reference, and JSON with code of the tests' own. */
final class WireMessages {

  private static final ObjectMapper JSON = JsonMapper.builder()
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
      .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
      .build();

  /** One message. */
  record Line(String name, String direction, boolean valid, JsonNode message) {

    /** The bytes of the frame, literal ones included. */
    byte[] payload() {
      if (message.has("_rawBase64")) {
        return Base64.getDecoder().decode(message.get("_rawBase64").asText());
      }
      if (message.has("_raw")) {
        return message.get("_raw").asText().getBytes(StandardCharsets.UTF_8);
      }
      if (message.has("_frames")) {
        StringBuilder whole = new StringBuilder();
        message.get("_frames").forEach(frame -> whole.append(frame.asText()));
        return whole.toString().getBytes(StandardCharsets.UTF_8);
      }
      return message.toString().getBytes(StandardCharsets.UTF_8);
    }

    String text() {
      return new String(payload(), StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private WireMessages() {}

  static List<Line> of(String direction, boolean valid) {
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(
        Objects.requireNonNull(WireMessages.class.getResourceAsStream("/protocol/messages.jsonl")),
        StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .map(WireMessages::json)
          .filter(node -> node.get("direction").asText().equals(direction)
              && node.get("valid").asBoolean() == valid)
          .map(node -> new Line(node.get("name").asText(), direction, valid, node.get("message")))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /** What a peer reads in a frame. */
  static JsonNode json(PeerFrame frame) {
    return json(text(frame));
  }

  static String text(PeerFrame frame) {
    @Nullable ByteBuffer binary = frame.binary();
    return binary == null
        ? Objects.requireNonNull(frame.text())
        : StandardCharsets.UTF_8.decode(binary.duplicate()).toString();
  }
}
