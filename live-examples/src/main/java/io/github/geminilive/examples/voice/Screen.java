package io.github.geminilive.examples.voice;

import java.io.Console;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Shows a conversation line by line, or updates a line in place on a terminal. */
public final class Screen {

  private static final int BAR = 24;
  private static final int WIDTH = 72;

  private final PrintStream out;
  private final boolean terminal;
  private final List<String> notes = new ArrayList<>(); // guarded by this
  private String speaker = ""; // guarded by this

  /** A screen on standard output. */
  public Screen() {
    this(System.out, System.getenv("TERM") != null && isTerminal(Console.class, System.console()));
  }

  Screen(PrintStream out, boolean terminal) {
    this.out = out;
    this.terminal = terminal;
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

  /** A line of its own, as soon as nobody's words are in its way. */
  public synchronized void note(String format, Object... args) {
    notes.add(String.format(Locale.ROOT, format, args));
    if (speaker.isEmpty() || speaker.equals("\r")) {
      endLine();
    }
  }

  /** The words have come to their end. */
  public synchronized void endOfWords() {
    endLine();
  }

  /** How loud both sides are, in dB of full scale, and who speaks; drawn on terminals only. */
  public synchronized void levels(boolean user, double userDb, boolean model, double modelDb) {
    if (!terminal || !(speaker.isEmpty() || speaker.equals("\r"))) {
      return;
    }
    out.printf(
        Locale.ROOT,
        "\r%6s [%s] %6s [%s] ",
        user ? "YOU" : "you",
        bar((userDb + 60) / 60),
        model ? "MODEL" : "model",
        bar((modelDb + 60) / 60));
    speaker = "\r";
    out.flush();
  }

  private static String bar(double fraction) {
    int done = (int) Math.round(Math.max(0, Math.min(1, fraction)) * BAR);
    return "#".repeat(done) + ".".repeat(BAR - done);
  }

  private void endLine() {
    if (speaker.equals("\r")) {
      // What was drawn has had its time.
      out.print("\r" + " ".repeat(WIDTH) + "\r");
      speaker = "";
    } else if (!speaker.isEmpty()) {
      out.println();
      speaker = "";
    }
    notes.forEach(out::println);
    notes.clear();
  }
}
