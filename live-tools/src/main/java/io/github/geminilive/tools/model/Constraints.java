package io.github.geminilive.tools.model;

import java.math.BigDecimal;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a value must fulfil beyond its type.
 *
 * @param min least number; null for none
 * @param minExclusive whether {@code min} itself is too small
 * @param max greatest number; null for none
 * @param maxExclusive whether {@code max} itself is too great
 * @param minSize fewest characters, elements or entries; null for none
 * @param maxSize most characters, elements or entries; null for none
 * @param notBlank whether a text needs a character that is no white space
 * @param pattern regular expression for the whole text; null for none
 * @param allowed the only texts; empty for any
 */
public record Constraints(
    @Nullable BigDecimal min,
    boolean minExclusive,
    @Nullable BigDecimal max,
    boolean maxExclusive,
    @Nullable Integer minSize,
    @Nullable Integer maxSize,
    boolean notBlank,
    @Nullable String pattern,
    List<String> allowed) {

  /** Nothing. */
  public static final Constraints NONE =
      new Constraints(null, false, null, false, null, null, false, null, List.of());

  /** Copies. */
  public Constraints {
    allowed = List.copyOf(allowed);
  }
}
