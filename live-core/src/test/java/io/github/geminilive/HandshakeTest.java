package io.github.geminilive;

import static com.github.tomakehurst.wiremock.client.WireMock.aResponse;
import static com.github.tomakehurst.wiremock.client.WireMock.any;
import static com.github.tomakehurst.wiremock.client.WireMock.anyUrl;
import static com.github.tomakehurst.wiremock.core.WireMockConfiguration.wireMockConfig;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.tomakehurst.wiremock.WireMockServer;
import com.github.tomakehurst.wiremock.client.ResponseDefinitionBuilder;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Scenario;
import java.net.Authenticator;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The service answers the upgrade with something else than an upgrade. */
class HandshakeTest {

  private static final WireMockServer SERVICE =
      new WireMockServer(wireMockConfig().dynamicPort().bindAddress("127.0.0.1"));

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
  }

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
          200 | PROTOCOL        | false | address of a Live API endpoint
          204 | PROTOCOL        | false | address of a Live API endpoint
          302 | PROTOCOL        | false | address of a Live API endpoint
          400 | INVALID_REQUEST | false | API version
          401 | AUTH            | false | key or token
          403 | AUTH            | false | key or token
          404 | NOT_FOUND       | false | model id, the API version and the region
          407 | INVALID_REQUEST | false | proxy
          429 | QUOTA           | true  | quota
          500 | SERVER          | true  | try again
          503 | SERVER          | true  | try again
          """)
  void aStatusHasItsKindAndAdvice(int status, FailureKind kind, boolean retryable, String advice) {
    answer(aResponse().withStatus(status).withBody(status == 204 ? "" : "what went wrong"));

    LiveHandshakeException e = dialInVain();

    assertThat(e.kind()).isEqualTo(kind);
    assertThat(e.httpStatus()).isEqualTo(status);
    assertThat(e.retryable()).isEqualTo(retryable);
    assertThat(e.body()).isEqualTo(status == 204 ? "" : "what went wrong");
    assertThat(e.retryAfter()).isNull();
    assertThat(e).hasMessageContainingAll("127.0.0.1", "HTTP " + status, advice).hasNoCause();
    if (status != 204) {
      assertThat(e).hasMessageContaining("what went wrong");
    }
  }

  @Test
  void theErrorFormOfGoogleIsShownInTheMessage() {
    answer(aResponse()
        .withStatus(400)
        .withHeader("Content-Type", "application/json")
        .withBody("{\"error\":{\"code\":400,\"message\":\"API key not valid. Please pass a valid"
            + " API key.\",\"status\":\"INVALID_ARGUMENT\"}}"));

    assertThat(dialInVain()).hasMessageContaining("API key not valid");
  }

  @Test
  void theBodyIsShownShortenedAndWithoutTheKey() {
    answer(aResponse()
        .withStatus(403)
        .withBody("no access for " + Dials.KEY + " " + "x".repeat(9999)));

    LiveHandshakeException e = dialInVain();

    assertThat(e.body()).startsWith("no access for *** xxx").hasSizeLessThanOrEqualTo(301);
    assertThat(e.getMessage()).hasSizeLessThan(800);
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 1", "120, 120", "-5, 0"})
  void retryAfterMayBeSeconds(String header, long seconds) {
    answer(aResponse().withStatus(429).withHeader("Retry-After", header));

    LiveHandshakeException e = dialInVain();

    assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(seconds));
    assertThat(e).hasMessageContaining("asking to wait " + seconds + " s");
  }

  @Test
  void retryAfterMayBeADate() {
    String inAMinute = DateTimeFormatter.RFC_1123_DATE_TIME.format(
        ZonedDateTime.now(ZoneOffset.UTC).plusSeconds(60));
    answer(aResponse().withStatus(503).withHeader("Retry-After", inAMinute));

    assertThat(dialInVain().retryAfter()).isBetween(Duration.ofSeconds(30), Duration.ofSeconds(60));
  }

  @Test
  void aDateThatHasPassedMeansNow() {
    answer(aResponse().withStatus(503).withHeader("Retry-After", "Sun, 06 Nov 1994 08:49:37 GMT"));

    assertThat(dialInVain().retryAfter()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"soon", "1.5", "", "99999999999999999999"})
  void anUnreadableRetryAfterIsNone(String header) {
    answer(aResponse().withStatus(503).withHeader("Retry-After", header));

    LiveHandshakeException e = dialInVain();

    assertThat(e.httpStatus()).isEqualTo(503);
    assertThat(e.retryAfter()).isNull();
  }

  @Test
  void redirectsAreNotFollowed() {
    answer(aResponse()
        .withStatus(302)
        .withHeader("Location", "http://127.0.0.1:" + SERVICE.port() + "/elsewhere"));

    assertThat(dialInVain().httpStatus()).isEqualTo(302);
    assertThat(SERVICE.getAllServeEvents()).hasSize(1);
  }

  @ParameterizedTest
  @EnumSource(value = HttpClient.Redirect.class, mode = EnumSource.Mode.EXCLUDE, names = "NEVER")
  void anHttpClientThatFollowsRedirectsIsRefused(HttpClient.Redirect redirect) {
    HttpClient client = HttpClient.newBuilder().followRedirects(redirect).build();

    assertThatThrownBy(() -> LiveClient.builder().httpClient(client))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("Redirect.NEVER");
  }

  @ParameterizedTest
  @CsvSource({"401, AUTH", "407, INVALID_REQUEST"})
  void aStatusIsKnownEvenWhereTheAuthenticatorOfTheHttpClientStumbles(
      int status, FailureKind kind) {
    // With an authenticator, the JDK throws a plain IOException at a challenge without a scheme.
    answer(aResponse().withStatus(status));
    LiveClient client = LiveClient.builder()
        .httpClient(
            HttpClient.newBuilder().authenticator(new Authenticator() {}).build())
        .build();

    LiveHandshakeException e =
        Dials.failure(client, Dials.to(base()).build(), LiveHandshakeException.class);

    assertThat(e.httpStatus()).isEqualTo(status);
    assertThat(e.kind()).isEqualTo(kind);
  }

  @Test
  void theSimulatedServiceRefusesInTheSameWay() {
    try (LiveServer server = LiveServer.start()) {
      server.script(
          Scenario.refuseUpgrade(429, Map.of("Retry-After", "7"), "Resource has been exhausted"));

      LiveHandshakeException e =
          Dials.failure(Dials.to(server.baseUri()).build(), LiveHandshakeException.class);

      assertThat(e.httpStatus()).isEqualTo(429);
      assertThat(e.retryAfter()).isEqualTo(Duration.ofSeconds(7));
      assertThat(e.body()).isEqualTo("Resource has been exhausted");
    }
  }

  @Test
  void anUpgradeWithoutItsProofIsAProtocolFailure() throws Exception {
    String answer =
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n";
    try (RawPeer peer = RawPeer.answering(answer, RawPeer.Then.STAY)) {
      LiveHandshakeException e =
          Dials.failure(Dials.to(peer.baseUri()).build(), LiveHandshakeException.class);

      assertThat(e.kind()).isEqualTo(FailureKind.PROTOCOL);
      assertThat(e.httpStatus()).isEqualTo(101);
      assertThat(e).hasMessageContainingAll("not as WebSocket demands", "Live API endpoint");
    }
  }

  @Test
  void aBodyWithoutEndDoesNotHoldTheDialUp() throws Exception {
    String answer = "HTTP/1.1 503 Service Unavailable\r\n\r\nplease wai";
    try (RawPeer peer = RawPeer.answering(answer, RawPeer.Then.STAY)) {
      LiveConfig config =
          Dials.to(peer.baseUri()).connectTimeout(Duration.ofMillis(300)).build();

      LiveTimeoutException e = Dials.failure(config, LiveTimeoutException.class);

      assertThat(e.waited()).isEqualTo(Duration.ofMillis(300));
    }
  }

  private static void answer(ResponseDefinitionBuilder answer) {
    SERVICE.stubFor(any(anyUrl()).willReturn(answer));
  }

  private static URI base() {
    return URI.create("ws://127.0.0.1:" + SERVICE.port());
  }

  private static LiveHandshakeException dialInVain() {
    return Dials.failure(Dials.to(base()).build(), LiveHandshakeException.class);
  }
}
