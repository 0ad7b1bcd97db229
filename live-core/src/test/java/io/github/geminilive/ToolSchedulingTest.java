package io.github.geminilive;

import static io.github.geminilive.Calls.calls;
import static io.github.geminilive.Calls.look;
import static io.github.geminilive.Calls.lookOn;
import static io.github.geminilive.Calls.response;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.FunctionScheduling;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.testkit.VirtualTime;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** When the model speaks about what a function answers that says so for all of its answers. */
class ToolSchedulingTest {

  /** A function whose answers are silent. */
  private record Silent(FunctionDeclaration declaration, ToolFunction function) implements ToolSet {

    @Override
    public List<FunctionDeclaration> declarations() {
      return List.of(declaration);
    }

    @Override
    public @Nullable Object invoke(FunctionCall call, ToolContext context) throws Exception {
      return function.call(Json.EMPTY_OBJECT, context);
    }

    @Override
    public FunctionScheduling scheduling(String name) {
      return FunctionScheduling.SILENT;
    }
  }

  private static Talk silent(ToolFunction function) {
    return Talk.open(config -> config.tools(new Silent(lookOn(), function)));
  }

  static Stream<Arguments> functions() {
    return Stream.of(
        answering("ok", (args, context) -> "x"),
        answering("tool_error", (args, context) -> {
          throw new IllegalStateException("x");
        }),
        answering("tool_error", (args, context) -> {
          throw new ToolException("Not today.");
        }),
        answering("tool_error", (args, context) -> {
          throw new AssertionError("x");
        }),
        answering("bad_result", (args, context) -> new Object()),
        answering("denied", (args, context) -> ToolResult.error("denied", "No.", false)),
        answering(
            "tool_error",
            (args, context) -> CompletableFuture.failedFuture(new IllegalStateException("x"))),
        answering("ok", (args, context) -> CompletableFuture.completedFuture("x")));
  }

  private static Arguments answering(String status, ToolFunction function) {
    return Arguments.of(status, function);
  }

  @ParameterizedTest
  @MethodSource("functions")
  void itHoldsForResultsAndErrors(String status, ToolFunction function) {
    try (Talk talk = silent(function)) {
      talk.hear(calls("c1"));

      assertThat(response(talk).path("scheduling").asText()).isEqualTo("SILENT");
      assertThat(talk.await(LiveEvent.ToolAnswered.class).status()).isEqualTo(status);
    }
  }

  @Test
  void itHoldsForACallThatTakesTooLong() {
    VirtualTime time = new VirtualTime();
    CompletableFuture<Object> started = new CompletableFuture<>();
    ToolSet tools = new Silent(lookOn(), (args, context) -> {
      started.complete(null);
      return new CompletableFuture<Object>();
    });
    try (Talk talk =
        Talk.with().time(time).config(config -> config.tools(tools)).open()) {
      talk.hear(calls("c1"));
      Talk.get(started);
      time.advance(ToolPolicy.DEFAULT.timeout());

      JsonNode response = response(talk);
      assertThat(response.at("/response/error/status").asText()).isEqualTo("timeout");
      assertThat(response.path("scheduling").asText()).isEqualTo("SILENT");
    }
  }

  @Test
  void itHoldsForACallThatIsNotRun() {
    try (Talk talk = Talk.open(
        config -> config.toolCallsPerTurn(1).tools(new Silent(lookOn(), (args, context) -> "x")))) {
      talk.hear(calls("c1"));
      response(talk);
      talk.hear(calls("c2"));

      JsonNode response = response(talk);
      assertThat(response.at("/response/error/status").asText()).isEqualTo("denied");
      assertThat(response.path("scheduling").asText()).isEqualTo("SILENT");
    }
  }

  @Test
  void itHoldsForItems() {
    try (Talk talk = silent((args, context) ->
        Stream.of("a", ToolResult.of("b").scheduling(FunctionScheduling.INTERRUPT)))) {
      talk.hear(calls("c1"));

      assertThat(response(talk).path("scheduling").asText()).isEqualTo("SILENT");
      assertThat(response(talk).path("scheduling").asText()).isEqualTo("INTERRUPT");
      assertThat(response(talk).path("scheduling").asText()).isEqualTo("SILENT");
    }
  }

  @Test
  void whatAnAnswerSaysItselfComesFirst() {
    try (Talk talk =
        silent((args, context) -> ToolResult.of("x").scheduling(FunctionScheduling.WHEN_IDLE))) {
      talk.hear(calls("c1"));

      assertThat(response(talk).path("scheduling").asText()).isEqualTo("WHEN_IDLE");
    }
  }

  @Test
  void itIsLeftOutWhereTheModelWaits() {
    try (Talk talk =
        Talk.open(config -> config.tools(new Silent(look(), (args, context) -> "x")))) {
      talk.hear(calls("c1"));

      assertThat(response(talk).has("scheduling")).isFalse();
    }
  }

  @Test
  void aSetOfSetsHandsItOn() {
    ToolSet tools =
        ToolSet.builder().addAll(new Silent(lookOn(), (args, context) -> "x")).build();

    assertThat(tools.scheduling("look")).isEqualTo(FunctionScheduling.SILENT);
    assertThat(ToolSet.of(look(), (args, context) -> "x").scheduling("look")).isNull();
    assertThatThrownBy(() -> tools.scheduling("ask"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ask");
  }
}
