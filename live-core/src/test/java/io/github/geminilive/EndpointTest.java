package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The endpoint table and the model names of the wire reference, and what may be dialled. */
class EndpointTest {

  private static final String DEVELOPER =
      "wss://generativelanguage.googleapis.com/ws/google.ai.generativelanguage.";
  private static final String VERTEX_PATH =
      "/ws/google.cloud.aiplatform.v1beta1.LlmBidiService/BidiGenerateContent";

  @Test
  void theDeveloperApiHasADotBeforeTheMethod() {
    assertThat(Endpoint.developer().uri(false))
        .hasToString(DEVELOPER + "v1beta.GenerativeService.BidiGenerateContent");
  }

  @Test
  void ephemeralTokensHaveAMethodOfTheirOwn() {
    assertThat(Endpoint.developer().uri(true))
        .hasToString(DEVELOPER + "v1beta.GenerativeService.BidiGenerateContentConstrained");
  }

  @Test
  void theVersionIsPartOfThePath() {
    assertThat(Endpoint.developer().version("v1alpha").uri(false))
        .hasToString(DEVELOPER + "v1alpha.GenerativeService.BidiGenerateContent");
    assertThat(Endpoint.developer().version("v1alpha").uri(true))
        .hasToString(DEVELOPER + "v1alpha.GenerativeService.BidiGenerateContentConstrained");
    assertThat(Endpoint.vertex("p", "global").version("v1").uri(false))
        .hasToString("wss://aiplatform.googleapis.com/ws/google.cloud.aiplatform.v1.LlmBidiService"
            + "/BidiGenerateContent");
  }

  @ParameterizedTest
  @CsvSource({
    "us-central1, us-central1-aiplatform.googleapis.com",
    "europe-west4, europe-west4-aiplatform.googleapis.com",
    "global, aiplatform.googleapis.com",
    "us, aiplatform.us.rep.googleapis.com",
    "eu, aiplatform.eu.rep.googleapis.com",
  })
  void vertexHasAHostForEachKindOfLocation(String location, String host) {
    Endpoint endpoint = Endpoint.vertex("my-project", location);

    assertThat(endpoint.uri(false)).hasToString("wss://" + host + VERTEX_PATH);
    assertThat(endpoint.backend()).isEqualTo(Endpoint.Backend.VERTEX);
    assertThat(endpoint.project()).isEqualTo("my-project");
    assertThat(endpoint.location()).isEqualTo(location);
    assertThat(endpoint.isVertexExpress()).isFalse();
  }

