package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What code printed (§2.8).
 *
 * @param id id of the code
 * @param outcome how it ended
 * @param output standard output, or the error
 * @param extra members this version does not know, sent as they stand
 */
public record CodeExecutionResult(
    @Nullable String id,
    @Nullable CodeOutcome outcome,
    @Nullable String output,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("id", "outcome", "output");

  /** Copies collections. */
  public CodeExecutionResult {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code CodeExecutionResult}.
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
    copy.outcome = outcome;
    copy.output = output;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Keeps back what people say: records end up in logs. */
  @Override
  public String toString() {
    return Checks.toString(this, "output");
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String id;
    private @Nullable CodeOutcome outcome;
    private @Nullable String output;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code id}: id of the code. */
    public Builder id(@Nullable String id) {
      this.id = id;
      return this;
    }

    /** Sets {@code outcome}: how it ended. */
    public Builder outcome(@Nullable CodeOutcome outcome) {
      this.outcome = outcome;
      return this;
    }

    /** Sets {@code output}: standard output, or the error. */
    public Builder output(@Nullable String output) {
      this.output = output;
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
    public CodeExecutionResult build() {
      return new CodeExecutionResult(id, outcome, output, extra);
    }
  }
}
