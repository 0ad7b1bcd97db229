package io.github.geminilive.tools.internal.run;

import io.github.geminilive.ToolContext;
import io.github.geminilive.ToolResult;
import io.github.geminilive.protocol.Json;
import java.util.concurrent.CompletionStage;

/** The code behind one tool, whichever way it was registered. */
@FunctionalInterface
public interface ToolCode {

  /**
   * Runs a call on this thread.
   *
   * @param arguments what the model gave, a JSON object, perhaps changed by interceptors
   * @param context the call
   * @return a {@link ToolResult}, or a {@link CompletionStage} of one
   * @throws Exception what the application's code throws, as it stands
   */
  Object run(Json arguments, ToolContext context) throws Exception;
}
