package io.github.geminilive.examples.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.testkit.LiveServer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FleetTest {

  private static final String WEATHER = "model 2: In Lisbon it is 22 degrees and sunny today."
      + " The wind is light and comes from the north west."
      + " Later in the afternoon a few clouds may pass over the river,"
      + " but it will stay dry until late in the evening."
      + " Tomorrow will be much the same, so you will not need an umbrella.";
  private static final String NICE = "model 1: Nice to meet you. I will remember your name.";

  @TempDir
  private static Path directory;

  private static LiveServer service;
  private static Fleet fleet;

  @BeforeAll
  static void start() throws IOException {
    service =
        LiveServer.builder().persona(SimulatedService.persona()).playback(0).start();
    fleet = Fleet.start(service, directory.resolve("fleet"), Map.of());
  }

  @AfterAll
  static void stop() {
    if (fleet != null) {
      fleet.close();
    }
    if (service != null) {
      service.close();
    }
  }

  @Test
  void whenAProcessIsKilledInMidAnswerTheOtherGoesOn() throws Exception {
    int before = fleet.lines();
    int asked = service.receivedTexts().size();
    String cookie = fleet.login();
    LeanPeer peer = fleet.connect(cookie, null);
    JsonNode ready = peer.await("ready", 1);
    String first = fleet.relayThatTells("begins", before);
    peer.write("My name is Ida.");
    peer.await("turnEnd", 1);
    peer.write("What is the weather like?");
    peer.awaitSpeech(2, Duration.ofSeconds(1));

    fleet.crash(first);

    assertThat(peer.awaitClose()).isEqualTo(1006);
    try (LeanPeer back = fleet.connect(cookie, ready.path("ticket").asText())) {
      JsonNode again = back.await("ready", 1);
      assertThat(fleet.relayThatTells("is taken over", before)).isNotEqualTo(first);
      assertThat(again.path("ticket").asText())
          .isNotEmpty()
          .isNotEqualTo(ready.path("ticket").asText());
      JsonNode report = again.path("resumed");
      assertThat(report.path("elsewhere").asBoolean()).as("%s", report).isTrue();
      assertThat(report.path("stateRestored").asBoolean()).as("%s", report).isTrue();
      assertThat(report.path("answerCut").asBoolean()).as("%s", report).isTrue();
      assertThat(report.path("uncertainMs").asLong()).isPositive();

      back.write("What is my name?");
      back.await("turnEnd", 1);

      // What was said before the crash, and what was said after it: nothing is in both.
      List<String> told = peer.story();
      assertThat(told.subList(0, told.size() - 1))
          .containsExactly(
              "ready",
              "turn 1",
              NICE,
              "turnEnd 1",
              "get_weather called",
              "get_weather answered",
              "turn 2");
      assertThat(WEATHER).startsWith(told.get(told.size() - 1)).isNotEqualTo(told.get(7));
      assertThat(back.story())
          .containsExactly("ready, resumed", "turn 3", "model 3: Your name is Ida.", "turnEnd 3");
      assertThat(back.heard(2)).isEmpty();
      assertThat(back.heard(3)).isNotEmpty();
    }
    List<String> texts = service.receivedTexts();
    assertThat(texts.subList(asked, texts.size()))
        .containsExactly("My name is Ida.", "What is the weather like?", "What is my name?");
    fleet.awaitAnew(first, before);
  }

  @Test
  void aProcessThatIsTakenOutOfServiceLosesNothing() throws Exception {
    int before = fleet.lines();
    int asked = service.receivedTexts().size();
    String cookie = fleet.login();
    LeanPeer peer = fleet.connect(cookie, null);
    JsonNode ready = peer.await("ready", 1);
    String first = fleet.relayThatTells("begins", before);
    peer.write("My name is Ida.");
    peer.await("turnEnd", 1);
    peer.write("What is the weather like?");
    peer.awaitSpeech(2, Duration.ofSeconds(1));

    fleet.drain(first);

    assertThat(peer.awaitClose()).isEqualTo(1012);
    try (LeanPeer back = fleet.connect(cookie, ready.path("ticket").asText())) {
      JsonNode report = back.await("ready", 1).path("resumed");
      assertThat(report.path("elsewhere").asBoolean()).as("%s", report).isTrue();
      assertThat(report.path("stateRestored").asBoolean()).as("%s", report).isTrue();
      assertThat(report.path("answerCut").asBoolean()).as("%s", report).isFalse();
      assertThat(report.path("uncertainMs").asLong()).isZero();

      back.write("What is my name?");
      back.await("turnEnd", 1);

      assertThat(peer.story())
          .containsExactly(
              "ready",
              "turn 1",
              NICE,
              "turnEnd 1",
              "get_weather called",
              "get_weather answered",
              "turn 2",
              WEATHER,
              "goAway",
              "turnEnd 2",
              "end, may return");
      assertThat(back.story())
          .containsExactly("ready, resumed", "turn 3", "model 3: Your name is Ida.", "turnEnd 3");
    }
    List<String> texts = service.receivedTexts();
    assertThat(texts.subList(asked, texts.size()))
        .containsExactly("My name is Ida.", "What is the weather like?", "What is my name?");
    assertThat(fleet.relayThatTells("ends: MOVED", before)).isEqualTo(first);
    fleet.awaitAnew(first, before);
  }

  @Test
  void aTicketIsGoodOnceAndForItsUserOnly() throws Exception {
    String ida = fleet.login();
    LeanPeer peer = fleet.connect(ida, null);
    String ticket = peer.await("ready", 1).path("ticket").asText();
    peer.write("My name is Ida.");
    peer.await("turnEnd", 1);
    peer.cut();

    try (LeanPeer thief = fleet.connect(fleet.login(), ticket)) {
      assertThat(thief.await("ready", 1).has("resumed")).isFalse();
      thief.write("What is my name?");
      thief.await("turnEnd", 1);
      assertThat(thief.story()).contains("model 1: You have not told me your name.");
    }
    try (LeanPeer back = fleet.connect(ida, ticket)) {
      assertThat(back.await("ready", 1).has("resumed")).isTrue();
      try (LeanPeer twice = fleet.connect(ida, ticket)) {
        assertThat(twice.await("ready", 1).has("resumed")).isFalse();
      }
      back.write("What is my name?");
      back.await("turnEnd", 1);
      assertThat(back.story()).contains("model 2: Your name is Ida.");
    }
  }
}
