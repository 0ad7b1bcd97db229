package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.FunctionScheduling;
import io.github.geminilive.protocol.InteractionStatus;
import io.github.geminilive.protocol.MediaModality;
import io.github.geminilive.protocol.ThinkingLevel;
import io.github.geminilive.protocol.TurnCompleteReason;
import io.github.geminilive.protocol.UsageMetadata;
import io.github.geminilive.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What makes a turn, and what belongs to it. */
class TurnsTest {

  private static final String CALL =
      "{'toolCall':{'functionCalls':[{'id':'c1','name':'look','args':{}}]}}";

  private static FunctionDeclaration look(FunctionBehavior behavior) {
    return FunctionDeclaration.builder("look", "looks").behavior(behavior).build();
  }

  private static LiveTurn ended(Talk talk) {
    return talk.await(LiveEvent.TurnEnded.class).turn();
  }

  @Test
  void aTurnHoldsWhatWasSaidOnBothSides() {
    try (Talk talk = Talk.open()) {
      talk.content("'inputTranscription':{'text':'How'}");
      talk.content("'inputTranscription':{'text':' are you?'}");
      talk.content(Talk.audioPart(100) + ",'outputTranscription':{'text':'Fine'}");
      talk.content(Talk.audioPart(40) + ",'outputTranscription':{'text':', thanks.'}");
      talk.content("'generationComplete':true").turnComplete();

      List<LiveEvent> events = talk.until(LiveEvent.TurnEnded.class);

      LiveTurn turn = ((LiveEvent.TurnEnded) events.get(events.size() - 1)).turn();
      assertThat(Talk.kinds(events))
          .containsExactly(
              "Opened",
              "InputTranscript",
              "InputTranscript",
              "Audio",
              "OutputTranscript",
              "Audio",
              "OutputTranscript",
              "GenerationComplete",
              "TurnComplete",
              "TurnEnded");
      assertThat(turn.number()).isEqualTo(1);
      assertThat(turn.outcome()).isEqualTo(LiveTurn.Outcome.COMPLETE);
      assertThat(turn.completeReason()).isNull();
      assertThat(turn.inputTranscript()).isEqualTo("How are you?");
      assertThat(turn.outputTranscript()).isEqualTo("Fine, thanks.");
      assertThat(turn.audioDuration()).hasMillis(140);
      assertThat(turn.audio().toByteArray()).isEqualTo(Talk.pcm(140, 24_000, 1));
      assertThat(turn.toolCalls()).isEmpty();
      assertThat(turn.usage()).isEmpty();
      assertThat(((LiveEvent.Audio) events.get(5)).offset()).hasMillis(100);
    }
  }

  @Test
  void emptyServerContentMakesNoTurnAndEndsNone() {
    try (Talk talk = Talk.open()) {
      talk.next(LiveEvent.Opened.class);

      talk.content("");
      assertThat(talk.settled()).isEmpty();
      talk.audio(20, 1).content("").content("'modelTurn':{}").audio(20, 1).turnComplete();

      assertThat(ended(talk).audioDuration()).hasMillis(40);
      assertThat(talk.session.metrics().turns()).isEqualTo(1);
    }
  }

  @Test
  void allFactsOfOneMessageAreToldInTheStatedOrder() {
    ToolSet tools =
        ToolSet.of(look(FunctionBehavior.NON_BLOCKING), (a, t) -> new CompletableFuture<Object>());
    try (Talk talk = Talk.open(config -> config.tools(tools))) {
      talk.audio(20, 1);
      talk.await(LiveEvent.Audio.class);

      talk.hear("{'goAway':{'timeLeft':'5s'},'brandNew':1,"
          + "'usageMetadata':{'totalTokenCount':7},"
          + "'voiceActivityDetectionSignal':{'vadSignalType':'VAD_SIGNAL_TYPE_SOS'},"
          + "'voiceActivity':{'type':'ACTIVITY_START'},"
          + "'toolCallCancellation':{'ids':['c1']},"
          + "'toolCall':{'functionCalls':[{'id':'c1','name':'look'}]},"
          + "'serverContent':{'turnComplete':true,'waitingForInput':true,"
          + "'generationComplete':true,'urlContextMetadata':{'urlMetadata':[]},"
          + "'groundingMetadata':{},'outputTranscription':{'text':'o'},"
          + "'modelTurn':{'parts':[{'inlineData':{'mimeType':'audio/pcm','data':'AQA='}},"
          + "{'text':'t'},{'text':'h','thought':true},"
          + "{'executableCode':{'code':'1','language':'PYTHON'}}]},"
          + "'interimInputTranscription':{'text':'ii'},'inputTranscription':{'text':'i'}},"
          + "'sessionResumptionUpdate':{'newHandle':'secret','resumable':true}}");

      assertThat(Talk.kinds(talk.until(LiveEvent.Unrecognized.class)))
          .containsExactly(
              "Resumption",
              "InputTranscript",
              "InterimTranscript",
              "Audio",
              "Text",
              "Thought",
              "ModelPart",
              "OutputTranscript",
              "Grounding",
              "UrlContext",
              "GenerationComplete",
              "WaitingForInput",
              "TurnComplete",
              "ToolCalled",
              "ToolCancelled",
              "UserActivity",
              "VadSignal",
              "Usage",
              "TurnEnded",
              "GoAway",
              "Unrecognized");
    }
  }

