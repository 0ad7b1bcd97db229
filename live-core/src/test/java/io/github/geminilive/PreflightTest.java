package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.ConfigFinding.Severity;
import io.github.geminilive.internal.profile.ModelProfile;
import io.github.geminilive.internal.profile.Preflight;
import io.github.geminilive.internal.profile.RecordReader;
import io.github.geminilive.protocol.Blob;
import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.FileData;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.GenerationConfig;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.MediaProcessing;
import io.github.geminilive.protocol.Modality;
import io.github.geminilive.protocol.Part;
import io.github.geminilive.protocol.ServerToolCall;
import io.github.geminilive.protocol.ServerToolResponse;
import io.github.geminilive.protocol.Setup;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What each setting brings up on each family and backend. Setups are written as JSON, so that
 * values the builders stop are looked at too.
 */
class PreflightTest {

  private static final LiveModel NATIVE = LiveModel.GEMINI_2_5_FLASH_NATIVE_AUDIO_PREVIEW;
  private static final LiveModel NATIVE_VERTEX = LiveModel.GEMINI_LIVE_2_5_FLASH_NATIVE_AUDIO;
  private static final LiveModel HALF = LiveModel.of("gemini-live-2.5-flash-preview");
  private static final LiveModel LIVE_31 = LiveModel.GEMINI_3_1_FLASH_LIVE_PREVIEW;
  private static final LiveModel LIVE_38 = LiveModel.GEMINI_3_8_LIVE;
  private static final LiveModel XT = LiveModel.GEMINI_3_8_LIVE_EXTENDED_THINKING;
  private static final LiveModel TRANSCRIBE = LiveModel.GEMINI_3_5_TRANSCRIBE_LIVE;
  private static final LiveModel TRANSLATE = LiveModel.GEMINI_3_5_LIVE_TRANSLATE_PREVIEW;
  private static final LiveModel UNKNOWN = LiveModel.of("gemini-9-live");

  private static final Endpoint DEV = Endpoint.developer();
  private static final Endpoint ALPHA = Endpoint.developer().version("v1alpha");
  private static final Endpoint VERTEX = Endpoint.vertex("p", "us-central1");
  private static final Endpoint EXPRESS = Endpoint.vertexExpress();

  /**
   * One row.
   *
   * @param change members put over a setup that has nothing to find
   * @param expected severity and field of each finding the change brings
   */
  private record Row(LiveModel model, Endpoint endpoint, String change, List<String> expected) {
    @Override
    public String toString() {
      return model + " on " + endpoint.backend() + ": " + change + " -> " + expected;
    }
  }

  private static Row row(LiveModel model, Endpoint endpoint, String change, String... expected) {
    return new Row(model, endpoint, change, List.of(expected));
  }

  private static Row generation(
      LiveModel model, Endpoint endpoint, String change, String... expected) {
    List<String> fields = new ArrayList<>();
    for (String one : expected) {
      fields.add(one.replace(" .", " generationConfig."));
    }
    return new Row(model, endpoint, "{'generationConfig':" + change + "}", fields);
  }

  private static Row function(
      LiveModel model, Endpoint endpoint, String change, String... expected) {
    List<String> fields = new ArrayList<>();
    for (String one : expected) {
      fields.add(one.replace(" .", " tools[0].functionDeclarations[0]."));
    }
    String declaration = merged("{'name':'f','description':'d'}", change);
    return new Row(
        model, endpoint, "{'tools':[{'functionDeclarations':[" + declaration + "]}]}", fields);
  }

  private static Row schema(Endpoint endpoint, String property, String... expected) {
    List<String> fields = new ArrayList<>();
    for (String one : expected) {
      fields.add(one.replace(" .", " .parameters.properties.a."));
    }
    return function(
        LIVE_38,
        endpoint,
        "{'parameters':{'type':'OBJECT','properties':{'a':" + property + "}}}",
        fields.toArray(String[]::new));
  }

  private static Row tool(LiveModel model, Endpoint endpoint, String tool, String... expected) {
    return row(model, endpoint, "{'tools':[" + tool + "]}", expected);
  }

  static Stream<Row> thinking() {
    return Stream.of(
        generation(LIVE_38, DEV, "{'thinkingConfig':{}}", "REFUSED .thinkingConfig"),
        generation(
            LIVE_38,
            VERTEX,
            "{'thinkingConfig':{'thinkingLevel':'LOW'}}",
            "REFUSED .thinkingConfig"),
        generation(
            LIVE_38, DEV, "{'thinkingConfig':{'includeThoughts':true}}", "REFUSED .thinkingConfig"),
        generation(UNKNOWN, DEV, "{'thinkingConfig':{}}", "WARNING .thinkingConfig"),
        generation(XT, DEV, "{'thinkingConfig':null}", "REFUSED .thinkingConfig.thinkingLevel"),
        generation(XT, VERTEX, "{'thinkingConfig':{}}", "REFUSED .thinkingConfig.thinkingLevel"),
        generation(
            XT,
            DEV,
            "{'thinkingConfig':{'thinkingLevel':'MINIMAL'}}",
            "REFUSED .thinkingConfig.thinkingLevel"),
        generation(
            XT,
            DEV,
            "{'thinkingConfig':{'thinkingLevel':'minimal'}}",
            "REFUSED .thinkingConfig.thinkingLevel"),
        generation(
            XT,
            DEV,
            "{'thinkingConfig':{'thinkingLevel':'THINKING_LEVEL_UNSPECIFIED'}}",
            "REFUSED .thinkingConfig.thinkingLevel"),
        generation(
            XT,
            DEV,
            "{'thinkingConfig':{'thinkingLevel':'EXTREME'}}",
            "WARNING .thinkingConfig.thinkingLevel"),
        generation(
            XT,
            DEV,
            "{'thinkingConfig':{'thinkingLevel':'LOW','thinkingBudget':5}}",
            "WARNING .thinkingConfig.thinkingBudget"),
        generation(XT, DEV, "{'thinkingConfig':{'thinkingLevel':'LOW'}}"),
        generation(XT, DEV, "{'thinkingConfig':{'thinkingLevel':'MEDIUM'}}"),
        generation(XT, DEV, "{'thinkingConfig':{'thinkingLevel':'high'}}"),
        generation(LIVE_31, DEV, "{'thinkingConfig':{'thinkingLevel':'MINIMAL'}}"),
        generation(
            LIVE_31,
            DEV,
            "{'thinkingConfig':{'thinkingLevel':'EXTREME'}}",
            "WARNING .thinkingConfig.thinkingLevel"),
        generation(
            LIVE_31,
            DEV,
            "{'thinkingConfig':{'thinkingBudget':0}}",
            "WARNING .thinkingConfig.thinkingBudget"),
        generation(NATIVE, DEV, "{'thinkingConfig':{'thinkingBudget':-1}}"),
        generation(
            NATIVE,
            DEV,
            "{'thinkingConfig':{'thinkingBudget':-2}}",
            "WARNING .thinkingConfig.thinkingBudget"),
        generation(
            NATIVE_VERTEX,
            VERTEX,
            "{'thinkingConfig':{'thinkingLevel':'LOW'}}",
            "WARNING .thinkingConfig.thinkingLevel"),
        generation(
            TRANSCRIBE, DEV, "{'thinkingConfig':{'thinkingBudget':0}}", "WARNING .thinkingConfig"));
  }

