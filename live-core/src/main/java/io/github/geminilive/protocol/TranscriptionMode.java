package io.github.geminilive.protocol;

import java.util.List;

/** How speech becomes text (§2.7). */
public final class TranscriptionMode extends OpenEnum {

  private static final Known<TranscriptionMode> KNOWN = new Known<>(TranscriptionMode::new);

  /** Not said; as if absent. */
  public static final TranscriptionMode UNSPECIFIED = KNOWN.add("MODE_UNSPECIFIED");

  /** Word for word; the default. */
  public static final TranscriptionMode VERBATIM = KNOWN.add("VERBATIM");

  /** Edited for reading; without word times and speakers. */
  public static final TranscriptionMode SMART = KNOWN.add("SMART");

  private TranscriptionMode(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static TranscriptionMode of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<TranscriptionMode> known() {
    return KNOWN.all();
  }
}
