package io.github.geminilive.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.audio.device.AudioDevice;
import io.github.geminilive.audio.device.AudioDevice.Direction;
import io.github.geminilive.audio.device.AudioDevices;
import io.github.geminilive.audio.dsp.Level;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeviceProgramsTest {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);

  private String printed() {
    return bytes.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
  }

  @Test
  void devicesAreListedWithAStarAtTheOneInUse() {
    AudioDevice first = new AudioDevice("default-1a2b", "default", "chosen", Direction.INPUT, true);
    AudioDevice second = new AudioDevice("cam-3c4d", "Cam", "usb", Direction.INPUT, false);
    AudioDevice out1 = new AudioDevice("box-5e6f", "Box", "jack", Direction.OUTPUT, false);

    int exit = ListDevices.run(List.of(first, second), List.of(out1), out);

    assertThat(exit).isZero();
    assertThat(printed()).isEqualTo("""
        Microphones
          * default-1a2b  default (chosen)
            cam-3c4d      Cam (usb)
        Loudspeakers
          * box-5e6f  Box (jack)
        """);
  }

  @Test
  void withoutDevicesThereIsAHint() {
    int exit = ListDevices.run(List.of(), List.of(), out);

    assertThat(exit).isEqualTo(1);
    assertThat(printed()).contains("Microphones\n    none\n").contains(AudioDevices.hint());
  }

  @Test
  void theBarReachesAsFarAsTheLevel() {
    assertThat(ShowLevel.bar(Level.SILENT)).startsWith(".".repeat(60) + " -120.0 dBFS");
    assertThat(ShowLevel.bar(new Level(1, 1))).startsWith("#".repeat(60) + "    0.0 dBFS");
    assertThat(ShowLevel.bar(new Level(0.1, 0.5)))
        .isEqualTo(
            "#".repeat(40) + ".".repeat(13) + "|" + ".".repeat(6) + "  -20.0 dBFS, peak   -6.0");
  }

  @Test
  void wrongArgumentsOfTheRecorderAreRefused(@TempDir Path directory) throws Exception {
    String file = directory.resolve("out.wav").toString();

    assertThat(RecordMicrophone.run()).isEqualTo(2);
    assertThat(RecordMicrophone.run(file, "0")).isEqualTo(2);
    assertThat(RecordMicrophone.run(file, "soon")).isEqualTo(2);
    assertThat(RecordMicrophone.run(file, "NaN")).isEqualTo(2);
    assertThat(RecordMicrophone.run(file, "1", "2")).isEqualTo(2);
    assertThat(directory).isEmptyDirectory();
  }
}
