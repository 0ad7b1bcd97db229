package io.github.geminilive.tools;

import io.github.geminilive.ToolContext;
import io.github.geminilive.ToolException;
import org.jspecify.annotations.Nullable;

/**
 * The code of a tool that is registered by name, see {@link LiveTools.Builder#tool(String, String,
 * Class, ToolHandler)}.
 *
 * @param <A> record or bean whose components or properties are the arguments
 */
@FunctionalInterface
public interface ToolHandler<A> {

  /**
   * Runs a call, on a thread where it may block and where an interrupt means cancellation.
   *
   * @param args the arguments; they fulfil what was declared
   * @param context the call, its turn and its session
   * @return what a {@link LiveTool} may return, null for "no result"
   * @throws ToolException to tell the model what went wrong
   * @throws Exception anything else: the model learns only that the tool failed
   */
  @Nullable
  Object call(A args, ToolContext context) throws Exception;
}
