package io.github.geminilive.protocol;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A way to a place (§3.6).
 *
 * @param distanceMeters length in metres
 * @param duration time it takes
 * @param encodedPolyline its line on the map
 * @param extra members this version does not know
 */
public record MapsRoute(
    @Nullable Integer distanceMeters,
    @Nullable Duration duration,
    @Nullable String encodedPolyline,
    Map<String, Json> extra) {

  /** Copies collections. */
  public MapsRoute {
    extra = Checks.extra(extra);
  }
}
