package io.github.geminilive.testkit;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP request to open a WebSocket, answered or refused.
 *
 * @param path path without the query
 * @param query query parameters, decoded
 * @param headers headers by lower-case name; the last value of a repeated one
 */
public record Upgrade(String path, Map<String, String> query, Map<String, String> headers) {

  /** Copies the maps. */
  public Upgrade {
    query = Map.copyOf(query);
    headers = Map.copyOf(headers);
  }

  /**
   * Returns a header.
   *
   * @param name in any case
   * @return its value; null when the client did not send it
   */
  public @Nullable String header(String name) {
    return headers.get(name.toLowerCase(Locale.ROOT));
  }
}
