package io.github.geminilive.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A place (§3.6).
 *
 * @param uri its address in Google Maps
 * @param title its name
 * @param text what is said about it
 * @param placeId its id
 * @param placeAnswerSources where that comes from
 * @param route a way to it
 * @param extra members this version does not know
 */
public record GroundingChunkMaps(
    @Nullable String uri,
    @Nullable String title,
    @Nullable String text,
    @Nullable String placeId,
    @Nullable PlaceAnswerSources placeAnswerSources,
    @Nullable MapsRoute route,
    Map<String, Json> extra) {

  /** Copies collections. */
  public GroundingChunkMaps {
    extra = Checks.extra(extra);
  }
}
