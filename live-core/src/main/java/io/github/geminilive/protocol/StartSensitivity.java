package io.github.geminilive.protocol;

import java.util.List;

/** How readily speech begins (§2.5). */
public final class StartSensitivity extends OpenEnum {

  private static final Known<StartSensitivity> KNOWN = new Known<>(StartSensitivity::new);

  /** Not said; as if absent. */
  public static final StartSensitivity UNSPECIFIED = KNOWN.add("START_SENSITIVITY_UNSPECIFIED");

  /** {@code START_SENSITIVITY_HIGH}. */
  public static final StartSensitivity HIGH = KNOWN.add("START_SENSITIVITY_HIGH");

  /** {@code START_SENSITIVITY_LOW}. */
  public static final StartSensitivity LOW = KNOWN.add("START_SENSITIVITY_LOW");

  private StartSensitivity(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static StartSensitivity of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<StartSensitivity> known() {
    return KNOWN.all();
  }
}
