package io.github.geminilive;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.SessionResumptionConfig;
import io.github.geminilive.protocol.ThinkingLevel;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.Faults;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Persona;
import io.github.geminilive.testkit.Violation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A random conversation over connections that fail at random, on virtual time, and what must hold of
 * it whatever happens. All of it follows from the seed.
 */
final class Chaos {

  private static final Duration TALK = Duration.ofSeconds(75);
  private static final Duration REAL_LIMIT = Duration.ofSeconds(60);
  private static final int CHUNK_MS = 100;
  private static final Pattern MARK = Pattern.compile("#(\\d+)#");

  /** The kinds of session there are. */
  enum Kind {
    NATIVE,
    LATEST,
    WRITTEN,
    THINKING,
    VERTEX,
    TRANSPARENT
  }

  /** Something the application does at a time. */
  private record Deed(long atNanos, int order, Runnable action) {}

  /** Something the user's side said, and what became of it. */
  private static final class Said {
    final int number;
    final String how;
    final CompletableFuture<?> future;
    volatile int writtenOn;

    Said(int number, String how, CompletableFuture<?> future) {
      this.number = number;
      this.how = how;
      this.future = future;
    }

    boolean ok() {
      return future.isDone() && !future.isCompletedExceptionally();
    }

    @Override
    public String toString() {
      return how + " " + number;
    }
  }

  private final long seed;
  private final Random random;
  private final Kind kind;
  private final boolean overlap;
  private final boolean manual;
  private final boolean deadly;
  private final Pace pace = new Pace();
  private final List<String> trace = Collections.synchronizedList(new ArrayList<>());
  private final List<String> faults = Collections.synchronizedList(new ArrayList<>());

  private final PriorityQueue<Deed> deeds =
      new PriorityQueue<>(Comparator.comparingLong(Deed::atNanos).thenComparingInt(Deed::order));
  private int deedOrder;
  private final List<Said> texts = new ArrayList<>();
  private final List<Said> tells = new ArrayList<>();
  private final List<Said> chunks = new ArrayList<>();
  private final List<CompletableFuture<?>> others = new ArrayList<>();
  private int numbers;

  // What listeners and the persona note, on threads of theirs.
  private final Object noted = new Object();
  private final AtomicBoolean inListener = new AtomicBoolean();
  private final List<RecoveryReport> reports = new ArrayList<>();
  private final Map<LiveTurn, Integer> turns = new HashMap<>();
  private final Map<String, Integer> called = new LinkedHashMap<>();
  private final Map<String, Integer> answered = new HashMap<>();
  private final Set<String> cancelled = new HashSet<>();
  private int opened;
  private int resumed;
  private int dropWarnings;
  private @Nullable CloseInfo closed;
  private List<String> lastHistory = List.of();
  private final AtomicInteger toolRuns = new AtomicInteger();
  private final AtomicInteger toolsAtWork = new AtomicInteger();
  private int toolsAtWorkAtEnd;

  private Chaos(long seed) {
    this.seed = seed;
    this.random = new Random(seed * 7_919 + 17);
    this.kind = Kind.values()[random.nextInt(Kind.values().length)];
    this.overlap = random.nextInt(4) == 0;
    this.manual = random.nextInt(4) == 0;
    this.deadly = random.nextInt(10) == 0;
  }

  /**
   * What a run has shown.
   *
   * @param seed what it followed from
   * @param setting the kind of session
   * @param end how the session ended
   * @param recoveries how often it changed its connection
   * @param failures what did not hold; empty when all is well
   * @param trace what happened
   */
  record Outcome(
      long seed,
      String setting,
      @Nullable CloseInfo end,
      int recoveries,
      List<String> failures,
      List<String> trace) {}

  /** Runs one seed. */
  static Outcome run(long seed) {
    return new Chaos(seed).run();
  }

  private void check(boolean holds, String what) {
    if (!holds) {
      faults.add(what);
    }
  }

  private void note(String what) {
    trace.add(String.format("%9.3f  %s", pace.time.elapsed().toMillis() / 1e3, what));
  }

