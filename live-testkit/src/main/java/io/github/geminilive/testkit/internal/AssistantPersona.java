package io.github.geminilive.testkit.internal;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.testkit.Persona;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The built-in persona: a conversation about the weather, and small talk by text. */
public final class AssistantPersona {

  /** What the bundled question says. */
  public static final String QUESTION = "What is the weather like in Lisbon today?";

  /** What the bundled interruption says. */
  public static final String INTERRUPTION = "Stop, thank you. That is all I wanted to know.";

  private static final String DETAIL = " The wind is light and comes from the north west."
      + " Later in the afternoon a few clouds may pass over the river,"
      + " but it will stay dry until late in the evening."
      + " Tomorrow will be much the same, so you will not need an umbrella.";

  private AssistantPersona() {}

  public static Persona.Builder define(Persona.Builder builder) {
    weather(builder.onSpeech(1).heard(QUESTION));
    builder.onSpeech(2).heard(INTERRUPTION).say("You are welcome. Have a nice day.");
    weather(builder.onText("weather"));
    builder.onText("my name is").say("Nice to meet you. I will remember your name.");
    builder.onText("what is my name").say(AssistantPersona::nameOf);
    builder.onText("stop").say("You are welcome. Have a nice day.");
    builder.onText("bye").say("You are welcome. Have a nice day.");
    builder
        .otherwise()
        .heard("Hello.")
        .say("Hello. I can tell you about the weather. What would you like to know?");
    return builder;
  }

  private static void weather(Persona.Answer answer) {
    answer
        .callIfDeclared("get_weather", Map.of("city", "Lisbon"))
        .thenSayOf(moment -> report(moment.result()) + DETAIL);
  }

  private static String report(JsonNode result) {
    if (result.isMissingNode()) {
      return "In Lisbon it is sunny today, and pleasantly warm.";
    }
    if (result.has("error")) {
      return "I am sorry, I could not get the weather.";
    }
    JsonNode facts = result.has("output") ? result.get("output") : result;
    if (facts.has("result")) {
      facts = facts.get("result");
    }
    if (!facts.isObject()) {
      return "The weather service says: " + facts.asText() + ".";
    }
    Integer degrees = null;
    String sky = "";
    for (Map.Entry<String, JsonNode> fact : facts.properties()) {
      String name = fact.getKey().toLowerCase(Locale.ROOT);
      JsonNode value = fact.getValue();
      if (degrees == null && value.isNumber() && (name.contains("temp") || name.contains("deg"))) {
        degrees = (int) Math.round(value.asDouble());
      } else if (sky.isEmpty()
          && value.isTextual()
          && List.of("condition", "conditions", "sky", "description", "summary", "weather")
              .contains(name)) {
        sky = value.asText().toLowerCase(Locale.ROOT);
      }
    }
    if (degrees == null && sky.isEmpty()) {
      return "The weather service says: " + facts + ".";
    }
    String and = degrees != null && !sky.isEmpty() ? " and " : "";
    String warmth =
        degrees == null ? "" : (degrees < 0 ? "minus " : "") + Math.abs(degrees) + " degrees";
    return "In Lisbon it is " + warmth + and + sky + " today.";
  }

  private static String nameOf(Persona.Moment moment) {
    String marker = "my name is ";
    String name = "";
    for (String line : moment.history()) {
      int at = line.toLowerCase(Locale.ROOT).indexOf(marker);
      if (line.startsWith("user: ") && at >= 0) {
        name = line.substring(at + marker.length()).replaceAll("[.!?].*", "").strip();
      }
    }
    return name.isEmpty() ? "You have not told me your name." : "Your name is " + name + ".";
  }
}
