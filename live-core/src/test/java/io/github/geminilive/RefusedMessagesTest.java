package io.github.geminilive;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.Endpoint.Backend;
import io.github.geminilive.internal.profile.MessageCheck;
import io.github.geminilive.internal.profile.ModelProfile;
import io.github.geminilive.internal.profile.Preflight;
import io.github.geminilive.internal.profile.RecordReader;
import io.github.geminilive.internal.profile.SessionFacts;
import io.github.geminilive.protocol.ClientMessage;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.Setup;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every client message of the wire reference: the wrong ones are stopped, the right ones pass. */
class RefusedMessagesTest {

  /** What stops a message before the wire. */
  private enum StoppedBy {
    /** A finding of {@link LiveConfig#check()} with severity REFUSED. */
    PREFLIGHT,
    /** A refusal to send in an open session. */
    MESSAGE_CHECK,
    /** A record's constructor or factory, which throws. */
    CONSTRUCTION,
    /** The types: there is no way to write it but as raw JSON. */
    TYPES
  }

  /**
   * How a wrong message is stopped.
   *
   * @param by what stops it
   * @param words what the message to the caller says, among others
   */
  private record Stop(StoppedBy by, String words) {}

  private static final Map<String, Stop> STOPS = Map.ofEntries(
      preflight("setup_thinking_level_missing_xt", "thinkingConfig.thinkingLevel"),
      preflight("setup_thinking_on_38", "generationConfig.thinkingConfig"),
      preflight("setup_two_modalities", "[AUDIO, TEXT]"),
      preflight("setup_text_on_native_audio", "not TEXT"),
      preflight("setup_unsupported_generation_fields", "generationConfig.responseMimeType"),
      preflight("setup_unknown_voice", "NoSuchVoice"),
      preflight("setup_multi_speaker", "speechConfig.multiSpeakerVoiceConfig"),
      preflight("setup_function_both_schemas", "functionDeclarations[0].parametersJsonSchema"),
      preflight("setup_function_schema_unknown_keyword", "parameters.properties.a.$ref"),
      preflight("setup_function_bad_name", "2 fast"),
      preflight("setup_resumption_transparent_gemini", "sessionResumption.transparent"),
      preflight("setup_transcription_smart_with_timestamps", "inputAudioTranscription.mode"),
      preflight("setup_proactivity_false_38", "proactivity.proactiveAudio"),
      preflight("setup_explicit_vad_signal_gemini", "explicitVadSignal"),
      preflight("setup_unknown_field", "ttl_seconds"),
      preflight("setup_bare_model_name", "models/gemini-3.8-live"),
      preflight("enum_setup_safety_unspecified_category", "safetySettings[0].category"),
      preflight("enum_setup_thinking_minimal_xt", "MINIMAL"),
      preflight("enum_setup_thinking_unspecified", "thinkingLevel"),
      preflight("enum_setup_modality_image", "IMAGE"),
      preflight("enum_setup_modality_unspecified", "MODALITY_UNSPECIFIED"),
      preflight("enum_schema_type_unspecified", "parameters.properties.a.type"),
      message("client_second_setup", "setup was sent already"),
      message("content_function_history", "turns[0].parts[0].functionCall"),
      message("content_system_role_gemini", "\"system\""),
      message("content_on_31_midsession", "realtimeInput.text"),
      message("rt_activity_with_auto_vad", "activityStart"),
      message("rt_stream_end_with_manual_vad", "activityEnd"),
      message("rt_audio_wrong_mime", "video/mp4"),
      message("rt_video_wrong_mime", "application/json"),
      message("tool_response_no_id_gemini", "functionResponses[0].id"),
      message("tool_response_empty_list", "functionResponses is empty"),
      message("tool_response_will_continue_vertex", "willContinue"),
      message("tool_response_scalar", "response must be a JSON object"),
      message("tool_response_interrupted_spelling", "INTERRUPTED"),
      construction("setup_missing_model", "model"),
      construction("client_two_oneof_members", "2"),
      construction("client_empty_object", "0"),
      construction("rt_bad_base64", "base64"),
      // A list of modalities is a List: there is no way to pass an object.
      types("setup_wrong_type", "responseModalities"),
      // Turns are a List of Content.
      types("content_turns_not_array", "turns"),
      // A marker is an Empty, not a Boolean.
      types("rt_activity_as_bool", "activityStart"),
      // The tools of an update are a ToolsUpdate, not a List.
      types("context_update_bare_list", "tools"));

  private static Map.Entry<String, Stop> preflight(String name, String words) {
    return entry(name, new Stop(StoppedBy.PREFLIGHT, words));
  }

  private static Map.Entry<String, Stop> message(String name, String words) {
    return entry(name, new Stop(StoppedBy.MESSAGE_CHECK, words));
  }

  private static Map.Entry<String, Stop> construction(String name, String words) {
    return entry(name, new Stop(StoppedBy.CONSTRUCTION, words));
  }

  private static Map.Entry<String, Stop> types(String name, String words) {
    return entry(name, new Stop(StoppedBy.TYPES, words));
  }

