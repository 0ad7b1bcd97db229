package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.WireMock;
import com.github.tomakehurst.wiremock.core.WireMockConfiguration;
import io.github.geminilive.protocol.ThinkingConfig;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Scenario;
import io.github.geminilive.testkit.VirtualTime;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Every way in which a dial fails without an HTTP answer: type, kind, code, advice. */
class DialFailureTest {

  private static final Duration SHORT = Duration.ofMillis(300);

  private final LiveServer server = LiveServer.start();

  @AfterEach
  void stop() {
    server.close();
  }

  // Before the WebSocket.

  @Test
  void aPortWhereNobodyListens() throws Exception {
    try (Socket held = new Socket()) {
      // Bound, and not listening: nobody else can come to listen there.
      held.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      int port = held.getLocalPort();

      LiveUnreachableException e =
          unreachable(Dials.to(URI.create("ws://127.0.0.1:" + port)).build());

      assertThat(e.kind()).isEqualTo(FailureKind.UNREACHABLE);
      assertThat(e.retryable()).isTrue();
      assertThat(e.host()).isEqualTo("127.0.0.1");
      assertThat(e).hasMessageContainingAll("127.0.0.1, port " + port, "proxy").hasNoCause();
    }
  }

  @Test
  void aNameThatDoesNotResolve() {
    LiveUnreachableException e = unreachable(Dials.to(URI.create("wss://no-such-host.invalid"))
        // Some resolvers take their time to say no.
        .connectTimeout(Duration.ofMinutes(1))
        .build());

    assertThat(e.kind()).isEqualTo(FailureKind.UNREACHABLE);
    assertThat(e.retryable()).isTrue();
    assertThat(e.host()).isEqualTo("no-such-host.invalid");
    assertThat(e).hasMessageContainingAll("no-such-host.invalid does not resolve", "address");
  }

  @Test
  void aCertificateNobodyTrusts() {
    WireMockServer service = new WireMockServer(WireMockConfiguration.wireMockConfig()
        .dynamicPort()
        .dynamicHttpsPort()
        .bindAddress("127.0.0.1"));
    service.start();
    try {
      LiveUnreachableException e = unreachable(
          Dials.to(URI.create("wss://127.0.0.1:" + service.httpsPort())).build());

      assertThat(e.kind()).isEqualTo(FailureKind.TLS);
      assertThat(e.retryable()).isFalse();
      assertThat(e).hasMessageContainingAll("TLS handshake with 127.0.0.1", "trust store");
      service.verify(0, WireMock.anyRequestedFor(WireMock.anyUrl()));
    } finally {
      service.stop();
    }
  }

  @Test
  void tlsToAPeerThatSpeaksNone() {
    URI base = URI.create("wss://127.0.0.1:" + server.baseUri().getPort());

    LiveUnreachableException e = unreachable(Dials.to(base).build());

    assertThat(e.kind()).isIn(FailureKind.TLS, FailureKind.CONNECTION_LOST);
    assertThat(e).hasMessageContaining("127.0.0.1");
  }

  @ParameterizedTest
  @CsvSource({"CLOSE", "RESET"})
  void aPeerThatHangsUpInsteadOfAnswering(RawPeer.Then then) throws Exception {
    try (RawPeer peer = RawPeer.answering("", then)) {
      LiveUnreachableException e = unreachable(Dials.to(peer.baseUri()).build());

      assertThat(e.kind()).isEqualTo(FailureKind.CONNECTION_LOST);
      assertThat(e.retryable()).isTrue();
      assertThat(e)
          .hasMessageContainingAll("127.0.0.1 broke during the WebSocket handshake", "try again");
    }
  }

