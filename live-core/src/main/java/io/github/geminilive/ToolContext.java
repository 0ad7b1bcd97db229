package io.github.geminilive;

import io.github.geminilive.protocol.FunctionCall;
import java.util.concurrent.CompletionStage;

/** One call of one function. Any thread may use it. */
public interface ToolContext {

  /** The call as received. */
  FunctionCall call();

  /** The turn in which the model called. */
  LiveTurn turn();

  /** The session; messages may be sent through it. */
  LiveSession session();

  /**
   * Whether the answer is not wanted any more: the service cancelled the call, it took too long, or
   * the session ended.
   */
  boolean isCancelled();

  /** Completes, with null, when the answer is not wanted any more; never before that. */
  CompletionStage<Void> cancelled();
}
