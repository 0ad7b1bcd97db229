package io.github.geminilive.examples;

import io.github.geminilive.CloseInfo;
import io.github.geminilive.Endpoint;
import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveException;
import io.github.geminilive.LiveModel;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveStream;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.RecoveryCause;
import io.github.geminilive.RecoveryPolicy;
import io.github.geminilive.RecoveryReport;
import io.github.geminilive.ToolSet;
import io.github.geminilive.examples.voice.Failures;
import io.github.geminilive.examples.voice.Screen;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Persona;
import io.github.geminilive.testkit.Scenario;
import io.github.geminilive.testkit.Silence;
import io.github.geminilive.testkit.Speech;
import io.github.geminilive.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * An hour of conversation in less than a minute, on a simulated service that announces the end of the
 * connection every ten minutes, and to whose connections all that goes wrong with real ones happens
 * in between. Prints a timeline of what happened, and what it cost.
 *
 * <p>{@code LongConversation [SEED [MINUTES]]}: another seed is another hour. Without, the seed is 1
 * and the minutes are 60. Exit codes: as {@link VoiceConversation}.
 */
public final class LongConversation implements AutoCloseable {

  private static final Duration GO_AWAY_EVERY = Duration.ofMinutes(10);
  private static final Duration MID_ANSWER = Duration.ofMillis(800);
  private static final Duration NOTICE = Duration.ofMinutes(1);
  private static final Duration SETTLED = Duration.ofSeconds(1);
  private static final int PIECE = Speech.SAMPLE_RATE_HZ * 2 / 10; // 100 ms
  private static final String NAME = "Ida";

  /** What can go wrong with a connection. */
  private record Fault(String name, Consumer<LongConversation> strike) {
    boolean inMidAnswer() {
      return name.endsWith("in mid-answer");
    }
  }

  private static final List<Fault> FAULTS = List.of(
      new Fault(
          "the connection is reset in mid-answer", hour -> hour.connection().reset()),
      new Fault("the connection ends without a word", hour -> hour.connection().drop()),
      new Fault(
          "the service closes the connection",
          hour -> hour.connection().close(1011, "Internal error encountered.")),
      new Fault("the network swallows everything", hour -> hour.connection().stall()),
      new Fault("the connection is reset, and the service is overloaded", hour -> {
        hour.server.script(Scenario.refuseUpgrade(503, Map.of("Retry-After", "2"), "overloaded"));
        hour.connection().reset();
      }),
      new Fault("the connection is reset, and the service has forgotten us", hour -> {
        hour.server.forgetHandles();
        hour.connection().reset();
      }));

  private final Screen screen = new Screen();
  private final VirtualTime time = new VirtualTime();
  private final Random random;
  private final Duration length;
  private final LiveServer server;
  private final LiveSession session;
  private final LiveStream<LiveEvent> events;
  private final List<RecoveryReport> reports = new ArrayList<>();
  private @Nullable Fault nextAnswers;
  private int spoken;
  private int written;
  private int refused;
  private int answered;
  private int cutByUser;
  private int cutByLoss;
  private int toolCalls;
  private int lostCalls;
  private int silences;
  private Duration audioSent = Duration.ZERO;

  private LongConversation(long seed, Duration length) {
    this.random = new Random(seed);
    this.length = length;
    server = LiveServer.builder()
        .time(time)
        .persona(clerk())
        .connectionLife(length.multipliedBy(2), NOTICE)
        .start();
    LiveClient client = LiveClient.builder()
        .scheduler(time)
        .nanoTime(time.nanoTime())
        .random(new Random(seed)::nextDouble)
        .build();
    FunctionDeclaration look =
        FunctionDeclaration.builder("get_weather", "Tells the weather.").build();
    session = client.open(LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
        .endpoint(Endpoint.developer().at(server.baseUri()))
        .apiKey(server.apiKey())
        .recovery(RecoveryPolicy.builder().history(100_000).build())
        .tools(ToolSet.of(look, (args, context) -> later(Map.of("sky", "sunny"))))
        .build());
    events = session.events();
  }

