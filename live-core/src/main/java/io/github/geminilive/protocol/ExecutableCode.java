package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Code the model wants to run (§2.8).
 *
 * @param id pairs it with its result
 * @param language programming language
 * @param code source
 * @param extra members this version does not know, sent as they stand
 */
public record ExecutableCode(
    @Nullable String id,
    @Nullable CodeLanguage language,
    @Nullable String code,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("id", "language", "code");

  /** Copies collections. */
  public ExecutableCode {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code ExecutableCode}.
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
    copy.id = id;
    copy.language = language;
    copy.code = code;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Keeps back what people say: records end up in logs. */
  @Override
  public String toString() {
    return Checks.toString(this, "code");
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String id;
    private @Nullable CodeLanguage language;
    private @Nullable String code;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code id}: pairs it with its result. */
    public Builder id(@Nullable String id) {
      this.id = id;
      return this;
    }

    /** Sets {@code language}: programming language. */
    public Builder language(@Nullable CodeLanguage language) {
      this.language = language;
      return this;
    }

    /** Sets {@code code}: source. */
    public Builder code(@Nullable String code) {
      this.code = code;
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
    public ExecutableCode build() {
      return new ExecutableCode(id, language, code, extra);
    }
  }
}
