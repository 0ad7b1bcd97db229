package io.github.geminilive.internal.codec;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import io.github.geminilive.internal.codec.RecordType.Kind;
import io.github.geminilive.internal.codec.RecordType.Property;
import io.github.geminilive.internal.codec.RecordType.ValueType;
import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.Json;
import java.io.IOException;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads one frame into records, without a tree. A member that cannot be used is left out and
 * reported; where the JSON itself breaks off, what was complete until then is kept.
 */
final class MessageReader {

  /** Levels of nesting a free-form value may have: deeper ones are an attack, not arguments. */
  static final int MAX_FREE_DEPTH = 256;

  private static final int MAX_DURATION_LENGTH = 32;

  /** Steps of a reported path; what the sender chose deeper down only bloats logs. */
  private static final int MAX_PATH_DEPTH = 32;

  /** Problems told of one frame; millions of bad elements shall not fill the memory. */
  static final int MAX_PROBLEMS = 100;

  /** Makes a {@link Json} of text that needs no check: (String)Json. */
  private static final MethodHandle TRUSTED_JSON;

  static {
    try {
      TRUSTED_JSON = MethodHandles.privateLookupIn(Json.class, MethodHandles.lookup())
          .findConstructor(Json.class, MethodType.methodType(void.class, String.class));
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  private final byte[] frame;
  private final int start;
  private final int end;
  private final JsonParser parser;
  private final List<DecodeProblem> problems;

  /** Set where the JSON breaks off; every reader on the way up then returns what it has. */
  private boolean broken;

  /** Media cut out of the frame, and where the opening quote of their empty text is; or -1. */
  private final @Nullable Bytes cut;

  private final int cutAt;
  private boolean cutTaken;

  MessageReader(byte[] frame, int start, int end, List<DecodeProblem> problems) throws IOException {
    this(frame, start, end, -1, null, problems);
  }

  MessageReader(byte[] frame, int cutAt, Bytes cut, List<DecodeProblem> problems)
      throws IOException {
    this(frame, 0, frame.length, cutAt, cut, problems);
  }

  private MessageReader(
      byte[] frame,
      int start,
      int end,
      int cutAt,
      @Nullable Bytes cut,
      List<DecodeProblem> problems)
      throws IOException {
    this.frame = frame;
    this.start = start;
    this.end = end;
    this.cutAt = cutAt;
    this.cut = cut;
    this.problems = problems;
    parser = JsonText.TOLERANT.createParser(frame, start, end - start);
  }

  /** Whether the media cut out of the frame have found their place. */
  boolean mediaTaken() {
    return cutTaken;
  }

  boolean broken() {
    return broken;
  }

  /** Reads the frame, which begins with a brace; null when nothing in it was complete. */
  @Nullable
  Object read(RecordType type) throws IOException {
    parser.nextToken();
    Object message = readRecord(type);
    if (!broken) {
      try {
        if (parser.nextToken() != null) {
          problems.add(new DecodeProblem("", "more than one JSON value; only the first was used"));
        }
      } catch (IOException e) {
        problems.add(new DecodeProblem("", "something follows the JSON value"));
      }
    }
    return message;
  }

  void close() throws IOException {
    parser.close();
  }

  /** Reads an object; null when it breaks off before any of its members. */
  private @Nullable Object readRecord(RecordType type) {
    Property[] properties = type.properties;
    @Nullable Object[] values = new Object[properties.length + 1];
    Map<String, Json> extra = null;
    Property previous = null;
    try {
      for (String name; (name = parser.nextFieldName()) != null; ) {
        Property property = type.find(previous, name);
        previous = property;
        JsonToken token = parser.nextToken();
        if (token == null) {
          break;
        }
        if (property == null) {
          Json value = readJson(token);
          if (value != null) {
            extra = extra == null ? new LinkedHashMap<>() : extra;
            extra.put(name, value);
          }
        } else if (token != JsonToken.VALUE_NULL) {
          values[property.index] = readValue(property.type, token);
        }
        if (broken) {
          break;
        }
      }
      if (!broken && !parser.hasToken(JsonToken.END_OBJECT)) {
        breakOff();
      }
    } catch (IOException e) {
      breakOff();
    }
    if (broken && extra == null && isEmpty(values)) {
      return null;
    }
    values[properties.length] = extra == null ? Map.of() : extra;
    return type.create(values);
  }

  private static boolean isEmpty(@Nullable Object[] values) {
    for (Object value : values) {
      if (value != null) {
        return false;
      }
    }
    return true;
  }

  private void breakOff() {
    if (!broken) {
      broken = true;
      report("the JSON breaks off or is malformed here");
    }
  }

  /** Reads a value other than null; null, and a report, when it cannot be used. */
  private @Nullable Object readValue(ValueType type, JsonToken token) throws IOException {
    switch (type.kind) {
      case RECORD:
        if (token == JsonToken.START_OBJECT) {
          return readRecord(type.record());
        }
        return token == JsonToken.VALUE_STRING && !type.textMember.isEmpty()
            ? textAsRecord(type.record(), type.textMember)
            : wrong(type);
      case LIST:
        return token == JsonToken.START_ARRAY ? readList(type) : wrong(type);
      case MAP:
        return token == JsonToken.START_OBJECT ? readMap(type) : wrong(type);
      case JSON:
        return type.objectOnly && token != JsonToken.START_OBJECT ? wrong(type) : readJson(token);
      case TEXT:
        if (token == JsonToken.VALUE_STRING
            || token == JsonToken.VALUE_NUMBER_INT && type.numberAsText) {
          return parser.getText();
        }
        return wrong(type);
      case BOOLEAN:
        return token.isBoolean() ? (Object) (token == JsonToken.VALUE_TRUE) : wrong(type);
      case INT:
        if (token == JsonToken.VALUE_NUMBER_INT && parser.getTextLength() <= 9) {
          return parser.getIntValue();
        }
        Long value = readLong(token);
        return value != null && value == value.intValue() ? (Object) value.intValue() : wrong(type);
      case LONG:
        Long number = readLong(token);
        return number != null ? number : wrong(type);
      case DOUBLE:
        Double decimal = readDouble(token);
        return decimal != null ? decimal : wrong(type);
      default:
        Object parsed = token == JsonToken.VALUE_STRING ? readText(type) : null;
        return parsed != null ? parsed : wrong(type);
    }
  }

  /** Reads a value that is written as text; null when the text is no such value. */
  private @Nullable Object readText(ValueType type) throws IOException {
    switch (type.kind) {
      case BYTES:
        return readBytes();
      case DURATION:
        return duration(parser.getText());
      case INSTANT:
        try {
          return Instant.parse(parser.getText());
        } catch (DateTimeParseException e) {
          return null;
        }
      default:
        return type.word(
            parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
    }
  }

  private Object textAsRecord(RecordType type, String member) throws IOException {
    @Nullable Object[] values = new Object[type.properties.length + 1];
    values[type.properties.length] = Map.of();
    Property property = type.find(member);
    if (property != null) {
      values[property.index] = parser.getText();
    }
    return type.create(values);
  }

  /** Reads an array; elements that cannot be used are left out. */
  private @Nullable Object readList(ValueType type) {
    ValueType element = requireNonNull(type.element);
    Object first = null;
    List<Object> list = null;
    try {
      for (JsonToken token; (token = parser.nextToken()) != JsonToken.END_ARRAY; ) {
        if (token == null) {
          breakOff();
          break;
        }
        Object value = null;
        if (element.kind == Kind.JSON) {
          value = readJson(token);
        } else if (token != JsonToken.VALUE_NULL) {
          value = readValue(element, token);
        }
        if (broken) {
          // Half an element may say the opposite of the whole: a call without its arguments.
          break;
        }
        if (value == null && type.positional) {
          value = emptyRecord(element.record());
        }
        if (value == null) {
          continue;
        }
        if (first == null) {
          // Most lists have one element, for which the JDK has a list of its own.
          first = value;
        } else {
          if (list == null) {
            list = new ArrayList<>();
            list.add(first);
          }
          list.add(value);
        }
      }
    } catch (IOException e) {
      breakOff();
    }
    if (list != null) {
      return list;
    }
    return first != null ? List.of(first) : broken ? null : List.of();
  }

  private static Object emptyRecord(RecordType type) {
    @Nullable Object[] values = new Object[type.properties.length + 1];
    values[type.properties.length] = Map.of();
    return type.create(values);
  }

  private @Nullable Object readMap(ValueType type) {
    ValueType element = requireNonNull(type.element);
    Map<String, Object> map = new LinkedHashMap<>();
    try {
      for (String name; (name = parser.nextFieldName()) != null; ) {
        JsonToken token = parser.nextToken();
        if (token == null) {
          breakOff();
          break;
        }
        Object value = token == JsonToken.VALUE_NULL ? null : readValue(element, token);
        if (broken) {
          break;
        }
        if (value != null) {
          map.put(name, value);
        }
      }
      if (!broken && !parser.hasToken(JsonToken.END_OBJECT)) {
        breakOff();
      }
    } catch (IOException e) {
      breakOff();
    }
    return broken && map.isEmpty() ? null : map;
  }

  /** Captures any value as text; null, and a report, when it cannot be kept. */
  private @Nullable Json readJson(JsonToken token) throws IOException {
    switch (token) {
      case VALUE_NULL:
        return Json.NULL;
      case VALUE_TRUE:
      case VALUE_FALSE:
        return trusted(token.asString());
      case VALUE_STRING:
        StringBuilder quoted = new StringBuilder();
        JsonText.appendQuoted(quoted, parser.getText());
        return trusted(quoted.toString());
      case VALUE_NUMBER_INT:
      case VALUE_NUMBER_FLOAT:
        String unusable = unusableNumber(token);
        if (unusable != null) {
          report(unusable);
          return null;
        }
        return trusted(parser.getText());
      default:
        return readStructure();
    }
  }

  private @Nullable Json readStructure() throws IOException {
    int from = start + (int) parser.currentTokenLocation().getByteOffset();
    String unusable = null;
    int depth = 1;
    while (depth > 0) {
      JsonToken token = parser.nextToken();
      if (token == null) {
        breakOff();
        return null;
      }
      if (token.isStructStart()) {
        if (++depth == MAX_FREE_DEPTH + 1 && unusable == null) {
          unusable = "nested more than " + MAX_FREE_DEPTH + " levels";
        }
      } else if (token.isStructEnd()) {
        depth--;
      } else if (token.isNumeric() && unusable == null) {
        unusable = unusableNumber(token);
      }
    }
    if (unusable != null) {
      report(unusable);
      return null;
    }
    int to = start + (int) parser.currentLocation().getByteOffset();
    return trusted(JsonText.compact(frame, from, to));
  }

  private @Nullable String unusableNumber(JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_NUMBER_FLOAT && parser.isNaN()) {
      return "not a JSON number";
    }
    return JsonText.unusableNumber(parser);
  }

  private static Json trusted(String text) {
    try {
      return (Json) TRUSTED_JSON.invokeExact(text);
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  private @Nullable Long readLong(JsonToken token) throws IOException {
    if (token == JsonToken.VALUE_NUMBER_INT && parser.getTextLength() <= 18) {
      return parser.getLongValue();
    }
    if (!token.isNumeric() && token != JsonToken.VALUE_STRING) {
      return null;
    }
    BigDecimal decimal = decimal();
    try {
      return decimal == null ? null : decimal.longValueExact();
    } catch (ArithmeticException e) {
      return null;
    }
  }

  private @Nullable Double readDouble(JsonToken token) throws IOException {
    double value;
    if (token == JsonToken.VALUE_STRING) {
      BigDecimal decimal = decimal();
      if (decimal == null) {
        return null;
      }
      value = decimal.doubleValue();
    } else if (token.isNumeric() && parser.getTextLength() <= JsonText.MAX_NUMBER_LENGTH) {
      value = parser.getDoubleValue();
    } else {
      return null;
    }
    return Double.isFinite(value) ? value : null;
  }

  /** The number a text or a token spells; null when it spells none of a sensible length. */
  private @Nullable BigDecimal decimal() throws IOException {
    String text = parser.getText();
    if (text.isEmpty() || text.length() > 40) {
      return null;
    }
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      return null;
    }
  }

  private @Nullable Bytes readBytes() throws IOException {
    int quote = start + (int) parser.currentTokenLocation().getByteOffset();
    if (quote == cutAt) {
      cutTaken = true;
      return cut;
    }
    int close = Base64Text.indexOfQuote(frame, quote + 1, end);
    Bytes plain = close < 0 ? null : Base64Text.strict(frame, quote + 1, close);
    return plain != null ? plain : Base64Text.tolerant(parser.getText());
  }

  /** Reads {@code -?\d+(\.\d{1,9})?s}; null when it is anything else. */
  static @Nullable Duration duration(String text) {
    int last = text.length() - 1;
    if (last < 1 || last > MAX_DURATION_LENGTH || text.charAt(last) != 's') {
      return null;
    }
    boolean negative = text.charAt(0) == '-';
    int point = text.indexOf('.');
    int wholeEnd = point < 0 ? last : point;
    long seconds = digits(text, negative ? 1 : 0, wholeEnd, 18);
    long nanos = 0;
    if (point >= 0) {
      nanos = digits(text, point + 1, last, 9);
      for (int i = last - point - 1; i < 9; i++) {
        nanos *= 10;
      }
    }
    if (seconds < 0 || nanos < 0) {
      return null;
    }
    Duration duration = Duration.ofSeconds(seconds, nanos);
    return negative ? duration.negated() : duration;
  }

  private static long digits(String text, int from, int to, int most) {
    if (from >= to || to - from > most) {
      return -1;
    }
    long value = 0;
    for (int i = from; i < to; i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9') {
        return -1;
      }
      value = value * 10 + (c - '0');
    }
    return value;
  }

  private @Nullable Object wrong(ValueType type) throws IOException {
    report("expected " + type.kind.expected);
    parser.skipChildren();
    return null;
  }

  private void report(String reason) {
    if (problems.size() >= MAX_PROBLEMS) {
      if (problems.size() == MAX_PROBLEMS) {
        problems.add(new DecodeProblem("", "there are more problems"));
      }
      return;
    }
    JsonStreamContext place = parser.getParsingContext();
    while (place.getNestingDepth() > MAX_PATH_DEPTH) {
      place = place.getParent();
    }
    problems.add(
        new DecodeProblem(JsonText.shorten(place.pathAsPointer().toString(), 200), reason));
  }
}
