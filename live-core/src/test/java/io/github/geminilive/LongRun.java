package io.github.geminilive;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Persona;
import java.time.Duration;
import java.util.Base64;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A conversation of many hours in virtual time on a service that ends each connection after ten
 * minutes. Run by hand: {@code LongRun [hours]}, 24 by default. Prints what was said, what was lost
 * and what of that was reported, and the heap after the first hour and at the end; exits with 1 when
 * something was lost unreported, or the heap has grown by more than a tenth.
 */
final class LongRun {

  private static final int CHUNK_MS = 100;
  private static final int CHUNK_BYTES = 16_000 / 1000 * CHUNK_MS * 2;
  private static final double MOST_GROWTH = 1.1;
  private static final Pattern MARK = Pattern.compile("#(\\d+)#");

  private final Pace pace = new Pace();
  private final TreeMap<Long, Runnable> deeds = new TreeMap<>();
  private final AtomicInteger texts = new AtomicInteger();
  private int chunks;
  private int refused;

  // What the service has taken in; on its I/O threads.
  private final AtomicInteger newestChunk = new AtomicInteger();
  private final AtomicInteger chunksCome = new AtomicInteger();
  private final AtomicInteger disorder = new AtomicInteger();
  private final Set<Integer> textsAwaited = new HashSet<>(); // guarded by itself
  private final AtomicInteger toolAnswers = new AtomicInteger();

  // What the application is told.
  private final AtomicInteger turns = new AtomicInteger();
  private final AtomicInteger calls = new AtomicInteger();
  private final AtomicInteger rotations = new AtomicInteger();
  private final AtomicInteger reportedTexts = new AtomicInteger();
  private final AtomicLong reportedAudioMs = new AtomicLong();
  private final AtomicLong longestGapMs = new AtomicLong();
  private final AtomicInteger stalls = new AtomicInteger();
  private volatile @Nullable CloseInfo closed;

  private LongRun() {}

  /** Talks for so many hours. */
  public static void main(String[] args) {
    int hours = args.length == 0 ? 24 : Integer.parseInt(args[0]);
    System.exit(new LongRun().run(hours) ? 0 : 1);
  }

  private boolean run(int hours) {
    long began = System.nanoTime();
    try (LiveServer server = LiveServer.builder()
        .persona(persona())
        .time(pace.time)
        .recording(false)
        .handleLife(Duration.ofMinutes(20))
        .tap((connection, message) -> take(message))
        .start()) {
      pace.watch(server);
      LiveSession session = open(server);
      long afterOneHour = 0;
      for (int minute = 0; minute < hours * 60; minute++) {
        plan(session, minute);
        driveTo(Duration.ofMinutes(minute + 1));
        if (minute == 59) {
          afterOneHour = heap();
        }
        if (minute % 60 == 59) {
          System.out.println("after " + (minute + 1) / 60 + " h: " + figures(session));
        }
      }
      long atTheEnd = heap();
      CompletableFuture<CloseInfo> closing = session.closeAsync();
      while (!closing.isDone()) {
        pace.step(Duration.ofSeconds(1));
      }
      driveTo(pace.time.elapsed().plusSeconds(10));
      return verdict(server, afterOneHour, atTheEnd, Duration.ofNanos(System.nanoTime() - began));
    }
  }

  private boolean verdict(LiveServer server, long first, long last, Duration took) {
    int lostTexts;
    synchronized (textsAwaited) {
      lostTexts = textsAwaited.size();
    }
    long lostAudioMs = (long) (chunks - chunksCome.get()) * CHUNK_MS;
    double ratio = (double) last / first;
    System.out.println("violations: " + server.violations() + ", closed: " + closed);
    System.out.println("lost texts: " + lostTexts + ", reported: " + reportedTexts);
    System.out.println("lost audio: " + lostAudioMs + " ms, reported: " + reportedAudioMs
        + " ms, out of order: " + disorder + ", refused: " + refused);
    System.out.println("tool calls: " + calls + ", answers that came: " + toolAnswers);
    System.out.println("timers left: " + pace.time.pending());
    System.out.printf(
        "heap after 1 h: %d KiB, at the end: %d KiB, ratio %.3f%n",
        first / 1024, last / 1024, ratio);
    System.out.println("took " + took.toSeconds() + " s");
    boolean good = lostTexts <= reportedTexts.get()
        && lostAudioMs <= reportedAudioMs.get()
        && disorder.get() == 0
        && refused == 0
        && toolAnswers.get() == calls.get()
        && server.violations().isEmpty()
        && pace.time.pending() == 0
        && ratio <= MOST_GROWTH;
    System.out.println(good ? "nothing lost unreported" : "NOT as it should be");
    return good;
  }

  private String figures(LiveSession session) {
    return turns
        + " turns, "
        + rotations
        + " rotations, longest gap "
        + longestGapMs
        + " ms, "
        + texts
        + " texts, "
        + chunks
        + " chunks, "
        + calls
        + " calls, "
        + stalls
        + " stalls, "
        + heap() / 1024
        + " KiB, "
        + session.state();
  }

  private static long heap() {
    return LeakProbe.measure().heapBytes();
  }

