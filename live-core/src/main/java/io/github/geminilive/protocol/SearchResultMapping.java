package io.github.geminilive.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which search result a source was; undocumented (§3.6).
 *
 * @param resultIndex index, from 0
 * @param extra members this version does not know
 */
public record SearchResultMapping(@Nullable Integer resultIndex, Map<String, Json> extra) {

  /** Copies collections. */
  public SearchResultMapping {
    extra = Checks.extra(extra);
  }
}
