package io.github.geminilive.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What must be shown beside an answer from web search (§3.6).
 *
 * @param renderedContent HTML
 * @param sdkBlob JSON with terms and addresses
 * @param extra members this version does not know
 */
public record SearchEntryPoint(
    @Nullable String renderedContent, @Nullable Bytes sdkBlob, Map<String, Json> extra) {

  /** Copies collections. */
  public SearchEntryPoint {
    extra = Checks.extra(extra);
  }
}
