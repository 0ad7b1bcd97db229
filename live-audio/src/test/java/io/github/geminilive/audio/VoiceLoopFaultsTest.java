package io.github.geminilive.audio;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.ToolResult;
import io.github.geminilive.ToolSet;
import io.github.geminilive.audio.dsp.EchoCanceller;
import io.github.geminilive.audio.dsp.EchoReport;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.testkit.Persona;
import io.github.geminilive.testkit.Speech;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Conversations in which something happens at the wrong moment. */
@Execution(ExecutionMode.CONCURRENT)
class VoiceLoopFaultsTest {

  private static final Duration MOMENT = Duration.ofMillis(300);

  private static void ask(VoiceRig rig) {
    rig.run(Duration.ofSeconds(1));
    rig.microphone.say(Speech.question());
    rig.until(rig::audible);
  }

  private static VoiceRig.Setting client() {
    return VoiceRig.with()
        .config(LiveConfig.Builder::manualActivity)
        .loop(loop -> loop.turnTaking(TurnTaking.CLIENT));
  }

  @Test
  void theButtonOpensNoActivityThatNoMicrophoneWouldEnd() {
    try (VoiceRig rig = client().start()) {
      ask(rig);
      rig.run(MOMENT);
      rig.microphone.lose();
      rig.voice.interrupt();
      rig.run(Duration.ofSeconds(5));
      assertThat(rig.only(VoiceEvent.Interrupted.class).by())
          .isEqualTo(VoiceEvent.Interrupted.By.APPLICATION);
      assertThat(rig.sent()).containsExactly("activityStart", "audio", "activityEnd");

      rig.microphone.restore();
      rig.run(MOMENT);
      rig.voice.interrupt();
      rig.until(() -> rig.sent().size() >= 5);
      assertThat(rig.sent())
          .containsExactly("activityStart", "audio", "activityEnd", "activityStart", "audio");
    }
  }

  @Test
  void whoSpokeWhenTheMicrophoneWentIsNotSaidToSpeakForEver() {
    try (VoiceRig rig = VoiceRig.with().persona(Persona.silent()).start()) {
      rig.run(MOMENT);
      rig.microphone.say(Speech.question());
      rig.run(Duration.ofMillis(900));
      rig.microphone.lose();
      rig.until(() -> rig.came(VoiceEvent.DeviceChanged.class));
      rig.run(MOMENT);

      assertThat(rig.all(VoiceEvent.UserSpeaking.class))
          .extracting(VoiceEvent.UserSpeaking::speaking)
          .endsWith(true, false);
    }
  }

  @Test
  void whatWasSaidBeforeTheMicrophoneWentOpensNoActivityWhenItIsBack() {
    try (VoiceRig rig = client().persona(Persona.silent()).start()) {
      rig.run(MOMENT);
      rig.microphone.say(Speech.question());
      rig.run(Duration.ofMillis(900));
      rig.microphone.lose();
      rig.run(Duration.ofSeconds(10));
      rig.microphone.restore();
      rig.run(Duration.ofSeconds(2));

      assertThat(rig.sent()).containsExactly("activityStart", "audio", "activityEnd");
    }
  }

  @Test
  void aLoudspeakerThatIsGoneDoesNotSilenceTheMicrophone() {
    try (VoiceRig rig =
        VoiceRig.with().loop(loop -> loop.echo(EchoMode.HALF_DUPLEX)).start()) {
      ask(rig);
      rig.run(MOMENT);
      rig.loudspeaker.lose();
      rig.until(() -> rig.came(VoiceEvent.DeviceChanged.class));
      rig.run(Duration.ofSeconds(1));
      Duration before = rig.voice.metrics().withheld();
      rig.run(Duration.ofSeconds(2));

      assertThat(rig.voice.metrics().withheld()).isEqualTo(before);
    }
  }

  @Test
  void aGreetingThatNobodyCanHearIsNotProtected() {
    try (VoiceRig rig = VoiceRig.with().loop(loop -> loop.protectGreeting(true)).start()) {
      rig.session.sendText("Hello");
      rig.until(rig::audible);
      rig.loudspeaker.lose();
      rig.until(() -> rig.came(VoiceEvent.DeviceChanged.class));
      rig.run(MOMENT);
      Duration before = rig.voice.metrics().withheld();
      assertThat(before).isPositive();
      rig.run(Duration.ofSeconds(2));

      assertThat(rig.voice.metrics().withheld()).isEqualTo(before);
    }
  }

