package io.github.geminilive.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What no service would accept, whatever the model, cannot be built. */
class BuilderChecksTest {

  private static Arguments refused(String wireName, ThrowingCallable attempt, String message) {
    return Arguments.of(wireName, attempt, message);
  }

  /** Named after the invalid client messages of the wire reference. */
  static Stream<Arguments> refusedMessages() {
    return Stream.of(
        refused(
            "setup_function_both_schemas",
            () -> FunctionDeclaration.builder("f", "x")
                .parameters(Schema.of(SchemaType.OBJECT))
                .parametersJsonSchema(Json.parse("{\"type\":\"object\"}"))
                .build(),
            "parameters and parametersJsonSchema exclude each other: f"),
        refused(
            "setup_function_bad_name",
            () -> FunctionDeclaration.builder("2 fast", "x"),
            "name must begin with a letter or _ and hold at most 128 of A-Z a-z 0-9 _ . : - : "
                + "2 fast"),
        refused(
            "setup_transcription_smart_with_timestamps",
            () -> AudioTranscriptionConfig.builder()
                .mode(TranscriptionMode.SMART)
                .wordTimestamp(true)
                .diarization(true)
                .build(),
            "mode SMART excludes wordTimestamp and diarization"),
        refused("setup_missing_model", () -> Setup.builder(" "), "model must not be blank"),
        refused(
            "client_two_oneof_members",
            () -> ClientMessage.builder()
                .setup(Setup.builder("models/gemini-3.8-live").build())
                .clientContent(ClientContent.builder().turnComplete(true).build())
                .build(),
            "a client message has exactly one top-level member: 2"),
        refused(
            "client_empty_object",
            () -> ClientMessage.builder().build(),
            "a client message has exactly one top-level member: 0"),
        refused(
            "rt_audio_wrong_mime",
            () -> RealtimeInput.audio("video/mp4", Bytes.EMPTY),
            "audio must carry a MIME type beginning with audio/: video/mp4"),
        refused(
            "rt_video_wrong_mime",
            () -> RealtimeInput.video("application/json", Bytes.EMPTY),
            "video must carry a MIME type beginning with image/: application/json"),
        refused(
            "tool_response_scalar",
            () -> FunctionResponse.of("fc_9", "a", Json.of("ok")),
            "response must be a JSON object: \"ok\""),
        refused(
            "tool_response_interrupted_spelling",
            () -> FunctionResponse.builder("fc_10", "a")
                .scheduling(FunctionScheduling.of("INTERRUPTED")),
            "scheduling is spelled INTERRUPT: INTERRUPTED"),
        refused(
            "tool_response_empty_list",
            () -> ToolResponse.of(),
            "functionResponses must not be empty"),
        refused(
            "enum_setup_safety_unspecified_category",
            () -> SafetySetting.builder(HarmCategory.UNSPECIFIED, HarmBlockThreshold.OFF)
                .build(),
            "category must name a kind of harm: HARM_CATEGORY_UNSPECIFIED"),
        refused(
            "enum_schema_type_unspecified",
            () -> Schema.of(SchemaType.UNSPECIFIED),
            "type must be a real type: TYPE_UNSPECIFIED"),
        refused(
            "rt_bad_base64",
            () -> Bytes.fromBase64("***not base64***"),
            "Illegal base64 character 2a"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("refusedMessages")
  void anInvalidMessageIsRefused(String wireName, ThrowingCallable attempt, String message) {
    assertThatThrownBy(attempt).isInstanceOf(IllegalArgumentException.class).hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(doubles = {-0.1, 2.1, Double.NaN, Double.POSITIVE_INFINITY})
  void aTemperatureOutOfRangeIsNamed(double temperature) {
    assertThatThrownBy(() -> GenerationConfig.builder().temperature(temperature))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("temperature must be in [0, 2]: " + temperature);
  }

  @ParameterizedTest
  @ValueSource(doubles = {0, 1, 2})
  void aTemperatureInRangeIsKept(double temperature) {
    assertThat(GenerationConfig.builder().temperature(temperature).build().temperature())
        .isEqualTo(temperature);
  }

  @ParameterizedTest
  @ValueSource(ints = {-2, -1, 0})
  void aThinkingBudgetStartsAtMinusOne(int budget) {
    ThrowingCallable attempt = () -> ThinkingConfig.builder().thinkingBudget(budget);

    if (budget < -1) {
      assertThatThrownBy(attempt).hasMessage("thinkingBudget must be at least -1: -2");
    } else {
      assertThatCode(attempt).doesNotThrowAnyException();
    }
  }

  @Test
  void aRequiredValueIsNamed() {
    assertThatThrownBy(() -> Setup.builder(null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("model");
    assertThatThrownBy(() -> Part.inlineData("audio/pcm", null))
        .isInstanceOf(NullPointerException.class)
        .hasMessage("data");
  }

  @Test
  void aFunctionResponseNeedsAResponse() {
    assertThatThrownBy(() -> FunctionResponse.builder("fc_1", "ping").build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("response must be set, if only to {}: ping");
  }

  @Test
  void aFunctionNameMayHave128Characters() {
    assertThatCode(() -> FunctionDeclaration.builder("_" + "a".repeat(127), "x"))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> FunctionDeclaration.builder("_" + "a".repeat(128), "x"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aBuiltRecordDoesNotFollowTheCallersList() {
    List<Tool> tools = new ArrayList<>(List.of(Tool.ofGoogleSearch()));
    Setup setup = Setup.builder("models/m").tools(tools).build();

    tools.clear();

    assertThat(setup.tools()).hasSize(1);
    assertThatThrownBy(() -> setup.tools().clear())
        .isInstanceOf(UnsupportedOperationException.class);
  }

  @Test
  void aCopyChangesOnlyWhatIsSaid() {
    Setup setup = Setup.builder("models/m")
        .labels(Map.of("team", "voice"))
        .extra("newest", Json.of(1))
        .build();

    Setup changed = setup.toBuilder().model("models/n").build();

    assertThat(changed.model()).isEqualTo("models/n");
    assertThat(changed.toBuilder().model("models/m").build()).isEqualTo(setup);
    assertThat(setup.toBuilder().labels(null).build().labels()).isNull();
  }

  @Test
  void aMemberWithAPropertyIsNotExtra() {
    assertThatThrownBy(() -> Setup.builder("models/m").extra("tools", Json.of(List.of())))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("tools has a typed property; set it there");
    assertThatThrownBy(() -> Schema.builder().extra("enum", Json.of(List.of())))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void anUntypedMessageIsStillOneMember() {
    ClientMessage message =
        ClientMessage.builder().extra("newest", Json.EMPTY_OBJECT).build();

    assertThat(message.extra()).containsOnlyKeys("newest");
  }
}
