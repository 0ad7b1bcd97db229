package io.github.geminilive.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.testkit.Speech;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DetectVoiceTest {

  private static final int SECOND = 2 * 16_000;

  @TempDir
  Path folder;

  private Program.Run detect(byte[] pcm) throws IOException, InterruptedException {
    Path file = Files.write(folder.resolve("in.raw"), pcm);
    return new Program(DetectVoice.class, folder).run(file.toString());
  }

  @Test
  void eachTenMillisecondsHaveAScoreAndSpeechTheHigherOnes() throws Exception {
    byte[] speech = Speech.question();
    byte[] pcm = new byte[SECOND + speech.length + 1];
    System.arraycopy(speech, 0, pcm, SECOND, speech.length);

    Program.Run run = detect(pcm);

    double[] scores = run.output().lines().mapToDouble(Double::parseDouble).toArray();
    assertThat(run.exitCode()).isZero();
    assertThat(scores).hasSize(pcm.length / 320);
    assertThat(Arrays.stream(scores).allMatch(score -> score >= 0 && score <= 1))
        .isTrue();
    double quiet = Arrays.stream(scores, 0, 100).average().orElseThrow();
    double spoken = Arrays.stream(scores, 100, scores.length).average().orElseThrow();
    assertThat(spoken).isGreaterThan(quiet + 0.3);
  }

  @Test
  void aScoreDoesNotDependOnWhatComesLater() throws Exception {
    byte[] speech = Speech.question();

    String whole = detect(speech).output();
    String half = detect(Arrays.copyOf(speech, speech.length / 640 * 320)).output();

    assertThat(whole).startsWith(half);
    assertThat(half.lines().count()).isGreaterThan(20);
  }

  @Test
  void aWrongCallAndAMissingFileAreErrors() throws Exception {
    Program program = new Program(DetectVoice.class, folder);

    assertThat(program.run().exitCode()).isEqualTo(2);
    Program.Run missing = program.run(folder.resolve("none.raw").toString());
    assertThat(missing.exitCode()).isEqualTo(1);
    assertThat(missing.errors()).contains("cannot read").doesNotContain("\tat ");
  }
}
