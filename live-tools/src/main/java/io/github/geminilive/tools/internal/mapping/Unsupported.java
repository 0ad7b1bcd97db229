package io.github.geminilive.tools.internal.mapping;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What to take instead of types that the model cannot give. */
final class Unsupported {

  private static final List<String> FOREIGN = List.of(
      "java.",
      "javax.",
      "jdk.",
      "sun.",
      "com.sun.",
      "kotlin.",
      "scala.",
      "com.fasterxml.jackson.",
      "tools.jackson.");

  /** By supertype; the first that fits. */
  private static final Map<String, String> INSTEAD = new LinkedHashMap<>();

  static {
    INSTEAD.put("java.util.Map", "Take a Map.");
    INSTEAD.put("java.util.Set", "Take a Set.");
    INSTEAD.put("com.fasterxml.jackson.databind.JsonNode", "Take a JsonNode.");
    INSTEAD.put("java.nio.file.Path", "Take a String, and check where it leads before you use it.");
    INSTEAD.put("java.io.File", "Take a String, and check where it leads before you use it.");
    INSTEAD.put("java.lang.Iterable", "Take a List.");
    INSTEAD.put("java.util.Iterator", "Take a List.");
    INSTEAD.put("java.util.stream.BaseStream", "Take a List.");
    INSTEAD.put("java.util.Date", "Take an Instant or a LocalDate.");
    INSTEAD.put("java.util.Calendar", "Take a ZonedDateTime or a LocalDate.");
    INSTEAD.put("java.util.TimeZone", "Take a ZoneId.");
    INSTEAD.put("java.time.ZoneOffset", "Take a ZoneId.");
    INSTEAD.put("java.net.URL", "Take a URI.");
    INSTEAD.put("java.lang.Class", "Take an enum of what there is to choose.");
    INSTEAD.put("java.io.InputStream", "Take byte[].");
    INSTEAD.put("java.nio.ByteBuffer", "Take byte[].");
    INSTEAD.put("java.io.Reader", "Take a String.");
    INSTEAD.put("java.lang.Number", "Take a BigDecimal, or the type of number it is.");
    INSTEAD.put("java.lang.CharSequence", "Take a String.");
    INSTEAD.put("tools.jackson.databind.JsonNode", "Take a Json of this library.");
  }

  private Unsupported() {}

  /** Whether it is of a library whose types are supported one by one. */
  static boolean isForeign(TypeView type) {
    return FOREIGN.stream().anyMatch(type.name()::startsWith);
  }

  static void report(TypeView type, Site site) {
    String fix = INSTEAD.entrySet().stream()
        .filter(entry -> type.name().equals(entry.getKey()) || type.isSubtypeOf(entry.getKey()))
        .map(Map.Entry::getValue)
        .findFirst()
        .orElse("Take text, a number, a time, an enum, a list, a map or a record of such.");
    site.problem("The model cannot give a value of type " + type.name() + ".", fix);
  }
}
