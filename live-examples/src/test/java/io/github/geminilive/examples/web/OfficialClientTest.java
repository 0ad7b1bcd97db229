package io.github.geminilive.examples.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.github.geminilive.testkit.Closure;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.Speech;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** The official JavaScript client takes the relay for the service, and gets no more than it may. */
class OfficialClientTest {

  private static final Path SOURCE = Path.of("src", "test", "js");
  private static final Path WORK = Path.of("target", "js");
  private static final JsonMapper JSON = new JsonMapper();

  @BeforeAll
  static void install() throws IOException, InterruptedException {
    assumeTrue(runs("node", "--version"), "node is not installed: the test is skipped");
    assumeTrue(runs("npm", "--version"), "npm is not installed: the test is skipped");
    Files.createDirectories(WORK);
    for (String file : List.of("package.json", "package-lock.json", "talk.mjs")) {
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
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start();
      return process.waitFor(2, TimeUnit.MINUTES) && process.exitValue() == 0;
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

  /** What a program shows that is no browser: got by one that was let in. */
  private static String pass(Talk talk) throws IOException, InterruptedException {
    HttpClient http = HttpClient.newHttpClient();
    HttpResponse<String> page =
        http.send(HttpRequest.newBuilder(talk.uri()).build(), BodyHandlers.ofString());
    String cookie = page.headers().firstValue("Set-Cookie").orElseThrow().split(";", 2)[0];
    HttpRequest request = HttpRequest.newBuilder(talk.uri().resolve("/pass"))
        .header("Cookie", cookie)
        .header("Origin", talk.uri().toString())
        .POST(HttpRequest.BodyPublishers.noBody())
        .build();
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.headers().map().toString() + answer.body()).doesNotContain(Talk.KEY);
    return JSON.readTree(answer.body()).path("pass").asText();
  }

  @Test
  void itConversesAndGetsNeitherAnotherModelNorTheKey() throws IOException, InterruptedException {
    Files.write(WORK.resolve("question.wav"), Speech.questionWav());
    Files.write(WORK.resolve("interruption.wav"), Speech.interruptionWav());
    Path out = WORK.resolve("talk.out");
    Path err = WORK.resolve("talk.err");
    try (Talk talk = new Talk()) {
      Process node = new ProcessBuilder(
              "node",
              "talk.mjs",
              talk.uri().toString(),
              pass(talk),
              "question.wav",
              "interruption.wav")
          .directory(WORK.toFile())
          .redirectOutput(out.toFile())
          .redirectError(err.toFile())
          .start();
      boolean ended = node.waitFor(5, TimeUnit.MINUTES);
      node.destroyForcibly();

      assertThat(ended).as(() -> "node did not end: " + read(err)).isTrue();
      assertThat(node.waitFor()).as(() -> read(err)).isZero();
      JsonNode seen = JSON.readTree(Files.readString(out, UTF_8));
      heldTheConversation(seen);
      Connection connection = talk.service.nextConnection();
      askedForNothing(connection);
      assertThat(connection.receivedAudio()).startsWith(Speech.question());
      assertThat(talk.service.violations()).isEmpty();
      sawNoSecret(seen, connection);
      // Both of the client's connections were one of the service's, which its close() ended.
      assertThat(connection.awaitClosed().by()).isEqualTo(Closure.By.CLIENT);
      assertThat(talk.relay.metrics().started()).isOne();
    }
  }

  private static void heldTheConversation(JsonNode seen) {
    assertThat(seen.path("inputTranscript").asText())
        .startsWith(Speech.QUESTION)
        .contains(Speech.INTERRUPTION);
    assertThat(seen.path("outputTranscript").asText())
        .contains("In Lisbon it is", "You are welcome.", "Your name is Ada.");
    assertThat(seen.path("audioBytes").asInt()).isGreaterThan(3 * 48_000);
    assertThat(seen.path("mimeTypes").toString()).isEqualTo("[\"audio/pcm;rate=24000\"]");
    assertThat(seen.path("interrupted").asInt()).isPositive();
    assertThat(seen.path("turns").asInt()).isGreaterThanOrEqualTo(3);
    assertThat(seen.path("usage").asInt()).isPositive();
    assertThat(seen.path("errors")).isEmpty();
    // The tool was used, as the answer shows, and neither its call nor the service's own affairs
    // were told.
    assertThat(seen.path("toolCalls").asInt()).isZero();
    assertThat(seen.path("goAways").asInt()).isZero();
    assertThat(seen.path("closeCodes").toString()).isEqualTo("[1006,1005]");
    assertThat(seen.path("handles")).hasSize(2);
    assertThat(seen.path("handles").get(0)).isNotEqualTo(seen.path("handles").get(1));
    assertThat(seen.path("sessionIds").get(0)).isEqualTo(seen.path("sessionIds").get(1));
  }

  private static void askedForNothing(Connection connection) {
    JsonNode setup = connection.setup();
    assertThat(setup.path("model").asText()).isEqualTo("models/gemini-3.8-live");
    assertThat(setup.has("systemInstruction")).isFalse();
    assertThat(setup.at("/generationConfig").size()).isOne();
    assertThat(setup.at("/sessionResumption").has("handle")).isFalse();
    assertThat(setup.path("tools").toString())
        .contains("get_weather", "set_light")
        .doesNotContain("tell_secrets", "googleSearch");
    assertThat(connection.receivedMessages())
        .anyMatch(message -> message.toString().contains("functionResponses"));
  }

  private static void sawNoSecret(JsonNode seen, Connection connection) {
    String messages = seen.path("all").asText();
    String pages = seen.path("pages").asText();
    assertThat(messages.length()).isGreaterThan(100_000);
    assertThat(messages).doesNotContain(Talk.KEY, "get_weather");
    assertThat(pages).contains("content-security-policy").doesNotContain(Talk.KEY);
    assertThat(connection.upgrade().headers().toString()).contains(Talk.KEY);
  }
}
