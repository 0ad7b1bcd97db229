package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the model answers (§2.2).
 *
 * @param candidateCount number of answers; only 1 is meaningful
 * @param maxOutputTokens most tokens of one answer; default: the model's limit
 * @param temperature randomness, above 0 and at most 2; default: the model's
 * @param topP share of probability sampled from; default: the model's
 * @param topK number of tokens sampled from; default: the model's
 * @param seed makes sampling repeatable as far as the service can; default random
 * @param presencePenalty discourages tokens already used; effect in Live unknown
 * @param frequencyPenalty discourages frequent tokens; effect in Live unknown
 * @param responseModalities exactly one kind of output per session; default AUDIO on the Developer
 *     API
 * @param mediaResolution tokens spent on a picture: LOW 64, MEDIUM and HIGH 256
 * @param speechConfig voice and language; default: the model's voice
 * @param thinkingConfig required on 3.8 extended thinking, refused by 3.8
 * @param enableAffectiveDialog adapts to the speaker's mood; 2.5 native audio only, gone in 3.x
 * @param translationConfig target language of live-translate models
 * @param audioTranscriptionConfig for transcribe models; prefer the one in the setup
 * @param responseFormat formats of the output; Vertex, Live support unverified
 * @param enableEnhancedCivicAnswers Developer API only
 * @param modelConfig quality against cost; Vertex only
 * @param extra members this version does not know, sent as they stand
 */
