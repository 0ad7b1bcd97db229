package io.github.geminilive;

import io.github.geminilive.testkit.LiveServer;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Opens and closes sessions and prints what is left of them. Run by hand: {@code ConnectCycles
 * [cycles]}, 10,000 by default. Exits with 1 when threads, descriptors or heap did not return to
 * where they were after the first hundred.
 */
final class ConnectCycles {

  private static final int WARM_UP = 100;
  // A server remembers who came; it is replaced before that weighs.
  private static final int CYCLES_PER_SERVER = 1000;
  private static final long HEAP_SLACK_BYTES = 4 << 20;

  private ConnectCycles() {}

  /** Runs the cycles. */
  public static void main(String[] args) {
    int cycles = args.length == 0 ? 10_000 : Integer.parseInt(args[0]);
    LiveClient client = LiveClient.builder().build();
    cycle(client, WARM_UP);
    LeakProbe.Figures before = settle(null);
    System.out.println("before: " + before);

    long begin = System.nanoTime();
    for (int done = 0; done < cycles; done += CYCLES_PER_SERVER) {
      cycle(client, Math.min(CYCLES_PER_SERVER, cycles - done));
      System.out.println("  " + done + " and more: " + LeakProbe.measure());
    }
    Duration took = Duration.ofNanos(System.nanoTime() - begin);

    LeakProbe.Figures after = settle(before);
    System.out.println("after " + cycles + " cycles in " + took.toSeconds() + " s: " + after);
    System.out.println("threads: " + after.threads());
    boolean returned = returned(before, after);
    System.out.println(returned ? "all returned" : "NOT returned");
    System.exit(returned ? 0 : 1);
  }

  private static void cycle(LiveClient client, int times) {
    try (LiveServer server = LiveServer.builder().recording(false).start()) {
      LiveConfig config = LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
          .endpoint(Endpoint.custom(server.baseUri()))
          .apiKey(server.apiKey())
          .build();
      for (int i = 0; i < times; i++) {
        client.open(config).close();
      }
    }
  }

  /** Measures once idle threads and delayed tasks have had their time to go. */
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