  private Outcome run() {
    long began = System.nanoTime();
    try (LiveServer server = startServer()) {
      pace.watch(server);
      LiveSession session = open(server);
      script(session);
      drive(session, TALK, began);
      note("-- the end is near");
      String last = "#" + (numbers + 1) + "#";
      if (session.state() != SessionState.CLOSED) {
        say(session, "recite");
        long limit = pace.time.elapsed().plusSeconds(90).toNanos();
        while (pace.time.elapsed().toNanos() < limit
            && session.state() != SessionState.CLOSED
            && !recited(last)) {
          pace.step(Duration.ofSeconds(1));
        }
      }
      boolean asked = recited(last);
      CloseInfo before = closedInfo();
      CompletableFuture<CloseInfo> closing = session.closeAsync();
      drainUntil(closing);
      check(closing.isDone(), "close() did not end the session within 10 s");
      long quiet = pace.time.elapsed().plusSeconds(12).toNanos();
      while (pace.time.elapsed().toNanos() < quiet) {
        pace.step(Duration.ofSeconds(1));
      }
      // A stalled connection does not see its own end.
      server.connections().forEach(Connection::resume);
      LeakProbe.await(
          () -> server.connections().stream().noneMatch(Connection::isOpen)
              && pace.time.pending() == 0,
          Duration.ofSeconds(30));
      judge(server, session, before, asked);
      int recoveries = reports().size();
      return outcome(recoveries);
    } catch (RuntimeException | AssertionError e) {
      faults.add(
          "the run itself failed: " + e + " at " + List.of(e.getStackTrace()).subList(0, 3));
      return outcome(reports().size());
    } finally {
      pace.shutdown();
    }
  }

  private Outcome outcome(int recoveries) {
    String setting =
        kind + (overlap ? " overlap" : "") + (manual ? " manual" : "") + (deadly ? " deadly" : "");
    return new Outcome(
        seed, setting, closedInfo(), recoveries, List.copyOf(faults), List.copyOf(trace));
  }

  private boolean recited(String mark) {
    synchronized (noted) {
      return lastHistory.stream().anyMatch(line -> line.contains(mark));
    }
  }

  private List<RecoveryReport> reports() {
    synchronized (noted) {
      return List.copyOf(reports);
    }
  }

  private @Nullable CloseInfo closedInfo() {
    synchronized (noted) {
      return closed;
    }
  }

  private void drainUntil(CompletableFuture<?> done) {
    long limit = pace.time.elapsed().plusSeconds(10).toNanos();
    while (!done.isDone() && pace.time.elapsed().toNanos() < limit) {
      pace.step(Duration.ofSeconds(1));
    }
  }

  // ---- who is there

  private LiveServer startServer() {
    Faults ill = Faults.seeded(seed).between(Duration.ZERO, Duration.ofSeconds(12));
    if (deadly) {
      ill = ill.of(Faults.Kind.CLOSE)
          .closing(1007, "Request contains an invalid argument.")
          .closing(1008, "Operation is not implemented, or supported, or enabled.")
          .closing(1011, "You exceeded your current quota, please check your plan.")
          .closing(1002, "")
          .closing(4000, "strange");
    }
    Duration life = Duration.ofSeconds(20 + random.nextInt(100));
    return LiveServer.builder()
        .persona(persona())
        .time(pace.time)
        .scenarios(ill.share(random.nextDouble()))
        .overlap(overlap)
        .connectionLife(life, life.dividedBy(2 + random.nextInt(4)))
        .start();
  }

  private Persona persona() {
    return Persona.builder()
        .onText("story")
        .say(moment -> remember(
            moment, "Once upon a time there was a river that wanted to see the sea, and it went."))
        .onText("look")
        .call("look", Map.of("at", "it"))
        .thenSayOf(moment -> remember(moment, "I have seen it."))
        .onText("watch")
        .call("watch", Map.of("what", "it"))
        .say("One moment, please.")
        .thenSayOf(moment -> remember(moment, "It moves."))
        .onText("both")
        .call("watch", Map.of("what", "this"))
        .call("look", Map.of("at", "that"))
        .thenSayOf(moment -> remember(moment, "Both are there."))
        .otherwise()
        .heard("Hello.")
        .say(moment -> remember(moment, "Right you are."))
        .build();
  }

