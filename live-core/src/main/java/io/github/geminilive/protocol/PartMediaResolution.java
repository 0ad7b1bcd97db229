package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tokens to spend on one picture or video (§2.8).
 *
 * @param level in steps
 * @param numTokens as a number
 * @param extra members this version does not know, sent as they stand
 */
public record PartMediaResolution(
    @Nullable MediaResolution level, @Nullable Integer numTokens, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("level", "numTokens");

  /** Copies collections. */
  public PartMediaResolution {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code PartMediaResolution}.
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
    copy.level = level;
    copy.numTokens = numTokens;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable MediaResolution level;
    private @Nullable Integer numTokens;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code level}: in steps. */
    public Builder level(@Nullable MediaResolution level) {
      this.level = level;
      return this;
    }

    /** Sets {@code numTokens}: as a number. */
    public Builder numTokens(@Nullable Integer numTokens) {
      this.numTokens = Checks.atLeast("numTokens", 1, numTokens);
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
    public PartMediaResolution build() {
      return new PartMediaResolution(level, numTokens, extra);
    }
  }
}
