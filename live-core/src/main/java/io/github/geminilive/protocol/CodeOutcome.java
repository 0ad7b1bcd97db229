package io.github.geminilive.protocol;

import java.util.List;

/** How code ended (§2.8). */
public final class CodeOutcome extends OpenEnum {

  private static final Known<CodeOutcome> KNOWN = new Known<>(CodeOutcome::new);

  /** Not said; as if absent. */
  public static final CodeOutcome UNSPECIFIED = KNOWN.add("OUTCOME_UNSPECIFIED");

  /** {@code OUTCOME_OK}. */
  public static final CodeOutcome OK = KNOWN.add("OUTCOME_OK");

  /** {@code OUTCOME_FAILED}. */
  public static final CodeOutcome FAILED = KNOWN.add("OUTCOME_FAILED");

  /** {@code OUTCOME_DEADLINE_EXCEEDED}. */
  public static final CodeOutcome DEADLINE_EXCEEDED = KNOWN.add("OUTCOME_DEADLINE_EXCEEDED");

  private CodeOutcome(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static CodeOutcome of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<CodeOutcome> known() {
    return KNOWN.all();
  }
}