  static Stream<Row> modalities() {
    return Stream.of(
        generation(LIVE_38, DEV, "{'responseModalities':null}"),
        generation(LIVE_38, VERTEX, "{'responseModalities':null}", "WARNING .responseModalities"),
        generation(LIVE_38, VERTEX, "{'responseModalities':[]}", "WARNING .responseModalities"),
        generation(TRANSCRIBE, DEV, "{'responseModalities':null}", "WARNING .responseModalities"),
        generation(
            TRANSCRIBE, DEV, "{'responseModalities':['AUDIO']}", "WARNING .responseModalities"),
        generation(
            LIVE_38,
            DEV,
            "{'responseModalities':['AUDIO','AUDIO']}",
            "REFUSED .responseModalities"),
        generation(
            HALF, DEV, "{'responseModalities':['AUDIO','TEXT']}", "REFUSED .responseModalities"),
        generation(NATIVE, DEV, "{'responseModalities':['TEXT']}", "REFUSED .responseModalities"),
        generation(LIVE_31, DEV, "{'responseModalities':['TEXT']}", "REFUSED .responseModalities"),
        generation(LIVE_38, DEV, "{'responseModalities':['TEXT']}", "REFUSED .responseModalities"),
        generation(XT, DEV, "{'responseModalities':['TEXT']}", "REFUSED .responseModalities"),
        generation(UNKNOWN, DEV, "{'responseModalities':['TEXT']}", "WARNING .responseModalities"),
        generation(
            TRANSLATE, DEV, "{'responseModalities':['TEXT']}", "WARNING .responseModalities"),
        generation(HALF, DEV, "{'responseModalities':['TEXT']}"),
        generation(UNKNOWN, DEV, "{'responseModalities':['IMAGE']}", "REFUSED .responseModalities"),
        generation(
            UNKNOWN,
            DEV,
            "{'responseModalities':['MODALITY_UNSPECIFIED']}",
            "REFUSED .responseModalities"),
        generation(LIVE_38, DEV, "{'responseModalities':['SMELL']}", "WARNING .responseModalities"),
        generation(LIVE_38, DEV, "{'responseModalities':['VIDEO']}", "REFUSED .responseModalities"),
        generation(
            LIVE_38, VERTEX, "{'responseModalities':['VIDEO']}", "WARNING .responseModalities"));
  }

  static Stream<Row> numbers() {
    return Stream.of(
        generation(LIVE_38, DEV, "{'temperature':0}", "WARNING .temperature"),
        generation(LIVE_38, DEV, "{'temperature':0.01}"),
        generation(LIVE_38, DEV, "{'temperature':2}"),
        generation(LIVE_38, DEV, "{'temperature':2.01}", "WARNING .temperature"),
        generation(LIVE_38, DEV, "{'topP':-0.01}", "WARNING .topP"),
        generation(LIVE_38, DEV, "{'topP':0}"),
        generation(LIVE_38, DEV, "{'topP':1}"),
        generation(LIVE_38, DEV, "{'topP':1.01}", "WARNING .topP"),
        generation(LIVE_38, DEV, "{'topK':0}", "WARNING .topK"),
        generation(LIVE_38, DEV, "{'topK':1}"),
        generation(LIVE_38, DEV, "{'candidateCount':1}"),
        generation(LIVE_38, DEV, "{'candidateCount':2}", "WARNING .candidateCount"),
        generation(LIVE_38, DEV, "{'maxOutputTokens':0}", "WARNING .maxOutputTokens"),
        generation(LIVE_38, DEV, "{'maxOutputTokens':1}"),
        generation(LIVE_38, DEV, "{'maxOutputTokens':65536}"),
        generation(LIVE_38, DEV, "{'maxOutputTokens':65537}", "WARNING .maxOutputTokens"),
        generation(NATIVE, DEV, "{'maxOutputTokens':8192}"),
        generation(NATIVE, DEV, "{'maxOutputTokens':8193}", "WARNING .maxOutputTokens"));
  }

  static Stream<Row> generationMembers() {
    return Stream.of(
        generation(
            LIVE_38,
            DEV,
            "{'mediaResolution':'MEDIA_RESOLUTION_ULTRA_HIGH'}",
            "WARNING .mediaResolution"),
        generation(LIVE_38, DEV, "{'mediaResolution':'MEDIA_RESOLUTION_HIGH'}"),
        generation(NATIVE, DEV, "{'enableAffectiveDialog':true}", "REFUSED .enableAffectiveDialog"),
        generation(NATIVE, ALPHA, "{'enableAffectiveDialog':true}"),
        generation(NATIVE_VERTEX, VERTEX, "{'enableAffectiveDialog':true}"),
        generation(
            LIVE_31, ALPHA, "{'enableAffectiveDialog':true}", "REFUSED .enableAffectiveDialog"),
        generation(
            LIVE_38, DEV, "{'enableAffectiveDialog':true}", "REFUSED .enableAffectiveDialog"),
        generation(
            LIVE_38, DEV, "{'enableAffectiveDialog':false}", "WARNING .enableAffectiveDialog"),
        generation(
            UNKNOWN, DEV, "{'enableAffectiveDialog':true}", "WARNING .enableAffectiveDialog"),
        generation(
            LIVE_38,
            DEV,
            "{'translationConfig':{'targetLanguageCode':'pl'}}",
            "WARNING .translationConfig"),
        generation(TRANSLATE, DEV, "{'translationConfig':null}", "WARNING .translationConfig"),
        generation(
            TRANSLATE,
            DEV,
            "{'translationConfig':{'targetLanguageCode':' '}}",
            "WARNING .translationConfig.targetLanguageCode"),
        generation(
            LIVE_38, DEV, "{'audioTranscriptionConfig':{}}", "WARNING .audioTranscriptionConfig"),
        generation(TRANSCRIBE, DEV, "{'audioTranscriptionConfig':{'languageCodes':['de-DE']}}"),
        generation(LIVE_38, DEV, "{'responseFormat':[]}", "WARNING .responseFormat"),
        generation(LIVE_38, VERTEX, "{'responseFormat':[]}"),
        generation(LIVE_38, DEV, "{'modelConfig':{}}", "WARNING .modelConfig"),
        generation(LIVE_38, VERTEX, "{'modelConfig':{}}"),
        generation(LIVE_38, DEV, "{'enableEnhancedCivicAnswers':true}"),
        generation(
            LIVE_38,
            VERTEX,
            "{'enableEnhancedCivicAnswers':true}",
            "WARNING .enableEnhancedCivicAnswers"));
  }

