package io.github.geminilive.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A document (§3.6).
 *
 * @param uri its address
 * @param title its title
 * @param text words of it
 * @param documentName its resource name
 * @param ragChunk the piece found, as JSON
 * @param fileSearchStore the store it is in
 * @param customMetadata its metadata
 * @param mediaId id of its media
 * @param pageNumber page, from 1
 * @param extra members this version does not know
 */
public record GroundingChunkRetrievedContext(
    @Nullable String uri,
    @Nullable String title,
    @Nullable String text,
    @Nullable String documentName,
    @Nullable Json ragChunk,
    @Nullable String fileSearchStore,
    @Nullable List<Json> customMetadata,
    @Nullable String mediaId,
    @Nullable Integer pageNumber,
    Map<String, Json> extra) {

  /** Copies collections. */
  public GroundingChunkRetrievedContext {
    customMetadata = Checks.list(customMetadata);
    extra = Checks.extra(extra);
  }
}
