package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Scenario;
import io.github.geminilive.testkit.VirtualTime;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is in a session's recording, what never is, and that it can be played back. */
class FlightRecordingTest {

  private static final String KEY = "key-for-this-test-4711";
  private static final String HANDLE = "5f0c-handle-of-this-test";
  private static final HttpClient HTTP = HttpClient.newHttpClient();

  @TempDir
  private Path directory;

  private static UnaryOperator<LiveConfig.Builder> recording(
      UnaryOperator<RecordingPolicy.Builder> policy) {
    RecordingPolicy chosen = policy.apply(RecordingPolicy.builder()).build();
    return config -> config.apiKey(KEY).recording(chosen);
  }

  private static List<JsonNode> lines(LiveSession session) {
    return session.recording().lines().stream().map(Talk::json).toList();
  }

  private static String text(LiveSession session) {
    return String.join("\n", session.recording().lines());
  }

  private static List<String> states(List<JsonNode> lines) {
    return lines.stream()
        .filter(line -> line.path("dir").asText().equals("state"))
        .map(line -> line.get("what").asText())
        .toList();
  }

  /** Says and hears a little of everything, and returns the recording. */
  private static String talkOf(UnaryOperator<RecordingPolicy.Builder> policy) {
    try (Talk talk = Talk.open(config -> recording(policy)
        .apply(config)
        .systemInstruction("you-are-told")
        .tools(ToolSet.of(
            Calls.declaration("look", FunctionBehavior.BLOCKING),
            (args, context) -> ToolResult.of(Map.of("found", "tool-said")))))) {
      talk.hear("{'sessionResumptionUpdate':{'newHandle':'" + HANDLE + "','resumable':true}}");
      Talk.get(talk.session.sendText("user-wrote"));
      Talk.get(talk.session.sendAudio(Talk.pcm(20, 16_000, 77)));
      talk.audio(40, 88);
      talk.content("'outputTranscription':{'text':'model-said'}");
      talk.hear("{'toolCall':{'functionCalls':[{'id':'c1','name':'look','args':{'at':'tool-asked'}}"
          + "]}}");
      // An answer is told when it is handed over, and recorded when the socket has taken it.
      Talk.awaitTrue(() -> text(talk.session).contains("toolResponse"), "the answer is recorded");
      return text(talk.session);
    }
  }

  @Test
  void aRecordingTellsWhatHappenedButNotWhatWasSaid() {
    String text = talkOf(policy -> policy);

    assertThat(text)
        .contains("\"what\":\"dial\"", "\"what\":\"open\"", "\"setup\":{", "\"setupComplete\":{}")
        .contains("\"text\":\"10 characters\"", "\"name\":\"look\"", "\"at\":\"10 characters\"")
        .contains("\"found\":\"9 characters\"", "\"newHandle\":\"handle-1\"")
        .contains("\"data\":{\"bytes\":640,", "\"data\":{\"bytes\":1920,")
        .doesNotContain("you-are-told", "user-wrote", "model-said", "tool-asked", "tool-said");
    assertNoSecretAndNoSoundIn(text);
  }

  @Test
  void textIsInARecordingThatAllowsItButSecretsAndSoundNever() {
    String text = talkOf(policy -> policy.showText(true));

    assertThat(text)
        .contains("you-are-told", "user-wrote", "model-said", "tool-asked", "tool-said");
    assertNoSecretAndNoSoundIn(text);
  }

  private static void assertNoSecretAndNoSoundIn(String text) {
    String up = Base64.getEncoder().encodeToString(Talk.pcm(20, 16_000, 77));
    String down = Base64.getEncoder().encodeToString(Talk.pcm(40, 24_000, 88));
    assertThat(text)
        .doesNotContain(KEY, HANDLE)
        .doesNotContain(up.substring(0, 40), down.substring(0, 40));
  }

  @Test
  void aKeyThatTheServiceRepeatsIsMasked() {
    try (Talk talk = Talk.open(recording(policy -> policy.showText(true)))) {
      talk.content("'outputTranscription':{'text':'your key is " + KEY + "'}");
      talk.service.close(4000, "bad key " + KEY);
      talk.await(LiveEvent.Closed.class);

      assertThat(text(talk.session)).contains("your key is ***", "bad key ***").doesNotContain(KEY);
    }
  }

  @Test
  void aRecorderThatIsOffHoldsNothing() throws IOException {
    try (Talk talk = Talk.open(config ->
        config.recording(RecordingPolicy.OFF.toBuilder().directory(directory).build()))) {
      talk.service.close(4000, "no");
      talk.await(LiveEvent.Closed.class);

      assertThat(talk.session.recording().lines()).isEmpty();
    }
    assertThat(files()).isEmpty();
  }

