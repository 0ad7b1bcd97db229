package io.github.geminilive.examples.web;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveStream;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.relay.RelaySession;
import io.github.geminilive.testkit.Speech;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Holds whole conversations in a real browser, whose microphone hears recorded speech. */
@Isolated("speech is real time: a machine that is busy with other tests has none")
class BrowserConversationTest {

  private static final String GOODBYE = "You are welcome. Have a nice day.";

  @TempDir
  Path directory;

  @Test
  void aConversationThroughTheServerIsHeardAndInterrupted() throws Exception {
    converse("relay");
  }

  @Test
  void aConversationWithATokenIsHeardAndInterrupted() throws Exception {
    converse("direct");
  }

  private void converse(String route) throws Exception {
    Path speech = Browser.speech(
        directory.resolve(route + ".wav"),
        Speech.silence(Duration.ofMillis(800)),
        Speech.question(),
        Speech.silence(Duration.ofMillis(3200)),
        Speech.interruption(),
        Speech.silence(Duration.ofSeconds(1)));
    try (Talk talk = new Talk();
        Browser browser = Browser.open(speech)) {
      browser.screen(1280, 800, false, false);
      browser.load(talk.uri());
      browser.chooseRoute(route);
      // Or speech would begin before there is anybody to hear it.
      browser.hideMicrophone();
      browser.click("#start");
      browser.await("liveStats.state === 'live'");
      Optional<LiveStream<LiveTurn>> turns = talk.relay.sessions().stream()
          .findAny()
          .flatMap(RelaySession::upstream)
          .map(LiveSession::turns);
      browser.showMicrophone();
      browser.await("liveStats.turns.length > 0 && liveStats.position.playing");
      browser.picture(route + "-speaking");
      browser.await("liveStats.interruptions.some((cut) => cut.silentAt)");
      browser.await("liveStats.turns.length > 1"
          + " && liveStats.turns[1].ended"
          + " && !liveStats.position.playing");
      byte[] heard = talk.service.receivedAudio();
      JsonNode stats = browser.stats();

      assertThat(stats.path("route").asText()).isEqualTo(route);
      assertHeardByTheService(heard, stats);
      assertStoppedAtOnce(stats);
      assertRendered(stats);
      assertShown(browser, stats);
      if (turns.isPresent()) {
        assertReported(turns.get(), stats);
      }
      for (String look : List.of("light", "dark")) {
        browser.screen(1280, 800, false, look.equals("dark"));
        browser.picture(route + "-desktop-" + look);
        browser.screen(390, 844, true, look.equals("dark"));
        browser.picture(route + "-phone-" + look);
        assertThat((Boolean) browser
                .driver()
                .executeScript("return document.scrollingElement.scrollWidth <= innerWidth"))
            .isTrue();
      }
      assertThat(browser.console()).isEmpty();
      assertThat(browser.traffic()).isNotEmpty().noneMatch(message -> message.contains(Talk.KEY));
    }
  }

  /** The recorded speech has come there, as loud as it was. */
  private static void assertHeardByTheService(byte[] heard, JsonNode stats) {
    assertThat(heard.length / 2)
        .isGreaterThan(7 * Speech.SAMPLE_RATE_HZ)
        .isLessThanOrEqualTo(stats.at("/sent/samples").asInt());
    assertThat(seconds(heard, 0.02)).isGreaterThan(seconds(Speech.question(), 0.02) * 1.5);
    assertThat(stats.at("/transcripts/0/who").asText()).isEqualTo("user");
    assertThat(stats.at("/transcripts/0/text").asText()).isEqualTo(Speech.QUESTION);
  }

  /** The user spoke into a long answer. */
  private static void assertStoppedAtOnce(JsonNode stats) {
    JsonNode cut = stats.at("/interruptions/0");
    assertThat(cut.path("by").asText()).isEqualTo("user");
    assertThat(cut.path("heardMs").asDouble()).isGreaterThan(500);
    assertThat(cut.path("droppedSeconds").asDouble())
        .as("what was not heard any more")
        .isPositive();
    assertThat(cut.path("delayMs").asDouble())
        .as("from the event's arrival to silence, on the clock of the sound")
        .isBetween(-20.0, 100.0);
  }

