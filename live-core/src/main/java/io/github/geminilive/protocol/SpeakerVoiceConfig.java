package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The voice of one speaker (§2.3).
 *
 * @param speaker name of the speaker as the text has it
 * @param voiceConfig the voice
 * @param extra members this version does not know, sent as they stand
 */
public record SpeakerVoiceConfig(String speaker, VoiceConfig voiceConfig, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("speaker", "voiceConfig");

  /** Checks what is required and copies collections. */
  public SpeakerVoiceConfig {
    requireNonNull(speaker, "speaker");
    requireNonNull(voiceConfig, "voiceConfig");
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code SpeakerVoiceConfig}.
   *
   * @param speaker name of the speaker as the text has it
   * @param voiceConfig the voice
   * @return a builder with nothing else set
   */
  public static Builder builder(String speaker, VoiceConfig voiceConfig) {
    return new Builder().speaker(speaker).voiceConfig(voiceConfig);
  }

  /**
   * Begins a changed copy.
   *
   * @return a builder with everything of this record set
   */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.speaker = speaker;
    copy.voiceConfig = voiceConfig;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String speaker;
    private @Nullable VoiceConfig voiceConfig;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code speaker}: name of the speaker as the text has it. */
    public Builder speaker(String speaker) {
      this.speaker = Checks.text("speaker", speaker);
      return this;
    }

    /** Sets {@code voiceConfig}: the voice. */
    public Builder voiceConfig(VoiceConfig voiceConfig) {
      this.voiceConfig = requireNonNull(voiceConfig, "voiceConfig");
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
    public SpeakerVoiceConfig build() {
      return new SpeakerVoiceConfig(
          requireNonNull(speaker, "speaker"), requireNonNull(voiceConfig, "voiceConfig"), extra);
    }
  }
}
