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
import org.junit.jupiter.params.provider.ValueSource;

/** What a resumption handle keeps, and when it is taken. */
class HandleTest {

  private static final String CAPTIONS = "\"outputAudioTranscription\":{}";
  private static final Persona TRACKER = Persona.builder()
      .onText("track")
      .call("track", Map.of())
      .say("One moment.")
      .thenSay(result -> "It is in " + result.path("at").asText() + ".")
      .build();

  private final List<LiveServer> servers = new ArrayList<>();

  @AfterEach
  void stop() {
    servers.forEach(LiveServer::close);
  }

  private LiveServer quick(Persona persona, boolean overlap) {
    LiveServer server = LiveServer.builder()
        .persona(persona)
        .overlap(overlap)
        .speed(0)
        .playback(0)
        .thinking(Duration.ZERO)
        .start();
    servers.add(server);
    return server;
  }

  private static String setup(String handle, String behavior) {
    return "{\"setup\":{\"model\":\"models/gemini-3.8-live\",\"sessionResumption\":{"
        + (handle.isEmpty() ? "" : "\"handle\":\"" + handle + "\"")
        + "},"
        + CAPTIONS
        + ",\"tools\":[{\"functionDeclarations\":[{\"name\":\"track\",\"description\":\"t\","
        + "\"behavior\":\""
        + behavior
        + "\"}]}]}}";
  }

  private static String answer(String id) {
    return "{\"toolResponse\":{\"functionResponses\":[{\"id\":\""
        + id
        + "\",\"name\":\"track\",\"response\":{\"at\":\"Porto\"}}]}}";
  }

  private static void ask(WsClient client) {
    client.send("{\"realtimeInput\":{\"text\":\"track it\"}}");
  }

  private static String idOf(JsonNode message) {
    return message.at("/toolCall/functionCalls/0/id").asText();
  }

  private static String nextHandle(WsClient client) {
    return client
        .await(m -> m.at("/sessionResumptionUpdate/resumable").asBoolean())
        .at("/sessionResumptionUpdate/newHandle")
        .asText();
  }

  private static String said(List<JsonNode> turn) {
    return turn.stream()
        .map(m -> m.at("/serverContent/outputTranscription/text").asText(""))
        .collect(Collectors.joining());
  }

  @Test
  void aCallThatWasOpenAtAHandlesMomentIsAnsweredAfterTheResume() {
    LiveServer server = quick(TRACKER, false);
    String id;
    String handle;
    try (WsClient client = WsClient.open(server, setup("", "NON_BLOCKING"))) {
      ask(client);
      id = idOf(client.await("toolCall"));
      handle = nextHandle(client);
    }

    try (WsClient client = WsClient.open(server, setup(handle, "NON_BLOCKING"))) {
      client.send(answer(id));

      assertThat(said(client.turn())).isEqualTo("It is in Porto.");
    }
    assertThat(server.violations()).isEmpty();
  }

  @Test
  void eachStateTakesOneAnswer() {
    LiveServer server = quick(TRACKER, false);
    String id;
    String handle;
    try (WsClient client = WsClient.open(server, setup("", "NON_BLOCKING"))) {
      ask(client);
      id = idOf(client.await("toolCall"));
      handle = nextHandle(client);
      client.turn();
      client.send(answer(id));
      assertThat(said(client.turn())).isEqualTo("It is in Porto.");
    }

    try (WsClient client = WsClient.open(server, setup(handle, "NON_BLOCKING"))) {
      client.send(answer(id));
      assertThat(said(client.turn())).isEqualTo("It is in Porto.");
      client.send(answer(id));

      assertThat(client.awaitClosed().code()).isEqualTo(1007);
    }
    assertThat(server.violations())
        .singleElement()
        .satisfies(violation -> assertThat(violation.reason())
            .isEqualTo("Request contains an invalid argument. [call answered before: " + id + "]"));
  }

  @Test
  void anAnswerThatAHandleKnowsIsNotTakenAgain() {
    LiveServer server = quick(TRACKER, false);
    String id;
    String handle;
    try (WsClient client = WsClient.open(server, setup("", "NON_BLOCKING"))) {
      ask(client);
      id = idOf(client.await("toolCall"));
      client.turn();
      client.send(answer(id));
      client.turn();
      handle = nextHandle(client);
    }

    try (WsClient client = WsClient.open(server, setup(handle, "NON_BLOCKING"))) {
      client.send(answer(id));

      client.awaitClosed();
    }
    assertThat(server.violations().get(0).reason()).contains("call answered before: " + id);
  }

  @ParameterizedTest
  @ValueSource(strings = {"BLOCKING", "NON_BLOCKING"})
  void aCallAfterAHandleIsUnknownToItAsIsOneThatTheModelWaitedFor(String behavior) {
    LiveServer server = quick(TRACKER, false);
    String id;
    String handle;
    try (WsClient client = WsClient.open(server, setup("", behavior))) {
      Connection service = server.nextConnection();
      boolean waits = behavior.equals("BLOCKING");
      handle = waits ? "" : service.giveHandle();
      ask(client);
      id = idOf(client.await("toolCall"));
      handle = waits ? service.giveHandle() : handle;
    }

    try (WsClient client = WsClient.open(server, setup(handle, behavior))) {
      client.send(answer(id));

      assertThat(client.awaitClosed().reason()).isEqualTo("Request contains an invalid argument.");
    }
    assertThat(server.violations().get(0).reason()).contains("[unknown call: " + id + "]");
  }

  @Test
  void aServerCanTakeAResumeWhileTheOldConnectionIsOpen() {
    LiveServer server = quick(TRACKER, true);
    try (WsClient old = WsClient.open(server, setup("", "NON_BLOCKING"))) {
      String handle = server.nextConnection().giveHandle();
      try (WsClient next = WsClient.open(server, setup(handle, "NON_BLOCKING"))) {
        ask(next);
        next.await("toolCall");
      }
      ask(old);
      old.await("toolCall");
    }
    assertThat(server.violations()).isEmpty();
  }
}
