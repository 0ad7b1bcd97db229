package io.github.geminilive.tools;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Says more about an argument of a {@link LiveTool}, a record's component or a bean's property. All
 * that it demands is told to the model and enforced when the model calls. On a list, a set or an
 * array, bounds of items count its elements; the others do not apply.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target({ElementType.PARAMETER, ElementType.RECORD_COMPONENT, ElementType.FIELD, ElementType.METHOD
})
public @interface ToolParam {

  /** Stands for "no default"; no argument has this text. */
  String NO_DEFAULT = "\u0000";

  /**
   * Name on the wire: a letter or {@code _}, then letters, digits, {@code _}, at most 64
   * characters. Default: the parameter's name, where the class was compiled with {@code
   * -parameters} or the annotation processor; the component's or property's JSON name.
   */
  String name() default "";

  /** What it means; the model goes by this. Default: the Javadoc's {@code @param}, or nothing. */
  String description() default "";

  /** Whether the model must give it. False lets a reference be null or {@code Optional} empty. */
  boolean required() default true;

  /**
   * Taken when the model gives nothing or null; read as the model's own values are, lists and
   * objects as JSON text. Implies that the argument is not required.
   */
  String defaultValue() default NO_DEFAULT;

  /** Least number, inclusive; NaN, the default, means none. */
  double min() default Double.NaN;

  /** Greatest number, inclusive; NaN, the default, means none. */
  double max() default Double.NaN;

  /** Fewest characters of a text; -1, the default, means no bound. */
  int minLength() default -1;

  /** Most characters of a text; -1, the default, means no bound. */
  int maxLength() default -1;

  /** Fewest elements; -1, the default, means no bound. */
  int minItems() default -1;

  /** Most elements; -1, the default, means no bound. */
  int maxItems() default -1;

  /** Regular expression the whole text must match; empty, the default, means any. */
  String pattern() default "";

  /** The only texts a String may be; empty, the default, means any. */
  String[] allowed() default {};
}
