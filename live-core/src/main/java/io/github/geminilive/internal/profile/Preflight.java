package io.github.geminilive.internal.profile;

import static io.github.geminilive.internal.profile.Findings.quote;
import static java.util.Objects.requireNonNull;

import io.github.geminilive.ConfigFinding;
import io.github.geminilive.Endpoint;
import io.github.geminilive.internal.profile.ModelProfile.HistoryForm;
import io.github.geminilive.internal.profile.ModelProfile.Proactivity;
import io.github.geminilive.internal.profile.ModelProfile.Status;
import io.github.geminilive.protocol.AudioTranscriptionConfig;
import io.github.geminilive.protocol.AutomaticActivityDetection;
import io.github.geminilive.protocol.AvatarConfig;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.ContextWindowCompressionConfig;
import io.github.geminilive.protocol.GenerationConfig;
import io.github.geminilive.protocol.HarmCategory;
import io.github.geminilive.protocol.MediaResolution;
import io.github.geminilive.protocol.Modality;
import io.github.geminilive.protocol.Part;
import io.github.geminilive.protocol.ProactivityConfig;
import io.github.geminilive.protocol.RealtimeInputConfig;
import io.github.geminilive.protocol.ReplicatedVoiceConfig;
import io.github.geminilive.protocol.SafetySetting;
import io.github.geminilive.protocol.SessionResumptionConfig;
import io.github.geminilive.protocol.Setup;
import io.github.geminilive.protocol.SpeechConfig;
import io.github.geminilive.protocol.ThinkingConfig;
import io.github.geminilive.protocol.ThinkingLevel;
import io.github.geminilive.protocol.TranscriptionMode;
import io.github.geminilive.protocol.TurnCoverage;
import io.github.geminilive.protocol.VoiceConfig;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Looks at a setup before it goes out. A finding is a refusal only where the service is known to
 * close the connection, or where it defines no such thing; everything else is a warning, as models
 * change faster than libraries.
 */
public final class Preflight {

  /** Tokens a model can have in view at once (§7.1). */
  private static final long WINDOW_TOKENS = 131_072;

  private static final int MAX_VOCABULARY = 1_000;
  private static final Pattern LABEL_KEY = Pattern.compile("[a-z][^A-Z]{0,62}");
  private static final String GENERATION = "generationConfig";
  private static final String VOICE = "generationConfig.speechConfig.voiceConfig";

  private final Setup setup;
  private final ModelProfile profile;
  private final Endpoint endpoint;
  private final boolean developer;
  private final Findings findings;

  private Preflight(Setup setup, ModelProfile profile, Endpoint endpoint) {
    this.setup = setup;
    this.profile = profile;
    this.endpoint = endpoint;
    this.developer = endpoint.backend() == Endpoint.Backend.DEVELOPER;
    this.findings = new Findings(profile);
  }

  /**
   * Everything noticed about a setup that no history follows.
   *
   * @param setup as it would go out
   * @param profile of the setup's model
   * @param endpoint where it would go
   * @return unmodifiable; in the order of the setup's members
   */
  public static List<ConfigFinding> check(Setup setup, ModelProfile profile, Endpoint endpoint) {
    return check(setup, List.of(), profile, endpoint);
  }

  /**
   * Everything noticed about a setup and the history that follows it.
   *
   * @param setup as it would go out
   * @param history earlier turns to be told to the model; may be empty
   * @param profile of the setup's model
   * @param endpoint where it would go
   * @return unmodifiable; in the order of the setup's members, history last
   */
  public static List<ConfigFinding> check(
      Setup setup, List<Content> history, ModelProfile profile, Endpoint endpoint) {
    Preflight preflight = new Preflight(
        requireNonNull(setup, "setup"),
        requireNonNull(profile, "profile"),
        requireNonNull(endpoint, "endpoint"));
    preflight.model();
    preflight.generation();
    preflight.systemInstruction();
    new ToolPreflight(profile, endpoint, preflight.findings).tools("tools", setup.tools());
    preflight.realtimeInput();
    preflight.resumption();
    preflight.compression();
    preflight.transcriptions();
    preflight.proactivity();
    preflight.developerAndVertex();
    preflight.avatar();
    preflight.safety();
    preflight.labels();
    new UnknownMembers(endpoint, preflight.findings).check(setup);
    preflight.history(requireNonNull(history, "history"));
    return preflight.findings.all();
  }

