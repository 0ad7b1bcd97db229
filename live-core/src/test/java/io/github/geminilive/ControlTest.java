package io.github.geminilive;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.ThinkingLevel;
import io.github.geminilive.protocol.Tool;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Persona;
import io.github.geminilive.testkit.VirtualTime;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/**
 * Steering a conversation: in every family in the form it takes, and the simulated service has
 * nothing to complain about.
 */
class ControlTest {

  private enum Family {
    NATIVE_2_5(LiveModel.GEMINI_2_5_FLASH_NATIVE_AUDIO_PREVIEW, false, null),
    VERTEX_2_5(LiveModel.GEMINI_LIVE_2_5_FLASH_NATIVE_AUDIO, true, "model"),
    LIVE_3_1(LiveModel.GEMINI_3_1_FLASH_LIVE_PREVIEW, false, null),
    LIVE_3_8(LiveModel.GEMINI_3_8_LIVE, false, "user"),
    VERTEX_3_8(LiveModel.GEMINI_3_8_LIVE, true, "user"),
    EXTENDED_THINKING(LiveModel.GEMINI_3_8_LIVE_EXTENDED_THINKING, false, "user");

    final LiveModel model;
    final boolean vertex;
    // Whose turn it is that tells something in mid-session.
    final @Nullable String role;

    Family(LiveModel model, boolean vertex, @Nullable String role) {
      this.model = model;
      this.vertex = vertex;
      this.role = role;
    }

    LiveConfig.Builder configure(LiveConfig.Builder config) {
      return this == EXTENDED_THINKING ? config.thinkingLevel(ThinkingLevel.LOW) : config;
    }

    JsonNode told(String... texts) {
      StringBuilder parts = new StringBuilder();
      for (String text : texts) {
        parts
            .append(parts.length() == 0 ? "" : ",")
            .append("{'text':'")
            .append(text)
            .append("'}");
      }
      return Talk.json("{'clientContent':{'turns':[{"
          + (role == null ? "" : "'role':'" + role + "',")
          + "'parts':["
          + parts
          + "]}],'turnComplete':false}}");
    }

    JsonNode said(String text) {
      return Talk.json(
          this == LIVE_3_1
              ? "{'realtimeInput':{'text':'" + text + "'}}"
              : "{'clientContent':{'turns':[{'role':'user','parts':[{'text':'"
                  + text
                  + "'}]}],'turnComplete':true}}");
    }
  }

  private static final JsonNode STOP = Talk.json("{'clientContent':{'turnComplete':false}}");

  private static Talk open(Family family) {
    return open(family, config -> config);
  }

  private static Talk open(Family family, UnaryOperator<LiveConfig.Builder> config) {
    return setting(family, config).open();
  }

  private static Talk open(Family family, VirtualTime time) {
    return setting(family, config -> config.keepAlive(Duration.ZERO)).time(time).open();
  }

  private static Talk.Setting setting(Family family, UnaryOperator<LiveConfig.Builder> config) {
    Talk.Setting setting = Talk.with()
        .model(family.model)
        .config(builder -> config.apply(family.configure(builder)).watchdog(WatchdogPolicy.OFF))
        .server(server -> server.rules(true));
    return family.vertex ? setting.vertex() : setting;
  }

  // interrupt

