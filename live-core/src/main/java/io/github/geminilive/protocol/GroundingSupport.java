package io.github.geminilive.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which words of the answer rest on which sources (§3.6).
 *
 * @param segment the words
 * @param groundingChunkIndices indices of the sources; may be out of range
 * @param confidenceScores trust in each source, 0 to 1
 * @param renderedParts indices of parts
 * @param origin which search it came from; undocumented
 * @param extra members this version does not know
 */
public record GroundingSupport(
    @Nullable Segment segment,
    @Nullable List<Integer> groundingChunkIndices,
    @Nullable List<Double> confidenceScores,
    @Nullable List<Integer> renderedParts,
    @Nullable String origin,
    Map<String, Json> extra) {

  /** Copies collections. */
  public GroundingSupport {
    groundingChunkIndices = Checks.list(groundingChunkIndices);
    confidenceScores = Checks.list(confidenceScores);
    renderedParts = Checks.list(renderedParts);
    extra = Checks.extra(extra);
  }
}
