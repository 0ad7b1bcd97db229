package io.github.geminilive.tools.internal.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.POJONode;
import io.github.geminilive.ToolResult;
import io.github.geminilive.protocol.FunctionScheduling;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.tools.model.EnumType;
import io.github.geminilive.tools.model.ObjectWriter;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.MonthDay;
import java.time.OffsetDateTime;
import java.time.Period;
import java.time.Year;
import java.time.YearMonth;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Currency;
import java.util.Date;
import java.util.GregorianCalendar;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.DoubleAdder;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ResultWriterTest {

  enum Color {
    RED,
    DARK_BLUE {
      @Override
      public String toString() {
        return "a constant with a class of its own";
      }
    }
  }

  record Point(int x, Object y) {}

  /** Known to nobody but Jackson. */
  public record Amount(@JsonUnwrapped Point point, Instant at, Optional<String> note) {}

  public record Code(@JsonValue String text) {}

  private static final Writers WRITERS = new Writers() {
    @Override
    public ObjectWriter writer(Class<?> type) {
      return type == Point.class
          ? new ObjectWriter(
              null,
              null,
              List.of(property("x", Point.class, Point::x), property("y", Point.class, Point::y)))
          : null;
    }

    @Override
    public EnumType enumeration(Class<?> type) {
      return type == Color.class
          ? EnumType.of(Color.values(), color -> color == Color.RED ? "red" : "dark-blue")
          : null;
    }
  };

  static Stream<Arguments> forms() {
    UUID id = new UUID(1, 2);
    return Stream.of(
        Arguments.of("text", "\"text\""),
        Arguments.of(new StringBuilder("text"), "\"text\""),
        Arguments.of('c', "\"c\""),
        Arguments.of(true, "true"),
        Arguments.of((byte) 1, "1"),
        Arguments.of(Long.MAX_VALUE, "9223372036854775807"),
        Arguments.of(new BigInteger("123456789012345678901"), "123456789012345678901"),
        Arguments.of(new BigDecimal("0.10"), "0.10"),
        Arguments.of(0.1f, "0.1"),
        Arguments.of(new AtomicInteger(3), "3"),
        Arguments.of(new AtomicBoolean(true), "true"),
        Arguments.of(new AtomicReference<>("held"), "\"held\""),
        Arguments.of(new DoubleAdder(), "0.0"),
        Arguments.of(Color.RED, "\"red\""),
        Arguments.of(Color.DARK_BLUE, "\"dark-blue\""),
        Arguments.of(DayOfWeek.MONDAY, "\"MONDAY\""),
        Arguments.of(FunctionScheduling.SILENT, "\"SILENT\""),
        Arguments.of(Instant.parse("2026-03-31T14:30:00Z"), "\"2026-03-31T14:30:00Z\""),
        Arguments.of(
            OffsetDateTime.parse("2026-03-31T14:30:00+02:00"), "\"2026-03-31T14:30+02:00\""),
        Arguments.of(
            ZonedDateTime.of(2026, 3, 31, 14, 30, 0, 0, ZoneId.of("Europe/Paris")),
            "\"2026-03-31T14:30+02:00[Europe/Paris]\""),
        Arguments.of(LocalDate.of(2026, 3, 31), "\"2026-03-31\""),
        Arguments.of(LocalTime.of(14, 30), "\"14:30\""),
        Arguments.of(LocalDateTime.of(2026, 3, 31, 14, 30), "\"2026-03-31T14:30\""),
        Arguments.of(Duration.ofMinutes(90), "\"PT1H30M\""),
        Arguments.of(Period.of(1, 2, 3), "\"P1Y2M3D\""),
        Arguments.of(Year.of(2026), "2026"),
        Arguments.of(YearMonth.of(2026, 3), "\"2026-03\""),
        Arguments.of(YearMonth.of(12026, 3), "\"+12026-03\""),
        Arguments.of(MonthDay.of(3, 31), "\"--03-31\""),
        Arguments.of(ZoneId.of("Europe/Paris"), "\"Europe/Paris\""),
        Arguments.of(new Date(0), "\"1970-01-01T00:00:00Z\""),
        Arguments.of(calendar(), "\"1970-01-01T00:00:00Z\""),
        Arguments.of(id, "\"" + id + "\""),
        Arguments.of(URI.create("https://a/b"), "\"https://a/b\""),
        Arguments.of(Path.of("a"), "\"a\""),
        Arguments.of(new File("a"), "\"a\""),
        Arguments.of(Currency.getInstance("EUR"), "\"EUR\""),
        Arguments.of(Locale.UK, "\"en-GB\""),
        Arguments.of(new byte[] {0, -1}, "\"AP8=\""),
        Arguments.of(Optional.of(Optional.of(1)), "1"),
        Arguments.of(OptionalInt.of(1), "1"),
        Arguments.of(OptionalLong.of(1), "1"),
        Arguments.of(OptionalDouble.of(1.5), "1.5"),
        Arguments.of(new int[] {1, 2}, "[1,2]"),
        Arguments.of(new double[][] {{1.5}, {}}, "[[1.5],[]]"),
        Arguments.of(new Object[] {1, null, Color.RED}, "[1,null,\"red\"]"),
        Arguments.of(Arrays.asList(1, null, Optional.empty()), "[1,null,null]"),
        Arguments.of(Set.of("a"), "[\"a\"]"),
        Arguments.of((Iterable<Integer>) () -> List.of(1, 2).iterator(), "[1,2]"),
        Arguments.of(Map.of(Color.RED, 1), "{\"red\":1}"),
        Arguments.of(Map.of(5, Optional.of('x')), "{\"5\":\"x\"}"),
        Arguments.of(Map.of(LocalDate.of(2026, 3, 31), id), "{\"2026-03-31\":\"" + id + "\"}"),
        Arguments.of(Map.entry("a", 1), "{\"key\":\"a\",\"value\":1}"),
        Arguments.of(Json.parse("{\"a\":[1.50]}"), "{\"a\":[1.50]}"),
        Arguments.of(List.of(Json.NULL), "[null]"),
        Arguments.of(
            new ObjectMapper().createObjectNode().put("a", 1).putNull("b"), "{\"a\":1,\"b\":null}"),
        Arguments.of(
            new ObjectMapper().createArrayNode().add("x").add(true).add(new byte[] {0, -1}),
            "[\"x\",true,\"AP8=\"]"),
        Arguments.of(new POJONode(Color.RED), "\"red\""),
        Arguments.of(JsonNodeFactory.instance.missingNode(), "null"),
        Arguments.of(new Point(1, new Point(2, null)), "{\"x\":1,\"y\":{\"x\":2,\"y\":null}}"),
        Arguments.of(
            new Amount(null, Instant.EPOCH, Optional.of("n")),
            "{\"at\":\"1970-01-01T00:00:00Z\",\"note\":\"n\"}"),
        Arguments.of(new Code("c-1"), "\"c-1\""),
        Arguments.of(List.of(new Code("c-1")), "[\"c-1\"]"));
  }

  @ParameterizedTest(name = "{1}")
  @MethodSource("forms")
  void everyValueHasItsForm(Object result, String json) {
    assertThat(text(result)).isEqualTo(json);
  }

  @Test
  void nothingIsNull() {
    assertThat(new ResultWriter(WRITERS).write(null)).isNull();
    assertThat(new ResultWriter(WRITERS).write(Optional.empty())).isNull();
    assertThat(new ResultWriter(WRITERS).write(OptionalInt.empty())).isNull();
  }

  @Test
  void theSubtypeComesFirst() {
    ResultWriter writer = new ResultWriter(
        writing(new ObjectWriter("type", "point", List.of(property("x", Point.class, Point::x)))));

    assertThat(Json.of(writer.write(new Point(1, null))).text())
        .isEqualTo("{\"type\":\"point\",\"x\":1}");
  }

  @Test
  void oneValueMayStandInSeveralPlaces() {
    Point shared = new Point(1, null);

    assertThat(text(List.of(shared, shared, List.of(shared))))
        .isEqualTo("[{\"x\":1,\"y\":null},{\"x\":1,\"y\":null},[{\"x\":1,\"y\":null}]]");
  }

  @Test
  void whatContainsItselfIsRefused() {
    List<Object> list = new ArrayList<>();
    list.add(Map.of("inner", list));
    Map<String, Object> map = new LinkedHashMap<>();
    Point point = new Point(1, map);
    map.put("p", point);

    assertThatThrownBy(() -> text(list))
        .isInstanceOf(UnwritableResultException.class)
        .hasMessage("result[0].inner: java.util.ArrayList contains itself");
    assertThatThrownBy(() -> text(point))
        .isInstanceOf(UnwritableResultException.class)
        .hasMessageStartingWith("result.y.p: ")
        .hasMessageEndingWith("$Point contains itself");
  }

  @Test
  void whatHasNoEndIsRefused() {
    Iterable<Integer> endless = () -> new Iterator<>() {
      @Override
      public boolean hasNext() {
        return true;
      }

      @Override
      public Integer next() {
        return 1;
      }
    };

    assertThatThrownBy(() -> text(endless)).hasMessageContaining("more than 1,000,000 values");
  }

  @Test
  void aResultHasALimitedDepth() {
    assertThat(text(nested(ResultWriter.MAX_DEPTH))).startsWith("[[[");
    assertThatThrownBy(() -> text(nested(ResultWriter.MAX_DEPTH + 1)))
        .isInstanceOf(UnwritableResultException.class)
        .hasMessageContaining("more than 400 levels");
  }

  static Stream<Object> withoutForm() {
    return Stream.of(
        Stream.of(1),
        new CompletableFuture<>(),
        new Object(),
        new ByteArrayInputStream(new byte[0]),
        Thread.currentThread(),
        new IllegalStateException("x"),
        String.class,
        List.of(1).iterator(),
        (Runnable) () -> {},
        ToolResult.of(1),
        Map.of(List.of(1), 2),
        Collections.singletonMap(null, 1),
        Map.of(1, "a", "1", "b"));
  }

  @ParameterizedTest
  @MethodSource("withoutForm")
  void whatIsNoDataIsRefused(Object result) {
    assertThatThrownBy(() -> text(List.of(result)))
        .isInstanceOf(UnwritableResultException.class)
        .hasMessageStartingWith("result[0]: ");
  }

  @Test
  void aFailureOfTheApplicationsCodeIsTheCause() {
    IllegalStateException failure = new IllegalStateException("private");
    Function<Point, Object> failing = point -> {
      throw failure;
    };
    ResultWriter writer = new ResultWriter(
        writing(new ObjectWriter(null, null, List.of(property("bad", Point.class, failing)))));
    Iterable<Integer> broken = () -> {
      throw failure;
    };
    Function<Point, Object> endless = new Function<>() {
      @Override
      public Object apply(Point point) {
        return apply(point);
      }
    };
    ResultWriter overflowing = new ResultWriter(
        writing(new ObjectWriter(null, null, List.of(property("deep", Point.class, endless)))));

    assertThatThrownBy(() -> writer.write(new Point(1, null)))
        .isInstanceOf(UnwritableResultException.class)
        .hasCause(failure)
        .hasMessageStartingWith("result.bad: ");
    assertThatThrownBy(() -> text(Map.of("a", broken)))
        .isInstanceOf(UnwritableResultException.class)
        .hasCause(failure)
        .hasMessageStartingWith("result.a: ");
    assertThatThrownBy(() -> overflowing.write(new Point(1, null)))
        .isInstanceOf(UnwritableResultException.class)
        .hasCauseInstanceOf(StackOverflowError.class);
  }

  private static Writers writing(ObjectWriter writer) {
    return new Writers() {
      @Override
      public ObjectWriter writer(Class<?> type) {
        return writer;
      }

      @Override
      public EnumType enumeration(Class<?> type) {
        return null;
      }
    };
  }

  private static <T> ObjectWriter.Property property(
      String name, Class<T> type, Function<T, Object> reader) {
    return new ObjectWriter.Property(name, object -> reader.apply(type.cast(object)));
  }

  private static Object nested(int levels) {
    Object value = List.of();
    for (int i = 1; i < levels; i++) {
      value = List.of(value);
    }
    return value;
  }

  private static GregorianCalendar calendar() {
    GregorianCalendar calendar = new GregorianCalendar();
    calendar.setTimeInMillis(0);
    return calendar;
  }

  private static String text(Object result) {
    return Json.of(new ResultWriter(WRITERS).write(result)).text();
  }
}
