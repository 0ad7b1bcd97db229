package io.github.geminilive.audio;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.audio.dsp.VoiceDetector;
import io.github.geminilive.testkit.Speech;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The loop says who speaks, and in one of its modes what interrupts. */
@Execution(ExecutionMode.CONCURRENT)
class TurnTakingTest {

  private static VoiceRig rig(TurnTaking mode) {
    return VoiceRig.with()
        .config(LiveConfig.Builder::manualActivity)
        .loop(loop -> loop.turnTaking(mode))
        .start();
  }

  private static void ask(VoiceRig rig) {
    rig.run(Duration.ofSeconds(1));
    rig.microphone.say(Speech.question());
    rig.until(rig::audible);
  }

  @Test
  void aQuestionIsSentBetweenItsMarksAndNothingElse() {
    try (VoiceRig rig = rig(TurnTaking.MANUAL_ACTIVITY)) {
      rig.run(Duration.ofSeconds(1));
      assertThat(rig.sent()).isEmpty();
      ask(rig);
      rig.run(Duration.ofSeconds(1));

      assertThat(rig.sent()).containsExactly("activityStart", "audio", "activityEnd");
    }
  }

  @Test
  void theFirstSyllableIsSentAndWhatWasBeforeIt() {
    try (VoiceRig rig = rig(TurnTaking.MANUAL_ACTIVITY)) {
      rig.microphone.noise(0);
      ask(rig);

      byte[] got = rig.service.receivedAudio();
      byte[] question = Speech.question();
      int from = firstLoud(question);
      int at = firstLoud(got);
      assertThat(Arrays.copyOfRange(got, at, at + 32_000))
          .isEqualTo(Arrays.copyOfRange(question, from, from + 32_000));
      // 400 ms before the detector's onset, which is where the sound gets loud.
      assertThat(at).isBetween(2 * 16 * 390, 2 * 16 * 520);
    }
  }

  private static int firstLoud(byte[] pcm) {
    int at = 0;
    while (Math.abs((short) ((pcm[at] & 0xFF) | pcm[at + 1] << 8)) < 300) {
      at += 2;
    }
    return at;
  }

  @Test
  void aMarkInTheMiddleOfAnAnswerCutsIt() {
    try (VoiceRig rig = rig(TurnTaking.MANUAL_ACTIVITY)) {
      ask(rig);
      rig.run(Duration.ofSeconds(1));
      rig.microphone.say(Speech.interruption());
      VoiceEvent.Interrupted cut = rig.only(VoiceEvent.Interrupted.class);

      assertThat(cut.by()).isEqualTo(VoiceEvent.Interrupted.By.SERVICE);
      assertThat(rig.turn(0).outcome()).isEqualTo(LiveTurn.Outcome.INTERRUPTED);
    }
  }

  @Test
  void mutingEndsWhatTheUserSays() {
    try (VoiceRig rig = rig(TurnTaking.MANUAL_ACTIVITY)) {
      rig.run(Duration.ofMillis(500));
      rig.microphone.say(Speech.question());
      rig.run(Duration.ofSeconds(1));
      assertThat(rig.sent()).containsExactly("activityStart", "audio");

      rig.voice.mute(true);
      rig.run(Duration.ofMillis(500));

      rig.until(() -> rig.sent().contains("activityEnd"));
      assertThat(rig.sent()).containsExactly("activityStart", "audio", "activityEnd");
    }
  }

  @Test
  void aCoughMakesTheAnswerQuieterAndItGoesOnExactlyWhereItStopped() {
    try (VoiceRig rig = rig(TurnTaking.CLIENT)) {
      ask(rig);
      rig.run(Duration.ofSeconds(1));
      rig.microphone.say(Speech.question(), 6_000, 2_400);
      VoiceEvent.FalseAlarm alarm = rig.only(VoiceEvent.FalseAlarm.class);
      rig.until(() -> !rig.audible());

      assertThat(alarm.held()).isLessThan(Duration.ofMillis(800));
      assertThat(rig.came(VoiceEvent.Interrupted.class)).isFalse();
      LiveTurn turn = rig.turn(0);
      assertThat(turn.heard()).isEqualTo(turn.audioDuration());
      // All of it sounded once: what was heard is as long as the answer, with a few fades.
      assertThat(rig.voice.metrics().player().played())
          .isCloseTo(turn.audioDuration(), Duration.ofMillis(30));
      assertThat(rig.sent()).containsExactly("activityStart", "audio", "activityEnd");
      assertThat(rig.voice.metrics().falseAlarms()).isEqualTo(1);
    }
  }

