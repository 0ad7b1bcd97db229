package io.github.geminilive.internal.codec;

import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.OpenEnum;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What the codec knows of one record class; made once, on first use. */
final class RecordType {

  /** How a value looks on the wire. */
  enum Kind {
    TEXT("text"),
    BOOLEAN("true or false"),
    INT("a whole number"),
    LONG("a whole number"),
    DOUBLE("a number"),
    DURATION("a duration such as \"1.5s\""),
    INSTANT("a time"),
    BYTES("base64"),
    ENUM("text"),
    JSON("an object"),
    RECORD("an object"),
    LIST("an array"),
    MAP("an object");

    final String expected;

    Kind(String expected) {
      this.expected = expected;
    }
  }

  /** A word of an enum, and its value. */
  private record Word(String text, Object value) {

    boolean is(char[] chars, int offset, int length) {
      if (text.length() != length) {
        return false;
      }
      for (int i = 0; i < length; i++) {
        if (text.charAt(i) != chars[offset + i]) {
          return false;
        }
      }
      return true;
    }
  }

  /** The type of a member or of an element. */
  static final class ValueType {

    final Kind kind;

    /** Class of a record; else Object. */
    private final Class<?> target;

    /** Reads a word of an enum: (String)Object. */
    private final @Nullable MethodHandle word;

    // Words seen lately, by length and last letter: services repeat the same few. Races only lose
    // an entry.
    private final @Nullable Word[] recent = new Word[8];

    /** Type of elements, or of the values of a map. */
    final @Nullable ValueType element;

    // A race only looks the type up twice.
    private @Nullable RecordType record;

    boolean numberAsText;
    boolean objectOnly;
    boolean positional;
    String textMember = "";

    ValueType(
        Kind kind, Class<?> target, @Nullable MethodHandle word, @Nullable ValueType element) {
      this.kind = kind;
      this.target = target;
      this.word = word;
      this.element = element;
    }

    /** The value of a word of an enum. */
    Object word(char[] chars, int offset, int length) {
      int slot = length == 0 ? 0 : length + chars[offset + length - 1] & 7;
      Word known = recent[slot];
      if (known == null || !known.is(chars, offset, length)) {
        String text = new String(chars, offset, length);
        known = new Word(text, read(text));
        if (length <= LONGEST_WORD) {
          recent[slot] = known;
        }
      }
      return known.value();
    }

    private Object read(String text) {
      try {
        return (Object) Objects.requireNonNull(word).invokeExact(text);
      } catch (Throwable e) {
        throw new IllegalStateException("cannot read a word", e);
      }
    }

    /** The record behind a value of kind RECORD; looked up late, as types contain themselves. */
    RecordType record() {
      RecordType known = record;
      if (known == null) {
        known = RecordType.of(target);
        record = known;
      }
      return known;
    }
  }

  /** One component of a record. */
  static final class Property {

    final int index;
    final String name;
    final String prefix;
    final ValueType type;

    /** The component found after this one the last time; only a hint, so races do no harm. */
    @Nullable
    Property next;

    /** Reads the component: (Object)Object. */
    private final MethodHandle getter;

    Property(int index, String name, ValueType type, MethodHandle getter) {
      this.index = index;
      // The parser interns names too, so that looking one up rarely compares characters.
      this.name = name.intern();
      this.prefix = '"' + name + "\":";
      this.type = type;
      this.getter = getter;
    }

    @Nullable
    Object get(Object record) {
      try {
        return (Object) getter.invokeExact(record);
      } catch (Throwable e) {
        throw new IllegalStateException("cannot read " + name, e);
      }
    }
  }

  /** Longer words are noise, and not worth keeping. */
  private static final int LONGEST_WORD = 80;

  private static final MethodHandles.Lookup LOOKUP = MethodHandles.lookup();

  private static final ClassValue<RecordType> TYPES = new ClassValue<>() {
    @Override
    protected RecordType computeValue(Class<?> type) {
      return new RecordType(type);
    }
  };

  final Property[] properties;
  private final Map<String, Property> byName = new HashMap<>();

  /** The component an object began with the last time; only a hint, so races do no harm. */
  private @Nullable Property first;

  /** The canonical constructor: (Object[])Object. */
  private final MethodHandle constructor;

  private final MethodHandle extraGetter;

