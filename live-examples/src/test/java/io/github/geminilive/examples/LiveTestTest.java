package io.github.geminilive.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.CloseInfo;
import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveStream;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.LiveTest;
import io.github.geminilive.testkit.VirtualTime;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** The testkit finds the library by name only; here the two meet. */
class LiveTestTest {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  /** As the service does it. */
  static final class TenMinutes extends LiveTest.Settings {
    @Override
    public void accept(LiveServer.Builder server) {
      server.connectionLife(Duration.ofMinutes(10), Duration.ofMinutes(1));
    }
  }

  @LiveTest(instant = true)
  @Test
  void theInjectedConfigurationLeadsToTheInjectedServer(
      LiveServer server, LiveConfig.Builder config) throws Exception {
    try (LiveSession session = LiveClient.connect(config.build());
        LiveStream<LiveTurn> turns = session.turns()) {
      session.sendText("What is the capital of Portugal?");

      LiveTurn turn = turns.poll(LIMIT).orElseThrow();
      assertThat(turn.outcome()).isEqualTo(LiveTurn.Outcome.COMPLETE);
      assertThat(turn.audio().toByteArray()).isNotEmpty();
      assertThat(server.nextConnection().number()).isEqualTo(1);
      CloseInfo end = session.closeAsync().get(LIMIT.toSeconds(), TimeUnit.SECONDS);
      assertThat(end.by()).isEqualTo(CloseInfo.By.APPLICATION);
    }
  }

  @LiveTest(settings = TenMinutes.class)
  @Test
  void tenMinutesPassAtOnceForBothSides(LiveConfig.Builder config, VirtualTime time)
      throws Exception {
    LiveClient client =
        LiveClient.builder().scheduler(time).nanoTime(time.nanoTime()).build();
    // The connection is what this is about. No answer to a ping arrives while time jumps.
    config.resumption(false).keepAlive(Duration.ZERO);
    try (LiveSession session = client.open(config.build());
        LiveStream<LiveEvent> events = session.events()) {
      time.advance(Duration.ofMinutes(9));
      LiveEvent.GoAway warning = next(events, LiveEvent.GoAway.class);
      assertThat(warning.timeLeft()).isEqualTo(Duration.ofMinutes(1));
      assertThat(session.closed()).isNotDone();

      time.advance(Duration.ofMinutes(1));
      LiveEvent.Closed closed = next(events, LiveEvent.Closed.class);
      assertThat(closed.info().by()).isNotEqualTo(CloseInfo.By.APPLICATION);
      assertThat(time.elapsed()).isEqualTo(Duration.ofMinutes(10));
    }
  }

  private static <E extends LiveEvent> E next(LiveStream<LiveEvent> events, Class<E> type)
      throws InterruptedException {
    LiveEvent event = events.poll(LIMIT).orElseThrow();
    while (!type.isInstance(event)) {
      event = events.poll(LIMIT).orElseThrow();
    }
    return type.cast(event);
  }
}
