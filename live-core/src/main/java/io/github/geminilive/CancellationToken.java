package io.github.geminilive;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;

/**
 * Tells a call that its answer is not wanted any more: the service cancelled it, it took too long,
 * or the session ended. Never trips for calls that {@linkplain ToolPolicy.Cancellation#RUN_ON run
 * on}. Any thread may use it.
 */
public interface CancellationToken {

  /** Whether the answer is not wanted any more. */
  boolean isCancelled();

  /**
   * Completes, with null, when the answer is not wanted any more; never before that. What depends
   * on it runs on the client's executor.
   */
  CompletionStage<Void> cancelled();

  /**
   * A place where a long computation may stop.
   *
   * @throws CancellationException when the answer is not wanted any more
   */
  default void throwIfCancelled() {
    if (isCancelled()) {
      throw new CancellationException("the answer of this call is not wanted any more");
    }
  }
}