  @Test
  void factsOfAnInterruptionAreToldInTheStatedOrder() {
    try (Talk talk = Talk.open()) {
      talk.audio(20, 1);
      LiveTurn turn = talk.await(LiveEvent.Audio.class).turn();

      talk.hear("{'usageMetadata':{'totalTokenCount':7},'serverContent':{'turnComplete':true,"
          + "'inputTranscription':{'text':'wait'},'interrupted':true}}");

      List<LiveEvent> events = talk.until(LiveEvent.TurnEnded.class);
      assertThat(Talk.kinds(events))
          .containsExactly("Interrupted", "InputTranscript", "TurnComplete", "Usage", "TurnEnded");
      assertThat(((LiveEvent.TurnComplete) events.get(2)).turn()).isSameAs(turn);
      assertThat(((LiveEvent.TurnEnded) events.get(4)).turn()).isSameAs(turn);
      assertThat(turn.usage()).hasSize(1);
    }
  }

  @Test
  void anAnswerAfterABlockingCallIsTheSameTurnThoughVertexEndsItsOwn() {
    CompletableFuture<Object> result = new CompletableFuture<>();
    try (Talk talk = Talk.with()
        .vertex()
        .config(c -> c.tools(ToolSet.of(look(FunctionBehavior.BLOCKING), (a, t) -> result)))
        .open()) {
      talk.content("'inputTranscription':{'text':'What is there?'}").hear(CALL);
      talk.hear("{'serverContent':{'generationComplete':true,'turnComplete':true},"
          + "'usageMetadata':{'totalTokenCount':5}}");
      talk.await(LiveEvent.Usage.class);
      assertThat(Talk.kinds(talk.settled())).isEmpty();

      result.complete("a cat");
      talk.service.awaitMessage(m -> m.has("toolResponse"));
      talk.audio(20, 1);
      talk.hear("{'serverContent':{'turnComplete':true},'usageMetadata':{'totalTokenCount':6}}");

      LiveTurn turn = ended(talk);
      assertThat(turn.number()).isEqualTo(1);
      assertThat(turn.inputTranscript()).isEqualTo("What is there?");
      assertThat(turn.toolCalls()).hasSize(1);
      assertThat(turn.audioDuration()).hasMillis(20);
      assertThat(turn.usage()).extracting(UsageMetadata::totalTokenCount).containsExactly(5, 6);
      assertThat(turn.outcome()).isEqualTo(LiveTurn.Outcome.COMPLETE);
      assertThat(talk.session.metrics().turns()).isEqualTo(1);
    }
  }

  @Test
  void aToolFasterThanVertexEndsItsTurnDoesNotSplitTheTurn() {
    try (Talk talk = Talk.with()
        .vertex()
        .config(c -> c.tools(ToolSet.of(look(FunctionBehavior.BLOCKING), (a, t) -> "a cat")))
        .open()) {
      talk.hear(CALL);
      talk.await(LiveEvent.ToolAnswered.class);
      talk.content("'generationComplete':true,'turnComplete':true");
      talk.audio(20, 1).turnComplete();

      assertThat(ended(talk).audioDuration()).hasMillis(20);
      assertThat(talk.session.metrics().turns()).isEqualTo(1);
    }
  }

  @Test
  void aCancelledCallEndsTheTurnThatWaitedForIt() {
    try (Talk talk = Talk.with()
        .vertex()
        .config(c -> c.tools(
            ToolSet.of(look(FunctionBehavior.BLOCKING), (a, t) -> new CompletableFuture<Object>())))
        .open()) {
      talk.hear(CALL).content("'generationComplete':true,'turnComplete':true");
      talk.await(LiveEvent.TurnComplete.class);

      talk.hear("{'toolCallCancellation':{'ids':['c1']}}");

      LiveTurn turn = ended(talk);
      assertThat(turn.outcome()).isEqualTo(LiveTurn.Outcome.INTERRUPTED);
      talk.audio(20, 1).turnComplete();
      assertThat(ended(talk).number()).isEqualTo(2);
    }
  }

