package io.github.geminilive;

import static io.github.geminilive.Calls.assertNothingSent;
import static io.github.geminilive.Calls.calls;
import static io.github.geminilive.Calls.callsOf;
import static io.github.geminilive.Calls.cancellation;
import static io.github.geminilive.Calls.declaration;
import static io.github.geminilive.Calls.ids;
import static io.github.geminilive.Calls.look;
import static io.github.geminilive.Calls.lookOn;
import static io.github.geminilive.Calls.of;
import static io.github.geminilive.Calls.response;
import static io.github.geminilive.Calls.responses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.LiveEvent.Warning;
import io.github.geminilive.ToolPolicy.Cancellation;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.testkit.VirtualTime;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** How calls of a function are run. */
class ToolPolicyTest {

  private static final ToolPolicy RUN_ON = ToolPolicy.DEFAULT.cancellation(Cancellation.RUN_ON);

  private static ToolSet set(
      FunctionDeclaration declaration, ToolPolicy policy, ToolFunction function) {
    return ToolSet.builder().add(declaration, policy, function).build();
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
  }

  /** Calls whose results a test gives, and which it sees begin. */
  private static final class Desk implements ToolFunction {
    final BlockingQueue<String> begun = new LinkedBlockingQueue<>();
    private final Map<String, CompletableFuture<Object>> results = new ConcurrentHashMap<>();

    @Override
    public Object call(Json args, ToolContext context) {
      begun.add(of(args));
      return result(of(args));
    }

    private CompletableFuture<Object> result(String id) {
      return results.computeIfAbsent(id, key -> new CompletableFuture<>());
    }

    void finish(String id) {
      result(id).complete("done");
    }

    String next() throws InterruptedException {
      return String.valueOf(begun.poll(30, TimeUnit.SECONDS));
    }
  }

  // The value.

