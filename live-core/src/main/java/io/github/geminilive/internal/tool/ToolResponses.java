package io.github.geminilive.internal.tool;

import io.github.geminilive.protocol.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Words results and errors as the {@code response} object of a function response.
 *
 * <p>The service keeps it as a protobuf {@code Struct}: numbers are doubles there, and a member
 * named {@code $ref} is taken for a reference. What a double cannot hold travels as text.
 */
public final class ToolResponses {

  private static final long MAX_EXACT = 1L << 53;

  private ToolResponses() {}

  /**
   * A success. Always wrapped, so that a result with an {@code error} member does not read as a
   * failure.
   */
  public static Json output(@Nullable Object value) {
    Object plain = value instanceof Json json ? json.value() : value;
    if (plain instanceof Optional<?> optional) {
      plain = optional.orElse(null);
    }
    Object output = plain == null ? Map.of("status", "no_result") : structSafe(plain);
    return Json.of(singleton("output", output));
  }

  /** A failure the model can act on. */
  public static Json error(String status, String message, boolean retryable) {
    return error(status, message, retryable, Map.of());
  }

  /** A failure with more to say, such as the names that would have been valid. */
  public static Json error(
      String status, String message, boolean retryable, Map<String, ?> details) {
    Map<String, Object> error = new LinkedHashMap<>();
    error.put("status", status);
    error.put("message", message);
    error.put("retryable", retryable);
    error.putAll(details);
    return Json.of(singleton("error", error));
  }

  private static Map<String, @Nullable Object> singleton(String key, @Nullable Object value) {
    Map<String, @Nullable Object> map = new LinkedHashMap<>();
    map.put(key, value);
    return map;
  }

  private static @Nullable Object structSafe(@Nullable Object value) {
    if (value instanceof Json json) {
      return structSafe(json.value());
    }
    if (value instanceof Map<?, ?> map) {
      Map<String, Object> safe = new LinkedHashMap<>();
      map.forEach((key, member) -> {
        String name = String.valueOf(key);
        safe.put(name.equals("$ref") ? "_ref" : name, structSafe(member));
      });
      return safe;
    }
    if (value instanceof Iterable<?> items) {
      List<@Nullable Object> safe = new ArrayList<>();
      items.forEach(item -> safe.add(structSafe(item)));
      return safe;
    }
    if (value instanceof Object[] items) {
      return structSafe(Arrays.asList(items));
    }
    if (value instanceof Long number) {
      return Math.abs(number) > MAX_EXACT - 1 || number == Long.MIN_VALUE
          ? number.toString()
          : number;
    }
    if (value instanceof BigInteger number) {
      return number.bitLength() > 53 ? number.toString() : number;
    }
    if (value instanceof BigDecimal number) {
      return new BigDecimal(number.doubleValue()).compareTo(number) == 0 || number.precision() <= 15
          ? number
          : number.toString();
    }
    if (value instanceof Double number) {
      return number.isNaN() || number.isInfinite() ? number.toString() : number;
    }
    if (value instanceof Float number) {
      return number.isNaN() || number.isInfinite() ? number.toString() : number;
    }
    return value;
  }
}
