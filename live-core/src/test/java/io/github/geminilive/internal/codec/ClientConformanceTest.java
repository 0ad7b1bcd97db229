package io.github.geminilive.internal.codec;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.protocol.ActivityHandling;
import io.github.geminilive.protocol.AudioResponseFormat;
import io.github.geminilive.protocol.AudioTranscriptionConfig;
import io.github.geminilive.protocol.AutomaticActivityDetection;
import io.github.geminilive.protocol.AvatarConfig;
import io.github.geminilive.protocol.Blob;
import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.ClientContent;
import io.github.geminilive.protocol.ClientMessage;
import io.github.geminilive.protocol.CodeExecution;
import io.github.geminilive.protocol.CodeExecutionResult;
import io.github.geminilive.protocol.CodeLanguage;
import io.github.geminilive.protocol.CodeOutcome;
import io.github.geminilive.protocol.ComputerEnvironment;
import io.github.geminilive.protocol.ComputerUse;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.ContextUpdate;
import io.github.geminilive.protocol.ContextWindowCompressionConfig;
import io.github.geminilive.protocol.CustomizedAvatar;
import io.github.geminilive.protocol.DynamicRetrievalConfig;
import io.github.geminilive.protocol.DynamicRetrievalMode;
import io.github.geminilive.protocol.Empty;
import io.github.geminilive.protocol.EndSensitivity;
import io.github.geminilive.protocol.EnterpriseWebSearch;
import io.github.geminilive.protocol.ExaAiSearch;
import io.github.geminilive.protocol.ExecutableCode;
import io.github.geminilive.protocol.FeatureSelectionPreference;
import io.github.geminilive.protocol.FileData;
import io.github.geminilive.protocol.FileSearch;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.FunctionResponse;
import io.github.geminilive.protocol.FunctionResponsePart;
import io.github.geminilive.protocol.FunctionScheduling;
import io.github.geminilive.protocol.GenerationConfig;
import io.github.geminilive.protocol.GoogleMaps;
import io.github.geminilive.protocol.GoogleSearch;
import io.github.geminilive.protocol.GoogleSearchRetrieval;
import io.github.geminilive.protocol.GroundingTypes;
import io.github.geminilive.protocol.HarmBlockMethod;
import io.github.geminilive.protocol.HarmBlockThreshold;
import io.github.geminilive.protocol.HarmCategory;
import io.github.geminilive.protocol.HistoryConfig;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.LanguageHints;
import io.github.geminilive.protocol.McpServer;
import io.github.geminilive.protocol.MediaProcessing;
import io.github.geminilive.protocol.MediaResolution;
import io.github.geminilive.protocol.Modality;
import io.github.geminilive.protocol.ModelConfig;
import io.github.geminilive.protocol.ParallelAiSearch;
import io.github.geminilive.protocol.Part;
import io.github.geminilive.protocol.PartMediaResolution;
import io.github.geminilive.protocol.PhishBlockThreshold;
import io.github.geminilive.protocol.ProactivityConfig;
import io.github.geminilive.protocol.RealtimeInput;
import io.github.geminilive.protocol.RealtimeInputConfig;
import io.github.geminilive.protocol.ReplicatedVoiceConfig;
import io.github.geminilive.protocol.ResponseFormat;
import io.github.geminilive.protocol.Retrieval;
import io.github.geminilive.protocol.SafetySetting;
import io.github.geminilive.protocol.Schema;
import io.github.geminilive.protocol.SchemaType;
import io.github.geminilive.protocol.SearchTypes;
import io.github.geminilive.protocol.ServerToolCall;
import io.github.geminilive.protocol.ServerToolResponse;
import io.github.geminilive.protocol.SessionResumptionConfig;
import io.github.geminilive.protocol.Setup;
import io.github.geminilive.protocol.SlidingWindow;
import io.github.geminilive.protocol.SpeechConfig;
import io.github.geminilive.protocol.SpeechMetadata;
import io.github.geminilive.protocol.StartSensitivity;
import io.github.geminilive.protocol.StreamableHttpTransport;
import io.github.geminilive.protocol.ThinkingConfig;
import io.github.geminilive.protocol.ThinkingLevel;
import io.github.geminilive.protocol.TimeRange;
import io.github.geminilive.protocol.Tool;
import io.github.geminilive.protocol.ToolResponse;
import io.github.geminilive.protocol.ToolType;
import io.github.geminilive.protocol.ToolsUpdate;
import io.github.geminilive.protocol.TranscriptionMode;
import io.github.geminilive.protocol.TranslationConfig;
import io.github.geminilive.protocol.TurnCoverage;
import io.github.geminilive.protocol.UrlContext;
import io.github.geminilive.protocol.VideoMetadata;
import io.github.geminilive.protocol.VoiceConfig;
import io.github.geminilive.protocol.VoiceConsentSignature;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every valid message of a client can be built with the typed API and is equal JSON. */
class ClientConformanceTest {

