package io.github.geminilive.tools.model;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A place that takes a value: an argument, a property, or the element of a list or map.
 *
 * @param name name on the wire; empty for an element
 * @param type type of the value
 * @param description what it means, without hints of the type; null for none
 * @param nullable whether null is a value: it binds as null, or as an empty {@code Optional}
 * @param required whether it must be given; false if nullable or with a default
 * @param defaultValue taken for what is missing or null, read by the binder's rules; null for none
 * @param constraints what the value must fulfil
 */
public record Slot(
    String name,
    ValueType type,
    @Nullable String description,
    boolean nullable,
    boolean required,
    @Nullable String defaultValue,
    Constraints constraints) {

  /** Checks what is required. */
  public Slot {
    requireNonNull(name, "name");
    requireNonNull(type, "type");
    requireNonNull(constraints, "constraints");
  }

  /**
   * A place that must be filled, without constraints.
   *
   * @param name name on the wire; empty for an element
   * @param type type of the value
   */
  public static Slot of(String name, ValueType type) {
    return new Slot(name, type, null, false, true, null, Constraints.NONE);
  }

  /** As this one, described. */
  public Slot withDescription(@Nullable String text) {
    return new Slot(name, type, text, nullable, required, defaultValue, constraints);
  }

  /** As this one, where null is a value and nothing need be given. */
  public Slot asNullable() {
    return new Slot(name, type, description, true, false, defaultValue, constraints);
  }

  /** As this one, with a value for when nothing is given. */
  public Slot withDefault(String text) {
    return new Slot(name, type, description, false, false, text, constraints);
  }

  /** As this one, constrained. */
  public Slot withConstraints(Constraints demands) {
    return new Slot(name, type, description, nullable, required, defaultValue, demands);
  }
}
