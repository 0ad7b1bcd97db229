package io.github.geminilive.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TokensTest {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  private final VirtualTime time = new VirtualTime();
  private final LiveServer server =
      LiveServer.builder().apiKey("right").persona(Persona.silent()).time(time).start();

  @AfterEach
  void stop() {
    server.close();
  }

  private HttpResponse<String> post(String key, String body) {
    try {
      return HTTP.send(
          HttpRequest.newBuilder(server.httpUri().resolve("/v1beta/auth_tokens"))
              .header("x-goog-api-key", key)
              .POST(HttpRequest.BodyPublishers.ofString(body))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private String token(String body) {
    HttpResponse<String> response = post("right", body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
    JsonNode json = WsClient.parse(response.body());
    assertThat(json.path("name").asText()).startsWith("auth_tokens/");
    return json.path("name").asText();
  }

  private WsClient dial(String token) {
    return WsClient.dial(server, WsClient.CONSTRAINED, "Authorization", "Token " + token);
  }

  private WsClient open(String token) {
    WsClient client = dial(token);
    client.send(WsClient.SETUP);
    client.await("setupComplete");
    return client;
  }

  private Closure refusal(String token) {
    try (WsClient client = dial(token)) {
      client.send(WsClient.SETUP);
      return client.awaitClosed();
    }
  }

  private String error(String body) {
    HttpResponse<String> response = post("right", body);
    assertThat(response.statusCode()).isEqualTo(400);
    return WsClient.parse(response.body()).at("/error/message").asText();
  }

  @Test
  void aTokenOpensOneSessionByHeaderOrByQuery() {
    String once = token("{}");
    open(once).close();
    assertThat(refusal(once)).extracting(Closure::code).isEqualTo(1011);

    try (WsClient client = WsClient.dial(
        server, WsClient.CONSTRAINED + "?access_token=" + token("{}"), "x-unused", "1")) {
      client.send(WsClient.SETUP);
      client.await("setupComplete");
    }
  }

  @Test
  void aTokenOpensAsManySessionsAsItSays() {
    String twice = token("{\"uses\":2}");
    open(twice).close();
    open(twice).close();
    assertThat(refusal(twice).reason()).isEqualTo("The service is currently unavailable.");

    String always = token("{\"uses\":0}");
    for (int i = 0; i < 5; i++) {
      open(always).close();
    }
  }

  @Test
  void aResumptionIsNotAUse() {
    String once = token("{}");
    open(once).close();
    server.rememberHandle("h-1");

    try (WsClient client = dial(once)) {
      client.send("{\"setup\":{\"model\":\"models/gemini-3.8-live\","
          + "\"sessionResumption\":{\"handle\":\"h-1\"}}}");

      client.await("setupComplete");
    }
  }

  @Test
  void aTokenStartsSessionsForAMinuteAndLivesForHalfAnHour() {
    String token = token("{\"uses\":0}");
    WsClient client = open(token);
    time.advance(Duration.ofSeconds(61));
    assertThat(refusal(token).code()).isEqualTo(1011);

    client.close();
    time.advance(Duration.ofMinutes(29));
    assertThat(refusal(token))
        .isEqualTo(new Closure(Closure.By.SERVER, 1008, "Auth token has expired."));
  }

  @Test
  void aSessionCanBeResumedAfterTheLastMomentToStartOne() {
    String once = token("{}");
    open(once).close();
    server.rememberHandle("h-1");
    time.advance(Duration.ofSeconds(61));

    try (WsClient client = dial(once)) {
      client.send("{\"setup\":{\"model\":\"models/gemini-3.8-live\","
          + "\"sessionResumption\":{\"handle\":\"h-1\"}}}");

      client.await("setupComplete");
    }
  }

  @Test
  void anExpiredTokenEndsItsSession() {
    String token = token("{\"expireTime\":\"" + time.clock().instant().plusSeconds(120) + "\"}");
    try (WsClient client = open(token)) {
      time.advance(Duration.ofSeconds(119));
      assertThat(server.nextConnection().isOpen()).isTrue();
      time.advance(Duration.ofSeconds(2));

      assertThat(client.awaitClosed().code()).isEqualTo(1008);
    }
  }

  @Test
  void withoutAMaskTheWholeSetupIsLocked() {
    String token = token("{\"bidiGenerateContentSetup\":{\"model\":\"models/gemini-3.8-live\","
        + "\"outputAudioTranscription\":{}}}");
    try (WsClient client = dial(token)) {
      client.send("{\"setup\":{\"model\":\"models/gemini-3.1-flash-live-preview\","
          + "\"inputAudioTranscription\":{}}}");
      client.await("setupComplete");
      Connection connection = server.nextConnection();
      connection.say("hello");
      time.advance(Duration.ofSeconds(5));

      assertThat(client
              .await(m -> m.at("/serverContent/outputTranscription").isObject())
              .at("/serverContent/outputTranscription/text")
              .asText())
          .isEqualTo("hello");
      assertThat(connection.setup().has("inputAudioTranscription")).isTrue();
      assertThat(connection.setupInForce())
          .isEqualTo(WsClient.parse(
              "{\"model\":\"models/gemini-3.8-live\",\"outputAudioTranscription\":{}}"));
    }
  }

  @Test
  void withAMaskOnlyItsFieldsAreLocked() {
    String token = token("{\"bidiGenerateContentSetup\":{\"model\":\"models/gemini-3.8-live\","
        + "\"generationConfig\":{\"temperature\":0.5}},"
        + "\"fieldMask\":\"model,generationConfig.temperature\"}");
    try (WsClient client = dial(token)) {
      client.send(
          "{\"setup\":{\"model\":\"models/unknown\",\"generationConfig\":{\"temperature\":9},"
              + "\"outputAudioTranscription\":{}}}");
      client.await("setupComplete");
      server.nextConnection().say("hi");
      time.advance(Duration.ofSeconds(5));

      client.await(m -> m.at("/serverContent/outputTranscription").isObject());
    }
  }

  @Test
  void aLockedFieldThatIsNotSetIsPinnedToItsDefault() {
    String token =
        token("{\"fieldMask\":\"systemInstruction,generation_config.temperature,labels.team\"}");
    try (WsClient client = dial(token)) {
      client.send("{\"setup\":{\"model\":\"models/gemini-3.8-live\",\"systemInstruction\":"
          + "{\"parts\":[{\"text\":\"Be rude.\"}]},\"labels\":{\"team\":\"x\",\"tier\":\"y\"},"
          + "\"generationConfig\":{\"temperature\":2,\"topP\":1}}}");

      assertThat(server.nextConnection().setupInForce())
          .isEqualTo(WsClient.parse("{\"model\":\"models/gemini-3.8-live\",\"labels\":{\"tier\":"
              + "\"y\"},\"generationConfig\":{\"topP\":1}}"));
    }
  }

  @Test
  void withoutATokenTheSetupIsInForceAsItCame() {
    try (WsClient client = WsClient.dial(server, WsClient.DEV, "x-goog-api-key", "right")) {
      client.send(WsClient.SETUP);
      Connection connection = server.nextConnection();

      assertThat(connection.setupInForce()).isEqualTo(connection.setup());
    }
  }

  @Test
  void aMaskMayNameFieldsOfTheSetupOnly() {
    assertThat(error("{\"fieldMask\":\"model,temperature\"}"))
        .isEqualTo("Invalid value at 'auth_token.field_mask'"
            + " (type.googleapis.com/google.protobuf.FieldMask), \"temperature\"");
    assertThat(error("{\"fieldMask\":\"tools.googleSearch\"}")).contains("tools.googleSearch");
    assertThat(error("{\"fieldMask\":\"explicitVadSignal\"}")).contains("explicitVadSignal");
  }

  @Test
  void unknownNamesAreRefusedInTheServicesWords() {
    assertThat(error("{\"liveConnectConstraints\":{}}"))
        .isEqualTo("Invalid JSON payload received. Unknown name \"liveConnectConstraints\" at"
            + " 'auth_token': Cannot find field.");
    assertThat(error("{\"ttl\":\"60s\"}")).contains("Unknown name \"ttl\"");
    assertThat(error("{\"bidiGenerateContentSetup\":{\"modell\":\"x\"}}"))
        .contains("Unknown name \"modell\" at 'auth_token.bidi_generate_content_setup'");
  }

  @Test
  void wrongValuesAreRefused() {
    assertThat(error("{\"uses\":-1}")).contains("auth_token.uses");
    assertThat(error("{\"expireTime\":\"soon\"}")).contains("\"soon\"");
    assertThat(error("{\"expireTime\":\"" + Instant.now().plusSeconds(21 * 3600) + "\"}"))
        .contains("20 hours");
    assertThat(error("[]")).contains("Invalid JSON payload");
    assertThat(post("wrong", "{}").body()).contains("API key not valid");
  }

  @Test
  void aTokenIsGoodOnTheConstrainedMethodOnlyAndAKeyOnTheOther() {
    String token = token("{}");
    try (WsClient client = WsClient.dial(server, WsClient.DEV + "?key=" + token, "x-unused", "1")) {
      client.send(WsClient.SETUP);
      assertThat(client.awaitClosed().reason()).startsWith("API key not valid");
    }
    try (WsClient client = WsClient.dial(server, WsClient.CONSTRAINED, "x-goog-api-key", "right")) {
      client.send(WsClient.SETUP);
      assertThat(client.awaitClosed().code()).isEqualTo(1008);
    }
    assertThat(refusal("auth_tokens/made-up").code()).isEqualTo(1007);
  }

  @Test
  void tunedModelsAreNotForTokens() {
    try (WsClient client = dial(token("{}"))) {
      client.send("{\"setup\":{\"model\":\"tunedModels/house-voice-7\"}}");

      assertThat(client.awaitClosed().reason()).startsWith("token-based requests cannot use");
    }
  }
}
