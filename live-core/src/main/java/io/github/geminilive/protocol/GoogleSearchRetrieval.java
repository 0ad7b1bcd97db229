package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Predecessor of GoogleSearch (§2.4).
 *
 * @param dynamicRetrievalConfig when to search
 * @param extra members this version does not know, sent as they stand
 */
public record GoogleSearchRetrieval(
    @Nullable DynamicRetrievalConfig dynamicRetrievalConfig, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("dynamicRetrievalConfig");

  /** Copies collections. */
  public GoogleSearchRetrieval {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code GoogleSearchRetrieval}.
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
    copy.dynamicRetrievalConfig = dynamicRetrievalConfig;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable DynamicRetrievalConfig dynamicRetrievalConfig;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code dynamicRetrievalConfig}: when to search. */
    public Builder dynamicRetrievalConfig(@Nullable DynamicRetrievalConfig dynamicRetrievalConfig) {
      this.dynamicRetrievalConfig = dynamicRetrievalConfig;
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
    public GoogleSearchRetrieval build() {
      return new GoogleSearchRetrieval(dynamicRetrievalConfig, extra);
    }
  }
}