  /** Spellings that only the service has to accept; a client sends the canonical ones. */
  private static final Set<String> TOLERANCE_OF_THE_SERVICE = Set.of(
      "setup_snake_case",
      "rt_audio_snake_case",
      "rt_audio_mixed_case",
      "rt_audio_url_safe_base64",
      "tool_response_snake_case");

  private static final String LIVE = "models/gemini-3.8-live";
  private static final String PUBLISHERS =
      "projects/demo-proj/locations/us-central1/publishers/google/models/";
  private static final String VERTEX = PUBLISHERS + "gemini-3.8-live";
  private static final String TRANSCRIBE = "models/gemini-3.5-transcribe-live";
  private static final String XT = "models/gemini-3.8-live-extended-thinking";
  private static final String NATIVE = "models/gemini-2.5-flash-native-audio-preview-12-2025";
  private static final String FLASH_31 = "models/gemini-3.1-flash-live-preview";

  private static final Bytes PCM = pcm();
  private static final Bytes JPEG = Bytes.fromBase64("/9j/4AAQSkZJRgABAQAAAQABAAD/2Q==");
  private static final Bytes WAV = Bytes.fromBase64("UklGRiQAAABXQVZFZm10IA==");

  private static final Map<String, ClientMessage> BUILT = new LinkedHashMap<>();

  private static Bytes pcm() {
    byte[] pcm = new byte[64];
    for (int i = 0; i < pcm.length; i++) {
      pcm[i] = (byte) i;
    }
    return Bytes.wrap(pcm);
  }

  private static void setup(String name, Setup.Builder setup) {
    BUILT.put(name, ClientMessage.of(setup.build()));
  }

  private static void generation(String name, String model, GenerationConfig.Builder config) {
    setup(name, Setup.builder(model).generationConfig(config.build()));
  }

  private static void tools(String name, String model, Tool... tools) {
    setup(name, Setup.builder(model).tools(tools));
  }

  private static void content(String name, ClientContent.Builder content) {
    BUILT.put(name, ClientMessage.of(content.build()));
  }

  private static void realtime(String name, RealtimeInput input) {
    BUILT.put(name, ClientMessage.of(input));
  }

  private static void response(String name, FunctionResponse... responses) {
    BUILT.put(name, ClientMessage.of(ToolResponse.of(responses)));
  }

  private static void update(String name, ContextUpdate.Builder update) {
    BUILT.put(name, ClientMessage.of(update.build()));
  }

  private static FunctionResponse.Builder answer(String id, String name, Map<String, ?> response) {
    return FunctionResponse.builder(id, name).response(Json.of(response));
  }

  private static FunctionDeclaration function(String name, String description) {
    return FunctionDeclaration.builder(name, description).build();
  }

  private static GenerationConfig.Builder audio() {
    return GenerationConfig.builder().responseModalities(Modality.AUDIO);
  }

  private static GenerationConfig.Builder voice(VoiceConfig.Builder voice) {
    return GenerationConfig.builder()
        .speechConfig(SpeechConfig.builder().voiceConfig(voice.build()).build());
  }

