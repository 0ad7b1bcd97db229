package io.github.geminilive.tools;

import io.github.geminilive.ToolPolicy;
import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a method a function the model can call: a public method, of an object or static or an
 * interface's default, of a public class. Found on an overridden method as well. Its parameters
 * become the arguments; see {@link ToolParam}. Parameters of type {@link
 * io.github.geminilive.ToolContext}, {@link io.github.geminilive.CancellationToken}, {@link
 * io.github.geminilive.LiveSession}, {@link io.github.geminilive.LiveTurn}, {@link
 * io.github.geminilive.protocol.FunctionCall} and {@link CallId}, and those marked {@link
 * Attached}, are filled in and never declared.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.METHOD)
public @interface LiveTool {

  /** Whether the model waits for the answer. */
  enum Behavior {
    /** As the model does by itself: 3.8 goes on talking, earlier ones wait. */
    MODEL_DEFAULT,
    /** The model waits. */
    BLOCKING,
    /** The model goes on talking. */
    NON_BLOCKING
  }

  /** When the model takes up the answer of a function it did not wait for. */
  enum Scheduling {
    /** As the service does by itself: when idle. */
    SERVICE_DEFAULT,
    /** The model learns the answer and does not speak about it. */
    SILENT,
    /** Once the model has said what it is saying. */
    WHEN_IDLE,
    /** At once; the model breaks off what it is saying. */
    INTERRUPT
  }

  /**
   * Name the model calls it by: a letter or {@code _}, then letters, digits, {@code _ . -}, at most
   * 64 characters, used as it stands. Default: the method's name.
   */
  String name() default "";

  /**
   * What it does and when to call it; the model goes by this. Default: the first sentence of the
   * method's Javadoc, where the annotation processor saw it; without either, registration fails.
   */
  String description() default "";

  /** Whether the model waits; default: as the model does by itself. */
  Behavior behavior() default Behavior.MODEL_DEFAULT;

  /** When the model takes up the answer; sent only to models that know it. */
  Scheduling scheduling() default Scheduling.SERVICE_DEFAULT;

  /**
   * For what is done and not talked about: NON_BLOCKING with SILENT scheduling, failures included.
   * Excludes another {@link #behavior} or {@link #scheduling}.
   */
  boolean silent() default false;

  /** How long a call may take, in milliseconds; 0 means no limit. Default: 30 s. */
  long timeoutMillis() default 30_000;

  /** How many calls may run at a time in one session; 0, the default, means as many as come. */
  int parallelLimit() default 0;

  /** What becomes of a running call that is cancelled or took too long; default: it is stopped. */
  ToolPolicy.Cancellation onCancel() default ToolPolicy.Cancellation.STOP;

  /**
   * Whether a call starts only when the user has heard what the model said before it; for what ends
   * or leaves the conversation, such as hanging up.
   */
  boolean afterSpeech() default false;
}
