package io.github.geminilive.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.audio.pcm.PcmAudio;
import io.github.geminilive.audio.pcm.PcmFormat;
import io.github.geminilive.audio.pcm.WavReader;
import io.github.geminilive.audio.pcm.WavWriter;
import io.github.geminilive.examples.Program.Run;
import io.github.geminilive.testkit.Speech;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

@Execution(ExecutionMode.CONCURRENT)
class FileConversationTest {

  @TempDir
  Path directory;

  @Test
  void asksFromAFileAndWritesTheWholeAnswerToAnother() throws Exception {
    Path in = directory.resolve("in.wav");
    Path out = directory.resolve("out.wav");
    PcmAudio question = PcmAudio.copyOf(PcmFormat.LIVE_INPUT, Speech.question());
    WavWriter.write(in, question.convertTo(PcmFormat.s16le(48_000, 2)));

    Run run = program().run(in.toString(), out.toString());

    assertThat(run.errors()).isEmpty();
    assertThat(run.exitCode()).isZero();
    assertThat(run.output())
        .contains("simulated service")
        .contains("you: " + Speech.QUESTION)
        .contains("model: In Lisbon it is 22 degrees");
    PcmAudio answer = WavReader.read(out);
    assertThat(answer.format()).isEqualTo(PcmFormat.LIVE_OUTPUT);
    int asked = (int) (24_000 * question.duration().toMillis() / 1_000);
    assertThat(answer.slice(0, asked).toShorts()).containsOnly(0);
    assertThat(answer.duration()).isGreaterThan(question.duration().plus(Duration.ofSeconds(10)));
  }

  @Test
  void aMissingQuestionIsOneReadableLine() throws Exception {
    Run run = program().run("nowhere.wav", directory.resolve("out.wav").toString());

    assertThat(run.exitCode()).isEqualTo(3);
    assertThat(run.errors().lines())
        .singleElement()
        .isEqualTo("FileConversation: there is no file or directory nowhere.wav");
  }

  @Test
  void oneFileIsAUsageError() throws Exception {
    Run run = program().run("in.wav");

    assertThat(run.exitCode()).isEqualTo(2);
    assertThat(run.errors().lines())
        .singleElement()
        .isEqualTo("usage: FileConversation IN.wav OUT.wav");
  }

  private Program program() {
    return new Program(FileConversation.class, directory);
  }
}
