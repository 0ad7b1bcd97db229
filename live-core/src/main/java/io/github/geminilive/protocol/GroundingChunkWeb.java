package io.github.geminilive.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A web page (§3.6).
 *
 * @param uri its address
 * @param title its title
 * @param domain its domain
 * @param snippet words of it; undocumented
 * @param searchResultMapping the search result it was; undocumented
 * @param extra members this version does not know
 */
public record GroundingChunkWeb(
    @Nullable String uri,
    @Nullable String title,
    @Nullable String domain,
    @Nullable String snippet,
    @Nullable SearchResultMapping searchResultMapping,
    Map<String, Json> extra) {

  /** Copies collections. */
  public GroundingChunkWeb {
    extra = Checks.extra(extra);
  }
}