public record GenerationConfig(
    @Nullable Integer candidateCount,
    @Nullable Integer maxOutputTokens,
    @Nullable Double temperature,
    @Nullable Double topP,
    @Nullable Integer topK,
    @Nullable Integer seed,
    @Nullable Double presencePenalty,
    @Nullable Double frequencyPenalty,
    @Nullable List<Modality> responseModalities,
    @Nullable MediaResolution mediaResolution,
    @Nullable SpeechConfig speechConfig,
    @Nullable ThinkingConfig thinkingConfig,
    @Nullable Boolean enableAffectiveDialog,
    @Nullable TranslationConfig translationConfig,
    @Nullable AudioTranscriptionConfig audioTranscriptionConfig,
    @Nullable List<ResponseFormat> responseFormat,
    @Nullable Boolean enableEnhancedCivicAnswers,
    @Nullable ModelConfig modelConfig,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of(
      "candidateCount",
      "maxOutputTokens",
      "temperature",
      "topP",
      "topK",
      "seed",
      "presencePenalty",
      "frequencyPenalty",
      "responseModalities",
      "mediaResolution",
      "speechConfig",
      "thinkingConfig",
      "enableAffectiveDialog",
      "translationConfig",
      "audioTranscriptionConfig",
      "responseFormat",
      "enableEnhancedCivicAnswers",
      "modelConfig");

  /** Copies collections. */
  public GenerationConfig {
    responseModalities = Checks.list(responseModalities);
    responseFormat = Checks.list(responseFormat);
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code GenerationConfig}.
   *
   * @return a builder with nothing else set
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Begins a changed copy.
   *
   * @return a builder with everything of this record set
   */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.candidateCount = candidateCount;
    copy.maxOutputTokens = maxOutputTokens;
    copy.temperature = temperature;
    copy.topP = topP;
    copy.topK = topK;
    copy.seed = seed;
    copy.presencePenalty = presencePenalty;
    copy.frequencyPenalty = frequencyPenalty;
    copy.responseModalities = responseModalities;
    copy.mediaResolution = mediaResolution;
    copy.speechConfig = speechConfig;
    copy.thinkingConfig = thinkingConfig;
    copy.enableAffectiveDialog = enableAffectiveDialog;
    copy.translationConfig = translationConfig;
    copy.audioTranscriptionConfig = audioTranscriptionConfig;
    copy.responseFormat = responseFormat;
    copy.enableEnhancedCivicAnswers = enableEnhancedCivicAnswers;
    copy.modelConfig = modelConfig;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable Integer candidateCount;
    private @Nullable Integer maxOutputTokens;
    private @Nullable Double temperature;
    private @Nullable Double topP;
    private @Nullable Integer topK;
    private @Nullable Integer seed;
    private @Nullable Double presencePenalty;
    private @Nullable Double frequencyPenalty;
    private @Nullable List<Modality> responseModalities;
    private @Nullable MediaResolution mediaResolution;
    private @Nullable SpeechConfig speechConfig;
    private @Nullable ThinkingConfig thinkingConfig;
    private @Nullable Boolean enableAffectiveDialog;
    private @Nullable TranslationConfig translationConfig;
    private @Nullable AudioTranscriptionConfig audioTranscriptionConfig;
    private @Nullable List<ResponseFormat> responseFormat;
    private @Nullable Boolean enableEnhancedCivicAnswers;
    private @Nullable ModelConfig modelConfig;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code candidateCount}: number of answers; only 1 is meaningful. */
    public Builder candidateCount(@Nullable Integer candidateCount) {
      this.candidateCount = Checks.atLeast("candidateCount", 1, candidateCount);
      return this;
    }

    /** Sets {@code maxOutputTokens}: most tokens of one answer; default: the model's limit. */
    public Builder maxOutputTokens(@Nullable Integer maxOutputTokens) {
      this.maxOutputTokens = Checks.atLeast("maxOutputTokens", 1, maxOutputTokens);
      return this;
    }

    /** Sets {@code temperature}: randomness, above 0 and at most 2; default: the model's. */
    public Builder temperature(@Nullable Double temperature) {
      this.temperature = Checks.range("temperature", 0, 2, temperature);
      return this;
    }

    /** Sets {@code topP}: share of probability sampled from; default: the model's. */
    public Builder topP(@Nullable Double topP) {
      this.topP = Checks.range("topP", 0, 1, topP);
      return this;
    }

    /** Sets {@code topK}: number of tokens sampled from; default: the model's. */
    public Builder topK(@Nullable Integer topK) {
      this.topK = Checks.atLeast("topK", 1, topK);
      return this;
    }

    /** Sets {@code seed}: makes sampling repeatable as far as the service can; default random. */
    public Builder seed(@Nullable Integer seed) {
      this.seed = seed;
      return this;
    }

    /** Sets {@code presencePenalty}: discourages tokens already used; effect in Live unknown. */
    public Builder presencePenalty(@Nullable Double presencePenalty) {
      this.presencePenalty = Checks.finite("presencePenalty", presencePenalty);
      return this;
    }

    /** Sets {@code frequencyPenalty}: discourages frequent tokens; effect in Live unknown. */
    public Builder frequencyPenalty(@Nullable Double frequencyPenalty) {
      this.frequencyPenalty = Checks.finite("frequencyPenalty", frequencyPenalty);
      return this;
    }

    /**
     * Sets {@code responseModalities}: exactly one kind of output per session; default AUDIO on the
     * Developer API.
     */
    public Builder responseModalities(@Nullable List<Modality> responseModalities) {
      this.responseModalities = Checks.list(responseModalities);
      return this;
    }

    /** Sets {@code responseModalities}. */
    public Builder responseModalities(Modality... responseModalities) {
      return responseModalities(List.of(responseModalities));
    }

    /** Sets {@code mediaResolution}: tokens spent on a picture: LOW 64, MEDIUM and HIGH 256. */
    public Builder mediaResolution(@Nullable MediaResolution mediaResolution) {
      this.mediaResolution = mediaResolution;
      return this;
    }

    /** Sets {@code speechConfig}: voice and language; default: the model's voice. */
    public Builder speechConfig(@Nullable SpeechConfig speechConfig) {
      this.speechConfig = speechConfig;
      return this;
    }

    /** Sets {@code thinkingConfig}: required on 3.8 extended thinking, refused by 3.8. */
    public Builder thinkingConfig(@Nullable ThinkingConfig thinkingConfig) {
      this.thinkingConfig = thinkingConfig;
      return this;
    }

    /**
     * Sets {@code enableAffectiveDialog}: adapts to the speaker's mood; 2.5 native audio only, gone
     * in 3.x.
     */
    public Builder enableAffectiveDialog(@Nullable Boolean enableAffectiveDialog) {
      this.enableAffectiveDialog = enableAffectiveDialog;
      return this;
    }

    /** Sets {@code translationConfig}: target language of live-translate models. */
    public Builder translationConfig(@Nullable TranslationConfig translationConfig) {
      this.translationConfig = translationConfig;
      return this;
    }

    /**
     * Sets {@code audioTranscriptionConfig}: for transcribe models; prefer the one in the setup.
     */
    public Builder audioTranscriptionConfig(
        @Nullable AudioTranscriptionConfig audioTranscriptionConfig) {
      this.audioTranscriptionConfig = audioTranscriptionConfig;
      return this;
    }

    /** Sets {@code responseFormat}: formats of the output; Vertex, Live support unverified. */
    public Builder responseFormat(@Nullable List<ResponseFormat> responseFormat) {
      this.responseFormat = Checks.list(responseFormat);
      return this;
    }

    /** Sets {@code responseFormat}. */
    public Builder responseFormat(ResponseFormat... responseFormat) {
      return responseFormat(List.of(responseFormat));
    }

    /** Sets {@code enableEnhancedCivicAnswers}: Developer API only. */
    public Builder enableEnhancedCivicAnswers(@Nullable Boolean enableEnhancedCivicAnswers) {
      this.enableEnhancedCivicAnswers = enableEnhancedCivicAnswers;
      return this;
    }

    /** Sets {@code modelConfig}: quality against cost; Vertex only. */
    public Builder modelConfig(@Nullable ModelConfig modelConfig) {
      this.modelConfig = modelConfig;
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
    public GenerationConfig build() {
      return new GenerationConfig(
          candidateCount,
          maxOutputTokens,
          temperature,
          topP,
          topK,
          seed,
          presencePenalty,
          frequencyPenalty,
          responseModalities,
          mediaResolution,
          speechConfig,
          thinkingConfig,
          enableAffectiveDialog,
          translationConfig,
          audioTranscriptionConfig,
          responseFormat,
          enableEnhancedCivicAnswers,
          modelConfig,
          extra);
    }
  }
}
