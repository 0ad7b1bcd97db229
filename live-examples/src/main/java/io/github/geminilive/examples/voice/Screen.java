package io.github.geminilive.examples.voice;

import java.io.PrintStream;
import java.util.Locale;

/** Shows a conversation line by line, or updates a line in place on a terminal. */
public final class Screen {

  private static final int BAR = 24;

  private final PrintStream out;
  private final boolean terminal;
  private String speaker = "";

  /** A screen on standard output. */
  public Screen() {
    this.out = System.out;
    this.terminal = System.console() != null && System.getenv("TERM") != null;
  }

  /** A line of its own. */
  public synchronized void line(String format, Object... args) {
    endLine();
    out.printf(Locale.ROOT, format + "%n", args);
  }

  /** The next words of someone; a new line begins when the speaker changes. */
  public synchronized void words(String who, String text) {
    if (!speaker.equals(who)) {
      endLine();
      out.printf(Locale.ROOT, "%6s: ", who);
      speaker = who;
      out.print(text.stripLeading());
    } else {
      out.print(text);
    }
    out.flush();
  }

  /** How far something has come, 0 to 1; drawn on terminals only, where it can be redrawn. */
  public synchronized void progress(String what, double fraction) {
    if (!terminal || !(speaker.isEmpty() || speaker.equals("\r"))) {
      return;
    }
    int done = (int) Math.round(fraction * BAR);
    out.printf(
        Locale.ROOT,
        "\r%s [%s%s] %3.0f %%",
        what,
        "#".repeat(done),
        ".".repeat(BAR - done),
        fraction * 100);
    speaker = "\r";
    if (fraction >= 1) {
      endLine();
    }
    out.flush();
  }

  private void endLine() {
    if (!speaker.isEmpty()) {
      out.println();
      speaker = "";
    }
  }
}
