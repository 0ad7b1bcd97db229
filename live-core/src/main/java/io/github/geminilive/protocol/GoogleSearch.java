package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Web search; empty is the usual form (§2.4).
 *
 * @param searchTypes what to search; default the web
 * @param timeRangeFilter age of results; Developer API only
 * @param excludeDomains domains never used; Vertex only
 * @param blockingConfidence from where on sites that look malicious are left out; Vertex only
 * @param extra members this version does not know, sent as they stand
 */
public record GoogleSearch(
    @Nullable SearchTypes searchTypes,
    @Nullable TimeRange timeRangeFilter,
    @Nullable List<String> excludeDomains,
    @Nullable PhishBlockThreshold blockingConfidence,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS =
      Set.of("searchTypes", "timeRangeFilter", "excludeDomains", "blockingConfidence");

  /** Copies collections. */
  public GoogleSearch {
    excludeDomains = Checks.list(excludeDomains);
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code GoogleSearch}.
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
    copy.searchTypes = searchTypes;
    copy.timeRangeFilter = timeRangeFilter;
    copy.excludeDomains = excludeDomains;
    copy.blockingConfidence = blockingConfidence;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable SearchTypes searchTypes;
    private @Nullable TimeRange timeRangeFilter;
    private @Nullable List<String> excludeDomains;
    private @Nullable PhishBlockThreshold blockingConfidence;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code searchTypes}: what to search; default the web. */
    public Builder searchTypes(@Nullable SearchTypes searchTypes) {
      this.searchTypes = searchTypes;
      return this;
    }

    /** Sets {@code timeRangeFilter}: age of results; Developer API only. */
    public Builder timeRangeFilter(@Nullable TimeRange timeRangeFilter) {
      this.timeRangeFilter = timeRangeFilter;
      return this;
    }

    /** Sets {@code excludeDomains}: domains never used; Vertex only. */
    public Builder excludeDomains(@Nullable List<String> excludeDomains) {
      this.excludeDomains = Checks.list(excludeDomains);
      return this;
    }

    /** Sets {@code excludeDomains}. */
    public Builder excludeDomains(String... excludeDomains) {
      return excludeDomains(List.of(excludeDomains));
    }

    /**
     * Sets {@code blockingConfidence}: from where on sites that look malicious are left out; Vertex
     * only.
     */
    public Builder blockingConfidence(@Nullable PhishBlockThreshold blockingConfidence) {
      this.blockingConfidence = blockingConfidence;
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
    public GoogleSearch build() {
      return new GoogleSearch(
          searchTypes, timeRangeFilter, excludeDomains, blockingConfidence, extra);
    }
  }
}