  private void model() {
    String model = setup.model();
    if (model.isBlank()) {
      findings.refuse("model", "There is no model.", "Name one, such as gemini-3.8-live.");
      return;
    }
    if (model.contains("..") || model.contains("?") || model.contains("&")) {
      findings.refuse(
          "model",
          quote(model) + " holds \"..\", \"?\" or \"&\".",
          "Use the model's id as Google writes it.");
    }
    if (!model.contains("/")) {
      findings.refuse(
          "model",
          quote(model) + " is a bare name; the wire wants a resource name.",
          developer
              ? "Write models/" + model + "."
              : "Write projects/{project}/locations/{location}/publishers/google/models/"
                  + model
                  + ".");
    } else if (developer && !model.startsWith("models/") && !model.startsWith("tunedModels/")) {
      findings.warn(
          "model",
          quote(model) + " is a Vertex AI name; this endpoint is the Developer API.",
          "Use the bare model id, or Endpoint.vertex(…).");
    } else if (!developer && model.startsWith("publishers/") && !endpoint.isVertexExpress()) {
      findings.warn(
          "model",
          quote(model) + " lacks the project, which only express mode may leave out.",
          "Write projects/{project}/locations/{location}/" + model + ".");
    } else if (!developer && model.startsWith("tunedModels/")) {
      findings.warn(
          "model",
          quote(model) + " is a name of the Developer API; this endpoint is Vertex AI.",
          "Use the model's resource name on Vertex AI, or Endpoint.developer().");
    }
    if (!profile.known()) {
      findings.warn(
          "model",
          quote(model) + " is not known to this version; it is treated like " + newest() + ".",
          "Check its spelling; if it is right, ignore this.");
      return;
    }
    if (profile.release().status() == Status.SHUT_DOWN) {
      findings.warn(
          "model", quote(model) + " was shut down.", "Use a current model: " + newest() + ".");
    } else if (profile.release().status() == Status.DEPRECATED) {
      findings.warn(
          "model",
          quote(model) + " is deprecated and will be shut down.",
          "Plan for a current model: " + newest() + ".");
    }
    if (!profile.release().backends().contains(endpoint.backend())) {
      findings.warn(
          "model",
          quote(model)
              + " is published on "
              + (developer ? "Vertex AI" : "the Developer API")
              + " only, as far as known.",
          "Use the other backend or another model.");
    }
  }

  private static String newest() {
    return "gemini-3.8-live";
  }

  private String family() {
    return "The " + profile.family() + " family";
  }

  // generationConfig

  private void generation() {
    GenerationConfig generation = setup.generationConfig();
    modalities(generation == null ? null : generation.responseModalities());
    thinking(generation == null ? null : generation.thinkingConfig());
    if (generation == null) {
      translation(false);
      return;
    }
    numbers(generation);
    if (MediaResolution.ULTRA_HIGH.equals(generation.mediaResolution())) {
      findings.warn(
          GENERATION + ".mediaResolution",
          "MEDIA_RESOLUTION_ULTRA_HIGH exists for single parts only.",
          "Use LOW, MEDIUM or HIGH here.");
    }
    if (generation.speechConfig() != null) {
      speech(generation.speechConfig());
    }
    affectiveDialog(generation.enableAffectiveDialog());
    translation(generation.translationConfig() != null);
    if (generation.translationConfig() != null
        && generation.translationConfig().targetLanguageCode().isBlank()) {
      findings.warn(
          GENERATION + ".translationConfig.targetLanguageCode",
          "It is blank.",
          "Name the language to translate to, such as pl.");
    }
    if (generation.audioTranscriptionConfig() != null && !profile.family().equals("transcribe")) {
      findings.warn(
          GENERATION + ".audioTranscriptionConfig",
          "Only transcribing models read it.",
          "Use inputAudioTranscription of the setup.");
    }
    backendOnly(GENERATION + ".responseFormat", generation.responseFormat(), !developer);
    backendOnly(
        GENERATION + ".enableEnhancedCivicAnswers",
        generation.enableEnhancedCivicAnswers(),
        developer);
    backendOnly(GENERATION + ".modelConfig", generation.modelConfig(), !developer);
  }

