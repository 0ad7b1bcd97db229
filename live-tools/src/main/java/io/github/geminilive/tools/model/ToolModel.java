package io.github.geminilive.tools.model;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.ToolPolicy;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionScheduling;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One tool, whichever way it was found.
 *
 * @param name what the model calls it by
 * @param description what the model goes by
 * @param behavior whether the model waits; null leaves that to the model
 * @param scheduling when the model takes up answers, failures included; null leaves that to the
 *     service
 * @param policy how calls run
 * @param parameters of the method, in its order
 * @param returnsNothing whether the method is void, or returns a stage of {@code Void}: the answer
 *     is {@code ok}
 * @param origin class and method, for people
 * @param invoker runs it
 */
public record ToolModel(
    String name,
    String description,
    @Nullable FunctionBehavior behavior,
    @Nullable FunctionScheduling scheduling,
    ToolPolicy policy,
    List<Parameter> parameters,
    boolean returnsNothing,
    String origin,
    Invoker invoker) {

  /** Checks what is required and copies. */
  public ToolModel {
    requireNonNull(name, "name");
    requireNonNull(description, "description");
    requireNonNull(policy, "policy");
    requireNonNull(origin, "origin");
    requireNonNull(invoker, "invoker");
    parameters = List.copyOf(parameters);
  }

  /** Runs a tool's method. */
  @FunctionalInterface
  public interface Invoker {

    /**
     * Runs it on the calling thread.
     *
     * @param target the object that was registered; null for a static method
     * @param arguments one for each parameter; null where that is a value
     * @return what the method returns; null if it is void
     * @throws Throwable what the method throws, as it stands
     */
    @Nullable
    Object invoke(@Nullable Object target, Object[] arguments) throws Throwable;
  }

  /** What the model gives, in the order of the method. */
  public Stream<Slot> arguments() {
    return parameters.stream().map(Parameter::slot).filter(Objects::nonNull);
  }
}
