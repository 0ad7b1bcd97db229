package io.github.geminilive.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Functions on the wire: what is declared, called, answered, taken back. */
class ToolWireTest {

  private static final String LATEST = "models/gemini-3.8-live";
  private static final String WAITING = "models/gemini-2.5-flash-native-audio-preview-12-2025";
  private static final String SYNCHRONOUS = "models/gemini-3.1-flash-live-preview";
  private static final String VERTEX =
      "publishers/google/models/gemini-live-2.5-flash-native-audio";
  private static final String TRACK =
      "{\"functionDeclarations\":[{\"name\":\"track\"," + "\"description\":\"Tracks an order.\"}]}";

  private final List<LiveServer> servers = new ArrayList<>();

  @AfterEach
  void stop() {
    servers.forEach(LiveServer::close);
  }

  private LiveServer quick(Persona persona) {
    LiveServer server = LiveServer.builder()
        .persona(persona)
        .speed(0)
        .playback(0)
        .thinking(Duration.ZERO)
        .start();
    servers.add(server);
    return server;
  }

  private LiveServer scripted(Scenario scenario) {
    LiveServer server = LiveServer.builder().scenario(scenario).start();
    servers.add(server);
    return server;
  }

  private static String setup(String model, String tool) {
    return "{\"setup\":{\"model\":\""
        + model
        + "\",\"outputAudioTranscription\":{},\"tools\":["
        + tool
        + "]}}";
  }

  private static String update(String tool) {
    return "{\"contextUpdate\":{\"tools\":{\"tools\":[" + tool + "]}}}";
  }

  private static String answer(String id, String members) {
    return "{\"toolResponse\":{\"functionResponses\":[{"
        + (id.isEmpty() ? "" : "\"id\":\"" + id + "\",")
        + "\"name\":\"track\","
        + members
        + "}]}}";
  }

  private static String item(String id, String text, String scheduling) {
    return answer(
        id,
        "\"willContinue\":true,\"scheduling\":\""
            + scheduling
            + "\",\"response\":{\"output\":\""
            + text
            + "\"}");
  }

  private static String end(String id) {
    return answer(id, "\"willContinue\":false,\"scheduling\":\"SILENT\",\"response\":{}");
  }

  private static void ask(WsClient client, String text) {
    client.send("{\"realtimeInput\":{\"text\":\"" + text + "\"}}");
  }

  private static String words(List<JsonNode> messages) {
    return messages.stream()
        .map(m -> m.at("/serverContent/outputTranscription/text").asText(""))
        .collect(Collectors.joining());
  }

  private static String calledId(List<JsonNode> messages) {
    return messages.stream()
        .filter(m -> m.has("toolCall"))
        .findFirst()
        .orElseThrow()
        .at("/toolCall/functionCalls/0/id")
        .asText();
  }

  /** Calls, says that it looks, and tells the result. */
  private static final Persona TRACKER = Persona.builder()
      .onText("order")
      .call("track", Map.of())
      .say("I am looking.")
      .thenSay(result -> "It is " + result.path("output").asText() + ".")
      .onText("hello")
      .say("Hello.")
      .build();

  // Context updates obey the rules of the setup.

  @Test
  void aContextUpdateWithAnUnknownSchemaKeyClosesWithTheServicesWords() {
    try (WsClient client = WsClient.open(quick(Persona.silent()), setup(LATEST, TRACK))) {
      client.send(update("{\"functionDeclarations\":[{\"name\":\"look\",\"description\":\"Looks.\","
          + "\"parameters\":{\"type\":\"OBJECT\",\"properties\":{\"at\":{\"type\":\"STRING\","
          + "\"additionalProperties\":false}}}}]}"));

      Closure closure = client.awaitClosed();

      assertThat(closure.code()).isEqualTo(1007);
      assertThat(closure.reason())
          // A close frame holds no more.
          .isEqualTo("Invalid JSON payload received. Unknown name \"additionalProperties\" at"
              + " 'context_update.tools.tools[0].function_declarations[");
    }
  }

