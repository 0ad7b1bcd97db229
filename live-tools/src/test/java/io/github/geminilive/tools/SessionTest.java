package io.github.geminilive.tools;

import static io.github.geminilive.tools.Service.get;
import static io.github.geminilive.tools.Service.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.InForce;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveModel;
import io.github.geminilive.LiveStream;
import io.github.geminilive.ToolPolicy;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.testkit.VirtualTime;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Interceptors and approval in a session with the simulated service. */
class SessionTest {

  private static final LiveModel NEW = LiveModel.GEMINI_3_8_LIVE;
  private static final LiveModel OLD = LiveModel.GEMINI_2_5_FLASH_NATIVE_AUDIO_PREVIEW;

  private static FunctionDeclaration blocking(String name) {
    return FunctionDeclaration.builder(name, "does " + name)
        .behavior(FunctionBehavior.BLOCKING)
        .build();
  }

  private static FunctionDeclaration nonBlocking(String name) {
    return FunctionDeclaration.builder(name, "does " + name)
        .behavior(FunctionBehavior.NON_BLOCKING)
        .build();
  }

  private static void await(CountDownLatch latch) throws InterruptedException {
    assertThat(latch.await(30, TimeUnit.SECONDS)).isTrue();
  }

  @Test
  void anApprovalMayTakeLongerThanTheTimeLimit() {
    VirtualTime time = new VirtualTime();
    CompletableFuture<ToolInvocation> asked = new CompletableFuture<>();
    CompletableFuture<Approval> decision = new CompletableFuture<>();
    LiveTools tools = LiveTools.builder()
        .tool(blocking("pay"), (args, context) -> "paid")
        .intercept(ToolInterceptor.approval(call -> {
          asked.complete(call);
          return decision;
        }))
        .build();
    try (Service service = Service.open(NEW, time, config -> config.tools(tools))) {
      service.call("c1", "pay", "{}");
      assertThat(get(asked).name()).isEqualTo("pay");

      time.advance(Duration.ofHours(2));
      service.assertNothingSent();
      decision.complete(Approval.granted());

      assertThat(service.response())
          .isEqualTo(json("{'id':'c1','name':'pay','response':{'output':'paid'}}"));
    }
  }

  @Test
  void anApproverThatBlocksHasAllTheTime() throws InterruptedException {
    VirtualTime time = new VirtualTime();
    CountDownLatch asked = new CountDownLatch(1);
    CountDownLatch answer = new CountDownLatch(1);
    LiveTools tools = LiveTools.builder()
        .tool(blocking("pay"), (args, context) -> "paid")
        .intercept(ToolInterceptor.approval(call -> {
          asked.countDown();
          await(answer);
          return CompletableFuture.completedFuture(Approval.denied("Too much."));
        }))
        .build();
    try (Service service = Service.open(NEW, time, config -> config.tools(tools))) {
      service.call("c1", "pay", "{}");
      await(asked);

      time.advance(Duration.ofHours(2));
      answer.countDown();

      assertThat(service.response().at("/response/error"))
          .isEqualTo(json("{'status':'denied','message':'Too much.','retryable':false}"));
    }
  }

  @Test
  void theTimeLimitGoesOnAfterTheApproval() {
    VirtualTime time = new VirtualTime();
    CompletableFuture<String> asked = new CompletableFuture<>();
    CompletableFuture<Approval> decision = new CompletableFuture<>();
    CompletableFuture<String> running = new CompletableFuture<>();
    CompletableFuture<Object> paid = new CompletableFuture<>();
    LiveTools tools = LiveTools.builder()
        .tool(
            blocking("pay"), ToolPolicy.DEFAULT.timeout(Duration.ofSeconds(3)), (args, context) -> {
              running.complete("yes");
              return paid;
            })
        .intercept(ToolInterceptor.approval(call -> {
          asked.complete("yes");
          return decision;
        }))
        .build();
    try (Service service = Service.open(NEW, time, config -> config.tools(tools))) {
      service.call("c1", "pay", "{}");
      get(asked);
      service.assertNothingSent();
      time.advance(Duration.ofMinutes(5));
      decision.complete(Approval.granted());
      get(running);

      time.advance(Duration.ofMillis(2_999));
      service.assertNothingSent();
      time.advance(Duration.ofMillis(1));

      assertThat(service.response().at("/response/error/status").asText()).isEqualTo("timeout");
      assertThat(paid.handle((value, thrown) -> paid.isCancelled()))
          .succeedsWithin(Duration.ofSeconds(30))
          .isEqualTo(true);
    }
  }

