package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.internal.codec.ClientMessageEncoder;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Persona;
import io.github.geminilive.testkit.Upgrade;
import io.github.geminilive.testkit.VirtualTime;
import java.net.http.HttpClient;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Conversations with ephemeral tokens: how often, how long, and what is locked. */
class EphemeralTokenSessionTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final Duration MINUTE = Duration.ofSeconds(60);

  private final VirtualTime time = new VirtualTime();
  private final Instant start = time.clock().instant();
  private final LiveServer server = LiveServer.builder()
      .apiKey(Dials.KEY)
      .time(time)
      .persona(Persona.builder()
          .otherwise()
          .say(moment -> moment.declares("look") ? "I may look." : "I may not look.")
          .build())
      .start();
  private final LiveClient client = LiveClient.builder()
      .httpClient(HTTP)
      .scheduler(time)
      .nanoTime(time.nanoTime())
      .random(() -> 0.5)
      .build();
  private final EphemeralTokens tokens = EphemeralTokens.builder(
          Endpoint.custom(server.baseUri()), Credentials.apiKey(Dials.KEY))
      .httpClient(HTTP)
      .clock(time.clock())
      .build();

  @AfterEach
  void stop() {
    server.close();
  }

  private LiveConfig.Builder config(LiveModel model) {
    // Dials take real time, of which little is left while the test's own time is moved.
    return LiveConfig.builder(model)
        .endpoint(Endpoint.custom(server.baseUri()))
        .connectTimeout(Duration.ofMinutes(5))
        .setupTimeout(Duration.ofMinutes(5));
  }

  /** What the server of an application would lock. */
  private LiveConfig locked() {
    return config(LiveModel.GEMINI_3_8_LIVE)
        .systemInstruction("Be kind.")
        .temperature(0.5)
        .tools(look())
        .build();
  }

  private static ToolSet look() {
    return ToolSet.builder()
        .add(FunctionDeclaration.builder("look", "Looks.").build(), (args, context) -> "x")
        .build();
  }

  private LiveSession open(EphemeralToken token) {
    return open(token.credentials());
  }

  private LiveSession open(Credentials credentials) {
    return client.open(
        config(LiveModel.GEMINI_3_8_LIVE).credentials(credentials).build());
  }

  private void close(LiveSession session) {
    session.closeAsync();
    time.advanceUntil(() -> session.closed().isDone(), Duration.ofMinutes(5));
  }

  private LiveSetupRefusedException refusal(EphemeralToken token) {
    LiveConfig config =
        config(LiveModel.GEMINI_3_8_LIVE).credentials(token.credentials()).build();
    server.expectViolation();
    return Dials.failure(client, config, LiveSetupRefusedException.class);
  }

  private String answerTo(LiveSession session, String text) {
    LiveStream<LiveEvent> events = session.events();
    session.sendText(text);
    return await(events, LiveEvent.TurnEnded.class).turn().outputTranscript();
  }

  /** The next event of this kind; time passes until it comes. */
  private <E extends LiveEvent> E await(LiveStream<LiveEvent> events, Class<E> kind) {
    List<E> found = new ArrayList<>();
    time.advanceUntil(
        () -> {
          server.settle(Dials.PATIENCE);
          try {
            Optional<LiveEvent> event = events.poll(Duration.ZERO);
            for (; event.isPresent() && found.isEmpty(); event = events.poll(Duration.ZERO)) {
              event.filter(kind::isInstance).map(kind::cast).ifPresent(found::add);
            }
          } catch (InterruptedException e) {
            throw new AssertionError(e);
          }
          return !found.isEmpty();
        },
        Duration.ofSeconds(40));
    assertThat(found).as(kind.getSimpleName()).isNotEmpty();
    return found.get(0);
  }

  // The way it is meant.

  @Test
  void aTokenOpensTheConversationThatItLocks() {
    EphemeralToken token = tokens.create(TokenRequest.oneUse(MINUTE, locked()));

    LiveSession session = open(token);

    Connection connection = server.nextConnection();
    Upgrade upgrade = connection.upgrade();
    assertThat(upgrade.path()).endsWith("BidiGenerateContentConstrained");
    assertThat(upgrade.query()).isEmpty();
    assertThat(upgrade.header("authorization")).isEqualTo("Token " + token.name());
    assertThat(upgrade.headers()).doesNotContainKey("x-goog-api-key");
    assertThat(connection.setupInForce().toString()).contains("Be kind.");
    assertThat(answerTo(session, "May you look?")).isEqualTo("I may look.");
    assertThat(server.violations()).isEmpty();
    close(session);
  }

  @Test
  void theAlphaVersionMakesAndTakesThemToo() {
    Endpoint alpha = Endpoint.custom(server.baseUri()).version("v1alpha");
    EphemeralToken token = EphemeralTokens.builder(alpha, Credentials.apiKey(Dials.KEY))
        .httpClient(HTTP)
        .build()
        .create(TokenRequest.builder().build());

    LiveSession session = client.open(LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
        .endpoint(alpha)
        .credentials(token.credentials())
        .build());

    assertThat(server.nextConnection().upgrade().path()).contains("v1alpha");
    close(session);
  }

  @Test
  void aWrongKeyMakesNone() {
    EphemeralTokens wrong = EphemeralTokens.builder(
            Endpoint.custom(server.baseUri()), Credentials.apiKey("wrong"))
        .httpClient(HTTP)
        .build();

    assertThatThrownBy(() -> wrong.create(TokenRequest.builder().build()))
        .isInstanceOfSatisfying(LiveHandshakeException.class, e -> {
          assertThat(e.httpStatus()).isEqualTo(400);
          assertThat(e.kind()).isEqualTo(FailureKind.INVALID_REQUEST);
        })
        .hasMessageContaining("API key not valid. Please pass a valid API key.");
  }

  // Uses and times.

  @Test
  void aSecondUseIsRefused() {
    EphemeralToken token = tokens.create(TokenRequest.oneUse(MINUTE, locked()));
    close(open(token));

    LiveSetupRefusedException e = refusal(token);

    assertThat(e.closeCode()).isEqualTo(1011);
    assertThat(e.reason()).isEqualTo("The service is currently unavailable.");
    assertThat(e.kind()).isEqualTo(FailureKind.SERVER);
  }

  @Test
  void aTokenForManyUsesIsUsedSoOften() {
    EphemeralToken thrice = tokens.create(TokenRequest.builder().uses(3).build());
    EphemeralToken always = tokens.create(TokenRequest.builder().uses(0).build());

    for (int i = 0; i < 3; i++) {
      close(open(thrice));
      close(open(always));
    }

    assertThat(refusal(thrice).closeCode()).isEqualTo(1011);
    close(open(always));
  }

  @Test
  void aLateStartIsRefused() {
    TokenRequest request =
        TokenRequest.builder().uses(0).startWithin(Duration.ofMinutes(5)).build();
    EphemeralToken token = tokens.create(request);
    assertThat(token.startBy()).isEqualTo(start.plus(Duration.ofMinutes(5)));
    time.advance(Duration.ofSeconds(299));
    close(open(token));
    time.advance(Duration.ofSeconds(2));

    LiveSetupRefusedException e = refusal(token);

    assertThat(e.closeCode()).isEqualTo(1011);
    assertThat(e.reason()).isEqualTo("The service is currently unavailable.");
  }

  @Test
  void anExpiredTokenIsRefused() {
    EphemeralToken token =
        tokens.create(TokenRequest.builder().uses(0).lifetime(MINUTE).build());
    assertThat(token.expires()).isEqualTo(start.plus(MINUTE));
    time.advance(MINUTE.plusSeconds(1));

    LiveSetupRefusedException e = refusal(token);

    assertThat(e.closeCode()).isEqualTo(1008);
    assertThat(e.reason()).isEqualTo("Auth token has expired.");
    assertThat(e.kind()).isEqualTo(FailureKind.AUTH);
  }

  @Test
  void aConversationEndsWhenItsTokenExpires() {
    LiveSession session = open(tokens.create(TokenRequest.oneUse(MINUTE, locked())));
    for (int second = 0; second < 58; second += 2) {
      time.advance(Duration.ofSeconds(2));
      assertThat(server.settle(Talk.PATIENCE)).isTrue();
    }
    assertThat(session.state()).isEqualTo(SessionState.OPEN);

    time.advance(Duration.ofSeconds(3));

    CloseInfo end = Talk.get(session.closed());
    assertThat(end.code()).isEqualTo(1008);
    assertThat(end.reason()).isEqualTo("Auth token has expired.");
    assertThat(end.kind()).isEqualTo(FailureKind.AUTH);
    assertThat(server.dials()).isEqualTo(1);
  }

  // Many connections.

  @Test
  void aConversationGoesOnWithItsUsedUpTokenOnANewConnection() {
    EphemeralToken token = tokens.create(TokenRequest.oneUse(MINUTE, locked()));
    LiveSession session = open(token);
    LiveStream<LiveEvent> events = session.events();
    Connection first = server.nextConnection();
    first.giveHandle();

    first.goAway(Duration.ofSeconds(10));
    awaitResumed(events);

    assertThat(server.nextConnection().upgrade().header("authorization"))
        .isEqualTo("Token " + token.name());
    assertThat(server.violations()).isEmpty();
    close(session);
  }

  @Test
  void theSupplierIsAskedForATokenOnEveryDial() {
    List<String> given = new CopyOnWriteArrayList<>();
    LiveSession session = open(Credentials.ephemeralToken(() -> {
      String name = tokens.create(TokenRequest.oneUse(MINUTE, locked())).name();
      given.add(name);
      return name;
    }));
    LiveStream<LiveEvent> events = session.events();

    for (int i = 0; i < 2; i++) {
      Connection connection = server.connections().get(i);
      connection.giveHandle();
      connection.goAway(Duration.ofSeconds(10));
      awaitResumed(events);
    }

    assertThat(given).hasSize(3).doesNotHaveDuplicates();
    assertThat(server.upgrades())
        .extracting(upgrade -> upgrade.header("authorization"))
        .containsExactlyElementsOf(given.stream().map(name -> "Token " + name).toList());
    assertThat(server.violations()).isEmpty();
    close(session);
  }

  @Test
  void whereNoTokenIsToBeHadForAResumeItIsTriedAgain() {
    EphemeralToken token = tokens.create(TokenRequest.builder().lock(locked()).build());
    int[] asked = {0};
    LiveSession session = open(Credentials.ephemeralToken(() -> {
      if (++asked[0] == 2) {
        throw new LiveTimeoutException("a token", Duration.ofSeconds(1), "our server is away");
      }
      return token.name();
    }));
    LiveStream<LiveEvent> events = session.events();
    Connection first = server.nextConnection();
    first.giveHandle();

    first.close(1001, "");
    awaitResumed(events);

    assertThat(asked[0]).isEqualTo(3);
    close(session);
  }

  private void awaitResumed(LiveStream<LiveEvent> events) {
    assertThat(await(events, LiveEvent.Resumed.class).report().stateRestored()).isTrue();
  }

  // What is locked.

  @Test
  void theClientsOwnChoicesAreIgnoredWhereAllIsLocked() {
    EphemeralToken token = tokens.create(TokenRequest.oneUse(MINUTE, locked()));
    LiveConfig own = config(LiveModel.of("no-such-model"))
        .credentials(token.credentials())
        .systemInstruction("Be rude.")
        .temperature(2)
        .voice("Puck")
        .build();

    LiveSession session = client.open(own);

    Connection connection = server.nextConnection();
    assertThat(connection.setup().toString()).contains("no-such-model", "Be rude.", "Puck");
    JsonNode inForce = connection.setupInForce();
    assertThat(inForce).isEqualTo(wire(locked()));
    assertThat(answerTo(session, "May you look?")).isEqualTo("I may look.");
    close(session);
  }

  @Test
  void theClientDecidesWhatIsNotLocked() {
    TokenRequest request = TokenRequest.builder()
        .lock(locked())
        .lockOnlySetFields()
        .alsoLock("topK")
        .build();
    LiveConfig own = config(LiveModel.of("no-such-model"))
        .credentials(tokens.create(request).credentials())
        .systemInstruction("Be rude.")
        .temperature(2)
        .generation(generation -> generation.topK(7))
        .voice("Puck")
        .build();

    LiveSession session = client.open(own);

    JsonNode inForce = server.nextConnection().setupInForce();
    assertThat(inForce.path("model").asText()).isEqualTo("models/gemini-3.8-live");
    assertThat(inForce.toString()).contains("Be kind.", "Puck").doesNotContain("Be rude.");
    assertThat(inForce.at("/generationConfig/temperature").asDouble()).isEqualTo(0.5);
    assertThat(inForce.at("/generationConfig").has("topK")).isFalse();
    close(session);
  }

  @Test
  void theClientDecidesAllWhereNothingIsLocked() {
    EphemeralToken token = tokens.create(TokenRequest.builder().build());
    LiveConfig own = config(LiveModel.GEMINI_3_8_LIVE)
        .credentials(token.credentials())
        .systemInstruction("Be rude.")
        .build();

    LiveSession session = client.open(own);

    assertThat(server.nextConnection().setupInForce()).isEqualTo(wire(own));
    close(session);
  }

  @Test
  void theServiceTakesTheMaskOfEverySetup() {
    TokenRequest request = TokenRequest.builder()
        .lock(config(LiveModel.GEMINI_3_8_LIVE)
            .manualActivity()
            .voice("Kore")
            .setup(setup -> setup.labels(Map.of("cost-center", "7")))
            .tools(look())
            .build())
        .lockOnlySetFields()
        .alsoLock("generationConfig.seed", "proactivity", "realtimeInputConfig.turnCoverage")
        .build();

    close(open(tokens.create(request)));

    assertThat(server.violations()).isEmpty();
  }

  @Test
  void whatTheServiceRefusesIsToldInItsWords() {
    LiveConfig config =
        config(LiveModel.GEMINI_3_8_LIVE).setupExtra("brandNew", Json.of(true)).build();

    assertThatThrownBy(() -> tokens.create(TokenRequest.builder().lock(config).build()))
        .isInstanceOf(LiveHandshakeException.class)
        .hasMessageContainingAll(
            "Unknown name", "brandNew", "auth_token.bidi_generate_content_setup");
  }

  // Suppliers that give nothing usable.

  @Test
  void aSupplierThatGivesNoTokenIsAMistakeThatIsNotQuoted() {
    LiveConfig config = config(LiveModel.GEMINI_3_8_LIVE)
        .credentials(Credentials.ephemeralToken(() -> Dials.KEY))
        .build();

    LiveConfigException e = Dials.failure(client, config, LiveConfigException.class);

    assertThat(e).hasMessageContaining("begins with \"auth_tokens/\"");
    assertThat(server.upgrades()).isEmpty();
    assertThat(Credentials.ephemeralToken(() -> Dials.KEY))
        .hasToString("Credentials[EPHEMERAL_TOKEN ***]");
  }

  private static JsonNode wire(LiveConfig config) {
    return Talk.json(ClientMessageEncoder.encodeRecord(config.setup()));
  }
}
