package io.github.geminilive;

import static io.github.geminilive.Calls.declaration;
import static io.github.geminilive.Calls.look;
import static io.github.geminilive.Calls.of;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.Schema;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.SubmissionPublisher;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Tools called without a session. */
class ToolDirectTest {

  private static Json invoke(ToolFunction function) {
    return ToolSet.of(look(), function).invoke("look", "{\"of\":\"me\"}");
  }

  @Test
  void theAnswerIsWhatWouldGoOut() {
    assertThat(invoke((args, context) -> of(args)).text()).isEqualTo("{\"output\":\"me\"}");
    assertThat(invoke((args, context) -> null).text())
        .isEqualTo("{\"output\":{\"status\":\"no_result\"}}");
    assertThat(invoke((args, context) -> {
              throw new ToolException("No.", true, null);
            })
            .text())
        .isEqualTo(
            "{\"error\":{\"status\":\"tool_error\",\"message\":\"No.\",\"retryable\":true}}");
    assertThat(invoke((args, context) -> {
              throw new StackOverflowError("1234");
            })
            .text())
        .contains("The tool failed.");
    assertThat(invoke((args, context) -> new Object()).text()).contains("bad_result");
    assertThat(invoke((args, context) -> "x".repeat(300_000)).text()).contains("result_too_large");
  }

  @Test
  void theFunctionRunsOnTheCallersThread() {
    AtomicReference<Thread> thread = new AtomicReference<>();

    invoke((args, context) -> {
      thread.set(Thread.currentThread());
      return null;
    });

    assertThat(thread).hasValue(Thread.currentThread());
  }

  @Test
  void anUnknownFunctionIsAnsweredAsTheModelWouldBe() {
    Json answer = ToolSet.of(look(), (args, context) -> "x").invoke("invented", "{}");

    assertThat(answer.text())
        .contains("unknown_tool", "\\\"invented\\\"", "\"valid_options\":[\"look\"]");
  }

  @Test
  void argumentsMustBeAnObject() {
    ToolSet tools = ToolSet.of(look(), (args, context) -> "x");
    assertThatThrownBy(() -> tools.invoke("look", "[]"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("[]");
    assertThatThrownBy(() -> tools.invoke("look", "{"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void stagesAreWaitedForAndStreamsCollected() {
    assertThat(invoke((args, context) -> context.supply(() -> "later")).text())
        .isEqualTo("{\"output\":\"later\"}");
    assertThat(invoke((args, context) -> Stream.of(1, 2)).text()).isEqualTo("{\"output\":[1,2]}");
    assertThat(invoke((args, context) -> context.supply(() -> IntStream.range(0, 3)))
            .text())
        .isEqualTo("{\"output\":[0,1,2]}");
    assertThat(invoke((args, context) -> {
              SubmissionPublisher<Integer> publisher = new SubmissionPublisher<>();
              context.supply((Callable<Object>) () -> {
                while (publisher.getNumberOfSubscribers() == 0) {
                  Thread.onSpinWait();
                }
                publisher.submit(1);
                publisher.close();
                return "done";
              });
              return publisher;
            })
            .text())
        .isEqualTo("{\"output\":[1]}");
  }

  @Test
  void theTimeLimitHoldsForWhatComesAfterTheFunctionReturned() {
    CompletableFuture<ToolContext> contexts = new CompletableFuture<>();
    ToolSet tools = ToolSet.builder()
        .add(look(), ToolPolicy.DEFAULT.timeout(Duration.ofMillis(1)), (args, context) -> {
          contexts.complete(context);
          return new CompletableFuture<Object>();
        })
        .build();

    assertThat(tools.invoke("look", "{}").text()).contains("\"timeout\"");
    Talk.get(Talk.get(contexts).cancelled().toCompletableFuture());
  }

  @Test
  void thereIsNoSessionAndNoTurn() {
    CompletableFuture<ToolContext> contexts = new CompletableFuture<>();
    invoke((args, context) -> {
      contexts.complete(context);
      context.pauseTimeout(CompletableFuture.completedFuture(null));
      return null;
    });
    ToolContext context = Talk.get(contexts);

    assertThat(context.call().id()).isNull();
    assertThat(context.call().name()).isEqualTo("look");
    assertThatThrownBy(context::session)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("without");
    assertThat(context.attachment(String.class)).isEmpty();
    assertThatThrownBy(context::turn)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("without");
    Talk.get(context.whenHeard().toCompletableFuture());
  }

  @Test
  void whatTheTestAttachesIsFoundByItsType() {
    ToolSet tools = ToolSet.of(
        look(),
        (args, context) -> List.of(
            context.attachment(CharSequence.class).orElseThrow(),
            context.attachment(Integer.class).orElseThrow()));

    assertThat(tools.invoke("look", "{}", "earlier", 7, "later").text())
        .isEqualTo("{\"output\":[\"later\",7]}");
  }

  @Test
  void aFunctionThatWaitsForSpeechRunsAtOnce() {
    ToolSet tools = ToolSet.builder()
        .add(look(), ToolPolicy.DEFAULT.afterSpeech(true), (args, context) -> "x")
        .build();

    try (LogCapture log = new LogCapture()) {
      assertThat(tools.invoke("look", "{}").text()).isEqualTo("{\"output\":\"x\"}");

      assertThat(log.text()).isEmpty();
    }
  }

  @Test
  void anInterruptedCallerIsToldSoAndStaysInterrupted() {
    CountDownLatch cancelled = new CountDownLatch(1);
    Thread caller = Thread.currentThread();
    ToolFunction function = (args, context) -> {
      context.cancelled().thenRun(cancelled::countDown);
      CompletableFuture<Object> never = new CompletableFuture<>();
      Thread thread = new Thread(() -> {
        // Until the caller waits, the interrupt would be the function's.
        while (caller.getState() != Thread.State.WAITING) {
          Thread.onSpinWait();
        }
        caller.interrupt();
      });
      thread.setDaemon(true);
      thread.start();
      return never;
    };

    assertThatThrownBy(() -> invoke(function))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("look");
    assertThat(Thread.interrupted()).isTrue();
    Talk.awaitTrue(() -> cancelled.getCount() == 0, "the call is cancelled");
  }

  @Test
  void declarationsAreShownAsTheyGoOut() {
    ToolSet tools = ToolSet.builder()
        .add(
            FunctionDeclaration.builder("weather", "Says \"sunny\" or {not}: [maybe], \\ so.")
                .parameters(Schema.object(Map.of("city", Schema.string()), "city"))
                .build(),
            (args, context) -> "x")
        .add(declaration("look", FunctionBehavior.NON_BLOCKING), (args, context) -> "x")
        .build();

    assertThat(tools.declarationsJson()).isEqualTo("""
        {
          "functionDeclarations": [
            {
              "name": "weather",
              "description": "Says \\"sunny\\" or {not}: [maybe], \\\\ so.",
              "parameters": {
                "type": "OBJECT",
                "properties": {
                  "city": {
                    "type": "STRING"
                  }
                },
                "required": [
                  "city"
                ]
              }
            },
            {
              "name": "look",
              "description": "does look",
              "behavior": "NON_BLOCKING"
            }
          ]
        }\
        """);
    assertThat(tools.declarationsJson()).isEqualTo(tools.declarationsJson());
    assertThat(ToolSet.builder().build().declarationsJson())
        .isEqualTo("{\n  \"functionDeclarations\": []\n}");
  }
}
