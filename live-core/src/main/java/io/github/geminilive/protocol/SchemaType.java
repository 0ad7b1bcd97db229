package io.github.geminilive.protocol;

import java.util.List;

/** A kind of value (§4.2). */
public final class SchemaType extends OpenEnum {

  private static final Known<SchemaType> KNOWN = new Known<>(SchemaType::new);

  /** Not usable in a schema. */
  public static final SchemaType UNSPECIFIED = KNOWN.add("TYPE_UNSPECIFIED");

  /** {@code STRING}. */
  public static final SchemaType STRING = KNOWN.add("STRING");

  /** {@code NUMBER}. */
  public static final SchemaType NUMBER = KNOWN.add("NUMBER");

  /** {@code INTEGER}. */
  public static final SchemaType INTEGER = KNOWN.add("INTEGER");

  /** {@code BOOLEAN}. */
  public static final SchemaType BOOLEAN = KNOWN.add("BOOLEAN");

  /** {@code ARRAY}. */
  public static final SchemaType ARRAY = KNOWN.add("ARRAY");

  /** {@code OBJECT}. */
  public static final SchemaType OBJECT = KNOWN.add("OBJECT");

  /** {@code NULL}. */
  public static final SchemaType NULL = KNOWN.add("NULL");

  private SchemaType(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static SchemaType of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<SchemaType> known() {
    return KNOWN.all();
  }
}
