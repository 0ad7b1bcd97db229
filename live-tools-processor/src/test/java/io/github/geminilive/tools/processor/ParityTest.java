package io.github.geminilive.tools.processor;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.tools.LiveTools;
import io.github.geminilive.tools.internal.declaration.Declarations;
import io.github.geminilive.tools.internal.reflect.FrontEnds;
import io.github.geminilive.tools.model.Parameter;
import io.github.geminilive.tools.model.ToolGlue;
import io.github.geminilive.tools.model.ToolModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same classes, compiled with the processor and without it, behave the same. */
class ParityTest {

  private static Compiled with;
  private static Compiled without;

  private static final String HOME = """
      package com.acme;

      import com.fasterxml.jackson.annotation.*;
      import io.github.geminilive.*;
      import io.github.geminilive.tools.*;
      import jakarta.validation.constraints.*;
      import java.io.IOException;
      import java.math.*;
      import java.time.*;
      import java.util.*;
      import java.util.concurrent.*;
      import java.util.stream.Stream;
      import org.jspecify.annotations.Nullable;

      public class Home extends Base<Home.Light> {
        public enum Color { RED, @JsonProperty("grün") GREEN, @JsonProperty("b-l\\"ue") BLUE }

        public enum Level {
          LOW(1), HIGH(2);

          private final int text;

          Level(int text) { this.text = text; }

          @JsonValue
          public int text() { return text; }
        }

        public record Light(
            @ToolParam(description = "its \\"name\\"\\n\\t\\\\u0041 ü") @Size(max = 10) String name,
            @Nullable Color color,
            List<Light> inner,
            int[] levels,
            Map<Color, @Nullable Double> named,
            @ToolParam(defaultValue = "7") byte small) {
          public Light {
            if (name.isEmpty()) {
              throw new IllegalArgumentException("a light needs a name");
            }
          }
        }

        @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
        public sealed interface Shape {}

        @JsonTypeName("circle")
        public record Circle(@Positive double radius) implements Shape {}

        public record Square(@ToolParam(min = 1, max = 5) long side, Optional<Shape> inner)
            implements Shape {}

        public static final class Blob implements Shape {
          public @Nullable String text;
        }

        public static class Bean {
          private String room = "kitchen";
          private char letter;
          private boolean on;
          public @ToolParam(required = false) Integer size;
          @JsonProperty("hidden_name")
          private @Nullable Duration hidden;

          public void setRoom(String room) throws IOException {
            if (room.equals("attic")) {
              throw new IOException("no attic");
            }
            this.room = room;
          }

          public String getRoom() throws IOException { return room; }

          public void setOn(boolean on) { this.on = on; }

          public boolean isOn() { return on; }

          public void setLetter(@ToolParam(defaultValue = "x") char letter) {
            this.letter = letter;
          }

          public char getLetter() { return letter; }

          public void setHidden(@Nullable Duration hidden) { this.hidden = hidden; }

          public @Nullable Duration getHidden() { return hidden; }

          public String getDerived() { return room + letter; }
        }

        public record Page<T>(List<T> items, T[] more, Optional<T> one) {}

        public record Own(@Nullable String text, @ToolParam(max = 3) int number) {
          @Override
          public String text() { return text == null ? "none" : text; }
        }

        public record Failing(String text) {
          @Override
          public String text() { throw new IllegalStateException("cannot say"); }
        }

        public record Scalars(
            boolean a, Boolean b, byte c, Short d, int e, Integer f, long g, Long h, float i,
            Double j, char k, Character l, String m, CharSequence n, BigInteger o, BigDecimal p,
            Year q, Instant r, OffsetDateTime s, ZonedDateTime t, LocalDate u, LocalTime v,
            LocalDateTime w, Duration x, Period y, YearMonth z) {}

        public record MoreScalars(
            ZoneId a, UUID b, java.net.URI c, Currency d, Locale e, byte[] f, Object g,
            com.fasterxml.jackson.databind.JsonNode h, Map<String, Object> i, OptionalInt j,
            OptionalLong k, OptionalDouble l, Optional<Instant> m) {}

        @LiveTool(
            description = "Echoes a light.",
            timeoutMillis = 500,
            parallelLimit = 2,
            onCancel = ToolPolicy.Cancellation.RUN_ON,
            afterSpeech = true)
        public CompletionStage<Light> light(Light light) {
          return CompletableFuture.completedFuture(light);
        }

        @LiveTool(description = "Echoes shapes.", behavior = LiveTool.Behavior.BLOCKING)
        public List<Shape> shapes(List<Shape> shapes) { return shapes; }

        @LiveTool(name = "page.it-2", description = "Echoes.", silent = true)
        @Deprecated
        public static Object page(
            Page<Bean> page,
            @ToolParam(name = "bean_x", required = false) Bean bean,
            @ToolParam(defaultValue = "2", max = 10) long n,
            Set<Level> levels,
            String... rest) {
          return Arrays.asList(page, bean, n, levels, rest);
        }

        @LiveTool(description = "Echoes.")
        public Object[] arrays(
            Color[] colors,
            @ToolParam(allowed = {"a", "b"}) String choice,
            byte[] bytes,
            byte[][] many,
            List<String>[] lists,
            @NotEmpty int[][] deep,
            boolean[] flags,
            char[] letters,
            Optional<Color>[] maybe) {
          return new Object[] {colors, choice, bytes, many, lists, deep, flags, letters, maybe};
        }

        @LiveTool(description = "Echoes.")
        public List<Object> scalars(Scalars some, MoreScalars more, Level level) {
          return List.of(some, more, level);
        }

        @LiveTool(description = "Echoes.")
        public Own own(Own own) { return own; }

        @LiveTool(description = "Nothing.")
        public void nothing() {}

        @LiveTool(description = "Does later what it does.")
        public CompletionStage<Void> later(String text) {
          CompletableFuture<Void> later = new CompletableFuture<>();
          later.completeExceptionally(new ToolException(text));
          return later;
        }

        @LiveTool(description = "Maps.")
        public Map<UUID, Light> maps(Map<UUID, Light> map, Map<Level, Integer> other) {
          return map;
        }

        @LiveTool(description = "Fails.")
        public String fails(String how) throws Exception {
          switch (how) {
            case "tool": throw new ToolException("the reason");
            case "checked": throw new IOException("secret");
            case "error": throw new StackOverflowError();
            default: return how;
          }
        }

        @LiveTool(description = "Fails when it is written.")
        public Failing unwritable(String text) { return new Failing(text); }

        @LiveTool(description = "Streams.", behavior = LiveTool.Behavior.NON_BLOCKING)
        public Stream<Color> stream(int count) { return Stream.of(Color.values()).limit(count); }

        @LiveTool(description = "Knows its call.")
        public String call(
            CallId id, ToolContext context, CancellationToken token, @Attached Optional<Random> user,
            @Attached @Nullable Thread other, String text) {
          return id.value() + user + other + token.isCancelled() + text;
        }
      }

      class Base<T> {
        public String other() { return ""; }
      }
      """;