  /** Warns of a member that the other backend alone has. */
  private void backendOnly(String field, @Nullable Object value, boolean available) {
    if (value != null && !available) {
      findings.warn(
          field,
          (developer ? "The Developer API" : "Vertex AI") + " does not have this member.",
          "Leave it out, or use " + (developer ? "Vertex AI." : "the Developer API."));
    }
  }

  private void modalities(@Nullable List<Modality> asked) {
    String field = GENERATION + ".responseModalities";
    List<Modality> offered = profile.output().modalities();
    if (asked == null || asked.isEmpty()) {
      if (!developer) {
        findings.warn(
            field, "Vertex AI promises no default.", "Ask for " + profile.defaultModality() + ".");
      } else if (!profile.voice()) {
        findings.warn(
            field,
            "The default is AUDIO, which " + profile.family() + " models do not put out.",
            "Ask for " + profile.defaultModality() + ".");
      }
      return;
    }
    if (asked.size() > 1) {
      findings.refuse(
          field,
          asked + " are " + asked.size() + " modalities; a session has exactly one.",
          "Ask for " + profile.defaultModality() + " alone; transcripts give the text of speech.");
    }
    for (Modality modality : new LinkedHashSet<>(asked)) {
      if (modality.equals(Modality.UNSPECIFIED) || modality.equals(Modality.IMAGE)) {
        findings.refuse(
            field,
            modality + " is put out by no Live model.",
            "Ask for " + profile.defaultModality() + ".");
      } else if (!Modality.known().contains(modality)) {
        findings.warn(
            field,
            modality + " is not known to this version.",
            "Check its spelling; if it is right, ignore this.");
      } else if (!offered.contains(modality)) {
        String reason = family()
            + (developer ? " on the Developer API" : " on Vertex AI")
            + " puts out "
            + offered
            + ", not "
            + modality
            + ".";
        String fix = "Ask for " + profile.defaultModality() + ".";
        if (profile.output().othersRefused()) {
          findings.refuseByFamily(field, reason, fix);
        } else {
          findings.warn(field, reason, fix);
        }
      } else if (modality.equals(Modality.VIDEO) && setup.avatarConfig() == null) {
        findings.warn(field, "VIDEO shows an avatar, and none is chosen.", "Set avatarConfig.");
      }
    }
  }

  private void thinking(@Nullable ThinkingConfig thinking) {
    String field = GENERATION + ".thinkingConfig";
    ThinkingLevel level = thinking == null ? null : thinking.thinkingLevel();
    Integer budget = thinking == null ? null : thinking.thinkingBudget();
    switch (profile.features().thinking()) {
      case FORBIDDEN -> {
        if (thinking != null) {
          findings.refuseByFamily(
              field,
              family() + " thinks as it sees fit and refuses the whole thinkingConfig.",
              "Remove it, or use gemini-3.8-live-extended-thinking.");
        }
      }
      case LEVEL_REQUIRED -> {
        requiredLevel(level);
        if (budget != null) {
          findings.warn(
              field + ".thinkingBudget",
              family() + " has levels instead of a budget.",
              "Set thinkingLevel only.");
        }
      }
      case LEVEL -> {
        if (budget != null) {
          findings.warn(
              field + ".thinkingBudget",
              family() + " has levels instead of a budget.",
              "Set thinkingLevel; its default is MINIMAL.");
        }
        unknownLevel(level);
      }
      case BUDGET -> {
        if (level != null) {
          findings.warn(
              field + ".thinkingLevel",
              family() + " has a budget instead of levels.",
              "Set thinkingBudget: 0 is off, -1 automatic.");
        }
        if (budget != null && budget < -1) {
          findings.warn(
              field + ".thinkingBudget",
              budget + " is below -1.",
              "Use 0 for off, -1 for automatic, or a number of tokens.");
        }
      }
      case NONE -> {
        if (thinking != null) {
          findings.warn(field, family() + " has no documented thinking.", "Remove it.");
        }
      }
    }
  }