  private String remember(Persona.Moment moment, String words) {
    synchronized (noted) {
      lastHistory = moment.history();
    }
    return words;
  }

  private LiveSession open(LiveServer server) {
    LiveModel model = switch (kind) {
      case NATIVE -> LiveModel.GEMINI_2_5_FLASH_NATIVE_AUDIO_PREVIEW;
      case LATEST -> LiveModel.GEMINI_3_8_LIVE;
      case WRITTEN -> LiveModel.GEMINI_3_1_FLASH_LIVE_PREVIEW;
      case THINKING -> LiveModel.GEMINI_3_8_LIVE_EXTENDED_THINKING;
      case VERTEX, TRANSPARENT -> LiveModel.GEMINI_LIVE_2_5_FLASH_NATIVE_AUDIO;
    };
    boolean vertex = kind == Kind.VERTEX || kind == Kind.TRANSPARENT;
    LiveConfig.Builder config = LiveConfig.builder(model)
        .endpoint(
            vertex
                ? Endpoint.vertex("project", "us-central1").at(server.baseUri())
                : Endpoint.developer().at(server.baseUri()))
        .credentials(
            vertex ? Credentials.accessToken(pace::apiKey) : Credentials.apiKey(pace::apiKey))
        .tools(tool("look"), tool("watch"))
        .recovery(RecoveryPolicy.builder().overlap(overlap).build())
        .watchdog(
            switch (random.nextInt(4)) {
              case 0 -> WatchdogPolicy.OFF;
              case 1 -> WatchdogPolicy.REPORT;
              default -> WatchdogPolicy.DEFAULT;
            })
        .listener(new Notes());
    if (kind == Kind.THINKING) {
      config.thinkingLevel(ThinkingLevel.LOW);
    }
    if (kind == Kind.TRANSPARENT) {
      config.setup(setup -> setup.sessionResumption(
          SessionResumptionConfig.builder().transparent(true).build()));
    }
    if (manual) {
      config.manualActivity();
    }
    Random dice = new Random(seed);
    LiveClient client = pace.client()
        .random(() -> {
          synchronized (dice) {
            return dice.nextDouble();
          }
        })
        .build();
    CompletableFuture<LiveSession> opening = client.openAsync(config.build());
    while (!opening.isDone()) {
      pace.step(Duration.ofMillis(50));
    }
    LiveSession session = opening.join();
    pace.watch(session);
    return session;
  }

  private ToolSet tool(String name) {
    FunctionBehavior behavior = switch (kind) {
      case WRITTEN, VERTEX, TRANSPARENT -> FunctionBehavior.BLOCKING;
      case THINKING -> FunctionBehavior.NON_BLOCKING;
      default -> name.equals("look") ? FunctionBehavior.BLOCKING : FunctionBehavior.NON_BLOCKING;
    };
    int[] delays = new Random(seed + name.length()).ints(64, -2_000, 8_000).toArray();
    return ToolSet.of(Calls.declaration(name, behavior), (args, context) -> {
      int delay = delays[toolRuns.getAndIncrement() % delays.length];
      if (delay <= 0) {
        return Map.of("seen", name);
      }
      CompletableFuture<Object> later = new CompletableFuture<>();
      toolsAtWork.incrementAndGet();
      pace.time.schedule(
          () -> {
            toolsAtWork.decrementAndGet();
            later.complete(Map.of("seen", name));
          },
          delay,
          TimeUnit.MILLISECONDS);
      return later;
    });
  }

  /** Notes what is told, and that it is told as promised. */
  private final class Notes implements LiveListener {

    @Override
    public void onEvent(LiveEvent event) {
      check(inListener.compareAndSet(false, true), "two events at once");
      synchronized (noted) {
        take(event);
      }
      inListener.set(false);
    }
  }

