package io.github.geminilive.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One page the model tried to read (§3.1).
 *
 * @param retrievedUrl its address
 * @param urlRetrievalStatus whether it could be read
 * @param extra members this version does not know
 */
public record UrlMetadata(
    @Nullable String retrievedUrl,
    @Nullable UrlRetrievalStatus urlRetrievalStatus,
    Map<String, Json> extra) {

  /** Copies collections. */
  public UrlMetadata {
    extra = Checks.extra(extra);
  }
}
