package io.github.geminilive.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One source; exactly one kind is set (§3.6).
 *
 * @param web a web page
 * @param image a picture
 * @param maps a place
 * @param retrievedContext a document
 * @param referenceId id of the source; undocumented
 * @param extra members this version does not know
 */
public record GroundingChunk(
    @Nullable GroundingChunkWeb web,
    @Nullable GroundingChunkImage image,
    @Nullable GroundingChunkMaps maps,
    @Nullable GroundingChunkRetrievedContext retrievedContext,
    @Nullable String referenceId,
    Map<String, Json> extra) {

  /** Copies collections. */
  public GroundingChunk {
    extra = Checks.extra(extra);
  }
}
