package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * When a session dials again and when it gives up, through the public API: the waits, the limits of
 * an outage, and the failures that this side finds by itself.
 */
class RecoveryWaitsTest {

  private static final Duration TICK = Duration.ofNanos(1);
  private static final Scenario BUSY = Scenario.refuseUpgrade(503, Map.of(), "busy");

  @Test
  void theWaitsGrowAndAfterEightAttemptsTheSessionGivesUp() {
    try (Trouble trouble = Trouble.open()) {
      for (int i = 0; i < 8; i++) {
        trouble.server.script(BUSY);
      }
      trouble.first.reset();

      List<Long> waits = new ArrayList<>();
      for (int attempt = 1; attempt <= 8; attempt++) {
        LiveEvent.Reconnecting told = trouble.redialExactly(attempt);
        assertThat(told.attempt()).isEqualTo(attempt);
        if (attempt < 8) {
          // The refusal of the last one may be here already.
          assertThat(trouble.session.state()).isEqualTo(SessionState.RESUMING);
        }
        waits.add(told.delay().toMillis());
      }

      assertThat(waits).containsExactly(250L, 375L, 750L, 1_500L, 3_000L, 6_000L, 6_000L, 6_000L);
      CloseInfo end = trouble.end();
      assertThat(end.kind()).isEqualTo(FailureKind.RECONNECT_EXHAUSTED);
      assertThat(end.by()).isEqualTo(CloseInfo.By.LIBRARY);
      assertThat(end.retryable()).isTrue();
      assertThat(end.reason()).contains("8 attempts in 23.9 s", "8 in 60 s", "SERVER", "503");
      assertThat(trouble.server.upgrades()).hasSize(9);
    }
  }

  @Test
  void theEighthAttemptMaySucceed() {
    try (Trouble trouble = Trouble.open()) {
      for (int i = 0; i < 7; i++) {
        trouble.server.script(BUSY);
      }
      trouble.first.reset();
      for (int attempt = 1; attempt <= 8; attempt++) {
        trouble.redialExactly(attempt);
      }

      RecoveryReport report = trouble.await(LiveEvent.Resumed.class).report();
      assertThat(report.attempts()).isEqualTo(8);
      assertThat(report.gap()).isEqualTo(Duration.ofMillis(23_875));
      assertThat(report.stateRestored()).isTrue();
      CloseInfo lost = report.end();
      assertThat(lost).isNotNull();
      assertThat(lost.kind()).isEqualTo(FailureKind.CONNECTION_LOST);
    }
  }

  @Test
  void anOutageIsOverAfterAMinuteAlsoInTheMiddleOfADial() {
    Duration wait = Duration.ofMillis(100);
    try (Trouble trouble = Trouble.with()
        .policy(policy -> policy.firstWait(Duration.ZERO).secondWait(wait).longestWait(wait))
        .open()) {
      for (int i = 0; i < 8; i++) {
        trouble.server.script(Scenario.neverAnswerUpgrade());
      }
      trouble.first.reset();
      trouble.redialExactly(1);
      // 10 s for each dial, and 75 ms between them.
      for (int attempt = 2; attempt <= 6; attempt++) {
        Talk.awaitTrue(
            () -> trouble.time.nextDue().equals(Optional.of(Duration.ofSeconds(10))),
            "the dial's timer runs");
        trouble.time.advance(Duration.ofSeconds(10));
        CloseInfo failure = trouble.redialExactly(attempt).failure();
        assertThat(failure).isNotNull();
        assertThat(failure.kind()).isEqualTo(FailureKind.TIMEOUT);
      }

      trouble.time.advance(Duration.ofMillis(60_000 - 5 * 10_075).minus(TICK));
      assertThat(trouble.session.state()).isEqualTo(SessionState.RESUMING);
      trouble.time.advance(TICK);

      CloseInfo end = trouble.end();
      assertThat(end.kind()).isEqualTo(FailureKind.RECONNECT_EXHAUSTED);
      assertThat(end.reason()).contains("6 attempts in 60 s", "TIMEOUT");
    }
  }

