package io.github.geminilive.tools.model;

import java.util.List;

/**
 * One of several objects, told apart by a discriminator; on the wire one flat object.
 *
 * @param name for people
 * @param discriminator name of the property that tells which
 * @param variants in their order
 */
public record UnionType(String name, String discriminator, List<Variant> variants)
    implements ValueType {

  /** Copies. */
  public UnionType {
    variants = List.copyOf(variants);
  }

  /**
   * One of the objects.
   *
   * @param value of the discriminator
   * @param type its properties
   */
  public record Variant(String value, ObjectType type) {}
}
