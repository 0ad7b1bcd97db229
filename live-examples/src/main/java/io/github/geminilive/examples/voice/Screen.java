package io.github.geminilive.examples.voice;

import java.io.Console;
import java.io.PrintStream;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows a conversation line by line, or updates a line in place on a terminal. */
public final class Screen {

  private static final int BAR = 24;

  private final PrintStream out;
  private final boolean terminal;
  private String speaker = "";

  /** A screen on standard output. */
  public Screen() {
    this.out = System.out;
    this.terminal = System.getenv("TERM") != null && isTerminal(Console.class, System.console());
  }

  /**
   * Tells whether a console is a terminal. Since JDK 22 there may be one for pipes and files, too,
   * and it says so itself, by a method that Java 17 does not know.
   */
  static <T> boolean isTerminal(Class<T> type, @Nullable T console) {
    if (console == null) {
      return false;
    }
    try {
      return (boolean) type.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
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
