package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How a seeded history arrives; Developer API, 3.1 and later (§2.8).
 *
 * @param initialHistoryInClientContent true: client content up to the first {@code turnComplete} is
 *     history; default false
 * @param extra members this version does not know, sent as they stand
 */
public record HistoryConfig(
    @Nullable Boolean initialHistoryInClientContent, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("initialHistoryInClientContent");

  /** Copies collections. */
  public HistoryConfig {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code HistoryConfig}.
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
    copy.initialHistoryInClientContent = initialHistoryInClientContent;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable Boolean initialHistoryInClientContent;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Sets {@code initialHistoryInClientContent}: true: client content up to the first {@code
     * turnComplete} is history; default false.
     */
    public Builder initialHistoryInClientContent(@Nullable Boolean initialHistoryInClientContent) {
      this.initialHistoryInClientContent = initialHistoryInClientContent;
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
    public HistoryConfig build() {
      return new HistoryConfig(initialHistoryInClientContent, extra);
    }
  }
}
