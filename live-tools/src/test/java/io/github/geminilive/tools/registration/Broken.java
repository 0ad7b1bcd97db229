package io.github.geminilive.tools.registration;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.github.geminilive.ToolContext;
import io.github.geminilive.tools.Attached;
import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.LiveTool.Behavior;
import io.github.geminilive.tools.LiveTool.Scheduling;
import io.github.geminilive.tools.ToolParam;
import jakarta.validation.constraints.Max;
import jakarta.validation.constraints.Min;
import jakarta.validation.constraints.Positive;
import jakarta.validation.constraints.Size;
import java.io.File;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Calendar;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Classes that cannot be registered, each for the reason its name tells. */
public final class Broken {

  private Broken() {}

  // Discovery.

  /** No tools at all. */
  public static final class NoTools {
    public String method() {
      return "";
    }
  }

  /** Tools that nobody can call. */
  public static final class NotPublicMethods {
    @LiveTool(description = "d")
    String packagePrivate() {
      return "";
    }

    @LiveTool(description = "d")
    protected String isProtected() {
      return "";
    }

    @LiveTool(description = "d")
    private String isPrivate() {
      return "";
    }
  }

  static final class NotPublicClass {
    @LiveTool(description = "d")
    public String tool() {
      return "";
    }
  }

  static final class Hidden {
    private Hidden() {}

    /** Public in a class that is not. */
    public static final class Inside {
      @LiveTool(description = "d")
      public String tool() {
        return "";
      }
    }
  }

  /** Tools of objects only. */
  public static final class NoStaticTools {
    @LiveTool(description = "d")
    public String tool() {
      return "";
    }
  }

  // Names.

  /** Names the service does not take. */
  public static final class BadNames {
    @LiveTool(name = "1st", description = "d")
    public void digit() {}

    @LiveTool(name = "a b", description = "d")
    public void space() {}

    @LiveTool(name = "a:b", description = "d")
    public void colon() {}

    @LiveTool(name = "größe", description = "d")
    public void umlaut() {}

    @LiveTool(
        name = "n2345678901234567890123456789012345678901234567890123456789012345",
        description = "d")
    public void tooLong() {}

    @LiveTool(description = "d")
    public void dollar$() {}
  }

  /** Names of arguments and properties the service does not take. */
  public static final class BadArguments {
    /** A bad property. */
    public record Bad(@JsonProperty("a-b") String ab) {}

    @LiveTool(description = "d")
    public void dot(@ToolParam(name = "a.b") String a) {}

    @LiveTool(description = "d")
    public void dash(@ToolParam(name = "a-b") String a) {}

    @LiveTool(description = "d")
    public void tooLong(
        @ToolParam(name = "n2345678901234567890123456789012345678901234567890123456789012345")
            String a) {}

    @LiveTool(description = "d")
    public void property(Bad bad) {}

    @LiveTool(description = "d")
    public void twice(@ToolParam(name = "same") String a, @ToolParam(name = "same") int b) {}
  }

  /** Two tools of one name. */
  public static final class Twins {
    @LiveTool(name = "twin", description = "d")
    public void one() {}

    @LiveTool(name = "twin", description = "d")
    public void other() {}
  }

  /** Overloads have one name unless told otherwise. */
  public static final class Overloads {
    @LiveTool(description = "d")
    public void set(int a) {}

    @LiveTool(description = "d")
    public void set(String a) {}
  }

  /** One tool. */
  public static final class Single {
    @LiveTool(name = "twin", description = "d")
    public void single() {}
  }

  // Descriptions.

  /** What the model could not go by. */
  public static final class NoDescription {
    @LiveTool
    public void missing() {}

    @LiveTool(description = "  ")
    public void blank() {}
  }

  // Types.

  /** A record of nothing. */
  public record Nothing() {}

  /** Not sealed. */
  public interface Anything {}

  /** Without listed subtypes. */
  public abstract static class Abstract {
    public String name = "";
  }

  /** Deep inside. */
  public record Deep(List<Inner> inners) {}

