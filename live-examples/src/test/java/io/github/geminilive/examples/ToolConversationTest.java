package io.github.geminilive.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.examples.Program.Run;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class ToolConversationTest {

  @TempDir
  Path directory;

  @Test
  void theModelLooksUpComparesBooksAndFollows() throws Exception {
    Run run = program().run();

    assertThat(run.errors()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.output())
        .containsSubsequence(
            "(calls find_trains ",
            "(find_trains: ok)",
            "model: The first one is IC 521 at 08:15.",
            "(calls compare_prices ",
            "(compare_prices: ok)",
            "model: I am asking around.",
            "It costs 24.7 euros.",
            "(may it? book_seats ",
            "(book_seats: ok)",
            "model: Booked: 2 in IC 521",
            "(calls follow_train ",
            "(follow_train: ok)",
            "model: It has arrived.");
  }

  @Test
  void whatAPersonDeniesIsNotBooked() throws Exception {
    Run run = program().run("--deny");

    assertThat(run.exitCode()).isZero();
    assertThat(run.output())
        .containsSubsequence(
            "(may it? book_seats ", "(book_seats: denied)", "model: Then I will not book it.");
  }

  @Test
  void theDeclarationsCanBePrinted() throws Exception {
    Run run = program().run("--declarations");

    assertThat(run.exitCode()).isZero();
    assertThat(run.output())
        .startsWith("{")
        .containsSubsequence("book_seats", "compare_prices", "find_trains", "follow_train");
  }

  @Test
  void anUnknownOptionIsAUsageError() throws Exception {
    Run run = program().run("--book");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errors().lines())
        .singleElement()
        .isEqualTo("usage: ToolConversation [--deny | --declarations]");
  }

  private Program program() {
    return new Program(ToolConversation.class, directory);
  }
}
