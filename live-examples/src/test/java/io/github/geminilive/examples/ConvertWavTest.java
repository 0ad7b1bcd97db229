package io.github.geminilive.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.audio.pcm.PcmAudio;
import io.github.geminilive.audio.pcm.PcmFormat;
import io.github.geminilive.audio.pcm.SampleEncoding;
import io.github.geminilive.audio.pcm.WavReader;
import io.github.geminilive.audio.pcm.WavWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConvertWavTest {

  @TempDir
  Path directory;

  private final PcmFormat format = PcmFormat.of(SampleEncoding.S24, 44_100, 2);

  private Path input() throws IOException {
    byte[] pcm = new byte[10_001 * format.frameBytes()];
    new Random(5).nextBytes(pcm);
    Path in = directory.resolve("in.wav");
    WavWriter.write(in, PcmAudio.copyOf(format, pcm));
    return in;
  }

  @Test
  void withoutOptionsItMakesWhatTheServiceHearsBest() throws IOException {
    Path in = input();
    Path out = directory.resolve("out.wav");

    int exit = ConvertWav.run(in.toString(), out.toString());

    assertThat(exit).isZero();
    assertThat(WavReader.read(out)).isEqualTo(WavReader.readAs(in, PcmFormat.LIVE_INPUT));
  }

  @Test
  void rateEncodingAndChannelsAreChosen() throws IOException {
    Path in = input();
    Path out = directory.resolve("out.wav");

    int exit = ConvertWav.run(in.toString(), out.toString(), "8000", "Mu-Law", "3");

    assertThat(exit).isZero();
    PcmFormat wanted = PcmFormat.of(SampleEncoding.MU_LAW, 8_000, 3);
    assertThat(WavReader.read(out)).isEqualTo(WavReader.readAs(in, wanted));
  }

  @ParameterizedTest
  @CsvSource({
    "2, in.wav out.wav abc",
    "2, in.wav out.wav 7999",
    "2, in.wav out.wav 8000 mp3",
    "2, in.wav out.wav 8000 s16 0",
    "2, in.wav",
    "2, in.wav in.wav",
    "1, none.wav out.wav",
    "1, text.wav out.wav",
    "1, in.wav none/out.wav"
  })
  void whatCannotBeDoneEndsWithACodeAndLeavesNoFile(int code, String arguments) throws IOException {
    byte[] before = Files.readAllBytes(input());
    Files.writeString(directory.resolve("text.wav"), "no sound at all");
    String[] args = arguments.split(" ");
    for (int i = 0; i < Math.min(2, args.length); i++) {
      args[i] = directory.resolve(args[i]).toString();
    }

    assertThat(ConvertWav.run(args)).isEqualTo(code);

    assertThat(directory.resolve("out.wav")).doesNotExist();
    assertThat(directory.resolve("in.wav")).hasBinaryContent(before);
  }
}
