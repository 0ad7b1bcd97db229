package io.github.geminilive.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.github.geminilive.testkit.Speech;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The recording of a conversation against what was in the air. */
class RecordedConversationTest {

  private static final int RATE = 24_000;

  @TempDir
  Path folder;

  /** Behind the last sample before a place that is not silent. */
  private static int endOfSound(short[] samples, int before) {
    int at = Math.min(before, samples.length) - 1;
    while (at >= 0 && Math.abs(samples[at]) < 40) {
      at--;
    }
    return at + 1;
  }

  private static int firstSound(short[] samples) {
    int at = 0;
    while (Math.abs(samples[at]) < 40) {
      at++;
    }
    return at;
  }

  @Test
  void bothSidesStandWhereTheySoundedAndTheAnswerIsCutWhereItWas() throws IOException {
    Path file = folder.resolve("talk.wav");
    long cutAt;
    long answered;
    long interrupted;
    Duration heard;
    Duration gaps;
    try (VoiceRig rig = VoiceRig.with().loop(loop -> loop.recordTo(file)).start()) {
      rig.microphone.noise(1);
      rig.run(Duration.ofMillis(500));
      rig.microphone.say(Speech.question());
      rig.until(rig::audible);
      answered = rig.all(VoiceEvent.AssistantSpeaking.class).get(0).nanos();
      rig.run(Duration.ofMillis(1500));
      interrupted = rig.microphone.say(Speech.interruption());
      rig.only(VoiceEvent.Interrupted.class);
      rig.run(Duration.ofMillis(300));
      cutAt = rig.loudspeaker.lastSoundBefore(interrupted + 700_000_000L);
      heard = rig.turn(0).heard();
      gaps = rig.voice.metrics().player().underrunTime();
      rig.voice.close();
      assertThat(rig.voice.metrics().unrecorded()).isZero();
    }

    short[] user = ConversationRecorderTest.side(file, 0);
    short[] assistant = ConversationRecorderTest.side(file, 1);
    int cutPlace =
        endOfSound(assistant, (int) (interrupted * RATE / 1_000_000_000L) + RATE * 7 / 10);
    assertThat(cutPlace * 1e3 / RATE)
        .as("end of the cut answer, ms")
        .isCloseTo(cutAt / 1e6, offset(15.0));
    int answerPlace = firstSound(assistant);
    assertThat(answerPlace * 1e3 / RATE)
        .as("first sound of the answer, ms")
        .isBetween(answered / 1e6 - 15, answered / 1e6 + 80);
    assertThat((cutPlace - answerPlace) * 1e3 / RATE)
        .as("length of the answer as recorded, ms")
        .isBetween(heard.toMillis() - 100.0, heard.toMillis() + gaps.toMillis() + 40.0);
    int questionPlace = firstSound(user);
    assertThat(questionPlace * 1e3 / RATE)
        .as("first sound of the question, ms")
        .isBetween(500.0 - 15, 700.0);
    assertThat(user.length * 1.0 / RATE).isGreaterThan(interrupted / 1e9 + 0.25);
  }
}
