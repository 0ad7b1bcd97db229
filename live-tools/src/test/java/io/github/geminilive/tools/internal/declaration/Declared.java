package io.github.geminilive.tools.internal.declaration;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.ToolParam;
import jakarta.validation.constraints.DecimalMax;
import jakarta.validation.constraints.DecimalMin;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.net.URI;
import java.time.DayOfWeek;
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
import java.util.Collection;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Types whose schemas are compared with what they should be; each tool takes one argument. */
public final class Declared {

  private Declared() {}

  public enum Colour {
    RED,
    @JsonProperty("deep blue")
    BLUE
  }

  public enum Level {
    LOW(1),
    HIGH(2);

    private final int number;

    Level(int number) {
      this.number = number;
    }

    @JsonValue
    public int number() {
      return number;
    }
  }

  public record Point(
      int y,
      @JsonProperty("across") int x,
      @ToolParam(name = "up") Optional<String> z) {}

  @JsonPropertyOrder({"zip", "street"})
  public static class Address {

    private String street = "";

    public @Nullable String apartment;

    public String getStreet() {
      return street;
    }

    @ToolParam(description = "Street and number")
    public void setStreet(String street) {
      this.street = street;
    }

    public void setZip(int zip) {}

    public void setBox(OptionalInt box) {}
  }

  public record Page<T>(
      List<T> items, @ToolParam(defaultValue = "1") int number) {}

  public sealed interface Shape permits Circle, Polygon {}

  public record Circle(
      @ToolParam(description = "Radius in cm") double size, String label) implements Shape {}

  public sealed interface Polygon extends Shape permits Square, Path, Nothing {}

  @JsonTypeName("square")
  public record Square(
      @ToolParam(description = "Side in cm") double size, Optional<String> label)
      implements Polygon {}

  public record Path(List<Point> points, String label) implements Polygon {}

  public record Nothing(String label) implements Polygon {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({
    @JsonSubTypes.Type(value = Cash.class, name = "cash"),
    @JsonSubTypes.Type(Card.class)
  })
  public abstract static class Payment {}

  public static class Cash extends Payment {}

  public static class Card extends Payment {
    public String number = "";
  }

  public record Tree(String name, List<Tree> children) {}

  public record Chain(String name, Optional<Chain> next) {}

  public record Pair(@Nullable Pair left, Map<String, Pair> right, String leaf) {}

  public sealed interface Sum permits Number, Plus {}

  public record Number(int value) implements Sum {}

  public record Plus(Sum left, Sum right) implements Sum {}

  /** Text, numbers, times: a value of one schema. */
  public static final class Rows {

    @LiveTool(description = "-")
    public void string(String x) {}

    @LiveTool(description = "-")
    public void charSequence(CharSequence x) {}

    @LiveTool(description = "-")
    public void character(char x) {}

    @LiveTool(description = "-")
    public void truth(boolean x) {}

    @LiveTool(description = "-")
    public void oneByte(byte x) {}

    @LiveTool(description = "-")
    public void twoBytes(Short x) {}

    @LiveTool(description = "-")
    public void fourBytes(int x) {}

    @LiveTool(description = "-")
    public void year(Year x) {}

    @LiveTool(description = "-")
    public void eightBytes(Long x) {}

    @LiveTool(description = "-")
    public void anyWhole(BigInteger x) {}

    @LiveTool(description = "-")
    public void single(float x) {}

    @LiveTool(description = "-")
    public void twice(double x) {}

    @LiveTool(description = "-")
    public void anyDecimal(BigDecimal x) {}

    @LiveTool(description = "-")
    public void colour(Colour x) {}

    @LiveTool(description = "-")
    public void level(Level x) {}

    @LiveTool(description = "-")
    public void weekday(DayOfWeek x) {}

    @LiveTool(description = "-")
    public void instant(Instant x) {}

    @LiveTool(description = "-")
    public void offsetDateTime(OffsetDateTime x) {}

    @LiveTool(description = "-")
    public void zonedDateTime(ZonedDateTime x) {}

    @LiveTool(description = "-")
    public void localDate(LocalDate x) {}

    @LiveTool(description = "-")
    public void localTime(LocalTime x) {}

    @LiveTool(description = "-")
    public void localDateTime(LocalDateTime x) {}

    @LiveTool(description = "-")
    public void duration(Duration x) {}

    @LiveTool(description = "-")
    public void period(Period x) {}

    @LiveTool(description = "-")
    public void yearMonth(YearMonth x) {}

    @LiveTool(description = "-")
    public void zoneId(ZoneId x) {}

    @LiveTool(description = "-")
    public void uuid(UUID x) {}

    @LiveTool(description = "-")
    public void uri(URI x) {}

    @LiveTool(description = "-")
    public void currency(Currency x) {}

    @LiveTool(description = "-")
    public void locale(Locale x) {}

    @LiveTool(description = "-")
    public void bytes(byte[] x) {}

    @LiveTool(description = "-")
    public void object(Object x) {}