  @Test
  void aTurnWithACallCancelledBeforeItsEndEndsAsTheServiceSays() {
    try (Talk talk = Talk.with()
        .vertex()
        .config(c -> c.tools(
            ToolSet.of(look(FunctionBehavior.BLOCKING), (a, t) -> new CompletableFuture<Object>())))
        .open()) {
      talk.hear(CALL).hear("{'toolCallCancellation':{'ids':['c1']}}").turnComplete();

      assertThat(ended(talk).number()).isEqualTo(1);
    }
  }

  private static Talk withToolBeside(CompletableFuture<Object> result) {
    return Talk.with()
        .model(LiveModel.GEMINI_3_8_LIVE)
        .config(c -> c.tools(ToolSet.of(look(FunctionBehavior.NON_BLOCKING), (a, t) -> result)))
        .open();
  }

  @Test
  void whatTheModelSaysOfANonBlockingResultBelongsToTheTurnOfTheCall() {
    CompletableFuture<Object> result = new CompletableFuture<>();
    try (Talk talk = withToolBeside(result)) {
      talk.hear(CALL).audio(20, 1).turnComplete();
      talk.await(LiveEvent.TurnComplete.class);

      result.complete("done");
      talk.await(LiveEvent.ToolAnswered.class);
      talk.audio(30, 1).turnComplete();

      LiveTurn turn = ended(talk);
      assertThat(turn.number()).isEqualTo(1);
      assertThat(turn.audioDuration()).hasMillis(50);
    }
  }

  @Test
  void anAnswerThatWentOnAfterACallIsNotOverWhenItsConnectionIsLost() {
    CompletableFuture<Object> result = new CompletableFuture<>();
    try (Talk talk = withToolBeside(result)) {
      talk.hear(CALL).content("'generationComplete':true").turnComplete();
      talk.await(LiveEvent.TurnComplete.class);
      result.complete("done");
      talk.await(LiveEvent.ToolAnswered.class);
      talk.audio(30, 1);
      talk.await(LiveEvent.Audio.class);

      talk.service.reset();

      LiveEvent.Interrupted cut = talk.next(LiveEvent.Interrupted.class);
      assertThat(cut.by()).isEqualTo(LiveEvent.Interrupted.By.CONNECTION);
      assertThat(cut.turn()).isNotNull();
      assertThat(cut.turn().outcome()).isEqualTo(LiveTurn.Outcome.ABANDONED);
    }
  }

  @Test
  void aSilentResultEndsTheTurnThatOnlyWaitedForIt() {
    CompletableFuture<Object> result = new CompletableFuture<>();
    try (Talk talk = withToolBeside(result)) {
      talk.hear(CALL).audio(20, 1).turnComplete();
      talk.await(LiveEvent.TurnComplete.class);

      result.complete(ToolResult.of("done").scheduling(FunctionScheduling.SILENT));

      assertThat(ended(talk).outcome()).isEqualTo(LiveTurn.Outcome.COMPLETE);
    }
  }

  @Test
  void aSilentResultTheModelWaitsForDoesNotEndTheTurn() {
    CompletableFuture<Object> result = new CompletableFuture<>();
    try (Talk talk = Talk.with()
        .vertex()
        .config(c -> c.tools(ToolSet.of(look(FunctionBehavior.BLOCKING), (a, context) -> result)))
        .open()) {
      talk.hear(CALL).turnComplete();
      talk.await(LiveEvent.TurnComplete.class);

      result.complete(ToolResult.of("done").scheduling(FunctionScheduling.SILENT));
      talk.await(LiveEvent.ToolAnswered.class);
      talk.audio(20, 1).turnComplete();

      LiveTurn turn = ended(talk);
      assertThat(turn.number()).isEqualTo(1);
      assertThat(turn.audioDuration()).hasMillis(20);
    }
  }

  @Test
  void theUserGoingOnEndsATurnThatOnlyNonBlockingCallsKeepOpen() {
    CompletableFuture<Object> result = new CompletableFuture<>();
    try (Talk talk = withToolBeside(result)) {
      talk.hear(CALL).audio(20, 1).turnComplete();
      talk.content("'inputTranscription':{'text':'Also'}");

      assertThat(ended(talk).inputTranscript()).isEmpty();
      assertThat(talk.await(LiveEvent.InputTranscript.class).turn().number()).isEqualTo(2);
    }
  }