  private static Row voice(LiveModel model, Endpoint endpoint, String voice, String... expected) {
    List<String> fields = new ArrayList<>();
    for (String one : expected) {
      fields.add(one.replace(" .", " .speechConfig.voiceConfig."));
    }
    return generation(
        model,
        endpoint,
        "{'speechConfig':{'voiceConfig':" + voice + "}}",
        fields.toArray(String[]::new));
  }

  private static Row named(LiveModel model, String name, String... severity) {
    return voice(
        model,
        DEV,
        "{'prebuiltVoiceConfig':{'voiceName':'" + name + "'}}",
        severity.length == 0
            ? new String[0]
            : new String[] {severity[0] + " .prebuiltVoiceConfig.voiceName"});
  }

  static Stream<Row> voices() {
    String wav = "'voiceSampleAudio':'AAAA','mimeType':'audio/wav'";
    return Stream.of(
        named(NATIVE, "Kore"),
        named(NATIVE, "Zubenelgenubi"),
        named(NATIVE, "kore", "WARNING"),
        named(NATIVE, "Nobody", "REFUSED"),
        named(LIVE_31, "Nobody", "REFUSED"),
        named(LIVE_31, "en-us-tavi", "REFUSED"),
        named(HALF, "Kore"),
        named(HALF, "Sulafat", "REFUSED"),
        named(LIVE_38, "en-us-tavi"),
        named(LIVE_38, "Nobody"),
        named(LIVE_38, " ", "WARNING"),
        named(XT, "Nobody"),
        named(UNKNOWN, "Nobody"),
        voice(LIVE_38, DEV, "{'voice':'voices/x'}"),
        voice(LIVE_31, DEV, "{'voice':'voices/x'}", "WARNING .voice"),
        voice(
            LIVE_38,
            DEV,
            "{'voice':'voices/x','prebuiltVoiceConfig':{'voiceName':'Kore'}}",
            "WARNING generationConfig.speechConfig.voiceConfig"),
        voice(LIVE_38, DEV, "{'replicatedVoiceConfig':{" + wav + "}}"),
        voice(LIVE_38, DEV, "{'replicatedVoiceConfig':{" + wav + ",'consentAudio':'AAAA'}}"),
        voice(
            LIVE_38,
            VERTEX,
            "{'replicatedVoiceConfig':{" + wav + ",'consentAudio':'AAAA'}}",
            "WARNING .replicatedVoiceConfig.consentAudio"),
        voice(
            LIVE_38,
            VERTEX,
            "{'replicatedVoiceConfig':{" + wav + ",'voiceConsentSignature':{'signature':'s'}}}",
            "WARNING .replicatedVoiceConfig.voiceConsentSignature"),
        voice(
            LIVE_38,
            DEV,
            "{'replicatedVoiceConfig':{'voiceSampleAudio':'AAAA','mimeType':'audio/mpeg'}}",
            "WARNING .replicatedVoiceConfig.mimeType"),
        generation(
            LIVE_38,
            DEV,
            "{'speechConfig':{'multiSpeakerVoiceConfig':{}}}",
            "REFUSED .speechConfig.multiSpeakerVoiceConfig"),
        generation(
            LIVE_38,
            DEV,
            "{'speechConfig':{'languageCode':'en-GB'}}",
            "WARNING .speechConfig.languageCode"),
        generation(
            NATIVE,
            DEV,
            "{'speechConfig':{'languageCode':'en-GB'}}",
            "WARNING .speechConfig.languageCode"),
        generation(HALF, DEV, "{'speechConfig':{'languageCode':'en-GB'}}"),
        generation(TRANSCRIBE, DEV, "{'speechConfig':{}}", "WARNING .speechConfig"));
  }

  static Stream<Row> models() {
    return Stream.of(
        row(LIVE_38, DEV, "{'model':''}", "REFUSED model"),
        row(LIVE_38, DEV, "{'model':'gemini-3.8-live'}", "REFUSED model"),
        row(LIVE_38, VERTEX, "{'model':'gemini-3.8-live'}", "REFUSED model"),
        row(LIVE_38, DEV, "{'model':'models/a..b'}", "REFUSED model"),
        row(LIVE_38, DEV, "{'model':'models/a?b'}", "REFUSED model"),
        row(LIVE_38, DEV, "{'model':'models/a&b'}", "REFUSED model"),
        row(LIVE_38, DEV, "{'model':'publishers/google/models/x'}", "WARNING model"),
        row(LIVE_38, VERTEX, "{'model':'publishers/google/models/x'}", "WARNING model"),
        row(LIVE_38, EXPRESS, "{'model':'publishers/google/models/x'}"),
        row(LIVE_38, VERTEX, "{'model':'models/gemini-3.8-live'}"),
        row(LIVE_38, VERTEX, "{'model':'tunedModels/x'}", "WARNING model"));
  }

  static Stream<Row> realtimeInput() {
    String detection = "realtimeInputConfig.automaticActivityDetection";
    return Stream.of(
        row(
            LIVE_38,
            DEV,
            "{'realtimeInputConfig':{'automaticActivityDetection':{'prefixPaddingMs':-1}}}",
            "WARNING " + detection + ".prefixPaddingMs"),
        row(
            LIVE_38,
            DEV,
            "{'realtimeInputConfig':{'automaticActivityDetection':{'silenceDurationMs':-1}}}",
            "WARNING " + detection + ".silenceDurationMs"),
        row(
            LIVE_38,
            DEV,
            "{'realtimeInputConfig':{'automaticActivityDetection':"
                + "{'prefixPaddingMs':0,'silenceDurationMs':0}}}"),
        row(
            LIVE_38,
            DEV,
            "{'realtimeInputConfig':{'automaticActivityDetection':"
                + "{'disabled':true,'silenceDurationMs':500}}}",
            "WARNING " + detection),
        row(
            LIVE_38,
            DEV,
            "{'realtimeInputConfig':{'automaticActivityDetection':{'disabled':true}}}"),
        row(
            LIVE_38,
            VERTEX,
            "{'realtimeInputConfig':{'turnCoverage':"
                + "'TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO'}}",
            "WARNING realtimeInputConfig.turnCoverage"),
        row(LIVE_38, VERTEX, "{'realtimeInputConfig':{'turnCoverage':'TURN_INCLUDES_ALL_INPUT'}}"),
        row(
            LIVE_38,
            DEV,
            "{'realtimeInputConfig':{'turnCoverage':"
                + "'TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO'}}"));
  }

