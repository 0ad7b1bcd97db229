package io.github.geminilive.protocol;

import java.util.List;

/** Quality against cost; Vertex (§2.2). */
public final class FeatureSelectionPreference extends OpenEnum {

  private static final Known<FeatureSelectionPreference> KNOWN =
      new Known<>(FeatureSelectionPreference::new);

  /** Not said; as if absent. */
  public static final FeatureSelectionPreference UNSPECIFIED =
      KNOWN.add("FEATURE_SELECTION_PREFERENCE_UNSPECIFIED");

  /** {@code PRIORITIZE_QUALITY}. */
  public static final FeatureSelectionPreference PRIORITIZE_QUALITY =
      KNOWN.add("PRIORITIZE_QUALITY");

  /** {@code BALANCED}. */
  public static final FeatureSelectionPreference BALANCED = KNOWN.add("BALANCED");

  /** {@code PRIORITIZE_COST}. */
  public static final FeatureSelectionPreference PRIORITIZE_COST = KNOWN.add("PRIORITIZE_COST");

  private FeatureSelectionPreference(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static FeatureSelectionPreference of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<FeatureSelectionPreference> known() {
    return KNOWN.all();
  }
}