  private void take(LiveEvent event) {
    check(closed == null, "an event after Closed: " + event);
    check(opened == 1 || event instanceof LiveEvent.Opened, "an event before Opened: " + event);
    LiveTurn turn = null;
    if (event instanceof LiveEvent.Opened) {
      opened++;
      check(opened == 1, "Opened twice");
    } else if (event instanceof LiveEvent.Closed over) {
      closed = over.info();
      toolsAtWorkAtEnd = toolsAtWork.get();
    } else if (event instanceof LiveEvent.Resumed change) {
      resumed++;
      reports.add(change.report());
    } else if (event instanceof LiveEvent.Audio audio) {
      turn = audio.turn();
    } else if (event instanceof LiveEvent.OutputTranscript transcript) {
      turn = transcript.turn();
    } else if (event instanceof LiveEvent.InputTranscript transcript) {
      turn = transcript.turn();
    } else if (event instanceof LiveEvent.ToolCalled call) {
      turn = call.turn();
      called.merge(String.valueOf(call.call().id()), 1, Integer::sum);
    } else if (event instanceof LiveEvent.ToolAnswered answer) {
      answered.merge(String.valueOf(answer.callId()), 1, Integer::sum);
    } else if (event instanceof LiveEvent.ToolCancelled cancel) {
      cancelled.addAll(cancel.ids());
    } else if (event instanceof LiveEvent.TurnEnded ended) {
      int times = turns.merge(ended.turn(), 1, Integer::sum);
      check(times == 1, "a turn ended " + times + " times: " + ended.turn());
    } else if (event instanceof LiveEvent.Warning warning
        && warning.kind() == LiveEvent.Warning.Kind.TOOL_RESULT_DROPPED) {
      dropWarnings++;
    }
    if (turn != null) {
      Integer ends = turns.putIfAbsent(turn, 0);
      check(ends == null || ends == 0, "an event of a turn that has ended: " + event);
    }
    if (!(event instanceof LiveEvent.Audio)
        && !(event instanceof LiveEvent.OutputTranscript)
        && !(event instanceof LiveEvent.Usage)) {
      note("        " + event);
    }
  }

  // ---- what is done

  private void at(long millis, Runnable action) {
    deeds.add(new Deed(millis * 1_000_000, deedOrder++, action));
  }

  private void script(LiveSession session) {
    int count = 10 + random.nextInt(20);
    long end = TALK.toMillis();
    for (int i = 0; i < count; i++) {
      long when = (long) (random.nextDouble() * end);
      switch (random.nextInt(15)) {
        case 0, 1, 2 -> voice(session, when);
        case 3, 4 -> at(when, () -> say(session, "hello"));
        case 5, 6 -> at(when, () -> say(session, "tell a story"));
        case 7 -> at(when, () -> say(session, "look"));
        case 8 -> at(when, () -> say(session, "watch"));
        case 9 -> at(when, () -> say(session, "both"));
        case 10 -> at(when, () -> burst(session));
        case 11 ->
          at(when, () -> {
            note("interrupt");
            others.add(session.interrupt());
          });
        case 12 ->
          at(when, () -> {
            note("rotate");
            others.add(session.rotate());
          });
        case 13 -> at(when, () -> tell(session));
        default ->
          at(when, () -> {
            if (random.nextInt(3) > 0) {
              turns(session);
            } else {
              note("reconfigure");
              others.add(
                  session.reconfigure(config -> config.systemInstruction("Be brief. " + numbers)));
            }
          });
      }
    }
  }

  private Said keep(
      List<Said> where, String how, CompletableFuture<?> future, LiveSession session) {
    return keep(where, ++numbers, how, future, session);
  }

  private Said keep(
      List<Said> where, int number, String how, CompletableFuture<?> future, LiveSession session) {
    Said said = new Said(number, how, future);
    where.add(said);
    future.whenComplete((done, error) -> said.writtenOn = session.connection());
    return said;
  }

  private void say(LiveSession session, String what) {
    String text = what + " #" + (numbers + 1) + "#";
    note("sendText " + text);
    keep(texts, what, session.sendText(text), session);
  }

  private void burst(LiveSession session) {
    for (int i = 0; i < 3; i++) {
      say(session, "hurry");
    }
  }

