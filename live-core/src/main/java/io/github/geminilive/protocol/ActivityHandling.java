package io.github.geminilive.protocol;

import java.util.List;

/** Whether speech interrupts the model (§2.5). */
public final class ActivityHandling extends OpenEnum {

  private static final Known<ActivityHandling> KNOWN = new Known<>(ActivityHandling::new);

  /** Not said; as if absent. */
  public static final ActivityHandling UNSPECIFIED = KNOWN.add("ACTIVITY_HANDLING_UNSPECIFIED");

  /** Speech of the user cuts the answer; the default. */
  public static final ActivityHandling START_OF_ACTIVITY_INTERRUPTS =
      KNOWN.add("START_OF_ACTIVITY_INTERRUPTS");

  /** The answer is spoken to its end. */
  public static final ActivityHandling NO_INTERRUPTION = KNOWN.add("NO_INTERRUPTION");

  private ActivityHandling(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static ActivityHandling of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<ActivityHandling> known() {
    return KNOWN.all();
  }
}