  @Test
  void anExchangeInProgressGoesOnInTheSameTurnUntilItIsIdle() {
    try (Talk talk = Talk.with()
        .model(LiveModel.GEMINI_3_8_LIVE_EXTENDED_THINKING)
        .config(c -> c.thinkingLevel(ThinkingLevel.LOW))
        .open()) {
      talk.audio(20, 1).content("'turnComplete':true,'interactionStatus':'IN_PROGRESS'");
      talk.audio(20, 1).content("'turnComplete':true,'interactionStatus':'IN_PROGRESS'");
      talk.audio(20, 1).content("'turnComplete':true,'interactionStatus':'IDLE'");

      List<LiveEvent> events = talk.until(LiveEvent.TurnEnded.class);

      assertThat(events.stream().filter(LiveEvent.TurnComplete.class::isInstance))
          .extracting(event -> ((LiveEvent.TurnComplete) event).status())
          .containsExactly(
              InteractionStatus.IN_PROGRESS, InteractionStatus.IN_PROGRESS, InteractionStatus.IDLE);
      LiveTurn turn = ((LiveEvent.TurnEnded) events.get(events.size() - 1)).turn();
      assertThat(turn.audioDuration()).hasMillis(60);
      assertThat(talk.session.metrics().turns()).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"INTERACTION_STATUS_UNSPECIFIED", "IDLE", "REQUIRES_ACTION", "NEWLY_MADE"})
  void anyOtherStatusEndsTheTurn(String status) {
    try (Talk talk = Talk.open()) {
      talk.audio(20, 1).content("'turnComplete':true,'interactionStatus':'" + status + "'");

      assertThat(ended(talk).outcome()).isEqualTo(LiveTurn.Outcome.COMPLETE);
    }
  }

  @Test
  void idleAloneEndsAnExchangeThatWasInProgress() {
    try (Talk talk = Talk.open()) {
      talk.audio(20, 1).content("'turnComplete':true,'interactionStatus':'IN_PROGRESS'");
      talk.content("'interactionStatus':'IDLE'");

      assertThat(ended(talk).outcome()).isEqualTo(LiveTurn.Outcome.COMPLETE);
    }
  }

  @Test
  void anInterruptedTurnEndsWithItsTurnComplete() {
    try (Talk talk = Talk.open()) {
      talk.audio(20, 1);
      LiveTurn turn = talk.await(LiveEvent.Audio.class).turn();

      talk.content("'interrupted':true").turnComplete();

      assertThat(talk.next(LiveEvent.Interrupted.class).turn()).isSameAs(turn);
      assertThat(talk.next(LiveEvent.TurnComplete.class).turn()).isSameAs(turn);
      assertThat(talk.next(LiveEvent.TurnEnded.class).turn()).isSameAs(turn);
      assertThat(turn.outcome()).isEqualTo(LiveTurn.Outcome.INTERRUPTED);
    }
  }

  @Test
  void anInterruptionWithNothingSaidIsToldWithoutATurn() {
    try (Talk talk = Talk.open()) {
      talk.content("'interrupted':true").turnComplete();
      talk.next(LiveEvent.Opened.class);

      LiveEvent.Interrupted interrupted = talk.next(LiveEvent.Interrupted.class);

      assertThat(interrupted.turn()).isNull();
      assertThat(talk.next(LiveEvent.TurnComplete.class).turn()).isNull();
      assertThat(talk.settled()).isEmpty();
      assertThat(talk.session.metrics().turns()).isZero();
    }
  }

  @Test
  void anInterruptionAfterTheEndNamesTheTurnThatMayStillPlay() {
    try (Talk talk = Talk.open()) {
      talk.audio(20, 1).turnComplete();
      LiveTurn turn = ended(talk);

      talk.content("'interrupted':true");
      assertThat(talk.await(LiveEvent.Interrupted.class).turn()).isSameAs(turn);
      assertThat(turn.outcome()).isEqualTo(LiveTurn.Outcome.COMPLETE);
    }
  }

  @Test
  void anInterruptionThatFollowsTheUsersWordsNamesTheTurnThatMayStillPlay() {
    try (Talk talk = Talk.open()) {
      talk.audio(20, 1).turnComplete();
      LiveTurn turn = ended(talk);

      talk.content("'inputTranscription':{'text':'Stop'}").content("'interrupted':true");

      assertThat(talk.await(LiveEvent.Interrupted.class).turn()).isSameAs(turn);
      talk.audio(20, 1).turnComplete();
      assertThat(ended(talk).inputTranscript()).isEqualTo("Stop");
    }
  }

  @Test
  void aSecondInterruptionNamesTheSameTurnAndDoesNothingElse() {
    try (Talk talk = Talk.open()) {
      talk.audio(20, 1).turnComplete();
      ended(talk);
      talk.audio(20, 1);
      LiveTurn turn = talk.await(LiveEvent.Audio.class).turn();

      talk.content("'interrupted':true").content("'interrupted':true").turnComplete();

      assertThat(talk.next(LiveEvent.Interrupted.class).turn()).isSameAs(turn);
      assertThat(talk.next(LiveEvent.Interrupted.class).turn()).isSameAs(turn);
      assertThat(talk.next(LiveEvent.TurnComplete.class).turn()).isSameAs(turn);
      assertThat(talk.next(LiveEvent.TurnEnded.class).turn()).isSameAs(turn);
      assertThat(turn.outcome()).isEqualTo(LiveTurn.Outcome.INTERRUPTED);
    }
  }

