package io.github.geminilive.tools.internal.binding;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.tools.internal.result.Writers;
import io.github.geminilive.tools.model.EnumType;
import io.github.geminilive.tools.model.ListType;
import io.github.geminilive.tools.model.MapType;
import io.github.geminilive.tools.model.ObjectType;
import io.github.geminilive.tools.model.ObjectWriter;
import io.github.geminilive.tools.model.OptionalType;
import io.github.geminilive.tools.model.Scalar;
import io.github.geminilive.tools.model.Slot;
import io.github.geminilive.tools.model.UnionType;
import io.github.geminilive.tools.model.ValueType;
import java.lang.reflect.Array;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/**
 * A type and values of it, both at random. Objects are maps of their properties.
 *
 * @param type the type
 * @param nullable whether its slot is
 * @param values values of the type
 */
record Typed(ValueType type, boolean nullable, Arbitrary<Object> values) {

  /** A slot and a value that fits it, null where it is nullable. */
  record Sample(Slot slot, Object value) {}

  private enum Color {
    RED,
    DARK_BLUE,
    Green,
    GREEN
  }

  private static final EnumType COLORS =
      EnumType.of(Color.values(), color -> color == Color.DARK_BLUE ? "dark-blue" : color.name());

  // Made once, as each holds all of those of lesser depth several times.
  private static final Map<Integer, Arbitrary<Typed>> ANY = new ConcurrentSkipListMap<>();

  /** Writes the enum among the types. */
  static final Writers WRITERS = new Writers() {
    @Override
    public ObjectWriter writer(Class<?> type) {
      return null;
    }

    @Override
    public EnumType enumeration(Class<?> type) {
      return type == Color.class ? COLORS : null;
    }
  };

  /** Texts without anything that looks like the name of a class. */
  static Arbitrary<String> plainTexts() {
    return Arbitraries.strings().withChars("ab/~ é\"\\\n0").ofMaxLength(8);
  }

  static Arbitrary<Sample> samples() {
    return any(2)
        .flatMap(typed -> typed.slotValues().map(value -> new Sample(typed.slot("a"), value)));
  }

  /** Slots with distinct names. */
  static Arbitrary<List<Sample>> argumentLists() {
    return any(2).list().ofMaxSize(5).flatMap(types -> {
      Arbitrary<List<Sample>> samples = Arbitraries.just(List.of());
      for (int i = 0; i < types.size(); i++) {
        Typed typed = types.get(i);
        String name = "p" + i;
        samples = Combinators.combine(samples, typed.slotValues()).as((before, value) -> {
          List<Sample> all = new ArrayList<>(before);
          all.add(new Sample(typed.slot(name), value));
          return all;
        });
      }
      return samples;
    });
  }

  private static Arbitrary<Typed> any(int depth) {
    return ANY.computeIfAbsent(depth, Typed::make);
  }

  private static Arbitrary<Typed> make(int depth) {
    return depth == 0
        ? Arbitraries.oneOf(scalars())
        : Arbitraries.oneOf(
            any(0),
            lists(depth - 1),
            maps(depth - 1),
            optionals(depth - 1),
            objects(depth - 1),
            unions(depth - 1));
  }

