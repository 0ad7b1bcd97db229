package io.github.geminilive.protocol;

import java.util.List;

/** Start or end of speech (§3). */
public final class VoiceActivityType extends OpenEnum {

  private static final Known<VoiceActivityType> KNOWN = new Known<>(VoiceActivityType::new);

  /** Not said; as if absent. */
  public static final VoiceActivityType UNSPECIFIED = KNOWN.add("TYPE_UNSPECIFIED");

  /** {@code ACTIVITY_START}. */
  public static final VoiceActivityType ACTIVITY_START = KNOWN.add("ACTIVITY_START");

  /** {@code ACTIVITY_END}. */
  public static final VoiceActivityType ACTIVITY_END = KNOWN.add("ACTIVITY_END");

  private VoiceActivityType(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static VoiceActivityType of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<VoiceActivityType> known() {
    return KNOWN.all();
  }
}
