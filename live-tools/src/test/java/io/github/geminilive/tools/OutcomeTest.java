package io.github.geminilive.tools;

import static io.github.geminilive.tools.Service.answer;
import static io.github.geminilive.tools.Service.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.LiveModel;
import io.github.geminilive.ToolFunction;
import io.github.geminilive.ToolResult;
import io.github.geminilive.ToolSet;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What becomes of all that a tool may return; the same with an interceptor and without. */
class OutcomeTest {

  private static final String NO_RESULT = "{'output':{'status':'no_result'}}";
  private static final String BAD =
      "{'error':{'status':'bad_result','message':'The tool failed.','retryable':false}}";
  private static final String FAILED =
      "{'error':{'status':'tool_error','message':'The tool failed.','retryable':false}}";

  private static final Object STAY = Fixtures.STAY;
  private static final String STAY_JSON = "{'city':'Lisbon','from':'2026-03-31','until':null}";

  private static LiveTools tools(ToolFunction function) {
    return LiveTools.builder()
        .tool(FunctionDeclaration.builder("look", "looks").build(), function)
        .build();
  }

  private static CompletableFuture<Object> later(Object value) {
    return CompletableFuture.supplyAsync(() -> value);
  }

  private static CompletableFuture<Object> now(@Nullable Object value) {
    CompletableFuture<Object> future = new CompletableFuture<>();
    future.complete(value);
    return future;
  }

  /** Publishes items on the thread that asks for them. */
  private static Flow.Publisher<Object> publisher(Object... items) {
    return subscriber -> subscriber.onSubscribe(new Flow.Subscription() {
      private int next;

      // Asked again from another thread it would end before the item under way was told.
      @Override
      public synchronized void request(long count) {
        for (long i = 0; i < count && next < items.length; i++) {
          subscriber.onNext(items[next++]);
        }
        if (next == items.length) {
          next++;
          subscriber.onComplete();
        }
      }

      @Override
      public void cancel() {}
    });
  }

  static Stream<Arguments> outcomes() {
    return Stream.of(
        of("null", () -> null, NO_RESULT),
        of("record", () -> STAY, "{'output':" + STAY_JSON + "}"),
        of("records", () -> List.of(STAY), "{'output':[" + STAY_JSON + "]}"),
        of(
            "result",
            () -> ToolResult.error("odd", "x", true),
            "{'error':{'status':'odd','message':'x','retryable':true}}"),
        of("optional", () -> Optional.of(STAY), "{'output':" + STAY_JSON + "}"),
        of("empty optional", Optional::empty, NO_RESULT),
        of("optional of optional", () -> Optional.of(Optional.empty()), NO_RESULT),
        of("stage", () -> later(STAY), "{'output':" + STAY_JSON + "}"),
        of("ready stage", () -> now(STAY), "{'output':" + STAY_JSON + "}"),
        of("ready stage of null", () -> now(null), NO_RESULT),
        of("stage of optional", () -> later(Optional.empty()), NO_RESULT),
        of("optional of stage", () -> Optional.of(later("x")), "{'output':'x'}"),
        of("stage of stage", () -> later(later("x")), "{'output':'x'}"),
        of("ready stage of stage", () -> now(later("x")), "{'output':'x'}"),
        of("stage of ready stage", () -> later(now("x")), "{'output':'x'}"),
        of("stage of result", () -> later(ToolResult.done()), "{'output':{'status':'ok'}}"),
        of("stream", () -> Stream.of(STAY, 1), "{'output':[" + STAY_JSON + ",1]}"),
        of("empty stream", Stream::of, "{'output':[]}"),
        of("numbers", () -> IntStream.range(0, 3), "{'output':[0,1,2]}"),
        of("fractions", () -> DoubleStream.of(0.5), "{'output':[0.5]}"),
        of("stage of stream", () -> later(Stream.of(STAY)), "{'output':[" + STAY_JSON + "]}"),
        of("stream of results", () -> Stream.of(ToolResult.of("x")), "{'output':['x']}"),
        of("publisher", () -> publisher(STAY, "b"), "{'output':[" + STAY_JSON + ",'b']}"),
        of("empty publisher", () -> publisher(), "{'output':[]}"),
        of("stage of publisher", () -> later(publisher(STAY)), "{'output':[" + STAY_JSON + "]}"),
        of("unwritable", Thread::currentThread, BAD),
        of("stage of unwritable", () -> later(Thread.currentThread()), BAD),
        of("stream of unwritable", () -> Stream.of("a", Thread.currentThread()), BAD),
        of("publisher of unwritable", () -> publisher("a", Thread.currentThread()), BAD),
        of("result of a value", () -> ToolResult.of(STAY), "{'output':" + STAY_JSON + "}"),
        of(
            "changed result of a value",
            () -> ToolResult.of(STAY).map(json -> Json.parse(json.text().replace("Lis", "Bris"))),
            "{'output':" + STAY_JSON.replace("Lis", "Bris") + "}"),
        of(
            "stage of result of a value",
            () -> later(ToolResult.of(STAY)),
            "{'output':" + STAY_JSON + "}"),
        of(
            "result of a stream",
            () -> ToolResult.of(Stream.of(STAY)),
            "{'output':[" + STAY_JSON + "]}"),
        of(
            "stream of results of values",
            () -> Stream.of(ToolResult.of(STAY)),
            "{'output':[" + STAY_JSON + "]}"),
        of(
            "publisher of results of values",
            () -> publisher(ToolResult.of(STAY)),
            "{'output':[" + STAY_JSON + "]}"),
        of(
            "stream of optionals",
            () -> Stream.of(Optional.of(STAY), Optional.empty()),
            "{'output':[" + STAY_JSON + ",{'status':'no_result'}]}"),
        of("result of unwritable", () -> ToolResult.of(Thread.currentThread()), BAD),
        of("stream in a list", () -> List.of(Stream.of(1)), BAD),
        of("stage in a list", () -> List.of(later(1)), BAD),
        of("contains itself", OutcomeTest::selfContaining, BAD),
        of("completes with itself", OutcomeTest::selfCompleting, BAD),
        of("accessor throws", Broken::new, BAD),
        of(
            "failed stage",
            () -> CompletableFuture.failedFuture(new IllegalStateException("secret")),
            FAILED),
        of(
            "wrapped failure",
            () -> CompletableFuture.failedFuture(
                new CompletionException(new ExecutionException(new Exception("secret")))),
            FAILED),
        of(
            "cancelled stage",
            () -> {
              CompletableFuture<Object> stage = new CompletableFuture<>();
              stage.cancel(false);
              return stage;
            },
            FAILED),
        of("throwing stream", () -> Stream.of(1, 0).map(number -> 12 / number), FAILED));
  }

