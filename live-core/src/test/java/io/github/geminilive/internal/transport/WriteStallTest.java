package io.github.geminilive.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A socket that takes a message but does not finish with it. */
@Timeout(60)
class WriteStallTest {

  private static final Duration LIMIT = Duration.ofSeconds(10);

  @Test
  void aMessageNotTakenForTenSecondsIsToldOnce() {
    try (Wire wire = new Wire()) {
      Wire.Stuck stuck = wire.stuck();

      wire.time.advance(LIMIT.minusNanos(1));
      assertThat(wire.observed.stalls()).isEmpty();
      wire.time.advance(Duration.ofNanos(1));
      assertThat(wire.observed.stalls()).containsExactly(LIMIT);
      wire.time.advance(LIMIT.multipliedBy(3));

      assertThat(wire.observed.stalls()).hasSize(1);
      assertThat(wire.time.pending()).isZero();
      assertThat(stuck.future()).isNotDone();
      assertThat(wire.observed.failed()).isEmpty();
    }
  }

  @Test
  void eachMessageHasTheWholeTimeWhateverTheOneBeforeItTook() {
    try (Wire wire = new Wire()) {
      Wire.Stuck first = wire.stuck();
      wire.time.advance(Duration.ofSeconds(6));
      first.connection().resume();
      Wire.get(first.future());
      first.connection().pauseReading();
      wire.fill(first.connection(), Uplink.Lane.STREAM, null);

      wire.time.advance(LIMIT.minusNanos(1));
      assertThat(wire.observed.stalls()).isEmpty();
      wire.time.advance(Duration.ofNanos(1));

      assertThat(wire.observed.stalls()).containsExactly(LIMIT);
    }
  }

  @Test
  void manySendsHaveOneTimerAtMost() {
    try (Wire wire = new Wire()) {
      wire.connect();
      for (int i = 0; i < 500; i++) {
        Wire.get(wire.text("t" + i));
        assertThat(wire.time.pending()).isLessThanOrEqualTo(1);
      }
      wire.time.advance(LIMIT);

      assertThat(wire.observed.stalls()).isEmpty();
      assertThat(wire.time.pending()).isZero();
    }
  }

  @Test
  void ofASocketThatWasLeftNothingIsTold() {
    try (Wire wire = new Wire()) {
      wire.stuck();
      wire.uplink.detach();

      wire.time.advance(LIMIT.multipliedBy(2));

      assertThat(wire.observed.stalls()).isEmpty();
      assertThat(wire.time.pending()).isZero();
    }
  }

  @Test
  void aMessageThatStallsAgainOnTheNextSocketIsToldOfThatOne() {
    try (Wire wire = new Wire()) {
      Wire.Stuck stuck = wire.stuck();
      wire.time.advance(Duration.ofSeconds(4));
      wire.lose();
      wire.connectPaused();
      wire.time.advance(LIMIT.minusNanos(1));
      assertThat(wire.observed.stalls()).isEmpty();

      wire.time.advance(Duration.ofNanos(1));

      assertThat(wire.observed.stalls()).containsExactly(LIMIT);
      assertThat(stuck.future()).isNotDone();
    }
  }

  @Test
  void closingCallsTheTimerOff() {
    try (Wire wire = new Wire()) {
      wire.stuck();
      assertThat(wire.time.pending()).isEqualTo(1);

      wire.uplink.close(() -> new IllegalStateException("over"));

      assertThat(wire.time.pending()).isZero();
    }
  }
}
