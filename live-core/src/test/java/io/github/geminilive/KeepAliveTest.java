package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.testkit.VirtualTime;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Pings: they keep idle connections open. */
class KeepAliveTest {

  private static final Duration INTERVAL = Duration.ofSeconds(15);

  private final VirtualTime time = new VirtualTime();

  @Test
  void theConnectionIsPingedEveryFifteenSeconds() {
    try (Talk talk = Talk.with().time(time).open()) {
      time.advance(INTERVAL.minusNanos(1));
      talk.settled();
      assertThat(talk.service.pings()).isZero();

      time.advance(Duration.ofNanos(1));
      Talk.awaitTrue(() -> talk.service.pings() == 1, "the first ping");

      time.advance(INTERVAL);
      Talk.awaitTrue(() -> talk.service.pings() == 2, "the second ping");
    }
  }

  @Test
  void zeroMeansNoPings() {
    try (Talk talk =
        Talk.with().time(time).config(config -> config.keepAlive(Duration.ZERO)).open()) {
      time.advance(INTERVAL.multipliedBy(10));
      talk.settled();

      assertThat(talk.service.pings()).isZero();
      assertThat(time.pending()).isZero();
    }
  }

  @Test
  void aNegativeIntervalIsRefused() {
    assertThatThrownBy(() -> LiveConfig.builder("m").keepAlive(Duration.ofMillis(-1)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("keepAlive");
  }
}
