package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Speech as text; an empty one suffices, and old models know no other (§2.7).
 *
 * @param languageCodes BCP-47 hints; default automatic
 * @param languageAuto deprecated
 * @param languageHints deprecated
 * @param customVocabulary phrases to prefer, at most 1,000 on transcribe models
 * @param adaptationPhrases deprecated predecessor of {@code customVocabulary}
 * @param wordTimestamp true: times for every word; default false; not with SMART
 * @param diarization true: labels for speakers; default false; not with SMART
 * @param mode default VERBATIM
 * @param sourceText text to be rewritten by voice; SMART only
 * @param extra members this version does not know, sent as they stand
 */
public record AudioTranscriptionConfig(
    @Nullable List<String> languageCodes,
    @Nullable Empty languageAuto,
    @Nullable LanguageHints languageHints,
    @Nullable List<String> customVocabulary,
    @Nullable List<String> adaptationPhrases,
    @Nullable Boolean wordTimestamp,
    @Nullable Boolean diarization,
    @Nullable TranscriptionMode mode,
    @Nullable String sourceText,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of(
      "languageCodes",
      "languageAuto",
      "languageHints",
      "customVocabulary",
      "adaptationPhrases",
      "wordTimestamp",
      "diarization",
      "mode",
      "sourceText");

  /** Copies collections. */
  public AudioTranscriptionConfig {
    languageCodes = Checks.list(languageCodes);
    customVocabulary = Checks.list(customVocabulary);
    adaptationPhrases = Checks.list(adaptationPhrases);
    extra = Checks.extra(extra);
  }

  /**
   * Switches transcription on with the service's defaults.
   *
   * @return an empty configuration
   */
  public static AudioTranscriptionConfig enabled() {
    return builder().build();
  }

  /**
   * Begins a new {@code AudioTranscriptionConfig}.
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
    copy.languageCodes = languageCodes;
    copy.languageAuto = languageAuto;
    copy.languageHints = languageHints;
    copy.customVocabulary = customVocabulary;
    copy.adaptationPhrases = adaptationPhrases;
    copy.wordTimestamp = wordTimestamp;
    copy.diarization = diarization;
    copy.mode = mode;
    copy.sourceText = sourceText;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable List<String> languageCodes;
    private @Nullable Empty languageAuto;
    private @Nullable LanguageHints languageHints;
    private @Nullable List<String> customVocabulary;
    private @Nullable List<String> adaptationPhrases;
    private @Nullable Boolean wordTimestamp;
    private @Nullable Boolean diarization;
    private @Nullable TranscriptionMode mode;
    private @Nullable String sourceText;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code languageCodes}: BCP-47 hints; default automatic. */
    public Builder languageCodes(@Nullable List<String> languageCodes) {
      this.languageCodes = Checks.list(languageCodes);
      return this;
    }

    /** Sets {@code languageCodes}. */
    public Builder languageCodes(String... languageCodes) {
      return languageCodes(List.of(languageCodes));
    }

    /** Sets {@code languageAuto}: deprecated. */
    public Builder languageAuto(@Nullable Empty languageAuto) {
      this.languageAuto = languageAuto;
      return this;
    }

    /** Sets {@code languageHints}: deprecated. */
    public Builder languageHints(@Nullable LanguageHints languageHints) {
      this.languageHints = languageHints;
      return this;
    }

    /** Sets {@code customVocabulary}: phrases to prefer, at most 1,000 on transcribe models. */
    public Builder customVocabulary(@Nullable List<String> customVocabulary) {
      this.customVocabulary = Checks.list(customVocabulary);
      return this;
    }

    /** Sets {@code customVocabulary}. */
    public Builder customVocabulary(String... customVocabulary) {
      return customVocabulary(List.of(customVocabulary));
    }

    /** Sets {@code adaptationPhrases}: deprecated predecessor of {@code customVocabulary}. */
    public Builder adaptationPhrases(@Nullable List<String> adaptationPhrases) {
      this.adaptationPhrases = Checks.list(adaptationPhrases);
      return this;
    }

    /** Sets {@code adaptationPhrases}. */
    public Builder adaptationPhrases(String... adaptationPhrases) {
      return adaptationPhrases(List.of(adaptationPhrases));
    }

    /** Sets {@code wordTimestamp}: true: times for every word; default false; not with SMART. */
    public Builder wordTimestamp(@Nullable Boolean wordTimestamp) {
      this.wordTimestamp = wordTimestamp;
      return this;
    }

    /** Sets {@code diarization}: true: labels for speakers; default false; not with SMART. */
    public Builder diarization(@Nullable Boolean diarization) {
      this.diarization = diarization;
      return this;
    }

    /** Sets {@code mode}: default VERBATIM. */
    public Builder mode(@Nullable TranscriptionMode mode) {
      this.mode = mode;
      return this;
    }

    /** Sets {@code sourceText}: text to be rewritten by voice; SMART only. */
    public Builder sourceText(@Nullable String sourceText) {
      this.sourceText = sourceText;
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
     * @throws IllegalArgumentException if SMART comes with word times or speakers
     */
    public AudioTranscriptionConfig build() {
      if (TranscriptionMode.SMART.equals(mode)
          && (Boolean.TRUE.equals(wordTimestamp) || Boolean.TRUE.equals(diarization))) {
        throw new IllegalArgumentException("mode SMART excludes wordTimestamp and diarization");
      }
      return new AudioTranscriptionConfig(
          languageCodes,
          languageAuto,
          languageHints,
          customVocabulary,
          adaptationPhrases,
          wordTimestamp,
          diarization,
          mode,
          sourceText,
          extra);
    }
  }
}