  private static Arguments of(String kind, Supplier<@Nullable Object> value, String json) {
    return Arguments.of(kind, value, json);
  }

  private static Object selfContaining() {
    List<Object> endless = new ArrayList<>();
    endless.add(endless);
    return endless;
  }

  private static Object selfCompleting() {
    CompletableFuture<Object> stage = new CompletableFuture<>();
    stage.complete(stage);
    return stage;
  }

  /** Cannot be read. */
  public static final class Broken {
    /** Fails. */
    public String getText() {
      throw new IllegalStateException("secret");
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("outcomes")
  void aResultIsAnswered(String kind, Supplier<@Nullable Object> value, String json) {
    LiveTools plain = tools((args, context) -> value.get());
    LiveTools watched =
        plain.toBuilder().intercept((call, next) -> next.proceed(call)).build();
    LiveTools combined = LiveTools.combine(plain);
    LiveTools foreign = LiveTools.combine(ToolSet.of(
        FunctionDeclaration.builder("look", "looks").build(), (args, context) -> value.get()));

    for (LiveTools tools : Arrays.asList(plain, watched, combined, foreign)) {
      assertThat(answer(tools, "look", "{}")).isEqualTo(json(json));
    }
  }

  @Test
  void aResultOfAnAnnotatedToolHoldsWhatTheToolMayReturn() {
    assertThat(answer(LiveTools.of(new Fixtures.Desk()), "book", "{}"))
        .isEqualTo(json("{'output':" + STAY_JSON + "}"));
    try (Service service =
        Service.open(LiveModel.GEMINI_3_8_LIVE, LiveTools.of(new Fixtures.Desk()))) {
      service.call("c1", "list", "{}");

      for (int i = 0; i < 2; i++) {
        JsonNode item = service.response();
        assertThat(item.get("response")).isEqualTo(json("{'output':" + STAY_JSON + "}"));
        assertThat(item.path("scheduling").asText()).isEqualTo("SILENT");
        assertThat(item.path("willContinue").asBoolean()).isTrue();
      }
      assertThat(service.response().path("willContinue").asBoolean(true)).isFalse();
    }
  }

  @Test
  void aStreamIsClosed() {
    AtomicInteger closed = new AtomicInteger();
    LiveTools tools = tools((args, context) -> Stream.of("a").onClose(closed::incrementAndGet));

    answer(tools, "look", "{}");

    assertThat(closed).hasValue(1);
  }

  @Test
  void aStageThatCannotBeCancelledIsAwaited() {
    CompletionStage<Object> stage = later("x").minimalCompletionStage();

    assertThat(answer(tools((args, context) -> stage), "look", "{}"))
        .isEqualTo(json("{'output':'x'}"));
  }
}