  private void requiredLevel(@Nullable ThinkingLevel level) {
    String field = GENERATION + ".thinkingConfig.thinkingLevel";
    String fix = "Set LOW, MEDIUM or HIGH.";
    if (level == null || level.equals(ThinkingLevel.UNSPECIFIED)) {
      findings.refuseByFamily(field, family() + " needs a thinking level.", fix);
    } else if (upper(level).equals(ThinkingLevel.MINIMAL)) {
      findings.refuseByFamily(field, family() + " refuses the level " + level + ".", fix);
    } else {
      unknownLevel(level);
    }
  }

  private void unknownLevel(@Nullable ThinkingLevel level) {
    if (level != null && !ThinkingLevel.known().contains(upper(level))) {
      findings.warn(
          GENERATION + ".thinkingConfig.thinkingLevel",
          quote(level.value()) + " is not known to this version.",
          "Use one of " + ThinkingLevel.known() + ".");
    }
  }

  private static ThinkingLevel upper(ThinkingLevel level) {
    return ThinkingLevel.of(level.value().toUpperCase(Locale.ROOT));
  }

  private void numbers(GenerationConfig generation) {
    Double temperature = generation.temperature();
    if (temperature != null && !(temperature > 0 && temperature <= 2)) {
      findings.warn(
          GENERATION + ".temperature",
          temperature + " is outside (0, 2].",
          "Choose a value above 0 and up to 2.");
    }
    Double topP = generation.topP();
    if (topP != null && !(topP >= 0 && topP <= 1)) {
      findings.warn(
          GENERATION + ".topP", topP + " is outside [0, 1].", "Choose a value from 0 to 1.");
    }
    if (generation.topK() != null && generation.topK() < 1) {
      findings.warn(GENERATION + ".topK", generation.topK() + " is below 1.", "Choose 1 or more.");
    }
    if (generation.candidateCount() != null && generation.candidateCount() != 1) {
      findings.warn(
          GENERATION + ".candidateCount",
          generation.candidateCount() + " candidates; a conversation has one answer.",
          "Leave it out.");
    }
    Integer maxTokens = generation.maxOutputTokens();
    if (maxTokens != null && (maxTokens < 1 || maxTokens > profile.output().maxTokens())) {
      findings.warn(
          GENERATION + ".maxOutputTokens",
          maxTokens + " is outside [1, " + profile.output().maxTokens() + "].",
          "Choose a value in that range.");
    }
    notFinite("presencePenalty", generation.presencePenalty());
    notFinite("frequencyPenalty", generation.frequencyPenalty());
  }

  private void notFinite(String name, @Nullable Double value) {
    if (value != null && !Double.isFinite(value)) {
      findings.refuse(
          GENERATION + "." + name, value + " is not a JSON number.", "Choose a finite number.");
    }
  }

  private void affectiveDialog(@Nullable Boolean enabled) {
    String field = GENERATION + ".enableAffectiveDialog";
    if (enabled == null) {
      return;
    }
    if (!profile.features().affectiveDialog()) {
      String reason = family() + " does not have it and closes the connection, at times silently.";
      if (enabled) {
        findings.refuseByFamily(field, reason, "Remove it.");
      } else {
        findings.warn(field, family() + " does not have it.", "Remove it.");
      }
    } else if (enabled && developer && !endpoint.version().equals("v1alpha")) {
      String reason =
          "Version " + endpoint.version() + " of the Developer API does not have it; v1alpha does.";
      String fix = "Use Endpoint.developer().version(\"v1alpha\"), or remove it.";
      if (versionInPath()) {
        findings.refuseByFamily(field, reason, fix);
      } else {
        findings.warn(field, reason, fix);
      }
    }
  }

  /** False for an address taken verbatim, which may lead to any version. */
  private boolean versionInPath() {
    return endpoint.uri(false).getPath().contains("." + endpoint.version() + ".");
  }

  private void translation(boolean configured) {
    boolean translates = profile.family().equals("translate");
    if (configured && !translates) {
      findings.warn(
          GENERATION + ".translationConfig",
          "Only live-translate models translate.",
          "Remove it, or use gemini-3.5-live-translate-preview.");
    } else if (!configured && translates) {
      findings.warn(
          GENERATION + ".translationConfig",
          "The model is not told which language to translate to.",
          "Set targetLanguageCode.");
    }
  }

  // generationConfig.speechConfig

