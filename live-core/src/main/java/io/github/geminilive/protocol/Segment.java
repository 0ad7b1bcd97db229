package io.github.geminilive.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A stretch of the answer (§3.6).
 *
 * @param startIndex its begin in bytes, inclusive
 * @param endIndex its end in bytes, exclusive
 * @param partIndex index of the part
 * @param text its text
 * @param extra members this version does not know
 */
public record Segment(
    @Nullable Integer startIndex,
    @Nullable Integer endIndex,
    @Nullable Integer partIndex,
    @Nullable String text,
    Map<String, Json> extra) {

  /** Copies collections. */
  public Segment {
    extra = Checks.extra(extra);
  }
}
