package io.github.geminilive.tools.contract;

import com.fasterxml.jackson.annotation.JsonIgnore;
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
import java.util.Arrays;
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

/** A tool for each type that an argument may have; it answers what it got, as Java prints it. */
public final class Echo {

  private static String show(@Nullable Object value) {
    String all = Arrays.deepToString(new Object[] {value});
    return all.substring(1, all.length() - 1);
  }

  // Scalars.

  @LiveTool(description = "String")
  public String text(String value) {
    return show(value);
  }

  @LiveTool(description = "CharSequence")
  public String chars(CharSequence value) {
    return show(value);
  }

  @LiveTool(description = "char")
  public String letter(char value) {
    return show(value);
  }

  @LiveTool(description = "Character")
  public String boxedLetter(Character value) {
    return show(value);
  }

  @LiveTool(description = "boolean")
  public String flag(boolean value) {
    return show(value);
  }

  @LiveTool(description = "Boolean")
  public String boxedFlag(Boolean value) {
    return show(value);
  }

  @LiveTool(description = "byte")
  public String tiny(byte value) {
    return show(value);
  }

  @LiveTool(description = "short")
  public String small(short value) {
    return show(value);
  }

  @LiveTool(description = "int")
  public String whole(int value) {
    return show(value);
  }

  @LiveTool(description = "Integer")
  public String boxedWhole(Integer value) {
    return show(value);
  }

  @LiveTool(description = "Year")
  public String year(Year value) {
    return show(value);
  }

  @LiveTool(description = "long")
  public String big(long value) {
    return show(value);
  }

  @LiveTool(description = "BigInteger")
  public String huge(BigInteger value) {
    return show(value);
  }

  @LiveTool(description = "float")
  public String single(float value) {
    return show(value);
  }

  @LiveTool(description = "double")
  public String real(double value) {
    return show(value);
  }

  @LiveTool(description = "BigDecimal")
  public String exact(BigDecimal value) {
    return show(value);
  }

  // Enums.

  /** Written by the constants' names. */
  public enum Color {
    RED,
    GREEN {
      @Override
      public String toString() {
        return "the colour of grass";
      }
    },
    DARK_BLUE
  }

  /** Written by names of their own. */
  public enum Speed {
    @JsonProperty("slow")
    SLOW,
    @JsonProperty("top-speed")
    FAST,
    WARP
  }

  /** Written by a number. */
  public enum Level {
    LOW(1),
    HIGH(20);

    private final int number;

    Level(int number) {
      this.number = number;
    }

    @JsonValue
    public int number() {
      return number;
    }
  }

  /** Written by a field. */
  public enum Tone {
    WARM("warm tone"),
    COLD("cold tone");

    @JsonValue
    public final String code;

    Tone(String code) {
      this.code = code;
    }
  }

  /** Constants that differ in case only. */
  public enum Switch {
    On,
    ON,
    Off
  }

  @LiveTool(description = "enum")
  public String color(Color value) {
    return value.name();
  }

  @LiveTool(description = "enum with @JsonProperty")
  public String speed(Speed value) {
    return value.name();
  }

  @LiveTool(description = "enum with @JsonValue method")
  public String level(Level value) {
    return value.name();
  }

  @LiveTool(description = "enum with @JsonValue field")
  public String tone(Tone value) {
    return value.name();
  }

  @LiveTool(description = "enum with like constants")
  public String toggle(Switch value) {
    return value.name();
  }

  // Texts of a form.

  @LiveTool(description = "Instant")
  public String moment(Instant value) {
    return show(value);
  }

  @LiveTool(description = "OffsetDateTime")
  public String offset(OffsetDateTime value) {
    return show(value);
  }

  @LiveTool(description = "ZonedDateTime")
  public String zoned(ZonedDateTime value) {
    return show(value);
  }

  @LiveTool(description = "LocalDate")
  public String date(LocalDate value) {
    return show(value);
  }

  @LiveTool(description = "LocalTime")
  public String time(LocalTime value) {
    return show(value);
  }

  @LiveTool(description = "LocalDateTime")
  public String dateTime(LocalDateTime value) {
    return show(value);
  }

  @LiveTool(description = "Duration")
  public String duration(Duration value) {
    return show(value);
  }

  @LiveTool(description = "Period")
  public String period(Period value) {
    return show(value);
  }

  @LiveTool(description = "YearMonth")
  public String month(YearMonth value) {
    return show(value);
  }

  @LiveTool(description = "ZoneId")
  public String zone(ZoneId value) {
    return show(value);
  }