  @Test
  void wordsAfterAnInterruptionBelongToTheNextTurn() {
    try (Talk talk = Talk.open()) {
      talk.content("'inputTranscription':{'text':'one'}").audio(20, 1);
      talk.content("'interrupted':true").content("'inputTranscription':{'text':'two'}");
      talk.turnComplete().audio(20, 1).turnComplete();

      LiveTurn first = ended(talk);
      LiveTurn second = ended(talk);

      assertThat(first.inputTranscript()).isEqualTo("one");
      assertThat(second.inputTranscript()).isEqualTo("two");
      assertThat(second.outcome()).isEqualTo(LiveTurn.Outcome.COMPLETE);
    }
  }

  @Test
  void lateAudioOfACutAnswerIsNotDeliveredButCounted() {
    try (Talk talk = Talk.open()) {
      talk.audio(20, 1);
      talk.await(LiveEvent.Audio.class);
      talk.content("'interrupted':true").audio(70, 2).turnComplete();
      talk.audio(30, 3).turnComplete();

      LiveTurn cut = ended(talk);
      List<LiveEvent> after = talk.until(LiveEvent.TurnEnded.class);

      assertThat(cut.audioDuration()).hasMillis(20);
      assertThat(Talk.kinds(after)).containsExactly("Audio", "TurnComplete", "TurnEnded");
      assertThat(Talk.valueOf(((LiveEvent.Audio) after.get(0)).chunk())).isEqualTo(3);
      assertThat(talk.session.metrics().audioDiscarded()).hasMillis(70);
      assertThat(talk.session.metrics().audioReceived()).hasMillis(120);
    }
  }

  @ParameterizedTest
  @CsvSource({"2999, 0", "3000, 0", "3001, 1"})
  void audioLongAfterACutIsANewAnswerThoughTheServiceEndedNothing(long millis, int delivered) {
    VirtualTime time = new VirtualTime();
    try (Talk talk = Talk.with().time(time).open()) {
      talk.audio(20, 1).content("'interrupted':true");
      talk.await(LiveEvent.Interrupted.class);
      time.advance(Duration.ofMillis(millis));
      talk.audio(20, 2);

      List<LiveEvent> after = talk.settled();

      assertThat(after.stream().filter(LiveEvent.Audio.class::isInstance)).hasSize(delivered);
      assertThat(after.stream().filter(LiveEvent.TurnEnded.class::isInstance)).hasSize(delivered);
    }
  }

  @Test
  void anAnswerAskedForAfterACutIsDeliveredThoughTheServiceEndedNothing() {
    try (Talk talk = Talk.open()) {
      talk.audio(20, 1).content("'interrupted':true");
      talk.await(LiveEvent.Interrupted.class);

      talk.session.sendText("And now?");
      talk.service.awaitMessage(m -> m.has("clientContent"));
      talk.audio(20, 2).turnComplete();

      assertThat(ended(talk).outcome()).isEqualTo(LiveTurn.Outcome.INTERRUPTED);
      assertThat(ended(talk).audioDuration()).hasMillis(20);
    }
  }

  @Test
  void theEndOfACutTurnIsNotTakenForAnEmptyAnswerToTextSentMeanwhile() {
    try (Talk talk = Talk.open()) {
      talk.audio(20, 1).content("'interrupted':true");
      talk.await(LiveEvent.Interrupted.class);

      talk.session.sendText("And now?");
      talk.service.awaitMessage(m -> m.has("clientContent"));
      talk.hear("{'serverContent':{'turnComplete':true},'usageMetadata':{'totalTokenCount':3}}");
      talk.audio(20, 2).turnComplete();

      LiveTurn cut = ended(talk);
      LiveTurn answer = ended(talk);
      assertThat(cut.usage()).hasSize(1);
      assertThat(answer.audioDuration()).hasMillis(20);
      assertThat(talk.session.metrics().turns()).isEqualTo(2);
    }
  }

  @Test
  void theEndOfAnAnswerCutBeforeItBeganIsNotTakenForAnEmptyOneToTextSentMeanwhile() {
    try (Talk talk = Talk.open()) {
      talk.content("'interrupted':true");
      talk.await(LiveEvent.Interrupted.class);

      talk.session.sendText("And now?");
      talk.service.awaitMessage(m -> m.has("clientContent"));
      talk.turnComplete().audio(20, 2).turnComplete();

      assertThat(talk.await(LiveEvent.TurnComplete.class).turn()).isNull();
      assertThat(ended(talk).audioDuration()).hasMillis(20);
      assertThat(talk.session.metrics().turns()).isEqualTo(1);
    }
  }

