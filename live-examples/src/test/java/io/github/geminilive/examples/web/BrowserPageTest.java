package io.github.geminilive.examples.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.testkit.Speech;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** What the page does for people, in a real browser. */
@Execution(ExecutionMode.CONCURRENT)
class BrowserPageTest {

  @TempDir
  Path directory;

  @Test
  void withoutAMicrophoneOneIsToldWhyAndCanTypeAllByKeyboard() throws Exception {
    try (Talk talk = new Talk();
        Browser browser = Browser.open(null)) {
      browser.screen(1280, 800, false, false);
      browser.load(talk.uri());
      browser.picture("start-desktop-light");
      browser.screen(390, 844, true, true);
      browser.picture("start-phone-dark");
      browser.screen(1280, 800, false, false);

      walkTo(browser, "start");
      press(browser, Keys.ENTER);
      browser.await("liveStats.state === 'live'");

      assertThat(browser.find("#notice-text").getText())
          .contains("microphone is blocked", "try again", "type");
      assertThat(browser.find("#notice").getAttribute("role")).isEqualTo("alert");
      assertThat(browser.find("#retry").isDisplayed()).isTrue();
      for (String look : List.of("light", "dark")) {
        browser.screen(390, 844, true, look.equals("dark"));
        browser.picture("refused-phone-" + look);
      }
      browser.screen(1280, 800, false, false);
      browser.picture("refused-desktop-light");

      walkTo(browser, "words");
      press(browser, "What is the weather like?", Keys.ENTER);
      browser.await("liveStats.position.playing && liveStats.position.ms > 300");
      walkTo(browser, "interrupt");
      press(browser, Keys.SPACE);
      browser.await("liveStats.interruptions.some((cut) => cut.silentAt)");

      JsonNode cut = browser.stats().at("/interruptions/0");
      assertThat(cut.path("by").asText()).isEqualTo("button");
      assertThat(cut.path("droppedSeconds").asDouble()).isPositive();
      walkTo(browser, "start");
      press(browser, Keys.ENTER);
      browser.await("liveStats.state === 'idle'");
      assertThat(browser.find("#state-text").getText()).isEqualTo("Not connected");
    }
  }

  @Test
  void aMicrophoneThatComesLateIsUsed() throws Exception {
    try (Talk talk = new Talk();
        Browser browser = Browser.open(null)) {
      browser.load(talk.uri());
      browser.click("#start");
      browser.await("liveStats.state === 'live'");
      for (List<String> reason : List.of(
          List.of("NotFoundError", "No microphone was found"),
          List.of("NotReadableError", "Another program keeps the microphone"))) {
        browser.hideMicrophone(reason.get(0));
        browser.click("#retry");
        browser.await(
            "document.getElementById('notice-text').textContent.includes('" + reason.get(1) + "')");
      }
      assertThat(browser.find("#mute").isEnabled()).isFalse();

      browser.microphone("granted");
      browser.showMicrophone();
      browser.await("liveStats.sent.messages > 5");

      assertThat(browser.find("#notice").isDisplayed()).isFalse();
      browser.click("#mute");
      browser.await("document.getElementById('mute').getAttribute('aria-pressed') === 'true'");
      int sent = browser.stats().at("/sent/messages").asInt();
      awaitPause(talk);
      assertThat(browser.stats().at("/sent/messages").asInt()).isEqualTo(sent);
      browser.click("#mute");
      browser.await("liveStats.sent.messages > " + sent);
    }
  }

  /** The service is told that the microphone pauses. */
  private static void awaitPause(Talk talk) {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (talk.service
        .receivedMessages(message -> message.at("/realtimeInput/audioStreamEnd").asBoolean())
        .isEmpty()) {
      assertThat(System.nanoTime()).as("time for the pause to arrive").isLessThan(deadline);
      LockSupport.parkNanos(10_000_000);
    }
  }

  @Test
  void aConversationGoesOnAfterTheConnectionWasCut() throws Exception {
    try (Talk talk = new Talk();
        Browser browser = Browser.open(silence())) {
      browser.load(talk.uri());
      browser.click("#start");
      browser.await("liveStats.state === 'live'");
      write(browser, "My name is Ida.");
      browser.await("liveStats.turns.some((turn) => turn.ended)");

      talk.cut();
      browser.await("liveStats.state === 'reconnecting'");
      assertThat(browser.find("#state-text").getText()).startsWith("Reconnecting");
      talk.restart();
      browser.await("liveStats.connected === 2");
      write(browser, "What is my name?");
      browser.await("liveStats.transcripts.some((said) => said.text === 'Your name is Ida.')");

      JsonNode stats = browser.stats();
      assertThat(stats.path("resumed")).hasSize(1);
      assertThat(stats.at("/resumed/0/elsewhere").asBoolean()).isFalse();
      assertThat(talk.service.dials()).as("nothing was noticed upstream").isEqualTo(1);
      assertThat(browser.find("#log").getText()).contains("Connected again.");
      browser.picture("reconnected");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"relay", "direct"})
  void aServerThatForgotTheBrowserIsToldWhoItIs(String route) throws Exception {
    try (Talk talk = new Talk();
        Browser browser = Browser.open(silence())) {
      browser.load(talk.uri());
      browser.chooseRoute(route);
      browser.driver().manage().deleteAllCookies();

      browser.click("#start");

      browser.await("liveStats.state === 'live'");
      assertThat(browser.driver().manage().getCookies()).hasSize(1);
    }
  }

  @Test
  void withATokenTooAConversationGoesOnAfterTheConnectionWasCut() throws Exception {
    try (Talk talk = new Talk();
        Browser browser = Browser.open(silence())) {
      browser.load(talk.uri());
      browser.chooseRoute("direct");
      browser.click("#start");
      browser.await("liveStats.state === 'live'");
      write(browser, "My name is Ida.");
      // One comes with the end of the answer, one with the end of the turn.
      browser.await("liveStats.handles > 1");

      talk.service.nextConnection().reset();
      browser.await("liveStats.connected === 2");
      write(browser, "What is my name?");
      browser.await("liveStats.transcripts.some((said) => said.text === 'Your name is Ida.')");

      assertThat(talk.service.dials()).isEqualTo(2);
      assertThat(browser.stats().path("resumed")).hasSize(1);
    }
  }

  private Path silence() throws Exception {
    return Browser.speech(directory.resolve("silence.wav"), Speech.silence(Duration.ofSeconds(1)));
  }

  private static void write(Browser browser, String words) {
    browser.find("#words").sendKeys(words, Keys.ENTER);
  }

  private static void press(Browser browser, CharSequence... keys) {
    browser.driver().switchTo().activeElement().sendKeys(keys);
  }

  /** Goes to a control with the tabulator, as people without a mouse do, and sees where they are. */
  private static void walkTo(Browser browser, String id) {
    for (int steps = 0; steps < 40; steps++) {
      press(browser, Keys.TAB);
      WebElement here = browser.driver().switchTo().activeElement();
      if (id.equals(here.getAttribute("id"))) {
        assertThat(here.getCssValue("outline-style")).as("focus is visible").isEqualTo("solid");
        assertThat(here.getAccessibleName()).isNotBlank();
        return;
      }
    }
    throw new AssertionError("the tabulator does not lead to #" + id);
  }
}
