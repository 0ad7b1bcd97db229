package io.github.geminilive.tools.internal.result;

import com.fasterxml.jackson.core.TreeNode;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.POJONode;
import io.github.geminilive.ToolResult;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.tools.model.EnumType;
import io.github.geminilive.tools.model.ObjectWriter;
import java.io.IOException;
import java.lang.reflect.Array;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The writing of one result: where it is, and what it is inside of. One thread's. */
final class Writing {

  private final ResultWriter writer;
  private int values;

  // Where it is, for messages: names of members, indices of elements.
  private final List<Object> path = new ArrayList<>();

  // What it is inside of, the same as often as it has a level.
  private @Nullable Object[] around = new Object[16];
  private int depth;

  Writing(ResultWriter writer) {
    this.writer = writer;
  }

  @Nullable
  Object write(@Nullable Object value) {
    if (value == null) {
      return null;
    }
    if (++values > ResultWriter.MAX_VALUES) {
      throw unwritable("the result has more than 1,000,000 values; return fewer", null);
    }
    try {
      return valueOf(value);
    } catch (UnwritableResultException e) {
      throw e;
    } catch (Exception | StackOverflowError e) {
      // Even a size, an iterator or a text may be the application's own code.
      throw unwritable(value.getClass().getName() + " failed to give its value", e);
    }
  }

  private @Nullable Object valueOf(Object value) {
    if (value instanceof Enum<?> constant) {
      return wireName(constant);
    }
    // A record is its components, whatever it implements.
    Object leaf = value instanceof Record ? null : Leaves.write(value);
    if (leaf != null) {
      return leaf;
    }
    if (value instanceof Json json) {
      return json;
    }
    if (value instanceof Optional<?> optional) {
      return write(optional.orElse(null));
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
    enter(value);
    Object written = structure(value);
    around[--depth] = null;
    return written;
  }

  private @Nullable Object structure(Object value) {
    if (value instanceof Record) {
      return object(value);
    }
    if (value instanceof AtomicReference<?> reference) {
      return write(reference.get());
    }
    if (value instanceof TreeNode) {
      return tree(value);
    }
    if (value instanceof Map<?, ?> map) {
      return members(map);
    }
    if (value instanceof Map.Entry<?, ?> entry) {
      Map<String, @Nullable Object> written = new LinkedHashMap<>();
      written.put("key", member("key", entry.getKey()));
      written.put("value", member("value", entry.getValue()));
      return written;
    }
    if (value instanceof Iterable<?> elements) {
      List<@Nullable Object> written = new ArrayList<>();
      for (Object element : elements) {
        written.add(member(written.size(), element));
      }
      return written;
    }
    if (value.getClass().isArray()) {
      int length = Array.getLength(value);
      List<@Nullable Object> written = new ArrayList<>(length);
      for (int i = 0; i < length; i++) {
        written.add(member(i, Array.get(value, i)));
      }
      return written;
    }
    return object(value);
  }

  private Object object(Object value) {
    if (value instanceof ToolResult) {
      throw unwritable("a ToolResult is the result as a whole and cannot be part of one", null);
    }
    Class<?> type = value.getClass();
    if (isOfTheJdk(type) || type.isHidden() || Leaves.isNoData(value)) {
      throw unwritable(
          type.getName() + " has no JSON form; return a record, a list, a map or text", null);
    }
    ObjectWriter known = writer.writers().writer(type);
    if (known == null) {
      return jackson(value);
    }
    Map<String, @Nullable Object> written = new LinkedHashMap<>();
    if (known.discriminator() != null) {
      written.put(known.discriminator(), known.subtype());
    }
    for (ObjectWriter.Property property : known.properties()) {
      written.put(property.name(), member(property, value));
    }
    return written;
  }

  private @Nullable Object member(ObjectWriter.Property property, Object owner) {
    path.add(property.name());
    Object value;
    try {
      value = property.reader().apply(owner);
    } catch (Exception | StackOverflowError e) {
      throw unwritable("its accessor in " + owner.getClass().getName() + " failed", e);
    }
    Object written = write(value);
    path.remove(path.size() - 1);
    return written;
  }

  private @Nullable Object member(Object where, @Nullable Object value) {
    path.add(where);
    Object written = write(value);
    path.remove(path.size() - 1);
    return written;
  }

  private Map<String, @Nullable Object> members(Map<?, ?> map) {
    Map<String, @Nullable Object> written = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      String key = key(entry.getKey());
      if (written.containsKey(key)) {
        throw unwritable("two keys of the map are written as \"" + key + "\"", null);
      }
      written.put(key, member(key, entry.getValue()));
    }
    return written;
  }

  private String key(@Nullable Object key) {
    if (key == null) {
      throw unwritable("a key of the map is null", null);
    }
    Object written = key instanceof Optional ? key : write(key);
    if (written instanceof String || written instanceof Number || written instanceof Boolean) {
      return written.toString();
    }
    throw unwritable(
        "a key of the map is of " + key.getClass().getName() + "; use text, numbers or enums",
        null);
  }

  private String wireName(Enum<?> constant) {
    EnumType type = writer.writers().enumeration(constant.getDeclaringClass());
    int index = type == null ? -1 : type.constants().indexOf(constant);
    return type == null || index < 0 ? constant.name() : type.wireNames().get(index);
  }

  private @Nullable Object tree(Object value) {
    if (!(value instanceof JsonNode node)) {
      throw unwritable(value.getClass().getName() + " is no tree of Jackson's own", null);
    }
    switch (node.getNodeType()) {
      case OBJECT:
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        node.properties()
            .forEach(
                member -> object.put(member.getKey(), member(member.getKey(), member.getValue())));
        return object;
      case ARRAY:
        List<@Nullable Object> array = new ArrayList<>(node.size());
        node.forEach(element -> array.add(member(array.size(), element)));
        return array;
      case NUMBER:
        return node.numberValue();
      case BOOLEAN:
        return node.booleanValue();
      case STRING:
      case BINARY:
        return node.asText();
      case POJO:
        return write(((POJONode) node).getPojo());
      default:
        return null;
    }
  }

  private Object jackson(Object value) {
    try {
      return writer.jackson().write(value);
    } catch (IOException | IllegalArgumentException e) {
      throw unwritable(
          value.getClass().getName()
              + " has no JSON form; return a record or a bean of public types",
          e);
    }
  }

  // What their accessors give is seldom data, and their modules are closed.
  private static boolean isOfTheJdk(Class<?> type) {
    ClassLoader loader = type.getClassLoader();
    return loader == null || loader == ClassLoader.getPlatformClassLoader();
  }

  private void enter(Object value) {
    if (depth == ResultWriter.MAX_DEPTH) {
      throw unwritable(
          "the result has more than " + ResultWriter.MAX_DEPTH + " levels; return a flatter one",
          null);
    }
    for (int i = 0; i < depth; i++) {
      if (around[i] == value) {
        throw unwritable(value.getClass().getName() + " contains itself", null);
      }
    }
    if (depth == around.length) {
      around = Arrays.copyOf(around, depth * 2);
    }
    around[depth++] = value;
  }

  private UnwritableResultException unwritable(String problem, @Nullable Throwable cause) {
    StringBuilder where = new StringBuilder("result");
    for (Object step : path) {
      if (where.length() > 200) {
        where.append('…');
        break;
      }
      if (step instanceof Integer) {
        where.append('[').append(step).append(']');
      } else {
        where.append('.').append(step);
      }
    }
    return new UnwritableResultException(where.append(": ").append(problem).toString(), cause);
  }
}
