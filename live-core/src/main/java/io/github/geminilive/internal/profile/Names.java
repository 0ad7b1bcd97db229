package io.github.geminilive.internal.profile;

import java.util.Locale;

/** The two spellings the service takes for a member's name. */
final class Names {

  private Names() {}

  /** {@code realtime_input} as {@code realtimeInput}; others as they are. */
  static String camel(String name) {
    if (name.indexOf('_') <= 0) {
      return name;
    }
    StringBuilder camel = new StringBuilder();
    for (String word : name.split("_")) {
      camel.append(
          camel.isEmpty() || word.isEmpty()
              ? word
              : word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1));
    }
    return camel.toString();
  }
}
