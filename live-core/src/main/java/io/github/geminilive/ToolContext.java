package io.github.geminilive;

import io.github.geminilive.protocol.FunctionCall;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionStage;

/** One call of one function. Any thread may use it. */
public interface ToolContext extends CancellationToken {

  /** The call as received. */
  FunctionCall call();

  /**
   * The turn in which the model called.
   *
   * @throws IllegalStateException when called without a session, by {@link ToolSet#invoke(String,
   *     String, Object...)}
   */
  LiveTurn turn();

  /**
   * The session; messages may be sent through it.
   *
   * @throws IllegalStateException when called without a session, by {@link ToolSet#invoke(String,
   *     String, Object...)}
   */
  LiveSession session();

  /**
   * Runs work of this call on another thread, where it may block, and where it is interrupted like
   * the call itself. For what goes on after the function has returned a stage.
   *
   * @param work may return null
   * @return completes with what the work returns or throws; with {@link CancellationException}, and
   *     without running the work, when the call is over already
   */
  <T> CompletionStage<T> supply(Callable<T> work);

  /**
   * Lets the time limit stand still until a stage completes, in whatever way; the rest of the time
   * runs afterwards. For what takes as long as a person needs. Several pauses may overlap.
   *
   * @param until one that never completes leaves the call without a limit
   */
  void pauseTimeout(CompletionStage<?> until);

  /**
   * Completes, with null, when the user has heard all that the model has said so far, or will not
   * hear it any more. At once without a session.
   */
  CompletionStage<Void> whenHeard();

  /**
   * What the application attached to the session.
   *
   * @param type a class or interface
   * @return the object attached last that is an instance of it; empty when there is none
   */
  default <T> Optional<T> attachment(Class<T> type) {
    return session().attachment(type);
  }
}
