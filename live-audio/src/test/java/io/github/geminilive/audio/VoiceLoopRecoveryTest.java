package io.github.geminilive.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.RecoveryPolicy;
import io.github.geminilive.RecoveryReport;
import io.github.geminilive.SessionState;
import io.github.geminilive.testkit.Persona;
import io.github.geminilive.testkit.Scenario;
import io.github.geminilive.testkit.Speech;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Conversations over several connections. */
@Execution(ExecutionMode.CONCURRENT)
class VoiceLoopRecoveryTest {

  private static final Duration MOMENT = Duration.ofMillis(300);
  private static final int MILLI = 16; // samples

  private static VoiceRig.Setting with(TurnTaking mode) {
    VoiceRig.Setting setting = VoiceRig.with().loop(loop -> loop.turnTaking(mode));
    return mode == TurnTaking.SERVICE
        ? setting
        : setting.config(LiveConfig.Builder::manualActivity);
  }

  private static void ask(VoiceRig rig) {
    rig.run(MOMENT);
    rig.microphone.say(Speech.question());
    rig.until(rig::audible);
  }

  /** A tone whose every millisecond has a value of its own, loud enough to be taken for speech. */
  private static byte[] counting(int millis) {
    byte[] pcm = new byte[2 * MILLI * millis];
    for (int i = 0; i < pcm.length; i += 2) {
      int value = 1000 + i / 2 / MILLI;
      pcm[i] = (byte) value;
      pcm[i + 1] = (byte) (value >> 8);
    }
    return pcm;
  }

  /** The milliseconds of {@link #counting} that are whole in what was received, in its order. */
  private static List<Integer> counted(byte[] pcm) {
    List<Integer> millis = new ArrayList<>();
    int same = 0;
    int last = 0;
    for (int i = 0; i < pcm.length; i += 2) {
      int value = (pcm[i] & 0xFF) | pcm[i + 1] << 8;
      same = value == last ? same + 1 : 1;
      last = value;
      if (value >= 1000 && same == MILLI) {
        millis.add(value - 1000);
      }
    }
    return millis;
  }

  @ParameterizedTest
  @EnumSource
  void anAnswerCutByTheLossOfTheConnectionIsPlayedAsFarAsItHadCome(TurnTaking mode) {
    try (VoiceRig rig = with(mode).start()) {
      ask(rig);
      // So much has come by then that a slow dial does not use it up.
      rig.run(Duration.ofSeconds(1));
      rig.service.reset();
      rig.report(0);
      Duration before = rig.turn(0).heard();
      long underruns = rig.voice.metrics().player().underruns();
      rig.until(() -> !rig.audible());

      LiveTurn turn = rig.turn(0);
      assertThat(turn.outcome()).isEqualTo(LiveTurn.Outcome.ABANDONED);
      assertThat(turn.audioDuration()).isGreaterThan(before.plusMillis(200));
      assertThat(turn.heard()).isEqualTo(turn.audioDuration());
      assertThat(rig.came(VoiceEvent.Interrupted.class)).isFalse();
      assertThat(rig.voice.metrics().player().underruns()).isEqualTo(underruns);
      assertThat(rig.voice.state()).isEqualTo(VoiceLoop.State.RUNNING);

      ask(rig);
      rig.until(() -> !rig.audible());
      assertThat(rig.turn(1).outputTranscript()).isNotEmpty();
      assertThat(rig.all(VoiceEvent.Started.class)).hasSize(1);
    }
  }

  @Test
  void whatTheUserSaysDuringAnOutageArrivesInOrderWithNoOtherGapThanIsReported() {
    try (VoiceRig rig = VoiceRig.with().persona(Persona.silent()).start()) {
      rig.microphone.noise(0);
      rig.run(MOMENT);
      rig.microphone.say(counting(4_000));
      rig.run(Duration.ofMillis(900));
      rig.service.reset();
      RecoveryReport report = rig.report(0);
      rig.until(rig.microphone::said);
      rig.until(() -> counted(rig.heardByService()).contains(3_999));

      List<Integer> arrived = counted(rig.heardByService());
      assertThat(arrived).isSorted().doesNotHaveDuplicates();
      assertThat(arrived).startsWith(0).endsWith(3_999);
      assertThat(report.audioSentLate()).isPositive();
      long lost = report.audioDropped().plus(report.audioNotRestored()).toMillis();
      assertThat(4_000L - arrived.size()).isLessThanOrEqualTo(lost + 2);
    }
  }

