package io.github.geminilive.tools.model;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How objects of one class are written as a result.
 *
 * @param discriminator name of the property that tells the subtype; null if it has none
 * @param subtype value of that property; null if it has none
 * @param properties what is written, in this order, after the discriminator
 */
public record ObjectWriter(
    @Nullable String discriminator, @Nullable String subtype, List<Property> properties) {

  /** Copies. */
  public ObjectWriter {
    properties = List.copyOf(properties);
  }

  /**
   * One member of the object.
   *
   * @param name on the wire
   * @param reader gets the value, which may be null; throws what the accessor throws
   */
  public record Property(String name, Function<Object, @Nullable Object> reader) {}
}