  @LiveTool(description = "UUID")
  public String uuid(UUID value) {
    return show(value);
  }

  @LiveTool(description = "URI")
  public String uri(URI value) {
    return show(value);
  }

  @LiveTool(description = "Currency")
  public String currency(Currency value) {
    return show(value);
  }

  @LiveTool(description = "Locale")
  public String locale(Locale value) {
    return value.toLanguageTag();
  }

  @LiveTool(description = "byte[]")
  public String bytes(byte[] value) {
    return show(value);
  }

  // What need not be given.

  @LiveTool(description = "Optional")
  public String optional(Optional<String> value) {
    return show(value);
  }

  @LiveTool(description = "OptionalInt")
  public String optionalInt(OptionalInt value) {
    return show(value);
  }

  @LiveTool(description = "OptionalLong")
  public String optionalLong(OptionalLong value) {
    return show(value);
  }

  @LiveTool(description = "OptionalDouble")
  public String optionalDouble(OptionalDouble value) {
    return show(value);
  }

  @LiveTool(description = "Optional of a list")
  public String optionalList(Optional<List<Integer>> value) {
    return show(value);
  }

  @LiveTool(description = "@Nullable")
  public String nullable(@Nullable String value) {
    return show(value);
  }

  @LiveTool(description = "required=false")
  public String unneeded(@ToolParam(required = false) Integer value) {
    return show(value);
  }

  // Lists, sets, arrays.

  @LiveTool(description = "List")
  public String list(List<String> value) {
    return show(value);
  }

  @LiveTool(description = "Collection")
  public String collection(Collection<Integer> value) {
    return show(value);
  }

  @LiveTool(description = "Iterable")
  public String iterable(Iterable<Boolean> value) {
    return show(value);
  }

  @LiveTool(description = "Set")
  public String set(Set<Integer> value) {
    return show(value);
  }

  @LiveTool(description = "T[]")
  public String texts(String[] value) {
    return show(value);
  }

  @LiveTool(description = "T...")
  public String rest(Integer... value) {
    return show(value);
  }

  @LiveTool(description = "int[]")
  public String ints(int[] value) {
    return show(value);
  }

  @LiveTool(description = "char[]")
  public String letters(char[] value) {
    return show(value);
  }

  @LiveTool(description = "int[][]")
  public String grid(int[][] value) {
    return show(value);
  }

  @LiveTool(description = "List of lists")
  public String nested(List<List<LocalDate>> value) {
    return show(value);
  }

  @LiveTool(description = "List with gaps")
  public String gaps(List<@Nullable String> value) {
    return show(value);
  }

  // Maps.

  @LiveTool(description = "Map by text")
  public String map(Map<String, Integer> value) {
    return show(value);
  }

  @LiveTool(description = "Map by enum")
  public String byColor(Map<Color, String> value) {
    return value.containsKey(Color.GREEN) ? value.get(Color.GREEN) : show(value);
  }

  @LiveTool(description = "Map by UUID")
  public String byId(Map<UUID, Boolean> value) {
    return show(value);
  }

  @LiveTool(description = "Map by int")
  public String byInt(Map<Integer, String> value) {
    return show(value);
  }

  @LiveTool(description = "Map by long")
  public String byLong(Map<Long, List<String>> value) {
    return show(value);
  }

  // Records and beans.

  /** A record. */
  public record Address(
      @ToolParam(description = "Street.") String street,
      int number,
      @Nullable String floor) {}

  /** A record of records. */
  public record Person(
      String name,
      @JsonProperty("home_address") Address home,
      List<Address> others,
      Optional<Integer> age,
      @ToolParam(defaultValue = "RED") Color favourite) {}

  /** A bean, in the order of the alphabet. */
  public static class Bean {
    private String zebra = "z";
    private int apple = -1;
    private @Nullable Color middle = Color.RED;
    private String renamed = "";

    public String getZebra() {
      return zebra;
    }

    public void setZebra(String zebra) {
      this.zebra = zebra;
    }

    public int getApple() {
      return apple;
    }

    public void setApple(int apple) {
      this.apple = apple;
    }

    public @Nullable Color getMiddle() {
      return middle;
    }

    public void setMiddle(@Nullable Color middle) {
      this.middle = middle;
    }

    @JsonProperty("new_name")
    public String getRenamed() {
      return renamed;
    }

    @JsonProperty("new_name")
    public void setRenamed(String renamed) {
      this.renamed = renamed;
    }

