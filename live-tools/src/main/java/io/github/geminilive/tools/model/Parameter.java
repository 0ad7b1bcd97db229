package io.github.geminilive.tools.model;

import org.jspecify.annotations.Nullable;

/** A parameter of a tool's method. */
public sealed interface Parameter {

  /**
   * The model gives it.
   *
   * @param slot its declaration
   */
  record Argument(Slot slot) implements Parameter {}

  /**
   * The library gives it.
   *
   * @param what which part of the call
   */
  record Injected(Injection what) implements Parameter {}

  /**
   * The application attached it to the session.
   *
   * @param type what to look for
   * @param absence what a call without it gets
   */
  record AttachedState(Class<?> type, Absence absence) implements Parameter {}

  /** What the library can give. */
  enum Injection {
    /** {@link io.github.geminilive.ToolContext}. */
    CONTEXT,
    /** {@link io.github.geminilive.CancellationToken}. */
    CANCELLATION_TOKEN,
    /** {@link io.github.geminilive.LiveSession}. */
    SESSION,
    /** {@link io.github.geminilive.LiveTurn}. */
    TURN,
    /** {@link io.github.geminilive.protocol.FunctionCall}. */
    CALL,
    /** {@link io.github.geminilive.tools.CallId}. */
    CALL_ID
  }

  /** What a call gets when nothing of the type is attached. */
  enum Absence {
    /** It fails. */
    FAILS,
    /** Null. */
    NULL,
    /** An empty {@code Optional}; a present one when something is. */
    OPTIONAL
  }

  /** The declaration; null when the model does not give it. */
  default @Nullable Slot slot() {
    return this instanceof Argument argument ? argument.slot : null;
  }
}
