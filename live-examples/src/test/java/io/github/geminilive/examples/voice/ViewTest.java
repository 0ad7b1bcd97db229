package io.github.geminilive.examples.voice;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.CloseInfo;
import io.github.geminilive.audio.EchoMode;
import io.github.geminilive.audio.VoiceEvent;
import io.github.geminilive.audio.device.AudioDeviceException;
import io.github.geminilive.audio.device.DeviceEvent;
import io.github.geminilive.audio.dsp.EchoReport;
import io.github.geminilive.audio.dsp.Level;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;

class ViewTest {

  private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

  private Screen screen(boolean terminal) {
    return new Screen(new PrintStream(shown, true, StandardCharsets.UTF_8), terminal);
  }

  private String shown() {
    return shown.toString(StandardCharsets.UTF_8).replace(System.lineSeparator(), "\n");
  }

  @Test
  void whatHappensToDevicesIsSaidInWords() {
    View view = new View(screen(false), true);

    view.onEvent(new VoiceEvent.DeviceChanged(
        VoiceEvent.DeviceChanged.Device.MICROPHONE,
        new DeviceEvent.Lost(new AudioDeviceException(
            AudioDeviceException.Reason.LOST, "unplugged; plug it in again", null))));
    view.onEvent(new VoiceEvent.DeviceChanged(
        VoiceEvent.DeviceChanged.Device.LOUDSPEAKER,
        new DeviceEvent.Restored("USB", Duration.ofMillis(1_500))));

    assertThat(shown())
        .isEqualTo("(microphone: lost: unplugged; plug it in again)\n"
            + "(loudspeaker: USB is back after 1.5 s)\n");
  }

  @Test
  void whoCannotInterruptLearnsIt() {
    View view = new View(screen(false), true);

    view.onEvent(new VoiceEvent.EchoChanged(
        EchoMode.HALF_DUPLEX, new EchoReport(EchoReport.State.FAILING, 4, 60, 0)));
    view.onEvent(new VoiceEvent.EchoChanged(
        EchoMode.CANCEL, new EchoReport(EchoReport.State.CANCELLING, 31.4, 60, 0)));

    assertThat(shown())
        .isEqualTo("(echo: failing; the microphone is not listened to while the model speaks)\n"
            + "(echo weakened by 31 dB; you can interrupt)\n");
  }

  @Test
  void aNoteWaitsForTheEndOfTheWords() {
    Screen screen = screen(false);

    screen.words("model", "Good");
    screen.note("(a note)");
    screen.words("model", " morning.");
    screen.endOfWords();

    assertThat(shown()).isEqualTo(" model: Good morning.\n(a note)\n");
  }

  @Test
  void levelsAreDrawnOnTerminalsOnlyAndInNobodysWords() {
    VoiceEvent levels = new VoiceEvent.Levels(new Level(1, 1), Level.SILENT);
    new View(screen(false), true).onEvent(levels);
    assertThat(shown()).isEmpty();
    Screen terminal = screen(true);
    View view = new View(terminal, true);

    view.onEvent(levels);
    assertThat(shown())
        .isEqualTo("\r   you [" + "#".repeat(24) + "]  model [" + ".".repeat(24) + "] ");
    terminal.words("you", "Hello");
    shown.reset();
    view.onEvent(levels);

    assertThat(shown()).isEmpty();
  }

  @Test
  void waitingEndsWithTheSession() {
    View view = new View(screen(false), true);
    view.onClosed(new CloseInfo(CloseInfo.By.SERVER, 1011, "internal error", null, true));

    assertThatThrownBy(() -> view.await(Optional::empty, "an answer", Duration.ofMinutes(1)))
        .isInstanceOf(TimeoutException.class)
        .hasMessage("an answer did not come: the session has ended, internal error");
  }

  @Test
  void waitingInVainEnds() {
    View view = new View(screen(false), true);

    assertThatThrownBy(() -> view.await(Optional::empty, "an answer", Duration.ZERO))
        .isInstanceOf(TimeoutException.class)
        .hasMessage("waited 0 s for an answer in vain");
  }
}
