package io.github.geminilive.audio.dsp;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Prints, as a table in Markdown, how well echoes are cancelled in simulated rooms. */
final class EchoReportTable {

  private EchoReportTable() {}

  /** Prints the table on the standard output. */
  public static void main(String[] args) {
    System.out.println("| room | ERLE, last 5 s | to 15 dB | near in double talk | near only"
        + " | near above far residue | state, delay, drift |");
    System.out.println("|---|---|---|---|---|---|---|");
    rooms().forEach((name, room) -> {
      EchoTrial trial = EchoTrial.of(room.build());
      EchoReport report = trial.report();
      System.out.printf(
          Locale.ROOT,
          "| %s | %.1f dB | %s | %.1f dB | %.2f dB | %.0f %% | %s, %.0f ms, %.0f ppm |%n",
          name,
          trial.erleDb(),
          Double.isInfinite(trial.secondsTo15Db())
              ? "never"
              : String.format(Locale.ROOT, "%.2f s", trial.secondsTo15Db()),
          trial.doubleTalkDb(),
          // no minus before a zero
          Math.round(trial.nearOnlyDb() * 100) / 100.0,
          trial.louderPercent(),
          report.state(),
          report.delayMillis(),
          report.driftPpm());
    });
  }

  private static RoomSimulator room(long seed) {
    return new RoomSimulator(16_000, seed);
  }

  private static Map<String, RoomSimulator> rooms() {
    Map<String, RoomSimulator> rooms = new LinkedHashMap<>();
    rooms.put("RT60 0.2 s, 100 ms, 0 dB", room(1));
    rooms.put("RT60 0.2 s, 40 ms, +3 dB", room(2).delayMillis(40).levelDb(3));
    rooms.put("RT60 0.45 s, 120 ms, 0 dB", room(3).rt60(0.45).delayMillis(120));
    rooms.put("RT60 0.45 s, 220 ms, −6 dB", room(4).rt60(0.45).delayMillis(220).levelDb(-6));
    rooms.put("RT60 0.2 s, 480 ms, −3 dB", room(5).delayMillis(480).levelDb(-3));
    rooms.put("RT60 0.2 s, 0 ms", room(6).delayMillis(0));
    rooms.put("drift +80 ppm", room(7).driftPpm(80));
    rooms.put("drift −100 ppm, RT60 0.45 s", room(8).driftPpm(-100).rt60(0.45));
    rooms.put("loudspeaker distorts, drive 4", room(9).drive(4));
    rooms.put("loudspeaker distorts, drive 8", room(10).drive(8));
    rooms.put("music", room(11).music());
    rooms.put("music, drift +100 ppm", room(12).music().driftPpm(100));
    rooms.put("room changes at 4 s", room(13).changeAt(4));
    rooms.put("both speak from the start", room(14).near(0.1, 14));
    rooms.put("noise −45 dBFS", room(15).noiseDb(-45));
    rooms.put("no echo", room(16).levelDb(-200));
    rooms.put("bad: another room each 0.2 s", room(17).renewEvery(0.2));
    return rooms;
  }
}
