package io.github.geminilive.benchmarks;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@link LoopbackServer} in a JVM of its own, so that its work is not taken for a client's. */
final class ServerProcess implements AutoCloseable {

  /**
   * What the server has done so far.
   *
   * @param cpuNanos CPU time of its process
   * @param messages received from all clients
   */
  record Stats(long cpuNanos, long messages) {}

  private final Process process;
  private final BufferedReader answers;
  private final int port;

  private ServerProcess(Process process) throws IOException {
    this.process = process;
    this.answers = new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
    this.port = Integer.parseInt(line());
  }

  static ServerProcess start() throws IOException {
    return new ServerProcess(java(LoopbackServer.class, List.of("-Xmx512m"), List.of())
        .redirectError(ProcessBuilder.Redirect.INHERIT)
        .start());
  }

  /** A JVM like this one, with the same class path. */
  static ProcessBuilder java(Class<?> main, List<String> options, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), main.getName()));
    command.addAll(arguments);
    return new ProcessBuilder(command);
  }

  private String line() throws IOException {
    String line = answers.readLine();
    if (line == null) {
      throw new IOException("the server process has ended");
    }
    return line;
  }

  URI uri(String path) {
    return URI.create("ws://127.0.0.1:" + port + path);
  }

  Stats stats() throws IOException {
    OutputStream questions = process.getOutputStream();
    questions.write('\n');
    questions.flush();
    String[] fields = line().split(" ");
    return new Stats(Long.parseLong(fields[0]), Long.parseLong(fields[1]));
  }

  @Override
  public void close() {
    process.destroy();
  }
}
