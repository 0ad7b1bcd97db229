package io.github.geminilive.internal.codec;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Objects;

/** The messages of the wire reference, one record for each line. */
record Corpus(String name, String direction, boolean valid, JsonNode message) {

  private static final List<Corpus> ALL = load();

  static List<Corpus> all() {
    return ALL;
  }

  static List<Corpus> of(String direction, boolean valid) {
    return ALL.stream()
        .filter(line -> line.direction.equals(direction) && line.valid == valid)
        .toList();
  }

  static Corpus named(String name) {
    return ALL.stream().filter(line -> line.name.equals(name)).findFirst().orElseThrow();
  }

  private static List<Corpus> load() {
    try (InputStream in = Corpus.class.getResourceAsStream("/protocol/messages.jsonl");
        BufferedReader lines = new BufferedReader(
            new InputStreamReader(Objects.requireNonNull(in), StandardCharsets.UTF_8))) {
      return lines.lines().map(Corpus::parse).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Corpus parse(String line) {
    JsonNode node = WireJson.parse(line);
    return new Corpus(
        node.get("name").asText(),
        node.get("direction").asText(),
        node.get("valid").asBoolean(),
        node.get("message"));
  }

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

  @Override
  public String toString() {
    return name;
  }
}
