package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the conversation is to be: the first message of every connection (§2.1).
 *
 * @param model full resource name, such as {@code models/gemini-3.8-live}
 * @param generationConfig how the model answers; default: the model's own settings
 * @param systemInstruction instructions that stand above the conversation; text parts only, each a
 *     paragraph
 * @param tools what the model may call; default none
 * @param realtimeInputConfig how speech is detected; default: automatic detection
 * @param sessionResumption asks for handles, or resumes with one; default off
 * @param contextWindowCompression lets a session outlast the context window; default off
 * @param inputAudioTranscription present, even empty: what the user says is also sent as text;
 *     default off
 * @param outputAudioTranscription present, even empty: what the model says is also sent as text;
 *     default off
 * @param proactivity whether the model may stay silent or speak unasked; 2.5 needs v1alpha, 3.1
 *     refuses it, 3.8 always has it
 * @param explicitVadSignal true: the server reports start and end of speech; Vertex only; default
 *     false
 * @param historyConfig how a seeded history arrives; Developer API, 3.1 and later
 * @param avatarConfig a speaking picture instead of a voice alone; works on Vertex with 3.8
 * @param safetySettings thresholds per category of harm; default: the model's
 * @param labels billing labels; keys begin with a lower-case letter, at most 63 characters
 * @param extra members this version does not know, sent as they stand
 */