  /**
   * Runs the program.
   *
   * @param args nothing, or a seed and minutes
   */
  public static void main(String[] args) throws InterruptedException {
    long seed;
    Duration length;
    try {
      seed = args.length > 0 ? Long.parseLong(args[0]) : 1;
      length = Duration.ofMinutes(args.length > 1 ? Long.parseLong(args[1]) : 60);
    } catch (NumberFormatException e) {
      System.exit(Failures.report("usage", "LongConversation [SEED [MINUTES]]", Failures.USAGE));
      return;
    }
    try (LongConversation conversation = new LongConversation(seed, length)) {
      conversation.run();
      conversation.sumUp(seed);
    } catch (LiveException e) {
      System.exit(Failures.report("LongConversation", e));
    }
  }

  private void run() throws InterruptedException {
    write("My name is " + NAME + ".");
    after(Duration.ofSeconds(5), this::ask);
    after(length.minusSeconds(20), () -> write("What is my name?"));
    after(GO_AWAY_EVERY, this::sayGoodbye);
    List<Fault> faults = new ArrayList<>(FAULTS);
    Collections.shuffle(faults, random);
    Duration each = length.dividedBy(faults.size());
    for (int i = 0; i < faults.size(); i++) {
      Fault fault = faults.get(i);
      after(each.multipliedBy(i).plus(each.dividedBy(4)).plus(upTo(each.dividedBy(2))), () -> {
        if (fault.inMidAnswer()) {
          nextAnswers = fault;
        } else {
          strike(fault);
        }
      });
    }
    while (time.elapsed().compareTo(length) < 0 && !session.closed().isDone()) {
      step();
    }
  }

  private void strike(Fault fault) {
    say("%s", fault.name());
    fault.strike().accept(this);
  }

  /** Moves the time to where something happens next, and tells what did. */
  private void step() throws InterruptedException {
    server.settle(SETTLED);
    for (Optional<LiveEvent> event = events.poll(Duration.ZERO);
        event.isPresent();
        event = events.poll(Duration.ZERO)) {
      tell(event.get());
    }
    if (session.state().connected() && connection().isOpen()) {
      time.advanceToNext(Duration.ofSeconds(1));
    } else {
      // Dials and resets take real time, of which the virtual one knows nothing.
      LockSupport.parkNanos(1_000_000);
      time.advanceToNext(Duration.ofMillis(10));
    }
  }

  // The user.

  /** Asks something, and something else after a while. */
  private void ask() {
    if (time.elapsed().compareTo(length.minusSeconds(60)) > 0) {
      return;
    }
    switch (random.nextInt(4)) {
      case 0 -> write("Tell me about the museums.");
      case 1 -> write("What is the weather like?");
      default -> {
        spoken++;
        session.reportUserSpeech(true);
        speak(Speech.question(), 0);
      }
    }
    after(Duration.ofSeconds(8).plus(upTo(Duration.ofSeconds(24))), this::ask);
  }

  private void write(String words) {
    written++;
    session.sendText(words).whenComplete((sent, failure) -> {
      if (failure != null) {
        refused++;
      }
    });
  }

  private void speak(byte[] pcm, int at) {
    int length = Math.min(PIECE, pcm.length - at);
    session.streamAudio(pcm, at, length, Speech.SAMPLE_RATE_HZ);
    audioSent = audioSent.plus(lengthOf(length));
    if (at + length < pcm.length) {
      after(lengthOf(length), () -> speak(pcm, at + length));
    } else {
      session.endAudioStream();
      session.reportUserSpeech(false);
    }
  }

  private static Duration lengthOf(long bytes) {
    return Duration.ofMillis(bytes / 2 * 1000 / Speech.SAMPLE_RATE_HZ);
  }

  // The other side.

