package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.lang.reflect.RecordComponent;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What records and their builders have in common: copies, and checks that name the culprit. */
final class Checks {

  private static final Pattern FUNCTION_NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_.:-]{0,127}");

  private Checks() {}

  static <T> @Nullable List<T> list(@Nullable List<T> list) {
    return list == null ? null : List.copyOf(list);
  }

  static <V> @Nullable Map<String, V> map(@Nullable Map<String, V> map) {
    return map == null ? null : copy(map);
  }

  static Map<String, Json> extra(Map<String, Json> extra) {
    return requireNonNull(extra, "extra").isEmpty() ? Map.of() : copy(extra);
  }

  // Map.copyOf would forget the order in which the caller, or the server, wrote the members.
  private static <V> Map<String, V> copy(Map<String, V> map) {
    Map<String, V> copy = new LinkedHashMap<>(map);
    copy.forEach((name, value) -> {
      requireNonNull(name, "name of a member");
      requireNonNull(value, name);
    });
    return Collections.unmodifiableMap(copy);
  }

  static void newMember(Set<String> typed, String name) {
    if (typed.contains(requireNonNull(name, "name"))) {
      throw new IllegalArgumentException(name + " has a typed property; set it there");
    }
  }

  static String text(String property, @Nullable String value) {
    if (value == null) {
      throw new NullPointerException(property);
    }
    if (value.isBlank()) {
      throw new IllegalArgumentException(property + " must not be blank");
    }
    return value;
  }

  static @Nullable Double finite(String property, @Nullable Double value) {
    if (value != null && !Double.isFinite(value)) {
      throw new IllegalArgumentException(property + " must be a finite number: " + value);
    }
    return value;
  }

  static @Nullable Double range(String property, double min, double max, @Nullable Double value) {
    if (value != null && !(value >= min && value <= max)) {
      throw new IllegalArgumentException(
          property + " must be in [" + plain(min) + ", " + plain(max) + "]: " + plain(value));
    }
    return value;
  }

  private static String plain(double value) {
    return value == Math.rint(value) && Math.abs(value) < 1e15
        ? Long.toString((long) value)
        : Double.toString(value);
  }

  static @Nullable Integer atLeast(String property, int min, @Nullable Integer value) {
    if (value != null && value < min) {
      throw new IllegalArgumentException(property + " must be at least " + min + ": " + value);
    }
    return value;
  }

  static @Nullable Long atLeast(String property, long min, @Nullable Long value) {
    if (value != null && value < min) {
      throw new IllegalArgumentException(property + " must be at least " + min + ": " + value);
    }
    return value;
  }

  static @Nullable Json object(String property, @Nullable Json value) {
    if (value != null && !value.isObject()) {
      throw new IllegalArgumentException(
          property + " must be a JSON object: " + shorten(value.text()));
    }
    return value;
  }

  static String functionName(String value) {
    if (!FUNCTION_NAME.matcher(text("name", value)).matches()) {
      throw new IllegalArgumentException(
          "name must begin with a letter or _ and hold at most 128 of A-Z a-z 0-9 _ . : - : "
              + shorten(value));
    }
    return value;
  }

  static @Nullable Blob media(String property, String prefix, @Nullable Blob blob) {
    if (blob != null
        && (blob.mimeType() == null
            || !blob.mimeType().regionMatches(true, 0, prefix, 0, prefix.length()))) {
      throw new IllegalArgumentException(
          property + " must carry a MIME type beginning with " + prefix + ": " + blob.mimeType());
    }
    return blob;
  }

  static String masked(@Nullable Object secret) {
    return secret == null ? "null" : "***";
  }

  private static String shorten(String value) {
    return value.length() <= 80 ? value : value.substring(0, 80) + "…";
  }

  /**
   * A record's members, but of what people say only the length: records end up in logs.
   *
   * @param hidden names of the members to keep back
   */
  static String toString(Record record, String... hidden) {
    List<String> keptBack = List.of(hidden);
    StringBuilder text = new StringBuilder(record.getClass().getSimpleName()).append('[');
    String separator = "";
    for (RecordComponent component : record.getClass().getRecordComponents()) {
      Object value = valueOf(component, record);
      if (value != null && !(value instanceof Map<?, ?> map && map.isEmpty())) {
        text.append(separator).append(component.getName()).append('=');
        text.append(keptBack.contains(component.getName()) ? lengthOf(value) : value);
        separator = ", ";
      }
    }
    return text.append(']').toString();
  }

  private static @Nullable Object valueOf(RecordComponent component, Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String lengthOf(Object value) {
    if (value instanceof Collection<?> list) {
      return list.size() + " elements";
    }
    return String.valueOf(value).length() + " characters";
  }
}
