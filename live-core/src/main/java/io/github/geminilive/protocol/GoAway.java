package io.github.geminilive.protocol;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connection ends soon (§7.2).
 *
 * @param timeLeft until it does; null when not said; treat negative as zero
 * @param extra members this version does not know
 */
public record GoAway(@Nullable Duration timeLeft, Map<String, Json> extra) {

  /** Copies collections. */
  public GoAway {
    extra = Checks.extra(extra);
  }
}
