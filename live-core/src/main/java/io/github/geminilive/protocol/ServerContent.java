package io.github.geminilive.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the model produces, and where the turn stands; any combination (§3.1).
 *
 * @param modelTurn the next parts of the answer
 * @param generationComplete true: the model has produced everything; not sent after an interruption
 * @param turnComplete true: the turn is over; calls may still be pending on Vertex
 * @param interrupted true: the answer was cut; what is queued for playing is void
 * @param inputTranscription the next piece of what the user said
 * @param interimInputTranscription a quick guess; replaces the guess before it
 * @param outputTranscription the next piece of what the model says
 * @param groundingMetadata sources of the answer
 * @param urlContextMetadata pages that were read
 * @param turnCompleteReason why the turn ended other than normally
 * @param waitingForInput true: the model expects the user to go on
 * @param interactionStatus extended thinking: whether more follows after {@code turnComplete}
 * @param extra members this version does not know
 */
public record ServerContent(
    @Nullable Content modelTurn,
    @Nullable Boolean generationComplete,
    @Nullable Boolean turnComplete,
    @Nullable Boolean interrupted,
    @Nullable Transcription inputTranscription,
    @Nullable Transcription interimInputTranscription,
    @Nullable Transcription outputTranscription,
    @Nullable GroundingMetadata groundingMetadata,
    @Nullable UrlContextMetadata urlContextMetadata,
    @Nullable TurnCompleteReason turnCompleteReason,
    @Nullable Boolean waitingForInput,
    @Nullable InteractionStatus interactionStatus,
    Map<String, Json> extra) {

  /** Copies collections. */
  public ServerContent {
    extra = Checks.extra(extra);
  }
}
