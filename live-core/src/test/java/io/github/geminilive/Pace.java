package io.github.geminilive;

import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.VirtualTime;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Moves virtual time only when nothing is under way: no task of the client's or of its HTTP client's
 * runs, no dial is out, and nothing is on a connection. So a conversation of hours takes seconds, and
 * the same seed gives very nearly the same conversation. For one session at a time.
 */
final class Pace {

  private static final Duration REAL_PATIENCE = Duration.ofSeconds(10);
  // While the client is between two connections not all it does can be seen: small steps then.
  private static final Duration SMALL_STEP = Duration.ofMillis(50);
  private static final int ROUNDS_CONNECTED = 1;
  private static final int ROUNDS_OTHERWISE = 3;
  private static final long BREATH_NANOS = 300_000;
  private static final long UNNOTICED_NANOS = 100_000_000;

  /** Runs tasks on daemon threads and knows how many there are. */
  static final class CountingExecutor implements Executor {
    private final ExecutorService threads;
    private final AtomicInteger running = new AtomicInteger();
    private final AtomicLong started = new AtomicLong();

    CountingExecutor(String name) {
      threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
      });
    }

    @Override
    public void execute(Runnable task) {
      running.incrementAndGet();
      started.incrementAndGet();
      threads.execute(() -> {
        try {
          task.run();
        } finally {
          running.decrementAndGet();
        }
      });
    }

    void shutdown() {
      threads.shutdown();
    }
  }

  private static final CountingExecutor IO = new CountingExecutor("chaos-io");
  private static final HttpClient HTTP = HttpClient.newBuilder().executor(IO).build();

  final VirtualTime time = new VirtualTime();
  private final CountingExecutor tasks = new CountingExecutor("chaos-tasks");
  private final AtomicInteger dials = new AtomicInteger();
  private @Nullable LiveServer server;
  private @Nullable LiveSession session;

  /** A client on this time and these threads. */
  LiveClient.Builder client() {
    return LiveClient.builder()
        .httpClient(HTTP)
        .executor(tasks)
        .scheduler(time)
        .nanoTime(time.nanoTime());
  }

  /** The source of the API key: it is asked once for each dial. */
  String apiKey() {
    dials.incrementAndGet();
    return "test-api-key";
  }

  void watch(LiveServer server) {
    this.server = server;
  }

  void watch(LiveSession session) {
    this.session = session;
  }

  int dials() {
    return dials.get();
  }

  private boolean connected() {
    return session != null && session.state().connected();
  }

  private boolean over() {
    return session != null && session.state() == SessionState.CLOSED;
  }

  /** What has happened so far, as a number that grows. */
  private long progress() {
    return tasks.started.get() + dials.get();
  }

  /** Awaits, in real time, that nothing is under way. */
  void settle() {
    LiveServer at = server;
    long end = System.nanoTime() + REAL_PATIENCE.toNanos();
    long unnoticedEnd = System.nanoTime() + UNNOTICED_NANOS;
    int stable = 0;
    long before = -1;
    while (System.nanoTime() - end < 0) {
      boolean idle = tasks.running.get() == 0 && IO.running.get() == 0;
      boolean dialling = at != null && !over() && dials.get() > at.dials();
      // The service has ended the connection, and the client has yet to see it.
      boolean unnoticed = at != null
          && connected()
          && at.connections().stream().noneMatch(Connection::isOpen)
          && System.nanoTime() - unnoticedEnd < 0;
      boolean quiet = idle && !dialling && !unnoticed;
      if (quiet && at != null) {
        quiet = at.settle(REAL_PATIENCE);
        quiet &= tasks.running.get() == 0 && IO.running.get() == 0;
      }
      long now = progress();
      stable = quiet && now == before ? stable + 1 : 0;
      before = now;
      if (stable >= (connected() ? ROUNDS_CONNECTED : ROUNDS_OTHERWISE)) {
        return;
      }
      if (!quiet || !connected()) {
        LockSupport.parkNanos(quiet ? BREATH_NANOS : BREATH_NANOS / 6);
      }
    }
  }

  /** Moves the time to the next task, at most by this much, and lets all settle. */
  void step(Duration limit) {
    Duration least = connected() || limit.compareTo(SMALL_STEP) < 0 ? limit : SMALL_STEP;
    time.advanceToNext(least);
    settle();
  }

  /** The connection of a session's number, seen from the service; null when none came about. */
  static @Nullable Connection connection(LiveServer server, int number) {
    List<io.github.geminilive.testkit.Upgrade> upgrades = server.upgrades();
    if (number > upgrades.size()) {
      return null;
    }
    return server.connections().stream()
        .filter(connection -> connection.upgrade() == upgrades.get(number - 1))
        .findFirst()
        .orElse(null);
  }

  void shutdown() {
    tasks.shutdown();
  }
}
