package io.github.geminilive.tools;

import io.github.geminilive.ToolContext;
import io.github.geminilive.ToolPolicy;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.FunctionScheduling;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.tools.internal.run.ToolCode;
import org.jspecify.annotations.Nullable;

/**
 * One tool of a set.
 *
 * @param place where it comes from
 * @param declaration what the model is told
 * @param policy how its calls are run
 * @param scheduling when the model takes up answers that do not say so themselves; null leaves that
 *     to the service
 * @param code runs it
 */
record Tool(
    Place place,
    FunctionDeclaration declaration,
    ToolPolicy policy,
    @Nullable FunctionScheduling scheduling,
    ToolCode code) {

  /**
   * Where a tool comes from, for people.
   *
   * @param name of the tool
   * @param type class that has it, or is its arguments
   * @param method which method; null when it is none
   */
  record Place(String name, String type, @Nullable String method) {

    @Override
    public String toString() {
      return method == null ? type : type + "." + method;
    }
  }

  String name() {
    return place.name();
  }

  /** See {@link ToolCode#run}. */
  Object run(Json arguments, ToolContext context) throws Exception {
    return code.run(arguments, context);
  }
}
