package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A voice copied from a recording (§2.3).
 *
 * @param mimeType only {@code audio/wav}: 16-bit little-endian, 24 kHz
 * @param voiceSampleAudio the recording to copy
 * @param consentAudio the speaker's spoken consent; Developer API only
 * @param voiceConsentSignature proof of an earlier consent, instead of the audio; Developer API
 *     only
 * @param extra members this version does not know, sent as they stand
 */
public record ReplicatedVoiceConfig(
    String mimeType,
    Bytes voiceSampleAudio,
    @Nullable Bytes consentAudio,
    @Nullable VoiceConsentSignature voiceConsentSignature,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS =
      Set.of("mimeType", "voiceSampleAudio", "consentAudio", "voiceConsentSignature");

  /** Checks what is required and copies collections. */
  public ReplicatedVoiceConfig {
    requireNonNull(mimeType, "mimeType");
    requireNonNull(voiceSampleAudio, "voiceSampleAudio");
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code ReplicatedVoiceConfig}.
   *
   * @param mimeType only {@code audio/wav}: 16-bit little-endian, 24 kHz
   * @param voiceSampleAudio the recording to copy
   * @return a builder with nothing else set
   */
  public static Builder builder(String mimeType, Bytes voiceSampleAudio) {
    return new Builder().mimeType(mimeType).voiceSampleAudio(voiceSampleAudio);
  }

  /**
   * Begins a changed copy.
   *
   * @return a builder with everything of this record set
   */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.mimeType = mimeType;
    copy.voiceSampleAudio = voiceSampleAudio;
    copy.consentAudio = consentAudio;
    copy.voiceConsentSignature = voiceConsentSignature;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String mimeType;
    private @Nullable Bytes voiceSampleAudio;
    private @Nullable Bytes consentAudio;
    private @Nullable VoiceConsentSignature voiceConsentSignature;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code mimeType}: only {@code audio/wav}: 16-bit little-endian, 24 kHz. */
    public Builder mimeType(String mimeType) {
      this.mimeType = Checks.text("mimeType", mimeType);
      return this;
    }

    /** Sets {@code voiceSampleAudio}: the recording to copy. */
    public Builder voiceSampleAudio(Bytes voiceSampleAudio) {
      this.voiceSampleAudio = requireNonNull(voiceSampleAudio, "voiceSampleAudio");
      return this;
    }

    /** Sets {@code consentAudio}: the speaker's spoken consent; Developer API only. */
    public Builder consentAudio(@Nullable Bytes consentAudio) {
      this.consentAudio = consentAudio;
      return this;
    }

    /**
     * Sets {@code voiceConsentSignature}: proof of an earlier consent, instead of the audio;
     * Developer API only.
     */
    public Builder voiceConsentSignature(@Nullable VoiceConsentSignature voiceConsentSignature) {
      this.voiceConsentSignature = voiceConsentSignature;
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
    public ReplicatedVoiceConfig build() {
      return new ReplicatedVoiceConfig(
          requireNonNull(mimeType, "mimeType"),
          requireNonNull(voiceSampleAudio, "voiceSampleAudio"),
          consentAudio,
          voiceConsentSignature,
          extra);
    }
  }
}
