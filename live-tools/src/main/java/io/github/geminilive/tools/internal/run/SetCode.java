package io.github.geminilive.tools.internal.run;

import io.github.geminilive.ToolContext;
import io.github.geminilive.ToolSet;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.tools.internal.result.ResultWriter;

/** Hands a call on to another tool set. */
public final class SetCode implements ToolCode {

  private final ToolSet set;
  private final Outcomes outcomes;

  /**
   * A tool of another set.
   *
   * @param name its name
   * @param set the set
   * @param writer writes what it returns
   */
  public SetCode(String name, ToolSet set, ResultWriter writer) {
    this.set = set;
    this.outcomes = new Outcomes(name, writer, false);
  }

  @Override
  public Object run(Json arguments, ToolContext context) throws Exception {
    FunctionCall call = context.call();
    Json received = call.args() == null ? Json.EMPTY_OBJECT : call.args();
    FunctionCall changed =
        received.equals(arguments) ? call : call.toBuilder().args(arguments).build();
    return outcomes.of(set.invoke(changed, context), context);
  }
}