  @ParameterizedTest
  @EnumSource(value = Family.class, mode = Mode.EXCLUDE, names = "LIVE_3_1")
  void anAnswerIsStoppedHereAndAtTheService(Family family) {
    // What comes within 3 s is the rest of the answer.
    try (Talk talk = open(family, new VirtualTime())) {
      talk.audio(40, 1);
      LiveTurn turn = talk.await(LiveEvent.Audio.class).turn();

      CompletableFuture<Void> sent = talk.session.interrupt();
      LiveEvent.Interrupted interrupted = talk.await(LiveEvent.Interrupted.class);
      Talk.get(sent);

      assertThat(interrupted.turn()).isSameAs(turn);
      assertThat(interrupted.by()).isEqualTo(LiveEvent.Interrupted.By.APPLICATION);
      assertThat(talk.service.nextMessage()).isEqualTo(STOP);
      // The service has gone on speaking until it heard of it.
      talk.audio(40, 2).content("'interrupted':true").turnComplete().audio(40, 3);
      List<LiveEvent> rest = talk.until(LiveEvent.Audio.class);
      assertThat(Talk.kinds(rest)).doesNotContain("Interrupted").containsOnlyOnce("TurnEnded");
      assertThat(Talk.valueOf(((LiveEvent.Audio) rest.get(rest.size() - 1)).chunk()))
          .isEqualTo(3);
      assertThat(turn.outcome()).isEqualTo(LiveTurn.Outcome.INTERRUPTED);
      assertThat(talk.server.violations()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(value = Family.class, mode = Mode.EXCLUDE, names = "LIVE_3_1")
  void anAnswerThatIsOwedIsStoppedToo(Family family) {
    try (Talk talk = open(family)) {
      Talk.get(talk.session.sendText("Tell me a story."));
      talk.service.nextMessage();

      Talk.get(talk.session.interrupt());

      assertThat(talk.service.nextMessage()).isEqualTo(STOP);
      assertThat(talk.await(LiveEvent.Interrupted.class).by())
          .isEqualTo(LiveEvent.Interrupted.By.APPLICATION);
    }
  }

  @Test
  void whereTheServiceCannotBeStoppedTheRestIsThrownAwayHere() {
    try (Talk talk = open(Family.LIVE_3_1)) {
      talk.audio(40, 1);
      talk.await(LiveEvent.Audio.class);

      Talk.get(talk.session.interrupt());
      List<LiveEvent> told = talk.until(LiveEvent.Interrupted.class);
      talk.audio(40, 2).content("'outputTranscription':{'text':'more'}").turnComplete();
      talk.audio(40, 3);
      told.addAll(talk.until(LiveEvent.Audio.class));

      assertThat(Talk.warnings(told, LiveEvent.Warning.Kind.INTERRUPTED_HERE_ONLY))
          .hasSize(1);
      assertThat(told).filteredOn(LiveEvent.OutputTranscript.class::isInstance).isEmpty();
      assertThat(Talk.valueOf(((LiveEvent.Audio) told.get(told.size() - 1)).chunk()))
          .isEqualTo(3);
      talk.service.heardNothingFor(Duration.ofMillis(50));
    }
  }

  @Test
  void whatWasStoppedHereIsNotToldAgainWhenTheServiceStopsIt() {
    try (Talk talk = open(Family.LIVE_3_1)) {
      talk.audio(40, 1);
      LiveTurn turn = talk.await(LiveEvent.Audio.class).turn();
      Talk.get(talk.session.interrupt());
      talk.await(LiveEvent.Interrupted.class);

      talk.audio(40, 2).content("'interrupted':true").turnComplete();

      assertThat(Talk.kinds(talk.until(LiveEvent.TurnEnded.class))).doesNotContain("Interrupted");
      assertThat(turn.audioDuration()).hasMillis(40);
    }
  }

  @Test
  void anAnswerThatNeverBeganDoesNotSwallowTheNext() {
    try (Talk talk = open(Family.LIVE_3_1)) {
      Talk.get(talk.session.sendText("Tell me a story."));
      Talk.get(talk.session.interrupt());
      assertThat(talk.await(LiveEvent.Interrupted.class).by())
          .isEqualTo(LiveEvent.Interrupted.By.APPLICATION);

      talk.content("'inputTranscription':{'text':'Or no, sing.'}").audio(40, 2);

      assertThat(Talk.valueOf(talk.await(LiveEvent.Audio.class).chunk())).isEqualTo(2);
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void whereNothingIsSaidThereIsNothingToStop(Family family) {
    try (Talk talk = open(family)) {
      talk.audio(40, 1).turnComplete();
      talk.await(LiveEvent.TurnEnded.class);

      Talk.get(talk.session.interrupt());

      assertThat(Talk.kinds(talk.settled())).doesNotContain("Interrupted", "Warning");
      talk.service.heardNothingFor(Duration.ofMillis(50));
    }
  }

  @Test
  void anAnswerIsStoppedOnce() {
    try (Talk talk = open(Family.LIVE_3_8, new VirtualTime())) {
      talk.audio(40, 1);
      talk.await(LiveEvent.Audio.class);

      Talk.get(CompletableFuture.allOf(talk.session.interrupt(), talk.session.interrupt()));
      talk.content("'interrupted':true").turnComplete();

      assertThat(Talk.kinds(talk.settled())).containsOnlyOnce("Interrupted");
      assertThat(talk.service.nextMessage()).isEqualTo(STOP);
      talk.service.heardNothingFor(Duration.ofMillis(50));
    }
  }

  // say

  @ParameterizedTest
  @EnumSource(Family.class)
  void theModelIsMadeToSpeakInTheFamilysForm(Family family) {
    try (Talk talk = open(family)) {
      Talk.get(talk.session.say("Greet the user."));

      assertThat(talk.service.nextMessage()).isEqualTo(family.said("Greet the user."));
      assertThat(talk.server.violations()).isEmpty();
    }
  }

  @Test
  void nothingCannotBeSaidToldOrRemembered() {
    try (Talk talk = open(Family.LIVE_3_8)) {
      assertThatIllegalArgumentException()
          .isThrownBy(() -> talk.session.say(" "))
          .withMessageContaining("blank");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> talk.session.tell(""))
          .withMessageContaining("blank");
      assertThatIllegalArgumentException()
          .isThrownBy(() -> talk.session.remember("\n"))
          .withMessageContaining("blank");
    }
  }

  // tell

  @ParameterizedTest
  @EnumSource(value = Family.class, mode = Mode.EXCLUDE, names = "LIVE_3_1")
  void contextGoesOutAtOnceWhereItInterruptsNothing(Family family) {
    try (Talk talk = open(family)) {
      assertThat(Talk.get(talk.session.tell("It rains."))).isEqualTo(InForce.NOW);

      assertThat(talk.service.nextMessage()).isEqualTo(family.told("It rains."));
      assertThat(talk.server.violations()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(value = Family.class, mode = Mode.EXCLUDE, names = "LIVE_3_1")
  void contextWaitsForTheEndOfAnAnswerAndGoesOutTogether(Family family) {
    try (Talk talk = open(family)) {
      talk.audio(40, 1);
      talk.await(LiveEvent.Audio.class);

      CompletableFuture<InForce> one = talk.session.tell("It rains.");
      CompletableFuture<InForce> two = talk.session.remember("The user is Ann.");
      talk.service.heardNothingFor(Duration.ofMillis(50));
      assertThat(one).isNotDone();
      talk.turnComplete();

      assertThat(Talk.get(one)).isEqualTo(InForce.NOW);
      assertThat(Talk.get(two)).isEqualTo(InForce.NOW);
      assertThat(talk.service.nextMessage())
          .isEqualTo(family.told("It rains.", "The user is Ann."));
      talk.service.heardNothingFor(Duration.ofMillis(50));
    }
  }

  @Test
  void contextWaitsForAnAnswerThatIsOwed() {
    try (Talk talk = open(Family.LIVE_3_8, new VirtualTime())) {
      Talk.get(talk.session.sendText("Hello."));
      talk.service.nextMessage();
      CompletableFuture<InForce> told = talk.session.tell("It rains.");
      talk.service.heardNothingFor(Duration.ofMillis(200));

      talk.audio(40, 1).turnComplete();

      assertThat(talk.service.nextMessage()).isEqualTo(Family.LIVE_3_8.told("It rains."));
      Talk.get(told);
    }
  }

  @Test
  void contextDoesNotWaitForEverForAnAnswer() {
    VirtualTime time = new VirtualTime();
    try (Talk talk = open(Family.LIVE_3_8, time)) {
      Talk.get(talk.session.sendText("Never mind."));
      talk.service.nextMessage();
      CompletableFuture<InForce> told = talk.session.tell("It rains.");

      time.advance(Duration.ofMillis(9_999));
      assertThat(talk.server.settle(Talk.PATIENCE)).isTrue();
      assertThat(talk.service.receivedMessages()).hasSize(2);
      time.advance(Duration.ofMillis(100));

      assertThat(talk.service.nextMessage()).isEqualTo(Family.LIVE_3_8.told("It rains."));
      Talk.get(told);
    }
  }

  @Test
  void contextWaitsUntilTheUserHasSpokenAndWasAnswered() {
    try (Talk talk = open(Family.LIVE_3_8, new VirtualTime())) {
      talk.session.reportUserSpeech(true);
      CompletableFuture<InForce> told = talk.session.tell("It rains.");
      talk.service.heardNothingFor(Duration.ofMillis(200));
      assertThat(told).isNotDone();
      talk.session.reportUserSpeech(false);
      talk.service.heardNothingFor(Duration.ofMillis(200));

      talk.content("'inputTranscription':{'text':'Hello.'}").audio(40, 1);
      talk.await(LiveEvent.Audio.class);
      talk.service.heardNothingFor(Duration.ofMillis(200));
      talk.turnComplete();

      assertThat(talk.service.nextMessage()).isEqualTo(Family.LIVE_3_8.told("It rains."));
      Talk.get(told);
    }
  }

  @Test
  void contextDoesNotWaitForEverForAnAnswerToACough() {
    VirtualTime time = new VirtualTime();
    try (Talk talk = open(Family.LIVE_3_8, time)) {
      talk.session.reportUserSpeech(true);
      CompletableFuture<InForce> told = talk.session.tell("It rains.");
      time.advance(Duration.ofMinutes(1));
      talk.session.reportUserSpeech(false);

      time.advance(Duration.ofMillis(2_999));
      assertThat(talk.server.settle(Talk.PATIENCE)).isTrue();
      assertThat(talk.service.receivedMessages()).hasSize(1);
      time.advance(Duration.ofMillis(100));

      assertThat(talk.service.nextMessage()).isEqualTo(Family.LIVE_3_8.told("It rains."));
      Talk.get(told);
    }
  }

  @Test
  void aTextIsAnsweredWithWhatWasToldBeforeIt() {
    try (Talk talk = open(Family.LIVE_3_8)) {
      talk.audio(40, 1);
      talk.await(LiveEvent.Audio.class);

      CompletableFuture<InForce> told = talk.session.tell("It rains.");
      Talk.get(talk.session.sendText("Do I need a coat?"));

      assertThat(talk.service.nextMessage()).isEqualTo(Family.LIVE_3_8.told("It rains."));
      assertThat(talk.service.nextMessage()).isEqualTo(Family.LIVE_3_8.said("Do I need a coat?"));
      Talk.get(told);
    }
  }

  @Test
  void whereTheModelTakesNothingSilentlyTheNextConnectionIsOpenedWithIt() {
    try (Talk talk = open(Family.LIVE_3_1, config -> config.systemInstruction("Be brief."))) {
      assertThat(Talk.get(talk.session.tell("It rains."))).isEqualTo(InForce.AT_NEXT_CONNECTION);
      assertThat(Talk.get(talk.session.remember("The user is Ann.")))
          .isEqualTo(InForce.AT_NEXT_CONNECTION);
      talk.service.heardNothingFor(Duration.ofMillis(50));

      String handle = talk.service.giveHandle();
      CompletableFuture<RecoveryReport> rotated = talk.session.rotate();
      Connection next = talk.server.nextConnection();

      assertThat(next.setup().at("/sessionResumption/handle").asText()).isEqualTo(handle);
      assertThat(next.setup().at("/systemInstruction/parts"))
          .isEqualTo(
              Talk.json("[{'text':'Be brief.'},{'text':'The user is Ann.'},{'text':'It rains.'}]"));
      assertThat(Talk.get(rotated).stateRestored()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LIVE_3_8", "LIVE_3_1"})
  void onlySoMuchContextMayWait(Family family) {
    try (Talk talk = open(family)) {
      talk.audio(40, 1);
      talk.await(LiveEvent.Audio.class);
      CompletableFuture<InForce> most = talk.session.tell("x".repeat(32_767));

      assertThat(Talk.failure(talk.session.tell("ab")))
          .isInstanceOf(LiveBackpressureException.class)
          .hasMessageContaining("32");
      CompletableFuture<InForce> last = talk.session.tell("a");
      assertThat(Talk.failure(talk.session.remember("b")))
          .isInstanceOf(LiveBackpressureException.class);

      talk.turnComplete();
      Talk.get(most);
      Talk.get(last);
      assertThat(talk.session.snapshot().remembered()).isEmpty();
    }
  }

  @Test
  void contextThatWaitsAtTheEndFails() {
    CompletableFuture<InForce> told;
    try (Talk talk = open(Family.LIVE_3_8)) {
      talk.audio(40, 1);
      talk.await(LiveEvent.Audio.class);
      told = talk.session.tell("It rains.");
    }

    assertThat(Talk.failure(told)).isInstanceOf(LiveClosedException.class);
  }

  // reconfigure

  @ParameterizedTest
  @EnumSource(names = {"LIVE_3_8", "VERTEX_3_8", "EXTENDED_THINKING"})
  void newInstructionsAndToolsAreToldToModelsThatTakeThem(Family family) {
    try (Talk talk = open(family)) {
      Talk.get(talk.session.reconfigure(
          config -> config.systemInstruction("Be brief.").declare(tool("f"))));

      JsonNode update = talk.service.nextMessage().path("contextUpdate");
      assertThat(update.at("/systemInstruction/parts"))
          .isEqualTo(Talk.json("[{'text':'Be brief.'}]"));
      assertThat(update.at("/tools/tools/0/functionDeclarations/0/name").asText())
          .isEqualTo("f");
      assertThat(talk.session.connection()).isEqualTo(1);
      assertThat(talk.session.config().setup().systemInstruction())
          .isEqualTo(Content.text("Be brief."));
      assertThat(talk.server.violations()).isEmpty();
    }
  }

  @Test
  void onlyWhatHasChangedIsTold() {
    try (Talk talk = open(Family.LIVE_3_8, config -> config.systemInstruction("Be kind."))) {
      Talk.get(talk.session.reconfigure(config -> config.systemInstruction("Be brief.")));
      Talk.get(talk.session.reconfigure(config -> config.declare(tool("f"))));
      Talk.get(talk.session.reconfigure(config -> config));

      assertThat(talk.service.nextMessage())
          .isEqualTo(Talk.json(
              "{'contextUpdate':{'systemInstruction':{'parts':[{'text':'Be brief.'}]}}}"));
      JsonNode tools = talk.service.nextMessage().path("contextUpdate");
      assertThat(tools.has("tools")).isTrue();
      assertThat(tools.has("systemInstruction")).isFalse();
      talk.service.heardNothingFor(Duration.ofMillis(50));
    }
  }

  @Test
  void newInstructionsDoNotTakeWhatIsRememberedAway() {
    try (Talk talk = open(Family.LIVE_3_8)) {
      Talk.get(talk.session.remember("The user is Ann."));
      talk.service.nextMessage();

      Talk.get(talk.session.reconfigure(config -> config.systemInstruction("Be brief.")));

      assertThat(talk.service.nextMessage().at("/contextUpdate/systemInstruction/parts"))
          .isEqualTo(Talk.json("[{'text':'Be brief.'},{'text':'The user is Ann.'}]"));
      assertThat(talk.session.config().setup().systemInstruction())
          .isEqualTo(Content.text("Be brief."));
    }
  }

  @Test
  void changesThatComeTogetherAreAllMade() throws Exception {
    try (Talk talk = open(Family.LIVE_3_8, config -> config.systemInstruction("0"))) {
      int threads = 4;
      int changes = 25;
      CyclicBarrier together = new CyclicBarrier(threads);
      List<CompletableFuture<?>> done = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        done.add(CompletableFuture.runAsync(
            () -> {
              try {
                together.await();
              } catch (InterruptedException | BrokenBarrierException e) {
                throw new AssertionError(e);
              }
              for (int j = 0; j < changes; j++) {
                talk.session.reconfigure(ControlTest::increment);
              }
            },
            command -> new Thread(command).start()));
      }
      Talk.get(CompletableFuture.allOf(done.toArray(CompletableFuture[]::new)));

      assertThat(talk.session.config().setup().systemInstruction())
          .isEqualTo(Content.text(Integer.toString(threads * changes)));
    }
  }

  private static LiveConfig.Builder increment(LiveConfig.Builder config) {
    Content instruction = requireNonNull(config.build().setup().systemInstruction());
    int count = Integer.parseInt(requireNonNull(instruction.parts()).get(0).text());
    return config.systemInstruction(Integer.toString(count + 1));
  }

  @ParameterizedTest
  @EnumSource(names = {"NATIVE_2_5", "VERTEX_2_5", "LIVE_3_1"})
  void otherModelsAreToldWithTheNextConnection(Family family) {
    try (Talk talk = open(family)) {
      String handle = talk.service.giveHandle();
      talk.await(LiveEvent.Resumption.class);

      CompletableFuture<Void> changed =
          talk.session.reconfigure(config -> config.systemInstruction("Be brief."));
      Connection next = talk.server.nextConnection();
      Talk.get(changed);

      assertThat(next.setup().at("/sessionResumption/handle").asText()).isEqualTo(handle);
      assertThat(next.setup().at("/systemInstruction/parts"))
          .isEqualTo(Talk.json("[{'text':'Be brief.'}]"));
      RecoveryReport report = talk.await(LiveEvent.Resumed.class).report();
      assertThat(report.cause()).isEqualTo(RecoveryCause.RECONFIGURED);
      assertThat(report.stateRestored()).isTrue();
      assertThat(talk.session.connection()).isEqualTo(2);
      assertThat(talk.server.violations()).isEmpty();
    }
  }

  @Test
  void whatNoUpdateCanTellChangesTheConnection() {
    try (Talk talk = open(Family.LIVE_3_8)) {
      talk.service.giveHandle();
      talk.await(LiveEvent.Resumption.class);

      CompletableFuture<Void> changed = talk.session.reconfigure(config -> config.voice("Kore"));
      Connection next = talk.server.nextConnection();
      Talk.get(changed);

      assertThat(next.setup()
              .at("/generationConfig/speechConfig/voiceConfig/prebuiltVoiceConfig/voiceName")
              .asText())
          .isEqualTo("Kore");
    }
  }

  @Test
  void theMicrophoneIsHeldWhileTheConnectionChanges() {
    try (Talk talk = open(Family.NATIVE_2_5)) {
      talk.service.giveHandle();
      talk.await(LiveEvent.Resumption.class);
      byte[] before = Talk.pcm(20, 16_000, 1);
      Talk.get(talk.session.sendAudio(before));
      talk.service.awaitAudio(before.length);

      CompletableFuture<Void> changed =
          talk.session.reconfigure(config -> config.systemInstruction("Be brief."));
      byte[] during = Talk.pcm(20, 16_000, 2);
      CompletableFuture<Void> sent = talk.session.sendAudio(during);
      Connection next = talk.server.nextConnection();
      Talk.get(changed);
      Talk.get(sent);

      talk.service.awaitClosed();

      // It went either out before the change or in whole after it.
      if (talk.service.receivedAudio().length == before.length) {
        assertThat(next.awaitAudio(during.length)).isEqualTo(during);
      } else {
        assertThat(next.receivedAudio()).isEmpty();
      }
    }
  }

  @Test
  void whatMustNotChangeInASessionIsRefused() {
    try (Talk talk = open(Family.LIVE_3_8)) {
      LiveConfig before = talk.session.config();

      assertThatIllegalArgumentException()
          .isThrownBy(() -> talk.session.reconfigure(config -> config.apiKey("another")));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> talk.session.reconfigure(
              config -> config.endpoint(Endpoint.vertex("p", "us-central1"))));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> talk.session.reconfigure(config -> LiveConfig.builder("other")))
          .withMessage("the model of a session cannot change, here from gemini-3.8-live to other;"
              + " open another session with it");

      assertThat(talk.session.config()).isSameAs(before);
      talk.service.heardNothingFor(Duration.ofMillis(50));
    }
  }

  @Test
  void whatTheServiceIsKnownToRefuseIsNotTried() {
    try (Talk talk = open(Family.LIVE_3_8)) {
      LiveConfig before = talk.session.config();

      assertThatExceptionOfType(LiveConfigException.class)
          .isThrownBy(
              () -> talk.session.reconfigure(config -> config.thinkingLevel(ThinkingLevel.LOW)))
          .withMessageContaining("thinking");

      assertThat(talk.session.config()).isSameAs(before);
      talk.service.heardNothingFor(Duration.ofMillis(50));
    }
  }

  // snapshot and resume

  @ParameterizedTest
  @EnumSource(Family.class)
  void aConversationGoesOnInAnotherClient(Family family) throws Exception {
    try (LiveServer server = server()) {
      SessionSnapshot snapshot = conversation(server, family);

      assertThat(snapshot.handle()).isNotNull();
      try (LiveSession resumed = anotherClient()
              .open(config(server, family).resumeFrom(copied(snapshot)).build());
          LiveStream<LiveEvent> events = resumed.events()) {
        JsonNode setup = lastSetup(server);

        assertThat(await(events, LiveEvent.Opened.class).stateRestored()).isTrue();
        assertThat(setup.at("/sessionResumption/handle").asText()).isEqualTo(snapshot.handle());
        assertThat(setup.has("historyConfig")).isFalse();
        assertThat(answer(resumed, events, "Again?")).isEqualTo("Again?");
        assertThat(server.connections().get(1).receivedMessages()).hasSize(2);
        assertThat(lines(resumed.snapshot()))
            .containsExactly(
                "user: Hello there.", "model: Hello there.", "user: Again?", "model: Again?");
      }
      assertThat(server.violations()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void aConversationThatTheServiceForgotIsToldAnew(Family family) throws Exception {
    try (LiveServer server = server()) {
      SessionSnapshot snapshot = conversation(server, family);
      server.forgetHandles();
      server.expectViolation("session not found");

      try (LiveSession resumed = anotherClient()
              .open(config(server, family).resumeFrom(copied(snapshot)).build());
          LiveStream<LiveEvent> events = resumed.events()) {
        assertThat(await(events, LiveEvent.Opened.class).stateRestored()).isFalse();
        assertThat(answer(resumed, events, "Again?")).isEqualTo("Again?");

        Connection fresh = server.connections().get(2);
        boolean announced = family == Family.LIVE_3_1;
        assertThat(fresh.setup().path("sessionResumption").has("handle")).isFalse();
        assertThat(
                fresh.setup().at("/historyConfig/initialHistoryInClientContent").asBoolean())
            .isEqualTo(announced);
        assertThat(fresh.receivedMessages().get(1))
            .isEqualTo(Talk.json("{'clientContent':{'turns':["
                + "{'role':'user','parts':[{'text':'Hello there.'}]},"
                + "{'role':'model','parts':[{'text':'Hello there.'}]}],'turnComplete':"
                + announced
                + "}}"));
        assertThat(lines(resumed.snapshot()))
            .containsExactly(
                "user: Hello there.", "model: Hello there.", "user: Again?", "model: Again?");
      }
      assertThat(server.unexpectedViolations()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"LIVE_3_8", "LIVE_3_1"})
  void whatIsRememberedIsToldToAFreshSession(Family family) throws Exception {
    try (LiveServer server = server()) {
      SessionSnapshot snapshot;
      try (LiveSession session = anotherClient().open(config(server, family).build())) {
        session.remember("The user is Ann.").get(30, TimeUnit.SECONDS);
        snapshot = session.snapshot();
      }
      assertThat(snapshot.remembered()).containsExactly("The user is Ann.");
      server.forgetHandles();
      if (snapshot.handle() != null) {
        server.expectViolation("session not found");
      }

      try (LiveSession resumed = anotherClient()
          .open(config(server, family).resumeFrom(copied(snapshot)).build())) {
        assertThat(lastSetup(server).at("/systemInstruction/parts"))
            .isEqualTo(Talk.json("[{'text':'The user is Ann.'}]"));
        assertThat(resumed.snapshot().remembered()).containsExactly("The user is Ann.");
      }
      assertThat(server.unexpectedViolations()).isEmpty();
    }
  }

  @Test
  void aSnapshotMayBeTakenAfterTheEnd() throws Exception {
    try (LiveServer server = server()) {
      LiveSession session = anotherClient().open(config(server, Family.LIVE_3_8).build());
      try (LiveStream<LiveEvent> events = session.events()) {
        answer(session, events, "Hello there.");
      }
      SessionSnapshot open = session.snapshot();
      session.close();

      assertThat(session.snapshot()).isEqualTo(open);
    }
  }

  // a fresh session in mid-session

  @ParameterizedTest
  @EnumSource(Family.class)
  void whenNoHandleWorksTheModelIsToldWhatWasSaid(Family family) throws Exception {
    try (LiveServer server = server();
        LiveSession session = anotherClient().open(config(server, family).build());
        LiveStream<LiveEvent> events = session.events()) {
      session.remember("The user is Ann.");
      answer(session, events, "Hello there.");
      server.forgetHandles();
      server.expectViolation("session not found");

      RecoveryReport report = Talk.get(session.rotate());

      assertThat(report.stateRestored()).isFalse();
      assertThat(report.seededTurns()).isEqualTo(2);
      assertThat(report.summarized()).isFalse();
      Connection fresh = server.connections().get(2);
      boolean announced = family == Family.LIVE_3_1;
      assertThat(fresh.setup().path("sessionResumption").has("handle")).isFalse();
      assertThat(fresh.setup().at("/systemInstruction/parts"))
          .isEqualTo(Talk.json("[{'text':'The user is Ann.'}]"));
      assertThat(fresh.setup().has("historyConfig")).isEqualTo(announced);
      assertThat(fresh.awaitMessages(2).get(1).at("/clientContent/turns"))
          .isEqualTo(Talk.json("[{'role':'user','parts':[{'text':'Hello there.'}]},"
              + "{'role':'model','parts':[{'text':'Hello there.'}]}]"));
      assertThat(answer(session, events, "Again?")).isEqualTo("Again?");
      assertThat(server.unexpectedViolations()).isEmpty();
    }
  }

  @Test
  void onlyWhatWasHeardIsTold() {
    try (Talk talk = open(Family.LIVE_3_8)) {
      Talk.get(talk.session.sendText("Count."));
      talk.content(Talk.audioPart(1_000) + ",'outputTranscription':{'text':'One'}");
      talk.content(Talk.audioPart(1_000) + ",'outputTranscription':{'text':' two'}");
      talk.content(Talk.audioPart(1_000) + ",'outputTranscription':{'text':' three'}");
      talk.await(LiveEvent.Audio.class).turn().reportHeard(Duration.ofMillis(1_500));
      talk.content("'inputTranscription':{'text':'Stop.'},'interrupted':true").turnComplete();
      talk.await(LiveEvent.TurnEnded.class);

      // There is no handle: what comes next is a fresh session.
      talk.service.reset();
      Connection next = talk.server.nextConnection();

      assertThat(next.awaitMessages(2).get(1).at("/clientContent/turns"))
          .isEqualTo(Talk.json("[{'role':'user','parts':[{'text':'Count.'}]},"
              + "{'role':'model','parts':[{'text':'One two…'}]},"
              + "{'role':'user','parts':[{'text':'Stop.'}]}]"));
      RecoveryReport report = talk.await(LiveEvent.Resumed.class).report();
      assertThat(report.stateRestored()).isFalse();
      assertThat(report.seededTurns()).isEqualTo(3);
    }
  }

  @Test
  void theModelIsToldASummaryWhereTheApplicationHasOne() throws Exception {
    AtomicReference<List<Content>> given = new AtomicReference<>();
    RecoveryPolicy policy = RecoveryPolicy.builder()
        .summary(history -> {
          given.set(history);
          return "They said hello.";
        })
        .summaryLimit(Duration.ofMinutes(1))
        .build();
    try (LiveServer server = server();
        LiveSession session = anotherClient()
            .open(config(server, Family.LIVE_3_8).recovery(policy).build());
        LiveStream<LiveEvent> events = session.events()) {
      answer(session, events, "Hello there.");
      server.forgetHandles();
      server.expectViolation("session not found");

      RecoveryReport report = Talk.get(session.rotate());

      assertThat(report.summarized()).isTrue();
      assertThat(report.seededTurns()).isZero();
      assertThat(given.get())
          .containsExactly(Content.user("Hello there."), Content.model("Hello there."));
      assertThat(server.connections().get(2).awaitMessages(2).get(1))
          .isEqualTo(Talk.json("{'clientContent':{'turns':[{'role':'user','parts':["
              + "{'text':'They said hello.'}]}],'turnComplete':false}}"));
    }
  }

  private enum Summary {
    BLANK,
    THROWS,
    LATE
  }

  @ParameterizedTest
  @EnumSource(Summary.class)
  void aSummaryThatFailsIsToldOfAndTheHistoryItselfGoesOut(Summary kind) throws Exception {
    CountDownLatch end = new CountDownLatch(1);
    RecoveryPolicy policy = RecoveryPolicy.builder()
        .summaryLimit(Duration.ofMillis(kind == Summary.LATE ? 50 : 5_000))
        .summary(history -> switch (kind) {
          case BLANK -> " ";
          case THROWS -> throw new IllegalStateException("no summary today");
          case LATE -> {
            try {
              end.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            yield "too late";
          }
        })
        .build();
    try (LiveServer server = server();
        LiveSession session = anotherClient()
            .open(config(server, Family.LIVE_3_8).recovery(policy).build());
        LiveStream<LiveEvent> events = session.events()) {
      answer(session, events, "Hello there.");
      server.forgetHandles();
      server.expectViolation("session not found");

      RecoveryReport report = Talk.get(session.rotate());

      assertThat(report.summarized()).isFalse();
      assertThat(report.seededTurns()).isEqualTo(2);
      LiveEvent.Warning warning = await(events, LiveEvent.Warning.class);
      assertThat(warning.kind()).isEqualTo(LiveEvent.Warning.Kind.SUMMARY_FAILED);
      assertThat(warning.message()).doesNotContain("Hello");
    } finally {
      end.countDown();
    }
  }

  @Test
  void aModelIsToldNothingWhereNothingIsToBeRemembered() throws Exception {
    RecoveryPolicy policy = RecoveryPolicy.builder().history(0).build();
    try (LiveServer server = server();
        LiveSession session = anotherClient()
            .open(config(server, Family.LIVE_3_1).recovery(policy).build());
        LiveStream<LiveEvent> events = session.events()) {
      answer(session, events, "Hello there.");
      server.forgetHandles();
      server.expectViolation("session not found");

      RecoveryReport report = Talk.get(session.rotate());

      assertThat(report.seededTurns()).isZero();
      assertThat(answer(session, events, "Again?")).isEqualTo("Again?");
      assertThat(server.connections().get(2).receivedMessages())
          .hasSize(2)
          .last()
          .isEqualTo(Family.LIVE_3_1.said("Again?"));
    }
  }

  @Test
  void contextThatDidNotLeaveCutsNoAnswerOnTheNextConnection() {
    int large = 16 << 20;
    Talk.Setting setting =
        setting(Family.LIVE_3_8, config -> config.outgoingLimits(256, 2L * large));
    try (Talk talk = setting.open()) {
      talk.service.pauseReading();
      CompletableFuture<Void> stuck =
          talk.session.sendTurns(List.of(Content.user("x".repeat(large))), false);
      CompletableFuture<InForce> told = talk.session.tell("It rains.");
      CompletableFuture<Void> said = talk.session.sendText("Do I need a coat?");
      assertThat(stuck).isNotDone();

      talk.service.reset();
      Connection next = talk.server.nextConnection();

      JsonNode text = Family.LIVE_3_8.said("Do I need a coat?");
      next.awaitMessage(text::equals);
      Talk.get(CompletableFuture.allOf(stuck, said));
      assertThat(next.receivedMessages().get(next.receivedMessages().size() - 1))
          .isEqualTo(text);
      assertThat(told).isNotDone();
      next.send(Talk.json("{'serverContent':{'turnComplete':true}}"));
      next.awaitMessage(Family.LIVE_3_8.told("It rains.")::equals);
      Talk.get(told);
    }
  }

  @Test
  void contextForWhichTheQueueHasNoRoomWaitsAndARefusedTextIsOwedNoAnswer() {
    int large = 16 << 20;
    Talk.Setting setting = setting(Family.LIVE_3_8, config -> config.outgoingLimits(1, 2L * large));
    try (Talk talk = setting.open()) {
      talk.service.pauseReading();
      List<Content> turns = List.of(Content.user("x".repeat(large)));
      CompletableFuture<Void> stuck = talk.session.sendTurns(turns, false);
      Talk.awaitTrue(() -> talk.session.metrics().queuedMessages() == 0, "it is under way");
      List<Content> small = List.of(Content.user("y"));
      while (!talk.session.sendTurns(small, false).isCompletedExceptionally()) {
        // Until the queue is full.
      }
      CompletableFuture<InForce> told = talk.session.tell("It rains.");
      assertThat(Talk.failure(talk.session.sendText("Hello?")))
          .isInstanceOf(LiveBackpressureException.class);

      talk.service.resume();
      Talk.get(stuck);

      // Nobody waits for an answer.
      talk.service.awaitMessage(Family.LIVE_3_8.told("It rains.")::equals);
      Talk.get(told);
      assertThat(talk.session.snapshot().history().toString()).doesNotContain("Hello?");
    }
  }

  @Test
  void contextThatWaitsOutlivesTheConnection() {
    try (Talk talk = open(Family.LIVE_3_8)) {
      talk.service.giveHandle();
      talk.audio(40, 1);
      talk.await(LiveEvent.Audio.class);
      CompletableFuture<InForce> told = talk.session.tell("It rains.");

      talk.service.reset();
      Connection next = talk.server.nextConnection();

      assertThat(next.awaitMessages(2).get(1)).isEqualTo(Family.LIVE_3_8.told("It rains."));
      assertThat(Talk.get(told)).isEqualTo(InForce.NOW);
    }
  }

  private static LiveServer server() {
    return LiveServer.builder()
        .persona(Persona.echo())
        .thinking(Duration.ZERO)
        .speed(0)
        .playback(0)
        .start();
  }

  private static LiveConfig.Builder config(LiveServer server, Family family) {
    LiveConfig.Builder builder = LiveConfig.builder(family.model).watchdog(WatchdogPolicy.OFF);
    if (family.vertex) {
      builder
          .endpoint(Endpoint.vertex("project", "us-central1").at(server.baseUri()))
          .credentials(Credentials.accessToken(() -> "token"));
    } else {
      builder.endpoint(Endpoint.developer().at(server.baseUri())).apiKey(server.apiKey());
    }
    return family.configure(builder);
  }

  private static LiveClient anotherClient() {
    return LiveClient.builder().httpClient(HttpClient.newHttpClient()).build();
  }

  /** What another process would have of a snapshot. */
  private static SessionSnapshot copied(SessionSnapshot snapshot) {
    return SessionSnapshot.parse(snapshot.toJson());
  }

  /** Holds a short conversation and leaves it. */
  private static SessionSnapshot conversation(LiveServer server, Family family)
      throws InterruptedException {
    try (LiveSession session = anotherClient().open(config(server, family).build());
        LiveStream<LiveEvent> events = session.events()) {
      assertThat(answer(session, events, "Hello there.")).isEqualTo("Hello there.");
      return session.snapshot();
    }
  }

  /** What the model answers to a text; the session is resumable by then. */
  private static String answer(LiveSession session, LiveStream<LiveEvent> events, String text)
      throws InterruptedException {
    session.sendText(text);
    LiveTurn turn = await(events, LiveEvent.TurnEnded.class).turn();
    while (!await(events, LiveEvent.Resumption.class).resumable()) {
      // The next one says more.
    }
    return turn.outputTranscript().strip();
  }

  private static <E extends LiveEvent> E await(LiveStream<LiveEvent> events, Class<E> kind)
      throws InterruptedException {
    while (true) {
      LiveEvent event =
          events.poll(Talk.PATIENCE).orElseThrow(() -> new AssertionError("no " + kind));
      if (kind.isInstance(event)) {
        return kind.cast(event);
      }
    }
  }

  private static JsonNode lastSetup(LiveServer server) {
    List<Connection> connections = server.connections();
    return connections.get(connections.size() - 1).setup();
  }

  private static List<String> lines(SessionSnapshot snapshot) {
    return snapshot.history().stream()
        .map(turn -> turn.role() + ": " + requireNonNull(turn.parts()).get(0).text())
        .toList();
  }

  private static Tool tool(String function) {
    return Tool.functions(
        List.of(FunctionDeclaration.builder(function, "Does it.").build()));
  }
}
