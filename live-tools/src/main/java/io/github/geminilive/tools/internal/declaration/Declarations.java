package io.github.geminilive.tools.internal.declaration;

import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.Schema;
import io.github.geminilive.tools.model.Slot;
import io.github.geminilive.tools.model.ToolModel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Declares tools. The same tool gives the same declaration, byte for byte: name, description,
 * behaviour if it is set, and parameters if there are any, never a schema of the response.
 */
public final class Declarations {

  private Declarations() {}

  /**
   * Declares a tool.
   *
   * @param tool registered, that is, without problems
   */
  public static FunctionDeclaration of(ToolModel tool) {
    return of(tool.name(), tool.description(), tool.behavior(), tool.arguments().toList());
  }

  /**
   * Declares a tool by its parts.
   *
   * @param behavior null leaves it to the model
   * @param arguments in their order; none for a tool that takes nothing
   */
  public static FunctionDeclaration of(
      String name, String description, @Nullable FunctionBehavior behavior, List<Slot> arguments) {
    return FunctionDeclaration.builder(name, description)
        .behavior(behavior)
        .parameters(parameters(arguments))
        .build();
  }

  /** Null for no arguments: the service takes no object without properties. */
  private static @Nullable Schema parameters(List<Slot> arguments) {
    return arguments.isEmpty() ? null : SchemaWriter.object(arguments);
  }
}
