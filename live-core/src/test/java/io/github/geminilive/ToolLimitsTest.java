package io.github.geminilive;

import static io.github.geminilive.Calls.calls;
import static io.github.geminilive.Calls.callsOf;
import static io.github.geminilive.Calls.declaration;
import static io.github.geminilive.Calls.ids;
import static io.github.geminilive.Calls.look;
import static io.github.geminilive.Calls.of;
import static io.github.geminilive.Calls.response;
import static io.github.geminilive.Calls.responses;
import static io.github.geminilive.Calls.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.Json;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is answered in place of a result. */
class ToolLimitsTest {

  private static JsonNode error(Talk talk) {
    return response(talk).at("/response/error");
  }

  // Arguments that do not fit.

  private static Object bound(Json args, ToolContext context) {
    return of(args).startsWith("bad")
        ? ToolResult.error(
            "invalid_argument",
            "Some arguments do not fit.",
            true,
            Map.of("violations", List.of(Map.of("path", "/of", "reason", "not_allowed"))))
        : "ok";
  }

  @Test
  void fromTheFourthInvalidCallInARowTheModelIsToldToStop() {
    try (Talk talk = with(ToolLimitsTest::bound)) {
      for (int i = 1; i <= 5; i++) {
        talk.hear(calls("bad" + i));

        JsonNode error = error(talk);
        assertThat(error.path("status").asText()).isEqualTo("invalid_argument");
        assertThat(error.path("retryable").asBoolean()).as("call %s", i).isEqualTo(i <= 3);
        assertThat(error.at("/violations/0/path").asText()).isEqualTo("/of");
        assertThat(error.path("message").asText()).isEqualTo("Some arguments do not fit.");
      }
    }
  }

  @Test
  void aCallThatFitsBeginsTheCountAnew() {
    try (Talk talk = with(ToolLimitsTest::bound)) {
      for (String id : List.of("bad1", "bad2", "bad3", "good", "bad4", "bad5", "bad6")) {
        talk.hear(calls(id));

        assertThat(error(talk).path("retryable").asBoolean(true)).isTrue();
      }
      talk.hear(calls("bad7"));
      assertThat(error(talk).path("retryable").asBoolean()).isFalse();
    }
  }

  @Test
  void eachFunctionIsCountedByItself() {
    ToolSet tools = ToolSet.builder()
        .add(look(), ToolLimitsTest::bound)
        .add(declaration("other", FunctionBehavior.BLOCKING), ToolLimitsTest::bound)
        .build();
    try (Talk talk = Talk.open(config -> config.tools(tools))) {
      for (int i = 1; i <= 3; i++) {
        talk.hear(calls("bad" + i));
        assertThat(error(talk).path("retryable").asBoolean()).isTrue();
        talk.hear(callsOf("other", "bad-" + i));
        assertThat(error(talk).path("retryable").asBoolean()).isTrue();
      }
      talk.hear(calls("bad4"));
      assertThat(error(talk).path("retryable").asBoolean()).isFalse();
    }
  }

  // Size.

  // The euro sign has three bytes, the clef four; {"output":""} has 13.
  @ParameterizedTest
  @ValueSource(ints = {-1, 0, 1})
  void aResultMayHaveAsManyBytesAsTheLimit(int beyond) {
    String text = "\u20ac\uD834\uDD1E" + "x".repeat(80 + beyond);
    ToolSet tools = ToolSet.of(look(), (args, context) -> text);
    try (Talk talk = Talk.open(config -> config.tools(tools).toolResultLimit(100))) {
      talk.hear(calls("c1"));

      JsonNode response = response(talk).path("response");
      if (beyond <= 0) {
        assertThat(response.path("output").asText()).isEqualTo(text);
      } else {
        assertThat(response)
            .isEqualTo(Talk.json("{'error':{'status':'result_too_large','message':'The result has"
                + " 101 bytes, the limit is 100. Ask for less.','retryable':true}}"));
        assertThat(talk.await(LiveEvent.ToolAnswered.class).status()).isEqualTo("result_too_large");
      }
    }
  }

  @Test
  void theLimitIs256KiBUnlessSetOtherwise() {
    int room = 256 * 1024 - 13;
    try (Talk talk = with((args, context) -> "x".repeat(room + Integer.parseInt(of(args))))) {
      talk.hear(calls("0"));
      assertThat(response(talk).at("/response/output").asText()).hasSize(room);
      talk.hear(calls("1"));
      assertThat(error(talk).path("status").asText()).isEqualTo("result_too_large");
    }
  }

  @Test
  void aLongMessageOfAToolExceptionIsTooLargeAsWell() {
    ToolSet tools = ToolSet.of(look(), (args, context) -> {
      throw new ToolException("x".repeat(200));
    });
    try (Talk talk = Talk.open(config -> config.tools(tools).toolResultLimit(100))) {
      talk.hear(calls("c1"));

      assertThat(error(talk).path("status").asText()).isEqualTo("result_too_large");
    }
  }

  // Calls of one turn.

  @ParameterizedTest
  @ValueSource(ints = {1, 3})
  void soManyCallsOfATurnRunAndTheRestIsDenied(int limit) {
    AtomicInteger runs = new AtomicInteger();
    ToolSet tools = ToolSet.of(look(), (args, context) -> runs.incrementAndGet());
    try (Talk talk = Talk.open(config -> config.tools(tools).toolCallsPerTurn(limit))) {
      for (int turn = 1; turn <= 2; turn++) {
        for (int i = 1; i <= limit + 2; i++) {
          talk.hear(calls("t" + turn + "-" + i));

          JsonNode response = response(talk).path("response");
          assertThat(response.has("output")).as("call %s", i).isEqualTo(i <= limit);
          if (i > limit) {
            assertThat(response.at("/error/status").asText()).isEqualTo("denied");
            assertThat(response.at("/error/message").asText()).contains(String.valueOf(limit));
            assertThat(response.at("/error/retryable").asBoolean()).isFalse();
          }
        }
        talk.turnComplete();
        talk.await(LiveEvent.TurnEnded.class);
      }
      assertThat(runs).hasValue(2 * limit);
    }
  }

