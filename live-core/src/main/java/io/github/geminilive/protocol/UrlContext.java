package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reading of web pages; no options (§2.4).
 *
 * @param extra members this version does not know, sent as they stand
 */
public record UrlContext(Map<String, Json> extra) {

  /** Copies collections. */
  public UrlContext {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code UrlContext}.
   *
   * @return a builder
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
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members. For one thread. */
  public static final class Builder {

    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Adds a member this version has no property for.
     *
     * @param name its name on the wire
     * @param value its value, sent as it stands
     * @return this builder
     */
    public Builder extra(String name, Json value) {
      extra.put(requireNonNull(name, "name"), requireNonNull(value, name));
      return this;
    }

    /**
     * Makes the record.
     *
     * @return an immutable record
     */
    public UrlContext build() {
      return new UrlContext(extra);
    }
  }
}
