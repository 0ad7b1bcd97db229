package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What to search (§2.4).
 *
 * @param webSearch present: web pages
 * @param imageSearch present: pictures
 * @param extra members this version does not know, sent as they stand
 */
public record SearchTypes(
    @Nullable Empty webSearch, @Nullable Empty imageSearch, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("webSearch", "imageSearch");

  /** Copies collections. */
  public SearchTypes {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code SearchTypes}.
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
    copy.webSearch = webSearch;
    copy.imageSearch = imageSearch;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable Empty webSearch;
    private @Nullable Empty imageSearch;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code webSearch}: present: web pages. */
    public Builder webSearch(@Nullable Empty webSearch) {
      this.webSearch = webSearch;
      return this;
    }

    /** Sets {@code imageSearch}: present: pictures. */
    public Builder imageSearch(@Nullable Empty imageSearch) {
      this.imageSearch = imageSearch;
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
    public SearchTypes build() {
      return new SearchTypes(webSearch, imageSearch, extra);
    }
  }
}