  static Stream<Row> backends() {
    return Stream.of(
        row(
            LIVE_38,
            DEV,
            "{'sessionResumption':{'transparent':true}}",
            "REFUSED sessionResumption.transparent"),
        row(
            UNKNOWN,
            DEV,
            "{'sessionResumption':{'transparent':true}}",
            "REFUSED sessionResumption.transparent"),
        row(
            LIVE_38,
            DEV,
            "{'sessionResumption':{'transparent':false}}",
            "WARNING sessionResumption.transparent"),
        row(LIVE_38, VERTEX, "{'sessionResumption':{'transparent':true}}"),
        row(LIVE_38, DEV, "{'sessionResumption':{}}"),
        row(
            LIVE_38,
            DEV,
            "{'sessionResumption':{'handle':''}}",
            "WARNING sessionResumption.handle"),
        row(LIVE_38, DEV, "{'explicitVadSignal':true}", "REFUSED explicitVadSignal"),
        row(LIVE_38, DEV, "{'explicitVadSignal':false}", "WARNING explicitVadSignal"),
        row(LIVE_38, VERTEX, "{'explicitVadSignal':true}"),
        row(LIVE_31, DEV, "{'historyConfig':{'initialHistoryInClientContent':true}}"),
        row(LIVE_38, DEV, "{'historyConfig':{'initialHistoryInClientContent':true}}"),
        row(LIVE_38, VERTEX, "{'historyConfig':{}}", "WARNING historyConfig"),
        row(NATIVE, DEV, "{'historyConfig':{}}", "WARNING historyConfig"),
        row(
            LIVE_38,
            DEV,
            "{'safetySettings':[{'category':'HARM_CATEGORY_HARASSMENT','threshold':'OFF',"
                + "'method':'SEVERITY'}]}",
            "WARNING safetySettings[0].method"),
        row(
            LIVE_38,
            VERTEX,
            "{'safetySettings':[{'category':'HARM_CATEGORY_HARASSMENT','threshold':'OFF',"
                + "'method':'SEVERITY'}]}"));
  }

  static Stream<Row> avatars() {
    String video = ",'generationConfig':{'responseModalities':['VIDEO']}}";
    return Stream.of(
        row(LIVE_38, VERTEX, "{'avatarConfig':{'avatarName':'a'}" + video),
        row(
            LIVE_38,
            VERTEX,
            "{'avatarConfig':{'avatarName':'a'}}",
            "WARNING generationConfig.responseModalities"),
        row(LIVE_38, VERTEX, "{'avatarConfig':{}" + video, "WARNING avatarConfig"),
        row(
            LIVE_38,
            VERTEX,
            "{'avatarConfig':{'avatarName':'a','customizedAvatar':"
                + "{'imageMimeType':'image/png','imageData':'AAAA'}}"
                + video,
            "WARNING avatarConfig"),
        row(
            LIVE_38,
            VERTEX,
            "{'avatarConfig':{'customizedAvatar':"
                + "{'imageMimeType':'text/html','imageData':'AAAA'}}"
                + video,
            "WARNING avatarConfig.customizedAvatar.imageMimeType"),
        row(
            LIVE_38,
            DEV,
            "{'avatarConfig':{'avatarName':'a'}}",
            "REFUSED avatarConfig",
            "WARNING generationConfig.responseModalities"),
        row(
            NATIVE_VERTEX,
            VERTEX,
            "{'avatarConfig':{'avatarName':'a'}}",
            "WARNING avatarConfig",
            "WARNING generationConfig.responseModalities"),
        row(
            NATIVE,
            DEV,
            "{'avatarConfig':{'avatarName':'a'}}",
            "WARNING avatarConfig",
            "WARNING generationConfig.responseModalities"));
  }

  static Stream<Row> compression() {
    String window = "contextWindowCompression.slidingWindow";
    return Stream.of(
        row(LIVE_38, DEV, "{'contextWindowCompression':{}}", "WARNING " + window),
        row(LIVE_38, DEV, "{'contextWindowCompression':{'slidingWindow':{}}}"),
        row(
            LIVE_38,
            DEV,
            "{'contextWindowCompression':{'triggerTokens':100,'slidingWindow':"
                + "{'targetTokens':99}}}"),
        row(
            LIVE_38,
            DEV,
            "{'contextWindowCompression':{'triggerTokens':100,'slidingWindow':"
                + "{'targetTokens':100}}}",
            "WARNING " + window + ".targetTokens"),
        row(LIVE_38, DEV, "{'contextWindowCompression':{'slidingWindow':{'targetTokens':131071}}}"),
        row(
            LIVE_38,
            DEV,
            "{'contextWindowCompression':{'slidingWindow':{'targetTokens':131072}}}",
            "WARNING " + window + ".targetTokens"),
        row(
            LIVE_38,
            DEV,
            "{'contextWindowCompression':{'slidingWindow':{'targetTokens':-1}}}",
            "WARNING " + window + ".targetTokens"),
        row(
            LIVE_38,
            DEV,
            "{'contextWindowCompression':{'triggerTokens':0,'slidingWindow':{}}}",
            "WARNING contextWindowCompression.triggerTokens"),
        row(
            LIVE_38,
            DEV,
            "{'contextWindowCompression':{'triggerTokens':131072,'slidingWindow':{}}}"),
        row(
            LIVE_38,
            DEV,
            "{'contextWindowCompression':{'triggerTokens':131073,'slidingWindow':{}}}",
            "WARNING contextWindowCompression.triggerTokens"));
  }

  private static Row input(LiveModel model, String transcription, String... expected) {
    List<String> fields = new ArrayList<>();
    for (String one : expected) {
      fields.add(one.replace(" .", " inputAudioTranscription."));
    }
    return new Row(model, DEV, "{'inputAudioTranscription':" + transcription + "}", fields);
  }

  static Stream<Row> transcriptions() {
    return Stream.of(
        input(LIVE_38, "{}"),
        input(NATIVE, "{}"),
        input(TRANSCRIBE, "{'mode':'SMART','wordTimestamp':true}", "REFUSED .mode"),
        input(TRANSCRIBE, "{'mode':'SMART','diarization':true}", "REFUSED .mode"),
        input(TRANSCRIBE, "{'mode':'SMART','diarization':false}"),
        input(TRANSCRIBE, "{'mode':'VERBATIM','diarization':true,'wordTimestamp':true}"),
        input(TRANSCRIBE, "{'mode':'SMART','sourceText':'x'}"),
        input(TRANSCRIBE, "{'sourceText':'x'}", "WARNING .sourceText"),
        input(LIVE_38, "{'languageAuto':{}}", "WARNING .languageAuto"),
        input(LIVE_38, "{'languageHints':{}}", "WARNING .languageHints"),
        input(LIVE_38, "{'adaptationPhrases':['x']}", "WARNING .adaptationPhrases"),
        input(NATIVE, "{'customVocabulary':['x']}", "WARNING inputAudioTranscription"),
        input(LIVE_31, "{'wordTimestamp':true}", "WARNING inputAudioTranscription"),
        input(TRANSCRIBE, "null", "WARNING inputAudioTranscription"),
        row(TRANSCRIBE, DEV, "{'outputAudioTranscription':{}}", "WARNING outputAudioTranscription"),
        row(LIVE_38, DEV, "{'outputAudioTranscription':{}}"));
  }