  @Test
  void aCallThatIsCancelledWhileSomebodyDecidesNeverRuns() {
    CompletableFuture<ToolInvocation> asked = new CompletableFuture<>();
    CompletableFuture<Approval> decision = new CompletableFuture<>();
    AtomicInteger runs = new AtomicInteger();
    LiveTools tools = LiveTools.builder()
        .tool(nonBlocking("pay"), (args, context) -> runs.incrementAndGet())
        .tool(nonBlocking("look"), (args, context) -> "seen")
        .intercept(
            ToolInterceptor.forTools(java.util.Set.of("pay"), ToolInterceptor.approval(call -> {
              asked.complete(call);
              // A question that cannot be taken back.
              return decision.minimalCompletionStage();
            })))
        .build();
    try (Service service = Service.open(OLD, tools)) {
      service.call("c1", "pay", "{}");
      ToolInvocation call = get(asked);

      service.cancel("c1");
      get(call.context().cancelled().toCompletableFuture());
      decision.complete(Approval.granted());
      service.call("c2", "look", "{}");

      assertThat(service.response().path("id").asText()).isEqualTo("c2");
      service.assertNothingSent();
      assertThat(runs).hasValue(0);
    }
  }

  @Test
  void theQuestionIsTakenBackWhenTheCallIsCancelled() {
    CompletableFuture<ToolInvocation> asked = new CompletableFuture<>();
    CompletableFuture<Approval> decision = new CompletableFuture<>();
    AtomicInteger runs = new AtomicInteger();
    LiveTools tools = LiveTools.builder()
        .tool(nonBlocking("pay"), (args, context) -> runs.incrementAndGet())
        .intercept(ToolInterceptor.approval(call -> {
          asked.complete(call);
          return decision;
        }))
        .build();
    try (Service service = Service.open(OLD, tools)) {
      service.call("c1", "pay", "{}");
      get(asked);
      service.cancel("c1");

      assertThat(decision.handle((value, thrown) -> decision.isCancelled()))
          .succeedsWithin(Duration.ofSeconds(30))
          .isEqualTo(true);
      service.assertNothingSent();
      assertThat(runs).hasValue(0);
    }
  }

  @Test
  void anApprovedToolCanBeInterrupted() throws InterruptedException {
    CountDownLatch running = new CountDownLatch(1);
    CountDownLatch interrupted = new CountDownLatch(1);
    LiveTools tools = LiveTools.builder()
        .tool(nonBlocking("pay"), (args, context) -> {
          running.countDown();
          try {
            new CountDownLatch(1).await();
          } catch (InterruptedException e) {
            interrupted.countDown();
          }
          return "late";
        })
        .intercept(
            ToolInterceptor.approval(call -> CompletableFuture.supplyAsync(Approval::granted)))
        .build();
    try (Service service = Service.open(OLD, tools)) {
      service.call("c1", "pay", "{}");
      await(running);

      service.cancel("c1");

      await(interrupted);
      service.assertNothingSent();
    }
  }

