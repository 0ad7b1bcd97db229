package io.github.geminilive.internal.codec;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.OpenEnum;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** JSON text to plain Java and back, for values that have no record. */
public final class JsonText {

  /** Levels of nesting and digits of a number that callers' own JSON may have. */
  private static final int MAX_DEPTH = 1_000;

  static final int MAX_NUMBER_LENGTH = 1_000;

  // No shorter number has an exponent that is too large for BigDecimal.
  private static final int SAFE_NUMBER_LENGTH = 11;

  private static final JsonFactory STRICT =
      JsonFactory.builder().streamReadConstraints(constraints(MAX_DEPTH)).build();

  // Received text may hold raw control characters or NaN; the decoder deals with them one by one.
  static final JsonFactory TOLERANT = JsonFactory.builder()
      .streamReadConstraints(constraints(100_000))
      .enable(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS)
      .enable(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS)
      .build();

  private static final String HALF_PAIR = "a name holds half a surrogate pair";

  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private JsonText() {}

  private static StreamReadConstraints constraints(int maxDepth) {
    return StreamReadConstraints.builder()
        .maxNestingDepth(maxDepth)
        .maxStringLength(Integer.MAX_VALUE)
        .maxNameLength(Integer.MAX_VALUE)
        .maxNumberLength(Integer.MAX_VALUE)
        .build();
  }

