package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Searches all that sessions, failing ones too, print at the finest log level, and all that their
 * objects and exceptions say of themselves, for secrets and for what was said.
 */
class SecretsTest {

  private static final long PATIENCE_SECONDS = 180;

  @TempDir
  Path directory;

  @Test
  void neitherSecretsNorWhatIsSaidAreInAnyOutput() throws Exception {
    String output = outputOf("quiet");

    // What must be there for the search to mean anything.
    assertThat(output)
        .contains("made a token: EphemeralToken[***", "made no token: AUTH")
        .contains("DEBUG", "is open", "serverContent", "toolCall", "unreadable message")
        .contains("reason=do not like ***, kind=POLICY")
        .contains("error 401: not *** and ***")
        .contains("LiveHandshakeException", "LiveSetupRefusedException", "LiveTimeoutException")
        .contains("LiveUnreachableException", "LiveConfigException", "ExecutionException");
    assertThat(output).doesNotContain(SecretsRun.CONVERSATION);
    assertNoSecretIn(output);
  }

  @Test
  void contentsAreLoggedOnDemandButSecretsNever() throws Exception {
    String output = outputOf("content");

    assertThat(output).contains("TRACE", "I-said", "it-said", "told-to-be", "Resumption[");
    assertNoSecretIn(output);
  }

  @Test
  void objectsSayNothingOfTheirSecrets() {
    LiveConfig config = LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
        .apiKey(SecretsRun.KEY)
        .resumeFrom(SecretsRun.OLD_HANDLE)
        .build();
    Stream.of(
            config,
            config.toBuilder(),
            config.credentials(),
            config.credentials().header(),
            config.endpoint(),
            config.endpoint().uri(false),
            config.endpoint().uri(true),
            config.setup(),
            config.check(),
            LiveClient.builder().build(),
            Credentials.ephemeralToken("auth_tokens/" + SecretsRun.TOKEN_SECRET),
            Credentials.ephemeralToken("auth_tokens/" + SecretsRun.TOKEN_SECRET).header())
        .forEach(object -> assertNoSecretIn(object.toString()));
  }

  private static void assertNoSecretIn(String text) {
    for (String secret : SecretsRun.SECRETS) {
      // Not even a good part of it, where a text was cut.
      assertThat(text).doesNotContain(secret.substring(0, secret.length() / 2 + 2));
    }
  }

  /** Runs the program in a JVM of its own, where the log can be set up from the start. */
  private String outputOf(String mode) throws Exception {
    Path output = directory.resolve("output.txt");
    List<String> command = List.of(
        OtherJvm.java(),
        "-Dorg.slf4j.simpleLogger.log.io.github.geminilive=trace",
        "-cp",
        OtherJvm.classPath(),
        SecretsRun.class.getName(),
        mode);
    Process process = new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(output.toFile())
        .start();
    try {
      assertThat(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    } finally {
      process.destroyForcibly();
    }
    String text = Files.readString(output, StandardCharsets.UTF_8);
    assertThat(text).contains(SecretsRun.DONE);
    return text;
  }
}
