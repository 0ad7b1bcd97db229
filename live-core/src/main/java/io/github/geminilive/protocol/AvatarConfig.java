package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A speaking picture; works on Vertex with 3.8 (§2.1).
 *
 * @param avatarName an avatar of the catalogue
 * @param customizedAvatar an avatar from a portrait, instead of a name
 * @param audioBitrateBps bits per second of the sound
 * @param videoBitrateBps bits per second of the picture
 * @param extra members this version does not know, sent as they stand
 */
public record AvatarConfig(
    @Nullable String avatarName,
    @Nullable CustomizedAvatar customizedAvatar,
    @Nullable Integer audioBitrateBps,
    @Nullable Integer videoBitrateBps,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS =
      Set.of("avatarName", "customizedAvatar", "audioBitrateBps", "videoBitrateBps");

  /** Copies collections. */
  public AvatarConfig {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code AvatarConfig}.
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
    copy.avatarName = avatarName;
    copy.customizedAvatar = customizedAvatar;
    copy.audioBitrateBps = audioBitrateBps;
    copy.videoBitrateBps = videoBitrateBps;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String avatarName;
    private @Nullable CustomizedAvatar customizedAvatar;
    private @Nullable Integer audioBitrateBps;
    private @Nullable Integer videoBitrateBps;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code avatarName}: an avatar of the catalogue. */
    public Builder avatarName(@Nullable String avatarName) {
      this.avatarName = avatarName;
      return this;
    }

    /** Sets {@code customizedAvatar}: an avatar from a portrait, instead of a name. */
    public Builder customizedAvatar(@Nullable CustomizedAvatar customizedAvatar) {
      this.customizedAvatar = customizedAvatar;
      return this;
    }

    /** Sets {@code audioBitrateBps}: bits per second of the sound. */
    public Builder audioBitrateBps(@Nullable Integer audioBitrateBps) {
      this.audioBitrateBps = Checks.atLeast("audioBitrateBps", 1, audioBitrateBps);
      return this;
    }

    /** Sets {@code videoBitrateBps}: bits per second of the picture. */
    public Builder videoBitrateBps(@Nullable Integer videoBitrateBps) {
      this.videoBitrateBps = Checks.atLeast("videoBitrateBps", 1, videoBitrateBps);
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
    public AvatarConfig build() {
      return new AvatarConfig(
          avatarName, customizedAvatar, audioBitrateBps, videoBitrateBps, extra);
    }
  }
}
