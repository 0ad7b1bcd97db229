package io.github.geminilive.tools.processor;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.geminilive.tools.LiveTools;
import io.github.geminilive.tools.internal.reflect.FrontEnds;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedTest {

  private static final String CONFIG =
      "META-INF/native-image/com.acme.Home_LiveTools/reflect-config.json";

  @TempDir
  Path folder;

  private static String resource(String name) {
    try (InputStream in = GeneratedTest.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Compiled.Setup into(String name) {
    try {
      return Compiled.Setup.into(Files.createDirectories(folder.resolve(name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String home(String body) {
    return """
        package com.acme;

        import io.github.geminilive.tools.*;
        import java.util.*;
        import org.jspecify.annotations.Nullable;

        public class Home {
        """ + body + "\n}\n";
  }

  @Test
  void theSourceIsAsItAlwaysWas() {
    Compiled compiled = into("out").compile(resource("Home.java")).succeeded();

    assertThat(compiled.generated().keySet())
        .containsExactly(CONFIG, "com/acme/Home_LiveTools.java");
    assertThat(compiled.file("com/acme/Home_LiveTools.java"))
        .isEqualTo(resource("Home_LiveTools.java"));
    assertThat(compiled.file(CONFIG)).isEqualTo(resource("reflect-config.json"));
  }

  @Test
  void theSourceIsTheSameEachTime() {
    Map<String, String> first = into("first").compile(resource("Home.java")).generated();
    Map<String, String> second = into("second").compile(resource("Home.java")).generated();

    assertThat(second).hasSize(2).isEqualTo(first);
  }

  @Test
  void theNativeImageIsToldOfWhatIsReflected() throws Exception {
    Compiled compiled = into("out").compile(resource("Home.java"));

    JsonNode config = new ObjectMapper().readTree(compiled.file(CONFIG));

    assertThat(names(config)).containsExactly("com.acme.Home_LiveTools", "com.acme.Home$Level");
    assertThat(config.at("/0/methods/0/name").asText()).isEqualTo("<init>");
    assertThat(config.at("/0/methods/0/parameterTypes").isEmpty()).isTrue();
    assertThat(config.at("/1/allDeclaredMethods").asBoolean()).isTrue();
  }

  private static List<String> names(JsonNode config) {
    return StreamSupport.stream(config.spliterator(), false)
        .map(entry -> entry.get("name").asText())
        .toList();
  }

  private static final String ORDERS = """
      package com.acme;

      import io.github.geminilive.tools.LiveTool;
      import io.github.geminilive.tools.ToolParam;
      import com.shop.*;
      import java.util.*;

      public class Orders {
        /**
         * Orders. Now.
         *
         * @param order what
         */
        @LiveTool
        public List<Receipt> order(Order order, Page<Item> page, Kind kind, Pay pay) {
          return List.of(new Receipt(order));
        }

        /**
         * @param order not lost
         */
        public record Receipt(Order order) {}
      }
      """;

  private static final String[] SHOP = {
    """
    package com.shop;

    import org.jspecify.annotations.Nullable;
    import java.util.*;
    import jakarta.validation.constraints.Size;

    /**
     * Order.
     *
     * @param item not to be seen
     * @param note not to be seen
     */
    public record Order(Item item, @Nullable String note, List<@Size(max = 3) String> tags) {}
    """,
    """
    package com.shop;

    public class Item {
      private String name = "";

      /** Not to be seen. */
      public void setName(String name) { this.name = name; }

      public String getName() { return name; }
    }
    """,
    "package com.shop; public record Page<T>(java.util.List<T> items) {}",
    "package com.shop; public enum Kind { A, B }",
    """
    package com.shop;

    public sealed interface Pay {
      record Cash(int amount) implements Pay {}
      record Card(String number, Kind kind) implements Pay {}
    }
    """
  };

  @Test
  void compiledAloneOrWithItsTypesItIsTheSame() {
    String[] all = new String[SHOP.length + 1];
    System.arraycopy(SHOP, 0, all, 1, SHOP.length);
    all[0] = ORDERS;
    Compiled full = into("full").compile(all).succeeded();
    Compiled shop = into("shop").compile(SHOP).succeeded();
    Compiled incremental =
        into("incremental").classPath(shop.folder()).compile(ORDERS).succeeded();

    assertThat(incremental.generated()).hasSize(2).isEqualTo(full.generated());
    assertThat(full.file("com/acme/Orders_LiveTools.java"))
        .contains("\"Orders.\"", "\"what\"")
        .doesNotContain("not to be seen", "Not to be seen");
  }

  @Test
  void typesOfOtherFilesAreLeftToReflectionWhereTheCompilerDoesNotSeeAllOfThem() throws Exception {
    String[] all = new String[SHOP.length + 1];
    System.arraycopy(SHOP, 0, all, 1, SHOP.length);
    all[0] = ORDERS;
    Compiled compiled = into("out").compile(all).succeeded();

    String source = compiled.file("com/acme/Orders_LiveTools.java");
    JsonNode config = new ObjectMapper()
        .readTree(
            compiled.file("META-INF/native-image/com.acme.Orders_LiveTools/reflect-config.json"));

    if (Runtime.version().feature() < 22) {
      assertThat(source)
          .contains(
              "theTypes.type(com.shop.Order.class)",
              "theTypes.type(new TypeRef<com.shop.Page<com.shop.Item>>() {})",
              "theTypes.type(com.shop.Pay.class)",
              "com.shop.Kind.values()");
      assertThat(names(config))
          .containsExactly(
              "com.acme.Orders_LiveTools",
              "com.shop.Item",
              "com.shop.Kind",
              "com.shop.Order",
              "com.shop.Page",
              "com.shop.Pay",
              "com.shop.Pay$Card",
              "com.shop.Pay$Cash");
    } else {
      assertThat(source).doesNotContain("theTypes.type(");
      assertThat(names(config)).containsExactly("com.acme.Orders_LiveTools");
    }
    LiveTools tools = LiveTools.of(Reflected.target(compiled.load("com.acme.Orders")));
    assertThat(Reflected.find(compiled.load("com.acme.Orders")).generated()).isTrue();
    assertThat(tools.invoke("order", """
        {"order":{"item":{"name":"x"},"tags":["a"]},"page":{"items":[{"name":"y"}]},
         "kind":"A","pay":{"type":"Card","number":"1","kind":"B"}}
        """).toString())
        .isEqualTo(
            "{\"output\":[{\"order\":{\"item\":{\"name\":\"x\"},\"note\":null,\"tags\":[\"a\"]}}]}");
    assertThat(tools.invoke("order", """
        {"order":{"item":{"name":"x"},"tags":["long"]},"page":{"items":[]},"kind":"A",
         "pay":{"type":"Cash","amount":1}}
        """).toString()).contains("\"/order/tags/0\"", "too_long");
  }

  @Test
  void whatReflectionWouldRefuseInATypeOfAnotherFileIsRefusedAtRegistration() {
    Compiled compiled = into("out")
        .compile(home("""
              @LiveTool(description = "Orders.")
              public void order(Order order) {}
            """), "package com.acme; public record Order(java.io.File file) {}");

    if (Runtime.version().feature() < 22) {
      compiled.succeeded();
      FrontEnds.Found found = Reflected.find(compiled.load("com.acme.Home"));
      assertThat(found.problems()).singleElement().asString().contains("order.file", "File");
    } else {
      assertThat(compiled.errors()).singleElement().asString().contains("order.file", "File");
    }
  }

  @Test
  void whatATypeOfAnotherFileMakesImpossibleIsRefusedAtRegistration() {
    Compiled compiled = into("out")
        .compile(home("""
              @LiveTool(description = "Grows.")
              public void grow(Tree tree) {}

              @LiveTool(description = "Plants.")
              public void plant(
                  @io.github.geminilive.tools.ToolParam(defaultValue = "{}") Leaf leaf) {}

              public sealed interface Pick permits One, Two {}

              @LiveTool(description = "Picks.")
              public void pick(Pick pick) {}
            """), """
            package com.acme;
            public record Tree(String name, Tree left) {}
            """, "package com.acme; public record Leaf(int size) {}", """
            package com.acme;
            public record One(int size) implements Home.Pick {}
            """, """
            package com.acme;
            public record Two(String size) implements Home.Pick {}
            """);

    if (Runtime.version().feature() < 22) {
      assertThat(Reflected.find(compiled.succeeded().load("com.acme.Home")).problems())
          .extracting(problem -> problem.method() + "." + problem.parameter())
          .containsExactly("grow.tree.left.left.left", "pick.pick", "plant.leaf");
    } else {
      assertThat(compiled.errors()).hasSize(3);
    }
  }

  @Test
  void javadocDescribesToolsArgumentsComponentsAndProperties() {
    Compiled compiled = into("out").compile(resource("Home.java")).succeeded();

    String declarations =
        LiveTools.of(Reflected.target(compiled.load("com.acme.Home"))).declarationsJson();

    assertThat(declarations)
        .contains(
            "Switches a light, e.g. red ones.",
            "which one",
            "what it shines at",
            "its name, such as \\\"spot\\\"",
            "in metres",
            "Which room.");
  }

  @Test
  void commentsInMarkdownDescribeWhereTheCompilerKnowsThem() {
    Compiled compiled = into("out")
        .compile(
            home("""
                  /// Switches the `light` of a [room][Home].
                  ///
                  /// @param room **which** one
                  @LiveTool(%s)
                  public void light(String room) {}
                """.formatted(Runtime.version().feature() < 23 ? "description = \"Old.\"" : "")))
        .succeeded();

    String declarations =
        LiveTools.of(Reflected.target(compiled.load("com.acme.Home"))).declarationsJson();

    if (Runtime.version().feature() < 23) {
      assertThat(declarations).contains("Old.").doesNotContain("which one");
    } else {
      assertThat(declarations).contains("Switches the light of a room.", "which one");
    }
  }

  @Test
  void inheritedToolsOfAnotherFileAreLeftToReflection() {
    Compiled compiled =
        into("out").compile("""
            package com.acme;

            public class Base {
              @io.github.geminilive.tools.LiveTool(description = "Is.")
              public String base() { return "base"; }
            }
            """, home("""
                  @LiveTool(description = "Is.")
                  public String home() { return "home"; }
                """).replace("Home {", "Home extends Base {"));

    assertThat(compiled.succeeded().notes())
        .singleElement()
        .asString()
        .contains("com.acme.Home are left to reflection", "com.acme.Base.base", "Javadoc");
    assertThat(compiled.generated().keySet())
        .contains("com/acme/Base_LiveTools.java")
        .doesNotContain("com/acme/Home_LiveTools.java");
    FrontEnds.Found found = Reflected.find(compiled.load("com.acme.Home"));
    assertThat(found.generated()).isFalse();
    assertThat(found.tools()).hasSize(2);
  }

  @Test
  void javadocDoesNotDescribeWhatIsLeftToReflection() {
    Compiled compiled = into("out")
        .compile(
            """
            package com.acme;

            public class Base {
              /** Is. */
              @io.github.geminilive.tools.LiveTool
              public String base() { return "base"; }
            }
            """, home("""
                  /** Is. */
                  @LiveTool
                  public String /*!*/home() { return "home"; }
                """).replace("public class Home {", "public /*!*/class Home extends Base {"));

    assertThat(compiled.failedAtMarks().errors())
        .allSatisfy(error -> assertThat(error).contains("no description"))
        .anySatisfy(error -> assertThat(error).contains("base: "));
    assertThat(compiled.notes())
        .singleElement()
        .asString()
        .contains("com.acme.Home are left to reflection", "com.acme.Base.base", "Javadoc");
  }

  @Test
  void aGenericClassIsLeftToItsSubclasses() {
    Compiled compiled = into("out").compile("""
        package com.acme;

        public abstract class Store<T> {
          public record Book(String title) {}

          public static class Books extends Store<Book> {}

          @io.github.geminilive.tools.LiveTool(description = "Echoes.")
          public T echo(T item) { return item; }
        }
        """);

    assertThat(compiled.succeeded().notes())
        .singleElement()
        .asString()
        .contains("type parameters are known in subclasses only");
    assertThat(LiveTools.of(Reflected.target(compiled.load("com.acme.Store$Books")))
            .invoke("echo", "{\"item\":{\"title\":\"x\"}}")
            .toString())
        .isEqualTo("{\"output\":{\"title\":\"x\"}}");
  }

  @Test
  void aSubclassWithoutToolsOfItsOwnHasThoseGeneratedForItsSuperclass() {
    Compiled compiled = into("out").compile(home("""
          /** Is. */
          @LiveTool
          public String home() { return "home"; }
        """), """
        package com.acme;

        public class Cottage extends Home {
          @Override
          public String home() { return "cottage"; }
        }
        """).succeeded();

    FrontEnds.Found found = Reflected.find(compiled.load("com.acme.Cottage"));

    assertThat(found.generated()).isTrue();
    assertThat(LiveTools.of(Reflected.target(compiled.load("com.acme.Cottage")))
            .invoke("home", "{}")
            .toString())
        .isEqualTo("{\"output\":\"cottage\"}");
  }

  @Test
  void withoutTheProcessorReflectionFindsTheTools() {
    Compiled compiled = into("out").withoutProcessor().compile(home("""
          @LiveTool(description = "Is.")
          public String home(int level) { return "home" + level; }
        """)).succeeded();

    assertThat(compiled.generated()).isEmpty();
    assertThat(Reflected.find(compiled.load("com.acme.Home")).generated()).isFalse();
    assertThat(LiveTools.of(Reflected.target(compiled.load("com.acme.Home")))
            .invoke("home", "{\"level\":2}")
            .toString())
        .isEqualTo("{\"output\":\"home2\"}");
  }

  @Test
  void withoutParametersTheNamesAreStillKnown() {
    Compiled compiled = into("out").withoutParameterNames().compile(home("""
          @LiveTool(description = "Is.")
          public String home(int level) { return "home" + level; }
        """)).succeeded();

    assertThat(LiveTools.of(Reflected.target(compiled.load("com.acme.Home")))
            .invoke("home", "{\"level\":2}")
            .toString())
        .isEqualTo("{\"output\":\"home2\"}");
  }

  @Test
  void aHiddenClassIsReachedByItsPublicInterface() throws Exception {
    Compiled compiled = into("out").compile(home("""
          public interface Lamp {
            String light(int level);
          }

          private static final class Spot implements Lamp {
            /** Lights. */
            @Override
            @LiveTool
            public String light(int level) { return "spot" + level; }
          }

          public static Object spot() { return new Spot(); }
        """)).succeeded();

    Object spot = compiled.load("com.acme.Home").getMethod("spot").invoke(null);

    assertThat(FrontEnds.find(spot).generated()).isTrue();
    assertThat(LiveTools.of(spot).invoke("light", "{\"level\":1}").toString())
        .isEqualTo("{\"output\":\"spot1\"}");
  }

  @Test
  void aNameThatIsTakenIsTold() {
    String tool = "@io.github.geminilive.tools.LiveTool(description = \"Is.\") public void is() {}";
    Compiled compiled = into("out")
        .compile(
            home("public static class Lamp { " + tool + " }"),
            "package com.acme; public class Home_Lamp { " + tool + " }");

    assertThat(compiled.errors())
        .singleElement()
        .asString()
        .contains("com.acme.Home_Lamp_LiveTools, which is taken");
  }

  @Test
  void aClassWithVeryManyToolsAndPropertiesCompiles() {
    String record = IntStream.range(0, 200)
        .mapToObj(i -> "@ToolParam(description = \"Number " + i + " of many.\", minLength = 1,"
            + " maxLength = 9, pattern = \"[a-z]+\") String field" + i)
        .collect(Collectors.joining(",\n", "public record Wide(", ") {}\n"));
    String tools = IntStream.range(0, 300)
        .mapToObj(i -> "@LiveTool(description = \"Tool " + i + ".\")\n" + "public Wide tool" + i
            + "(Wide wide, int a, @Nullable String b) { return wide; }\n")
        .collect(Collectors.joining());
    Compiled compiled = into("out").compile(home(record + tools)).succeeded();

    assertThat(Reflected.find(compiled.load("com.acme.Home")).tools()).hasSize(300);
  }

  @Test
  void aClassOfAnotherProcessorIsWaitedFor() {
    Compiled compiled = into("out")
        .processors(new ToolProcessor(), new LateProcessor())
        .compile(home("""
              @LiveTool(description = "Is.")
              public String home(Late late) { return late.text(); }
            """))
        .succeeded();

    assertThat(compiled.generated().keySet()).contains("com/acme/Home_LiveTools.java");
    assertThat(LiveTools.of(Reflected.target(compiled.load("com.acme.Home")))
            .invoke("home", "{\"late\":{\"text\":\"x\"}}")
            .toString())
        .isEqualTo("{\"output\":\"x\"}");
  }

  @Test
  void annotationsThatCannotBeSeenAreLeftOut() {
    String text = home("""
          @LiveTool(description = "Is.")
          public String home() { return ""; }
        """).replace("import org.jspecify.annotations.Nullable;", "");

    Compiled compiled = into("out").withoutLibrary("jspecify").compile(text);

    assertThat(compiled.errors()).isEmpty();
    assertThat(compiled.file("com/acme/Home_LiveTools.java"))
        .contains("@javax.annotation.processing.Generated")
        .doesNotContain("org.jspecify");
  }
}
