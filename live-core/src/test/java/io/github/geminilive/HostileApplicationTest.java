package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Persona;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Executors that reject, tools that break their contract: the session keeps its own. */
class HostileApplicationTest {

  private static final FunctionDeclaration LOOK =
      FunctionDeclaration.builder("look", "Looks.").build();
  private static final String CALL =
      "{'toolCall':{'functionCalls':[{'id':'c1','name':'look','args':{}}]}}";

  /** Closed is told, {@code closed()} completes, and the connection is gone. */
  private static void assertEndsInOrder(LiveSession session, CountDownLatch toldClosed)
      throws Exception {
    session.close();
    assertThat(Talk.get(session.closed()).by()).isEqualTo(CloseInfo.By.APPLICATION);
    assertThat(toldClosed.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(session.state()).isEqualTo(SessionState.CLOSED);
  }

  @Test
  void anExecutorThatRejectsCostsNoEventAndNoSession() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    AtomicBoolean rejects = new AtomicBoolean();
    try (LiveServer server = LiveServer.builder().persona(Persona.silent()).start()) {
      LiveClient client = LiveClient.builder()
          .executor(task -> {
            if (rejects.get()) {
              throw new RejectedExecutionException("full");
            }
            threads.execute(task);
          })
          .build();
      LiveSession session = client.open(Dials.to(server.baseUri()).build());
      CountDownLatch toldText = new CountDownLatch(1);
      CountDownLatch toldClosed = new CountDownLatch(1);
      session.subscribe(new LiveListener() {
        @Override
        public void onText(LiveEvent.Text text) {
          toldText.countDown();
        }

        @Override
        public void onClosed(CloseInfo info) {
          toldClosed.countDown();
        }
      });

      rejects.set(true);
      server
          .nextConnection()
          .send("{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"text\":\"hello\"}]}}}");

      assertThat(toldText.await(30, TimeUnit.SECONDS)).isTrue();
      assertEndsInOrder(session, toldClosed);
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void anExecutorAndASchedulerShutDownTooEarlyDoNotKeepTheSessionFromClosing() throws Exception {
    ExecutorService threads = Executors.newCachedThreadPool();
    ScheduledExecutorService scheduler = Executors.newSingleThreadScheduledExecutor();
    try (LiveServer server = LiveServer.builder().persona(Persona.silent()).start()) {
      LiveClient client =
          LiveClient.builder().executor(threads).scheduler(scheduler).build();
      LiveSession session = client.open(Dials.to(server.baseUri()).build());
      CountDownLatch toldClosed = new CountDownLatch(1);
      session.subscribe(new LiveListener() {
        @Override
        public void onClosed(CloseInfo info) {
          toldClosed.countDown();
        }
      });

      threads.shutdown();
      scheduler.shutdownNow();

      assertEndsInOrder(session, toldClosed);
    }
  }

  @Test
  void aToolSetWithoutAPolicyIsRefusedBeforeTheDial() {
    ToolSet broken = new ToolSet() {
      @Override
      public List<FunctionDeclaration> declarations() {
        return List.of(LOOK);
      }

      @Override
      public @Nullable Object invoke(FunctionCall call, ToolContext context) {
        return null;
      }

      @Override
      public ToolPolicy policy(String name) {
        throw new IllegalStateException("no policy for " + name);
      }
    };
    try (LiveServer server = LiveServer.start()) {
      LiveConfig config = Dials.to(server.baseUri()).tools(broken).build();

      assertThatThrownBy(() -> LiveClient.connect(config)).hasMessageContaining("look");

      assertThat(server.upgrades()).isEmpty();
    }
  }

  @Test
  void aStageThatCannotBeCancelledDoesNotStopTheEnd() throws Exception {
    CompletableFuture<Object> unwilling = new CompletableFuture<>() {
      @Override
      public CompletableFuture<Object> toCompletableFuture() {
        throw new UnsupportedOperationException("not this one");
      }
    };
    CountDownLatch called = new CountDownLatch(1);
    ToolSet tools = ToolSet.of(LOOK, (args, context) -> {
      called.countDown();
      return unwilling;
    });
    try (Talk talk = Talk.open(config -> config.tools(tools))) {
      talk.hear(CALL);
      assertThat(called.await(30, TimeUnit.SECONDS)).isTrue();

      talk.session.close();

      assertThat(Talk.get(talk.session.closed()).by()).isEqualTo(CloseInfo.By.APPLICATION);
      talk.await(LiveEvent.Closed.class);
    }
  }

  @Test
  void whatDependsOnACancelledStageMayCloseTheSession() throws Exception {
    CompletableFuture<Object> later = new CompletableFuture<>();
    CountDownLatch called = new CountDownLatch(1);
    ToolSet tools = ToolSet.of(LOOK, (args, context) -> {
      called.countDown();
      return later;
    });
    try (Talk talk = Talk.open(config -> config.tools(tools))) {
      CompletableFuture<String> closedOn = later.handle((value, thrown) -> {
        talk.session.close();
        return Thread.currentThread().getName();
      });
      talk.hear(CALL);
      assertThat(called.await(30, TimeUnit.SECONDS)).isTrue();

      talk.hear("{'toolCallCancellation':{'ids':['c1']}}");

      assertThat(Talk.get(closedOn))
          .doesNotStartWith("gemini-live-io")
          .doesNotContain("HttpClient");
      assertThat(Talk.get(talk.session.closed()).by()).isEqualTo(CloseInfo.By.APPLICATION);
    }
  }

  @Test
  void aCancellationReachesToolsThatHoldEveryThread() throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(1);
    CountDownLatch started = new CountDownLatch(1);
    CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
    ToolSet tools = ToolSet.of(LOOK, (args, context) -> {
      started.countDown();
      try {
        return new CountDownLatch(1).await(1, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        interrupted.complete(context.isCancelled());
        throw e;
      }
    });
    try (Talk talk = Talk.with()
        .unwatched()
        .executor(threads)
        .config(config -> config.tools(tools))
        .open()) {
      talk.hear(CALL);
      assertThat(started.await(30, TimeUnit.SECONDS)).isTrue();

      talk.hear("{'toolCallCancellation':{'ids':['c1']}}");

      assertThat(Talk.get(interrupted)).isTrue();
    } finally {
      threads.shutdownNow();
    }
  }
}
