package io.github.geminilive.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One message of the service. Any of the members may come together (§3).
 *
 * @param setupComplete the session is open
 * @param serverContent audio, text, transcripts, turn signals
 * @param toolCall functions to run
 * @param toolCallCancellation calls that need no answer any more
 * @param usageMetadata tokens spent
 * @param goAway the connection ends soon
 * @param sessionResumptionUpdate handle for the next connection
 * @param voiceActivity start or end of speech; Vertex with {@code explicitVadSignal}
 * @param voiceActivityDetectionSignal start or end of speech; allow-listed projects
 * @param error fatal for the session; undocumented
 * @param extra members this version does not know
 */
public record ServerMessage(
    @Nullable SetupComplete setupComplete,
    @Nullable ServerContent serverContent,
    @Nullable ToolCall toolCall,
    @Nullable ToolCallCancellation toolCallCancellation,
    @Nullable UsageMetadata usageMetadata,
    @Nullable GoAway goAway,
    @Nullable SessionResumptionUpdate sessionResumptionUpdate,
    @Nullable VoiceActivity voiceActivity,
    @Nullable VoiceActivityDetectionSignal voiceActivityDetectionSignal,
    @Nullable ServerError error,
    Map<String, Json> extra) {

  /** Copies collections. */
  public ServerMessage {
    extra = Checks.extra(extra);
  }
}
