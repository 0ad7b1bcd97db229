package io.github.geminilive;

import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Persona;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Takes the connection of one session away again and again, in real time, and prints what is left.
 * Run by hand: {@code RecoveryCycles [recoveries]}, 1,000 by default. Exits with 1 when threads,
 * descriptors or heap did not return to where they were after the first hundred.
 */
final class RecoveryCycles {

  private static final int WARM_UP = 100;
  private static final int SHOWN_EVERY = 250;
  private static final long HEAP_SLACK_BYTES = 4 << 20;
  private static final long PATIENCE_SECONDS = 30;
  private static final long BREATH_NANOS = 5_000_000;

  private RecoveryCycles() {}

  /** Runs them. */
  public static void main(String[] args) throws InterruptedException {
    int recoveries = args.length == 0 ? 1_000 : Integer.parseInt(args[0]);
    Semaphore resumed = new Semaphore(0);
    try (LiveServer server = LiveServer.builder()
        .recording(false)
        .persona(Persona.silent())
        .handleLife(Duration.ofSeconds(5))
        .start()) {
      LiveConfig config = LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
          .endpoint(Endpoint.custom(server.baseUri()))
          .apiKey(server.apiKey())
          .recovery(RecoveryPolicy.builder()
              .firstWait(Duration.ZERO)
              .stableAfter(Duration.ZERO)
              .patience(Duration.ZERO)
              .build())
          .listener(new LiveListener() {
            @Override
            public void onResumed(RecoveryReport report) {
              resumed.release();
            }
          })
          .build();
      LiveClient client = LiveClient.builder().build();
      try (LiveSession session = client.open(config)) {
        recover(server, session, resumed, WARM_UP);
        LeakProbe.Figures before = settle(null);
        System.out.println("before: " + before);

        long begin = System.nanoTime();
        for (int done = 0; done < recoveries; done += SHOWN_EVERY) {
          recover(server, session, resumed, Math.min(SHOWN_EVERY, recoveries - done));
          System.out.println("  " + done + " and more: " + LeakProbe.measure());
        }
        Duration took = Duration.ofNanos(System.nanoTime() - begin);

        LeakProbe.Figures after = settle(before);
        System.out.println("after " + recoveries + " recoveries in " + took.toSeconds() + " s, "
            + session.connection() + " connections: " + after);
        System.out.println("threads: " + after.threads());
        boolean returned = returned(before, after) && server.violations().isEmpty();
        System.out.println(returned ? "all returned" : "NOT returned " + server.violations());
        System.exit(returned ? 0 : 1);
      }
    }
  }

  /** A reset, a drop, a close, a goAway and a wish of the application's, in turn. */
  private static void recover(LiveServer server, LiveSession session, Semaphore resumed, int times)
      throws InterruptedException {
    for (int i = 0; i < times; i++) {
      Connection connection = server.nextConnection();
      connection.setup();
      connection.giveHandle();
      session.sendText("number " + i);
      // The JDK loses an end of stream that comes while it delivers a message.
      server.settle(Duration.ofSeconds(PATIENCE_SECONDS));
      LockSupport.parkNanos(BREATH_NANOS);
      switch (i % 5) {
        case 0 -> connection.reset();
        case 1 -> connection.drop();
        case 2 -> connection.close(1011, "Internal error encountered.");
        case 3 -> connection.goAway(Duration.ZERO);
        default -> session.rotate();
      }
      if (!resumed.tryAcquire(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        throw new AssertionError("no recovery " + i + ": " + session);
      }
    }
  }

  private static LeakProbe.Figures settle(LeakProbe.@Nullable Figures goal) {
    if (goal == null) {
      LeakProbe.await(() -> LeakProbe.threads().size() <= 1, Duration.ofSeconds(15));
    } else {
      LeakProbe.await(() -> returned(goal, LeakProbe.measure()), Duration.ofSeconds(30));
    }
    return LeakProbe.measure();
  }

  private static boolean returned(LeakProbe.Figures before, LeakProbe.Figures after) {
    return after.threads().size() <= before.threads().size()
        && after.descriptors() <= before.descriptors()
        && after.heapBytes() <= before.heapBytes() + HEAP_SLACK_BYTES;
  }
}