  @Test
  void speechPausesTheAnswerAtOnceAndCutsItWhenItGoesOn() {
    try (VoiceRig rig = rig(TurnTaking.CLIENT)) {
      ask(rig);
      rig.run(Duration.ofSeconds(1));
      int soundBefore = rig.service.receivedAudio().length;
      long spoken = rig.microphone.say(Speech.interruption());
      VoiceEvent.Interrupted cut = rig.only(VoiceEvent.Interrupted.class);
      rig.run(Duration.ofSeconds(1));

      assertThat(cut.by()).isEqualTo(VoiceEvent.Interrupted.By.VOICE);
      assertThat(cut.detection()).isBetween(Duration.ofMillis(250), Duration.ofMillis(450));
      long silent = rig.loudspeaker.lastSoundBefore(spoken + 900_000_000L);
      assertThat(Duration.ofNanos(silent - spoken)).isLessThan(Duration.ofMillis(350));
      assertThat(rig.turn(0).outcome()).isEqualTo(LiveTurn.Outcome.INTERRUPTED);
      assertThat(rig.turn(0).heard()).isLessThan(rig.turn(0).audioDuration());
      assertThat(rig.sent())
          .containsExactly("activityStart", "audio", "activityEnd", "activityStart", "audio");
      assertThat(rig.service.receivedAudio().length - soundBefore).isGreaterThan(2 * 16 * 1400);
      assertThat(rig.all(VoiceEvent.Interrupted.class)).hasSize(1);
    }
  }

  @Test
  void theNextAnswerIsAsLoudAsEver() {
    try (VoiceRig rig = rig(TurnTaking.CLIENT)) {
      ask(rig);
      rig.run(Duration.ofSeconds(1));
      rig.microphone.say(Speech.interruption());
      rig.only(VoiceEvent.Interrupted.class);
      rig.until(() -> !rig.audible());
      rig.until(rig::audible);
      long now = rig.time.elapsed().toNanos();
      rig.run(Duration.ofSeconds(1));
      double peak = 0;
      for (long at = now; at < now + 1_000_000_000L; at += 41_667) {
        peak = Math.max(peak, Math.abs(rig.loudspeaker.at(at)));
      }
      assertThat(peak).isGreaterThan(5000);
    }
  }

  @Test
  void theButtonGivesTheUserTheWordUntilNothingIsSaid() {
    try (VoiceRig rig = rig(TurnTaking.CLIENT)) {
      ask(rig);
      rig.run(Duration.ofSeconds(1));
      rig.voice.interrupt();
      rig.run(Duration.ofSeconds(4));

      rig.until(() -> rig.sent().size() == 6);
      assertThat(rig.sent())
          .containsExactly(
              "activityStart", "audio", "activityEnd", "activityStart", "audio", "activityEnd");
      assertThat(rig.only(VoiceEvent.Interrupted.class).by())
          .isEqualTo(VoiceEvent.Interrupted.By.APPLICATION);
    }
  }

  @Test
  void theDetectorOfThisLibraryTellsACoughFromAnInterruption() {
    try (VoiceRig rig = VoiceRig.with()
        .config(LiveConfig.Builder::manualActivity)
        .loop(loop -> loop.turnTaking(TurnTaking.CLIENT).voiceDetector(VoiceDetector::create))
        .start()) {
      rig.microphone.noise(20);
      ask(rig);
      rig.run(Duration.ofSeconds(1));
      rig.microphone.say(Speech.question(), 6_000, 2_400);
      rig.run(Duration.ofSeconds(1));
      assertThat(rig.came(VoiceEvent.Interrupted.class)).isFalse();
      rig.microphone.say(Speech.interruption());
      VoiceEvent.Interrupted cut = rig.only(VoiceEvent.Interrupted.class);

      assertThat(cut.by()).isEqualTo(VoiceEvent.Interrupted.By.VOICE);
      assertThat(cut.detection()).isBetween(Duration.ofMillis(240), Duration.ofMillis(500));
    }
  }
}