  private void speech(SpeechConfig speech) {
    String field = GENERATION + ".speechConfig";
    if (!profile.voice()) {
      findings.warn(field, family() + " does not speak.", "Remove it.");
    }
    if (speech.multiSpeakerVoiceConfig() != null) {
      findings.refuse(
          field + ".multiSpeakerVoiceConfig",
          "Several speakers exist in speech synthesis only, not in Live sessions.",
          "Choose one voice with voiceConfig.");
    }
    if (speech.languageCode() != null && profile.features().nativeAudio()) {
      findings.warn(
          field + ".languageCode",
          "A native audio model picks the language itself; it may ignore or refuse "
              + quote(speech.languageCode())
              + ".",
          "Remove it and name the language in the system instruction.");
    }
    if (speech.voiceConfig() != null) {
      voice(speech.voiceConfig());
    }
  }

  private void voice(VoiceConfig voice) {
    int kinds = (voice.prebuiltVoiceConfig() == null ? 0 : 1)
        + (voice.replicatedVoiceConfig() == null ? 0 : 1)
        + (voice.voice() == null ? 0 : 1);
    if (kinds > 1) {
      findings.warn(
          VOICE,
          "It names " + kinds + " voices.",
          "Keep one of prebuiltVoiceConfig, replicatedVoiceConfig and voice.");
    }
    if (voice.prebuiltVoiceConfig() != null) {
      prebuiltVoice(voice.prebuiltVoiceConfig().voiceName());
    }
    if (voice.voice() != null && !profile.features().voiceIds()) {
      findings.warn(
          VOICE + ".voice",
          family() + " predates voice identifiers such as " + quote(voice.voice()) + ".",
          "Use prebuiltVoiceConfig.");
    }
    if (voice.replicatedVoiceConfig() != null) {
      replicatedVoice(voice.replicatedVoiceConfig());
    }
  }

  private void prebuiltVoice(String name) {
    String field = VOICE + ".prebuiltVoiceConfig.voiceName";
    Set<String> voices = profile.output().voices();
    if (name.isBlank()) {
      findings.warn(field, "It is blank.", "Name a voice, such as Kore, or remove voiceConfig.");
    } else if (voices != null && !voices.contains(name)) {
      for (String voice : voices) {
        if (voice.equalsIgnoreCase(name)) {
          findings.warn(
              field,
              "The voice " + quote(name) + " is spelled " + voice + ".",
              "Use " + voice + ".");
          return;
        }
      }
      findings.refuseByFamily(
          field,
          family() + " has no voice named " + quote(name) + ".",
          "Choose one of " + new TreeSet<>(voices) + ".");
    }
  }

  private void replicatedVoice(ReplicatedVoiceConfig voice) {
    String field = VOICE + ".replicatedVoiceConfig";
    if (!voice.mimeType().equalsIgnoreCase("audio/wav")) {
      findings.warn(
          field + ".mimeType",
          quote(voice.mimeType()) + " is not audio/wav.",
          "Give a WAV recording, 16-bit, 24 kHz.");
    }
    backendOnly(field + ".consentAudio", voice.consentAudio(), developer);
    backendOnly(field + ".voiceConsentSignature", voice.voiceConsentSignature(), developer);
  }

  // The other members

  private void systemInstruction() {
    Content instruction = setup.systemInstruction();
    if (instruction != null) {
      new ToolPreflight(profile, endpoint, findings).instruction("systemInstruction", instruction);
    }
  }

  private void realtimeInput() {
    RealtimeInputConfig input = setup.realtimeInputConfig();
    if (input == null) {
      return;
    }
    AutomaticActivityDetection detection = input.automaticActivityDetection();
    if (detection != null) {
      String field = "realtimeInputConfig.automaticActivityDetection";
      negative(field + ".prefixPaddingMs", detection.prefixPaddingMs());
      negative(field + ".silenceDurationMs", detection.silenceDurationMs());
      if (Boolean.TRUE.equals(detection.disabled())
          && (detection.startOfSpeechSensitivity() != null
              || detection.endOfSpeechSensitivity() != null
              || detection.prefixPaddingMs() != null
              || detection.silenceDurationMs() != null)) {
        findings.warn(
            field,
            "Detection is disabled, so its sensitivity and times have no effect.",
            "Remove them, or do not disable detection.");
      }
    }
    if (!developer
        && TurnCoverage.TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO.equals(input.turnCoverage())) {
      findings.warn(
          "realtimeInputConfig.turnCoverage",
          "Vertex AI is reported to close the connection on " + input.turnCoverage() + ".",
          "Use TURN_INCLUDES_ONLY_ACTIVITY or TURN_INCLUDES_ALL_INPUT, or leave it out.");
    }
  }

