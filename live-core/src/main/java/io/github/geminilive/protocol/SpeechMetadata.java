package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who speaks a text, and how (§2.8).
 *
 * @param speaker name of the speaker
 * @param style manner, in words
 * @param extra members this version does not know, sent as they stand
 */
public record SpeechMetadata(
    @Nullable String speaker, @Nullable String style, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("speaker", "style");

  /** Copies collections. */
  public SpeechMetadata {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code SpeechMetadata}.
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
    copy.speaker = speaker;
    copy.style = style;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String speaker;
    private @Nullable String style;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code speaker}: name of the speaker. */
    public Builder speaker(@Nullable String speaker) {
      this.speaker = speaker;
      return this;
    }

    /** Sets {@code style}: manner, in words. */
    public Builder style(@Nullable String style) {
      this.style = style;
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
    public SpeechMetadata build() {
      return new SpeechMetadata(speaker, style, extra);
    }
  }
}
