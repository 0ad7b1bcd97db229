package io.github.geminilive.audio.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class LineClockTest {

  private static final double DRIFT = 1 + 300e-6;

  @Test
  void theEarliestReportsOfAMicrophoneAreBelieved() {
    LineClock clock = LineClock.ofInput(48_000);
    Random random = new Random(3);
    double worst = 0;
    for (int block = 1; block < 5_000; block++) {
      long frames = block * 960L;
      long truth = (long) (frames * 1e9 / 48_000 / DRIFT);
      // Told up to 30 ms late.
      clock.observe(frames, truth + (long) (random.nextDouble() * 30e6));
      if (block > 200) {
        worst = Math.max(worst, Math.abs(clock.nanosOf(frames) - truth) / 1e6);
      }
    }

    assertThat(worst).as("ms").isLessThan(8);
  }

  @Test
  void aLoudspeakersBlockIsPlayedUntilTheNextIsFetched() {
    LineClock clock = LineClock.ofOutput(48_000);
    double worst = 0;
    for (int millis = 2; millis < 60_000; millis += 2) {
      long now = millis * 1_000_000L;
      double passed = millis * 48 * DRIFT;
      long fetched = (long) (passed / 960) * 960 + 960;
      clock.observe(fetched, now);
      if (millis > 1_000) {
        worst = Math.max(worst, Math.abs(clock.framesAt(now) - passed) / 48);
      }
    }

    assertThat(worst).as("ms").isLessThan(3);
  }

  @Test
  void aLateReportCostsLittleAndIsForgottenSoon() {
    LineClock clock = LineClock.ofOutput(48_000);
    for (int millis = 0; millis < 5_000; millis += 2) {
      long stall = millis == 2_000 ? 960 : 0;
      clock.observe(millis * 48L - stall, millis * 1_000_000L);
    }

    assertThat((double) clock.framesAt(5_000_000_000L)).isCloseTo(240_000, within(48.0));
  }

  @Test
  void latenessIsMeasuredAgainstWhatWasExpected() {
    LineClock clock = LineClock.ofInput(16_000);
    assertThat(clock.isRunning()).isFalse();
    for (int i = 0; i < 100; i++) {
      clock.observe(i * 160L, i * 10_000_000L);
    }

    assertThat((double) clock.latenessNanos(100 * 160L, 1_100_000_000L))
        .isCloseTo(100e6, within(1e6));
    clock.reset();
    assertThat(clock.isRunning()).isFalse();
  }
}
