package io.github.geminilive.tools.internal.binding;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.ToolException;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.tools.model.Constraints;
import io.github.geminilive.tools.model.CreationException;
import io.github.geminilive.tools.model.EnumType;
import io.github.geminilive.tools.model.ListType;
import io.github.geminilive.tools.model.MapType;
import io.github.geminilive.tools.model.ObjectType;
import io.github.geminilive.tools.model.OptionalType;
import io.github.geminilive.tools.model.Scalar;
import io.github.geminilive.tools.model.Slot;
import io.github.geminilive.tools.model.UnionType;
import io.github.geminilive.tools.model.ValueType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The binding of one call's arguments: where it is, and what was wrong so far. One thread's. */
final class Binding {

  /** Most levels of lists, maps and objects. */
  static final int MAX_DEPTH = 200;

  /** Stands for a value that could not be bound. */
  static final Object FAILED = new Object();

  /** How often a type is declared on one path; below that, the schema leaves it out. */
  private static final int MOST_DECLARED = 3;

  private static final int LONGEST_SEGMENT = 128;

  private static final int MOST_WORDS = 500;

  private final boolean trial;
  private final List<Violation> violations = new ArrayList<>(0);

  // Where it is: the keys, null for an index, and the indices.
  private @Nullable String[] keys = new String[8];
  private int[] indices = new int[8];
  private int depth;

  // The objects and unions it is in.
  private ValueType[] opened = new ValueType[8];
  private int openedCount;

  /**
   * Begins.
   *
   * @param trial whether the values are thrown away; what cannot be made is then no failure
   */
  Binding(boolean trial) {
    this.trial = trial;
  }

  List<Violation> violations() {
    return violations;
  }

  /** The arguments of a call as an object. */
  Map<?, ?> arguments(Json json) {
    Object given = json.value();
    if (given == null) {
      return Map.of();
    }
    return asStructure(given, Map.class, "an object") instanceof Map<?, ?> map ? map : Map.of();
  }

  /** Binds each slot to the member of its name. */
  Object[] slots(List<Slot> slots, Map<?, ?> given) {
    Object[] values = new Object[slots.size()];
    if (!violations.isEmpty()) {
      return values;
    }
    for (int i = 0; i < values.length; i++) {
      Slot slot = slots.get(i);
      values[i] = member(slot, slot.name(), given);
    }
    return values;
  }

  /** Binds an object's properties and makes it. */
  Object object(ObjectType type, Map<?, ?> given) {
    if (!violations.isEmpty() && depth == 0) {
      return FAILED;
    }
    if (trial && !type.isDefined()) {
      return new Object();
    }
    List<Slot> properties = type.properties();
    Object[] values = new Object[properties.size()];
    boolean failed = false;
    for (int i = 0; i < values.length && !isFull(); i++) {
      Slot slot = properties.get(i);
      boolean isAbsent =
          slot.nullable() && slot.defaultValue() == null && given.get(slot.name()) == null;
      Object value =
          isAbsent && type.leavesAlone(i) ? ObjectType.ABSENT : member(slot, slot.name(), given);
      failed |= value == FAILED;
      values[i] = value;
    }
    return failed || isFull() ? FAILED : make(() -> type.create(values));
  }

  private @Nullable Object member(Slot slot, String key, Map<?, ?> given) {
    Object value = given.get(key);
    if (value == null && slot.defaultValue() == null) {
      if (slot.nullable()) {
        return nothing(slot.type());
      }
      if (isLeftOutHere(slot.type())) {
        return value(slot.type(), Constraints.NONE, List.of());
      }
    }
    push(key);
    Object bound = element(slot, value, given.containsKey(key));
    depth--;
    return bound;
  }

  private @Nullable Object element(Slot slot, @Nullable Object given, boolean isThere) {
    if (given != null && !isNullText(slot.type(), given)) {
      return value(slot.type(), slot.constraints(), given);
    }
    String preset = slot.defaultValue();
    if (preset != null) {
      return value(slot.type(), slot.constraints(), preset);
    }
    if (slot.nullable()) {
      return nothing(slot.type());
    }
    return isThere
        ? fail(Reason.NULL, "must not be null")
        : fail(Reason.MISSING, "is required and was not given");
  }

