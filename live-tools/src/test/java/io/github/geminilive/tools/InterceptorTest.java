package io.github.geminilive.tools;

import static io.github.geminilive.tools.Service.answer;
import static io.github.geminilive.tools.Service.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.ToolContext;
import io.github.geminilive.ToolException;
import io.github.geminilive.ToolFunction;
import io.github.geminilive.ToolPolicy;
import io.github.geminilive.ToolResult;
import io.github.geminilive.ToolSet;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.Json;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What may stand around a call, without a session. */
class InterceptorTest {

  private static final String FAILED =
      "{'error':{'status':'tool_error','message':'The tool failed.','retryable':false}}";

  private final List<String> steps = Collections.synchronizedList(new ArrayList<>());

  private static FunctionDeclaration declaration(String name) {
    return FunctionDeclaration.builder(name, "does " + name).build();
  }

  private static LiveTools tools(ToolFunction function, ToolInterceptor... interceptors) {
    LiveTools.Builder builder = LiveTools.builder().tool(declaration("look"), function);
    for (ToolInterceptor interceptor : interceptors) {
      builder.intercept(interceptor);
    }
    return builder.build();
  }

  private ToolInterceptor noting(String name) {
    return (call, next) -> {
      steps.add(name + " in");
      return next.proceed(call).whenComplete((result, thrown) -> steps.add(name + " out"));
    };
  }

  @Test
  void theFirstInterceptorIsTheOutermost() {
    LiveTools tools = tools(
        (args, context) -> {
          steps.add("tool");
          return "x";
        },
        noting("first"),
        noting("second"));

    assertThat(answer(tools, "look", "{}")).isEqualTo(json("{'output':'x'}"));
    assertThat(steps).containsExactly("first in", "second in", "tool", "second out", "first out");
  }

  @Test
  void anInterceptorSeesTheCall() {
    AtomicReference<ToolInvocation> seen = new AtomicReference<>();
    LiveTools tools = tools((args, context) -> args, (call, next) -> {
      seen.set(call);
      return next.proceed(call);
    });

    answer(tools, "look", "{'at':'secret'}");

    assertThat(seen.get().name()).isEqualTo("look");
    assertThat(seen.get().declaration()).isEqualTo(declaration("look"));
    assertThat(seen.get().arguments()).isEqualTo(Json.parse("{\"at\":\"secret\"}"));
    assertThat(seen.get().context().call().name()).isEqualTo("look");
    assertThat(seen.get().toString()).isEqualTo("ToolInvocation[look]");
  }

  @Test
  void anInterceptorChangesArguments() {
    AtomicReference<Json> received = new AtomicReference<>();
    LiveTools tools = tools(
        (args, context) -> {
          received.set(context.call().args());
          return args;
        },
        (call, next) -> next.proceed(call.withArguments(Json.of(Map.of("at", "changed")))));

    assertThat(answer(tools, "look", "{'at':'given'}"))
        .isEqualTo(json("{'output':{'at':'changed'}}"));
    assertThat(received.get()).isEqualTo(Json.parse("{\"at\":\"given\"}"));
  }

  @Test
  void anotherSetGetsTheChangedArguments() {
    ToolSet other = ToolSet.of(declaration("look"), (args, context) -> args);
    LiveTools tools = LiveTools.builder()
        .addAll(other)
        .intercept((call, next) -> next.proceed(call.withArguments(Json.of(Map.of("b", 2)))))
        .build();

    assertThat(answer(tools, "look", "{'a':1}")).isEqualTo(json("{'output':{'b':2}}"));
  }

  @Test
  void argumentsStayAnObject() {
    LiveTools tools = tools((args, context) -> args, (call, next) -> {
      assertThatThrownBy(() -> call.withArguments(Json.of(List.of(1))))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("\"look\"")
          .hasMessageContaining("must be a JSON object");
      return next.proceed(call);
    });

    assertThat(answer(tools, "look", "{}")).isEqualTo(json("{'output':{}}"));
  }

  @Test
  void anInterceptorChangesTheResult() {
    LiveTools tools = tools(
        (args, context) -> "4711",
        (call, next) -> next.proceed(call)
            .thenApply(result -> result.map(json -> Json.of(Map.of("output", "****")))));

    assertThat(answer(tools, "look", "{}")).isEqualTo(json("{'output':'****'}"));
  }

  @Test
  void anInterceptorChangesEachItemOfAStream() {
    LiveTools tools = tools(
        (args, context) -> Stream.of("a", "b"),
        (call, next) -> next.proceed(call)
            .thenApply(result -> result.map(
                json -> Json.of(Map.of("output", json.asObject().get("output") + "!")))));

    assertThat(answer(tools, "look", "{}")).isEqualTo(json("{'output':['a!','b!']}"));
  }