public record Setup(
    String model,
    @Nullable GenerationConfig generationConfig,
    @Nullable Content systemInstruction,
    @Nullable List<Tool> tools,
    @Nullable RealtimeInputConfig realtimeInputConfig,
    @Nullable SessionResumptionConfig sessionResumption,
    @Nullable ContextWindowCompressionConfig contextWindowCompression,
    @Nullable AudioTranscriptionConfig inputAudioTranscription,
    @Nullable AudioTranscriptionConfig outputAudioTranscription,
    @Nullable ProactivityConfig proactivity,
    @Nullable Boolean explicitVadSignal,
    @Nullable HistoryConfig historyConfig,
    @Nullable AvatarConfig avatarConfig,
    @Nullable List<SafetySetting> safetySettings,
    @Nullable Map<String, String> labels,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of(
      "model",
      "generationConfig",
      "systemInstruction",
      "tools",
      "realtimeInputConfig",
      "sessionResumption",
      "contextWindowCompression",
      "inputAudioTranscription",
      "outputAudioTranscription",
      "proactivity",
      "explicitVadSignal",
      "historyConfig",
      "avatarConfig",
      "safetySettings",
      "labels");

  /** Checks what is required and copies collections. */
  public Setup {
    requireNonNull(model, "model");
    tools = Checks.list(tools);
    safetySettings = Checks.list(safetySettings);
    labels = Checks.map(labels);
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code Setup}.
   *
   * @param model full resource name, such as {@code models/gemini-3.8-live}
   * @return a builder with nothing else set
   */
  public static Builder builder(String model) {
    return new Builder().model(model);
  }

  /**
   * Begins a changed copy.
   *
   * @return a builder with everything of this record set
   */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.model = model;
    copy.generationConfig = generationConfig;
    copy.systemInstruction = systemInstruction;
    copy.tools = tools;
    copy.realtimeInputConfig = realtimeInputConfig;
    copy.sessionResumption = sessionResumption;
    copy.contextWindowCompression = contextWindowCompression;
    copy.inputAudioTranscription = inputAudioTranscription;
    copy.outputAudioTranscription = outputAudioTranscription;
    copy.proactivity = proactivity;
    copy.explicitVadSignal = explicitVadSignal;
    copy.historyConfig = historyConfig;
    copy.avatarConfig = avatarConfig;
    copy.safetySettings = safetySettings;
    copy.labels = labels;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String model;
    private @Nullable GenerationConfig generationConfig;
    private @Nullable Content systemInstruction;
    private @Nullable List<Tool> tools;
    private @Nullable RealtimeInputConfig realtimeInputConfig;
    private @Nullable SessionResumptionConfig sessionResumption;
    private @Nullable ContextWindowCompressionConfig contextWindowCompression;
    private @Nullable AudioTranscriptionConfig inputAudioTranscription;
    private @Nullable AudioTranscriptionConfig outputAudioTranscription;
    private @Nullable ProactivityConfig proactivity;
    private @Nullable Boolean explicitVadSignal;
    private @Nullable HistoryConfig historyConfig;
    private @Nullable AvatarConfig avatarConfig;
    private @Nullable List<SafetySetting> safetySettings;
    private @Nullable Map<String, String> labels;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code model}: full resource name, such as {@code models/gemini-3.8-live}. */
    public Builder model(String model) {
      this.model = Checks.text("model", model);
      return this;
    }

    /** Sets {@code generationConfig}: how the model answers; default: the model's own settings. */
    public Builder generationConfig(@Nullable GenerationConfig generationConfig) {
      this.generationConfig = generationConfig;
      return this;
    }

    /**
     * Sets {@code systemInstruction}: instructions that stand above the conversation; text parts
     * only, each a paragraph.
     */
    public Builder systemInstruction(@Nullable Content systemInstruction) {
      this.systemInstruction = systemInstruction;
      return this;
    }

    /** Sets {@code tools}: what the model may call; default none. */
    public Builder tools(@Nullable List<Tool> tools) {
      this.tools = Checks.list(tools);
      return this;
    }

    /** Sets {@code tools}. */
    public Builder tools(Tool... tools) {
      return tools(List.of(tools));
    }

    /** Sets {@code realtimeInputConfig}: how speech is detected; default: automatic detection. */
    public Builder realtimeInputConfig(@Nullable RealtimeInputConfig realtimeInputConfig) {
      this.realtimeInputConfig = realtimeInputConfig;
      return this;
    }

    /** Sets {@code sessionResumption}: asks for handles, or resumes with one; default off. */
    public Builder sessionResumption(@Nullable SessionResumptionConfig sessionResumption) {
      this.sessionResumption = sessionResumption;
      return this;
    }

    /**
     * Sets {@code contextWindowCompression}: lets a session outlast the context window; default
     * off.
     */
    public Builder contextWindowCompression(
        @Nullable ContextWindowCompressionConfig contextWindowCompression) {
      this.contextWindowCompression = contextWindowCompression;
      return this;
    }

    /**
     * Sets {@code inputAudioTranscription}: present, even empty: what the user says is also sent as
     * text; default off.
     */
    public Builder inputAudioTranscription(
        @Nullable AudioTranscriptionConfig inputAudioTranscription) {
      this.inputAudioTranscription = inputAudioTranscription;
      return this;
    }

    /**
     * Sets {@code outputAudioTranscription}: present, even empty: what the model says is also sent
     * as text; default off.
     */
    public Builder outputAudioTranscription(
        @Nullable AudioTranscriptionConfig outputAudioTranscription) {
      this.outputAudioTranscription = outputAudioTranscription;
      return this;
    }

    /**
     * Sets {@code proactivity}: whether the model may stay silent or speak unasked; 2.5 needs
     * v1alpha, 3.1 refuses it, 3.8 always has it.
     */
    public Builder proactivity(@Nullable ProactivityConfig proactivity) {
      this.proactivity = proactivity;
      return this;
    }

    /**
     * Sets {@code explicitVadSignal}: true: the server reports start and end of speech; Vertex
     * only; default false.
     */
    public Builder explicitVadSignal(@Nullable Boolean explicitVadSignal) {
      this.explicitVadSignal = explicitVadSignal;
      return this;
    }

    /** Sets {@code historyConfig}: how a seeded history arrives; Developer API, 3.1 and later. */
    public Builder historyConfig(@Nullable HistoryConfig historyConfig) {
      this.historyConfig = historyConfig;
      return this;
    }

    /**
     * Sets {@code avatarConfig}: a speaking picture instead of a voice alone; works on Vertex with
     * 3.8.
     */
    public Builder avatarConfig(@Nullable AvatarConfig avatarConfig) {
      this.avatarConfig = avatarConfig;
      return this;
    }

    /** Sets {@code safetySettings}: thresholds per category of harm; default: the model's. */
    public Builder safetySettings(@Nullable List<SafetySetting> safetySettings) {
      this.safetySettings = Checks.list(safetySettings);
      return this;
    }

    /** Sets {@code safetySettings}. */
    public Builder safetySettings(SafetySetting... safetySettings) {
      return safetySettings(List.of(safetySettings));
    }

    /**
     * Sets {@code labels}: billing labels; keys begin with a lower-case letter, at most 63
     * characters.
     */
    public Builder labels(@Nullable Map<String, String> labels) {
      this.labels = Checks.map(labels);
      return this;
    }

    /**
     * Adds a member this version has no property for.
     *
     * @param name its name on the wire
     * @param value its value, sent as it stands
     * @return this builder
     */
    public Builder extra(String name, Json value) {
      Checks.newMember(MEMBERS, name);
      extra.put(name, requireNonNull(value, name));
      return this;
    }

    /**
     * Makes the record.
     *
     * @return an immutable record
     */
    public Setup build() {
      return new Setup(
          requireNonNull(model, "model"),
          generationConfig,
          systemInstruction,
          tools,
          realtimeInputConfig,
          sessionResumption,
          contextWindowCompression,
          inputAudioTranscription,
          outputAudioTranscription,
          proactivity,
          explicitVadSignal,
          historyConfig,
          avatarConfig,
          safetySettings,
          labels,
          extra);
    }
  }
}
