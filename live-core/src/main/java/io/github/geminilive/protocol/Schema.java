package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A type in the service's subset of OpenAPI 3.0; other schemas go into {@code parametersJsonSchema}
 * (§4.2).
 *
 * @param type kind of value; only a schema with {@code anyOf} goes without
 * @param format {@code float}, {@code double}, {@code int32}, {@code int64}, {@code enum}, {@code
 *     date-time}…
 * @param title heading
 * @param description what the value means; the model goes by this
 * @param nullable true: null is a value too; default false
 * @param enumValues the only values; STRING; {@code enum} on the wire
 * @param items type of the elements; ARRAY, which should always have it
 * @param minItems fewest elements; ARRAY
 * @param maxItems most elements; ARRAY
 * @param properties types of the members; OBJECT
 * @param required members that must be there; OBJECT
 * @param minProperties fewest members; OBJECT
 * @param maxProperties most members; OBJECT
 * @param propertyOrdering order in which the model writes members; OBJECT
 * @param minimum least value, inclusive; INTEGER, NUMBER
 * @param maximum greatest value, inclusive; INTEGER, NUMBER
 * @param minLength fewest characters; STRING
 * @param maxLength most characters; STRING
 * @param pattern regular expression; STRING
 * @param example an example; on the outermost schema
 * @param anyOf alternatives
 * @param defaultValue accepted and ignored by the service; {@code default} on the wire
 * @param extra members this version does not know, sent as they stand
 */
