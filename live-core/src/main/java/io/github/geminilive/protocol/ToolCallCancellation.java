package io.github.geminilive.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Calls that must not be answered any more (§3).
 *
 * @param ids ids of the calls
 * @param extra members this version does not know
 */
public record ToolCallCancellation(@Nullable List<String> ids, Map<String, Json> extra) {

  /** Copies collections. */
  public ToolCallCancellation {
    ids = Checks.list(ids);
    extra = Checks.extra(extra);
  }
}
