package io.github.geminilive.protocol;

import java.util.List;

/** The tier that served a turn; Developer API, lower case on the wire (§3.5). */
public final class ServiceTier extends OpenEnum {

  private static final Known<ServiceTier> KNOWN = new Known<>(ServiceTier::new);

  /** Not said; as if absent. */
  public static final ServiceTier UNSPECIFIED = KNOWN.add("unspecified");

  /** {@code flex}. */
  public static final ServiceTier FLEX = KNOWN.add("flex");

  /** {@code standard}. */
  public static final ServiceTier STANDARD = KNOWN.add("standard");

  /** {@code priority}. */
  public static final ServiceTier PRIORITY = KNOWN.add("priority");

  private ServiceTier(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static ServiceTier of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<ServiceTier> known() {
    return KNOWN.all();
  }
}
