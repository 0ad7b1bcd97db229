package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which kind of model serves the session; Vertex only (§2.2).
 *
 * @param featureSelectionPreference quality against cost
 * @param extra members this version does not know, sent as they stand
 */
public record ModelConfig(
    @Nullable FeatureSelectionPreference featureSelectionPreference, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("featureSelectionPreference");

  /** Copies collections. */
  public ModelConfig {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code ModelConfig}.
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
    copy.featureSelectionPreference = featureSelectionPreference;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable FeatureSelectionPreference featureSelectionPreference;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code featureSelectionPreference}: quality against cost. */
    public Builder featureSelectionPreference(
        @Nullable FeatureSelectionPreference featureSelectionPreference) {
      this.featureSelectionPreference = featureSelectionPreference;
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
    public ModelConfig build() {
      return new ModelConfig(featureSelectionPreference, extra);
    }
  }
}