  @Test
  void anEmptyAnswerLongAfterAnInterruptionIsATurn() {
    VirtualTime time = new VirtualTime();
    try (Talk talk = Talk.with().time(time).open()) {
      talk.content("'interrupted':true");
      talk.await(LiveEvent.Interrupted.class);
      talk.advance(Duration.ofSeconds(4));

      talk.session.sendText("Say nothing.");
      talk.service.awaitMessage(m -> m.has("clientContent"));
      talk.turnComplete();

      assertThat(ended(talk).outcome()).isEqualTo(LiveTurn.Outcome.COMPLETE);
    }
  }

  @Test
  void audioAfterGenerationCompleteIsDelivered() {
    try (Talk talk = Talk.open()) {
      talk.audio(20, 1).content("'generationComplete':true").audio(30, 2).turnComplete();

      assertThat(ended(talk).audioDuration()).hasMillis(50);
    }
  }

  @Test
  void anAnswerWithoutContentIsATurnWhenTextAskedForIt() {
    try (Talk talk = Talk.open()) {
      talk.session.sendText("Say nothing.");
      talk.service.awaitMessages(2);
      talk.turnComplete();

      LiveTurn turn = ended(talk);

      assertThat(turn.outcome()).isEqualTo(LiveTurn.Outcome.COMPLETE);
      assertThat(turn.audioDuration()).isZero();
      assertThat(turn.audio().samples()).isZero();
    }
  }

  @Test
  void anEndWithoutAnythingThatNobodyAskedForIsNoTurn() {
    try (Talk talk = Talk.open()) {
      talk.turnComplete();

      assertThat(talk.await(LiveEvent.TurnComplete.class).turn()).isNull();
      assertThat(talk.settled()).isEmpty();
    }
  }

  @Test
  void anAbnormalEndIsATurnWithItsReason() {
    try (Talk talk = Talk.open()) {
      talk.content("'turnComplete':true,'turnCompleteReason':'RESPONSE_REJECTED'");

      assertThat(ended(talk).completeReason()).isEqualTo(TurnCompleteReason.RESPONSE_REJECTED);
    }
  }

  @Test
  void aTurnCutOffByTheEndOfTheSessionIsAbandoned() {
    try (Talk talk = Talk.open(Talk.ONE_CONNECTION)) {
      talk.audio(20, 1);
      talk.await(LiveEvent.Audio.class);

      talk.service.close(1000, "");

      assertThat(talk.next(LiveEvent.TurnEnded.class).turn().outcome())
          .isEqualTo(LiveTurn.Outcome.ABANDONED);
      talk.next(LiveEvent.Closed.class);
    }
  }

  @Test
  void usageBelongsToTheTurnItsMessageEnds() {
    try (Talk talk = Talk.open()) {
      talk.audio(20, 1).hear("{'usageMetadata':{'totalTokenCount':1}}");
      talk.hear("{'serverContent':{'turnComplete':true},'usageMetadata':{'totalTokenCount':2}}");
      LiveTurn first = ended(talk);
      talk.audio(20, 1);
      talk.hear("{'serverContent':{'turnComplete':true},'usageMetadata':{'totalTokenCount':3}}");
      LiveTurn second = ended(talk);
      talk.hear("{'usageMetadata':{'totalTokenCount':4}}");

      assertThat(talk.await(LiveEvent.Usage.class).turn()).isNull();
      assertThat(first.usage()).extracting(UsageMetadata::totalTokenCount).containsExactly(1, 2);
      assertThat(second.usage()).extracting(UsageMetadata::totalTokenCount).containsExactly(3);
      assertThat(talk.session.usage().totalTokens()).isEqualTo(10);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"response", "candidates"})
  void tokensAreSummedUnderBothNamings(String prefix) {
    try (Talk talk = Talk.open()) {
      String usage = "{'usageMetadata':{'promptTokenCount':10,'cachedContentTokenCount':2,'"
          + prefix
          + "TokenCount':5,'toolUsePromptTokenCount':3,'thoughtsTokenCount':4,"
          + "'totalTokenCount':22,"
          + "'promptTokensDetails':[{'modality':'AUDIO','tokenCount':7},"
          + "{'modality':'TEXT','tokenCount':3}],'"
          + prefix
          + "TokensDetails':[{'modality':'AUDIO','tokenCount':5}]}}";
      talk.hear(usage).hear(usage);
      talk.await(LiveEvent.Usage.class);
      talk.await(LiveEvent.Usage.class);

      UsageTotals totals = talk.session.usage();

      assertThat(totals.promptTokens()).isEqualTo(20);
      assertThat(totals.cachedTokens()).isEqualTo(4);
      assertThat(totals.responseTokens()).isEqualTo(10);
      assertThat(totals.toolUsePromptTokens()).isEqualTo(6);
      assertThat(totals.thoughtsTokens()).isEqualTo(8);
      assertThat(totals.totalTokens()).isEqualTo(44);
      assertThat(totals.promptByModality())
          .containsEntry(MediaModality.AUDIO, 14L)
          .containsEntry(MediaModality.TEXT, 6L);
      assertThat(totals.responseByModality()).containsEntry(MediaModality.AUDIO, 10L);
    }
  }

