package io.github.geminilive.protocol;

import java.util.List;

/** When the model takes up the result of a NON_BLOCKING function (§2.10). */
public final class FunctionScheduling extends OpenEnum {

  private static final Known<FunctionScheduling> KNOWN = new Known<>(FunctionScheduling::new);

  /** Not said; as if absent. */
  public static final FunctionScheduling UNSPECIFIED = KNOWN.add("SCHEDULING_UNSPECIFIED");

  /** Adds the result to the context and says nothing. */
  public static final FunctionScheduling SILENT = KNOWN.add("SILENT");

  /** Speaks of it once the current output is over; the default. */
  public static final FunctionScheduling WHEN_IDLE = KNOWN.add("WHEN_IDLE");

  /** Cuts the current output. If the user speaks, 2.5 barges in and 3.8 waits. */
  public static final FunctionScheduling INTERRUPT = KNOWN.add("INTERRUPT");

  private FunctionScheduling(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static FunctionScheduling of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<FunctionScheduling> known() {
    return KNOWN.all();
  }
}
