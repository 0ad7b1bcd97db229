package io.github.geminilive.tools.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.geminilive.ToolSet;
import java.util.ArrayList;
import java.util.List;

/** Declarations and calls in the short form that the tests are written in. */
final class Wire {

  private static final JsonMapper JSON = JsonMapper.builder()
      .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
      .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
      .build();

  private Wire() {}

  /** Reads JSON in which texts may stand between single quotes. */
  static JsonNode json(String text) {
    return read(quoted(text));
  }

  private static String quoted(String text) {
    return text.replace('\'', '"');
  }

  /** The text of a node in which numbers that are equal read the same. */
  static String canonical(JsonNode node) {
    return node.toString().replaceAll("(?<=[0-9])\\.0(?=[,}\\]])", "");
  }

  static JsonNode read(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("not JSON: " + text, e);
    }
  }

  /** All declarations, as they go out in the one entry of {@code tools}. */
  static JsonNode declarations(ToolSet tools) {
    return read(tools.declarationsJson()).get("functionDeclarations");
  }

  static JsonNode declaration(ToolSet tools, String name) {
    for (JsonNode declaration : declarations(tools)) {
      if (declaration.path("name").asText().equals(name)) {
        return declaration;
      }
    }
    throw new AssertionError("no tool " + name + " among " + names(tools));
  }

  static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>();
    array.forEach(text -> texts.add(text.asText()));
    return texts;
  }

  static List<String> names(ToolSet tools) {
    List<String> names = new ArrayList<>();
    declarations(tools)
        .forEach(declaration -> names.add(declaration.path("name").asText()));
    return names;
  }

  /** The whole response to a call. */
  static JsonNode call(ToolSet tools, String name, String arguments) {
    return read(tools.invoke(name, quoted(arguments)).text());
  }

  /** What a call is answered that must succeed. */
  static JsonNode output(ToolSet tools, String name, String arguments) {
    JsonNode response = call(tools, name, arguments);
    assertThat(response.has("output"))
        .as("%s(%s) -> %s", name, arguments, response)
        .isTrue();
    assertThat(response).as("%s(%s)", name, arguments).hasSize(1);
    return response.get("output");
  }

  /** What a call is answered that must fail. */
  static JsonNode error(ToolSet tools, String name, String arguments) {
    JsonNode response = call(tools, name, arguments);
    assertThat(response.has("error"))
        .as("%s(%s) -> %s", name, arguments, response)
        .isTrue();
    assertThat(response).as("%s(%s)", name, arguments).hasSize(1);
    return response.get("error");
  }

  /** The violations of a call that must be invalid, each as {@code path reason}. */
  static List<String> violations(ToolSet tools, String name, String arguments) {
    JsonNode error = error(tools, name, arguments);
    assertThat(error.path("status").asText()).as("%s", error).isEqualTo("invalid_argument");
    List<String> violations = new ArrayList<>();
    for (JsonNode violation : error.path("violations")) {
      assertThat(violation.path("message").asText()).as("%s", violation).isNotBlank();
      violations.add(
          violation.path("path").asText() + " " + violation.path("reason").asText());
    }
    assertThat(violations).as("%s", error).isNotEmpty();
    return violations;
  }
}
