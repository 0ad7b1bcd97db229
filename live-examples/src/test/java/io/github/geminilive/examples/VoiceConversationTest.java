package io.github.geminilive.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.audio.pcm.PcmAudio;
import io.github.geminilive.audio.pcm.PcmFormat;
import io.github.geminilive.audio.pcm.WavReader;
import io.github.geminilive.audio.pcm.WavWriter;
import io.github.geminilive.examples.Program.Run;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Speech;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.sound.sampled.AudioFileFormat;
import javax.sound.sampled.AudioFormat;
import javax.sound.sampled.AudioInputStream;
import javax.sound.sampled.AudioSystem;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Runs the program as its users do: in a JVM of its own. */
@Execution(ExecutionMode.CONCURRENT)
class VoiceConversationTest {

  private static final int USER = 0;
  private static final int MODEL = 1;
  private static final int AUDIBLE = 1_000;

  @TempDir
  Path directory;

  private Run run(String input, String... args) throws IOException, InterruptedException {
    return run(Map.of(), input, args);
  }

  private Run run(Map<String, String> variables, String input, String... args)
      throws IOException, InterruptedException {
    return new Program(VoiceConversation.class, directory).run(variables, input, args);
  }

  @Test
  void asksHearsInterruptsAndRecords() throws Exception {
    Path recording = directory.resolve("heard/conversation.wav");

    Run run = run("", "--silent", "--output", recording.toString());

    assertThat(run.errors()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.output())
        .contains("Session ")
        .contains("you: What is the weather like in Lisbon today?")
        .contains("(the model calls get_weather {\"city\":\"Lisbon\"})")
        .contains("model: In Lisbon it is 22 degrees and sunny today.")
        .containsPattern(
            "the answer stopped at [\\d.]+ s of [\\d.]+ s, \\d[\\d.]* s after the first sound")
        .containsPattern("\\(heard: \"In Lisbon")
        .contains("model: You are welcome.")
        .containsPattern("turn 1: interrupted, answered after \\d")
        .containsPattern("turn 2: complete, answered after \\d")
        .containsPattern("tokens: [1-9]\\d* read .*AUDIO=")
        .contains(recording.toString())
        .doesNotContain("###");
    assertThat(stopped(run.output())).isBetween(2.4, 12.0);
    PcmAudio both = WavReader.read(recording);
    assertThat(both.format()).isEqualTo(PcmFormat.s16le(24_000, 2));
    short[] samples = both.toShorts();
    double question = seconds(Speech.question());
    double asked = firstSound(samples, USER, 0);
    assertThat(asked).isLessThan(10.0);
    assertThat(firstSound(samples, USER, asked + question + 0.1))
        .as("begin of the interruption")
        .isGreaterThan(firstSound(samples, MODEL, 0) + 2.3);
    assertThat(firstSound(samples, MODEL, 0))
        .as("begin of the answer")
        .isBetween(asked + question, asked + question + 30);
    assertThat(lastSound(samples, MODEL)).isGreaterThan(lastSound(samples, USER));
  }

  @Test
  void theSameConversationIsHeldInTheDialectOfVertex() throws Exception {
    Run run =
        run("", "--silent", "--simulated", "--vertex", "my-project/us-central1", "--output", wav());

    assertThat(run.errors()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.output())
        // Only Vertex AI gives sessions a name.
        .containsPattern("Session [0-9a-f-]{36} with gemini-3.8-live")
        .contains("you: What is the weather like in Lisbon today?")
        .contains("(the model calls get_weather {\"city\":\"Lisbon\"})")
        .contains("model: In Lisbon it is 22 degrees and sunny today.")
        .contains("model: You are welcome.")
        .containsPattern("tokens: [1-9]\\d* read .*AUDIO=");
  }