  @Test
  void aPolicySaysWhatItIsGivenAndNothingElseChanges() {
    ToolPolicy policy = ToolPolicy.DEFAULT
        .timeout(Duration.ofMinutes(2))
        .parallelLimit(3)
        .cancellation(Cancellation.RUN_ON)
        .afterSpeech(true);

    assertThat(policy.timeout()).isEqualTo(Duration.ofMinutes(2));
    assertThat(policy.parallelLimit()).isEqualTo(3);
    assertThat(policy.cancellation()).isEqualTo(Cancellation.RUN_ON);
    assertThat(policy.afterSpeech()).isTrue();
    assertThat(ToolPolicy.DEFAULT.timeout()).isEqualTo(Duration.ofSeconds(30));
    assertThat(ToolPolicy.DEFAULT.parallelLimit()).isZero();
    assertThat(ToolPolicy.DEFAULT.cancellation()).isEqualTo(Cancellation.STOP);
    assertThat(ToolPolicy.DEFAULT.afterSpeech()).isFalse();
    assertThat(policy.parallelLimit(0).cancellation(Cancellation.STOP).afterSpeech(false))
        .isEqualTo(ToolPolicy.DEFAULT.timeout(Duration.ofMinutes(2)))
        .hasSameHashCodeAs(ToolPolicy.DEFAULT.timeout(Duration.ofMinutes(2)))
        .isNotEqualTo(policy);
    assertThat(policy.toString()).contains("PT2M", "3", "RUN_ON", "true");
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    ToolPolicy policy = ToolPolicy.DEFAULT;
    assertThatThrownBy(() -> policy.timeout(Duration.ofNanos(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("PT-0.000000001S");
    assertThatThrownBy(() -> policy.timeout(Duration.ofDays(36_501)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThat(policy.timeout(Duration.ofDays(36_500)).timeout())
        .isEqualTo(Duration.ofDays(36_500));
    assertThatThrownBy(() -> policy.parallelLimit(-1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("-1");
  }

  @Test
  void theFunctionsOfAnotherSetKeepTheirPolicies() throws Exception {
    ToolSet other = set(declaration("other", FunctionBehavior.BLOCKING), RUN_ON, (a, c) -> "x");
    ToolSet.Builder builder = ToolSet.builder().add(look(), (a, c) -> "y").addAll(other);
    ToolSet all = builder.build();

    assertThat(all.declarations())
        .extracting(FunctionDeclaration::name)
        .containsExactly("look", "other");
    assertThat(all.policy("other")).isEqualTo(RUN_ON);
    assertThat(all.policy("look")).isEqualTo(ToolPolicy.DEFAULT);
    assertThat(all.invoke("other", "{}").text()).isEqualTo("{\"output\":\"x\"}");
    assertThatThrownBy(() -> builder.addAll(other))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("\"other\"");
    assertThatThrownBy(() -> all.policy("unheard-of"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("unheard-of")
        .hasMessageContaining("look");
  }

  // How many at a time.

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3})
  void soManyRunAtATimeAndTheOthersWaitInTheirOrder(int limit) throws Exception {
    Desk desk = new Desk();
    ToolPolicy policy = ToolPolicy.DEFAULT.parallelLimit(limit);
    try (Talk talk = Talk.open(config -> config.tools(set(lookOn(), policy, desk)))) {
      talk.hear(calls("a", "b", "c", "d", "e"));
      List<String> order = List.of("a", "b", "c", "d", "e");
      for (int i = 0; i < limit; i++) {
        assertThat(desk.next()).isIn(order.subList(0, limit));
      }
      for (int i = 0; i < order.size(); i++) {
        assertNothingSent(talk);
        assertThat(desk.begun).isEmpty();
        desk.finish(order.get(i));
        assertThat(ids(responses(talk))).containsExactly(order.get(i));
        if (i + limit < order.size()) {
          assertThat(desk.next()).isEqualTo(order.get(i + limit));
        }
      }
    }
  }

  @Test
  void oneThatWaitsDoesNotHoldUpOtherFunctions() throws Exception {
    Desk desk = new Desk();
    ToolSet tools = ToolSet.builder()
        .add(lookOn(), ToolPolicy.DEFAULT.parallelLimit(1), desk)
        .add(declaration("other", FunctionBehavior.NON_BLOCKING), (args, context) -> "quick")
        .build();
    try (Talk talk = Talk.open(config -> config.tools(tools))) {
      talk.hear(calls("a", "b", "c")).hear(callsOf("other", "x", "y"));

      assertThat(List.of(
              response(talk).path("id").asText(), response(talk).path("id").asText()))
          .containsExactlyInAnyOrder("x", "y");
      assertThat(desk.next()).isEqualTo("a");
      assertThat(desk.begun).isEmpty();
      desk.finish("a");
      desk.finish("b");
      desk.finish("c");
      assertThat(ids(responses(talk))).containsExactly("a");
      assertThat(ids(responses(talk))).containsExactly("b");
      assertThat(ids(responses(talk))).containsExactly("c");
    }
  }

  @Test
  void aCancelledCallLeavesTheQueue() throws Exception {
    Desk desk = new Desk();
    ToolPolicy policy = ToolPolicy.DEFAULT.parallelLimit(1);
    try (Talk talk = Talk.open(config -> config.tools(set(lookOn(), policy, desk)))) {
      talk.hear(calls("a", "b", "c")).hear(cancellation("b"));
      talk.await(LiveEvent.ToolCancelled.class);
      assertThat(desk.next()).isEqualTo("a");
      desk.finish("a");
      assertThat(desk.next()).isEqualTo("c");
      desk.finish("c");

      assertThat(ids(responses(talk))).containsExactly("a");
      assertThat(ids(responses(talk))).containsExactly("c");
      assertNothingSent(talk);
    }
  }

  @Test
  void aCancelledCallThatDoesNotHeedTheInterruptKeepsItsPlaceUntilItsTimeIsOver() throws Exception {
    VirtualTime time = new VirtualTime();
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch started = new CountDownLatch(1);
    ToolPolicy policy = ToolPolicy.DEFAULT.parallelLimit(1);
    ToolSet tools = set(lookOn(), policy, (args, context) -> {
      if (of(args).equals("a")) {
        started.countDown();
        while (go.getCount() > 0) {
          try {
            go.await();
          } catch (InterruptedException e) {
            // Not heeded.
          }
        }
      }
      return "ok";
    });
    try (Talk talk =
        Talk.with().time(time).config(config -> config.tools(tools)).open()) {
      talk.hear(calls("a"));
      await(started);
      talk.hear(cancellation("a")).hear(calls("b"));
      talk.await(LiveEvent.ToolCancelled.class);
      talk.settled();
      time.advance(Duration.ofSeconds(30).minusNanos(1));
      assertNothingSent(talk);

      time.advance(Duration.ofNanos(1));

      assertThat(ids(responses(talk))).containsExactly("b");
      go.countDown();
      assertNothingSent(talk);
    } finally {
      go.countDown();
    }
  }

  // Running on.

  @Test
  void whatRunsOnIsNeitherInterruptedNorToldAndNotAnswered() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    CompletableFuture<Boolean> cancelled = new CompletableFuture<>();
    ToolSet tools = set(look(), RUN_ON, (args, context) -> {
      started.countDown();
      await(go);
      cancelled.complete(context.isCancelled());
      context.throwIfCancelled();
      return "booked";
    });
    try (Talk talk = Talk.open(config -> config.tools(tools))) {
      talk.hear(calls("c1"));
      await(started);
      talk.hear(cancellation("c1"));
      talk.await(LiveEvent.ToolCancelled.class);
      talk.settled();
      go.countDown();

      assertThat(Talk.get(cancelled)).isFalse();
      assertThat(talk.await(Warning.class).kind()).isEqualTo(Warning.Kind.TOOL_RESULT_DROPPED);
      assertNothingSent(talk);
    }
  }

  @Test
  void aStageThatRunsOnIsNotCancelledAndKeepsItsPlace() throws Exception {
    Desk desk = new Desk();
    ToolPolicy policy = RUN_ON.parallelLimit(1);
    try (Talk talk = Talk.open(config -> config.tools(set(lookOn(), policy, desk)))) {
      talk.hear(calls("a"));
      assertThat(desk.next()).isEqualTo("a");
      Talk.awaitTrue(() -> desk.result("a").getNumberOfDependents() > 0, "a is waited for");
      talk.hear(cancellation("a")).hear(calls("b"));
      talk.await(LiveEvent.ToolCancelled.class);
      talk.settled();
      assertNothingSent(talk);
      assertThat(desk.result("a")).isNotDone();
      assertThat(desk.begun).isEmpty();

      desk.finish("a");

      assertThat(desk.next()).isEqualTo("b");
      desk.finish("b");
      assertThat(ids(responses(talk))).containsExactly("b");
    }
  }

  @Test
  void whatRunsOnDoesNotBeginWhenItIsCancelledBefore() throws Exception {
    Desk desk = new Desk();
    ToolPolicy policy = RUN_ON.parallelLimit(1);
    try (Talk talk = Talk.open(config -> config.tools(set(lookOn(), policy, desk)))) {
      talk.hear(calls("a", "b")).hear(cancellation("b"));
      talk.await(LiveEvent.ToolCancelled.class);
      talk.settled();
      assertThat(desk.next()).isEqualTo("a");
      desk.finish("a");

      assertThat(ids(responses(talk))).containsExactly("a");
      assertNothingSent(talk);
      assertThat(desk.begun).isEmpty();
    }
  }

  @Test
  void whatRunsOnIsAnsweredWhenItTakesTooLongAndGoesOn() throws Exception {
    VirtualTime time = new VirtualTime();
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    ToolSet tools = set(look(), RUN_ON, (args, context) -> {
      started.countDown();
      await(go);
      done.countDown();
      return "booked";
    });
    try (Talk talk =
        Talk.with().time(time).config(config -> config.tools(tools)).open()) {
      talk.hear(calls("c1"));
      await(started);
      time.advance(Duration.ofSeconds(30));

      assertThat(response(talk).at("/response/error/status").asText()).isEqualTo("timeout");
      go.countDown();
      await(done);
      assertNothingSent(talk);
    }
  }

  @Test
  void whatRunsOnOutlivesTheSession() throws Exception {
    CountDownLatch started = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch done = new CountDownLatch(1);
    ToolSet tools = set(look(), RUN_ON, (args, context) -> {
      started.countDown();
      await(go);
      done.countDown();
      return "booked";
    });
    try (Talk talk = Talk.open(config -> config.tools(tools))) {
      talk.hear(calls("c1"));
      await(started);
      talk.service.close(4000, "gone");
      talk.await(LiveEvent.Closed.class);

      go.countDown();
      await(done);
    }
  }

  @Test
  void ofAStreamedResultNothingMoreIsTakenEvenWhereItRunsOn() throws Exception {
    CountDownLatch taken = new CountDownLatch(1);
    CountDownLatch go = new CountDownLatch(1);
    CountDownLatch closed = new CountDownLatch(1);
    AtomicInteger items = new AtomicInteger();
    AtomicBoolean interrupted = new AtomicBoolean();
    ToolSet tools = set(
        lookOn(),
        RUN_ON,
        (args, context) -> Stream.generate(() -> {
              if (items.incrementAndGet() == 2) {
                taken.countDown();
                try {
                  await(go);
                } catch (InterruptedException e) {
                  interrupted.set(true);
                }
              }
              return "x";
            })
            .onClose(closed::countDown));
    try (Talk talk = Talk.open(config -> config.tools(tools))) {
      talk.hear(calls("c1"));
      response(talk);
      await(taken);
      talk.hear(cancellation("c1"));
      talk.await(LiveEvent.ToolCancelled.class);
      talk.settled();
      go.countDown();

      await(closed);
      assertThat(items).hasValue(2);
      assertThat(interrupted).isFalse();
      assertNothingSent(talk);
    }
  }

  // After speech.

  /** A session on virtual time in which the model has begun to say something of one second. */
  private static Talk speaking(VirtualTime time, ToolSet tools) {
    Talk talk = Talk.with().time(time).config(config -> config.tools(tools)).open();
    talk.audio(1_000, 1);
    talk.await(LiveEvent.Audio.class);
    return talk;
  }

  @Test
  void aCallAfterSpeechBeginsWhenTheUserHasHeardTheModel() throws Exception {
    VirtualTime time = new VirtualTime();
    Desk desk = new Desk();
    ToolPolicy policy = ToolPolicy.DEFAULT.afterSpeech(true);
    try (Talk talk = speaking(time, set(look(), policy, desk))) {
      talk.hear(calls("c1"));
      LiveTurn turn = talk.await(LiveEvent.ToolCalled.class).turn();
      turn.reportHeard(Duration.ofMillis(999));
      assertNothingSent(talk);
      assertThat(desk.begun).isEmpty();

      turn.reportHeard(Duration.ofMillis(1_000));

      assertThat(desk.next()).isEqualTo("c1");
      // Its time begins now, and not when the call arrived.
      time.advance(Duration.ofSeconds(29));
      desk.finish("c1");
      assertThat(response(talk).at("/response/output").asText()).isEqualTo("done");
    }
  }

  @Test
  void aCallAfterSpeechThatIsCancelledMeanwhileNeverBegins() throws Exception {
    VirtualTime time = new VirtualTime();
    Desk desk = new Desk();
    ToolPolicy policy = ToolPolicy.DEFAULT.afterSpeech(true);
    try (Talk talk = speaking(time, set(look(), policy, desk))) {
      talk.hear(calls("c1"));
      LiveTurn turn = talk.await(LiveEvent.ToolCalled.class).turn();
      talk.hear(cancellation("c1"));
      talk.await(LiveEvent.ToolCancelled.class);
      turn.reportHeard(Duration.ofMillis(1_000));
      talk.hear(calls("c2"));

      assertThat(desk.next()).isEqualTo("c2");
      desk.finish("c2");
      assertThat(ids(responses(talk))).containsExactly("c2");
    }
  }

  @Test
  void callsThatWaitForSpeechTakeNoPlace() throws Exception {
    VirtualTime time = new VirtualTime();
    Desk desk = new Desk();
    ToolSet tools = ToolSet.builder()
        .add(lookOn(), ToolPolicy.DEFAULT.afterSpeech(true), desk)
        .add(declaration("other", FunctionBehavior.NON_BLOCKING), (args, context) -> "quick")
        .build();
    try (Talk talk = speaking(time, tools)) {
      String[] many =
          Stream.iterate(0, i -> i + 1).limit(20).map(i -> "c" + i).toArray(String[]::new);
      talk.hear(calls(many)).hear(callsOf("other", "x"));

      assertThat(ids(responses(talk))).containsExactly("x");
      assertThat(desk.begun).isEmpty();
    }
  }

  @Test
  void withoutAnySpeechACallAfterSpeechBeginsAtOnce() throws Exception {
    Desk desk = new Desk();
    ToolPolicy policy = ToolPolicy.DEFAULT.afterSpeech(true);
    try (Talk talk = Talk.open(config -> config.tools(set(look(), policy, desk)))) {
      talk.hear(calls("c1"));

      assertThat(desk.next()).isEqualTo("c1");
    }
  }
}