  static {
    setup("setup_minimal_gemini", Setup.builder(LIVE));
    generation("setup_minimal_vertex", VERTEX, audio());
    generation("setup_vertex_express_model", "publishers/google/models/gemini-3.8-live", audio());
    setup("setup_tuned_model", Setup.builder("tunedModels/house-voice-7"));
    generation(
        "setup_generation_full",
        NATIVE,
        audio()
            .candidateCount(1)
            .maxOutputTokens(2048)
            .temperature(0.6)
            .topP(0.9)
            .topK(32)
            .seed(1234)
            .presencePenalty(0.1)
            .frequencyPenalty(-0.2)
            .mediaResolution(MediaResolution.LOW)
            .thinkingConfig(ThinkingConfig.builder()
                .includeThoughts(true)
                .thinkingBudget(-1)
                .build())
            .enableAffectiveDialog(true)
            .speechConfig(
                SpeechConfig.voice("Kore").toBuilder().languageCode("en-GB").build()));
    generation("setup_generation_dev_only", LIVE, audio().enableEnhancedCivicAnswers(false));
    generation(
        "setup_generation_vertex_only",
        VERTEX,
        audio()
            .modelConfig(ModelConfig.builder()
                .featureSelectionPreference(FeatureSelectionPreference.BALANCED)
                .build())
            .responseFormat(ResponseFormat.builder()
                .audio(AudioResponseFormat.builder()
                    .mimeType("audio/pcm")
                    .sampleRate(24000)
                    .build())
                .build()));
    generation(
        "setup_thinking_level_xt",
        XT,
        audio()
            .thinkingConfig(ThinkingConfig.level(ThinkingLevel.MEDIUM).toBuilder()
                .includeThoughts(true)
                .build()));
    generation(
        "setup_catalog_voice",
        LIVE,
        GenerationConfig.builder().speechConfig(SpeechConfig.voice("en-us-tavi")));
    generation("setup_voice_id", LIVE, voice(VoiceConfig.builder().voice("voices/brand-narrator")));
    generation(
        "setup_replicated_voice",
        LIVE,
        voice(VoiceConfig.builder()
            .replicatedVoiceConfig(ReplicatedVoiceConfig.builder("audio/wav", WAV)
                .consentAudio(WAV)
                .build())));
    generation(
        "setup_replicated_voice_signature",
        LIVE,
        voice(VoiceConfig.builder()
            .replicatedVoiceConfig(ReplicatedVoiceConfig.builder("audio/wav", WAV)
                .voiceConsentSignature(
                    VoiceConsentSignature.builder("c2lnLTAwMQ==").build())
                .build())));
    setup(
        "setup_system_instruction",
        Setup.builder(LIVE)
            .systemInstruction(Content.user(
                Part.text("You are a calm train conductor."),
                Part.text("Answer in one sentence."))));
    tools("setup_functions_schema_full", LIVE, Tool.functions(bookTable()));
    tools(
        "setup_functions_json_schema",
        LIVE,
        Tool.functions(FunctionDeclaration.builder("set_light", "Change a lamp.")
            .behavior(FunctionBehavior.NON_BLOCKING)
            .parametersJsonSchema(Json.parse("""
                {"$schema": "https://json-schema.org/draft/2020-12/schema",
                 "type": "object",
                 "additionalProperties": false,
                 "properties": {
                   "lamp": {"type": "string"},
                   "level": {"type": "integer", "exclusiveMinimum": 0, "maximum": 100},
                   "mode": {"oneOf": [{"const": "warm"}, {"const": "cold"}]},
                   "area": {"$ref": "#/$defs/area"}},
                 "required": ["lamp"],
                 "$defs": {"area": {"type": ["string", "null"]}}}
                """))
            .responseJsonSchema(Json.of(
                Map.of("type", "object", "properties", Map.of("ok", Map.of("type", "boolean")))))
            .build()));
    tools(
        "setup_function_no_parameters",
        LIVE,
        Tool.functions(function("ping", "No arguments.").toBuilder()
            .behavior(FunctionBehavior.UNSPECIFIED)
            .build()));
    tools(
        "setup_tools_search_and_functions",
        LIVE,
        Tool.ofGoogleSearch(),
        Tool.functions(function("ping", "No arguments."), function("pong", "No arguments.")));
    tools(
        "setup_tools_search_options_gemini",
        LIVE,
        Tool.builder()
            .googleSearch(GoogleSearch.builder()
                .searchTypes(SearchTypes.builder()
                    .webSearch(Empty.of())
                    .imageSearch(Empty.of())
                    .build())
                .timeRangeFilter(TimeRange.builder()
                    .startTime(Instant.parse("2026-01-01T00:00:00Z"))
                    .endTime(Instant.parse("2026-11-01T00:00:00Z"))
                    .build())
                .build())
            .build());
    tools(
        "setup_tools_search_options_vertex",
        VERTEX,
        Tool.builder()
            .googleSearch(GoogleSearch.builder()
                .excludeDomains("example.org")
                .blockingConfidence(PhishBlockThreshold.BLOCK_MEDIUM_AND_ABOVE)
                .build())
            .build());
    tools(
        "setup_tools_legacy_builtin",
        "models/gemini-live-2.5-flash-preview",
        Tool.builder().codeExecution(CodeExecution.builder().build()).build(),
        Tool.builder().urlContext(UrlContext.builder().build()).build(),
        Tool.builder()
            .googleSearchRetrieval(GoogleSearchRetrieval.builder()
                .dynamicRetrievalConfig(DynamicRetrievalConfig.builder()
                    .mode(DynamicRetrievalMode.MODE_DYNAMIC)
                    .dynamicThreshold(0.4)
                    .build())
                .build())
            .build());
    tools(
        "setup_tools_schema_only_gemini",
        LIVE,
        Tool.builder()
            .googleMaps(GoogleMaps.builder().enableWidget(true).build())
            .build(),
        Tool.builder()
            .computerUse(ComputerUse.builder()
                .environment(ComputerEnvironment.BROWSER)
                .excludedPredefinedFunctions("drag_and_drop")
                .enablePromptInjectionDetection(true)
                .disabledSafetyPolicies("COMMUNICATION_TOOL")
                .build())
            .build(),
        Tool.builder()
            .fileSearch(FileSearch.builder()
                .fileSearchStoreNames("fileSearchStores/manuals")
                .topK(4)
                .metadataFilter("lang=\"en\"")
                .build())
            .build(),
        Tool.builder()
            .mcpServers(McpServer.builder("tickets")
                .streamableHttpTransport(
                    StreamableHttpTransport.builder("https://mcp.example.com/v1")
                        .headers(Map.of("X-Team", "ops"))
                        .timeout(Duration.ofSeconds(20))
                        .sseReadTimeout(Duration.ofMinutes(5))
                        .terminateOnClose(true)
                        .build())
                .build())
            .build());
    tools(
        "setup_tools_schema_only_vertex",
        VERTEX,
        Tool.builder()
            .retrieval(Retrieval.builder()
                .disableAttribution(false)
                .vertexRagStore(Json.parse("""
                    {"ragResources": [{"ragCorpus":
                      "projects/demo-proj/locations/us-central1/ragCorpora/9"}],
                     "similarityTopK": 5,
                     "storeContext": true,
                     "vectorDistanceThreshold": 0.4}
                    """))
                .build())
            .build(),
        Tool.builder()
            .enterpriseWebSearch(EnterpriseWebSearch.builder()
                .excludeDomains("example.net")
                .blockingConfidence(PhishBlockThreshold.BLOCK_ONLY_EXTREMELY_HIGH)
                .build())
            .build(),
        Tool.builder()
            .parallelAiSearch(ParallelAiSearch.builder().apiKey("k-placeholder").build())
            .build(),
        Tool.builder()
            .exaAiSearch(ExaAiSearch.builder()
                .apiKey("k-placeholder")
                .customConfigs(Json.of(Map.of("numResults", 3)))
                .build())
            .build(),
        Tool.builder()
            .googleMaps(GoogleMaps.builder()
                .authConfig(Json.of(Map.of("authType", "API_KEY_AUTH")))
                .groundingTypes(GroundingTypes.builder()
                    .places(Empty.of())
                    .routing(Empty.of())
                    .build())
                .build())
            .build());
    setup(
        "setup_vad_tuned",
        Setup.builder(LIVE)
            .realtimeInputConfig(RealtimeInputConfig.builder()
                .automaticActivityDetection(AutomaticActivityDetection.builder()
                    .disabled(false)
                    .startOfSpeechSensitivity(StartSensitivity.LOW)
                    .endOfSpeechSensitivity(EndSensitivity.HIGH)
                    .prefixPaddingMs(40)
                    .silenceDurationMs(650)
                    .build())
                .activityHandling(ActivityHandling.START_OF_ACTIVITY_INTERRUPTS)
                .turnCoverage(TurnCoverage.TURN_INCLUDES_ONLY_ACTIVITY)
                .interimTranscriptTimestampEnabled(true)
                .build()));
    setup(
        "setup_vad_manual",
        Setup.builder(LIVE)
            .realtimeInputConfig(RealtimeInputConfig.builder()
                .automaticActivityDetection(
                    AutomaticActivityDetection.builder().disabled(true).build())
                .activityHandling(ActivityHandling.NO_INTERRUPTION)
                .turnCoverage(TurnCoverage.TURN_INCLUDES_ALL_INPUT)
                .build()));
    setup(
        "setup_turn_coverage_video",
        Setup.builder(LIVE)
            .realtimeInputConfig(RealtimeInputConfig.builder()
                .turnCoverage(TurnCoverage.TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO)
                .build()));
    setup(
        "setup_unspecified_enums",
        Setup.builder(LIVE)
            .realtimeInputConfig(RealtimeInputConfig.builder()
                .automaticActivityDetection(AutomaticActivityDetection.builder()
                    .startOfSpeechSensitivity(StartSensitivity.UNSPECIFIED)
                    .endOfSpeechSensitivity(EndSensitivity.UNSPECIFIED)
                    .build())
                .activityHandling(ActivityHandling.UNSPECIFIED)
                .turnCoverage(TurnCoverage.UNSPECIFIED)
                .build()));
    setup(
        "setup_resumption_first",
        Setup.builder(LIVE).sessionResumption(SessionResumptionConfig.builder().build()));
    setup(
        "setup_resumption_handle",
        Setup.builder(LIVE)
            .generationConfig(GenerationConfig.builder().temperature(0.2).build())
            .sessionResumption(SessionResumptionConfig.builder()
                .handle("7c2b9e40-aaaa-4bbb-8ccc-0123456789ab")
                .build()));
    setup(
        "setup_resumption_transparent",
        Setup.builder(VERTEX)
            .sessionResumption(SessionResumptionConfig.builder()
                .handle("h-vertex-1")
                .transparent(true)
                .build()));
    setup(
        "setup_compression_default",
        Setup.builder(LIVE)
            .contextWindowCompression(ContextWindowCompressionConfig.builder()
                .slidingWindow(SlidingWindow.builder().build())
                .build()));
    compression("setup_compression_numbers", 104_857, 52_428);
    compression("setup_compression_numbers_plain", 60_000, 20_000);
    setup(
        "setup_transcription_empty",
        Setup.builder(LIVE)
            .inputAudioTranscription(AudioTranscriptionConfig.enabled())
            .outputAudioTranscription(AudioTranscriptionConfig.enabled()));
    setup(
        "setup_transcription_full",
        Setup.builder(TRANSCRIBE)
            .generationConfig(GenerationConfig.builder()
                .responseModalities(Modality.TEXT)
                .audioTranscriptionConfig(
                    AudioTranscriptionConfig.builder().languageCodes("en-US").build())
                .build())
            .inputAudioTranscription(AudioTranscriptionConfig.builder()
                .languageCodes("en-US", "de-DE")
                .customVocabulary("Quarkus", "Loom")
                .wordTimestamp(true)
                .diarization(true)
                .mode(TranscriptionMode.VERBATIM)
                .build()));
    setup(
        "setup_transcription_smart",
        Setup.builder(TRANSCRIBE)
            .generationConfig(
                GenerationConfig.builder().responseModalities(Modality.TEXT).build())
            .inputAudioTranscription(AudioTranscriptionConfig.builder()
                .mode(TranscriptionMode.SMART)
                .sourceText("Dear team, the launch is on Monday.")
                .build()));
    setup(
        "setup_transcription_deprecated",
        Setup.builder(LIVE)
            .inputAudioTranscription(AudioTranscriptionConfig.builder()
                .languageHints(LanguageHints.builder().languageCodes("fr-FR").build())
                .adaptationPhrases("mille-feuille")
                .mode(TranscriptionMode.UNSPECIFIED)
                .build())
            .outputAudioTranscription(
                AudioTranscriptionConfig.builder().languageAuto(Empty.of()).build()));
    generation(
        "setup_translation",
        "models/gemini-3.5-live-translate-preview",
        audio()
            .translationConfig(
                TranslationConfig.builder("pl").echoTargetLanguage(false).build()));
    setup(
        "setup_proactivity",
        Setup.builder(LIVE)
            .proactivity(ProactivityConfig.builder()
                .proactiveAudio(true)
                .proactiveVideo(false)
                .build()));
    setup("setup_explicit_vad_signal", Setup.builder(VERTEX).explicitVadSignal(true));
    setup(
        "setup_history_config",
        Setup.builder(FLASH_31)
            .historyConfig(
                HistoryConfig.builder().initialHistoryInClientContent(true).build()));
    setup(
        "setup_avatar_named",
        Setup.builder(VERTEX)
            .generationConfig(
                GenerationConfig.builder().responseModalities(Modality.VIDEO).build())
            .avatarConfig(AvatarConfig.builder()
                .avatarName("avatar-demo-1")
                .audioBitrateBps(64_000)
                .videoBitrateBps(1_500_000)
                .build()));
    setup(
        "setup_avatar_custom",
        Setup.builder(VERTEX)
            .generationConfig(
                GenerationConfig.builder().responseModalities(Modality.VIDEO).build())
            .avatarConfig(AvatarConfig.builder()
                .customizedAvatar(CustomizedAvatar.builder("image/jpeg", JPEG).build())
                .build()));
    setup(
        "setup_safety_gemini",
        Setup.builder(LIVE)
            .safetySettings(
                safety(HarmCategory.HARASSMENT, HarmBlockThreshold.BLOCK_ONLY_HIGH),
                safety(HarmCategory.DANGEROUS_CONTENT, HarmBlockThreshold.OFF)));
    setup(
        "setup_safety_vertex_labels",
        Setup.builder(VERTEX)
            .safetySettings(SafetySetting.builder(
                    HarmCategory.HATE_SPEECH, HarmBlockThreshold.BLOCK_MEDIUM_AND_ABOVE)
                .method(HarmBlockMethod.SEVERITY)
                .build())
            .labels(Map.of("team", "voice", "safety_identifier", "u_9")));

    content(
        "content_single_turn",
        ClientContent.builder().turns(Content.user("What can you do?")).turnComplete(true));
    content(
        "content_history",
        ClientContent.builder()
            .turns(Content.user("My name is Ida."), Content.model("Hello Ida.")));
    content(
        "content_history_close",
        ClientContent.builder().turns(Content.model("Where were we?")).turnComplete(true));
    content("content_turn_complete_only", ClientContent.builder().turnComplete(true));
    content("content_interrupt_only", ClientContent.builder().turnComplete(false));
    content("content_empty", ClientContent.builder());
    content(
        "content_image_part",
        ClientContent.builder()
            .turns(Content.user(
                picture(MediaResolution.HIGH).build(),
                Part.text("What is this?").toBuilder()
                    .speechMetadata(
                        SpeechMetadata.builder().speaker("Ann").style("curious").build())
                    .build()))
            .turnComplete(true));
    content(
        "content_parts_catalogue_gemini",
        ClientContent.builder().turns(modelParts(), userParts()).turnComplete(false));
    content(
        "content_parts_catalogue_vertex",
        ClientContent.builder()
            .turns(Content.user(
                Part.builder()
                    .inlineData(Blob.builder("image/png", Bytes.fromBase64("iVBORw0KGgo="))
                        .displayName("plan.png")
                        .build())
                    .mediaResolution(PartMediaResolution.builder()
                        .level(MediaResolution.ULTRA_HIGH)
                        .numTokens(1120)
                        .build())
                    .build(),
                Part.builder()
                    .fileData(FileData.builder("gs://demo-bucket/a.pdf", "application/pdf")
                        .displayName("a.pdf")
                        .build())
                    .build()))
            .turnComplete(true));
    content(
        "content_no_role_gemini",
        ClientContent.builder().turns(Content.text("Switch to French.")).turnComplete(false));

    realtime("rt_audio", RealtimeInput.audio("audio/pcm;rate=16000", PCM));
    realtime("rt_audio_other_rate", RealtimeInput.audio("audio/pcm;rate=48000", PCM));
    realtime("rt_audio_no_rate", RealtimeInput.audio("audio/pcm", Bytes.wrap(new byte[48])));
    realtime("rt_video", RealtimeInput.video("image/jpeg", JPEG));
    realtime("rt_text", RealtimeInput.text("And tomorrow?"));
    realtime("rt_text_unicode", RealtimeInput.text("Zażółć 🎷 \"q\" \\ \n\t end"));
    realtime("rt_audio_stream_end", RealtimeInput.streamEnd());
    realtime("rt_activity_start", RealtimeInput.startOfActivity());
    realtime("rt_activity_end", RealtimeInput.endOfActivity());
    realtime(
        "rt_media_chunks",
        RealtimeInput.builder()
            .mediaChunks(Blob.of("audio/pcm;rate=16000", PCM), Blob.of("image/jpeg", JPEG))
            .build());
    realtime(
        "rt_several_fields",
        RealtimeInput.audio("audio/pcm;rate=16000", PCM).toBuilder()
            .video(Blob.of("image/jpeg", JPEG))
            .build());

    response(
        "tool_response_simple",
        answer("fc_1001", "get_tide", Map.of("output", Map.of("height_m", 2.4))).build());
    response(
        "tool_response_error",
        answer("fc_1002", "get_tide", Map.of("error", "station unknown")).build());
    response(
        "tool_response_many",
        answer("fc_1", "a", Map.of("x", 1)).build(),
        answer("fc_2", "b", Map.of("status", "no_results", "retryable", false)).build());
    response(
        "tool_response_async_when_idle",
        answer("fc_3", "search_inventory", Map.of("output", "3 left"))
            .scheduling(FunctionScheduling.WHEN_IDLE)
            .build());
    response(
        "tool_response_async_interrupt",
        answer("fc_4", "alarm", Map.of("output", "fire"))
            .scheduling(FunctionScheduling.INTERRUPT)
            .build());
    response(
        "tool_response_generator_step",
        answer("fc_5", "watch_order", Map.of("output", "packed"))
            .willContinue(true)
            .scheduling(FunctionScheduling.SILENT)
            .build());
    response(
        "tool_response_generator_end",
        answer("fc_5", "watch_order", Map.of())
            .willContinue(false)
            .scheduling(FunctionScheduling.SILENT)
            .build());
    response(
        "tool_response_parts_gemini",
        answer("fc_6", "snapshot", Map.of("output", "see image"))
            .parts(FunctionResponsePart.builder()
                .inlineData(Blob.builder("image/jpeg", JPEG).displayName("cam1").build())
                .mediaProcessing(MediaProcessing.AGENTIC)
                .build())
            .build());
    response(
        "tool_response_parts_vertex",
        answer("0f3c1d2e-1111-4222-8333-444455556666", "snapshot", Map.of("output", "see file"))
            .parts(FunctionResponsePart.builder()
                .fileData(FileData.builder("gs://demo-bucket/cam1.jpg", "image/jpeg")
                    .displayName("cam1")
                    .build())
                .build())
            .build());
    response(
        "tool_response_no_id_vertex",
        FunctionResponse.of(null, "get_tide", Json.of(Map.of("output", 1))));
    response(
        "tool_response_scheduling_inside_response",
        answer("fc_7", "a", Map.of("result", "ok", "scheduling", "INTERRUPT")).build());
    response(
        "tool_response_scheduling_unspecified",
        answer("fc_7b", "a", Map.of("output", "ok"))
            .scheduling(FunctionScheduling.UNSPECIFIED)
            .build());

    update(
        "context_update_both",
        ContextUpdate.builder()
            .systemInstruction(Content.text("From now on you are the billing agent."))
            .tools(ToolsUpdate.builder()
                .tools(Tool.functions(function("refund", "Refund an order.")))
                .build()));
    update(
        "context_update_instruction_only",
        ContextUpdate.builder().systemInstruction(Content.text("Speak slowly.")));
    update(
        "context_update_clear_tools",
        ContextUpdate.builder().tools(ToolsUpdate.builder().tools(List.of()).build()));
    update(
        "context_update_clear_tools_empty_wrapper",
        ContextUpdate.builder().tools(ToolsUpdate.builder().build()));
    update("context_update_empty", ContextUpdate.builder());

    setup(
        "enum_setup_safety_all",
        Setup.builder(LIVE)
            .safetySettings(
                safety(HarmCategory.SEXUALLY_EXPLICIT, HarmBlockThreshold.BLOCK_LOW_AND_ABOVE),
                safety(HarmCategory.CIVIC_INTEGRITY, HarmBlockThreshold.BLOCK_NONE),
                safety(HarmCategory.JAILBREAK, HarmBlockThreshold.UNSPECIFIED),
                safety(HarmCategory.IMAGE_HATE, HarmBlockThreshold.OFF),
                safety(HarmCategory.IMAGE_DANGEROUS_CONTENT, HarmBlockThreshold.OFF),
                safety(HarmCategory.IMAGE_HARASSMENT, HarmBlockThreshold.OFF),
                safety(HarmCategory.IMAGE_SEXUALLY_EXPLICIT, HarmBlockThreshold.OFF)));
    setup(
        "enum_setup_vad_other_values",
        Setup.builder(LIVE)
            .realtimeInputConfig(RealtimeInputConfig.builder()
                .automaticActivityDetection(AutomaticActivityDetection.builder()
                    .startOfSpeechSensitivity(StartSensitivity.HIGH)
                    .endOfSpeechSensitivity(EndSensitivity.LOW)
                    .build())
                .build()));
    generation(
        "enum_setup_thinking_minimal_31",
        FLASH_31,
        GenerationConfig.builder()
            .mediaResolution(MediaResolution.MEDIUM)
            .thinkingConfig(ThinkingConfig.level(ThinkingLevel.MINIMAL)));
    generation(
        "enum_setup_thinking_high_lowercase",
        XT,
        GenerationConfig.builder()
            .mediaResolution(MediaResolution.UNSPECIFIED)
            .thinkingConfig(ThinkingConfig.level(ThinkingLevel.of("high"))));
    content(
        "enum_part_media_resolution_other",
        ClientContent.builder()
            .turns(Content.user(
                picture(MediaResolution.LOW).build(),
                picture(MediaResolution.MEDIUM).build(),
                picture(MediaResolution.UNSPECIFIED)
                    .mediaProcessing(MediaProcessing.UNSPECIFIED)
                    .build()))
            .turnComplete(true));
  }