  static Stream<Row> proactivity() {
    return Stream.of(
        row(
            LIVE_38,
            DEV,
            "{'proactivity':{'proactiveAudio':false}}",
            "REFUSED proactivity.proactiveAudio"),
        row(LIVE_38, DEV, "{'proactivity':{'proactiveAudio':true,'proactiveVideo':true}}"),
        row(LIVE_38, DEV, "{'proactivity':{'proactiveVideo':true}}"),
        row(
            XT,
            DEV,
            "{'proactivity':{'proactiveAudio':false}}",
            "WARNING proactivity.proactiveAudio"),
        row(
            UNKNOWN,
            DEV,
            "{'proactivity':{'proactiveAudio':false}}",
            "WARNING proactivity.proactiveAudio"),
        row(LIVE_31, DEV, "{'proactivity':{'proactiveAudio':true}}", "WARNING proactivity"),
        row(NATIVE, DEV, "{'proactivity':{'proactiveAudio':true}}", "WARNING proactivity"),
        row(NATIVE, ALPHA, "{'proactivity':{'proactiveAudio':true}}"),
        row(NATIVE_VERTEX, VERTEX, "{'proactivity':{'proactiveAudio':true}}"),
        row(
            NATIVE,
            ALPHA,
            "{'proactivity':{'proactiveVideo':true}}",
            "WARNING proactivity.proactiveVideo"));
  }

  static Stream<Row> serviceTools() {
    return Stream.of(
        tool(LIVE_38, DEV, "{'googleSearch':{}}"),
        tool(LIVE_38, DEV, "{}", "WARNING tools[0]"),
        tool(LIVE_38, DEV, "{'codeExecution':{}}", "WARNING tools[0].codeExecution"),
        tool(LIVE_38, DEV, "{'urlContext':{}}", "WARNING tools[0].urlContext"),
        tool(NATIVE, DEV, "{'urlContext':{}}", "WARNING tools[0].urlContext"),
        tool(HALF, DEV, "{'codeExecution':{},'urlContext':{}}"),
        tool(
            LIVE_38, DEV, "{'googleSearchRetrieval':{}}", "WARNING tools[0].googleSearchRetrieval"),
        tool(LIVE_38, DEV, "{'googleMaps':{}}", "WARNING tools[0].googleMaps"),
        tool(
            LIVE_38,
            DEV,
            "{'googleMaps':{'authConfig':{},'groundingTypes':{}}}",
            "WARNING tools[0].googleMaps",
            "WARNING tools[0].googleMaps.authConfig",
            "WARNING tools[0].googleMaps.groundingTypes"),
        tool(LIVE_38, DEV, "{'computerUse':{}}", "WARNING tools[0].computerUse"),
        tool(
            LIVE_38,
            VERTEX,
            "{'computerUse':{'disabledSafetyPolicies':[]}}",
            "WARNING tools[0].computerUse",
            "WARNING tools[0].computerUse.disabledSafetyPolicies"),
        tool(LIVE_38, DEV, "{'fileSearch':{}}", "WARNING tools[0].fileSearch"),
        tool(
            LIVE_38,
            VERTEX,
            "{'fileSearch':{}}",
            "WARNING tools[0].fileSearch",
            "WARNING tools[0].fileSearch"),
        tool(LIVE_38, DEV, "{'mcpServers':[]}"),
        tool(LIVE_38, VERTEX, "{'mcpServers':[]}", "WARNING tools[0].mcpServers"),
        tool(LIVE_38, DEV, "{'retrieval':{}}", "WARNING tools[0].retrieval"),
        tool(LIVE_38, VERTEX, "{'retrieval':{}}"),
        tool(LIVE_38, DEV, "{'enterpriseWebSearch':{}}", "WARNING tools[0].enterpriseWebSearch"),
        tool(LIVE_38, DEV, "{'parallelAiSearch':{}}", "WARNING tools[0].parallelAiSearch"),
        tool(LIVE_38, DEV, "{'exaAiSearch':{}}", "WARNING tools[0].exaAiSearch"),
        tool(
            LIVE_38,
            DEV,
            "{'googleSearch':{'excludeDomains':['a']}}",
            "WARNING tools[0].googleSearch.excludeDomains"),
        tool(
            LIVE_38,
            DEV,
            "{'googleSearch':{'blockingConfidence':'BLOCK_LOW_AND_ABOVE'}}",
            "WARNING tools[0].googleSearch.blockingConfidence"),
        tool(
            LIVE_38,
            VERTEX,
            "{'googleSearch':{'timeRangeFilter':{}}}",
            "WARNING tools[0].googleSearch.timeRangeFilter"),
        tool(
            LIVE_38,
            DEV,
            "{'googleSearch':{'timeRangeFilter':{'startTime':'2026-01-01T00:00:00Z',"
                + "'endTime':'2026-01-01T00:00:00Z'}}}",
            "WARNING tools[0].googleSearch.timeRangeFilter"),
        tool(
            LIVE_38,
            DEV,
            "{'googleSearch':{'timeRangeFilter':{'startTime':'2026-01-01T00:00:00Z',"
                + "'endTime':'2026-01-01T00:00:01Z'}}}"),
        tool(
            NATIVE,
            DEV,
            "{'googleSearch':{}},{'functionDeclarations':[{'name':'f','description':'d'}]}",
            "WARNING tools"),
        tool(
            LIVE_38,
            DEV,
            "{'googleSearch':{}},{'functionDeclarations':[{'name':'f','description':'d'}]}"),
        tool(
            TRANSCRIBE,
            DEV,
            "{'functionDeclarations':[{'name':'f','description':'d'}]}",
            "WARNING tools"));
  }