  private static final String LIGHTS = """
      package com.acme;

      import io.github.geminilive.tools.*;

      public interface Lights<T extends Comparable<T>> {
        record Room(String name) implements Comparable<Room> {
          public int compareTo(Room other) { return name.compareTo(other.name); }
        }

        class House implements Lights<Room> {
          @Override
          @LiveTool(description = "Lights a room.")
          public Room light(@ToolParam(description = "Which.") Room room) { return room; }
        }

        @LiveTool(description = "Lights.")
        T light(T room);
      }
      """;

  private static final String ADDER = """
      package com.acme;

      import io.github.geminilive.tools.*;

      public interface Adder {
        @LiveTool(description = "Adds.")
        static int add(int a, int b) { return a + b; }

        @LiveTool(description = "Subtracts.")
        default int subtract(int a, int b) { return a - b; }
      }
      """;

  private static final String UNNAMED = """
      import io.github.geminilive.tools.*;

      public class Unnamed {
        public record List(String item) {}
        public enum String2 { A }

        @LiveTool(description = "Echoes.")
        public List list(List list, String2 text) { return list; }
      }
      """;

  private static final String CLASHES = """
      package com.clash;

      import io.github.geminilive.tools.*;

      public class Object$s {
        public record String(java.lang.String text) {}
        public record List(String string, Override override) {}
        public record Override(Slot slot) {}
        public record Slot(java.util.List<Types> types) {}
        public record Types(Entry[] entry) {}
        public record Entry(java.lang.String getClass_, int Slot) {}
        public enum Scalar { java, io }

        @LiveTool(description = "Echoes.")
        public List toolParts(List list, Scalar java) { return list; }

        @LiveTool(description = "Echoes.", name = "other")
        public List toolParts(List list, int io) { return list; }
      }
      """;

  private static final String BOOKS = """
      package com.acme;

      import com.elsewhere.Page;
      import io.github.geminilive.tools.*;
      import jakarta.validation.constraints.*;
      import java.util.*;
      import org.jspecify.annotations.Nullable;

      public class Books {
        public record Shelf<T>(Page<T> books) {}

        @LiveTool(description = "Echoes.")
        public List<Object> pages(
            Page<String> plain,
            Page<@Nullable String> nullable,
            Page<@Size(max = 3) @Pattern(regexp = "\\"?[a-z]+", flags = Pattern.Flag.DOTALL) String> some,
            Page<Map<String, @Min(-5_000_000_000L) @Nullable Long>> maps,
            Page<@Nullable String @Size(max = 2) [] @Size(min = 1) []> arrays,
            Shelf<@Size(min = 2) String> shelf) {
          return List.of(plain, nullable, some, maps, shelf);
        }
      }
      """;

