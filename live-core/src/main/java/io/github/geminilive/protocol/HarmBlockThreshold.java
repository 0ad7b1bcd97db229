package io.github.geminilive.protocol;

import java.util.List;

/** From where on harm is blocked (§2.1). */
public final class HarmBlockThreshold extends OpenEnum {

  private static final Known<HarmBlockThreshold> KNOWN = new Known<>(HarmBlockThreshold::new);

  /** Not said; as if absent. */
  public static final HarmBlockThreshold UNSPECIFIED =
      KNOWN.add("HARM_BLOCK_THRESHOLD_UNSPECIFIED");

  /** {@code BLOCK_LOW_AND_ABOVE}. */
  public static final HarmBlockThreshold BLOCK_LOW_AND_ABOVE = KNOWN.add("BLOCK_LOW_AND_ABOVE");

  /** {@code BLOCK_MEDIUM_AND_ABOVE}. */
  public static final HarmBlockThreshold BLOCK_MEDIUM_AND_ABOVE =
      KNOWN.add("BLOCK_MEDIUM_AND_ABOVE");

  /** {@code BLOCK_ONLY_HIGH}. */
  public static final HarmBlockThreshold BLOCK_ONLY_HIGH = KNOWN.add("BLOCK_ONLY_HIGH");

  /** {@code BLOCK_NONE}. */
  public static final HarmBlockThreshold BLOCK_NONE = KNOWN.add("BLOCK_NONE");

  /** {@code OFF}. */
  public static final HarmBlockThreshold OFF = KNOWN.add("OFF");

  private HarmBlockThreshold(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static HarmBlockThreshold of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<HarmBlockThreshold> known() {
    return KNOWN.all();
  }
}