public record Schema(
    @Nullable SchemaType type,
    @Nullable String format,
    @Nullable String title,
    @Nullable String description,
    @Nullable Boolean nullable,
    @Nullable List<String> enumValues,
    @Nullable Schema items,
    @Nullable Long minItems,
    @Nullable Long maxItems,
    @Nullable Map<String, Schema> properties,
    @Nullable List<String> required,
    @Nullable Long minProperties,
    @Nullable Long maxProperties,
    @Nullable List<String> propertyOrdering,
    @Nullable Double minimum,
    @Nullable Double maximum,
    @Nullable Long minLength,
    @Nullable Long maxLength,
    @Nullable String pattern,
    @Nullable Json example,
    @Nullable List<Schema> anyOf,
    @Nullable Json defaultValue,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of(
      "type",
      "format",
      "title",
      "description",
      "nullable",
      "enum",
      "items",
      "minItems",
      "maxItems",
      "properties",
      "required",
      "minProperties",
      "maxProperties",
      "propertyOrdering",
      "minimum",
      "maximum",
      "minLength",
      "maxLength",
      "pattern",
      "example",
      "anyOf",
      "default");

  /** Copies collections. */
  public Schema {
    enumValues = Checks.list(enumValues);
    properties = Checks.map(properties);
    required = Checks.list(required);
    propertyOrdering = Checks.list(propertyOrdering);
    anyOf = Checks.list(anyOf);
    extra = Checks.extra(extra);
  }

  /**
   * Text.
   *
   * @return a schema of type STRING
   */
  public static Schema string() {
    return of(SchemaType.STRING);
  }

  /**
   * A number.
   *
   * @return a schema of type NUMBER
   */
  public static Schema number() {
    return of(SchemaType.NUMBER);
  }

  /**
   * A whole number.
   *
   * @return a schema of type INTEGER
   */
  public static Schema integer() {
    return of(SchemaType.INTEGER);
  }

  /**
   * A truth value.
   *
   * @return a schema of type BOOLEAN
   */
  public static Schema bool() {
    return of(SchemaType.BOOLEAN);
  }

  /**
   * A list.
   *
   * @param items type of its elements
   * @return a schema of type ARRAY
   */
  public static Schema array(Schema items) {
    return builder()
        .type(SchemaType.ARRAY)
        .items(requireNonNull(items, "items"))
        .build();
  }

  /**
   * An object.
   *
   * @param properties types of its members, in their order
   * @param required members that must be there
   * @return a schema of type OBJECT
   */
  public static Schema object(Map<String, Schema> properties, String... required) {
    Builder object = builder().type(SchemaType.OBJECT).properties(properties);
    return (required.length == 0 ? object : object.required(required)).build();
  }

  /**
   * One of several texts.
   *
   * @param values the only values
   * @return a schema of type STRING
   */
  public static Schema enumeration(String... values) {
    return builder().type(SchemaType.STRING).format("enum").enumValues(values).build();
  }

  /**
   * Any value of a type.
   *
   * @param type not the unspecified one
   * @return a schema with nothing else set
   */
  public static Schema of(SchemaType type) {
    return builder().type(requireNonNull(type, "type")).build();
  }

  private static @Nullable SchemaType real(@Nullable SchemaType type) {
    if (SchemaType.UNSPECIFIED.equals(type)) {
      throw new IllegalArgumentException("type must be a real type: " + type);
    }
    return type;
  }

  /**
   * Begins a new {@code Schema}.
   *
   * @return a builder with nothing else set
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Begins a changed copy.
   *
   * @return a builder with everything of this record set
   */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.type = type;
    copy.format = format;
    copy.title = title;
    copy.description = description;
    copy.nullable = nullable;
    copy.enumValues = enumValues;
    copy.items = items;
    copy.minItems = minItems;
    copy.maxItems = maxItems;
    copy.properties = properties;
    copy.required = required;
    copy.minProperties = minProperties;
    copy.maxProperties = maxProperties;
    copy.propertyOrdering = propertyOrdering;
    copy.minimum = minimum;
    copy.maximum = maximum;
    copy.minLength = minLength;
    copy.maxLength = maxLength;
    copy.pattern = pattern;
    copy.example = example;
    copy.anyOf = anyOf;
    copy.defaultValue = defaultValue;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable SchemaType type;
    private @Nullable String format;
    private @Nullable String title;
    private @Nullable String description;
    private @Nullable Boolean nullable;
    private @Nullable List<String> enumValues;
    private @Nullable Schema items;
    private @Nullable Long minItems;
    private @Nullable Long maxItems;
    private @Nullable Map<String, Schema> properties;
    private @Nullable List<String> required;
    private @Nullable Long minProperties;
    private @Nullable Long maxProperties;
    private @Nullable List<String> propertyOrdering;
    private @Nullable Double minimum;
    private @Nullable Double maximum;
    private @Nullable Long minLength;
    private @Nullable Long maxLength;
    private @Nullable String pattern;
    private @Nullable Json example;
    private @Nullable List<Schema> anyOf;
    private @Nullable Json defaultValue;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code type}: kind of value; only a schema with {@code anyOf} goes without. */
    public Builder type(@Nullable SchemaType type) {
      this.type = real(type);
      return this;
    }

    /**
     * Sets {@code format}: {@code float}, {@code double}, {@code int32}, {@code int64}, {@code
     * enum}, {@code date-time}…
     */
    public Builder format(@Nullable String format) {
      this.format = format;
      return this;
    }

    /** Sets {@code title}: heading. */
    public Builder title(@Nullable String title) {
      this.title = title;
      return this;
    }

    /** Sets {@code description}: what the value means; the model goes by this. */
    public Builder description(@Nullable String description) {
      this.description = description;
      return this;
    }

    /** Sets {@code nullable}: true: null is a value too; default false. */
    public Builder nullable(@Nullable Boolean nullable) {
      this.nullable = nullable;
      return this;
    }

    /** Sets {@code enumValues}: the only values; STRING. */
    public Builder enumValues(@Nullable List<String> enumValues) {
      this.enumValues = Checks.list(enumValues);
      return this;
    }

    /** Sets {@code enumValues}. */
    public Builder enumValues(String... enumValues) {
      return enumValues(List.of(enumValues));
    }

    /** Sets {@code items}: type of the elements; ARRAY, which should always have it. */
    public Builder items(@Nullable Schema items) {
      this.items = items;
      return this;
    }

    /** Sets {@code minItems}: fewest elements; ARRAY. */
    public Builder minItems(@Nullable Long minItems) {
      this.minItems = Checks.atLeast("minItems", 0L, minItems);
      return this;
    }

    /** Sets {@code maxItems}: most elements; ARRAY. */
    public Builder maxItems(@Nullable Long maxItems) {
      this.maxItems = Checks.atLeast("maxItems", 0L, maxItems);
      return this;
    }

    /** Sets {@code properties}: types of the members; OBJECT. */
    public Builder properties(@Nullable Map<String, Schema> properties) {
      this.properties = Checks.map(properties);
      return this;
    }

    /** Sets {@code required}: members that must be there; OBJECT. */
    public Builder required(@Nullable List<String> required) {
      this.required = Checks.list(required);
      return this;
    }

    /** Sets {@code required}. */
    public Builder required(String... required) {
      return required(List.of(required));
    }

    /** Sets {@code minProperties}: fewest members; OBJECT. */
    public Builder minProperties(@Nullable Long minProperties) {
      this.minProperties = Checks.atLeast("minProperties", 0L, minProperties);
      return this;
    }

    /** Sets {@code maxProperties}: most members; OBJECT. */
    public Builder maxProperties(@Nullable Long maxProperties) {
      this.maxProperties = Checks.atLeast("maxProperties", 0L, maxProperties);
      return this;
    }

    /** Sets {@code propertyOrdering}: order in which the model writes members; OBJECT. */
    public Builder propertyOrdering(@Nullable List<String> propertyOrdering) {
      this.propertyOrdering = Checks.list(propertyOrdering);
      return this;
    }

    /** Sets {@code propertyOrdering}. */
    public Builder propertyOrdering(String... propertyOrdering) {
      return propertyOrdering(List.of(propertyOrdering));
    }

    /** Sets {@code minimum}: least value, inclusive; INTEGER, NUMBER. */
    public Builder minimum(@Nullable Double minimum) {
      this.minimum = Checks.finite("minimum", minimum);
      return this;
    }

    /** Sets {@code maximum}: greatest value, inclusive; INTEGER, NUMBER. */
    public Builder maximum(@Nullable Double maximum) {
      this.maximum = Checks.finite("maximum", maximum);
      return this;
    }

    /** Sets {@code minLength}: fewest characters; STRING. */
    public Builder minLength(@Nullable Long minLength) {
      this.minLength = Checks.atLeast("minLength", 0L, minLength);
      return this;
    }

    /** Sets {@code maxLength}: most characters; STRING. */
    public Builder maxLength(@Nullable Long maxLength) {
      this.maxLength = Checks.atLeast("maxLength", 0L, maxLength);
      return this;
    }

    /** Sets {@code pattern}: regular expression; STRING. */
    public Builder pattern(@Nullable String pattern) {
      this.pattern = pattern;
      return this;
    }

    /** Sets {@code example}: an example; on the outermost schema. */
    public Builder example(@Nullable Json example) {
      this.example = example;
      return this;
    }

    /** Sets {@code anyOf}: alternatives. */
    public Builder anyOf(@Nullable List<Schema> anyOf) {
      this.anyOf = Checks.list(anyOf);
      return this;
    }

    /** Sets {@code anyOf}. */
    public Builder anyOf(Schema... anyOf) {
      return anyOf(List.of(anyOf));
    }

    /** Sets {@code defaultValue}: accepted and ignored by the service. */
    public Builder defaultValue(@Nullable Json defaultValue) {
      this.defaultValue = defaultValue;
      return this;
    }

    /**
     * Adds a member this version has no property for.
     *
     * @param name its name on the wire
     * @param value its value, sent as it stands
     * @return this builder
     */
    public Builder extra(String name, Json value) {
      Checks.newMember(MEMBERS, name);
      extra.put(name, requireNonNull(value, name));
      return this;
    }

    /**
     * Makes the record.
     *
     * @return an immutable record
     */
    public Schema build() {
      return new Schema(
          type,
          format,
          title,
          description,
          nullable,
          enumValues,
          items,
          minItems,
          maxItems,
          properties,
          required,
          minProperties,
          maxProperties,
          propertyOrdering,
          minimum,
          maximum,
          minLength,
          maxLength,
          pattern,
          example,
          anyOf,
          defaultValue,
          extra);
    }
  }
}