  @Test
  void aPeerThatHangsUpInTheMiddleOfItsAnswer() throws Exception {
    try (RawPeer peer = RawPeer.answering("HTTP/1.1 101 Swit", RawPeer.Then.CLOSE)) {
      assertThat(unreachable(Dials.to(peer.baseUri()).build()).kind())
          .isEqualTo(FailureKind.CONNECTION_LOST);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 abc\r\n\r\n"})
  void aPeerThatDoesNotSpeakHttp(String answer) throws Exception {
    try (RawPeer peer = RawPeer.answering(answer, RawPeer.Then.STAY)) {
      LiveUnreachableException e = unreachable(Dials.to(peer.baseUri()).build());

      assertThat(e.kind()).isEqualTo(FailureKind.PROTOCOL);
      assertThat(e.retryable()).isFalse();
      assertThat(e).hasMessageContainingAll("127.0.0.1", "Live API endpoint");
    }
  }

  @Test
  void theSimulatedServiceAnswersWithGarbage() {
    server.script(Scenario.answerUpgradeWith("\u0000\u0001\u0002 not HTTP\r\n\r\n"));

    assertThat(unreachable(Dials.to(server.baseUri()).build()).kind())
        .isEqualTo(FailureKind.PROTOCOL);
  }

  @Test
  void anUpgradeThatIsNeverAnswered() {
    server.script(Scenario.neverAnswerUpgrade());

    LiveTimeoutException e = Dials.failure(
        Dials.to(server.baseUri()).connectTimeout(SHORT).build(), LiveTimeoutException.class);

    assertThat(e.kind()).isEqualTo(FailureKind.TIMEOUT);
    assertThat(e.retryable()).isTrue();
    assertThat(e.awaited()).isEqualTo("the WebSocket handshake");
    assertThat(e.waited()).isEqualTo(SHORT);
    assertThat(e).hasMessageContainingAll("127.0.0.1", "300 ms", "proxy");
  }

  // Between the WebSocket and setupComplete.

  @Test
  void aSetupThatIsNeverAnswered() {
    server.script(Scenario.neverCompleteSetup());

    LiveTimeoutException e = Dials.failure(
        Dials.to(server.baseUri()).setupTimeout(SHORT).build(), LiveTimeoutException.class);

    assertThat(e.kind()).isEqualTo(FailureKind.TIMEOUT);
    assertThat(e.retryable()).isTrue();
    assertThat(e.awaited()).isEqualTo("setupComplete");
    assertThat(e.waited()).isEqualTo(SHORT);
    assertThat(e).hasMessageContainingAll("did not answer the setup", "300 ms");
    server.nextConnection().awaitClosed();
  }

  @Test
  void theSetupTimeoutIsMeasuredByTheClientsOwnClock() throws Exception {
    server.script(Scenario.neverCompleteSetup());
    VirtualTime time = new VirtualTime();
    LiveClient client =
        LiveClient.builder().scheduler(time).nanoTime(time.nanoTime()).build();

    CompletableFuture<LiveSession> opening = client.openAsync(Dials.to(server.baseUri())
        .connectTimeout(Duration.ofMinutes(5))
        .setupTimeout(Duration.ofMinutes(1))
        .build());
    Connection connection = server.nextConnection();
    connection.setup();
    time.advance(Duration.ofSeconds(59));
    assertThat(opening).isNotDone();
    assertThat(connection.isOpen()).isTrue();
    time.advance(Duration.ofSeconds(2));

    assertThat(opening)
        .failsWithin(Dials.PATIENCE)
        .withThrowableThat()
        .havingCause()
        .isInstanceOf(LiveTimeoutException.class)
        .withMessageContaining("60000 ms");
    connection.awaitClosed();
    assertThat(time.pending()).isZero();
  }

  @Test
  void theConnectTimeoutIsMeasuredByTheClientsOwnClock() throws Exception {
    VirtualTime time = new VirtualTime();
    LiveClient client =
        LiveClient.builder().scheduler(time).nanoTime(time.nanoTime()).build();
    try (RawPeer peer = RawPeer.answering("", RawPeer.Then.STAY)) {
      CompletableFuture<LiveSession> opening = client.openAsync(
          Dials.to(peer.baseUri()).connectTimeout(Duration.ofMinutes(1)).build());
      peer.firstTaken().get(30, TimeUnit.SECONDS);
      Talk.awaitTrue(() -> time.pending() > 0, "the timer runs");
      time.advance(Duration.ofMinutes(1));

      assertThat(opening)
          .failsWithin(Dials.PATIENCE)
          .withThrowableThat()
          .havingCause()
          .isInstanceOf(LiveTimeoutException.class);
      assertThat(time.pending()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
          1000 | OK                                                  | CONNECTION_LOST | try again
          1001 | going away                                          | CONNECTION_LOST | try again
          1007 | Request contains an invalid argument.               | INVALID_REQUEST | check()
          1007 | Precondition check failed.                          | INVALID_REQUEST | check()
          1007 | User location is not supported for the API use.     | INVALID_REQUEST | region
          1007 | Cannot extract voices from a non-audio request.     | INVALID_REQUEST | check()
          1007 | Thinking level must be specified                    | INVALID_REQUEST | check()
          1007 | API key not valid. Please pass a valid API key.     | AUTH            | key or
          1007 | Invalid JSON payload received. Unknown name "x"     | INVALID_REQUEST | check()
          1008 | models/x is not found for API version v1beta        | NOT_FOUND       | model id
          1008 | Publisher Model `projects/p` was not found          | NOT_FOUND       | model id
          1008 | BidiGenerateContent session not found               | NOT_FOUND       | without
          1008 | Operation is not implemented, or supported          | POLICY          | not allow
          1008 | Method doesn't allow unregistered callers           | AUTH            | key or
          1008 | You exceeded your current quota                     | QUOTA           | quota
          1011 | Internal error encountered.                         | SERVER          | try again
          1011 | The service is currently unavailable.               | SERVER          | try again
          1011 | Deadline expired before operation could complete.   | SERVER          | try again
          1011 | You exceeded your current quota, please check       | QUOTA           | quota
          4000 | something private                                   | PROTOCOL        | endpoint
          """)
  void aSetupThatIsRefused(int code, String reason, FailureKind kind, String advice) {
    server.script(Scenario.closeBeforeSetupComplete(code, reason));

    LiveSetupRefusedException e = refused();

    assertThat(e.kind()).isEqualTo(kind);
    assertThat(e.closeCode()).isEqualTo(code);
    assertThat(e.reason()).isEqualTo(reason);
    assertThat(e.retryable()).isEqualTo(kind.retryable());
    assertThat(e.info())
        .isEqualTo(new CloseInfo(CloseInfo.By.SERVER, code, reason, kind, kind.retryable()));
    assertThat(e)
        .hasMessageContainingAll("gemini-3.8-live", "code " + code, reason, advice)
        .hasNoCause();
    server.nextConnection().awaitClosed();
  }

  @Test
  void aRefusalWithoutCode() {
    server.script(Scenario.create().awaitMessages(1).then(Connection::closeWithoutCode));

    LiveSetupRefusedException e = refused();

    assertThat(e.closeCode()).isEqualTo(1005);
    assertThat(e.kind()).isEqualTo(FailureKind.CONNECTION_LOST);
    assertThat(e.reason()).isEmpty();
  }

  @Test
  void aSocketThatEndsBeforeSetupComplete() {
    LiveConfig config =
        Dials.to(server.baseUri()).setupTimeout(Duration.ofSeconds(1)).build();
    Throwable thrown = null;
    // The JDK overlooks about one in a hundred ends of stream that follow a write at once; then
    // it is the timeout that ends the dial.
    for (int i = 0; i < 5 && !(thrown instanceof LiveSetupRefusedException); i++) {
      server.script(Scenario.create().awaitMessages(1).drop());
      thrown = catchThrowable(() -> LiveClient.connect(config));
    }

    assertThat(thrown).isInstanceOf(LiveSetupRefusedException.class);
    assertLost((LiveSetupRefusedException) thrown);
  }

  @Test
  void aSocketThatIsResetBeforeSetupComplete() {
    server.script(Scenario.create().awaitMessages(1).reset());

    assertLost(refused());
  }

  @Test
  void aSocketThatIsResetBeforeTheSetupIsRead() {
    server.script(Scenario.create().pauseReading().reset());

    assertLost(refused());
  }

  private static void assertLost(LiveSetupRefusedException e) {
    assertThat(e.kind()).isEqualTo(FailureKind.CONNECTION_LOST);
    assertThat(e.closeCode()).isEqualTo(1006);
    assertThat(e.info().by()).isEqualTo(CloseInfo.By.NETWORK);
    assertThat(e.retryable()).isTrue();
    assertThat(e).hasMessageContaining("connection was lost");
  }

  @ParameterizedTest
  @CsvSource({
    "401, AUTH",
    "403, AUTH",
    "404, NOT_FOUND",
    "400, INVALID_REQUEST",
    "429, QUOTA",
    "503, SERVER",
  })
  void anErrorMessageInsteadOfSetupComplete(int code, FailureKind kind) {
    server.script(Scenario.create()
        .awaitMessages(1)
        .send("{\"error\":{\"code\":" + code + ",\"message\":\"so it is\",\"status\":\"X\"}}"));

    LiveSetupRefusedException e = refused();

    assertThat(e.kind()).isEqualTo(kind);
    assertThat(e.retryable()).isEqualTo(kind.retryable());
    assertThat(e.info().by()).isEqualTo(CloseInfo.By.SERVER);
    assertThat(e.reason()).contains(String.valueOf(code), "so it is");
    server.nextConnection().awaitClosed();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"setupComplete\": false}",
        "{\"setupComplete\": \"yes\"}",
        "{\"setupComplete\": [{}]}",
        "{\"setupComplete\": null}",
        "{\"setupcomplete\": {}}",
        "{}",
        "[]",
        "not JSON",
      })
  void whatIsNoSetupCompleteDoesNotOpen(String answer) {
    server.script(Scenario.create().awaitMessages(1).sendText(answer));

    LiveTimeoutException e = Dials.failure(
        Dials.to(server.baseUri()).setupTimeout(SHORT).build(), LiveTimeoutException.class);

    assertThat(e.awaited()).isEqualTo("setupComplete");
  }

  @Test
  void manyUnreadableMessagesEndTheDial() {
    Scenario scenario = Scenario.create().awaitMessages(1);
    for (int i = 0; i < 10; i++) {
      scenario = scenario.sendNotJson();
    }
    server.script(scenario);

    LiveSetupRefusedException e = refused();

    assertThat(e.kind()).isEqualTo(FailureKind.PROTOCOL);
    assertThat(e.info().by()).isEqualTo(CloseInfo.By.LIBRARY);
  }

  @Test
  void aMessageBeyondTheLimitEndsTheDial() {
    server.script(Scenario.create().awaitMessages(1).sendHuge(5000));

    LiveSetupRefusedException e = Dials.failure(
        Dials.to(server.baseUri()).incomingMessageLimit(4096).build(),
        LiveSetupRefusedException.class);

    assertThat(e.kind()).isEqualTo(FailureKind.MESSAGE_TOO_LARGE);
    assertThat(e).hasMessageContaining("incomingMessageLimit");
  }

  @Test
  void setupCompleteInTheSamePacketAsTheUpgradeOpens() throws Exception {
    for (int i = 0; i < 50; i++) {
      try (RawPeer peer = RawPeer.upgradingAndSending("{\"setupComplete\":{}}")) {
        LiveClient.connectAsync(
                Dials.to(peer.baseUri()).closeTimeout(Duration.ofMillis(10)).build())
            .get(30, TimeUnit.SECONDS)
            .close();
      }
    }
  }

  // Before any packet.

  @Test
  void aSetupTheServiceIsKnownToRefuseIsNotDialled() {
    LiveConfig config = Dials.to(server.baseUri())
        .generation(generation -> generation.thinkingConfig(
            ThinkingConfig.builder().thinkingBudget(100).build()))
        .build();

    LiveConfigException e = Dials.failure(config, LiveConfigException.class);

    assertThat(e.kind()).isEqualTo(FailureKind.CONFIG);
    assertThat(e.retryable()).isFalse();
    assertThat(e.findings())
        .isNotEmpty()
        .allMatch(finding -> finding.severity() == ConfigFinding.Severity.REFUSED);
    assertThat(e).hasMessageContainingAll("gemini-3.8-live", "thinkingConfig", "Fix:");
    assertThat(LiveClient.connectAsync(config))
        .failsWithin(Dials.PATIENCE)
        .withThrowableThat()
        .withCauseInstanceOf(LiveConfigException.class);
    assertThat(server.upgrades()).isEmpty();
  }

  // Giving up.

  @Test
  void cancellingBeforeSetupCompleteEndsTheConnection() throws Exception {
    server.script(Scenario.neverCompleteSetup());
    CompletableFuture<LiveSession> opening =
        LiveClient.connectAsync(Dials.to(server.baseUri()).build());
    Connection connection = server.nextConnection();
    connection.setup();

    assertThat(opening.cancel(true)).isTrue();

    connection.awaitClosed();
    assertThatThrownBy(opening::join).isInstanceOf(CancellationException.class);
  }

  @Test
  void cancellingBeforeTheUpgradeIsAnsweredEndsTheConnectionOnceItIs() throws Exception {
    CompletableFuture<Void> answer = new CompletableFuture<>();
    try (RawPeer peer = RawPeer.answering(
        request -> {
          answer.join();
          return RawPeer.upgrade(request);
        },
        RawPeer.Then.STAY)) {
      CompletableFuture<LiveSession> opening =
          LiveClient.connectAsync(Dials.to(peer.baseUri()).build());
      RawPeer.Taken connection = peer.firstTaken().get(30, TimeUnit.SECONDS);

      opening.cancel(true);
      answer.complete(null);

      assertThat(connection.ended()).succeedsWithin(Dials.PATIENCE);
    }
  }

  @Test
  void cancellingADialThatIsNeverAnsweredEndsTheConnectionWithTheConnectTimeout() throws Exception {
    VirtualTime time = new VirtualTime();
    LiveClient client =
        LiveClient.builder().scheduler(time).nanoTime(time.nanoTime()).build();
    try (RawPeer peer = RawPeer.answering("", RawPeer.Then.STAY)) {
      CompletableFuture<LiveSession> opening =
          client.openAsync(Dials.to(peer.baseUri()).build());
      RawPeer.Taken connection = peer.firstTaken().get(30, TimeUnit.SECONDS);
      Talk.awaitTrue(() -> time.pending() > 0, "the timer runs");

      opening.cancel(true);
      assertThat(opening).isCancelled();
      time.advance(Duration.ofSeconds(10));

      assertThat(connection.ended()).succeedsWithin(Dials.PATIENCE);
    }
  }

  @Test
  void aDialCancelledBeforeItBeganIsNotMade() throws Exception {
    CompletableFuture<Runnable> task = new CompletableFuture<>();
    AtomicBoolean asked = new AtomicBoolean();
    LiveClient client = LiveClient.builder().executor(task::complete).build();
    CompletableFuture<LiveSession> opening = client.openAsync(Dials.to(server.baseUri())
        .credentials(Credentials.apiKey(() -> {
          asked.set(true);
          return Dials.KEY;
        }))
        .build());

    opening.cancel(true);
    task.get(30, TimeUnit.SECONDS).run();

    assertThat(asked).isFalse();
    assertThat(server.upgrades()).isEmpty();
  }

  private LiveSetupRefusedException refused() {
    return Dials.failure(Dials.to(server.baseUri()).build(), LiveSetupRefusedException.class);
  }

  private static LiveUnreachableException unreachable(LiveConfig config) {
    return Dials.failure(config, LiveUnreachableException.class);
  }
}