  @ParameterizedTest
  @ValueSource(strings = {"my-project", "my-project/", "a/b/c"})
  void vertexWantsProjectAndLocation(String vertex) throws Exception {
    Run run = run("", "--simulated", "--vertex", vertex);

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errors()).contains("--vertex wants PROJECT/LOCATION");
  }

  @Test
  void aQuestionOfAnyRateIsAskedAndInterrupted() throws Exception {
    Path stereo = directory.resolve("stereo.wav");
    PcmAudio question = PcmAudio.copyOf(PcmFormat.LIVE_INPUT, Speech.question());
    WavWriter.write(stereo, question.convertTo(PcmFormat.s16le(44_100, 2)));

    Run run = run("", "--silent", "--input", stereo.toString(), "--output", wav());

    assertThat(run.errors()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.output())
        .contains("you: What is the weather like in Lisbon today?")
        .contains("(the answer stopped at ")
        .contains("model: You are welcome.");
  }

  @Test
  void withoutASoundDeviceTheAnswerIsRecordedAllTheSame() throws Exception {
    Run run = run("", "--no-interruption", "--output", wav());

    assertThat(run.errors()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.output())
        .containsPattern("turn 1: complete, .*spoke (\\d+\\.\\d) s, heard \\1 s");
    assertThat(WavReader.read(Path.of(wav())).duration()).isGreaterThan(Duration.ofSeconds(12));
  }

  @Test
  void withoutAMicrophoneALiveConversationEndsInOneReadableLine() throws Exception {
    Run run = run("", "--microphone", "--silent");

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.errors().lines())
        .singleElement()
        .asString()
        .contains("there is no microphone", "ALSA");
  }

  @Test
  void aLoudspeakerThatIsNotThereIsOneReadableLine() throws Exception {
    Run run = run("", "--loudspeaker", "gramophone", "--output", wav());

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.errors().lines()).singleElement().asString().contains("there is no loudspeaker");
  }

  @Test
  void aMicrophoneAndAFileAreAUsageError() throws Exception {
    Run run = run("", "--microphone", "--input", "question.wav");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errors()).contains("--microphone goes neither with");
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
        .contains("--microphone", "--loudspeaker", "--headset", "--record")
        .contains("Exit codes:")
        .contains("Examples:");
  }

  @Test
  void aMissingFileIsOneReadableLine() throws Exception {
    Run run = run("", "--input", directory.resolve("nowhere.wav").toString());

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.errors().lines()).singleElement().asString().contains("nowhere.wav");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 7_999, 192_001})
  void anUnusableSampleRateIsOneReadableLine(int rate) throws Exception {
    Path odd = directory.resolve("odd.wav");
    AudioFormat format = new AudioFormat(rate, 16, 1, true, false);
    AudioSystem.write(
        new AudioInputStream(new ByteArrayInputStream(new byte[4_000]), format, 2_000),
        AudioFileFormat.Type.WAVE,
        odd.toFile());

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
    return directory.resolve("conversation.wav").toString();
  }

  private static double stopped(String output) {
    Matcher matcher = Pattern.compile("the answer stopped at ([\\d.]+) s").matcher(output);
    assertThat(matcher.find()).isTrue();
    return Double.parseDouble(matcher.group(1));
  }

  private static double seconds(byte[] pcm) {
    return pcm.length / 2.0 / Speech.SAMPLE_RATE_HZ;
  }

  private static double firstSound(short[] stereo, int channel, double from) {
    for (int frame = (int) (from * 24_000); 2 * frame < stereo.length; frame++) {
      if (Math.abs(stereo[2 * frame + channel]) > AUDIBLE) {
        return frame / 24_000.0;
      }
    }
    throw new AssertionError("channel " + channel + " is silent from " + from + " s on");
  }

  private static double lastSound(short[] stereo, int channel) {
    for (int frame = stereo.length / 2 - 1; frame >= 0; frame--) {
      if (Math.abs(stereo[2 * frame + channel]) > AUDIBLE) {
        return frame / 24_000.0;
      }
    }
    throw new AssertionError("channel " + channel + " is silent");
  }
}
