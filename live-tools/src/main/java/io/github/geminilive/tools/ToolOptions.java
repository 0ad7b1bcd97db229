package io.github.geminilive.tools;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.ToolPolicy;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionScheduling;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What {@link LiveTool} says beside name and description, for tools registered by name. Immutable;
 * begin with {@link #DEFAULT}.
 */
public final class ToolOptions {

  /** Behavior as the model's, scheduling as the service's, {@link ToolPolicy#DEFAULT}. */
  public static final ToolOptions DEFAULT = new ToolOptions(null, null, ToolPolicy.DEFAULT);

  private final @Nullable FunctionBehavior behavior;
  private final @Nullable FunctionScheduling scheduling;
  private final ToolPolicy policy;

  private ToolOptions(
      @Nullable FunctionBehavior behavior,
      @Nullable FunctionScheduling scheduling,
      ToolPolicy policy) {
    this.behavior = behavior;
    this.scheduling = scheduling;
    this.policy = policy;
  }

  /**
   * The same with another behavior.
   *
   * @param behavior whether the model waits for the answer; default: as the model does by itself
   */
  public ToolOptions behavior(FunctionBehavior behavior) {
    return new ToolOptions(requireNonNull(behavior, "behavior"), scheduling, policy);
  }

  /**
   * The same with another scheduling, of failures too.
   *
   * @param scheduling when the model takes up answers it did not wait for, unless a result says
   *     otherwise; sent only to models that know it; default: as the service does by itself
   */
  public ToolOptions scheduling(FunctionScheduling scheduling) {
    return new ToolOptions(behavior, requireNonNull(scheduling, "scheduling"), policy);
  }

  /** The same for what is done and not talked about: NON_BLOCKING with SILENT scheduling. */
  public ToolOptions silent() {
    return behavior(FunctionBehavior.NON_BLOCKING).scheduling(FunctionScheduling.SILENT);
  }

  /**
   * The same with another policy.
   *
   * @param policy how calls are run; default {@link ToolPolicy#DEFAULT}
   */
  public ToolOptions policy(ToolPolicy policy) {
    return new ToolOptions(behavior, scheduling, requireNonNull(policy, "policy"));
  }

  /** Whether the model waits; null leaves that to the model. */
  public @Nullable FunctionBehavior behavior() {
    return behavior;
  }

  /** When the model takes up answers; null leaves that to the service. */
  public @Nullable FunctionScheduling scheduling() {
    return scheduling;
  }

  /** How calls are run. */
  public ToolPolicy policy() {
    return policy;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ToolOptions options
        && Objects.equals(behavior, options.behavior)
        && Objects.equals(scheduling, options.scheduling)
        && policy.equals(options.policy);
  }

  @Override
  public int hashCode() {
    return Objects.hash(behavior, scheduling, policy);
  }

  @Override
  public String toString() {
    return "ToolOptions[behavior="
        + behavior
        + ", scheduling="
        + scheduling
        + ", policy="
        + policy
        + "]";
  }
}