  @ParameterizedTest
  @CsvSource({
    LATEST + ",BLOCKING,true",
    LATEST + ",NON_BLOCKING,true",
    "models/gemini-3.8-live-extended-thinking,NON_BLOCKING,true",
    "models/gemini-3.8-live-extended-thinking,BLOCKING,false",
    WAITING + ",BLOCKING,false",
    SYNCHRONOUS + ",BLOCKING,false"
  })
  void aContextUpdateIsForModelsThatTakeItAndForBehaviourTheyHave(
      String model, String behavior, boolean taken) {
    String setup = setup(model, TRACK);
    if (model.endsWith("thinking")) {
      setup = setup.replace(
          "\"outputAudio",
          "\"generationConfig\":{\"thinkingConfig\":{\"thinkingLevel\":\"LOW\"}},\"outputAudio");
    }
    try (WsClient client = WsClient.open(quick(TRACKER), setup)) {
      client.send(update(TRACK.replace("\"name\"", "\"behavior\":\"" + behavior + "\",\"name\"")));

      if (taken) {
        ask(client, "hello");
        assertThat(words(client.turn())).isEqualTo("Hello.");
      } else {
        assertThat(client.awaitClosed().code()).isEqualTo(1007);
      }
    }
  }

  @Test
  void aContextUpdateThatAScenarioAwaitsCountsForThePersona() {
    LiveServer server = LiveServer.builder()
        .scenario(Scenario.create().acceptSetup().await("contextUpdate").thenPersona())
        .persona(Persona.builder().otherwise().callIfDeclared("track", Map.of()).build())
        .playback(0)
        .start();
    servers.add(server);
    try (WsClient client = WsClient.open(server, setup(LATEST, "{\"googleSearch\":{}}"))) {
      client.send(update(TRACK));
      ask(client, "hello");

      assertThat(client.await("toolCall").at("/toolCall/functionCalls/0/name").asText())
          .isEqualTo("track");
    }
  }

  // Answers in parts.

