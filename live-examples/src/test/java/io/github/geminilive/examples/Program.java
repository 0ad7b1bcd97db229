package io.github.geminilive.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Runs an example as its users do: in a JVM of its own. */
record Program(Class<?> main, Path directory) {

  record Run(int exitCode, String output, String errors) {}

  Run run(String... args) throws IOException, InterruptedException {
    return run(Map.of(), "", args);
  }

  Run run(Map<String, String> variables, String input, String... args)
      throws IOException, InterruptedException {
    Path output = directory.resolve("out.txt");
    Path errors = directory.resolve("err.txt");
    Process process = start(variables, output, errors, args);
    try (OutputStream typed = process.getOutputStream()) {
      typed.write(input.getBytes(StandardCharsets.UTF_8));
    }
    boolean ended = process.waitFor(90, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).isTrue();
    return new Run(process.exitValue(), Files.readString(output), Files.readString(errors));
  }

  private Process start(Map<String, String> variables, Path output, Path errors, String... args)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(List.of(args));
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
    builder.environment().remove("GOOGLE_API_KEY");
    builder.environment().remove("GEMINI_API_KEY");
    builder.environment().put("TERM", "xterm");
    builder.environment().putAll(variables);
    return builder.start();
  }
}
