package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What Google Maps looks up (§2.4).
 *
 * @param places present: places
 * @param routing present: routes
 * @param extra members this version does not know, sent as they stand
 */
public record GroundingTypes(
    @Nullable Empty places, @Nullable Empty routing, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("places", "routing");

  /** Copies collections. */
  public GroundingTypes {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code GroundingTypes}.
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
    copy.places = places;
    copy.routing = routing;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable Empty places;
    private @Nullable Empty routing;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code places}: present: places. */
    public Builder places(@Nullable Empty places) {
      this.places = places;
      return this;
    }

    /** Sets {@code routing}: present: routes. */
    public Builder routing(@Nullable Empty routing) {
      this.routing = routing;
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
    public GroundingTypes build() {
      return new GroundingTypes(places, routing, extra);
    }
  }
}
