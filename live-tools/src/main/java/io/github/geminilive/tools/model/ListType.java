package io.github.geminilive.tools.model;

import java.util.List;
import java.util.function.Function;

/**
 * A list, a set or an array.
 *
 * @param container what it is in the code
 * @param element what it holds
 * @param collector makes it of bound elements, which may be null where the element is nullable; of
 *     a set, of distinct ones
 */
public record ListType(Container container, Slot element, Function<List<Object>, Object> collector)
    implements ValueType {

  /** What holds the elements in the code. */
  public enum Container {
    /** {@code List}, {@code Collection} or {@code Iterable}. */
    LIST,
    /** {@code Set}; repeated elements are dropped. */
    SET,
    /** An array. */
    ARRAY
  }
}