  private Persona persona() {
    return Persona.builder()
        .onText("story")
        .say("Once upon a time there was a river that wanted to see the sea, and so it went.")
        .onText("look")
        .call("look", Map.of("at", "it"))
        .thenSay(result -> "I have seen it.")
        .onText("watch")
        .call("watch", Map.of("what", "it"))
        .say("One moment, please.")
        .thenSay(result -> "It moves.")
        .otherwise()
        .heard("Hello.")
        .say("Right you are.")
        .build();
  }

  private LiveSession open(LiveServer server) {
    LiveConfig config = LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
        .endpoint(Endpoint.developer().at(server.baseUri()))
        .credentials(Credentials.apiKey(pace::apiKey))
        .tools(
            tool("look", FunctionBehavior.BLOCKING), tool("watch", FunctionBehavior.NON_BLOCKING))
        .listener(new Notes())
        .build();
    CompletableFuture<LiveSession> opening = pace.client().build().openAsync(config);
    while (!opening.isDone()) {
      pace.step(Duration.ofMillis(50));
    }
    LiveSession session = opening.join();
    pace.watch(session);
    return session;
  }

  private ToolSet tool(String name, FunctionBehavior behavior) {
    return ToolSet.of(Calls.declaration(name, behavior), (args, context) -> {
      CompletableFuture<Object> later = new CompletableFuture<>();
      pace.time.schedule(() -> later.complete(Map.of("seen", name)), 3, TimeUnit.SECONDS);
      return later;
    });
  }

  private final class Notes implements LiveListener {
    @Override
    public void onTurnEnded(LiveEvent.TurnEnded ended) {
      turns.incrementAndGet();
    }

    @Override
    public void onToolCalled(LiveEvent.ToolCalled toolCalled) {
      calls.incrementAndGet();
    }

    @Override
    public void onStalled(LiveEvent.Stalled stalled) {
      stalls.incrementAndGet();
    }

    @Override
    public void onResumed(RecoveryReport report) {
      rotations.incrementAndGet();
      reportedTexts.addAndGet(report.notRestored());
      reportedAudioMs.addAndGet(
          report.audioNotRestored().toMillis() + report.audioDropped().toMillis());
      longestGapMs.accumulateAndGet(report.gap().toMillis(), Math::max);
    }

    @Override
    public void onClosed(CloseInfo info) {
      closed = info;
    }
  }

  private void take(JsonNode message) {
    JsonNode audio = message.at("/realtimeInput/audio/data");
    if (audio.isTextual()) {
      byte[] pcm = Base64.getDecoder().decode(audio.asText());
      int number = 0;
      for (int i = 0; i < 6; i++) {
        number |= (pcm[2 * i] & 0xF) << (4 * i);
      }
      int newest = newestChunk.getAndSet(number);
      if (number <= newest || pcm.length != CHUNK_BYTES) {
        disorder.incrementAndGet();
      }
      chunksCome.incrementAndGet();
    }
    toolAnswers.addAndGet(message.at("/toolResponse/functionResponses").size());
    Matcher mark = MARK.matcher(message.path("clientContent").toString());
    while (mark.find()) {
      synchronized (textsAwaited) {
        textsAwaited.remove(Integer.parseInt(mark.group(1)));
      }
    }
  }

  /** What is said in a minute of the conversation. */
  private void plan(LiveSession session, int minute) {
    long start = minute * 60_000L;
    for (int i = 0; i < 28; i++) {
      boolean voiced = i < 20;
      at(start + 2_000 + (long) i * CHUNK_MS, () -> speak(session, voiced));
    }
    at(start + 15_000, () -> write(session, "hello"));
    if (minute % 3 == 0) {
      at(start + 25_000, () -> write(session, "look"));
    }
    if (minute % 4 == 0) {
      at(start + 35_000, () -> write(session, "watch"));
    }
    if (minute % 7 == 0) {
      at(start + 44_000, () -> session.tell("it is minute " + minute));
    }
    at(start + 45_000, () -> write(session, "tell a story"));
    // The user sometimes interrupts it.
    if (minute % 5 == 0) {
      at(start + 47_500, () -> write(session, "enough"));
    }
  }

  private void at(long millis, Runnable action) {
    deeds.put(millis, action);
  }

  private void write(LiveSession session, String what) {
    int number = texts.incrementAndGet();
    synchronized (textsAwaited) {
      textsAwaited.add(number);
    }
    count(session.sendText(what + " #" + number + "#"));
  }

  private void speak(LiveSession session, boolean voiced) {
    int number = ++chunks;
    byte[] pcm = Talk.pcm(CHUNK_MS, 16_000, voiced ? 3_000 : 0);
    for (int i = 0; i < 6; i++) {
      pcm[2 * i] = (byte) (number >> (4 * i) & 0xF);
      pcm[2 * i + 1] = 0;
    }
    count(session.sendAudio(pcm));
  }

  private void count(CompletableFuture<Void> sent) {
    if (sent.isCompletedExceptionally()) {
      refused++;
    }
  }

  private void driveTo(Duration end) {
    while (pace.time.elapsed().compareTo(end) < 0) {
      long now = pace.time.elapsed().toMillis();
      Map.Entry<Long, Runnable> next = deeds.firstEntry();
      if (next != null && next.getKey() <= now) {
        deeds.pollFirstEntry().getValue().run();
        pace.settle();
        continue;
      }
      long until = next == null ? end.toMillis() : Math.min(next.getKey(), end.toMillis());
      pace.step(Duration.ofMillis(until).minus(pace.time.elapsed()));
    }
  }
}
