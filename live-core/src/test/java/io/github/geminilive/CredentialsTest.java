package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Scenario;
import io.github.geminilive.testkit.Upgrade;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every form of credential: which header it travels in, where it comes from, what is refused. */
class CredentialsTest {

  private static final String KEY = "key-0123456789";
  private static final String TOKEN = "auth_tokens/0123456789abcdef";

  private final LiveServer server = LiveServer.builder()
      .rules(false)
      .scenario(Scenario.create().acceptSetup())
      .start();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void anApiKeyTravelsInItsOwnHeader() {
    Upgrade upgrade = dial(Endpoint.developer(), Credentials.apiKey(KEY));

    assertThat(upgrade.header("x-goog-api-key")).isEqualTo(KEY);
    assertThat(upgrade.header("authorization")).isNull();
    assertThat(upgrade.path())
        .isEqualTo("/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent");
  }

  @Test
  void anEphemeralTokenTravelsAsTokenToTheConstrainedMethod() {
    Upgrade upgrade = dial(Endpoint.developer(), Credentials.ephemeralToken(TOKEN));

    assertThat(upgrade.header("authorization")).isEqualTo("Token " + TOKEN);
    assertThat(upgrade.header("x-goog-api-key")).isNull();
    assertThat(upgrade.path())
        .isEqualTo("/ws/google.ai.generativelanguage.v1beta.GenerativeService"
            + ".BidiGenerateContentConstrained");
  }

  @Test
  void aTokenInPlaceOfAKeyIsTakenAsAToken() {
    Upgrade upgrade = dial(Endpoint.developer(), Credentials.apiKey(TOKEN));

    assertThat(upgrade.header("authorization")).isEqualTo("Token " + TOKEN);
    assertThat(upgrade.path()).endsWith("BidiGenerateContentConstrained");
  }

  @Test
  void anAccessTokenTravelsAsBearerToVertex() {
    Upgrade upgrade = dial(
        Endpoint.vertex("my-project", "us-central1"), Credentials.accessToken(() -> "ya29.access"));

    assertThat(upgrade.header("authorization")).isEqualTo("Bearer ya29.access");
    assertThat(upgrade.header("x-goog-api-key")).isNull();
    assertThat(upgrade.path())
        .isEqualTo("/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent");
  }

  @Test
  void aKeyTravelsInItsOwnHeaderToVertexExpress() {
    Upgrade upgrade = dial(Endpoint.vertexExpress(), Credentials.apiKey(KEY));

    assertThat(upgrade.header("x-goog-api-key")).isEqualTo(KEY);
    assertThat(upgrade.path())
        .isEqualTo("/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent");
  }

  @Test
  void theQuotaProjectTravelsInItsOwnHeader() {
    Credentials credentials = Credentials.accessToken(() -> "ya29.access").quotaProject("payer");

    Upgrade upgrade = dial(Endpoint.vertex("my-project", "global"), credentials);

    assertThat(upgrade.header("x-goog-user-project")).isEqualTo("payer");
    assertThat(upgrade.header("authorization")).isEqualTo("Bearer ya29.access");
  }

  @Test
  void noQuotaProjectMeansNoHeader() {
    Upgrade upgrade = dial(Endpoint.developer(), Credentials.apiKey(KEY));

    assertThat(upgrade.header("x-goog-user-project")).isNull();
  }

  @Test
  void theSourceIsAskedOnEveryDial() {
    Queue<String> tokens = new ArrayDeque<>(List.of("first", "second"));
    Credentials credentials = Credentials.accessToken(tokens::remove);
    Endpoint endpoint = Endpoint.vertex("my-project", "eu");

    dial(endpoint, credentials);
    dial(endpoint, credentials);

    assertThat(server.upgrades())
        .extracting(upgrade -> upgrade.header("authorization"))
        .containsExactly("Bearer first", "Bearer second");
  }

  @Test
  void whatTheSourceThrowsEndsTheDial() {
    IllegalStateException failure = new IllegalStateException("metadata server is away");
    LiveConfig config = config(Endpoint.vertex("my-project", "eu"), Credentials.accessToken(() -> {
      throw failure;
    }));

    assertThatThrownBy(() -> LiveClient.connect(config)).isSameAs(failure);
    assertThat(LiveClient.connectAsync(config))
        .failsWithin(Dials.PATIENCE)
        .withThrowableThat()
        .withCause(failure);
    assertThat(server.upgrades()).isEmpty();
  }

  @Test
  void theFirstVariableWins() {
    Credentials credentials =
        Credentials.fromEnvironment(Map.of("GOOGLE_API_KEY", "one", "GEMINI_API_KEY", "two"));

    assertThat(dial(Endpoint.developer(), credentials).header("x-goog-api-key")).isEqualTo("one");
  }

  @Test
  void theSecondVariableIsUsedWhereTheFirstIsMissingOrBlank() {
    assertThat(Credentials.fromEnvironment(Map.of("GEMINI_API_KEY", "two"))
            .header()
            .value())
        .isEqualTo("two");
    assertThat(Credentials.fromEnvironment(Map.of("GOOGLE_API_KEY", " ", "GEMINI_API_KEY", "two"))
            .header()
            .value())
        .isEqualTo("two");
  }

  @Test
  void spaceAroundAVariableIsIgnored() {
    assertThat(Credentials.fromEnvironment(Map.of("GOOGLE_API_KEY", " one\n"))
            .header()
            .value())
        .isEqualTo("one");
  }

