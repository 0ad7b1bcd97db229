package io.github.geminilive.examples.web;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Persona;
import io.github.geminilive.testkit.Speech;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * A simulated Live service in a process of its own, for several processes that need the same one:
 * it is where conversations go on. Prints its address and runs until it is stopped.
 *
 * <p>{@code SimulatedService}: it has no options, listens on a free port of the loopback interface
 * only, and takes any key.
 */
public final class SimulatedService {

  private static final String DETAIL = " The wind is light and comes from the north west."
      + " Later in the afternoon a few clouds may pass over the river,"
      + " but it will stay dry until late in the evening."
      + " Tomorrow will be much the same, so you will not need an umbrella.";
  private static final String WELCOME = "You are welcome. Have a nice day.";

  private SimulatedService() {}

  /** Runs the program. */
  public static void main(String[] args) throws InterruptedException {
    try (LiveServer server =
        LiveServer.builder().persona(persona()).recording(false).start()) {
      System.out.println(server.baseUri());
      new CountDownLatch(1).await();
    }
  }

  /**
   * Who answers: tells at some length of the weather, lights the kitchen, and knows a name again that
   * it was told. Calls {@code get_weather} and {@code set_light} when they are declared.
   */
  static Persona persona() {
    Persona.Builder persona = Persona.builder();
    persona
        .onSpeech(1)
        .heard(Speech.QUESTION)
        .callIfDeclared("get_weather", Map.of("city", "Lisbon"))
        .thenSayOf(moment -> weather(moment.result()));
    persona.onSpeech(2).heard(Speech.INTERRUPTION).say(WELCOME);
    persona
        .onText("weather")
        .callIfDeclared("get_weather", Map.of("city", "Lisbon"))
        .thenSayOf(moment -> weather(moment.result()));
    persona
        .onText("light")
        .callIfDeclared("set_light", Map.of("room", "KITCHEN", "level", 40))
        .thenSayOf(moment -> light(moment.result()));
    persona.onText("my name is").say("Nice to meet you. I will remember your name.");
    persona.onText("what is my name").say(moment -> name(moment.history()));
    persona.onText("stop").say(WELCOME);
    persona.onText("bye").say(WELCOME);
    return persona
        .otherwise()
        .heard("Hello.")
        .say("Hello. Ask me about the weather, or let me switch on the light in the kitchen.")
        .build();
  }

  private static String weather(JsonNode result) {
    JsonNode weather = result.path("output");
    String now = weather.isObject()
        ? "In Lisbon it is %d degrees and %s today."
            .formatted(
                weather.path("temperature_celsius").asInt(), weather.path("sky").asText())
        : "In Lisbon it is sunny today, and pleasantly warm.";
    return now + DETAIL;
  }

  private static String light(JsonNode result) {
    return result.isMissingNode()
        ? "I am sorry, nobody gave me a switch."
        : "It is brighter in the kitchen now. Is there anything else?";
  }

  private static String name(List<String> history) {
    String marker = "my name is ";
    String name = "";
    for (String line : history) {
      int at = line.toLowerCase(Locale.ROOT).indexOf(marker);
      if (line.startsWith("user: ") && at >= 0) {
        name = line.substring(at + marker.length()).replaceAll("[.!?].*", "").strip();
      }
    }
    return name.isEmpty() ? "You have not told me your name." : "Your name is " + name + ".";
  }
}
