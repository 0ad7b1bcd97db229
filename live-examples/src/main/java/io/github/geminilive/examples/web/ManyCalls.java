package io.github.geminilive.examples.web;

import io.github.geminilive.examples.voice.Failures;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Holds many calls at once with a {@link WebConversation} on this machine (Linux), and prints what
 * they cost its process, as a row of a table. Each caller has an open microphone, twenty messages of
 * sound a second, and asks something in writing every ten seconds.
 *
 * <p>{@code ManyCalls ADDRESS PID CALLS SECONDS}: the program must have been started with {@code
 * --behind-proxy}, so that it takes the callers for different ones. Exit codes: as the other programs.
 */
public final class ManyCalls {

  private static final Duration MESSAGE = Duration.ofMillis(50);
  private static final int MESSAGE_BYTES = 1_600;
  private static final int ASK_EVERY = 200; // messages: 10 s
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final HttpClient http = HttpClient.newHttpClient();
  private final URI address;
  private final long pid;
  private final Queue<Long> delays = new ConcurrentLinkedQueue<>();

  private ManyCalls(URI address, long pid) {
    this.address = address;
    this.pid = pid;
  }

  /** Runs the program. */
  public static void main(String[] args) throws Exception {
    if (args.length != 4) {
      System.exit(Failures.report("usage", "ManyCalls ADDRESS PID CALLS SECONDS", Failures.USAGE));
    }
    try {
      System.out.println("| calls | CPU | heap | open files | threads | p50 | p99 |");
      System.out.println(measure(
          URI.create(args[0]),
          Long.parseLong(args[1]),
          Integer.parseInt(args[2]),
          Duration.ofSeconds(Long.parseLong(args[3]))));
    } catch (IOException | RuntimeException e) {
      System.exit(Failures.report("ManyCalls", e));
    }
  }

  /**
   * What calls cost.
   *
   * @param time how long to measure; as long before that, they talk already
   * @return calls, processors' time, heap after a collection, open files, threads, and the time from
   *     a question to the first sound of its answer: the median and the 99th percentile
   */
  static String measure(URI address, long pid, int calls, Duration time)
      throws IOException, InterruptedException {
    return new ManyCalls(address, pid).run(calls, time);
  }

  private String run(int count, Duration time) throws IOException, InterruptedException {
    List<Call> calls = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Call call = new Call(i);
      calls.add(call);
      call.ready.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }
    ScheduledExecutorService clock = Executors.newScheduledThreadPool(1);
    for (Call call : calls) {
      // Not all at the same moment.
      long first = MESSAGE.toNanos() * call.number / count;
      clock.scheduleAtFixedRate(call::speak, first, MESSAGE.toNanos(), TimeUnit.NANOSECONDS);
    }
    pass(time);
    delays.clear();
    double busy = cpuSeconds();
    long began = System.nanoTime();
    pass(time);
    double cpu = (cpuSeconds() - busy) / ((System.nanoTime() - began) / 1e9);
    List<Long> sorted = delays.stream().sorted().toList();
    int threads = count("task");
    int files = count("fd");
    long heap = heapAfterCollection();
    long gone = calls.stream().filter(call -> call.gone).count();
    clock.shutdownNow();
    if (gone > 0) {
      throw new IOException(gone + " calls were lost");
    }
    calls.forEach(call -> call.socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join());
    return String.format(
        Locale.ROOT,
        "| %d | %.0f %% | %.1f MB | %d | %d | %s | %s |",
        count,
        cpu * 100,
        heap / 1e6,
        files,
        threads,
        percentile(sorted, 0.5),
        percentile(sorted, 0.99));
  }

  private static void pass(Duration time) {
    new CompletableFuture<Void>()
        .completeOnTimeout(null, time.toMillis(), TimeUnit.MILLISECONDS)
        .join();
  }

  private static String percentile(List<Long> sorted, double share) {
    return sorted.isEmpty()
        ? "–"
        : TimeUnit.NANOSECONDS.toMillis(sorted.get((int) (share * (sorted.size() - 1)))) + " ms";
  }

  /** Of the relay, since its start. */
  private double cpuSeconds() {
    return ProcessHandle.of(pid)
            .flatMap(process -> process.info().totalCpuDuration())
            .orElseThrow(() -> new IllegalArgumentException("there is no process " + pid))
            .toNanos()
        / 1e9;
  }

  private int count(String what) throws IOException {
    try (Stream<Path> all = Files.list(Path.of("/proc", Long.toString(pid), what))) {
      return (int) all.count();
    }
  }

  private long heapAfterCollection() throws IOException, InterruptedException {
    tool("jcmd", Long.toString(pid), "GC.run");
    String[] lines = tool("jstat", "-gc", Long.toString(pid)).split("\n");
    String[] names = lines[0].strip().split("\\s+");
    String[] values = lines[1].strip().split("\\s+");
    double kilobytes = 0;
    for (int i = 0; i < names.length; i++) {
      if (List.of("S0U", "S1U", "EU", "OU").contains(names[i])) {
        kilobytes += Double.parseDouble(values[i]);
      }
    }
    return (long) (kilobytes * 1024);
  }

  private static String tool(String name, String... args) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", name).toString());
    command.addAll(List.of(args));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new IOException(String.join(" ", command) + " says: " + output.strip());
    }
    return output;
  }

  private final class Call implements WebSocket.Listener {

    final int number;
    final CompletableFuture<Void> ready = new CompletableFuture<>();
    final WebSocket socket;
    volatile boolean gone;
    private final ByteBuffer quiet = ByteBuffer.allocate(MESSAGE_BYTES);
    private CompletableFuture<?> sent = new CompletableFuture<>(); // of the clock's thread
    private int spoken;
    private volatile long askedAt;

    Call(int number) throws IOException, InterruptedException {
      this.number = number;
      this.spoken = number;
      String from = "10.%d.%d.%d".formatted(number >> 16 & 255, number >> 8 & 255, number & 255);
      String cookie = http.send(
              HttpRequest.newBuilder(address).header("X-Forwarded-For", from).build(),
              BodyHandlers.discarding())
          .headers()
          .firstValue("Set-Cookie")
          .orElseThrow(() -> new IOException(address + " lets nobody in"));
      socket = http.newWebSocketBuilder()
          .header("Origin", address.toString())
          .header("X-Forwarded-For", from)
          .header("Cookie", cookie.substring(0, cookie.indexOf(';')))
          .buildAsync(
              URI.create("ws" + address.toString().substring("http".length()) + "/relay"), this)
          .join();
      sent = socket.sendText("{\"type\":\"start\"}", true);
    }

    /** The next piece of what the microphone hears; a call that is behind leaves one out. */
    void speak() {
      if (!sent.isDone()) {
        return;
      }
      if (spoken++ % ASK_EVERY == 0) {
        askedAt = System.nanoTime();
        sent = socket.sendText("{\"type\":\"text\",\"text\":\"Hm.\"}", true);
      } else {
        sent = socket.sendBinary(quiet.duplicate(), true);
      }
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket from, CharSequence data, boolean last) {
      ready.complete(null);
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
      long asked = askedAt;
      if (asked != 0) {
        askedAt = 0;
        delays.add(System.nanoTime() - asked);
      }
      from.request(1);
      return null;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket from, int code, String reason) {
      gone = true;
      ready.completeExceptionally(new IOException("closed with code " + code + ": " + reason));
      return null;
    }

    @Override
    public void onError(WebSocket from, Throwable error) {
      gone = true;
      ready.completeExceptionally(error);
    }
  }
}