  private void turns(LiveSession session) {
    if (kind == Kind.WRITTEN) {
      say(session, "hello");
      return;
    }
    String text = "turns #" + (numbers + 1) + "#";
    note("sendTurns " + text);
    keep(texts, "turns", session.sendTurns(List.of(Content.user(text)), true), session);
  }

  private void tell(LiveSession session) {
    boolean remember = random.nextBoolean();
    String text = (remember ? "remember #" : "tell #") + (numbers + 1) + "#";
    note(text);
    keep(
        tells,
        remember ? "remember" : "tell",
        remember ? session.remember(text) : session.tell(text),
        session);
  }

  private void voice(LiveSession session, long when) {
    int loud = 4 + random.nextInt(24);
    int quiet = 8 + random.nextInt(4);
    boolean report = random.nextBoolean();
    boolean streamEnd = random.nextInt(3) == 0;
    at(when, () -> {
      note("speaks for " + loud * CHUNK_MS + " ms");
      if (report) {
        session.reportUserSpeech(true);
      }
      if (manual) {
        others.add(session.startActivity());
      }
    });
    for (int i = 0; i < loud + quiet; i++) {
      boolean voiced = i < loud;
      at(when + (long) i * CHUNK_MS, () -> {
        int number = chunks.size() + 1;
        keep(chunks, number, "chunk", session.sendAudio(pcm(number, voiced)), session);
      });
    }
    at(when + (long) loud * CHUNK_MS, () -> {
      if (report) {
        session.reportUserSpeech(false);
      }
      if (manual) {
        others.add(session.endActivity());
      } else if (streamEnd) {
        others.add(session.endAudioStream());
      }
    });
  }

  /** Sound that carries its number in the lowest bits of its first samples. */
  private static byte[] pcm(int number, boolean voiced) {
    byte[] pcm = Talk.pcm(CHUNK_MS, 16_000, voiced ? 3_000 : 0);
    for (int i = 0; i < 6; i++) {
      pcm[2 * i] = (byte) (number >> (4 * i) & 0xF);
      pcm[2 * i + 1] = 0;
    }
    return pcm;
  }

  private static List<Integer> numbersIn(byte[] pcm) {
    int size = 16_000 / 1000 * CHUNK_MS * 2;
    List<Integer> found = new ArrayList<>();
    for (int at = 0; at + size <= pcm.length; at += size) {
      int number = 0;
      for (int i = 0; i < 6; i++) {
        number |= (pcm[at + 2 * i] & 0xF) << (4 * i);
      }
      found.add(number);
    }
    return found;
  }

  private void drive(LiveSession session, Duration until, long began) {
    pace.settle();
    while (session.state() != SessionState.CLOSED || !deeds.isEmpty()) {
      if (System.nanoTime() - began > REAL_LIMIT.toNanos()) {
        throw new AssertionError("took too long in real time");
      }
      long now = pace.time.elapsed().toNanos();
      Deed next = deeds.peek();
      if (next != null && next.atNanos() <= now) {
        deeds.remove().action().run();
        if (deeds.peek() == null || deeds.peek().atNanos() > now) {
          pace.settle();
        }
        continue;
      }
      long end = next == null ? until.toNanos() : next.atNanos();
      if (next == null && now >= end) {
        return;
      }
      pace.step(Duration.ofNanos(Math.min(end - now, 1_000_000_000L)));
    }
  }

  // ---- what must hold

  private void judge(
      LiveServer server, LiveSession session, @Nullable CloseInfo before, boolean asked) {
    for (Violation violation : server.violations()) {
      faults.add("the service complains: " + violation);
    }
    judgeEnd(session, before);
    List<RecoveryReport> all = reports();
    int notRestored = all.stream().mapToInt(RecoveryReport::notRestored).sum();
    int sentAgain = all.stream().mapToInt(RecoveryReport::sentAgain).sum();
    Connection last = Pace.connection(server, session.connection());
    boolean lastLost = before != null || last == null || !endedInOrder(last);
    judgeTexts(server, session, notRestored, sentAgain, lastLost, asked);
    judgeAudio(server, session, all, sentAgain, lastLost);
    judgeCalls(session, before != null || lastLost);
    judgeReports(server, all);
    check(pace.time.pending() == 0, pace.time.pending() + " timers are left");
    check(server.connections().stream().noneMatch(Connection::isOpen), "a connection is left open");
    for (CompletableFuture<?> other : others) {
      check(other.isDone(), "a future never completed");
    }
    SessionMetrics metrics = session.metrics();
    check(
        metrics.queuedMessages() == 0,
        metrics.queuedMessages() + " messages still wait after the end");
  }

