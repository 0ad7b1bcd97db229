package io.github.geminilive.examples.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Speech;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

@Isolated("speech is real time, and five processes share the machine with the browser")
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
        // Slow enough that a process can be killed in mid-answer also where the machine is busy.
        LiveServer.builder()
            .persona(SimulatedService.persona())
            .playback(0)
            .speed(3)
            .start();
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
    int texts = service.receivedTexts().size();
    String cookie = fleet.login();
    LeanPeer peer = fleet.connect(cookie, null);
    JsonNode ready = peer.await("ready", 1);
    String first = fleet.relayThatTells("begins", before);
    peer.write("My name is Ida.");
    peer.await("turnEnd", 1);
    peer.write("What is the weather like?");
    // The snapshot that says so is written meanwhile.
    peer.awaitSpeech(2, Duration.ofSeconds(2));

    long crashed = System.nanoTime();
    fleet.crash(first);

    assertThat(peer.awaitClose()).isEqualTo(1006);
    long returned = System.nanoTime();
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
      // From the newest handle, which came before the crash, until now; the clocks differ a little.
      assertThat(report.path("uncertainMs").asLong())
          .isPositive()
          .isGreaterThan(TimeUnit.NANOSECONDS.toMillis(returned - crashed) - 50);

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
    List<String> written = service.receivedTexts();
    assertThat(written.subList(texts, written.size()))
        .containsExactly("My name is Ida.", "What is the weather like?", "What is my name?");
  }

  @Test
  void aProcessThatIsTakenOutOfServiceLosesNothing() throws Exception {
    int before = fleet.lines();
    int texts = service.receivedTexts().size();
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
    List<String> written = service.receivedTexts();
    assertThat(written.subList(texts, written.size()))
        .containsExactly("My name is Ida.", "What is the weather like?", "What is my name?");
    assertThat(fleet.relayThatTells("ends: MOVED", before)).isEqualTo(first);
  }

  @Test
  void aProcessThatLivesLetsGoOfAConversationThatAnotherOneTook() throws Exception {
    fleet.awaitAll();
    int before = fleet.lines();
    String cookie = fleet.login();
    LeanPeer peer = fleet.connectTo("server-1", cookie, null);
    String ticket = peer.await("ready", 1).path("ticket").asText();
    peer.write("My name is Ida.");
    peer.await("turnEnd", 1);

    peer.cut();
    assertThat(fleet.relayThatTells("waits for its peer", before)).isEqualTo("server-1");
    try (LeanPeer back = fleet.connectTo("server-2", cookie, ticket)) {
      JsonNode report = back.await("ready", 1).path("resumed");
      assertThat(report.path("elsewhere").asBoolean()).as("%s", report).isTrue();
      assertThat(report.path("stateRestored").asBoolean()).as("%s", report).isTrue();
      assertThat(fleet.relayThatTells("ends: MOVED", before)).isEqualTo("server-1");

      back.write("What is my name?");
      back.await("turnEnd", 1);
      assertThat(back.story())
          .containsExactly("ready, resumed", "turn 2", "model 2: Your name is Ida.", "turnEnd 2");
    }
  }

  @Test
  void aPeerThatComesBackToItsProcessHearsTheRest() throws Exception {
    fleet.awaitAll();
    int before = fleet.lines();
    String cookie = fleet.login();
    LeanPeer peer = fleet.connectTo("server-1", cookie, null);
    String ticket = peer.await("ready", 1).path("ticket").asText();
    peer.write("What is the weather like?");
    peer.awaitSpeech(1, Duration.ofSeconds(1));

    peer.cut();
    assertThat(fleet.relayThatTells("waits for its peer", before)).isEqualTo("server-1");
    try (LeanPeer back = fleet.connectTo("server-1", cookie, ticket)) {
      JsonNode report = back.await("ready", 1).path("resumed");
      back.await("turnEnd", 1);

      assertThat(report.path("elsewhere").asBoolean()).as("%s", report).isFalse();
      assertThat(report.path("answerCut").asBoolean()).as("%s", report).isFalse();
      int heard = peer.heard(1).length + back.heard(1).length;
      int whole = Speech.say(WEATHER.substring("model 2: ".length())).length;
      // What was on its way when the connection was cut is lost, and nothing else.
      assertThat(heard).isBetween(whole - 48_000, whole);
    }
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
      // The old ticket is good until a pong, or at the latest a second text, tells that the new one
      // has arrived.
      back.write("What is my name?");
      back.await("turnEnd", 1);
      back.write("What is my name?");
      back.await("turnEnd", 2);
      assertThat(back.story()).contains("model 2: Your name is Ida.");
      try (LeanPeer twice = fleet.connect(ida, ticket)) {
        assertThat(twice.await("ready", 1).has("resumed")).isFalse();
      }
    }
  }

  @Test
  void aProcessMayEndAsSoonAsTheOtherOneIsBack() throws Exception {
    fleet.awaitAll();
    fleet.crash("server-1");
    while (!fleet.areAllThere()) {
      // Asks the one that is away, too.
      fleet.login();
    }

    fleet.crash("server-2");

    try (LeanPeer peer = fleet.connect(fleet.login(), null)) {
      peer.await("ready", 1);
    }
  }

  @Test
  void aBrowserGoesOnTalkingThroughTheOtherProcess(@TempDir Path sounds) throws Exception {
    int before = fleet.lines();
    Path speech = Browser.speech(
        sounds.resolve("speech.wav"),
        Speech.silence(Duration.ofMillis(500)),
        Speech.question(),
        Speech.silence(Duration.ofSeconds(1)));
    try (Browser browser = Browser.open(speech)) {
      browser.load(fleet.proxy());
      browser.hideMicrophone();
      browser.click("#start");
      write(browser, "My name is Ida.");
      await(browser, "liveStats.position.turn === 1 && !liveStats.position.playing");
      String first = fleet.relayThatTells("begins", before);
      // By voice. The answer comes faster than it is heard, and is in the middle of both.
      browser.showMicrophone();
      await(browser, "liveStats.position.turn === 2 && liveStats.position.ms > 1500");

      fleet.crash(first);

      await(browser, "liveStats.connected === 2 && liveStats.state === 'live'");
      String second = fleet.relayThatTells("is taken over", before);
      assertThat(second).isNotEqualTo(first);
      write(browser, "What is my name?");
      await(browser, "liveStats.position.turn === 3 && !liveStats.position.playing");
      browser.picture("fleet-after-a-crash");
      JsonNode report = browser.stats().at("/resumed/0");
      assertThat(report.path("elsewhere").asBoolean()).as("%s", report).isTrue();
      assertThat(report.path("stateRestored").asBoolean()).as("%s", report).isTrue();
      assertThat(report.path("answerCut").asBoolean()).as("%s", report).isTrue();
      assertThat(report.path("uncertainMs").asLong()).isPositive();
      assertThat(browser.find("#log").getText())
          .contains("Connected again, through another server. The last answer was cut short.")
          .containsPattern("What was said in the last \\d+\\.\\d s may be lost\\.");

      int crashed = fleet.lines();
      write(browser, "Hm.");
      await(
          browser, "liveStats.transcripts.some((said) => said.who === 'model' && said.turn === 4)");
      fleet.drain(second);
      await(browser, "liveStats.connected === 3 && liveStats.state === 'live'");
      assertThat(fleet.relayThatTells("is taken over", crashed)).isEqualTo(first);
      write(browser, "What is my name?");
      await(browser, "liveStats.position.turn === 5 && !liveStats.position.playing");
      browser.picture("fleet-after-a-drain");
      JsonNode stats = browser.stats();
      assertThat(stats.at("/resumed/1/answerCut").asBoolean()).isFalse();
      assertThat(stats.at("/resumed/1/uncertainMs").asLong()).isZero();
      assertHeardOnce(stats);
    }
  }

  private static void await(Browser browser, String condition) {
    try {
      browser.await(condition);
    } catch (AssertionError e) {
      int heard = service.receivedAudio().length;
      throw new AssertionError(fleet + "\nThe service has heard " + heard + " bytes of sound.", e);
    }
  }

  /** Each answer's words and sound came once, and what came was heard. */
  private static void assertHeardOnce(JsonNode stats) {
    String weather = WEATHER.substring("model 2: ".length());
    List<String> answers = new ArrayList<>();
    for (JsonNode told : stats.path("transcripts")) {
      if (told.path("who").asText().equals("model")) {
        answers.add(told.path("text").asText());
      }
    }
    assertThat(answers).hasSize(5);
    assertThat(weather).startsWith(answers.get(1)).isNotEqualTo(answers.get(1));
    assertThat(List.of(answers.get(0), answers.get(2), answers.get(3), answers.get(4)))
        .containsExactly(
            NICE.substring("model 1: ".length()),
            "Your name is Ida.",
            "Hello. Ask me about the weather, or let me switch on the light in the kitchen.",
            "Your name is Ida.");
    double received = stats.at("/received/seconds").asDouble();
    double whole = 0;
    for (int turn : List.of(0, 2, 3, 4)) {
      whole += seconds(answers.get(turn));
    }
    assertThat(received - whole)
        .as("the answer that was cut")
        .isBetween(0.1, seconds(weather) - 0.1);
    double cut = 0;
    for (JsonNode interruption : stats.path("interruptions")) {
      cut += interruption.path("droppedSeconds").asDouble();
    }
    assertThat(stats.at("/rendered/seconds").asDouble()).isCloseTo(received - cut, within(0.05));
  }

  private static double seconds(String words) {
    return Speech.say(words).length / 48_000.0;
  }

  private static void write(Browser browser, String words) {
    browser.find("#words").sendKeys(words);
    browser.find("#type").submit();
  }
}
