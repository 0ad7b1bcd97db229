package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Voices of several speakers; for text-to-speech, refused in Live (§2.3).
 *
 * @param speakerVoiceConfigs one entry for each speaker
 * @param extra members this version does not know, sent as they stand
 */
public record MultiSpeakerVoiceConfig(
    @Nullable List<SpeakerVoiceConfig> speakerVoiceConfigs, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("speakerVoiceConfigs");

  /** Copies collections. */
  public MultiSpeakerVoiceConfig {
    speakerVoiceConfigs = Checks.list(speakerVoiceConfigs);
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code MultiSpeakerVoiceConfig}.
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
    copy.speakerVoiceConfigs = speakerVoiceConfigs;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable List<SpeakerVoiceConfig> speakerVoiceConfigs;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code speakerVoiceConfigs}: one entry for each speaker. */
    public Builder speakerVoiceConfigs(@Nullable List<SpeakerVoiceConfig> speakerVoiceConfigs) {
      this.speakerVoiceConfigs = Checks.list(speakerVoiceConfigs);
      return this;
    }

    /** Sets {@code speakerVoiceConfigs}. */
    public Builder speakerVoiceConfigs(SpeakerVoiceConfig... speakerVoiceConfigs) {
      return speakerVoiceConfigs(List.of(speakerVoiceConfigs));
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
    public MultiSpeakerVoiceConfig build() {
      return new MultiSpeakerVoiceConfig(speakerVoiceConfigs, extra);
    }
  }
}