    /** Cannot be set. */
    public String getReadOnly() {
      return "read-only";
    }

    @JsonIgnore
    public void setIgnored(String ignored) {
      throw new IllegalStateException("ignored properties are not set");
    }

    @Override
    public String toString() {
      return zebra + "/" + apple + "/" + middle + "/" + renamed;
    }
  }

  /** A bean with an order of its own, and public fields. */
  @JsonPropertyOrder({"last", "first"})
  public static final class OrderedBean {
    public String first = "f";
    public int last;

    @ToolParam(required = false)
    public Integer extra = 7;

    @Override
    public String toString() {
      return first + "/" + last + "/" + extra;
    }
  }

  @LiveTool(description = "record")
  public String address(Address value) {
    return show(value);
  }

  @LiveTool(description = "record of records")
  public String person(Person value) {
    return show(value);
  }

  @LiveTool(description = "bean")
  public String bean(Bean value) {
    return show(value);
  }

  @LiveTool(description = "bean with an order")
  public String orderedBean(OrderedBean value) {
    return show(value);
  }

  // One of several.

  /** A sealed type. */
  public sealed interface Shape permits Circle, Polygon {}

  /** A variant. */
  public record Circle(double radius, String label) implements Shape {}

  /** A sealed type in a sealed type. */
  public sealed interface Polygon extends Shape permits Square, Star {}

  /** A variant. */
  public record Square(
      @ToolParam(description = "Length of a side.") double side,
      @Nullable String label) implements Polygon {}

  /** A variant with a name of its own. */
  @JsonTypeName("star")
  public record Star(int points, String label) implements Polygon {}

  /** A type with listed subtypes. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({@JsonSubTypes.Type(value = Cat.class, name = "cat"), @JsonSubTypes.Type(Dog.class)
  })
  public abstract static class Pet {
    public String name = "";
  }

  /** A variant named in the list. */
  public static final class Cat extends Pet {
    public int lives = 9;

    @Override
    public String toString() {
      return "cat " + name + " " + lives;
    }
  }

  /** A variant that names itself. */
  @JsonTypeName("hound")
  public static final class Dog extends Pet {
    @Override
    public String toString() {
      return "dog " + name;
    }
  }

  @LiveTool(description = "sealed type")
  public String shape(Shape value) {
    return show(value);
  }

  @LiveTool(description = "listed subtypes")
  public String pet(Pet value) {
    return show(value);
  }

  // JSON text.

  @LiveTool(description = "Object")
  public String anything(Object value) {
    return show(value);
  }

  @LiveTool(description = "JsonNode")
  public String node(JsonNode value) {
    return show(value);
  }

  @LiveTool(description = "ObjectNode")
  public String objectNode(ObjectNode value) {
    return show(value);
  }

  @LiveTool(description = "ArrayNode")
  public String arrayNode(ArrayNode value) {
    return show(value);
  }

  @LiveTool(description = "Map of anything")
  public String jsonMap(Map<String, Object> value) {
    return show(value);
  }

  @LiveTool(description = "Json")
  public String json(Json value) {
    return show(value);
  }

  // Generics and recursion.

  /** A generic record. */
  public record Page<T>(List<T> items, T first) {}

  /** A tree. */
  public record Tree(String name, List<Tree> children) {}

  /** A chain. */
  public record Link(int number, @Nullable Link next) {}

  @LiveTool(description = "generic record")
  public String page(Page<LocalDate> value) {
    return show(value);
  }

  @LiveTool(description = "generic record in a generic record")
  public String pages(Page<Page<Integer>> value) {
    return show(value);
  }

  @LiveTool(description = "recursion through a list")
  public String tree(Tree value) {
    return show(value);
  }

  @LiveTool(description = "recursion through null")
  public String chain(Link value) {
    return show(value);
  }

  // Several at once.

  @LiveTool(description = "two")
  public String two(int number, String text) {
    return number + text;
  }

  /** More properties than violations are told. */
  public record Wide(
      int a01,
      int a02,
      int a03,
      int a04,
      int a05,
      int a06,
      int a07,
      int a08,
      int a09,
      int a10,
      int a11,
      int a12,
      int a13,
      int a14,
      int a15,
      int a16,
      int a17,
      int a18,
      int a19) {}

  @LiveTool(description = "many")
  public String many(Wide value, int b20, int b21) {
    return value.a01() + " " + b20 + " " + b21;
  }

  @LiveTool(description = "none")
  public String none() {
    return "none";
  }
}
