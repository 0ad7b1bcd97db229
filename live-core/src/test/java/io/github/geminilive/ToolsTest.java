package io.github.geminilive;

import static io.github.geminilive.Calls.assertNothingSent;
import static io.github.geminilive.Calls.calls;
import static io.github.geminilive.Calls.cancellation;
import static io.github.geminilive.Calls.declaration;
import static io.github.geminilive.Calls.ids;
import static io.github.geminilive.Calls.look;
import static io.github.geminilive.Calls.response;
import static io.github.geminilive.Calls.responses;
import static io.github.geminilive.Calls.with;
import static io.github.geminilive.Calls.withNonBlocking;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.LiveEvent.Warning;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.FunctionResponse;
import io.github.geminilive.protocol.FunctionScheduling;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.Tool;
import io.github.geminilive.testkit.VirtualTime;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The model's calls: each runs once and is answered once, or not at all when it was cancelled. */
class ToolsTest {

  private static final String FAILED =
      "{'error':{'status':'tool_error','message':'The tool failed.','retryable':false}}";

  // Values.

  static Stream<Arguments> values() {
    Map<String, Object> nested = new LinkedHashMap<>();
    nested.put("$ref", 1);
    nested.put("list", Arrays.asList(1, null, 9_007_199_254_740_993L));
    return Stream.of(
        Arguments.of("text", "sunny", "'sunny'"),
        Arguments.of("empty text", "", "''"),
        Arguments.of("integer", 42, "42"),
        Arguments.of("boolean", false, "false"),
        Arguments.of("fraction", 1.5, "1.5"),
        Arguments.of("largest exact integer", 9_007_199_254_740_991L, "9007199254740991"),
        Arguments.of("too large an integer", 9_007_199_254_740_992L, "'9007199254740992'"),
        Arguments.of("smallest integer", Long.MIN_VALUE, "'-9223372036854775808'"),
        Arguments.of(
            "big integer",
            new java.math.BigInteger("123456789012345678901234567890"),
            "'123456789012345678901234567890'"),
        Arguments.of("not a number", Double.NaN, "'NaN'"),
        Arguments.of("infinity", Float.NEGATIVE_INFINITY, "'-Infinity'"),
        Arguments.of("null", null, "{'status':'no_result'}"),
        Arguments.of("empty Optional", Optional.empty(), "{'status':'no_result'}"),
        Arguments.of("Optional", Optional.of("x"), "'x'"),
        Arguments.of("list", List.of("a", 1), "['a',1]"),
        Arguments.of("array", new Object[] {"a", 1}, "['a',1]"),
        Arguments.of("map", Map.of("error", "no error at all"), "{'error':'no error at all'}"),
        Arguments.of("nested", nested, "{'_ref':1,'list':[1,null,'9007199254740993']}"),
        Arguments.of("JSON", Json.parse("{\"a\":{\"$ref\":[true]}}"), "{'a':{'_ref':[true]}}"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("values")
  void aValueIsAnsweredAsOutput(String kind, @Nullable Object value, String output) {
    try (Talk talk = with((args, context) -> value)) {
      talk.hear(calls("c1"));

      assertThat(response(talk))
          .isEqualTo(Talk.json("{'id':'c1','name':'look','response':{'output':" + output + "}}"));
      LiveEvent.ToolAnswered answered = talk.await(LiveEvent.ToolAnswered.class);
      assertThat(answered.callId()).isEqualTo("c1");
      assertThat(answered.name()).isEqualTo("look");
      assertThat(answered.status()).isEqualTo("ok");
      assertThat(answered.took()).isPositive();
    }
  }

  @Test
  void theFunctionGetsArgumentsTurnAndSession() {
    CompletableFuture<ToolContext> context = new CompletableFuture<>();
    CompletableFuture<Json> args = new CompletableFuture<>();
    try (Talk talk = with((given, where) -> {
      args.complete(given);
      context.complete(where);
      return null;
    })) {
      talk.hear("{'toolCall':{'functionCalls':[{'id':'c1','name':'look'}]}}");
      LiveEvent.ToolCalled called = talk.await(LiveEvent.ToolCalled.class);

      assertThat(Talk.get(args)).isEqualTo(Json.EMPTY_OBJECT);
      assertThat(Talk.get(context).call()).isEqualTo(called.call());
      assertThat(Talk.get(context).turn()).isSameAs(called.turn());
      assertThat(Talk.get(context).session()).isSameAs(talk.session);
      assertThat(called.handled()).isTrue();
      assertThat(called.turn().toolCalls()).containsExactly(called.call());
    }
  }

  @Test
  void whatIsNoJsonIsABadResult() {
    List<Object> endless = new ArrayList<>();
    endless.add(endless);
    Deque<Object> values = new ArrayDeque<>(List.of(new Object(), endless));
    try (Talk talk = with((args, context) -> values.poll())) {
      for (int i = 0; i < 2; i++) {
        talk.hear(calls("c" + i));

        assertThat(response(talk).at("/response/error/status").asText()).isEqualTo("bad_result");
        assertThat(talk.await(Warning.class).kind()).isEqualTo(Warning.Kind.TOOL_FAILED);
      }
    }
  }

  // Scheduling.

  @Test
  void schedulingGoesOutForANonBlockingFunction() {
    try (Talk talk = withNonBlocking(
        (args, context) -> ToolResult.of("x").scheduling(FunctionScheduling.SILENT))) {
      talk.hear(calls("c1"));

      assertThat(response(talk))
          .isEqualTo(Talk.json(
              "{'id':'c1','name':'look','response':{'output':'x'},'scheduling':'SILENT'}"));
    }
  }

  @Test
  void schedulingIsLeftOutForABlockingFunction() {
    try (Talk talk =
        with((args, context) -> ToolResult.of("x").scheduling(FunctionScheduling.SILENT))) {
      talk.hear(calls("c1"));

      assertThat(response(talk).has("scheduling")).isFalse();
    }
  }

  @Test
  void schedulingIsLeftOutWhereTheModelDoesNotKnowIt() {
    ToolSet tools = ToolSet.of(
        FunctionDeclaration.builder("look", "looks").build(),
        (args, context) -> ToolResult.of("x").scheduling(FunctionScheduling.INTERRUPT));
    try (Talk talk = Talk.with()
        .model(LiveModel.GEMINI_3_1_FLASH_LIVE_PREVIEW)
        .config(config -> config.tools(tools))
        .open()) {
      talk.hear(calls("c1"));

      assertThat(response(talk).has("scheduling")).isFalse();
    }
  }

  // Failures.

  @Test
  void anErrorResultIsAnsweredAsError() {
    try (Talk talk = with((args, context) -> ToolResult.error("denied", "Not on Sundays.", true))) {
      talk.hear(calls("c1"));

      assertThat(response(talk).get("response"))
          .isEqualTo(Talk.json(
              "{'error':{'status':'denied','message':'Not on Sundays.','retryable':true}}"));
      assertThat(talk.await(LiveEvent.ToolAnswered.class).status()).isEqualTo("denied");
    }
  }

  static Stream<Arguments> told() {
    ToolException told = new ToolException("No such town.", true, new IOException("secret"));
    return Stream.of(
        Arguments.of("thrown", (ToolFunction) (args, context) -> {
          throw told;
        }),
        Arguments.of("wrapped", (ToolFunction) (args, context) -> {
          throw new CompletionException(new ExecutionException(told));
        }),
        Arguments.of(
            "later", (ToolFunction) (args, context) -> CompletableFuture.failedFuture(told)));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("told")
  void theMessageOfAToolExceptionReachesTheModel(String kind, ToolFunction function) {
    try (Talk talk = with(function)) {
      talk.hear(calls("c1"));

      assertThat(response(talk).get("response"))
          .isEqualTo(Talk.json(
              "{'error':{'status':'tool_error','message':'No such town.'," + "'retryable':true}}"));
    }
  }

  static Stream<Arguments> untold() {
    return Stream.of(
        Arguments.of(new IOException("password is 1234")),
        Arguments.of(new NullPointerException("password is 1234")),
        Arguments.of(new AssertionError("password is 1234")),
        Arguments.of(new StackOverflowError("password is 1234")));
  }

  @ParameterizedTest
  @MethodSource("untold")
  void ofAnyOtherFailureTheModelLearnsNothing(Throwable thrown) {
    try (Talk talk = with((args, context) -> {
      if (thrown instanceof Error error) {
        throw error;
      }
      throw (Exception) thrown;
    })) {
      talk.hear(calls("c1"));

      assertThat(response(talk).get("response")).isEqualTo(Talk.json(FAILED));
      Warning warning = talk.await(Warning.class);
      assertThat(warning.kind()).isEqualTo(Warning.Kind.TOOL_FAILED);
      assertThat(warning.cause()).isSameAs(thrown);
      assertThat(warning.message()).doesNotContain("1234");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theCauseOfAFailureIsToldTheApplicationOnly(boolean streamed) {
    IOException cause = new IOException("password is 1234");
    ToolResult failed = ToolResult.error("unavailable", "Not now.", true).cause(cause);
    try (Talk talk = with((args, context) -> streamed ? Stream.of(failed) : failed)) {
      talk.hear(calls("c1"));

      assertThat(response(talk).toString()).contains("Not now.").doesNotContain("1234");
      Warning warning = talk.await(Warning.class);
      assertThat(warning.kind()).isEqualTo(Warning.Kind.TOOL_FAILED);
      assertThat(warning.cause()).isSameAs(cause);
      assertThat(warning.message()).contains("look", "unavailable").doesNotContain("1234");
      talk.await(LiveEvent.ToolAnswered.class);
    }
  }

  @Test
  void aResultMayComeLater() {
    CompletableFuture<Object> later = new CompletableFuture<>();
    try (Talk talk = with((args, context) -> later)) {
      talk.hear(calls("c1"));
      talk.await(LiveEvent.ToolCalled.class);
      assertNothingSent(talk);

      later.complete("at last");

      assertThat(response(talk).at("/response/output").asText()).isEqualTo("at last");
    }
  }

  @Test
  void aLaterFailureIsAnswered() {
    CompletableFuture<Object> later = new CompletableFuture<>();
    try (Talk talk = with((args, context) -> later)) {
      talk.hear(calls("c1"));

      later.completeExceptionally(new IOException("1234"));

      assertThat(response(talk).get("response")).isEqualTo(Talk.json(FAILED));
    }
  }

  @Test
  void aLaterValueThatIsNoJsonIsABadResult() {
    List<Object> endless = new ArrayList<>();
    endless.add(endless);
    try (Talk talk = with((args, context) -> CompletableFuture.completedFuture(endless))) {
      talk.hear(calls("c1"));

      assertThat(response(talk).at("/response/error/status").asText()).isEqualTo("bad_result");
    }
  }

  // Which calls run.

  @Test
  void anUnknownFunctionIsAnsweredWithTheNamesThatExist() {
    try (Talk talk = with((args, context) -> "x")) {
      talk.hear("{'toolCall':{'functionCalls':[{'id':'c1','name':'invented','args':{}}]}}");

      JsonNode error = response(talk).at("/response/error");
      assertThat(error.get("status").asText()).isEqualTo("unknown_tool");
      assertThat(error.get("message").asText()).contains("invented");
      assertThat(error.get("valid_options")).isEqualTo(Talk.json("['look']"));
      assertThat(error.get("retryable").asBoolean()).isFalse();
      assertThat(talk.await(LiveEvent.ToolCalled.class).handled()).isFalse();
      assertThat(talk.await(LiveEvent.ToolAnswered.class).status()).isEqualTo("unknown_tool");
    }
  }

  @Test
  void evenWithoutAnyToolAnInventedFunctionIsAnswered() {
    try (Talk talk = Talk.open()) {
      talk.hear(calls("c1"));

      assertThat(response(talk).at("/response/error/status").asText()).isEqualTo("unknown_tool");
    }
  }

  @Test
  void aCallWithoutIdIsAnsweredWithoutId() {
    AtomicInteger runs = new AtomicInteger();
    ToolSet tools = ToolSet.of(look(), (args, context) -> runs.incrementAndGet());
    try (Talk talk = Talk.with().vertex().config(config -> config.tools(tools)).open()) {
      for (int i = 1; i <= 2; i++) {
        talk.hear("{'toolCall':{'functionCalls':[{'name':'look','args':{}}]}}");

        assertThat(response(talk))
            .isEqualTo(Talk.json("{'name':'look','response':{'output':" + i + "}}"));
        assertThat(talk.await(LiveEvent.ToolAnswered.class).callId()).isNull();
      }
    }
  }

  @Test
  void aRepeatedIdRunsAndIsAnsweredOnce() {
    AtomicInteger runs = new AtomicInteger();
    try (Talk talk = with((args, context) -> runs.incrementAndGet())) {
      talk.hear(calls("c1", "c1")).hear(calls("c1"));
      assertThat(ids(responses(talk))).containsExactly("c1");
      talk.hear(calls("c1"));

      List<LiveEvent> events = talk.settled();
      assertThat(Talk.warnings(events, Warning.Kind.UNEXPECTED_MESSAGE)).hasSize(3);
      assertNothingSent(talk);
      assertThat(runs).hasValue(1);
      assertThat(talk.session.metrics().toolCalls()).isEqualTo(1);
    }
  }

  // Together.

  @Test
  void blockingCallsOfOneMessageAreAnsweredTogetherInCallOrder() {
    Map<String, CompletableFuture<Object>> results = Map.of(
        "a", new CompletableFuture<>(),
        "b", new CompletableFuture<>(),
        "c", new CompletableFuture<>());
    try (Talk talk = with((args, context) -> results.get(args.asObject().get("of")))) {
      talk.hear(calls("a", "b", "c"));
      talk.await(LiveEvent.ToolCalled.class);
      results.get("c").complete(3);
      results.get("a").complete(1);
      assertNothingSent(talk);

      results.get("b").complete(2);

      JsonNode responses = responses(talk);
      assertThat(ids(responses)).containsExactly("a", "b", "c");
      assertThat(responses.at("/2/response/output").asInt()).isEqualTo(3);
    }
  }

  @Test
  void nonBlockingCallsAreAnsweredEachWhenDone() {
    Map<String, CompletableFuture<Object>> results =
        Map.of("a", new CompletableFuture<>(), "b", new CompletableFuture<>());
    try (Talk talk =
        withNonBlocking((args, context) -> results.get(args.asObject().get("of")))) {
      talk.hear(calls("a", "b"));
      talk.await(LiveEvent.ToolCalled.class);

      results.get("b").complete(2);
      assertThat(ids(responses(talk))).containsExactly("b");
      results.get("a").complete(1);
      assertThat(ids(responses(talk))).containsExactly("a");
    }
  }

  @Test
  void aCallAnsweredByHandDoesNotHoldUpTheOthersOfItsMessage() {
    ToolSet tools = ToolSet.of(look(), (args, context) -> "x");
    Tool byHand = Tool.functions(declaration("ask", FunctionBehavior.BLOCKING));
    try (Talk talk = Talk.open(config -> config.tools(tools).declare(byHand))) {
      talk.hear("{'toolCall':{'functionCalls':[{'id':'a','name':'ask','args':{}},"
          + "{'id':'b','name':'look','args':{}}]}}");

      assertThat(ids(responses(talk))).containsExactly("b");
    }
  }

  // Cancellation.

  @Test
  void aCancelledCallIsInterruptedToldAndNeverAnswered() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    CompletableFuture<ToolContext> contexts = new CompletableFuture<>();
    try (Talk talk = with((args, context) -> {
      contexts.complete(context);
      started.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        interrupted.countDown();
      }
      return "too late";
    })) {
      talk.hear(calls("c1"));
      assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(Talk.get(contexts).isCancelled()).isFalse();

      talk.hear(cancellation("c1", "never-heard-of"));

      assertThat(talk.await(LiveEvent.ToolCancelled.class).ids())
          .containsExactly("c1", "never-heard-of");
      assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
      Talk.get(Talk.get(contexts).cancelled().toCompletableFuture());
      assertThat(Talk.get(contexts).isCancelled()).isTrue();
      assertThat(talk.await(Warning.class).kind()).isEqualTo(Warning.Kind.TOOL_RESULT_DROPPED);
      assertNothingSent(talk);
    }
  }

  @Test
  void aCancelledFutureIsCancelledAndNeverAnswered() {
    CompletableFuture<Object> later = new CompletableFuture<>();
    CompletableFuture<Void> tripped = new CompletableFuture<>();
    try (Talk talk = with((args, context) -> {
      context.cancelled().thenRun(() -> tripped.complete(null));
      return later;
    })) {
      talk.hear(calls("c1"));
      talk.await(LiveEvent.ToolCalled.class);
      Talk.awaitTrue(() -> later.getNumberOfDependents() > 0, "the future is waited for");

      talk.hear(cancellation("c1"));

      Talk.get(tripped);
      Talk.awaitTrue(later::isCancelled, "the future is cancelled");
      assertNothingSent(talk);
    }
  }

  @Test
  void theOthersOfACancelledCallsMessageAreAnswered() {
    Map<String, CompletableFuture<Object>> results =
        Map.of("a", new CompletableFuture<>(), "b", CompletableFuture.completedFuture(2));
    try (Talk talk = with((args, context) -> results.get(args.asObject().get("of")))) {
      talk.hear(calls("a", "b")).hear(cancellation("a"));

      assertThat(ids(responses(talk))).containsExactly("b");
    }
  }

  /** Keeps tasks until a test lets them run. */
  private static final class HeldExecutor implements Executor {
    private final Deque<Runnable> held = new ArrayDeque<>();
    private boolean holding;

    @Override
    public void execute(Runnable task) {
      synchronized (held) {
        if (holding) {
          held.addFirst(task);
          return;
        }
      }
      run(task);
    }

    private static void run(Runnable task) {
      Thread thread = new Thread(task, "held-executor");
      thread.setDaemon(true);
      thread.start();
    }

    void hold() {
      synchronized (held) {
        holding = true;
      }
    }

    int waiting() {
      synchronized (held) {
        return held.size();
      }
    }

    /** Runs what waits, one after the other, the last submitted first. */
    void runNewestFirst() {
      while (true) {
        Runnable next;
        synchronized (held) {
          next = held.poll();
          if (next == null) {
            holding = false;
            return;
          }
        }
        next.run();
      }
    }
  }

  @Test
  void aCallCancelledBeforeItStartedDoesNotStartAndTakesNoPlace() {
    HeldExecutor executor = new HeldExecutor();
    AtomicInteger runs = new AtomicInteger();
    ToolSet tools = ToolSet.of(look(), (args, context) -> runs.incrementAndGet());
    try (Talk talk =
        Talk.with().executor(executor).config(config -> config.tools(tools)).open()) {
      String[] cancelled = IntStream.range(0, 16).mapToObj(i -> "x" + i).toArray(String[]::new);
      executor.hold();
      talk.hear(calls(cancelled)).hear(cancellation(cancelled));
      talk.await(LiveEvent.ToolCancelled.class);
      executor.runNewestFirst();
      assertThat(runs).hasValue(0);

      // All sixteen places are free again.
      talk.hear(calls("c1"));

      assertThat(ids(responses(talk))).containsExactly("c1");
    }
  }

  @Test
  void aCancelledFutureThatNeverCompletesTakesNoPlace() {
    ToolSet tools = ToolSet.of(
        look(),
        (args, context) -> String.valueOf(args.asObject().get("of")).startsWith("x")
            ? new CompletableFuture<Object>().minimalCompletionStage()
            : "done");
    try (Talk talk = Talk.open(config -> config.tools(tools))) {
      String[] cancelled = IntStream.range(0, 16).mapToObj(i -> "x" + i).toArray(String[]::new);
      talk.hear(calls(cancelled));
      talk.await(LiveEvent.ToolCalled.class);
      talk.hear(cancellation(cancelled)).hear(calls("c1"));

      assertThat(ids(responses(talk))).containsExactly("c1");
    }
  }

  @Test
  void aCancelledCallIsNotAnsweredByHandEither() {
    HeldExecutor executor = new HeldExecutor();
    Tool byHand = Tool.functions(look());
    try (Talk talk =
        Talk.with().executor(executor).config(config -> config.declare(byHand)).open()) {
      talk.hear(calls("c1"));
      talk.await(LiveEvent.ToolCalled.class);
      // Whatever the cancellation has to do elsewhere, the ledger knows at once.
      executor.hold();
      talk.hear(cancellation("c1"));
      talk.await(LiveEvent.ToolCancelled.class);

      assertThatThrownBy(() -> talk.session.sendToolResponse(answer("c1")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("cancelled");
      executor.runNewestFirst();
    }
  }

  // Time.

  @Test
  void aCallThatTakesTooLongIsAnsweredAndThenCancelled() throws Exception {
    VirtualTime time = new VirtualTime();
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    ToolSet tools = ToolSet.of(look(), (args, context) -> {
      started.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        interrupted.countDown();
      }
      return "too late";
    });
    try (Talk talk =
        Talk.with().time(time).config(config -> config.tools(tools)).open()) {
      talk.hear(calls("c1"));
      assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
      time.advance(ToolPolicy.DEFAULT.timeout().minusNanos(1));
      assertNothingSent(talk);

      time.advance(Duration.ofNanos(1));

      assertThat(response(talk).at("/response/error/status").asText()).isEqualTo("timeout");
      assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
      assertThat(talk.await(Warning.class).kind()).isEqualTo(Warning.Kind.TOOL_TIMEOUT);
      LiveEvent.ToolAnswered answered = talk.await(LiveEvent.ToolAnswered.class);
      assertThat(answered.status()).isEqualTo("timeout");
      assertThat(answered.took()).isEqualTo(ToolPolicy.DEFAULT.timeout());
      assertNothingSent(talk);
    }
  }

  @Test
  void eachFunctionMayHaveItsOwnLimitOrNone() {
    VirtualTime time = new VirtualTime();
    ToolSet tools = ToolSet.builder()
        .add(
            declaration("quick", FunctionBehavior.NON_BLOCKING),
            ToolPolicy.DEFAULT.timeout(Duration.ofMillis(10)),
            (args, context) -> new CompletableFuture<Object>())
        .add(
            declaration("endless", FunctionBehavior.NON_BLOCKING),
            ToolPolicy.DEFAULT.timeout(Duration.ZERO),
            (args, context) -> new CompletableFuture<Object>())
        .build();
    // Time jumps further than a connection may be silent.
    Talk.Setting setting =
        Talk.with().time(time).config(config -> config.tools(tools).keepAlive(Duration.ZERO));
    try (Talk talk = setting.open()) {
      talk.hear("{'toolCall':{'functionCalls':[{'id':'e','name':'endless','args':{}},"
          + "{'id':'q','name':'quick','args':{}}]}}");
      talk.await(LiveEvent.ToolCalled.class);
      talk.await(LiveEvent.ToolCalled.class);
      talk.settled();

      time.advanceUntil(() -> talk.service.receivedMessages().size() > 1, Duration.ofSeconds(1));
      assertThat(ids(responses(talk))).containsExactly("q");
      time.advance(Duration.ofHours(1));
      assertNothingSent(talk);
    }
  }

  // Load.

  @ParameterizedTest
  @ValueSource(ints = {79, 80, 81, 83})
  void sixteenRunSixtyFourWaitAndTheRestIsToldToComeBack(int count) throws Exception {
    BlockingQueue<String> running = new LinkedBlockingQueue<>();
    CountDownLatch go = new CountDownLatch(1);
    AtomicInteger now = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    ToolSet tools =
        ToolSet.of(declaration("look", FunctionBehavior.NON_BLOCKING), (args, context) -> {
          most.accumulateAndGet(now.incrementAndGet(), Math::max);
          running.add(String.valueOf(args.asObject().get("of")));
          go.await(30, TimeUnit.SECONDS);
          now.decrementAndGet();
          return "ok";
        });
    try (Talk talk = Talk.open(config -> config.tools(tools).toolCallsPerTurn(0))) {
      String[] all = IntStream.range(0, count).mapToObj(i -> "c" + i).toArray(String[]::new);
      talk.hear(calls(all));
      for (int i = 0; i < 16; i++) {
        assertThat(running.poll(30, TimeUnit.SECONDS)).isNotNull();
      }
      List<String> busy = new ArrayList<>();
      for (int i = 80; i < count; i++) {
        JsonNode refused = response(talk);
        assertThat(refused.at("/response/error/status").asText()).isEqualTo("busy");
        assertThat(refused.at("/response/error/retryable").asBoolean()).isTrue();
        busy.add(refused.get("id").asText());
      }
      assertThat(busy).containsExactly(Arrays.copyOfRange(all, Math.min(80, count), count));
      assertNothingSent(talk);
      assertThat(now).hasValue(16);

      go.countDown();

      Map<String, String> outcomes = new HashMap<>();
      for (int i = 0; i < Math.min(80, count); i++) {
        JsonNode answer = response(talk);
        outcomes.put(answer.get("id").asText(), answer.at("/response/output").asText());
      }
      assertThat(outcomes).hasSize(Math.min(80, count)).containsValue("ok");
      assertThat(most).hasValue(16);
    }
  }

  @Test
  void toolsNeverRunOnTheSocketsThreads() {
    CompletableFuture<String> thread = new CompletableFuture<>();
    ToolSet tools = ToolSet.of(
        look(), (args, context) -> thread.complete(Thread.currentThread().getName()));
    try (Talk talk = Talk.with()
        .executor(task -> new Thread(task, "mine").start())
        .config(config -> config.tools(tools))
        .open()) {
      talk.hear(calls("c1"));

      assertThat(Talk.get(thread)).isEqualTo("mine");
    }
  }

  @Test
  void aToolMayUseTheSession() {
    try (Talk talk = with((args, context) -> {
      context.session().sendText("from the tool").get(30, TimeUnit.SECONDS);
      return "x";
    })) {
      talk.hear(calls("c1"));

      assertThat(talk.service.nextMessage().toString()).contains("from the tool");
      assertThat(ids(responses(talk))).containsExactly("c1");
    }
  }

  // The end of the session.

  @Test
  void theEndOfTheSessionCancelsWhatRuns() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    CompletableFuture<Object> later = new CompletableFuture<>();
    try (Talk talk = with((args, context) -> {
      if ("a".equals(args.asObject().get("of"))) {
        return later;
      }
      started.countDown();
      try {
        new CountDownLatch(1).await();
      } catch (InterruptedException e) {
        interrupted.countDown();
      }
      return "too late";
    })) {
      talk.hear(calls("a", "b"));
      assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();
      Talk.awaitTrue(() -> later.getNumberOfDependents() > 0, "the future is waited for");

      talk.service.close(4000, "gone");
      talk.await(LiveEvent.Closed.class);

      assertThat(interrupted.await(30, TimeUnit.SECONDS)).isTrue();
      Talk.awaitTrue(later::isCancelled, "the future is cancelled");
    }
  }

  @Test
  void anAnswerThatComesWhileTheSessionClosesIsNotClaimedToBeSent() {
    CompletableFuture<Object> later = new CompletableFuture<>();
    try (Talk talk = with((args, context) -> later)) {
      talk.hear(calls("c1"));
      talk.await(LiveEvent.ToolCalled.class);
      Talk.awaitTrue(() -> later.getNumberOfDependents() > 0, "the future is waited for");
      talk.service.stall();
      CompletableFuture<CloseInfo> closed = talk.session.closeAsync();
      assertThat(talk.session.state()).isEqualTo(SessionState.CLOSING);

      later.complete("too late");
      Talk.get(closed);

      List<LiveEvent> events = talk.until(LiveEvent.Closed.class);
      assertThat(Talk.kinds(events)).doesNotContain("ToolAnswered");
      assertThat(Talk.warnings(events, Warning.Kind.TOOL_RESULT_DROPPED)).hasSize(1);
    }
  }

  // By hand.

  private static FunctionResponse answer(@Nullable String id) {
    return FunctionResponse.of(id, "look", Json.parse("{\"output\":1}"));
  }

  @Test
  void aCallIsAnsweredByHandOnce() {
    Tool byHand = Tool.functions(look());
    try (Talk talk = Talk.open(config -> config.declare(byHand))) {
      talk.hear(calls("a", "b"));
      LiveEvent.ToolCalled called = talk.await(LiveEvent.ToolCalled.class);
      assertThat(called.handled()).isFalse();
      talk.await(LiveEvent.ToolCalled.class);

      Talk.get(talk.session.sendToolResponse(answer("b"), answer("a")));

      assertThat(ids(responses(talk))).containsExactly("b", "a");
      assertThatThrownBy(() -> talk.session.sendToolResponse(answer("a")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("already answered");
      assertNothingSent(talk);
    }
  }

  @Test
  void whatCannotBeAnsweredByHandIsRefusedAndNothingIsSent() {
    CompletableFuture<Object> later = new CompletableFuture<>();
    ToolSet tools = ToolSet.of(declaration("own", FunctionBehavior.BLOCKING), (a, c) -> later);
    try (Talk talk = Talk.open(config -> config.tools(tools).declare(Tool.functions(look())))) {
      talk.hear(calls("a", "b"));
      talk.hear("{'toolCall':{'functionCalls':[{'id':'own','name':'own','args':{}}]}}");
      talk.hear(cancellation("b"));
      talk.await(LiveEvent.ToolCancelled.class);

      LiveSession session = talk.session;
      assertThatThrownBy(() -> session.sendToolResponse(answer("unknown")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("unknown to this session");
      assertThatThrownBy(() -> session.sendToolResponse(answer("b")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("cancelled");
      assertThatThrownBy(() -> session.sendToolResponse(answer("own")))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("registered tool");
      assertThatThrownBy(() -> session.sendToolResponse(answer("a"), answer("a")))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> session.sendToolResponse(answer("a"), answer("unknown")))
          .isInstanceOf(IllegalStateException.class);
      FunctionResponse more = answer("unknown").toBuilder().willContinue(true).build();
      assertThatThrownBy(() -> session.sendToolResponse(more))
          .isInstanceOf(IllegalStateException.class);
      assertThatThrownBy(() -> session.sendToolResponse(answer(null)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("id is missing");
      assertNothingSent(talk);

      Talk.get(session.sendToolResponse(answer("a")));
      assertThat(ids(responses(talk))).containsExactly("a");
    }
  }

  @Test
  void aCallWithoutIdIsAnsweredByHandAndItsTurnEnds() {
    Tool byHand = Tool.functions(look());
    try (Talk talk =
        Talk.with().vertex().config(config -> config.declare(byHand)).open()) {
      talk.hear("{'toolCall':{'functionCalls':[{'name':'look','args':{}}]}}").turnComplete();
      talk.await(LiveEvent.TurnComplete.class);

      Talk.get(talk.session.sendToolResponse(answer(null)));
      assertThat(response(talk)).isEqualTo(Talk.json("{'name':'look','response':{'output':1}}"));
      talk.audio(20, 1).turnComplete();

      assertThat(talk.await(LiveEvent.TurnEnded.class).turn().audioDuration()).hasMillis(20);
      assertThatThrownBy(() -> talk.session.sendToolResponse(answer(null)))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
