package io.github.geminilive.testkit.internal;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which door of the service a client came through.
 *
 * @param vertex whether it is Vertex AI's; else the Developer API's
 * @param version the API version in the path, such as v1beta
 * @param constrained whether it is the method for ephemeral tokens
 */
public record Endpoint(boolean vertex, String version, boolean constrained) {

  private static final Pattern DEV =
      Pattern.compile("/+ws/google\\.ai\\.generativelanguage\\.(v1beta|v1alpha|v1)"
          + "\\.GenerativeService\\.BidiGenerateContent(Constrained)?");
  private static final Pattern VERTEX = Pattern.compile(
      "/+ws/google\\.cloud\\.aiplatform\\.(v1beta1|v1)\\.LlmBidiService/BidiGenerateContent");

  /** Reads a request path; null when the service has no such method. */
  public static @Nullable Endpoint of(String path) {
    Matcher dev = DEV.matcher(path);
    if (dev.matches()) {
      return new Endpoint(false, dev.group(1), dev.group(2) != null);
    }
    Matcher vertex = VERTEX.matcher(path);
    return vertex.matches() ? new Endpoint(true, vertex.group(1), false) : null;
  }

  static Map<String, String> query(String target) {
    Map<String, String> out = new LinkedHashMap<>();
    int mark = target.indexOf('?');
    if (mark < 0) {
      return out;
    }
    for (String pair : target.substring(mark + 1).split("&", -1)) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      out.put(decode(name), decode(value));
    }
    return out;
  }

  private static String decode(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException malformed) {
      return text;
    }
  }
}
