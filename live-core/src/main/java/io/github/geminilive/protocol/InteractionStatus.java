package io.github.geminilive.protocol;

import java.util.List;

/** Where an exchange stands after turnComplete; extended thinking (§3.1). */
public final class InteractionStatus extends OpenEnum {

  private static final Known<InteractionStatus> KNOWN = new Known<>(InteractionStatus::new);

  /** Not said; as if absent. */
  public static final InteractionStatus UNSPECIFIED = KNOWN.add("INTERACTION_STATUS_UNSPECIFIED");

  /** More output follows, although the turn is complete. */
  public static final InteractionStatus IN_PROGRESS = KNOWN.add("IN_PROGRESS");

  /** Deprecated. */
  public static final InteractionStatus REQUIRES_ACTION = KNOWN.add("REQUIRES_ACTION");

  /** The exchange is finished. */
  public static final InteractionStatus IDLE = KNOWN.add("IDLE");

  private InteractionStatus(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static InteractionStatus of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<InteractionStatus> known() {
    return KNOWN.all();
  }
}
