package io.github.geminilive.tools.internal.binding;

import static io.github.geminilive.tools.internal.binding.Binding.FAILED;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.tools.model.Scalar;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Currency;
import java.util.IllformedLocaleException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Binds single values. */
final class Scalars {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  // More than any date, zone, code or tag needs; their parsers need not see more.
  private static final int LONGEST_WORD = 200;

  private Scalars() {}

  /** The value, which is not null, or {@link Binding#FAILED} after a violation was noted. */
  static Object bind(Binding binding, Scalar scalar, Object given) {
    switch (scalar) {
      case STRING:
        String text = text(given);
        return text == null ? wrongType(binding, "text", given) : text;
      case CHAR:
        return character(binding, given);
      case BOOLEAN:
        return truth(binding, given);
      case BYTE:
      case SHORT:
      case INT:
      case YEAR:
      case LONG:
      case BIG_INTEGER:
        return whole(binding, scalar, given);
      case FLOAT:
      case DOUBLE:
      case BIG_DECIMAL:
        return decimal(binding, scalar, given);
      case OBJECT:
      case JSON:
      case JSON_NODE:
        return any(binding, scalar, given);
      case JSON_MAP:
      case OBJECT_NODE:
        return structure(binding, scalar, given, Map.class);
      case ARRAY_NODE:
        return structure(binding, scalar, given, List.class);
      default:
        return given instanceof String word
            ? word(binding, scalar, word)
            : wrongType(binding, wanted(scalar), given);
    }
  }

  /** The text that a single JSON value is, or stands for; null if it is a list or an object. */
  static @Nullable String text(Object given) {
    if (given instanceof String text) {
      return text;
    }
    if (given instanceof Number number) {
      return Numbers.text(number);
    }
    return given instanceof Boolean ? given.toString() : null;
  }

  private static Object character(Binding binding, Object given) {
    String text = text(given);
    if (text == null) {
      return wrongType(binding, "a single character", given);
    }
    if (text.length() == 1) {
      return text.charAt(0);
    }
    String message = "must be a single character, not " + Texts.quote(text);
    if (text.isEmpty()) {
      return binding.fail(Reason.TOO_SHORT, message);
    }
    return text.codePointCount(0, text.length()) == 1
        ? binding.fail(Reason.BAD_FORMAT, "must be a character of a common script, not an emoji")
        : binding.fail(Reason.TOO_LONG, message);
  }

  private static Object truth(Binding binding, Object given) {
    if (given instanceof Boolean) {
      return given;
    }
    if (given instanceof String text) {
      String word = text.strip();
      if (word.equalsIgnoreCase("true")) {
        return true;
      }
      if (word.equalsIgnoreCase("false")) {
        return false;
      }
    }
    return wrongType(binding, "true or false", given);
  }

  private static Object whole(Binding binding, Scalar scalar, Object given) {
    Number number = Numbers.of(given);
    if (number == null) {
      return wrongType(binding, "a whole number", given);
    }
    if (number instanceof BigDecimal decimal) {
      if (!Numbers.isWhole(decimal)) {
        return binding.fail(
            Reason.NOT_INTEGER, "must be a whole number, not " + Texts.quote(given));
      }
      number = Numbers.whole(decimal);
    }
    if (number instanceof BigInteger integer && integer.bitLength() < Long.SIZE) {
      number = integer.longValue();
    }
    if (scalar == Scalar.BIG_INTEGER && number != null) {
      return number instanceof BigInteger ? number : BigInteger.valueOf(number.longValue());
    }
    if (number instanceof Long value) {
      long exact = value;
      switch (scalar) {
        case BYTE:
          if (exact == (byte) exact) {
            return (byte) exact;
          }
          break;
        case SHORT:
          if (exact == (short) exact) {
            return (short) exact;
          }
          break;
        case INT:
          if (exact == (int) exact) {
            return (int) exact;
          }
          break;
        case YEAR:
          if (exact >= Year.MIN_VALUE && exact <= Year.MAX_VALUE) {
            return Year.of((int) exact);
          }
          break;
        default:
          return value;
      }
    }
    return binding.fail(
        Reason.OUT_OF_RANGE, "must be " + range(scalar) + ", not " + Texts.quote(given));
  }

  private static String range(Scalar scalar) {
    switch (scalar) {
      case BYTE:
        return between(Byte.MIN_VALUE, Byte.MAX_VALUE);
      case SHORT:
        return between(Short.MIN_VALUE, Short.MAX_VALUE);
      case INT:
        return between(Integer.MIN_VALUE, Integer.MAX_VALUE);
      case YEAR:
        return between(Year.MIN_VALUE, Year.MAX_VALUE);
      case LONG:
        return between(Long.MIN_VALUE, Long.MAX_VALUE);
      case FLOAT:
        return "between -3.4E38 and 3.4E38";
      case DOUBLE:
        return "between -1.7E308 and 1.7E308";
      default:
        return "a number of at most " + Numbers.MAX_DIGITS + " digits";
    }
  }

  private static String between(long least, long most) {
    return "between " + least + " and " + most;
  }

  private static Object decimal(Binding binding, Scalar scalar, Object given) {
    Number number = Numbers.of(given);
    if (number == null) {
      return wrongType(binding, "a number", given);
    }
    if (scalar == Scalar.DOUBLE) {
      double value = number.doubleValue();
      if (Double.isFinite(value)) {
        return value;
      }
    } else if (scalar == Scalar.FLOAT) {
      float value = number.floatValue();
      if (Float.isFinite(value)) {
        return value;
      }
    } else {
      BigDecimal value = Numbers.decimal(number);
      if (Numbers.isModest(value)) {
        return value;
      }
      if (value.signum() == 0) {
        return BigDecimal.ZERO;
      }
    }
    return binding.fail(
        Reason.OUT_OF_RANGE, "must be " + range(scalar) + ", not " + Texts.quote(given));
  }

