package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which piece of a video to look at, and how often (§2.8).
 *
 * @param startOffset begin of the piece; default the start
 * @param endOffset end of the piece; default the end
 * @param fps frames looked at per second; default 1
 * @param extra members this version does not know, sent as they stand
 */
public record VideoMetadata(
    @Nullable Duration startOffset,
    @Nullable Duration endOffset,
    @Nullable Double fps,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("startOffset", "endOffset", "fps");

  /** Copies collections. */
  public VideoMetadata {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code VideoMetadata}.
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
    copy.startOffset = startOffset;
    copy.endOffset = endOffset;
    copy.fps = fps;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable Duration startOffset;
    private @Nullable Duration endOffset;
    private @Nullable Double fps;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code startOffset}: begin of the piece; default the start. */
    public Builder startOffset(@Nullable Duration startOffset) {
      this.startOffset = startOffset;
      return this;
    }

    /** Sets {@code endOffset}: end of the piece; default the end. */
    public Builder endOffset(@Nullable Duration endOffset) {
      this.endOffset = endOffset;
      return this;
    }

    /** Sets {@code fps}: frames looked at per second; default 1. */
    public Builder fps(@Nullable Double fps) {
      this.fps = Checks.finite("fps", fps);
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
    public VideoMetadata build() {
      return new VideoMetadata(startOffset, endOffset, fps, extra);
    }
  }
}
