package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Scenario;
import io.github.geminilive.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions leave nothing behind: no thread, no socket, no timer. */
class ConnectCycleTest {

  private static final int CYCLES = 200;
  private static final int WARM_UP = 20;
  // Pools fill up to their bound meanwhile; what leaks grows with the cycles.
  private static final int MORE_THREADS = 12;

  private final LiveServer server = LiveServer.start();
  private final ScheduledThreadPoolExecutor timers = new ScheduledThreadPoolExecutor(1);
  private final LiveClient client = LiveClient.builder().scheduler(timers).build();

  @BeforeEach
  void prepare() {
    timers.setRemoveOnCancelPolicy(true);
  }

  @AfterEach
  void stop() {
    timers.shutdownNow();
    server.close();
  }

  @Test
  void nothingIsLeftOfTwoHundredSessions() {
    cycle(WARM_UP);
    assertThat(quiet()).isTrue();
    int descriptors = LeakProbe.descriptors();
    int threads = LeakProbe.threads().size();

    cycle(CYCLES);

    assertThat(quiet()).isTrue();
    assertThat(LeakProbe.await(() -> LeakProbe.descriptors() <= descriptors, Dials.PATIENCE))
        .as("%d descriptors before, %d after", descriptors, LeakProbe.descriptors())
        .isTrue();
    assertThat(LeakProbe.threads()).hasSizeLessThanOrEqualTo(threads + MORE_THREADS);
    assertThat(server.connections()).hasSize(WARM_UP + CYCLES);
  }

  @Test
  void nothingIsLeftOfSessionsTheServiceEnds() throws Exception {
    List<CompletableFuture<CloseInfo>> ends = new ArrayList<>();
    for (int i = 0; i < 30; i++) {
      server.script(
          switch (i % 3) {
            case 0 -> Scenario.closeAfter(1, 1011, "Internal error encountered.");
            case 1 ->
              Scenario.create().acceptSetup().awaitMessages(1).then(Connection::closeWithoutCode);
            default -> Scenario.create().acceptSetup().awaitMessages(1).reset();
          });
      LiveSession session =
          client.open(Dials.to(server.baseUri()).resumption(false).build());
      session.sendText("go");
      ends.add(session.closed());
    }
    for (CompletableFuture<CloseInfo> end : ends) {
      end.get(30, TimeUnit.SECONDS);
    }

    assertThat(quiet()).isTrue();
  }

  @Test
  void nothingIsLeftOfDialsThatFail() {
    for (int i = 0; i < 30; i++) {
      server.script(
          switch (i % 3) {
            case 0 -> Scenario.closeBeforeSetupComplete(1008, "no");
            case 1 -> Scenario.create().awaitMessages(1).reset();
            default -> Scenario.neverCompleteSetup();
          });
      // Short for the third only, which waits for it.
      LiveConfig config = Dials.to(server.baseUri())
          .setupTimeout(Duration.ofMillis(i % 3 == 2 ? 200 : 30_000))
          .build();
      assertThatThrownBy(() -> client.open(config))
          .isInstanceOf(i % 3 == 2 ? LiveTimeoutException.class : LiveSetupRefusedException.class);
    }

    assertThat(quiet()).isTrue();
  }

  @Test
  void nothingIsLeftOfDialsThatAreCancelled() {
    for (int i = 0; i < 30; i++) {
      server.script(Scenario.neverCompleteSetup());
      CompletableFuture<LiveSession> opening =
          client.openAsync(Dials.to(server.baseUri()).build());
      if (i < 15) {
        server.nextConnection().setup();
      }
      opening.cancel(true);
    }

    assertThat(quiet()).isTrue();
  }

  @Test
  void aTimerOfAnOpenSessionIsGoneWithIt() {
    VirtualTime time = new VirtualTime();
    LiveClient onVirtualTime =
        LiveClient.builder().scheduler(time).nanoTime(time.nanoTime()).build();

    LiveSession session = onVirtualTime.open(Dials.to(server.baseUri()).build());
    session.close();
    Talk.get(session.closed());
    server.nextConnection().awaitClosed();
    time.advance(Duration.ofSeconds(1));

    assertThat(time.pending()).isZero();
  }

  @Test
  void noThreadKeepsTheJvmAlive() {
    LiveClient shared = LiveClient.builder().build();
    shared.open(Dials.to(server.baseUri()).build()).close();

    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().startsWith("gemini-live"))
        .isNotEmpty()
        .allMatch(Thread::isDaemon);
  }

  private void cycle(int times) {
    CountDownLatch closed = new CountDownLatch(times);
    for (int i = 0; i < times; i++) {
      LiveSession session = client.open(Dials.to(server.baseUri()).build());
      session.closed().whenComplete((info, error) -> closed.countDown());
      session.close();
      Talk.get(session.closed());
      assertThat(session.state()).isEqualTo(SessionState.CLOSED);
    }
    assertThat(LeakProbe.await(() -> closed.getCount() == 0, Dials.PATIENCE)).isTrue();
  }

  /** Whether all connections end on the service's side too, and no timer is left. */
  private boolean quiet() {
    return LeakProbe.await(
            () -> server.connections().stream().noneMatch(Connection::isOpen), Dials.PATIENCE)
        && LeakProbe.await(() -> timers.getQueue().isEmpty(), Dials.PATIENCE);
  }
}
