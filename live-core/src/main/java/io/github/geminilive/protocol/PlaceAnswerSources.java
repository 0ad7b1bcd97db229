package io.github.geminilive.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where an answer about a place comes from (§3.6).
 *
 * @param reviewSnippets reviews; some versions send {@code reviewSnippet}
 * @param flagContentUri where to report it
 * @param extra members this version does not know
 */
public record PlaceAnswerSources(
    @Nullable List<Json> reviewSnippets, @Nullable String flagContentUri, Map<String, Json> extra) {

  /** Copies collections. */
  public PlaceAnswerSources {
    reviewSnippets = Checks.list(reviewSnippets);
    extra = Checks.extra(extra);
  }
}
