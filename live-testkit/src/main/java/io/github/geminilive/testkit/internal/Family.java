package io.github.geminilive.testkit.internal;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Model families, which speak different dialects. */
public enum Family {
  NATIVE_2_5,
  HALF_CASCADE,
  LIVE_3_1,
  LIVE_3_8,
  EXTENDED_THINKING,
  TRANSCRIBE,
  TRANSLATE;

  /** Finds the family of a bare model id; null when the service does not know the model. */
  public static @Nullable Family of(String id) {
    String name = id.toLowerCase(Locale.ROOT);
    if (!name.startsWith("gemini-")) {
      return null;
    }
    if (name.contains("transcribe-live")) {
      return TRANSCRIBE;
    }
    if (name.contains("live-translate")) {
      return TRANSLATE;
    }
    if (name.startsWith("gemini-3.8-live")) {
      return name.contains("extended-thinking") ? EXTENDED_THINKING : LIVE_3_8;
    }
    if (name.startsWith("gemini-3.1-") && name.contains("live")) {
      return LIVE_3_1;
    }
    if (name.contains("2.5-flash") && name.contains("native-audio")) {
      return NATIVE_2_5;
    }
    if (name.startsWith("gemini-live-2.5-flash") || name.startsWith("gemini-2.0-flash-live")) {
      return HALF_CASCADE;
    }
    return null;
  }

  boolean isThree() {
    return this != NATIVE_2_5 && this != HALF_CASCADE;
  }

  boolean nonBlockingByDefault() {
    return this == LIVE_3_8 || this == EXTENDED_THINKING;
  }
}