  @Test
  void aStageTheToolReturnedIsCancelledThroughInterceptors() {
    CompletableFuture<Object> work = new CompletableFuture<>();
    CompletableFuture<String> running = new CompletableFuture<>();
    LiveTools tools = LiveTools.builder()
        .tool(nonBlocking("look"), (args, context) -> {
          running.complete("yes");
          return work;
        })
        .intercept((call, next) -> next.proceed(call).thenApply(result -> result))
        .build();
    try (Service service = Service.open(OLD, tools)) {
      service.call("c1", "look", "{}");
      get(running);
      service.cancel("c1");

      assertThat(work.handle((value, thrown) -> work.isCancelled()))
          .succeedsWithin(Duration.ofSeconds(30))
          .isEqualTo(true);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStreamOfANonBlockingToolGoesOutItemByItem(boolean newer) {
    LiveTools tools = LiveTools.builder()
        .tool(nonBlocking("watch"), (args, context) -> Stream.of("one", "two"))
        .intercept((call, next) -> next.proceed(call))
        .build();
    try (Service service = Service.open(newer ? NEW : OLD, tools)) {
      service.call("c1", "watch", "{}");

      JsonNode first = service.response();
      assertThat(first.at("/response/output").asText()).isEqualTo("one");
      assertThat(first.path("willContinue").asBoolean()).isTrue();
      assertThat(service.response().at("/response/output").asText()).isEqualTo("two");
      assertThat(service.response())
          .isEqualTo(json("{'id':'c1','name':'watch','response':{},'willContinue':false,"
              + "'scheduling':'SILENT'}"));
    }
  }

  @Test
  void toolsComeAndGoWhileTheSessionIsOpen() {
    LiveTools tools = LiveTools.builder()
        .tool(blocking("look"), (args, context) -> "seen")
        .tool(blocking("hear"), (args, context) -> "heard")
        .build();
    try (Service service = Service.open(NEW, tools)) {
      LiveTools more =
          tools.toBuilder().tool(blocking("smell"), (args, context) -> "smelt").build();

      CompletableFuture<InForce> updated = service.session.updateTools(more.without("hear"));
      JsonNode update = service.connection.nextMessage();
      assertThat(get(updated)).isEqualTo(InForce.NOW);
      assertThat(update.findValuesAsText("name")).containsExactly("look", "smell");

      service.call("c1", "smell", "{}");
      assertThat(service.response().at("/response/output").asText()).isEqualTo("smelt");
      service.call("c2", "hear", "{}");
      assertThat(service.response().at("/response/error/status").asText()).isEqualTo("unavailable");
    }
  }

  @Test
  void aSilentToolIsSilentAboutEveryFailure() {
    VirtualTime time = new VirtualTime();
    AtomicInteger calls = new AtomicInteger();
    CompletableFuture<Object> started = new CompletableFuture<>();
    LiveTools tools = LiveTools.builder()
        .tool(
            "order",
            "Orders.",
            Fixtures.Order.class,
            ToolOptions.DEFAULT.silent(),
            (order, context) -> {
              if (calls.getAndIncrement() == 0) {
                throw new IllegalStateException("secret");
              }
              started.complete(null);
              return new CompletableFuture<Object>();
            })
        .build();
    try (Service service = Service.open(OLD, time, config -> config.tools(tools))) {
      service.call("c1", "order", "{'dish':'soup'}");
      service.call("c2", "order", "{}");
      for (int i = 0; i < 2; i++) {
        assertThat(service.response().path("scheduling").asText()).isEqualTo("SILENT");
      }
      service.call("c3", "order", "{'dish':'soup'}");
      get(started);
      time.advance(ToolPolicy.DEFAULT.timeout());

      JsonNode response = service.response();
      assertThat(response.at("/response/error/status").asText()).isEqualTo("timeout");
      assertThat(response.path("scheduling").asText()).isEqualTo("SILENT");
    }
  }

  /** Cannot be read. */
  public static final class Unreadable {
    /** Fails. */
    public String getText() {
      throw new IllegalStateException("secret");
    }
  }

  @Test
  void theApplicationIsToldWhyAToolCouldNotAnswer() throws Exception {
    LiveTools tools = LiveTools.builder()
        .add(new Fixtures.Needy())
        .tool(blocking("look"), (args, context) -> new Unreadable())
        .tool(blocking("ask"), (args, context) -> "x")
        .intercept(ToolInterceptor.forTools(Set.of("ask"), ToolInterceptor.approval(call -> {
          throw new IllegalArgumentException("secret");
        })))
        .build();
    try (Service service = Service.open(NEW, tools);
        LiveStream<LiveEvent> events = service.session.events()) {
      service.call("c1", "look", "{}");
      assertThat(warning(events).cause()).hasMessageContaining("Unreadable");
      assertThat(status(service)).isEqualTo("bad_result");
      service.call("c2", "need", "{}");
      assertThat(warning(events).cause())
          .hasMessageContaining("java.lang.StringBuilder")
          .hasMessageContaining("LiveSession.attach");
      assertThat(status(service)).isEqualTo("unavailable");
      service.call("c3", "ask", "{}");
      assertThat(warning(events).cause()).isInstanceOf(IllegalArgumentException.class);
      assertThat(status(service)).isEqualTo("unavailable");
    }
  }

  private static String status(Service service) {
    return service.response().at("/response/error/status").asText();
  }

  private static LiveEvent.Warning warning(LiveStream<LiveEvent> events) throws Exception {
    while (true) {
      LiveEvent event = events.poll(Duration.ofSeconds(30)).orElseThrow();
      if (event instanceof LiveEvent.Warning warning) {
        assertThat(warning.kind()).isEqualTo(LiveEvent.Warning.Kind.TOOL_FAILED);
        return warning;
      }
    }
  }
}
