package io.github.geminilive.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.StallPhase;
import io.github.geminilive.WatchdogPolicy;
import io.github.geminilive.WatchdogStep;
import io.github.geminilive.internal.codec.ServerMessageDecoder;
import io.github.geminilive.protocol.ServerContent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The watchdog alone, told facts at stated times. */
class WatchdogTest {

  /** A time of the clock that overflows within the test. */
  private static final long START = Long.MAX_VALUE - Duration.ofSeconds(20).toNanos();

  private final Desk desk = new Desk();

  /** The session as the watchdog sees it, and the clock. */
  private static final class Desk implements Watchdog.Host {

    private final List<String> told = new ArrayList<>();
    private final List<WatchdogStep> taken = new ArrayList<>();
    private Watchdog dog = new Watchdog(WatchdogPolicy.DEFAULT, this);
    private long now = START;
    private boolean wished;
    private long wish;
    private int wishes;
    private boolean userSpeaks;
    private boolean toolOpen;
    private boolean inProgress;
    private boolean sounding;
    private boolean mayStaySilent;
    private boolean canEndSpeech = true;
    private boolean canResume = true;
    private boolean canBeginAfresh = true;
    private boolean canNudge = true;
    private boolean turnRuns;

    void use(WatchdogPolicy policy) {
      dog = new Watchdog(policy, this);
    }

    void pass(Duration time) {
      long until = now + time.toNanos();
      while (wished && wish - until <= 0) {
        now = wish - now > 0 ? wish : now;
        wished = false;
        dog.onTimer(now);
      }
      now = until;
    }

    void pass(double seconds) {
      pass(Duration.ofNanos(Math.round(seconds * 1e9)));
    }

    /** What was told since this was asked last. */
    List<String> told() {
      List<String> copy = List.copyOf(told);
      told.clear();
      return copy;
    }

    void says(String json) {
      byte[] bytes = ("{\"serverContent\":" + json + "}").getBytes(StandardCharsets.UTF_8);
      ServerContent content = Objects.requireNonNull(
              new ServerMessageDecoder().decode(bytes, 0, bytes.length).message())
          .serverContent();
      dog.onContent(Objects.requireNonNull(content), now);
    }

    void sound(double seconds) {
      byte[] pcm = new byte[(int) (seconds * 1_000) * 2];
      says("{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"audio/pcm;rate=1000\","
          + "\"data\":\""
          + Base64.getEncoder().encodeToString(pcm)
          + "\"}}]}}");
    }

    void thought() {
      says("{\"modelTurn\":{\"parts\":[{\"text\":\"Let me see\",\"thought\":true}]}}");
    }

    void text() {
      says("{\"modelTurn\":{\"parts\":[{\"text\":\"Well\"}]}}");
    }

    void transcript() {
      says("{\"outputTranscription\":{\"text\":\" Well\"}}");
    }

    void heard() {
      says("{\"inputTranscription\":{\"text\":\" hello\"}}");
    }

    void generated() {
      says("{\"generationComplete\":true}");
    }

    void interrupted() {
      says("{\"interrupted\":true}");
    }

    void turnComplete() {
      turnRuns = false;
      dog.onTurnEnded(now);
      says("{\"turnComplete\":true}");
    }

    /** The service ends a turn that is not over yet, as Vertex AI does at a call. */
    void turnCompleteTooEarly() {
      turnRuns = true;
      says("{\"generationComplete\":true}");
      says("{\"turnComplete\":true}");
    }

    void calls() {
      toolOpen = true;
      turnRuns = true;
      dog.onToolCall(now);
    }

    void answers(boolean speaks) {
      toolOpen = false;
      dog.onToolAnswered(now, speaks);
    }

    void asks() {
      dog.onInput(now);
    }

    void speaks() {
      userSpeaks = true;
      dog.onUserSpeaks(now);
    }

    void falls() {
      userSpeaks = false;
      dog.onInput(now);
    }

    void falls(boolean certain) {
      userSpeaks = false;
      if (certain) {
        dog.onInput(now);
      } else {
        dog.onSpeechEnded(now);
      }
    }

    /** An exchange with a given time to the first sound, and nothing remarkable otherwise. */
    void exchange(double latency) {
      asks();
      pass(latency);
      sound(1);
      generated();
      pass(1);
      turnComplete();
      pass(3);
    }

    @Override
    public boolean userSpeaks() {
      return userSpeaks;
    }

    @Override
    public boolean toolOpen() {
      return toolOpen;
    }

    @Override
    public boolean inProgress() {
      return inProgress;
    }

    @Override
    public boolean sounding() {
      return sounding;
    }

    @Override
    public boolean mayStaySilent() {
      return mayStaySilent;
    }

    @Override
    public boolean canEndSpeech() {
      return canEndSpeech;
    }

    @Override
    public boolean canResume() {
      return canResume;
    }

    @Override
    public boolean canBeginAfresh() {
      return canBeginAfresh;
    }

    @Override
    public boolean canNudge() {
      return canNudge;
    }

    @Override
    public @Nullable LiveTurn turn() {
      return turnRuns
          ? new TurnState(
              1, 0, new HeardLedger(Runnable::run, (task, delay, unit) -> null, () -> 0).line())
          : null;
    }

    @Override
    public void tell(LiveEvent event) {
      if (event instanceof LiveEvent.Stalled stalled) {
        told.add(stalled.phase()
            + " "
            + seconds(stalled.silence())
            + "/"
            + seconds(stalled.limit())
            + " "
            + stalled.step());
      } else if (event instanceof LiveEvent.StallEnded ended) {
        told.add(ended.phase() + " ended " + seconds(ended.silence()) + " by " + ended.endedBy());
      } else {
        told.add(event.toString());
      }
    }

    private static String seconds(Duration duration) {
      return String.valueOf(Math.round(duration.toNanos() / 1e7) / 100.0);
    }

    @Override
    public void take(WatchdogStep step) {
      taken.add(step);
      assertThat(told).isNotEmpty();
      assertThat(told.get(told.size() - 1)).endsWith(" " + step);
    }

    @Override
    public void wakeAt(long nanos) {
      wished = true;
      wish = nanos;
      wishes++;
    }

    @Override
    public void noWake() {
      wished = false;
    }
  }

  @Nested
  class EachPhase {

    @Test
    void anInputWithoutAnswerIsASilenceAtTheCeiling() {
      desk.asks();
      desk.pass(Duration.ofSeconds(15).minusNanos(1));
      assertThat(desk.told()).isEmpty();

      desk.pass(Duration.ofNanos(1));

      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 NUDGE");
      assertThat(desk.taken).containsExactly(WatchdogStep.NUDGE);
    }

