package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A piece of an argument; Vertex with argument streaming (§3.3).
 *
 * @param jsonPath where it belongs, such as {@code $.title}
 * @param stringValue text to append
 * @param numberValue a number
 * @param boolValue a truth value
 * @param nullValue {@code NULL_VALUE}: the argument is null
 * @param willContinue true: more of the same argument follows
 * @param extra members this version does not know, sent as they stand
 */
public record PartialArg(
    @Nullable String jsonPath,
    @Nullable String stringValue,
    @Nullable Double numberValue,
    @Nullable Boolean boolValue,
    @Nullable String nullValue,
    @Nullable Boolean willContinue,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS =
      Set.of("jsonPath", "stringValue", "numberValue", "boolValue", "nullValue", "willContinue");

  /** Copies collections. */
  public PartialArg {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code PartialArg}.
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
    copy.jsonPath = jsonPath;
    copy.stringValue = stringValue;
    copy.numberValue = numberValue;
    copy.boolValue = boolValue;
    copy.nullValue = nullValue;
    copy.willContinue = willContinue;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String jsonPath;
    private @Nullable String stringValue;
    private @Nullable Double numberValue;
    private @Nullable Boolean boolValue;
    private @Nullable String nullValue;
    private @Nullable Boolean willContinue;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code jsonPath}: where it belongs, such as {@code $.title}. */
    public Builder jsonPath(@Nullable String jsonPath) {
      this.jsonPath = jsonPath;
      return this;
    }

    /** Sets {@code stringValue}: text to append. */
    public Builder stringValue(@Nullable String stringValue) {
      this.stringValue = stringValue;
      return this;
    }

    /** Sets {@code numberValue}: a number. */
    public Builder numberValue(@Nullable Double numberValue) {
      this.numberValue = numberValue;
      return this;
    }

    /** Sets {@code boolValue}: a truth value. */
    public Builder boolValue(@Nullable Boolean boolValue) {
      this.boolValue = boolValue;
      return this;
    }

    /** Sets {@code nullValue}: {@code NULL_VALUE}: the argument is null. */
    public Builder nullValue(@Nullable String nullValue) {
      this.nullValue = nullValue;
      return this;
    }

    /** Sets {@code willContinue}: true: more of the same argument follows. */
    public Builder willContinue(@Nullable Boolean willContinue) {
      this.willContinue = willContinue;
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
    public PartialArg build() {
      return new PartialArg(
          jsonPath, stringValue, numberValue, boolValue, nullValue, willContinue, extra);
    }
  }
}