  static Stream<Row> functions() {
    String empty = "{'type':'object'}";
    return Stream.of(
        function(LIVE_38, DEV, "{}"),
        function(LIVE_38, DEV, "{'name':'2f'}", "REFUSED .name"),
        function(LIVE_38, DEV, "{'name':'a b'}", "REFUSED .name"),
        function(LIVE_38, DEV, "{'name':''}", "REFUSED .name"),
        function(LIVE_38, DEV, "{'name':'" + "a".repeat(64) + "'}"),
        function(LIVE_38, DEV, "{'name':'" + "a".repeat(65) + "'}", "WARNING .name"),
        function(LIVE_38, DEV, "{'name':'" + "a".repeat(128) + "'}", "WARNING .name"),
        function(LIVE_38, DEV, "{'name':'" + "a".repeat(129) + "'}", "REFUSED .name"),
        function(LIVE_38, DEV, "{'name':'a.b'}", "WARNING .name"),
        function(LIVE_38, DEV, "{'description':' '}", "WARNING .description"),
        function(XT, DEV, "{'behavior':'BLOCKING'}", "REFUSED .behavior"),
        function(XT, DEV, "{'behavior':'NON_BLOCKING'}"),
        function(LIVE_38, DEV, "{'behavior':'BLOCKING'}"),
        function(LIVE_38, VERTEX, "{'behavior':'NON_BLOCKING'}"),
        function(LIVE_31, DEV, "{'behavior':'NON_BLOCKING'}", "WARNING .behavior"),
        function(NATIVE, DEV, "{'behavior':'NON_BLOCKING'}"),
        function(NATIVE_VERTEX, VERTEX, "{'behavior':'NON_BLOCKING'}", "WARNING .behavior"),
        function(NATIVE_VERTEX, VERTEX, "{'behavior':'UNSPECIFIED'}"),
        function(LIVE_38, DEV, "{'behavior':'LAZY'}", "WARNING .behavior"),
        function(
            LIVE_38,
            DEV,
            "{'parameters':{'type':'OBJECT','properties':{'a':{'type':'STRING'}}},"
                + "'parametersJsonSchema':"
                + empty
                + "}",
            "REFUSED .parametersJsonSchema"),
        function(
            LIVE_38,
            DEV,
            "{'response':{'type':'STRING'},'responseJsonSchema':" + empty + "}",
            "REFUSED .responseJsonSchema"),
        function(LIVE_38, DEV, "{'parametersJsonSchema':" + empty + "}"),
        function(LIVE_38, DEV, "{'parametersJsonSchema':true}", "WARNING .parametersJsonSchema"),
        function(LIVE_38, DEV, "{'parameters':{'type':'OBJECT'}}", "WARNING .parameters"),
        function(LIVE_38, DEV, "{'parameters':{'type':'STRING'}}", "WARNING .parameters.type"),
        function(
            LIVE_38,
            DEV,
            "{'parameters':{'type':'OBJECT','properties':{'a':{'type':'STRING'}},"
                + "'required':['b'],'propertyOrdering':['c']}}",
            "WARNING .parameters.required",
            "WARNING .parameters.propertyOrdering"),
        function(
            LIVE_38,
            DEV,
            "{'parameters':{'type':'OBJECT','properties':{'a-b':{'type':'STRING'}}}}",
            "WARNING .parameters.properties.a-b"),
        function(
            LIVE_38,
            DEV,
            "{'parameters':{'type':'OBJECT','properties':{'"
                + "a".repeat(64)
                + "':{'type':'STRING'}}}}"));
  }

  static Stream<Row> schemas() {
    return Stream.of(
        schema(DEV, "{'type':'STRING'}"),
        schema(DEV, "{'type':'TYPE_UNSPECIFIED'}", "REFUSED .type"),
        schema(DEV, "{'type':'ARRAY','items':{'type':'TYPE_UNSPECIFIED'}}", "REFUSED .items.type"),
        schema(
            DEV,
            "{'anyOf':[{'type':'STRING'},{'type':'TYPE_UNSPECIFIED'}]}",
            "REFUSED .anyOf[1].type"),
        schema(DEV, "{}", "WARNING .type"),
        schema(DEV, "{'type':'string'}", "WARNING .type"),
        schema(DEV, "{'type':'DATE'}", "WARNING .type"),
        schema(DEV, "{'type':'ARRAY'}", "WARNING .items"),
        schema(DEV, "{'type':'INTEGER','enum':['1']}", "WARNING .enum"),
        schema(DEV, "{'type':'STRING','enum':['1']}"),
        schema(DEV, "{'type':'STRING','minLength':2,'maxLength':2}"),
        schema(DEV, "{'type':'STRING','minLength':3,'maxLength':2}", "WARNING .minLength"),
        schema(DEV, "{'type':'INTEGER','minimum':3,'maximum':2}", "WARNING .minimum"),
        schema(
            DEV,
            "{'type':'ARRAY','items':{'type':'STRING'},'minItems':3,'maxItems':2}",
            "WARNING .minItems"),
        schema(
            DEV, "{'type':'OBJECT','minProperties':3,'maxProperties':2}", "WARNING .minProperties"),
        schema(DEV, "{'type':'STRING','format':'byte'}"),
        schema(ALPHA, "{'type':'STRING','format':'byte'}", "WARNING .format"),
        schema(ALPHA, "{'type':'STRING','format':'enum'}"));
  }

  static Stream<Row> members() {
    List<Row> rows = new ArrayList<>();
    for (String name : List.of(
        "toolConfig",
        "cachedContent",
        "automaticFunctionCalling",
        "ttl",
        "ttl_seconds",
        "temperature",
        "responseModalities",
        "speechConfig")) {
      rows.add(row(LIVE_38, DEV, "{'" + name + "':{}}", "REFUSED " + name));
    }
    for (String name : List.of(
        "responseLogprobs",
        "logprobs",
        "responseMimeType",
        "responseSchema",
        "responseJsonSchema",
        "stopSequences",
        "routingConfig",
        "audioTimestamp",
        "stop_sequences")) {
      rows.add(generation(LIVE_38, VERTEX, "{'" + name + "':1}", "REFUSED ." + name));
    }
    for (String name : List.of(
        "$schema",
        "$id",
        "$ref",
        "$defs",
        "oneOf",
        "allOf",
        "not",
        "const",
        "exclusiveMinimum",
        "exclusiveMaximum",
        "multipleOf",
        "uniqueItems",
        "patternProperties",
        "additionalProperties")) {
      rows.add(schema(DEV, "{'type':'STRING','" + name + "':1}", "REFUSED ." + name));
    }
    rows.add(schema(
        VERTEX, "{'type':'STRING','additionalProperties':false}", "WARNING .additionalProperties"));
    rows.add(row(LIVE_38, DEV, "{'brandNew':1}", "WARNING brandNew"));
    rows.add(row(LIVE_38, DEV, "{'system_instruction':{}}", "WARNING system_instruction"));
    rows.add(generation(LIVE_38, DEV, "{'brandNew':1}", "WARNING .brandNew"));
    rows.add(row(
        LIVE_38,
        DEV,
        "{'sessionResumption':{'brandNew':1}}",
        "WARNING sessionResumption.brandNew"));
    rows.add(tool(LIVE_38, DEV, "{'brandNew':{}}", "WARNING tools[0].brandNew"));
    rows.add(function(LIVE_38, DEV, "{'brandNew':1}", "WARNING .brandNew"));
    rows.add(schema(
        DEV, "{'type':'ARRAY','items':{'type':'STRING','brandNew':1}}", "WARNING .items.brandNew"));
    return rows.stream();
  }