    @Test
    void anAnswerInTimeIsNone() {
      desk.asks();
      desk.pass(14.9);
      desk.sound(1);
      desk.turnComplete();
      desk.pass(600);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void aFragmentOfWhatTheUserSaysMovesTheBeginning() {
      desk.speaks();
      desk.falls();
      desk.pass(10);
      desk.heard();
      desk.pass(14);
      assertThat(desk.told()).isEmpty();

      desk.pass(1);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 NUDGE");
    }

    @Test
    void whatTheServiceWritesDownIsEnoughToExpectAnAnswer() {
      desk.heard();
      desk.pass(15);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 NUDGE");
    }

    @Test
    void aToolsAnswerWithoutWordsIsASilence() {
      desk.asks();
      desk.pass(1);
      desk.calls();
      desk.pass(60);
      desk.answers(true);
      desk.pass(15);

      assertThat(desk.told()).containsExactly("AFTER_TOOL_RESPONSE 15.0/15.0 NUDGE");
    }

    @Test
    void theLastOfSeveralAnswersCounts() {
      desk.asks();
      desk.calls();
      desk.dog.onToolAnswered(desk.now, true);
      desk.pass(30);
      desk.answers(false);
      desk.pass(14.9);
      assertThat(desk.told()).isEmpty();

      desk.pass(0.2);

      assertThat(desk.told()).containsExactly("AFTER_TOOL_RESPONSE 15.0/15.0 NUDGE");
    }

    @Test
    void anInterruptionWithoutItsEndIsASilence() {
      desk.asks();
      desk.sound(5);
      desk.pass(1);
      desk.interrupted();
      desk.pass(15);

      assertThat(desk.told()).containsExactly("AFTER_INTERRUPTION 15.0/15.0 NUDGE");
    }

    @Test
    void anInterruptionWaitsForTheEndOfTheSpeechThatCutIn() {
      desk.asks();
      desk.sound(5);
      desk.speaks();
      desk.interrupted();
      desk.pass(20);
      desk.falls();
      desk.pass(14.9);
      assertThat(desk.told()).isEmpty();

      desk.pass(0.1);

      assertThat(desk.told()).containsExactly("AFTER_INTERRUPTION 15.0/15.0 NUDGE");
    }

    @Test
    void anInterruptionThatEndedLeavesTheInputToBeAnswered() {
      desk.asks();
      desk.sound(5);
      desk.speaks();
      desk.interrupted();
      desk.turnComplete();
      desk.pass(20);
      assertThat(desk.told()).isEmpty();
      desk.falls();
      desk.pass(15);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 NUDGE");
    }

    @Test
    void anAnswerThatBreaksOffIsASilence() {
      desk.asks();
      desk.sound(1);
      desk.pass(0.2);
      desk.sound(1);
      desk.pass(1.79);
      assertThat(desk.told()).isEmpty();

      // Two seconds of sound last until two seconds after the first piece.
      desk.pass(15.01);

      assertThat(desk.told()).containsExactly("MID_TURN 15.0/15.0 NUDGE");
    }

    @Test
    void aTranscriptWithoutSoundIsASilenceHoweverManyWordsItHas() {
      desk.asks();
      desk.pass(1);
      for (int i = 0; i < 14; i++) {
        desk.transcript();
        desk.pass(1);
      }
      assertThat(desk.told()).isEmpty();

      desk.pass(1);

      assertThat(desk.told()).containsExactly("TRANSCRIPT_WITHOUT_AUDIO 15.0/15.0 NUDGE");
    }

    @Test
    void aTurnThatEndsWithATranscriptOnlyStillLacksItsSound() {
      desk.asks();
      desk.transcript();
      desk.generated();
      desk.turnComplete();
      desk.pass(15);
      assertThat(desk.told()).containsExactly("TRANSCRIPT_WITHOUT_AUDIO 15.0/15.0 NUDGE");

      desk.sound(1);

      assertThat(desk.told()).containsExactly("TRANSCRIPT_WITHOUT_AUDIO ended 15.0 by NUDGE");
    }

    @Test
    void aGuessAtWhatTheUserSaysIsEnoughToExpectAnAnswer() {
      desk.says("{\"interimInputTranscription\":{\"text\":\" hello\"}}");
      desk.pass(15);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 NUDGE");
    }

    @Test
    void whatIsWrittenDownSomeTimeAfterATurnBelongsToTheNextOne() {
      desk.asks();
      desk.sound(1);
      desk.generated();
      desk.pass(1);
      desk.turnComplete();
      desk.pass(2);
      desk.heard();
      desk.pass(15);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 NUDGE");
    }

    @Test
    void aTranscriptRightAfterATurnIsAnAnswerWhenOneIsDue() {
      desk.exchange(1);
      desk.asks();
      desk.turnComplete();
      desk.asks();
      desk.transcript();
      desk.pass(15);

      assertThat(desk.told()).containsExactly("TRANSCRIPT_WITHOUT_AUDIO 15.0/15.0 NUDGE");
    }

    @Test
    void aModelThatSpeaksUnaskedMayBreakOffToo() {
      desk.transcript();
      desk.pass(15);

      assertThat(desk.told()).containsExactly("TRANSCRIPT_WITHOUT_AUDIO 15.0/15.0 NUDGE");
    }

    @Test
    void andSoMayOneThatDoesSomeTimeAfterATurn() {
      desk.exchange(1);
      desk.transcript();
      desk.pass(15);

      assertThat(desk.told()).containsExactly("TRANSCRIPT_WITHOUT_AUDIO 15.0/15.0 NUDGE");
    }

    @Test
    void theSpokenWordOfAnAnswerMayComeAfterItsSound() {
      desk.asks();
      desk.sound(1);
      desk.pass(10);
      desk.transcript();
      desk.pass(14.9);
      assertThat(desk.told()).isEmpty();

      desk.pass(0.1);

      assertThat(desk.told()).containsExactly("MID_TURN 15.0/15.0 NUDGE");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "\"groundingMetadata\":{\"webSearchQueries\":[\"a\"]}",
          "\"urlContextMetadata\":{\"urlMetadata\":[]}"
        })
    void sourcesSayThatSomebodyIsAtWork(String sources) {
      desk.asks();
      desk.pass(10);
      desk.says("{" + sources + "}");
      desk.pass(14.9);
      assertThat(desk.told()).isEmpty();

      desk.pass(0.1);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 NUDGE");
      desk.pass(4);
      desk.says("{" + sources + "}");
      desk.pass(1);
      assertThat(desk.told()).containsExactly("AFTER_INPUT 20.0/15.0 RESUME");
    }

