package io.github.geminilive.protocol;

import java.util.List;

/** How harm is measured; Vertex (§2.1). */
public final class HarmBlockMethod extends OpenEnum {

  private static final Known<HarmBlockMethod> KNOWN = new Known<>(HarmBlockMethod::new);

  /** Not said; as if absent. */
  public static final HarmBlockMethod UNSPECIFIED = KNOWN.add("HARM_BLOCK_METHOD_UNSPECIFIED");

  /** {@code SEVERITY}. */
  public static final HarmBlockMethod SEVERITY = KNOWN.add("SEVERITY");

  /** {@code PROBABILITY}. */
  public static final HarmBlockMethod PROBABILITY = KNOWN.add("PROBABILITY");

  private HarmBlockMethod(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static HarmBlockMethod of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<HarmBlockMethod> known() {
    return KNOWN.all();
  }
}