  /** Whether it is null as JSON text, where JSON text is asked for. */
  private static boolean isNullText(ValueType type, Object given) {
    ValueType inner = type instanceof OptionalType optional ? optional.inner() : type;
    boolean isMeant = inner == Scalar.OBJECT
        || inner == Scalar.JSON_MAP
        || inner == Scalar.OBJECT_NODE
        || inner == Scalar.ARRAY_NODE;
    return isMeant && given instanceof String text && text.strip().equals("null");
  }

  private static @Nullable Object nothing(ValueType type) {
    if (!(type instanceof OptionalType optional)) {
      return null;
    }
    switch (optional.kind()) {
      case INT:
        return OptionalInt.empty();
      case LONG:
        return OptionalLong.empty();
      case DOUBLE:
        return OptionalDouble.empty();
      default:
        return Optional.empty();
    }
  }

  /** Binds what is given and checks what it must fulfil. */
  Object value(ValueType type, Constraints constraints, Object given) {
    if (type instanceof Scalar scalar) {
      Object value = Scalars.bind(this, scalar, given);
      return value == FAILED ? value : checked(constraints, value, given);
    }
    if (type instanceof EnumType enumeration) {
      int index = choose(enumeration.wireNames(), enumeration.names(), given);
      return index < 0 ? FAILED : enumeration.constants().get(index);
    }
    if (type instanceof ListType list) {
      return list(list, constraints, given);
    }
    if (type instanceof MapType map) {
      return map(map, constraints, given);
    }
    if (type instanceof OptionalType optional) {
      return optional(optional, value(optional.inner(), constraints, given));
    }
    if (type instanceof UnionType union) {
      return union(union, given);
    }
    Map<?, ?> object = asObject(given);
    if (object == null) {
      return FAILED;
    }
    open(type);
    Object value = object((ObjectType) type, object);
    openedCount--;
    return value;
  }

  private static Object optional(OptionalType type, Object value) {
    if (value == FAILED) {
      return FAILED;
    }
    switch (type.kind()) {
      case INT:
        return OptionalInt.of((Integer) value);
      case LONG:
        return OptionalLong.of((Long) value);
      case DOUBLE:
        return OptionalDouble.of((Double) value);
      default:
        return Optional.of(value);
    }
  }

  private Object union(UnionType type, Object given) {
    Map<?, ?> object = asObject(given);
    if (object == null) {
      return FAILED;
    }
    push(type.discriminator());
    Object tag = object.get(type.discriminator());
    List<String> tags = type.variants().stream().map(UnionType.Variant::value).toList();
    int index = -1;
    if (tag != null) {
      index = choose(tags, tags, tag);
    } else if (object.containsKey(type.discriminator())) {
      fail(Reason.NULL, "must not be null; it tells which kind of object this is", tags);
    } else {
      fail(Reason.MISSING, "is required; it tells which kind of object this is", tags);
    }
    depth--;
    if (index < 0) {
      return FAILED;
    }
    open(type);
    Object value = object(type.variants().get(index).type(), object);
    openedCount--;
    return value;
  }

  private Object list(ListType type, Constraints constraints, Object given) {
    Object structure = asStructure(given, List.class, "a list");
    if (!(structure instanceof List<?> elements)) {
      return FAILED;
    }
    List<Object> values = new ArrayList<>(elements.size());
    Set<Object> seen = type.container() == ListType.Container.SET ? new HashSet<>() : null;
    boolean failed = false;
    int index = 0;
    for (Object element : elements) {
      push(index++);
      Object value = element(type.element(), element, true);
      depth--;
      if (value == FAILED) {
        failed = true;
        if (isFull()) {
          return FAILED;
        }
      } else if (seen == null || seen.add(value)) {
        values.add(value);
      }
    }
    // How many are distinct is not known when some are not.
    boolean counted = isSized(constraints, failed ? index : values.size(), "element");
    return failed || !counted ? FAILED : make(() -> type.collector().apply(values));
  }