  private static final String PAGE = """
      package com.elsewhere;

      public record Page<T>(java.util.List<T> items) {}
      """;

  @BeforeAll
  static void compile(@TempDir Path folder) throws Exception {
    String[] texts = {HOME, LIGHTS, ADDER, UNNAMED, CLASHES, BOOKS, PAGE};
    Path processed = Files.createDirectory(folder.resolve("with"));
    with = Compiled.Setup.into(processed).compile(texts).succeeded();
    Path plain = Files.createDirectory(folder.resolve("without"));
    without = Compiled.Setup.into(plain).withoutProcessor().compile(texts).succeeded();
  }

  private static final List<String> CLASSES = List.of(
      "com.acme.Home",
      "com.acme.Adder",
      "com.acme.Lights$House",
      "com.acme.Books",
      "Unnamed",
      "com.clash.Object$s");

  @Test
  void toolsAreTheSame() {
    for (String name : CLASSES) {
      FrontEnds.Found generated = Reflected.find(with.load(name));
      FrontEnds.Found reflected = Reflected.find(without.load(name));

      assertThat(generated.problems()).isEmpty();
      assertThat(generated.generated()).as(name).isTrue();
      assertThat(reflected.generated()).isFalse();
      assertThat(generated.tools().stream().map(ParityTest::facts).toList())
          .isEqualTo(reflected.tools().stream().map(ParityTest::facts).toList());
    }
  }

  private static List<Object> facts(ToolGlue.Entry entry) {
    ToolModel tool = entry.tool();
    List<Object> facts = new ArrayList<>(List.of(
        Declarations.of(tool).toString(),
        tool.policy(),
        tool.returnsNothing(),
        tool.origin(),
        entry.isStatic(),
        String.valueOf(tool.scheduling())));
    for (Parameter parameter : tool.parameters()) {
      if (parameter instanceof Parameter.AttachedState attached) {
        facts.add(attached.type().getName() + attached.absence());
      } else if (parameter instanceof Parameter.Injected injected) {
        facts.add(injected.what());
      } else {
        facts.add("an argument");
      }
    }
    return facts;
  }

  @Test
  void declarationsAreTheSame() {
    for (String name : CLASSES) {
      String generated = tools(with, name).declarationsJson();

      assertThat(generated).isEqualTo(tools(without, name).declarationsJson());
    }
  }

  private static LiveTools tools(Compiled compiled, String name) {
    return LiveTools.of(Reflected.target(compiled.load(name)));
  }

  private static final Map<String, List<String>> CALLS = Map.of(
      "light",
          List.of(
              "{'light':{'name':'a','color':'grün','inner':[{'name':'b','inner':[],'levels':[],'named':{}}],'levels':[1,2],'named':{'RED':1.5,'BLUE':null},'small':5}}",
              "{'light':{'name':'a','color':null,'inner':[],'levels':'[1]','named':[{'key':'b-l\\\"ue','value':2}]}}",
              "{'light':{'name':'','inner':[],'levels':[],'named':{}}}",
              "{'light':{'name':'abcdefghijk','color':'x','inner':[{}],'levels':[1.5],'named':{'x':1},'small':300}}",
              "{'light':null}",
              "{'light':[]}"),
      "shapes",
          List.of(
              "{'shapes':[{'kind':'circle','radius':1},{'kind':'Square','side':2,'inner':{'kind':'circle','radius':2.5}},{'kind':'Blob'}]}",
              "{'shapes':[{'kind':'circle','radius':0},{'kind':'Square','side':6},{'kind':'x'},{}]}"),
      "page.it-2",
          List.of(
              "{'page':{'items':[{'room':'hall','letter':'q','on':true,'hidden_name':'PT1H'}],'more':[],'one':null},'levels':[1,'HIGH',2],'rest':['a']}",
              "{'page':{'items':[],'more':[{'room':'attic','on':true}]},'n':11,'levels':[3],'rest':[]}",
              "{'page':{'items':[],'more':[{'on':1,'size':5}]},'n':'4','levels':[],'rest':'x'}"),
      "arrays",
          List.of(
              "{'colors':['RED'],'choice':'a','bytes':'AQI=','many':['AQ=='],'lists':[['x']],'deep':[[1]],'flags':[true],'letters':['x'],'maybe':['RED',null]}",
              "{'colors':['grün','?'],'choice':'c','bytes':'?','many':[1],'lists':['x'],'deep':[],'flags':[0],'letters':['xy'],'maybe':[1]}"),
      "scalars",
          List.of(
              "{'some':{'a':true,'b':'false','c':1,'d':2,'e':3,'f':4.0,'g':5,'h':'6','i':1.5,'j':2.5,'k':'k','l':'l','m':'m','n':'n','o':12345678901234567890,'p':1.10,'q':2026,'r':'2026-03-31T10:00:00Z','s':'2026-03-31T10:00:00+02:00','t':'2026-03-31T10:00:00+02:00[Europe/Paris]','u':'2026-03-31','v':'10:00','w':'2026-03-31T10:00','x':'PT1H','y':'P1D','z':'2026-03'},'more':{'a':'Europe/Paris','b':'123e4567-e89b-12d3-a456-426614174000','c':'https://example.com/','d':'EUR','e':'en-GB','f':'AQI=','g':'[1]','h':'{}','i':'{}','j':1,'k':null,'m':'2026-03-31T10:00:00Z'},'level':1}",
              "{'some':{},'more':{'a':'x','b':'x','c':'"
                  + " ','d':'x','e':'--','f':'?','h':{},'i':[],'j':'x'},'level':'x'}"),
      "maps",
          List.of(
              "{'map':{'123e4567-e89b-12d3-a456-426614174000':{'name':'a','inner':[],'levels':[],'named':{}}},'other':[{'key':1,'value':2}]}",
              "{'map':{'x':{}},'other':[{'key':1,'value':2},{'key':'LOW','value':3}]}"),
      "fails",
          List.of("{'how':'tool'}", "{'how':'checked'}", "{'how':'error'}", "{'how':'not'}", "{}"),
      "stream", List.of("{'count':2}", "{'count':-1}"),
      "pages",
          List.of(
              "{'plain':{'items':[]},'nullable':{'items':['a',null]},'some':{'items':['abc']},'maps':{'items':[{'a':null}]},'arrays':{'items':[[['a',null]]]},'shelf':{'books':{'items':['ab']}}}",
              "{'plain':{'items':[null]},'nullable':{'items':[1]},'some':{'items':['abcd','A',null]},'maps':{'items':[{'a':-5000000001}]},'arrays':{'items':[[[],[],[]]]},'shelf':{'books':{'items':['a',null]}}}"));

