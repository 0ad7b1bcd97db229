package io.github.geminilive.tools.internal.binding;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
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
import java.math.BigInteger;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
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
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.api.MapAssert;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class BinderTest {

  private enum Color {
    RED,
    DARK_BLUE,
    Green,
    GREEN
  }

  private static final EnumType COLORS =
      EnumType.of(Color.values(), color -> color == Color.DARK_BLUE ? "dark-blue" : color.name());

  @Nested
  class Scalars {

    static Stream<Arguments> taken() {
      return Stream.of(
          row(Scalar.STRING, "'a'", "a"),
          row(Scalar.STRING, "''", ""),
          row(Scalar.STRING, "' a '", " a "),
          row(Scalar.STRING, "5", "5"),
          row(Scalar.STRING, "5.50", "5.50"),
          row(Scalar.STRING, "1e2", "100"),
          row(Scalar.STRING, "123456789012345678901234", "123456789012345678901234"),
          row(Scalar.STRING, "true", "true"),
          row(Scalar.STRING, "'[1]'", "[1]"),
          row(Scalar.CHAR, "'x'", 'x'),
          row(Scalar.CHAR, "' '", ' '),
          row(Scalar.CHAR, "7", '7'),
          row(Scalar.BOOLEAN, "true", true),
          row(Scalar.BOOLEAN, "false", false),
          row(Scalar.BOOLEAN, "'TRUE'", true),
          row(Scalar.BOOLEAN, "' False '", false),
          row(Scalar.BYTE, "-128", (byte) -128),
          row(Scalar.BYTE, "127", (byte) 127),
          row(Scalar.SHORT, "-32768", (short) -32768),
          row(Scalar.SHORT, "32767", (short) 32767),
          row(Scalar.INT, "5", 5),
          row(Scalar.INT, "5.0", 5),
          row(Scalar.INT, "5.000e0", 5),
          row(Scalar.INT, "1e2", 100),
          row(Scalar.INT, "0e99999999", 0),
          row(Scalar.INT, "'5'", 5),
          row(Scalar.INT, "' -5.0 '", -5),
          row(Scalar.INT, "'1E2'", 100),
          row(Scalar.INT, "'+7'", 7),
          row(Scalar.INT, "'007'", 7),
          row(Scalar.INT, "2147483647", Integer.MAX_VALUE),
          row(Scalar.INT, "-2147483648", Integer.MIN_VALUE),
          row(Scalar.LONG, "9223372036854775807", Long.MAX_VALUE),
          row(Scalar.LONG, "'-9223372036854775808'", Long.MIN_VALUE),
          row(Scalar.LONG, "9.223372036854775807e18", Long.MAX_VALUE),
          row(Scalar.BIG_INTEGER, "1", BigInteger.ONE),
          row(Scalar.BIG_INTEGER, "1e30", BigInteger.TEN.pow(30)),
          row(
              Scalar.BIG_INTEGER,
              "'-123456789012345678901'",
              new BigInteger("-123456789012345678901")),
          row(Scalar.YEAR, "2026", Year.of(2026)),
          row(Scalar.YEAR, "-999999999", Year.of(-999999999)),
          row(Scalar.FLOAT, "0.1", 0.1f),
          row(Scalar.FLOAT, "'3'", 3f),
          row(Scalar.DOUBLE, "0.1", 0.1),
          row(Scalar.DOUBLE, "1", 1.0),
          row(Scalar.DOUBLE, "'1.5e300'", 1.5e300),
          row(Scalar.DOUBLE, "1e-999", 0.0),
          row(Scalar.BIG_DECIMAL, "0.10", new BigDecimal("0.10")),
          row(Scalar.BIG_DECIMAL, "'.5'", new BigDecimal("0.5")),
          row(Scalar.BIG_DECIMAL, "0e99999999", BigDecimal.ZERO),
          row(Scalar.INSTANT, "'2026-03-31T14:30:00Z'", Instant.parse("2026-03-31T14:30:00Z")),
          row(
              Scalar.INSTANT,
              "'2026-03-31T14:30:00.5+02:00'",
              Instant.parse("2026-03-31T12:30:00.5Z")),
          row(
              Scalar.OFFSET_DATE_TIME,
              "'2026-03-31T14:30+02:00'",
              OffsetDateTime.parse("2026-03-31T14:30:00+02:00")),
          row(
              Scalar.ZONED_DATE_TIME,
              "'2026-03-31T14:30:00+02:00[Europe/Paris]'",
              ZonedDateTime.of(2026, 3, 31, 14, 30, 0, 0, ZoneId.of("Europe/Paris"))),
          row(Scalar.LOCAL_DATE, "'2028-02-29'", LocalDate.of(2028, 2, 29)),
          row(Scalar.LOCAL_TIME, "'14:30'", LocalTime.of(14, 30)),
          row(
              Scalar.LOCAL_DATE_TIME,
              "'2026-03-31T14:30:01'",
              LocalDateTime.of(2026, 3, 31, 14, 30, 1)),
          row(Scalar.DURATION, "'PT1H30M'", Duration.ofMinutes(90)),
          row(Scalar.PERIOD, "'P1Y2M10D'", Period.of(1, 2, 10)),
          row(Scalar.YEAR_MONTH, "'2026-03'", YearMonth.of(2026, 3)),
          row(Scalar.ZONE_ID, "'Europe/Paris'", ZoneId.of("Europe/Paris")),
          row(
              Scalar.UUID,
              "'123E4567-e89b-12d3-a456-426614174000'",
              UUID.fromString("123e4567-e89b-12d3-a456-426614174000")),
          row(Scalar.URI, "'https://example.com/a?b=c'", URI.create("https://example.com/a?b=c")),
          row(Scalar.CURRENCY, "'EUR'", Currency.getInstance("EUR")),
          row(Scalar.LOCALE, "'en-GB'", Locale.UK),
          row(Scalar.BYTES, "'AP8='", new byte[] {0, -1}),
          row(Scalar.BYTES, "'AP8'", new byte[] {0, -1}),
          row(Scalar.BYTES, "'_w=='", new byte[] {-1}),
          row(
              Scalar.OBJECT,
              "'{\\\"a\\\":[1,2.5]}'",
              Map.of("a", List.of(1L, new BigDecimal("2.5")))),
          row(Scalar.OBJECT, "{'a':1}", Map.of("a", 1L)),
          row(Scalar.OBJECT, "'not JSON'", "not JSON"),
          row(Scalar.OBJECT, "'\\\"5\\\"'", "5"),
          row(Scalar.OBJECT, "'5'", 5L),
          row(Scalar.JSON_MAP, "'{\\\"a\\\":null}'", mapOfNull("a")),
          row(Scalar.JSON_MAP, "{}", Map.of()),
          row(Scalar.JSON, "'[1]'", Json.parse("[1]")),
          row(Scalar.JSON, "'[1'", Json.of("[1")),
          row(Scalar.JSON, "{'a':[true]}", Json.parse("{\"a\":[true]}")));
    }

    @ParameterizedTest(name = "{0} takes {1}")
    @MethodSource("taken")
    void takesWhatIsMeant(Scalar scalar, String json, Object expected) {
      assertThat(value(scalar, json)).isEqualTo(expected);
    }

    @ParameterizedTest(name = "{0} refuses {1}: {2}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        STRING           | [1]                     | wrong_type
        STRING           | {'a':1}                 | wrong_type
        CHAR             | ''                      | too_short
        CHAR             | 'ab'                    | too_long
        CHAR             | '😀'                    | bad_format
        CHAR             | []                      | wrong_type
        BOOLEAN          | 1                       | wrong_type
        BOOLEAN          | 0                       | wrong_type
        BOOLEAN          | 'yes'                   | wrong_type
        BYTE             | 128                     | out_of_range
        BYTE             | -129                    | out_of_range
        SHORT            | 32768                   | out_of_range
        SHORT            | -32769                  | out_of_range
        INT              | 5.7                     | not_integer
        INT              | '5.7'                   | not_integer
        INT              | 1e-1                    | not_integer
        INT              | 1e-999999999            | not_integer
        INT              | 2147483648              | out_of_range
        INT              | -2147483649             | out_of_range
        INT              | 1e999999999             | out_of_range
        INT              | '1e99999999999'         | out_of_range
        INT              | 'five'                  | wrong_type
        INT              | ''                      | wrong_type
        INT              | '1 2'                   | wrong_type
        INT              | '1e'                    | wrong_type
        INT              | '٣'                     | wrong_type
        INT              | true                    | wrong_type
        INT              | [5]                     | wrong_type
        LONG             | 9223372036854775808     | out_of_range
        LONG             | -9223372036854775809    | out_of_range
        LONG             | 1e19                    | out_of_range
        BIG_INTEGER      | 1e999999999             | out_of_range
        BIG_INTEGER      | 0.5                     | not_integer
        YEAR             | 1000000000              | out_of_range
        YEAR             | '2026-01'               | wrong_type
        FLOAT            | 1e39                    | out_of_range
        FLOAT            | 'NaN'                   | wrong_type
        DOUBLE           | 1e309                   | out_of_range
        DOUBLE           | -1e999999999            | out_of_range
        DOUBLE           | 'NaN'                   | wrong_type
        DOUBLE           | 'Infinity'              | wrong_type
        DOUBLE           | '0x10'                  | wrong_type
        DOUBLE           | false                   | wrong_type
        BIG_DECIMAL      | 1e999999999             | out_of_range
        BIG_DECIMAL      | 1e-999999999            | out_of_range
        INSTANT          | '2026-03-31T14:30:00'   | bad_format
        INSTANT          | '2026-02-30T14:30:00Z'  | bad_format
        INSTANT          | 1774967400              | wrong_type
        OFFSET_DATE_TIME | 'tomorrow'              | bad_format
        ZONED_DATE_TIME  | '2026-03-31'            | bad_format
        LOCAL_DATE       | '31.03.2026'            | bad_format
        LOCAL_DATE       | '2026-02-29'            | bad_format
        LOCAL_DATE       | ' 2026-02-28'           | bad_format
        LOCAL_TIME       | '2pm'                   | bad_format
        LOCAL_TIME       | '25:00'                 | bad_format
        LOCAL_DATE_TIME  | '2026-03-31 14:30:00'   | bad_format
        DURATION         | '90 minutes'            | bad_format
        DURATION         | 90                      | wrong_type
        PERIOD           | 'PT1H'                  | bad_format
        YEAR_MONTH       | '2026-13'               | bad_format
        ZONE_ID          | 'Europe/Atlantis'       | bad_format
        UUID             | '1-1-1-1-1'             | bad_format
        UUID             | 'x23e4567-e89b-12d3-a456-426614174000' | bad_format
        URI              | 'a b'                   | bad_format
        CURRENCY         | 'euro'                  | bad_format
        LOCALE           | 'en_GB'                 | bad_format
        LOCALE           | ''                      | bad_format
        BYTES            | 'a'                     | bad_format
        BYTES            | 'AP8=,'                 | bad_format
        OBJECT           | 'null'                  | null
        JSON_MAP         | '[1]'                   | wrong_type
        JSON_MAP         | 'x'                     | bad_format
        JSON_MAP         | 5                       | wrong_type
        OBJECT_NODE      | [1]                     | wrong_type
        ARRAY_NODE       | {'a':1}                 | wrong_type
        ARRAY_NODE       | '[1'                    | bad_format
        """)
    void refusesWhatWouldLoseSomething(Scalar scalar, String json, String reason) {
      Bound bound = bind(List.of(Slot.of("a", scalar)), "{'a':" + json + "}");

      assertThat(bound.violations()).singleElement().satisfies(violation -> {
        assertThat(violation.path()).isEqualTo("/a");
        assertThat(violation.reason().wireName()).isEqualTo(reason);
        assertThat(violation.message()).startsWith("must ").doesNotContain("java");
      });
    }

    @Test
    void readsJacksonsNodesAsJacksonDoes() throws Exception {
      String json = "{'a':[1,12345678901,123456789012345678901,true,null,'x',{'b':{}}]}";

      assertThat(value(Scalar.JSON_NODE, json))
          .isEqualTo(new ObjectMapper().readTree(json.replace('\'', '"')));
      assertThat(value(Scalar.OBJECT_NODE, "'{\\\"a\\\":0.10}'")).hasToString("{\"a\":0.10}");
      assertThat(value(Scalar.ARRAY_NODE, "[1]")).hasToString("[1]");
      assertThat(value(Scalar.JSON_NODE, "'no JSON'")).hasToString("\"no JSON\"");
    }

    @Test
    void repeatsNoLongValues() {
      String json = "{'a':'" + "x".repeat(100_000) + "'}";

      assertThat(violations(List.of(Slot.of("a", Scalar.INT)), json))
          .singleElement()
          .satisfies(violation -> assertThat(violation.message()).hasSizeLessThan(120));
    }

    @Test
    void refusesANumberThatNothingCanHold() {
      assertThat(reasons(Slot.of("a", Scalar.JSON_MAP), "'{\\\"b\\\":1e99999999999}'"))
          .containsExactly("/a bad_format");
    }

    @Test
    void readsANumberTextOfManyDigitsNoFurther() {
      String digits = "9".repeat(1_000_000);

      assertThat(reasons(Slot.of("a", Scalar.BIG_DECIMAL), "'" + digits + "'"))
          .containsExactly("/a out_of_range");
    }

    @ParameterizedTest
    @EnumSource(names = {"OBJECT", "JSON_MAP", "OBJECT_NODE", "ARRAY_NODE"})
    void nullAsJsonTextIsNull(Scalar scalar) {
      Slot slot = Slot.of("a", scalar);
      ValueType optional = new OptionalType(OptionalType.Kind.OPTIONAL, scalar);

      assertThat(reasons(slot, "'null'")).containsExactly("/a null");
      assertThat(value(slot.asNullable(), "' null '")).isNull();
      assertThat(value(Slot.of("a", optional).asNullable(), "'null'")).isEqualTo(Optional.empty());
    }

    private static Map<String, Object> mapOfNull(String key) {
      Map<String, Object> map = new LinkedHashMap<>();
      map.put(key, null);
      return map;
    }
  }

  @Nested
  class Absence {

    @Test
    void aRequiredValueMustBeThere() {
      List<Slot> slots = List.of(Slot.of("a", Scalar.INT), Slot.of("b", Scalar.INT));

      assertThat(violations(slots, "{'b':null}"))
          .extracting(Violation::toMap)
          .containsExactly(
              Map.of("path", "/a", "reason", "missing", "message", "is required and was not given"),
              Map.of("path", "/b", "reason", "null", "message", "must not be null"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'a':null}"})
    void whatIsOptionalIsAbsent(String json) {
      ValueType optional = new OptionalType(OptionalType.Kind.OPTIONAL, Scalar.STRING);
      ValueType optionalInt = new OptionalType(OptionalType.Kind.INT, Scalar.INT);

      assertThat(bind(List.of(Slot.of("a", Scalar.STRING).asNullable()), json).values())
          .containsExactly((Object) null);
      assertThat(bind(List.of(Slot.of("a", optional).asNullable()), json).values())
          .containsExactly(Optional.empty());
      assertThat(bind(List.of(Slot.of("a", optionalInt).asNullable()), json).values())
          .containsExactly(OptionalInt.empty());
    }

    @Test
    void whatIsOptionalHoldsWhatIsGiven() {
      Slot slot = Slot.of("a", new OptionalType(OptionalType.Kind.INT, Scalar.INT))
          .asNullable()
          .withConstraints(range("1", "9"));

      assertThat(value(slot, "'5'")).isEqualTo(OptionalInt.of(5));
      assertThat(reasons(slot, "10")).containsExactly("/a out_of_range");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{'a':null}"})
    void aDefaultIsTaken(String json) {
      assertThat(bind(List.of(Slot.of("a", Scalar.INT).withDefault("7")), json).values())
          .containsExactly(7);
      assertThat(bind(List.of(Slot.of("a", COLORS).withDefault("RED")), json).values())
          .containsExactly(Color.RED);
    }

    @Test
    @SuppressWarnings("unchecked")
    void aDefaultIsMadeAfreshEachTime() {
      Slot slot = Slot.of("a", listOf(Slot.of("", Scalar.INT))).withDefault("[1,2]");
      List<Object> first = (List<Object>) bind(List.of(slot), "{}").values()[0];

      first.add(3);

      assertThat(bind(List.of(slot), "{}").values()).containsExactly(List.of(1, 2));
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "{}", "'{}'"})
    void noArgumentsAreAnEmptyObject(String json) {
      assertThat(reasons(List.of(Slot.of("a", Scalar.INT)), json)).containsExactly("/a missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "5", "'x'"})
    void argumentsAreAnObject(String json) {
      assertThat(reasons(List.of(Slot.of("a", Scalar.INT)), json)).containsExactly(" wrong_type");
    }

    @Test
    void unknownMembersAreIgnored() {
      assertThat(bind(List.of(Slot.of("a", Scalar.INT)), "{'z':[],'a':1}").values())
          .containsExactly(1);
    }
  }

  @Nested
  class Enums {

    @ParameterizedTest
    @CsvSource({
      "RED, RED",
      "red, RED",
      "dark-blue, DARK_BLUE",
      "Dark-Blue, DARK_BLUE",
      "DARK_BLUE, DARK_BLUE",
      "dark_blue, DARK_BLUE",
      "Green, Green",
      "GREEN, GREEN"
    })
    void takeWireNameThenNameThenOneThatDiffersInCaseOnly(String text, Color expected) {
      assertThat(value(COLORS, "'" + text + "'")).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'green'", "'blue'", "0", "'0'", "''", "true"})
    void tellWhatIsPossible(String json) {
      assertThat(violations(List.of(Slot.of("a", COLORS)), "{'a':" + json + "}"))
          .singleElement()
          .satisfies(violation -> {
            assertThat(violation.reason()).isEqualTo(Reason.NOT_ALLOWED);
            assertThat(violation.validOptions())
                .containsExactly("RED", "dark-blue", "Green", "GREEN");
            assertThat(violation.toMap())
                .containsEntry("valid_options", List.of("RED", "dark-blue", "Green", "GREEN"));
          });
    }

    @Test
    void mayHaveNumbersAsWireNames() {
      EnumType levels = EnumType.of(
          new Color[] {Color.RED, Color.GREEN}, color -> color == Color.RED ? "1" : "2");

      assertThat(value(levels, "2")).isEqualTo(Color.GREEN);
      assertThat(value(levels, "'1'")).isEqualTo(Color.RED);
      assertThat(reasons(Slot.of("a", levels), "0")).containsExactly("/a not_allowed");
    }

    @Test
    void areNoObjects() {
      assertThat(reasons(Slot.of("a", COLORS), "{}")).containsExactly("/a wrong_type");
    }
  }

  @Nested
  class Lists {

    @Test
    void takeArraysAndTheirText() {
      ValueType list = listOf(Slot.of("", Scalar.INT));

      assertThat(value(list, "[1,'2',3.0]")).isEqualTo(List.of(1, 2, 3));
      assertThat(value(list, "' [1, 2]'")).isEqualTo(List.of(1, 2));
      assertThat(value(list, "[]")).isEqualTo(List.of());
    }

    @Test
    void takeNoSingleValue() {
      Slot slot = Slot.of("a", listOf(Slot.of("", Scalar.STRING)));

      assertThat(reasons(slot, "'x'")).containsExactly("/a wrong_type");
      assertThat(reasons(slot, "5")).containsExactly("/a wrong_type");
      assertThat(reasons(slot, "{'0':'x'}")).containsExactly("/a wrong_type");
      assertThat(reasons(slot, "'{}'")).containsExactly("/a wrong_type");
      assertThat(reasons(slot, "'[1'")).containsExactly("/a bad_format");
    }

    @Test
    void tellEachBadElement() {
      Slot slot = Slot.of("a", listOf(Slot.of("", listOf(Slot.of("", Scalar.INT)))));

      assertThat(reasons(slot, "[[1,'x'],null,[2.5]]"))
          .containsExactly("/a/0/1 wrong_type", "/a/1 null", "/a/2/0 not_integer");
      assertThat(reasons(slot, "'[[1,null]]'")).containsExactly("/a/0/1 null");
    }

    @Test
    void mayHoldNull() {
      ValueType list = listOf(Slot.of("", Scalar.INT).asNullable());

      assertThat(value(list, "[1,null]")).isEqualTo(Arrays.asList(1, null));
    }

    @Test
    void dropRepeatsWhereTheyAreSets() {
      Slot set = Slot.of(
          "a", new ListType(ListType.Container.SET, Slot.of("", Scalar.INT), LinkedHashSet::new));

      assertThat(value(set, "[3,1,'3',1.0]")).isEqualTo(Set.of(1, 3));
      assertThat(reasons(set.withConstraints(sized(2, null)), "[1,1]"))
          .containsExactly("/a too_few");
      assertThat(reasons(set.withConstraints(sized(null, 1)), "[1,1]")).isEmpty();
    }

    @Test
    void becomeWhatTheirCollectorMakes() {
      Function<List<Object>, Object> toArray = list -> {
        int[] array = new int[list.size()];
        Arrays.setAll(array, i -> (Integer) list.get(i));
        return array;
      };
      ValueType array = new ListType(ListType.Container.ARRAY, Slot.of("", Scalar.INT), toArray);

      assertThat(value(array, "[1,2]")).isEqualTo(new int[] {1, 2});
    }

    @Test
    void haveASize() {
      Slot slot = Slot.of("a", listOf(Slot.of("", Scalar.INT))).withConstraints(sized(2, 3));

      assertThat(violations(List.of(slot), "{'a':[1]}"))
          .extracting(v -> v.reason().wireName() + ": " + v.message())
          .containsExactly("too_few: must have at least 2 elements, has 1");
      assertThat(reasons(slot, "[1,2]")).isEmpty();
      assertThat(reasons(slot, "[1,2,3]")).isEmpty();
      assertThat(violations(List.of(slot), "{'a':[1,2,3,4]}"))
          .extracting(v -> v.reason().wireName() + ": " + v.message())
          .containsExactly("too_many: must have at most 3 elements, has 4");
    }
  }

  @Nested
  class Maps {

    private final MapType ages = new MapType(Scalar.STRING, Slot.of("", Scalar.INT));

    @ParameterizedTest
    @ValueSource(
        strings = {
          "[{'key':'b','value':1},{'key':'a','value':'2'}]",
          "{'b':1,'a':2.0}",
          "'{\\\"b\\\":1,\\\"a\\\":2}'",
          "['{\\\"key\\\":\\\"b\\\",\\\"value\\\":1}',{'key':'a','value':2,'z':0}]"
        })
    void areEntriesOrAPlainObject(String json) {
      assertThatMap(value(ages, json)).containsExactly(Map.entry("b", 1), Map.entry("a", 2));
    }

    @Test
    void haveKeysOfTheirType() {
      assertThat(value(new MapType(Scalar.INT, Slot.of("", Scalar.INT)), "{'1':5}"))
          .isEqualTo(Map.of(1, 5));
      assertThat(value(new MapType(COLORS, Slot.of("", Scalar.INT)), "[{'key':'red','value':5}]"))
          .isEqualTo(Map.of(Color.RED, 5));
      UUID id = new UUID(1, 2);
      assertThat(value(new MapType(Scalar.UUID, Slot.of("", Scalar.INT)), "{'" + id + "':5}"))
          .isEqualTo(Map.of(id, 5));
    }

    @Test
    void tellWhatIsWrongWhereItIs() {
      Slot slot = Slot.of("m", new MapType(Scalar.INT, Slot.of("", Scalar.INT)));

      assertThat(reasons("m", slot, "[{'key':'x','value':1},{'value':'y'},{'key':1},null,5]"))
          .containsExactly(
              "/m/0/key wrong_type",
              "/m/1/key missing",
              "/m/1/value wrong_type",
              "/m/2/value missing",
              "/m/3 null",
              "/m/4 wrong_type");
      assertThat(reasons("m", slot, "{'x':1,'2':'y'}"))
          .containsExactly("/m/x wrong_type", "/m/2 wrong_type");
      assertThat(reasons("m", slot, "5")).containsExactly("/m wrong_type");
    }

    @Test
    void haveEachKeyOnce() {
      Slot slot = Slot.of("m", new MapType(Scalar.INT, Slot.of("", Scalar.INT)));

      assertThat(reasons("m", slot, "[{'key':1,'value':1},{'key':'1','value':2}]"))
          .containsExactly("/m/1/key duplicate_key");
      assertThat(reasons("m", slot, "{'1':1,'01':2}")).containsExactly("/m/01 duplicate_key");
    }

    @Test
    void haveASizeAndDefaultsForTheirValues() {
      Slot slot = Slot.of(
              "a", new MapType(Scalar.STRING, Slot.of("", Scalar.INT).withDefault("1")))
          .withConstraints(sized(1, 2));

      assertThat(value(slot, "[{'key':'x'},{'key':'y','value':null}]"))
          .isEqualTo(Map.of("x", 1, "y", 1));
      assertThat(reasons(slot, "[]")).containsExactly("/a too_few");
      assertThat(reasons(slot, "{'a':1,'b':1,'c':1}")).containsExactly("/a too_many");
    }

    @Test
    void mayHoldNull() {
      MapType map = new MapType(Scalar.STRING, Slot.of("", Scalar.INT).asNullable());

      assertThatMap(value(map, "[{'key':'x'}]")).containsEntry("x", null);
    }

    @Test
    void escapeTheirKeysInPointers() {
      assertThat(reasons("m", Slot.of("m", ages), "{'a/b~c':'x','':null}"))
          .containsExactly("/m/a~1b~0c wrong_type", "/m/ null");
    }

    @Test
    void pointAtTheMapWhereAKeyIsEndless() {
      assertThat(reasons("m", Slot.of("m", ages), "{'" + "k".repeat(10_000) + "':'x'}"))
          .containsExactly("/m wrong_type");
    }
  }

  @Nested
  class Objects {

    private final ObjectType point = ObjectType.declare("Point")
        .define(
            List.of(Slot.of("x", Scalar.INT), Slot.of("y", Scalar.INT).withDefault("0")),
            values -> List.of(values));

    @Test
    void areMadeOfTheirProperties() {
      assertThat(value(point, "{'y':2,'x':1,'z':3}")).isEqualTo(List.of(1, 2));
      assertThat(value(point, "'{\\\"x\\\":1}'")).isEqualTo(List.of(1, 0));
    }

    @Test
    void tellWhatIsWrongWithEach() {
      assertThat(reasons(Slot.of("a", point), "{'y':'north'}"))
          .containsExactly("/a/x missing", "/a/y wrong_type");
      assertThat(reasons(Slot.of("a", point), "[1,2]")).containsExactly("/a wrong_type");
      assertThat(reasons(Slot.of("a", point), "'here'")).containsExactly("/a wrong_type");
    }

    @Test
    void mayRefuseTheirValuesInWordsOfTheApplication() {
      ObjectType picky = ObjectType.declare("Picky")
          .define(List.of(Slot.of("x", Scalar.INT)), values -> {
            throw new CreationException(new ToolException("x must be odd: 2"));
          });

      assertThat(violations(List.of(Slot.of("a", listOf(Slot.of("", picky)))), "{'a':[{'x':2}]}"))
          .containsExactly(new Violation("/a/0", Reason.BAD_FORMAT, "x must be odd: 2", List.of()));
      assertThat(Binder.bindObject(picky, Json.parse("{\"x\":2}")).violations())
          .containsExactly(new Violation("", Reason.BAD_FORMAT, "x must be odd: 2", List.of()));
    }

    @Test
    void keepTheWordsOfOtherExceptionsToThemselves() {
      ObjectType strict = ObjectType.declare("Strict")
          .define(List.of(Slot.of("x", Scalar.STRING)), values -> {
            throw new CreationException(
                new IllegalArgumentException("com.acme.Strict: " + values[0]));
          });

      assertThat(violations(List.of(Slot.of("a", strict)), "{'a':{'x':'y'}}"))
          .containsExactly(new Violation("/a", Reason.BAD_FORMAT, "is not valid", List.of()));
    }

    @Test
    void mayRefuseWithoutWordsOrWithTooMany() {
      ObjectType silent = ObjectType.declare("Silent").define(List.of(), values -> {
        throw new CreationException(new IllegalArgumentException());
      });
      ObjectType verbose = ObjectType.declare("Verbose").define(List.of(), values -> {
        throw new CreationException(new ToolException("x".repeat(10_000)));
      });

      assertThat(violations(List.of(Slot.of("a", silent)), "{'a':{}}"))
          .extracting(Violation::message)
          .containsExactly("is not valid");
      assertThat(violations(List.of(Slot.of("a", verbose)), "{'a':{}}"))
          .singleElement()
          .satisfies(violation -> assertThat(violation.message()).hasSize(501));
    }

    @Test
    void failTheCallWhenTheyFailOtherwise() {
      CreationException failure = new CreationException(new IllegalStateException("broken"));
      ObjectType broken = ObjectType.declare("Broken").define(List.of(), values -> {
        throw failure;
      });

      assertThatThrownBy(() -> value(broken, "{}")).isSameAs(failure);
    }

    @Test
    void areNotMadeWhenAPropertyIsBad() {
      List<Object> made = new ArrayList<>();
      ObjectType counted = ObjectType.declare("Counted")
          .define(List.of(Slot.of("x", Scalar.INT)), values -> {
            made.add(values[0]);
            return values;
          });

      assertThat(reasons(Slot.of("a", counted), "{'x':'?'}")).containsExactly("/a/x wrong_type");
      assertThat(made).isEmpty();
    }

    @Test
    void leaveAloneWhatABeanSetsItself() {
      Slot note = Slot.of("note", Scalar.STRING).asNullable();
      Slot size = Slot.of("size", Scalar.INT).withDefault("3");
      ObjectType bean = ObjectType.declare("Bean")
          .define(List.of(note, size), Set.of(0, 1), values -> List.of(values));

      assertThat(value(bean, "{}")).isEqualTo(List.of(ObjectType.ABSENT, 3));
      assertThat(value(bean, "{'note':null}")).isEqualTo(List.of(ObjectType.ABSENT, 3));
      assertThat(value(bean, "{'note':'x'}")).isEqualTo(List.of("x", 3));
    }

    @Test
    void canBeTheArgumentsAsAWhole() {
      assertThat(Binder.bindObject(point, Json.parse("{\"x\":1}")).values())
          .containsExactly(List.of(1, 0));
      assertThat(Binder.bindObject(point, Json.parse("[]")).violations())
          .extracting(v -> v.path() + " " + v.reason())
          .containsExactly(" WRONG_TYPE");
    }
  }

  @Nested
  class Unions {

    private final ObjectType circle = ObjectType.declare("Circle")
        .define(List.of(Slot.of("r", Scalar.INT)), values -> "circle " + values[0]);
    private final ObjectType square = ObjectType.declare("Square")
        .define(List.of(Slot.of("side", Scalar.INT)), values -> "square " + values[0]);
    private final UnionType shape = new UnionType(
        "Shape",
        "type",
        List.of(new UnionType.Variant("circle", circle), new UnionType.Variant("square", square)));

    @Test
    void areToldApartByTheirDiscriminator() {
      assertThat(value(shape, "{'type':'circle','r':1}")).isEqualTo("circle 1");
      assertThat(value(shape, "{'side':2,'type':'SQUARE'}")).isEqualTo("square 2");
    }

    @Test
    void bindTheirOwnPropertiesOnly() {
      assertThat(value(shape, "{'type':'circle','r':1,'side':'long'}")).isEqualTo("circle 1");
      assertThat(reasons(Slot.of("a", shape), "{'type':'square','r':1}"))
          .containsExactly("/a/side missing");
    }

    @Test
    void needTheirDiscriminator() {
      for (String json : List.of("{'r':1}", "{'type':null}", "{'type':'oval'}")) {
        assertThat(violations(List.of(Slot.of("a", shape)), "{'a':" + json + "}"))
            .singleElement()
            .satisfies(violation -> {
              assertThat(violation.path()).isEqualTo("/a/type");
              assertThat(violation.validOptions()).containsExactly("circle", "square");
            });
      }
      assertThat(reasons(Slot.of("a", shape), "{'r':1}")).containsExactly("/a/type missing");
      assertThat(reasons(Slot.of("a", shape), "{'type':null}")).containsExactly("/a/type null");
      assertThat(reasons(Slot.of("a", shape), "{'type':'x'}"))
          .containsExactly("/a/type not_allowed");
      assertThat(reasons(Slot.of("a", shape), "{'type':{}}")).containsExactly("/a/type wrong_type");
    }
  }

  @Nested
  class Demands {

    @Test
    void boundNumbers() {
      Slot slot = Slot.of("a", Scalar.INT).withConstraints(range("1", "10"));

      assertThat(violations(List.of(slot), "{'a':0}"))
          .containsExactly(
              new Violation("/a", Reason.OUT_OF_RANGE, "must be at least 1, not 0", List.of()));
      assertThat(reasons(slot, "1")).isEmpty();
      assertThat(reasons(slot, "10")).isEmpty();
      assertThat(violations(List.of(slot), "{'a':11}"))
          .containsExactly(
              new Violation("/a", Reason.OUT_OF_RANGE, "must be at most 10, not 11", List.of()));
    }

    @Test
    void boundNumbersExclusively() {
      Constraints between = new Constraints(
          new BigDecimal("0.1"),
          true,
          new BigDecimal("1.0"),
          true,
          null,
          null,
          false,
          null,
          List.of());
      Slot slot = Slot.of("a", Scalar.DOUBLE).withConstraints(between);

      assertThat(reasons(slot, "0.1")).containsExactly("/a out_of_range");
      assertThat(reasons(slot, "0.11")).isEmpty();
      assertThat(reasons(slot, "0.99")).isEmpty();
      assertThat(violations(List.of(slot), "{'a':1}"))
          .extracting(Violation::message)
          .containsExactly("must be less than 1, not 1.0");
    }

    @Test
    void boundDoublesAsTheyAreWritten() {
      Slot slot = Slot.of("a", Scalar.DOUBLE).withConstraints(range("0.1", "0.3"));

      assertThat(reasons(slot, "0.1")).isEmpty();
      assertThat(reasons(slot, "0.3")).isEmpty();
      assertThat(reasons(slot, "0.30000001")).containsExactly("/a out_of_range");
    }

    @Test
    void countCharactersAsPeopleDo() {
      Slot slot = Slot.of("a", Scalar.STRING).withConstraints(sized(2, 3));

      assertThat(reasons(slot, "'😀'")).containsExactly("/a too_short");
      assertThat(reasons(slot, "'😀😀'")).isEmpty();
      assertThat(reasons(slot, "'😀😀😀'")).isEmpty();
      assertThat(violations(List.of(slot), "{'a':'abcd'}"))
          .extracting(v -> v.reason() + " " + v.message())
          .containsExactly("TOO_LONG must have at most 3 characters, has 4");
    }

    @Test
    void matchTheWholeText() {
      Slot slot = Slot.of("a", Scalar.STRING).withConstraints(pattern("[a-z]+"));

      assertThat(reasons(slot, "'abc'")).isEmpty();
      assertThat(violations(List.of(slot), "{'a':'abc1'}"))
          .containsExactly(new Violation(
              "/a", Reason.BAD_FORMAT, "must match the pattern [a-z]+, not \"abc1\"", List.of()));
    }

    @Test
    void endAMatchThatWouldTakeForever() {
      Slot slot = Slot.of("a", Scalar.STRING).withConstraints(pattern("(a+)+b"));
      Slot deep = Slot.of("a", Scalar.STRING).withConstraints(pattern("(a|b)*"));

      assertThat(reasons(slot, "'" + "a".repeat(60) + "'")).containsExactly("/a bad_format");
      assertThat(reasons(deep, "'" + "a".repeat(1_000_000) + "'")).containsExactly("/a bad_format");
    }

    @Test
    void refuseBlankTexts() {
      Slot slot = Slot.of("a", Scalar.STRING)
          .withConstraints(
              new Constraints(null, false, null, false, 1, null, true, null, List.of()));

      assertThat(reasons(slot, "' x'")).isEmpty();
      assertThat(reasons(slot, "' '")).containsExactly("/a bad_format");
    }

    @Test
    void allowAFewTexts() {
      Slot slot = Slot.of("a", Scalar.STRING)
          .withConstraints(new Constraints(
              null, false, null, false, null, null, false, null, List.of("low", "high")));

      assertThat(value(slot, "'low'")).isEqualTo("low");
      assertThat(value(slot, "'HIGH'")).isEqualTo("high");
      assertThat(violations(List.of(slot), "{'a':'middle'}"))
          .containsExactly(new Violation(
              "/a",
              Reason.NOT_ALLOWED,
              "must be one of the valid options, not \"middle\"",
              List.of("low", "high")));
    }

    @Test
    void holdForTheTextThatStandsForAValue() {
      Slot slot = Slot.of("a", Scalar.URI).withConstraints(pattern("https:.*"));

      assertThat(reasons(slot, "'https://a'")).isEmpty();
      assertThat(reasons(slot, "'http://a'")).containsExactly("/a bad_format");
    }

    @Test
    void holdForElements() {
      Slot slot = Slot.of("a", listOf(Slot.of("", Scalar.STRING).withConstraints(sized(null, 1))));

      assertThat(reasons(slot, "['a','bb','c']")).containsExactly("/a/1 too_long");
    }
  }

  @Nested
  class Depth {

    private final ObjectType node = ObjectType.declare("Node");

    Depth() {
      node.define(
          List.of(
              Slot.of("next", node).asNullable(),
              Slot.of("children", listOf(Slot.of("", node))),
              Slot.of("named", new MapType(Scalar.STRING, Slot.of("", node)))),
          values -> {
            Map<String, Object> made = new LinkedHashMap<>();
            made.put("next", values[0]);
            made.put("children", values[1]);
            made.put("named", values[2]);
            return made;
          });
    }

    @Test
    void ofARecursiveTypeIsBoundFurtherThanDeclared() {
      String leaf = "{'children':[],'named':[]}";
      String json = leaf;
      for (int i = 0; i < 5; i++) {
        json = "{'next':" + json + ",'children':[" + leaf + "],'named':{}}";
      }

      assertThat(reasons(Slot.of("a", node), json)).isEmpty();
    }

    @Test
    void collectionsThatTheSchemaLeavesOutAreEmpty() {
      String third = "{'next':null}";

      assertThat(reasons(Slot.of("a", node), third))
          .containsExactly("/a/children missing", "/a/named missing");
      assertThat(reasons(
              Slot.of("a", node),
              "{'named':[],'children':[{'named':[],'children':[" + third + "]}]}"))
          .isEmpty();
      assertThat(reasons(Slot.of("a", node), "{'named':[],'children':[" + third + "]}"))
          .containsExactly("/a/children/0/children missing", "/a/children/0/named missing");
    }

    @Test
    void collectionsOfWhatHoldsNothingElseAreEmpty() {
      ObjectType tree = ObjectType.declare("Tree");
      ObjectType branch = ObjectType.declare("Branch")
          .define(List.of(Slot.of("trees", listOf(Slot.of("", tree)))), values -> "branch");
      tree.define(
          List.of(Slot.of("name", Scalar.STRING), Slot.of("branches", listOf(Slot.of("", branch)))),
          values -> "tree");
      String json = "{'name':'a'}";

      assertThat(reasons(Slot.of("a", tree), json)).containsExactly("/a/branches missing");
      json = "{'name':'b','branches':[{'trees':[" + json + "]}]}";
      assertThat(reasons(Slot.of("a", tree), json))
          .containsExactly("/a/branches/0/trees/0/branches missing");
      json = "{'name':'c','branches':[{'trees':[" + json + "]}]}";
      assertThat(reasons(Slot.of("a", tree), json)).isEmpty();
    }

    @Test
    void isLimited() {
      String deep = "{'next':".repeat(900) + "null" + "}".repeat(900);

      assertThat(reasons(Slot.of("a", Scalar.STRING), deep)).containsExactly("/a wrong_type");
      assertThat(violations(List.of(Slot.of("a", optionalNode())), "{'a':" + deep + "}"))
          .anySatisfy(violation -> {
            assertThat(violation.reason()).isEqualTo(Reason.BAD_FORMAT);
            assertThat(violation.message()).contains("nested too deeply");
          });
    }

    @Test
    void needsLittleStack() throws InterruptedException {
      String deep = "{'next':".repeat(900) + "null" + "}".repeat(900);
      String lists = "[".repeat(990) + "]".repeat(990);
      List<Object> seen = new ArrayList<>();
      Runnable binding = () -> {
        seen.addAll(reasons(Slot.of("a", optionalNode()), deep));
        seen.addAll(reasons(Slot.of("a", Scalar.JSON_NODE), lists));
        seen.add("done");
      };

      Thread thread = new Thread(null, binding, "little stack", 512 * 1024);
      thread.start();
      thread.join(60_000);

      assertThat(seen).hasSize(2).last().isEqualTo("done");
    }

    @Test
    void ofAnyJsonIsThatOfJson() {
      String deep = "[".repeat(990) + "]".repeat(990);

      assertThat(reasons(Slot.of("a", Scalar.OBJECT), deep)).isEmpty();
      assertThat(reasons(Slot.of("a", Scalar.OBJECT), "'" + deep + "'")).isEmpty();
      assertThat(value(Scalar.OBJECT, "'" + "[".repeat(5_000) + "'")).isInstanceOf(String.class);
    }

    private ObjectType optionalNode() {
      ObjectType list = ObjectType.declare("LinkedNode");
      return list.define(List.of(Slot.of("next", list).asNullable()), values -> "made");
    }
  }

  @Nested
  class Defaults {

    @Test
    void areCheckedAsTheModelsValuesAre() {
      assertThat(Binder.checkDefault(Slot.of("a", Scalar.INT))).isEmpty();
      assertThat(Binder.checkDefault(Slot.of("a", Scalar.INT).withDefault("7"))).isEmpty();
      assertThat(Binder.checkDefault(Slot.of("a", Scalar.INT).withDefault("seven")))
          .containsExactly(new Violation(
              "", Reason.WRONG_TYPE, "must be a whole number, not \"seven\"", List.of()));
      assertThat(Binder.checkDefault(Slot.of("a", listOf(Slot.of("", Scalar.INT)))
              .withDefault("[1,'x']".replace('\'', '"'))))
          .extracting(Violation::path)
          .containsExactly("/1");
      assertThat(Binder.checkDefault(
              Slot.of("a", Scalar.INT).withConstraints(range("1", "5")).withDefault("6")))
          .extracting(Violation::reason)
          .containsExactly(Reason.OUT_OF_RANGE);
    }

    @Test
    void areCheckedAsFarAsObjectsCanBeMade() {
      ObjectType notNow = ObjectType.declare("NotNow")
          .define(List.of(Slot.of("x", Scalar.INT)), values -> {
            throw new UnsupportedOperationException();
          });
      ObjectType failing = ObjectType.declare("Failing").define(List.of(), values -> {
        throw new CreationException(new IllegalStateException("broken"));
      });

      assertThat(Binder.checkDefault(Slot.of("a", notNow).withDefault("{\"x\":1}")))
          .isEmpty();
      assertThat(Binder.checkDefault(Slot.of("a", notNow).withDefault("{}")))
          .extracting(Violation::path)
          .containsExactly("/x");
      assertThat(Binder.checkDefault(Slot.of("a", ObjectType.declare("Unknown")).withDefault("{}")))
          .isEmpty();
      assertThat(Binder.checkDefault(Slot.of("a", failing).withDefault("{}")))
          .extracting(Violation::message)
          .containsExactly("broken");
    }
  }

  @Nested
  class Violations {

    @Test
    void areToldInTheOrderOfTheArguments() {
      List<Slot> slots = List.of(
          Slot.of("z", Scalar.INT),
          Slot.of("a", listOf(Slot.of("", Scalar.INT))),
          Slot.of("m", Scalar.INT));

      assertThat(reasons(slots, "{'m':'x','a':[1,'y'],'z':1.5}"))
          .containsExactly("/z not_integer", "/a/1 wrong_type", "/m wrong_type");
    }

    @ParameterizedTest
    @CsvSource({"19, 19", "20, 20", "21, 20", "100000, 20"})
    void areAtMostTwenty(int wrong, int told) {
      String elements =
          IntStream.range(0, wrong).mapToObj(i -> "'x'").collect(Collectors.joining(","));
      Slot list = Slot.of("a", listOf(Slot.of("", Scalar.INT)));
      Slot map = Slot.of("a", new MapType(Scalar.INT, Slot.of("", Scalar.INT)));

      assertThat(reasons(list, "[" + elements + "]")).hasSize(told);
      assertThat(reasons(map, "[" + elements + "]")).hasSize(told);
    }

    @Test
    void haveTheWordsOfTheWire() {
      assertThat(Reason.values())
          .extracting(Reason::wireName)
          .containsExactly(
              "missing",
              "null",
              "wrong_type",
              "not_integer",
              "out_of_range",
              "not_allowed",
              "bad_format",
              "too_short",
              "too_long",
              "too_few",
              "too_many",
              "duplicate_key");
    }
  }

  private static MapAssert<Object, Object> assertThatMap(Object value) {
    return assertThat(value)
        .asInstanceOf(InstanceOfAssertFactories.map(Object.class, Object.class));
  }

  private static Arguments row(Scalar scalar, String json, Object expected) {
    return Arguments.of(scalar, json, expected);
  }

  private static ListType listOf(Slot element) {
    return new ListType(ListType.Container.LIST, element, list -> list);
  }

  private static Constraints range(String min, String max) {
    return new Constraints(
        new BigDecimal(min), false, new BigDecimal(max), false, null, null, false, null, List.of());
  }

  private static Constraints sized(Integer min, Integer max) {
    return new Constraints(null, false, null, false, min, max, false, null, List.of());
  }

  private static Constraints pattern(String pattern) {
    return new Constraints(null, false, null, false, null, null, false, pattern, List.of());
  }

  /** Binds JSON that is written with single quotes. */
  private static Bound bind(List<Slot> slots, String json) {
    String text = new String(json.replace('\'', '"').getBytes(UTF_8), UTF_8);
    return Binder.bind(slots, Json.parse(text));
  }

  private static List<Violation> violations(List<Slot> slots, String json) {
    return bind(slots, json).violations();
  }

  private static Object value(ValueType type, String json) {
    return value(Slot.of("a", type), json);
  }

  private static Object value(Slot slot, String json) {
    Bound bound = bind(List.of(slot), "{'a':" + json + "}");
    assertThat(bound.violations()).isEmpty();
    return bound.values()[0];
  }

  private static List<String> reasons(Slot slot, String json) {
    return reasons("a", slot, json);
  }

  private static List<String> reasons(String name, Slot slot, String json) {
    return reasons(List.of(slot), "{'" + name + "':" + json + "}");
  }

  private static List<String> reasons(List<Slot> slots, String json) {
    return violations(slots, json).stream()
        .map(violation -> violation.path() + " " + violation.reason().wireName())
        .toList();
  }
}
