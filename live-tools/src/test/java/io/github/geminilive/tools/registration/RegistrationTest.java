package io.github.geminilive.tools.registration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.github.geminilive.ToolPolicy;
import io.github.geminilive.tools.LiveTool;
import io.github.geminilive.tools.LiveTools;
import io.github.geminilive.tools.ToolProblem;
import io.github.geminilive.tools.ToolRegistrationException;
import java.io.File;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.spi.ToolProvider;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What cannot be registered is refused, with all that is wrong and what to do about it. */
class RegistrationTest {

  private static List<ToolProblem> problems(Object... targets) {
    ToolRegistrationException thrown =
        catchThrowableOfType(ToolRegistrationException.class, () -> LiveTools.of(targets));
    assertThat(thrown).as("nothing was refused").isNotNull();
    for (ToolProblem problem : thrown.problems()) {
      assertThat(problem.reason()).isNotBlank();
      assertThat(problem.fix()).isNotBlank();
      assertThat(thrown.getMessage()).contains(problem.type(), problem.reason(), problem.fix());
      if (problem.method() != null) {
        assertThat(thrown.getMessage()).contains(problem.method());
      }
      if (problem.parameter() != null) {
        assertThat(thrown.getMessage()).contains(problem.parameter());
      }
    }
    return thrown.problems();
  }

  /** The problems of one method, as texts. */
  private static List<ToolProblem> of(List<ToolProblem> problems, String method) {
    return problems.stream()
        .filter(problem -> method.equals(plain(problem.method())))
        .toList();
  }

  private static String plain(String method) {
    int brace = method == null ? -1 : method.indexOf('(');
    return brace < 0 ? method : method.substring(0, brace);
  }

  private static List<String> methods(List<ToolProblem> problems) {
    return problems.stream().map(problem -> plain(problem.method())).toList();
  }

  // Discovery.

