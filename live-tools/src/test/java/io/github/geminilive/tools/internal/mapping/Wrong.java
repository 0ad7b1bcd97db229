package io.github.geminilive.tools.internal.mapping;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonIgnoreType;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.geminilive.LiveSession;
import io.github.geminilive.ToolContext;
import io.github.geminilive.tools.Attached;
import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.LiveTool.Behavior;
import io.github.geminilive.tools.LiveTool.Scheduling;
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
import java.io.File;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Everything that can be wrong: each tool has one problem. */
public final class Wrong {

  private Wrong() {}

  public record Empty() {}

  record Hidden(int x) {}

  public record Self(Self self) {}

  public record Tree(List<Tree> children) {}

  public record Growing<T>(List<Growing<List<T>>> more, T one) {}

  /** Has more than a million types in itself. */
  public record Exploding<T>(
      List<Exploding<List<T>>> a, List<Exploding<Set<T>>> b, List<Exploding<Optional<T>>> c) {}

  public record Named(
      @JsonProperty("a") @ToolParam(name = "b") int c) {}

  public record Twice(@JsonProperty("b") int a, int b) {}

  public record BadName(@JsonProperty("first name") String name) {}

  public record Ignored(int a, @JsonIgnore int b) {}

  public record ReadOnly(
      int a,
      @JsonProperty(access = JsonProperty.Access.READ_ONLY) int b) {}

  @JsonIgnoreProperties("b")
  public record IgnoredByName(int a, int b) {}

  @JsonNaming(PropertyNamingStrategies.SnakeCaseStrategy.class)
  public record Snake(int someThing) {}

  public record Unwrapped(@JsonUnwrapped Named named) {}

  public record Formatted(
      @JsonFormat(pattern = "dd.MM.yyyy") java.time.LocalDate date) {}

  @JsonDeserialize(as = Empty.class)
  public record Deserialized(int a) {}

  public record Deep(List<Optional<File>> files) {}

  public record Value(@JsonValue String text) {}

  public static class NoConstructor {
    public int x;

    public NoConstructor(int x) {
      this.x = x;
    }
  }

  public static class StaticCreator {
    public int x;

    @JsonCreator
    public static StaticCreator of(@JsonProperty("x") int x) {
      return new StaticCreator();
    }
  }

  public static class Delegating {
    public int x;

    @JsonCreator(mode = JsonCreator.Mode.DELEGATING)
    public Delegating(String text) {}
  }

  public static class TwoCreators {
    @JsonCreator
    public TwoCreators(@JsonProperty("a") int a) {}

    @JsonCreator
    public TwoCreators(@JsonProperty("b") String b) {}
  }

  public static class NoSetter {
    public int a;

    @JsonProperty
    private int b;

    public int getB() {
      return b;
    }
  }

  public static class HiddenSetter {
    public int a;

    public int getB() {
      return 1;
    }

    void setB(int b) {}
  }

  public static class TwoSetters {
    public void setA(int a) {}

    public void setA(String a) {}
  }

  public static class Any {
    public int a;

    @JsonAnySetter
    public void set(String name, Object value) {}
  }

  @JsonAutoDetect(fieldVisibility = JsonAutoDetect.Visibility.ANY)
  public static class Detected {
    public int a;
  }

  public class Inner {
    public int a;
  }

  public abstract static class Abstract {}

  public interface Interface {}

  public enum NoConstants {}

  public enum Repeated {
    @JsonProperty("b")
    A,
    @JsonProperty("b")
    B
  }

  public enum Created {
    A;

    @JsonCreator
    public static Created of(String text) {
      return A;
    }
  }

  public enum OddValue {
    A;

    @JsonValue
    public List<String> value() {
      return List.of();
    }
  }

  public enum EmptyValue {
    A;

    @JsonValue
    public String value() {
      return "";
    }
  }

  public sealed interface Differing permits One, Two {}

  public record One(int size) implements Differing {}

  public record Two(String size) implements Differing {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
  public sealed interface Clash permits Kind {}

  public record Kind(String kind) implements Clash {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.CLASS)
  public sealed interface ByClass permits First {}

  public record First(int a) implements ByClass {}

  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, include = JsonTypeInfo.As.WRAPPER_OBJECT)
  public sealed interface Wrapped permits Inside {}

  public record Inside(int a) implements Wrapped {}

  public sealed interface Open permits NonSealed {}

  public non-sealed interface NonSealed extends Open {}