  /** What the simulated service says. It also falls silent, the first time it is asked some things. */
  private static Persona clerk() {
    return Persona.builder()
        .onText("my name is")
        .say("Nice to meet you, " + NAME + ".")
        .onText("what is my name")
        .say(moment -> moment.history().stream().anyMatch(line -> line.contains(NAME))
            ? "Your name is " + NAME + "."
            : "I do not know your name.")
        .onText("weather")
        .call("get_weather", Map.of("city", "Lisbon"))
        .fallSilent(Silence.AFTER_TOOL_RESPONSE, Silence.Cure.RESUME)
        .thenSay(result -> "It is " + result.at("/output/sky").asText() + " in Lisbon.")
        .onText("museums")
        .fallSilent(Silence.MID_TURN, Silence.Cure.NUDGE)
        .say("There is one for tiles, one for coaches, and one for the sea. The one for tiles is"
            + " the one that I would not miss; it is a little outside, in an old convent.")
        .otherwise()
        .say("Take the tram to the castle, walk down through the old town from there, and be at the"
            + " river when the sun sets.")
        .build();
  }

  /** As the real service does it: a minute before it closes the connection, it says so. */
  private void sayGoodbye() {
    Connection going = connection();
    going.goAway(NOTICE);
    after(NOTICE, () -> {
      if (going.isOpen()) {
        going.close(1001, "");
      }
    });
    after(GO_AWAY_EVERY, this::sayGoodbye);
  }

  private CompletableFuture<Object> later(Object result) {
    CompletableFuture<Object> future = new CompletableFuture<>();
    after(Duration.ofSeconds(2), () -> future.complete(result));
    return future;
  }

  /** The connection that was opened last. */
  private Connection connection() {
    List<Connection> all = server.connections();
    return all.get(all.size() - 1);
  }

  private void after(Duration delay, Runnable task) {
    time.schedule(task, delay.toNanos(), TimeUnit.NANOSECONDS);
  }

  private Duration upTo(Duration most) {
    return Duration.ofNanos((long) (random.nextDouble() * most.toNanos()));
  }

  // The timeline.

  private void tell(LiveEvent event) {
    if (event instanceof LiveEvent.Audio audio) {
      if (nextAnswers != null && audio.offset().compareTo(MID_ANSWER) >= 0) {
        strike(nextAnswers);
        nextAnswers = null;
      }
    } else if (event instanceof LiveEvent.Opened) {
      say("connection 1 is open");
    } else if (event instanceof LiveEvent.GoAway goAway) {
      Duration left = goAway.timeLeft();
      say("the service announces the end%s", left == null ? "" : " in " + seconds(left));
    } else if (event instanceof LiveEvent.Interrupted interrupted) {
      tellCut(interrupted);
    } else if (event instanceof LiveEvent.Reconnecting next) {
      CloseInfo failure = next.failure();
      say(
          "  dial %d in %s: %s%s",
          next.attempt(),
          seconds(next.delay()),
          words(next.cause()),
          failure == null ? "" : ", " + failure.kind() + " (" + failure.code() + ")");
    } else if (event instanceof LiveEvent.Resumed resumed) {
      reports.add(resumed.report());
      tellReport(resumed.report());
    } else if (event instanceof LiveEvent.Stalled stalled) {
      say(
          "the service is silent for %s %s: %s",
          seconds(stalled.silence()), words(stalled.phase()), words(stalled.step()));
    } else if (event instanceof LiveEvent.StallEnded ended) {
      silences++;
      say("  it speaks again after %s", seconds(ended.silence()));
    } else if (event instanceof LiveEvent.ToolAnswered) {
      toolCalls++;
    } else if (event instanceof LiveEvent.ToolCancelled cancelled) {
      say("  %d open tool call(s) cancelled: %s", cancelled.ids().size(), words(cancelled.by()));
    } else if (event instanceof LiveEvent.TurnEnded ended) {
      answered += ended.turn().outcome() == LiveTurn.Outcome.COMPLETE ? 1 : 0;
      String words = ended.turn().outputTranscript();
      if (words.contains("name")) {
        say("model: %s", words.strip());
      }
    } else if (event instanceof LiveEvent.Closed closed) {
      say("the session is over: %s", closed.info());
    }
  }

  private void tellCut(LiveEvent.Interrupted interrupted) {
    if (interrupted.by() == LiveEvent.Interrupted.By.CONNECTION) {
      cutByLoss++;
      LiveTurn turn = interrupted.turn();
      say(
          "  an answer is cut after %s",
          seconds(turn == null ? Duration.ZERO : turn.audioDuration()));
    } else {
      cutByUser++;
    }
  }

