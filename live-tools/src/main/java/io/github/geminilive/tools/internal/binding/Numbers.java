package io.github.geminilive.tools.internal.binding;

import java.math.BigDecimal;
import java.math.BigInteger;
import org.jspecify.annotations.Nullable;

/** Numbers of any size, without the cost of spelling out those that are absurdly great. */
final class Numbers {

  /** Most digits before the point, and after it. */
  static final int MAX_DIGITS = 1_000;

  /** A number whose exponent no number class holds. */
  private static final BigDecimal BEYOND = BigDecimal.valueOf(1, Integer.MIN_VALUE);

  private Numbers() {}

  /**
   * The number that a JSON value is, or holds as text.
   *
   * @return a {@link Long}, {@link BigInteger} or {@link BigDecimal}; null if it is none
   */
  static @Nullable Number of(Object given) {
    if (given instanceof Number number) {
      return number;
    }
    return given instanceof String text ? parse(text.strip()) : null;
  }

  private static @Nullable Number parse(String text) {
    int length = text.length();
    int i = length > 0 && (text.charAt(0) == '-' || text.charAt(0) == '+') ? 1 : 0;
    int whole = digits(text, i);
    int digits = whole - i;
    if (whole == length && digits > 0 && digits < 19) {
      return Long.parseLong(text);
    }
    i = whole;
    if (i < length && text.charAt(i) == '.') {
      int end = digits(text, i + 1);
      digits += end - i - 1;
      i = end;
    }
    if (digits == 0) {
      return null;
    }
    if (i < length) {
      if ((text.charAt(i) | ' ') != 'e') {
        return null;
      }
      i++;
      if (i < length && (text.charAt(i) == '-' || text.charAt(i) == '+')) {
        i++;
      }
      if (i == length || digits(text, i) < length) {
        return null;
      }
    }
    // Reading takes time that grows with the square of the digits.
    if (digits > 2 * MAX_DIGITS) {
      return BEYOND;
    }
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException e) {
      return BEYOND;
    }
  }

  private static int digits(String text, int from) {
    int i = from;
    while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
      i++;
    }
    return i;
  }

  /** Whether a number has few enough digits to be spelled out. */
  static boolean isModest(BigDecimal number) {
    return Math.abs((long) number.scale()) <= MAX_DIGITS
        && Math.abs((long) number.precision() - number.scale()) <= MAX_DIGITS;
  }

  /** Whether a number has no fraction. */
  static boolean isWhole(BigDecimal number) {
    return number.scale() <= 0
        || number.signum() == 0
        || number.precision() > number.scale() && number.stripTrailingZeros().scale() <= 0;
  }

  /** A whole number; null if it has too many digits. */
  static @Nullable BigInteger whole(BigDecimal number) {
    if (number.signum() == 0) {
      return BigInteger.ZERO;
    }
    return (long) number.precision() - number.scale() > MAX_DIGITS
        ? null
        : number.toBigIntegerExact();
  }

  /** For comparisons; a number with a fraction is taken as it is printed. */
  static BigDecimal decimal(Number number) {
    if (number instanceof BigDecimal decimal) {
      return decimal;
    }
    if (number instanceof BigInteger integer) {
      return new BigDecimal(integer);
    }
    return number instanceof Double || number instanceof Float
        ? new BigDecimal(number.toString())
        : BigDecimal.valueOf(number.longValue());
  }

  /** As people write it, unless that is too long. */
  static String text(Number number) {
    if (number instanceof BigDecimal decimal) {
      return isModest(decimal) ? decimal.toPlainString() : decimal.toString();
    }
    return number.toString();
  }
}
