package io.github.geminilive.tools.internal.mapping;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import io.github.geminilive.tools.ToolParam;
import java.time.LocalDate;
import java.util.ArrayList;

/** Results. */
public final class Written {

  private Written() {}

  public record Plain(
      int b,
      @JsonProperty("first") String a,
      @ToolParam(name = "second") String c,
      @JsonIgnore String d,
      @JsonProperty(access = JsonProperty.Access.WRITE_ONLY) String e) {}

  record Hidden(int a) {}

  public sealed interface Shape permits Round, Corner {}

  public sealed interface Round extends Shape permits Circle {}

  public record Circle(int radius) implements Round {}

  @JsonTypeName("corner")
  public record Corner(int type, int angle) implements Shape {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  @JsonSubTypes({@JsonSubTypes.Type(value = Dog.class, name = "dog"), @JsonSubTypes.Type(Cat.class)
  })
  public abstract static class Animal {
    public int legs = 4;
  }

  public static class Dog extends Animal {
    public int barks = 1;
  }

  @JsonTypeName("cat")
  public static class Cat extends Animal {}

  public static class Unknown extends Animal {}

  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Sparse(int a) {}

  public record Formatted(@JsonFormat(pattern = "yyyy") LocalDate date) {}

  public static class Unwrapped {
    @JsonUnwrapped
    public Plain plain = new Plain(1, "", "", "", "");
  }

  public static class Valued {
    public int a;

    @JsonValue
    public int value() {
      return a;
    }
  }

  public static class Nothing {}

  public static class Many extends ArrayList<String> {
    public int a;
  }

  public static class Failure extends RuntimeException {
    public int a;
  }
}
