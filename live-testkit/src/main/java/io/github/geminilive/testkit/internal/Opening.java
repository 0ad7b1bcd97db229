package io.github.geminilive.testkit.internal;

import java.util.Map;

/** How an upgrade request is answered. */
public sealed interface Opening {

  /** With 101. */
  record Accept() implements Opening {}

  /** With another status. */
  record Refuse(int status, Map<String, String> headers, String body) implements Opening {
    public Refuse {
      headers = Map.copyOf(headers);
    }
  }

  /** Never. */
  record Never() implements Opening {}

  /** With bytes of the test's own. */
  record Raw(String response) implements Opening {}
}
