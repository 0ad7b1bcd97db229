package io.github.geminilive.audio.pcm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The program sox, which knows nothing of us: what it reads and writes is held against ours. */
final class Sox {

  private Sox() {}

  /** Skips the test, visibly, on a machine without sox. */
  static void assumeInstalled() {
    boolean found = false;
    for (String directory : System.getenv().getOrDefault("PATH", "").split(File.pathSeparator)) {
      found |= Files.isExecutable(Path.of(directory, "sox"));
    }
    assumeTrue(found, "sox is not installed: nothing to compare with (install the package sox)");
  }

  /** Runs sox without dither and fails with what it says. */
  static void run(Object... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("sox", "-D"));
    for (Object argument : arguments) {
      command.add(argument.toString());
    }
    Path log = Files.createTempFile("sox", ".log");
    Process process = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).as("sox has ended").isTrue();
    assertThat(process.exitValue()).as(command + ": " + Files.readString(log)).isZero();
    Files.delete(log);
  }
}
