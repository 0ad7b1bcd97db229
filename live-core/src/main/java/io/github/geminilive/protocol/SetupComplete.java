package io.github.geminilive.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The session is open (§3).
 *
 * @param sessionId id of the session; Vertex only
 * @param voiceConsentSignature proof of consent to copy a voice, for later sessions
 * @param extra members this version does not know
 */
public record SetupComplete(
    @Nullable String sessionId,
    @Nullable VoiceConsentSignature voiceConsentSignature,
    Map<String, Json> extra) {

  /** Copies collections. */
  public SetupComplete {
    extra = Checks.extra(extra);
  }
}
