package io.github.geminilive.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How searching was decided (§3.6).
 *
 * @param googleSearchDynamicRetrievalScore how much a search promises, 0 to 1
 * @param extra members this version does not know
 */
public record RetrievalMetadata(
    @Nullable Double googleSearchDynamicRetrievalScore, Map<String, Json> extra) {

  /** Copies collections. */
  public RetrievalMetadata {
    extra = Checks.extra(extra);
  }
}
