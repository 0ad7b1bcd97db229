package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatNoException;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.GenerationConfig;
import io.github.geminilive.protocol.Json;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request for a token says, field mask included. */
class TokenRequestTest {

  private static final Instant NOW = Instant.parse("2026-11-22T12:00:00.123456Z");

  private static LiveConfig.Builder config() {
    return LiveConfig.builder("gemini-3.8-live").apiKey("key");
  }

  private static JsonNode body(TokenRequest request) {
    return Talk.json(request.body(NOW));
  }

  // The mask.

  @ParameterizedTest
  @CsvSource(delimiter = '|', textBlock = """
      {"model":"models/m"} | | model
      {"model":"models/m","generationConfig":{"temperature":1,\
      "speechConfig":{"languageCode":"en-US"}}} \
      | | model,generationConfig.temperature,generationConfig.speechConfig
      {"model":"models/m","sessionResumption":{},"tools":[{"googleSearch":{}}]} \
      | topK;systemInstruction \
      | model,sessionResumption,tools,generationConfig.topK,systemInstruction
      {"model":"m","realtimeInputConfig":{"automaticActivityDetection":{"disabled":true}}} \
      | | model,realtimeInputConfig.automaticActivityDetection
      {"model":"m","tools":[],"explicitVadSignal":false} | | model,tools,explicitVadSignal
      {"model":"m","generationConfig":{"topK":3}} | topK;tools | model,generationConfig.topK,tools
      {"model":"m","labels":{"team":"a","tier":"b"}} | | model,labels.team,labels.tier
      {"model":"m","labels":{"team":"a","cost-center":"b"}} | | model,labels
      {"model":"m","labels":{"safety_identifier":"a"}} | | model,labels
      """)
  void theMaskOfASetupIsTwoLevelsDeep(String setup, @Nullable String more, String mask) {
    List<String> extra = more == null ? List.of() : List.of(more.split(";"));

    assertThat(TokenMask.of(Json.parse(setup), extra)).isEqualTo(mask);
  }

  @Test
  void withoutASetupTheMaskIsWhatIsNamed() {
    assertThat(TokenMask.of(null, List.of("model", "tools"))).isEqualTo("model,tools");
  }

  static Stream<String> generationFields() {
    return Arrays.stream(GenerationConfig.class.getRecordComponents())
        .map(RecordComponent::getName)
        .filter(name -> !name.equals("extra"));
  }

