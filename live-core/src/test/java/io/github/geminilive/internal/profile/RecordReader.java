package io.github.geminilive.internal.profile;

import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.OpenEnum;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads messages of a client into records, past the builders and their checks: what a caller could
 * still construct. Members without a type land in {@code extra}, as a caller could put them there.
 */
public final class RecordReader {

  /** A value of a JSON type that the record's component cannot hold. */
  public static final class WrongType extends RuntimeException {
    private static final long serialVersionUID = 1L;

    WrongType(String message) {
      super(message);
    }
  }

  private RecordReader() {}

  /**
   * Reads an object.
   *
   * @throws WrongType if a member has a type the record cannot hold
   * @throws RuntimeException whatever the record's constructor throws
   */
  public static <T> T read(Class<T> type, Json json) {
    return type.cast(value(type, json.value(), type.getSimpleName()));
  }

  private static @Nullable Object value(Type type, @Nullable Object json, String at) {
    if (json == null && type != Json.class) {
      return null;
    }
    if (type instanceof ParameterizedType generic) {
      if (generic.getRawType() == List.class) {
        List<Object> list = new ArrayList<>();
        for (Object element : expect(List.class, json, at)) {
          list.add(value(generic.getActualTypeArguments()[0], element, at));
        }
        return list;
      }
      Map<String, Object> map = new LinkedHashMap<>();
      for (Map.Entry<?, ?> member : ((Map<?, ?>) expect(Map.class, json, at)).entrySet()) {
        String name = (String) member.getKey();
        map.put(name, value(generic.getActualTypeArguments()[1], member.getValue(), name));
      }
      return map;
    }
    Class<?> plain = (Class<?>) type;
    if (plain == Json.class) {
      return Json.of(json);
    }
    if (plain == Boolean.class || plain == String.class) {
      return expect(plain, json, at);
    }
    if (plain == Integer.class) {
      return expect(Long.class, json, at).intValue();
    }
    if (plain == Long.class) {
      return json instanceof String text ? Long.valueOf(text) : expect(Long.class, json, at);
    }
    if (plain == Double.class) {
      return expect(Number.class, json, at).doubleValue();
    }
    String text = plain.isRecord() ? "" : expect(String.class, json, at);
    if (plain == Bytes.class) {
      return Bytes.fromBase64(text);
    }
    if (plain == Duration.class) {
      BigDecimal seconds = new BigDecimal(text.substring(0, text.length() - 1));
      return Duration.ofNanos(seconds.movePointRight(9).longValueExact());
    }
    if (plain == Instant.class) {
      return Instant.parse(text);
    }
    if (OpenEnum.class.isAssignableFrom(plain)) {
      return call(() -> plain.getMethod("of", String.class).invoke(null, text));
    }
    return record(plain, expect(Map.class, json, at));
  }

  private static Object record(Class<?> type, Map<?, ?> members) {
    RecordComponent[] components = type.getRecordComponents();
    Object[] values = new Object[components.length];
    Map<Object, Object> rest = new LinkedHashMap<>(members);
    for (int i = 0; i < components.length - 1; i++) {
      String name = switch (components[i].getName()) {
        case "enumValues" -> "enum";
        case "defaultValue" -> "default";
        default -> components[i].getName();
      };
      if (rest.containsKey(name)) {
        values[i] = value(components[i].getGenericType(), rest.remove(name), name);
      }
    }
    Map<String, Json> extra = new LinkedHashMap<>();
    rest.forEach((name, member) -> extra.put((String) name, Json.of(member)));
    values[components.length - 1] = extra;
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    return call(() -> type.getDeclaredConstructor(types).newInstance(values));
  }

  private static <T> T expect(Class<T> type, @Nullable Object json, String at) {
    if (!type.isInstance(json)) {
      throw new WrongType(at + " is no " + type.getSimpleName() + ": " + json);
    }
    return type.cast(json);
  }

  private interface Reflective {
    Object call() throws ReflectiveOperationException;
  }

  private static Object call(Reflective reflective) {
    try {
      return reflective.call();
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new AssertionError(e);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }
}