  @Test
  void theGoodbyeOfAClosedSessionIsNotInterrupted() {
    try (VoiceRig rig = client().start()) {
      ask(rig);
      rig.until(() -> rig.heardFromService(LiveEvent.GenerationComplete.class));
      rig.service.close(4000, "bye");
      rig.until(() -> rig.heardFromService(LiveEvent.Closed.class));
      rig.until(() -> rig.microphone.isClosed());
      assertThat(rig.voice.state()).isEqualTo(VoiceLoop.State.STOPPING);
      rig.microphone.say(Speech.interruption());
      rig.ended();

      assertThat(rig.turn(0).heard()).isEqualTo(rig.turn(0).audioDuration());
    }
  }

  @Test
  void anInterruptionIsToldAlsoWhenSilenceIsSoonerThanTheOneWhoCuts() {
    try (VoiceRig rig =
        VoiceRig.with().loop(loop -> loop.flushMode(FlushMode.CUT)).start()) {
      ask(rig);
      rig.run(MOMENT);
      rig.loudspeaker.onFlush(() -> rig.until(() -> !rig.audible()));
      rig.voice.interrupt();
      rig.loudspeaker.onFlush(() -> {});
      rig.run(Duration.ofSeconds(1));

      assertThat(rig.all(VoiceEvent.Interrupted.class)).hasSize(1);
    }
  }

