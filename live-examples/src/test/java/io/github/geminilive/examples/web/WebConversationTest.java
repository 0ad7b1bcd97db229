package io.github.geminilive.examples.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the program as its users do: in a JVM of its own. */
class WebConversationTest {

  private static final String KEY = "AIzaSyNobodyElseIsToSeeThisOne0123456789";

  @TempDir
  Path directory;

  private Process process;

  private void run(String... args) throws IOException {
    List<String> command = new ArrayList<>(List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx256m",
        "-cp",
        System.getProperty("java.class.path"),
        WebConversation.class.getName()));
    command.addAll(List.of(args));
    ProcessBuilder builder = new ProcessBuilder(command)
        .redirectError(directory.resolve("errors.txt").toFile());
    // What changes what it does, and what makes a JVM print a line of its own.
    builder
        .environment()
        .keySet()
        .removeAll(List.of(
            "GEMINI_API_KEY",
            "WEB_SNAPSHOTS",
            "WEB_LOGIN_SECRET",
            "JAVA_TOOL_OPTIONS",
            "_JAVA_OPTIONS",
            "JDK_JAVA_OPTIONS"));
    builder.environment().put("GOOGLE_API_KEY", KEY);
    process = builder.start();
  }

  private String errors() throws IOException {
    return Files.readString(directory.resolve("errors.txt"));
  }

  private int exitCode() throws InterruptedException {
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }

  @AfterEach
  void kill() {
    process.destroyForcibly();
  }

  @Test
  void servesThePageUntilItIsToldToEnd() throws Exception {
    run("--simulated", "--port", "0", "--snapshots", directory.resolve("talks").toString());
    String address = process.inputReader(UTF_8).readLine();

    assertThat(address).startsWith("Open http://127.0.0.1:");
    URI uri = URI.create(address.substring("Open ".length()));
    HttpClient http = HttpClient.newHttpClient();
    for (String path : List.of("/", "/app.js", "/settings", "/health")) {
      HttpResponse<String> answer =
          http.send(HttpRequest.newBuilder(uri.resolve(path)).build(), BodyHandlers.ofString());
      assertThat(answer.statusCode()).as(path).isEqualTo(200);
      assertThat(answer.body() + answer.headers()).doesNotContain(KEY);
    }

    process.destroy();

    assertThat(exitCode()).isEqualTo(128 + 15);
    assertThat(errors()).isEmpty();
  }

  @Test
  void onVertexOneTalksThroughTheServerOnly() throws Exception {
    run("--simulated", "--vertex", "my-project/europe-west4", "--port", "0");
    String address = process.inputReader(UTF_8).readLine();
    URI settings = URI.create(address.substring("Open ".length())).resolve("/settings");

    String told = HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(settings).build(), BodyHandlers.ofString())
        .body();

    assertThat(told)
        .contains("\"direct\":false")
        .contains("projects/my-project/locations/europe-west4/publishers/google/models/");
  }

  @Test
  void isNotOpenToOthersByMistake() throws Exception {
    run("--simulated", "--port", "0", "--bind", "0.0.0.0");

    assertThat(exitCode()).isEqualTo(2);
    assertThat(errors().lines()).singleElement().asString().contains("0.0.0.0", "--origin");
  }

  @Test
  void aPortThatIsTakenIsOneReadableLine() throws Exception {
    try (Talk talk = new Talk()) {
      String port = Integer.toString(talk.uri().getPort());
      run("--simulated", "--port", port);

      assertThat(exitCode()).isEqualTo(3);
      assertThat(errors().lines()).singleElement().asString().contains(port);
    }
  }

  @Test
  void helpTeachesByExample() throws Exception {
    run("--help");

    String help = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(exitCode()).isZero();
    assertThat(help)
        .contains("GOOGLE_API_KEY", "--port", "--origin", "--vertex", "--snapshots")
        .contains("WEB_LOGIN_SECRET", "Exit codes:", "Examples:")
        .doesNotContain(KEY);
  }
}