  private RecordType(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    try {
      int last = components.length - 1;
      properties = new Property[last];
      for (int i = 0; i < last; i++) {
        properties[i] = property(type, components[i], i);
      }
      Class<?>[] parameters =
          Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
      constructor = LOOKUP
          .findConstructor(type, MethodType.methodType(void.class, parameters))
          .asSpreader(Object[].class, parameters.length)
          .asType(MethodType.methodType(Object.class, Object[].class));
      extraGetter = getter(components[last]);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("not a wire record: " + type.getName(), e);
    }
  }

  static RecordType of(Class<?> type) {
    return TYPES.get(type);
  }

  private Property property(Class<?> type, RecordComponent component, int index)
      throws ReflectiveOperationException {
    String own = component.getName();
    ValueType valueType = valueType(component.getGenericType());
    valueType.objectOnly = WireRules.object(type, own);
    valueType.positional = WireRules.positional(type, own);
    valueType.textMember = WireRules.textMember(type, own);
    ValueType text = valueType.element == null ? valueType : valueType.element;
    text.numberAsText = WireRules.numberAsText(type, own);

    Property property =
        new Property(index, WireRules.name(type, own), valueType, getter(component));
    byName.put(property.name, property);
    String alias = WireRules.alias(type, own);
    if (!alias.isEmpty()) {
      byName.put(alias, property);
    }
    return property;
  }

  private static MethodHandle getter(RecordComponent component) throws IllegalAccessException {
    return LOOKUP
        .unreflect(component.getAccessor())
        .asType(MethodType.methodType(Object.class, Object.class));
  }

  private static ValueType valueType(Type type) throws ReflectiveOperationException {
    if (type instanceof ParameterizedType generic) {
      Type[] arguments = generic.getActualTypeArguments();
      Kind kind = generic.getRawType() == List.class ? Kind.LIST : Kind.MAP;
      return new ValueType(kind, Object.class, null, valueType(arguments[arguments.length - 1]));
    }
    Class<?> target = (Class<?>) type;
    if (OpenEnum.class.isAssignableFrom(target)) {
      MethodHandle of = LOOKUP
          .findStatic(target, "of", MethodType.methodType(target, String.class))
          .asType(MethodType.methodType(Object.class, String.class));
      return new ValueType(Kind.ENUM, Object.class, of, null);
    }
    return new ValueType(target.isRecord() ? Kind.RECORD : scalar(target), target, null, null);
  }

  private static Kind scalar(Class<?> type) {
    if (type == String.class) {
      return Kind.TEXT;
    } else if (type == Boolean.class) {
      return Kind.BOOLEAN;
    } else if (type == Integer.class) {
      return Kind.INT;
    } else if (type == Long.class) {
      return Kind.LONG;
    } else if (type == Double.class) {
      return Kind.DOUBLE;
    } else if (type == Duration.class) {
      return Kind.DURATION;
    } else if (type == Instant.class) {
      return Kind.INSTANT;
    } else if (type == Bytes.class) {
      return Kind.BYTES;
    } else if (type == Json.class) {
      return Kind.JSON;
    }
    throw new IllegalStateException("no wire form for " + type.getName());
  }

  /** The same, faster where members come in the order of the last message. */
  @Nullable
  Property find(@Nullable Property previous, String name) {
    Property guess = previous == null ? first : previous.next;
    if (guess != null && guess.name.equals(name)) {
      return guess;
    }
    Property found = find(name);
    if (previous == null) {
      first = found;
    } else {
      previous.next = found;
    }
    return found;
  }

  /** The component a member belongs to; proxies may spell it in snake_case. */
  @Nullable
  Property find(String name) {
    Property property = byName.get(name);
    return property != null || name.indexOf('_') < 0 ? property : byName.get(camelCase(name));
  }

  private static String camelCase(String name) {
    StringBuilder camel = new StringBuilder(name.length());
    boolean upper = false;
    for (int i = 0; i < name.length(); i++) {
      char c = name.charAt(i);
      if (c == '_') {
        upper = true;
      } else {
        camel.append(upper && c >= 'a' && c <= 'z' ? (char) (c - 32) : c);
        upper = false;
      }
    }
    return camel.toString();
  }

  /** Makes a record of values in the order of the components, {@code extra} last. */
  Object create(@Nullable Object[] values) {
    try {
      return (Object) constructor.invokeExact(values);
    } catch (RuntimeException e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }

  @SuppressWarnings("unchecked")
  Map<String, Json> extra(Object record) {
    try {
      return (Map<String, Json>) (Object) extraGetter.invokeExact(record);
    } catch (Throwable e) {
      throw new IllegalStateException("cannot read extra", e);
    }
  }
}
