package io.github.geminilive.protocol;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tokens of one modality (§3.5).
 *
 * @param modality the modality
 * @param tokenCount tokens; null counts as 0
 * @param extra members this version does not know
 */
public record ModalityTokenCount(
    @Nullable MediaModality modality, @Nullable Integer tokenCount, Map<String, Json> extra) {

  /** Copies collections. */
  public ModalityTokenCount {
    extra = Checks.extra(extra);
  }
}