  private void negative(String field, @Nullable Integer millis) {
    if (millis != null && millis < 0) {
      findings.warn(field, millis + " ms is negative.", "Choose 0 or more.");
    }
  }

  private void resumption() {
    SessionResumptionConfig resumption = setup.sessionResumption();
    if (resumption == null) {
      return;
    }
    if (developer && resumption.transparent() != null) {
      developerLacks("sessionResumption.transparent", resumption.transparent());
    }
    if (resumption.handle() != null && resumption.handle().isBlank()) {
      findings.warn(
          "sessionResumption.handle", "It is blank.", "Leave it out to begin a new session.");
    }
  }

  /** The SDKs throw on these; false says what absence says, so it gets a warning only. */
  private void developerLacks(String field, boolean value) {
    String reason = "The Developer API does not have this member; Vertex AI does.";
    if (value) {
      findings.refuse(field, reason, "Remove it, or use Vertex AI.");
    } else {
      findings.warn(field, reason, "Remove it.");
    }
  }

  private void compression() {
    ContextWindowCompressionConfig compression = setup.contextWindowCompression();
    if (compression == null) {
      return;
    }
    String field = "contextWindowCompression";
    Long trigger = compression.triggerTokens();
    if (compression.slidingWindow() == null) {
      findings.warn(
          field + ".slidingWindow",
          "It is the only way to compress, and it is missing.",
          "Set it; an empty one takes the service's default.");
    }
    if (trigger != null && (trigger < 1 || trigger > WINDOW_TOKENS)) {
      findings.warn(
          field + ".triggerTokens",
          trigger + " is outside [1, " + WINDOW_TOKENS + "], the size of the window.",
          "Choose a value in that range, or leave it out for 80 % of the window.");
    }
    Long target =
        compression.slidingWindow() == null ? null : compression.slidingWindow().targetTokens();
    if (target == null) {
      return;
    }
    if (target < 0) {
      findings.warn(
          field + ".slidingWindow.targetTokens", target + " is negative.", "Choose 0 or more.");
    }
    long bound = trigger == null ? WINDOW_TOKENS : trigger;
    if (target >= bound) {
      findings.warn(
          field + ".slidingWindow.targetTokens",
          target
              + " is not below "
              + (trigger == null ? "the size of the window, " : "triggerTokens, ")
              + bound
              + ".",
          "Choose a smaller value, or leave it out for half of triggerTokens.");
    }
  }

  private void transcriptions() {
    if (setup.inputAudioTranscription() != null) {
      transcription("inputAudioTranscription", setup.inputAudioTranscription());
    }
    if (setup.outputAudioTranscription() != null) {
      transcription("outputAudioTranscription", setup.outputAudioTranscription());
    }
    GenerationConfig generation = setup.generationConfig();
    AudioTranscriptionConfig inGeneration =
        generation == null ? null : generation.audioTranscriptionConfig();
    if (inGeneration != null) {
      transcription(GENERATION + ".audioTranscriptionConfig", inGeneration);
    }
    if (setup.inputAudioTranscription() == null
        && inGeneration == null
        && profile.family().equals("transcribe")) {
      findings.warn(
          "inputAudioTranscription",
          "The model transcribes, but transcription is off.",
          "Set it, even empty.");
    }
    if (setup.outputAudioTranscription() != null
        && generation != null
        && List.of(Modality.TEXT).equals(generation.responseModalities())) {
      findings.warn(
          "outputAudioTranscription",
          "The session puts out text, so there is no speech to transcribe.",
          "Remove it.");
    }
  }

