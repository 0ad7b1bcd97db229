package io.github.geminilive.tools.internal.binding;

import io.github.geminilive.protocol.Json;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** Arguments with mistakes in them. */
final class Spoilt {

  private Spoilt() {}

  /** The same JSON with something else in some places. */
  static Object spoil(Object tree, Random random) {
    int choice = random.nextInt(12);
    if (choice == 0) {
      return junk(random);
    }
    if (choice == 1) {
      return Json.of(tree).text();
    }
    if (tree instanceof Map<?, ?> map) {
      Map<String, Object> spoilt = new LinkedHashMap<>();
      map.forEach((key, value) -> {
        int what = random.nextInt(20);
        if (what > 0) {
          spoilt.put(what == 1 ? key + "/~" : (String) key, spoil(value, random));
        }
      });
      return spoilt;
    }
    if (tree instanceof List<?> list) {
      List<Object> spoilt = new ArrayList<>();
      for (Object element : list) {
        int copies = random.nextInt(30) == 0 ? 30 : 1;
        for (int i = 0; i < copies; i++) {
          spoilt.add(spoil(element, random));
        }
      }
      return spoilt;
    }
    if (tree instanceof String text && choice == 2 && !text.isEmpty()) {
      return text.substring(random.nextInt(text.length()));
    }
    return tree;
  }

  private static Object junk(Random random) {
    List<Object> junk = new ArrayList<>(List.of(
        "",
        " ",
        "x".repeat(500),
        "[1,",
        "{\"a\"}",
        "[[[]]]",
        "null",
        "-",
        "1e999999999",
        "-1e-99999999999",
        "\u0000\ud800",
        Json.parse("1e999999999"),
        Json.parse("-0.0"),
        Json.parse("[".repeat(300) + "]".repeat(300)),
        Long.MAX_VALUE,
        new BigInteger("9".repeat(300)),
        2.5,
        true,
        List.of(),
        Map.of(),
        Map.of("key", 1),
        List.of(Map.of("key", "a", "value", 1), Map.of("key", "a", "value", 1))));
    junk.add(null);
    return junk.get(random.nextInt(junk.size()));
  }

  /** Whether a violation's path leads to something, or, of what is missing, to where it belongs. */
  static boolean resolves(Object arguments, Violation violation) {
    String path = violation.path();
    if (violation.reason() == Reason.MISSING) {
      path = path.substring(0, path.lastIndexOf('/'));
    }
    Object at = arguments;
    String[] steps = path.isEmpty() ? new String[0] : path.substring(1).split("/", -1);
    for (String step : steps) {
      if (at instanceof String text) {
        at = Json.parse(text).value();
      }
      String key = step.replace("~1", "/").replace("~0", "~");
      if (at instanceof Map<?, ?> map && map.containsKey(key)) {
        at = map.get(key);
      } else if (at instanceof List<?> list && Integer.parseInt(key) < list.size()) {
        at = list.get(Integer.parseInt(key));
      } else {
        return false;
      }
    }
    return true;
  }
}
