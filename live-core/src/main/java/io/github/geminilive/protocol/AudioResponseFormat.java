package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Format of audio output (§2.2).
 *
 * @param mimeType such as {@code audio/pcm}
 * @param sampleRate samples per second
 * @param bitRate bits per second
 * @param delivery how the audio is delivered; an open string
 * @param extra members this version does not know, sent as they stand
 */
public record AudioResponseFormat(
    @Nullable String mimeType,
    @Nullable Integer sampleRate,
    @Nullable Integer bitRate,
    @Nullable String delivery,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS =
      Set.of("mimeType", "sampleRate", "bitRate", "delivery");

  /** Copies collections. */
  public AudioResponseFormat {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code AudioResponseFormat}.
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
    copy.mimeType = mimeType;
    copy.sampleRate = sampleRate;
    copy.bitRate = bitRate;
    copy.delivery = delivery;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String mimeType;
    private @Nullable Integer sampleRate;
    private @Nullable Integer bitRate;
    private @Nullable String delivery;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code mimeType}: such as {@code audio/pcm}. */
    public Builder mimeType(@Nullable String mimeType) {
      this.mimeType = mimeType;
      return this;
    }

    /** Sets {@code sampleRate}: samples per second. */
    public Builder sampleRate(@Nullable Integer sampleRate) {
      this.sampleRate = Checks.atLeast("sampleRate", 1, sampleRate);
      return this;
    }

    /** Sets {@code bitRate}: bits per second. */
    public Builder bitRate(@Nullable Integer bitRate) {
      this.bitRate = Checks.atLeast("bitRate", 1, bitRate);
      return this;
    }

    /** Sets {@code delivery}: how the audio is delivered; an open string. */
    public Builder delivery(@Nullable String delivery) {
      this.delivery = delivery;
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
    public AudioResponseFormat build() {
      return new AudioResponseFormat(mimeType, sampleRate, bitRate, delivery, extra);
    }
  }
}
