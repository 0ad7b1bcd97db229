package io.github.geminilive;

import io.github.geminilive.protocol.Json;
import org.jspecify.annotations.Nullable;

/** The code behind a function the model can call. */
@FunctionalInterface
public interface ToolFunction {

  /**
   * Runs the call, on a thread of the client's executor where it may block. When the call is
   * cancelled or takes too long, the thread is interrupted.
   *
   * @param args what the model passed; an object, empty when it passed nothing
   * @param context the call, its turn and its session
   * @return the result: text, number, boolean, {@link java.util.Map}, {@link java.util.List},
   *     {@link Json}, a {@link ToolResult} to say more, a
   *     {@link java.util.concurrent.CompletionStage} of any of these, or null for "no result"
   * @throws ToolException to tell the model what went wrong
   * @throws Exception anything else: the model learns only that the tool failed
   */
  @Nullable
  Object call(Json args, ToolContext context) throws Exception;
}
