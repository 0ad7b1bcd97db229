package io.github.geminilive;

import java.time.Duration;

/**
 * Runs seeds of {@link Chaos} and prints those that failed. By hand: {@code ChaosRun FROM TO}, 1 and
 * 1,000 by default; {@code ChaosRun SEED} prints all that happened. Exits with 1 when one failed.
 */
final class ChaosRun {

  private ChaosRun() {}

  /** Runs them. */
  public static void main(String[] args) {
    long from = args.length > 0 ? Long.parseLong(args[0]) : 1;
    boolean one = args.length == 1;
    long to = args.length > 1 ? Long.parseLong(args[1]) : one ? from : 1_000;
    long began = System.nanoTime();
    int failed = 0;
    int recoveries = 0;
    for (long seed = from; seed <= to; seed++) {
      Chaos.Outcome outcome = Chaos.run(seed);
      recoveries += outcome.recoveries();
      if (one) {
        outcome.trace().forEach(System.out::println);
        System.out.println(outcome.setting() + ", ended: " + outcome.end());
      }
      if (!outcome.failures().isEmpty()) {
        failed++;
        System.out.println("seed " + seed + " (" + outcome.setting() + "): " + outcome.failures());
      }
    }
    Duration took = Duration.ofNanos(System.nanoTime() - began);
    System.out.println((to - from + 1)
        + " seeds, "
        + failed
        + " failed, "
        + recoveries
        + " recoveries, "
        + took.toSeconds()
        + " s");
    System.exit(failed == 0 ? 0 : 1);
  }
}
