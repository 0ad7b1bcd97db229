package io.github.geminilive;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.protocol.GenerationConfig;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.Setup;
import java.lang.reflect.RecordComponent;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Which fields of a setup a token locks, in the form of a {@code FieldMask} (§6). */
final class TokenMask {

  private static final Pattern NAME = Pattern.compile("[a-z][A-Za-z0-9]*");
  private static final Map<String, Class<?>> SETUP = members(Setup.class);
  // The official clients for JavaScript and Java know but seven of these. The rest would be sent as
  // members of the setup, which has none of them: nothing would be locked. So all, as for Python.
  private static final Map<String, Class<?>> GENERATION = members(GenerationConfig.class);

  private TokenMask() {}

  private static Map<String, Class<?>> members(Class<?> type) {
    Map<String, Class<?>> members = new LinkedHashMap<>();
    for (RecordComponent component : type.getRecordComponents()) {
      if (!component.getName().equals("extra")) {
        members.put(component.getName(), component.getType());
      }
    }
    return members;
  }

  /**
   * The mask: what the setup sets, two levels deep, then what else is to be locked.
   *
   * @param setup null when none is locked
   * @param more checked names
   */
  static String of(@Nullable Json setup, List<String> more) {
    Set<String> paths = new LinkedHashSet<>();
    if (setup != null) {
      setup.asObject().forEach((name, value) -> add(paths, name, value));
    }
    for (String field : more) {
      paths.add(GENERATION.containsKey(field) ? "generationConfig." + field : field);
    }
    return String.join(",", paths);
  }

  private static void add(Set<String> paths, String name, Object value) {
    // Keys of a map, such as labels, need not be names that a mask can carry.
    if (value instanceof Map<?, ?> members
        && !members.isEmpty()
        && members.keySet().stream().allMatch(key -> NAME.matcher((String) key).matches())) {
      members.keySet().forEach(member -> paths.add(name + "." + member));
    } else {
      paths.add(name);
    }
  }

  /**
   * Checks the name of a field.
   *
   * @throws IllegalArgumentException when the setup has no such field, as far as this version knows
   */
  static void check(String field) {
    requireNonNull(field, "field");
    String[] names = field.split("\\.", -1);
    Class<?> type = SETUP.get(names[0]);
    boolean known = type != null || (names.length == 1 && GENERATION.containsKey(names[0]));
    for (int i = 1; i < names.length && known; i++) {
      // No mask leads into lists or maps.
      type = type != null && type.isRecord() ? members(type).get(names[i]) : null;
      known = type != null;
    }
    if (!known) {
      throw new IllegalArgumentException("the setup has no field \""
          + field
          + "\", so nothing would be locked. Names are those of the wire, such as temperature,"
          + " tools or realtimeInputConfig.turnCoverage; what this version does not know is locked"
          + " with the whole setup, or where it is set.");
    }
  }
}
