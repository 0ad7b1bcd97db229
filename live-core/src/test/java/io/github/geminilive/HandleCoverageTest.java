package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.Scenario;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What a session takes its newest handle to know of what was written: words that cross with the
 * service's answers are neither lost in silence nor left behind by a planned change.
 */
class HandleCoverageTest {

  private static void say(Trouble trouble, String text) {
    trouble.session.sendText(text);
    trouble.first.awaitMessage(message -> message.toString().contains(text));
  }

  private static void answer(Trouble trouble) {
    content(trouble, "'modelTurn':{'parts':[{'text':'So it is.'}]}");
    content(trouble, "'generationComplete':true");
    content(trouble, "'turnComplete':true");
  }

  private static void content(Trouble trouble, String members) {
    JsonNode message = Talk.json("{'serverContent':{" + members + "}}");
    trouble.first.send(message.toString());
  }

  private static String handle(Trouble trouble) {
    String handle = trouble.first.giveHandle();
    while (!handle.equals(trouble.await(LiveEvent.Resumption.class).handle())) {
      // An older one.
    }
    return handle;
  }

  private static String handleOf(Connection connection) {
    return connection.setup().at("/sessionResumption/handle").asText();
  }

  private static int notRestored(Trouble trouble) {
    trouble.first.reset();
    trouble.nextConnection();
    RecoveryReport report = trouble.await(LiveEvent.Resumed.class).report();
    assertThat(report.stateRestored()).isTrue();
    return report.notRestored();
  }

  @Test
  void whatWasAnsweredIsKnown() {
    try (Trouble trouble = Trouble.open()) {
      say(trouble, "one");
      answer(trouble);
      say(trouble, "two");
      answer(trouble);
      handle(trouble);

      assertThat(notRestored(trouble)).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "2999, 1", "3000, 0"})
  void anAnswerIsOneTextsOnlyUnlessTheServiceHadTimeToJoinThem(long millis, int notRestored) {
    try (Trouble trouble = Trouble.open()) {
      say(trouble, "one");
      say(trouble, "two");
      answer(trouble);
      trouble.time.advance(Duration.ofMillis(millis));
      handle(trouble);

      assertThat(notRestored(trouble)).isEqualTo(notRestored);
    }
  }

  @Test
  void aTextJoinedToAnotherOneDoesNotHideThatLaterOnesAreKnown() {
    try (Trouble trouble = Trouble.open()) {
      say(trouble, "one");
      say(trouble, "two");
      answer(trouble);
      handle(trouble);
      trouble.time.advance(Duration.ofSeconds(10));
      say(trouble, "three");
      answer(trouble);
      handle(trouble);

      assertThat(notRestored(trouble)).isZero();
    }
  }

  @Test
  void aHandleDoesNotKnowATextThatWasWrittenWhileTheAnswerBeforeItWasCut() {
    try (Trouble trouble = Trouble.open()) {
      say(trouble, "one");
      content(trouble, "'interrupted':true");
      trouble.await(LiveEvent.Interrupted.class);
      say(trouble, "two");
      content(trouble, "'turnComplete':true");
      handle(trouble);

      assertThat(notRestored(trouble)).isEqualTo(2);
    }
  }

  @Test
  void aHandleDoesNotKnowTheTextThatCutAnAnswerBeforeItBegan() {
    try (Trouble trouble = Trouble.open()) {
      say(trouble, "one");
      answer(trouble);
      handle(trouble);
      say(trouble, "two");
      content(trouble, "'interrupted':true");
      content(trouble, "'turnComplete':true");
      handle(trouble);

      assertThat(notRestored(trouble)).isEqualTo(1);
    }
  }

  @Test
  void theEndOfAnAnswerThatWasStoppedIsNotTakenForAnEmptyOneToTheTextAfterIt() {
    try (Trouble trouble = Trouble.open()) {
      say(trouble, "one");
      content(trouble, "'modelTurn':{'parts':[{'text':'So it is.'}]}");
      content(trouble, "'generationComplete':true");
      trouble.await(LiveEvent.GenerationComplete.class);
      trouble.session.interrupt();
      say(trouble, "two");
      content(trouble, "'interrupted':true");
      content(trouble, "'turnComplete':true");
      handle(trouble);

      assertThat(trouble.session.metrics().turns()).isEqualTo(1);
      assertThat(notRestored(trouble)).isEqualTo(1);
    }
  }

  @Test
  void whatTheServiceHasHeardIsNoAnswerToAText() {
    try (Trouble trouble = Trouble.open()) {
      say(trouble, "one");
      content(trouble, "'inputTranscription':{'text':'And'}");
      content(trouble, "'interrupted':true");
      content(trouble, "'turnComplete':true");
      handle(trouble);

      assertThat(notRestored(trouble)).isEqualTo(1);
    }
  }

