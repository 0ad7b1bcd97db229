package io.github.geminilive.internal.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.CloseInfo;
import io.github.geminilive.FailureKind;
import io.github.geminilive.LiveHandshakeException;
import io.github.geminilive.RecoveryPolicy;
import io.github.geminilive.internal.session.FailurePolicy.Failure;
import io.github.geminilive.internal.session.FailurePolicy.Phase;
import io.github.geminilive.internal.session.Outage.Decision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** When a session dials again, and when it does not any more: every figure at its boundary. */
class OutageTest {

  private static final Duration TICK = Duration.ofNanos(1);
  private static final RecoveryPolicy NO_WAITS = RecoveryPolicy.builder()
      .firstWait(Duration.ZERO)
      .secondWait(Duration.ofNanos(2))
      .longestWait(Duration.ofNanos(2))
      .build();

  // The clock wraps around within every test.
  private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1_000_000);
  private double random = 0.5;

  @ParameterizedTest
  @CsvSource({
    "0.0,   0, 250,  500, 1000, 2000, 4000, 4000, 4000",
    "0.5, 250, 375,  750, 1500, 3000, 6000, 6000, 6000",
    "1.0, 500, 500, 1000, 2000, 4000, 8000, 8000, 8000",
  })
  void waitsGrowAndAreRandomInPart(
      double chance, int w1, int w2, int w3, int w4, int w5, int w6, int w7, int w8) {
    random = chance;
    Outage outage = outage(RecoveryPolicy.DEFAULT);
    List<Long> waits = new ArrayList<>();

    waits.add(outage.onFailure(lost(), now()).delay().toMillis());
    for (int i = 2; i <= 8; i++) {
      waits.add(outage.onFailure(refusedDial(), now()).delay().toMillis());
    }

    assertThat(waits)
        .containsExactlyElementsOf(List.of(
            (long) w1, (long) w2, (long) w3, (long) w4, (long) w5, (long) w6, (long) w7,
            (long) w8));
  }

  @Test
  void theWaitsAreSettings() {
    random = 1;
    Outage outage = outage(RecoveryPolicy.builder()
        .firstWait(Duration.ofSeconds(3))
        .secondWait(Duration.ofSeconds(1))
        .longestWait(Duration.ofSeconds(3))
        .build());

    assertThat(outage.onFailure(lost(), now()).delay()).isEqualTo(Duration.ofSeconds(3));
    assertThat(outage.onFailure(refusedDial(), now()).delay()).isEqualTo(Duration.ofSeconds(1));
    assertThat(outage.onFailure(refusedDial(), now()).delay()).isEqualTo(Duration.ofSeconds(2));
    assertThat(outage.onFailure(refusedDial(), now()).delay()).isEqualTo(Duration.ofSeconds(3));
    assertThat(outage.onFailure(refusedDial(), now()).delay()).isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void eightAttemptsAreMadeAndNoNinth() {
    Outage outage = outage(NO_WAITS);

    Decision decision = outage.onFailure(lost(), now());
    for (int attempt = 1; attempt <= 8; attempt++) {
      assertThat(decision.retry()).isTrue();
      assertThat(decision.attempt()).isEqualTo(attempt);
      assertThat(outage.attempts()).isEqualTo(attempt);
      decision = outage.onFailure(refusedDial(), now());
    }

    assertThat(decision.retry()).isFalse();
    assertThat(decision.attempt()).isEqualTo(8);
    assertThat(decision.end().kind()).isEqualTo(FailureKind.RECONNECT_EXHAUSTED);
    assertThat(decision.end().by()).isEqualTo(CloseInfo.By.LIBRARY);
    assertThat(decision.end().retryable()).isTrue();
    assertThat(decision.end().reason())
        .contains("8 attempts", "8 in 60 s", "SERVER", "503", "busy");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7, 9})
  void howManyAttemptsIsASetting(int attempts) {
    Outage outage = outage(NO_WAITS.toBuilder().attempts(attempts).build());

    Decision decision = outage.onFailure(lost(), now());
    int dials = 0;
    while (decision.retry()) {
      dials++;
      decision = outage.onFailure(refusedDial(), now());
    }

    assertThat(dials).isEqualTo(attempts);
    assertThat(decision.end().reason()).contains("allowed are " + attempts + " in");
  }

  @ParameterizedTest
  @CsvSource({"59999, true", "60000, false", "60001, false"})
  void anOutageLastsAMinute(long millis, boolean retry) {
    Outage outage = outage(NO_WAITS);
    long start = now();
    outage.onFailure(lost(), start);
    assertThat(outage.sinceNanos()).isEqualTo(start);
    assertThat(outage.endsNanos()).isEqualTo(start + Duration.ofSeconds(60).toNanos());

    advance(Duration.ofMillis(millis));
    Decision decision = outage.onFailure(refusedDial(), now());

    assertThat(decision.retry()).isEqualTo(retry);
    assertThat(decision.end().kind())
        .isEqualTo(retry ? FailureKind.SERVER : FailureKind.RECONNECT_EXHAUSTED);
    assertThat(decision.end().reason()).doesNotContain("Retry-After", "due in");
  }

  @Test
  void howLongAnOutageLastsIsASetting() {
    Outage outage = outage(NO_WAITS.toBuilder().outage(Duration.ofSeconds(5)).build());
    outage.onFailure(lost(), now());

    advance(Duration.ofMillis(4_999));
    assertThat(outage.onFailure(refusedDial(), now()).retry()).isTrue();
    advance(Duration.ofMillis(1));
    assertThat(outage.onFailure(refusedDial(), now()).end().reason())
        .contains("2 attempts in 5 s", "8 in 5 s");
  }

  @Test
  void anOutageWithoutEndIsPossible() {
    Outage outage = outage(NO_WAITS.toBuilder()
        .outage(Duration.ofSeconds(Long.MAX_VALUE))
        .attempts(Integer.MAX_VALUE)
        .longestWait(Duration.ofSeconds(Long.MAX_VALUE))
        .build());
    Decision decision = outage.onFailure(lost(), now());

    for (int i = 0; i < 15; i++) {
      advance(decision.delay().plusDays(1));
      decision = outage.onFailure(refusedDial(), now());
    }

    assertThat(decision.retry()).isTrue();
    assertThat(decision.delay()).isEqualTo(Duration.ofNanos((1L << 14) * 3 / 2));
    assertThat(outage.endsNanos() - now()).isPositive();
  }

  @Test
  void aWaitThatWouldPassTheEndIsNotBegun() {
    random = 0;
    Outage outage =
        outage(RecoveryPolicy.builder().outage(Duration.ofMillis(750)).build());
    outage.onFailure(lost(), now());
    assertThat(outage.onFailure(refusedDial(), now()).delay()).isEqualTo(Duration.ofMillis(250));
    advance(Duration.ofMillis(250).minus(TICK));

    // 500 ms are to be waited, and a nanosecond more is left.
    assertThat(outage.onFailure(refusedDial(), now()).retry()).isTrue();
    Outage late = outage(RecoveryPolicy.builder().outage(Duration.ofMillis(750)).build());
    late.onFailure(lost(), now());
    late.onFailure(refusedDial(), now());
    advance(Duration.ofMillis(250));
    Decision decision = late.onFailure(refusedDial(), now());

    assertThat(decision.retry()).isFalse();
    assertThat(decision.end().kind()).isEqualTo(FailureKind.RECONNECT_EXHAUSTED);
    assertThat(decision.end().reason()).contains("the next one would be due in 0.5 s");
  }

  @ParameterizedTest
  @CsvSource({"9999, 2", "10000, 1"})
  void theCountBeginsAnewWhenAConnectionWasStable(long millis, int attempt) {
    Outage outage = outage(NO_WAITS);
    long start = now();
    outage.onFailure(lost(), start);
    outage.onOpen(now());

    advance(Duration.ofMillis(millis));
    Decision decision = outage.onFailure(lost(), now());

    assertThat(decision.attempt()).isEqualTo(attempt);
    assertThat(outage.sinceNanos()).isEqualTo(attempt == 1 ? now() : start);
  }

  @Test
  void howLongAConnectionTakesToBeStableIsASetting() {
    Outage outage =
        outage(NO_WAITS.toBuilder().stableAfter(Duration.ofSeconds(3)).build());
    outage.onFailure(lost(), now());
    outage.onOpen(now());
    advance(Duration.ofSeconds(3).minus(TICK));
    assertThat(outage.onFailure(lost(), now()).attempt()).isEqualTo(2);

    outage.onOpen(now());
    advance(Duration.ofSeconds(3));
    assertThat(outage.onFailure(lost(), now()).attempt()).isEqualTo(1);
  }

  @Test
  void connectionsThatBreakSoonAreOneOutage() {
    Outage outage = outage(NO_WAITS);
    outage.onOpen(now());
    advance(Duration.ofMinutes(1));

    Decision decision = outage.onFailure(lost(), now());
    while (decision.retry()) {
      outage.onOpen(now());
      advance(Duration.ofSeconds(9));
      decision = outage.onFailure(lost(), now());
    }

    // 60 s are over before the 8 attempts are used up.
    assertThat(decision.attempt()).isEqualTo(7);
    assertThat(decision.end().reason()).contains("7 attempts in 63 s");
  }

  @Test
  void theFirstConnectionsOwnLossIsAnOutageOfItsOwn() {
    Outage outage = outage(NO_WAITS);
    outage.onOpen(now());
    advance(Duration.ofMillis(1));

    Decision decision = outage.onFailure(lost(), now());

    assertThat(decision.attempt()).isEqualTo(1);
    assertThat(outage.sinceNanos()).isEqualTo(now());
  }

  @Test
  void anAnnouncedLossIsNotWaitedAfter() {
    Outage outage = outage(RecoveryPolicy.DEFAULT);
    outage.onOpen(now());
    outage.onGoAway();

    assertThat(outage.onFailure(lost(), now()).delay()).isEqualTo(Duration.ZERO);
    assertThat(outage.onFailure(refusedDial(), now()).delay()).isEqualTo(Duration.ofMillis(375));

    outage.onOpen(now());
    advance(Duration.ofSeconds(10));
    assertThat(outage.onFailure(lost(), now()).delay()).isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void anAnnouncementHoldsForItsConnectionOnly() {
    Outage outage = outage(RecoveryPolicy.DEFAULT);
    outage.onOpen(now());
    outage.onGoAway();
    outage.onPlanned(now());
    outage.onOpen(now());
    advance(Duration.ofSeconds(10));

    assertThat(outage.onFailure(lost(), now()).delay()).isEqualTo(Duration.ofMillis(250));
  }

  @Test
  void aPlannedChangeIsMadeAtOnceAndItsFailureIsRepeated() {
    Outage outage = outage(RecoveryPolicy.DEFAULT);
    outage.onOpen(now());
    advance(Duration.ofMinutes(9));
    long start = now();

    Decision planned = outage.onPlanned(now());
    assertThat(planned.retry()).isTrue();
    assertThat(planned.delay()).isEqualTo(Duration.ZERO);
    assertThat(planned.dropHandle()).isFalse();
    assertThat(planned.attempt()).isEqualTo(1);

    advance(Duration.ofSeconds(1));
    Decision repeated = outage.onFailure(refusedDial(), now());
    assertThat(repeated.attempt()).isEqualTo(2);
    assertThat(repeated.delay()).isEqualTo(Duration.ofMillis(375));
    assertThat(outage.sinceNanos()).isEqualTo(start);
  }

  @Test
  void manyPlannedChangesDoNotUseUpAnOutage() {
    Outage outage = outage(NO_WAITS);
    outage.onOpen(now());

    for (int i = 0; i < 50; i++) {
      advance(Duration.ofSeconds(9));
      assertThat(outage.onPlanned(now()).attempt()).isEqualTo(1);
      outage.onOpen(now());
    }

    assertThat(outage.onFailure(lost(), now()).retry()).isTrue();
  }

  @Test
  void aServiceThatAnnouncesTheEndAtEveryOpeningIsNotDialledInALoop() {
    Outage outage = outage(RecoveryPolicy.DEFAULT);
    outage.onOpen(now());
    List<Duration> waits = new ArrayList<>();

    for (int i = 1; i <= 23; i++) {
      waits.add(outage.onPlanned(now()).delay());
      outage.onOpen(now());
    }

    assertThat(waits.subList(0, 21)).containsOnly(Duration.ZERO);
    assertThat(waits.get(21)).isEqualTo(Duration.ofSeconds(5));
    assertThat(waits.get(22)).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void aPlannedChangeInAnOutageDoesNotEndIt() {
    Outage outage = outage(NO_WAITS);
    long start = now();
    outage.onFailure(lost(), start);
    outage.onFailure(refusedDial(), now());
    outage.onOpen(now());
    advance(Duration.ofSeconds(1));

    assertThat(outage.onPlanned(now()).attempt()).isEqualTo(2);
    assertThat(outage.onFailure(refusedDial(), now()).attempt()).isEqualTo(3);
    assertThat(outage.sinceNanos()).isEqualTo(start);
  }

  @ParameterizedTest
  @CsvSource({"1007, Request contains an invalid argument.", "1008, session not found", "1007, ''"})
  void aRefusedHandleIsDroppedAtOnceAndOnce(int code, String reason) {
    Outage outage = outage(RecoveryPolicy.DEFAULT);
    outage.onFailure(lost(), now());

    Decision fresh = outage.onFailure(setup(true, code, reason), now());
    assertThat(fresh.retry()).isTrue();
    assertThat(fresh.dropHandle()).isTrue();
    assertThat(fresh.delay()).isEqualTo(Duration.ZERO);
    assertThat(fresh.attempt()).isEqualTo(2);

    Decision over = outage.onFailure(setup(false, code, reason), now());
    assertThat(over.retry()).isFalse();
    assertThat(over.end().code()).isEqualTo(code);
    assertThat(over.end().by()).isEqualTo(CloseInfo.By.SERVER);
  }

  @Test
  void theServicesFailureAtAHandleIsTriedAgainAndThenDropsTheHandle() {
    Outage outage = outage(RecoveryPolicy.DEFAULT);
    outage.onFailure(lost(), now());

    Decision again = outage.onFailure(setup(true, 1011, "Internal error"), now());
    assertThat(again.dropHandle()).isFalse();
    assertThat(again.delay()).isEqualTo(Duration.ofMillis(375));
    Decision fresh = outage.onFailure(setup(true, 1011, "Internal error"), now());
    assertThat(fresh.dropHandle()).isTrue();
    assertThat(fresh.delay()).isEqualTo(Duration.ZERO);
    Decision without = outage.onFailure(setup(false, 1011, "Internal error"), now());
    assertThat(without.retry()).isTrue();
    assertThat(without.dropHandle()).isFalse();
    assertThat(without.delay()).isEqualTo(Duration.ofMillis(1_500));
  }

  @Test
  void otherFailuresBetweenTheTwoDoNotSaveTheHandleButAnOpeningDoes() {
    Outage outage = outage(NO_WAITS);
    outage.onFailure(lost(), now());
    outage.onFailure(setup(true, 1011, ""), now());
    outage.onFailure(refusedDial(), now());
    assertThat(outage.onFailure(setup(true, 1011, ""), now()).dropHandle()).isTrue();

    Outage other = outage(NO_WAITS);
    other.onFailure(lost(), now());
    other.onFailure(setup(true, 1011, ""), now());
    other.onOpen(now());
    other.onFailure(lost(), now());
    assertThat(other.onFailure(setup(true, 1011, ""), now()).dropHandle()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"1011, 9999, true", "1007, 9999, true", "1011, 10000, false"})
  void aConversationThatBreaksTheServiceTwiceAtOnceIsNotRestoredAgain(
      int code, long millis, boolean poisoned) {
    Outage outage = outage(NO_WAITS);
    outage.onFailure(lost(), now());
    outage.onOpen(now());
    advance(Duration.ofMillis(millis));
    assertThat(outage.onFailure(open(true, 1011, "Internal error"), now()).dropHandle())
        .isFalse();
    outage.onOpen(now());
    advance(Duration.ofMillis(millis));

    Decision second = outage.onFailure(open(true, code, ""), now());

    assertThat(second.retry()).isTrue();
    assertThat(second.dropHandle()).isEqualTo(poisoned);
  }

  @Test
  void aConversationThatHasOnceGoneWellIsNotGivenUpForAnOldFailure() {
    Outage outage = outage(NO_WAITS);
    outage.onFailure(lost(), now());
    outage.onOpen(now());
    outage.onFailure(open(true, 1011, ""), now());
    outage.onOpen(now());
    advance(Duration.ofSeconds(10));
    outage.onFailure(lost(), now());
    outage.onOpen(now());

    assertThat(outage.onFailure(open(true, 1011, ""), now()).dropHandle()).isFalse();
  }

  @Test
  void onlyTheServicesFailuresWithAHandlePoisonIt() {
    Outage outage = outage(NO_WAITS);
    outage.onFailure(lost(), now());
    for (Failure harmless : List.of(lost(), open(false, 1011, ""), silence(), lost())) {
      outage.onOpen(now());
      assertThat(outage.onFailure(harmless, now()).dropHandle()).isFalse();
    }
    outage.onOpen(now());
    assertThat(outage.onFailure(open(true, 1011, ""), now()).dropHandle()).isFalse();
  }

  @Test
  void anInvalidMessageAloneEndsTheSessionAlsoSoonAfterAResume() {
    Outage outage = outage(NO_WAITS);
    outage.onFailure(lost(), now());
    outage.onOpen(now());

    Decision decision = outage.onFailure(open(true, 1007, "invalid argument"), now());

    assertThat(decision.retry()).isFalse();
    assertThat(decision.end().kind()).isEqualTo(FailureKind.INVALID_REQUEST);
  }

  @Test
  void aRefusalByPolicyIsResumedOnceUntilAConnectionWasStable() {
    Outage outage = outage(NO_WAITS);
    outage.onOpen(now());
    assertThat(outage.onFailure(policy(), now()).retry()).isTrue();
    outage.onOpen(now());
    advance(Duration.ofSeconds(10));
    assertThat(outage.onFailure(policy(), now()).retry()).isTrue();
    outage.onOpen(now());
    advance(Duration.ofSeconds(10).minus(TICK));

    Decision decision = outage.onFailure(policy(), now());

    assertThat(decision.retry()).isFalse();
    assertThat(decision.end().kind()).isEqualTo(FailureKind.POLICY);
    assertThat(decision.end().by()).isEqualTo(CloseInfo.By.SERVER);
  }

  @ParameterizedTest
  @CsvSource({"0, 375", "375, 375", "376, 376", "20000, 20000", "59999, 59999"})
  void retryAfterIsTheLeastWait(long asked, long waited) {
    Outage outage = outage(RecoveryPolicy.DEFAULT);
    outage.onFailure(lost(), now());

    Decision decision = outage.onFailure(busy(429, Duration.ofMillis(asked)), now());

    assertThat(decision.retry()).isTrue();
    assertThat(decision.delay()).isEqualTo(Duration.ofMillis(waited));
  }

  @ParameterizedTest
  @ValueSource(longs = {60, 3600, Long.MAX_VALUE})
  void aRetryAfterBeyondTheOutageEndsTheSessionAtOnce(long seconds) {
    Outage outage = outage(RecoveryPolicy.DEFAULT);
    outage.onFailure(lost(), now());

    Decision decision = outage.onFailure(busy(503, Duration.ofSeconds(seconds)), now());

    assertThat(decision.retry()).isFalse();
    assertThat(decision.end().kind()).isEqualTo(FailureKind.RECONNECT_EXHAUSTED);
    assertThat(decision.end().reason()).contains("Retry-After", "1 attempt in 0 s");
    if (seconds <= 3600) {
      assertThat(decision.end().reason()).contains("wait " + seconds + " s");
    }
  }

  @Test
  void anEmptyBudgetIsWaitedFor() {
    RetryBudget budget = new RetryBudget(10, 1, clock::get);
    Outage outage = new Outage(NO_WAITS, budget, clock::get, () -> random);

    assertThat(outage.onFailure(lost(), now()).delay()).isEqualTo(Duration.ZERO);
    assertThat(outage.onFailure(refusedDial(), now()).delay()).isLessThan(Duration.ofMillis(1));
    assertThat(outage.onFailure(refusedDial(), now()).delay()).isLessThan(Duration.ofMillis(1));
    assertThat(outage.onFailure(refusedDial(), now()).delay()).isEqualTo(Duration.ofSeconds(5));
    advance(Duration.ofSeconds(5));
    assertThat(outage.onFailure(refusedDial(), now()).delay()).isEqualTo(Duration.ofSeconds(5));
  }

  @Test
  void theFirstAttemptOfAnOutageIsFree() {
    RetryBudget budget = new RetryBudget(0, 1, clock::get);

    for (int i = 0; i < 100; i++) {
      Outage outage = new Outage(NO_WAITS, budget, clock::get, () -> random);
      assertThat(outage.onFailure(lost(), now()).delay()).isEqualTo(Duration.ZERO);
    }

    assertThat(budget.take(1)).isEqualTo(Duration.ofSeconds(1));
  }

  @Test
  void aSessionThatGivesUpLeavesItsTokensToTheOthers() {
    RetryBudget budget = new RetryBudget(0, 0.05, clock::get);
    Outage outage = new Outage(NO_WAITS, budget, clock::get, () -> random);
    outage.onFailure(lost(), now());

    Decision decision = outage.onFailure(refusedDial(), now());

    // Five tokens take 100 s.
    assertThat(decision.retry()).isFalse();
    assertThat(decision.end().kind()).isEqualTo(FailureKind.RECONNECT_EXHAUSTED);
    assertThat(decision.end().reason()).contains("due in 100 s");
    assertThat(budget.take(1)).isEqualTo(Duration.ofSeconds(20));
  }

  @Test
  void aHandleRefusedAtTheVeryFirstDialIsDroppedToo() {
    Outage outage = outage(RecoveryPolicy.DEFAULT);

    Decision decision = outage.onFailure(setup(true, 1008, "session not found"), now());

    assertThat(decision.dropHandle()).isTrue();
    assertThat(decision.delay()).isEqualTo(Duration.ZERO);
    assertThat(decision.attempt()).isEqualTo(2);
  }

  @Test
  void whatItGivesUpWithStaysWithinThreeHundredCharacters() {
    Outage outage = outage(NO_WAITS.toBuilder().attempts(1).build());
    outage.onFailure(lost(), now());

    Decision decision = outage.onFailure(setup(false, 1011, "x".repeat(300)), now());

    assertThat(decision.end().reason()).hasSizeLessThanOrEqualTo(300).contains("xxx");
    assertThat(decision.end().code()).isEqualTo(1011);
  }

  private Outage outage(RecoveryPolicy policy) {
    RetryBudget budget = new RetryBudget(100, 1, clock::get);
    return new Outage(policy, budget, clock::get, () -> random);
  }

  private long now() {
    return clock.get();
  }

  private void advance(Duration time) {
    clock.addAndGet(time.toNanos());
  }

  private static Failure lost() {
    return open(true, 1006, "");
  }

  private static Failure policy() {
    return open(true, 1008, "Operation is not implemented, or supported, or enabled.");
  }

  private static Failure silence() {
    return Failure.ofSilence(Phase.OPEN, true, Duration.ofSeconds(45));
  }

  private static Failure open(boolean withHandle, int code, String reason) {
    return Failure.ofClose(Phase.OPEN, withHandle, code, reason);
  }

  private static Failure setup(boolean withHandle, int code, String reason) {
    return Failure.ofClose(Phase.SETUP, withHandle, code, reason);
  }

  private static Failure refusedDial() {
    return busy(503, null);
  }

  private static Failure busy(int status, @Nullable Duration retryAfter) {
    return Failure.ofDial(
        true,
        new LiveHandshakeException(
            FailurePolicy.ofStatus(status),
            status,
            "",
            retryAfter,
            "the service is busy: HTTP " + status));
  }
}
