package io.github.geminilive.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Functions to run (§3.3).
 *
 * @param functionCalls the calls, in any order; possibly none
 * @param extra members this version does not know
 */
public record ToolCall(@Nullable List<FunctionCall> functionCalls, Map<String, Json> extra) {

  /** Copies collections. */
  public ToolCall {
    functionCalls = Checks.list(functionCalls);
    extra = Checks.extra(extra);
  }
}
