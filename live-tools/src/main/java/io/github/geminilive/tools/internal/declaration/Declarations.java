package io.github.geminilive.tools.internal.declaration;

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
    return FunctionDeclaration.builder(tool.name(), tool.description())
        .behavior(tool.behavior())
        .parameters(parameters(tool.arguments().toList()))
        .build();
  }

  /**
   * The schema of arguments.
   *
   * @param arguments in their order
   * @return null for none: the service takes no object without properties
   */
  public static @Nullable Schema parameters(List<Slot> arguments) {
    return arguments.isEmpty() ? null : SchemaWriter.object(arguments);
  }
}
