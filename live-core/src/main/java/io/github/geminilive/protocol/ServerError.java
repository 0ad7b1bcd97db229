package io.github.geminilive.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An error frame; fatal for the session (§3).
 *
 * @param code HTTP-like status code
 * @param message what went wrong, in words; also a bare string sent as {@code error}
 * @param status such as {@code INVALID_ARGUMENT}
 * @param details further objects
 * @param extra members this version does not know
 */
public record ServerError(
    @Nullable Integer code,
    @Nullable String message,
    @Nullable String status,
    @Nullable List<Json> details,
    Map<String, Json> extra) {

  /** Copies collections. */
  public ServerError {
    details = Checks.list(details);
    extra = Checks.extra(extra);
  }

  /** Keeps back what people say: records end up in logs. */
  @Override
  public String toString() {
    return Checks.toString(this, "message", "details");
  }
}
