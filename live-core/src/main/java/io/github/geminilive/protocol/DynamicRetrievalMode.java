package io.github.geminilive.protocol;

import java.util.List;

/** How searching is decided (§2.4). */
public final class DynamicRetrievalMode extends OpenEnum {

  private static final Known<DynamicRetrievalMode> KNOWN = new Known<>(DynamicRetrievalMode::new);

  /** Not said; as if absent. */
  public static final DynamicRetrievalMode UNSPECIFIED = KNOWN.add("MODE_UNSPECIFIED");

  /** {@code MODE_DYNAMIC}. */
  public static final DynamicRetrievalMode MODE_DYNAMIC = KNOWN.add("MODE_DYNAMIC");

  private DynamicRetrievalMode(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static DynamicRetrievalMode of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<DynamicRetrievalMode> known() {
    return KNOWN.all();
  }
}
