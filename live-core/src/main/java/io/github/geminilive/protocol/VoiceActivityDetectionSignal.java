package io.github.geminilive.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Start or end of the user's speech; allow-listed projects (§3).
 *
 * @param vadSignalType which of the two
 * @param extra members this version does not know
 */
public record VoiceActivityDetectionSignal(
    @Nullable VadSignalType vadSignalType, Map<String, Json> extra) {

  /** Copies collections. */
  public VoiceActivityDetectionSignal {
    extra = Checks.extra(extra);
  }
}
