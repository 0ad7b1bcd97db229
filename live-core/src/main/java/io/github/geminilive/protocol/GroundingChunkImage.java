package io.github.geminilive.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A picture (§3.6).
 *
 * @param sourceUri the page it is on
 * @param imageUri its address
 * @param title its title
 * @param domain its domain
 * @param extra members this version does not know
 */
public record GroundingChunkImage(
    @Nullable String sourceUri,
    @Nullable String imageUri,
    @Nullable String title,
    @Nullable String domain,
    Map<String, Json> extra) {

  /** Copies collections. */
  public GroundingChunkImage {
    extra = Checks.extra(extra);
  }
}
