package io.github.geminilive.tools.internal.run;

import io.github.geminilive.ToolContext;
import io.github.geminilive.ToolFunction;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.tools.internal.result.ResultWriter;

/** Runs a function that reads the JSON by itself. */
public final class FunctionCode implements ToolCode {

  private final ToolFunction function;
  private final Outcomes outcomes;

  /**
   * A tool that is a function.
   *
   * @param name its name
   * @param function the function
   * @param writer writes what it returns
   */
  public FunctionCode(String name, ToolFunction function, ResultWriter writer) {
    this.function = function;
    this.outcomes = new Outcomes(name, writer, false);
  }

  @Override
  public Object run(Json arguments, ToolContext context) throws Exception {
    return outcomes.of(function.call(arguments, context), context);
  }
}
