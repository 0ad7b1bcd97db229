package io.github.geminilive.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Sources of an answer; may come in several messages (§3.6).
 *
 * @param webSearchQueries queries put to web search
 * @param imageSearchQueries queries put to image search
 * @param retrievalQueries queries put to own documents
 * @param searchEntryPoint what must be shown beside the answer
 * @param groundingChunks the sources; others refer to them by index
 * @param groundingSupports which words rest on which source
 * @param retrievalMetadata how searching was decided
 * @param googleMapsWidgetContextToken token for a map
 * @param sourceFlaggingUris where to report a source
 * @param extra members this version does not know
 */
public record GroundingMetadata(
    @Nullable List<String> webSearchQueries,
    @Nullable List<String> imageSearchQueries,
    @Nullable List<String> retrievalQueries,
    @Nullable SearchEntryPoint searchEntryPoint,
    @Nullable List<GroundingChunk> groundingChunks,
    @Nullable List<GroundingSupport> groundingSupports,
    @Nullable RetrievalMetadata retrievalMetadata,
    @Nullable String googleMapsWidgetContextToken,
    @Nullable List<SourceFlaggingUri> sourceFlaggingUris,
    Map<String, Json> extra) {

  /** Copies collections. */
  public GroundingMetadata {
    webSearchQueries = Checks.list(webSearchQueries);
    imageSearchQueries = Checks.list(imageSearchQueries);
    retrievalQueries = Checks.list(retrievalQueries);
    groundingChunks = Checks.list(groundingChunks);
    groundingSupports = Checks.list(groundingSupports);
    sourceFlaggingUris = Checks.list(sourceFlaggingUris);
    extra = Checks.extra(extra);
  }
}
