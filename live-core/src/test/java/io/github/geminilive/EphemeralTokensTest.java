package io.github.geminilive;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.client.WireMock.okJson;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import com.github.tomakehurst.wiremock.http.RequestMethod;
import com.github.tomakehurst.wiremock.stubbing.ServeEvent;
import com.github.tomakehurst.wiremock.verification.LoggedRequest;
import io.github.geminilive.protocol.ThinkingConfig;
import java.net.Authenticator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The request for a token, and every answer to it: type, kind, advice, no secret. */
class EphemeralTokensTest {

  private static final String NAME = "auth_tokens/s3cret0123456789";
  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00Z");
  private static final Duration SHORT = Duration.ofMillis(300);

  private static final WireMockServer SERVICE = new WireMockServer(
      wireMockConfig().dynamicPort().dynamicHttpsPort().bindAddress("127.0.0.1"));

  @BeforeAll
  static void start() {
    SERVICE.start();
  }

  @AfterAll
  static void stop() {
    SERVICE.stop();
  }

  @BeforeEach
  void forget() {
    SERVICE.resetAll();
    answer(okJson("{\"name\":\"" + NAME + "\"}"));
  }

  // The request.

  @Test
  void theRequestIsAPostWithTheKeyInItsHeader() {
    EphemeralToken token =
        tokens().create(TokenRequest.builder().lifetime(Duration.ofMinutes(2)).build());

    assertThat(token)
        .isEqualTo(new EphemeralToken(NAME, NOW.plusSeconds(120), NOW.plusSeconds(60), 1));
    LoggedRequest request = onlyRequest();
    assertThat(request.getMethod()).isEqualTo(RequestMethod.POST);
    assertThat(request.getUrl()).isEqualTo("/v1beta/auth_tokens");
    assertThat(request.getHeader("x-goog-api-key")).isEqualTo(Dials.KEY);
    assertThat(request.getHeader("Content-Type")).isEqualTo("application/json");
    assertThat(request.containsHeader("Authorization")).isFalse();
    assertThat(request.containsHeader("x-goog-user-project")).isFalse();
    assertThat(request.containsHeader("Upgrade")).isFalse();
    JsonNode body = Talk.json(request.getBodyAsString());
    assertThat(body).isEqualTo(Talk.json("{\"uses\":1,\"expireTime\":\"2026-11-22T12:02:00Z\"}"));
  }

  @Test
  void versionPathAndQuotaProjectAreTheConfigurations() {
    Endpoint endpoint = Endpoint.custom(URI.create(base() + "/gate/")).version("v1alpha");
    Credentials credentials = Credentials.apiKey(Dials.KEY).quotaProject("payer");

    EphemeralTokens.builder(endpoint, credentials)
        .build()
        .create(TokenRequest.builder().build());

    assertThat(onlyRequest().getUrl()).isEqualTo("/gate/v1alpha/auth_tokens");
    assertThat(onlyRequest().getHeader("x-goog-user-project")).isEqualTo("payer");
  }

  @Test
  void theServiceItselfIsAskedOverTls() {
    assertThat(EphemeralTokens.builder(Endpoint.developer(), Credentials.apiKey("key"))
            .build())
        .hasToString(
            "EphemeralTokens[https://generativelanguage.googleapis.com/v1beta/auth_tokens]");
  }

