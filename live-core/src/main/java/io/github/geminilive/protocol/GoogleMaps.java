package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Answers about places (§2.4).
 *
 * @param enableWidget true: the answer has a token for a map; default false
 * @param authConfig credentials, as JSON object; Vertex only
 * @param groundingTypes what to look up; Vertex only
 * @param extra members this version does not know, sent as they stand
 */
public record GoogleMaps(
    @Nullable Boolean enableWidget,
    @Nullable Json authConfig,
    @Nullable GroundingTypes groundingTypes,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("enableWidget", "authConfig", "groundingTypes");

  /** Copies collections. */
  public GoogleMaps {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code GoogleMaps}.
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
    copy.enableWidget = enableWidget;
    copy.authConfig = authConfig;
    copy.groundingTypes = groundingTypes;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Returns all members but what is secret. */
  @Override
  public String toString() {
    return "GoogleMaps[enableWidget="
        + enableWidget
        + ", authConfig="
        + Checks.masked(authConfig)
        + ", groundingTypes="
        + groundingTypes
        + ", extra="
        + extra
        + "]";
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable Boolean enableWidget;
    private @Nullable Json authConfig;
    private @Nullable GroundingTypes groundingTypes;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code enableWidget}: true: the answer has a token for a map; default false. */
    public Builder enableWidget(@Nullable Boolean enableWidget) {
      this.enableWidget = enableWidget;
      return this;
    }

    /** Sets {@code authConfig}: credentials, as JSON object; Vertex only. */
    public Builder authConfig(@Nullable Json authConfig) {
      this.authConfig = Checks.object("authConfig", authConfig);
      return this;
    }

    /** Sets {@code groundingTypes}: what to look up; Vertex only. */
    public Builder groundingTypes(@Nullable GroundingTypes groundingTypes) {
      this.groundingTypes = groundingTypes;
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
    public GoogleMaps build() {
      return new GoogleMaps(enableWidget, authConfig, groundingTypes, extra);
    }
  }
}
