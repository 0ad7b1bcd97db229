package io.github.geminilive.tools.internal.result;

import io.github.geminilive.protocol.OpenEnum;
import java.io.File;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.URI;
import java.net.URL;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.time.Instant;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.Base64;
import java.util.Calendar;
import java.util.Currency;
import java.util.Date;
import java.util.Iterator;
import java.util.Locale;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import java.util.stream.BaseStream;
import org.jspecify.annotations.Nullable;

/** Values that are written as one text, number or truth value. */
final class Leaves {

  private Leaves() {}

  /** What a value is written as; null if it is no leaf. Not for enums. */
  static @Nullable Object write(Object value) {
    if (value instanceof CharSequence || value instanceof Character) {
      return value.toString();
    }
    if (value instanceof Number number) {
      return number(number);
    }
    if (value instanceof Boolean) {
      return value;
    }
    if (value instanceof byte[] bytes) {
      return Base64.getEncoder().encodeToString(bytes);
    }
    if (value instanceof TemporalAccessor) {
      return value instanceof Year year ? (Object) year.getValue() : time(value);
    }
    if (value instanceof Date date) {
      return Instant.ofEpochMilli(date.getTime()).toString();
    }
    if (value instanceof Calendar calendar) {
      return calendar.toInstant().toString();
    }
    if (value instanceof Locale locale) {
      return locale.toLanguageTag();
    }
    if (value instanceof OpenEnum word) {
      return word.value();
    }
    if (value instanceof AtomicBoolean truth) {
      return truth.get();
    }
    if (value instanceof InetAddress address) {
      return address.getHostAddress();
    }
    boolean isText = value instanceof TemporalAmount
        || value instanceof ZoneId
        || value instanceof UUID
        || value instanceof URI
        || value instanceof URL
        || value instanceof Currency
        || value instanceof Path
        || value instanceof File
        || value instanceof Charset
        || value instanceof Pattern;
    return isText ? value.toString() : null;
  }

  private static String time(Object value) {
    // Without its sign, a year of five digits is read by nobody.
    return value instanceof YearMonth month && month.getYear() > 9999
        ? "+" + month
        : value.toString();
  }

  private static Object number(Number number) {
    if (number instanceof Integer
        || number instanceof Long
        || number instanceof Double
        || number instanceof BigDecimal
        || number instanceof BigInteger
        || number instanceof Float
        || number instanceof Short
        || number instanceof Byte) {
      return number;
    }
    if (number instanceof AtomicInteger || number instanceof AtomicLong) {
      return number.longValue();
    }
    try {
      return new BigDecimal(number.toString());
    } catch (NumberFormatException e) {
      // A kind of number that is printed in another way, such as 3/4.
      return number.doubleValue();
    }
  }

  /** Whether a value does something, or is no data, so that it must not be taken for a bean. */
  static boolean isNoData(Object value) {
    return value instanceof BaseStream
        || value instanceof Future
        || value instanceof CompletionStage
        || value instanceof Flow.Publisher
        || value instanceof Flow.Subscriber
        || value instanceof Iterator
        || value instanceof Throwable
        || value instanceof Type
        || value instanceof ClassLoader;
  }
}