  /** Compact form of a text that must be exactly one JSON value. */
  public static String checked(String text) {
    try (JsonParser parser = STRICT.createParser(text)) {
      int depth = 0;
      JsonToken token = parser.nextToken();
      if (token == null) {
        throw new IllegalArgumentException("not JSON: the text is empty");
      }
      do {
        if (token == JsonToken.FIELD_NAME && hasHalfPair(parser.currentName())) {
          throw new IllegalArgumentException("not JSON: " + HALF_PAIR);
        }
        String unusable = token.isNumeric() ? unusableNumber(parser) : null;
        if (unusable != null) {
          throw new IllegalArgumentException(unusable + ": " + shorten(parser.getText()));
        }
        depth += token.isStructStart() ? 1 : token.isStructEnd() ? -1 : 0;
        if (depth > 0) {
          token = parser.nextToken();
          if (token == null) {
            throw new IllegalArgumentException("not JSON: the text ends too early");
          }
        } else {
          parser.finishToken();
        }
      } while (depth > 0);
      if (parser.nextToken() != null) {
        throw new IllegalArgumentException("not one JSON value: more follows at " + where(parser));
      }
    } catch (JsonProcessingException e) {
      JsonLocation at = e.getLocation();
      throw new IllegalArgumentException("not JSON: "
          + e.getOriginalMessage()
          + (at == null ? "" : " (line " + at.getLineNr() + ", column " + at.getColumnNr() + ")"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return compact(text);
  }

  /** Why the number at hand cannot be read as plain Java; null when it can. */
  static @Nullable String unusableNumber(JsonParser parser) throws IOException {
    int length = parser.getTextLength();
    if (length > MAX_NUMBER_LENGTH) {
      return "a JSON number may have at most 1,000 digits";
    }
    if (length > SAFE_NUMBER_LENGTH && parser.currentToken() == JsonToken.VALUE_NUMBER_FLOAT) {
      try {
        new BigDecimal(parser.getText());
      } catch (NumberFormatException e) {
        return "the exponent of a JSON number is out of range";
      }
    }
    return null;
  }

  /** Whether a name holds half of a surrogate pair, which readers refuse. */
  private static boolean hasHalfPair(String name) {
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (Character.isHighSurrogate(c)
          && i + 1 < name.length()
          && Character.isLowSurrogate(name.charAt(i + 1))) {
        i++;
      } else if (Character.isSurrogate(c)) {
        return true;
      }
    }
    return false;
  }

  private static String where(JsonParser parser) {
    JsonLocation at = parser.currentTokenLocation();
    return "line " + at.getLineNr() + ", column " + at.getColumnNr();
  }

  /**
   * Drops white space between tokens and escapes what a strict reader, or a text frame, would
   * refuse: control characters and halves of surrogate pairs. Expects valid JSON otherwise.
   */
  static String compact(String text) {
    int length = text.length();
    int clean = 0;
    boolean quoted = false;
    for (; clean < length; clean++) {
      char c = text.charAt(clean);
      if (c == '"') {
        quoted = !quoted;
      } else if (c == '\\') {
        clean++;
      } else if (c < ' ' || c == ' ' && !quoted || Character.isSurrogate(c)) {
        break;
      }
    }
    if (clean >= length) {
      return text;
    }
    StringBuilder out = new StringBuilder(length).append(text, 0, clean);
    for (int i = clean; i < length; i++) {
      char c = text.charAt(i);
      if (quoted) {
        if (c == '\\' && i + 1 < length) {
          out.append(c).append(text.charAt(++i));
        } else if (c < ' ' || Character.isSurrogate(c)) {
          i = appendSpecial(out, text, i);
        } else {
          quoted = c != '"';
          out.append(c);
        }
      } else if (c > ' ') {
        quoted = c == '"';
        out.append(c);
      }
    }
    return out.toString();
  }

  /** The same of the bytes of a frame. */
  static String compact(byte[] json, int from, int to) {
    byte[] out = new byte[to - from];
    int length = 0;
    boolean quoted = false;
    for (int i = from; i < to; i++) {
      byte b = json[i];
      if (b == '"') {
        quoted = !quoted;
      } else if (quoted) {
        if (b == '\\' && i + 1 < to) {
          out[length++] = b;
          b = json[++i];
        } else if (b >= 0 && b < ' ') {
          return compact(new String(json, from, to - from, StandardCharsets.UTF_8));
        }
      } else if (b <= ' ') {
        continue;
      }
      out[length++] = b;
    }
    return new String(out, 0, length, StandardCharsets.UTF_8);
  }

  /** The value as plain Java; expects text that {@link #checked} or the decoder has passed. */
  public static @Nullable Object read(String text) {
    try (JsonParser parser = TOLERANT.createParser(text)) {
      return read(parser, parser.nextToken());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable Object read(JsonParser parser, JsonToken token) throws IOException {
    switch (token) {
      case START_OBJECT:
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        for (String name; (name = parser.nextFieldName()) != null; ) {
          object.put(name, read(parser, parser.nextToken()));
        }
        return Collections.unmodifiableMap(object);
      case START_ARRAY:
        List<@Nullable Object> array = new ArrayList<>();
        for (JsonToken next; (next = parser.nextToken()) != JsonToken.END_ARRAY; ) {
          array.add(read(parser, next));
        }
        return Collections.unmodifiableList(array);
      case VALUE_STRING:
        return parser.getText();
      case VALUE_NUMBER_INT:
        return parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER
            ? parser.getBigIntegerValue()
            : (Object) parser.getLongValue();
      case VALUE_NUMBER_FLOAT:
        return parser.getDecimalValue();
      case VALUE_TRUE:
        return Boolean.TRUE;
      case VALUE_FALSE:
        return Boolean.FALSE;
      default:
        return null;
    }
  }

  /** JSON text of plain Java; see {@link Json#of}. */
  public static String write(@Nullable Object value) {
    StringBuilder out = new StringBuilder();
    write(out, value, 0);
    return out.toString();
  }

  private static void write(StringBuilder out, @Nullable Object value, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException("JSON may be nested at most 1,000 levels");
    }
    if (value == null || value instanceof Boolean) {
      out.append(value);
    } else if (value instanceof Json json) {
      out.append(json.text());
    } else if (value instanceof CharSequence || value instanceof Character) {
      appendQuoted(out, value.toString());
    } else if (value instanceof OpenEnum word) {
      appendQuoted(out, word.value());
    } else if (value instanceof Double || value instanceof Float) {
      // Widened through text, so that 0.1f stays 0.1.
      appendNumber(out, Double.parseDouble(value.toString()));
    } else if (value instanceof Number) {
      out.append(number((Number) value));
    } else if (value instanceof Map<?, ?> map) {
      char separator = '{';
      for (Map.Entry<?, ?> member : map.entrySet()) {
        if (!(member.getKey() instanceof CharSequence)) {
          throw new IllegalArgumentException("keys of a JSON object are text: " + member.getKey());
        }
        if (hasHalfPair(member.getKey().toString())) {
          throw new IllegalArgumentException("no JSON form for an object: " + HALF_PAIR);
        }
        out.append(separator);
        appendQuoted(out, member.getKey().toString());
        out.append(':');
        write(out, member.getValue(), depth + 1);
        separator = ',';
      }
      out.append(separator == '{' ? "{}" : "}");
    } else if (value instanceof Iterable<?> iterable) {
      char separator = '[';
      for (Object element : iterable) {
        out.append(separator);
        write(out, element, depth + 1);
        separator = ',';
      }
      out.append(separator == '[' ? "[]" : "]");
    } else if (value.getClass().isArray()) {
      int length = Array.getLength(value);
      out.append('[');
      for (int i = 0; i < length; i++) {
        if (i > 0) {
          out.append(',');
        }
        write(out, Array.get(value, i), depth + 1);
      }
      out.append(']');
    } else {
      throw new IllegalArgumentException("no JSON form for " + value.getClass().getName());
    }
  }

  // A Number of an unknown class may print anything.
  private static String number(Number number) {
    boolean known = number instanceof Long
        || number instanceof Integer
        || number instanceof Short
        || number instanceof Byte
        || number instanceof BigInteger
        || number instanceof BigDecimal;
    return known ? number.toString() : checked(number.toString());
  }

  static void appendNumber(StringBuilder out, double value) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException("JSON has no number " + value);
    }
    if (value == Math.rint(value) && Math.abs(value) < 1e15 && (value != 0 || 1 / value > 0)) {
      out.append((long) value);
    } else {
      out.append(value);
    }
  }

  /** Appends a JSON string that any reader takes and any text frame can carry. */
  static void appendQuoted(StringBuilder out, String text) {
    out.append('"');
    int length = text.length();
    int start = 0;
    for (int i = 0; i < length; i++) {
      char c = text.charAt(i);
      if (c >= ' ' && c != '"' && c != '\\' && !Character.isSurrogate(c)) {
        continue;
      }
      out.append(text, start, i);
      if (c == '"' || c == '\\') {
        out.append('\\').append(c);
      } else {
        i = appendSpecial(out, text, i);
      }
      start = i + 1;
    }
    out.append(text, start, length).append('"');
  }

  /** Appends a control character or surrogate; returns the index of the last char consumed. */
  private static int appendSpecial(StringBuilder out, String text, int index) {
    char c = text.charAt(index);
    if (Character.isHighSurrogate(c)
        && index + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(index + 1))) {
      out.append(c).append(text.charAt(index + 1));
      return index + 1;
    }
    switch (c) {
      case '\n':
        out.append("\\n");
        break;
      case '\r':
        out.append("\\r");
        break;
      case '\t':
        out.append("\\t");
        break;
      default:
        out.append("\\u")
            .append(HEX[c >> 12])
            .append(HEX[c >> 8 & 15])
            .append(HEX[c >> 4 & 15])
            .append(HEX[c & 15]);
    }
    return index;
  }

  /** The beginning of a text, for messages. */
  public static String shorten(String text) {
    return shorten(text, 80);
  }

  static String shorten(String text, int most) {
    return text.length() <= most ? text : text.substring(0, most) + "…";
  }
}