    @Test
    void sourcesAreNotTheSoundThatIsMissing() {
      desk.asks();
      desk.transcript();
      desk.pass(10);
      desk.says("{\"groundingMetadata\":{}}");
      desk.pass(5);

      assertThat(desk.told()).containsExactly("TRANSCRIPT_WITHOUT_AUDIO 15.0/15.0 NUDGE");
    }

    @Test
    void norAreThoughts() {
      desk.asks();
      desk.transcript();
      desk.pass(10);
      desk.thought();
      desk.pass(5);

      assertThat(desk.told()).containsExactly("TRANSCRIPT_WITHOUT_AUDIO 15.0/15.0 NUDGE");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{\"text\":\"Well\"}",
          "{\"inlineData\":{\"mimeType\":\"video/mp4\",\"data\":\"AAAA\"}}",
          "{\"fileData\":{\"fileUri\":\"gs://a\"}}",
          "{\"executableCode\":{\"language\":\"PYTHON\",\"code\":\"1\"}}",
          "{\"codeExecutionResult\":{\"outcome\":\"OUTCOME_OK\"}}",
          "{\"toolCall\":{}}",
          "{\"toolResponse\":{}}"
        })
    void whateverTheModelProducesIsTheBeginningOfAnAnswer(String part) {
      desk.asks();
      desk.pass(10);
      desk.says("{\"modelTurn\":{\"parts\":[" + part + "]}}");
      desk.pass(14.9);
      assertThat(desk.told()).isEmpty();

      desk.pass(0.1);

      assertThat(desk.told()).containsExactly("MID_TURN 15.0/15.0 NUDGE");
    }

    @ParameterizedTest
    @ValueSource(
        strings = {
          "{}",
          "{\"modelTurn\":{}}",
          "{\"modelTurn\":{\"parts\":[{}]}}",
          "{\"modelTurn\":{\"parts\":[{\"text\":\"\"}]}}",
          "{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"audio/pcm\"}}]}}",
          "{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":\"a\",\"data\":\"\"}}]}}",
          "{\"outputTranscription\":{\"finished\":true}}",
          "{\"outputTranscription\":{\"text\":\"\"}}",
          "{\"inputTranscription\":{\"finished\":true}}",
          "{\"inputTranscription\":{\"text\":\" \"}}"
        })
    void aMessageThatSaysNothingIsNone(String content) {
      desk.says(content);
      desk.pass(60);
      assertThat(desk.told()).isEmpty();
      desk.asks();
      desk.pass(10);
      desk.says(content);
      desk.pass(5);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 NUDGE");
    }

    @Test
    void theRestOfACutAnswerIsNoNewOneForThreeSeconds() {
      desk.asks();
      desk.sound(1);
      desk.interrupted();
      desk.pass(3);
      desk.sound(1);
      desk.text();
      desk.thought();
      desk.transcript();
      desk.pass(12);
      assertThat(desk.told()).containsExactly("AFTER_INTERRUPTION 15.0/15.0 NUDGE");
    }

    @Test
    void whatComesLaterIsANewOne() {
      desk.asks();
      desk.sound(1);
      desk.interrupted();
      desk.pass(3.1);
      desk.sound(1);
      desk.pass(16);

      assertThat(desk.told()).containsExactly("MID_TURN 15.0/15.0 NUDGE");
    }

    @Test
    void andSoIsWhatComesOnceTheUserHasAskedForIt() {
      desk.asks();
      desk.sound(1);
      desk.interrupted();
      desk.asks();
      desk.sound(1);
      desk.pass(16);

      assertThat(desk.told()).containsExactly("MID_TURN 15.0/15.0 NUDGE");
    }

    @Test
    void anAnswerIsNoRestWhenNothingWasRunningThatWasCut() {
      desk.exchange(1);
      desk.speaks();
      desk.interrupted();
      desk.falls();
      desk.sound(1);
      desk.pass(2);
      desk.turnComplete();
      desk.pass(5);
      desk.asks();
      desk.pass(15);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 NUDGE");
    }

    @Test
    void anInterruptionMovesTheBeginningOfAWait() {
      desk.asks();
      desk.pass(10);
      desk.interrupted();
      desk.pass(14.9);
      assertThat(desk.told()).isEmpty();

      desk.pass(0.1);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 NUDGE");
    }

    @Test
    void anInterruptionEndsWhatWasPlayed() {
      desk.asks();
      desk.sound(60);
      desk.pass(1);
      desk.speaks();
      desk.interrupted();
      desk.turnComplete();
      desk.falls();
      desk.pass(15);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 NUDGE");
    }

    @Test
    void thoughtsWithoutAnAnswerAreASilenceFromTheLastOneOn() {
      desk.asks();
      desk.pass(1);
      desk.thought();
      desk.pass(14);
      desk.thought();
      desk.pass(15);

      assertThat(desk.told()).containsExactly("THOUGHTS_ONLY 15.0/15.0 NUDGE");
    }
  }

  @Nested
  class NoAlarm {

    @Test
    void whenNobodyHasSaidAnything() {
      desk.pass(3600);

      assertThat(desk.told()).isEmpty();
      assertThat(desk.wishes).isZero();
    }

