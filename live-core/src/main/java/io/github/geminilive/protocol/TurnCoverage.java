package io.github.geminilive.protocol;

import java.util.List;

/** What a turn contains (§2.5). */
public final class TurnCoverage extends OpenEnum {

  private static final Known<TurnCoverage> KNOWN = new Known<>(TurnCoverage::new);

  /** Not said; as if absent. */
  public static final TurnCoverage UNSPECIFIED = KNOWN.add("TURN_COVERAGE_UNSPECIFIED");

  /** Only what lies between start and end of activity; default of 2.5. */
  public static final TurnCoverage TURN_INCLUDES_ONLY_ACTIVITY =
      KNOWN.add("TURN_INCLUDES_ONLY_ACTIVITY");

  /** Everything since the last turn, silence included. */
  public static final TurnCoverage TURN_INCLUDES_ALL_INPUT = KNOWN.add("TURN_INCLUDES_ALL_INPUT");

  /** Speech and all frames; default of 3.1 and 3.8. A field report says Vertex refuses it. */
  public static final TurnCoverage TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO =
      KNOWN.add("TURN_INCLUDES_AUDIO_ACTIVITY_AND_ALL_VIDEO");

  private TurnCoverage(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static TurnCoverage of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<TurnCoverage> known() {
    return KNOWN.all();
  }
}