  private static FunctionDeclaration bookTable() {
    Map<String, Schema> properties = new LinkedHashMap<>();
    properties.put(
        "guest",
        Schema.string().toBuilder()
            .minLength(1L)
            .maxLength(80L)
            .pattern("^[A-Z].*$")
            .nullable(false)
            .build());
    properties.put(
        "when", Schema.string().toBuilder().format("date-time").nullable(true).build());
    properties.put(
        "seats",
        Schema.integer().toBuilder()
            .format("int32")
            .minimum(1.0)
            .maximum(20.0)
            .defaultValue(Json.of(2))
            .build());
    properties.put(
        "budget", Schema.number().toBuilder().format("double").minimum(0.5).build());
    properties.put("outdoor", Schema.bool());
    properties.put("zone", Schema.enumeration("BAR", "HALL", "GARDEN"));
    properties.put(
        "tags",
        Schema.array(Schema.string()).toBuilder().minItems(0L).maxItems(5L).build());
    properties.put(
        "contact",
        Schema.builder().anyOf(Schema.string(), Schema.of(SchemaType.NULL)).build());
    return FunctionDeclaration.builder("book_table", "Reserve a table.")
        .behavior(FunctionBehavior.BLOCKING)
        .parameters(Schema.object(properties, "guest", "seats").toBuilder()
            .title("Booking")
            .description("Reservation request")
            .minProperties(2L)
            .maxProperties(12L)
            .propertyOrdering("guest", "when", "seats")
            .example(Json.of(Map.of("guest", "Ida", "seats", 2)))
            .build())
        .response(Schema.object(Map.of("code", Schema.string())))
        .build();
  }

