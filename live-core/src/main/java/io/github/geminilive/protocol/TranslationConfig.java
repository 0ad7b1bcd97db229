package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a live-translate model translates into (§2.2).
 *
 * @param targetLanguageCode BCP-47 code of the language spoken to the listener
 * @param echoTargetLanguage true: speech already in the target language is repeated; default false
 * @param extra members this version does not know, sent as they stand
 */
public record TranslationConfig(
    String targetLanguageCode, @Nullable Boolean echoTargetLanguage, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("targetLanguageCode", "echoTargetLanguage");

  /** Checks what is required and copies collections. */
  public TranslationConfig {
    requireNonNull(targetLanguageCode, "targetLanguageCode");
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code TranslationConfig}.
   *
   * @param targetLanguageCode BCP-47 code of the language spoken to the listener
   * @return a builder with nothing else set
   */
  public static Builder builder(String targetLanguageCode) {
    return new Builder().targetLanguageCode(targetLanguageCode);
  }

  /**
   * Begins a changed copy.
   *
   * @return a builder with everything of this record set
   */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.targetLanguageCode = targetLanguageCode;
    copy.echoTargetLanguage = echoTargetLanguage;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String targetLanguageCode;
    private @Nullable Boolean echoTargetLanguage;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code targetLanguageCode}: BCP-47 code of the language spoken to the listener. */
    public Builder targetLanguageCode(String targetLanguageCode) {
      this.targetLanguageCode = Checks.text("targetLanguageCode", targetLanguageCode);
      return this;
    }

    /**
     * Sets {@code echoTargetLanguage}: true: speech already in the target language is repeated;
     * default false.
     */
    public Builder echoTargetLanguage(@Nullable Boolean echoTargetLanguage) {
      this.echoTargetLanguage = echoTargetLanguage;
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
    public TranslationConfig build() {
      return new TranslationConfig(
          requireNonNull(targetLanguageCode, "targetLanguageCode"), echoTargetLanguage, extra);
    }
  }
}
