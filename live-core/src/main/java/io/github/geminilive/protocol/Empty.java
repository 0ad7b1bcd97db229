package io.github.geminilive.protocol;

import java.util.Map;

/**
 * A marker: a message whose presence is the whole statement, {@code {}} on the wire.
 *
 * @param extra members this version does not know, sent as they stand
 */
public record Empty(Map<String, Json> extra) {

  /** Copies the members. */
  public Empty {
    extra = Checks.extra(extra);
  }

  /**
   * The plain marker.
   *
   * @return a marker without members
   */
  public static Empty of() {
    return new Empty(Map.of());
  }
}