  private static List<Arbitrary<Typed>> scalars() {
    ObjectMapper mapper = new ObjectMapper();
    Arbitrary<Object> trees = trees(2);
    Arbitrary<Object> objects =
        Arbitraries.maps(plainTexts(), trees).ofMaxSize(3).map(map -> map);
    List<Arbitrary<Typed>> all = new ArrayList<>();
    add(
        all,
        Scalar.STRING,
        with(
            Arbitraries.strings().ofMaxLength(10),
            List.of("", "\ud800", "😀", "null", "[1]", "5", " ")));
    add(all, Scalar.CHAR, Arbitraries.chars());
    add(all, Scalar.BOOLEAN, Arbitraries.of(true, false));
    add(all, Scalar.BYTE, with(Arbitraries.bytes(), List.of(Byte.MIN_VALUE, Byte.MAX_VALUE)));
    add(all, Scalar.SHORT, with(Arbitraries.shorts(), List.of(Short.MIN_VALUE, Short.MAX_VALUE)));
    add(
        all,
        Scalar.INT,
        with(Arbitraries.integers(), List.of(Integer.MIN_VALUE, Integer.MAX_VALUE)));
    add(all, Scalar.LONG, with(Arbitraries.longs(), List.of(Long.MIN_VALUE, Long.MAX_VALUE)));
    add(all, Scalar.BIG_INTEGER, Arbitraries.bigIntegers());
    add(all, Scalar.YEAR, years().map(Year::of));
    // The sign of zero does not survive decimal numbers.
    add(
        all,
        Scalar.FLOAT,
        with(
            Arbitraries.floats().map(number -> number == 0 ? 0f : number),
            List.of(Float.MAX_VALUE, Float.MIN_VALUE)));
    add(
        all,
        Scalar.DOUBLE,
        with(
            Arbitraries.doubles().map(number -> number == 0 ? 0.0 : number),
            List.of(Double.MAX_VALUE, -Double.MIN_VALUE)));
    add(
        all,
        Scalar.BIG_DECIMAL,
        Arbitraries.bigDecimals().ofScale(30).map(number -> number.stripTrailingZeros()));
    add(all, Scalar.INSTANT, dateTimes().map(time -> time.toInstant(ZoneOffset.UTC)));
    add(
        all,
        Scalar.OFFSET_DATE_TIME,
        Combinators.combine(dateTimes(), Arbitraries.integers().between(-18 * 3600, 18 * 3600))
            .as((time, seconds) -> OffsetDateTime.of(time, ZoneOffset.ofTotalSeconds(seconds))));
    add(
        all,
        Scalar.ZONED_DATE_TIME,
        Combinators.combine(dateTimes(), Arbitraries.of("Europe/Paris", "UTC", "Z", "+05:30"))
            .as((time, zone) -> ZonedDateTime.of(time, ZoneId.of(zone))));
    add(all, Scalar.LOCAL_DATE, with(dates(), List.of(LocalDate.MIN, LocalDate.MAX)));
    add(
        all,
        Scalar.LOCAL_TIME,
        with(times(), List.of(LocalTime.MIN, LocalTime.MAX, LocalTime.NOON)));
    add(all, Scalar.LOCAL_DATE_TIME, dateTimes());
    add(
        all,
        Scalar.DURATION,
        Combinators.combine(
                Arbitraries.longs().between(-1L << 50, 1L << 50),
                Arbitraries.integers().between(0, 999_999_999))
            .as(Duration::ofSeconds));
    add(
        all,
        Scalar.PERIOD,
        Combinators.combine(Arbitraries.integers(), Arbitraries.integers(), Arbitraries.integers())
            .as(Period::of));
    add(
        all,
        Scalar.YEAR_MONTH,
        Combinators.combine(years(), Arbitraries.integers().between(1, 12)).as(YearMonth::of));
    add(
        all,
        Scalar.ZONE_ID,
        Arbitraries.of("Europe/Paris", "Z", "UTC+1", "-02:00").map(ZoneId::of));
    add(all, Scalar.UUID, uuids());
    add(
        all,
        Scalar.URI,
        Arbitraries.of("", "a/b", "https://a:1/b?c=%20#d", "urn:x:y").map(URI::create));
    add(all, Scalar.CURRENCY, Arbitraries.of("EUR", "JPY", "XXX").map(Currency::getInstance));
    add(
        all,
        Scalar.LOCALE,
        Arbitraries.of("en-GB", "zh-Hant-TW", "de").map(Locale::forLanguageTag));
    add(all, Scalar.BYTES, Arbitraries.bytes().array(byte[].class).ofMaxSize(5));
    // A text that is JSON itself is read as that.
    Arbitrary<Object> words = plainTexts().map(text -> "x" + text);
    Arbitrary<Object> truths = Arbitraries.of(true, false);
    add(all, Scalar.OBJECT, Arbitraries.oneOf(objects, words, truths));
    add(all, Scalar.JSON_MAP, objects);
    add(all, Scalar.JSON, Arbitraries.oneOf(objects, words).map(Json::of));
    add(all, Scalar.JSON_NODE, objects.map(value -> tree(mapper, value)));
    add(all, Scalar.OBJECT_NODE, objects.map(value -> tree(mapper, value)));
    add(all, Scalar.ARRAY_NODE, trees.list().ofMaxSize(3).map(value -> tree(mapper, value)));
    all.add(Arbitraries.just(
        new Typed(COLORS, false, Arbitraries.of(Color.values()).map(color -> color))));
    return all;
  }

  private static void add(
      List<Arbitrary<Typed>> all, Scalar scalar, Arbitrary<? extends Object> values) {
    all.add(Arbitraries.just(new Typed(scalar, false, values.map(value -> value))));
  }

  /** The given values and those at the edges; jqwik's own edges take too long in deep types. */
  private static <T> Arbitrary<T> with(Arbitrary<T> values, List<T> edges) {
    return Arbitraries.oneOf(values, values, Arbitraries.of(edges));
  }

