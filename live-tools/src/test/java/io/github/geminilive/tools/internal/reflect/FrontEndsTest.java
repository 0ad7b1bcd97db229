package io.github.geminilive.tools.internal.reflect;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.ToolProblem;
import io.github.geminilive.tools.internal.mapping.MappedArguments;
import io.github.geminilive.tools.internal.reflect.Fixtures.Advice;
import io.github.geminilive.tools.internal.reflect.Fixtures.Arguments;
import io.github.geminilive.tools.internal.reflect.Fixtures.Cottage;
import io.github.geminilive.tools.internal.reflect.Fixtures.Gone;
import io.github.geminilive.tools.internal.reflect.Fixtures.Home;
import io.github.geminilive.tools.internal.reflect.Fixtures.Marked;
import io.github.geminilive.tools.internal.reflect.Fixtures.Marker;
import io.github.geminilive.tools.internal.reflect.Fixtures.MoreThanGlued;
import io.github.geminilive.tools.internal.reflect.Fixtures.Needy;
import io.github.geminilive.tools.internal.reflect.Fixtures.NeedyArguments;
import io.github.geminilive.tools.internal.reflect.Fixtures.NumberKeeper;
import io.github.geminilive.tools.internal.reflect.Fixtures.Other;
import io.github.geminilive.tools.internal.reflect.Fixtures.Station;
import io.github.geminilive.tools.internal.reflect.Fixtures.TakesFailing;
import io.github.geminilive.tools.internal.reflect.Fixtures.Weather;
import io.github.geminilive.tools.internal.reflect.FrontEnds.Found;
import io.github.geminilive.tools.internal.reflect.elsewhere.Visible;
import io.github.geminilive.tools.model.Slot;
import io.github.geminilive.tools.model.ToolGlue;
import io.github.geminilive.tools.model.ToolModel;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.module.Configuration;
import java.lang.module.ModuleFinder;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.spi.ToolProvider;
import net.bytebuddy.ByteBuddy;
import net.bytebuddy.implementation.MethodDelegation;
import net.bytebuddy.matcher.ElementMatchers;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FrontEndsTest {

  private static List<String> names(Found found) {
    assertThat(found.problems()).isEmpty();
    return found.tools().stream().map(entry -> entry.tool().name()).toList();
  }

  private static ToolModel tool(Found found, String name) {
    return found.tools().stream()
        .map(ToolGlue.Entry::tool)
        .filter(tool -> tool.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static @Nullable Object call(Object target, String name, Object... arguments) {
    try {
      return tool(FrontEnds.find(target), name).invoker().invoke(target, arguments);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static ToolProblem problem(Found found) {
    assertThat(found.problems()).hasSize(1);
    assertThat(found.tools()).isEmpty();
    return found.problems().get(0);
  }

  @Test
  void anObjectHasAllToolsOfItsClassByName() {
    Found found = FrontEnds.find(new Home());

    assertThat(names(found)).containsExactly("door", "light", "zone");
    assertThat(found.tools())
        .extracting(ToolGlue.Entry::isStatic)
        .containsExactly(false, false, true);
    assertThat(found.generated()).isFalse();
  }

  @Test
  void aClassHasItsStaticToolsOnly() {
    assertThat(names(FrontEnds.find(Home.class))).containsExactly("zone");
  }

  @Test
  void aClassWithoutStaticToolsIsAProblem() {
    ToolProblem problem = problem(FrontEnds.find(Visible.class));

    assertThat(problem.type()).isEqualTo(Visible.class.getName());
    assertThat(problem.reason()).isEqualTo("It has no static @LiveTool method.");
    assertThat(problem.fix()).contains("Register an object");
  }

  @Test
  void anObjectWithoutToolsIsAProblem() {
    ToolProblem problem = problem(FrontEnds.find("text"));

    assertThat(problem.toString())
        .isEqualTo("java.lang.String: It has no @LiveTool method. Annotate a public method with"
            + " @LiveTool, or do not register the class.");
  }

  @Test
  void aSubclassHasTheToolsOfItsSuperclassAndItsOwnCode() {
    ToolModel light = tool(FrontEnds.find(new Cottage()), "light");

    Slot argument = light.arguments().toList().get(0);
    assertThat(argument.name()).isEqualTo("rooms");
    assertThat(argument.description()).isEqualTo("Where.");
    assertThat(call(new Cottage(), "light", List.of("hall"))).isEqualTo("candle in [hall]");
  }

  @Test
  void anAnonymousSubclassOfAPublicClassHasItsTools() {
    Home home = new Home() {
      @Override
      public String door() {
        return "open";
      }
    };

    assertThat(names(FrontEnds.find(home))).containsExactly("door", "light", "zone");
    assertThat(call(home, "door")).isEqualTo("open");
  }

  @Test
  void aSubclassMadeAtRunTimeHasTheToolsOfItsSuperclass() throws Exception {
    Home proxy = new ByteBuddy()
        .subclass(Home.class)
        .method(ElementMatchers.named("light"))
        .intercept(MethodDelegation.to(Advice.class))
        .make()
        .load(Home.class.getClassLoader())
        .getLoaded()
        .getConstructor()
        .newInstance();

    assertThat(names(FrontEnds.find(proxy))).containsExactly("door", "light", "zone");
    assertThat(call(proxy, "light", List.of("hall"))).isEqualTo("advised: light in [hall]");
  }

  @Test
  void annotationsOfAnInterfaceCount() {
    assertThat(names(FrontEnds.find(new Station()))).containsExactly("at", "source");
    assertThat(call(new Station(), "at", List.of("sea"))).isEqualTo("rain at [sea]");
    assertThat(call(new Station(), "source")).isEqualTo("a guess");
  }

  @Test
  void aProxyHasTheToolsOfItsInterfaces() {
    Object proxy = Proxy.newProxyInstance(
        Weather.class.getClassLoader(),
        new Class<?>[] {Weather.class},
        (self, method, arguments) -> method.getName() + " by proxy");

    Found found = FrontEnds.find(proxy);

    assertThat(names(found)).containsExactly("at", "source");
    assertThat(tool(found, "at").arguments().toList().get(0).name()).isEqualTo("places");
    assertThat(call(proxy, "at", List.of("sea"))).isEqualTo("at by proxy");
  }

  @Test
  void aLambdaHasTheToolsOfItsInterface() {
    Weather lambda = places -> "sun at " + places;

    assertThat(names(FrontEnds.find(lambda))).containsExactly("at", "source");
    assertThat(call(lambda, "at", List.of("sea"))).isEqualTo("sun at [sea]");
    assertThat(call(lambda, "source")).isEqualTo("a guess");
  }

  @Test
  void aClassThatIsNotPublicIsAProblem() {
    class Local {
      @LiveTool(description = "Hidden.")
      @SuppressWarnings("unused")
      public void hidden() {}
    }

    assertThat(problem(FrontEnds.find(new Local())).reason()).contains("not public");
  }

  @Test
  void aPublicClassHasTheToolsOfASuperclassThatIsNot() {
    assertThat(names(FrontEnds.find(new Visible()))).containsExactly("hello");
    assertThat(call(new Visible(), "hello")).isEqualTo("hello");
  }

  @Test
  void typeArgumentsOfASubclassCount() {
    assertThat(names(FrontEnds.find(new NumberKeeper()))).containsExactly("keep");
    assertThat(call(new NumberKeeper(), "keep", 1L, List.of(2L))).isEqualTo("1 and [2]");
  }

  @Test
  void generatedToolsAreTakenWhereThereAreAny() {
    Found found = FrontEnds.find(new Glued());

    assertThat(found.generated()).isTrue();
    assertThat(names(found)).containsExactly("first", "second");
    assertThat(tool(found, "first").description()).isEqualTo("Generated.");
    assertThat(names(FrontEnds.find(Glued.class))).containsExactly("first");
  }

  @Test
  void generatedToolsAreThoseOfSubclassesToo() {
    Glued anonymous = new Glued() {};

    assertThat(FrontEnds.find(anonymous).generated()).isTrue();
  }

  @Test
  void aSubclassWithToolsOfItsOwnIsReadByReflection() {
    Found found = FrontEnds.find(new MoreThanGlued());

    assertThat(found.generated()).isFalse();
    assertThat(names(found)).containsExactly("first", "more", "second");
    assertThat(tool(found, "first").description()).isEqualTo("Annotated.");
  }

  @Test
  void whatWasGeneratedTellsHowResultsAreWritten() {
    Found found = FrontEnds.find(new Glued());

    assertThat(found.writers().writer(Glued.Result.class)).isSameAs(Glued_LiveTools.WRITER);
    assertThat(found.writers().enumeration(Glued.Size.class)).isSameAs(Glued_LiveTools.SIZES);
    assertThat(found.writers().writer(Other.class)).isNotNull();
    assertThat(found.writers().enumeration(Thread.State.class)).isNotNull();
  }

  @Test
  void generatedClassesThatCannotBeUsedGiveWayToReflection() {
    assertThat(names(FrontEnds.find(new BrokenGlue()))).containsExactly("works");
    assertThat(names(FrontEnds.find(new ForeignGlue()))).containsExactly("works");
    assertThat(FrontEnds.find(new BrokenGlue()).generated()).isFalse();
  }

  @Test
  void argumentsAreMapped() {
    MappedArguments mapped = FrontEnds.arguments("tool", Arguments.class);

    assertThat(mapped.findings()).isEmpty();
    assertThat(mapped.type().properties()).extracting(Slot::name).containsExactly("text", "number");
  }

  @Test
  void aMissingClassIsAProblem() throws Exception {
    ClassLoader loader = new IsolatingLoader(
        Set.of(Fixtures.class, Needy.class, NeedyArguments.class), Set.of(Gone.class));
    Object needy = loader.loadClass(Needy.class.getName()).getConstructor().newInstance();
    Class<?> arguments = loader.loadClass(NeedyArguments.class.getName());

    ToolProblem problem = problem(FrontEnds.find(needy));

    assertThat(problem.type()).isEqualTo(Needy.class.getName());
    assertThat(problem.reason()).contains(Gone.class.getName());
    assertThat(FrontEnds.arguments("tool", arguments).findings())
        .singleElement()
        .satisfies(
            finding -> assertThat(finding.problem().reason()).contains(Gone.class.getName()));
  }

  @Test
  void aMissingAnnotationIsIgnored() throws Exception {
    ClassLoader loader =
        new IsolatingLoader(Set.of(Fixtures.class, Marked.class), Set.of(Marker.class));
    Object marked = loader.loadClass(Marked.class.getName()).getConstructor().newInstance();

    assertThat(names(FrontEnds.find(marked))).containsExactly("works");
  }

  @Test
  void aClassThatCannotBeInitializedIsAProblem() {
    ToolProblem problem = problem(FrontEnds.find(new TakesFailing()));

    assertThat(problem.reason()).contains("no start");
  }

  @Test
  void aClosedModuleIsAProblemThatNamesTheLineToAdd(@TempDir Path folder) throws Exception {
    Object closed = objectOfModule(folder, "");

    List<ToolProblem> problems = FrontEnds.find(closed).problems();

    assertThat(problems).isNotEmpty();
    assertThat(problems.get(0).toString())
        .contains("module closed does not open package closed.tools")
        .contains("\"opens closed.tools")
        .contains("module-info.java of closed");
  }

  @Test
  void anExportedOrOpenedPackageIsEnough(@TempDir Path folder) throws Exception {
    Object exported = objectOfModule(folder.resolve("1"), "exports closed.tools;");
    Object opened = objectOfModule(folder.resolve("2"), "opens closed.tools;");

    assertThat(call(exported, "hello")).isEqualTo("hello");
    assertThat(call(exported, "leave")).isEqualTo("goodbye");
    assertThat(call(opened, "hello")).isEqualTo("hello");
    assertThat(call(opened, "leave")).isEqualTo("goodbye");
  }

  /** Compiles a module with tools and makes an object of it without access to its package. */
  private static Object objectOfModule(Path folder, String directive) throws Exception {
    Path sources = Files.createDirectories(folder.resolve("closed/tools"));
    Path info = Files.writeString(folder.resolve("module-info.java"), """
        module closed {
          provides java.lang.Runnable with closed.tools.Closed;
          %s
        }
        """.formatted(directive));
    Path source = Files.writeString(sources.resolve("Closed.java"), """
        package closed.tools;

        public class Closed extends Hidden implements Runnable {
          @io.github.geminilive.tools.LiveTool(description = "Greets.")
          public String hello() {
            return "hello";
          }

          @Override
          public void run() {}
        }

        class Hidden {
          @io.github.geminilive.tools.LiveTool(description = "Takes leave.")
          public String leave() {
            return "goodbye";
          }
        }
        """);
    Path out = folder.resolve("out");
    Path library = Path.of(
        LiveTool.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    int result = ToolProvider.findFirst("javac")
        .orElseThrow()
        .run(
            new PrintStream(OutputStream.nullOutputStream()),
            System.err,
            "-proc:none",
            "-d",
            out.toString(),
            "-cp",
            library.toString(),
            "--add-reads",
            "closed=ALL-UNNAMED",
            info.toString(),
            source.toString());
    assertThat(result).isZero();
    ModuleLayer boot = ModuleLayer.boot();
    Configuration configuration =
        boot.configuration().resolve(ModuleFinder.of(out), ModuleFinder.of(), Set.of("closed"));
    ModuleLayer layer =
        boot.defineModulesWithOneLoader(configuration, FrontEndsTest.class.getClassLoader());
    FrontEndsTest.class.getModule().addUses(Runnable.class);
    return ServiceLoader.load(layer, Runnable.class).stream()
        .filter(provider -> provider.type().getName().equals("closed.tools.Closed"))
        .findFirst()
        .orElseThrow()
        .get();
  }
}