  /** The session on the server knows how far the user has heard the answer. */
  private static void assertReported(LiveStream<LiveTurn> turns, JsonNode stats)
      throws InterruptedException {
    LiveTurn cut = turns.poll(Duration.ofSeconds(30)).orElseThrow();
    turns.close();
    assertThat((double) requireNonNull(cut.heard()).toMillis())
        .isCloseTo(stats.at("/interruptions/0/heardMs").asDouble(), within(150.0));
    assertThat(cut.unheardText()).isNotBlank();
  }

  /** What came out is what was sent, up to where it was cut. */
  private static void assertRendered(JsonNode stats) {
    byte[] goodbye = Speech.say(GOODBYE);
    double cutMs = stats.at("/interruptions/0/heardMs").asDouble();
    double seconds = stats.at("/rendered/seconds").asDouble();
    assertThat(seconds).isCloseTo(cutMs / 1000 + goodbye.length / 48_000.0, within(0.05));
    assertThat(stats.at("/position/ms").asDouble()).isCloseTo(goodbye.length / 48.0, within(1.0));

    byte[] answer = Speech.say(text(stats, "model", 0));
    byte[] heard = new byte[Math.min(answer.length, (int) (cutMs * 24) * 2)];
    System.arraycopy(answer, 0, heard, 0, heard.length);
    double energy = energy(heard) + energy(goodbye);
    double expected = Math.sqrt(energy / (heard.length / 2 + goodbye.length / 2));
    assertThat(stats.at("/rendered/rms").asDouble()).isCloseTo(expected, within(expected * 0.1));
  }

  private static void assertShown(Browser browser, JsonNode stats) {
    assertThat(text(stats, "model", 0)).startsWith("In Lisbon it is 22 degrees and sunny today.");
    assertThat(text(stats, "model", 1)).isEqualTo(GOODBYE);
    assertThat(text(stats, "user", 1)).isEqualTo(Speech.INTERRUPTION);
    assertThat(browser.find("#log").getText())
        .contains(Speech.QUESTION, "get_weather", "In Lisbon", "interrupted", GOODBYE)
        .contains("answered after");
    assertThat(browser.find("#tools").getText()).contains("get_weather", "done");
    assertThat(browser.find("#state-text").getText()).isEqualTo("Connected");
    assertThat(stats.at("/turns/0/by").asText()).isEqualTo("speech");
    assertThat(stats.at("/turns/0/latencyMs").asDouble()).isPositive();
    assertThat(browser.find("#latency-last").getText()).matches("\\d+\\.\\d\\d s");
  }

  private static String text(JsonNode stats, String who, int number) {
    int at = 0;
    for (JsonNode told : stats.path("transcripts")) {
      if (told.path("who").asText().equals(who) && at++ == number) {
        return told.path("text").asText();
      }
    }
    throw new AssertionError("there are no " + (number + 1) + " of " + who + " in " + stats);
  }

  private static ShortBuffer samples(byte[] pcm) {
    return ByteBuffer.wrap(pcm).order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
  }

  private static double energy(byte[] pcm) {
    double sum = 0;
    for (ShortBuffer samples = samples(pcm); samples.hasRemaining(); ) {
      double sample = samples.get() / 32_768.0;
      sum += sample * sample;
    }
    return sum;
  }

  /** For how long it is louder than a level, in pieces of 20 ms. */
  private static double seconds(byte[] pcm, double level) {
    int piece = Speech.SAMPLE_RATE_HZ / 50;
    int loud = 0;
    for (int at = 0; at + 2 * piece <= pcm.length; at += 2 * piece) {
      byte[] part = new byte[2 * piece];
      System.arraycopy(pcm, at, part, 0, part.length);
      if (Math.sqrt(energy(part) / piece) > level) {
        loud++;
      }
    }
    return loud / 50.0;
  }
}
