package io.github.geminilive.audio;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.LiveTurn;
import io.github.geminilive.audio.dsp.EchoCanceller;
import io.github.geminilive.audio.dsp.EchoReport;
import io.github.geminilive.testkit.Persona;
import io.github.geminilive.testkit.Speech;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Conversations in a room in which the microphone hears the loudspeaker. */
@Execution(ExecutionMode.CONCURRENT)
class EchoConversationTest {

  private static final Duration DELAY = Duration.ofMillis(45);
  private static final double GAIN = 0.5;
  private static final Persona TALKATIVE = Persona.builder()
      .onSpeech(1)
      .say(VoiceRig.ANSWER + " " + VoiceRig.ANSWER)
      .otherwise()
      .say("You are welcome. Have a nice day.")
      .build();

  private static VoiceRig.Setting room(EchoMode mode) {
    return VoiceRig.with().persona(TALKATIVE).echo(GAIN, DELAY).loop(loop -> loop.echo(mode));
  }

  private static void ask(VoiceRig rig) {
    rig.run(Duration.ofMillis(500));
    rig.microphone.say(Speech.question());
    rig.until(rig::audible);
  }

  @Test
  void withoutAnythingDoneTheAssistantInterruptsItself() {
    try (VoiceRig rig = room(EchoMode.HEADSET).start()) {
      ask(rig);
      rig.until(() -> rig.came(VoiceEvent.Interrupted.class));

      assertThat(rig.turn(0).outcome()).isEqualTo(LiveTurn.Outcome.INTERRUPTED);
    }
  }

  @Test
  void halfDuplexHearsTheAnswerOutAndSendsSilenceMeanwhile() {
    try (VoiceRig rig = room(EchoMode.HALF_DUPLEX).start()) {
      ask(rig);
      rig.until(() -> !rig.audible());

      assertThat(rig.came(VoiceEvent.Interrupted.class)).isFalse();
      assertThat(rig.turn(0).heard()).isEqualTo(rig.turn(0).audioDuration());
      Duration withheld = rig.voice.metrics().withheld();
      assertThat(withheld)
          .isBetween(
              rig.turn(0).audioDuration().minusMillis(700),
              rig.turn(0).audioDuration().plusMillis(400));
    }
  }

  @Test
  void theCancellerLearnsTheRoomAndThenTheUserCanInterrupt() {
    try (VoiceRig rig = room(EchoMode.CANCEL).start()) {
      ask(rig);
      rig.until(() -> rig.came(VoiceEvent.EchoChanged.class));
      VoiceEvent.EchoChanged warmUp = rig.all(VoiceEvent.EchoChanged.class).get(0);
      assertThat(warmUp)
          .isEqualTo(new VoiceEvent.EchoChanged(EchoMode.HALF_DUPLEX, EchoReport.UNKNOWN));
      rig.until(() -> rig.all(VoiceEvent.EchoChanged.class).size() == 2);
      VoiceEvent.EchoChanged changed = rig.all(VoiceEvent.EchoChanged.class).get(1);
      assertThat(changed.mode()).isEqualTo(EchoMode.CANCEL);
      assertThat(changed.report().state()).isEqualTo(EchoReport.State.CANCELLING);
      rig.run(Duration.ofSeconds(3));
      assertThat(rig.came(VoiceEvent.Interrupted.class)).as("by itself").isFalse();
      assertThat(rig.audible()).isTrue();

      rig.microphone.say(Speech.interruption());
      VoiceEvent.Interrupted cut = rig.only(VoiceEvent.Interrupted.class);

      assertThat(cut.by()).isEqualTo(VoiceEvent.Interrupted.By.SERVICE);
      assertThat(rig.voice.metrics().echo().erleDb()).isGreaterThan(10);
      // The reference leads by 40 ms, so that is what the canceller sees besides the room's delay.
      assertThat(rig.voice.metrics().echo().delayMillis()).isBetween(65.0, 105.0);
    }
  }

  @Test
  void theCancelledAnswerIsHeardOutInARoomThatIsQuiet() {
    try (VoiceRig rig = room(EchoMode.CANCEL).start()) {
      ask(rig);
      rig.until(() -> !rig.audible());
      rig.run(Duration.ofMillis(500));

      assertThat(rig.came(VoiceEvent.Interrupted.class)).isFalse();
      assertThat(rig.turn(0).heard()).isEqualTo(rig.turn(0).audioDuration());
    }
  }

  /** A canceller that lets everything through and says so. */
  private static final class Useless implements EchoCanceller {
    private long processed;

    @Override
    public int sampleRateHz() {
      return 16_000;
    }

    @Override
    public int latencySamples() {
      return 0;
    }

    @Override
    public void process(
        short[] far,
        int farOffset,
        short[] mic,
        int micOffset,
        short[] out,
        int outOffset,
        int count) {
      System.arraycopy(mic, micOffset, out, outOffset, count);
      processed += count;
    }

    /** Seems to work at first. */
    @Override
    public EchoReport report() {
      return processed < 16_000 * 6L
          ? new EchoReport(EchoReport.State.CANCELLING, 20, 50, 0)
          : new EchoReport(EchoReport.State.FAILING, 3, 50, 0);
    }

    @Override
    public void reset() {
      processed = 0;
    }
  }

  @Test
  void aBadRoomEndsInHalfDuplexWithAnEvent() {
    try (VoiceRig rig = VoiceRig.with()
        .persona(TALKATIVE)
        .loop(loop -> loop.echo(EchoMode.CANCEL).echoCanceller(rate -> new Useless()))
        .start()) {
      ask(rig);
      rig.until(() -> rig.all(VoiceEvent.EchoChanged.class).size() == 3);
      VoiceEvent.EchoChanged changed = rig.all(VoiceEvent.EchoChanged.class).get(2);
      rig.microphone.say(Speech.interruption());
      rig.until(() -> !rig.audible());

      assertThat(changed.mode()).isEqualTo(EchoMode.HALF_DUPLEX);
      assertThat(changed.report().state()).isEqualTo(EchoReport.State.FAILING);
      assertThat(rig.voice.metrics().echoMode()).isEqualTo(EchoMode.HALF_DUPLEX);
      assertThat(rig.came(VoiceEvent.Interrupted.class)).isFalse();
    }
  }
}
