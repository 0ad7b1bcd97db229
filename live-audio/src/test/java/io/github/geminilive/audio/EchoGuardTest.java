package io.github.geminilive.audio;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.audio.dsp.EchoReport;
import io.github.geminilive.audio.dsp.EchoReport.State;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When the microphone is withheld. */
class EchoGuardTest {

  private static final int RATE = 16_000;
  private static final int CHUNK = 320;

  private final List<EchoMode> changes = new ArrayList<>();
  private EchoReport report = EchoReport.UNKNOWN;

  private EchoGuard guard(EchoMode mode) {
    return new EchoGuard(mode, RATE, () -> report, (now, figures) -> changes.add(now));
  }

  private void says(State state, double erleDb, double delayMillis) {
    report = new EchoReport(state, erleDb, delayMillis, 0);
  }

  /** Lets time pass; tells for how many milliseconds of it the microphone was withheld. */
  private static int withheld(EchoGuard guard, boolean loud, int millis) {
    int withheld = 0;
    for (int at = 0; at < millis; at += 20) {
      withheld += guard.withholds(loud, CHUNK) ? 20 : 0;
    }
    return withheld;
  }

  @Test
  void aHeadsetIsNeverWithheld() {
    EchoGuard guard = guard(EchoMode.HEADSET);

    assertThat(withheld(guard, true, 5000)).isZero();
    assertThat(guard.inForce()).isEqualTo(EchoMode.HEADSET);
  }

  @Test
  void halfDuplexWithholdsWhileAudibleAndForATail() {
    EchoGuard guard = guard(EchoMode.HALF_DUPLEX);

    assertThat(withheld(guard, false, 1000)).isZero();
    assertThat(withheld(guard, true, 1000)).isEqualTo(1000);
    assertThat(withheld(guard, false, 1000)).isBetween(180, 200);
    assertThat(changes).isEmpty();
  }

  @Test
  void cancellingBeginsWithheldAndOpensOnceItWorks() {
    EchoGuard guard = guard(EchoMode.CANCEL);

    says(State.ADAPTING, 0, 0);
    assertThat(withheld(guard, true, 1000)).isEqualTo(1000);
    assertThat(guard.inForce()).isEqualTo(EchoMode.HALF_DUPLEX);
    says(State.CANCELLING, 25, 60);
    assertThat(withheld(guard, true, 1000)).isLessThanOrEqualTo(100);

    assertThat(guard.inForce()).isEqualTo(EchoMode.CANCEL);
    assertThat(changes).containsExactly(EchoMode.CANCEL);
  }

  @Test
  void aHeadsetThatIsFoundOutOpensTheMicrophone() {
    EchoGuard guard = guard(EchoMode.CANCEL);

    says(State.NO_ECHO, 0, 0);
    withheld(guard, true, 100);

    assertThat(withheld(guard, true, 1000)).isZero();
    assertThat(changes).containsExactly(EchoMode.CANCEL);
  }

  @Test
  void failureWithholdsAtOnceAndIsForgivenOnlyAfterAWhileOfDoingBetter() {
    EchoGuard guard = guard(EchoMode.CANCEL);
    says(State.CANCELLING, 25, 60);
    withheld(guard, true, 1000);

    says(State.FAILING, 4, 60);
    assertThat(withheld(guard, true, 1000)).isGreaterThanOrEqualTo(900);
    says(State.CANCELLING, 11, 60);
    assertThat(withheld(guard, true, 2000)).isEqualTo(2000);
    says(State.CANCELLING, 13, 60);
    assertThat(withheld(guard, false, 5000)).isLessThanOrEqualTo(300);
    assertThat(withheld(guard, true, 2000)).isBetween(700, 1100);

    assertThat(changes).containsExactly(EchoMode.CANCEL, EchoMode.HALF_DUPLEX, EchoMode.CANCEL);
  }

  @Test
  void aWeakMomentIsForgivenAndAWeakWhileIsNot() {
    EchoGuard guard = guard(EchoMode.CANCEL);
    says(State.CANCELLING, 25, 60);
    withheld(guard, true, 1000);

    says(State.CANCELLING, 9, 60);
    withheld(guard, true, 200);
    says(State.CANCELLING, 25, 60);
    withheld(guard, true, 1000);
    assertThat(changes).containsExactly(EchoMode.CANCEL);
    says(State.CANCELLING, 9, 60);
    withheld(guard, true, 400);

    assertThat(changes).containsExactly(EchoMode.CANCEL, EchoMode.HALF_DUPLEX);
  }

  @Test
  void nothingChangesWhileNothingIsPlayed() {
    EchoGuard guard = guard(EchoMode.CANCEL);
    says(State.CANCELLING, 25, 60);
    withheld(guard, true, 1000);

    says(State.ADAPTING, 0, 0);
    assertThat(withheld(guard, false, 10_000)).isZero();

    assertThat(changes).containsExactly(EchoMode.CANCEL);
  }

  @Test
  void whoIsDistrustedMustShowThatItStillWorksOnWhatIsPlayedNow() {
    EchoGuard guard = guard(EchoMode.CANCEL);
    says(State.CANCELLING, 26, 60);
    withheld(guard, true, 1000);

    guard.distrust();
    withheld(guard, false, 2000);
    assertThat(guard.inForce()).isEqualTo(EchoMode.HALF_DUPLEX);
    assertThat(withheld(guard, true, 2000)).isBetween(800, 1100);

    assertThat(changes).containsExactly(EchoMode.CANCEL, EchoMode.HALF_DUPLEX, EchoMode.CANCEL);
  }

  @Test
  void aHeadsetIsNotDistrusted() {
    EchoGuard guard = guard(EchoMode.CANCEL);
    says(State.NO_ECHO, 0, 0);
    withheld(guard, true, 1000);

    guard.distrust();

    assertThat(withheld(guard, true, 2000)).isZero();
  }

  @Test
  void aLateEchoLengthensTheTail() {
    EchoGuard guard = guard(EchoMode.CANCEL);
    says(State.ADAPTING, 0, 240);
    withheld(guard, true, 1000);

    assertThat(withheld(guard, false, 1000)).isBetween(420, 440);
  }

  @Test
  void anotherDeviceMustProveItselfAnew() {
    EchoGuard guard = guard(EchoMode.CANCEL);
    says(State.CANCELLING, 25, 60);
    withheld(guard, true, 1000);

    guard.restart();
    says(State.ADAPTING, 0, 0);
    withheld(guard, true, 200);
    assertThat(guard.inForce()).isEqualTo(EchoMode.HALF_DUPLEX);
    says(State.CANCELLING, 20, 60);
    withheld(guard, true, 200);

    assertThat(guard.inForce()).isEqualTo(EchoMode.CANCEL);
  }
}
