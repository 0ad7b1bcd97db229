package io.github.geminilive.testkit.internal;

import java.util.Map;

/** An answer to a plain HTTP request. */
record HttpAnswer(int status, Map<String, String> headers, String body) {

  HttpAnswer {
    headers = Map.copyOf(headers);
  }

  static HttpAnswer json(int status, String body) {
    return new HttpAnswer(status, Map.of("content-type", "application/json; charset=UTF-8"), body);
  }

  /** The error form of Google's REST services. */
  static HttpAnswer error(int code, String status, String message) {
    return json(
        code,
        Json.object()
            .set(
                "error",
                Json.object().put("code", code).put("message", message).put("status", status))
            .toPrettyString());
  }
}