  /** One client message on one backend. */
  private record Line(String name, Backend backend, boolean valid, Json message) {

    boolean isSetup() {
      return message.asObject().containsKey("setup");
    }

    ClientMessage read() {
      return RecordReader.read(ClientMessage.class, message);
    }

    /** The session in which the note says the message is right, or wrong. */
    SessionFacts session() {
      boolean seeding = name.equals("content_history_close");
      LiveModel model = seeding || name.equals("content_on_31_midsession")
          ? LiveModel.GEMINI_3_1_FLASH_LIVE_PREVIEW
          : LiveModel.GEMINI_3_8_LIVE;
      boolean manual = name.equals("rt_activity_start")
          || name.equals("rt_activity_end")
          || name.equals("rt_stream_end_with_manual_vad");
      return new SessionFacts(ModelProfile.of(model, backend), backend, manual, seeding);
    }

    List<ConfigFinding> refusals() {
      Setup setup = Objects.requireNonNull(read().setup());
      ModelProfile profile = ModelProfile.of(LiveModel.of(setup.model()), backend);
      return Preflight.check(setup, profile, endpoint(setup)).stream()
          .filter(finding -> finding.severity() == ConfigFinding.Severity.REFUSED)
          .toList();
    }

    private Endpoint endpoint(Setup setup) {
      if (backend == Backend.DEVELOPER) {
        // Affective dialog exists in this version only; the reference leaves versions open.
        return name.equals("setup_generation_full")
            ? Endpoint.developer().version("v1alpha")
            : Endpoint.developer();
      }
      return setup.model().startsWith("publishers/")
          ? Endpoint.vertexExpress()
          : Endpoint.vertex("demo-proj", "us-central1");
    }

    @Override
    public String toString() {
      return name + " on " + backend;
    }
  }

  private static Stream<Line> lines(boolean valid) {
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(
        Objects.requireNonNull(
            RefusedMessagesTest.class.getResourceAsStream("/protocol/messages.jsonl")),
        StandardCharsets.UTF_8))) {
      return lines
          .lines()
          .map(line -> Json.parse(line).asObject())
          .filter(line -> line.get("direction").equals("client"))
          .filter(line -> line.get("valid").equals(valid))
          .flatMap(RefusedMessagesTest::onItsBackends)
          .toList()
          .stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Line> onItsBackends(Map<String, Object> line) {
    return Stream.of(Backend.values())
        .filter(backend -> switch ((String) line.get("backend")) {
          case "gemini" -> backend == Backend.DEVELOPER;
          case "vertex" -> backend == Backend.VERTEX;
          default -> true;
        })
        .map(backend -> new Line(
            (String) line.get("name"),
            backend,
            (boolean) line.get("valid"),
            Json.of(line.get("message"))));
  }

  static Stream<Line> wrong() {
    return lines(false);
  }

  static Stream<Line> right() {
    return lines(true);
  }

  @Test
  void everyWrongMessageHasItsStop() {
    assertThat(wrong().map(Line::name).distinct())
        .hasSize(43)
        .containsExactlyInAnyOrderElementsOf(STOPS.keySet());
  }

  @Test
  void everyRightMessageIsLookedAt() {
    assertThat(right().map(Line::name).distinct()).hasSize(92);
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void aWrongMessageIsStoppedWithWordsThatNameTheCulprit(Line line) {
    Stop stop = Objects.requireNonNull(STOPS.get(line.name()));

    switch (stop.by()) {
      case PREFLIGHT ->
        assertThat(line.refusals())
            .isNotEmpty()
            .anySatisfy(finding -> assertThat(finding.toString()).contains(stop.words()));
      case MESSAGE_CHECK ->
        assertThat(MessageCheck.refusal(line.read(), line.session())).contains(stop.words());
      case CONSTRUCTION ->
        assertThatThrownBy(line::read)
            .isNotInstanceOf(RecordReader.WrongType.class)
            .isInstanceOfAny(IllegalArgumentException.class, NullPointerException.class)
            .satisfies(thrown -> assertThat(thrown.toString()).contains(stop.words()));
      case TYPES ->
        assertThatThrownBy(line::read)
            .isInstanceOf(RecordReader.WrongType.class)
            .hasMessageContaining(stop.words());
    }
  }

  @ParameterizedTest
  @MethodSource("wrong")
  void aWrongMessageIsStoppedInAnOpenSessionEvenWhenWrittenAsRawJson(Line line) {
    assertThat(MessageCheck.refusalOfRaw(line.message(), line.session())).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("right")
  void aRightMessagePasses(Line line) {
    if (line.isSetup()) {
      assertThat(line.refusals()).isEmpty();
    } else {
      assertThat(refusal(line)).isNull();
      assertThat(MessageCheck.refusalOfRaw(line.message(), line.session())).isNull();
    }
  }

  private static @Nullable String refusal(Line line) {
    // The standard alphabet is the typed one; the service alone must read the other.
    return line.name().equals("rt_audio_url_safe_base64")
        ? null
        : MessageCheck.refusal(line.read(), line.session());
  }
}
