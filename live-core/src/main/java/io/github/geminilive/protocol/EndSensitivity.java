package io.github.geminilive.protocol;

import java.util.List;

/** How readily speech ends (§2.5). */
public final class EndSensitivity extends OpenEnum {

  private static final Known<EndSensitivity> KNOWN = new Known<>(EndSensitivity::new);

  /** Not said; as if absent. */
  public static final EndSensitivity UNSPECIFIED = KNOWN.add("END_SENSITIVITY_UNSPECIFIED");

  /** {@code END_SENSITIVITY_HIGH}. */
  public static final EndSensitivity HIGH = KNOWN.add("END_SENSITIVITY_HIGH");

  /** {@code END_SENSITIVITY_LOW}. */
  public static final EndSensitivity LOW = KNOWN.add("END_SENSITIVITY_LOW");

  private EndSensitivity(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static EndSensitivity of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<EndSensitivity> known() {
    return KNOWN.all();
  }
}