  @Test
  void latencyRunsFromTheLastInputToTheFirstAudio() {
    VirtualTime time = new VirtualTime();
    time.advance(Duration.ofSeconds(1));
    try (Talk talk = Talk.with().time(time).open()) {
      time.advance(Duration.ofMillis(100));
      Talk.get(talk.session.sendAudio(Talk.pcm(20, 16_000, 1)));
      time.advance(Duration.ofMillis(20));
      Talk.get(talk.session.sendAudio(Talk.pcm(20, 16_000, 1)));
      time.advance(Duration.ofMillis(350));
      talk.audio(20, 1);
      talk.await(LiveEvent.Audio.class);
      time.advance(Duration.ofMillis(50));
      Talk.get(talk.session.sendAudio(Talk.pcm(20, 16_000, 1)));
      talk.audio(20, 1).turnComplete();

      LiveTurn turn = ended(talk);

      assertThat(turn.lastInputSent()).hasMillis(120);
      assertThat(turn.firstAudioReceived()).hasMillis(470);
      assertThat(turn.responseLatency()).hasMillis(350);
    }
  }

  @Test
  void aModelThatSpeaksUnaskedHasNoLatency() {
    try (Talk talk = Talk.open()) {
      talk.audio(20, 1).turnComplete();

      LiveTurn turn = ended(talk);

      assertThat(turn.lastInputSent()).isNull();
      assertThat(turn.firstAudioReceived()).isNotNull();
      assertThat(turn.responseLatency()).isNull();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "audio/pcm, 24000",
    "audio/pcm;rate=24000, 24000",
    "audio/pcm; rate=16000, 16000",
    "AUDIO/PCM;Rate=8000, 8000",
    "audio/pcm;codec=pcm;rate=48000, 48000",
    "audio/pcm;rate=fast, 24000",
    "audio/pcm;rate=0, 24000",
    "audio/pcm;rate=999999999999, 24000"
  })
  void theRateComesFromTheMimeTypeOrIs24Khz(String mimeType, int rate) {
    try (Talk talk = Talk.open()) {
      talk.content(Talk.audioPart(mimeType, new byte[96]));

      AudioChunk chunk = talk.await(LiveEvent.Audio.class).chunk();

      assertThat(chunk.sampleRateHz()).isEqualTo(rate);
      assertThat(chunk.samples()).isEqualTo(48);
    }
  }

  @Test
  void offsetsGoOnWhenTheRateChanges() {
    try (Talk talk = Talk.open()) {
      talk.content(Talk.audioPart("audio/pcm;rate=24000", Talk.pcm(100, 24_000, 1)));
      talk.content(Talk.audioPart("audio/pcm;rate=16000", Talk.pcm(50, 16_000, 1)));
      talk.content(Talk.audioPart("audio/pcm;rate=24000", Talk.pcm(10, 24_000, 1)));

      talk.await(LiveEvent.Audio.class);
      assertThat(talk.next(LiveEvent.Audio.class).offset()).hasMillis(100);
      LiveEvent.Audio third = talk.next(LiveEvent.Audio.class);

      assertThat(third.offset()).hasMillis(150);
      assertThat(third.turn().audioDuration()).hasMillis(160);
      // One piece has one rate: what is kept is the beginning.
      assertThat(third.turn().audio().duration()).hasMillis(100);
    }
  }

  @Test
  void aTurnKeepsTheBeginningOfItsAudioUpToTheLimit() {
    try (Talk talk = Talk.open(config -> config.turnAudioLimit(4_800))) {
      talk.audio(60, 1).audio(60, 2).audio(20, 3).turnComplete();

      LiveTurn turn = ended(talk);

      assertThat(turn.audioDuration()).hasMillis(140);
      assertThat(turn.audio().toByteArray()).isEqualTo(Talk.pcm(60, 24_000, 1));
    }
  }

  @ParameterizedTest
  @CsvSource({"4799, 0", "4800, 100", "4801, 100", "0, 0"})
  void theLimitOfKeptAudioIsExact(long limit, int keptMillis) {
    try (Talk talk = Talk.open(config -> config.turnAudioLimit(limit))) {
      talk.audio(100, 1).turnComplete();

      assertThat(ended(talk).audio().duration()).hasMillis(keptMillis);
    }
  }