  @Test
  void anInterceptorAnswersByItself() {
    AtomicInteger runs = new AtomicInteger();
    LiveTools tools = tools(
        (args, context) -> runs.incrementAndGet(),
        (call, next) -> CompletableFuture.completedFuture(ToolResult.of("cached")));

    assertThat(answer(tools, "look", "{}")).isEqualTo(json("{'output':'cached'}"));
    assertThat(runs).hasValue(0);
  }

  @Test
  void anInterceptorCallsAgain() {
    AtomicInteger runs = new AtomicInteger();
    LiveTools tools = tools(
        (args, context) -> {
          if (runs.incrementAndGet() == 1) {
            throw new IllegalStateException("not yet");
          }
          return "x";
        },
        (call, next) -> next.proceed(call).exceptionallyCompose(first -> next.proceed(call)));

    assertThat(answer(tools, "look", "{}")).isEqualTo(json("{'output':'x'}"));
    assertThat(runs).hasValue(2);
  }

  @Test
  void anInterceptorGetsWhatTheToolThrew() {
    AtomicReference<@Nullable Throwable> seen = new AtomicReference<>();
    LiveTools tools = tools(
        (args, context) -> {
          throw new UnsupportedOperationException("secret");
        },
        (call, next) -> next.proceed(call).whenComplete((result, thrown) -> seen.set(thrown)));

    assertThat(answer(tools, "look", "{}")).isEqualTo(json(FAILED));
    assertThat(seen.get()).isInstanceOf(UnsupportedOperationException.class).hasMessage("secret");
  }

  @Test
  void anErrorOfTheToolIsAnswered() {
    LiveTools tools = tools(
        (args, context) -> {
          throw new StackOverflowError();
        },
        noting("around"));

    assertThat(answer(tools, "look", "{}")).isEqualTo(json(FAILED));
    assertThat(steps).containsExactly("around in", "around out");
  }

  @Test
  void onlyTheWordsOfAToolExceptionReachTheModel() {
    ToolInterceptor refuses = (call, next) -> {
      throw new ToolException("Not on Sundays.", true, new IllegalStateException("secret"));
    };
    ToolInterceptor breaks = (call, next) -> {
      throw new IllegalStateException("secret");
    };
    ToolInterceptor failsLater = (call, next) ->
        CompletableFuture.failedFuture(new CompletionException(new ToolException("Too late.")));

    assertThat(answer(tools((args, context) -> "x", refuses), "look", "{}"))
        .isEqualTo(
            json("{'error':{'status':'tool_error','message':'Not on Sundays.','retryable':true}}"));
    assertThat(answer(tools((args, context) -> "x", breaks), "look", "{}")).isEqualTo(json(FAILED));
    assertThat(answer(tools((args, context) -> "x", failsLater), "look", "{}"))
        .isEqualTo(
            json("{'error':{'status':'tool_error','message':'Too late.','retryable':false}}"));
  }

  @Test
  void anInterceptorThatGivesNothingIsAFailure() {
    ToolInterceptor noStage = (call, next) -> nothing();
    ToolInterceptor noResult = (call, next) -> next.proceed(call).thenApply(result -> nothing());
    List<Throwable> seen = new ArrayList<>();
    ToolInterceptor outer = (call, next) -> next.proceed(call).whenComplete((result, thrown) -> {
      if (thrown instanceof CompletionException wrapper && wrapper.getCause() != null) {
        seen.add(wrapper.getCause());
      } else if (thrown != null) {
        seen.add(thrown);
      }
    });

    assertThat(answer(tools((args, context) -> "x", outer, noStage), "look", "{}"))
        .isEqualTo(json(FAILED));
    assertThat(answer(tools((args, context) -> "x", outer, noResult), "look", "{}"))
        .isEqualTo(json(FAILED));
    assertThat(seen)
        .hasSize(2)
        .allSatisfy(thrown -> assertThat(thrown)
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("\"look\"")
            .hasMessageContaining(InterceptorTest.class.getName()));
  }

  /** For code that does not keep to its contract. */
  @SuppressWarnings({"NullAway", "TypeParameterUnusedInFormals"})
  private static <T> T nothing() {
    return null;
  }

