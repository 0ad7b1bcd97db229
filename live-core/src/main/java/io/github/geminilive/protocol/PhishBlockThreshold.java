package io.github.geminilive.protocol;

import java.util.List;

/** From where on malicious sites are left out; Vertex (§2.4). */
public final class PhishBlockThreshold extends OpenEnum {

  private static final Known<PhishBlockThreshold> KNOWN = new Known<>(PhishBlockThreshold::new);

  /** Not said; as if absent. */
  public static final PhishBlockThreshold UNSPECIFIED =
      KNOWN.add("PHISH_BLOCK_THRESHOLD_UNSPECIFIED");

  /** {@code BLOCK_LOW_AND_ABOVE}. */
  public static final PhishBlockThreshold BLOCK_LOW_AND_ABOVE = KNOWN.add("BLOCK_LOW_AND_ABOVE");

  /** {@code BLOCK_MEDIUM_AND_ABOVE}. */
  public static final PhishBlockThreshold BLOCK_MEDIUM_AND_ABOVE =
      KNOWN.add("BLOCK_MEDIUM_AND_ABOVE");

  /** {@code BLOCK_HIGH_AND_ABOVE}. */
  public static final PhishBlockThreshold BLOCK_HIGH_AND_ABOVE = KNOWN.add("BLOCK_HIGH_AND_ABOVE");

  /** {@code BLOCK_HIGHER_AND_ABOVE}. */
  public static final PhishBlockThreshold BLOCK_HIGHER_AND_ABOVE =
      KNOWN.add("BLOCK_HIGHER_AND_ABOVE");

  /** {@code BLOCK_VERY_HIGH_AND_ABOVE}. */
  public static final PhishBlockThreshold BLOCK_VERY_HIGH_AND_ABOVE =
      KNOWN.add("BLOCK_VERY_HIGH_AND_ABOVE");

  /** {@code BLOCK_ONLY_EXTREMELY_HIGH}. */
  public static final PhishBlockThreshold BLOCK_ONLY_EXTREMELY_HIGH =
      KNOWN.add("BLOCK_ONLY_EXTREMELY_HIGH");

  private PhishBlockThreshold(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static PhishBlockThreshold of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<PhishBlockThreshold> known() {
    return KNOWN.all();
  }
}
