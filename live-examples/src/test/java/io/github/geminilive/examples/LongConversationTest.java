package io.github.geminilive.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.examples.Program.Run;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class LongConversationTest {

  @TempDir
  Path directory;

  @Test
  void aConversationGoesOnOverItsConnectionsAndNothingIsLostUnreported() throws Exception {
    Run run = program().run("1", "22");

    assertThat(run.exitCode()).isZero();
    assertThat(run.output())
        .containsSubsequence(
            "0:00:00  connection 1 is open",
            "0:10:00  the service announces the end in 60.00 s",
            "dial 1 in 0.00 s: go away",
            "the service goes on where it was",
            "0:20:00  the service announces the end in 60.00 s",
            "the service goes on where it was",
            "seed, minutes                        1, 22",
            "microphone lost without a report     0.00 s");
  }

  @Test
  void aSeedThatIsNoNumberIsAUsageError() throws Exception {
    Run run = program().run("tomorrow");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errors().lines())
        .singleElement()
        .isEqualTo("usage: LongConversation [SEED [MINUTES]]");
  }

  private Program program() {
    return new Program(LongConversation.class, directory);
  }
}