  @Test
  void ofALongOutageTheNewestIsKept() {
    RecoveryPolicy slow =
        RecoveryPolicy.builder().heldAudio(Duration.ofSeconds(1)).build();
    try (VoiceRig rig = VoiceRig.with()
        .persona(Persona.silent())
        .config(config -> config.recovery(slow))
        .start()) {
      rig.microphone.noise(0);
      rig.run(MOMENT);
      rig.microphone.say(counting(6_000));
      rig.run(Duration.ofMillis(900));
      rig.overloaded(Duration.ofSeconds(3));
      rig.service.reset();
      RecoveryReport report = rig.report(0);
      rig.until(rig.microphone::said);
      rig.run(MOMENT);

      List<Integer> arrived = counted(rig.heardByService());
      assertThat(arrived).isSorted().doesNotHaveDuplicates();
      assertThat(arrived).startsWith(0).endsWith(5_999);
      assertThat(report.audioSentLate()).isBetween(Duration.ofMillis(900), Duration.ofSeconds(1));
      assertThat(report.audioDropped()).isGreaterThan(Duration.ofMillis(1_900));
      long lost = report.audioDropped().plus(report.audioNotRestored()).toMillis();
      assertThat(6_000L - arrived.size()).isBetween(1_900L, lost + 2);
    }
  }

  @Test
  void theAnswerToWhatWasSaidDuringAnOutageIsHeard() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      rig.run(MOMENT);
      rig.service.reset();
      rig.until(() -> rig.session.state() == SessionState.RESUMING);
      rig.microphone.say(Speech.question());
      rig.until(rig::audible);
      rig.until(() -> !rig.audible());

