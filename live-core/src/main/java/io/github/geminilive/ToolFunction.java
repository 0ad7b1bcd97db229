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
   *     {@code byte[]} (sent as base64), {@link Json}, an {@link java.util.Optional} of these, a
   *     {@link ToolResult} to say more, or null for "no result"; a {@link java.util.stream.Stream}
   *     or {@link java.util.concurrent.Flow.Publisher} of these, whose items are sent one by one
   *     where the model takes them so, and as one list otherwise; or a
   *     {@link java.util.concurrent.CompletionStage} of any of these
   * @throws ToolException to tell the model what went wrong
   * @throws Exception anything else: the model learns only that the tool failed
   */
  @Nullable
  Object call(Json args, ToolContext context) throws Exception;
}
