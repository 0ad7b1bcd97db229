package io.github.geminilive.tools.model;

/**
 * A map; on the wire a list of entries {@code {key, value}}.
 *
 * @param key STRING, UUID, INT, LONG or an enum
 * @param keyConstraints what each key must fulfil
 * @param value what it holds
 */
public record MapType(ValueType key, Constraints keyConstraints, Slot value) implements ValueType {

  /** A map that takes all keys of their type. */
  public MapType(ValueType key, Slot value) {
    this(key, Constraints.NONE, value);
  }
}