  static Stream<Row> rest() {
    String harassment = "{'category':'HARM_CATEGORY_HARASSMENT','threshold':'OFF'}";
    return Stream.of(
        row(
            LIVE_38,
            DEV,
            "{'safetySettings':[{'category':'HARM_CATEGORY_UNSPECIFIED','threshold':'OFF'}]}",
            "REFUSED safetySettings[0].category"),
        row(
            LIVE_38,
            DEV,
            "{'safetySettings':[" + harassment + "," + harassment + "]}",
            "WARNING safetySettings[1].category"),
        row(LIVE_38, VERTEX, "{'labels':{'team':'x'}}"),
        row(LIVE_38, VERTEX, "{'labels':{'Team':'x'}}", "WARNING labels.Team"),
        row(LIVE_38, VERTEX, "{'labels':{'1':'x'}}", "WARNING labels.1"),
        row(LIVE_38, VERTEX, "{'labels':{'" + "a".repeat(63) + "':'x'}}"),
        row(
            LIVE_38,
            VERTEX,
            "{'labels':{'" + "a".repeat(64) + "':'x'}}",
            "WARNING labels." + "a".repeat(64)),
        row(
            LIVE_38,
            VERTEX,
            "{'labels':{'safety_identifier':'x'}}",
            "WARNING labels.safety_identifier"),
        row(LIVE_38, DEV, "{'systemInstruction':{'parts':[{'text':'x'}]}}"),
        row(
            LIVE_38,
            DEV,
            "{'systemInstruction':{'role':'model','parts':[{'text':'x'}]}}",
            "WARNING systemInstruction.role"),
        row(LIVE_38, DEV, "{'systemInstruction':{'parts':[]}}", "WARNING systemInstruction.parts"),
        row(
            LIVE_38,
            DEV,
            "{'systemInstruction':{'parts':[{'text':'x'},"
                + "{'inlineData':{'mimeType':'image/png','data':'AAAA'}}]}}",
            "WARNING systemInstruction.parts[1]"));
  }

  @ParameterizedTest
  @MethodSource({
    "thinking",
    "modalities",
    "numbers",
    "generationMembers",
    "voices",
    "models",
    "realtimeInput",
    "backends",
    "avatars",
    "compression",
    "transcriptions",
    "proactivity",
    "serviceTools",
    "functions",
    "schemas",
    "members",
    "rest"
  })
  void aSettingBringsExactlyTheseFindings(Row row) {
    List<String> standing = found(row.model(), row.endpoint(), "{}");

    List<String> found = new ArrayList<>(found(row.model(), row.endpoint(), row.change()));
    standing.forEach(found::remove);

    assertThat(found).containsExactlyInAnyOrderElementsOf(row.expected());
  }

  @Test
  void aPlainSetupOfACurrentModelHasNothingToFind() {
    for (LiveModel model : List.of(LIVE_38, XT, LIVE_31, TRANSCRIBE, TRANSLATE)) {
      assertThat(found(model, DEV, "{}")).as(model.id()).isEmpty();
    }
    for (LiveModel model : List.of(LIVE_38, XT, NATIVE_VERTEX, TRANSLATE)) {
      assertThat(found(model, VERTEX, "{}")).as(model.id()).isEmpty();
    }
  }