  /** Holds what is not supported. */
  public record Inner(Date when, String what) {}

  /** A record that cannot end. */
  public record Endless(String name, Endless next) {}

  /** A bean that cannot be made. */
  public static final class NoConstructor {
    public String name;

    public NoConstructor(Thread thread) {
      name = thread.getName();
    }
  }

  /** No constants. */
  public enum Empty {}

  /** Two constants of one name. */
  public enum Same {
    @JsonProperty("same")
    ONE,
    @JsonProperty("same")
    TWO
  }

  /** Types that have no schema. */
  public static final class Types<T> {

    @LiveTool(description = "d")
    @SuppressWarnings("rawtypes")
    public void raw(List value) {}

    @LiveTool(description = "d")
    public void wildcard(List<?> value) {}

    @LiveTool(description = "d")
    public void bounded(List<? extends Number> value) {}

    @LiveTool(description = "d")
    public void variable(T value) {}

    @LiveTool(description = "d")
    public <U> void ownVariable(U value) {}

    @LiveTool(description = "d")
    public void noComponents(Nothing value) {}

    @LiveTool(description = "d")
    public void anInterface(Anything value) {}

    @LiveTool(description = "d")
    public void anAbstractClass(Abstract value) {}

    @LiveTool(description = "d")
    public void file(File value) {}

    @LiveTool(description = "d")
    public void path(Path value) {}

    @LiveTool(description = "d")
    public void aClass(Class<String> value) {}

    @LiveTool(description = "d")
    public void date(Date value) {}

    @LiveTool(description = "d")
    public void calendar(Calendar value) {}

    @LiveTool(description = "d")
    public void bytes(InputStream value) {}

    @LiveTool(description = "d")
    public void stream(Stream<String> value) {}

    @LiveTool(description = "d")
    public void function(Function<String, String> value) {}

    @LiveTool(description = "d")
    public void number(Number value) {}

    @LiveTool(description = "d")
    public void thread(Thread value) {}

    @LiveTool(description = "d")
    public void mapByDate(Map<LocalDate, String> value) {}

    @LiveTool(description = "d")
    public void mapByRecord(Map<Inner, String> value) {}

    @LiveTool(description = "d")
    public void deep(Deep value) {}

    @LiveTool(description = "d")
    public void endless(Endless value) {}

    @LiveTool(description = "d")
    public void noConstructor(NoConstructor value) {}

    @LiveTool(description = "d")
    public void emptyEnum(Empty value) {}

    @LiveTool(description = "d")
    public void sameEnum(Same value) {}
  }

  // One of several.

  /** A property of two types. */
  public sealed interface Clash permits Left, Right {}

  /** A variant. */
  public record Left(int value) implements Clash {}

  /** A variant. */
  public record Right(String value) implements Clash {}

  /** A property named like the discriminator. */
  public sealed interface Taken permits Only {}

  /** A variant. */
  public record Only(String type) implements Taken {}

  /** Unions that cannot be one object. */
  public static final class Unions {
    @LiveTool(description = "d")
    public void clash(Clash value) {}

    @LiveTool(description = "d")
    public void taken(Taken value) {}
  }

  // Required and default.

  /** Demands that contradict the type. */
  public static final class Requirements {
    @LiveTool(description = "d")
    public void primitive(@ToolParam(required = false) int value) {}

    @LiveTool(description = "d")
    public void nullablePrimitive(@Nullable int value) {}

    @LiveTool(description = "d")
    public void badNumber(@ToolParam(defaultValue = "many") int value) {}

    @LiveTool(description = "d")
    public void fraction(@ToolParam(defaultValue = "1.5") int value) {}

    @LiveTool(description = "d")
    public void badEnum(@ToolParam(defaultValue = "THREE") Same2 value) {}

    @LiveTool(description = "d")
    public void badDate(@ToolParam(defaultValue = "tomorrow") LocalDate value) {}

    @LiveTool(description = "d")
    public void beyondBounds(@ToolParam(defaultValue = "11", max = 10) int value) {}

