package io.github.geminilive.protocol;

import java.util.List;

/** A programming language (§2.8). */
public final class CodeLanguage extends OpenEnum {

  private static final Known<CodeLanguage> KNOWN = new Known<>(CodeLanguage::new);

  /** Not said; as if absent. */
  public static final CodeLanguage UNSPECIFIED = KNOWN.add("LANGUAGE_UNSPECIFIED");

  /** {@code PYTHON}. */
  public static final CodeLanguage PYTHON = KNOWN.add("PYTHON");

  private CodeLanguage(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static CodeLanguage of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<CodeLanguage> known() {
    return KNOWN.all();
  }
}