  private static void compression(String name, long trigger, long target) {
    setup(
        name,
        Setup.builder(LIVE)
            .contextWindowCompression(ContextWindowCompressionConfig.builder()
                .triggerTokens(trigger)
                .slidingWindow(SlidingWindow.builder().targetTokens(target).build())
                .build()));
  }

  private static SafetySetting safety(HarmCategory category, HarmBlockThreshold threshold) {
    return SafetySetting.builder(category, threshold).build();
  }

  private static Part.Builder picture(MediaResolution level) {
    return Part.inlineData("image/jpeg", JPEG).toBuilder()
        .mediaResolution(PartMediaResolution.builder().level(level).build());
  }

  private static Content modelParts() {
    return Content.model(
        Part.text("hidden reasoning").toBuilder()
            .thought(true)
            .thoughtSignature(Bytes.fromBase64("c2ln"))
            .build(),
        Part.builder()
            .executableCode(ExecutableCode.builder()
                .id("x1")
                .language(CodeLanguage.PYTHON)
                .code("print(2+2)")
                .build())
            .build(),
        Part.builder()
            .codeExecutionResult(CodeExecutionResult.builder()
                .id("x1")
                .outcome(CodeOutcome.OK)
                .output("4\n")
                .build())
            .build(),
        Part.builder()
            .toolCall(ServerToolCall.builder()
                .id("st1")
                .toolType(ToolType.GOOGLE_SEARCH_WEB)
                .args(Json.of(Map.of("query", "tide table")))
                .build())
            .build(),
        Part.builder()
            .toolResponse(ServerToolResponse.builder()
                .id("st1")
                .toolType(ToolType.GOOGLE_SEARCH_WEB)
                .response(Json.of(Map.of("hits", 2)))
                .build())
            .build());
  }