  @ParameterizedTest
  @MethodSource("generationFields")
  void everyFieldOfTheGenerationIsNamedWithIt(String field) {
    TokenRequest request = TokenRequest.builder().alsoLock(field).build();

    assertThat(body(request).path("fieldMask").asText()).isEqualTo("generationConfig." + field);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "tools",
        "temperature",
        "generationConfig",
        "generationConfig.topK",
        "generationConfig.speechConfig.languageCode",
        "realtimeInputConfig.automaticActivityDetection",
        "labels"
      })
  void fieldsOfTheSetupCanBeNamed(String field) {
    assertThatNoException().isThrownBy(() -> TokenRequest.builder().alsoLock(field));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "temprature",
        "system_instruction",
        "generationConfig.tools",
        "generationConfig.",
        "tools.googleSearch",
        "labels.team",
        "model,tools",
        "extra",
        "generationConfig.extra"
      })
  void aNameThatWouldLockNothingIsRefused(String field) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenRequest.builder().alsoLock("tools", field))
        .withMessageContainingAll("no field \"" + field + "\"", "such as temperature");
  }

  // What locks what.

  @Test
  void aLockedConfigurationWithoutMoreLocksTheWholeSetup() {
    JsonNode body = body(TokenRequest.builder().lock(config().build()).build());

    assertThat(body.has("bidiGenerateContentSetup")).isTrue();
    assertThat(body.has("fieldMask")).isFalse();
  }

  @Test
  void onlySetFieldsAreLockedWhereThatIsWanted() {
    TokenRequest request = TokenRequest.builder()
        .lock(config()
            .resumption(false)
            .compression(false)
            .inputTranscription(false)
            .temperature(0.7)
            .build())
        .lockOnlySetFields()
        .alsoLock("topK", "systemInstruction")
        .build();

    assertThat(body(request).path("fieldMask").asText())
        .isEqualTo("model,generationConfig.temperature,generationConfig.responseModalities,"
            + "outputAudioTranscription,generationConfig.topK,systemInstruction");
  }

  @Test
  void nothingIsLockedWithoutBeingAsked() {
    assertThat(body(TokenRequest.builder().build())).isEqualTo(Talk.json("{\"uses\":1}"));
  }

  @Test
  void fieldsCanBeLockedToTheirDefaultsWithoutASetup() {
    assertThat(body(TokenRequest.builder().alsoLock("tools", "temperature").build()))
        .isEqualTo(Talk.json("{\"uses\":1,\"fieldMask\":\"tools,generationConfig.temperature\"}"));
  }

  @Test
  void theSetupIsTheOneThatWouldBeSentWithoutWrapper() {
    LiveConfig config = config()
        .systemInstruction("Be brief.")
        .voice("Kore")
        .tools(ToolSet.builder()
            .add(FunctionDeclaration.builder("look", "Looks.").build(), (args, context) -> "x")
            .build())
        .setupExtra("brandNew", Json.parse("{\"a\":1}"))
        .build();

    JsonNode setup =
        body(TokenRequest.oneUse(Duration.ofMinutes(1), config)).path("bidiGenerateContentSetup");

    assertThat(setup).isEqualTo(Talk.json("""
        {"model":"models/gemini-3.8-live",
         "generationConfig":{"responseModalities":["AUDIO"],"speechConfig":{"voiceConfig":
           {"prebuiltVoiceConfig":{"voiceName":"Kore"}}}},
         "systemInstruction":{"parts":[{"text":"Be brief."}]},
         "tools":[{"functionDeclarations":[{"name":"look","description":"Looks."}]}],
         "sessionResumption":{},
         "contextWindowCompression":{"slidingWindow":{}},
         "inputAudioTranscription":{},
         "outputAudioTranscription":{},
         "brandNew":{"a":1}}
        """));
  }

  @Test
  void noHandleAndNoHistoryIsPartOfIt() {
    LiveConfig config = LiveConfig.builder(LiveModel.GEMINI_3_1_FLASH_LIVE_PREVIEW)
        .apiKey("key")
        .resumeFrom("handle-of-another")
        .history(List.of(Content.user("What I said."), Content.model("What it said.")))
        .build();
    assertThat(config.setup().historyConfig()).isNotNull();

    String body = TokenRequest.oneUse(Duration.ofMinutes(1), config).body(NOW);

    assertThat(body).doesNotContain("handle", "said", "historyConfig");
    assertThat(Talk.json(body).at("/bidiGenerateContentSetup/sessionResumption"))
        .isEmpty();
  }

  // Uses and times.

  @Test
  void aMinuteAndOneUseIsOneLine() {
    TokenRequest request = TokenRequest.oneUse(Duration.ofSeconds(60), config().build());

    JsonNode body = body(request);
    assertThat(body.path("uses").asInt()).isEqualTo(1);
    assertThat(body.path("expireTime").asText()).isEqualTo("2026-11-22T12:01:00.123Z");
    assertThat(body.path("newSessionExpireTime").asText()).isEqualTo("2026-11-22T12:01:00.123Z");
    assertThat(body.has("ttl")).isFalse();
    assertThat(body.has("fieldMask")).isFalse();
  }

  @Test
  void timesThatNobodyAskedForAreLeftToTheService() {
    TokenRequest request = TokenRequest.builder().uses(0).build();

    assertThat(body(request)).isEqualTo(Talk.json("{\"uses\":0}"));
    assertThat(request.lifetime()).isEqualTo(Duration.ofMinutes(30));
    assertThat(request.startWithin()).isEqualTo(Duration.ofSeconds(60));
  }

  @Test
  void aTokenThatLivesForLessThanAMinuteIsBegunWithinItsLife() {
    TokenRequest request =
        TokenRequest.builder().lifetime(Duration.ofSeconds(59)).build();

    assertThat(request.startWithin()).isEqualTo(Duration.ofSeconds(59));
  }

  @Test
  void timesEndBelowTwentyHours() {
    Duration limit = Duration.ofHours(20);

    TokenRequest longest = TokenRequest.builder()
        .lifetime(limit.minusMillis(1))
        .startWithin(limit.minusMillis(1))
        .build();

    assertThat(body(longest).path("expireTime").asText()).isEqualTo("2026-11-23T08:00:00.122Z");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenRequest.builder().lifetime(limit))
        .withMessageContainingAll("lifetime must be less than 20 hours", "PT20H", "new token");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenRequest.builder().startWithin(limit.plusMillis(1)))
        .withMessageContaining("startWithin must be less than 20 hours");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PT0.999S", "PT0S", "PT-1M"})
  void timesBeginAtASecond(Duration tooShort) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenRequest.builder().lifetime(tooShort))
        .withMessageContaining("lifetime must be at least a second: " + tooShort);
    assertThatNoException()
        .isThrownBy(() -> TokenRequest.builder().lifetime(Duration.ofSeconds(1)).build());
  }

  @Test
  void usesAreNotNegative() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> TokenRequest.builder().uses(-1))
        .withMessageContaining("-1");
  }

  @Test
  void aStartAfterTheEndIsRefused() {
    assertThatIllegalStateException()
        .isThrownBy(
            () -> TokenRequest.builder().startWithin(Duration.ofMinutes(31)).build())
        .withMessageContainingAll("PT31M", "PT30M", "Raise lifetime");
    assertThatNoException()
        .isThrownBy(
            () -> TokenRequest.builder().startWithin(Duration.ofMinutes(30)).build());
  }

  @Test
  void partsThatContradictEachOtherAreRefused() {
    assertThatIllegalStateException()
        .isThrownBy(() -> TokenRequest.builder().lockOnlySetFields().build())
        .withMessageContaining("lock(config)");
    assertThatIllegalStateException()
        .isThrownBy(() ->
            TokenRequest.builder().lock(config().build()).alsoLock("tools").build())
        .withMessageContaining("lockOnlySetFields()");
  }

  @Test
  void aCopyIsTheSameRequest() {
    TokenRequest request = TokenRequest.builder()
        .uses(3)
        .lifetime(Duration.ofHours(1))
        .startWithin(Duration.ofMinutes(5))
        .lock(config().build())
        .lockOnlySetFields()
        .alsoLock("topK")
        .build();

    TokenRequest copy = request.toBuilder().build();

    assertThat(copy.body(NOW)).isEqualTo(request.body(NOW));
    assertThat(copy).hasToString(request.toString());
    assertThat(request)
        .hasToString("TokenRequest[uses=3, lifetime=PT1H, startWithin=PT5M,"
            + " locked=gemini-3.8-live, set fields and [topK]]");
  }

  @Test
  void aTokenKeepsItsNameBack() {
    EphemeralToken token = new EphemeralToken("auth_tokens/s3cret", NOW, NOW, 0);

    assertThat(token.toString()).doesNotContain("s3cret").contains("uses=any");
    assertThat(token.credentials().header().value()).isEqualTo("Token auth_tokens/s3cret");
    assertThat(Map.of("token", token).toString()).doesNotContain("s3cret");
  }
}
