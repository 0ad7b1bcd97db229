package io.github.geminilive.tools;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.ToolContext;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.Json;

/** A call on its way through the interceptors. Immutable. */
public final class ToolInvocation {

  private final FunctionDeclaration declaration;
  private final Json arguments;
  private final ToolContext context;

  ToolInvocation(FunctionDeclaration declaration, Json arguments, ToolContext context) {
    this.declaration = declaration;
    this.arguments = arguments;
    this.context = context;
  }

  /** The tool's name. */
  public String name() {
    return declaration.name();
  }

  /** What the model was told about the tool. */
  public FunctionDeclaration declaration() {
    return declaration;
  }

  /**
   * The arguments, as the model gave them or an interceptor changed them, before they are checked.
   *
   * @return a JSON object, empty when there are none
   */
  public Json arguments() {
    return arguments;
  }

  /** The call as received, its turn, its session and its cancellation. */
  public ToolContext context() {
    return context;
  }

  /**
   * The same call with other arguments. They are checked as those of the model are. {@link
   * ToolContext#call()} keeps what was received.
   *
   * @param arguments a JSON object
   * @throws IllegalArgumentException when it is none
   */
  public ToolInvocation withArguments(Json arguments) {
    if (!requireNonNull(arguments, "arguments").isObject()) {
      throw new IllegalArgumentException(
          "the arguments of \"" + name() + "\" must be a JSON object, such as {\"name\": …}");
    }
    return new ToolInvocation(declaration, arguments, context);
  }

  /** The tool's name; not the arguments. */
  @Override
  public String toString() {
    return "ToolInvocation[" + name() + "]";
  }
}
