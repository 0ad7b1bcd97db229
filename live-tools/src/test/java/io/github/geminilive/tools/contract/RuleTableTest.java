package io.github.geminilive.tools.contract;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.tools.contract.RuleTable.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Every rule has a test that exists. */
class RuleTableTest {

  private static final Pattern METHOD = Pattern.compile("\\n  void (\\w+)\\(");
  private static final Pattern IS_TEST =
      Pattern.compile("\\n  @(Test|ParameterizedTest|RepeatedTest|Property)\\b");

  /** Names of test methods by simple name of their class, of all modules, from the sources. */
  private static final Map<String, Set<String>> TESTS = new HashMap<>();

  /** Those of this package alone: another module may have a class of the same name. */
  private static final Map<String, Set<String>> SUITE = new HashMap<>();

  @BeforeAll
  static void readSources() throws IOException {
    for (Path module : modules()) {
      Path sources = module.resolve("src/test/java");
      if (Files.isDirectory(sources)) {
        try (Stream<Path> files = Files.walk(sources)) {
          for (Path file :
              files.filter(path -> path.toString().endsWith("Test.java")).toList()) {
            String name = file.getFileName().toString().replace(".java", "");
            TESTS.computeIfAbsent(name, key -> new TreeSet<>()).addAll(tests(file));
            if (file.getParent().endsWith("io/github/geminilive/tools/contract")) {
              SUITE.put(name, Set.copyOf(tests(file)));
            }
          }
        }
      }
    }
  }

  /** Annotations stand right before their method, without an empty line between them. */
  private static List<String> tests(Path file) throws IOException {
    String source = Files.readString(file);
    List<String> tests = new ArrayList<>();
    Matcher methods = METHOD.matcher(source);
    while (methods.find()) {
      int from = Math.max(source.lastIndexOf("\n\n", methods.start()), 0);
      if (IS_TEST.matcher(source.substring(from, methods.start())).find()) {
        tests.add(methods.group(1));
      }
    }
    return tests;
  }

  /** The folders of all modules, wherever in the project the tests run. */
  private static List<Path> modules() throws IOException {
    for (Path at = Path.of("").toAbsolutePath(); at != null; at = at.getParent()) {
      if (Files.isDirectory(at.resolve("live-core"))
          && Files.isDirectory(at.resolve("live-tools"))) {
        try (Stream<Path> folders = Files.list(at)) {
          return folders.filter(Files::isDirectory).toList();
        }
      }
    }
    throw new AssertionError("run the tests inside of the project: this one reads its sources");
  }

  @Test
  void everyRuleHasATestThatExists() {
    List<String> missing = new ArrayList<>();
    for (Rule rule : RuleTable.RULES) {
      assertThat(rule.text()).as(rule.id()).isNotBlank();
      assertThat(rule.tests()).as(rule.id()).isNotEmpty().doesNotHaveDuplicates();
      for (String test : rule.tests()) {
        String[] parts = test.split("#");
        if (!TESTS.getOrDefault(parts[0], Set.of()).contains(parts[1])) {
          missing.add(rule.id() + ": " + test);
        }
      }
    }

    assertThat(missing).isEmpty();
  }

  @Test
  void everyRuleHasANameOfItsOwn() {
    assertThat(RuleTable.RULES.stream().map(Rule::id)).doesNotHaveDuplicates();
  }

  @Test
  void everyTestOfThisSuiteProvesARule() {
    Set<String> proving =
        RuleTable.RULES.stream().flatMap(rule -> rule.tests().stream()).collect(Collectors.toSet());
    List<String> idle = new ArrayList<>();
    for (Class<?> suite : List.of(
        AnswersTest.class,
        BindingTest.class,
        ConversationTest.class,
        DiscoveryTest.class,
        ForeignTest.class,
        LimitsTest.class,
        MappingTest.class,
        OdditiesTest.class)) {
      String name = suite.getSimpleName();
      Set<String> tests = SUITE.getOrDefault(name, Set.of());
      assertThat(tests).as(name).isNotEmpty();
      tests.stream()
          .map(test -> name + "#" + test)
          .filter(test -> !proving.contains(test))
          .forEach(idle::add);
    }

    assertThat(idle).isEmpty();
  }
}
