package io.github.geminilive.tools.internal.binding;

import java.util.Locale;

/** What is wrong with a value. */
public enum Reason {
  /** It is required and was not given. */
  MISSING,
  /** It is null and must not be. */
  NULL,
  /** It is another kind of JSON value. */
  WRONG_TYPE,
  /** It is a number with a fraction. */
  NOT_INTEGER,
  /** It is too small or too great. */
  OUT_OF_RANGE,
  /** It is none of those that are possible. */
  NOT_ALLOWED,
  /** It is text, but not of the form it needs. */
  BAD_FORMAT,
  /** It is text of too few characters. */
  TOO_SHORT,
  /** It is text of too many characters. */
  TOO_LONG,
  /** It has too few elements. */
  TOO_FEW,
  /** It has too many elements. */
  TOO_MANY,
  /** It is a key that the map has already. */
  DUPLICATE_KEY;

  private final String wireName = name().toLowerCase(Locale.ROOT);

  /** How the model is told. */
  public String wireName() {
    return wireName;
  }
}
