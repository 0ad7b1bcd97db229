package io.github.geminilive.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of a turn, not a running sum; both backends' names are read (§3.5).
 *
 * @param promptTokenCount tokens of the context, history included
 * @param cachedContentTokenCount of these, from a cache
 * @param responseTokenCount tokens of the answer; {@code candidatesTokenCount} on Vertex
 * @param toolUsePromptTokenCount tokens of tool results
 * @param thoughtsTokenCount tokens of reasoning
 * @param totalTokenCount sum as the service sees it
 * @param promptTokensDetails the context by modality
 * @param cacheTokensDetails the cached part by modality
 * @param responseTokensDetails the answer by modality; {@code candidatesTokensDetails} on Vertex
 * @param toolUsePromptTokensDetails tool results by modality
 * @param serviceTier tier that served it; Developer API
 * @param trafficType quota that was used; Vertex
 * @param billedToolCalls tool calls that cost money; undocumented
 * @param extra members this version does not know
 */
public record UsageMetadata(
    @Nullable Integer promptTokenCount,
    @Nullable Integer cachedContentTokenCount,
    @Nullable Integer responseTokenCount,
    @Nullable Integer toolUsePromptTokenCount,
    @Nullable Integer thoughtsTokenCount,
    @Nullable Integer totalTokenCount,
    @Nullable List<ModalityTokenCount> promptTokensDetails,
    @Nullable List<ModalityTokenCount> cacheTokensDetails,
    @Nullable List<ModalityTokenCount> responseTokensDetails,
    @Nullable List<ModalityTokenCount> toolUsePromptTokensDetails,
    @Nullable ServiceTier serviceTier,
    @Nullable TrafficType trafficType,
    @Nullable List<BilledToolCall> billedToolCalls,
    Map<String, Json> extra) {

  /** Copies collections. */
  public UsageMetadata {
    promptTokensDetails = Checks.list(promptTokensDetails);
    cacheTokensDetails = Checks.list(cacheTokensDetails);
    responseTokensDetails = Checks.list(responseTokensDetails);
    toolUsePromptTokensDetails = Checks.list(toolUsePromptTokensDetails);
    billedToolCalls = Checks.list(billedToolCalls);
    extra = Checks.extra(extra);
  }
}