  @Test
  void aTextIsAnsweredInTheTurnThatTheUsersSpeechHasBegun() {
    try (Trouble trouble = Trouble.open()) {
      content(trouble, "'inputTranscription':{'text':'And'}");
      trouble.await(LiveEvent.InputTranscript.class);
      say(trouble, "one");
      answer(trouble);
      handle(trouble);

      assertThat(notRestored(trouble)).isZero();
    }
  }

  @Test
  void anAnswerStoppedBeforeItsFirstWordCountsWhenTheServiceEndsIt() {
    try (Trouble trouble = Trouble.open()) {
      say(trouble, "one");
      trouble.session.interrupt();
      trouble.await(LiveEvent.Interrupted.class);
      handle(trouble);

      assertThat(notRestored(trouble)).isEqualTo(1);
    }
    try (Trouble trouble = Trouble.open()) {
      say(trouble, "one");
      trouble.session.interrupt();
      content(trouble, "'interrupted':true");
      content(trouble, "'turnComplete':true");
      handle(trouble);

      assertThat(notRestored(trouble)).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8})
  void aConnectionOnItsWayIsGivenUpWhenTheOneInUseIsLostAndKnewMore(int attempts) {
    Trouble.Setting overlapping =
        Trouble.with().policy(policy -> policy.overlap(true).attempts(attempts));
    try (Trouble trouble = overlapping.open()) {
      trouble.server.script(Scenario.neverCompleteSetup());
      CompletableFuture<RecoveryReport> changed = trouble.session.rotate();
      Connection outdated = trouble.nextConnection();
      assertThat(handleOf(outdated)).isEqualTo(trouble.handle);
      say(trouble, "one");
      answer(trouble);
      String newest = handle(trouble);

      trouble.first.reset();
      Connection third = trouble.nextConnection();

      assertThat(handleOf(third)).isEqualTo(newest);
      assertThat(Talk.get(changed).notRestored()).isZero();
      outdated.awaitClosed();
    }
  }

  @Test
  void aConnectionOnItsWayIsWaitedForWhenTheOneInUseIsLostAndKnewNoMore() {
    Trouble.Setting overlapping = Trouble.with().policy(policy -> policy.overlap(true));
    try (Trouble trouble = overlapping.open()) {
      trouble.server.script(Scenario.slowSetup(Duration.ofSeconds(2)));
      CompletableFuture<RecoveryReport> changed = trouble.session.rotate();
      Connection second = trouble.nextConnection();
      second.setup();

      trouble.first.reset();
      Talk.awaitTrue(() -> trouble.session.state() == SessionState.RESUMING, "the loss is noticed");
      trouble.time.advance(Duration.ofSeconds(2));

      assertThat(Talk.get(changed).connection()).isEqualTo(2);
      assertThat(trouble.server.upgrades()).hasSize(2);
    }
  }

  @Test
  void aRefusalOfAnOlderHandleDoesNotCostTheNewerOne() {
    Trouble.Setting overlapping = Trouble.with().policy(policy -> policy.overlap(true));
    try (Trouble trouble = overlapping.open()) {
      trouble.server.script(Scenario.neverCompleteSetup());
      CompletableFuture<RecoveryReport> changed = trouble.session.rotate();
      Connection second = trouble.nextConnection();
      second.setup();
      say(trouble, "one");
      answer(trouble);
      String newest = handle(trouble);

      second.close(1008, "BidiGenerateContent session not found");

      assertThat(handleOf(trouble.nextConnection())).isEqualTo(newest);
      trouble.first.reset();
      assertThat(Talk.get(changed).stateRestored()).isTrue();
    }
  }

  @Test
  void whatIsToldWhileAChangeIsDueGoesOutOnTheNextConnection() {
    try (Trouble trouble = Trouble.open()) {
      content(trouble, "'modelTurn':{'parts':[{'text':'So it is.'}]}");
      trouble.await(LiveEvent.Text.class);
      CompletableFuture<RecoveryReport> changed = trouble.session.rotate();
      CompletableFuture<InForce> told = trouble.session.tell("It rains.");
      content(trouble, "'generationComplete':true");
      content(trouble, "'turnComplete':true");

      Connection second = trouble.nextConnection();
      second.awaitMessage(message -> message.toString().contains("It rains."));

      assertThat(Talk.get(told)).isEqualTo(InForce.NOW);
      assertThat(Talk.get(changed).notRestored()).isZero();
      assertThat(trouble.first.receivedMessages())
          .noneMatch(message -> message.toString().contains("It rains."));
    }
  }

  @Test
  void aPlannedChangeWaitsForTheAnswersToAllTexts() {
    try (Trouble trouble = Trouble.open()) {
      say(trouble, "one");
      say(trouble, "two");
      CompletableFuture<RecoveryReport> changed = trouble.session.rotate();
      answer(trouble);
      handle(trouble);
      trouble.time.advance(Duration.ofSeconds(1));
      assertThat(trouble.session.state()).isEqualTo(SessionState.OPEN);
      assertThat(trouble.session.connection()).isEqualTo(1);

      answer(trouble);
      handle(trouble);

      assertThat(Talk.get(changed).notRestored()).isZero();
    }
  }
}