  @Test
  void aDeprecatedModelIsWarnedOf() {
    assertThat(check(NATIVE, DEV, "{}"))
        .singleElement()
        .satisfies(finding -> assertThat(finding.toString()).contains("deprecated", NATIVE.id()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "gemini-live-2.5-flash-preview",
        "gemini-2.0-flash-live-001",
        "gemini-2.5-flash-preview-native-audio-dialog",
        "gemini-2.5-flash-exp-native-audio-thinking-dialog"
      })
  void aModelThatWasShutDownIsWarnedOf(String id) {
    assertThat(check(LiveModel.of(id), DEV, "{}"))
        .singleElement()
        .satisfies(finding -> assertThat(finding.toString()).contains("shut down", id));
  }

  @Test
  void aModelOfTheOtherBackendIsWarnedOf() {
    assertThat(check(LIVE_31, VERTEX, "{}"))
        .singleElement()
        .satisfies(finding -> assertThat(finding.toString()).contains("the Developer API only"));
    assertThat(check(NATIVE_VERTEX, DEV, "{}"))
        .singleElement()
        .satisfies(finding -> assertThat(finding.toString()).contains("Vertex AI only"));
  }

  @Test
  void anUnknownModelBringsOneWarning() {
    assertThat(check(UNKNOWN, DEV, "{}")).singleElement().satisfies(finding -> {
      assertThat(finding.severity()).isEqualTo(Severity.WARNING);
      assertThat(finding.toString()).contains("models/gemini-9-live", "gemini-3.8-live");
    });
  }

  @ParameterizedTest
  @ValueSource(ints = {511, 512, 513})
  void moreThan512FunctionsAreWarnedOf(int count) {
    String functions = IntStream.range(0, count)
        .mapToObj(i -> "{'name':'f" + i + "','description':'d'}")
        .collect(Collectors.joining(","));

    List<String> found =
        found(LIVE_38, DEV, "{'tools':[{'functionDeclarations':[" + functions + "]}]}");

    assertThat(found).isEqualTo(count > 512 ? List.of("WARNING tools") : List.of());
  }

  @ParameterizedTest
  @ValueSource(ints = {999, 1000, 1001})
  void moreThan1000PhrasesAreWarnedOf(int count) {
    String phrases =
        IntStream.range(0, count).mapToObj(i -> "'p" + i + "'").collect(Collectors.joining(","));

    List<String> found = found(
        TRANSCRIBE, DEV, "{'inputAudioTranscription':{'customVocabulary':[" + phrases + "]}}");

    assertThat(found)
        .isEqualTo(
            count > 1000 ? List.of("WARNING inputAudioTranscription.customVocabulary") : List.of());
  }

  @Test
  void twoFunctionsOfOneNameAreWarnedOfInAnyTool() {
    String tool = "{'functionDeclarations':[{'name':'f','description':'d'}]}";

    assertThat(found(LIVE_38, DEV, "{'tools':[" + tool + "," + tool + "]}"))
        .containsExactly("WARNING tools[1].functionDeclarations[0].name");
  }

  @Test
  void aHistoryIsMadeOfTurnsTheServiceTakes() {
    Part call = Part.builder().functionCall(FunctionCall.builder("f").build()).build();
    Content system = Content.text("x").toBuilder().role("system").build();
    List<Content> history = List.of(
        Content.user("x"),
        Content.model(Part.text("x"), call),
        system,
        Content.text("x"),
        Content.builder().role("user").build());

    assertThat(found(LIVE_38, DEV, history))
        .containsExactly(
            "REFUSED history[1].parts[1]",
            "REFUSED history[2].role",
            "WARNING history[3].role",
            "WARNING history[4].parts");
    assertThat(found(LIVE_38, VERTEX, List.of(system))).containsExactly("WARNING history[0].role");
  }

  @Test
  void aHistoryHasPartsOfItsBackend() {
    Part named = Part.builder()
        .inlineData(Blob.builder("image/png", Bytes.copyOf(new byte[1]))
            .displayName("x")
            .build())
        .build();
    Part filed = Part.builder()
        .fileData(FileData.builder("gs://b/o", "image/png").displayName("x").build())
        .build();
    Part noted = Part.text("x").toBuilder().partMetadata(Json.parse("{}")).build();
    Part processed = Part.fileData("gs://b/o", "video/mp4").toBuilder()
        .mediaProcessing(MediaProcessing.STATIC)
        .build();
    Part called = Part.builder().toolCall(ServerToolCall.builder().build()).build();
    Part answered =
        Part.builder().toolResponse(ServerToolResponse.builder().build()).build();
    Part both = Part.inlineData("image/png", Bytes.copyOf(new byte[1])).toBuilder()
        .text("x")
        .build();
    List<Content> history =
        List.of(Content.user(named, filed, noted, processed, called, answered, both));

    assertThat(found(LIVE_38, DEV, history))
        .containsExactly(
            "REFUSED history[0].parts[0].inlineData.displayName",
            "REFUSED history[0].parts[1].fileData.displayName",
            "REFUSED history[0].parts[6]");
    assertThat(found(LIVE_38, VERTEX, history))
        .containsExactly(
            "REFUSED history[0].parts[2].partMetadata",
            "REFUSED history[0].parts[3].mediaProcessing",
            "REFUSED history[0].parts[4].toolCall",
            "REFUSED history[0].parts[5].toolResponse",
            "REFUSED history[0].parts[6]");
    assertThat(LiveConfig.builder(LIVE_38)
            .apiKey("key")
            .history(List.of(Content.user(both)))
            .build()
            .check())
        .extracting(ConfigFinding::toString)
        .containsExactly("history[0].parts[0]: It has text and inlineData, of which a part holds"
            + " one. Fix: Make a part of each.");
  }

  @Test
  void aHistoryOn31IsAnnounced() {
    List<Content> history = List.of(Content.user("x"));

    assertThat(found(LIVE_31, DEV, history)).containsExactly("REFUSED historyConfig");
    assertThat(
            LiveConfig.builder(LIVE_31).apiKey("key").history(history).build().check())
        .isEmpty();
  }

  private static List<String> found(LiveModel model, Endpoint endpoint, List<Content> history) {
    Setup setup = Setup.builder(endpoint.modelName(model))
        .generationConfig(
            GenerationConfig.builder().responseModalities(Modality.AUDIO).build())
        .build();
    return words(
        Preflight.check(setup, history, ModelProfile.of(model, endpoint.backend()), endpoint));
  }

  @Test
  void anAddressTakenVerbatimMayLeadToAnyVersion() {
    Endpoint proxy = DEV.exactly(URI.create("wss://proxy.example/live"));

    assertThat(found(NATIVE, proxy, "{'generationConfig':{'enableAffectiveDialog':true}}"))
        .contains("WARNING generationConfig.enableAffectiveDialog")
        .noneMatch(finding -> finding.startsWith("REFUSED"));
  }

  @Test
  void everyFindingSaysWhatAndWhatToDo() {
    assertThat(Stream.of(thinking(), modalities(), voices(), models(), backends(), functions())
            .flatMap(rows -> rows)
            .flatMap(row -> check(row.model(), row.endpoint(), row.change()).stream()))
        .isNotEmpty()
        .allSatisfy(finding -> {
          assertThat(finding.field()).isNotBlank();
          assertThat(finding.reason()).endsWith(".");
          assertThat(finding.fix()).endsWith(".");
        });
  }

  @Test
  void theConfigurationChecksWhatGoesOut() {
    LiveConfig config =
        LiveConfig.builder(NATIVE).apiKey("key").responseModality(Modality.TEXT).build();

    assertThat(config.check()).anySatisfy(finding -> {
      assertThat(finding.severity()).isEqualTo(Severity.REFUSED);
      assertThat(finding.field()).isEqualTo("generationConfig.responseModalities");
    });
  }

  private static List<String> found(LiveModel model, Endpoint endpoint, String change) {
    return words(check(model, endpoint, change));
  }

  private static List<String> words(List<ConfigFinding> findings) {
    return findings.stream()
        .map(finding -> finding.severity() + " " + finding.field())
        .toList();
  }

  private static List<ConfigFinding> check(LiveModel model, Endpoint endpoint, String change) {
    ModelProfile profile = ModelProfile.of(model, endpoint.backend());
    String plain = "{'model':'"
        + endpoint.modelName(model)
        + "','inputAudioTranscription':{},'generationConfig':{'responseModalities':['"
        + profile.defaultModality()
        + "'],'thinkingConfig':"
        + (model.equals(XT) ? "{'thinkingLevel':'LOW'}" : "null")
        + ",'translationConfig':"
        + (model.equals(TRANSLATE) ? "{'targetLanguageCode':'pl'}" : "null")
        + "}}";
    Setup setup = RecordReader.read(Setup.class, Json.parse(quoted(merged(plain, change))));
    return Preflight.check(setup, profile, endpoint);
  }

  private static String quoted(String json) {
    return json.replace('\'', '"');
  }

  /** Puts members over others; generationConfig is merged too. */
  private static String merged(String plain, String change) {
    return Json.of(merged(
            Json.parse(quoted(plain)).asObject(), Json.parse(quoted(change)).asObject()))
        .text();
  }

  private static Map<String, Object> merged(Map<?, ?> plain, Map<?, ?> change) {
    Map<String, Object> merged = new LinkedHashMap<>();
    plain.forEach((name, value) -> merged.put((String) name, value));
    change.forEach((name, value) -> merged.put(
        (String) name,
        name.equals("generationConfig") && merged.get(name) instanceof Map<?, ?> before
            ? merged(before, (Map<?, ?>) value)
            : value));
    return merged;
  }
}
