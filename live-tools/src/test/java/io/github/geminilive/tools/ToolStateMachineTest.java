package io.github.geminilive.tools;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminilive.Endpoint;
import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveListener;
import io.github.geminilive.LiveModel;
import io.github.geminilive.LiveSession;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Persona;
import io.github.geminilive.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Calls, cancellations, repeated calls, changes of tools, silence and loss of the connection in
 * random order, with tools that are quick, slow, hang, wait for somebody, fail in every way or never
 * end. Whatever comes: no call is answered twice, none after it was cancelled, none not at all, and
 * no thread stays behind.
 */
class ToolStateMachineTest {

  private static final int STEPS = 80;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final List<String> TOOLS = List.of(
      "quick",
      "quick_on",
      "slow",
      "slow_on",
      "hangs",
      "hangs_on",
      "stubborn",
      "never",
      "never_on",
      "throws_on",
      "tells",
      "error",
      "overflow_on",
      "items_on",
      "items",
      "endless_on",
      "breaks_on",
      "stream_on",
      "one_at_a_time_on",
      "asked_on",
      "unheard_of");

  static IntStream seeds() {
    return IntStream.range(0, 16);
  }

  @ParameterizedTest
  @MethodSource("seeds")
  @Timeout(60)
  void eachCallIsAnsweredOnceOrNotAtAllWhenItWasCancelled(int seed) {
    try (Run run = new Run(seed)) {
      for (int step = 0; step < STEPS; step++) {
        run.step();
      }
      run.settle();

      run.check();
      Set<String> expected = new LinkedHashSet<>(run.called);
      expected.removeAll(run.cancelledUnanswered());
      assertThat(run.finalAnswers().keySet())
          .as("answered calls, seed %d", seed)
          .containsExactlyInAnyOrderElementsOf(expected);
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  @Timeout(60)
  void aLostConnectionLeavesNoThreadBehind(int seed) {
    try (Run run = new Run(seed)) {
      int steps = run.random.nextInt(STEPS);
      for (int step = 0; step < steps; step++) {
        run.step();
      }
      run.lose();

      run.check();
    }
  }

  /** One session and what was done to it. */
  private static final class Run implements AutoCloseable {

    final Random random;
    final Set<String> called = new LinkedHashSet<>();
    private final List<String> ids = new ArrayList<>();
    private final VirtualTime time = new VirtualTime();
    private final CountDownLatch end = new CountDownLatch(1);
    private final Behaviors behaviors = new Behaviors(time, end);
    private final LiveServer server;
    private final LiveSession session;
    private final Connection service;
    private final Books books = new Books();
    private final LiveTools tools;
    private int withoutId;

    Run(int seed) {
      random = new Random(seed);
      server = LiveServer.builder().persona(Persona.silent()).rules(false).start();
      LiveClient client =
          LiveClient.builder().scheduler(time).nanoTime(time.nanoTime()).build();
      tools = LiveTools.builder()
          .add(behaviors)
          .intercept(ToolInterceptor.forTools(
              Set.of("asked_on"), ToolInterceptor.approval(behaviors::decide)))
          .build();
      // The one is told of changed tools, the other is not.
      LiveModel model = seed % 2 == 0
          ? LiveModel.GEMINI_2_5_FLASH_NATIVE_AUDIO_PREVIEW
          : LiveModel.GEMINI_3_8_LIVE;
      session = client.open(LiveConfig.builder(model)
          .endpoint(Endpoint.developer().at(server.baseUri()))
          .apiKey(server.apiKey())
          .listener(books)
          .toolCallsPerTurn(0)
          .tools(tools)
          .resumption(false)
          // The time jumps, and leaves no time for answers to pings.
          .keepAlive(Duration.ZERO)
          .build());
      service = server.nextConnection();
    }

    void step() {
      int dice = random.nextInt(100);
      if (dice < 55) {
        call(1 + random.nextInt(4));
      } else if (dice < 65 && !ids.isEmpty()) {
        repeat();
      } else if (dice < 80 && !ids.isEmpty()) {
        cancel();
      } else if (dice < 83) {
        callWithoutId();
      } else if (dice < 86) {
        session.updateTools(random.nextBoolean() ? tools : someTools());
      } else if (dice < 88) {
        service.stall();
      } else if (dice < 90) {
        service.resume();
      } else if (dice < 95) {
        time.advance(Duration.ofMillis(random.nextInt(4_000)));
      } else {
        // Lets some of the tools get on.
        LockSupport.parkNanos(random.nextInt(2_000_000));
      }
    }

    private void call(int count) {
      List<String> calls = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        String id = "c" + ids.size();
        ids.add(id);
        called.add(id);
        calls.add(id);
      }
      send(calls);
    }

    private void repeat() {
      send(List.of(ids.get(random.nextInt(ids.size()))));
    }

    private void send(List<String> calls) {
      ObjectNode message = JsonNodeFactory.instance.objectNode();
      var functionCalls = message.putObject("toolCall").putArray("functionCalls");
      for (String id : calls) {
        ObjectNode call = functionCalls.addObject().put("id", id);
        call.put("name", TOOLS.get(random.nextInt(TOOLS.size())));
        if (random.nextInt(10) > 0) {
          call.putObject("args").put("of", id).put("millis", random.nextInt(40_000));
        }
      }
      service.send(message);
    }

    private LiveTools someTools() {
      return tools.without(
          tools.names().stream().filter(name -> random.nextInt(4) == 0).toArray(String[]::new));
    }

    private void callWithoutId() {
      ObjectNode message = JsonNodeFactory.instance.objectNode();
      ObjectNode call = message.putObject("toolCall").putArray("functionCalls").addObject();
      call.put("name", TOOLS.get(random.nextInt(TOOLS.size())));
      String of = "without id " + withoutId++;
      call.putObject("args").put("of", of).put("millis", random.nextInt(40_000));
      service.send(message);
    }

    private void cancel() {
      ObjectNode message = JsonNodeFactory.instance.objectNode();
      var cancelled = message.putObject("toolCallCancellation").putArray("ids").add("never-called");
      // The youngest are the likeliest to be open.
      for (int i = 0; i < 1 + random.nextInt(3); i++) {
        cancelled.add(ids.get(Math.max(0, ids.size() - 1 - random.nextInt(6))));
      }
      service.send(message);
    }

    /** Lets time pass until nothing is left to be answered. */
    void settle() {
      service.resume();
      service.send("{\"testMarker\":{}}");
      advanceUntil(books::markerSeen, "the last message to be taken");
      advanceUntil(
          () -> finalAnswers().keySet().containsAll(books.owed(called))
              && answersWithoutId() == withoutId,
          "all calls to be answered");
      // What is answered twice, or too late, gets its chance to.
      end.countDown();
      await(() -> behaviors.running.get() == 0, "tools to end");
      time.advance(Duration.ofMinutes(2));
    }

    void lose() {
      service.resume();
      if (random.nextBoolean()) {
        service.reset();
      } else {
        service.close(1011, "Internal error");
      }
      advanceUntil(() -> session.closed().isDone(), "the session to end");
    }

    /** How often each call was answered for good, as the service saw it. */
    Map<String, Integer> finalAnswers() {
      Map<String, Integer> counts = new HashMap<>();
      for (JsonNode message : service.receivedMessages()) {
        for (JsonNode response : message.at("/toolResponse/functionResponses")) {
          if (response.has("id") && !response.path("willContinue").asBoolean(false)) {
            counts.merge(response.path("id").asText(), 1, Integer::sum);
          }
        }
      }
      return counts;
    }

    private int answersWithoutId() {
      int count = 0;
      for (JsonNode message : service.receivedMessages()) {
        for (JsonNode response : message.at("/toolResponse/functionResponses")) {
          count += response.has("id") ? 0 : 1;
        }
      }
      return count;
    }

    /** What must hold at any time. */
    void check() {
      assertThat(answersWithoutId()).as("answers without an id").isLessThanOrEqualTo(withoutId);
      assertThat(behaviors.ranTwice).as("calls that ran twice").isEmpty();
      assertThat(finalAnswers())
          .allSatisfy((id, count) -> assertThat(count).as("answers of %s", id).isEqualTo(1));
      assertThat(books.answeredLate()).as("answered after the cancellation").isEmpty();
    }

    Set<String> cancelledUnanswered() {
      return books.cancelledUnanswered();
    }

    private static void await(BooleanSupplier condition, String what) {
      await(condition, what, () -> {});
    }

    private void advanceUntil(BooleanSupplier condition, String what) {
      await(condition, what, () -> time.advance(Duration.ofMillis(200)));
    }

    private static void await(BooleanSupplier condition, String what, Runnable meanwhile) {
      long limit = System.nanoTime() + PATIENCE.toNanos();
      while (!condition.getAsBoolean()) {
        assertThat(System.nanoTime() - limit).as("waiting for %s", what).isNegative();
        meanwhile.run();
        LockSupport.parkNanos(500_000);
      }
    }

    /** Ends the session; no tool may be left on a thread. */
    @Override
    public void close() {
      try {
        service.resume();
        session.closeAsync();
        advanceUntil(() -> session.closed().isDone(), "the session to end");
        // All but the stubborn end because they are interrupted.
        await(() -> behaviors.running.get() == behaviors.stubborn.get(), "tools to end");
        end.countDown();
        await(() -> behaviors.running.get() == 0, "stubborn tools to end");
      } finally {
        end.countDown();
        server.close();
      }
    }
  }

  /** What the session told, in order. */
  private static final class Books implements LiveListener {

    // Guarded by this.
    private final Set<String> answered = new LinkedHashSet<>();
    private final Set<String> cancelled = new LinkedHashSet<>();
    private final List<String> late = new ArrayList<>();
    private boolean marker;

    @Override
    public synchronized void onEvent(LiveEvent event) {
      if (event instanceof LiveEvent.ToolAnswered answer) {
        String id = String.valueOf(answer.callId());
        if (cancelled.contains(id)) {
          late.add(id);
        }
        answered.add(id);
      } else if (event instanceof LiveEvent.ToolCancelled cancellation) {
        for (String id : cancellation.ids()) {
          if (!answered.contains(id)) {
            cancelled.add(id);
          }
        }
      } else if (event instanceof LiveEvent.Unrecognized unknown) {
        marker |= unknown.json().text().contains("testMarker");
      }
    }

    synchronized boolean markerSeen() {
      return marker;
    }

    synchronized Set<String> owed(Set<String> called) {
      Set<String> owed = new LinkedHashSet<>(called);
      owed.removeAll(cancelled);
      return owed;
    }

    synchronized List<String> answeredLate() {
      return List.copyOf(late);
    }

    synchronized Set<String> cancelledUnanswered() {
      return Set.copyOf(cancelled);
    }
  }
}
