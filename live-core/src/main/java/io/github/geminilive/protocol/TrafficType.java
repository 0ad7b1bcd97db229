package io.github.geminilive.protocol;

import java.util.List;

/** The quota that was used; Vertex (§3.5). */
public final class TrafficType extends OpenEnum {

  private static final Known<TrafficType> KNOWN = new Known<>(TrafficType::new);

  /** Not said; as if absent. */
  public static final TrafficType UNSPECIFIED = KNOWN.add("TRAFFIC_TYPE_UNSPECIFIED");

  /** {@code ON_DEMAND}. */
  public static final TrafficType ON_DEMAND = KNOWN.add("ON_DEMAND");

  /** {@code ON_DEMAND_PRIORITY}. */
  public static final TrafficType ON_DEMAND_PRIORITY = KNOWN.add("ON_DEMAND_PRIORITY");

  /** {@code ON_DEMAND_FLEX}. */
  public static final TrafficType ON_DEMAND_FLEX = KNOWN.add("ON_DEMAND_FLEX");

  /** {@code ON_DEMAND_OFFPEAK}. */
  public static final TrafficType ON_DEMAND_OFFPEAK = KNOWN.add("ON_DEMAND_OFFPEAK");

  /** {@code PROVISIONED_THROUGHPUT}. */
  public static final TrafficType PROVISIONED_THROUGHPUT = KNOWN.add("PROVISIONED_THROUGHPUT");

  private TrafficType(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static TrafficType of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<TrafficType> known() {
    return KNOWN.all();
  }
}