  private static boolean endedInOrder(Connection last) {
    return last.awaitClosed().by() == io.github.geminilive.testkit.Closure.By.CLIENT
        && last.awaitClosed().code() == 1000;
  }

  private void judgeEnd(LiveSession session, @Nullable CloseInfo before) {
    CloseInfo end = closedInfo();
    check(end != null, "no Closed event");
    check(session.state() == SessionState.CLOSED, "the state is " + session.state());
    if (before == null && end != null) {
      check(end.by() == CloseInfo.By.APPLICATION, "closed here, but told " + end);
    } else if (before != null && !deadly) {
      check(
          before.kind() == FailureKind.RECONNECT_EXHAUSTED,
          "ended although all could be survived: " + before);
    }
  }

  private static List<Integer> marksIn(String text) {
    List<Integer> marks = new ArrayList<>();
    Matcher mark = MARK.matcher(text);
    while (mark.find()) {
      marks.add(Integer.parseInt(mark.group(1)));
    }
    return marks;
  }

  /** What the user's side wrote, by connection; seeds of fresh sessions are not counted. */
  private List<Integer> received(LiveServer server) {
    List<Integer> marks = new ArrayList<>();
    int index = 0;
    for (Connection connection : server.connections()) {
      index++;
      List<JsonNode> messages = connection.receivedMessages();
      for (int i = 1; i < messages.size(); i++) {
        JsonNode message = messages.get(i);
        if (i == 1 && index > 1 && isSeed(messages.get(0), message)) {
          continue;
        }
        marks.addAll(marksIn(message.at("/realtimeInput/text").asText("")));
        marks.addAll(marksIn(message.at("/clientContent/turns").toString()));
      }
    }
    return marks;
  }

  /** What the application tells silently looks much the same, but holds nothing the user wrote. */
  private boolean isSeed(JsonNode setup, JsonNode message) {
    boolean fresh = setup.at("/setup/sessionResumption/handle").asText("").isEmpty();
    boolean announced =
        setup.at("/setup/historyConfig/initialHistoryInClientContent").asBoolean();
    JsonNode content = message.path("clientContent");
    JsonNode turns = content.path("turns");
    return fresh
        && !turns.isEmpty()
        && (announced || !content.path("turnComplete").asBoolean())
        && texts.stream().anyMatch(text -> marksIn(turns.toString()).contains(text.number));
  }

  private void judgeTexts(
      LiveServer server,
      LiveSession session,
      int notRestored,
      int sentAgain,
      boolean lastLost,
      boolean asked) {
    Map<Integer, Integer> seen = new HashMap<>();
    List<Integer> order = received(server);
    order.forEach(mark -> seen.merge(mark, 1, Integer::sum));
    int twice = 0;
    List<Said> unseen = new ArrayList<>();
    List<Said> unknown = new ArrayList<>();
    Set<Integer> known = new HashSet<>();
    synchronized (noted) {
      lastHistory.forEach(line -> known.addAll(marksIn(line)));
    }
    for (Said text : texts) {
      int times = seen.getOrDefault(text.number, 0);
      check(text.future.isDone(), text + ": its future never completed");
      twice += Math.max(0, times - 1);
      boolean onLast = lastLost && text.writtenOn == session.connection();
      if (text.ok() && times == 0 && !onLast) {
        unseen.add(text);
      }
      if (text.ok() && asked && !known.contains(text.number)) {
        unknown.add(text);
      }
    }
    check(
        twice == 0 || (kind == Kind.TRANSPARENT && twice <= sentAgain),
        "texts came twice: " + twice + ", sent again: " + sentAgain + ", order " + order);
    check(
        unseen.size() <= notRestored,
        "written, never received, and not reported (" + notRestored + "): " + unseen);
    check(
        unknown.size() <= notRestored,
        "unknown to the service, and not reported (" + notRestored + "): " + unknown);
    for (Said tell : tells) {
      check(tell.future.isDone(), tell + ": its future never completed");
    }
    if (kind != Kind.TRANSPARENT) {
      List<Integer> sorted = new ArrayList<>(order);
      sorted.removeIf(mark -> texts.stream().noneMatch(text -> text.number == mark));
      List<Integer> expected = new ArrayList<>(sorted);
      Collections.sort(expected);
      check(sorted.equals(expected), "texts out of order: " + sorted);
    }
  }