    @Test
    void afterAnAnswerThatEnded() {
      desk.exchange(1);
      desk.pass(3600);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whileTheModelThinksOnAndOn() {
      desk.asks();
      for (int i = 0; i < 20; i++) {
        desk.pass(14);
        desk.thought();
      }
      desk.pass(14);
      desk.sound(1);
      desk.generated();
      desk.turnComplete();
      desk.pass(60);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void afterAnAnswerThatWasEmpty() {
      desk.asks();
      desk.pass(1);
      desk.turnComplete();
      desk.pass(60);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whenTheModelWaitsForMore() {
      desk.speaks();
      desk.falls();
      desk.pass(1);
      desk.says("{\"waitingForInput\":true}");
      desk.pass(60);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whileWhatArrivedInABurstIsPlayed() {
      desk.asks();
      for (int i = 0; i < 20; i++) {
        desk.sound(10);
        desk.pass(2.5);
      }
      // 200 s of sound in 50 s; the end comes when they are over.
      desk.pass(150);
      desk.turnComplete();
      desk.pass(60);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whileAPlayerIsBehind() {
      desk.asks();
      desk.sound(2);
      desk.sounding = true;
      desk.pass(100);
      desk.sounding = false;
      desk.pass(15);
      assertThat(desk.told()).isEmpty();

      desk.pass(1);

      assertThat(desk.told()).containsExactly("MID_TURN 15.0/15.0 NUDGE");
    }

    @Test
    void whenAllWasProducedAndOnlyTheWordOfItIsMissing() {
      desk.asks();
      desk.sound(2);
      desk.generated();
      desk.pass(60);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whileAToolIsAtWork() {
      desk.asks();
      desk.calls();
      desk.pass(300);
      desk.answers(true);
      desk.sound(1);
      desk.generated();
      desk.turnComplete();
      desk.pass(60);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whileAToolIsAtWorkThatTheModelDoesNotWaitFor() {
      desk.asks();
      desk.calls();
      desk.sound(1);
      desk.pass(300);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void afterAnAnswerThatIsNotToBeSpokenOf() {
      desk.asks();
      desk.calls();
      desk.sound(1);
      desk.generated();
      desk.turnComplete();
      desk.pass(5);
      desk.answers(false);
      desk.pass(60);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whenAResultComesDuringOtherSpeechAndIsSpokenOfLater() {
      desk.asks();
      desk.calls();
      desk.sound(8);
      desk.pass(1);
      desk.answers(true);
      desk.pass(0.2);
      desk.sound(8);
      desk.generated();
      desk.pass(16);
      desk.turnComplete();
      desk.pass(0.5);
      desk.sound(3);
      desk.generated();
      desk.turnComplete();
      desk.pass(60);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whenAResultWasWovenIntoWhatTheModelWasSaying() {
      desk.asks();
      desk.calls();
      desk.sound(8);
      desk.answers(true);
      desk.sound(8);
      desk.generated();
      desk.turnComplete();
      desk.pass(60);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whenTheServiceEndsTheTurnAtACall() {
      desk.asks();
      desk.calls();
      desk.turnCompleteTooEarly();
      desk.pass(100);
      desk.answers(true);
      desk.pass(1);
      desk.sound(1);
      desk.generated();
      desk.turnComplete();
      desk.pass(60);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whileMoreWasAnnounced() {
      desk.asks();
      desk.sound(1);
      desk.says("{\"turnComplete\":true,\"interactionStatus\":\"IN_PROGRESS\"}");
      desk.inProgress = true;
      desk.pass(600);
      desk.sound(1);
      desk.pass(600);
      desk.inProgress = false;
      desk.says("{\"turnComplete\":true,\"interactionStatus\":\"IDLE\"}");
      desk.pass(600);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whenAnExchangeEndsWithoutAnotherTurnComplete() {
      desk.asks();
      desk.sound(1);
      desk.says("{\"turnComplete\":true,\"interactionStatus\":\"IN_PROGRESS\"}");
      desk.sound(1);
      desk.says("{\"interactionStatus\":\"IDLE\"}");
      desk.pass(600);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whenNothingWasRunningThatCouldBeInterrupted() {
      desk.exchange(1);
      desk.interrupted();
      desk.pass(60);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whenTheApplicationInterrupts() {
      desk.asks();
      desk.sound(5);
      desk.dog.onInterrupted(LiveEvent.Interrupted.By.APPLICATION, desk.now);
      desk.pass(0.1);
      desk.interrupted();
      desk.pass(60);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whenTheApplicationThrowsTheRestOfAnAnswerAway() {
      desk.asks();
      desk.sound(5);
      desk.dog.onInterrupted(LiveEvent.Interrupted.By.APPLICATION, desk.now);
      desk.pass(4);
      desk.sound(5);
      desk.pass(60);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whenTheModelMayChooseNotToAnswerWhatItHears() {
      desk.mayStaySilent = true;
      desk.speaks();
      desk.falls();
      desk.pass(600);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whenTheUserSpeaksBetweenTwoLooks() {
      desk.asks();
      desk.pass(14.5);
      desk.dog.onUserSpeaks(desk.now);
      desk.pass(14.5);
      assertThat(desk.told()).isEmpty();

      desk.pass(1);

      assertThat(desk.told()).hasSize(1);
    }

    @Test
    void whenASpokenAnswerHasEndedButForTheWordOfIt() {
      desk.asks();
      desk.calls();
      desk.answers(true);
      desk.sound(1);
      desk.generated();
      desk.pass(60);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whenTheApplicationCutsWhatTheUserHasCut() {
      desk.asks();
      desk.sound(5);
      desk.interrupted();
      desk.dog.onInterrupted(LiveEvent.Interrupted.By.APPLICATION, desk.now);
      desk.pass(10);
      desk.sound(5);
      desk.pass(60);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whenTheApplicationWantsNoAnswerAnyMore() {
      desk.asks();
      desk.dog.onInterrupted(LiveEvent.Interrupted.By.APPLICATION, desk.now);
      desk.pass(60);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whenSpeechWasAnsweredBeforeACough() {
      desk.heard();
      desk.asks();
      desk.sound(1);
      desk.speaks();
      desk.interrupted();
      desk.turnComplete();
      desk.falls();
      desk.sound(1);
      desk.generated();
      desk.pass(1);
      desk.turnComplete();
      desk.pass(10);
      desk.speaks();
      desk.falls(false);
      desk.pass(60);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whileTheUserSpeaksOn() {
      desk.speaks();
      desk.falls();
      desk.pass(1);
      desk.speaks();
      desk.pass(100);
      desk.falls();
      desk.pass(14);
      desk.sound(1);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whenTheRestOfATranscriptComesAfterTheTurn() {
      desk.asks();
      desk.sound(1);
      desk.generated();
      desk.transcript();
      desk.turnComplete();
      desk.pass(1.9);
      desk.transcript();
      desk.heard();
      desk.pass(60);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whenWhatTheUserSaidIsWrittenDownDuringACall() {
      desk.speaks();
      desk.falls();
      desk.calls();
      desk.heard();
      desk.pass(60);
      desk.answers(false);
      desk.pass(60);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whenTheRestOfACutAnswerArrives() {
      desk.asks();
      desk.sound(5);
      desk.interrupted();
      desk.pass(1);
      desk.sound(1);
      desk.transcript();
      desk.turnComplete();
      desk.pass(60);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whenALoudspeakerCouldBeTakenForTheUser() {
      desk.heard();
      desk.sound(1);
      desk.turnComplete();
      desk.pass(10);
      // The detector here heard a cough, the service nothing.
      desk.speaks();
      desk.falls(false);
      desk.pass(600);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whenAMurmurDidNotInterruptTheModel() {
      desk.asks();
      desk.sound(5);
      desk.speaks();
      desk.falls();
      desk.sound(5);
      desk.generated();
      desk.pass(10);
      desk.turnComplete();
      desk.pass(60);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void whenCodeOfTheServiceRunsLongerThanTheModelTakes() {
      desk.exchange(0.1);
      desk.exchange(0.1);
      desk.exchange(0.1);
      desk.asks();
      desk.says("{\"modelTurn\":{\"parts\":[{\"executableCode\":"
          + "{\"language\":\"PYTHON\",\"code\":\"1+1\"}}]}}");
      desk.pass(14);
      desk.says("{\"modelTurn\":{\"parts\":[{\"codeExecutionResult\":"
          + "{\"outcome\":\"OUTCOME_OK\",\"output\":\"2\"}}]}}");
      desk.pass(1);
      desk.sound(1);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void withOff() {
      desk.use(WatchdogPolicy.OFF);
      everything();

      assertThat(desk.told()).isEmpty();
      assertThat(desk.wishes).isZero();
    }

    private void everything() {
      desk.asks();
      desk.pass(60);
      desk.thought();
      desk.pass(60);
      desk.heard();
      desk.speaks();
      desk.falls(false);
      desk.pass(60);
      desk.sound(1);
      desk.interrupted();
      desk.pass(60);
      desk.calls();
      desk.answers(true);
      desk.pass(60);
      desk.dog.onInterrupted(LiveEvent.Interrupted.By.APPLICATION, desk.now);
      desk.dog.onTurnEnded(desk.now);
      desk.dog.onLost(desk.now);
      desk.asks();
      desk.dog.onConnected(desk.now);
      desk.pass(60);
    }

    @Test
    void afterTheEnd() {
      desk.asks();
      desk.dog.onClosed();
      assertThat(desk.wished).isFalse();
      int wishes = desk.wishes;
      everything();

      assertThat(desk.told()).isEmpty();
      assertThat(desk.wishes).isEqualTo(wishes);
    }
  }

  @Nested
  class SpeechThatOnlyThisSideHeard {

    @Test
    void isASilenceOnceTheServiceShowsThatItHeardItToo() {
      desk.speaks();
      desk.falls(false);
      desk.pass(1);
      desk.heard();
      desk.pass(15);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 NUDGE");
    }

    @Test
    void isASilenceWhenItInterruptedTheModel() {
      desk.asks();
      desk.sound(5);
      desk.speaks();
      desk.interrupted();
      desk.turnComplete();
      desk.falls(false);
      desk.pass(15);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 NUDGE");
    }

    @Test
    void isOnlyToldWhereNothingIsEverWrittenDown() {
      desk.speaks();
      desk.falls(false);
      desk.pass(600);
      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 null");
      assertThat(desk.taken).isEmpty();

      desk.sound(1);

      assertThat(desk.told()).containsExactly("AFTER_INPUT ended 600.0 by null");
    }
  }

  @Nested
  class AfterWords {

    @Test
    void theEndOfSpeechIsNotToldAgainForSpeechThatWasAnswered() {
      desk.speaks();
      desk.falls();
      desk.sound(1);
      desk.pass(1);
      desk.turnComplete();
      desk.asks();
      desk.pass(20);

      assertThat(desk.taken).containsExactly(WatchdogStep.NUDGE, WatchdogStep.RESUME);
    }

    @Test
    void norForSpeechThatNobodyElseHeard() {
      desk.heard();
      desk.sound(1);
      desk.pass(1);
      desk.turnComplete();
      desk.speaks();
      desk.falls(false);
      desk.pass(60);
      desk.asks();
      desk.pass(20);

      assertThat(desk.taken).containsExactly(WatchdogStep.NUDGE, WatchdogStep.RESUME);
    }

    @Test
    void whatIsHeardBesidesLeavesThemWhatTheyAre() {
      desk.mayStaySilent = true;
      desk.asks();
      desk.heard();
      desk.pass(15);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 NUDGE");
    }

    @Test
    void anInterruptionGivesAnAnswerTheTimeThatAnswersTake() {
      for (int i = 0; i < 8; i++) {
        desk.exchange(3);
      }
      for (int i = 0; i < 8; i++) {
        desk.sound(5);
        desk.interrupted();
        desk.turnComplete();
      }
      desk.sound(5);
      desk.interrupted();
      desk.pass(4);
      assertThat(desk.told()).containsExactly("AFTER_INTERRUPTION 4.0/4.0 NUDGE");
      desk.turnComplete();
      desk.told();
      desk.sound(5);
      desk.asks();
      desk.interrupted();
      desk.pass(11.9);
      assertThat(desk.told()).isEmpty();
      desk.pass(0.1);

      assertThat(desk.told()).containsExactly("AFTER_INTERRUPTION 12.0/12.0 NUDGE");
    }
  }

  @Nested
  class Learning {

    @Test
    void beginsWithTheThirdLatency() {
      desk.exchange(1.5);
      desk.exchange(1.5);
      desk.asks();
      desk.pass(14.9);
      assertThat(desk.told()).isEmpty();
      desk.sound(1);
      desk.turnComplete();

      for (int i = 0; i < 8; i++) {
        desk.exchange(1.5);
      }
      desk.asks();
      desk.pass(5.99);
      assertThat(desk.told()).isEmpty();
      desk.pass(0.01);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 6.0/6.0 NUDGE");
    }

    @Test
    void neverGoesBelowTheFloor() {
      for (int i = 0; i < 3; i++) {
        desk.exchange(0.1);
      }
      desk.asks();
      desk.pass(3.99);
      assertThat(desk.told()).isEmpty();
      desk.pass(0.01);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 4.0/4.0 NUDGE");
    }

    @Test
    void neverGoesAboveTheCeiling() {
      for (int i = 0; i < 3; i++) {
        desk.exchange(14);
      }
      desk.asks();
      desk.pass(15);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 NUDGE");
    }

    @Test
    void heedsTheSlowestOfTheLastEight() {
      desk.exchange(3);
      for (int i = 0; i < 7; i++) {
        desk.exchange(0.1);
      }
      desk.asks();
      desk.pass(11.99);
      assertThat(desk.told()).isEmpty();
      desk.sound(1);
      desk.turnComplete();
      for (int i = 0; i < 8; i++) {
        desk.exchange(0.1);
      }
      desk.asks();
      desk.pass(4);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 4.0/4.0 NUDGE");
    }

    @Test
    void isOfEachPhaseByItself() {
      for (int i = 0; i < 8; i++) {
        desk.exchange(0.1);
      }
      desk.asks();
      desk.calls();
      desk.answers(true);
      desk.pass(14.99);
      assertThat(desk.told()).isEmpty();
      desk.pass(0.01);

      assertThat(desk.told()).containsExactly("AFTER_TOOL_RESPONSE 15.0/15.0 NUDGE");
    }

    @Test
    void takesTheWidestGapOfAnAnswer() {
      for (int i = 0; i < 3; i++) {
        desk.asks();
        desk.sound(1);
        desk.pass(3);
        for (int chunk = 0; chunk < 50; chunk++) {
          desk.sound(0.1);
          desk.pass(0.1);
        }
        desk.generated();
        desk.turnComplete();
      }
      desk.asks();
      desk.sound(1);
      desk.pass(8.99);
      assertThat(desk.told()).isEmpty();
      desk.pass(0.01);

      // Two seconds of three were not covered by sound.
      assertThat(desk.told()).containsExactly("MID_TURN 8.0/8.0 NUDGE");
    }

    @Test
    void doesNotTakeTheGapBetweenAPieceOfOtherSpeechAndTheNextForTheLatencyOfAResult() {
      for (int i = 0; i < 8; i++) {
        desk.asks();
        desk.calls();
        desk.sound(1);
        desk.answers(true);
        desk.sound(1);
        desk.generated();
        desk.pass(2);
        desk.turnComplete();
      }
      desk.asks();
      desk.calls();
      desk.answers(true);
      desk.pass(15);

      assertThat(desk.told()).containsExactly("AFTER_TOOL_RESPONSE 15.0/15.0 NUDGE");
    }

    @Test
    void waitsLongerAfterAnAlarmThatMayHaveBeenFalse() {
      for (int i = 0; i < 8; i++) {
        desk.exchange(0.1);
      }
      desk.asks();
      desk.pass(5);
      desk.sound(1);
      desk.pass(1);
      desk.turnComplete();
      assertThat(desk.told())
          .containsExactly("AFTER_INPUT 4.0/4.0 NUDGE", "AFTER_INPUT ended 5.0 by NUDGE");

      desk.asks();
      desk.pass(7.49);
      assertThat(desk.told()).isEmpty();
      desk.pass(0.01);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 7.5/7.5 NUDGE");
    }

    @Test
    void takesTheWholeSilenceWhenItIsOnlyReported() {
      desk.use(WatchdogPolicy.REPORT);
      for (int i = 0; i < 8; i++) {
        desk.exchange(0.1);
      }
      desk.asks();
      desk.pass(5);
      desk.sound(1);
      desk.pass(1);
      desk.turnComplete();
      desk.told();
      desk.asks();
      desk.pass(14.99);
      assertThat(desk.told()).isEmpty();
      desk.pass(0.01);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 null");
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void raisesNoAlarmHoweverTheFactsMixWhileTheServiceAnswersInTime(long seed) {
      Random random = new Random(seed);
      for (int i = 0; i < 200; i++) {
        boolean aloud = random.nextBoolean();
        if (aloud) {
          desk.speaks();
          desk.pass(random.nextDouble() * 20);
          desk.falls(random.nextBoolean());
        } else {
          desk.asks();
        }
        desk.pass(random.nextDouble() * 3.9);
        if (random.nextInt(4) == 0) {
          desk.heard();
        }
        if (random.nextInt(4) == 0) {
          desk.thought();
          desk.pass(random.nextDouble() * 3.9);
        }
        if (random.nextInt(4) == 0) {
          desk.transcript();
          desk.pass(random.nextDouble() * 3.9);
        }
        if (random.nextInt(3) == 0) {
          desk.calls();
          if (random.nextBoolean()) {
            desk.turnCompleteTooEarly();
          }
          desk.pass(random.nextDouble() * 60);
          desk.answers(true);
          desk.pass(random.nextDouble() * 3.9);
        }
        desk.sound(random.nextDouble() * 8);
        desk.pass(random.nextDouble() * 3.9);
        if (random.nextInt(5) == 0) {
          desk.speaks();
          desk.interrupted();
          desk.pass(random.nextDouble() * 3.9);
          desk.turnComplete();
          desk.falls();
          desk.pass(random.nextDouble() * 3.9);
          desk.sound(1);
        }
        desk.generated();
        desk.pass(random.nextDouble() * 10);
        desk.turnComplete();
        desk.pass(random.nextDouble() * 30);
        assertThat(desk.told()).as("exchange %s", i).isEmpty();
      }
    }
  }

  @Nested
  class Ladder {

    @Test
    void isClimbedStepByStep() {
      desk.speaks();
      desk.falls();
      desk.pass(15);
      desk.pass(5);
      desk.pass(5);
      desk.pass(10);
      desk.pass(10);
      desk.pass(600);

      assertThat(desk.told())
          .containsExactly(
              "AFTER_INPUT 15.0/15.0 NUDGE",
              "AFTER_INPUT 20.0/15.0 END_OF_SPEECH",
              "AFTER_INPUT 25.0/15.0 RESUME",
              "AFTER_INPUT 35.0/15.0 FRESH",
              "AFTER_INPUT 45.0/15.0 GIVE_UP");
      assertThat(desk.taken).containsExactly(WatchdogStep.values());
    }

    @Test
    void givesEachStepItsPatience() {
      desk.use(WatchdogPolicy.builder().patience(Duration.ofSeconds(7)).build());
      desk.asks();
      desk.pass(15);
      desk.pass(6.99);
      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 NUDGE");
      desk.pass(0.01);
      assertThat(desk.told()).containsExactly("AFTER_INPUT 22.0/15.0 RESUME");
      desk.pass(13.99);
      assertThat(desk.told()).isEmpty();
      desk.pass(0.01);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 36.0/15.0 FRESH");
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4})
    void endsWithTheStepThatHelps(int step) {
      desk.speaks();
      desk.falls();
      desk.pass(15);
      double[] patience = {5, 5, 10, 10};
      for (int i = 0; i < step; i++) {
        desk.pass(patience[i]);
      }
      desk.told();
      desk.sound(1);

      List<String> told = desk.told();
      assertThat(told).hasSize(1);
      assertThat(told.get(0))
          .startsWith("AFTER_INPUT ended ")
          .endsWith(" by " + WatchdogStep.values()[step]);
      desk.turnComplete();
      desk.pass(600);
      assertThat(desk.told()).isEmpty();
    }

    @Test
    void leavesOutWhatIsNotPossible() {
      desk.canNudge = false;
      desk.canEndSpeech = false;
      desk.canResume = false;
      desk.canBeginAfresh = false;
      desk.speaks();
      desk.falls();
      desk.pass(600);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 GIVE_UP");
    }

    @Test
    void tellsTheEndOfSpeechAgainOnlyAfterSpeech() {
      desk.use(WatchdogPolicy.builder()
          .steps(List.of(WatchdogStep.END_OF_SPEECH, WatchdogStep.GIVE_UP))
          .build());
      desk.asks();
      desk.pass(15);
      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 GIVE_UP");
      desk.sound(1);
      desk.pass(600);
      assertThat(desk.told())
          .containsExactly("AFTER_INPUT ended 15.0 by GIVE_UP", "MID_TURN 15.0/15.0 GIVE_UP");
    }

    @Test
    void isTheOneThatWasConfigured() {
      desk.use(WatchdogPolicy.builder()
          .steps(List.of(WatchdogStep.RESUME, WatchdogStep.NUDGE))
          .build());
      desk.asks();
      desk.pass(600);

      assertThat(desk.told())
          .containsExactly("AFTER_INPUT 15.0/15.0 RESUME", "AFTER_INPUT 25.0/15.0 NUDGE");
    }

    @Test
    void tellsOfTheSilenceOnceWhenNoStepIsPossible() {
      desk.use(
          WatchdogPolicy.builder().steps(List.of(WatchdogStep.END_OF_SPEECH)).build());
      desk.asks();
      desk.pass(600);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 null");
    }

    @Test
    void isNotClimbedWhenSilencesAreOnlyReported() {
      desk.use(WatchdogPolicy.REPORT);
      desk.asks();
      desk.pass(600);
      desk.sound(1);

      assertThat(desk.told())
          .containsExactly("AFTER_INPUT 15.0/15.0 null", "AFTER_INPUT ended 600.0 by null");
      assertThat(desk.taken).isEmpty();
    }

    @Test
    void goesOnWhereItWasWhenTheAnswerBreaksOffAgain() {
      desk.asks();
      desk.pass(15);
      desk.thought();
      desk.pass(15);
      desk.sound(1);
      desk.pass(16);
      desk.sound(1);
      desk.pass(16);

      assertThat(desk.taken)
          .containsExactly(
              WatchdogStep.NUDGE, WatchdogStep.RESUME, WatchdogStep.FRESH, WatchdogStep.GIVE_UP);
    }

    @Test
    void beginsAnewOnceTheModelHasSaidAllItHadToSay() {
      desk.asks();
      desk.pass(15);
      desk.sound(1);
      desk.generated();
      desk.turnComplete();
      desk.asks();
      desk.pass(600);

      assertThat(desk.taken)
          .startsWith(WatchdogStep.NUDGE, WatchdogStep.NUDGE, WatchdogStep.RESUME);
    }

    @Test
    void isNotEndedByTheCutThatANudgeMakes() {
      desk.asks();
      desk.sound(1);
      desk.pass(16);
      assertThat(desk.told()).containsExactly("MID_TURN 15.0/15.0 NUDGE");
      desk.interrupted();
      desk.turnComplete();
      assertThat(desk.told()).isEmpty();
      desk.pass(5);
      assertThat(desk.told()).containsExactly("MID_TURN 20.0/15.0 RESUME");

      desk.sound(1);

      assertThat(desk.told()).containsExactly("MID_TURN ended 20.0 by RESUME");
    }

    @Test
    void isNotEndedByTheEndOfATurnThatAStepMakes() {
      desk.asks();
      desk.calls();
      desk.turnCompleteTooEarly();
      desk.answers(true);
      desk.pass(15);
      desk.turnRuns = false;
      desk.dog.onTurnEnded(desk.now);
      desk.pass(5);
      assertThat(desk.told())
          .containsExactly(
              "AFTER_TOOL_RESPONSE 15.0/15.0 NUDGE", "AFTER_TOOL_RESPONSE 20.0/15.0 RESUME");

      desk.turnComplete();

      assertThat(desk.told()).containsExactly("AFTER_TOOL_RESPONSE ended 20.0 by RESUME");
    }

    @Test
    void goesOnOnAnotherConnectionWhenTheSilenceFollowedAnInterruption() {
      desk.asks();
      desk.sound(1);
      desk.interrupted();
      desk.pass(20);
      desk.dog.onLost(desk.now);
      desk.dog.onConnected(desk.now);
      desk.pass(1);
      desk.sound(1);

      assertThat(desk.told())
          .containsExactly(
              "AFTER_INTERRUPTION 15.0/15.0 NUDGE",
              "AFTER_INTERRUPTION 20.0/15.0 RESUME",
              "AFTER_INTERRUPTION ended 21.0 by RESUME");
    }

    @Test
    void giveUpIsToldOnceForASilence() {
      desk.use(WatchdogPolicy.builder().steps(List.of(WatchdogStep.GIVE_UP)).build());
      desk.asks();
      desk.pass(3600);
      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 GIVE_UP");

      // The user tries again, which is a new chance but the same silence.
      desk.asks();
      desk.pass(3600);
      assertThat(desk.told()).containsExactly("AFTER_INPUT 3615.0/15.0 GIVE_UP");
      desk.sound(1);

      assertThat(desk.told()).containsExactly("AFTER_INPUT ended 7200.0 by GIVE_UP");
    }

    @Test
    void isNotToldAgainWhenTheUserTriesAgainAndNothingIsDone() {
      desk.use(WatchdogPolicy.REPORT);
      desk.asks();
      desk.pass(60);
      desk.asks();
      desk.pass(60);
      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 null");
      desk.sound(1);

      assertThat(desk.told()).containsExactly("AFTER_INPUT ended 120.0 by null");
    }

    @Test
    void givesTheServiceTimeWhenTheUserTriesAgainAndGoesOnWhereItWas() {
      desk.asks();
      desk.pass(15);
      desk.pass(2);
      desk.asks();
      desk.pass(14.99);
      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 NUDGE");
      desk.pass(0.01);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 32.0/15.0 RESUME");
    }

    @Test
    void endsWhenTheApplicationInterrupts() {
      desk.asks();
      desk.pass(15);
      desk.told();
      desk.dog.onInterrupted(LiveEvent.Interrupted.By.APPLICATION, desk.now);
      desk.pass(600);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void waitsWhileAGuardHoldsBetweenTwoSteps() {
      desk.asks();
      desk.pass(15);
      desk.told();
      desk.speaks();
      desk.pass(100);
      assertThat(desk.told()).isEmpty();
      desk.userSpeaks = false;
      desk.pass(6);

      assertThat(desk.told()).hasSize(1);
    }
  }

  @Nested
  class Guards {

    @ParameterizedTest
    @ValueSource(strings = {"userSpeaks", "toolOpen", "inProgress", "sounding"})
    void holdBackAnAlarmAndTheSilenceCountsFromTheirEnd(String guard) {
      desk.asks();
      set(guard, true);
      desk.pass(100);
      assertThat(desk.told()).isEmpty();
      set(guard, false);
      desk.pass(15);
      assertThat(desk.told()).isEmpty();
      // They are looked at once a second.
      desk.pass(1);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 NUDGE");
    }

    private void set(String guard, boolean holds) {
      switch (guard) {
        case "userSpeaks" -> desk.userSpeaks = holds;
        case "toolOpen" -> desk.toolOpen = holds;
        case "inProgress" -> desk.inProgress = holds;
        default -> desk.sounding = holds;
      }
    }

    @Test
    void doNotLegitimateSilenceAfterWordsThatAsk() {
      desk.mayStaySilent = true;
      desk.asks();
      desk.pass(15);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 NUDGE");
    }

    @Test
    void doNotLegitimateAnAnswerThatBreaksOff() {
      desk.mayStaySilent = true;
      desk.speaks();
      desk.falls();
      desk.sound(1);
      desk.pass(16);

      assertThat(desk.told()).containsExactly("MID_TURN 15.0/15.0 NUDGE");
    }
  }

  @Nested
  class Connections {

    @ParameterizedTest
    @EnumSource(
        value = StallPhase.class,
        names = {"AFTER_INTERRUPTION"},
        mode = EnumSource.Mode.EXCLUDE)
    void whatWasWaitedForIsWaitedForAgainWithItsFullTime(StallPhase phase) {
      begin(phase);
      desk.pass(10);
      desk.dog.onLost(desk.now);
      desk.turnRuns = false;
      desk.dog.onInterrupted(LiveEvent.Interrupted.By.CONNECTION, desk.now);
      desk.dog.onTurnEnded(desk.now);
      assertThat(desk.wished).isFalse();
      desk.pass(100);
      desk.dog.onConnected(desk.now);
      desk.pass(14.99);
      assertThat(desk.told()).isEmpty();
      desk.pass(0.01);

      assertThat(desk.told()).containsExactly(phase + " 15.0/15.0 NUDGE");
    }

    private void begin(StallPhase phase) {
      desk.asks();
      switch (phase) {
        case MID_TURN -> desk.sound(1);
        case THOUGHTS_ONLY -> desk.thought();
        case TRANSCRIPT_WITHOUT_AUDIO -> desk.transcript();
        case AFTER_TOOL_RESPONSE -> {
          desk.calls();
          desk.answers(true);
        }
        default -> {
          // Asked is all that is needed.
        }
      }
    }

    @Test
    void anInterruptionIsOverWithItsConnection() {
      desk.asks();
      desk.sound(1);
      desk.interrupted();
      desk.dog.onLost(desk.now);
      desk.dog.onConnected(desk.now);
      desk.pass(600);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void aChangeInAQuietMomentStartsNothing() {
      desk.exchange(1);
      desk.dog.onLost(desk.now);
      desk.pass(1);
      desk.dog.onConnected(desk.now);
      desk.pass(600);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void theLadderGoesOnWhereItWas() {
      desk.asks();
      desk.pass(20);
      assertThat(desk.told())
          .containsExactly("AFTER_INPUT 15.0/15.0 NUDGE", "AFTER_INPUT 20.0/15.0 RESUME");
      desk.dog.onLost(desk.now);
      desk.pass(30);
      desk.dog.onConnected(desk.now);
      desk.pass(9.99);
      assertThat(desk.told()).isEmpty();
      desk.pass(0.01);
      assertThat(desk.told()).containsExactly("AFTER_INPUT 60.0/15.0 FRESH");
      desk.dog.onLost(desk.now);
      desk.dog.onConnected(desk.now);
      desk.pass(1);
      desk.sound(1);

      assertThat(desk.told()).containsExactly("AFTER_INPUT ended 61.0 by FRESH");
    }

    @Test
    void aCallThatTheServiceForgotLeavesTheQuestionOpen() {
      desk.speaks();
      desk.falls();
      desk.calls();
      desk.dog.onLost(desk.now);
      desk.toolOpen = false;
      desk.dog.onConnected(desk.now);
      desk.pass(15);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 NUDGE");
    }

    @Test
    void aCallThatTheServiceStillKnowsIsWaitedFor() {
      desk.asks();
      desk.calls();
      desk.dog.onLost(desk.now);
      desk.dog.onConnected(desk.now);
      desk.pass(600);
      desk.answers(true);
      desk.pass(15);

      assertThat(desk.told()).containsExactly("AFTER_TOOL_RESPONSE 15.0/15.0 NUDGE");
    }

    @Test
    void whatIsAskedBetweenTwoIsWaitedForFromTheNextOneOn() {
      desk.dog.onLost(desk.now);
      desk.asks();
      desk.pass(60);
      assertThat(desk.told()).isEmpty();
      desk.dog.onConnected(desk.now);
      desk.pass(15);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 NUDGE");
    }
  }

  @Nested
  class AskedWhileTheModelSpeaks {

    @Test
    void wordsAreAnsweredAfterWhatIsBeingSaid() {
      desk.asks();
      desk.sound(5);
      desk.asks();
      desk.sound(5);
      desk.generated();
      desk.pass(10);
      desk.turnComplete();
      desk.pass(15);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 NUDGE");
    }

    @Test
    void wordsThatCutInAreWaitedForAfterTheCut() {
      desk.asks();
      desk.sound(5);
      desk.asks();
      desk.interrupted();
      desk.turnComplete();
      desk.pass(15);

      assertThat(desk.told()).containsExactly("AFTER_INPUT 15.0/15.0 NUDGE");
    }

    @Test
    void theAnswerToThemEndsTheWait() {
      desk.asks();
      desk.sound(5);
      desk.asks();
      desk.interrupted();
      desk.turnComplete();
      desk.sound(1);
      desk.generated();
      desk.turnComplete();
      desk.pass(600);

      assertThat(desk.told()).isEmpty();
    }

    @Test
    void theEarlyEndOfATurnIsNoAnswerToACallThatWasQuick() {
      desk.asks();
      desk.calls();
      desk.answers(true);
      desk.turnCompleteTooEarly();
      desk.pass(15);

      assertThat(desk.told()).containsExactly("AFTER_TOOL_RESPONSE 15.0/15.0 NUDGE");
    }

    @Test
    void theEndOfTheTurnIsAnEmptyAnswerToACall() {
      desk.asks();
      desk.calls();
      desk.answers(true);
      desk.generated();
      desk.turnComplete();
      desk.pass(600);

      assertThat(desk.told()).isEmpty();
    }
  }

  @Test
  void piecesOfSoundSetNoTimerEach() {
    desk.asks();
    for (int i = 0; i < 1_000; i++) {
      desk.sound(0.1);
      desk.pass(0.02);
    }

    assertThat(desk.wishes).isLessThan(10);
  }
}
