package io.github.geminilive.testkit.internal;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the service refuses. */
final class Rules {

  private static final Pattern RATE = Pattern.compile(";\\s*rate\\s*=\\s*(\\d{1,6})");
  private static final int DEFAULT_INPUT_RATE = 16_000;

  private Rules() {}

  static int rate(String mime) {
    Matcher rate = RATE.matcher(mime.toLowerCase(java.util.Locale.ROOT));
    int hz = rate.find() ? Integer.parseInt(rate.group(1)) : 0;
    return hz > 0 ? hz : DEFAULT_INPUT_RATE;
  }

  static @Nullable Family family(String model, Map<String, Family> extra) {
    String id = model.substring(model.lastIndexOf('/') + 1);
    Family family = extra.get(id);
    return family != null ? family : Family.of(id);
  }

  static @Nullable Complaint setup(
      JsonNode setup, Endpoint endpoint, boolean token, Map<String, Family> extra) {
    return null;
  }

  static @Nullable Complaint message(ObjectNode message, Session session) {
    return message.has("setup") ? Complaint.INVALID_ARGUMENT : null;
  }
}
