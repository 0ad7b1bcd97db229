package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A computer the model operates (§2.4).
 *
 * @param environment the kind of computer
 * @param excludedPredefinedFunctions actions it may not take
 * @param enablePromptInjectionDetection true: pages are checked for instructions to the model
 * @param disabledSafetyPolicies policies switched off; Developer API only
 * @param extra members this version does not know, sent as they stand
 */
public record ComputerUse(
    @Nullable ComputerEnvironment environment,
    @Nullable List<String> excludedPredefinedFunctions,
    @Nullable Boolean enablePromptInjectionDetection,
    @Nullable List<String> disabledSafetyPolicies,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of(
      "environment",
      "excludedPredefinedFunctions",
      "enablePromptInjectionDetection",
      "disabledSafetyPolicies");

  /** Copies collections. */
  public ComputerUse {
    excludedPredefinedFunctions = Checks.list(excludedPredefinedFunctions);
    disabledSafetyPolicies = Checks.list(disabledSafetyPolicies);
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code ComputerUse}.
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
    copy.environment = environment;
    copy.excludedPredefinedFunctions = excludedPredefinedFunctions;
    copy.enablePromptInjectionDetection = enablePromptInjectionDetection;
    copy.disabledSafetyPolicies = disabledSafetyPolicies;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable ComputerEnvironment environment;
    private @Nullable List<String> excludedPredefinedFunctions;
    private @Nullable Boolean enablePromptInjectionDetection;
    private @Nullable List<String> disabledSafetyPolicies;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code environment}: the kind of computer. */
    public Builder environment(@Nullable ComputerEnvironment environment) {
      this.environment = environment;
      return this;
    }

    /** Sets {@code excludedPredefinedFunctions}: actions it may not take. */
    public Builder excludedPredefinedFunctions(@Nullable List<String> excludedPredefinedFunctions) {
      this.excludedPredefinedFunctions = Checks.list(excludedPredefinedFunctions);
      return this;
    }

    /** Sets {@code excludedPredefinedFunctions}. */
    public Builder excludedPredefinedFunctions(String... excludedPredefinedFunctions) {
      return excludedPredefinedFunctions(List.of(excludedPredefinedFunctions));
    }

    /**
     * Sets {@code enablePromptInjectionDetection}: true: pages are checked for instructions to the
     * model.
     */
    public Builder enablePromptInjectionDetection(
        @Nullable Boolean enablePromptInjectionDetection) {
      this.enablePromptInjectionDetection = enablePromptInjectionDetection;
      return this;
    }

    /** Sets {@code disabledSafetyPolicies}: policies switched off; Developer API only. */
    public Builder disabledSafetyPolicies(@Nullable List<String> disabledSafetyPolicies) {
      this.disabledSafetyPolicies = Checks.list(disabledSafetyPolicies);
      return this;
    }

    /** Sets {@code disabledSafetyPolicies}. */
    public Builder disabledSafetyPolicies(String... disabledSafetyPolicies) {
      return disabledSafetyPolicies(List.of(disabledSafetyPolicies));
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
    public ComputerUse build() {
      return new ComputerUse(
          environment,
          excludedPredefinedFunctions,
          enablePromptInjectionDetection,
          disabledSafetyPolicies,
          extra);
    }
  }
}
