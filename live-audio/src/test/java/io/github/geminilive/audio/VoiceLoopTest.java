package io.github.geminilive.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.CloseInfo;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.audio.device.AudioDeviceException;
import io.github.geminilive.audio.device.DeviceEvent;
import io.github.geminilive.testkit.Persona;
import io.github.geminilive.testkit.Speech;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Whole conversations with a simulated service and devices, in virtual time. */
@Execution(ExecutionMode.CONCURRENT)
class VoiceLoopTest {

  private static final Duration MOMENT = Duration.ofMillis(300);

  /** Asks the question and lets the time run until the answer sounds. */
  private static void ask(VoiceRig rig) {
    rig.run(MOMENT);
    rig.microphone.say(Speech.question());
    rig.until(rig::audible);
  }

  @Test
  void aQuestionIsHeardAndItsAnswerPlayedToTheEnd() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      ask(rig);
      rig.until(() -> !rig.audible());

      LiveTurn turn = rig.turn(0);
      assertThat(turn.outputTranscript()).isEqualTo(VoiceRig.ANSWER);
      assertThat(turn.heard()).isEqualTo(turn.audioDuration());
      assertThat(rig.loudspeaker.soundSamples())
          .isGreaterThan((int) (turn.audioDuration().toMillis() * 24 * 0.8));
      assertThat(rig.came(VoiceEvent.Interrupted.class)).isFalse();
      assertThat(rig.events.get(0)).isEqualTo(new VoiceEvent.Started(16_000, 24_000));
      assertThat(rig.all(VoiceEvent.UserSpeaking.class))
          .extracting(VoiceEvent.UserSpeaking::speaking)
          .startsWith(true)
          .endsWith(false);
    }
  }

  @Test
  void theServiceGetsWhatTheMicrophoneHeardSampleBySample() {
    try (VoiceRig rig = VoiceRig.with().persona(Persona.silent()).start()) {
      rig.microphone.noise(0);
      rig.run(MOMENT);
      byte[] question = Speech.question();
      rig.microphone.say(question);
      rig.until(rig.microphone::said);
      rig.run(MOMENT);

      byte[] got = rig.service.receivedAudio();
      int start = 0;
      while (got[start] == 0 && got[start + 1] == 0) {
        start += 2;
      }
      int from = 0;
      while (question[from] == 0 && question[from + 1] == 0) {
        from += 2;
      }
      assertThat(Arrays.copyOfRange(got, start, start + question.length - from))
          .isEqualTo(Arrays.copyOfRange(question, from, question.length));
      assertThat(rig.service.audioPieces()).allSatisfy(piece -> {
        assertThat(piece.sampleRateHz()).isEqualTo(16_000);
        assertThat(piece.bytes()).isBetween(320, 3200);
      });
    }
  }

  @Test
  void aMicrophoneOfAnotherRateIsConverted() {
    try (VoiceRig rig = VoiceRig.with().microphoneRate(48_000).start()) {
      ask(rig);

      Duration captured = rig.voice.metrics().captured();
      assertThat(captured).isCloseTo(rig.time.elapsed(), Duration.ofMillis(60));
      assertThat(rig.turn(0).outputTranscript()).isNotEmpty();
    }
  }

  @Test
  void latencyIsToldInItsParts() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      ask(rig);

      VoiceEvent.Latency latency = rig.only(VoiceEvent.Latency.class);
      assertThat(latency.turn()).isSameAs(rig.turn(0));
      assertThat(latency.total()).isEqualTo(latency.service().plus(latency.playback()));
      // The service waits for 500 ms of silence and thinks for 120.
      assertThat(latency.service()).isBetween(Duration.ofMillis(500), Duration.ofMillis(1100));
      assertThat(latency.playback()).isBetween(Duration.ofMillis(40), Duration.ofMillis(300));
    }
  }

  @Test
  void talkingOverTheAnswerCutsItAndTheTurnKnowsWhatWasHeard() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      ask(rig);
      rig.run(Duration.ofMillis(1500));
      long spoken = rig.microphone.say(Speech.interruption());
      VoiceEvent.Interrupted cut = rig.only(VoiceEvent.Interrupted.class);

      LiveTurn turn = rig.turn(0);
      assertThat(cut.by()).isEqualTo(VoiceEvent.Interrupted.By.SERVICE);
      assertThat(cut.turn()).isSameAs(turn);
      assertThat(turn.outcome()).isEqualTo(LiveTurn.Outcome.INTERRUPTED);
      assertThat(cut.heard()).isBetween(Duration.ofMillis(1300), Duration.ofMillis(2300));
      assertThat(turn.heard()).isBetween(cut.heard(), cut.heard().plusMillis(80));
      assertThat(cut.heard().plus(cut.dropped()))
          .isCloseTo(turn.audioDuration(), Duration.ofMillis(200));
      assertThat(cut.detection()).isBetween(Duration.ofMillis(20), Duration.ofMillis(300));
      // Virtual time goes on by some 10 ms while the listener's thread gets its turn.
      assertThat(cut.flush()).isLessThanOrEqualTo(Duration.ofMillis(60));
      assertThat(cut.silence()).isLessThanOrEqualTo(Duration.ofMillis(160));
      rig.until(
          () -> rig.heard.stream().filter(LiveEvent.TurnEnded.class::isInstance).count() > 0);
      long silent = rig.loudspeaker.lastSoundBefore(spoken + 1_000_000_000L);
      assertThat(Duration.ofNanos(silent - spoken)).isLessThan(Duration.ofMillis(450));
    }
  }

  @Test
  void pressingTheButtonCutsTheAnswerAndNothingMoreOfItIsHeard() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      ask(rig);
      rig.run(Duration.ofMillis(500));
      rig.voice.interrupt();
      long pressed = rig.time.elapsed().toNanos();
      VoiceEvent.Interrupted cut = rig.only(VoiceEvent.Interrupted.class);
      rig.run(Duration.ofSeconds(3));

      assertThat(cut.by()).isEqualTo(VoiceEvent.Interrupted.By.APPLICATION);
      long silent = rig.loudspeaker.lastSoundBefore(rig.time.elapsed().toNanos());
      assertThat(Duration.ofNanos(silent - pressed)).isLessThan(Duration.ofMillis(90));
      assertThat(rig.all(VoiceEvent.Interrupted.class)).hasSize(1);
    }
  }

  @Test
  void anAnswerThatIsCutBeforeItSoundsIsTheOneThatIsTold() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      ask(rig);
      rig.until(() -> !rig.audible());
      rig.until(() -> rig.heardFromService(LiveEvent.TurnEnded.class));
      int answers = rig.all(VoiceEvent.AssistantSpeaking.class).size();
      rig.session.sendText("More");
      rig.until(() -> rig.voice.metrics().player().queued().toMillis() > 0);
      assertThat(rig.all(VoiceEvent.AssistantSpeaking.class)).hasSize(answers);
      rig.voice.interrupt();
      VoiceEvent.Interrupted cut = rig.only(VoiceEvent.Interrupted.class);

      assertThat(cut.turn()).isSameAs(rig.turn(1));
      assertThat(cut.heard()).isLessThan(Duration.ofMillis(60));
    }
  }

  @Test
  void anAnswerThatIsCutWhenItIsAboutToSoundIsTheOneThatIsTold() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      ask(rig);
      rig.until(() -> !rig.audible());
      rig.until(() -> rig.heardFromService(LiveEvent.TurnEnded.class));
      rig.run(MOMENT);
      rig.session.sendText("More");
      rig.until(rig.loudspeaker::isAboutToSound);
      rig.voice.interrupt();
      VoiceEvent.Interrupted cut = rig.only(VoiceEvent.Interrupted.class);

      assertThat(cut.turn()).isSameAs(rig.turn(1));
      assertThat(cut.heard()).isLessThan(Duration.ofMillis(120));
    }
  }

  @Test
  void aMutedMicrophoneSendsNothingButOnceThatItPauses() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      rig.run(MOMENT);
      rig.voice.mute(true);
      rig.run(MOMENT);
      rig.until(() -> rig.sent().contains("audioStreamEnd"));
      int before = rig.service.audioPieces().size();
      rig.microphone.say(Speech.question());
      rig.run(Duration.ofSeconds(4));
      int after = rig.service.audioPieces().size();
      rig.voice.mute(false);
      rig.until(() -> rig.sent().size() == 3 && rig.all(VoiceEvent.Muted.class).size() == 2);

      assertThat(after).isEqualTo(before);
      assertThat(rig.sent()).containsExactly("audio", "audioStreamEnd", "audio");
      assertThat(rig.voice.isMuted()).isFalse();
      assertThat(rig.all(VoiceEvent.Muted.class))
          .containsExactly(new VoiceEvent.Muted(true), new VoiceEvent.Muted(false));
      assertThat(rig.came(VoiceEvent.UserSpeaking.class)).isFalse();
    }
  }

  @Test
  void silenceIsNotSentIfSuppressedAndSpeechComesWithWhatWasBefore() {
    try (VoiceRig rig = VoiceRig.with().loop(loop -> loop.suppressSilence(true)).start()) {
      rig.run(Duration.ofSeconds(4));
      int before = rig.service.receivedAudio().length;
      assertThat(rig.sent()).containsExactly("audio", "audioStreamEnd");
      assertThat(before).isBetween(2 * 16 * 1950, 2 * 16 * 2050);

      rig.microphone.say(Speech.question());
      rig.until(rig.microphone::said);
      rig.run(MOMENT);

      assertThat(rig.sent()).containsExactly("audio", "audioStreamEnd", "audio");
      // The question, 400 ms before its onset, and the moment after it.
      int question = Speech.question().length;
      assertThat(rig.service.receivedAudio().length - before)
          .isBetween(question + 2 * 16 * 400, question + 2 * 16 * 950);
      rig.until(rig::audible);
    }
  }

  @Test
  void aFileThatEndedIsTheEndOfTheStreamAndNotOfTheConversation() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      rig.run(MOMENT);
      rig.microphone.say(Speech.question());
      rig.until(rig.microphone::said);
      rig.microphone.end();
      rig.until(rig::audible);

      assertThat(rig.sent()).containsExactly("audio", "audioStreamEnd");
      assertThat(rig.came(VoiceEvent.InputEnded.class)).isTrue();
      rig.until(() -> !rig.audible());
      assertThat(rig.turn(0).heard()).isEqualTo(rig.turn(0).audioDuration());
    }
  }

  @Test
  void aMicrophoneThatGoesAndComesBackIsToldAndTheConversationGoesOn() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      rig.run(MOMENT);
      rig.microphone.lose();
      rig.run(MOMENT);
      rig.microphone.restore();
      rig.run(MOMENT);
      ask(rig);

      assertThat(rig.all(VoiceEvent.DeviceChanged.class))
          .extracting(VoiceEvent.DeviceChanged::device)
          .containsOnly(VoiceEvent.DeviceChanged.Device.MICROPHONE);
      assertThat(rig.all(VoiceEvent.DeviceChanged.class).get(0).event())
          .isInstanceOf(DeviceEvent.Lost.class);
      assertThat(rig.all(VoiceEvent.DeviceChanged.class).get(1).event())
          .isInstanceOf(DeviceEvent.Restored.class);
      assertThat(rig.sent()).containsExactly("audio", "audioStreamEnd", "audio");
    }
  }

  @Test
  void aLoudspeakerThatGoesInMidAnswerGoesOnWhereItWasWhenItIsBack() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      ask(rig);
      rig.run(Duration.ofMillis(500));
      rig.loudspeaker.lose();
      rig.run(Duration.ofSeconds(1));
      Duration heard = rig.turn(0).heard();
      rig.run(Duration.ofSeconds(1));
      assertThat(rig.turn(0).heard()).isEqualTo(heard);
      rig.loudspeaker.restore();
      rig.until(() -> rig.turn(0).audioDuration().equals(rig.turn(0).heard()));

      assertThat(rig.all(VoiceEvent.DeviceChanged.class))
          .extracting(VoiceEvent.DeviceChanged::device)
          .containsOnly(VoiceEvent.DeviceChanged.Device.LOUDSPEAKER);
    }
  }

  @Test
  void stoppingPlaysTheGoodbyeFirst() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      ask(rig);
      rig.run(Duration.ofMillis(500));
      CompletableFuture<Void> stopped = rig.voice.stop();
      assertThat(rig.voice.state()).isEqualTo(VoiceLoop.State.STOPPING);
      assertThat(rig.microphone.isClosed()).isTrue();
      VoiceEvent.Ended end = rig.ended();

      assertThat(end.reason()).isEqualTo(VoiceEvent.Ended.Reason.STOPPED);
      assertThat(stopped).succeedsWithin(Duration.ofSeconds(20));
      assertThat(rig.turn(0).heard()).isEqualTo(rig.turn(0).audioDuration());
      assertThat(rig.loudspeaker.isClosed()).isTrue();
      assertThat(rig.voice.state()).isEqualTo(VoiceLoop.State.ENDED);
      assertThat(rig.session.state().name()).isEqualTo("OPEN");
      rig.until(() -> rig.came(VoiceEvent.Ended.class));
      assertThat(rig.events.get(rig.events.size() - 1)).isEqualTo(end);
    }
  }

  @Test
  void stoppingWhileNothingIsSaidEndsAtOnce() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      rig.run(MOMENT);

      // No time passes meanwhile.
      assertThat(rig.voice.stop()).succeedsWithin(Duration.ofSeconds(20));

      rig.until(() -> rig.sent().contains("audioStreamEnd"));
      assertThat(rig.sent()).endsWith("audioStreamEnd");
    }
  }

  @Test
  void closingEndsAtOnce() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      ask(rig);
      rig.run(Duration.ofMillis(500));
      rig.voice.close();
      rig.voice.close();

      assertThat(rig.voice.ended().join().reason()).isEqualTo(VoiceEvent.Ended.Reason.CLOSED);
      assertThat(rig.microphone.isClosed()).isTrue();
      assertThat(rig.loudspeaker.isClosed()).isTrue();
      assertThat(rig.turn(0).heard()).isLessThan(Duration.ofSeconds(2));
    }
  }

  @Test
  void whenTheServiceClosesWhatItSaidIsPlayedToTheEnd() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      ask(rig);
      rig.until(() -> rig.heardFromService(LiveEvent.GenerationComplete.class));
      rig.service.close(4000, "bye");
      VoiceEvent.Ended end = rig.ended();

      assertThat(end.reason()).isEqualTo(VoiceEvent.Ended.Reason.SESSION_CLOSED);
      assertThat(end.close()).isNotNull();
      assertThat(end.close().by()).isEqualTo(CloseInfo.By.SERVER);
      assertThat(rig.turn(0).heard()).isEqualTo(rig.turn(0).audioDuration());
    }
  }

  @Test
  void aProtectedGreetingIsNotInterruptedAndLaterAnswersAre() {
    try (VoiceRig rig = VoiceRig.with().loop(loop -> loop.protectGreeting(true)).start()) {
      rig.session.sendText("Hello");
      rig.until(rig::audible);
      rig.microphone.say(Speech.interruption(), 0, 8000);
      rig.until(() -> !rig.audible());
      assertThat(rig.came(VoiceEvent.Interrupted.class)).isFalse();
      assertThat(rig.turn(0).outcome()).isNotEqualTo(LiveTurn.Outcome.INTERRUPTED);
      rig.until(() -> rig.heardFromService(LiveEvent.TurnEnded.class));

      ask(rig);
      rig.run(MOMENT);
      rig.microphone.say(Speech.interruption());
      rig.only(VoiceEvent.Interrupted.class);
    }
  }

  @Test
  void aGreetingProtectedForATimeIsProtectedFromTheStartAndNoLonger() {
    try (VoiceRig rig = VoiceRig.with()
        .loop(loop -> loop.protectGreeting(Duration.ofSeconds(2)))
        .start()) {
      rig.microphone.say(Speech.interruption());
      rig.run(Duration.ofMillis(1900));
      byte[] early = rig.service.receivedAudio();
      assertThat(early).containsOnly((byte) 0);
      rig.run(Duration.ofMillis(1000));

      assertThat(rig.voice.metrics().withheld())
          .isCloseTo(Duration.ofSeconds(2), Duration.ofMillis(40));
    }
  }

  @Test
  void levelsComeAsOftenAsAsked() {
    try (VoiceRig rig =
        VoiceRig.with().loop(loop -> loop.levelInterval(Duration.ofMillis(100))).start()) {
      rig.microphone.say(Speech.question());
      rig.run(Duration.ofSeconds(2));

      List<VoiceEvent.Levels> levels = rig.all(VoiceEvent.Levels.class);
      assertThat(levels.size() + rig.voice.metrics().lostEvents()).isBetween(18L, 20L);
      assertThat(levels).anySatisfy(level -> assertThat(level.user().rmsDbfs()).isGreaterThan(-30));
      assertThat(levels).allSatisfy(level -> assertThat(level.assistant().rms()).isZero());
    }
  }

  @Test
  void aListenerThatThrowsHearsTheNextEvent() {
    CompletableFuture<VoiceEvent> second = new CompletableFuture<>();
    try (VoiceRig rig = VoiceRig.with()
        .loop(loop -> loop.listener(event -> {
          if (event instanceof VoiceEvent.Started) {
            throw new IllegalStateException("the test's listener fails");
          }
          second.complete(event);
        }))
        .start()) {
      rig.voice.mute(true);
      rig.until(second::isDone);

      assertThat(second.join()).isEqualTo(new VoiceEvent.Muted(true));
    }
  }

  @Test
  void aMicrophoneThatCannotBeOpenedClosesTheLoudspeaker() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      TestSource busy = new TestSource(rig.time, 16_000);
      busy.refuse();
      TestSink sink = new TestSink(rig.time);

      assertThatThrownBy(() ->
              VoiceLoop.builder(rig.session).microphone(busy).loudspeaker(sink).start())
          .isInstanceOf(AudioDeviceException.class)
          .hasMessageContaining("busy");
      assertThat(sink.isClosed()).isTrue();
      assertThat(busy.isClosed()).isTrue();
    }
  }

  @Test
  void turnTakingThatDoesNotFitTheSessionIsRefusedWithTheWayOut() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      for (TurnTaking mode : List.of(TurnTaking.MANUAL_ACTIVITY, TurnTaking.CLIENT)) {
        assertThatThrownBy(() -> VoiceLoop.builder(rig.session).turnTaking(mode).start())
            .isInstanceOf(IllegalStateException.class)
            .hasMessageContaining("manualActivity()");
      }
    }
    try (VoiceRig rig = VoiceRig.with()
        .config(LiveConfig.Builder::manualActivity)
        .loop(loop -> loop.turnTaking(TurnTaking.CLIENT))
        .start()) {
      assertThatThrownBy(() -> VoiceLoop.builder(rig.session).start())
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("without manualActivity()");
    }
  }

  @Test
  void limitsAreNamed() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      VoiceLoop.Builder builder = VoiceLoop.builder(rig.session);
      assertThatThrownBy(() -> builder.levelInterval(Duration.ofSeconds(11)))
          .hasMessageContaining("PT11S");
      assertThatThrownBy(() -> builder.protectGreeting(Duration.ZERO)).hasMessageContaining("PT0S");
      assertThatThrownBy(() -> builder.endOfSpeech(Duration.ofMillis(-1)))
          .hasMessageContaining("PT-0.001S");
    }
  }
}
