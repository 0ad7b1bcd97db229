package io.github.geminilive.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Calls of a tool that cost money; undocumented (§3.5).
 *
 * @param tool the tool
 * @param searchQueryCount number of queries
 * @param extra members this version does not know
 */
public record BilledToolCall(
    @Nullable String tool, @Nullable Integer searchQueryCount, Map<String, Json> extra) {

  /** Copies collections. */
  public BilledToolCall {
    extra = Checks.extra(extra);
  }
}