  private static final List<String> ANY = List.of(
      "{}",
      "{'unknown':1}",
      "{'own':{'number':4}}",
      "{'own':{'number':3}}",
      "{'text':'x'}",
      "{'light':1,'list':{},'room':{'name':1},'a':1,'b':'2'}",
      "{'list':{'item':'x'},'text':'A'}",
      "{'list':{'string':{'text':'a'},'override':{'slot':{'types':[{'entry':[{'getClass_':'b','Slot':1}]}]}}},'java':'io','io':5}");

  @Test
  void answersAreTheSame() {
    int calls = 0;
    for (String name : CLASSES) {
      LiveTools generated = tools(with, name);
      LiveTools reflected = tools(without, name);
      for (String tool : generated.names()) {
        List<String> all = new ArrayList<>(ANY);
        all.addAll(CALLS.getOrDefault(tool, List.of()));
        for (String arguments : all) {
          String json = arguments.replace('\'', '"');
          String answer = generated.invoke(tool, json).toString();

          assertThat(answer)
              .as(tool + json)
              .isEqualTo(reflected.invoke(tool, json).toString());
          calls++;
        }
      }
    }
    assertThat(calls).isGreaterThan(100);
  }

  @Test
  void theFirstCallOfEachToolIsAnsweredWithoutError() {
    LiveTools generated = tools(with, "com.acme.Home");

    for (String tool : List.of("light", "shapes", "page.it-2", "arrays", "scalars", "maps")) {
      String json = CALLS.get(tool).get(0).replace('\'', '"');
      assertThat(generated.invoke(tool, json).toString()).as(tool).startsWith("{\"output\":");
    }
  }

  @Test
  void annotationsOfTypeArgumentsReachTypesThatAreLeftToReflection() {
    LiveTools books = tools(with, "com.acme.Books");

    List<String> calls = CALLS.get("pages");
    assertThat(books.invoke("pages", calls.get(0).replace('\'', '"')).toString())
        .startsWith("{\"output\":");
    assertThat(books.invoke("pages", calls.get(1).replace('\'', '"')).value().toString())
        .contains(
            "/plain/items/0",
            "/some/items/0",
            "/some/items/1",
            "/some/items/2",
            "/maps/items/0/a",
            "/arrays/items/0/",
            "/shelf/books/items/0",
            "/shelf/books/items/1")
        .doesNotContain("/nullable/items/0");
  }

  @Test
  void nothingGeneratedUsesReflection() {
    assertThat(with.generated()).isNotEmpty().allSatisfy((file, text) -> {
      if (file.endsWith(".java")) {
        assertThat(text)
            .doesNotContain(
                "java.lang.reflect",
                "forName",
                "getDeclared",
                "getMethod",
                "MethodHandle",
                "invoke(");
      }
    });
  }
}
