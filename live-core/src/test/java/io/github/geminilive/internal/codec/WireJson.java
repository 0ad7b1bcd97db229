package io.github.geminilive.internal.codec;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;

/** Compares JSON as the wire means it, with code of its own. */
final class WireJson {

  private static final ObjectMapper MAPPER = new ObjectMapper()
      .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
      .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private static final Map<String, String> ALIASES = Map.of(
      "candidatesTokenCount", "responseTokenCount",
      "candidatesTokensDetails", "responseTokensDetails",
      "voiceActivityType", "type",
      "reviewSnippet", "reviewSnippets");

  private WireJson() {}

  static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /**
   * The first difference between what was received and what was written again, if any. Null is
   * absent, numbers and durations count by value, int64 may be text, base64 may be in either
   * alphabet, and names may be snake_case or aliases.
   */
  static Optional<String> difference(JsonNode expected, JsonNode actual) {
    return Optional.ofNullable(difference("", expected, actual));
  }

  private static String difference(String path, JsonNode expected, JsonNode actual) {
    if (expected.isObject() && actual.isObject()) {
      int matched = 0;
      for (Map.Entry<String, JsonNode> member : expected.properties()) {
        String name = actual.has(member.getKey()) ? member.getKey() : canonical(member.getKey());
        JsonNode other = actual.get(name);
        if (other == null) {
          if (!member.getValue().isNull()) {
            return path + "/" + member.getKey() + " is lost";
          }
          continue;
        }
        matched++;
        String difference = difference(path + "/" + name, member.getValue(), other);
        if (difference != null) {
          return difference;
        }
      }
      return matched == actual.size() ? null : path + " has gained members: " + actual;
    }
    if (expected.isArray() && actual.isArray()) {
      if (expected.size() != actual.size()) {
        return path + " has " + actual.size() + " elements instead of " + expected.size();
      }
      for (int i = 0; i < expected.size(); i++) {
        String difference = difference(path + "/" + i, expected.get(i), actual.get(i));
        if (difference != null) {
          return difference;
        }
      }
      return null;
    }
    return same(expected, actual) ? null : path + ": " + expected + " became " + actual;
  }

  private static String canonical(String name) {
    StringBuilder camel = new StringBuilder();
    for (String word : name.split("_")) {
      camel.append(
          camel.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return ALIASES.getOrDefault(camel.toString(), camel.toString());
  }

  private static boolean same(JsonNode expected, JsonNode actual) {
    if (expected.equals(actual)) {
      return true;
    }
    if (expected.isNumber() && actual.isNumber()
        || expected.isNumber() && actual.isTextual()
        || expected.isTextual() && actual.isNumber()) {
      try {
        return new BigDecimal(expected.asText()).compareTo(new BigDecimal(actual.asText())) == 0;
      } catch (NumberFormatException e) {
        return false;
      }
    }
    return expected.isTextual()
        && actual.isTextual()
        && (sameDuration(expected.asText(), actual.asText())
            || sameBase64(expected.asText(), actual.asText()));
  }

  private static boolean sameDuration(String expected, String actual) {
    String form = "-?\\d+(\\.\\d{1,9})?s";
    return expected.matches(form)
        && actual.matches(form)
        && seconds(expected).compareTo(seconds(actual)) == 0;
  }

  private static BigDecimal seconds(String duration) {
    return new BigDecimal(duration.substring(0, duration.length() - 1));
  }

  private static boolean sameBase64(String expected, String actual) {
    return standard(expected).equals(standard(actual)) && actual.length() % 4 == 0;
  }

  private static String standard(String base64) {
    return base64.replace('-', '+').replace('_', '/').replace("=", "");
  }
}