  @Test
  void anAnswerInPartsIsSpokenOfWhenItsSilentEndHasCome() {
    LiveServer server = quick(TRACKER);
    try (WsClient client = WsClient.open(server, setup(LATEST, TRACK))) {
      ask(client, "order");
      List<JsonNode> asked = client.turn();
      assertThat(words(asked)).isEqualTo("I am looking.");
      String id = calledId(asked);

      client.send(item(id, "packed", "WHEN_IDLE"));
      client.send(item(id, "sent", "SILENT"));
      // Nothing was said of the parts: what comes next is the answer to this.
      ask(client, "hello");
      assertThat(words(client.turn())).isEqualTo("Hello.");
      client.send(end(id));

      assertThat(words(client.turn())).isEqualTo("It is sent.");
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void anAnswerInSilentPartsIsNotSpokenOf() {
    LiveServer server = quick(TRACKER);
    try (WsClient client = WsClient.open(server, setup(LATEST, TRACK))) {
      ask(client, "order");
      String id = calledId(client.turn());

      client.send(item(id, "packed", "SILENT"));
      client.send(end(id));
      ask(client, "hello");

      assertThat(words(client.turn())).isEqualTo("Hello.");
    }
  }

  @Test
  void afterItsEndAnAnswerMustNotGoOn() {
    LiveServer server = quick(TRACKER);
    try (WsClient client = WsClient.open(server, setup(LATEST, TRACK))) {
      ask(client, "order");
      String id = calledId(client.turn());
      client.send(end(id));

      client.send(item(id, "late", "SILENT"));

      assertThat(client.awaitClosed().code()).isEqualTo(1007);
    }
  }

  @Test
  void modelsWithoutGeneratorsRefuseAnswersInParts() {
    LiveServer synchronous = quick(TRACKER);
    try (WsClient client = WsClient.open(synchronous, setup(SYNCHRONOUS, TRACK))) {
      ask(client, "order");
      String id = client.await("toolCall").at("/toolCall/functionCalls/0/id").asText();
      client.send(answer(id, "\"willContinue\":false,\"response\":{}"));

      assertThat(client.awaitClosed().code()).isEqualTo(1007);
    }
    try (WsClient client = WsClient.open(quick(TRACKER), WsClient.VERTEX, setup(VERTEX, TRACK))) {
      ask(client, "order");
      String id = client.await("toolCall").at("/toolCall/functionCalls/0/id").asText();
      client.send(answer(id, "\"willContinue\":false,\"response\":{}"));

      Closure closure = client.awaitClosed();
      assertThat(closure.code()).isEqualTo(1007);
      assertThat(closure.reason()).contains("Unknown name \"willContinue\"");
    }
  }

  // Calls a test makes.

  @Test
  void aRepeatedCallIsAnsweredOnce() {
    LiveServer server = scripted(Scenario.create()
        .acceptSetup()
        .call("c1", "track", "{}")
        .call("c1", "track", "{}")
        .await("toolResponse")
        .call("c1", "track", "{}"));
    try (WsClient client = WsClient.open(server, setup(LATEST, TRACK))) {
      client.await("toolCall");
      client.await("toolCall");
      client.send(answer("c1", "\"response\":{}"));
      client.await("toolCall");
      assertThat(server.violations()).isEmpty();

      client.send(answer("c1", "\"response\":{}"));

      assertThat(client.awaitClosed().code()).isEqualTo(1007);
    }
  }

  @Test
  void callsWithoutIdAreAnsweredByNameOncePerCall() {
    LiveServer server = scripted(Scenario.create()
        .acceptSetup()
        .call(null, "track", "{}")
        .call(null, "track", "{}")
        .awaitMessages(2)
        .call("marker", "track", "{}"));
    try (WsClient client = WsClient.open(server, WsClient.VERTEX, setup(VERTEX, TRACK))) {
      assertThat(client.await("toolCall").at("/toolCall/functionCalls/0").has("id"))
          .isFalse();
      client.await("toolCall");
      client.send(answer("", "\"response\":{}"));
      client.send(answer("", "\"response\":{}"));
      client.await("toolCall");
      assertThat(server.violations()).isEmpty();
      client.send(answer("marker", "\"response\":{}"));

      client.send(answer("", "\"response\":{}"));

      assertThat(client.awaitClosed().code()).isEqualTo(1007);
    }
  }

  @Test
  void theDeveloperApiWantsAnId() {
    LiveServer server = scripted(Scenario.create().acceptSetup().call(null, "track", "{}"));
    try (WsClient client = WsClient.open(server, setup(LATEST, TRACK))) {
      client.await("toolCall");

      client.send(answer("", "\"response\":{}"));

      assertThat(client.awaitClosed().code()).isEqualTo(1007);
    }
  }

  @Test
  void aPersonaCanRepeatACallOfItsOwn() {
    String call = "{\"toolCall\":{\"functionCalls\":[{\"id\":\"own\",\"name\":\"track\"}]}}";
    LiveServer server =
        quick(Persona.builder().otherwise().send(call).send(call).build());
    try (WsClient client = WsClient.open(server, setup(LATEST, TRACK))) {
      ask(client, "order");
      client.await("toolCall");
      client.await("toolCall");

      client.send(answer("own", "\"response\":{}"));
      ask(client, "order");
      client.await("toolCall");

      assertThat(server.violations()).isEmpty();
    }
  }

  // Calls that are taken back.

  @Test
  void aPersonaTakesItsOpenCallsBackAndIgnoresLateAnswers() {
    Persona persona = Persona.builder()
        .onText("order")
        .call("track", Map.of())
        .say("Never mind.")
        .cancelCalls()
        .thenSay(result -> "Done.")
        .build();
    LiveServer server = quick(persona);
    try (WsClient client = WsClient.open(server, setup(LATEST, TRACK))) {
      ask(client, "order");
      List<JsonNode> turn = client.turn();

      String id = calledId(turn);
      assertThat(turn.stream()
              .filter(m -> m.has("toolCallCancellation"))
              .map(m -> m.at("/toolCallCancellation/ids").toString()))
          .containsExactly("[\"" + id + "\"]");
      assertThat(words(turn)).isEqualTo("Never mind.Done.");
      client.send(answer(id, "\"response\":{}"));
      ask(client, "order");
      assertThat(client.turn()).isNotEmpty();
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void aScenarioTakesCallsBack() {
    LiveServer server = scripted(Scenario.create()
        .acceptSetup()
        .call("c1", "track", "{}")
        .call("c2", "track", "{}")
        .cancel("c1", "c2"));
    try (WsClient client = WsClient.open(server, setup(LATEST, TRACK))) {
      JsonNode cancelled = client.await("toolCallCancellation");

      assertThat(cancelled.at("/toolCallCancellation/ids").toString()).isEqualTo("[\"c1\",\"c2\"]");
      client.send(answer("c1", "\"response\":{}"));
      server.nextConnection().awaitMessages(2);
      assertThat(server.violations()).isEmpty();
    }
  }
}