  @Test
  void whatGoesOnElsewhereRunsOnAThreadThatMayBlock() {
    AtomicReference<Thread> completing = new AtomicReference<>();
    AtomicReference<Thread> inner = new AtomicReference<>();
    AtomicReference<Thread> running = new AtomicReference<>();
    ToolInterceptor hops = (call, next) -> {
      CompletableFuture<String> later = new CompletableFuture<>();
      CompletionStage<ToolResult> result = later.thenCompose(ignored -> next.proceed(call));
      Thread thread = new Thread(() -> {
        completing.set(Thread.currentThread());
        later.complete("now");
      });
      thread.start();
      return result;
    };
    ToolInterceptor notes = (call, next) -> {
      inner.set(Thread.currentThread());
      return next.proceed(call);
    };
    LiveTools tools = tools(
        (args, context) -> {
          running.set(Thread.currentThread());
          return "x";
        },
        hops,
        notes);

    assertThat(answer(tools, "look", "{}")).isEqualTo(json("{'output':'x'}"));
    assertThat(running.get()).isNotSameAs(completing.get()).isSameAs(inner.get());
  }

  @Test
  void theToolRunsOnTheCallersThreadWhenNothingWaits() {
    AtomicReference<Thread> running = new AtomicReference<>();
    LiveTools tools = tools(
        (args, context) -> {
          running.set(Thread.currentThread());
          return "x";
        },
        noting("around"));

    answer(tools, "look", "{}");

    assertThat(running.get()).isSameAs(Thread.currentThread());
  }

  @Test
  void interceptorsOfASetThatIsAddedStandInside() {
    LiveTools inner = LiveTools.builder()
        .tool(declaration("look"), (args, context) -> "x")
        .intercept(noting("inner"))
        .build();
    LiveTools outer = LiveTools.builder()
        .addAll(inner)
        .tool(declaration("hear"), (args, context) -> "y")
        .intercept(noting("outer"))
        .build();

    assertThat(answer(outer, "look", "{}")).isEqualTo(json("{'output':'x'}"));
    assertThat(answer(outer, "hear", "{}")).isEqualTo(json("{'output':'y'}"));

    assertThat(steps)
        .containsExactly("outer in", "inner in", "inner out", "outer out", "outer in", "outer out");
  }

  // For some tools.

  @Test
  void anInterceptorForSomeToolsLetsOthersPass() {
    LiveTools tools = LiveTools.builder()
        .tool(declaration("look"), (args, context) -> "x")
        .tool(declaration("hear"), (args, context) -> "y")
        .intercept(ToolInterceptor.forTools(Set.of("hear"), noting("hear")))
        .build();

    answer(tools, "look", "{}");
    assertThat(steps).isEmpty();
    answer(tools, "hear", "{}");
    assertThat(steps).containsExactly("hear in", "hear out");
  }

  @Test
  void anInterceptorForAToolThatIsNotThereIsAProblem() {
    LiveTools.Builder builder = LiveTools.builder()
        .tool(declaration("look"), (args, context) -> "x")
        .intercept(ToolInterceptor.forTools(Set.of("loook", "look"), noting("around")));

    assertThatThrownBy(builder::build)
        .isInstanceOf(ToolRegistrationException.class)
        .hasMessageContaining("\"loook\"")
        .hasMessageContaining("[look]");
  }

  @Test
  void aToolMayGoAndItsInterceptorStay() {
    LiveTools tools = LiveTools.builder()
        .tool(declaration("look"), (args, context) -> "x")
        .tool(declaration("hear"), (args, context) -> "y")
        .intercept(ToolInterceptor.forTools(Set.of("hear"), noting("hear")))
        .build();

    LiveTools fewer = tools.without("hear");
    LiveTools more =
        fewer.toBuilder().tool(declaration("hear"), (args, context) -> "z").build();

    assertThat(fewer.names()).containsExactly("look");
    assertThat(answer(more, "hear", "{}")).isEqualTo(json("{'output':'z'}"));
    assertThat(steps).containsExactly("hear in", "hear out");
  }

  // Approval.

  @Test
  void anApprovedCallRuns() {
    List<String> asked = new ArrayList<>();
    LiveTools tools = tools((args, context) -> args, ToolInterceptor.approval(call -> {
      asked.add(call.name() + call.arguments());
      return CompletableFuture.completedFuture(Approval.granted());
    }));

    assertThat(answer(tools, "look", "{'a':1}")).isEqualTo(json("{'output':{'a':1}}"));
    assertThat(asked).containsExactly("look{\"a\":1}");
  }

  @Test
  void aDeniedCallDoesNotRun() {
    AtomicInteger runs = new AtomicInteger();
    LiveTools tools = tools(
        (args, context) -> runs.incrementAndGet(),
        ToolInterceptor.approval(
            call -> CompletableFuture.supplyAsync(() -> Approval.denied("The user said no."))));

    assertThat(answer(tools, "look", "{}"))
        .isEqualTo(
            json("{'error':{'status':'denied','message':'The user said no.','retryable':false}}"));
    assertThat(runs).hasValue(0);
  }

