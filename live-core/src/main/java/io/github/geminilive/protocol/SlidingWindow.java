package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Drops the oldest turns (§2.6).
 *
 * @param targetTokens tokens kept; default half of the trigger, and must be smaller
 * @param extra members this version does not know, sent as they stand
 */
public record SlidingWindow(@Nullable Long targetTokens, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("targetTokens");

  /** Copies collections. */
  public SlidingWindow {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code SlidingWindow}.
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
    copy.targetTokens = targetTokens;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable Long targetTokens;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code targetTokens}: tokens kept; default half of the trigger, and must be smaller. */
    public Builder targetTokens(@Nullable Long targetTokens) {
      this.targetTokens = Checks.atLeast("targetTokens", 0L, targetTokens);
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
    public SlidingWindow build() {
      return new SlidingWindow(targetTokens, extra);
    }
  }
}