  @Test
  void vertexExpressIsDialledAtTheGlobalHost() {
    Endpoint endpoint = Endpoint.vertexExpress();

    assertThat(endpoint.uri(false)).hasToString("wss://aiplatform.googleapis.com" + VERTEX_PATH);
    assertThat(endpoint.isVertexExpress()).isTrue();
    assertThat(endpoint.project()).isNull();
    assertThat(endpoint.location()).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "gemini-3.8-live, models/gemini-3.8-live",
    "models/x, models/x",
    "tunedModels/x, tunedModels/x",
  })
  void theDeveloperApiWantsModelsBeforeTheName(String given, String sent) {
    assertThat(Endpoint.developer().modelName(LiveModel.of(given))).isEqualTo(sent);
    assertThat(LiveConfig.builder(given).apiKey("k").build().setup().model()).isEqualTo(sent);
  }

  @ParameterizedTest
  @CsvSource({
    "gemini-3.8-live, projects/p/locations/l/publishers/google/models/gemini-3.8-live",
    "vendor/model, projects/p/locations/l/publishers/vendor/models/model",
    "publishers/vendor/models/model, projects/p/locations/l/publishers/vendor/models/model",
    "models/x, models/x",
    "projects/q/locations/m/endpoints/7, projects/q/locations/m/endpoints/7",
  })
  void vertexWantsAFullName(String given, String sent) {
    assertThat(Endpoint.vertex("p", "l").modelName(LiveModel.of(given))).isEqualTo(sent);
  }

  @ParameterizedTest
  @CsvSource({
    "gemini-3.8-live, publishers/google/models/gemini-3.8-live",
    "vendor/model, publishers/vendor/models/model",
    "publishers/vendor/models/model, publishers/vendor/models/model",
  })
  void vertexExpressHasNoProjectInTheName(String given, String sent) {
    assertThat(Endpoint.vertexExpress().modelName(LiveModel.of(given))).isEqualTo(sent);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "a..b", "a?b", "a&b"})
  void modelNamesThatCouldChangeThePathAreRefused(String id) {
    assertThatThrownBy(() -> LiveModel.of(id)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "wss://proxy.example, wss://proxy.example",
    "https://proxy.example, wss://proxy.example",
    "ws://localhost:80, ws://localhost:80",
    "http://localhost:80, ws://localhost:80",
    "WSS://proxy.example, wss://proxy.example",
    "wss://proxy.example/, wss://proxy.example",
    "wss://proxy.example:8443/live/gate/, wss://proxy.example:8443/live/gate",
    "wss://[::1]:8443, wss://[::1]:8443",
  })
  void theMethodIsAppendedToACustomBase(String base, String begin) {
    assertThat(Endpoint.custom(URI.create(base)).uri(false))
        .hasToString(begin
            + "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent");
    assertThat(Endpoint.vertex("p", "l").at(URI.create(base)).uri(false))
        .hasToString(begin + VERTEX_PATH);
  }

  @ParameterizedTest
  @CsvSource({
    "wss://relay.example/voice, wss://relay.example/voice",
    "wss://relay.example/voice/, wss://relay.example/voice/",
    "wss://relay.example, wss://relay.example",
    "https://relay.example/a%20b, wss://relay.example/a%20b",
  })
  void nothingIsAppendedOrTakenAwayFromAnExactAddress(String given, String dialled) {
    Endpoint endpoint = Endpoint.developer().exactly(URI.create(given));

    assertThat(endpoint.uri(false)).hasToString(dialled);
    assertThat(endpoint.uri(true)).hasToString(dialled);
  }

  @Test
  void anotherAddressKeepsTheDialect() {
    Endpoint endpoint = Endpoint.vertex("p", "l").at(URI.create("wss://proxy.example"));

    assertThat(endpoint.modelName(LiveModel.of("m")))
        .isEqualTo("projects/p/locations/l/publishers/google/models/m");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "wss://proxy.example/?key=s3cret",
        "wss://user:s3cret@proxy.example",
        "wss://proxy.example/#s3cret",
      })
  void aBaseWithPlaceForASecretIsRefusedWithoutQuotingIt(String base) {
    assertThatThrownBy(() -> Endpoint.custom(URI.create(base)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("credentials travel in headers")
        .hasMessageNotContaining("s3cret");
    assertThatThrownBy(() -> Endpoint.developer().exactly(URI.create(base)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("s3cret");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://proxy.example",
        "proxy.example",
        "/path",
        "wss:///path",
        "wss:x",
        "ws://h:65536"
      })
  void whatIsNoWebSocketAddressIsRefused(String base) {
    assertThatThrownBy(() -> Endpoint.custom(URI.create(base)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("base must");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "../x", "a b", "a/b", "a?b", "é"})
  void namesThatCouldChangeTheAddressAreRefused(String name) {
    assertThatThrownBy(() -> Endpoint.vertex(name, "l"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("project must");
    assertThatThrownBy(() -> Endpoint.vertex("p", name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("location must");
    assertThatThrownBy(() -> Endpoint.developer().version(name))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("version must");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ws://relay.example",
        "http://relay.example",
        "ws://192.0.2.1",
        "ws://0.0.0.0",
        "ws://[2001:db8::1]",
        "ws://localhost.example",
        "ws://127.0.0.1.example",
      })
  void plainWebSocketsBeyondLoopbackAreRefusedBeforeAnyPacket(String base) {
    LiveConfig config = Dials.to(URI.create(base)).build();

    LiveConfigException e = Dials.failure(config, LiveConfigException.class);

    assertThat(e.kind()).isEqualTo(FailureKind.CONFIG);
    assertThat(e.getMessage()).contains("Use wss", "allowInsecure");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ws://localhost:1", "ws://LOCALHOST:1", "ws://127.0.0.1:1", "ws://127.1.2.3:1"})
  void plainWebSocketsToLoopbackAreDialled(String base) {
    LiveConfig config = Dials.to(URI.create(base)).build();

    LiveUnreachableException e = Dials.failure(config, LiveUnreachableException.class);

    assertThat(e.kind()).isEqualTo(FailureKind.UNREACHABLE);
  }

  @Test
  void plainWebSocketsBeyondLoopbackAreDialledWhereAllowed() {
    Endpoint insecure = Endpoint.custom(URI.create("ws://relay.invalid")).allowInsecure();
    LiveConfig config = LiveConfig.builder("gemini-3.8-live")
        .endpoint(insecure)
        .apiKey(Dials.KEY)
        .connectTimeout(Duration.ofSeconds(5))
        .build();

    assertThat(insecure.insecureAllowed()).isTrue();
    assertThat(Dials.failure(config, LiveUnreachableException.class).host())
        .isEqualTo("relay.invalid");
  }
}
