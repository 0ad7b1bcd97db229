package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Search by Exa; Vertex (§2.4).
 *
 * @param apiKey key for that service
 * @param customConfigs options of that service, as JSON object
 * @param extra members this version does not know, sent as they stand
 */
public record ExaAiSearch(
    @Nullable String apiKey, @Nullable Json customConfigs, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("apiKey", "customConfigs");

  /** Copies collections. */
  public ExaAiSearch {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code ExaAiSearch}.
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
    copy.apiKey = apiKey;
    copy.customConfigs = customConfigs;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Returns all members but what is secret. */
  @Override
  public String toString() {
    return "ExaAiSearch[apiKey="
        + Checks.masked(apiKey)
        + ", customConfigs="
        + customConfigs
        + ", extra="
        + extra
        + "]";
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String apiKey;
    private @Nullable Json customConfigs;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code apiKey}: key for that service. */
    public Builder apiKey(@Nullable String apiKey) {
      this.apiKey = apiKey;
      return this;
    }

    /** Sets {@code customConfigs}: options of that service, as JSON object. */
    public Builder customConfigs(@Nullable Json customConfigs) {
      this.customConfigs = Checks.object("customConfigs", customConfigs);
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
    public ExaAiSearch build() {
      return new ExaAiSearch(apiKey, customConfigs, extra);
    }
  }
}
