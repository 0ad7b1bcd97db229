package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether the model may stay silent, or speak unasked (§2.1).
 *
 * @param proactiveAudio default false on 2.5; 3.8 always has it and refuses false
 * @param proactiveVideo true: video frames alone may make it speak; needs {@code proactiveAudio},
 *     can be expensive
 * @param extra members this version does not know, sent as they stand
 */
public record ProactivityConfig(
    @Nullable Boolean proactiveAudio, @Nullable Boolean proactiveVideo, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("proactiveAudio", "proactiveVideo");

  /** Copies collections. */
  public ProactivityConfig {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code ProactivityConfig}.
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
    copy.proactiveAudio = proactiveAudio;
    copy.proactiveVideo = proactiveVideo;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable Boolean proactiveAudio;
    private @Nullable Boolean proactiveVideo;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code proactiveAudio}: default false on 2.5; 3.8 always has it and refuses false. */
    public Builder proactiveAudio(@Nullable Boolean proactiveAudio) {
      this.proactiveAudio = proactiveAudio;
      return this;
    }

    /**
     * Sets {@code proactiveVideo}: true: video frames alone may make it speak; needs {@code
     * proactiveAudio}, can be expensive.
     */
    public Builder proactiveVideo(@Nullable Boolean proactiveVideo) {
      this.proactiveVideo = proactiveVideo;
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
    public ProactivityConfig build() {
      return new ProactivityConfig(proactiveAudio, proactiveVideo, extra);
    }
  }
}
