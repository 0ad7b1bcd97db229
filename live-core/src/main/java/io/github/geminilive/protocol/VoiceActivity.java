package io.github.geminilive.protocol;

import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Start or end of the user's speech; Vertex (§3).
 *
 * @param type which of the two
 * @param audioOffset where, from the start of the audio stream
 * @param extra members this version does not know
 */
public record VoiceActivity(
    @Nullable VoiceActivityType type, @Nullable Duration audioOffset, Map<String, Json> extra) {

  /** Copies collections. */
  public VoiceActivity {
    extra = Checks.extra(extra);
  }
}