  @Test
  void theKeyIsAskedForEachToken() {
    List<String> keys = List.of("first", "second");
    int[] asked = {0};
    EphemeralTokens tokens = EphemeralTokens.builder(
            Endpoint.custom(base()), Credentials.apiKey(() -> keys.get(asked[0]++)))
        .build();

    tokens.create(TokenRequest.builder().build());
    tokens.createAsync(TokenRequest.builder().build()).join();

    assertThat(SERVICE.getAllServeEvents())
        .extracting(event -> event.getRequest().getHeader("x-goog-api-key"))
        .containsExactlyInAnyOrder("first", "second");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"name\":\"auth_tokens/a\"}",
        "{\n \"name\": \"auth_tokens/a\",\n  \"uses\": 1,\n \"expireTime\":\"soon\", \"x\":[{}]}\n",
      })
  void anAnswerMayHoldMoreThanTheName(String body) {
    answer(okJson(body));

    assertThat(tokens().create(TokenRequest.builder().build()).name()).isEqualTo("auth_tokens/a");
  }

  @Test
  void allMakersShareOneHttpClient() {
    List<EphemeralTokens> makers = new ArrayList<>();
    makers.add(tokens());
    makers.get(0).create(TokenRequest.builder().build());
    long before = httpClients();

    for (int i = 0; i < 10; i++) {
      makers.add(tokens());
      makers.get(makers.size() - 1).create(TokenRequest.builder().build());
    }

    // Clients of other tests may go meanwhile.
    assertThat(httpClients()).isLessThanOrEqualTo(before);
    assertThat(makers).hasSize(11);
  }

  private static long httpClients() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("HttpClient-\\d+-SelectorManager"))
        .count();
  }

  // Answers that are no token.

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
          302 | PROTOCOL        | false | address of a Live API endpoint
          304 | PROTOCOL        | false | address of a Live API endpoint
          400 | INVALID_REQUEST | false | the locked setup, and the clock
          401 | AUTH            | false | key or token
          403 | AUTH            | false | key or token
          404 | NOT_FOUND       | false | make tokens
          407 | INVALID_REQUEST | false | proxy
          409 | INVALID_REQUEST | false | the locked setup
          429 | QUOTA           | true  | quota
          500 | SERVER          | true  | try again
          503 | SERVER          | true  | try again
          """)
  void aStatusHasItsKindAndAdvice(int status, FailureKind kind, boolean retryable, String advice) {
    answer(aResponse().withStatus(status).withBody(status == 304 ? "" : "what went wrong"));

    LiveHandshakeException e = refusal();

    assertThat(e.kind()).isEqualTo(kind);
    assertThat(e.httpStatus()).isEqualTo(status);
    assertThat(e.retryable()).isEqualTo(retryable);
    assertThat(e.retryAfter()).isNull();
    assertThat(e)
        .hasMessageContainingAll(
            "127.0.0.1", "the request for an ephemeral token", "HTTP " + status, advice)
        .hasNoCause();
    if (status != 304) {
      assertThat(e).hasMessageContaining("what went wrong");
      assertThat(e.body()).isEqualTo("what went wrong");
    }
  }

  @ParameterizedTest
  @CsvSource({"429, QUOTA", "503, SERVER"})
  void retryAfterIsPassedOn(int status, FailureKind kind) {
    answer(aResponse().withStatus(status).withHeader("Retry-After", "7"));

    LiveHandshakeException e = refusal();

    assertThat(e.kind()).isEqualTo(kind);
    assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(7));
    assertThat(e).hasMessageContaining("asking to wait 7 s");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "rubbish s3cret0123456789",
        "[]",
        "null",
        "{}",
        "{\"name\":null}",
        "{\"name\":7}",
        "{\"name\":\"s3cret0123456789\"}",
        "{\"name\":\"auth_tokens/s3cret0123456789\\r\\nX: y\"}",
        "{\"name\":\"auth_tokens/s3cret0123456789\"",
        "<html>s3cret0123456789</html>",
      })
  void successWithoutATokenIsAProtocolFailureThatQuotesNothing(String body) {
    answer(aResponse().withStatus(200).withBody(body));

    LiveHandshakeException e = refusal();

    assertThat(e.kind()).isEqualTo(FailureKind.PROTOCOL);
    assertThat(e.httpStatus()).isEqualTo(200);
    assertThat(e.body()).isEmpty();
    assertThat(e).hasMessageContainingAll("HTTP 200", "no token", body.length() + " bytes");
    assertThat(e).hasMessageNotContaining("s3cret");
  }

  @Test
  void aLongAnswerIsCutOff() {
    answer(aResponse().withStatus(200).withBody("{\"name\":\"" + "x".repeat(1 << 20)));

    assertThat(refusal()).hasMessageContaining((64 << 10) + " bytes");
  }

  @Test
  void theServicesWordsAreCutAndTheKeyIsMasked() {
    answer(aResponse()
        .withStatus(403)
        .withBody("no access for " + Dials.KEY + ", use " + NAME + " " + "x".repeat(200_000)));

    LiveHandshakeException e = refusal();

    assertThat(e.body()).startsWith("no access for ***, use auth_tokens/*** xxx");
    assertThat(e.body()).hasSizeLessThanOrEqualTo(301);
    assertThat(e.getMessage()).hasSizeLessThan(800);
  }

  @Test
  void redirectsAreNotFollowed() {
    answer(aResponse().withStatus(307).withHeader("Location", base() + "/elsewhere"));

    assertThat(refusal().httpStatus()).isEqualTo(307);
    assertThat(SERVICE.getAllServeEvents()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(value = HttpClient.Redirect.class, mode = EnumSource.Mode.EXCLUDE, names = "NEVER")
  void anHttpClientThatFollowsRedirectsIsRefused(HttpClient.Redirect redirect) {
    HttpClient client = HttpClient.newBuilder().followRedirects(redirect).build();

    assertThatIllegalArgumentException()
        .isThrownBy(() -> builder().httpClient(client))
        .withMessageContaining("Redirect.NEVER");
  }

  @Test
  void aChallengeIsKnownEvenWhereTheAuthenticatorStumbles() {
    answer(aResponse().withStatus(401));
    HttpClient client =
        HttpClient.newBuilder().authenticator(new Authenticator() {}).build();

    LiveHandshakeException e =
        failure(builder().httpClient(client).build(), LiveHandshakeException.class);

    assertThat(e.kind()).isEqualTo(FailureKind.AUTH);
  }

  // No answer.

  @Test
  void aPortWhereNobodyListens() throws Exception {
    try (Socket held = new Socket()) {
      // Bound, and not listening: nobody else can come to listen there.
      held.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      int port = held.getLocalPort();

      LiveUnreachableException e =
          failure(at(URI.create("http://127.0.0.1:" + port)), LiveUnreachableException.class);

      assertThat(e.kind()).isEqualTo(FailureKind.UNREACHABLE);
      assertThat(e).hasMessageContaining("127.0.0.1, port " + port).hasNoCause();
    }
  }

  @Test
  void aNameThatDoesNotResolve() {
    LiveUnreachableException e = failure(
        EphemeralTokens.builder(
                Endpoint.custom(URI.create("https://no-such-host.invalid")),
                Credentials.apiKey(Dials.KEY))
            // Some resolvers take their time to say no.
            .timeout(Duration.ofMinutes(1))
            .build(),
        LiveUnreachableException.class);

    assertThat(e.kind()).isEqualTo(FailureKind.UNREACHABLE);
    assertThat(e.host()).isEqualTo("no-such-host.invalid");
  }

  @Test
  void aCertificateNobodyTrusts() {
    LiveUnreachableException e = failure(
        at(URI.create("https://127.0.0.1:" + SERVICE.httpsPort())), LiveUnreachableException.class);

    assertThat(e.kind()).isEqualTo(FailureKind.TLS);
    assertThat(e.retryable()).isFalse();
    assertThat(SERVICE.getAllServeEvents()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(
      value = RawPeer.Then.class,
      names = {"CLOSE", "RESET"})
  void aPeerThatHangsUp(RawPeer.Then then) throws Exception {
    try (RawPeer peer = RawPeer.answering("", then)) {
      LiveUnreachableException e = failure(at(peer.baseUri()), LiveUnreachableException.class);

      assertThat(e.kind()).isEqualTo(FailureKind.CONNECTION_LOST);
      assertThat(e).hasMessageContaining("during the request for an ephemeral token");
    }
  }

  @Test
  void aPeerThatDoesNotSpeakHttp() throws Exception {
    try (RawPeer peer = RawPeer.answering("SSH-2.0-OpenSSH_9.2\r\n", RawPeer.Then.STAY)) {
      assertThat(failure(at(peer.baseUri()), LiveUnreachableException.class).kind())
          .isEqualTo(FailureKind.PROTOCOL);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{\"name\":",
        "HTTP/1.1 503 Service Unavailable\r\n\r\nplease wai",
      })
  void aPeerThatIsSilentAtAnyPointIsGivenUp(String answer) throws Exception {
    try (RawPeer peer = RawPeer.answering(answer, RawPeer.Then.STAY)) {
      EphemeralTokens service = EphemeralTokens.builder(
              Endpoint.custom(peer.baseUri()), Credentials.apiKey(Dials.KEY))
          .timeout(SHORT)
          .build();
      LiveTimeoutException e = failure(service, LiveTimeoutException.class);
      // Where a machine is busy the time may be over before the peer was reached.
      for (int i = 0; i < 20 && !peer.firstTaken().isDone(); i++) {
        e = failure(service, LiveTimeoutException.class);
      }

      assertThat(e.awaited()).isEqualTo("the request for an ephemeral token");
      assertThat(e.waited()).isEqualTo(SHORT);
      assertThat(e).hasMessageContaining("within 300 ms");
      assertThat(peer.firstTaken().get(30, TimeUnit.SECONDS).ended())
          .succeedsWithin(Dials.PATIENCE);
    }
  }

  // Before any packet.

  @Test
  void vertexHasNone() {
    LiveConfig config = LiveConfig.builder("gemini-3.8-live")
        .endpoint(Endpoint.vertex("p", "global").at(base()))
        .credentials(Credentials.accessToken(() -> "ya29.x"))
        .build();

    assertThatThrownBy(() -> EphemeralTokens.of(config))
        .isInstanceOfSatisfying(
            LiveConfigException.class, e -> assertThat(e.kind()).isEqualTo(FailureKind.CONFIG))
        .hasMessageContainingAll(
            "Vertex AI has no ephemeral tokens", "relay", "LiveRelay", "Developer API");
    assertThatThrownBy(
            () -> EphemeralTokens.builder(Endpoint.vertexExpress(), Credentials.apiKey("key"))
                .build())
        .isInstanceOf(LiveConfigException.class)
        .hasMessageContaining("Vertex AI has no ephemeral tokens");
  }

  @Test
  void credentialsThatCannotMakeTokensAreRefused() {
    assertThatThrownBy(() -> EphemeralTokens.builder(
                Endpoint.custom(base()), Credentials.accessToken(() -> "ya29.x"))
            .build())
        .isInstanceOf(LiveConfigException.class)
        .hasMessageContaining("Credentials.apiKey");
    EphemeralTokens withToken = EphemeralTokens.builder(
            Endpoint.custom(base()), Credentials.ephemeralToken(NAME))
        .build();
    assertThat(failure(withToken, LiveConfigException.class))
        .hasMessageContaining("cannot make others");
    assertThat(SERVICE.getAllServeEvents()).isEmpty();
  }

  @Test
  void anAddressOfOneMethodIsNoBase() {
    Endpoint exact = Endpoint.developer().exactly(URI.create(base() + "/ws"));

    assertThatThrownBy(
            () -> EphemeralTokens.builder(exact, Credentials.apiKey("key")).build())
        .isInstanceOf(LiveConfigException.class)
        .hasMessageContaining("Endpoint.custom(base)");
  }

  @Test
  void plainHttpGoesToLoopbackOnly() {
    Endpoint plain = Endpoint.custom(URI.create("http://192.0.2.1"));

    assertThatThrownBy(
            () -> EphemeralTokens.builder(plain, Credentials.apiKey("key")).build())
        .isInstanceOf(LiveConfigException.class)
        .hasMessageContainingAll("Use wss", "allowInsecure");
    assertThat(EphemeralTokens.builder(plain.allowInsecure(), Credentials.apiKey("key"))
            .build())
        .hasToString("EphemeralTokens[http://192.0.2.1/v1beta/auth_tokens]");
  }

  @Test
  void aLockThatNoSessionCouldBeOpenedWithIsRefused() {
    LiveConfig vertex = LiveConfig.builder("gemini-3.8-live")
        .endpoint(Endpoint.vertex("p", "global"))
        .build();
    LiveConfig tuned = LiveConfig.builder("tunedModels/mine").build();
    LiveConfig thinking = LiveConfig.builder("gemini-3.8-live")
        .generation(generation -> generation.thinkingConfig(
            ThinkingConfig.builder().thinkingBudget(100).build()))
        .build();

    assertThat(lockFailure(vertex)).hasMessageContaining("without Endpoint.vertex");
    assertThat(lockFailure(tuned)).hasMessageContainingAll("tunedModels/mine", "base model");
    assertThat(lockFailure(thinking).findings()).isNotEmpty();
    assertThat(SERVICE.getAllServeEvents()).isEmpty();
  }

  private static LiveConfigException lockFailure(LiveConfig config) {
    return catchThrowableOfType(
        LiveConfigException.class,
        () -> tokens().create(TokenRequest.builder().lock(config).build()));
  }

  @Test
  void whatTheKeysSourceThrowsIsPassedOn() {
    IllegalStateException failure = new IllegalStateException("vault is away");
    EphemeralTokens tokens = EphemeralTokens.builder(
            Endpoint.custom(base()), Credentials.apiKey(() -> {
              throw failure;
            }))
        .build();

    assertThatThrownBy(() -> tokens.create(TokenRequest.builder().build())).isSameAs(failure);
    assertThat(tokens.createAsync(TokenRequest.builder().build()))
        .failsWithin(Dials.PATIENCE)
        .withThrowableThat()
        .withCause(failure);
  }

  @Test
  void timeoutsArePositive() {
    assertThatIllegalArgumentException().isThrownBy(() -> builder().timeout(Duration.ZERO));
  }

  // The future, and giving up.

  @Test
  void theFutureCompletesOnTheExecutor() throws Exception {
    CompletableFuture<Void> attached = new CompletableFuture<>();
    byte[] answer = ("HTTP/1.1 200 OK\r\nContent-Length: 24\r\n\r\n{\"name\":\"auth_tokens/a\"}")
        .getBytes(StandardCharsets.ISO_8859_1);
    try (RawPeer peer = RawPeer.answering(
        request -> {
          attached.join();
          return answer;
        },
        RawPeer.Then.STAY)) {
      CompletableFuture<String> thread = EphemeralTokens.builder(
              Endpoint.custom(peer.baseUri()), Credentials.apiKey(Dials.KEY))
          .executor(task -> new Thread(task, "my-own").start())
          .build()
          .createAsync(TokenRequest.builder().build())
          .thenApply(token -> Thread.currentThread().getName());
      attached.complete(null);

      assertThat(thread.get(30, TimeUnit.SECONDS)).isEqualTo("my-own");
    }
  }

  @Test
  void theFutureFailsAsTheCallDoes() {
    answer(aResponse().withStatus(403));

    assertThat(tokens().createAsync(TokenRequest.builder().build()))
        .failsWithin(Dials.PATIENCE)
        .withThrowableThat()
        .withCauseInstanceOf(LiveHandshakeException.class);
  }

  @Test
  void cancellingGivesTheRequestUp() throws Exception {
    try (RawPeer peer = RawPeer.answering("", RawPeer.Then.STAY)) {
      CompletableFuture<EphemeralToken> making =
          at(peer.baseUri()).createAsync(TokenRequest.builder().build());
      RawPeer.Taken connection = peer.firstTaken().get(30, TimeUnit.SECONDS);

      assertThat(making.cancel(true)).isTrue();

      assertThat(connection.ended()).succeedsWithin(Dials.PATIENCE);
    }
  }

  @Test
  void interruptingGivesTheRequestUp() throws Exception {
    try (RawPeer peer = RawPeer.answering("", RawPeer.Then.STAY)) {
      CompletableFuture<Boolean> interrupted = new CompletableFuture<>();
      Thread caller = new Thread(() -> {
        Throwable thrown = catchThrowable(
            () -> at(peer.baseUri()).create(TokenRequest.builder().build()));
        interrupted.complete(
            thrown instanceof CancellationException && Thread.currentThread().isInterrupted());
      });
      caller.start();
      RawPeer.Taken connection = peer.firstTaken().get(30, TimeUnit.SECONDS);

      caller.interrupt();

      assertThat(interrupted.get(30, TimeUnit.SECONDS)).isTrue();
      assertThat(connection.ended()).succeedsWithin(Dials.PATIENCE);
    }
  }

  private static void answer(ResponseDefinitionBuilder answer) {
    SERVICE.stubFor(any(anyUrl()).willReturn(answer));
  }

  private static URI base() {
    return URI.create("http://127.0.0.1:" + SERVICE.port());
  }

  private static EphemeralTokens.Builder builder() {
    return EphemeralTokens.builder(Endpoint.custom(base()), Credentials.apiKey(Dials.KEY))
        .clock(Clock.fixed(NOW, ZoneOffset.UTC));
  }

  private static EphemeralTokens tokens() {
    return builder().build();
  }

  private static EphemeralTokens at(URI base) {
    return EphemeralTokens.builder(Endpoint.custom(base), Credentials.apiKey(Dials.KEY))
        .build();
  }

  private static LoggedRequest onlyRequest() {
    List<ServeEvent> events = SERVICE.getAllServeEvents();
    assertThat(events).hasSize(1);
    return events.get(0).getRequest();
  }

  private static LiveHandshakeException refusal() {
    return failure(tokens(), LiveHandshakeException.class);
  }

  private static <T extends LiveException> T failure(EphemeralTokens tokens, Class<T> type) {
    Throwable thrown = catchThrowable(() -> tokens.create(TokenRequest.builder().build()));
    assertThat(thrown).isExactlyInstanceOf(type);
    assertThat(thrown).hasMessageNotContaining(Dials.KEY).hasMessageNotContaining("s3cret");
    // The trace begins where the application called.
    assertThat(thrown.getStackTrace())
        .anyMatch(frame -> frame.getClassName().equals(EphemeralTokensTest.class.getName()));
    return type.cast(thrown);
  }
}