  @Test
  void aCallThatNobodyCanDecideOnDoesNotRun() {
    AtomicInteger runs = new AtomicInteger();
    List<Approver> approvers = List.of(
        call -> {
          throw new IllegalStateException("secret");
        },
        call -> CompletableFuture.failedFuture(new IllegalStateException("secret")),
        call -> CompletableFuture.completedFuture(nothing()),
        call -> nothing(),
        call -> {
          throw new StackOverflowError();
        });

    for (Approver approver : approvers) {
      LiveTools tools =
          tools((args, context) -> runs.incrementAndGet(), ToolInterceptor.approval(approver));

      assertThat(answer(tools, "look", "{}"))
          .isEqualTo(
              json("{'error':{'status':'unavailable','message':'The call was not run: it cannot be"
                  + " approved at the moment.','retryable':false}}"));
    }
    assertThat(runs).hasValue(0);
  }

  /** A value of an interceptor's. */
  public record Seen(String what) {}

  @Test
  void anInterceptorAnswersWithWhatAToolMayReturn() {
    LiveTools tools = tools(
        (args, context) -> "x",
        (call, next) -> next.proceed(call).thenApply(result -> {
          steps.add(result.response().text());
          return result;
        }),
        (call, next) -> CompletableFuture.completedFuture(ToolResult.of(new Seen("it"))));

    assertThat(answer(tools, "look", "{}")).isEqualTo(json("{'output':{'what':'it'}}"));
    assertThat(steps).containsExactly("{\"output\":{\"what\":\"it\"}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"answers instead", "throws", "fails", "reads it", "answers at once"})
  void aStreamThatAnInterceptorPutsAsideIsClosed(String what) {
    AtomicInteger closed = new AtomicInteger();
    LiveTools tools = tools(
        (args, context) -> Stream.of("a", "b").onClose(closed::incrementAndGet), (call, next) -> {
          CompletionStage<ToolResult> given = next.proceed(call);
          return switch (what) {
            case "answers instead" ->
              given.thenApply(ignored -> ToolResult.error("denied", "Not that.", false));
            case "throws" -> throw new IllegalStateException("secret");
            case "fails" -> CompletableFuture.failedFuture(new IllegalStateException("secret"));
            case "reads it" ->
              given.thenApply(result -> ToolResult.of(((Stream<?>) result.items()).toList()));
            default -> CompletableFuture.completedFuture(ToolResult.done());
          };
        });

    JsonNode answer = answer(tools, "look", "{}");

    assertThat(closed).hasValue(1);
    if (what.equals("reads it")) {
      assertThat(answer).isEqualTo(json("{'output':['a','b']}"));
    }
  }

  @Test
  void aStreamThatAnInterceptorPassesOnIsReadBeforeItIsClosed() {
    AtomicInteger closed = new AtomicInteger();
    LiveTools tools = tools(
        (args, context) -> Stream.of("a", "b").onClose(closed::incrementAndGet),
        (call, next) -> next.proceed(call)
            .thenApply(result -> ToolResult.of(((Stream<?>) result.items()).limit(1))));

    assertThat(answer(tools, "look", "{}")).isEqualTo(json("{'output':['a']}"));
    assertThat(closed).hasValue(1);
  }

  @Test
  void whatAnApprovedToolThrowsIsItsOwn() {
    LiveTools tools = tools(
        (args, context) -> {
          throw new ToolException("Out of paper.");
        },
        ToolInterceptor.approval(call -> CompletableFuture.supplyAsync(Approval::granted)));

    assertThat(answer(tools, "look", "{}"))
        .isEqualTo(
            json("{'error':{'status':'tool_error','message':'Out of paper.','retryable':false}}"));
  }

  @Test
  void aDenialGivesAReason() {
    assertThatThrownBy(() -> Approval.denied(" "))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("reason");
    assertThat(Approval.denied("secret").toString()).isEqualTo("Approval[denied]");
    assertThat(Approval.granted().isGranted()).isTrue();
    assertThat(Approval.granted().reason()).isNull();
    assertThat(Approval.denied("no").isGranted()).isFalse();
    assertThat(Approval.denied("no").reason()).isEqualTo("no");
  }

  @Test
  void policiesStayThoseOfTheTools() {
    ToolPolicy policy = ToolPolicy.DEFAULT.parallelLimit(3);
    LiveTools tools = LiveTools.builder()
        .tool(declaration("look"), policy, (Json args, ToolContext context) -> "x")
        .intercept(noting("around"))
        .build();

    assertThat(tools.policy("look")).isEqualTo(policy);
    assertThat(LiveTools.combine(tools).policy("look")).isEqualTo(policy);
  }
}