  @Test
  void theOldestEntriesAreForgottenFirst() {
    for (int more = -1; more <= 1; more++) {
      try (Talk talk = Talk.open(recording(policy -> policy.entries(10)))) {
        List<JsonNode> begun = lines(talk.session);
        int missing = 10 - (begun.size() - 1);
        for (int i = 0; i < missing + more; i++) {
          talk.settled();
        }

        List<JsonNode> lines = lines(talk.session);
        assertThat(lines).hasSize(1 + Math.min(10, 10 + more));
        assertThat(lines.get(0).get("forgotten").asInt()).isEqualTo(Math.max(0, more));
        assertThat(lines.get(1)).isEqualTo(begun.get(1 + Math.max(0, more)));
      }
    }
  }

  @Test
  void aRecordingCanBeWrittenOnDemand() throws IOException {
    try (Talk talk = Talk.open()) {
      Path file = directory.resolve("flight.jsonl");
      Files.writeString(file, "old");
      FlightRecording recording = talk.session.recording();

      recording.writeTo(file);

      assertThat(Files.readAllLines(file)).isEqualTo(recording.lines());
    }
  }

  private List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.toList();
    }
  }

  private List<JsonNode> onlyFile() throws IOException {
    Talk.awaitTrue(
        () -> {
          try {
            return files().stream().anyMatch(file -> file.toString().endsWith(".jsonl"));
          } catch (IOException e) {
            throw new AssertionError(e);
          }
        },
        "a file was written");
    assertThat(files()).hasSize(1);
    return Files.readAllLines(files().get(0)).stream().map(Talk::json).toList();
  }

  @Test
  void aSessionThatEndsByAFailureLeavesAFile() throws IOException {
    try (Talk talk = Talk.open(recording(policy -> policy.directory(directory)))) {
      talk.service.close(4000, "out of order");
      talk.await(LiveEvent.Closed.class);

      List<JsonNode> lines = onlyFile();
      assertThat(states(lines)).contains("dial", "open", "end", "trouble");
      JsonNode end = lines.stream()
          .filter(line -> line.path("what").asText().equals("end"))
          .findFirst()
          .orElseThrow()
          .get("facts");
      assertThat(end.get("code").asInt()).isEqualTo(4000);
      assertThat(end.get("by").asText()).isEqualTo("SERVER");
    }
  }

  @Test
  void aSessionThatEndsInOrderLeavesNoFile() throws IOException {
    Talk.open(recording(policy -> policy.directory(directory))).close();

    assertThat(files()).isEmpty();
  }

  @Test
  void aConversationTheServiceHasLostLeavesAFile() throws IOException {
    Talk.Setting setting = Talk.with().config(recording(policy -> policy.directory(directory)));
    try (Talk talk = setting.open()) {
      talk.service.reset();
      LiveEvent.Resumed resumed = talk.await(LiveEvent.Resumed.class);

      assertThat(resumed.report().stateRestored()).isFalse();
      assertThat(states(onlyFile())).contains("reconnecting", "resumed", "trouble");
      talk.server.nextConnection();
    }
  }

  @Test
  void aFileThatCannotBeWrittenIsTold() throws IOException {
    Path taken = Files.writeString(directory.resolve("taken"), "a file");
    try (Talk talk = Talk.open(recording(policy -> policy.directory(taken)))) {
      talk.service.reset();
      LiveEvent.Warning warning = talk.await(LiveEvent.Warning.class);

      assertThat(warning.kind()).isEqualTo(LiveEvent.Warning.Kind.RECORDING_FAILED);
      assertThat(warning.cause()).isInstanceOf(IOException.class);
    }
  }

  // Played back

  /** A session with a stall that a nudge ends, a tool call, and a connection that is lost. */
  private static final class Conversation implements AutoCloseable {
    private final VirtualTime time = new VirtualTime();
    private final List<LiveEvent> events = new CopyOnWriteArrayList<>();
    private final AtomicInteger dials = new AtomicInteger();
    final LiveServer server = LiveServer.builder().rules(false).time(time).start();
    private final List<LiveSession> sessions = new ArrayList<>();

    void await(Class<? extends LiveEvent> kind, int count) {
      advanceUntil(() -> events.stream().filter(kind::isInstance).count() >= count);
    }

    /** Moves the time no faster than sockets can follow, however busy the machine is. */
    private void advanceUntil(BooleanSupplier condition) {
      long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
      for (int step = 0; !condition.getAsBoolean(); ) {
        assertThat(step).as("steps of 50 ms").isLessThan(1_800);
        assertThat(System.nanoTime()).as("real time").isLessThan(end);
        // A dial that is on its way takes real time, of which none may pass for virtual.
        if (dials.get() <= server.dials()) {
          time.advance(Duration.ofMillis(50));
          step++;
        }
        server.settle(Duration.ofMillis(500));
        LockSupport.parkNanos(3_000_000);
      }
    }

    LiveSession open() {
      LiveConfig config = LiveConfig.builder(LiveModel.GEMINI_2_5_FLASH_NATIVE_AUDIO_PREVIEW)
          .endpoint(Endpoint.developer().at(server.baseUri()))
          .credentials(Credentials.apiKey(() -> {
            dials.incrementAndGet();
            return KEY;
          }))
          .tools(ToolSet.of(Calls.look(), (args, context) -> ToolResult.of(Map.of("seen", true))))
          // Long enough that no wait of a busy machine is taken for a silence.
          .watchdog(WatchdogPolicy.builder()
              .floor(Duration.ofSeconds(8))
              .ceiling(Duration.ofSeconds(8))
              .build())
          .keepAlive(Duration.ofSeconds(2))
          .recovery(RecoveryPolicy.builder().deadAfter(Duration.ofSeconds(8)).build())
          .connectTimeout(Duration.ofSeconds(8))
          .setupTimeout(Duration.ofSeconds(8))
          .listener(new LiveListener() {
            @Override
            public void onEvent(LiveEvent event) {
              events.add(event);
            }
          })
          .build();
      CompletableFuture<LiveSession> opening = LiveClient.builder()
          .httpClient(HTTP)
          .scheduler(time)
          .nanoTime(time.nanoTime())
          .random(() -> 0.5)
          .build()
          .openAsync(config);
      advanceUntil(opening::isDone);
      LiveSession session = Talk.get(opening);
      sessions.add(session);
      return session;
    }

    /** What the application does: the same whoever is at the other end. */
    FlightRecording talk() {
      LiveSession session = open();
      session.sendText("hello");
      await(LiveEvent.TurnEnded.class, 1);
      session.sendText("this will not be answered");
      await(LiveEvent.StallEnded.class, 1);
      await(LiveEvent.TurnEnded.class, 2);
      session.sendText("look around");
      await(LiveEvent.TurnEnded.class, 3);
      session.sendText("tell me something long");
      await(LiveEvent.Resumed.class, 1);
      session.sendText("where were we?");
      await(LiveEvent.Resumption.class, 4);
      return session.recording();
    }

    /** What was told, without what is made up in a replay, and times. */
    List<String> told() {
      return events.stream()
          .map(event -> {
            String name = event.getClass().getSimpleName();
            if (event instanceof LiveEvent.Audio audio) {
              return name + " " + audio.chunk().duration();
            }
            if (event instanceof LiveEvent.OutputTranscript transcript) {
              return name + " " + transcript.text().length();
            }
            if (event instanceof LiveEvent.Stalled stalled) {
              return name + " " + stalled.phase() + " " + stalled.step();
            }
            if (event instanceof LiveEvent.StallEnded ended) {
              return name + " " + ended.phase() + " " + ended.endedBy();
            }
            if (event instanceof LiveEvent.Reconnecting next) {
              return name + " " + next.cause() + " " + next.attempt() + " " + next.delay();
            }
            if (event instanceof LiveEvent.Resumed resumed) {
              return name
                  + " "
                  + resumed.report().stateRestored()
                  + " "
                  + resumed.report().attempts()
                  + " "
                  + resumed.report().unconfirmed();
            }
            if (event instanceof LiveEvent.Interrupted interrupted) {
              return name + " " + interrupted.by();
            }
            if (event instanceof LiveEvent.ToolAnswered answered) {
              return name + " " + answered.name() + " " + answered.status();
            }
            return name;
          })
          .toList();
    }

    @Override
    public void close() {
      for (LiveSession session : sessions) {
        CompletableFuture<CloseInfo> closed = session.closeAsync();
        advanceUntil(closed::isDone);
      }
      time.advance(Duration.ofSeconds(1));
      server.close();
    }
  }

  private static Scenario speech(Scenario scenario, int chunks, String words) {
    Scenario longer = scenario;
    for (int i = 0; i < chunks; i++) {
      longer = longer
          .send(("{'serverContent':{" + Talk.audioPart(100) + "}}").replace('\'', '"'))
          .pause(Duration.ofMillis(50));
    }
    return longer.send(
        "{\"serverContent\":{\"outputTranscription\":{\"text\":\"" + words + "\"}}}");
  }

  private static Scenario turn(Scenario scenario, int chunks, String words) {
    return speech(scenario, chunks, words)
        .send("{\"serverContent\":{\"generationComplete\":true}}")
        .send("{\"serverContent\":{\"turnComplete\":true}}")
        .giveHandle();
  }

  @Test
  void aRecordingOfASilenceAndALossPlaysBackWithTheSameEvents() throws IOException {
    Path file = directory.resolve("report.jsonl");
    List<String> told;
    try (Conversation original = new Conversation()) {
      Scenario first = Scenario.create().lenient().acceptSetup().await("clientContent");
      first = turn(first.pause(Duration.ofMillis(300)), 3, "Hello there.");
      // The second text is not answered until the client nudges.
      first = first.await("clientContent").await("clientContent").pause(Duration.ofMillis(200));
      first = turn(first, 2, "Sorry.").await("clientContent");
      first = first.call("c1", "look", "{\"of\":\"room\"}").await("toolResponse");
      first = turn(first.pause(Duration.ofMillis(100)), 2, "A table.").await("clientContent");
      first = speech(first, 4, "It began").pause(Duration.ofMillis(100)).reset();
      Scenario second = Scenario.create().lenient().acceptSetup().await("clientContent");
      second = turn(second, 2, "At the beginning.");
      original.server.script(first, second);

      original.talk().writeTo(file);
      told = original.told();
    }
    assertThat(told)
        .contains("Stalled AFTER_INPUT NUDGE", "StallEnded AFTER_INPUT NUDGE")
        .contains("Reconnecting LOST 1 PT0.25S", "Resumed true 1 0", "ToolAnswered look ok")
        .contains("Interrupted CONNECTION", "OutputTranscript 17");
    assertThat(Files.readString(file)).doesNotContain("Hello", "Sorry", "hello", "room", KEY);

    try (Conversation replayed = new Conversation()) {
      replayed.server.replay(file);
      replayed.talk();

      assertThat(replayed.told()).isEqualTo(told);
      assertThat(replayed.server.connections()).hasSize(2);
      Connection resumed = replayed.server.connections().get(1);
      assertThat(resumed.setup().at("/sessionResumption/handle").asText()).isEqualTo("handle-3");
    }
  }

  @Test
  void aConnectionThatDiedWithoutAWordDoesSoAgain() throws IOException {
    Path file = directory.resolve("report.jsonl");
    List<String> told;
    try (Conversation original = new Conversation()) {
      original.server.script(
          Scenario.create().lenient().acceptSetup().giveHandle().stall(),
          Scenario.create().lenient().acceptSetup());
      LiveSession session = original.open();
      original.await(LiveEvent.Resumed.class, 1);
      session.recording().writeTo(file);
      told = original.told();
    }
    assertThat(told)
        .containsExactly("Opened", "Resumption", "Reconnecting LOST 1 PT0.25S", "Resumed true 1 0");
    assertThat(Files.readString(file)).contains("\"why\":\"keepalive\"");

    try (Conversation replayed = new Conversation()) {
      replayed.server.replay(file);
      replayed.open();
      replayed.await(LiveEvent.Resumed.class, 1);

      assertThat(replayed.told()).isEqualTo(told);
      assertThat(replayed.server.connections().get(0).pings()).isZero();
    }
  }

  @Test
  void refusedDialsAreRefusedAgain() throws IOException {
    Path file = directory.resolve("report.jsonl");
    List<String> told;
    try (Conversation original = new Conversation()) {
      original.server.script(
          Scenario.create().lenient().acceptSetup().giveHandle().close(1011, "Internal error."),
          Scenario.refuseUpgrade(429, Map.of("Retry-After", "3"), "later"),
          Scenario.neverAnswerUpgrade(),
          Scenario.neverCompleteSetup().lenient(),
          Scenario.create().lenient().acceptSetup());
      LiveSession session = original.open();
      original.await(LiveEvent.Resumed.class, 1);
      session.recording().writeTo(file);
      told = original.told();
    }
    assertThat(told)
        .contains("Reconnecting LOST 1 PT0.25S", "Reconnecting LOST 2 PT3S", "Resumed true 4 0");

    try (Conversation replayed = new Conversation()) {
      replayed.server.replay(file);
      replayed.open();
      replayed.await(LiveEvent.Resumed.class, 1);

      assertThat(replayed.told()).isEqualTo(told);
      assertThat(replayed.server.upgrades()).hasSize(5);
    }
  }
}
