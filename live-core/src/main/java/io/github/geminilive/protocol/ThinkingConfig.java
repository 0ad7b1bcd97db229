package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How long the model thinks before it answers (§2.2).
 *
 * @param includeThoughts true: thoughts arrive as text parts with {@code thought}; default false
 * @param thinkingBudget tokens for thinking, 0 for none, -1 for automatic; 2.5 models
 * @param thinkingLevel effort; 3.1 (default MINIMAL) and 3.8 extended thinking (required, at least
 *     LOW)
 * @param extra members this version does not know, sent as they stand
 */
public record ThinkingConfig(
    @Nullable Boolean includeThoughts,
    @Nullable Integer thinkingBudget,
    @Nullable ThinkingLevel thinkingLevel,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS =
      Set.of("includeThoughts", "thinkingBudget", "thinkingLevel");

  /** Copies collections. */
  public ThinkingConfig {
    extra = Checks.extra(extra);
  }

  /**
   * Thinking at a level.
   *
   * @param level how hard to think
   * @return a configuration with nothing else set
   */
  public static ThinkingConfig level(ThinkingLevel level) {
    return builder().thinkingLevel(requireNonNull(level, "level")).build();
  }

  /**
   * Begins a new {@code ThinkingConfig}.
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
    copy.includeThoughts = includeThoughts;
    copy.thinkingBudget = thinkingBudget;
    copy.thinkingLevel = thinkingLevel;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable Boolean includeThoughts;
    private @Nullable Integer thinkingBudget;
    private @Nullable ThinkingLevel thinkingLevel;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Sets {@code includeThoughts}: true: thoughts arrive as text parts with {@code thought};
     * default false.
     */
    public Builder includeThoughts(@Nullable Boolean includeThoughts) {
      this.includeThoughts = includeThoughts;
      return this;
    }

    /**
     * Sets {@code thinkingBudget}: tokens for thinking, 0 for none, -1 for automatic; 2.5 models.
     */
    public Builder thinkingBudget(@Nullable Integer thinkingBudget) {
      this.thinkingBudget = Checks.atLeast("thinkingBudget", -1, thinkingBudget);
      return this;
    }

    /**
     * Sets {@code thinkingLevel}: effort; 3.1 (default MINIMAL) and 3.8 extended thinking
     * (required, at least LOW).
     */
    public Builder thinkingLevel(@Nullable ThinkingLevel thinkingLevel) {
      this.thinkingLevel = thinkingLevel;
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
    public ThinkingConfig build() {
      return new ThinkingConfig(includeThoughts, thinkingBudget, thinkingLevel, extra);
    }
  }
}
