package io.github.geminilive;

import io.github.geminilive.protocol.MediaModality;
import java.util.Map;

/**
 * Tokens of a whole session: the sum of what the service counted, turn by turn. The service counts
 * the accumulated context anew in every turn's prompt, so this is what is billed, not the size of
 * the context.
 *
 * @param promptTokens tokens read
 * @param cachedTokens tokens read from a cache
 * @param responseTokens tokens generated
 * @param toolUsePromptTokens tokens read as results of tools the service ran
 * @param thoughtsTokens tokens of thinking
 * @param totalTokens as the service added them up
 * @param promptByModality tokens read, by modality, as far as the service broke them down
 * @param responseByModality tokens generated, by modality, as far as the service broke them down
 */
public record UsageTotals(
    long promptTokens,
    long cachedTokens,
    long responseTokens,
    long toolUsePromptTokens,
    long thoughtsTokens,
    long totalTokens,
    Map<MediaModality, Long> promptByModality,
    Map<MediaModality, Long> responseByModality) {

  /** Copies the maps. */
  public UsageTotals {
    promptByModality = Map.copyOf(promptByModality);
    responseByModality = Map.copyOf(responseByModality);
  }
}
