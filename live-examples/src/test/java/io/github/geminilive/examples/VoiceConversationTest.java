package io.github.geminilive.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.examples.voice.WavFile;
import io.github.geminilive.testkit.LiveServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the program as its users do: in a JVM of its own. */
class VoiceConversationTest {

  private record Run(int exitCode, String output, String errors) {}

  @TempDir
  Path directory;

  private Run run(String input, String... args) throws IOException, InterruptedException {
    return run(Map.of(), input, args);
  }

  private Run run(Map<String, String> variables, String input, String... args)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(VoiceConversation.class.getName());
    command.addAll(List.of(args));
    Path output = directory.resolve("out.txt");
    Path errors = directory.resolve("err.txt");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(output.toFile()).redirectError(errors.toFile());
    builder.environment().remove("GOOGLE_API_KEY");
    builder.environment().remove("GEMINI_API_KEY");
    builder.environment().put("TERM", "xterm");
    builder.environment().putAll(variables);
    Process process = builder.start();
    try (OutputStream typed = process.getOutputStream()) {
      typed.write(input.getBytes(StandardCharsets.UTF_8));
    }
    boolean ended = process.waitFor(90, TimeUnit.SECONDS);
    process.destroyForcibly();
    assertThat(ended).isTrue();
    return new Run(process.exitValue(), Files.readString(output), Files.readString(errors));
  }

  @Test
  void asksHearsInterruptsAndRecords() throws Exception {
    Path recording = directory.resolve("heard/answer.wav");

    Run run = run("", "--silent", "--output", recording.toString());

    assertThat(run.errors()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.output())
        .contains("Session ")
        .contains("you: What is the weather like in Lisbon today?")
        .contains("(the model calls get_weather {\"city\":\"Lisbon\"})")
        .contains("model: In Lisbon it is 22 degrees and sunny today.")
        .contains("(the answer stopped at ")
        .containsPattern("\\(heard: \"In Lisbon")
        .contains("model: You are welcome.")
        .containsPattern("turn 1: interrupted, answered after \\d")
        .containsPattern("turn 2: complete, answered after \\d")
        .containsPattern("tokens: [1-9]\\d* read .*AUDIO=")
        .contains(recording.toString())
        .doesNotContain("###");
    WavFile heard = WavFile.read(recording);
    assertThat(heard.sampleRateHz()).isEqualTo(24_000);
    assertThat(heard.seconds()).isBetween(3.0, 9.0);
  }

  @Test
  void answersWhatIsTyped() throws Exception {
    Run run = run("What is the weather like?\n\n", "--text", "--silent", "--output", wav());

    assertThat(run.errors()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.output())
        .contains("you: What is the weather like?")
        .contains("model: In Lisbon");
  }

  @Test
  void aBlankKeyIsNone() throws Exception {
    Run run = run(
        Map.of("GOOGLE_API_KEY", "", "GEMINI_API_KEY", " \t"),
        "What is the weather like?\n\n",
        "--text",
        "--silent",
        "--output",
        wav());

    assertThat(run.errors()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.output()).contains("simulated service").contains("model: In Lisbon");
  }

  @Test
  void helpTeachesByExample() throws Exception {
    Run run = run("", "--help");

    assertThat(run.exitCode()).isZero();
    assertThat(run.output())
        .contains("GOOGLE_API_KEY", "--model", "--voice", "--input", "--output", "--text", "--live")
        .contains("Exit codes:")
        .contains("Examples:");
  }

  @Test
  void aMissingFileIsOneReadableLine() throws Exception {
    Run run = run("", "--input", directory.resolve("nowhere.wav").toString());

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.errors().lines()).singleElement().asString().contains("nowhere.wav");
  }

  @Test
  void aWrongFormatIsOneReadableLine() throws Exception {
    Path stereo = directory.resolve("stereo.wav");
    AudioFormat format = new AudioFormat(44_100, 16, 2, true, false);
    AudioInputStream silence =
        new AudioInputStream(new ByteArrayInputStream(new byte[4_000]), format, 1_000);
    AudioSystem.write(silence, AudioFileFormat.Type.WAVE, stereo.toFile());

    Run run = run("", "--input", stereo.toString());

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.errors().lines())
        .singleElement()
        .asString()
        .contains("stereo", "16-bit mono PCM");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7_999, 192_001})
  void anUnusableSampleRateIsOneReadableLine(int rate) throws Exception {
    Path odd = directory.resolve("odd.wav");
    new WavFile(new byte[4_000], rate).write(odd);

    Run run = run("", "--silent", "--input", odd.toString(), "--output", wav());

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.errors().lines())
        .singleElement()
        .asString()
        .contains("odd.wav", rate + " Hz", "8000 to 192000 Hz");
  }

  @Test
  void aFileThatIsNoWavIsOneReadableLine() throws Exception {
    Path noWav = Files.writeString(directory.resolve("notes.wav"), "not a sound");

    Run run = run("", "--input", noWav.toString());

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.errors().lines()).singleElement().asString().contains("is not a WAV file");
  }

  @Test
  void aWrongKeyIsOneReadableLineWithoutTheKey() throws Exception {
    try (LiveServer server = LiveServer.builder().apiKey("the-right-key").start()) {
      server.expectViolation();

      Run run = run("", "--endpoint", server.baseUri().toString(), "--key", "the-wrong-key");

      assertThat(run.exitCode()).isEqualTo(4);
      assertThat(run.errors().lines())
          .singleElement()
          .asString()
          .contains("API key not valid")
          .doesNotContain("the-wrong-key");
    }
  }

  @Test
  void aMissingKeyIsOneReadableLineThatNamesTheVariables() throws Exception {
    Run run = run("", "--live");

    assertThat(run.exitCode()).isEqualTo(4);
    assertThat(run.errors().lines())
        .singleElement()
        .asString()
        .contains("GOOGLE_API_KEY", "GEMINI_API_KEY");
  }

  @Test
  void anUnreachableServiceIsOneReadableLine() throws Exception {
    LiveServer server = LiveServer.start();
    String gone = server.baseUri().toString();
    server.close();

    Run run = run("", "--endpoint", gone, "--key", "any-key");

    assertThat(run.exitCode()).isEqualTo(5);
    assertThat(run.errors().lines()).singleElement().asString().contains("127.0.0.1");
  }

  @Test
  void anUnknownOptionIsAUsageError() throws Exception {
    Run run = run("", "--loud");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errors()).contains("--loud");
  }

  private String wav() {
    return directory.resolve("answer.wav").toString();
  }
}