  @Test
  void aTokenInAVariableIsTakenAsAToken() {
    assertThat(Credentials.fromEnvironment(Map.of("GEMINI_API_KEY", TOKEN))
            .header()
            .value())
        .isEqualTo("Token " + TOKEN);
  }

  @Test
  void variablesAreReadOnEveryDial() {
    Map<String, String> environment = new HashMap<>();
    Credentials credentials = Credentials.fromEnvironment(environment);
    assertThatThrownBy(credentials::header).isInstanceOf(LiveConfigException.class);

    environment.put("GOOGLE_API_KEY", "late");

    assertThat(credentials.header().value()).isEqualTo("late");
  }

  @Test
  void aMissingKeyNamesBothVariablesAndTheMethod() {
    LiveConfig config = config(Endpoint.developer(), Credentials.fromEnvironment(Map.of()));

    assertThatThrownBy(() -> LiveClient.connect(config))
        .isInstanceOfSatisfying(LiveConfigException.class, e -> {
          assertThat(e.kind()).isEqualTo(FailureKind.CONFIG);
          assertThat(e.retryable()).isFalse();
          assertThat(e.findings()).isEmpty();
          assertThat(e).hasMessageContainingAll("GOOGLE_API_KEY", "GEMINI_API_KEY", "apiKey(key)");
        });
    assertThat(server.upgrades()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"k3y\n", "k3y\r\nHost: x", "k3y\u0000", "k3y\t", "k3y k3y", "k3yé", "k3y\u2028"})
  void charactersNoHeaderMayCarryAreRefusedWithoutQuotingTheValue(String secret) {
    assertThatThrownBy(() -> Credentials.apiKey(secret))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContainingAll("API key", "index 3")
        .hasMessageNotContaining("k3y");
    assertThatThrownBy(() -> Credentials.ephemeralToken("auth_tokens/" + secret))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("ephemeral token")
        .hasMessageNotContaining("k3y");
    assertThatThrownBy(() -> Credentials.apiKey("key").quotaProject(secret))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("quota project")
        .hasMessageNotContaining("k3y");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "s3cret\n", "s3crét"})
  void aSourceThatGivesAnUnusableSecretIsAConfigurationMistake(String secret) {
    LiveConfig config =
        config(Endpoint.vertex("my-project", "eu"), Credentials.accessToken(() -> secret));

    assertThatThrownBy(() -> LiveClient.connect(config))
        .isInstanceOf(LiveConfigException.class)
        .hasMessageContaining("access token")
        .hasMessageNotContaining("s3cr")
        .hasNoCause();
    assertThat(server.upgrades()).isEmpty();
  }

  @Test
  void aSourceThatGivesNullIsAConfigurationMistake() {
    LiveConfig config = config(Endpoint.developer(), Credentials.apiKey(() -> null));

    assertThatThrownBy(() -> LiveClient.connect(config))
        .isInstanceOf(LiveConfigException.class)
        .hasMessage("API key is null");
  }

  @Test
  void somethingElseThanATokenIsRefusedAsATokenWithoutQuotingIt() {
    assertThatThrownBy(() -> Credentials.ephemeralToken(KEY))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("auth_tokens/")
        .hasMessageNotContaining(KEY);
  }

  @Test
  void aCredentialOfTheOtherServiceIsRefusedBeforeDialling() {
    assertThatThrownBy(() -> LiveClient.connect(
            config(Endpoint.developer(), Credentials.accessToken(() -> "ya29.access"))))
        .isInstanceOf(LiveConfigException.class)
        .hasMessageContaining("Endpoint.vertex(project, location)");
    assertThatThrownBy(() -> LiveClient.connect(
            config(Endpoint.vertex("my-project", "eu"), Credentials.ephemeralToken(TOKEN))))
        .isInstanceOf(LiveConfigException.class)
        .hasMessageContaining("accessToken");
    assertThatThrownBy(() -> LiveClient.connect(
            config(Endpoint.vertex("my-project", "eu"), Credentials.apiKey(KEY))))
        .isInstanceOf(LiveConfigException.class)
        .hasMessageContaining("Endpoint.vertexExpress()");
    assertThat(server.upgrades()).isEmpty();
  }

  @Test
  void nothingPrintsTheSecret() {
    assertThat(Credentials.apiKey(KEY)).asString().doesNotContain(KEY);
    assertThat(Credentials.apiKey(KEY).header()).asString().doesNotContain(KEY);
    assertThat(Credentials.ephemeralToken(TOKEN)).asString().doesNotContain("0123456789");
    assertThat(Credentials.ephemeralToken(TOKEN).header()).asString().doesNotContain("0123456789");
  }

  /** Dials, checks that the address holds nothing secret, and gives what the server saw. */
  private Upgrade dial(Endpoint endpoint, Credentials credentials) {
    LiveClient.connect(config(endpoint, credentials)).close();

    List<Upgrade> upgrades = server.upgrades();
    Upgrade last = upgrades.get(upgrades.size() - 1);
    assertThat(last.query()).isEmpty();
    assertThat(last.path()).doesNotContain("0123456789").doesNotContain("access");
    return last;
  }

  private LiveConfig config(Endpoint endpoint, Credentials credentials) {
    URI base = server.baseUri();
    return LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
        .endpoint(endpoint.at(base))
        .credentials(credentials)
        .build();
  }
}
