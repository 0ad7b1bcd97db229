package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.internal.codec.JsonText;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Any JSON value, kept as text: arguments of a function, a JSON Schema, a member this version has
 * no type for.
 *
 * <p>Immutable and safe for any thread. Two are equal when they mean the same: members of objects
 * in any order, numbers by value ({@code 1} equals {@code 1.0}), white space ignored.
 */
public final class Json {

  /** The JSON value {@code null}. */
  public static final Json NULL = new Json("null");

  /** The empty object. */
  public static final Json EMPTY_OBJECT = new Json("{}");

  private final String text;

  // Filled on first use; racing threads compute the same value.
  private volatile @Nullable Object parsed;

  // The decoder calls this with text it has just read, which needs no second look.
  private Json(String text) {
    this.text = text;
  }

  /**
   * Keeps a JSON text as it stands, save for white space around and between its tokens.
   *
   * @param text one JSON value, nested at most 1,000 levels, numbers of at most 1,000 digits and
   *     with an exponent that {@link java.math.BigDecimal} takes
   * @return the value
   * @throws IllegalArgumentException if the text is not exactly one JSON value; the message says
   *     where
   */
  public static Json parse(String text) {
    return new Json(JsonText.checked(requireNonNull(text, "text")));
  }

  /**
   * Turns plain Java into JSON.
   *
   * @param value null, {@link Json}, {@link CharSequence}, {@link Number}, {@link Boolean}, {@link
   *     OpenEnum}, {@link Map} with text keys, {@link Iterable}, or an array of these
   * @return the value
   * @throws IllegalArgumentException for any other type, for NaN and infinities, and for more than
   *     1,000 levels; the message names the culprit
   */
  public static Json of(@Nullable Object value) {
    return value instanceof Json json ? json : new Json(JsonText.write(value));
  }

  /**
   * The JSON text.
   *
   * @return compact: no white space between tokens; numbers and escapes as received
   */
  public String text() {
    return text;
  }

  /**
   * The value as plain Java. No number loses a digit.
   *
   * @return an unmodifiable {@link Map} in the order of the text, an unmodifiable {@link List}, a
   *     {@link String}, a {@link Long}, a {@link java.math.BigInteger} beyond 64 bits, a {@link
   *     BigDecimal} for numbers with fraction or exponent, a {@link Boolean}, or null
   */
  public @Nullable Object value() {
    Object result = parsed;
    if (result == null) {
      result = JsonText.read(text);
      parsed = result;
    }
    return result;
  }

  /**
   * The members of an object.
   *
   * @return unmodifiable, in the order of the text; values as in {@link #value()}, so they may be
   *     null
   * @throws IllegalStateException if this is not an object
   */
  @SuppressWarnings("unchecked")
  public Map<String, Object> asObject() {
    if (!isObject()) {
      throw new IllegalStateException("not a JSON object: " + JsonText.shorten(text));
    }
    return (Map<String, Object>) requireNonNull(value());
  }

  /**
   * Whether this is a JSON object.
   *
   * @return true for {@code {…}}
   */
  public boolean isObject() {
    return text.charAt(0) == '{';
  }

  /**
   * Whether this is a JSON array.
   *
   * @return true for {@code […]}
   */
  public boolean isArray() {
    return text.charAt(0) == '[';
  }

  /**
   * Whether this is the JSON value null.
   *
   * @return true for {@code null}
   */
  public boolean isNull() {
    return text.equals("null");
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other
        || other instanceof Json json && (text.equals(json.text) || same(value(), json.value()));
  }

  @Override
  public int hashCode() {
    return hash(value());
  }

  /** Returns {@link #text()}. */
  @Override
  public String toString() {
    return text;
  }

  private static boolean same(@Nullable Object left, @Nullable Object right) {
    if (left instanceof Number a && right instanceof Number b) {
      return decimal(a).compareTo(decimal(b)) == 0;
    }
    if (left instanceof List<?> a && right instanceof List<?> b) {
      if (a.size() != b.size()) {
        return false;
      }
      for (int i = 0; i < a.size(); i++) {
        if (!same(a.get(i), b.get(i))) {
          return false;
        }
      }
      return true;
    }
    if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
      if (!a.keySet().equals(b.keySet())) {
        return false;
      }
      for (Map.Entry<?, ?> member : a.entrySet()) {
        if (!same(member.getValue(), b.get(member.getKey()))) {
          return false;
        }
      }
      return true;
    }
    return left == null ? right == null : left.equals(right);
  }

  private static int hash(@Nullable Object value) {
    if (value instanceof Number number) {
      BigDecimal decimal = decimal(number);
      return decimal.signum() == 0 ? 0 : decimal.stripTrailingZeros().hashCode();
    }
    if (value instanceof List<?> list) {
      int hash = 1;
      for (Object element : list) {
        hash = 31 * hash + hash(element);
      }
      return hash;
    }
    if (value instanceof Map<?, ?> map) {
      int hash = 0;
      for (Map.Entry<?, ?> member : map.entrySet()) {
        hash += member.getKey().hashCode() ^ hash(member.getValue());
      }
      return hash;
    }
    return value == null ? 0 : value.hashCode();
  }

  private static BigDecimal decimal(Number number) {
    return number instanceof BigDecimal decimal ? decimal : new BigDecimal(number.toString());
  }
}