  @Test
  void anObjectWithoutToolsIsRefused() {
    List<ToolProblem> problems = problems(new Broken.NoTools());

    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).type()).contains("NoTools");
    assertThat(problems.get(0).method()).isNull();
    assertThat(problems.get(0).toString()).contains("@LiveTool");
  }

  @Test
  void aMethodThatIsNotPublicIsRefused() {
    List<ToolProblem> problems = problems(new Broken.NotPublicMethods());

    assertThat(methods(problems)).contains("packagePrivate", "isProtected", "isPrivate");
    assertThat(of(problems, "isPrivate").get(0).toString()).contains("public");
  }

  @Test
  void aClassThatIsNotPublicIsRefused() {
    assertThat(problems(new Broken.NotPublicClass()).get(0).toString())
        .contains("NotPublicClass", "public");
    assertThat(problems(new Broken.Hidden.Inside()).get(0).toString()).contains("Inside", "public");
    assertThat(problems(new Object() {
              @LiveTool(description = "d")
              public String tool() {
                return "";
              }
            })
            .get(0)
            .toString())
        .contains("public");
  }

  @Test
  void aClassWithoutStaticToolsIsRefused() {
    assertThat(problems(Broken.NoStaticTools.class)).hasSize(1);
    assertThat(problems(Broken.NoStaticTools.class).get(0).toString())
        .contains("NoStaticTools", "static");
    assertThat(problems(Broken.NoTools.class)).hasSize(1);
  }

  @Test
  void nothingIsRefused() {
    assertThatThrownBy(LiveTools::of).isInstanceOf(ToolRegistrationException.class);
    assertThatThrownBy(() -> LiveTools.of("", null)).isInstanceOf(NullPointerException.class);
  }

  // Names.

  @Test
  void aNameTheServiceDoesNotTakeIsRefused() {
    List<ToolProblem> problems = problems(new Broken.BadNames());

    assertThat(methods(problems))
        .containsExactlyInAnyOrder("digit", "space", "colon", "umlaut", "tooLong", "dollar$");
    assertThat(of(problems, "space").get(0).reason()).contains("a b");
    assertThat(of(problems, "dollar$").get(0).reason()).contains("dollar$");
  }

  @Test
  void anArgumentsNameTheServiceDoesNotTakeIsRefused() {
    List<ToolProblem> problems = problems(new Broken.BadArguments());

    assertThat(methods(problems))
        .containsExactlyInAnyOrder("dot", "dash", "tooLong", "property", "twice");
    assertThat(of(problems, "dot").get(0).reason()).contains("a.b");
    assertThat(of(problems, "property").get(0).reason()).contains("a-b");
    assertThat(of(problems, "twice").get(0).toString()).contains("same");
  }

  @Test
  void twoToolsOfOneNameAreRefused() {
    assertThat(problems(new Broken.Twins()).toString()).contains("twin", "one", "other");
    assertThat(problems(new Broken.Overloads()).toString()).contains("set");
    assertThat(problems(new Broken.Single(), new Broken.Single()).toString()).contains("twin");
    assertThatThrownBy(() ->
            LiveTools.combine(LiveTools.of(new Broken.Single()), LiveTools.of(new Broken.Single())))
        .isInstanceOf(ToolRegistrationException.class)
        .hasMessageContaining("twin");
  }

  @Test
  void anArgumentWithoutNameIsRefused(@TempDir Path folder) throws Exception {
    String source = "public class Nameless {"
        + " @io.github.geminilive.tools.LiveTool(description = \"d\")"
        + " public void tool(String word, "
        + "@io.github.geminilive.tools.ToolParam(name = \"named\") int number) {} }";
    Object nameless = compiled(folder, "Nameless", source);

    List<ToolProblem> problems = problems(nameless);

    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).method()).contains("tool");
    assertThat(problems.get(0).toString()).contains("-parameters");
  }

  /** Compiled without {@code -parameters}. */
  private static Object compiled(Path folder, String name, String source)
      throws IOException, ReflectiveOperationException {
    Path file = Files.writeString(folder.resolve(name + ".java"), source);
    StringWriter said = new StringWriter();
    PrintWriter out = new PrintWriter(said);
    int failed = ToolProvider.findFirst("javac")
        .orElseThrow()
        .run(
            out,
            out,
            "-proc:none",
            "-d",
            folder.toString(),
            "-classpath",
            classPath(),
            file.toString());
    assertThat(failed).as(said.toString()).isZero();
    // Left open: the class is used until the test ends, and the folder is deleted after it.
    ClassLoader loader =
        new URLClassLoader(new URL[] {folder.toUri().toURL()}, LiveTool.class.getClassLoader());
    return loader.loadClass(name).getConstructor().newInstance();
  }

  private static String classPath() {
    return Stream.of(LiveTool.class, ToolPolicy.class)
        .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
        .map(location -> Path.of(URI.create(location.toString())).toString())
        .distinct()
        .reduce((left, right) -> left + File.pathSeparator + right)
        .orElseThrow();
  }

  // Descriptions.

  @Test
  void aToolWithoutDescriptionIsRefused() {
    List<ToolProblem> problems = problems(new Broken.NoDescription());

    assertThat(methods(problems)).containsExactlyInAnyOrder("missing", "blank");
    assertThat(of(problems, "missing").get(0).toString()).containsIgnoringCase("description");
  }

  // Types.

  @ParameterizedTest
  @CsvSource({
    "raw, List",
    "wildcard, ?",
    "bounded, ?",
    "variable, T",
    "ownVariable, type parameters",
    "noComponents, Nothing",
    "anInterface, Anything",
    "anAbstractClass, Abstract",
    "file, File",
    "path, Path",
    "aClass, Class",
    "date, Date",
    "calendar, Calendar",
    "bytes, InputStream",
    "stream, Stream",
    "function, Function",
    "number, Number",
    "thread, Thread",
    "mapByDate, LocalDate",
    "mapByRecord, Inner",
    "endless, value.next",
    "noConstructor, NoConstructor",
    "emptyEnum, Empty",
    "sameEnum, same"
  })
  void aTypeWithoutSchemaIsRefused(String method, String named) {
    List<ToolProblem> problems = of(problems(new Broken.Types<String>()), method);

    assertThat(problems).isNotEmpty();
    assertThat(problems.get(0).toString()).contains(named);
    if (!method.equals("ownVariable")) {
      assertThat(problems.get(0).parameter()).startsWith("value");
    }
  }

  @Test
  void aProblemDeepInATypeIsPointedAt() {
    List<ToolProblem> problems = of(problems(new Broken.Types<String>()), "deep");

    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).parameter()).isEqualTo("value.inners[].when");
    assertThat(problems.get(0).toString()).contains("Date");
  }

  @Test
  void aUnionThatIsNoFlatObjectIsRefused() {
    List<ToolProblem> problems = problems(new Broken.Unions());

    assertThat(of(problems, "clash").toString()).contains("value", "Left", "Right");
    assertThat(of(problems, "taken").toString()).contains("type");
  }

  // Required, defaults, bounds.

  @ParameterizedTest
  @CsvSource({
    "primitive, int",
    "nullablePrimitive, int",
    "badNumber, many",
    "fraction, 1.5",
    "badEnum, THREE",
    "badDate, tomorrow",
    "beyondBounds, 11",
    "notAllowed, c",
    "badList, [1",
    "badProperty, x"
  })
  void aRequirementOrDefaultThatCannotHoldIsRefused(String method, String named) {
    List<ToolProblem> problems = of(problems(new Broken.Requirements()), method);

    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).toString()).contains(named);
    assertThat(problems.get(0).parameter()).startsWith("value");
  }

  @ParameterizedTest
  @CsvSource({
    "crossed, 5",
    "crossedJakarta, 5",
    "crossedBoth, 0",
    "crossedLengths, 5",
    "crossedSizes, 5",
    "negative, -2",
    "beyondType, 1000",
    "badPattern, [a-",
    "minOfText, min",
    "lengthOfNumber, minLength",
    "itemsOfText, minItems",
    "patternOfNumber, pattern",
    "allowedOfNumber, allowed",
    "allowedAgainstPattern, 1"
  })
  void aBoundThatNothingFitsIsRefused(String method, String named) {
    List<ToolProblem> problems = of(problems(new Broken.Bounds()), method);

    assertThat(problems).hasSize(1);
    assertThat(problems.get(0).toString()).contains(named);
    assertThat(problems.get(0).parameter()).isEqualTo("value");
  }

  @Test
  void whatWouldChangeTheWireFormIsRefused() {
    List<ToolProblem> problems = problems(new Broken.Jackson());

    assertThat(of(problems, "formatted").get(0).toString()).contains("JsonFormat");
    assertThat(of(problems, "flat").get(0).toString()).contains("JsonUnwrapped");
  }

  @Test
  void aBehaviourThatContradictsItselfIsRefused() {
    List<ToolProblem> problems = problems(new Broken.Behaviors());

    assertThat(methods(problems))
        .containsExactlyInAnyOrder(
            "silentBlocking", "silentInterrupt", "negativeTimeout", "negativeLimit");
    assertThat(of(problems, "silentBlocking").get(0).toString()).contains("silent");
    assertThat(of(problems, "negativeTimeout").get(0).toString()).contains("-1");
  }

  @Test
  void whatCannotBeFilledInIsRefused() {
    assertThat(methods(problems(new Broken.Injection())))
        .containsExactlyInAnyOrder("attachedPrimitive", "optionalContext");
  }

  // All at once.

  @Test
  void allProblemsAreToldAtOnce() {
    List<ToolProblem> problems =
        problems(new Broken.Several(), new Broken.NoTools(), new Broken.NoDescription());

    assertThat(problems.toString())
        .contains("not good", "Date", "number", "rest", "second", "File", "NoTools", "missing");
    assertThat(of(problems, "first").size()).isEqualTo(5);
    assertThat(problems.get(0).type()).contains("Several");
    assertThat(problems.get(problems.size() - 1).type()).contains("NoDescription");
  }

  @Test
  void theMessageListsEachProblemWithItsFix() {
    ToolRegistrationException thrown = catchThrowableOfType(
        ToolRegistrationException.class,
        () -> LiveTools.of(new Broken.Several(), new Broken.NoTools()));

    assertThat(thrown.getMessage().lines().count()).isEqualTo(thrown.problems().size() + 1L);
    assertThat(thrown.getMessage().lines().findFirst().orElseThrow())
        .contains(String.format(Locale.ROOT, "%d", thrown.problems().size()));
  }
}