  @Test
  void anOddByteIsLeftOutAndTold() {
    try (Talk talk = Talk.open()) {
      talk.content(Talk.audioPart("audio/pcm", new byte[] {1, 2, 3}));
      talk.content(Talk.audioPart("audio/pcm", new byte[] {1}));
      talk.next(LiveEvent.Opened.class);

      assertThat(talk.next(LiveEvent.Warning.class).kind())
          .isEqualTo(LiveEvent.Warning.Kind.MALFORMED_FIELD);
      assertThat(talk.next(LiveEvent.Audio.class).chunk().toByteArray()).containsExactly(1, 2);
      assertThat(talk.next(LiveEvent.Warning.class).kind())
          .isEqualTo(LiveEvent.Warning.Kind.MALFORMED_FIELD);
      assertThat(talk.settled()).isEmpty();
    }
  }

  @Test
  void sourcesAtTheEndOfACutTurnBeginNoOther() {
    try (Talk talk = Talk.with().vertex().open()) {
      talk.audio(100, 1).content("'interrupted':true");
      talk.content("'turnComplete':true,'groundingMetadata':{}");
      talk.audio(100, 2).turnComplete();

      LiveTurn cut = talk.await(LiveEvent.TurnEnded.class).turn();
      LiveTurn answer = talk.await(LiveEvent.TurnEnded.class).turn();

      assertThat(cut.outcome()).isEqualTo(LiveTurn.Outcome.INTERRUPTED);
      assertThat(answer.number()).isEqualTo(2);
      assertThat(answer.outcome()).isEqualTo(LiveTurn.Outcome.COMPLETE);
      assertThat(answer.audioDuration()).isEqualTo(Duration.ofMillis(100));
    }
  }

  @Test
  void sourcesAfterASecondInterruptionBeginNoTurnEither() {
    try (Talk talk = Talk.with().vertex().open()) {
      talk.audio(100, 1).content("'turnComplete':true,'groundingMetadata':{}");
      talk.await(LiveEvent.TurnEnded.class);
      Talk.get(talk.session.sendText("And tomorrow?"));

      talk.content("'interrupted':true");
      talk.content("'turnComplete':true,'groundingMetadata':{}");
      talk.audio(100, 2).turnComplete();

      LiveTurn answer = talk.await(LiveEvent.TurnEnded.class).turn();
      assertThat(answer.number()).isEqualTo(2);
      assertThat(answer.audioDuration()).isEqualTo(Duration.ofMillis(100));
    }
  }

  @Test
  void aModelThatSaysNothingAfterAToolsAnswerEndsItsTurnAllTheSame() {
    ToolSet tools = ToolSet.of(
        FunctionDeclaration.builder("look", "Looks.").build(), (args, context) -> "seen");
    try (Talk talk = Talk.with().vertex().config(config -> config.tools(tools)).open()) {
      talk.hear("{'toolCall':{'functionCalls':[{'id':'c1','name':'look','args':{}}]}}");
      talk.turnComplete();
      talk.await(LiveEvent.ToolAnswered.class);
      talk.settled();

      talk.turnComplete();

      assertThat(talk.await(LiveEvent.TurnEnded.class).turn().number()).isEqualTo(1);
    }
  }

  @Test
  void anInterruptionThatCompletesTheTurnInTheSameMessageEndsOneThatWaitsForATool() {
    ToolSet tools = ToolSet.of(
        FunctionDeclaration.builder("look", "Looks.").build(),
        (args, context) -> context.cancelled());
    try (Talk talk = Talk.with().vertex().config(config -> config.tools(tools)).open()) {
      talk.hear("{'toolCall':{'functionCalls':[{'id':'c1','name':'look','args':{}}]}}");
      talk.turnComplete();
      talk.content("'interrupted':true,'turnComplete':true");
      talk.audio(100, 1).turnComplete();

      LiveTurn cut = talk.await(LiveEvent.TurnEnded.class).turn();
      LiveTurn answer = talk.await(LiveEvent.TurnEnded.class).turn();

      assertThat(cut.outcome()).isEqualTo(LiveTurn.Outcome.INTERRUPTED);
      assertThat(answer.number()).isEqualTo(2);
      assertThat(answer.audioDuration()).isEqualTo(Duration.ofMillis(100));
    }
  }

  @Test
  void anInterruptionCutsAModelThatOnlyThinks() {
    try (Talk talk = Talk.open()) {
      talk.audio(100, 1).turnComplete();
      talk.await(LiveEvent.TurnEnded.class);
      talk.content("'modelTurn':{'parts':[{'text':'hm','thought':true}]}");
      talk.content("'interrupted':true").turnComplete();

      LiveTurn cut = talk.await(LiveEvent.Interrupted.class).turn();

      assertThat(cut).isNotNull();
      assertThat(cut.number()).isEqualTo(2);
      assertThat(talk.await(LiveEvent.TurnEnded.class).turn().outcome())
          .isEqualTo(LiveTurn.Outcome.INTERRUPTED);
    }
  }
}
