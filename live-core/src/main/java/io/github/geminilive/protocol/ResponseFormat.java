package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One format of output; exactly one member is set. Vertex, Live support unverified (§2.2).
 *
 * @param text text output
 * @param audio audio output
 * @param image picture output, as JSON object
 * @param video video output, as JSON object
 * @param extra members this version does not know, sent as they stand
 */
public record ResponseFormat(
    @Nullable TextResponseFormat text,
    @Nullable AudioResponseFormat audio,
    @Nullable Json image,
    @Nullable Json video,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("text", "audio", "image", "video");

  /** Copies collections. */
  public ResponseFormat {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code ResponseFormat}.
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
    copy.text = text;
    copy.audio = audio;
    copy.image = image;
    copy.video = video;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable TextResponseFormat text;
    private @Nullable AudioResponseFormat audio;
    private @Nullable Json image;
    private @Nullable Json video;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code text}: text output. */
    public Builder text(@Nullable TextResponseFormat text) {
      this.text = text;
      return this;
    }

    /** Sets {@code audio}: audio output. */
    public Builder audio(@Nullable AudioResponseFormat audio) {
      this.audio = audio;
      return this;
    }

    /** Sets {@code image}: picture output, as JSON object. */
    public Builder image(@Nullable Json image) {
      this.image = Checks.object("image", image);
      return this;
    }

    /** Sets {@code video}: video output, as JSON object. */
    public Builder video(@Nullable Json video) {
      this.video = Checks.object("video", video);
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
    public ResponseFormat build() {
      return new ResponseFormat(text, audio, image, video, extra);
    }
  }
}
