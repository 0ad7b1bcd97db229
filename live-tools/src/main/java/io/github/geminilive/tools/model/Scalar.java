package io.github.geminilive.tools.model;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.protocol.SchemaType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A type of one JSON value, or of text that stands for one. The service refuses formats other than
 * those used here, so what a text must look like is said in the description.
 */
public enum Scalar implements ValueType {
  /** Text. */
  STRING(SchemaType.STRING, null, null, "java.lang.String", "java.lang.CharSequence"),
  /** One UTF-16 unit. */
  CHAR(SchemaType.STRING, null, null, "char", "java.lang.Character"),
  /** Truth. */
  BOOLEAN(SchemaType.BOOLEAN, null, null, "boolean", "java.lang.Boolean"),
  /** −128 to 127. */
  BYTE(SchemaType.INTEGER, "int32", null, "byte", "java.lang.Byte"),
  /** −32,768 to 32,767. */
  SHORT(SchemaType.INTEGER, "int32", null, "short", "java.lang.Short"),
  /** 32 bits. */
  INT(SchemaType.INTEGER, "int32", null, "int", "java.lang.Integer"),
  /** A year of the ISO calendar. */
  YEAR(SchemaType.INTEGER, "int32", null, "java.time.Year"),
  /** 64 bits. */
  LONG(SchemaType.INTEGER, "int64", null, "long", "java.lang.Long"),
  /** A whole number of any size. */
  BIG_INTEGER(SchemaType.INTEGER, null, null, "java.math.BigInteger"),
  /** 32-bit floating point, finite. */
  FLOAT(SchemaType.NUMBER, "float", null, "float", "java.lang.Float"),
  /** 64-bit floating point, finite. */
  DOUBLE(SchemaType.NUMBER, "double", null, "double", "java.lang.Double"),
  /** A decimal number of any size and precision. */
  BIG_DECIMAL(SchemaType.NUMBER, null, null, "java.math.BigDecimal"),
  /** A point in time; any offset is taken. */
  INSTANT(SchemaType.STRING, "date-time", null, "java.time.Instant"),
  /** Date, time and offset. */
  OFFSET_DATE_TIME(SchemaType.STRING, "date-time", null, "java.time.OffsetDateTime"),
  /** Date, time and zone. */
  ZONED_DATE_TIME(SchemaType.STRING, "date-time", null, "java.time.ZonedDateTime"),
  /** A date. */
  LOCAL_DATE(SchemaType.STRING, null, "ISO-8601 date, such as 2026-03-31", "java.time.LocalDate"),
  /** A time of day. */
  LOCAL_TIME(SchemaType.STRING, null, "ISO-8601 time, such as 14:30:00", "java.time.LocalTime"),
  /** Date and time of day. */
  LOCAL_DATE_TIME(
      SchemaType.STRING,
      null,
      "ISO-8601 date and time without offset, such as 2026-03-31T14:30:00",
      "java.time.LocalDateTime"),
  /** An amount of time. */
  DURATION(SchemaType.STRING, null, "ISO-8601 duration, such as PT1H30M", "java.time.Duration"),
  /** An amount of days, months and years. */
  PERIOD(SchemaType.STRING, null, "ISO-8601 period, such as P1Y2M10D", "java.time.Period"),
  /** A month of a year. */
  YEAR_MONTH(SchemaType.STRING, null, "ISO-8601 month, such as 2026-03", "java.time.YearMonth"),
  /** A time zone. */
  ZONE_ID(SchemaType.STRING, null, "time zone, such as Europe/Paris", "java.time.ZoneId"),
  /** A UUID. */
  UUID(
      SchemaType.STRING,
      null,
      "UUID, such as 123e4567-e89b-12d3-a456-426614174000",
      "java.util.UUID"),
  /** A URI. */
  URI(SchemaType.STRING, null, "URI, such as https://example.com/a", "java.net.URI"),
  /** A currency. */
  CURRENCY(SchemaType.STRING, null, "ISO-4217 currency code, such as EUR", "java.util.Currency"),
  /** A language, perhaps with country and variant. */
  LOCALE(SchemaType.STRING, null, "BCP-47 language tag, such as en-GB", "java.util.Locale"),
  /** Bytes. */
  BYTES(SchemaType.STRING, null, "base64", "byte[]"),
  /** Any value, as plain Java. */
  OBJECT(SchemaType.STRING, null, "JSON text", "java.lang.Object"),
  /** An object, as a plain map. */
  JSON_MAP(SchemaType.STRING, null, "JSON text of an object"),
  /** Any value of this library. */
  JSON(SchemaType.STRING, null, "JSON text", "io.github.geminilive.protocol.Json"),
  /** Any value of Jackson. */
  JSON_NODE(SchemaType.STRING, null, "JSON text", "com.fasterxml.jackson.databind.JsonNode"),
  /** An object of Jackson. */
  OBJECT_NODE(
      SchemaType.STRING,
      null,
      "JSON text of an object",
      "com.fasterxml.jackson.databind.node.ObjectNode"),
  /** An array of Jackson. */
  ARRAY_NODE(
      SchemaType.STRING,
      null,
      "JSON text of an array",
      "com.fasterxml.jackson.databind.node.ArrayNode");

  private final SchemaType schemaType;
  private final @Nullable String format;
  private final @Nullable String hint;
  private final List<String> typeNames;

  Scalar(
      SchemaType schemaType, @Nullable String format, @Nullable String hint, String... typeNames) {
    this.schemaType = requireNonNull(schemaType);
    this.format = format;
    this.hint = hint;
    this.typeNames = List.of(typeNames);
  }

  /** Its type in the declaration. */
  public SchemaType schemaType() {
    return schemaType;
  }

  /** Its format in the declaration; null for none. */
  public @Nullable String format() {
    return format;
  }

  /** What its text looks like, for the description; null where the type says it all. */
  public @Nullable String hint() {
    return hint;
  }

  /** The classes that are mapped to it, by name. */
  public List<String> typeNames() {
    return typeNames;
  }
}
