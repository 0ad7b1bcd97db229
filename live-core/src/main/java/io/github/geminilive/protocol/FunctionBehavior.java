package io.github.geminilive.protocol;

import java.util.List;

/** Whether the model waits for a function (§4.1). */
public final class FunctionBehavior extends OpenEnum {

  private static final Known<FunctionBehavior> KNOWN = new Known<>(FunctionBehavior::new);

  /** As the model does by default. */
  public static final FunctionBehavior UNSPECIFIED = KNOWN.add("UNSPECIFIED");

  /** The model waits for the result. */
  public static final FunctionBehavior BLOCKING = KNOWN.add("BLOCKING");

  /** The conversation goes on meanwhile. */
  public static final FunctionBehavior NON_BLOCKING = KNOWN.add("NON_BLOCKING");

  private FunctionBehavior(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static FunctionBehavior of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<FunctionBehavior> known() {
    return KNOWN.all();
  }
}