  private void transcription(String field, AudioTranscriptionConfig transcription) {
    boolean timed = Boolean.TRUE.equals(transcription.wordTimestamp());
    boolean speakers = Boolean.TRUE.equals(transcription.diarization());
    boolean smart = TranscriptionMode.SMART.equals(transcription.mode());
    if (smart && (timed || speakers)) {
      findings.refuse(
          field + ".mode",
          "SMART excludes " + (timed ? "wordTimestamp" : "diarization") + ".",
          "Use VERBATIM, or remove wordTimestamp and diarization.");
    }
    if (!smart && transcription.sourceText() != null) {
      findings.warn(
          field + ".sourceText", "Only SMART mode rewrites a text.", "Set mode to SMART.");
    }
    if (transcription.customVocabulary() != null
        && transcription.customVocabulary().size() > MAX_VOCABULARY) {
      findings.warn(
          field + ".customVocabulary",
          transcription.customVocabulary().size() + " phrases; " + MAX_VOCABULARY + " are allowed.",
          "Keep those that matter.");
    }
    deprecated(field + ".languageAuto", transcription.languageAuto(), "leave languageCodes out");
    deprecated(field + ".languageHints", transcription.languageHints(), "use languageCodes");
    deprecated(
        field + ".adaptationPhrases", transcription.adaptationPhrases(), "use customVocabulary");
    if (!profile.features().transcriptionOptions()
        && !transcription.equals(AudioTranscriptionConfig.builder().build())) {
      findings.warn(
          field,
          family() + " may know the empty setting only, and close on any member of it.",
          "Leave it empty.");
    }
  }

  private void deprecated(String field, @Nullable Object value, String instead) {
    if (value != null) {
      findings.warn(field, "It is deprecated.", "Instead, " + instead + ".");
    }
  }

  private void proactivity() {
    ProactivityConfig proactivity = setup.proactivity();
    if (proactivity == null) {
      return;
    }
    Proactivity kind = profile.features().proactivity();
    boolean always = kind == Proactivity.ALWAYS || kind == Proactivity.PROBABLY_ALWAYS;
    if (Boolean.FALSE.equals(proactivity.proactiveAudio()) && always) {
      String reason = family() + " is always proactive and refuses to be otherwise.";
      if (kind == Proactivity.ALWAYS) {
        findings.refuseByFamily("proactivity.proactiveAudio", reason, "Remove it.");
      } else {
        findings.warn("proactivity.proactiveAudio", reason, "Remove it.");
      }
    }
    if (kind == Proactivity.NONE) {
      findings.warn("proactivity", family() + " does not have it.", "Remove it.");
    } else if (kind == Proactivity.OPT_IN && developer && !endpoint.version().equals("v1alpha")) {
      findings.warn(
          "proactivity",
          "Version "
              + endpoint.version()
              + " of the Developer API does not have it for this family; v1alpha does.",
          "Use Endpoint.developer().version(\"v1alpha\"), or remove it.");
    }
    if (Boolean.TRUE.equals(proactivity.proactiveVideo())
        && !always
        && !Boolean.TRUE.equals(proactivity.proactiveAudio())) {
      findings.warn(
          "proactivity.proactiveVideo",
          "It needs proactive audio, which is not on.",
          "Set proactiveAudio to true.");
    }
  }

  private void developerAndVertex() {
    if (developer && setup.explicitVadSignal() != null) {
      developerLacks("explicitVadSignal", setup.explicitVadSignal());
    }
    if (setup.historyConfig() == null) {
      return;
    }
    if (!developer) {
      findings.warn(
          "historyConfig",
          "Vertex AI is reported to refuse it.",
          "Remove it; history goes out as clientContent.");
    } else if (!profile.features().historyConfig()) {
      findings.warn(
          "historyConfig",
          family() + " predates it.",
          "Remove it; history goes out as clientContent.");
    }
  }