  /** Plain values as Json holds them. */
  private static Arbitrary<Object> trees(int depth) {
    Arbitrary<Object> texts = plainTexts().map(text -> text);
    Arbitrary<Object> numbers = Arbitraries.longs().between(1L << 31, 1L << 50).map(n -> n);
    Arbitrary<Object> truths = Arbitraries.of(true, false);
    if (depth == 0) {
      return Arbitraries.oneOf(texts, numbers, truths);
    }
    Arbitrary<Object> lists = trees(depth - 1).list().ofMaxSize(3).map(list -> list);
    Arbitrary<Object> maps =
        Arbitraries.maps(plainTexts(), trees(depth - 1)).ofMaxSize(3).map(map -> map);
    return Arbitraries.oneOf(texts, numbers, truths, lists, maps);
  }

  private static Object tree(ObjectMapper mapper, Object plain) {
    try {
      return mapper.readTree(Json.of(plain).text());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Arbitrary<Typed> lists(int depth) {
    return Combinators.combine(any(depth), Arbitraries.of(ListType.Container.values()))
        .as((element, container) -> {
          Function<List<Object>, Object> collector = collector(container);
          Arbitrary<List<Object>> elements = container == ListType.Container.SET
              ? element.slotValues().list().uniqueElements().ofMaxSize(4)
              : element.slotValues().list().ofMaxSize(4);
          return new Typed(
              new ListType(container, element.slot(""), collector),
              false,
              elements.map(collector::apply));
        });
  }

  private static Function<List<Object>, Object> collector(ListType.Container container) {
    switch (container) {
      case SET:
        return LinkedHashSet::new;
      case ARRAY:
        return List::toArray;
      default:
        return list -> list;
    }
  }

  private static Arbitrary<Typed> maps(int depth) {
    Arbitrary<Typed> keys = Arbitraries.of(
        new Typed(Scalar.STRING, false, plainTexts().map(key -> key)),
        new Typed(Scalar.UUID, false, uuids().map(key -> key)),
        new Typed(Scalar.INT, false, Arbitraries.integers().map(key -> key)),
        new Typed(Scalar.LONG, false, Arbitraries.longs().map(key -> key)),
        new Typed(COLORS, false, Arbitraries.of(Color.values()).map(key -> key)));
    return Combinators.combine(keys, any(depth))
        .as((key, value) -> new Typed(
            new MapType(key.type(), value.slot("")),
            false,
            Combinators.combine(
                    key.values().list().uniqueElements().ofMaxSize(3),
                    value.slotValues().list().ofSize(3))
                .as((names, held) -> {
                  Map<Object, Object> map = new LinkedHashMap<>();
                  for (int i = 0; i < names.size(); i++) {
                    map.put(names.get(i), held.get(i));
                  }
                  return map;
                })));
  }

  private static Arbitrary<Typed> optionals(int depth) {
    Arbitrary<Typed> held = any(depth)
        .map(inner -> inner.nullable()
            ? inner
            : new Typed(
                new OptionalType(OptionalType.Kind.OPTIONAL, inner.type()),
                true,
                Arbitraries.oneOf(
                    Arbitraries.just(Optional.empty()), inner.values().map(Optional::of))));
    return Arbitraries.oneOf(
        held,
        any(depth)
            .map(inner -> inner.type() instanceof OptionalType
                ? inner
                : new Typed(inner.type(), true, inner.values())),
        numbers(
            OptionalType.Kind.INT,
            Scalar.INT,
            Arbitraries.of(OptionalInt.empty(), OptionalInt.of(-7))),
        numbers(
            OptionalType.Kind.LONG,
            Scalar.LONG,
            Arbitraries.of(OptionalLong.empty(), OptionalLong.of(Long.MAX_VALUE))),
        numbers(
            OptionalType.Kind.DOUBLE,
            Scalar.DOUBLE,
            Arbitraries.of(OptionalDouble.empty(), OptionalDouble.of(0.1))));
  }

  private static Arbitrary<Typed> numbers(
      OptionalType.Kind kind, Scalar scalar, Arbitrary<?> values) {
    return Arbitraries.just(
        new Typed(new OptionalType(kind, scalar), true, values.map(value -> value)));
  }

  private static Arbitrary<Typed> objects(int depth) {
    return any(depth).list().ofMinSize(1).ofMaxSize(4).map(properties -> {
      ObjectType type = object("Thing", properties, Map.of());
      return new Typed(type, false, members(properties, Map.of()));
    });
  }

  private static Arbitrary<Typed> unions(int depth) {
    Arbitrary<List<Typed>> properties = any(depth).list().ofMinSize(1).ofMaxSize(3);
    return Combinators.combine(properties, properties).as((first, second) -> {
      Map<String, Object> firstTag = Map.of("kind", "one");
      Map<String, Object> secondTag = Map.of("kind", "other");
      UnionType type = new UnionType(
          "Either",
          "kind",
          List.of(
              new UnionType.Variant("one", object("First", first, firstTag)),
              new UnionType.Variant("other", object("Second", second, secondTag))));
      return new Typed(
          type, false, Arbitraries.oneOf(members(first, firstTag), members(second, secondTag)));
    });
  }

  private static ObjectType object(String name, List<Typed> properties, Map<String, Object> tag) {
    List<Slot> slots = new ArrayList<>();
    for (int i = 0; i < properties.size(); i++) {
      slots.add(properties.get(i).slot("m" + i));
    }
    return ObjectType.declare(name).define(slots, values -> {
      Map<String, Object> made = new LinkedHashMap<>(tag);
      for (int i = 0; i < values.length; i++) {
        made.put("m" + i, values[i]);
      }
      return made;
    });
  }

  private static Arbitrary<Object> members(List<Typed> properties, Map<String, Object> tag) {
    Arbitrary<Object> members = Arbitraries.just(tag);
    for (int i = 0; i < properties.size(); i++) {
      String name = "m" + i;
      members = Combinators.combine(members, properties.get(i).slotValues()).as((before, value) -> {
        Map<Object, Object> all = new LinkedHashMap<>((Map<?, ?>) before);
        all.put(name, value);
        return all;
      });
    }
    return members;
  }

  private static Arbitrary<UUID> uuids() {
    return Combinators.combine(Arbitraries.longs(), Arbitraries.longs()).as(UUID::new);
  }

  private static Arbitrary<Integer> years() {
    return Arbitraries.integers().between(Year.MIN_VALUE, Year.MAX_VALUE);
  }

  private static Arbitrary<LocalDate> dates() {
    return Arbitraries.longs()
        .between(LocalDate.MIN.toEpochDay(), LocalDate.MAX.toEpochDay())
        .map(LocalDate::ofEpochDay);
  }

  private static Arbitrary<LocalTime> times() {
    return Arbitraries.longs().between(0, LocalTime.MAX.toNanoOfDay()).map(LocalTime::ofNanoOfDay);
  }

  // A day inside the range, so that no offset leads out of it.
  private static Arbitrary<LocalDateTime> dateTimes() {
    return Combinators.combine(
            Arbitraries.longs()
                .between(LocalDate.MIN.toEpochDay() + 2, LocalDate.MAX.toEpochDay() - 2)
                .map(LocalDate::ofEpochDay),
            times())
        .as(LocalDateTime::of);
  }

  private Slot slot(String name) {
    Slot slot = Slot.of(name, type);
    return nullable ? slot.asNullable() : slot;
  }

  private Arbitrary<Object> slotValues() {
    return nullable && !(type instanceof OptionalType) ? values.injectNull(0.2) : values;
  }

  /** Whether two values are the same, arrays by what they hold. */
  static boolean same(Object left, Object right) {
    if (left == null || right == null) {
      return left == right;
    }
    if (left.getClass().isArray()) {
      return right.getClass().isArray() && same(elements(left), elements(right));
    }
    if (left instanceof Optional<?> a && right instanceof Optional<?> b) {
      return same(a.orElse(null), b.orElse(null));
    }
    if (left instanceof Map<?, ?> a && right instanceof Map<?, ?> b) {
      return a.keySet().equals(b.keySet())
          && a.keySet().stream().allMatch(key -> same(a.get(key), b.get(key)));
    }
    if (left instanceof Record && left.getClass() == right.getClass()) {
      return Arrays.stream(left.getClass().getRecordComponents())
          .allMatch(component -> same(read(component, left), read(component, right)));
    }
    if (left instanceof Iterable<?> a
        && right instanceof Iterable<?> b
        && !(left instanceof JsonNode)) {
      List<Object> first = new ArrayList<>();
      a.forEach(first::add);
      List<Object> second = new ArrayList<>();
      b.forEach(second::add);
      boolean same = first.size() == second.size();
      for (int i = 0; same && i < first.size(); i++) {
        same = same(first.get(i), second.get(i));
      }
      return same;
    }
    return left instanceof BigDecimal a && right instanceof BigDecimal b
        ? a.compareTo(b) == 0
        : left.equals(right);
  }

  private static Object read(RecordComponent component, Object owner) {
    try {
      return component.getAccessor().invoke(owner);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static List<Object> elements(Object array) {
    Object[] elements = new Object[Array.getLength(array)];
    Arrays.setAll(elements, i -> Array.get(array, i));
    return Arrays.asList(elements);
  }
}
