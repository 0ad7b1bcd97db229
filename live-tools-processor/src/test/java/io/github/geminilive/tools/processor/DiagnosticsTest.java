package io.github.geminilive.tools.processor;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each error stands exactly where the source has the mark {@code /*!*}{@code /}. */
class DiagnosticsTest {

  @TempDir
  Path folder;

  private static String home(String body) {
    return """
        package com.acme;

        import com.fasterxml.jackson.annotation.*;
        import io.github.geminilive.*;
        import io.github.geminilive.tools.*;
        import java.util.*;
        import org.jspecify.annotations.Nullable;

        public class Home {
        """ + body + "\n}\n";
  }

  private Compiled failed(String body) {
    Compiled compiled = Compiled.Setup.into(folder).compile(home(body)).failedAtMarks();
    assertThat(compiled.generated()).as("nothing is generated").isEmpty();
    return compiled;
  }

  private void failed(String body, String message) {
    assertThat(failed(body).errors()).singleElement().asString().contains(message);
  }

  @Test
  void anUnsupportedTypeIsToldAtTheParameter() {
    failed("""
          @LiveTool(description = "Reads.")
          public String read(String name, java.io.File /*!*/file) { return name; }
        """, "file: The model cannot give a value of type java.io.File. Take a String");
  }

  @Test
  void anUnsupportedTypeInsideIsToldAtTheComponent() {
    failed("""
          public record Order(String item, List<Class<?>> /*!*/kinds) {}

          @LiveTool(description = "Orders.")
          public String order(List<Order> orders) { return ""; }
        """, "orders[].kinds[]: ");
  }

  @Test
  void anUnsupportedTypeOfABeanIsToldAtItsProperty() {
    Compiled compiled = Compiled.Setup.into(folder).compile(home("""
          public static class Order {
            public java.util.Date when;
          }

          @LiveTool(description = "Orders.")
          public String order(Order order) { return ""; }
        """));

    assertThat(compiled.errors()).singleElement().asString().contains("order.when: ", "Instant");
    assertThat(compiled.diagnostics().get(0).getLineNumber()).isEqualTo(11);
  }

  @Test
  void anUnsupportedTypeInAnotherFileIsToldAtTheParameterThatLeadsThere() {
    Compiled compiled = Compiled.Setup.into(folder)
        .compile(
            home("""
                  @LiveTool(description = "Orders.")
                  public String order(Order /*!*/order) { return ""; }
                """), "package com.acme; public abstract class Order { public String item; }");

    assertThat(compiled.failedAtMarks().errors())
        .singleElement()
        .asString()
        .contains("order: Order is abstract");
  }

  @Test
  void unresolvedTypesAreToldAtTheParameter() {
    failed("""
          @LiveTool(description = "Sorts.")
          public String raw(@SuppressWarnings("rawtypes") List /*!*/list) { return ""; }

          @LiveTool(description = "Sorts.")
          public String wild(List<?> /*!*/list) { return ""; }

          @LiveTool(description = "Sorts.")
          public <T> String /*!*/variable(T /*!*/one) { return ""; }
        """);
  }

  @Test
  void aMissingDescriptionIsToldAtTheMethod() {
    failed("""
          @LiveTool
          public String /*!*/read(String name) { return name; }
        """, "no description");
  }

  @Test
  void aBlankDescriptionIsToldAtTheMethod() {
    failed("""
          @LiveTool(description = " ")
          public String /*!*/read(String name) { return name; }
        """, "blank");
  }

  @Test
  void aCommentThatSaysNothingIsNoDescription() {
    failed("""
          /** @param name of it */
          @LiveTool
          public String /*!*/read(String name) { return name; }
        """, "no description");
  }

  @Test
  void aBadNameIsToldInTheAnnotation() {
    failed("""
          @LiveTool(name = /*!*/"2 lights", description = "Switches.")
          public String light(String name) { return name; }
        """, "\"2 lights\"");
  }

  @Test
  void aBadNameOfAMethodIsToldAtTheMethod() {
    failed("""
          @LiveTool(description = "Switches.")
          public String /*!*/$light(String name) { return name; }
        """, "\"$light\"");
  }

  @Test
  void aBadNameOfAnArgumentIsToldWhereItIsGiven() {
    failed("""
          @LiveTool(description = "Switches.")
          public String light(@ToolParam(name = /*!*/"a.b") String name, int /*!*/größe) {
            return name;
          }
        """);
  }

  @Test
  void aNameGivenTwiceIsToldAtTheSecondMethod() {
    failed("""
          @LiveTool(description = "Switches.")
          public String light(String name) { return name; }

          @LiveTool(name = /*!*/"light", description = "Switches.")
          public String other(String name) { return name; }
        """, "light(String) and other(String)");
  }

  @Test
  void aNameOfAnArgumentGivenTwiceIsTold() {
    failed("""
          @LiveTool(description = "Switches.")
          public String light(String name, @ToolParam(name = "name") String /*!*/other) {
            return name;
          }
        """, "Two arguments have this name.");
  }

  @Test
  void aMethodThatIsNotPublicIsTold() {
    failed("""
          @LiveTool(description = "Switches.")
          String /*!*/one(String name) { return name; }

          @LiveTool(description = "Switches.")
          private String /*!*/two(String name) { return name; }

          @LiveTool(description = "Switches.")
          protected static String /*!*/three(String name) { return name; }
        """);
  }

  @Test
  void aClassThatIsNotPublicIsTold() {
    Compiled compiled = Compiled.Setup.into(folder).compile("""
        package com.acme;

        class Home {
          @io.github.geminilive.tools.LiveTool(description = "Switches.")
          public String /*!*/light(String name) { return name; }
        }
        """);

    assertThat(compiled.failedAtMarks().errors())
        .singleElement()
        .asString()
        .contains("class is not public");
  }

  @Test
  void aClassInsideOneThatIsNotPublicIsTold() {
    failed("""
          static class Inner {
            public static class Innermost {
              @LiveTool(description = "Switches.")
              public String /*!*/light(String name) { return name; }
            }
          }
        """, "a class around it is not");
  }

  @Test
  void aTypeThatIsNotPublicIsToldAtTheParameter() {
    failed("""
          record Order(String item) {}

          @LiveTool(description = "Orders.")
          public String order(Order /*!*/order) { return ""; }
        """, "Order is not public");
  }

  @Test
  void aBadDefaultIsToldInTheAnnotation() {
    failed("""
          public enum Color { RED, GREEN }

          @LiveTool(description = "Switches.")
          public String light(
              @ToolParam(defaultValue = /*!*/"x") int level,
              @ToolParam(defaultValue = /*!*/"11", max = 10) long most,
              @ToolParam(defaultValue = /*!*/"BLUE") Color color,
              @ToolParam(defaultValue = /*!*/"maybe") boolean flag,
              @ToolParam(defaultValue = /*!*/"[1, 200]") Set<Byte> set) {
            return "";
          }
        """);
  }

  @Test
  void goodDefaultsOfEveryKindAreTaken() {
    Compiled.Setup.into(folder).compile(home("""
              public enum Color { RED, GREEN }

              public enum Level {
                LOW(1), HIGH(2);

                private final int text;

                Level(int text) { this.text = text; }

                @JsonValue
                public int text() { return text; }
              }

              public record Point(int x, @ToolParam(defaultValue = "7") int y, int[] more) {}

              public static class Bean { public String name; }

              @LiveTool(description = "Switches.")
              public String light(
                  @ToolParam(defaultValue = "5") int level,
                  @ToolParam(defaultValue = "green") Color color,
                  @ToolParam(defaultValue = "2") Level onlyCodeTells,
                  @ToolParam(defaultValue = "{\\"x\\": 1, \\"more\\": [1]}") Point point,
                  @ToolParam(defaultValue = "{\\"name\\": \\"x\\"}") Bean bean,
                  @ToolParam(defaultValue = "[\\"RED\\"]") Color[] colors,
                  @ToolParam(defaultValue = "{\\"1\\": 2.5}") Map<Integer, Double> map) {
                return "";
              }
            """)).succeeded();
  }

  @Test
  void contradictoryBoundsAreTold() {
    failed("""
          public record Range(
              @ToolParam(min = 2, max = 1) int /*!*/low, @ToolParam(minItems = 1) String /*!*/high) {}

          @LiveTool(description = "Switches.")
          public String light(
              @ToolParam(min = 2, max = 1) int /*!*/a,
              @ToolParam(minLength = 2, maxLength = 1) String /*!*/b,
              @ToolParam(pattern = /*!*/"(") String c,
              @ToolParam(pattern = "b*", allowed = {"b", /*!*/"a"}) String d,
              @ToolParam(min = 300) byte /*!*/e,
              Range range) {
            return "";
          }
        """);
  }

  @Test
  void whatCannotBeMissingIsTold() {
    failed("""
          @LiveTool(description = "Switches.")
          public String light(@ToolParam(required = false) int /*!*/level) { return ""; }
        """, "has no value for that");
  }

  @Test
  void settingsOfTheToolThatContradictAreTold() {
    failed("""
          @LiveTool(description = "A.", silent = true, behavior = LiveTool.Behavior.BLOCKING)
          public void /*!*/a() {}

          @LiveTool(description = "B.", timeoutMillis = -1)
          public void /*!*/b() {}

          @LiveTool(description = "C.", parallelLimit = -1)
          public void /*!*/c() {}
        """);
  }

  @Test
  void aTypeThatHoldsItselfWithoutEndIsTold() {
    failed("""
          public record Node(String name, Node next) {}

          @LiveTool(description = "Links.")
          public void link(Node /*!*/node) {}
        """, "holds itself");
  }

  @Test
  void aRecordWithoutComponentsIsTold() {
    failed("""
          public record Nothing() {}

          @LiveTool(description = "Does.")
          public void act(Nothing /*!*/nothing) {}
        """, "no property");
  }

  @Test
  void subtypesThatDisagreeAreTold() {
    failed("""
          public sealed interface Shape {}
          public record Circle(double size) implements Shape {}
          public record Square(String size) implements Shape {}

          @LiveTool(description = "Draws.")
          public void draw(Shape /*!*/shape) {}
        """, "\"size\" of different types");
  }

  @Test
  void annotationsOfJacksonThatChangeTheFormAreTold() {
    failed("""
          public record Order(@JsonUnwrapped String /*!*/item) {}

          @LiveTool(description = "Orders.")
          public void order(Order order) {}
        """, "JsonUnwrapped");
  }

  @Test
  void anEnumWhoseTextsAreHiddenIsTold() {
    failed("""
          public enum Level {
            LOW;

            @JsonValue
            int text() { return 1; }
          }

          @LiveTool(description = "Sets.")
          public void set(Level /*!*/level) {}
        """, "@JsonValue of Level is not public");
  }

  @Test
  void whatTheLibraryFillsInIsNotDeclared() {
    failed("""
          @LiveTool(description = "Asks.")
          public void ask(@ToolParam(name = "session") LiveSession /*!*/session) {}
        """, "Remove @ToolParam");
  }

  @Test
  void allProblemsOfAllClassesAreToldInOneGo() {
    Compiled compiled =
        Compiled.Setup.into(folder).compile(home("""
                  @LiveTool
                  public String /*!*/one(java.io.File /*!*/file, Thread /*!*/thread) { return ""; }

                  public static class Other {
                    @LiveTool
                    void /*!*/ /*!*/two() {}
                  }
                """.replace("/*!*/ /*!*/two", "/*!*/two")), """
            package com.acme;

            public interface Third {
              @io.github.geminilive.tools.LiveTool
              default void /*!*/three() {}
            }
            """);

    assertThat(compiled.errors()).hasSize(6);
  }

  @Test
  void aProblemInWhatSeveralToolsTakeIsToldOfEach() {
    failed("""
          public record Order(Thread /*!*/item) {}

          @LiveTool(description = "Orders.")
          public void one(Order order) {}
        """, "order.item: ");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "@LiveTool(name = UNKNOWN, description = \"A.\") public void a() {}",
        "@LiveTool(name = 5, description = \"A.\") public void a() {}",
        "@LiveTool(description = 5 + null) public void a() {}",
        "@LiveTool(description = \"A.\", timeoutMillis = \"x\") public void a() {}",
        "@LiveTool(description = \"A.\", behavior = LiveTool.Behavior.NONE) public void a() {}",
        "@LiveTool(description = \"A.\", nothing = 1) public void a() {}",
        "@LiveTool(description = \"A.\") public void a(@ToolParam(min = \"x\") int b) {}",
        "@LiveTool(description = \"A.\") public void a(@ToolParam(allowed = 5) String b) {}",
        "@LiveTool(description = \"A.\") public void a(@Missing int b) {}",
        "@LiveTool(description = \"A.\") public void a(List<Missing> b) {}",
        "@LiveTool(description = \"A.\") public Missing a() { return null; }",
        "@LiveTool(description = \"A.\") public void a(B b) {} public record B(Missing c) {}",
        "@LiveTool(description = \"A.\") public void a(B b) {}"
            + " public static class B extends Missing { public int c; }",
        "@LiveTool(description = \"A.\") public void a(B b) {}"
            + " public sealed interface B permits Missing, C {} public record C(int d) implements B {}",
        "@LiveTool(description = \"A.\") public void a(B b) {}"
            + " public enum B { C, C, @JsonProperty(Missing.NAME) D }",
        "@LiveTool(description = \"A.\") public void a(B b) {} public record B(int c, int c) {}",
        "@LiveTool(description = \"A.\") public void a(int b, int b) {}",
        "@LiveTool(description = \"A.\") public void a(B b) {}"
            + " public static class B extends B { public int c; }",
        "@LiveTool(description = \"A.\") public void a(B<String, String> b) {}"
            + " public record B<T>(T c) {}",
        "@LiveTool(description = \"A.\") public void a() {} public void a() {}",
        "@LiveTool(description = \"A.\") public int b;",
        "@LiveTool(description = \"A.\") public Home() {}",
      })
  void codeThatIsWrongAnywayIsLeftToTheCompiler(String body) {
    Compiled compiled = Compiled.Setup.into(folder).compile(home(body));

    assertThat(compiled.errors())
        .isNotEmpty()
        .noneSatisfy(error -> assertThat(error).contains("Exception"));
  }

  @Test
  void anAnnotatedMethodOfALibraryThatIsMissingIsLeftToTheCompiler() {
    Compiled compiled = Compiled.Setup.into(folder).compile(home("""
          @LiveTool(description = "Orders.")
          public void one(/*!*/Missing order) {}
        """));

    assertThat(compiled.failedAtMarks().errors())
        .singleElement()
        .asString()
        .contains("cannot find symbol");
  }
}
