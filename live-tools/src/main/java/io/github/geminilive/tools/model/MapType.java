package io.github.geminilive.tools.model;

/**
 * A map; on the wire a list of entries {@code {key, value}}.
 *
 * @param key STRING, UUID, INT, LONG or an enum
 * @param value what it holds
 */
public record MapType(ValueType key, Slot value) implements ValueType {}
