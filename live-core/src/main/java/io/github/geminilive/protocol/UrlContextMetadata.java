package io.github.geminilive.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Pages the model read (§3.1).
 *
 * @param urlMetadata one entry for each page
 * @param extra members this version does not know
 */
public record UrlContextMetadata(@Nullable List<UrlMetadata> urlMetadata, Map<String, Json> extra) {

  /** Copies collections. */
  public UrlContextMetadata {
    urlMetadata = Checks.list(urlMetadata);
    extra = Checks.extra(extra);
  }
}