  @Test
  void sixtyFourCallsOfATurnRunUnlessSetOtherwise() {
    ToolFunction function = (args, context) -> "ok";
    ToolSet tools = ToolSet.of(look(), function);
    try (Talk talk = Talk.open(config -> config.tools(tools));
        Talk unlimited = Talk.open(config -> config.tools(tools).toolCallsPerTurn(0))) {
      for (int i = 1; i <= 65; i++) {
        talk.hear(calls("c" + i));
        unlimited.hear(calls("c" + i));

        assertThat(response(talk).path("response").has("output")).isEqualTo(i <= 64);
        assertThat(response(unlimited).path("response").has("output")).isTrue();
      }
    }
  }

  // What cannot be run.

  @Test
  void theNamesThatExistAreTheValidOptions() {
    ToolSet tools = ToolSet.builder()
        .add(look(), (args, context) -> "x")
        .add(declaration("ask", FunctionBehavior.BLOCKING), (args, context) -> "x")
        .build();
    try (Talk talk = Talk.open(config -> config.tools(tools))) {
      talk.hear(callsOf("invented", "c1"));

      assertThat(error(talk))
          .isEqualTo(Talk.json("{'status':'unknown_tool','message':'There is no tool named"
              + " \\\"invented\\\".','retryable':false,'valid_options':['ask','look']}"));
    }
  }

  @Test
  void aCallThatNoThreadCanBeFoundForIsAnswered() {
    ToolSet tools = ToolSet.of(look(), (args, context) -> "x");
    try (Talk talk = Talk.with()
        .executor(task -> {
          if (task.getClass().getName().contains("ToolRunner$Call")) {
            throw new OutOfMemoryError("unable to create native thread");
          }
          Thread thread = new Thread(task);
          thread.setDaemon(true);
          thread.start();
        })
        .config(config -> config.tools(tools))
        .open()) {
      talk.hear(calls("c1", "c2"));

      JsonNode responses = responses(talk);
      assertThat(ids(responses)).containsExactly("c1", "c2");
      assertThat(responses.at("/1/response/error/status").asText()).isEqualTo("tool_error");
    }
  }

  @Test
  void aCallThatTheExecutorRejectsRunsElsewhere() {
    AtomicBoolean rejecting = new AtomicBoolean();
    ToolSet tools = ToolSet.of(look(), (args, context) -> "x");
    try (Talk talk = Talk.with()
        .executor(task -> {
          if (rejecting.get()) {
            throw new RejectedExecutionException("full");
          }
          Thread thread = new Thread(task);
          thread.setDaemon(true);
          thread.start();
        })
        .config(config -> config.tools(tools))
        .open()) {
      rejecting.set(true);
      talk.hear(calls("c1"));

      assertThat(response(talk).at("/response/output").asText()).isEqualTo("x");
    }
  }

  // Tools that change.

  @Test
  void callsThatHaveArrivedGoOnWithTheOldCode() {
    CompletableFuture<Object> first = new CompletableFuture<>();
    FunctionDeclaration look = declaration("look", FunctionBehavior.NON_BLOCKING);
    ToolSet before = ToolSet.builder()
        .add(
            look,
            ToolPolicy.DEFAULT.parallelLimit(1),
            (args, context) -> of(args).equals("a") ? first : "old " + of(args))
        .add(declaration("gone", FunctionBehavior.NON_BLOCKING), (args, context) -> "old")
        .build();
    ToolSet after = ToolSet.of(look, (args, context) -> "new " + of(args));
    try (Talk talk = Talk.open(config -> config.tools(before))) {
      talk.hear(calls("a", "b"));
      talk.settled();
      Talk.get(talk.session.updateTools(after));

      talk.hear(calls("c"));
      assertThat(response(talk).at("/response/output").asText()).isEqualTo("new c");
      talk.hear(callsOf("gone", "d"));
      assertThat(error(talk))
          .isEqualTo(Talk.json("{'status':'unavailable','message':'The tool \\\"gone\\\" is not"
              + " available any more.','retryable':false}"));
      talk.hear(callsOf("invented", "e"));
      assertThat(error(talk).path("status").asText()).isEqualTo("unknown_tool");

      first.complete("old a");
      assertThat(response(talk).at("/response/output").asText()).isEqualTo("old a");
      assertThat(response(talk).at("/response/output").asText()).isEqualTo("old b");
    }
  }

  // What a tool exception tells.

  @Test
  void theModelReadsTheDetailsOfAToolException() {
    try (Talk talk = with((args, context) -> {
      throw ToolException.builder("Two towns have that name.")
          .retryable(true)
          .retryHint("Ask which one.")
          .detail("towns", List.of("Frankfurt (Main)", "Frankfurt (Oder)"))
          .detail("limit", Double.POSITIVE_INFINITY)
          .build();
    })) {
      talk.hear(calls("c1"));

      assertThat(error(talk))
          .isEqualTo(Talk.json("{'status':'tool_error','message':'Two towns have that name.',"
              + "'retryable':true,'retry_hint':'Ask which one.',"
              + "'towns':['Frankfurt (Main)','Frankfurt (Oder)'],'limit':'Infinity'}"));
    }
  }
}
