package io.github.geminilive.protocol;

import java.util.List;

/** The computer a model operates (§2.4). */
public final class ComputerEnvironment extends OpenEnum {

  private static final Known<ComputerEnvironment> KNOWN = new Known<>(ComputerEnvironment::new);

  /** Not said; as if absent. */
  public static final ComputerEnvironment UNSPECIFIED = KNOWN.add("ENVIRONMENT_UNSPECIFIED");

  /** {@code ENVIRONMENT_BROWSER}. */
  public static final ComputerEnvironment BROWSER = KNOWN.add("ENVIRONMENT_BROWSER");

  private ComputerEnvironment(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static ComputerEnvironment of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<ComputerEnvironment> known() {
    return KNOWN.all();
  }
}
