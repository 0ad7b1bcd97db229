package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.protocol.ContextUpdate;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.FunctionResponse;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.ThinkingLevel;
import io.github.geminilive.protocol.Tool;
import io.github.geminilive.protocol.ToolsUpdate;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.LiveServer;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Tools that change in an open session. */
class ToolSessionUpdateTest {

  private static final LiveModel UPDATABLE = LiveModel.GEMINI_3_8_LIVE;
  private static final LiveModel OLDER = LiveModel.GEMINI_2_5_FLASH_NATIVE_AUDIO_PREVIEW;

  private static FunctionDeclaration declaration(String name) {
    return FunctionDeclaration.builder(name, "does " + name).build();
  }

  /** A tool that answers with a word of its own. */
  private static ToolSet tool(String name, String answer) {
    return ToolSet.of(declaration(name), (args, context) -> answer);
  }

  /** A session whose service is strict, with a tool named "old" and web search. */
  private static Talk open(LiveModel model) {
    return Talk.with()
        .model(model)
        .server(server -> server.rules(true))
        .config(config -> config.tools(tool("old", "first")).declare(Tool.ofGoogleSearch()))
        .open();
  }

  private static Talk call(Talk talk, String id, String name) {
    return talk.hear(
        "{'toolCall':{'functionCalls':[{'id':'" + id + "','name':'" + name + "','args':{}}]}}");
  }

  /** The answer to the next call. */
  private static JsonNode answer(Talk talk) {
    JsonNode message = talk.service.nextMessage();
    assertThat(message.has("toolResponse")).as("%s", message).isTrue();
    return message.at("/toolResponse/functionResponses/0/response");
  }

  private static JsonNode output(String answer) {
    return Talk.json("{'output':'" + answer + "'}");
  }

  private static String status(JsonNode answer) {
    return answer.at("/error/status").asText();
  }

  private static List<String> names(JsonNode tools) {
    List<String> names = new ArrayList<>();
    tools.forEach(tool -> tool.path("functionDeclarations")
        .forEach(function -> names.add(function.path("name").asText())));
    return names;
  }

  // What is sent.

  @Test
  void aModelThatTakesUpdatesIsToldOfAllToolsAndOfNothingElse() {
    try (Talk talk = open(UPDATABLE)) {
      CompletableFuture<InForce> told =
          talk.session.updateTools(tool("look", "l"), tool("go", "g"));

      assertThat(talk.service.nextMessage())
          .isEqualTo(Talk.json("{'contextUpdate':{'tools':{'tools':[{'functionDeclarations':["
              + "{'name':'look','description':'does look'},"
              + "{'name':'go','description':'does go'}]},{'googleSearch':{}}]}}}"));
      assertThat(Talk.get(told)).isEqualTo(InForce.NOW);
    }
  }

  @Test
  void noToolSetsLeaveWhatTheServiceRuns() {
    try (Talk talk = open(UPDATABLE)) {
      talk.session.updateTools();

      assertThat(talk.service.nextMessage())
          .isEqualTo(Talk.json("{'contextUpdate':{'tools':{'tools':[{'googleSearch':{}}]}}}"));
    }
  }

  @Test
  void noToolsAtAllAreToldAsNone() {
    Talk.Setting setting =
        Talk.with().model(UPDATABLE).config(config -> config.tools(tool("old", "first")));
    try (Talk talk = setting.open()) {
      talk.session.updateTools();

      assertThat(talk.service.nextMessage()).isEqualTo(Talk.json("{'contextUpdate':{'tools':{}}}"));
    }
  }

  @Test
  void theUpdateKeepsItsPlaceAmongOtherMessages() {
    try (Talk talk = open(UPDATABLE)) {
      talk.session.sendText("before");
      talk.session.updateTools(tool("look", "l"));
      talk.session.sendText("after");

      assertThat(talk.service.nextMessage().toString()).contains("before");
      assertThat(talk.service.nextMessage().toString()).contains("look");
      assertThat(talk.service.nextMessage().toString()).contains("after");
    }
  }

  @Test
  void anOlderModelIsToldNothing() {
    try (Talk talk = open(OLDER)) {
      CompletableFuture<InForce> told = talk.session.updateTools(tool("look", "l"));

      assertThat(Talk.get(told)).isEqualTo(InForce.AT_NEXT_CONNECTION);
      talk.session.sendText("marker");
      assertThat(talk.service.nextMessage().toString()).contains("marker");
    }
  }

  // What runs.

