package io.github.geminilive.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The official JavaScript client takes the simulated service for the real one. */
class OfficialClientTest {

  private static final Path SOURCE = Path.of("src", "test", "js");
  private static final Path WORK = Path.of("target", "js");

  @BeforeAll
  static void install() throws IOException, InterruptedException {
    assumeTrue(runs("node", "--version"), "node is not installed: the test is skipped");
    assumeTrue(runs("npm", "--version"), "npm is not installed: the test is skipped");
    Files.createDirectories(WORK);
    for (String file :
        List.of("package.json", "package-lock.json", "talk.mjs", "token.mjs", "vertex.mjs")) {
      Files.copy(SOURCE.resolve(file), WORK.resolve(file), StandardCopyOption.REPLACE_EXISTING);
    }
    if (installed()) {
      return;
    }
    Path log = WORK.resolve("npm.log");
    Process npm = new ProcessBuilder("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund")
        .directory(WORK.toFile())
        .redirectErrorStream(true)
        .redirectOutput(log.toFile())
        .start();
    boolean ended = npm.waitFor(3, TimeUnit.MINUTES);
    npm.destroyForcibly();
    boolean done = ended && npm.exitValue() == 0;
    // Offline at home is no failure; in CI the proof must not be lost without a sound.
    assumeTrue(
        done || System.getenv("CI") != null,
        () -> "npm could not install the official client: the test is skipped\n" + read(log));
    assertThat(done).as(() -> read(log)).isTrue();
  }

  /** Whether an earlier run installed exactly what the lock file says. */
  private static boolean installed() throws IOException {
    Path stamp = WORK.resolve("node_modules").resolve(".package-lock.json");
    return Files.exists(stamp)
        && Files.getLastModifiedTime(stamp)
                .compareTo(Files.getLastModifiedTime(SOURCE.resolve("package-lock.json")))
            > 0;
  }

  private static boolean runs(String... command) throws InterruptedException {
    try {
      Process process = new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(
              new File(System.getProperty("os.name").startsWith("Windows") ? "NUL" : "/dev/null"))
          .start();
      return process.waitFor(30, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException notThere) {
      return false;
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "no output: " + e;
    }
  }

  /** Runs a program of the official client; gives what it printed. */
  private static JsonNode run(LiveServer server, String... program)
      throws IOException, InterruptedException {
    Path out = WORK.resolve(program[0] + ".out");
    Path err = WORK.resolve(program[0] + ".err");
    List<String> command = new ArrayList<>(List.of("node", program[0]));
    command.add(server.httpUri().toString());
    command.addAll(List.of(program).subList(1, program.length));
    Process node = new ProcessBuilder(command)
        .directory(WORK.toFile())
        .redirectOutput(out.toFile())
        .redirectError(err.toFile())
        .start();
    boolean ended = node.waitFor(2, TimeUnit.MINUTES);
    node.destroyForcibly();

    assertThat(ended)
        .as(() -> "node did not end: " + read(err) + server.violations())
        .isTrue();
    assertThat(node.exitValue()).as(() -> read(err)).isZero();
    return WsClient.parse(Files.readString(out, StandardCharsets.UTF_8));
  }

  @Test
  void itMakesATokenAndTalksWithItOnce() throws IOException, InterruptedException {
    try (LiveServer server = LiveServer.builder().speed(20).playback(0).start()) {
      JsonNode seen = run(server, "token.mjs");

      assertThat(seen.at("/first/transcript").asText()).startsWith("Hello.");
      assertThat(seen.at("/second/error").asText())
          .contains("1011", "The service is currently unavailable.");
      Connection first = server.nextConnection();
      assertThat(first.upgrade().query())
          .containsEntry("access_token", seen.path("name").asText());
      assertThat(first.upgrade().headers()).doesNotContainKey("x-goog-api-key");
      assertThat(first.setup().toString()).contains("3.1", "Be rude.");
      assertThat(first.setupInForce().path("model").asText()).isEqualTo("models/gemini-3.8-live");
      assertThat(first.setupInForce().toString()).contains("Be kind.").doesNotContain("rude");
    }
  }

  @Test
  void itTalksToVertexInExpressMode() throws IOException, InterruptedException {
    try (LiveServer server = LiveServer.builder().speed(20).playback(0).start()) {
      JsonNode seen = run(server, "vertex.mjs");

      assertThat(seen.path("transcript").asText()).startsWith("Hello.");
      assertThat(seen.path("sessionId").asText()).isNotEmpty();
      assertThat(seen.path("tokens").asInt()).isPositive();
      Connection connection = server.nextConnection();
      assertThat(connection.vertex()).isTrue();
      assertThat(connection.setup().path("model").asText())
          .isEqualTo("publishers/google/models/gemini-3.8-live");
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void itSpeaksHearsCallsAToolAndCloses() throws IOException, InterruptedException {
    Path wav = WORK.resolve("question.wav");
    Files.write(wav, Speech.questionWav());
    try (LiveServer server = LiveServer.builder()
        .speed(20)
        .playback(0)
        .thinking(Duration.ofMillis(20))
        .start()) {
      JsonNode seen = run(server, "talk.mjs", "question.wav");

      assertThat(seen.path("opened").asBoolean()).isTrue();
      assertThat(seen.path("inputTranscript").asText()).isEqualTo(Speech.QUESTION);
      assertThat(seen.path("toolCalls"))
          .isEqualTo(WsClient.parse("[{\"name\":\"get_weather\",\"args\":{\"city\":\"Lisbon\"}}]"));
      assertThat(seen.path("outputTranscript").asText())
          .startsWith("In Lisbon it is 22 degrees and sunny today.")
          .endsWith("You are welcome. Have a nice day.");
      assertThat(seen.path("audioBytes").asInt()).isGreaterThan(10 * 48_000);
      assertThat(seen.path("mimeTypes")).isEqualTo(WsClient.parse("[\"audio/pcm;rate=24000\"]"));
      assertThat(seen.path("turns").asInt()).isEqualTo(3);
      assertThat(seen.path("responseTokens").asInt()).isPositive();
      assertThat(seen.has("error")).isFalse();

      Connection connection = server.nextConnection();
      assertThat(server.violations()).isEmpty();
      assertThat(connection.receivedAudio()).startsWith(Speech.question());
      assertThat(connection.awaitClosed().by()).isEqualTo(Closure.By.CLIENT);
    }
  }
}