  private static Content userParts() {
    return Content.user(
        Part.fileData("https://generativelanguage.googleapis.com/v1beta/files/abc", "video/mp4")
            .toBuilder()
            .videoMetadata(VideoMetadata.builder()
                .startOffset(Duration.ofMillis(1_500))
                .endOffset(Duration.ofSeconds(12))
                .fps(1.0)
                .build())
            .mediaProcessing(MediaProcessing.STATIC)
            .build(),
        Part.text("tagged").toBuilder()
            .partMetadata(Json.of(Map.of("source", "crm")))
            .build());
  }

  static List<Map.Entry<String, ClientMessage>> builtMessages() {
    return BUILT.entrySet().stream()
        .map(built -> entry(built.getKey(), built.getValue()))
        .toList();
  }

  @Test
  void everyValidMessageIsBuilt() {
    Set<String> valid =
        Corpus.of("client", true).stream().map(Corpus::name).collect(Collectors.toSet());
    valid.removeAll(TOLERANCE_OF_THE_SERVICE);

    assertThat(BUILT).containsOnlyKeys(valid);
    assertThat(BUILT).hasSize(87);
  }

  @ParameterizedTest
  @MethodSource("builtMessages")
  void aBuiltMessageIsEqualJson(Map.Entry<String, ClientMessage> built) {
    String json = ClientMessageEncoder.encode(built.getValue());

    assertThat(WireJson.difference(Corpus.named(built.getKey()).message(), WireJson.parse(json)))
        .isEmpty();
  }
}
