package io.github.geminilive.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.examples.Program.Run;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EchoTestTest {

  @TempDir
  Path directory;

  @Test
  void withoutDevicesOneReadableLineSaysWhatToTry() throws Exception {
    Run run = new Program(EchoTest.class, directory).run();

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.errors().lines())
        .singleElement()
        .asString()
        .startsWith("echo-test: there is no ")
        .contains("ALSA");
  }

  @Test
  void anUnknownOptionIsAUsageError() throws Exception {
    Run run = new Program(EchoTest.class, directory).run("--loud");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errors()).contains("--loud");
  }
}
