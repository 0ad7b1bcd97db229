package io.github.geminilive.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.AudioChunk;
import io.github.geminilive.LiveTurn.Outcome;
import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.Part;
import io.github.geminilive.testkit.VirtualTime;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConversationTest {

  private static final int ONE_SECOND = 48_000;

  private final VirtualTime time = new VirtualTime();
  private final HeardLedger ledger =
      new HeardLedger(Runnable::run, time::schedule, time.nanoTime());
  private final Conversation conversation = new Conversation(2_000);
  private long turns;

  @Test
  void whatBothSaidComesBackInTurns() {
    complete("Hello there.", "Good morning!");
    complete("What time is it?", "Ten.");

    assertThat(lines(conversation))
        .containsExactly(
            "user: Hello there.", "model: Good morning!", "user: What time is it?", "model: Ten.");
  }

  @Test
  void piecesOfATranscriptAreJoinedAsTheyCame() {
    TurnState turn = turn();
    turn.addInput(" How");
    turn.addInput(" are you?");
    say(turn, " I am", 1);
    say(turn, " fine.", 1);
    end(turn, Outcome.COMPLETE);

    assertThat(lines(conversation)).containsExactly("user: How are you?", "model: I am fine.");
  }

  @Test
  void utterancesOfOneSideMakeOneTurnWithAPartForEach() {
    write(conversation, "First.");
    write(conversation, "Second.");
    complete("", "One answer.");
    complete("", "One more.");

    assertThat(conversation.history())
        .containsExactly(
            Content.user(Part.text("First."), Part.text("Second.")),
            Content.model(Part.text("One answer."), Part.text("One more.")));
  }

  @Test
  void aTextThatCutsInComesAfterTheTurnItCut() {
    TurnState turn = turn();
    turn.addInput("Tell me a story.");
    say(turn, "Once upon a time", 1);
    write(conversation, "Stop.");
    end(turn, Outcome.INTERRUPTED);

    assertThat(lines(conversation))
        .containsExactly("user: Tell me a story.", "model: Once upon a time…", "user: Stop.");
  }

  @Test
  void aTextStandsBeforeItsAnswerEvenIfThatIsFaster() {
    List<Content> question = List.of(Content.user("How are you?"));
    conversation.onTurnsQueued(question);
    complete("", "Fine.");
    assertThat(lines(conversation)).containsExactly("model: Fine.");

    conversation.onTurnsSent(question);

    assertThat(lines(conversation)).containsExactly("user: How are you?", "model: Fine.");
  }

  @Test
  void aTextThatWaitsIsNoPartOfTheConversationYet() {
    List<Content> same = List.of(Content.user("Hello?"));
    List<Content> again = List.of(Content.user("Hello?"));
    conversation.onTurnsQueued(same);
    conversation.onTurnsQueued(again);
    assertThat(conversation.history()).isEmpty();

    conversation.onTurnsSent(again);
    assertThat(lines(conversation)).containsExactly("user: Hello?");
    conversation.onTurnsSent(same);

    assertThat(lines(conversation)).containsExactly("user: Hello? | Hello?");
  }

  @Test
  void aTextThatWaitsIsNotForgottenForWhatCameAfterIt() {
    Conversation memory = new Conversation(20);
    List<Content> waiting = List.of(Content.user("w".repeat(10)));
    memory.onTurnsQueued(waiting);
    write(memory, "a".repeat(10));

    memory.onTurnsSent(waiting);

    assertThat(lines(memory)).containsExactly("user: wwwwwwwwww | aaaaaaaaaa");
  }

  @Test
  void onlyWhatWasHeardOfTheModelCounts() {
    TurnState turn = turn();
    say(turn, "One", 1);
    say(turn, " two", 1);
    say(turn, " three", 1);
    turn.reportHeard(Duration.ofMillis(1_500));
    end(turn, Outcome.INTERRUPTED);

    assertThat(lines(conversation)).containsExactly("model: One two…");
  }

  @Test
  void aPieceAtTheVeryPositionThatWasHeardWasNotHeard() {
    TurnState turn = turn();
    say(turn, "One", 1);
    say(turn, " two", 1);
    turn.reportHeard(Duration.ofSeconds(1));
    end(turn, Outcome.INTERRUPTED);

    assertThat(lines(conversation)).containsExactly("model: One…");
  }

  @Test
  void aTurnOfWhichNothingWasHeardWasNotSaid() {
    TurnState turn = turn();
    turn.addInput("Well?");
    say(turn, "Never mind.", 1);
    turn.reportHeard(Duration.ZERO);
    end(turn, Outcome.INTERRUPTED);

    assertThat(lines(conversation)).containsExactly("user: Well?");
  }

  @Test
  void whatIsReportedAfterTheEndOfTheTurnCounts() {
    TurnState turn = turn();
    say(turn, "One", 1);
    say(turn, " two", 1);
    turn.reportHeard(Duration.ofMillis(500));
    end(turn, Outcome.INTERRUPTED);
    assertThat(lines(conversation)).containsExactly("model: One…");

    turn.reportHeard(Duration.ofMillis(1_200));

    assertThat(lines(conversation)).containsExactly("model: One two…");
  }

  @Test
  void whatStillSoundsAfterALossWillHaveBeenHeard() {
    TurnState turn = turn();
    say(turn, "One", 1);
    say(turn, " two", 1);
    turn.reportHeard(Duration.ofMillis(500));
    turn.lost();
    conversation.onTurnEnded(turn);

    assertThat(turn.outcome()).isEqualTo(Outcome.ABANDONED);
    assertThat(lines(conversation)).containsExactly("model: One two…");
  }

  @Test
  void whatWasSilencedAfterALossWasNotHeard() {
    TurnState turn = turn();
    say(turn, "One", 1);
    say(turn, " two", 1);
    turn.reportHeard(Duration.ofMillis(500));
    turn.lost();
    conversation.onTurnEnded(turn);

    ledger.silence();

    assertThat(lines(conversation)).containsExactly("model: One…");
  }

  @Test
  void whatNobodyReportedForLongWasNotHeard() {
    TurnState turn = turn();
    say(turn, "One", 1);
    say(turn, " two", 1);
    turn.reportHeard(Duration.ofMillis(500));
    turn.lost();
    conversation.onTurnEnded(turn);

    time.advance(Duration.ofMillis(1_500).plusNanos(HeardLedger.PATIENCE_NANOS - 1));
    assertThat(lines(conversation)).containsExactly("model: One two…");
    time.advance(Duration.ofNanos(1));

    assertThat(lines(conversation)).containsExactly("model: One…");
  }

  @Test
  void aFinishedAnswerThatStillPlaysIsWhole() {
    TurnState turn = turn();
    say(turn, "One", 1);
    say(turn, " two", 1);
    turn.reportHeard(Duration.ofMillis(500));
    end(turn, Outcome.COMPLETE);

    assertThat(lines(conversation)).containsExactly("model: One two");
  }

  @Test
  void aFinishedAnswerThatWasCutWhilePlayingIsMarked() {
    TurnState turn = turn();
    say(turn, "One", 1);
    say(turn, " two", 1);
    turn.reportHeard(Duration.ofMillis(500));
    end(turn, Outcome.COMPLETE);

    ledger.silence();

    assertThat(lines(conversation)).containsExactly("model: One…");
  }

  @Test
  void anAnswerThatIsBeingGivenIsToldAsFarAsItCame() {
    TurnState turn = turn();
    turn.addInput("Count.");
    say(turn, "One", 1);

    assertThat(lines(conversation)).containsExactly("user: Count.", "model: One…");
  }

  @Test
  void writtenAnswersCountLikeSpokenOnes() {
    write(conversation, "Hi.");
    TurnState turn = turn();
    turn.addText("Hello ");
    turn.addText("you.");
    end(turn, Outcome.COMPLETE);

    assertThat(lines(conversation)).containsExactly("user: Hi.", "model: Hello you.");
  }

  @Test
  void aFunctionsResultStandsWhereItCame() {
    TurnState turn = turn();
    turn.addInput("Weather?");
    say(turn, "Let me look.", 1);
    conversation.onToolAnswered("weather", "{\"city\":\"Oslo\"}", "{\"temp\":3}");
    say(turn, "Three degrees.", 1);
    end(turn, Outcome.COMPLETE);

    assertThat(lines(conversation))
        .containsExactly(
            "user: Weather?",
            "model: Let me look.",
            "user: [function weather({\"city\":\"Oslo\"}) returned {\"temp\":3}]",
            "model: Three degrees.");
  }

  @Test
  void aResultThatComesLaterStandsAfterTheTurn() {
    complete("Start it.", "It runs.");
    conversation.onToolAnswered("job", null, "{}");

    assertThat(lines(conversation))
        .containsExactly(
            "user: Start it.", "model: It runs.", "user: [function job() returned {}]");
  }

  @Test
  void anAnswerThatWasCutStaysSoWhenAResultComesLater() {
    TurnState turn = turn();
    say(turn, "It runs", 1);
    end(turn, Outcome.INTERRUPTED);
    conversation.onToolAnswered("job", null, "{}");

    assertThat(lines(conversation))
        .containsExactly("model: It runs…", "user: [function job() returned {}]");
  }

  @Test
  void aLongResultIsToldInBrief() {
    conversation.onToolAnswered("f", "x".repeat(500), "y".repeat(499) + "\uD83D\uDE00");

    assertThat(lines(conversation))
        .containsExactly(
            "user: [function f(" + "x".repeat(500) + ") returned " + "y".repeat(499) + "…]");
  }

  @Test
  void aResultIsNeverTakenForSomethingTheModelSaid() {
    TurnState turn = turn();
    conversation.onToolAnswered("f", null, "{}");
    end(turn, Outcome.COMPLETE);

    assertThat(turn.outputTranscript()).isEmpty();
    assertThat(turn.heardText()).isEmpty();
    assertThat(turn.unheardText()).isEmpty();
    assertThat(turn.text()).isEmpty();
  }

  @Test
  void ofMediaOnlyTheKindIsRemembered() {
    conversation.onTurnsSent(List.of(
        Content.user(
            Part.text("Look:"), Part.inlineData("image/png", Bytes.copyOf(new byte[] {1, 2}))),
        Content.model("A cat."),
        Content.text("The user likes cats."),
        Content.builder().role("user").build()));

    assertThat(lines(conversation))
        .containsExactly(
            "user: Look: | [image/png]", "model: A cat.", "user: The user likes cats.");
  }

  @Test
  void thoughtsAreNotRemembered() {
    conversation.onTurnsSent(List.of(
        Content.model(Part.text("Hm.").toBuilder().thought(true).build(), Part.text("Yes."))));

    assertThat(lines(conversation)).containsExactly("model: Yes.");
  }

  @Test
  void aTurnThatIsToldTwiceStandsOnce() {
    TurnState turn = turn();
    turn.addInput("Hello.");
    conversation.onTurnBegun(turn);
    end(turn, Outcome.COMPLETE);
    conversation.onTurnEnded(turn);

    assertThat(lines(conversation)).containsExactly("user: Hello.");
  }

  @Test
  void aTurnWhoseBeginningWasNotToldIsEnteredWhenItEnds() {
    TurnState turn = new TurnState(1, 0, ledger.line());
    turn.addInput("Hello.");
    end(turn, Outcome.COMPLETE);

    assertThat(lines(conversation)).containsExactly("user: Hello.");
  }

  @Test
  void whatAnotherSessionRememberedComesFirst() {
    write(conversation, "And now?");
    conversation.restore(List.of(Content.user("Hello."), Content.model("Good morning!")));

    assertThat(lines(conversation))
        .containsExactly("user: Hello.", "model: Good morning!", "user: And now?");
  }

  @Test
  void itsHistoryRestoresItself() {
    complete("Hello.", "Good morning!");
    conversation.onToolAnswered("f", null, "{}");
    write(conversation, "And now?");

    Conversation other = new Conversation(1_000);
    other.restore(conversation.history());

    assertThat(other.history()).isEqualTo(conversation.history());
  }

  @ParameterizedTest
  @CsvSource({"29, false", "30, true", "31, true"})
  void theOldestIsForgottenWhenItFitsNoMore(int characters, boolean kept) {
    Conversation memory = new Conversation(characters);
    for (String text : List.of("a", "b", "c")) {
      write(memory, text.repeat(10));
    }

    assertThat(lines(memory))
        .containsExactly(
            kept ? "user: aaaaaaaaaa | bbbbbbbbbb | cccccccccc" : "user: bbbbbbbbbb | cccccccccc");
  }

  @ParameterizedTest
  @ValueSource(ints = {30, 31, 39})
  void anAnswerGoesWithTheQuestionThatWasForgotten(int characters) {
    Conversation memory = new Conversation(characters);
    memory.onTurnsSent(List.of(
        Content.user("q".repeat(10)),
        Content.model("a".repeat(10)),
        Content.user("r".repeat(10)),
        Content.model("b".repeat(10))));

    assertThat(lines(memory)).containsExactly("user: rrrrrrrrrr", "model: bbbbbbbbbb");
  }

  @ParameterizedTest
  @CsvSource({"19, false", "20, true"})
  void aGreetingOfTheModelIsToldAsLongAsNothingWasForgotten(int characters, boolean kept) {
    Conversation memory = new Conversation(characters);
    memory.onTurnsSent(List.of(Content.model("a".repeat(10)), Content.user("b".repeat(10))));

    assertThat(lines(memory))
        .isEqualTo(
            kept ? List.of("model: aaaaaaaaaa", "user: bbbbbbbbbb") : List.of("user: bbbbbbbbbb"));
  }

  @Test
  void aConversationThatTheModelBeganIsToldFromItsBeginning() {
    complete("", "Welcome!");
    complete("Thanks.", "");

    assertThat(lines(conversation)).containsExactly("model: Welcome!", "user: Thanks.");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 10})
  void ofATextThatIsTooLongTheEndIsTold(int characters) {
    Conversation memory = new Conversation(characters);
    write(memory, "Something else.");
    write(memory, "x".repeat(characters) + "123456789");

    assertThat(lines(memory)).containsExactly("user: …" + "123456789".substring(10 - characters));
  }

  @Test
  void aSurrogatePairIsNotCutInTwo() {
    Conversation memory = new Conversation(3);
    write(memory, "aaaa\uD83D\uDE00b");
    assertThat(lines(memory)).containsExactly("user: …b");
  }

  @Test
  void nothingIsRememberedWhereNothingIsToBe() {
    Conversation memory = new Conversation(0);
    write(memory, "Hello.");
    TurnState turn = new TurnState(1, 0, ledger.line());
    turn.addInput("Hello.");
    memory.onTurnEnded(turn);
    memory.restore(List.of(Content.user("Hello.")));

    assertThat(memory.history()).isEmpty();
  }

  @Test
  void aTurnThatWasForgottenWhileItRanDoesNotComeBackAtItsEnd() {
    Conversation memory = new Conversation(10);
    TurnState turn = new TurnState(1, 0, ledger.line());
    memory.onTurnBegun(turn);
    turn.addInput("old");
    write(memory, "x".repeat(10));
    turn.end(Outcome.COMPLETE);
    memory.onTurnEnded(turn);

    assertThat(lines(memory)).containsExactly("user: xxxxxxxxxx");
  }

  @Test
  void turnsWithoutWordsLeaveNothingBehind() throws InterruptedException {
    List<WeakReference<TurnWords>> words = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      TurnState turn = new TurnState(i, 0, ledger.line());
      conversation.onTurnBegun(turn);
      turn.end(Outcome.COMPLETE);
      conversation.onTurnEnded(turn);
      words.add(new WeakReference<>(turn.words()));
    }

    assertThat(awaitCleared(words)).isTrue();
  }

  @Test
  void theMemoryKeepsNoAudio() throws InterruptedException {
    List<WeakReference<TurnState>> ended = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      TurnState turn = new TurnState(i, Long.MAX_VALUE, ledger.line());
      conversation.onTurnBegun(turn);
      say(turn, "word", 1);
      turn.end(Outcome.COMPLETE);
      conversation.onTurnEnded(turn);
      ended.add(new WeakReference<>(turn));
    }

    assertThat(awaitCleared(ended)).isTrue();
    assertThat(conversation.history()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void onlyAnAnswerThatCameToItsEndHasNoMark(Outcome outcome) {
    TurnState turn = turn();
    say(turn, "Well", 1);
    if (outcome != Outcome.RUNNING) {
      end(turn, outcome);
    }

    assertThat(lines(conversation))
        .containsExactly(outcome == Outcome.COMPLETE ? "model: Well" : "model: Well…");
  }

  private static void write(Conversation conversation, String text) {
    conversation.onTurnsSent(List.of(Content.user(text)));
  }

  private TurnState turn() {
    TurnState turn = new TurnState(++turns, 0, ledger.line());
    conversation.onTurnBegun(turn);
    return turn;
  }

  private void complete(String input, String output) {
    TurnState turn = turn();
    turn.addInput(input);
    if (!output.isEmpty()) {
      say(turn, output, 1);
    }
    end(turn, Outcome.COMPLETE);
  }

  /** Says words, and then the sound of them. */
  private static void say(TurnState turn, String words, int seconds) {
    turn.addOutput(words, turn.audioDuration());
    turn.addAudio(new AudioChunk(Bytes.wrap(new byte[seconds * ONE_SECOND]), 24_000));
  }

  private void end(TurnState turn, Outcome outcome) {
    turn.end(outcome);
    conversation.onTurnEnded(turn);
  }

  private static List<String> lines(Conversation conversation) {
    List<String> lines = new ArrayList<>();
    for (Content content : conversation.history()) {
      List<String> texts = new ArrayList<>();
      content.parts().forEach(part -> texts.add(part.text()));
      lines.add(content.role() + ": " + String.join(" | ", texts));
    }
    return lines;
  }

  private static boolean awaitCleared(List<? extends WeakReference<?>> references)
      throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
    while (references.stream().anyMatch(reference -> reference.get() != null)) {
      if (System.nanoTime() - deadline > 0) {
        return false;
      }
      System.gc();
      Thread.onSpinWait();
    }
    return true;
  }
}
