package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Languages to expect; deprecated (§2.7).
 *
 * @param languageCodes BCP-47 codes
 * @param extra members this version does not know, sent as they stand
 */
public record LanguageHints(@Nullable List<String> languageCodes, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("languageCodes");

  /** Copies collections. */
  public LanguageHints {
    languageCodes = Checks.list(languageCodes);
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code LanguageHints}.
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
    copy.languageCodes = languageCodes;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable List<String> languageCodes;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code languageCodes}: BCP-47 codes. */
    public Builder languageCodes(@Nullable List<String> languageCodes) {
      this.languageCodes = Checks.list(languageCodes);
      return this;
    }

    /** Sets {@code languageCodes}. */
    public Builder languageCodes(String... languageCodes) {
      return languageCodes(List.of(languageCodes));
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
    public LanguageHints build() {
      return new LanguageHints(languageCodes, extra);
    }
  }
}
