package io.github.geminilive.benchmarks;

import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveListener;
import io.github.geminilive.LiveSession;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * This library against a hand-written loop on {@code java.net.http.WebSocket}, over the loopback,
 * against one server in a process of its own. The two take turns, round by round; what counts is
 * the median of the rounds' ratios.
 *
 * <p>Options: {@code --quick} for less than a minute with less certainty; {@code --only=} and the
 * names of some parts, separated by commas: send, receive, trip, cut, threads, heap, start, scale.
 */
public final class LoopbackBenchmark {

  private static final long DEADLINE_SECONDS = 60;
  private static final long CHUNK_NANOS = 50_000_000L;
  private static final long P99_LIMIT_NANOS = 100_000_000L;

  private final boolean quick;
  private final ServerProcess server;
  private final Report report = new Report();
  private final Peer library = new LibraryClient();
  private final Peer raw = new RawClient(true);
  private final int warmUps;
  private final int rounds;

  private LoopbackBenchmark(boolean quick, ServerProcess server) {
    this.quick = quick;
    this.server = server;
    this.warmUps = quick ? 2 : 4;
    this.rounds = quick ? 5 : 9;
  }

  /**
   * Measures, and prints a table in Markdown.
   *
   * @param args the options
   * @throws Exception when something does not work at all
   */
  public static void main(String[] args) throws Exception {
    List<String> options = List.of(args);
    String only = options.stream()
        .filter(option -> option.startsWith("--only="))
        .map(option -> option.substring("--only=".length()))
        .findFirst()
        .orElse("send,receive,trip,cut,threads,heap,start,scale");
    long start = System.nanoTime();
    try (ServerProcess server = ServerProcess.start()) {
      LoopbackBenchmark benchmark = new LoopbackBenchmark(options.contains("--quick"), server);
      for (String part : only.split(",")) {
        benchmark.run(part);
      }
      benchmark.report.print();
    }
    System.out.printf(
        "%nJDK %s, %d processors, %d s.%n",
        System.getProperty("java.version"),
        Runtime.getRuntime().availableProcessors(),
        TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - start));
  }

  private void run(String part) throws Exception {
    switch (part) {
      case "send" -> {
        send("send 640 B", 640, quick ? 25_000 : 80_000);
        send("send 3,200 B", 3200, quick ? 15_000 : 50_000);
      }
      case "receive" -> receive(quick ? 10_000 : 40_000);
      case "trip" -> roundTrip(quick ? 1500 : 5000);
      case "cut" -> interruption(quick ? 500 : 3000);
      case "threads" -> threads();
      case "heap" -> heap(quick ? 100 : 300);
      case "start" -> startUp(quick ? 3 : 9);
      case "scale" -> scale();
      default -> throw new IllegalArgumentException("no such part: " + part);
    }
  }

  private static byte[] noise(int bytes) {
    byte[] pcm = new byte[bytes];
    new Random(bytes).nextBytes(pcm);
    return pcm;
  }

  /** One round of one peer. */
  private interface Round {
    /** Returns figures, whose meaning is the caller's. */
    double[] run(Peer peer) throws Exception;
  }

  /** The figures of all rounds: by figure, then peer (0 is the library), then round. */
  private double[][][] alternate(int figures, Round round) throws Exception {
    return alternate(figures, raw, round);
  }

  private double[][][] alternate(int figures, Peer other, Round round) throws Exception {
    double[][][] all = new double[figures][2][rounds];
    for (int i = -warmUps; i < rounds; i++) {
      // Who goes first changes, so that neither always finds what the other left behind.
      boolean libraryFirst = i % 2 == 0;
      for (int turn = 0; turn < 2; turn++) {
        int who = libraryFirst ? turn : 1 - turn;
        double[] result = round.run(who == 0 ? library : other);
        if (i >= 0) {
          for (int figure = 0; figure < figures; figure++) {
            all[figure][who][i] = result[figure];
          }
        }
      }
    }
    return all;
  }

  /** CPU and garbage of what a round does, per message; and the server's CPU share. */
  private double[] used(int messages, Link link, AutoCloseable work) throws Exception {
    ServerProcess.Stats serverBefore = server.stats();
    long wall = System.nanoTime();
    long cpu = Meter.cpuNanos();
    long allocated = Meter.allocatedBytes();
    work.close();
    long allocatedAfter = Meter.allocatedBytes();
    long cpuAfter = Meter.cpuNanos();
    ServerProcess.Stats serverAfter = server.stats();
    double wallNanos = System.nanoTime() - wall;
    link.close();
    return new double[] {
      (cpuAfter - cpu) / 1000.0 / messages,
      (allocatedAfter - allocated) / 1000.0 / messages,
      (serverAfter.cpuNanos() - serverBefore.cpuNanos()) / wallNanos,
      (serverAfter.messages() - serverBefore.messages()) / (double) messages
    };
  }

  private void send(String work, int bytes, int chunks) throws Exception {
    byte[] pcm = noise(bytes);
    double[][][] used = alternate(4, peer -> {
      Link link = peer.open(server.uri("/sink"), size -> {});
      return used(chunks, link, () -> {
        for (int i = 0; i < chunks; i++) {
          link.send(pcm);
        }
      });
    });
    report.ratio(work + ": CPU per chunk", "µs", used[0][0], used[0][1], 1.05);
    report.ratio(work + ": garbage per chunk", "kB", used[1][0], used[1][1], 1.0);
    note(work, used[2]);
    System.err.printf(
        "%s: %.3f messages for each chunk of the library%n", work, Meter.median(used[3][0]));
  }

  private void note(String work, double[][] serverShare) {
    System.err.printf(
        "%s: the server used %.0f %% (library) and %.0f %% (raw) of one processor%n",
        work, 100 * Meter.median(serverShare[0]), 100 * Meter.median(serverShare[1]));
  }

  private void receive(int messages) throws Exception {
    double[][][] used = alternate(4, peer -> receiveRound(peer, messages));
    report.ratio("receive 9,600 B: CPU per message", "µs", used[0][0], used[0][1], 1.1);
    report.ratio("receive 9,600 B: garbage per message", "kB", used[1][0], used[1][1], 0.6);
    note("receive 9,600 B", used[2]);
    Peer usual = new RawClient(false);
    double[][][] other = alternate(4, usual, peer -> receiveRound(peer, messages));
    String against = "receive 9,600 B against a raw loop with a stream for each message: ";
    report.ratio(against + "CPU", "µs", other[0][0], other[0][1], 1.1);
    report.ratio(against + "garbage", "kB", other[1][0], other[1][1], 0.6);
  }

  private double[] receiveRound(Peer peer, int messages) throws Exception {
    Semaphore heard = new Semaphore(0);
    Link link = peer.open(server.uri("/push/" + messages), size -> heard.release());
    return used(messages, link, () -> {
      link.post(noise(2));
      await(heard, messages);
    });
  }

  private static void await(Semaphore semaphore, int permits) throws InterruptedException {
    if (!semaphore.tryAcquire(permits, DEADLINE_SECONDS, TimeUnit.SECONDS)) {
      throw new IllegalStateException(
          (permits - semaphore.availablePermits()) + " answers did not come");
    }
  }

  private void roundTrip(int trips) throws Exception {
    byte[] pcm = noise(640);
    double[][][] times = alternate(2, peer -> {
      Semaphore heard = new Semaphore(0);
      long[] nanos = new long[trips];
      try (Link link = peer.open(server.uri("/echo"), size -> heard.release())) {
        for (int i = 0; i < trips; i++) {
          long start = System.nanoTime();
          link.post(pcm);
          await(heard, 1);
          nanos[i] = System.nanoTime() - start;
        }
      }
      return new double[] {
        Meter.percentile(nanos, 0.5) / 1000.0, Meter.percentile(nanos, 0.99) / 1000.0
      };
    });
    report.ratio("echo round trip p50", "µs", times[0][0], times[0][1], 1.1);
    report.ratio("echo round trip p99", "µs", times[1][0], times[1][1], 1.1);
  }

  private void interruption(int times) throws Exception {
    ArrivalClock clock = new ArrivalClock();
    LiveClient client = LiveClient.builder().httpClient(clock).build();
    Semaphore ended = new Semaphore(0);
    long[] nanos = new long[times];
    int[] next = {-times / 5};
    LiveListener listener = new LiveListener() {
      @Override
      public void onInterrupted(LiveEvent.Interrupted interrupted) {
        if (next[0] >= 0) {
          nanos[next[0]] = System.nanoTime() - clock.lastShortNanos();
        }
        next[0]++;
      }

      @Override
      public void onTurnEnded(LiveEvent.TurnEnded turn) {
        ended.release();
      }
    };
    byte[] trigger = noise(2);
    try (LiveSession session = client.open(LibraryClient.config(server.uri("/cut"), listener))) {
      for (int i = -times / 5; i < times; i++) {
        session.streamAudio(trigger, 0, trigger.length, 16_000);
        await(ended, 1);
      }
    }
    double p99 = Meter.percentile(nanos, 0.99) / 1000.0;
    report.row(
        "interruption: frame arrived → onInterrupted, p99 (p50 "
            + Report.format(Meter.percentile(nanos, 0.5) / 1000.0)
            + " µs)",
        Report.format(p99) + " µs",
        "–",
        "–",
        "< 1 ms",
        p99 < 1000);
  }

  private List<Link> open(Peer peer, int count, String path, Semaphore heard) {
    List<Link> links = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      links.add(peer.open(server.uri(path), size -> heard.release()));
    }
    return links;
  }

  private void threads() throws Exception {
    int few = 20;
    int many = quick ? 200 : 500;
    int[][] counts = new int[2][2];
    for (int who = 0; who < 2; who++) {
      for (int step = 0; step < 2; step++) {
        Semaphore heard = new Semaphore(0);
        List<Link> links = open(who == 0 ? library : raw, step == 0 ? few : many, "/turn", heard);
        for (int again = 0; again < 10; again++) {
          links.forEach(link -> link.post(noise(640)));
          await(heard, links.size());
          counts[who][step] = Math.max(counts[who][step], Meter.threads());
        }
        links.forEach(Link::close);
      }
    }
    int grown = counts[0][1] - counts[0][0];
    report.row(
        "threads in the process with " + few + " and " + many + " sessions, all answered at once",
        counts[0][0] + " and " + counts[0][1],
        counts[1][0] + " and " + counts[1][1],
        "–",
        "no growth",
        grown <= Math.max(0, counts[1][1] - counts[1][0]) + 4);
  }

  private void heap(int sessions) throws Exception {
    int times = quick ? 1 : 3;
    double[][] perSession = new double[2][times];
    for (int i = 0; i < times; i++) {
      for (int who = 0; who < 2; who++) {
        Semaphore heard = new Semaphore(0);
        long before = Meter.liveHeapBytes();
        List<Link> links = open(who == 0 ? library : raw, sessions, "/turn", heard);
        links.forEach(link -> link.post(noise(640)));
        await(heard, sessions);
        perSession[who][i] = (Meter.liveHeapBytes() - before) / 1000.0 / sessions;
        links.forEach(Link::close);
      }
    }
    double ours = Meter.median(perSession[0]);
    double theirs = Meter.median(perSession[1]);
    report.row(
        "heap per idle session, after one turn",
        Report.format(ours) + " kB",
        Report.format(theirs) + " kB",
        "+ " + Report.format(ours - theirs) + " kB",
        "+ ≤ 60 kB",
        ours - theirs <= 60);
  }

  private void startUp(int times) throws Exception {
    double[][] millis = new double[2][times];
    for (int i = -1; i < times; i++) {
      for (int who = 0; who < 2; who++) {
        String name = who == 0 ? library.name() : raw.name();
        long start = System.nanoTime();
        Process process = ServerProcess.java(
                StartProbe.class, List.of(), List.of(name, server.uri("/sink").toString()))
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
        try (BufferedReader out = new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII))) {
          if (!"ready".equals(out.readLine())) {
            throw new IOException("the program did not start");
          }
          if (i >= 0) {
            millis[who][i] = (System.nanoTime() - start) / 1e6;
          }
        }
        process.waitFor();
      }
    }
    report.ratio("JVM start → setupComplete", "ms", millis[0], millis[1], 1.2);
  }

  private void scale() throws Exception {
    int[] steps = quick ? new int[] {50, 250} : new int[] {50, 100, 250, 500, 750, 1000};
    String[] shown = new String[2];
    int[] most = new int[2];
    boolean[] failed = new boolean[2];
    Arrays.fill(shown, "");
    for (int step : steps) {
      for (int who = 0; who < 2; who++) {
        if (failed[who]) {
          continue;
        }
        long p99 = underLoad(who == 0 ? library : raw, step);
        failed[who] = p99 > P99_LIMIT_NANOS;
        if (!failed[who]) {
          most[who] = step;
        }
        String time = p99 == Long.MAX_VALUE ? "lost" : Report.format(p99 / 1e6) + " ms";
        System.err.printf(
            "%d sessions at 20 chunks/s each way, %s: p99 %s%n",
            step, who == 0 ? library.name() : raw.name(), time);
        shown[who] =
            most[who] + (failed[who] ? " (" + step + ": " + time + ")" : " (" + time + ")");
      }
    }
    report.row(
        "sessions at 20 chunks/s each way with p99 ≤ 100 ms, of the steps "
            + Arrays.toString(steps),
        shown[0],
        shown[1],
        most[1] == 0 ? "–" : Report.format(most[0] / (double) most[1]),
        "≥ 1",
        most[0] >= most[1]);
  }

  /** The p99 of the time from when a chunk was due to its echo; what never came counts as lost. */
  private long underLoad(Peer peer, int sessions) throws Exception {
    int warmUpChunks = 20;
    int chunks = warmUpChunks + (quick ? 40 : 100);
    byte[] pcm = noise(640);
    AtomicLongArray arrived = new AtomicLongArray(sessions * chunks);
    LongAdder answers = new LongAdder();
    List<Link> links = new ArrayList<>();
    for (int i = 0; i < sessions; i++) {
      int from = i * chunks;
      int[] heard = {0};
      links.add(peer.open(server.uri("/echo"), size -> {
        if (heard[0] < chunks) {
          arrived.set(from + heard[0]++, System.nanoTime());
          answers.increment();
        }
      }));
    }
    long start = System.nanoTime() + CHUNK_NANOS;
    for (int chunk = 0; chunk < chunks; chunk++) {
      for (int i = 0; i < sessions; i++) {
        long due = due(start, chunk, i, sessions);
        for (long left; (left = due - System.nanoTime()) > 0; ) {
          LockSupport.parkNanos(left);
        }
        links.get(i).post(pcm);
      }
    }
    long expected = (long) sessions * chunks;
    long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
    while (answers.sum() < expected && System.nanoTime() < giveUp) {
      LockSupport.parkNanos(1_000_000);
    }
    long[] nanos = new long[sessions * (chunks - warmUpChunks)];
    int at = 0;
    for (int i = 0; i < sessions; i++) {
      for (int chunk = warmUpChunks; chunk < chunks; chunk++) {
        long time = arrived.get(i * chunks + chunk);
        nanos[at++] = time == 0 ? Long.MAX_VALUE : time - due(start, chunk, i, sessions);
      }
    }
    links.forEach(Link::close);
    return Meter.percentile(nanos, 0.99);
  }

  private static long due(long start, int chunk, int session, int sessions) {
    return start + chunk * CHUNK_NANOS + session * CHUNK_NANOS / sessions;
  }
}
