package io.github.geminilive.benchmarks;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Collects the rows of the table. */
final class Report {

  private final List<String> rows = new ArrayList<>();

  /** A row whose ratio is the median of the rounds' ratios. */
  void ratio(String work, String unit, double[] library, double[] raw, double target) {
    double[] ratios = new double[library.length];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = library[i] / raw[i];
    }
    double ratio = Meter.median(ratios);
    row(
        work,
        format(Meter.median(library)) + " " + unit,
        format(Meter.median(raw)) + " " + unit,
        format(ratio),
        "≤ " + target,
        // What is shown as on target is on target.
        Math.round(ratio * 100) <= Math.round(target * 100));
  }

  void row(String work, String library, String raw, String ratio, String target, boolean met) {
    String row =
        "| " + String.join(" | ", work, library, raw, ratio, target, met ? "met" : "missed") + " |";
    rows.add(row);
    System.err.println(row);
  }

  static String format(double value) {
    return String.format(Locale.ROOT, value < 10 ? "%.2f" : value < 100 ? "%.1f" : "%.0f", value);
  }

  void print() {
    System.out.println("| work | library | raw | ratio | target | |");
    System.out.println("|---|---|---|---|---|---|");
    rows.forEach(System.out::println);
  }
}
