package io.github.geminilive.tools.contract;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.ToolParam;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What is seldom seen, and easily got wrong by code that writes code. */
public final class Oddities {

  // Texts that need care in source code and in JSON.

  /** Wire names that need care. */
  public enum Sign {
    @JsonProperty("\"quoted\"")
    QUOTED,
    @JsonProperty("back\\slash")
    BACKSLASH,
    @JsonProperty("grün 緑 🟢")
    GREEN,
    @JsonProperty("%s ${x} {@code y}")
    TEMPLATE
  }

  @LiveTool(description = "Says \"hi\" \\ 'ho'\n\tto\u2028all: grün 緑 🟢 %s ${x} {@code y} </a> */")
  public Sign texts(
      @ToolParam(description = "A \"sign\" \\ of\nits own.", defaultValue = "\"quoted\"") Sign sign,
      @ToolParam(pattern = "\\d+\\.\\d{2} \"€\"", defaultValue = "1.50 \"€\"") String price,
      @ToolParam(
              allowed = {"a\"b", "c\\d", "é\n"},
              defaultValue = "c\\d")
          String choice) {
    return sign;
  }

  @LiveTool(description = "A pattern with flags.")
  public String flags(
      @Pattern(regexp = "yes|no", flags = Pattern.Flag.CASE_INSENSITIVE) String answer) {
    return answer;
  }

  // Names that are taken elsewhere.

  /** Not that one. */
  public record String2(java.lang.String text) {}

  /** Not that one. */
  public record List(java.util.List<java.lang.Integer> numbers) {}

  /** Not that one. */
  public enum Object {
    Integer,
    Override
  }

  /** Not that one. */
  public record ObjectType(java.lang.String value, java.lang.String values, int v, int arguments) {}

  @LiveTool(description = "Types named like others.")
  public java.lang.String names(String2 string, List list, Object object, ObjectType type) {
    return string.text() + list.numbers() + object.name() + type.arguments();
  }

  @LiveTool(description = "Arguments named like what surrounds them.")
  public int locals(int target, int arguments, int value, int values, int types, int i) {
    return target + arguments + value + values + types + i;
  }

  // Arrays of all kinds.

  @LiveTool(description = "Arrays.")
  public java.lang.String arrays(
      long[] longs,
      double[] doubles,
      float[] floats,
      short[] shorts,
      boolean[] flags,
      byte[][] blobs,
      Sign[] signs,
      java.util.List<java.lang.String>[] lists,
      Map<java.lang.String, int[]> map) {
    return Arrays.toString(longs)
        + Arrays.toString(doubles)
        + Arrays.toString(floats)
        + Arrays.toString(shorts)
        + Arrays.toString(flags)
        + Arrays.deepToString(blobs)
        + Arrays.toString(signs)
        + Arrays.toString(lists)
        + map.size();
  }

  // Beans made in other ways.

  /** Made by a constructor, with one property set afterwards. */
  @JsonIgnoreProperties({"secret"})
  public static class Made {
    private final java.lang.String name;
    private int size = 7;

    @JsonCreator
    public Made(@JsonProperty("the_name") java.lang.String name) {
      this.name = name;
    }

    @ToolParam(description = "How large.", required = false, max = 9)
    public void setSize(@Nullable Integer size) {
      this.size = size == null ? -1 : size;
    }

    public void setSecret(java.lang.String secret) {
      throw new IllegalStateException("ignored properties are not set");
    }

    @Override
    public java.lang.String toString() {
      return name + " " + size;
    }
  }

  /** Inherits what it is made of. */
  public static final class Derived extends Made {
    @ToolParam(defaultValue = "[1,2]")
    public java.util.List<Integer> numbers = java.util.List.of();

    @JsonCreator
    public Derived(@JsonProperty("the_name") java.lang.String name) {
      super(name);
    }

    @Override
    public java.lang.String toString() {
      return super.toString() + " " + numbers;
    }
  }

  @LiveTool(description = "Beans made by constructors.")
  public java.lang.String beans(Made made, Optional<Derived> derived) {
    return made + ", " + derived.map(Derived::toString).orElse("none");
  }

  /** All that is said of its properties stands at its private fields. */
  public static final class Account {
    @Min(2)
    @Max(9)
    private int level;

    private java.lang.@Nullable String owner;

    @JsonPropertyDescription("What for.")
    @NotBlank
    private java.lang.String purpose = "";

    public int getLevel() {
      return level;
    }

    public void setLevel(int level) {
      this.level = level;
    }

    public java.lang.String getOwner() {
      return owner == null ? "nobody" : owner;
    }

    public void setOwner(java.lang.String owner) {
      this.owner = owner;
    }

    public java.lang.String getPurpose() {
      return purpose;
    }

    public void setPurpose(java.lang.String purpose) {
      this.purpose = purpose;
    }
  }

  @LiveTool(description = "Beans with annotated fields.")
  public Account fields(Account account) {
    return account;
  }

  // One of several, told apart by a name of its own.

  /** An abstract sealed class. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind_of")
  public abstract static sealed class Food permits Fruit, Soup {
    public boolean hot;
  }

  /** A variant. */
  public static final class Fruit extends Food {
    public java.lang.String color = "";
  }

  /** A variant. */
  public static final class Soup extends Food {
    public @Nullable Food in;
  }

  @LiveTool(description = "Sealed classes.")
  public Food food(Food food) {
    return food;
  }

  @LiveTool(description = "Maps whose keys are not any.")
  public java.lang.String keys(
      Map<java.lang.@Size(min = 2) @Pattern(regexp = "[a-z]*") String, @Min(1) Integer> texts,
      Map<@Max(9) Integer, Sign> numbers) {
    return texts + " " + numbers;
  }

  // Whatever else a method may be.

  /** Must not be read by anyone else. */
  record Hidden(java.lang.String name, Sign sign) {}

  @LiveTool(description = "Returns what others cannot see.")
  public java.lang.Object hidden() {
    return java.util.List.of(new Hidden("h", Sign.QUOTED));
  }

  @LiveTool(description = "Returns some numbers.")
  public java.util.List<? extends Number> wildcard() {
    return java.util.List.of(1, 2.5);
  }

  /** Of old. */
  @Deprecated
  public record Old(int age) {}

  @Deprecated
  @LiveTool(description = "Is deprecated.")
  public Old old(Old old) {
    return old;
  }

  @LiveTool(description = "Throws what it likes.")
  public java.lang.String anything(boolean fails) throws Exception {
    if (fails) {
      throw new IOException("secret");
    }
    return "fine";
  }

  @LiveTool(description = "Throws even more.")
  public void everything() throws Throwable {
    throw new Throwable("secret");
  }

  @LiveTool(description = "Is final, synchronized and strict.")
  public final synchronized int modifiers(final int number) {
    return number;
  }
}