  private Object map(MapType type, Constraints constraints, Object given) {
    Object structure = asStructure(given, Object.class, "a list of entries, or an object");
    Map<Object, @Nullable Object> values = new LinkedHashMap<>();
    boolean bound;
    int size;
    if (structure instanceof Map<?, ?> object) {
      size = object.size();
      bound = members(type, object, values);
    } else if (structure instanceof List<?> entries) {
      size = entries.size();
      bound = entries(type, entries, values);
    } else {
      return FAILED;
    }
    return isSized(constraints, size, "entry") && bound ? values : FAILED;
  }

  private boolean members(MapType type, Map<?, ?> given, Map<Object, @Nullable Object> values) {
    boolean bound = true;
    for (Map.Entry<?, ?> member : given.entrySet()) {
      if (isFull()) {
        return false;
      }
      String name = String.valueOf(member.getKey());
      push(name);
      Object key = value(type.key(), type.keyConstraints(), name);
      boolean isNew = key != FAILED && isNew(key, values);
      Object value = element(type.value(), member.getValue(), true);
      depth--;
      bound &= isNew && value != FAILED;
      if (isNew) {
        values.put(key, value);
      }
    }
    return bound;
  }

  private boolean entries(MapType type, List<?> given, Map<Object, @Nullable Object> values) {
    boolean bound = true;
    Slot keySlot = Slot.of("key", type.key()).withConstraints(type.keyConstraints());
    int index = 0;
    for (Object element : given) {
      if (isFull()) {
        return false;
      }
      push(index++);
      Map<?, ?> entry = null;
      if (element == null) {
        fail(Reason.NULL, "must not be null");
      } else {
        entry = asObject(element);
      }
      if (entry == null) {
        bound = false;
      } else {
        push("key");
        Object key = element(keySlot, entry.get("key"), entry.containsKey("key"));
        boolean isNew = key != null && key != FAILED && isNew(key, values);
        depth--;
        Object value = member(type.value(), "value", entry);
        bound &= isNew && value != FAILED;
        if (isNew) {
          values.put(requireNonNull(key), value);
        }
      }
      depth--;
    }
    return bound;
  }

  private boolean isNew(Object key, Map<Object, ?> values) {
    if (!values.containsKey(key)) {
      return true;
    }
    fail(Reason.DUPLICATE_KEY, "is there more than once; give each key once");
    return false;
  }

  /** Index of the one that is meant; -1 if none is. */
  int choose(List<String> words, List<String> otherWords, Object given) {
    String text = Scalars.text(given);
    if (text == null) {
      fail(Reason.WRONG_TYPE, "must be one of the valid options, not " + Texts.quote(given), words);
      return -1;
    }
    int index = words.indexOf(text);
    if (index < 0) {
      index = otherWords.indexOf(text);
    }
    if (index < 0) {
      index = onlyMatch(words, otherWords, text);
    }
    if (index < 0) {
      fail(
          Reason.NOT_ALLOWED, "must be one of the valid options, not " + Texts.quote(given), words);
    }
    return index;
  }

  private static int onlyMatch(List<String> words, List<String> otherWords, String text) {
    int found = -1;
    for (int i = 0; i < words.size(); i++) {
      if (words.get(i).equalsIgnoreCase(text) || otherWords.get(i).equalsIgnoreCase(text)) {
        if (found >= 0) {
          return -1;
        }
        found = i;
      }
    }
    return found;
  }

  private @Nullable Map<?, ?> asObject(Object given) {
    return asStructure(given, Map.class, "an object") instanceof Map<?, ?> map ? map : null;
  }