  public sealed interface SameName permits Left, Right {}

  @JsonTypeName("side")
  public record Left(int a) implements SameName {}

  @JsonTypeName("side")
  public record Right(int a) implements SameName {}

  @JsonSubTypes(@JsonSubTypes.Type(First.class))
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "@type")
  public interface Anonymous {}

  @JsonSubTypes({@JsonSubTypes.Type(Egg.class), @JsonSubTypes.Type(Chick.class)})
  public static class Hen {
    public int a;
  }

  @JsonSubTypes(@JsonSubTypes.Type(Hen.class))
  public static class Egg extends Hen {
    public String b = "";
  }

  public static class Chick extends Hen {
    public int b;
  }

  public static class HiddenArgument {
    @JsonCreator
    public HiddenArgument(@JsonProperty("a") int a, @JsonProperty("in") Internal in) {}
  }

  @JsonIgnoreType
  public static class Internal {
    public int a;
  }

  public enum Throwing {
    A;

    @JsonValue
    public String value() {
      throw new IllegalStateException("no value");
    }
  }

  public record Strict(int a) {
    public Strict {
      throw new IllegalStateException("never");
    }
  }

  public record Picky(int a) {
    public Picky {
      if (a > 3) {
        throw new IllegalArgumentException("a is at most 3");
      }
    }
  }

  public interface SpecialSession extends LiveSession {}

  /** Types that cannot be arguments. */
  public static final class Types<U> {

    @LiveTool(description = "-")
    public void file(File x) {}

    @LiveTool(description = "-")
    public void path(Path x) {}

    @LiveTool(description = "-")
    public void type(Class<String> x) {}

    @LiveTool(description = "-")
    public void date(Date x) {}

    @LiveTool(description = "-")
    public void zoneOffset(ZoneOffset x) {}

    @LiveTool(description = "-")
    public void stream(Stream<String> x) {}

    @LiveTool(description = "-")
    public void inputStream(InputStream x) {}

    @LiveTool(description = "-")
    public void arrayList(ArrayList<String> x) {}

    @LiveTool(description = "-")
    public void hashMap(HashMap<String, String> x) {}

    @LiveTool(description = "-")
    public void number(Number x) {}

    @LiveTool(description = "-")
    public void builder(StringBuilder x) {}

    @LiveTool(description = "-")
    public void textNode(TextNode x) {}

    @LiveTool(description = "-")
    @SuppressWarnings("rawtypes")
    public void raw(List x) {}

    @LiveTool(description = "-")
    public void wildcard(List<?> x) {}

    @LiveTool(description = "-")
    public void bounded(List<? extends Empty> x) {}

    @LiveTool(description = "-")
    public void variable(U x) {}

    @LiveTool(description = "-")
    public <T> void generic(String x) {}

    @LiveTool(description = "-")
    public void keys(Map<Double, String> x) {}

    @LiveTool(description = "-")
    public void nested(Optional<Optional<String>> x) {}

    @LiveTool(description = "-")
    public void empty(Empty x) {}

    @LiveTool(description = "-")
    public void hidden(Hidden x) {}

    @LiveTool(description = "-")
    public void self(Self x) {}

    @LiveTool(description = "-")
    public void tree(Tree x) {}

    @LiveTool(description = "-")
    public void growing(Growing<String> x) {}

    @LiveTool(description = "-")
    public void named(Named x) {}

    @LiveTool(description = "-")
    public void twice(Twice x) {}

    @LiveTool(description = "-")
    public void badName(BadName x) {}

    @LiveTool(description = "-")
    public void ignored(Ignored x) {}

    @LiveTool(description = "-")
    public void readOnly(ReadOnly x) {}

    @LiveTool(description = "-")
    public void ignoredByName(IgnoredByName x) {}

    @LiveTool(description = "-")
    public void snake(Snake x) {}

    @LiveTool(description = "-")
    public void unwrapped(Unwrapped x) {}

    @LiveTool(description = "-")
    public void formatted(Formatted x) {}

    @LiveTool(description = "-")
    public void deserialized(Deserialized x) {}

    @LiveTool(description = "-")
    public void deep(Deep x) {}

    @LiveTool(description = "-")
    public void value(Value x) {}

    @LiveTool(description = "-")
    public void noConstructor(NoConstructor x) {}

    @LiveTool(description = "-")
    public void staticCreator(StaticCreator x) {}

    @LiveTool(description = "-")
    public void delegating(Delegating x) {}

    @LiveTool(description = "-")
    public void twoCreators(TwoCreators x) {}

    @LiveTool(description = "-")
    public void noSetter(NoSetter x) {}

    @LiveTool(description = "-")
    public void hiddenSetter(HiddenSetter x) {}

    @LiveTool(description = "-")
    public void twoSetters(TwoSetters x) {}

    @LiveTool(description = "-")
    public void any(Any x) {}

    @LiveTool(description = "-")
    public void detected(Detected x) {}

    @LiveTool(description = "-")
    public void inner(Inner x) {}

    @LiveTool(description = "-")
    public void abstracted(Abstract x) {}

    @LiveTool(description = "-")
    public void interfaced(Interface x) {}

    @LiveTool(description = "-")
    public void session(SpecialSession x) {}

    @LiveTool(description = "-")
    public void annotation(LiveTool x) {}

    @LiveTool(description = "-")
    public void noConstants(NoConstants x) {}

    @LiveTool(description = "-")
    public void repeated(Repeated x) {}

    @LiveTool(description = "-")
    public void created(Created x) {}

    @LiveTool(description = "-")
    public void oddValue(OddValue x) {}

    @LiveTool(description = "-")
    public void emptyValue(EmptyValue x) {}

    @LiveTool(description = "-")
    public void differing(Differing x) {}

    @LiveTool(description = "-")
    public void clash(Clash x) {}

    @LiveTool(description = "-")
    public void byClass(ByClass x) {}

    @LiveTool(description = "-")
    public void wrapped(Wrapped x) {}

    @LiveTool(description = "-")
    public void open(Open x) {}

    @LiveTool(description = "-")
    public void sameName(SameName x) {}

    @LiveTool(description = "-")
    public void circular(Hen x) {}

    @LiveTool(description = "-")
    public void hiddenArgument(HiddenArgument x) {}

    @LiveTool(description = "-")
    public void throwing(Throwing x) {}

    @LiveTool(description = "-")
    public void strict(@ToolParam(defaultValue = "{\"a\":1}") Strict x) {}

    @LiveTool(description = "-")
    public void picky(@ToolParam(defaultValue = "{\"a\":4}") Picky x) {}

    @LiveTool(description = "-")
    public void anonymous(Anonymous x) {}
  }

  /** Demands that contradict themselves or their types. */
  public static final class Demands {

    @LiveTool(description = "-")
    public void bounds(@ToolParam(min = 10, max = 5) int x) {}

    @LiveTool(description = "-")
    public void both(@ToolParam(max = 5) @Min(6) int x) {}

    @LiveTool(description = "-")
    public void nothingBetween(
        @DecimalMin(value = "1", inclusive = false) @DecimalMax("1") double x) {}

    @LiveTool(description = "-")
    public void wholeBetween(@DecimalMin("1.1") @DecimalMax("1.9") int x) {}

    @LiveTool(description = "-")
    public void infinite(@ToolParam(min = Double.NEGATIVE_INFINITY) double x) {}

    @LiveTool(description = "-")
    public void noNumber(@DecimalMin("one") double x) {}

    @LiveTool(description = "-")
    public void huge(@DecimalMax("1e999999999") int x) {}

    @LiveTool(description = "-")
    public void beyond(@Max(3_000_000_000L) int x) {}

    @LiveTool(description = "-")
    public void beyondByte(@ToolParam(min = -129) byte x) {}

    @LiveTool(description = "-")
    public void beyondDouble(@DecimalMax("1e309") double x) {}

    @LiveTool(description = "-")
    public void lengths(@ToolParam(minLength = 3, maxLength = 2) String x) {}

    @LiveTool(description = "-")
    public void blank(@NotBlank @Size(max = 0) String x) {}

    @LiveTool(description = "-")
    public void items(@ToolParam(minItems = 3, maxItems = 2) List<String> x) {}

    @LiveTool(description = "-")
    public void negative(@ToolParam(maxLength = -2) String x) {}

    @LiveTool(description = "-")
    public void negativeSize(@Size(min = -1) List<String> x) {}

    @LiveTool(description = "-")
    public void minOfText(@Min(1) String x) {}

    @LiveTool(description = "-")
    public void positiveTruth(@Positive boolean x) {}

    @LiveTool(description = "-")
    public void sizeOfNumber(@Size(max = 3) int x) {}

    @LiveTool(description = "-")
    public void emptyEnum(@NotEmpty LiveTool.Behavior x) {}

    @LiveTool(description = "-")
    public void patternOfDate(@ToolParam(pattern = ".*") Duration x) {}

    @LiveTool(description = "-")
    public void blankList(@NotBlank List<String> x) {}

    @LiveTool(description = "-")
    public void patternOfNumber(@Pattern(regexp = ".*") int x) {}

    @LiveTool(description = "-")
    public void allowedNumber(@ToolParam(allowed = "1") int x) {}

    @LiveTool(description = "-")
    public void itemsOfText(@ToolParam(minItems = 1) String x) {}

    @LiveTool(description = "-")
    public void lengthOfBytes(@ToolParam(maxLength = 5) byte[] x) {}

    @LiveTool(description = "-")
    public void noPattern(@ToolParam(pattern = "[a") String x) {}

    @LiveTool(description = "-")
    public void twoPatterns(@ToolParam(pattern = "a") @Pattern(regexp = "b") String x) {}

    @LiveTool(description = "-")
    public void flags(@Pattern(regexp = "a", flags = Pattern.Flag.CANON_EQ) String x) {}

    @LiveTool(description = "-")
    public void allowedTwice(@ToolParam(allowed = {"a", "a"}) String x) {}

    @LiveTool(description = "-")
    public void allowedEmpty(@ToolParam(allowed = {"a", ""}) String x) {}

    @LiveTool(description = "-")
    public void allowedRefused(
        @ToolParam(
                allowed = {"a", "bb"},
                pattern = "a+")
            String x) {}

    @LiveTool(description = "-")
    public void allowedLong(@ToolParam(allowed = "bb", maxLength = 1) String x) {}

    @LiveTool(description = "-")
    public void primitive(@ToolParam(required = false) int x) {}

    @LiveTool(description = "-")
    public void element(List<@Size(min = 2, max = 1) String> x) {}

    @LiveTool(description = "-")
    public void mapValue(Map<String, @Min(2) @Max(1) Integer> x) {}

    @LiveTool(description = "-")
    public void defaultOfType(@ToolParam(defaultValue = "five") int x) {}

    @LiveTool(description = "-")
    public void defaultOutOfRange(@ToolParam(defaultValue = "0") @Min(1) int x) {}

    @LiveTool(description = "-")
    public void defaultInList(@ToolParam(defaultValue = "[1, \"b\"]") List<Integer> x) {}

    @LiveTool(description = "-")
    public void blankDescription(@ToolParam(description = " ") int x) {}

    @LiveTool(description = "-")
    public void badName(@ToolParam(name = "a-b") int x) {}

    @LiveTool(description = "-")
    public void longName(
        @ToolParam(name = "a2345678901234567890123456789012345678901234567890123456789012345")
            int x) {}

    @LiveTool(description = "-")
    public void sameNames(@ToolParam(name = "y") int x, int y) {}

    @LiveTool(description = "-")
    public void attachedPrimitive(@Attached int x) {}

    @LiveTool(description = "-")
    public void attachedList(@Attached List<String> x) {}

    @LiveTool(description = "-")
    public void attachedOptional(@Attached OptionalInt x) {}

    @LiveTool(description = "-")
    public void attachedHidden(@Attached Hidden x) {}

    @LiveTool(description = "-")
    public void attachedContext(@Attached ToolContext x) {}

    @LiveTool(description = "-")
    public void describedContext(@ToolParam(description = "-") @Nullable ToolContext x) {}
  }

  /** Tools that are wrong as a whole. */
  public static class Tools {

    @LiveTool
    public void noDescription() {}

    @LiveTool(description = " \n")
    public void blankDescription() {}

    @LiveTool(name = "1st", description = "-")
    public void badName() {}

    @LiveTool(
        name = "a2345678901234567890123456789012345678901234567890123456789012345",
        description = "-")
    public void longName() {}

    @LiveTool(description = "-")
    void notPublic() {}

    @LiveTool(description = "-", silent = true, behavior = Behavior.BLOCKING)
    public void silentBlocking() {}

    @LiveTool(description = "-", silent = true, scheduling = Scheduling.INTERRUPT)
    public void silentInterrupt() {}

    @LiveTool(description = "-", timeoutMillis = -1)
    public void timeout() {}

    @LiveTool(description = "-", parallelLimit = -1)
    public void parallel() {}

    @LiveTool(name = "same", description = "-")
    public void same1(int a) {}

    @LiveTool(name = "same", description = "-")
    public void same2() {}
  }
}
