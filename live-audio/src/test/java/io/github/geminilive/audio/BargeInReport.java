package io.github.geminilive.audio;

import io.github.geminilive.audio.device.AudioServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;

/**
 * Prints how long an interruption takes on a real audio server, in its parts: a table for the
 * documentation. Wants PulseAudio, and {@code ALSA_CONFIG_PATH} as {@link AudioServer} says.
 * Argument: rounds of each kind, 10 if there is none.
 */
final class BargeInReport {

  private BargeInReport() {}

  /** Measures and prints. */
  public static void main(String[] args) throws IOException {
    int rounds = args.length == 0 ? 10 : Integer.parseInt(args[0]);
    System.out.println("| ms, median (worst) of " + rounds
        + " | caller's first sample to silence | microphone | decision | flush | loudspeaker"
        + " | heard, error |");
    System.out.println("|---|---|---|---|---|---|---|");
    try (AudioServer server = AudioServer.start()) {
      row(server, "service decides, fade", rounds, TurnTaking.SERVICE, loop -> loop);
      row(
          server,
          "service decides, cut",
          rounds,
          TurnTaking.SERVICE,
          loop -> loop.flushMode(FlushMode.CUT));
      row(server, "loop decides (pause first)", rounds, TurnTaking.CLIENT, loop -> loop);
      BargeInBench.couple(server);
      try (BargeInBench bench =
          new BargeInBench(server, TurnTaking.SERVICE, BargeInBench.speech(), 5000, loop -> loop)) {
        bench.awaitCanceller();
        row(bench, "service decides, fade, echo in the room", rounds);
      }
    }
  }

  private static void row(
      AudioServer server,
      String what,
      int rounds,
      TurnTaking turns,
      UnaryOperator<VoiceLoop.Builder> change)
      throws IOException {
    try (BargeInBench bench =
        new BargeInBench(server, turns, loop -> change.apply(loop.echo(EchoMode.HEADSET)))) {
      row(bench, what, rounds);
    }
  }

  private static void row(BargeInBench bench, String what, int rounds) throws IOException {
    List<BargeInBench.Round> all = new ArrayList<>();
    for (int i = 0; i < rounds; i++) {
      all.add(bench.round());
    }
    System.out.println("| " + what + " | "
        + String.join(
            " | ",
            figure(all, BargeInBench.Round::total),
            figure(all, BargeInBench.Round::microphone),
            figure(all, BargeInBench.Round::decision),
            figure(all, BargeInBench.Round::flush),
            figure(all, BargeInBench.Round::loudspeaker),
            figure(all, BargeInBench.Round::heardError))
        + " |");
  }

  private static String figure(
      List<BargeInBench.Round> rounds, ToDoubleFunction<BargeInBench.Round> part) {
    double[] sorted = rounds.stream().mapToDouble(part).sorted().toArray();
    return String.format(
        Locale.ROOT, "%.1f (%.1f)", sorted[sorted.length / 2], sorted[sorted.length - 1]);
  }
}