  private void judgeAudio(
      LiveServer server,
      LiveSession session,
      List<RecoveryReport> all,
      int sentAgain,
      boolean lastLost) {
    List<Integer> heard = numbersIn(server.receivedAudio());
    for (int i = 1; i < heard.size() && kind != Kind.TRANSPARENT; i++) {
      check(
          heard.get(i) > heard.get(i - 1),
          "audio out of order: " + heard.get(i) + " after " + heard.get(i - 1));
    }
    Set<Integer> set = new HashSet<>(heard);
    int twice = heard.size() - set.size();
    check(
        twice == 0 || kind == Kind.TRANSPARENT && twice <= sentAgain,
        "audio came twice: " + twice + ", sent again " + sentAgain);
    long missing = 0;
    long dropped = 0;
    for (Said chunk : chunks) {
      check(chunk.future.isDone(), chunk + ": its future never completed");
      boolean onLast = lastLost && chunk.writtenOn == session.connection();
      boolean came = set.contains(chunk.number);
      if (chunk.ok() && !came && !onLast) {
        missing += CHUNK_MS;
      }
      if (!chunk.ok()) {
        dropped += CHUNK_MS;
      }
    }
    long reported = all.stream().mapToLong(r -> r.audioNotRestored().toMillis()).sum();
    check(missing <= reported, "audio lost: " + missing + " ms, reported: " + reported + " ms");
    long reportedDrops =
        all.stream().mapToLong(r -> r.audioDropped().toMillis()).sum();
    boolean ended = session.state() == SessionState.CLOSED && lastLost;
    check(
        ended || dropped == reportedDrops,
        "audio dropped: " + dropped + " ms, reported: " + reportedDrops + " ms");
  }

  private void judgeCalls(LiveSession session, boolean endOpen) {
    synchronized (noted) {
      answered.forEach(
          (id, times) -> check(times == 1, "call " + id + " was answered " + times + " times"));
      called.forEach((id, times) -> {
        check(times == 1, "call " + id + " came " + times + " times");
        check(
            answered.containsKey(id) || cancelled.contains(id) || closed != null && openAtEnd(),
            "call " + id + " was neither answered nor cancelled");
      });
      turns.forEach((turn, times) -> check(times == 1, "a turn never ended: " + turn));
    }
  }

  /** Calls whose tool was still at work at the end, or just done, are told by nobody. */
  private boolean openAtEnd() {
    return called.size() - answered.size() - cancelled.size() <= Math.max(2, toolsAtWorkAtEnd);
  }

  private void judgeReports(LiveServer server, List<RecoveryReport> all) {
    int lastNumber = 1;
    for (RecoveryReport report : all) {
      check(
          report.connection() > lastNumber,
          "connection " + report.connection() + " after " + lastNumber);
      lastNumber = report.connection();
      Connection connection = Pace.connection(server, report.connection());
      check(connection != null, "a report of a connection that never was: " + report);
      check(!report.gap().isNegative(), "a negative gap: " + report);
      check(report.attempts() >= 1, "no attempt: " + report);
      if (connection != null) {
        boolean handle =
            !connection.setup().at("/sessionResumption/handle").asText("").isEmpty();
        check(handle == report.stateRestored(), "state restored, or not: " + report);
      }
    }
    check(resumed == all.size(), "reports");
  }
}
