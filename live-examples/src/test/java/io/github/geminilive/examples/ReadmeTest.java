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
    String source =
        Files.readString(Path.of("src/main/java/io/github/geminilive/examples/Snippets.java"));
    List<String> compiled = new ArrayList<>();
    Matcher regions =
        Pattern.compile("// begin: (\\w+)\\n(.*?) *// end: \\1", Pattern.DOTALL).matcher(source);
    while (regions.find()) {
      compiled.add(regions.group(2).stripTrailing().stripIndent());
    }

    List<String> shown = blocks(Files.readString(ROOT.resolve("README.md")), "java");

    assertThat(shown).isNotEmpty().containsExactlyElementsOf(compiled);
  }

  @Test
  void readmeHasOneCommandToRunAndOneToTest() throws IOException {
    List<String> commands = blocks(Files.readString(ROOT.resolve("README.md")), "sh");

    assertThat(commands)
        .containsExactly("mvn -q -Ptalk -pl live-examples -am compile", "mvn -B verify");
    assertThat(Files.readString(ROOT.resolve(".ci/run"))).contains(commands.get(1));
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
