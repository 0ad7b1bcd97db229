package io.github.geminilive.testkit.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The shapes of client messages, from the table {@code client-messages.txt}: finds what the service
 * refuses about a message's form, in its words, and gives the message in camelCase.
 */
final class Shapes {

  /** A message in canonical spelling, without null members, and the first thing wrong with it. */
  record Reading(ObjectNode message, @Nullable Complaint complaint) {}

  private record Member(String type, String backend) {}

  private record Choice(boolean anyCase, List<String> values) {}

  private static final String TABLE = "/io/github/geminilive/testkit/client-messages.txt";
  private static final Map<String, Map<String, Member>> MESSAGES = new HashMap<>();
  private static final Map<String, Choice> ENUMS = new HashMap<>();
  private static final Pattern DURATION = Pattern.compile("-?\\d+(\\.\\d{1,9})?s");
  private static final Pattern TIMESTAMP =
      Pattern.compile("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?(Z|[+-]\\d\\d:\\d\\d)");
  private static final Pattern INTEGER = Pattern.compile("-?\\d+");

  static {
    try (InputStream in = Shapes.class.getResourceAsStream(TABLE)) {
      if (in == null) {
        throw new IllegalStateException("the testkit lacks its own " + TABLE);
      }
      new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))
          .lines()
          .filter(line -> !line.isBlank() && !line.startsWith("#"))
          .forEach(new TableReader()::line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Reads the table. */
  private static final class TableReader {
    private Map<String, Member> current = new LinkedHashMap<>();

    void line(String line) {
      String[] words = line.strip().split("\\s+");
      if (line.startsWith(" ")) {
        current.put(words[0], new Member(words[1], words.length > 2 ? words[2] : ""));
      } else if (words.length > 1) {
        boolean anyCase = words[2].equals("~");
        ENUMS.put(
            words[0], new Choice(anyCase, Stream.of(words).skip(anyCase ? 3 : 2).toList()));
      } else {
        current = new LinkedHashMap<>();
        MESSAGES.put(words[0], current);
      }
    }
  }

  private final String backend;
  private @Nullable Complaint complaint;

  private Shapes(String backend) {
    this.backend = backend;
  }

  /** Reads a client message. */
  static Reading read(JsonNode json, boolean vertex) {
    Shapes shapes = new Shapes(vertex ? "vertex" : "dev");
    ObjectNode message = shapes.message("ClientMessage", json, "");
    return new Reading(message, shapes.complaint);
  }

  /** Reads a bare setup object of the Developer API. */
  static Reading readSetup(JsonNode json, String at) {
    Shapes shapes = new Shapes("dev");
    ObjectNode message = shapes.message("Setup", json, at);
    return new Reading(message, shapes.complaint);
  }

  /** Whether a mask may name this field of a setup; no path leads into lists or maps. */
  static boolean hasSetupField(String path) {
    Map<String, Member> members = MESSAGES.get("Setup");
    for (String name : path.split("\\.", -1)) {
      Member member = members == null ? null : members.get(name);
      if (member == null || member.backend().equals("vertex")) {
        return false;
      }
      members = MESSAGES.get(member.type());
    }
    return true;
  }

  private void complain(String text) {
    if (complaint == null) {
      complaint = Complaint.invalid(text);
    }
  }

  private ObjectNode message(String type, JsonNode json, String at) {
    Map<String, Member> members = MESSAGES.get(type);
    if (members == null) {
      throw new IllegalStateException("the table has no " + type);
    }
    ObjectNode out = Json.object();
    for (Map.Entry<String, JsonNode> entry : json.properties()) {
      String name = members.containsKey(entry.getKey()) ? entry.getKey() : camel(entry.getKey());
      Member member = members.get(name);
      if (member == null || !(member.backend().isEmpty() || member.backend().equals(backend))) {
        unknown(entry.getKey(), at);
      } else if (!entry.getValue().isNull()) {
        out.set(name, value(member.type(), entry.getValue(), path(at, snake(name))));
      }
    }
    return out;
  }

  private void unknown(String name, String at) {
    String place = at.isEmpty() ? "" : " at '" + at + "'";
    complain("Invalid JSON payload received. Unknown name \""
        + name
        + "\""
        + place
        + ": Cannot find field.");
  }

  private JsonNode value(String type, JsonNode json, String at) {
    if (type.endsWith("[]")) {
      return list(type.substring(0, type.length() - 2), json, at);
    }
    if (json.isArray() && !type.equals("any")) {
      int dot = at.lastIndexOf('.');
      complain("Invalid JSON payload received. Unknown name \""
          + at.substring(dot + 1)
          + "\""
          + (dot < 0 ? "" : " at '" + at.substring(0, dot) + "'")
          + ": Proto field is not repeating, cannot start list.");
      return json;
    }
    if (type.startsWith("map<")) {
      String inner = type.substring(4, type.length() - 1);
      ObjectNode out = Json.object();
      if (!json.isObject()) {
        invalid(at, "map", json);
      }
      for (Map.Entry<String, JsonNode> entry : json.properties()) {
        out.set(entry.getKey(), value(inner, entry.getValue(), at + "[" + out.size() + "].value"));
      }
      return out;
    }
    if (MESSAGES.containsKey(type)) {
      if (!json.isObject()) {
        invalid(at, "type.googleapis.com/" + type, json);
        return json;
      }
      return message(type, json, at);
    }
    Choice choice = ENUMS.get(type);
    return choice == null ? scalar(type, json, at) : choose(type, choice, json, at);
  }

  private JsonNode list(String type, JsonNode json, String at) {
    if (!json.isArray()) {
      invalid(at, "list", json);
      return json;
    }
    ArrayNode out = Json.array();
    for (JsonNode element : json) {
      out.add(value(type, element, at + "[" + out.size() + "]"));
    }
    return out;
  }

  private JsonNode choose(String type, Choice choice, JsonNode json, String at) {
    String text = json.isTextual() ? json.asText() : "";
    String wanted = choice.anyCase() ? text.toUpperCase(Locale.ROOT) : text;
    if (choice.values().contains(wanted)) {
      return TextNode.valueOf(wanted);
    }
    if (json.isInt() && json.asInt() >= 0 && json.asInt() < choice.values().size()) {
      return TextNode.valueOf(choice.values().get(json.asInt()));
    }
    invalid(at, "type.googleapis.com/" + type, json);
    return json;
  }

  private JsonNode scalar(String type, JsonNode json, String at) {
    Predicate<JsonNode> fits = switch (type) {
      case "string" -> JsonNode::isTextual;
      case "bool" -> JsonNode::isBoolean;
      case "int32" -> node -> integral(node, Integer.MIN_VALUE, Integer.MAX_VALUE);
      case "int64" -> node -> integral(node, Long.MIN_VALUE, Long.MAX_VALUE);
      case "number" -> JsonNode::isNumber;
      case "bytes" -> node -> node.isTextual() && Json.base64(node.asText()) != null;
      case "duration" ->
        node -> node.isTextual() && DURATION.matcher(node.asText()).matches();
      case "timestamp" ->
        node -> node.isTextual() && TIMESTAMP.matcher(node.asText()).matches();
      case "struct" -> JsonNode::isObject;
      case "any" -> node -> true;
      default -> throw new IllegalStateException("the table names no type " + type);
    };
    if (!fits.test(json)) {
      String shown = switch (type) {
        case "duration" -> "type.googleapis.com/google.protobuf.Duration";
        case "timestamp" -> "type.googleapis.com/google.protobuf.Timestamp";
        case "struct" -> "type.googleapis.com/google.protobuf.Struct";
        case "number" -> "TYPE_FLOAT";
        default -> "TYPE_" + type.toUpperCase(Locale.ROOT);
      };
      invalid(at, shown, json);
    }
    return json;
  }

  private static boolean integral(JsonNode node, long least, long most) {
    if (node.isTextual()) {
      return INTEGER.matcher(node.asText()).matches() && node.asText().length() < 20;
    }
    return node.isNumber()
        && node.asDouble() == Math.rint(node.asDouble())
        && node.asDouble() >= least
        && node.asDouble() <= most;
  }

  private void invalid(String at, String type, JsonNode json) {
    String shown = json.toString();
    complain("Invalid value at '"
        + at
        + "' ("
        + type
        + "), "
        + (shown.length() > 60 ? shown.substring(0, 60) : shown));
  }

  private static String path(String at, String name) {
    return at.isEmpty() ? name : at + "." + name;
  }

  static String camel(String name) {
    StringBuilder out = new StringBuilder();
    boolean up = false;
    for (char c : name.toCharArray()) {
      if (c == '_') {
        up = out.length() > 0;
      } else {
        out.append(up ? Character.toUpperCase(c) : c);
        up = false;
      }
    }
    return out.toString();
  }

  private static String snake(String name) {
    return name.chars()
        .mapToObj(c -> Character.isUpperCase(c)
            ? "_" + (char) Character.toLowerCase(c)
            : String.valueOf((char) c))
        .collect(Collectors.joining());
  }

  static String camelPath(String path) {
    List<String> out = new ArrayList<>();
    for (String name : path.split("\\.")) {
      out.add(camel(name));
    }
    return String.join(".", out);
  }

  static ObjectNode camelKeys(ObjectNode json) {
    ObjectNode out = Json.object();
    json.properties().forEach(member -> out.set(camel(member.getKey()), member.getValue()));
    return out;
  }
}