      assertThat(rig.turn(0).outputTranscript()).isEqualTo(VoiceRig.ANSWER);
      assertThat(rig.turn(0).heard()).isEqualTo(rig.turn(0).audioDuration());
    }
  }

  @Test
  void talkingOverAnAnswerOnAnotherConnectionCutsIt() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      rig.run(MOMENT);
      CompletableFuture<RecoveryReport> rotated = rig.session.rotate();
      rig.until(rotated::isDone);
      ask(rig);
      rig.run(Duration.ofSeconds(1));
      long spoken = rig.microphone.say(Speech.interruption());
      VoiceEvent.Interrupted cut = rig.only(VoiceEvent.Interrupted.class);

      assertThat(cut.by()).isEqualTo(VoiceEvent.Interrupted.By.SERVICE);
      assertThat(cut.turn()).isSameAs(rig.turn(0));
      rig.run(Duration.ofSeconds(1));
      long silent = rig.loudspeaker.lastSoundBefore(spoken + 1_000_000_000L);
      assertThat(Duration.ofNanos(silent - spoken)).isLessThan(Duration.ofMillis(600));
    }
  }

  @ParameterizedTest
  @EnumSource(names = "CLIENT", mode = EnumSource.Mode.EXCLUDE)
  void anAnswerThatTheNextConnectionKnowsNothingOfIsCutByTheLoop(TurnTaking mode) {
    try (VoiceRig rig = with(mode).start()) {
      ask(rig);
      rig.run(Duration.ofSeconds(1));
      rig.service.reset();
      rig.report(0);
      assertThat(rig.audible()).isTrue();
      long spoken = rig.microphone.say(Speech.interruption());
      VoiceEvent.Interrupted cut = rig.only(VoiceEvent.Interrupted.class);

      assertThat(cut.by()).isEqualTo(VoiceEvent.Interrupted.By.VOICE);
      assertThat(cut.turn()).isSameAs(rig.turn(0));
      assertThat(cut.dropped()).isPositive();
      long silent = rig.loudspeaker.lastSoundBefore(spoken + 1_000_000_000L);
      assertThat(Duration.ofNanos(silent - spoken)).isLessThan(Duration.ofMillis(600));
      rig.until(() -> rig.turns() == 2);
      rig.until(rig::audible);
      rig.until(() -> !rig.audible());
      assertThat(rig.turn(1).heard()).isEqualTo(rig.turn(1).audioDuration());
      assertThat(rig.all(VoiceEvent.Interrupted.class)).hasSize(1);
    }
  }

  @Test
  void theNextAnswerIsTheServicesToCutAgain() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      ask(rig);
      rig.run(MOMENT);
      rig.service.reset();
      rig.report(0);
      rig.until(() -> !rig.audible());
      rig.session.sendText("More");
      rig.until(rig::audible);
      rig.run(MOMENT);
      rig.microphone.say(Speech.interruption());

      assertThat(rig.only(VoiceEvent.Interrupted.class).by())
          .isEqualTo(VoiceEvent.Interrupted.By.SERVICE);
    }
  }

  @ParameterizedTest
  @EnumSource(names = "SERVICE", mode = EnumSource.Mode.EXCLUDE)
  void whoWasSpeakingWhenTheConnectionWasLostHasTheWordOnTheNextOne(TurnTaking mode) {
    try (VoiceRig rig = with(mode).start()) {
      rig.run(MOMENT);
      rig.microphone.say(Speech.question());
      rig.run(Duration.ofMillis(800));
      assertThat(rig.sent()).containsExactly("activityStart", "audio");
      rig.service.reset();
      rig.report(0);
      rig.until(rig::audible);

      assertThat(rig.sent(rig.newest())).containsExactly("activityStart", "audio", "activityEnd");
      assertThat(rig.server.violations()).isEmpty();
      assertThat(rig.turn(0).outputTranscript()).isNotEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void theConnectionIsNotChangedWhileTheUserSpeaks(TurnTaking mode) {
    // A service that does not say whether it hears somebody.
    Scenario deaf = Scenario.create()
        .acceptSetup()
        .send("{\"sessionResumptionUpdate\":{\"newHandle\":\"h\",\"resumable\":true}}");
    try (VoiceRig rig =
        with(mode).server(server -> server.rules(false).scenario(deaf)).start()) {
      rig.until(() -> rig.heardFromService(LiveEvent.Resumption.class));
      rig.microphone.say(Speech.question());
      rig.until(() -> rig.came(VoiceEvent.UserSpeaking.class));
      CompletableFuture<RecoveryReport> rotated = rig.session.rotate();
      rig.run(Duration.ofMillis(600));
      assertThat(rotated).isNotDone();
      assertThat(rig.all(VoiceEvent.UserSpeaking.class)).hasSize(1);

      rig.until(() -> rotated.isDone() && rig.all(VoiceEvent.UserSpeaking.class).size() > 1);
      assertThat(rig.all(VoiceEvent.UserSpeaking.class).get(1).speaking()).isFalse();
      assertThat(rotated.join().audioDropped()).isZero();
    }
  }

  @Test
  void whenTheSessionInterruptsTheLoopFallsSilent() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      ask(rig);
      rig.run(Duration.ofMillis(500));
      long pressed = rig.time.elapsed().toNanos();
      rig.session.interrupt();
      // The loop is told on a thread of its own; no time passes meanwhile.
      BargeInBench.await(() -> rig.voice.metrics().interruptions() > 0, "the loop to be told");
      VoiceEvent.Interrupted cut = rig.only(VoiceEvent.Interrupted.class);
      rig.run(Duration.ofSeconds(3));

      assertThat(cut.by()).isEqualTo(VoiceEvent.Interrupted.By.APPLICATION);
      long silent = rig.loudspeaker.lastSoundBefore(rig.time.elapsed().toNanos());
      assertThat(Duration.ofNanos(silent - pressed)).isLessThan(Duration.ofMillis(150));
      assertThat(rig.all(VoiceEvent.Interrupted.class)).hasSize(1);
    }
  }

  @Test
  void theLoopOutlivesManyConnections() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      for (int i = 0; i < 5; i++) {
        ask(rig);
        rig.until(() -> !rig.audible());
        if (i % 2 == 0) {
          rig.newest().reset();
        } else {
          rig.session.rotate();
        }
        assertThat(rig.report(i).connection()).isEqualTo(i + 2);
      }
      ask(rig);
      rig.until(() -> !rig.audible());

      assertThat(rig.turns()).isEqualTo(6);
      assertThat(rig.turn(5).heard()).isEqualTo(rig.turn(5).audioDuration());
      assertThat(rig.voice.state()).isEqualTo(VoiceLoop.State.RUNNING);
      assertThat(rig.came(VoiceEvent.Interrupted.class)).isFalse();
    }
  }

  @Test
  void aLoopThatStopsDuringAnOutageEndsWhenWhatArrivedWasHeard() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      ask(rig);
      rig.run(MOMENT);
      rig.overloaded(Duration.ofSeconds(20));
      rig.service.reset();
      rig.until(() -> rig.session.state() == SessionState.RESUMING);
      rig.voice.stop();
      VoiceEvent.Ended end = rig.ended();

      assertThat(end.reason()).isEqualTo(VoiceEvent.Ended.Reason.STOPPED);
      assertThat(rig.session.state()).isEqualTo(SessionState.RESUMING);
      assertThat(rig.turn(0).heard()).isEqualTo(rig.turn(0).audioDuration());
    }
  }

  @Test
  void aRecordingGoesOnOverConnections(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("talk.wav");
    long second;
    Duration length;
    try (VoiceRig rig = VoiceRig.with().loop(loop -> loop.recordTo(file)).start()) {
      rig.microphone.noise(1);
      ask(rig);
      rig.run(MOMENT);
      rig.service.reset();
      rig.report(0);
      rig.until(() -> !rig.audible());
      rig.run(Duration.ofSeconds(1));
      long asked = rig.time.elapsed().toNanos();
      ask(rig);
      second = rig.all(VoiceEvent.AssistantSpeaking.class).stream()
          .filter(event -> event.speaking() && event.nanos() > asked)
          .findFirst()
          .orElseThrow()
          .nanos();
      rig.until(rig.turn(1).whenHeard().toCompletableFuture()::isDone);
      length = rig.time.elapsed();
      rig.voice.close();
      assertThat(rig.voice.metrics().unrecorded()).isZero();
    }

    short[] assistant = ConversationRecorderTest.side(file, 1);
    assertThat(assistant.length / 24.0).isCloseTo(length.toMillis(), offset(120.0));
    int at = (int) (second * 24 / 1_000_000);
    int quiet = 0;
    for (int i = at - 24 * 500; i < at - 24 * 30; i++) {
      quiet += Math.abs(assistant[i]) < 40 ? 1 : 0;
    }
    assertThat(quiet).as("quiet samples before the second answer").isEqualTo(24 * 470);
    int loud = 0;
    for (int i = at; i < Math.min(at + 24 * 500, assistant.length); i++) {
      loud += Math.abs(assistant[i]) >= 40 ? 1 : 0;
    }
    assertThat(loud).as("samples of the second answer").isGreaterThan(24 * 100);
  }

  @Test
  void theEndOfTheSessionAfterAnOutageIsTheEndOfTheLoop() {
    RecoveryPolicy once = RecoveryPolicy.builder().attempts(1).build();
    try (VoiceRig rig = VoiceRig.with().config(config -> config.recovery(once)).start()) {
      ask(rig);
      rig.run(MOMENT);
      rig.overloaded(Duration.ofSeconds(1));
      rig.service.reset();
      VoiceEvent.Ended end = rig.ended();

      assertThat(end.reason()).isEqualTo(VoiceEvent.Ended.Reason.SESSION_CLOSED);
      assertThat(rig.heardFromService(LiveEvent.Closed.class)).isTrue();
      assertThat(rig.turn(0).heard()).isEqualTo(rig.turn(0).audioDuration());
    }
  }
}
