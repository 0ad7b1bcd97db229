package io.github.geminilive.internal.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * In every valid message of the service each member and each element at every depth is in turn
 * removed, nulled, and replaced by each other JSON type: all its siblings must still arrive, and a
 * wrong type must be reported.
 */
class ServerMutationTest {

  /** Members whose value, or whose content, is any JSON. */
  private static final Set<String> FREE = Set.of(
      "args",
      "response",
      "partMetadata",
      "details",
      "ragChunk",
      "reviewSnippets",
      "reviewSnippet",
      "customMetadata");

  /** Members no version knows, and which are therefore kept as they are. */
  private static final Set<String> UNKNOWN = Set.of(
      "region",
      "limits",
      "emotion",
      "hologram",
      "tone",
      "futureSource",
      "clientLatencyReport",
      "traceId",
      "debug");

  /** Free members that have to be objects all the same. */
  private static final Set<String> OBJECTS = Set.of("args", "response", "partMetadata");

  /** Free members that are arrays, of any elements. */
  private static final Set<String> ARRAYS =
      Set.of("details", "reviewSnippets", "reviewSnippet", "customMetadata");

  private static final List<JsonNode> REPLACEMENTS = List.of(
      TextNode.valueOf("wrong type"),
      IntNode.valueOf(7),
      BooleanNode.TRUE,
      JsonNodeFactory.instance.arrayNode(),
      JsonNodeFactory.instance.objectNode());

  private final ServerMessageDecoder decoder = new ServerMessageDecoder();
  private final List<String> failures = new ArrayList<>();
  private int mutants;

  @Test
  void noMutationOfOneMemberCostsAnother() {
    for (Corpus line : Corpus.of("server", true)) {
      String text = new String(line.payload(), UTF_8);
      JsonNode original = WireJson.parse(text.startsWith("\ufeff") ? text.substring(1) : text);
      for (List<Object> path : paths(original)) {
        mutate(line.name(), original, path);
      }
    }

    System.out.println(mutants + " mutants, " + failures.size() + " lost siblings");
    assertThat(failures).isEmpty();
    assertThat(mutants).isGreaterThan(5_000);
  }

  private void mutate(String name, JsonNode original, List<Object> path) {
    JsonNode removed = without(original, path);
    check(name + " without " + path, removed, removed, false);

    JsonNode nulled = with(original, path, NullNode.instance);
    boolean inFreeArray = path.get(path.size() - 1) instanceof Integer && isFree(path);
    JsonNode afterNull = inFreeArray || !(path.get(path.size() - 1) instanceof Integer)
        ? nulled
        : gone(original, path);
    check(name + " with null at " + path, nulled, afterNull, false);

    JsonNode old = at(original, path);
    for (JsonNode replacement : REPLACEMENTS) {
      if (replacement.getNodeType() == old.getNodeType() || old.isNull() && !isFree(path)) {
        // A null does not tell which type would be wrong.
        continue;
      }
      JsonNode mutant = with(original, path, replacement);
      String title = name + " with " + replacement + " at " + path;
      if (isFree(path) || isLenient(path, old, replacement)) {
        check(title, mutant, mutant, false);
      } else if (path.equals(List.of("error")) && replacement.isTextual()) {
        ObjectNode error = JsonNodeFactory.instance.objectNode();
        check(title, mutant, with(original, path, error.set("message", replacement)), false);
      } else {
        check(title, mutant, gone(original, path), true);
      }
    }
  }

  private void check(String title, JsonNode mutant, JsonNode expected, boolean problem) {
    mutants++;
    byte[] frame = mutant.toString().getBytes(UTF_8);
    Decoded decoded = decoder.decode(frame, 0, frame.length);
    if (decoded.message() == null) {
      failures.add(title + ": no message, " + decoded.problems());
      return;
    }
    JsonNode actual = WireJson.parse(ClientMessageEncoder.encodeRecord(decoded.message()));
    WireJson.difference(expected, actual).ifPresent(lost -> failures.add(title + ": " + lost));
    if (decoded.problems().size() != (problem ? 1 : 0)) {
      failures.add(title + ": problems " + decoded.problems());
    }
  }

  /** What is left when the value at a path cannot be used. */
  private static JsonNode gone(JsonNode original, List<Object> path) {
    boolean positional = path.size() > 1 && path.get(path.size() - 2).equals("groundingChunks");
    return positional
        ? with(original, path, JsonNodeFactory.instance.objectNode())
        : without(original, path);
  }

  private static boolean isFree(List<Object> path) {
    for (int i = 0; i < path.size(); i++) {
      boolean last = i == path.size() - 1;
      if (path.get(i) instanceof String name) {
        if (UNKNOWN.contains(name) || FREE.contains(name) && !last) {
          return true;
        }
        if (last && FREE.contains(name) && !OBJECTS.contains(name) && !ARRAYS.contains(name)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean isLenient(List<Object> path, JsonNode old, JsonNode replacement) {
    Object name = path.get(path.size() - 1);
    if (name instanceof Integer) {
      name = path.get(path.size() - 2);
    }
    boolean id = name.equals("id") || name.equals("ids");
    boolean count = name.equals("lastConsumedClientMessageIndex") || ("" + name).endsWith("Count");
    return replacement.isNumber() && old.isTextual() && (id || count);
  }

  private static List<List<Object>> paths(JsonNode root) {
    List<List<Object>> paths = new ArrayList<>();
    collect(root, List.of(), paths);
    return paths;
  }

  private static void collect(JsonNode node, List<Object> path, List<List<Object>> paths) {
    if (!path.isEmpty()) {
      paths.add(path);
    }
    for (Map.Entry<String, JsonNode> member : node.properties()) {
      collect(member.getValue(), append(path, member.getKey()), paths);
    }
    if (node.isArray()) {
      for (int i = 0; i < node.size(); i++) {
        collect(node.get(i), append(path, i), paths);
      }
    }
  }

  private static List<Object> append(List<Object> path, Object step) {
    List<Object> longer = new ArrayList<>(path);
    longer.add(step);
    return List.copyOf(longer);
  }

  private static JsonNode at(JsonNode node, List<Object> path) {
    for (Object step : path) {
      node = step instanceof Integer index ? node.get(index) : node.get((String) step);
    }
    return node;
  }

  private static JsonNode with(JsonNode original, List<Object> path, JsonNode value) {
    JsonNode copy = original.deepCopy();
    JsonNode parent = at(copy, path.subList(0, path.size() - 1));
    if (path.get(path.size() - 1) instanceof Integer index) {
      ((ArrayNode) parent).set(index, value);
    } else {
      ((ObjectNode) parent).set((String) path.get(path.size() - 1), value);
    }
    return copy;
  }

  private static JsonNode without(JsonNode original, List<Object> path) {
    JsonNode copy = original.deepCopy();
    JsonNode parent = at(copy, path.subList(0, path.size() - 1));
    if (path.get(path.size() - 1) instanceof Integer index) {
      ((ArrayNode) parent).remove(index);
    } else {
      ((ObjectNode) parent).remove((String) path.get(path.size() - 1));
    }
    return copy;
  }
}
