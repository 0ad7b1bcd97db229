package io.github.geminilive.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.WebSocketHandshakeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What a server can be told to do to its connections, and what tests can see on all of them. */
class FaultsTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final VirtualTime time = new VirtualTime();
  private LiveServer server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.close();
    }
  }

  private void serve(Faults faults) {
    stop();
    server = LiveServer.builder().scenarios(faults).time(time).start();
  }

  /** Dials so many times and tells how each connection is after a minute. */
  private List<String> fates(Faults faults, int dials) {
    serve(faults);
    List<String> fates = new ArrayList<>();
    for (int i = 0; i < dials; i++) {
      try (WsClient client = WsClient.dial(server, WsClient.DEV)) {
        client.send("{\"setup\":{\"model\":\"models/gemini-3.8-live\",\"sessionResumption\":{}}}");
        server.settle(PATIENCE);
        List<String> fate = new ArrayList<>();
        long start = time.elapsed().toMillis();
        while (time.elapsed().toMillis() - start < 20_000) {
          time.advanceToNext(Duration.ofSeconds(1));
          server.settle(PATIENCE);
          for (WsClient.Message next = client.messages.poll();
              next != null;
              next = client.messages.poll()) {
            fate.add(
                time.elapsed().toMillis() - start + next.json().fieldNames().next());
          }
        }
        Connection connection = server.connections().get(server.connections().size() - 1);
        fate.add(connection.isOpen() ? "open" : connection.awaitClosed().toString());
        fates.add(fate.toString());
      } catch (CompletionException e) {
        WebSocketHandshakeException refusal = (WebSocketHandshakeException) e.getCause();
        fates.add(Integer.toString(refusal.getResponse().statusCode()));
      }
    }
    return fates;
  }

  @Test
  void aSeedRepeatsItselfAndAnotherOneDiffers() {
    Faults faults = Faults.seeded(11).between(Duration.ZERO, Duration.ofSeconds(3));

    List<String> first = fates(faults, 6);

    assertThat(fates(faults, 6)).isEqualTo(first);
    assertThat(fates(Faults.seeded(12).between(Duration.ZERO, Duration.ofSeconds(3)), 6))
        .isNotEqualTo(first);
  }

  @ParameterizedTest
  @EnumSource(Faults.Kind.class)
  void theFirstConnectionIsAlwaysSetUp(Faults.Kind kind) {
    String fate = fates(Faults.seeded(3).of(kind).share(1), 1).get(0);

    assertThat(fate).contains("setupComplete");
  }

  @Test
  void aShareOfNoneIsNone() {
    assertThat(fates(Faults.seeded(1).share(0), 2))
        .allSatisfy(fate -> assertThat(fate).endsWith("open]"));
  }

  @Test
  void whatCannotBeIsRefused() {
    Faults faults = Faults.seeded(1);
    assertThatThrownBy(() -> faults.of())
        .hasMessageContaining("no kind of fault")
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> faults.share(1.1)).hasMessageContaining("1.1");
    assertThatThrownBy(() -> faults.between(Duration.ofSeconds(2), Duration.ofSeconds(1)))
        .hasMessageContaining("PT2S");
  }

  static List<Map.Entry<Scenario.Moment, List<String>>> moments() {
    String text = "{\"realtimeInput\":{\"text\":\"weather\"}}";
    return List.of(
        Map.entry(Scenario.Moment.USER_SPEAKS, List.of("audio")),
        Map.entry(Scenario.Moment.MODEL_SPEAKS, List.of(text, "answer")),
        Map.entry(Scenario.Moment.CALL_OPEN, List.of(text)),
        Map.entry(Scenario.Moment.QUIET, List.of()));
  }

  @ParameterizedTest
  @MethodSource("moments")
  void aScenarioCanWaitForAPointInTheConversation(Map.Entry<Scenario.Moment, List<String>> moment) {
    server = LiveServer.builder()
        .scenario(Scenario.persona()
            .pause(Duration.ofMillis(1))
            .until(moment.getKey())
            .goAway(Duration.ofSeconds(9)))
        .time(time)
        .start();
    try (WsClient client = WsClient.open(
        server,
        "{\"setup\":{\"model\":\"models/gemini-3.8-live\",\"tools\":[{\"functionDeclarations\":"
            + "[{\"name\":\"get_weather\",\"description\":\"w\",\"behavior\":\"BLOCKING\"}]}]}}")) {
      String id = "";
      for (String step : moment.getValue()) {
        time.advance(Duration.ofSeconds(1));
        assertThat(client.messages).noneMatch(m -> m.text().contains("goAway"));
        if (step.equals("audio")) {
          client.sendAudio(Speech.question(), 16_000);
        } else if (step.equals("answer")) {
          id = client.await("toolCall").at("/toolCall/functionCalls/0/id").asText();
          client.send("{\"toolResponse\":{\"functionResponses\":[{\"id\":\"" + id
              + "\",\"name\":\"get_weather\",\"response\":{\"temperature\":20}}]}}");
        } else {
          client.send(step);
        }
        assertThat(server.settle(PATIENCE)).isTrue();
      }
      time.advance(Duration.ofSeconds(1));

      client.await("goAway");
    }
  }

  @Test
  void aRefusedHandleIsRefusedAndASetupWithoutOneIsNot() {
    server = LiveServer.builder()
        .scenario(Scenario.refuseHandle())
        .persona(Persona.echo())
        .start();
    server.rememberHandle("h");
    try (WsClient client = WsClient.dial(server, WsClient.DEV)) {
      client.send("{\"setup\":{\"model\":\"models/gemini-3.8-live\",\"sessionResumption\":"
          + "{\"handle\":\"h\"}}}");
      assertThat(client.awaitClosed().reason()).isEqualTo("BidiGenerateContent session not found");
    }
    try (WsClient client = WsClient.open(server)) {
      client.send("{\"realtimeInput\":{\"text\":\"hello\"}}");
      client.turn();
    }
  }

  @Test
  void aLateSetupAndAnUnreadableGoAway() {
    server = LiveServer.builder().time(time).start();
    server.script(Scenario.slowSetup(Duration.ofSeconds(3))
        .goAwayUnreadable("soon")
        .goAwayUnreadable(null)
        .withdrawHandle());
    try (WsClient client = WsClient.dial(server, WsClient.DEV)) {
      client.send(WsClient.SETUP);
      server.settle(PATIENCE);
      time.advance(Duration.ofMillis(2_999));
      server.settle(PATIENCE);
      assertThat(client.messages).isEmpty();

      time.advance(Duration.ofMillis(1));

      client.await("setupComplete");
      assertThat(client.next().json().at("/goAway/timeLeft").asText()).isEqualTo("soon");
      assertThat(client.next().json().path("goAway")).isEmpty();
      assertThat(client.next().json().at("/sessionResumptionUpdate/resumable").isBoolean())
          .isTrue();
    }
  }

  @Test
  void whatCameOnAllConnectionsIsSeenInItsOrder() {
    server = LiveServer.builder().persona(Persona.silent()).rules(false).start();
    for (int i = 1; i <= 2; i++) {
      try (WsClient client = WsClient.open(server)) {
        client.send("{\"realtimeInput\":{\"text\":\"text " + i + "\"}}");
        client.sendAudio(new byte[] {(byte) i, 0}, 16_000);
        client.send(
            "{\"clientContent\":{\"turns\":[{\"role\":\"user\",\"parts\":[{\"text\":\"turn\"},"
                + "{\"text\":\" " + i
                + "\"}]},{\"role\":\"model\",\"parts\":[{\"text\":\"no\"}]}]}}");
        client.send("{\"toolResponse\":{\"functionResponses\":[{\"id\":\"" + i + "\"}]}}");
        server.settle(PATIENCE);
      }
    }

    assertThat(server.receivedTexts()).containsExactly("text 1", "turn 1", "text 2", "turn 2");
    assertThat(server.receivedAudio()).containsExactly(1, 0, 2, 0);
    assertThat(server.receivedToolResponses())
        .extracting(r -> r.path("id").asText())
        .containsExactly("1", "2");
    assertThat(server.receivedMessages(m -> m.has("setup"))).hasSize(2);
    assertThat(server.receivedMessages()).hasSize(10);
  }

  @Test
  void noTimerOutlivesItsConnection() {
    serve(Faults.seeded(1).share(0));
    int before = time.pending();
    try (WsClient client = WsClient.open(server)) {
      client.send("{\"realtimeInput\":{\"text\":\"hello\"}}");
      server.settle(PATIENCE);
      assertThat(time.pending()).isGreaterThan(before);
    }
    server.connections().get(0).awaitClosed();

    assertThat(time.pending()).isEqualTo(before);
  }
}
