package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A span of time (§2.4).
 *
 * @param startTime its begin, inclusive
 * @param endTime its end, exclusive
 * @param extra members this version does not know, sent as they stand
 */
public record TimeRange(
    @Nullable Instant startTime, @Nullable Instant endTime, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("startTime", "endTime");

  /** Copies collections. */
  public TimeRange {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code TimeRange}.
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
    copy.startTime = startTime;
    copy.endTime = endTime;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable Instant startTime;
    private @Nullable Instant endTime;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code startTime}: its begin, inclusive. */
    public Builder startTime(@Nullable Instant startTime) {
      this.startTime = startTime;
      return this;
    }

    /** Sets {@code endTime}: its end, exclusive. */
    public Builder endTime(@Nullable Instant endTime) {
      this.endTime = endTime;
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
    public TimeRange build() {
      return new TimeRange(startTime, endTime, extra);
    }
  }
}
