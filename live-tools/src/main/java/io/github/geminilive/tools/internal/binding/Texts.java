package io.github.geminilive.tools.internal.binding;

import io.github.geminilive.protocol.Json;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Texts for messages, and patterns for texts. */
final class Texts {

  /** Longest part of a value that is repeated to the model. */
  private static final int MOST_QUOTED = 60;

  private static final int MOST_PATTERNS = 500;

  // Far more than any sensible pattern reads, and done in some milliseconds.
  private static final int LEAST_BUDGET = 1_000_000;
  private static final int BUDGET_PER_CHARACTER = 50;

  /** Guarded by itself. Patterns come from the application's code, so they are few. */
  private static final Map<String, Pattern> PATTERNS = new LinkedHashMap<>(64, 0.75f, true) {
    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Pattern> eldest) {
      return size() > MOST_PATTERNS;
    }
  };

  private Texts() {}

  /** A value the model gave, recognisable and short. */
  static String quote(@Nullable Object given) {
    if (given instanceof String text) {
      return '"' + shorten(text) + '"';
    }
    if (given instanceof Number number) {
      return shorten(number.toString());
    }
    if (given instanceof Map<?, ?>) {
      return "an object";
    }
    return given instanceof Iterable<?> ? "a list" : String.valueOf(given);
  }

  static String shorten(String text) {
    return shorten(text, MOST_QUOTED);
  }

  static String shorten(String text, int most) {
    if (text.length() <= most) {
      return text;
    }
    int end = Character.isHighSurrogate(text.charAt(most - 1)) ? most - 1 : most;
    return text.substring(0, end) + "…";
  }

  /** The JSON in a text; null if there is none, or a number in it is beyond all bounds. */
  static @Nullable Json json(String text) {
    try {
      return Json.parse(text);
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  /**
   * Whether the whole text matches.
   *
   * @return null if that cannot be found out in reasonable time: some patterns take time that grows
   *     exponentially with some texts
   */
  static @Nullable Boolean matches(String regex, String text) {
    try {
      return pattern(regex).matcher(new Metered(text)).matches();
    } catch (BudgetSpentException | StackOverflowError e) {
      return null;
    }
  }

  private static Pattern pattern(String regex) {
    synchronized (PATTERNS) {
      return PATTERNS.computeIfAbsent(regex, Pattern::compile);
    }
  }

  /** Ends a match that reads too often. */
  private static final class Metered implements CharSequence {

    private final String text;
    private long budget;

    Metered(String text) {
      this.text = text;
      budget = LEAST_BUDGET + (long) BUDGET_PER_CHARACTER * text.length();
    }

    @Override
    public char charAt(int index) {
      if (--budget < 0) {
        throw new BudgetSpentException();
      }
      return text.charAt(index);
    }

    @Override
    public int length() {
      return text.length();
    }

    @Override
    public CharSequence subSequence(int start, int end) {
      return text.substring(start, end);
    }

    @Override
    public String toString() {
      return text;
    }
  }

  private static final class BudgetSpentException extends RuntimeException {
    BudgetSpentException() {
      super(null, null, false, false);
    }
  }
}
