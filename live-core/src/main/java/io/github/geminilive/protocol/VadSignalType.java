package io.github.geminilive.protocol;

import java.util.List;

/** Start or end of speech, as allow-listed projects get it (§3). */
public final class VadSignalType extends OpenEnum {

  private static final Known<VadSignalType> KNOWN = new Known<>(VadSignalType::new);

  /** Not said; as if absent. */
  public static final VadSignalType UNSPECIFIED = KNOWN.add("VAD_SIGNAL_TYPE_UNSPECIFIED");

  /** Start of speech. */
  public static final VadSignalType SOS = KNOWN.add("VAD_SIGNAL_TYPE_SOS");

  /** End of speech. */
  public static final VadSignalType EOS = KNOWN.add("VAD_SIGNAL_TYPE_EOS");

  private VadSignalType(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static VadSignalType of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<VadSignalType> known() {
    return KNOWN.all();
  }
}
