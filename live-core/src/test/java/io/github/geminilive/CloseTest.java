package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.testkit.Closure;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How sessions end: once, in time, from anywhere, with nothing left behind. */
class CloseTest {

  private static final CloseInfo BY_APPLICATION =
      new CloseInfo(CloseInfo.By.APPLICATION, 1000, "", null, false);

  @Test
  void closingEndsTheConnectionInOrder() {
    try (Talk talk = Talk.open()) {
      assertThat(talk.session.closed()).isNotDone();

      talk.session.close();

      assertThat(talk.session.state()).isEqualTo(SessionState.CLOSED);
      assertThat(Talk.get(talk.session.closed())).isEqualTo(BY_APPLICATION);
      assertThat(talk.service.awaitClosed()).isEqualTo(new Closure(Closure.By.CLIENT, 1000, ""));
      assertThat(talk.await(LiveEvent.Closed.class).info()).isEqualTo(BY_APPLICATION);
    }
  }

  @Test
  void closingAgainChangesNothing() {
    try (Talk talk = Talk.open(Talk.ONE_CONNECTION)) {
      talk.service.close(1011, "Internal error encountered.");
      CloseInfo first = Talk.get(talk.session.closed());

      talk.session.close();
      talk.session.close();

      assertThat(Talk.get(talk.session.closeAsync())).isEqualTo(first);
      assertThat(first.by()).isEqualTo(CloseInfo.By.SERVER);
    }
  }

  @Test
  void theFutureOfTheEndCannotBeCompletedFromOutside() {
    try (Talk talk = Talk.open()) {
      talk.session.closed().cancel(true);
      talk.session.closed().complete(BY_APPLICATION);

      assertThat(talk.session.closed()).isNotDone();
      assertThat(talk.session.state()).isEqualTo(SessionState.OPEN);
    }
  }