  private static Object word(Binding binding, Scalar scalar, String text) {
    if (text.length() <= LONGEST_WORD || scalar == Scalar.URI || scalar == Scalar.BYTES) {
      try {
        Object value = word(scalar, text);
        if (value != null) {
          return value;
        }
      } catch (DateTimeException
          | IllegalArgumentException
          | IllformedLocaleException
          | URISyntaxException e) {
        // Told below, in words that do not depend on the JDK.
      }
    }
    return binding.fail(
        Reason.BAD_FORMAT, "must be " + wanted(scalar) + ", not " + Texts.quote(text));
  }

  private static @Nullable Object word(Scalar scalar, String text) throws URISyntaxException {
    switch (scalar) {
      case INSTANT:
        return OffsetDateTime.parse(text).toInstant();
      case OFFSET_DATE_TIME:
        return OffsetDateTime.parse(text);
      case ZONED_DATE_TIME:
        return ZonedDateTime.parse(text);
      case LOCAL_DATE:
        return LocalDate.parse(text);
      case LOCAL_TIME:
        return LocalTime.parse(text);
      case LOCAL_DATE_TIME:
        return LocalDateTime.parse(text);
      case DURATION:
        return Duration.parse(text);
      case PERIOD:
        return Period.parse(text);
      case YEAR_MONTH:
        return YearMonth.parse(text);
      case ZONE_ID:
        return ZoneId.of(text);
      case UUID:
        // The JDK also takes shorter texts, and cuts what is too great.
        UUID uuid = UUID.fromString(text);
        return uuid.toString().equalsIgnoreCase(text) ? uuid : null;
      case URI:
        return new URI(text);
      case CURRENCY:
        return Currency.getInstance(text);
      case LOCALE:
        return text.isEmpty() ? null : new Locale.Builder().setLanguageTag(text).build();
      case BYTES:
        boolean isUrlSafe = text.indexOf('-') >= 0 || text.indexOf('_') >= 0;
        return (isUrlSafe ? Base64.getUrlDecoder() : Base64.getDecoder()).decode(text);
      default:
        throw new IllegalStateException("no text: " + scalar);
    }
  }

  private static Object any(Binding binding, Scalar scalar, Object given) {
    Object value = given;
    if (given instanceof String text) {
      Json json = Texts.json(text);
      if (scalar == Scalar.JSON) {
        return json == null ? Json.of(text) : json;
      }
      value = json == null ? text : json.value();
    }
    if (scalar == Scalar.JSON) {
      return Json.of(value);
    }
    if (scalar == Scalar.JSON_NODE) {
      return node(value);
    }
    Object copy = copy(value);
    return copy == null ? binding.fail(Reason.NULL, "must not be null") : copy;
  }

  private static Object structure(
      Binding binding, Scalar scalar, Object given, Class<?> structure) {
    Object value = given;
    if (given instanceof String text) {
      Json json = Texts.json(text);
      if (json == null) {
        return binding.fail(
            Reason.BAD_FORMAT, "must be " + wanted(scalar) + ", not " + Texts.quote(given));
      }
      value = json.value();
    }
    if (value == null || !structure.isInstance(value)) {
      return wrongType(binding, wanted(scalar), given);
    }
    Object copy = scalar == Scalar.JSON_MAP ? copy(value) : node(value);
    return copy == null ? FAILED : copy;
  }

  // Loops, as a thousand levels of lambdas need a large stack.

  /** The same, free to be changed. */
  private static @Nullable Object copy(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      Map<String, @Nullable Object> copy = new LinkedHashMap<>();
      for (Map.Entry<?, ?> member : map.entrySet()) {
        copy.put((String) member.getKey(), copy(member.getValue()));
      }
      return copy;
    }
    if (value instanceof List<?> list) {
      List<@Nullable Object> copy = new ArrayList<>(list.size());
      for (Object element : list) {
        copy.add(copy(element));
      }
      return copy;
    }
    return value;
  }

  private static JsonNode node(@Nullable Object value) {
    if (value instanceof Map<?, ?> map) {
      ObjectNode object = NODES.objectNode();
      for (Map.Entry<?, ?> member : map.entrySet()) {
        object.set((String) member.getKey(), node(member.getValue()));
      }
      return object;
    }
    if (value instanceof List<?> list) {
      ArrayNode array = NODES.arrayNode(list.size());
      for (Object element : list) {
        array.add(node(element));
      }
      return array;
    }
    if (value instanceof String text) {
      return NODES.textNode(text);
    }
    if (value instanceof Boolean truth) {
      return NODES.booleanNode(truth);
    }
    if (value instanceof Long number) {
      // As Jackson reads it.
      return number.intValue() == number
          ? NODES.numberNode(number.intValue())
          : NODES.numberNode(number.longValue());
    }
    if (value instanceof BigInteger number) {
      return NODES.numberNode(number);
    }
    return value instanceof BigDecimal number ? NODES.numberNode(number) : NODES.nullNode();
  }

  private static Object wrongType(Binding binding, String wanted, Object given) {
    return binding.fail(Reason.WRONG_TYPE, "must be " + wanted + ", not " + Texts.quote(given));
  }

  /** The words of the declaration's hint, in a sentence. */
  private static String wanted(Scalar scalar) {
    String hint = scalar.hint();
    if (hint == null) {
      return "an ISO-8601 date and time with offset, such as 2026-03-31T14:30:00+02:00";
    }
    if (hint.startsWith("JSON")) {
      return hint;
    }
    if (hint.equals("base64")) {
      return "base64 text";
    }
    return (hint.startsWith("ISO") ? "an " : "a ") + hint;
  }
}
