package io.github.geminilive.internal.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.relay.RelayLimits;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class RelayMeterTest {

  private long now = Long.MAX_VALUE - 500;

  private RelayMeter meter(RelayLimits.Builder limits) {
    return new RelayMeter(limits.build(), () -> now);
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void aMessageOfTheLargestSizePassesAndOneByteMoreDoesNot() {
    RelayMeter meter = meter(RelayLimits.builder().messageBytes(2_000));

    assertThat(meter.onMessage(2_000)).isNull();
    assertThat(meter.tooLarge(2_000)).isFalse();
    assertThat(meter.onMessage(2_001)).isEqualTo("a message of more than 2000 bytes");
    assertThat(meter.tooLarge(2_001)).isTrue();
  }

  @Test
  void asManyMessagesAsTheBurstPassAtOnceAndOneMoreDoesNot() {
    RelayMeter meter = meter(RelayLimits.builder().messageRate(100, 5));

    for (int i = 0; i < 5; i++) {
      assertThat(meter.onMessage(1)).isNull();
    }
    assertThat(meter.onMessage(1)).isEqualTo("more than 100 messages a second");
  }

  @Test
  void aLargeMessageCountsForSeveral() {
    RelayMeter meter = meter(RelayLimits.builder().messageRate(1, 20));

    assertThat(meter.onMessage(262_144)).isNull();
    assertThat(meter.onMessage(16_384)).isNull();
    assertThat(meter.onMessage(16_383)).isNull();
    assertThat(meter.onMessage(1)).isNotNull();
  }

  @Test
  void theLargestMessagePassesAfterAPauseHoweverSmallTheBurst() {
    RelayMeter meter = meter(RelayLimits.builder().messageRate(1, 2));

    assertThat(meter.onMessage(262_144)).isNull();
    pass(Duration.ofMillis(1_999));
    assertThat(meter.onMessage(262_144)).isNotNull();
    pass(Duration.ofMillis(1));
    assertThat(meter.onMessage(262_144)).isNull();
  }

  @Test
  void afterTheBurstOneMessagePassesWheneverItsTimeHasPassed() {
    RelayMeter meter = meter(RelayLimits.builder().messageRate(100, 1));
    assertThat(meter.onMessage(1)).isNull();

    pass(Duration.ofNanos(9_999_999));
    assertThat(meter.onMessage(1)).isNotNull();
    pass(Duration.ofNanos(1));
    assertThat(meter.onMessage(1)).isNull();
    assertThat(meter.onMessage(1)).isNotNull();
  }

  @Test
  void aPauseOfAnyLengthIsWorthOneBurstOnly() {
    RelayMeter meter = meter(RelayLimits.builder().messageRate(10, 3));

    pass(Duration.ofDays(100));
    for (int i = 0; i < 3; i++) {
      assertThat(meter.onMessage(1)).isNull();
    }
    assertThat(meter.onMessage(1)).isNotNull();
  }

  @Test
  void aDayOfMessagesAtExactlyTheRatePasses() {
    RelayMeter meter = meter(RelayLimits.builder().messageRate(3, 1));

    for (int i = 0; i < 3 * 86_400; i++) {
      assertThat(meter.onMessage(1)).isNull();
      pass(Duration.ofNanos(333_333_334));
    }
  }

  @Test
  void soundPassesAsFastAsItIsSpoken() {
    RelayMeter meter = meter(RelayLimits.builder().audioRate(1, Duration.ofSeconds(1)));

    for (int i = 0; i < 100_000; i++) {
      assertThat(meter.onAudio(Duration.ofMillis(20).toNanos())).isNull();
      pass(Duration.ofMillis(20));
    }
  }

  @Test
  void soundThatComesFasterThanItIsSpokenEndsWithItsBurst() {
    RelayMeter meter = meter(RelayLimits.builder().audioRate(1.25, Duration.ofSeconds(10)));

    // A piece is made up for in 80 ms and the next one comes after 50: 8 s of that are let pass.
    int passed = 0;
    while (meter.onAudio(Duration.ofMillis(100).toNanos()) == null) {
      passed++;
      pass(Duration.ofMillis(50));
    }
    assertThat(passed).isEqualTo(1 + (8_000 - 80) / 30);
    assertThat(meter.onAudio(Duration.ofMillis(100).toNanos()))
        .isEqualTo("more than 1.25 seconds of sound a second");
  }

  @Test
  void theBurstOfSoundIsCountedToTheNanosecond() {
    RelayMeter meter = meter(RelayLimits.builder().audioRate(2, Duration.ofSeconds(10)));

    assertThat(meter.onAudio(Duration.ofSeconds(10).toNanos())).isNull();
    assertThat(meter.onAudio(2)).isNotNull();
    pass(Duration.ofNanos(1));
    assertThat(meter.onAudio(2)).isNull();
  }

  @Test
  void aRefusedPieceOfSoundTakesNothingOfWhatIsLeft() {
    RelayMeter meter = meter(RelayLimits.builder().audioRate(1, Duration.ofSeconds(1)));

    assertThat(meter.onAudio(Long.MAX_VALUE)).isNotNull();
    assertThat(meter.onAudio(Duration.ofSeconds(1).toNanos())).isNull();
  }
}
