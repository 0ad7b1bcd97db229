package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.testkit.VirtualTime;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the user has heard of a turn, by the positions that playback reports. */
class HeardLedgerTest {

  private static final long ONE = 100_000_000;

  /** Transcripts in the message of the audio they belong to, as on the Developer API. */
  private static LiveTurn withTranscriptsBesideAudio(Talk talk) {
    talk.content(Talk.audioPart(100) + ",'outputTranscription':{'text':'One'}");
    talk.content(Talk.audioPart(100) + ",'outputTranscription':{'text':' two'}");
    talk.content(Talk.audioPart(100) + ",'outputTranscription':{'text':' three'}");
    return interrupted(talk);
  }

  /** Transcripts in messages of their own, ahead of the audio, as on Vertex AI. */
  private static LiveTurn withTranscriptsAheadOfAudio(Talk talk) {
    talk.content("'outputTranscription':{'text':'One'}").audio(100, 1);
    talk.content("'outputTranscription':{'text':' two'}").audio(100, 1);
    talk.content("'outputTranscription':{'text':' three'}");
    talk.content("'outputTranscription':{'finished':true}").audio(100, 1);
    return interrupted(talk);
  }

  private static LiveTurn interrupted(Talk talk) {
    talk.content("'interrupted':true").turnComplete();
    return talk.await(LiveEvent.TurnEnded.class).turn();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "0           | ''            | One two three",
        "1           | One           | ' two three'",
        "99999999    | One           | ' two three'",
        "100000000   | One           | ' two three'",
        "100000001   | One two       | ' three'",
        "199999999   | One two       | ' three'",
        "200000000   | One two       | ' three'",
        "200000001   | One two three | ''",
        "99900000000 | One two three | ''"
      })
  void aPieceIsHeardOncePlaybackWentBeyondItsPosition(long nanos, String heard, String unheard) {
    try (Talk talk = Talk.open();
        Talk vertex = Talk.with().vertex().open()) {
      LiveTurn beside = withTranscriptsBesideAudio(talk);
      LiveTurn ahead = withTranscriptsAheadOfAudio(vertex);

      beside.reportHeard(Duration.ofNanos(nanos));
      ahead.reportHeard(Duration.ofNanos(nanos));

      assertThat(beside.heardText()).isEqualTo(heard);
      assertThat(beside.unheardText()).isEqualTo(unheard);
      assertThat(ahead.heardText()).isEqualTo(heard);
      assertThat(ahead.unheardText()).isEqualTo(unheard);
      assertThat(beside.heard()).isEqualTo(Duration.ofNanos(nanos));
    }
  }

  @Test
  void transcriptsTellThePositionTheyAreTiedTo() {
    try (Talk talk = Talk.open()) {
      talk.content(Talk.audioPart(100) + ",'outputTranscription':{'text':'a'}");
      talk.content(Talk.audioPart(100) + ",'outputTranscription':{'text':'b'}");
      talk.content("'outputTranscription':{'text':'c'}");

      assertThat(talk.await(LiveEvent.OutputTranscript.class).offset()).isZero();
      assertThat(talk.await(LiveEvent.OutputTranscript.class).offset()).hasMillis(100);
      assertThat(talk.await(LiveEvent.OutputTranscript.class).offset()).hasMillis(200);
    }
  }

  @Test
  void allCountsAsHeardWhenNobodyReports() {
    try (Talk talk = Talk.open()) {
      LiveTurn turn = withTranscriptsBesideAudio(talk);

      assertThat(turn.heard()).isNull();
      assertThat(turn.heardText()).isEqualTo("One two three");
      assertThat(turn.unheardText()).isEmpty();
    }
  }

  @Test
  void onlyTheFarthestReportCounts() {
    try (Talk talk = Talk.open()) {
      LiveTurn turn = withTranscriptsBesideAudio(talk);

      turn.reportHeard(Duration.ofNanos(ONE + 1));
      turn.reportHeard(Duration.ofNanos(1));
      turn.reportHeard(Duration.ZERO);

      assertThat(turn.heard()).isEqualTo(Duration.ofNanos(ONE + 1));
      assertThat(turn.heardText()).isEqualTo("One two");
    }
  }

  @Test
  void reportsCountAfterTheTurnAndTheSessionEnded() {
    LiveTurn turn;
    try (Talk talk = Talk.open()) {
      turn = withTranscriptsBesideAudio(talk);
      turn.reportHeard(Duration.ofNanos(1));
      assertThat(turn.unheardText()).isEqualTo(" two three");
    }

    turn.reportHeard(Duration.ofNanos(2 * ONE + 1));

    assertThat(turn.unheardText()).isEmpty();
  }

  @Test
  void wordsThatArriveAfterTheCutAreNotHeardUnlessTheirAudioWas() {
    try (Talk talk = Talk.open()) {
      talk.content(Talk.audioPart(100) + ",'outputTranscription':{'text':'One'}");
      talk.content("'interrupted':true");
      talk.content("'outputTranscription':{'text':' never'}").turnComplete();
      LiveTurn turn = talk.await(LiveEvent.TurnEnded.class).turn();

      turn.reportHeard(Duration.ofNanos(ONE));

      assertThat(turn.heardText()).isEqualTo("One");
      assertThat(turn.unheardText()).isEqualTo(" never");
    }
  }

  @Test
  void aPositionBeforeTheStartIsRefused() {
    try (Talk talk = Talk.open()) {
      LiveTurn turn = withTranscriptsBesideAudio(talk);

      assertThatThrownBy(() -> turn.reportHeard(Duration.ofNanos(-1)))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("must not be negative");
      assertThat(turn.heard()).isNull();
    }
  }

  // When it was heard.

  private static final Duration NANO = Duration.ofNanos(1);
  private static final Duration PATIENCE_WITH_PLAYERS = Duration.ofSeconds(5);

  // One thread: what was to be completed before a task of the test's own has been.
  private static final ExecutorService EXECUTOR = Executors.newSingleThreadExecutor();

  @AfterAll
  static void stop() {
    EXECUTOR.shutdown();
  }

  private static Talk.Setting setting(VirtualTime time) {
    return Talk.with()
        .time(time)
        .executor(EXECUTOR)
        .config(config -> config.keepAlive(Duration.ZERO).watchdog(WatchdogPolicy.OFF));
  }

  private static Talk at(VirtualTime time) {
    return setting(time).open();
  }

  private static void assertNotHeard(CompletableFuture<Void> heard) {
    Talk.get(CompletableFuture.runAsync(() -> {}, EXECUTOR));
    assertThat(heard).isNotDone();
  }

  /** A turn that has spoken and, as all before it, was told. */
  private static LiveTurn speaking(Talk talk, int millis) {
    talk.audio(millis, 1);
    return talk.await(LiveEvent.Audio.class).turn();
  }

  private static LiveTurn spoken(Talk talk, int millis) {
    talk.audio(millis, 1).turnComplete();
    return talk.await(LiveEvent.TurnEnded.class).turn();
  }

  private static CompletableFuture<Void> heard(LiveTurn turn) {
    return turn.whenHeard().toCompletableFuture();
  }

  /** It completes after exactly this time, and not before. */
  private static void assertDueIn(VirtualTime time, Duration rest, CompletableFuture<Void> heard) {
    time.advance(rest.minus(NANO));
    assertNotHeard(heard);
    time.advance(NANO);
    Talk.get(heard);
  }

  @Test
  void aTurnNobodyReportsOnIsHeardInRealTimeFromItsArrival() {
    VirtualTime time = new VirtualTime();
    try (Talk talk = at(time)) {
      LiveTurn turn = spoken(talk, 800);

      assertDueIn(time, Duration.ofMillis(800), heard(turn));
      assertThat(heard(turn)).isDone();
    }
  }

  @Test
  void whatWasSaidCountsFromItsOwnArrivalAfterAGap() {
    VirtualTime time = new VirtualTime();
    try (Talk talk = at(time)) {
      speaking(talk, 100);
      time.advance(Duration.ofSeconds(3));
      LiveTurn turn = spoken(talk, 200);

      assertDueIn(time, Duration.ofMillis(200), heard(turn));
    }
  }

  @Test
  void aTurnIsHeardAfterTheOneBeforeIt() {
    VirtualTime time = new VirtualTime();
    try (Talk talk = at(time)) {
      LiveTurn first = spoken(talk, 300);
      LiveTurn second = spoken(talk, 200);
      CompletableFuture<Void> firstHeard = heard(first);

      assertDueIn(time, Duration.ofMillis(300), firstHeard);
      assertDueIn(time, Duration.ofMillis(200), heard(second));
    }
  }

  @Test
  void aTurnThatHasNotEndedIsNotHeardYet() {
    VirtualTime time = new VirtualTime();
    try (Talk talk = at(time)) {
      LiveTurn turn = speaking(talk, 100);
      CompletableFuture<Void> heard = heard(turn);
      time.advance(Duration.ofMinutes(1));
      assertNotHeard(heard);

      talk.turnComplete();

      Talk.get(heard);
    }
  }

  @Test
  void aTurnThatDidNotSpeakIsHeardWhenItEnds() {
    try (Talk talk = at(new VirtualTime())) {
      talk.content("'modelTurn':{'parts':[{'text':'Hello.'}]}");
      LiveTurn turn = talk.await(LiveEvent.Text.class).turn();
      CompletableFuture<Void> heard = heard(turn);
      assertNotHeard(heard);

      talk.turnComplete();

      Talk.get(heard);
    }
  }

  @Test
  void reportsDecideOnceThereAreAny() {
    VirtualTime time = new VirtualTime();
    try (Talk talk = at(time)) {
      LiveTurn turn = spoken(talk, 800);
      CompletableFuture<Void> heard = heard(turn);
      for (int position = 0; position < 800; position += 100) {
        turn.reportHeard(Duration.ofMillis(position));
        // A loudspeaker that is slower than the clock.
        time.advance(Duration.ofMillis(300));
      }
      turn.reportHeard(Duration.ofMillis(800).minusNanos(41_666));
      assertNotHeard(heard);

      turn.reportHeard(Duration.ofMillis(800));

      Talk.get(heard);
      // Nobody is waited for any more.
      assertThat(time.pending()).isZero();
    }
  }

  @Test
  void aReportOfOneTurnMeansThatTheNextIsPlayedToo() {
    VirtualTime time = new VirtualTime();
    try (Talk talk = at(time)) {
      LiveTurn first = spoken(talk, 100);
      first.reportHeard(Duration.ofMillis(100));
      LiveTurn second = spoken(talk, 200);
      CompletableFuture<Void> heard = heard(second);
      time.advance(Duration.ofSeconds(1));
      assertNotHeard(heard);

      second.reportHeard(Duration.ofMillis(200));

      Talk.get(heard);
    }
  }

  @Test
  void aFirstReportCorrectsAnEstimateThatWasAheadOfTheLoudspeaker() {
    VirtualTime time = new VirtualTime();
    try (Talk talk = at(time)) {
      LiveTurn turn = speaking(talk, 500);
      time.advance(Duration.ofMillis(600));
      turn.reportHeard(Duration.ofMillis(20));
      talk.turnComplete();
      talk.await(LiveEvent.TurnEnded.class);
      CompletableFuture<Void> heard = heard(turn);
      time.advance(Duration.ofSeconds(1));
      assertNotHeard(heard);

      turn.reportHeard(Duration.ofMillis(500));

      Talk.get(heard);
    }
  }

  @Test
  void aLoudspeakerThatStopsReportingHoldsUpNobodyForLong() {
    VirtualTime time = new VirtualTime();
    try (Talk talk = at(time)) {
      LiveTurn turn = spoken(talk, 800);
      CompletableFuture<Void> heard = heard(turn);
      time.advance(Duration.ofMillis(100));
      turn.reportHeard(Duration.ZERO);
      time.advance(Duration.ofMillis(700));
      turn.reportHeard(Duration.ofMillis(500));
      time.advance(Duration.ofMillis(200));
      // Says nothing new.
      turn.reportHeard(Duration.ofMillis(500));

      assertDueIn(time, PATIENCE_WITH_PLAYERS.plusMillis(300).minusMillis(200), heard);
    }
  }

  @Test
  void aLoudspeakerThatStallsAtTheFirstSampleHoldsUpNobodyForLong() {
    VirtualTime time = new VirtualTime();
    try (Talk talk = at(time)) {
      LiveTurn turn = spoken(talk, 800);
      CompletableFuture<Void> heard = heard(turn);
      time.advance(Duration.ofMillis(700));
      turn.reportHeard(Duration.ZERO);

      assertDueIn(time, PATIENCE_WITH_PLAYERS.plusMillis(800), heard);
    }
  }

  @Test
  void aStalledLoudspeakerHoldsUpTheNextTurnOnlyForItsOwnTime() {
    VirtualTime time = new VirtualTime();
    try (Talk talk = at(time)) {
      LiveTurn first = spoken(talk, 300);
      first.reportHeard(Duration.ofMillis(100));
      LiveTurn second = spoken(talk, 400);
      CompletableFuture<Void> secondHeard = heard(second);
      CompletableFuture<Void> firstHeard = heard(first);

      assertDueIn(time, PATIENCE_WITH_PLAYERS.plusMillis(200), firstHeard);
      assertDueIn(time, Duration.ofMillis(400), secondHeard);
    }
  }

  @Test
  void whatAPlayerLeftOutIsNotAwaitedOnceTheNextTurnSounds() {
    VirtualTime time = new VirtualTime();
    try (Talk talk = at(time)) {
      LiveTurn first = spoken(talk, 300);
      first.reportHeard(Duration.ofMillis(100));
      LiveTurn second = spoken(talk, 400);
      CompletableFuture<Void> heard = heard(first);
      second.reportHeard(Duration.ZERO);
      assertNotHeard(heard);

      second.reportHeard(Duration.ofMillis(20));

      Talk.get(heard);
      assertNotHeard(heard(second));
    }
  }

  @Test
  void aTurnThatIsCutIsOverForTheUser() {
    VirtualTime time = new VirtualTime();
    try (Talk talk = at(time)) {
      LiveTurn turn = speaking(talk, 800);
      CompletableFuture<Void> heard = heard(turn);

      talk.content("'interrupted':true");

      Talk.get(heard);
      assertThat(time.pending()).isZero();
    }
  }

  @Test
  void aCutAfterTheTurnsEndSilencesWhatIsStillPlaying() {
    VirtualTime time = new VirtualTime();
    try (Talk talk = at(time)) {
      LiveTurn first = spoken(talk, 800);
      LiveTurn second = spoken(talk, 800);
      CompletableFuture<Void> firstHeard = heard(first);
      CompletableFuture<Void> secondHeard = heard(second);

      talk.content("'interrupted':true");

      Talk.get(firstHeard);
      Talk.get(secondHeard);
      LiveTurn third = spoken(talk, 300);
      assertDueIn(time, Duration.ofMillis(300), heard(third));
    }
  }

  @Test
  void aTurnTheSessionEndsInIsOverForTheUser() {
    VirtualTime time = new VirtualTime();
    CompletableFuture<Void> heard;
    try (Talk talk = at(time)) {
      heard = heard(speaking(talk, 20_000));
    }

    Talk.get(heard);
  }

  @Test
  void aGoodbyeIsHeardOutAfterTheServiceHasClosed() {
    VirtualTime time = new VirtualTime();
    try (Talk talk = at(time)) {
      LiveTurn turn = spoken(talk, 800);
      CompletableFuture<Void> heard = heard(turn);
      talk.service.close(4000, "bye");
      talk.await(LiveEvent.Closed.class);

      assertNotHeard(heard);
      time.advance(Duration.ofMillis(800));

      Talk.get(heard);
    }
  }

  @Test
  void whatFollowsRunsOnTheClientsExecutor() {
    BlockingQueue<Runnable> tasks = new LinkedBlockingQueue<>();
    Thread worker = new Thread(
        () -> {
          try {
            while (true) {
              tasks.take().run();
            }
          } catch (InterruptedException e) {
            // The test is over.
          }
        },
        "the-executor");
    worker.start();
    try (Talk talk = Talk.with().executor(tasks::add).open()) {
      LiveTurn turn = speaking(talk, 800);
      CompletableFuture<String> reported = new CompletableFuture<>();
      turn.whenHeard().thenRun(() -> reported.complete(Thread.currentThread().getName()));

      talk.turnComplete();
      talk.await(LiveEvent.TurnEnded.class);
      turn.reportHeard(Duration.ofMillis(800));

      assertThat(Talk.get(reported)).isEqualTo("the-executor");
    } finally {
      worker.interrupt();
    }
  }

  @Test
  void nobodyCanCompleteTheStageForOthers() {
    VirtualTime time = new VirtualTime();
    try (Talk talk = at(time)) {
      LiveTurn turn = spoken(talk, 800);

      heard(turn).complete(null);

      assertNotHeard(heard(turn));
      time.advance(Duration.ofMillis(800));
      Talk.get(heard(turn));
    }
  }

  // What was said so far, as a tool waits for it.

  private static final String CALL =
      "{'toolCall':{'functionCalls':[{'id':'c1','name':'hang_up','args':{}}]}}";

  /** A session with a tool that tells when all that was said before it has been heard. */
  private static Talk withTool(VirtualTime time, CompletableFuture<Void> heard) {
    ToolFunction tool = (args, context) -> {
      context.whenHeard().thenRun(() -> heard.complete(null));
      return "ok";
    };
    return setting(time)
        .config(config -> config
            .keepAlive(Duration.ZERO)
            .tools(ToolSet.of(FunctionDeclaration.builder("hang_up", "hangs up").build(), tool)))
        .open();
  }

  @Test
  void aToolWaitsForWhatWasSaidBeforeItWasCalled() {
    VirtualTime time = new VirtualTime();
    CompletableFuture<Void> heard = new CompletableFuture<>();
    try (Talk talk = withTool(time, heard)) {
      talk.audio(300, 1).hear(CALL);
      talk.await(LiveEvent.ToolAnswered.class);
      // What it says after the call does not count.
      talk.audio(500, 1);
      talk.await(LiveEvent.Audio.class);

      assertDueIn(time, Duration.ofMillis(300), heard);
    }
  }

  @Test
  void aToolWaitsForReportsOfWhatWasSaidBefore() {
    VirtualTime time = new VirtualTime();
    CompletableFuture<Void> heard = new CompletableFuture<>();
    try (Talk talk = withTool(time, heard)) {
      talk.audio(300, 1);
      LiveTurn turn = talk.await(LiveEvent.Audio.class).turn();
      turn.reportHeard(Duration.ZERO);
      talk.hear(CALL);
      talk.await(LiveEvent.ToolAnswered.class);
      talk.audio(500, 1);
      talk.await(LiveEvent.Audio.class);
      turn.reportHeard(Duration.ofMillis(299));
      assertNotHeard(heard);

      turn.reportHeard(Duration.ofMillis(300));

      Talk.get(heard);
    }
  }

  @Test
  void aToolWaitsForAnEarlierTurnThatStillSounds() {
    VirtualTime time = new VirtualTime();
    CompletableFuture<Void> heard = new CompletableFuture<>();
    try (Talk talk = withTool(time, heard)) {
      spoken(talk, 300);
      talk.hear(CALL);
      talk.await(LiveEvent.ToolAnswered.class);

      assertDueIn(time, Duration.ofMillis(300), heard);
    }
  }

  @Test
  void aToolWaitsForNothingWhereNothingWasSaid() {
    VirtualTime time = new VirtualTime();
    CompletableFuture<Void> heard = new CompletableFuture<>();
    try (Talk talk = withTool(time, heard)) {
      talk.hear(CALL);

      Talk.get(heard);
    }
  }
}
