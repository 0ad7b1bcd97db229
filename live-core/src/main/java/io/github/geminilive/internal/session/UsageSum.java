package io.github.geminilive.internal.session;

import io.github.geminilive.UsageTotals;
import io.github.geminilive.protocol.MediaModality;
import io.github.geminilive.protocol.ModalityTokenCount;
import io.github.geminilive.protocol.UsageMetadata;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Adds up token counts. Guarded by the engine's lock. */
final class UsageSum {

  private long prompt;
  private long cached;
  private long response;
  private long toolUsePrompt;
  private long thoughts;
  private long total;
  private final Map<MediaModality, Long> promptByModality = new HashMap<>();
  private final Map<MediaModality, Long> responseByModality = new HashMap<>();

  void add(UsageMetadata usage) {
    prompt += orZero(usage.promptTokenCount());
    cached += orZero(usage.cachedContentTokenCount());
    response += orZero(usage.responseTokenCount());
    toolUsePrompt += orZero(usage.toolUsePromptTokenCount());
    thoughts += orZero(usage.thoughtsTokenCount());
    total += orZero(usage.totalTokenCount());
    add(promptByModality, usage.promptTokensDetails());
    add(responseByModality, usage.responseTokensDetails());
  }

  private static int orZero(@Nullable Integer count) {
    return count == null ? 0 : count;
  }

  private static void add(
      Map<MediaModality, Long> sums, @Nullable List<ModalityTokenCount> details) {
    if (details == null) {
      return;
    }
    for (ModalityTokenCount detail : details) {
      if (detail.modality() != null && detail.tokenCount() != null) {
        sums.merge(detail.modality(), (long) detail.tokenCount(), Long::sum);
      }
    }
  }

  UsageTotals totals() {
    return new UsageTotals(
        prompt,
        cached,
        response,
        toolUsePrompt,
        thoughts,
        total,
        promptByModality,
        responseByModality);
  }
}