  @Test
  void severalThreadsMayCloseAtOnce() throws Exception {
    try (Talk talk = Talk.open()) {
      CountDownLatch go = new CountDownLatch(1);
      List<CompletableFuture<Void>> closing = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        closing.add(CompletableFuture.runAsync(
            () -> {
              try {
                go.await(30, TimeUnit.SECONDS);
              } catch (InterruptedException e) {
                throw new AssertionError(e);
              }
              talk.session.close();
              assertThat(talk.session.state()).isEqualTo(SessionState.CLOSED);
            },
            task -> new Thread(task).start()));
      }

      go.countDown();

      closing.forEach(Talk::get);
      assertThat(Talk.kinds(talk.until(LiveEvent.Closed.class))).containsOnlyOnce("Closed");
    }
  }

  @Test
  void aListenerMayClose() throws Exception {
    BlockingQueue<SessionState> after = new LinkedBlockingQueue<>();
    CompletableFuture<LiveSession> session = new CompletableFuture<>();
    LiveListener closer = new LiveListener() {
      @Override
      public void onAudio(LiveEvent.Audio audio) {
        LiveSession own = session.join();
        own.close();
        after.add(own.state());
      }
    };
    try (Talk talk = Talk.open(config -> config.listener(closer))) {
      session.complete(talk.session);
      talk.audio(5, 1);

      assertThat(after.poll(30, TimeUnit.SECONDS)).isEqualTo(SessionState.CLOSED);
    }
  }

  @Test
  void aToolMayClose() throws Exception {
    BlockingQueue<SessionState> after = new LinkedBlockingQueue<>();
    ToolSet tools =
        ToolSet.of(FunctionDeclaration.builder("bye", "ends the call").build(), (args, context) -> {
          context.session().close();
          after.add(context.session().state());
          return null;
        });
    try (Talk talk = Talk.open(config -> config.tools(tools))) {
      talk.hear("{'toolCall':{'functionCalls':[{'id':'c1','name':'bye'}]}}");

      // The end of the session interrupts its tools: this one need not wait for all of it.
      assertThat(after.poll(30, TimeUnit.SECONDS)).isNotNull();
      assertThat(Talk.get(talk.session.closed())).isEqualTo(BY_APPLICATION);
    }
  }

  @Test
  void whatWaitsIsWrittenFirst() {
    try (Talk talk = Talk.open()) {
      talk.service.limitReading(2_000_000);
      List<CompletableFuture<Void>> sent = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        sent.add(talk.session.sendText("t" + i + "x".repeat(5_000)));
      }

      CompletableFuture<CloseInfo> closed = talk.session.closeAsync();
      CompletableFuture<Void> late = talk.session.sendText("too late");

      assertThat(Talk.failure(late)).isInstanceOf(LiveClosedException.class);
      assertThat(Talk.get(closed)).isEqualTo(BY_APPLICATION);
      sent.forEach(Talk::get);
      List<JsonNode> messages = talk.service.receivedMessages();
      assertThat(messages).hasSize(101);
      assertThat(messages.get(100).toString()).contains("t99x");
      assertThat(talk.service.awaitClosed().code()).isEqualTo(1000);
    }
  }

  @Test
  void aSilentPeerDelaysTheEndByTheLimitOnly() {
    VirtualTime time = new VirtualTime();
    try (Talk talk = Talk.with().time(time).open()) {
      talk.service.stall();
      CompletableFuture<CloseInfo> closed = talk.session.closeAsync();
      time.advance(Duration.ofMillis(1500).minusNanos(1));
      assertThat(talk.session.state()).isEqualTo(SessionState.CLOSING);

      time.advance(Duration.ofNanos(1));

      assertThat(Talk.get(closed)).isEqualTo(BY_APPLICATION);
      assertThat(talk.session.state()).isEqualTo(SessionState.CLOSED);
    }
  }

  @Test
  void closingReturnsInTimeThoughThePeerIsSilent() {
    try (Talk talk = Talk.open(config -> config.closeTimeout(Duration.ofMillis(200)))) {
      talk.service.stall();
      long begin = System.nanoTime();

      talk.session.close();

      assertThat(Duration.ofNanos(System.nanoTime() - begin))
          .isBetween(Duration.ofMillis(150), Duration.ofMillis(900));
      assertThat(talk.session.state()).isEqualTo(SessionState.CLOSED);
    }
  }

  @Test
  void closingWorksWhileReadingIsPaused() {
    try (Talk talk =
        Talk.with().config(config -> config.closeTimeout(Duration.ofSeconds(4))).open()) {
      try (LiveStream<LiveEvent> untouched =
          talk.session.events(Delivery.lossless().limits(2, 1_000))) {
        for (int i = 0; i < 20; i++) {
          talk.audio(5, i);
        }
        Talk.awaitTrue(() -> talk.session.metrics().readingPauses() == 1, "reading pauses");
        long begin = System.nanoTime();

        talk.session.close();

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
        assertThat(talk.service.awaitClosed().code()).isEqualTo(1000);
        assertThat(untouched).isNotNull();
      }
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1000 | OK                                               | CONNECTION_LOST | true",
        "1001 | going away                                       | CONNECTION_LOST | true",
        "1007 | Request contains an invalid argument.            | INVALID_REQUEST | false",
        "1007 | API key not valid. Please pass a valid API key.  | AUTH            | false",
        "1008 | BidiGenerateContent session not found            | NOT_FOUND       | false",
        "1008 | Operation is not implemented                     | POLICY          | false",
        "1008 | You exceeded your current quota                  | QUOTA           | true",
        "1011 | Internal error encountered.                      | SERVER          | true",
        "1011 | You exceeded your current quota, please check    | QUOTA           | true",
        "1012 | restart                                          | CONNECTION_LOST | true",
        "1002 | bad frame                                        | PROTOCOL        | false",
        "4321 | private                                          | PROTOCOL        | false"
      })
  void aCloseOfTheServiceIsExplained(int code, String reason, FailureKind kind, boolean retryable) {
    try (Talk talk = Talk.open(Talk.ONE_CONNECTION)) {
      talk.service.close(code, reason);

      CloseInfo info = Talk.get(talk.session.closed());

      assertThat(info).isEqualTo(new CloseInfo(CloseInfo.By.SERVER, code, reason, kind, retryable));
      assertThat(talk.await(LiveEvent.Closed.class).info()).isEqualTo(info);
    }
  }

  @Test
  void aCloseWithoutCodeIsCode1005() {
    try (Talk talk = Talk.open(Talk.ONE_CONNECTION)) {
      talk.service.closeWithoutCode();

      assertThat(Talk.get(talk.session.closed()).code()).isEqualTo(1005);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aConnectionThatBreaksIsCode1006OfTheNetwork(boolean reset) {
    // The JDK misses an end of stream that comes while it delivers a message; a ping finds it.
    try (Talk talk =
        Talk.open(config -> Talk.ONE_CONNECTION.apply(config).keepAlive(Duration.ofMillis(200)))) {
      if (reset) {
        talk.service.reset();
      } else {
        talk.service.drop();
      }

      assertThat(Talk.get(talk.session.closed()))
          .isEqualTo(
              new CloseInfo(CloseInfo.By.NETWORK, 1006, "", FailureKind.CONNECTION_LOST, true));
    }
  }

  @Test
  void theKeyIsMaskedInWhatTheServiceSays() {
    try (Talk talk = Talk.open(Talk.ONE_CONNECTION)) {
      talk.service.close(1008, "bad key " + talk.server.apiKey());

      assertThat(Talk.get(talk.session.closed()).reason())
          .startsWith("bad key ")
          .doesNotContain(talk.server.apiKey());
    }
  }

  @Test
  void closedIsTheLastThatIsTold() {
    try (Talk talk = Talk.open()) {
      talk.audio(5, 1);
      talk.await(LiveEvent.Audio.class);
      CompletableFuture<Boolean> toldBefore =
          talk.session.closed().thenApply(info -> talk.session.state() == SessionState.CLOSED);

      talk.session.close();

      assertThat(Talk.get(toldBefore)).isTrue();
      assertThat(Talk.kinds(talk.until(LiveEvent.Closed.class)))
          .containsExactly("TurnEnded", "Closed");
    }
  }

  @Test
  void ofManySessionsNoTimerAndNoConnectionIsLeft() {
    VirtualTime time = new VirtualTime();
    Talk.Setting setting = Talk.with().time(time);
    try (LiveServer server = setting.startServer()) {
      LiveClient client = setting.client();
      LiveConfig config = setting.configFor(server);
      for (int i = 0; i < 200; i++) {
        LiveSession session = client.open(config);
        Talk.get(session.sendAudio(new byte[320]));
        Talk.get(session.closeAsync());
      }
      for (int i = 0; i < 200; i++) {
        assertThat(server.nextConnection().awaitClosed().code()).isEqualTo(1000);
      }

      // The cut that follows each end in half a second is all that may wait.
      time.advance(Duration.ofSeconds(1));
      assertThat(time.pending()).isZero();
    }
  }
}
