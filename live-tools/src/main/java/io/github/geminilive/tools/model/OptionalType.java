package io.github.geminilive.tools.model;

/**
 * An {@code Optional}; its slot is nullable, and absence is the empty one.
 *
 * @param kind which of the four
 * @param inner what it holds
 */
public record OptionalType(Kind kind, ValueType inner) implements ValueType {

  /** Which class it is in the code. */
  public enum Kind {
    /** {@link java.util.Optional}. */
    OPTIONAL,
    /** {@link java.util.OptionalInt}. */
    INT,
    /** {@link java.util.OptionalLong}. */
    LONG,
    /** {@link java.util.OptionalDouble}. */
    DOUBLE
  }
}
