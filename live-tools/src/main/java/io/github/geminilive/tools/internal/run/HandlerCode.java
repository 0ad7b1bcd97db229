package io.github.geminilive.tools.internal.run;

import io.github.geminilive.ToolContext;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.tools.ToolHandler;
import io.github.geminilive.tools.internal.binding.Binder;
import io.github.geminilive.tools.internal.binding.Bound;
import io.github.geminilive.tools.internal.result.ResultWriter;
import io.github.geminilive.tools.model.CreationException;
import io.github.geminilive.tools.model.ObjectType;

/**
 * Runs a handler that takes its arguments as one object.
 *
 * @param <A> class of the arguments
 */
public final class HandlerCode<A> implements ToolCode {

  private final ObjectType type;
  private final Class<A> argumentsClass;
  private final ToolHandler<A> handler;
  private final Outcomes outcomes;

  /**
   * A tool that is a handler.
   *
   * @param name its name
   * @param type its arguments
   * @param argumentsClass what they are made into
   * @param handler the handler
   * @param writer writes what it returns
   */
  public HandlerCode(
      String name,
      ObjectType type,
      Class<A> argumentsClass,
      ToolHandler<A> handler,
      ResultWriter writer) {
    this.type = type;
    this.argumentsClass = argumentsClass;
    this.handler = handler;
    this.outcomes = new Outcomes(name, writer, false);
  }

  @Override
  public Object run(Json arguments, ToolContext context) throws Exception {
    Bound bound = bind(arguments);
    return bound.isValid()
        ? outcomes.of(handler.call(argumentsClass.cast(bound.values()[0]), context), context)
        : Invalid.of(bound.violations());
  }

  private Bound bind(Json arguments) throws Exception {
    try {
      return Binder.bindObject(type, arguments);
    } catch (CreationException e) {
      throw e.refusal();
    }
  }
}
