package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When a word was said (§3.1).
 *
 * @param word the word
 * @param startOffset begin, from the start of the stream
 * @param endOffset end, from the start of the stream
 * @param extra members this version does not know, sent as they stand
 */
public record WordInfo(
    @Nullable String word,
    @Nullable Duration startOffset,
    @Nullable Duration endOffset,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("word", "startOffset", "endOffset");

  /** Copies collections. */
  public WordInfo {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code WordInfo}.
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
    copy.word = word;
    copy.startOffset = startOffset;
    copy.endOffset = endOffset;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Keeps back what people say: records end up in logs. */
  @Override
  public String toString() {
    return Checks.toString(this, "word");
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String word;
    private @Nullable Duration startOffset;
    private @Nullable Duration endOffset;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code word}: the word. */
    public Builder word(@Nullable String word) {
      this.word = word;
      return this;
    }

    /** Sets {@code startOffset}: begin, from the start of the stream. */
    public Builder startOffset(@Nullable Duration startOffset) {
      this.startOffset = startOffset;
      return this;
    }

    /** Sets {@code endOffset}: end, from the start of the stream. */
    public Builder endOffset(@Nullable Duration endOffset) {
      this.endOffset = endOffset;
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
    public WordInfo build() {
      return new WordInfo(word, startOffset, endOffset, extra);
    }
  }
}