  @Test
  void limitsAndWaitsAreSettings() {
    Trouble.Setting setting = Trouble.with()
        .policy(policy -> policy
            .attempts(2)
            .firstWait(Duration.ofSeconds(4))
            .secondWait(Duration.ofSeconds(20))
            .longestWait(Duration.ofSeconds(12)));
    try (Trouble trouble = setting.open()) {
      trouble.server.script(BUSY, BUSY);
      trouble.first.reset();

      assertThat(trouble.redialExactly(1).delay()).isEqualTo(Duration.ofSeconds(2));
      assertThat(trouble.redialExactly(2).delay()).isEqualTo(Duration.ofSeconds(9));
      assertThat(trouble.end().reason()).contains("2 attempts in 11 s", "2 in 60 s");
    }
  }

  @ParameterizedTest
  @CsvSource({"9999, 2, 375", "10000, 1, 250"})
  void anOutageIsOverWhenAConnectionWasStable(long millis, int attempt, long wait) {
    try (Trouble trouble = Trouble.open()) {
      trouble.first.reset();
      Connection second = trouble.nextConnection();
      trouble.await(LiveEvent.Resumed.class);

      trouble.time.advance(Duration.ofMillis(millis));
      second.reset();

      LiveEvent.Reconnecting told = trouble.redialExactly(2);
      assertThat(told.attempt()).isEqualTo(attempt);
      assertThat(told.delay()).isEqualTo(Duration.ofMillis(wait));
      trouble.await(LiveEvent.Resumed.class);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void retryAfterIsHeeded(int status) {
    try (Trouble trouble = Trouble.open()) {
      trouble.server.script(Scenario.refuseUpgrade(status, Map.of("Retry-After", "17"), "later"));
      trouble.first.reset();
      trouble.redialExactly(1);

      LiveEvent.Reconnecting told = trouble.redialExactly(2);

      assertThat(told.delay()).isEqualTo(Duration.ofSeconds(17));
      trouble.await(LiveEvent.Resumed.class);
    }
  }

  @Test
  void aShortRetryAfterDoesNotShortenTheWait() {
    try (Trouble trouble = Trouble.open()) {
      trouble.server.script(Scenario.refuseUpgrade(503, Map.of("Retry-After", "0"), "later"));
      trouble.first.reset();
      trouble.redialExactly(1);

      assertThat(trouble.redialExactly(2).delay()).isEqualTo(Duration.ofMillis(375));
      trouble.await(LiveEvent.Resumed.class);
    }
  }

  @Test
  void aRetryAfterBeyondTheOutageEndsTheSessionAtOnce() {
    try (Trouble trouble = Trouble.open()) {
      trouble.server.script(Scenario.refuseUpgrade(429, Map.of("Retry-After", "60"), "later"));
      trouble.first.reset();
      trouble.redialExactly(1);

      CloseInfo end = trouble.end();

      assertThat(end.kind()).isEqualTo(FailureKind.RECONNECT_EXHAUSTED);
      assertThat(end.reason()).contains("wait 60 s", "Retry-After", "QUOTA");
    }
  }

  @Test
  void theClientsBudgetIsWaitedFor() {
    try (Trouble trouble =
        Trouble.with().client(client -> client.retryBudget(5, 1)).open()) {
      trouble.server.script(BUSY, BUSY);
      trouble.first.reset();

      assertThat(trouble.redialExactly(1).delay()).isEqualTo(Duration.ofMillis(250));
      assertThat(trouble.redialExactly(2).delay()).isEqualTo(Duration.ofMillis(375));
      assertThat(trouble.redialExactly(3).delay()).isEqualTo(Duration.ofMillis(4_625));
      trouble.await(LiveEvent.Resumed.class);
    }
  }

  @Test
  void anAnnouncedLossIsNotWaitedAfter() {
    try (Trouble trouble = Trouble.open()) {
      // Not a quiet point: the session waits with its own change.
      trouble.first.send("{\"sessionResumptionUpdate\":{\"resumable\":false}}");
      trouble.first.goAway(Duration.ofSeconds(60));
      trouble.await(LiveEvent.GoAway.class);
      Talk.awaitTrue(() -> trouble.session.state() == SessionState.DRAINING, "it drains");

      trouble.first.reset();

      assertThat(trouble.redialExactly(1).delay()).isEqualTo(Duration.ZERO);
      assertThat(trouble.await(LiveEvent.Resumed.class).report().stateRestored())
          .isTrue();
    }
  }

  @Test
  void withoutAHandleTheNextSessionIsFresh() {
    try (Trouble trouble = Trouble.open()) {
      trouble.server.script(Scenario.closeBeforeSetupComplete(1008, "session not found"));
      trouble.first.reset();
      trouble.nextConnection();
      Connection third = trouble.nextConnection();
      trouble.await(LiveEvent.Resumed.class);

      third.reset();

      Connection fourth = trouble.nextConnection();
      assertThat(fourth.setup().path("sessionResumption").toString()).isEqualTo("{}");
      assertThat(trouble.await(LiveEvent.Resumed.class).report().stateRestored())
          .isFalse();
    }
  }

  @Test
  void theServicesFailureAtAHandleIsTriedTwiceThenTheSessionIsFresh() {
    try (Trouble trouble = Trouble.open()) {
      Scenario failing = Scenario.closeBeforeSetupComplete(1011, "Internal error encountered.");
      trouble.server.script(failing, failing);
      trouble.first.reset();

      assertThat(trouble.redialExactly(1).delay()).isEqualTo(Duration.ofMillis(250));
      assertThat(trouble.redialExactly(2).delay()).isEqualTo(Duration.ofMillis(375));
      assertThat(trouble.redialExactly(3).delay()).isEqualTo(Duration.ZERO);
      RecoveryReport report = trouble.await(LiveEvent.Resumed.class).report();

      assertThat(report.stateRestored()).isFalse();
      assertThat(report.attempts()).isEqualTo(3);
      assertThat(handles(trouble)).containsExactly("", trouble.handle, trouble.handle, "");
    }
  }

  @Test
  void aConversationThatBreaksTheServiceTwiceAtOnceIsNotRestoredAgain() {
    try (Trouble trouble = Trouble.open()) {
      trouble.first.reset();
      for (int i = 0; i < 2; i++) {
        Connection resumed = trouble.nextConnection();
        assertThat(trouble.await(LiveEvent.Resumed.class).report().stateRestored())
            .isTrue();
        trouble.time.advance(Duration.ofMillis(9_000));
        resumed.close(1011, "Internal error encountered.");
      }

      trouble.nextConnection();

      assertThat(trouble.await(LiveEvent.Resumed.class).report().stateRestored())
          .isFalse();
      assertThat(handles(trouble)).containsExactly("", trouble.handle, trouble.handle, "");
    }
  }

  @Test
  void aRefusalByPolicyIsResumedOnceUntilAConnectionWasStable() {
    try (Trouble trouble = Trouble.open()) {
      trouble.first.close(1008, "Operation is not implemented.");
      Connection second = trouble.nextConnection();
      trouble.await(LiveEvent.Resumed.class);
      trouble.time.advance(Duration.ofSeconds(10));
      second.close(1008, "Operation is not implemented.");
      Connection third = trouble.nextConnection();
      trouble.await(LiveEvent.Resumed.class);
      trouble.time.advance(Duration.ofSeconds(10).minus(TICK));

      third.close(1008, "Operation is not implemented.");

      assertThat(trouble.end().kind()).isEqualTo(FailureKind.POLICY);
      assertThat(trouble.server.upgrades()).hasSize(3);
    }
  }

  @Test
  void aSetupThatIsNotAnsweredIsGivenUpAfterFifteenSeconds() {
    try (Trouble trouble = Trouble.open()) {
      trouble.server.script(Scenario.neverCompleteSetup());
      trouble.first.reset();
      trouble.nextConnection().setup();

      trouble.time.advance(Duration.ofSeconds(15).minus(TICK));
      assertThat(trouble.session.state()).isEqualTo(SessionState.RESUMING);
      trouble.time.advance(TICK);

      LiveEvent.Reconnecting told = trouble.redialExactly(2);
      assertThat(told.failure())
          .isEqualTo(new CloseInfo(
              CloseInfo.By.LIBRARY,
              1006,
              "no answer to the setup within 15000 ms",
              FailureKind.TIMEOUT,
              true));
      assertThat(trouble.await(LiveEvent.Resumed.class).report().stateRestored())
          .isTrue();
    }
  }

  @Test
  void aConnectionOnWhichNothingArrivesFor45SecondsIsLost() {
    try (Trouble trouble = Trouble.open()) {
      trouble.first.stall();

      trouble.time.advance(Duration.ofSeconds(45).minus(TICK));
      assertThat(trouble.session.state()).isEqualTo(SessionState.OPEN);
      trouble.time.advance(TICK);
      // A service that still holds the old connection would refuse to resume.
      trouble.first.resume();
      trouble.first.awaitClosed();

      CloseInfo failure = trouble.redialExactly(1).failure();
      assertThat(failure).isNotNull();
      assertThat(failure.kind()).isEqualTo(FailureKind.CONNECTION_LOST);
      assertThat(failure.by()).isEqualTo(CloseInfo.By.LIBRARY);
      assertThat(failure.reason()).contains("45000 ms");
      assertThat(trouble.await(LiveEvent.Resumed.class).report().stateRestored())
          .isTrue();
    }
  }

  @Test
  void aConnectionThatDoesNotTakeAMessageForTenSecondsIsLost() {
    int large = 24 << 20;
    try (Trouble trouble =
        Trouble.with().config(config -> config.outgoingLimits(256, 2 * large)).open()) {
      trouble.first.pauseReading();
      CompletableFuture<Void> sent = trouble.session.sendText("x".repeat(large));

      trouble.time.advance(Duration.ofSeconds(10).minus(TICK));
      assertThat(trouble.session.state()).isEqualTo(SessionState.OPEN);
      trouble.time.advance(TICK);
      // A service that still holds the old connection would refuse to resume.
      trouble.first.resume();
      trouble.first.awaitClosed();

      CloseInfo failure = trouble.redialExactly(1).failure();
      assertThat(failure).isNotNull();
      assertThat(failure.kind()).isEqualTo(FailureKind.CONNECTION_LOST);
      assertThat(failure.by()).isEqualTo(CloseInfo.By.LIBRARY);
      assertThat(failure.reason()).contains("10000 ms");
      RecoveryReport report = trouble.await(LiveEvent.Resumed.class).report();
      assertThat(report.stateRestored()).isTrue();
      assertThat(report.sentLate()).isEqualTo(1);
      Talk.get(sent);
    }
  }

  @Test
  void aServiceThatIsNotThereIsDialledAgain() {
    try (Trouble trouble = Trouble.with().policy(policy -> policy.attempts(2)).open()) {
      trouble.first.reset();
      LiveEvent.Reconnecting lost = trouble.await(LiveEvent.Reconnecting.class);
      trouble.server.close();
      trouble.time.advance(lost.delay());

      CloseInfo failure = trouble.redial().failure();
      assertThat(failure).isNotNull();
      assertThat(failure.kind()).isEqualTo(FailureKind.UNREACHABLE);
      assertThat(failure.by()).isEqualTo(CloseInfo.By.NETWORK);
      assertThat(trouble.end().reason()).contains("2 attempts", "UNREACHABLE");
    }
  }

  @Test
  void credentialsAreAskedForAtEveryDialAndRefusedOnesEndTheSession() {
    AtomicInteger asked = new AtomicInteger();
    Trouble.Setting setting = Trouble.with()
        .config(config -> config.credentials(
            Credentials.apiKey(() -> "test-api-key-" + asked.incrementAndGet())));
    try (Trouble trouble = setting.open()) {
      trouble.server.script(BUSY);
      trouble.first.reset();
      trouble.redialExactly(1);
      Connection second = trouble.nextConnection();
      trouble.await(LiveEvent.Resumed.class);
      trouble.server.script(Scenario.refuseUpgrade(401, Map.of(), "test-api-key-4 is revoked"));
      second.reset();
      trouble.redial();

      CloseInfo end = trouble.end();

      assertThat(end.kind()).isEqualTo(FailureKind.AUTH);
      assertThat(end.reason()).contains("401").doesNotContain("test-api-key-4");
      assertThat(trouble.server.upgrades())
          .extracting(upgrade -> upgrade.header("x-goog-api-key"))
          .containsExactly("test-api-key-1", "test-api-key-2", "test-api-key-3", "test-api-key-4");
    }
  }

  @Test
  void aSourceOfCredentialsThatFailsEndsTheSession() {
    AtomicInteger asked = new AtomicInteger();
    Trouble.Setting setting = Trouble.with()
        .config(config -> config.credentials(Credentials.apiKey(() -> {
          if (asked.incrementAndGet() > 1) {
            throw new IllegalStateException("the vault of test-api-key is locked");
          }
          return "test-api-key";
        })));
    try (Trouble trouble = setting.open()) {
      trouble.first.reset();
      trouble.redial();

      CloseInfo end = trouble.end();

      assertThat(end.kind()).isEqualTo(FailureKind.CONFIG);
      assertThat(end.by()).isEqualTo(CloseInfo.By.LIBRARY);
      assertThat(end.reason()).contains("credentials").doesNotContain("vault", "test-api-key");
      assertThat(trouble.server.upgrades()).hasSize(1);
    }
  }

  @Test
  void tenUnreadableMessagesInARowEndTheSession() {
    try (Trouble trouble = Trouble.open()) {
      for (int i = 0; i < 10; i++) {
        assertThat(trouble.session.state()).isEqualTo(SessionState.OPEN);
        trouble.first.sendText("no JSON");
      }

      CloseInfo end = trouble.end();

      assertThat(end.kind()).isEqualTo(FailureKind.PROTOCOL);
      assertThat(end.by()).isEqualTo(CloseInfo.By.LIBRARY);
      assertThat(trouble.server.upgrades()).hasSize(1);
    }
  }

  @Test
  void aMessageThatIsTooLargeEndsTheSession() {
    try (Trouble trouble =
        Trouble.with().config(config -> config.incomingMessageLimit(4_096)).open()) {
      trouble.first.sendText("{\"x\":\"" + "x".repeat(5_000) + "\"}");

      assertThat(trouble.end().kind()).isEqualTo(FailureKind.MESSAGE_TOO_LARGE);
      assertThat(trouble.server.upgrades()).hasSize(1);
    }
  }

  @Test
  void withoutResumptionALossIsTheEnd() {
    try (LiveServer server = LiveServer.builder()
        .rules(false)
        .scenario(Scenario.create().acceptSetup())
        .start()) {
      LiveConfig config = LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
          .endpoint(Endpoint.developer().at(server.baseUri()))
          .apiKey(server.apiKey())
          .resumption(false)
          .build();
      try (LiveSession session = LiveClient.builder().build().open(config)) {
        server.nextConnection().reset();

        assertThat(Talk.get(session.closed()).kind()).isEqualTo(FailureKind.CONNECTION_LOST);
        assertThat(server.upgrades()).hasSize(1);
      }
    }
  }

  @Test
  void aHandleOfTheConfigurationThatIsRefusedLeadsToOneFreshSession() {
    try (LiveServer server = LiveServer.start()) {
      server.script(Scenario.closeBeforeSetupComplete(1008, "session not found"));
      server.expectViolation();
      try (LiveSession session = LiveClient.builder().build().open(stale(server))) {
        assertThat(session.state()).isEqualTo(SessionState.OPEN);
      }
      assertThat(server.connections()).hasSize(2);
      assertThat(server.connections().get(1).setup().path("sessionResumption").toString())
          .isEqualTo("{}");
    }
  }

  @Test
  void aFreshSessionThatIsRefusedTooIsTheEndOfTheDial() {
    try (LiveServer server = LiveServer.start()) {
      Scenario refusing = Scenario.closeBeforeSetupComplete(1007, "invalid argument");
      server.script(refusing, refusing, refusing);

      LiveSetupRefusedException refused = catchThrowableOfType(
          LiveSetupRefusedException.class,
          () -> LiveClient.builder().build().open(stale(server)).close());

      assertThat(refused.kind()).isEqualTo(FailureKind.INVALID_REQUEST);
      assertThat(refused.closeCode()).isEqualTo(1007);
      assertThat(server.connections()).hasSize(2);
    }
  }

  private static LiveConfig stale(LiveServer server) {
    return LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
        .endpoint(Endpoint.developer().at(server.baseUri()))
        .apiKey(server.apiKey())
        .resumeFrom("stale-handle")
        .build();
  }

  /** The handles of all setups so far; empty where there was none. */
  private static List<String> handles(Trouble trouble) {
    return trouble.server.connections().stream()
        .map(connection -> connection.setup().at("/sessionResumption/handle").asText())
        .toList();
  }
}