  private void tellReport(RecoveryReport report) {
    lostCalls += report.lostCalls().size();
    List<String> cost = new ArrayList<>();
    if (!report.audioSentLate().isZero()) {
      cost.add(seconds(report.audioSentLate()) + " of the microphone sent late");
    }
    if (!report.audioDropped().isZero()) {
      cost.add(seconds(report.audioDropped()) + " of it dropped");
    }
    if (!report.audioNotRestored().isZero()) {
      cost.add(seconds(report.audioNotRestored()) + " of the microphone unknown to it");
    }
    if (report.sentLate() > 0) {
      cost.add(report.sentLate() + " message(s) sent late");
    }
    if (report.notRestored() > 0) {
      cost.add(report.notRestored() + " message(s) unknown to it");
    }
    if (!report.lostCalls().isEmpty()) {
      cost.add(report.lostCalls().size() + " tool call(s) unknown to it");
    }
    say(
        "connection %d after %s: %s; %s",
        report.connection(),
        seconds(report.gap()),
        report.stateRestored()
            ? "the service goes on where it was"
            : "a new session, told " + report.seededTurns() + " turns",
        cost.isEmpty() ? "nothing lost" : String.join(", ", cost));
  }

  private static String words(@Nullable Enum<?> constant) {
    return String.valueOf(constant).toLowerCase(Locale.ROOT).replace('_', ' ');
  }

  private static String seconds(Duration duration) {
    return String.format(Locale.ROOT, "%.2f s", duration.toMillis() / 1000.0);
  }

  private void say(String format, Object... args) {
    Duration now = time.elapsed();
    screen.line(
        "%d:%02d:%02d  %s",
        now.toHours(),
        now.toMinutesPart(),
        now.toSecondsPart(),
        String.format(Locale.ROOT, format, args));
  }

  private void sumUp(long seed) {
    Duration late = Duration.ZERO;
    Duration dropped = Duration.ZERO;
    Duration notRestored = Duration.ZERO;
    Duration longest = Duration.ZERO;
    int restored = 0;
    int announced = 0;
    int messages = 0;
    for (RecoveryReport report : reports) {
      late = late.plus(report.audioSentLate());
      dropped = dropped.plus(report.audioDropped());
      notRestored = notRestored.plus(report.audioNotRestored());
      longest = report.gap().compareTo(longest) > 0 ? report.gap() : longest;
      restored += report.stateRestored() ? 1 : 0;
      announced += report.cause() == RecoveryCause.GO_AWAY ? 1 : 0;
      messages += report.notRestored();
    }
    long bytes =
        server.connections().stream().mapToLong(c -> c.receivedAudio().length).sum();
    Duration received = lengthOf(bytes);
    Duration missing = audioSent.minus(received).minus(dropped).minus(notRestored);
    screen.line("");
    row("seed, minutes", seed + ", " + length.toMinutes());
    row("questions by voice, in writing", spoken + ", " + written);
    row("answers complete", answered);
    row("answers cut by the user, by a loss", cutByUser + ", " + cutByLoss);
    row("tool calls answered, lost", toolCalls + ", " + lostCalls);
    row("changes of the connection", reports.size() + ", " + announced + " of them announced");
    row("conversation kept by the service", restored + " of " + reports.size());
    row("longest gap", seconds(longest));
    row("silences ended", silences);
    row("microphone sent, late", seconds(audioSent) + ", " + seconds(late));
    row("microphone reported as lost", seconds(dropped.plus(notRestored)));
    row("messages reported as lost", messages + refused);
    row(
        "microphone lost without a report",
        seconds(missing.isNegative() ? Duration.ZERO : missing));
  }

  private void row(String name, Object value) {
    screen.line("%-36s %s", name, value);
  }

  @Override
  public void close() {
    CompletableFuture<CloseInfo> closed = session.closeAsync();
    time.advanceUntil(closed::isDone, Duration.ofMinutes(5));
    server.close();
  }
}
