package io.github.geminilive.internal.tool;

import io.github.geminilive.protocol.Json;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Words results and errors as the {@code response} object of a function response.
 *
 * <p>The service keeps it as a protobuf {@code Struct}: numbers are doubles there, texts are UTF-8,
 * and a member named {@code $ref} is taken for a reference. What a double cannot hold travels as
 * text; half of a surrogate pair, which a text has that was cut, becomes U+FFFD.
 */
public final class ToolResponses {

  /** The success that has nothing to say. */
  public static final Json DONE = Json.parse("{\"output\":{\"status\":\"ok\"}}");

  /** Bytes of a success whose output is an empty list. */
  static final int EMPTY_LIST_SIZE = "{\"output\":[]}".length();

  private static final long MAX_EXACT = 1L << 53;
  private static final int MAX_DEPTH = 1_000;
  private static final String OUTPUT = "output";
  private static final String ERROR = "error";
  private static final String RETRYABLE = "retryable";

  private ToolResponses() {}

  /**
   * A success. Always wrapped, so that a result with an {@code error} member does not read as a
   * failure.
   */
  public static Json output(@Nullable Object value) {
    Object plain = plain(value);
    Object output = plain == null ? Map.of("status", "no_result") : structSafe(plain, 0);
    return Json.of(singleton(OUTPUT, output));
  }

  /** The items of a streamed result as one success. */
  static Json collected(List<Json> elements) {
    return Json.of(singleton(OUTPUT, elements));
  }

  /** What stands for an item's response in the list of all: its output, where it is one. */
  static Json element(Json response) {
    Map<String, Object> members = response.asObject();
    return members.size() == 1 && members.containsKey(OUTPUT)
        ? Json.of(members.get(OUTPUT))
        : response;
  }

  /** A failure the model can act on. */
  public static Json error(String status, String message, boolean retryable) {
    return error(status, message, retryable, Map.of());
  }

  /**
   * A failure with more to say, such as the names that would have been valid.
   *
   * @param details members beside status, message and retryable, which they do not replace
   */
  public static Json error(
      String status, String message, boolean retryable, Map<String, ?> details) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("status", status);
    error.put("message", wellFormed(message));
    error.put(RETRYABLE, retryable);
    details.forEach((name, detail) -> {
      if (!error.containsKey(name)) {
        error.put(safeName(name, details, error), json(detail));
      }
    });
    return Json.of(singleton(ERROR, error));
  }

  /** The same failure, not to be tried again. */
  static Json notRetryable(Json response) {
    if (!(response.asObject().get(ERROR) instanceof Map<?, ?> error)) {
      return response;
    }
    Map<Object, Object> changed = new LinkedHashMap<>(error);
    changed.put(RETRYABLE, false);
    Map<String, Object> whole = new LinkedHashMap<>(response.asObject());
    whole.put(ERROR, changed);
    return Json.of(whole);
  }

  /** A value in the form the service keeps without loss. */
  public static Json json(@Nullable Object value) {
    Object plain = plain(value);
    return plain == null ? Json.NULL : Json.of(structSafe(plain, 0));
  }

  private static @Nullable Object plain(@Nullable Object value) {
    if (value instanceof Json json) {
      return json.value();
    }
    if (value instanceof Optional<?> optional) {
      return plain(optional.orElse(null));
    }
    if (value instanceof OptionalInt optional) {
      return optional.isPresent() ? optional.getAsInt() : null;
    }
    if (value instanceof OptionalLong optional) {
      return optional.isPresent() ? optional.getAsLong() : null;
    }
    if (value instanceof OptionalDouble optional) {
      return optional.isPresent() ? optional.getAsDouble() : null;
    }
    return value;
  }

  private static Map<String, @Nullable Object> singleton(String key, @Nullable Object value) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put(key, value);
    return map;
  }

  private static @Nullable Object structSafe(@Nullable Object value, int depth) {
    if (depth > MAX_DEPTH) {
      throw new IllegalArgumentException("JSON may be nested at most 1,000 levels");
    }
    Object plain = plain(value);
    if (plain instanceof Map<?, ?> map) {
      Map<String, Object> safe = new LinkedHashMap<>();
      map.forEach((key, member) -> {
        safe.put(safeName(String.valueOf(key), map, safe), structSafe(member, depth + 1));
      });
      return safe;
    }
    if (plain instanceof Iterable<?> items) {
      List<@Nullable Object> safe = new ArrayList<>();
      items.forEach(item -> safe.add(structSafe(item, depth + 1)));
      return safe;
    }
    if (plain instanceof byte[] bytes) {
      return Base64.getEncoder().encodeToString(bytes);
    }
    if (plain != null && plain.getClass().isArray()) {
      List<@Nullable Object> safe = new ArrayList<>();
      for (int i = 0; i < Array.getLength(plain); i++) {
        safe.add(structSafe(Array.get(plain, i), depth + 1));
      }
      return safe;
    }
    if (plain instanceof Number number) {
      return exactNumber(number);
    }
    return plain instanceof CharSequence || plain instanceof Character
        ? wellFormed(plain.toString())
        : plain;
  }

  /** A name the service takes, and that no other member has. */
  private static String safeName(String name, Map<?, ?> members, Map<?, ?> written) {
    String safe = name.equals("$ref") ? "_ref" : wellFormed(name);
    if (safe.equals(name)) {
      return name;
    }
    while (members.containsKey(safe) || written.containsKey(safe)) {
      safe = "_" + safe;
    }
    return safe;
  }

  private static String wellFormed(String text) {
    int length = text.length();
    for (int i = 0; i < length; i++) {
      if (Character.isSurrogate(text.charAt(i))) {
        return text.codePoints()
            .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xFFFD : c)
            .collect(
                () -> new StringBuilder(length),
                StringBuilder::appendCodePoint,
                StringBuilder::append)
            .toString();
      }
    }
    return text;
  }

  private static Object exactNumber(Number number) {
    if (number instanceof Long whole) {
      return whole >= MAX_EXACT || whole <= -MAX_EXACT ? whole.toString() : whole;
    }
    if (number instanceof BigInteger whole) {
      return whole.abs().bitLength() > 53 ? whole.toString() : whole;
    }
    if (number instanceof BigDecimal decimal) {
      return fitsDouble(decimal) ? decimal : decimal.toString();
    }
    if (number instanceof Double || number instanceof Float) {
      return Double.isFinite(number.doubleValue()) ? number : number.toString();
    }
    return number;
  }

  private static boolean fitsDouble(BigDecimal decimal) {
    if (decimal.scale() == 0 && decimal.unscaledValue().abs().bitLength() > 53) {
      return false;
    }
    double nearest = decimal.doubleValue();
    if (!Double.isFinite(nearest) || nearest == 0 && decimal.signum() != 0) {
      return false;
    }
    return decimal.precision() <= 15 || new BigDecimal(nearest).compareTo(decimal) == 0;
  }
}