  /** What is given, or the JSON in its text; null, and a violation, if it is something else. */
  private @Nullable Object asStructure(Object given, Class<?> kind, String wanted) {
    if (depth >= MAX_DEPTH) {
      fail(Reason.BAD_FORMAT, "is nested too deeply; the most is " + MAX_DEPTH + " levels");
      return null;
    }
    Object structure = given;
    if (given instanceof String text && looksLikeStructure(text)) {
      Json json = Texts.json(text);
      if (json == null) {
        fail(
            Reason.BAD_FORMAT,
            "must be " + wanted + "; this text is not valid JSON: " + Texts.quote(given));
        return null;
      }
      structure = json.value();
    }
    if ((structure instanceof Map || structure instanceof List) && kind.isInstance(structure)) {
      return structure;
    }
    fail(Reason.WRONG_TYPE, "must be " + wanted + ", not " + Texts.quote(given));
    return null;
  }

  private static boolean looksLikeStructure(String text) {
    String trimmed = text.stripLeading();
    return trimmed.startsWith("[") || trimmed.startsWith("{");
  }

  private Object make(Supplier<Object> maker) {
    if (trial) {
      return attempt(maker);
    }
    try {
      return maker.get();
    } catch (CreationException e) {
      if (e.refusal() instanceof IllegalArgumentException || e.refusal() instanceof ToolException) {
        return refused(e.refusal());
      }
      throw e;
    }
  }

  private Object attempt(Supplier<Object> maker) {
    try {
      return maker.get();
    } catch (CreationException e) {
      return refused(e.refusal());
    } catch (RuntimeException e) {
      // At compile time nothing can be made; the value is not needed.
      return new Object();
    }
  }

  private Object refused(Exception refusal) {
    // Of an exception that was not written for the model only the application learns the words; in
    // a
    // trial it is the application that reads them. The value in them may be endless.
    String message = trial || refusal instanceof ToolException ? refusal.getMessage() : null;
    return fail(
        Reason.BAD_FORMAT, message == null ? "is not valid" : Texts.shorten(message, MOST_WORDS));
  }

  private Object checked(Constraints constraints, Object value, Object given) {
    if (constraints == Constraints.NONE) {
      return value;
    }
    int before = violations.size();
    Object result = value;
    if (constraints.min() != null || constraints.max() != null) {
      checkRange(constraints, value);
    }
    String text = value instanceof String string ? string : given instanceof String s ? s : null;
    if (value instanceof Map<?, ?> map) {
      isSized(constraints, map.size(), "entry");
    } else if (text != null) {
      if (constraints.minSize() != null || constraints.maxSize() != null) {
        isSized(constraints, text.codePointCount(0, text.length()), "character");
      }
      checkText(constraints, text);
      if (!constraints.allowed().isEmpty()) {
        int index = choose(constraints.allowed(), constraints.allowed(), text);
        result = index < 0 ? FAILED : constraints.allowed().get(index);
      }
    }
    return violations.size() > before ? FAILED : result;
  }

  private void checkRange(Constraints constraints, Object value) {
    BigDecimal number;
    if (value instanceof Number given) {
      number = Numbers.decimal(given);
    } else if (value instanceof java.time.Year year) {
      number = BigDecimal.valueOf(year.getValue());
    } else {
      return;
    }
    BigDecimal min = constraints.min();
    if (min != null) {
      int order = number.compareTo(min);
      if (order < 0 || order == 0 && constraints.minExclusive()) {
        String least = (constraints.minExclusive() ? "more than " : "at least ") + bound(min);
        fail(Reason.OUT_OF_RANGE, "must be " + least + ", not " + Texts.quote(number));
      }
    }
    BigDecimal max = constraints.max();
    if (max != null) {
      int order = number.compareTo(max);
      if (order > 0 || order == 0 && constraints.maxExclusive()) {
        String most = (constraints.maxExclusive() ? "less than " : "at most ") + bound(max);
        fail(Reason.OUT_OF_RANGE, "must be " + most + ", not " + Texts.quote(number));
      }
    }
  }

  private static String bound(BigDecimal number) {
    return Texts.shorten(Numbers.text(number.stripTrailingZeros()));
  }