  @Test
  void whatTheLoopMadeIsClosedWhenItCannotStart(@TempDir Path directory) {
    CompletableFuture<Void> closed = new CompletableFuture<>();
    EchoCanceller canceller = new EchoCanceller() {
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
          short[] far, int farAt, short[] mic, int micAt, short[] out, int outAt, int count) {}

      @Override
      public EchoReport report() {
        return EchoReport.UNKNOWN;
      }

      @Override
      public void reset() {}

      @Override
      public void close() {
        closed.complete(null);
      }
    };
    try (VoiceRig rig = VoiceRig.with().start()) {
      TestSource source = new TestSource(rig.time, 16_000);
      assertThatThrownBy(() -> VoiceLoop.builder(rig.session)
              .microphone(source)
              .loudspeaker(new TestSink(rig.time))
              .echoCanceller(rate -> canceller)
              .recordTo(directory.resolve("recording.wav"))
              .voiceDetector(() -> {
                throw new IllegalStateException("the test has no detector");
              })
              .start())
          .hasMessageContaining("no detector");

      assertThat(closed).isCompleted();
      assertThat(source.isClosed()).isTrue();
      assertThat(Thread.getAllStackTraces().keySet())
          .noneMatch(thread -> thread.getName().equals("gemini-live-recorder"));
    }
  }

  @Test
  void aSourceThatThrowsWhenItIsClosedDoesNotKeepTheLoopFromEnding() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      rig.run(MOMENT);
      rig.microphone.failToClose();
      rig.voice.stop();

      assertThat(rig.ended().reason()).isEqualTo(VoiceEvent.Ended.Reason.STOPPED);
      assertThat(rig.loudspeaker.isClosed()).isTrue();
    }
  }

  @Test
  void nothingIsSpokenOfAfterTheEndAndWhoSpokeHasStopped() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      ask(rig);
      rig.run(MOMENT);
      rig.voice.close();
      rig.until(() -> rig.came(VoiceEvent.Ended.class));

      assertThat(rig.events.get(rig.events.size() - 1)).isInstanceOf(VoiceEvent.Ended.class);
      assertThat(rig.audible()).isFalse();
    }
  }

  /** An assistant that says something, calls a function and goes on when that is answered. */
  private static VoiceRig looking(CompletableFuture<ToolResult> result) {
    Persona persona = Persona.builder()
        .onSpeech(1)
        .say("One moment.")
        .call("look", Map.of())
        .thenSay(found -> VoiceRig.ANSWER)
        .otherwise()
        .say("You are welcome.")
        .build();
    ToolSet tools = ToolSet.of(
        FunctionDeclaration.builder("look", "Looks.").build(), (call, context) -> result);
    return VoiceRig.with()
        .persona(persona)
        .config(config -> config.tools(tools))
        .start();
  }

  @Test
  void waitingForAFunctionIsNoGapOfTheLine() {
    CompletableFuture<ToolResult> result = new CompletableFuture<>();
    try (VoiceRig rig = looking(result)) {
      ask(rig);
      Duration before = rig.voice.metrics().player().prebuffer();
      rig.until(() -> !rig.audible());
      rig.run(Duration.ofSeconds(2));
      result.complete(ToolResult.of(Map.of("found", true)));
      rig.until(rig::audible);
      rig.until(() -> !rig.audible());

      assertThat(rig.voice.metrics().player().underruns()).isZero();
      assertThat(rig.voice.metrics().player().prebuffer()).isLessThanOrEqualTo(before);
      // Two lengths, each rounded down.
      assertThat(rig.turn(0).heard()).isCloseTo(rig.turn(0).audioDuration(), Duration.ofNanos(2));
      assertThat(rig.came(VoiceEvent.Interrupted.class)).isFalse();
    }
  }

  @Test
  void theButtonSilencesAnAnswerAlsoWhileItWaitsForAFunction() {
    CompletableFuture<ToolResult> result = new CompletableFuture<>();
    try (VoiceRig rig = looking(result)) {
      ask(rig);
      rig.until(() -> !rig.audible());
      rig.run(Duration.ofSeconds(1));
      rig.voice.interrupt();
      result.complete(ToolResult.of(Map.of("found", true)));
      rig.until(() -> rig.heardFromService(LiveEvent.TurnEnded.class));
      rig.run(Duration.ofSeconds(1));

      assertThat(rig.all(VoiceEvent.AssistantSpeaking.class)).hasSize(2);
      rig.session.sendText("Thanks");
      rig.until(rig::audible);
    }
  }

  /** Audio of an answer, in one piece. */
  private static String audio(String words) {
    byte[] pcm = Speech.say(words);
    return "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":{\"mimeType\":"
        + "\"audio/pcm;rate=24000\",\"data\":\""
        + Base64.getEncoder().encodeToString(pcm)
        + "\"}}]}}}";
  }

  @Test
  void aGreetingWhoseEndIsToldLateIsNotProtectedForEver() {
    try (VoiceRig rig = VoiceRig.with()
        .persona(Persona.silent())
        .loop(loop -> loop.protectGreeting(true))
        .start()) {
      rig.run(MOMENT);
      rig.service.send(audio("Hello."));
      rig.until(rig::audible);
      rig.until(() -> !rig.audible());
      rig.run(MOMENT);
      assertThat(rig.voice.metrics().player().queued()).isZero();
      assertThat(rig.voice.metrics().withheld()).isGreaterThan(Duration.ofMillis(500));
      rig.service.send("{\"serverContent\":{\"turnComplete\":true}}");
      rig.until(() -> rig.heardFromService(LiveEvent.TurnEnded.class));
      rig.run(MOMENT);
      Duration before = rig.voice.metrics().withheld();
      rig.run(Duration.ofSeconds(1));

      assertThat(rig.voice.metrics().withheld()).isEqualTo(before);
    }
  }

  @Test
  void anAnswerWhoseEndIsNeverToldIsPlayedOutWhenTheLoopStops() {
    try (VoiceRig rig = VoiceRig.with().persona(Persona.silent()).start()) {
      rig.run(MOMENT);
      rig.service.send(audio("Goodbye for now."));
      rig.until(rig::audible);
      rig.voice.stop();
      rig.ended();

      assertThat(rig.turn(0).heard()).isEqualTo(rig.turn(0).audioDuration());
    }
  }

  @Test
  void whatTheUserSaysIsEndedWhenTheLoopIs() {
    for (boolean politely : new boolean[] {true, false}) {
      try (VoiceRig rig = client().persona(Persona.silent()).start()) {
        rig.run(MOMENT);
        rig.microphone.say(Speech.question());
        rig.run(Duration.ofSeconds(1));
        assertThat(rig.sent()).containsExactly("activityStart", "audio");
        if (politely) {
          rig.voice.stop();
        } else {
          rig.voice.close();
        }
        rig.ended();
        rig.until(() -> rig.sent().contains("activityEnd"));

        assertThat(rig.sent()).containsExactly("activityStart", "audio", "activityEnd");
      }
    }
  }

  @Test
  void anInterruptionIsToldAlsoWhileTheLoudspeakerIsGone() {
    try (VoiceRig rig = VoiceRig.with().start()) {
      ask(rig);
      rig.run(MOMENT);
      rig.loudspeaker.lose();
      rig.until(() -> rig.came(VoiceEvent.DeviceChanged.class));
      rig.voice.interrupt();
      rig.run(MOMENT);

      assertThat(rig.all(VoiceEvent.Interrupted.class)).hasSize(1);
      assertThat(rig.audible()).isFalse();
    }
  }

  @Test
  void whoWearsAHeadsetCanInterruptWithoutSayingSo() {
    try (VoiceRig rig = VoiceRig.with()
        .persona(Persona.builder()
            .otherwise()
            .say(VoiceRig.ANSWER + " " + VoiceRig.ANSWER)
            .build())
        .loop(loop -> loop.echo(EchoMode.CANCEL))
        .start()) {
      for (int answer = 1; answer <= 3; answer++) {
        ask(rig);
        rig.run(Duration.ofMillis(answer == 1 ? 3000 : 1000));
        assertThat(rig.voice.metrics().echoMode()).isEqualTo(EchoMode.CANCEL);
        rig.microphone.say(Speech.interruption());
        int cuts = answer;
        rig.until(() -> rig.all(VoiceEvent.Interrupted.class).size() == cuts);
        rig.until(rig::audible);
        rig.run(Duration.ofMillis(200));
        rig.voice.interrupt();
        rig.until(() -> !rig.audible());
        rig.events.removeIf(event -> event instanceof VoiceEvent.Interrupted cut
            && cut.by() == VoiceEvent.Interrupted.By.APPLICATION);
      }
    }
  }

  @Test
  void manyThreadsAtOnceNeitherHangTheLoopNorLeaveItHeld() throws Exception {
    try (VoiceRig rig = client().start()) {
      AtomicBoolean over = new AtomicBoolean();
      List<Thread> threads = new ArrayList<>();
      List<Runnable> deeds = List.of(
          () -> rig.voice.mute(true),
          () -> rig.voice.mute(false),
          rig.voice::interrupt,
          () -> rig.voice.metrics());
      for (Runnable deed : deeds) {
        Thread thread = new Thread(() -> {
          while (!over.get()) {
            deed.run();
            LockSupport.parkNanos(200_000);
          }
        });
        thread.setDaemon(true);
        thread.start();
        threads.add(thread);
      }
      try {
        for (int i = 0; i < 6; i++) {
          rig.microphone.say(Speech.question());
          rig.session.sendText("More");
          rig.rush(Duration.ofSeconds(1));
        }
      } finally {
        over.set(true);
      }
      for (Thread thread : threads) {
        thread.join(30_000);
        assertThat(thread.isAlive()).isFalse();
      }
      rig.voice.mute(false);
      rig.run(Duration.ofSeconds(4));
      rig.voice.interrupt();
      rig.run(Duration.ofSeconds(4));
      List<String> marks = rig.sent();
      assertThat(marks.stream().filter("activityStart"::equals).count())
          .isEqualTo(marks.stream().filter("activityEnd"::equals).count());

      rig.session.sendText("More");
      rig.until(rig::audible);
      Duration played = rig.voice.metrics().player().played();
      rig.run(Duration.ofSeconds(1));
      assertThat(rig.voice.metrics().player().played()).isGreaterThan(played.plusMillis(500));
    }
  }

  @Test
  void answersCutOneAfterTheOtherBeforeTheySoundAreToldOneByOne() {
    String cut = "{\"serverContent\":{\"interrupted\":true}}";
    String end = "{\"serverContent\":{\"turnComplete\":true}}";
    try (VoiceRig rig = VoiceRig.with().persona(Persona.silent()).start()) {
      rig.run(MOMENT);
      for (int i = 0; i < 3; i++) {
        rig.service.send(audio(VoiceRig.ANSWER));
        rig.service.send(cut);
        rig.service.send(end);
      }
      rig.service.send(audio(VoiceRig.ANSWER));
      rig.until(rig::audible);
      rig.run(MOMENT);
      rig.service.send(cut);
      rig.until(() -> !rig.audible());
      rig.run(MOMENT);

      List<VoiceEvent.Interrupted> cuts = rig.all(VoiceEvent.Interrupted.class);
      VoiceEvent.Interrupted last = cuts.get(cuts.size() - 1);
      assertThat(last.turn()).isSameAs(rig.turn(rig.turns() - 1));
      assertThat(last.heard()).isBetween(Duration.ofMillis(200), Duration.ofMillis(1500));
      assertThat(cuts).extracting(VoiceEvent.Interrupted::turn).doesNotHaveDuplicates();
      assertThat(cuts.subList(0, cuts.size() - 1))
          .allSatisfy(earlier -> assertThat(earlier.heard()).isZero());
    }
  }
}
