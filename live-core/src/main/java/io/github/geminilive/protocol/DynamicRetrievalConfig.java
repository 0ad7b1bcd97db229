package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * When to search (§2.4).
 *
 * @param mode how that is decided
 * @param dynamicThreshold score from which on to search
 * @param extra members this version does not know, sent as they stand
 */
public record DynamicRetrievalConfig(
    @Nullable DynamicRetrievalMode mode,
    @Nullable Double dynamicThreshold,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("mode", "dynamicThreshold");

  /** Copies collections. */
  public DynamicRetrievalConfig {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code DynamicRetrievalConfig}.
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
    copy.mode = mode;
    copy.dynamicThreshold = dynamicThreshold;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable DynamicRetrievalMode mode;
    private @Nullable Double dynamicThreshold;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code mode}: how that is decided. */
    public Builder mode(@Nullable DynamicRetrievalMode mode) {
      this.mode = mode;
      return this;
    }

    /** Sets {@code dynamicThreshold}: score from which on to search. */
    public Builder dynamicThreshold(@Nullable Double dynamicThreshold) {
      this.dynamicThreshold = Checks.finite("dynamicThreshold", dynamicThreshold);
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
    public DynamicRetrievalConfig build() {
      return new DynamicRetrievalConfig(mode, dynamicThreshold, extra);
    }
  }
}