  private void avatar() {
    AvatarConfig avatar = setup.avatarConfig();
    if (avatar == null) {
      return;
    }
    if (developer && profile.features().avatar()) {
      findings.refuseByFamily(
          "avatarConfig",
          "The Developer API refuses avatars; Vertex AI has them.",
          "Remove it, or use Vertex AI.");
    } else if (developer || !profile.features().avatar()) {
      findings.warn(
          "avatarConfig",
          "Avatars are known to work with gemini-3.8-live on Vertex AI only.",
          "Remove it, or use that model there.");
    }
    if ((avatar.avatarName() == null) == (avatar.customizedAvatar() == null)) {
      findings.warn(
          "avatarConfig",
          "It names " + (avatar.avatarName() == null ? "no avatar." : "two avatars."),
          "Set one of avatarName and customizedAvatar.");
    }
    if (avatar.customizedAvatar() != null && !isImage(avatar.customizedAvatar().imageMimeType())) {
      findings.warn(
          "avatarConfig.customizedAvatar.imageMimeType",
          quote(avatar.customizedAvatar().imageMimeType()) + " is not an image type.",
          "Give a portrait picture such as image/jpeg, 9:16, at least 704x1280.");
    }
    GenerationConfig generation = setup.generationConfig();
    List<Modality> asked = generation == null ? null : generation.responseModalities();
    if (asked == null || !asked.contains(Modality.VIDEO)) {
      findings.warn(
          GENERATION + ".responseModalities",
          "An avatar is shown with the modality VIDEO only, and " + asked + " is asked for.",
          "Ask for VIDEO, or remove avatarConfig.");
    }
  }

  private static boolean isImage(String mimeType) {
    return mimeType.toLowerCase(Locale.ROOT).startsWith("image/");
  }

  private void safety() {
    List<SafetySetting> settings = setup.safetySettings();
    if (settings == null) {
      return;
    }
    Set<HarmCategory> seen = new HashSet<>();
    for (int i = 0; i < settings.size(); i++) {
      SafetySetting setting = settings.get(i);
      String field = "safetySettings[" + i + "]";
      if (setting.category().equals(HarmCategory.UNSPECIFIED)) {
        findings.refuse(
            field + ".category",
            setting.category() + " names no kind of harm.",
            "Name one, such as HARM_CATEGORY_HARASSMENT.");
      } else if (!seen.add(setting.category())) {
        findings.warn(
            field + ".category", setting.category() + " was set before.", "Keep one of them.");
      }
      backendOnly(field + ".method", setting.method(), !developer);
    }
  }

  private void labels() {
    if (setup.labels() == null) {
      return;
    }
    for (Map.Entry<String, String> label : setup.labels().entrySet()) {
      String field = "labels." + label.getKey();
      if (!LABEL_KEY.matcher(label.getKey()).matches()) {
        findings.warn(
            field,
            "A key is lower case, begins with a letter and has at most 63 characters: "
                + quote(label.getKey())
                + ".",
            "Rename it.");
      } else if (label.getKey().equals("safety_identifier")) {
        findings.warn(
            field, "This key is reserved for aggregators.", "Use another key, unless you are one.");
      }
    }
  }

  private void history(List<Content> turns) {
    if (turns.isEmpty()) {
      return;
    }
    boolean announced = setup.historyConfig() != null
        && Boolean.TRUE.equals(setup.historyConfig().initialHistoryInClientContent());
    if (!announced && profile.historyForm() == HistoryForm.INITIAL_WITH_FLAG) {
      findings.refuseByFamily(
          "historyConfig",
          family() + " refuses a history that the setup does not announce.",
          "Set initialHistoryInClientContent to true.");
    }
    for (int i = 0; i < turns.size(); i++) {
      turn("history[" + i + "]", turns.get(i));
    }
  }

  private void turn(String field, Content turn) {
    if ("system".equals(turn.role()) && developer) {
      findings.refuse(
          field + ".role",
          "The Developer API refuses the role \"system\".",
          "Put it into the system instruction.");
    } else if (!"user".equals(turn.role()) && !"model".equals(turn.role())) {
      findings.warn(
          field + ".role",
          turn.role() == null
              ? "It is missing; the turn may be read as an instruction."
              : quote(turn.role()) + " is not a role of turns.",
          "Use user or model.");
    }
    List<Part> parts = turn.parts() == null ? List.of() : turn.parts();
    if (parts.isEmpty()) {
      findings.warn(field + ".parts", "The turn is empty.", "Leave it out.");
    }
    for (int i = 0; i < parts.size(); i++) {
      if (parts.get(i).functionCall() != null || parts.get(i).functionResponse() != null) {
        findings.refuse(
            field + ".parts[" + i + "]",
            "Live models refuse function calls and responses in a history.",
            "Put the call and its result into text.");
      } else {
        PartCheck.Objection objection = PartCheck.ofTurn(
            field + ".parts[" + i + "]", PartCheck.members(parts.get(i)), endpoint.backend());
        if (objection != null) {
          objection.refuseIn(findings);
        }
      }
    }
  }
}
