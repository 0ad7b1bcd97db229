package io.github.geminilive.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where to report a source (§3.6).
 *
 * @param flagContentUri the address
 * @param sourceId the source
 * @param extra members this version does not know
 */
public record SourceFlaggingUri(
    @Nullable String flagContentUri, @Nullable String sourceId, Map<String, Json> extra) {

  /** Copies collections. */
  public SourceFlaggingUri {
    extra = Checks.extra(extra);
  }
}
