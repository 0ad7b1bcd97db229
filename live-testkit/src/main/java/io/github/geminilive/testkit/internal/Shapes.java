package io.github.geminilive.testkit.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** Reads client messages. */
final class Shapes {

  record Reading(ObjectNode message, @Nullable Complaint complaint) {}

  private Shapes() {}

  static Reading read(JsonNode json, boolean vertex) {
    return new Reading((ObjectNode) json, null);
  }

  static Reading readSetup(JsonNode json, String at) {
    return new Reading((ObjectNode) json, null);
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

  static String camelPath(String path) {
    return String.join(".", java.util.Arrays.stream(path.split("\\.")).map(Shapes::camel).toList());
  }

  static ObjectNode camelKeys(ObjectNode json) {
    ObjectNode out = Json.object();
    json.properties().forEach(member -> out.set(camel(member.getKey()), member.getValue()));
    return out;
  }
}
