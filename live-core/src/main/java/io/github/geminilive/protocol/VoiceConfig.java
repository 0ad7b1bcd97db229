package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One voice, named in one of three ways (§2.3).
 *
 * @param prebuiltVoiceConfig a voice of the catalogue
 * @param replicatedVoiceConfig a voice copied from a recording
 * @param voice id of a voice; newest models only
 * @param extra members this version does not know, sent as they stand
 */
public record VoiceConfig(
    @Nullable PrebuiltVoiceConfig prebuiltVoiceConfig,
    @Nullable ReplicatedVoiceConfig replicatedVoiceConfig,
    @Nullable String voice,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS =
      Set.of("prebuiltVoiceConfig", "replicatedVoiceConfig", "voice");

  /** Copies collections. */
  public VoiceConfig {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code VoiceConfig}.
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
    copy.prebuiltVoiceConfig = prebuiltVoiceConfig;
    copy.replicatedVoiceConfig = replicatedVoiceConfig;
    copy.voice = voice;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable PrebuiltVoiceConfig prebuiltVoiceConfig;
    private @Nullable ReplicatedVoiceConfig replicatedVoiceConfig;
    private @Nullable String voice;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code prebuiltVoiceConfig}: a voice of the catalogue. */
    public Builder prebuiltVoiceConfig(@Nullable PrebuiltVoiceConfig prebuiltVoiceConfig) {
      this.prebuiltVoiceConfig = prebuiltVoiceConfig;
      return this;
    }

    /** Sets {@code replicatedVoiceConfig}: a voice copied from a recording. */
    public Builder replicatedVoiceConfig(@Nullable ReplicatedVoiceConfig replicatedVoiceConfig) {
      this.replicatedVoiceConfig = replicatedVoiceConfig;
      return this;
    }

    /** Sets {@code voice}: id of a voice; newest models only. */
    public Builder voice(@Nullable String voice) {
      this.voice = voice;
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
    public VoiceConfig build() {
      return new VoiceConfig(prebuiltVoiceConfig, replicatedVoiceConfig, voice, extra);
    }
  }
}
