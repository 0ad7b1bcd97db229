package io.github.geminilive;

import static io.github.geminilive.Calls.assertNothingSent;
import static io.github.geminilive.Calls.calls;
import static io.github.geminilive.Calls.cancellation;
import static io.github.geminilive.Calls.look;
import static io.github.geminilive.Calls.lookOn;
import static io.github.geminilive.Calls.of;
import static io.github.geminilive.Calls.response;
import static io.github.geminilive.Calls.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.testkit.VirtualTime;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a call can do with its context. */
class ToolContextTest {

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
  }

  private static Talk on(VirtualTime time, ToolSet tools) {
    // Time jumps further than a connection may be silent.
    return Talk.with()
        .time(time)
        .config(config -> config.tools(tools).keepAlive(Duration.ZERO))
        .open();
  }

  // Work of its own.

  @Test
  void workRunsOnAThreadOfTheClientsExecutor() {
    CompletableFuture<String> thread = new CompletableFuture<>();
    ToolSet tools = ToolSet.of(
        look(),
        (args, context) -> context
            .supply(() -> thread.complete(Thread.currentThread().getName()))
            .thenApply(done -> "later"));
    try (Talk talk = Talk.with()
        .executor(task -> new Thread(task, "mine").start())
        .config(config -> config.tools(tools))
        .open()) {
      talk.hear(calls("c1"));

      assertThat(response(talk).at("/response/output").asText()).isEqualTo("later");
      assertThat(Talk.get(thread)).isEqualTo("mine");
    }
  }

  @Test
  void whatTheWorkThrowsReachesTheStage() {
    try (Talk talk = with((args, context) -> context.supply(() -> {
      throw new ToolException("No such town.", true, null);
    }))) {
      talk.hear(calls("c1"));

      assertThat(response(talk).at("/response/error/message").asText()).isEqualTo("No such town.");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void workIsInterruptedWhenTheCallIsCancelledOrTakesTooLong(boolean byService) throws Exception {
    VirtualTime time = new VirtualTime();
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    ToolSet tools = ToolSet.of(
        look(),
        (args, context) -> context.supply(() -> {
          started.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
          return "too late";
        }));
    try (Talk talk = on(time, tools)) {
      talk.hear(calls("c1"));
      await(started);
      if (byService) {
        talk.hear(cancellation("c1"));
      } else {
        time.advance(Duration.ofSeconds(30));
        assertThat(response(talk).at("/response/error/status").asText()).isEqualTo("timeout");
      }

      await(interrupted);
      assertNothingSent(talk);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"answered", "cancelled", "timed out", "closed"})
  void workDoesNotBeginWhenTheCallIsOver(String how) throws Exception {
    VirtualTime time = new VirtualTime();
    CompletableFuture<ToolContext> contexts = new CompletableFuture<>();
    CompletableFuture<Object> result = new CompletableFuture<>();
    ToolSet tools = ToolSet.of(look(), (args, context) -> {
      contexts.complete(context);
      return result;
    });
    try (Talk talk = on(time, tools)) {
      talk.hear(calls("c1"));
      ToolContext context = Talk.get(contexts);
      switch (how) {
        case "answered" -> {
          result.complete("x");
          response(talk);
        }
        case "cancelled" -> {
          talk.hear(cancellation("c1"));
          talk.await(LiveEvent.ToolCancelled.class);
          Talk.awaitTrue(context::isCancelled, "the call is cancelled");
        }
        case "timed out" -> {
          time.advance(Duration.ofSeconds(30));
          response(talk);
        }
        default -> {
          talk.service.close(4000, "gone");
          talk.await(LiveEvent.Closed.class);
          Talk.awaitTrue(context::isCancelled, "the call is cancelled");
        }
      }
      AtomicInteger runs = new AtomicInteger();

      CompletionStage<Integer> late = context.supply(runs::incrementAndGet);

      assertThat(Talk.failure(late.toCompletableFuture()))
          .isInstanceOf(CancellationException.class);
      assertThat(runs).hasValue(0);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void anInterruptIsGoneWhenTheThreadDoesSomethingElse(boolean supplied) throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    AtomicReference<Thread> worker = new AtomicReference<>();
    CompletableFuture<Boolean> leaked = new CompletableFuture<>();
    ToolSet tools = ToolSet.of(look(), (args, context) -> {
      Callable<Object> work = () -> {
        worker.set(Thread.currentThread());
        started.countDown();
        while (!Thread.currentThread().isInterrupted()) {
          Thread.onSpinWait();
        }
        return "still interrupted";
      };
      return supplied ? context.supply(work) : work.call();
    });
    // Says of the thread that worked for the call whether it comes back interrupted.
    Executor watching = task -> {
      Thread thread = new Thread(() -> {
        task.run();
        if (worker.get() == Thread.currentThread()) {
          leaked.complete(Thread.currentThread().isInterrupted());
        }
      });
      thread.setDaemon(true);
      thread.start();
    };
    try (Talk talk =
        Talk.with().executor(watching).config(config -> config.tools(tools)).open()) {
      talk.hear(calls("c1"));
      await(started);
      talk.hear(cancellation("c1"));

      assertThat(Talk.get(leaked)).isFalse();
      assertNothingSent(talk);
    }
  }

  // Standing time.

  @Test
  void theTimeLimitStandsStillWhileSomeoneDecides() {
    VirtualTime time = new VirtualTime();
    CompletableFuture<Void> decision = new CompletableFuture<>();
    CompletableFuture<ToolContext> contexts = new CompletableFuture<>();
    ToolSet tools = ToolSet.of(look(), (args, context) -> {
      contexts.complete(context);
      return new CompletableFuture<Object>();
    });
    try (Talk talk = on(time, tools)) {
      talk.hear(calls("c1"));
      ToolContext context = Talk.get(contexts);
      time.advance(Duration.ofSeconds(20));
      context.pauseTimeout(decision);
      time.advance(Duration.ofHours(8));
      assertNothingSent(talk);

      decision.complete(null);
      time.advance(Duration.ofSeconds(10).minusNanos(1));
      assertNothingSent(talk);
      time.advance(Duration.ofNanos(1));

      assertThat(response(talk).at("/response/error/status").asText()).isEqualTo("timeout");
    }
  }

  @Test
  void severalPausesMayOverlap() {
    VirtualTime time = new VirtualTime();
    CompletableFuture<Void> first = new CompletableFuture<>();
    CompletableFuture<Void> second = new CompletableFuture<>();
    CompletableFuture<ToolContext> contexts = new CompletableFuture<>();
    ToolSet tools = ToolSet.of(look(), (args, context) -> {
      contexts.complete(context);
      return new CompletableFuture<Object>();
    });
    try (Talk talk = on(time, tools)) {
      talk.hear(calls("c1"));
      ToolContext context = Talk.get(contexts);
      context.pauseTimeout(first);
      context.pauseTimeout(second);
      context.pauseTimeout(CompletableFuture.completedFuture("at once"));
      time.advance(Duration.ofMinutes(1));
      first.completeExceptionally(new IllegalStateException("whatever"));
      time.advance(Duration.ofMinutes(1));
      assertNothingSent(talk);

      second.cancel(false);
      time.advance(Duration.ofSeconds(30).minusNanos(1));
      assertNothingSent(talk);
      time.advance(Duration.ofNanos(1));

      assertThat(response(talk).at("/response/error/status").asText()).isEqualTo("timeout");
    }
  }

  @Test
  void aCallThatWaitsForADecisionCanBeCancelled() {
    VirtualTime time = new VirtualTime();
    CompletableFuture<ToolContext> contexts = new CompletableFuture<>();
    ToolSet tools = ToolSet.builder()
        .add(lookOn(), ToolPolicy.DEFAULT.parallelLimit(1), (args, context) -> {
          if (of(args).equals("b")) {
            return "ok";
          }
          CompletableFuture<Object> decision = new CompletableFuture<>();
          context.pauseTimeout(decision);
          contexts.complete(context);
          return decision;
        })
        .build();
    try (Talk talk = on(time, tools)) {
      talk.hear(calls("a", "b"));
      ToolContext context = Talk.get(contexts);
      talk.hear(cancellation("a"));

      assertThat(response(talk).path("id").asText()).isEqualTo("b");
      Talk.get(context.cancelled().toCompletableFuture());
    }
  }

  // The token.

  @Test
  void theTokenTripsOnceTheAnswerIsNotWanted() {
    CompletableFuture<ToolContext> contexts = new CompletableFuture<>();
    try (Talk talk = with((args, context) -> {
      contexts.complete(context);
      return new CompletableFuture<Object>();
    })) {
      talk.hear(calls("c1"));
      ToolContext context = Talk.get(contexts);
      context.throwIfCancelled();
      assertThat(context.isCancelled()).isFalse();
      assertThat(context.cancelled().toCompletableFuture()).isNotDone();

      talk.hear(cancellation("c1"));

      Talk.get(context.cancelled().toCompletableFuture());
      assertThat(context.isCancelled()).isTrue();
      assertThatThrownBy(context::throwIfCancelled).isInstanceOf(CancellationException.class);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"cancelled", "timed out", "closed"})
  void whoIsInterruptedFindsTheTokenTripped(String how) throws Exception {
    VirtualTime time = new VirtualTime();
    CountDownLatch started = new CountDownLatch(1);
    CompletableFuture<Boolean> tripped = new CompletableFuture<>();
    ToolSet tools = ToolSet.of(look(), (args, context) -> {
      started.countDown();
      try {
        return new CountDownLatch(1).await(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        tripped.complete(context.isCancelled());
        throw e;
      }
    });
    try (Talk talk = on(time, tools)) {
      talk.hear(calls("c1"));
      await(started);

      switch (how) {
        case "cancelled" -> talk.hear(cancellation("c1"));
        case "timed out" -> time.advance(Duration.ofSeconds(30));
        default -> talk.service.close(4000, "gone");
      }

      assertThat(Talk.get(tripped)).isTrue();
    }
  }

  @Test
  void theTokenDoesNotTripWhenTheCallIsAnswered() {
    CompletableFuture<ToolContext> contexts = new CompletableFuture<>();
    try (Talk talk = with((args, context) -> {
      contexts.complete(context);
      return "x";
    })) {
      talk.hear(calls("c1"));
      response(talk);

      assertThat(Talk.get(contexts).isCancelled()).isFalse();
    }
  }

  // What else it gives.

  @Test
  void aHangUpToolEndsTheSessionWhenItsGoodbyeWasHeard() {
    VirtualTime time = new VirtualTime();
    ToolSet tools = ToolSet.of(look(), (args, context) -> {
      context.whenHeard().thenRun(context.session()::closeAsync);
      return "ok";
    });
    try (Talk talk = on(time, tools)) {
      talk.audio(1_000, 1).hear(calls("c1"));
      LiveTurn turn = talk.await(LiveEvent.ToolCalled.class).turn();
      response(talk);
      turn.reportHeard(Duration.ofMillis(999));
      talk.settled();
      assertThat(talk.session.state()).isEqualTo(SessionState.OPEN);

      turn.reportHeard(Duration.ofMillis(1_000));

      talk.await(LiveEvent.Closed.class);
    }
  }

  @Test
  void whatWasAttachedToTheSessionIsAtHand() {
    ToolSet tools = ToolSet.of(look(), (args, context) -> context.attachment(CharSequence.class));
    try (Talk talk = Talk.open(config -> config.tools(tools).attach("Ada"))) {
      talk.hear(calls("c1"));

      assertThat(response(talk).at("/response/output").asText()).isEqualTo("Ada");
    }
  }

  @Test
  void workMayGiveNull() {
    try (Talk talk = with((args, context) -> context
        .supply((Callable<Object>) () -> null)
        .thenApply(value -> Optional.ofNullable(value).isPresent()))) {
      talk.hear(calls("c1"));

      assertThat(response(talk).at("/response/output").asText()).isEqualTo("false");
    }
  }
}
