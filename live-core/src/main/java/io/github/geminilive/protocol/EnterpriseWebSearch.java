package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Web search for enterprises; Vertex (§2.4).
 *
 * @param excludeDomains domains never used
 * @param blockingConfidence from where on sites that look malicious are left out
 * @param extra members this version does not know, sent as they stand
 */
public record EnterpriseWebSearch(
    @Nullable List<String> excludeDomains,
    @Nullable PhishBlockThreshold blockingConfidence,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("excludeDomains", "blockingConfidence");

  /** Copies collections. */
  public EnterpriseWebSearch {
    excludeDomains = Checks.list(excludeDomains);
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code EnterpriseWebSearch}.
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
    copy.excludeDomains = excludeDomains;
    copy.blockingConfidence = blockingConfidence;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable List<String> excludeDomains;
    private @Nullable PhishBlockThreshold blockingConfidence;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code excludeDomains}: domains never used. */
    public Builder excludeDomains(@Nullable List<String> excludeDomains) {
      this.excludeDomains = Checks.list(excludeDomains);
      return this;
    }

    /** Sets {@code excludeDomains}. */
    public Builder excludeDomains(String... excludeDomains) {
      return excludeDomains(List.of(excludeDomains));
    }

    /** Sets {@code blockingConfidence}: from where on sites that look malicious are left out. */
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
    public EnterpriseWebSearch build() {
      return new EnterpriseWebSearch(excludeDomains, blockingConfidence, extra);
    }
  }
}
