package io.github.geminilive.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReadmeTest {

  private static final Path ROOT = Path.of("..");

  @Test
  void javaBlocksOfTheReadmeAreTheCompiledSnippets() throws IOException {
    List<String> compiled = new ArrayList<>(regions("HomeTools"));
    compiled.addAll(regions("Snippets"));

    List<String> shown = blocks(Files.readString(ROOT.resolve("README.md")), "java");

    assertThat(shown).isNotEmpty().containsExactlyInAnyOrderElementsOf(compiled);
  }

  @Test
  void readmeHasOneCommandToRunAndOneToTest() throws IOException {
    List<String> commands = blocks(Files.readString(ROOT.resolve("README.md")), "sh");

    assertThat(commands)
        .containsExactly("mvn -q -Ptalk -pl live-examples -am compile", "mvn -B verify");
    assertThat(Files.readString(ROOT.resolve(".ci/run"))).contains(commands.get(1));
  }

  private static List<String> regions(String example) throws IOException {
    Path file = Path.of("src/main/java/io/github/geminilive/examples", example + ".java");
    Matcher marked = Pattern.compile("// begin: (\\w+)\\n(.*?) *// end: \\1", Pattern.DOTALL)
        .matcher(Files.readString(file));
    List<String> regions = new ArrayList<>();
    while (marked.find()) {
      regions.add(marked.group(2).stripTrailing().stripIndent());
    }
    return regions;
  }

  private static List<String> blocks(String markdown, String language) {
    List<String> blocks = new ArrayList<>();
    Matcher fenced =
        Pattern.compile("```" + language + "\\n(.*?)```", Pattern.DOTALL).matcher(markdown);
    while (fenced.find()) {
      blocks.add(fenced.group(1).strip());
    }
    return blocks;
  }
}
