package io.github.geminilive.audio;

import java.io.PrintStream;
import java.util.Locale;

/** Prints what became of answers that arrive in all manners, as a table. */
final class ArrivalPatternReport {

  private ArrivalPatternReport() {}

  public static void main(String[] args) {
    PrintStream out = System.out;
    out.println("| arrival | first answer heard after | median | longest | underruns, answers 1–2 |"
        + " answers 3–10 | silence in all | wait learnt | position error | largest step |");
    out.println("|---|---|---|---|---|---|---|---|---|---|");
    for (ArrivalPatternTest.Pattern pattern : ArrivalPatternTest.Pattern.values()) {
      ArrivalPatternTest.Figures f = ArrivalPatternTest.replay(pattern);
      out.printf(
          Locale.ROOT,
          "| %s | %.0f ms | %.0f | %.0f | %d | %d | %d ms | %d ms | %d samples of %d checks | %d"
              + " |%n",
          pattern.words,
          f.firstStart(),
          f.medianStart(),
          f.longestStart(),
          f.firstUnderruns(),
          f.underruns() - f.firstUnderruns(),
          f.underrunMillis(),
          f.prebufferMillis(),
          f.positionError(),
          f.checks(),
          f.maxStep());
    }
  }
}
