package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Voice and language of the answers (§2.3).
 *
 * @param voiceConfig the voice; default: the model's
 * @param languageCode BCP-47 code; native audio models choose by themselves and may ignore it
 * @param multiSpeakerVoiceConfig several voices; for text-to-speech, refused in Live
 * @param extra members this version does not know, sent as they stand
 */
public record SpeechConfig(
    @Nullable VoiceConfig voiceConfig,
    @Nullable String languageCode,
    @Nullable MultiSpeakerVoiceConfig multiSpeakerVoiceConfig,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS =
      Set.of("voiceConfig", "languageCode", "multiSpeakerVoiceConfig");

  /** Copies collections. */
  public SpeechConfig {
    extra = Checks.extra(extra);
  }

  /**
   * A voice of the catalogue.
   *
   * @param voiceName such as {@code Kore}
   * @return a configuration with nothing else set
   */
  public static SpeechConfig voice(String voiceName) {
    PrebuiltVoiceConfig prebuilt = PrebuiltVoiceConfig.builder(voiceName).build();
    return builder()
        .voiceConfig(VoiceConfig.builder().prebuiltVoiceConfig(prebuilt).build())
        .build();
  }

  /**
   * Begins a new {@code SpeechConfig}.
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
    copy.voiceConfig = voiceConfig;
    copy.languageCode = languageCode;
    copy.multiSpeakerVoiceConfig = multiSpeakerVoiceConfig;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable VoiceConfig voiceConfig;
    private @Nullable String languageCode;
    private @Nullable MultiSpeakerVoiceConfig multiSpeakerVoiceConfig;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code voiceConfig}: the voice; default: the model's. */
    public Builder voiceConfig(@Nullable VoiceConfig voiceConfig) {
      this.voiceConfig = voiceConfig;
      return this;
    }

    /**
     * Sets {@code languageCode}: BCP-47 code; native audio models choose by themselves and may
     * ignore it.
     */
    public Builder languageCode(@Nullable String languageCode) {
      this.languageCode = languageCode;
      return this;
    }

    /**
     * Sets {@code multiSpeakerVoiceConfig}: several voices; for text-to-speech, refused in Live.
     */
    public Builder multiSpeakerVoiceConfig(
        @Nullable MultiSpeakerVoiceConfig multiSpeakerVoiceConfig) {
      this.multiSpeakerVoiceConfig = multiSpeakerVoiceConfig;
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
    public SpeechConfig build() {
      return new SpeechConfig(voiceConfig, languageCode, multiSpeakerVoiceConfig, extra);
    }
  }
}