    @LiveTool(description = "-")
    public void json(Json x) {}

    @LiveTool(description = "-")
    public void jsonNode(JsonNode x) {}

    @LiveTool(description = "-")
    public void objectNode(ObjectNode x) {}

    @LiveTool(description = "-")
    public void arrayNode(ArrayNode x) {}

    @LiveTool(description = "-")
    public void jsonMap(Map<String, Object> x) {}

    @LiveTool(description = "-")
    public void optional(Optional<String> x) {}

    @LiveTool(description = "-")
    public void optionalInt(OptionalInt x) {}

    @LiveTool(description = "-")
    public void optionalLong(OptionalLong x) {}

    @LiveTool(description = "-")
    public void optionalDouble(OptionalDouble x) {}

    @LiveTool(description = "-")
    public void nullable(@Nullable Integer x) {}

    @LiveTool(description = "-")
    public void notRequired(@ToolParam(required = false) String x) {}

    @LiveTool(description = "-")
    public void withDefault(@ToolParam(description = "How far", defaultValue = "5") int x) {}

    @LiveTool(description = "-")
    public void optionalWithDefault(
        @ToolParam(description = "When.", defaultValue = "2026-01-01") Optional<LocalDate> x) {}

    @LiveTool(description = "-")
    public void collection(Collection<String> x) {}

    @LiveTool(description = "-")
    public void list(List<@Nullable @Size(max = 3) String> x) {}

    @LiveTool(description = "-")
    public void set(Set<Optional<LocalDate>> x) {}

    @LiveTool(description = "-")
    public void iterable(Iterable<List<Integer>> x) {}

    @LiveTool(description = "-")
    public void array(@Size(min = 1) long[] x) {}

    @LiveTool(description = "-")
    public void varargs(String @Nullable ... x) {}

    @LiveTool(description = "-")
    public void nullableElements(@Nullable String[] x) {}

    @LiveTool(description = "-")
    public void map(@ToolParam(minItems = 1, maxItems = 2) Map<UUID, @Min(1) Integer> x) {}

    @LiveTool(description = "-")
    public void enumMap(Map<Colour, Optional<String>> x) {}

    @LiveTool(description = "-")
    public void point(Point x) {}

    @LiveTool(description = "-")
    public void address(Address x) {}

    @LiveTool(description = "-")
    public void page(Page<Colour> x) {}

    @LiveTool(description = "-")
    public void shape(@ToolParam(description = "What to draw") Shape x) {}

    @LiveTool(description = "-")
    public void payment(Payment x) {}
  }

  /** Types that hold themselves. */
  public static final class Recursive {

    @LiveTool(description = "-")
    public void tree(Tree x) {}

    @LiveTool(description = "-")
    public void chain(Chain x) {}

    @LiveTool(description = "-")
    public void pair(Pair x) {}

    @LiveTool(description = "-")
    public void sum(Sum x) {}
  }

  /** Demands. */
  public static final class Bounds {

    @LiveTool(description = "-")
    public void ints(@ToolParam(min = 1, max = 10) int x) {}

    @LiveTool(description = "-")
    public void fractionsOfInts(@ToolParam(min = 0.5, max = 9.5) int x) {}

    @LiveTool(description = "-")
    public void bytes(@ToolParam(min = 1) byte x) {}

    @LiveTool(description = "-")
    public void longs(@Max(9_007_199_254_740_993L) long x) {}

    @LiveTool(description = "-")
    public void longest(@ToolParam(max = Long.MAX_VALUE) long x) {}

    @LiveTool(description = "-")
    public void positive(@Positive int x) {}

    @LiveTool(description = "-")
    public void positiveFraction(@Positive double x) {}

    @LiveTool(description = "-")
    public void exclusive(
        @DecimalMin(value = "2.5", inclusive = false) @DecimalMax(value = "7", inclusive = false)
            BigInteger x) {}

    @LiveTool(description = "-")
    public void decimals(@DecimalMin("0.1") @DecimalMax("99.95") BigDecimal x) {}

    @LiveTool(description = "-")
    public void stricter(@ToolParam(min = 1, max = 10) @Min(3) @Max(20) Integer x) {}

    @LiveTool(description = "-")
    public void lengths(@ToolParam(minLength = 2, maxLength = 5, pattern = "[a-z]+") String x) {}

    @LiveTool(description = "-")
    public void notBlank(
        @NotBlank
            @Pattern(
                regexp = "A.*",
                flags = {Pattern.Flag.CASE_INSENSITIVE, Pattern.Flag.DOTALL})
            String x) {}

    @LiveTool(description = "-")
    public void notEmpty(@NotEmpty Optional<List<String>> x) {}

    @LiveTool(description = "-")
    public void inside(Optional<@Size(max = 4) String> x) {}

    @LiveTool(description = "-")
    public void allowed(@ToolParam(allowed = {"on", "off"}) String x) {}

    @LiveTool(description = "-")
    public void ofGroup(@Min(value = 5, groups = Bounds.class) int x) {}
  }
}
