package io.github.geminilive.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where a later connection can go on (§3.4).
 *
 * @param newHandle the handle; keep it only when resumable and not empty
 * @param resumable true: the session can be resumed here; null means false
 * @param lastConsumedClientMessageIndex last client message the handle covers; transparent mode on
 *     Vertex
 * @param extra members this version does not know
 */
public record SessionResumptionUpdate(
    @Nullable String newHandle,
    @Nullable Boolean resumable,
    @Nullable Long lastConsumedClientMessageIndex,
    Map<String, Json> extra) {

  /** Copies collections. */
  public SessionResumptionUpdate {
    extra = Checks.extra(extra);
  }

  /** Returns all members but what is secret. */
  @Override
  public String toString() {
    return "SessionResumptionUpdate[newHandle="
        + Checks.masked(newHandle)
        + ", resumable="
        + resumable
        + ", lastConsumedClientMessageIndex="
        + lastConsumedClientMessageIndex
        + ", extra="
        + extra
        + "]";
  }
}