  @ParameterizedTest
  @ValueSource(strings = {"gemini-3.8-live", "gemini-2.5-flash-native-audio-preview-12-2025"})
  void newToolsRunAndRemovedOnesAreUnavailable(String model) {
    try (Talk talk = open(LiveModel.of(model))) {
      talk.session.updateTools(tool("look", "l"));
      if (LiveModel.of(model).equals(UPDATABLE)) {
        talk.service.nextMessage();
      }

      call(talk, "c1", "look");
      assertThat(answer(talk)).isEqualTo(output("l"));
      call(talk, "c2", "old");
      JsonNode gone = answer(talk);
      assertThat(status(gone)).isEqualTo("unavailable");
      assertThat(gone.at("/error/retryable").asBoolean(true)).isFalse();
      call(talk, "c3", "never");
      assertThat(status(answer(talk))).isEqualTo("unknown_tool");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gemini-3.8-live", "gemini-2.5-flash-native-audio-preview-12-2025"})
  void aToolOfTheSameNameRunsItsNewCodeAndComesBackAfterItsRemoval(String model) {
    try (Talk talk = open(LiveModel.of(model))) {
      for (String code : List.of("second", "third")) {
        talk.session.updateTools();
        talk.session.updateTools(tool("old", code));
        if (LiveModel.of(model).equals(UPDATABLE)) {
          talk.service.nextMessage();
          talk.service.nextMessage();
        }

        call(talk, code, "old");

        assertThat(answer(talk)).isEqualTo(output(code));
      }
    }
  }

  @Test
  void aCallUnderWayGoesOnWithTheOldCode() {
    CompletableFuture<String> result = new CompletableFuture<>();
    ToolSet slow = ToolSet.of(declaration("slow"), (args, context) -> result);
    try (Talk talk =
        Talk.with().model(UPDATABLE).config(config -> config.tools(slow)).open()) {
      call(talk, "c1", "slow");
      talk.await(LiveEvent.ToolCalled.class);
      talk.session.updateTools(tool("slow", "new code"));
      talk.service.nextMessage();

      call(talk, "c2", "slow");
      assertThat(answer(talk)).isEqualTo(output("new code"));
      result.complete("old code");

      assertThat(answer(talk)).isEqualTo(output("old code"));
    }
  }

  @Test
  void aRemovedToolsLateCallStillBlocksAsItDid() {
    ToolSet old = ToolSet.of(
        declaration("old").toBuilder().behavior(FunctionBehavior.BLOCKING).build(),
        (args, context) -> "first");
    try (Talk talk =
        Talk.with().model(UPDATABLE).config(config -> config.tools(old)).open()) {
      talk.session.updateTools();
      talk.service.nextMessage();

      // The two are of one message and both wait, so they are answered in one.
      talk.hear("{'toolCall':{'functionCalls':[{'id':'a','name':'old','args':{}},"
          + "{'id':'b','name':'old','args':{}}]}}");

      assertThat(talk.service.nextMessage().at("/toolResponse/functionResponses"))
          .hasSize(2);
    }
  }

  // The configuration for the next connection.

  @ParameterizedTest
  @ValueSource(strings = {"gemini-3.8-live", "gemini-2.5-flash-native-audio-preview-12-2025"})
  void theNextConnectionIsOpenedWithTheChangedTools(String model) {
    try (Talk talk = open(LiveModel.of(model))) {
      ToolSet look = tool("look", "l");
      talk.session.updateTools(look);
      LiveConfig config = talk.session.config();
      assertThat(config.toolSets()).containsExactly(look);

      try (LiveSession next = LiveClient.connect(config.toBuilder().build())) {
        Connection service = talk.server.nextConnection();
        assertThat(next.config().toolSets()).containsExactly(look);
        JsonNode tools = service.setup().path("tools");
        assertThat(names(tools)).containsExactly("look");
        assertThat(tools).hasSize(2);
        service.nextMessage();
        service.send("{\"toolCall\":{\"functionCalls\":[{\"id\":\"c\",\"name\":\"look\"}]}}");
        assertThat(service.nextMessage().at("/toolResponse/functionResponses/0/response"))
            .isEqualTo(output("l"));
      }
    }
  }

  // What is refused changes nothing.

  private static void assertUnchanged(Talk talk, LiveConfig before) {
    assertThat(talk.session.config()).isSameAs(before);
    call(talk, "after", "old");
    assertThat(answer(talk)).isEqualTo(output("first"));
  }

  @Test
  void namesThatAreThereTwiceAreAllNamed() {
    try (Talk talk = open(UPDATABLE)) {
      LiveConfig before = talk.session.config();
      ToolSet both =
          ToolSet.builder().addAll(tool("a", "1")).addAll(tool("b", "2")).build();

      assertThatThrownBy(
              () -> talk.session.updateTools(both, tool("c", "3"), tool("b", "4"), tool("a", "5")))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("\"a\"")
          .hasMessageContaining("\"b\"")
          .hasMessageNotContaining("\"c\"");

      assertUnchanged(talk, before);
    }
  }

  @Test
  void aDeclarationTheServiceRefusesIsThrown() {
    ToolSet refused = ToolSet.of(
        declaration("look").toBuilder().behavior(FunctionBehavior.BLOCKING).build(),
        (args, context) -> "l");
    Talk.Setting setting = Talk.with()
        .model(LiveModel.GEMINI_3_8_LIVE_EXTENDED_THINKING)
        .server(server -> server.rules(true))
        .config(config -> config.thinkingLevel(ThinkingLevel.LOW).tools(tool("old", "first")));
    try (Talk talk = setting.open()) {
      LiveConfig before = talk.session.config();

      assertThatThrownBy(() -> talk.session.updateTools(tool("a", "1"), refused))
          .isInstanceOfSatisfying(
              LiveConfigException.class,
              e -> assertThat(e.findings())
                  .singleElement()
                  .satisfies(finding ->
                      assertThat(finding.severity()).isEqualTo(ConfigFinding.Severity.REFUSED)))
          .hasMessageContaining("gemini-3.8-live-extended-thinking")
          .hasMessageContaining("functionDeclarations[1].behavior");

      assertUnchanged(talk, before);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"gemini-3.8-live", "gemini-2.5-flash-native-audio-preview-12-2025"})
  void afterTheEndOfTheSessionItFails(String model) {
    Talk talk = open(LiveModel.of(model));
    talk.close();
    LiveConfig before = talk.session.config();

    CompletableFuture<InForce> told = talk.session.updateTools(tool("look", "l"));

    assertThat(Talk.failure(told)).isInstanceOf(LiveClosedException.class);
    assertThat(talk.session.config()).isSameAs(before);
  }

  @Test
  void whereTheQueueIsFullItFailsAndNothingChanges() {
    Talk.Setting setting = Talk.with()
        .model(UPDATABLE)
        .config(config -> config.tools(tool("old", "first")).outgoingLimits(1, 1 << 20));
    try (Talk talk = setting.open()) {
      LiveConfig before = talk.session.config();
      talk.service.stall();
      // More than all buffers on the way hold; the queue has room for one message beside it.
      talk.session.sendText("x".repeat(16 << 20));
      Talk.awaitTrue(() -> talk.session.metrics().queuedMessages() == 0, "it is under way");
      talk.session.sendText("y");

      CompletableFuture<InForce> told = talk.session.updateTools(tool("look", "l"));

      assertThat(told).isCompletedExceptionally();
      assertThat(Talk.failure(told)).isInstanceOf(LiveBackpressureException.class);
      assertThat(talk.session.config()).isSameAs(before);
      talk.service.resume();
      call(talk, "c1", "old");
      JsonNode message;
      do {
        message = talk.service.nextMessage();
        assertThat(message.has("contextUpdate")).isFalse();
      } while (!message.has("toolResponse"));
      assertThat(message.at("/toolResponse/functionResponses/0/response"))
          .isEqualTo(output("first"));
    }
  }

  @Test
  void aConnectionThatIsLostFailsWhatWasNotSent() {
    Talk.Setting setting = Talk.with()
        .model(UPDATABLE)
        .config(config -> config.outgoingLimits(100, 64 << 20).resumption(false));
    Talk talk = setting.open();
    try (LiveServer server = talk.server) {
      talk.service.stall();
      CompletableFuture<Void> before = new CompletableFuture<>();
      // More than fits into the buffers of two sockets.
      for (int i = 0; i < 32; i++) {
        before = talk.session.sendText("x".repeat(1_000_000));
      }
      CompletableFuture<InForce> told = talk.session.updateTools(tool("look", "l"));
      assertThat(told).isNotDone();

      talk.service.reset();

      assertThat(Talk.failure(told)).isInstanceOf(LiveClosedException.class);
      assertThat(Talk.failure(before)).isInstanceOf(LiveClosedException.class);
      assertThat(server.connections()).hasSize(1);
    }
  }

  @Test
  void toolSetsMustNotBeNull() {
    try (Talk talk = open(UPDATABLE)) {
      LiveConfig before = talk.session.config();

      assertThatThrownBy(() -> talk.session.updateTools((ToolSet[]) null))
          .isInstanceOf(NullPointerException.class);
      assertThatThrownBy(() -> talk.session.updateTools(tool("a", "1"), null))
          .isInstanceOf(NullPointerException.class);

      assertUnchanged(talk, before);
    }
  }

  // Beside updates of the application's own.

  @Test
  void functionsTheApplicationDeclaredByItselfAreItsOwnUntilTheyAreReplaced() {
    try (Talk talk = open(UPDATABLE)) {
      talk.session.updateContext(ContextUpdate.builder()
          .tools(ToolsUpdate.builder()
              .tools(List.of(Tool.functions(declaration("mine"))))
              .build())
          .build());
      talk.service.nextMessage();
      call(talk, "c1", "mine");
      assertThat(talk.await(LiveEvent.ToolCalled.class).handled()).isFalse();
      // A tool set's code stays, whatever the application declares.
      call(talk, "c2", "old");
      assertThat(answer(talk)).isEqualTo(output("first"));
      talk.session.sendToolResponse(FunctionResponse.builder("c1", "mine")
          .response(Json.parse("{\"output\":\"by hand\"}"))
          .build());
      assertThat(answer(talk)).isEqualTo(output("by hand"));

      talk.session.updateTools(tool("look", "l"));

      assertThat(names(talk.service.nextMessage().at("/contextUpdate/tools/tools")))
          .containsExactly("look");
      call(talk, "c3", "mine");
      assertThat(answer(talk).has("error")).isTrue();
    }
  }

  // Many threads.

  @Test
  void bothSidesEndUpWithTheSameToolsWhoeverChangesThem() throws Exception {
    int threads = 4;
    int rounds = 60;
    ExecutorService updaters = Executors.newFixedThreadPool(threads);
    try (Talk talk = Talk.with().model(UPDATABLE).open()) {
      for (int round = 0; round < rounds; round++) {
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> updates = new ArrayList<>();
        for (int thread = 0; thread < threads; thread++) {
          String name = "t" + round + "_" + thread;
          updates.add(updaters.submit(() -> {
            start.await();
            return talk.session.updateTools(tool(name, name));
          }));
        }
        start.countDown();
        for (Future<?> update : updates) {
          update.get();
        }

        List<String> declared = List.of();
        for (int i = 0; i < threads; i++) {
          declared = names(talk.service.nextMessage().at("/contextUpdate/tools/tools"));
        }
        assertThat(talk.session.config().toolSets().get(0).declarations())
            .containsExactly(declaration(declared.get(0)));
        call(talk, declared.get(0), declared.get(0));
        assertThat(answer(talk)).isEqualTo(output(declared.get(0)));
      }
    } finally {
      updaters.shutdown();
    }
  }

  @Test
  void eachCallIsAnsweredOnceWhileToolsChange() throws Exception {
    int calls = 200;
    Talk.Setting setting = Talk.with()
        .model(UPDATABLE)
        .config(config -> config.tools(tool("t0", "0")).toolCallsPerTurn(0));
    try (Talk talk = setting.open()) {
      AtomicBoolean stop = new AtomicBoolean();
      Thread updater = new Thread(() -> {
        for (int i = 0; !stop.get(); i++) {
          // Told to a service that keeps up: else the queue refuses, which is another matter.
          talk.session
              .updateTools(i % 2 == 0 ? tool("t1", "1") : tool("t0", "0"))
              .join();
        }
      });
      updater.start();
      Set<String> answered = new HashSet<>();
      Set<String> outcomes = new HashSet<>();
      for (int i = 0; answered.size() < calls; ) {
        // More than 64 calls that wait are refused.
        while (i < calls && i - answered.size() < 64) {
          call(talk, "c" + i, "t" + i % 2);
          i++;
        }
        JsonNode message = talk.service.nextMessage();
        message.at("/toolResponse/functionResponses").forEach(response -> {
          assertThat(answered.add(response.path("id").asText()))
              .as("%s", response)
              .isTrue();
          outcomes.add(
              response.at("/response/output").asText() + status(response.path("response")));
        });
      }
      stop.set(true);
      updater.join();

      assertThat(outcomes).isSubsetOf("0", "1", "unavailable", "unknown_tool");
    }
  }
}