    @LiveTool(description = "d")
    public void notAllowed(
        @ToolParam(
                defaultValue = "c",
                allowed = {"a", "b"})
            String value) {}

    @LiveTool(description = "d")
    public void badList(@ToolParam(defaultValue = "[1,") List<Integer> value) {}

    @LiveTool(description = "d")
    public void badProperty(WithDefault value) {}
  }

  /** Of two. */
  public enum Same2 {
    ONE,
    TWO
  }

  /** A bad default inside. */
  public record WithDefault(@ToolParam(defaultValue = "x") int number) {}

  // Bounds.

  /** Bounds that nothing fits, or that fit nothing. */
  public static final class Bounds {
    @LiveTool(description = "d")
    public void crossed(@ToolParam(min = 5, max = 4) int value) {}

    @LiveTool(description = "d")
    public void crossedJakarta(@Min(5) @Max(4) int value) {}

    @LiveTool(description = "d")
    public void crossedBoth(@ToolParam(max = 0) @Positive double value) {}

    @LiveTool(description = "d")
    public void crossedLengths(@ToolParam(minLength = 5, maxLength = 4) String value) {}

    @LiveTool(description = "d")
    public void crossedSizes(@Size(min = 5, max = 4) List<String> value) {}

    @LiveTool(description = "d")
    public void negative(@ToolParam(minLength = -2) String value) {}

    @LiveTool(description = "d")
    public void beyondType(@ToolParam(max = 1000) byte value) {}

    @LiveTool(description = "d")
    public void badPattern(@ToolParam(pattern = "[a-") String value) {}

    @LiveTool(description = "d")
    public void minOfText(@ToolParam(min = 1) String value) {}

    @LiveTool(description = "d")
    public void lengthOfNumber(@ToolParam(minLength = 1) int value) {}

    @LiveTool(description = "d")
    public void itemsOfText(@ToolParam(minItems = 1) String value) {}

    @LiveTool(description = "d")
    public void patternOfNumber(@ToolParam(pattern = "[0-9]+") int value) {}

    @LiveTool(description = "d")
    public void allowedOfNumber(@ToolParam(allowed = {"1", "2"}) int value) {}

    @LiveTool(description = "d")
    public void allowedAgainstPattern(
        @ToolParam(
                allowed = {"a", "1"},
                pattern = "[a-z]")
            String value) {}
  }

  // Jackson.

  /** Annotations that would change what is on the wire. */
  public static final class Jackson {
    /** A number as text. */
    public record Formatted(
        @JsonFormat(shape = JsonFormat.Shape.STRING) int number) {}

    /** A record without its braces. */
    public record Flat(@JsonUnwrapped WithDefault2 inner) {}

    /** Held. */
    public record WithDefault2(int number) {}

    @LiveTool(description = "d")
    public void formatted(Formatted value) {}

    @LiveTool(description = "d")
    public void flat(Flat value) {}
  }

  // Behaviour.

  /** Attributes that contradict each other. */
  public static final class Behaviors {
    @LiveTool(description = "d", silent = true, behavior = Behavior.BLOCKING)
    public void silentBlocking() {}

    @LiveTool(description = "d", silent = true, scheduling = Scheduling.INTERRUPT)
    public void silentInterrupt() {}

    @LiveTool(description = "d", timeoutMillis = -1)
    public void negativeTimeout() {}

    @LiveTool(description = "d", parallelLimit = -1)
    public void negativeLimit() {}
  }

  // Injection.

  /** What cannot be filled in. */
  public static final class Injection {
    @LiveTool(description = "d")
    public void attachedPrimitive(@Attached int value) {}

    @LiveTool(description = "d")
    public void optionalContext(Optional<ToolContext> value) {}
  }

  /** One class with several problems. */
  public static final class Several {
    @LiveTool(name = "not good")
    public void first(Date when, @ToolParam(min = 2, max = 1) int number, List<?> rest) {}

    @LiveTool(description = "d")
    String second(File file) {
      return "";
    }
  }
}
