package io.github.geminilive;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.protocol.ActivityHandling;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionScheduling;
import io.github.geminilive.protocol.RealtimeInputConfig;
import io.github.geminilive.protocol.ThinkingLevel;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Persona;
import io.github.geminilive.testkit.Scenario;
import io.github.geminilive.testkit.Silence;
import io.github.geminilive.testkit.Speech;
import io.github.geminilive.testkit.VirtualTime;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The service falls silent, or does not, and what the library makes of it. */
class StallTest {

  private static final String WORDS = "I would say that it depends.";
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
    Thread thread = new Thread(task, "stall-test");
    thread.setDaemon(true);
    return thread;
  });

  private final VirtualTime time = new VirtualTime();
  private final List<LiveEvent> events = new CopyOnWriteArrayList<>();
  private final AtomicInteger begun = new AtomicInteger();
  private final AtomicInteger atWork = new AtomicInteger();
  private @Nullable LiveServer server;
  private @Nullable LiveSession session;

  /** The kinds of models and endpoints that differ in how they are spoken with. */
  enum Kind {
    V2_5(LiveModel.GEMINI_2_5_FLASH_NATIVE_AUDIO_PREVIEW, false),
    V2_5_VERTEX(LiveModel.GEMINI_LIVE_2_5_FLASH_NATIVE_AUDIO, true),
    V3_1(LiveModel.GEMINI_3_1_FLASH_LIVE_PREVIEW, false),
    V3_8(LiveModel.GEMINI_3_8_LIVE, false),
    V3_8_VERTEX(LiveModel.GEMINI_3_8_LIVE, true),
    XT(LiveModel.GEMINI_3_8_LIVE_EXTENDED_THINKING, false);

    private final LiveModel model;
    private final boolean vertex;

    Kind(LiveModel model, boolean vertex) {
      this.model = model;
      this.vertex = vertex;
    }

    boolean onlyNonBlocking() {
      return this == XT;
    }
  }

  @AfterEach
  void end() {
    if (session != null) {
      session.close();
    }
    if (server != null) {
      assertThat(server.unexpectedViolations()).isEmpty();
      server.close();
    }
  }

  private LiveSession open(Kind kind, Persona persona) {
    return open(kind, persona, config -> config);
  }

  private LiveSession open(Kind kind, Persona persona, UnaryOperator<LiveConfig.Builder> settings) {
    return open(kind, server -> server.persona(persona), settings);
  }

  private LiveSession open(
      Kind kind,
      UnaryOperator<LiveServer.Builder> serverSettings,
      UnaryOperator<LiveConfig.Builder> settings) {
    LiveServer started = serverSettings.apply(LiveServer.builder().time(time)).start();
    server = started;
    LiveConfig.Builder config = LiveConfig.builder(kind.model);
    if (kind.vertex) {
      config
          .endpoint(Endpoint.vertex("project", "us-central1").at(started.baseUri()))
          .credentials(Credentials.accessToken(() -> "token"));
    } else {
      config.endpoint(Endpoint.developer().at(started.baseUri())).apiKey(started.apiKey());
    }
    if (kind == Kind.XT) {
      config.thinkingLevel(ThinkingLevel.LOW);
    }
    config.inputTranscription(true).outputTranscription(true);
    config.listener(new LiveListener() {
      @Override
      public void onEvent(LiveEvent event) {
        events.add(event);
      }
    });
    LiveClient client = LiveClient.builder()
        .httpClient(HTTP)
        .scheduler(time)
        .nanoTime(time.nanoTime())
        .random(() -> 0)
        .executor(this::execute)
        .build();
    LiveSession opened = client.open(settings.apply(config).build());
    session = opened;
    return opened;
  }

  /** Runs the application's part, and knows when it is done. */
  private void execute(Runnable task) {
    begun.incrementAndGet();
    atWork.incrementAndGet();
    THREADS.execute(() -> {
      try {
        task.run();
      } finally {
        atWork.decrementAndGet();
      }
    });
  }

  /** Lets virtual time pass, and the sockets do their work meanwhile. */
  private void pass(double seconds) {
    pass(seconds, () -> false);
  }

  private boolean pass(double seconds, BooleanSupplier until) {
    Duration end = time.elapsed().plusNanos(Math.round(seconds * 1e9));
    while (true) {
      settle();
      Duration left = end.minus(time.elapsed());
      if (until.getAsBoolean() || left.isZero()) {
        return until.getAsBoolean();
      }
      time.advanceToNext(left);
    }
  }

  /** Lets all that is under way arrive. A dial takes real time, which must not pass for virtual. */
  private void settle() {
    LiveServer kit = requireNonNull(server);
    LiveSession talk = requireNonNull(session);
    long patience = System.nanoTime() + Duration.ofSeconds(20).toNanos();
    boolean changed;
    do {
      // What ends while the sockets settle may have sent something after they had.
      boolean busy = atWork.get() > 0 || talk.state() == SessionState.RESUMING;
      int before = begun.get();
      kit.settle(Duration.ofSeconds(20));
      changed = busy
          || begun.get() != before
          || atWork.get() > 0
          || talk.state() == SessionState.RESUMING;
    } while (changed && System.nanoTime() - patience < 0);
  }

  /** The user speaks, as a microphone would hear it, a second of silence at the end. */
  private void speak(byte[] pcm) {
    LiveSession talk = requireNonNull(session);
    byte[] all = Arrays.copyOf(pcm, pcm.length + 24_000);
    talk.reportUserSpeech(true);
    for (int at = 0; at < all.length; at += 3_200) {
      if (at >= pcm.length && at < pcm.length + 3_200) {
        talk.reportUserSpeech(false);
      }
      talk.sendAudio(Arrays.copyOfRange(all, at, Math.min(all.length, at + 3_200)));
      pass(0.1);
    }
  }

  private boolean told(Class<? extends LiveEvent> kind) {
    return events.stream().anyMatch(kind::isInstance);
  }

  private List<LiveEvent.Stalled> stalls() {
    return events.stream()
        .filter(LiveEvent.Stalled.class::isInstance)
        .map(LiveEvent.Stalled.class::cast)
        .toList();
  }

  private List<WatchdogStep> steps() {
    List<WatchdogStep> steps = new ArrayList<>();
    for (LiveEvent.Stalled stalled : stalls()) {
      if (stalled.step() != null) {
        steps.add(stalled.step());
      }
    }
    return steps;
  }

  private LiveEvent.StallEnded ended() {
    return events.stream()
        .filter(LiveEvent.StallEnded.class::isInstance)
        .map(LiveEvent.StallEnded.class::cast)
        .findFirst()
        .orElseThrow(() -> new AssertionError("the silence did not end: " + Talk.kinds(events)));
  }

  private String said() {
    StringBuilder said = new StringBuilder();
    for (LiveEvent event : events) {
      if (event instanceof LiveEvent.OutputTranscript transcript) {
        said.append(transcript.text());
      }
    }
    return said.toString();
  }

  private UnaryOperator<LiveConfig.Builder> tool(Kind kind, ToolFunction function) {
    FunctionBehavior behavior =
        kind.onlyNonBlocking() ? FunctionBehavior.NON_BLOCKING : FunctionBehavior.BLOCKING;
    return config -> config.tools(ToolSet.of(Calls.declaration("look", behavior), function));
  }

  /** Answers of the service that are in order, then one that is not. */
  private void provoke(Kind kind, Silence where, Silence.Cure cure, boolean aloud) {
    Persona.Answer first = Persona.builder().onText("hello").say("Hello to you.");
    Persona.Answer answer;
    if (where == Silence.AFTER_INTERRUPTION) {
      answer = first
          .onText("story")
          .say("Once upon a time there was a story that was not told to its end, for it was long.")
          .fallSilent(where, cure)
          .otherwise()
          .say(WORDS);
    } else if (where == Silence.AFTER_TOOL_RESPONSE) {
      answer =
          first.otherwise().call("look", Map.of()).thenSay(result -> WORDS).fallSilent(where, cure);
    } else {
      answer = first.otherwise().say(WORDS).fallSilent(where, cure);
    }
    LiveSession talk = open(
        kind,
        answer.build(),
        tool(kind, (call, context) -> CompletableFuture.completedFuture(ToolResult.of("seen"))));
    talk.sendText("hello");
    pass(5);
    assertThat(said()).isEqualTo("Hello to you.");
    assertThat(stalls()).isEmpty();
    events.clear();

    if (where == Silence.AFTER_INTERRUPTION) {
      talk.sendText("tell a story");
      pass(0.6);
    }
    if (aloud) {
      speak(Arrays.copyOf(Speech.question(), 40_000));
    } else {
      talk.sendText("what do you think?");
    }
  }

  static Stream<Arguments> silences() {
    List<Arguments> all = new ArrayList<>();
    for (Silence where : Silence.values()) {
      for (Silence.Cure cure : Silence.Cure.values()) {
        if (cure != Silence.Cure.END_OF_SPEECH || afterSpeech(where)) {
          all.add(Arguments.of(where, cure));
        }
      }
    }
    return all.stream();
  }

  private static boolean afterSpeech(Silence where) {
    return where == Silence.AFTER_INPUT || where == Silence.AFTER_INTERRUPTION;
  }

  @ParameterizedTest
  @MethodSource("silences")
  void eachSilenceIsToldAndEndedByTheStepThatHelps(Silence where, Silence.Cure cure) {
    provoke(Kind.V2_5, where, cure, afterSpeech(where));
    pass(50, () -> told(LiveEvent.StallEnded.class));
    pass(8);

    assertThat(stalls()).extracting(stall -> stall.phase().name()).containsOnly(where.name());
    List<WatchdogStep> ladder = new ArrayList<>(List.of(WatchdogStep.values()));
    if (!afterSpeech(where)) {
      ladder.remove(WatchdogStep.END_OF_SPEECH);
    }
    if (cure == Silence.Cure.NONE) {
      assertThat(steps()).containsExactlyElementsOf(ladder);
      assertThat(told(LiveEvent.StallEnded.class)).isFalse();
      return;
    }
    WatchdogStep helps = WatchdogStep.valueOf(cure.name());
    assertThat(steps()).containsExactlyElementsOf(ladder.subList(0, ladder.indexOf(helps) + 1));
    assertThat(ended().endedBy()).isEqualTo(helps);
    assertThat(said()).endsWith(WORDS);
  }

  static Stream<Arguments> otherFamilies() {
    List<Arguments> all = new ArrayList<>();
    for (Kind kind : List.of(Kind.V2_5_VERTEX, Kind.V3_1, Kind.V3_8, Kind.XT)) {
      for (Silence where : Silence.values()) {
        // After a call for which it does not wait, an XT model is in progress until it has spoken.
        if (kind != Kind.XT || where != Silence.AFTER_TOOL_RESPONSE) {
          all.add(Arguments.of(kind, where));
        }
      }
    }
    return all.stream();
  }

  @ParameterizedTest
  @MethodSource("otherFamilies")
  void eachFamilyIsNudgedInItsForm(Kind kind, Silence where) {
    provoke(kind, where, Silence.Cure.NUDGE, false);
    pass(60, () -> told(LiveEvent.StallEnded.class));
    pass(8);

    assertThat(stalls()).extracting(stall -> stall.phase().name()).containsExactly(where.name());
    assertThat(ended().endedBy()).isEqualTo(WatchdogStep.NUDGE);
    assertThat(said()).endsWith(WORDS);
  }

  @Test
  void aSilenceIsToldWithItsTurnItsLengthAndTheLimit() {
    provoke(Kind.V2_5, Silence.MID_TURN, Silence.Cure.NUDGE, false);
    pass(60, () -> told(LiveEvent.StallEnded.class));

    LiveEvent.Stalled stalled = stalls().get(0);
    assertThat(stalled.silence()).isEqualTo(Duration.ofSeconds(15));
    assertThat(stalled.limit()).isEqualTo(Duration.ofSeconds(15));
    assertThat(requireNonNull(stalled.turn()).outputTranscript()).isEqualTo("I would say");
    assertThat(ended().phase()).isEqualTo(StallPhase.MID_TURN);
    assertThat(ended().silence()).isGreaterThan(Duration.ofSeconds(15));
  }

  @Test
  void aSilenceIsOnlyToldWhenThatIsAllThatIsWanted() {
    Persona persona = Persona.builder()
        .otherwise()
        .say(WORDS)
        .fallSilent(Silence.AFTER_INPUT, Silence.Cure.NUDGE)
        .build();
    LiveSession talk = open(Kind.V2_5, persona, config -> config.watchdog(WatchdogPolicy.REPORT));
    talk.sendText("hello");
    pass(120);

    assertThat(stalls()).hasSize(1);
    assertThat(stalls().get(0).step()).isNull();
    assertThat(talk.connection()).isEqualTo(1);
    assertThat(requireNonNull(server).receivedMessages(m -> m.has("clientContent")))
        .hasSize(1);

    talk.sendText("hello again");
    pass(5);

    assertThat(ended().endedBy()).isNull();
  }

  @Test
  void nothingIsLookedForWhenItIsOff() {
    Persona persona = Persona.builder()
        .otherwise()
        .say(WORDS)
        .fallSilent(Silence.MID_TURN, Silence.Cure.NUDGE)
        .build();
    LiveSession talk = open(Kind.V2_5, persona, config -> config.watchdog(WatchdogPolicy.OFF));
    talk.sendText("hello");
    pass(300);

    assertThat(said()).isEqualTo("I would say");
    assertThat(stalls()).isEmpty();
  }

  @Test
  void aSilenceAfterSpeechIsLegitimateWhereTheModelMayChooseNotToAnswer() {
    Persona persona = Persona.builder()
        .otherwise()
        .say(WORDS)
        .fallSilent(Silence.AFTER_INPUT, Silence.Cure.NUDGE)
        .build();
    open(Kind.V3_8, persona);
    speak(Arrays.copyOf(Speech.question(), 40_000));
    pass(300);

    assertThat(told(LiveEvent.InputTranscript.class)).isTrue();
    assertThat(stalls()).isEmpty();
  }

  /** So short that whatever is waited for without reason is told. */
  private static LiveConfig.Builder sharp(LiveConfig.Builder config) {
    return config.watchdog(WatchdogPolicy.builder()
        .floor(Duration.ofMillis(1_500))
        .ceiling(Duration.ofSeconds(2))
        .patience(Duration.ofSeconds(1))
        .build());
  }

  private static Persona healthy() {
    return Persona.builder()
        .onText("story")
        .say("Once upon a time there was a story that was told to its end, though it was long.")
        .onText("look")
        .say("Let me look.")
        .call("look", Map.of())
        .thenSay(result -> "I have seen it.")
        .onText("nothing")
        .say("")
        .otherwise()
        .say(WORDS)
        .build();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aHealthyConversationRaisesNoAlarm(Kind kind) {
    CompletableFuture<Object> seen = new CompletableFuture<>();
    LiveSession talk = open(
        kind, healthy(), config -> sharp(tool(kind, (args, context) -> seen).apply(config)));

    talk.sendText("hello");
    pass(10);
    // What is said is cut by text, by speech and by the application.
    talk.sendText("tell a story");
    pass(1);
    talk.sendText("hello");
    pass(10);
    talk.sendText("tell a story");
    pass(1);
    speak(Speech.interruption());
    pass(10);
    speak(Speech.question());
    pass(30);
    talk.sendText("tell a story");
    pass(1);
    talk.interrupt();
    pass(30);
    // A tool that takes longer than everything else.
    talk.sendText("look");
    pass(25);
    seen.complete("seen");
    pass(20);
    talk.tell("It is late.");
    talk.say("Say good night.");
    pass(20);
    talk.rotate();
    pass(20);
    talk.sendText("say nothing");
    pass(20);
    // Nobody says anything, but there are noises.
    for (int i = 0; i < 3; i++) {
      talk.sendAudio(Speech.silence(Duration.ofMillis(100)));
      talk.reportUserSpeech(true);
      pass(0.3);
      talk.reportUserSpeech(false);
      pass(60);
    }

    assertThat(stalls()).isEmpty();
    assertThat(said()).contains("I have seen it.");
    assertThat(told(LiveEvent.Closed.class)).isFalse();
  }

  @Test
  void speechThatDoesNotInterruptRaisesNoAlarm() {
    LiveSession talk = open(
        Kind.V2_5,
        healthy(),
        config -> sharp(config)
            .setup(setup -> setup.realtimeInputConfig(RealtimeInputConfig.builder()
                .activityHandling(ActivityHandling.NO_INTERRUPTION)
                .build())));
    talk.sendText("tell a story");
    pass(1);
    speak(Arrays.copyOf(Speech.question(), 40_000));
    pass(60);

    assertThat(stalls()).isEmpty();
    assertThat(said()).contains("though it was long.");
  }

  @Test
  void speechThatTheApplicationMarksIsWaitedForFromItsEnd() {
    LiveSession talk = open(
        Kind.V2_5,
        healthy().fallSilent(Silence.AFTER_INPUT, Silence.Cure.END_OF_SPEECH),
        config -> config.manualActivity());
    talk.startActivity();
    talk.sendAudio(Arrays.copyOf(Speech.question(), 40_000));
    pass(120);
    assertThat(stalls()).isEmpty();
    talk.endActivity();
    pass(120, () -> told(LiveEvent.StallEnded.class));

    assertThat(steps()).containsExactly(WatchdogStep.NUDGE, WatchdogStep.END_OF_SPEECH);
    assertThat(ended().endedBy()).isEqualTo(WatchdogStep.END_OF_SPEECH);
  }

  @Test
  void aResultThatIsNotToBeSpokenOfIsNotWaitedFor() {
    LiveSession talk = open(
        Kind.V3_8,
        healthy(),
        config -> sharp(config)
            .tools(ToolSet.of(
                Calls.lookOn(),
                (args, context) -> ToolResult.of("seen").scheduling(FunctionScheduling.SILENT))));
    talk.sendText("look");
    pass(60);

    assertThat(told(LiveEvent.ToolAnswered.class)).isTrue();
    assertThat(stalls()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aModelThatThinksLongAndSaysSoRaisesNoAlarm(Kind kind) {
    Scenario script = Scenario.create()
        .acceptSetup()
        .await(kind == Kind.V3_1 ? "realtimeInput" : "clientContent");
    for (int i = 0; i < 6; i++) {
      script = script
          .pause(Duration.ofSeconds(14))
          .send("{\"serverContent\":{\"modelTurn\":{\"parts\":"
              + "[{\"text\":\"Hm\",\"thought\":true}]}}}");
    }
    Scenario whole = script.pause(Duration.ofSeconds(14)).say(WORDS);
    LiveSession talk = open(kind, server -> server.scenario(whole), config -> config);
    talk.sendText("hello");
    pass(120);

    assertThat(stalls()).isEmpty();
    assertThat(said()).isEqualTo(WORDS);
  }

  @Test
  void whatIsAnnouncedToGoOnMayTakeItsTime() {
    Scenario script = Scenario.create()
        .acceptSetup()
        .await("clientContent")
        .send("{\"serverContent\":{" + Talk.audioPart(200).replace('\'', '"') + "}}")
        .send("{\"serverContent\":{\"turnComplete\":true,"
            + "\"interactionStatus\":\"IN_PROGRESS\"}}")
        .pause(Duration.ofMinutes(3))
        .say(WORDS);
    LiveSession talk = open(Kind.XT, server -> server.scenario(script), config -> config);
    talk.sendText("hello");
    pass(200);

    assertThat(stalls()).isEmpty();
    assertThat(said()).endsWith(WORDS);
  }
}
