package io.github.geminilive.protocol;

import java.util.List;

/** How hard the model thinks (§2.2). */
public final class ThinkingLevel extends OpenEnum {

  private static final Known<ThinkingLevel> KNOWN = new Known<>(ThinkingLevel::new);

  /** Not said; as if absent. */
  public static final ThinkingLevel UNSPECIFIED = KNOWN.add("THINKING_LEVEL_UNSPECIFIED");

  /** {@code MINIMAL}. */
  public static final ThinkingLevel MINIMAL = KNOWN.add("MINIMAL");

  /** {@code LOW}. */
  public static final ThinkingLevel LOW = KNOWN.add("LOW");

  /** {@code MEDIUM}. */
  public static final ThinkingLevel MEDIUM = KNOWN.add("MEDIUM");

  /** {@code HIGH}. */
  public static final ThinkingLevel HIGH = KNOWN.add("HIGH");

  private ThinkingLevel(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static ThinkingLevel of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<ThinkingLevel> known() {
    return KNOWN.all();
  }
}