  private void checkText(Constraints constraints, String text) {
    // What is empty is too short already.
    if (constraints.notBlank() && text.isBlank() && !text.isEmpty()) {
      fail(Reason.BAD_FORMAT, "must not be blank");
    }
    String pattern = constraints.pattern();
    if (pattern != null) {
      Boolean matches = Texts.matches(pattern, text);
      if (matches == null) {
        fail(
            Reason.BAD_FORMAT,
            "cannot be checked against the pattern " + pattern + "; give a simpler text");
      } else if (!matches) {
        fail(Reason.BAD_FORMAT, "must match the pattern " + pattern + ", not " + Texts.quote(text));
      }
    }
  }

  private boolean isSized(Constraints constraints, int size, String unit) {
    Integer min = constraints.minSize();
    boolean isText = unit.equals("character");
    if (min != null && size < min) {
      fail(
          isText ? Reason.TOO_SHORT : Reason.TOO_FEW,
          "must have at least " + count(min, unit) + ", has " + size);
      return false;
    }
    Integer max = constraints.maxSize();
    if (max != null && size > max) {
      fail(
          isText ? Reason.TOO_LONG : Reason.TOO_MANY,
          "must have at most " + count(max, unit) + ", has " + size);
      return false;
    }
    return true;
  }

  private static String count(int number, String unit) {
    if (number == 1) {
      return "1 " + unit;
    }
    return number + (unit.equals("entry") ? " entries" : " " + unit + "s");
  }

  /**
   * Whether the schema leaves out a collection here because what it holds would be too deep: the
   * model cannot know of it, so that it is empty when missing.
   */
  private boolean isLeftOutHere(ValueType type) {
    return openedCount >= MOST_DECLARED
        && (type instanceof ListType || type instanceof MapType)
        && !isDeclared(type);
  }

  private boolean isDeclared(ValueType type) {
    if (type instanceof ListType list) {
      return isDeclared(list.element().type());
    }
    if (type instanceof MapType map) {
      return isDeclared(map.value().type());
    }
    if (type instanceof OptionalType optional) {
      return isDeclared(optional.inner());
    }
    if (type instanceof Scalar || type instanceof EnumType) {
      return true;
    }
    int count = 0;
    for (int i = 0; i < openedCount; i++) {
      count += opened[i] == type ? 1 : 0;
    }
    if (count >= MOST_DECLARED || type instanceof UnionType) {
      return count < MOST_DECLARED;
    }
    // An object is left out, too, when nothing of it remains.
    open(type);
    boolean declared =
        ((ObjectType) type).properties().stream().anyMatch(slot -> isDeclared(slot.type()));
    openedCount--;
    return declared;
  }

  private void open(ValueType type) {
    if (openedCount == opened.length) {
      opened = Arrays.copyOf(opened, openedCount * 2);
    }
    opened[openedCount++] = type;
  }

  private void push(String key) {
    makeRoom();
    keys[depth++] = key;
  }

  private void push(int index) {
    makeRoom();
    keys[depth] = null;
    indices[depth++] = index;
  }

  private void makeRoom() {
    if (depth == keys.length) {
      keys = Arrays.copyOf(keys, depth * 2);
      indices = Arrays.copyOf(indices, depth * 2);
    }
  }

  private boolean isFull() {
    return violations.size() >= Binder.MOST;
  }

  /** Notes a violation where it is. */
  Object fail(Reason reason, String message) {
    return fail(reason, message, List.of());
  }

  private Object fail(Reason reason, String message, List<String> options) {
    if (!isFull()) {
      violations.add(new Violation(pointer(), reason, message, options));
    }
    return FAILED;
  }

  private String pointer() {
    StringBuilder pointer = new StringBuilder();
    for (int i = 0; i < depth; i++) {
      String key = keys[i];
      if (key == null) {
        pointer.append('/').append(indices[i]);
      } else if (key.length() <= LONGEST_SEGMENT) {
        pointer.append('/').append(key.replace("~", "~0").replace("/", "~1"));
      } else {
        // A key of the model's own making; where it is says enough.
        break;
      }
    }
    return pointer.toString();
  }
}
