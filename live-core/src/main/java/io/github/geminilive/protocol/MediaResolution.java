package io.github.geminilive.protocol;

import java.util.List;

/** How closely the model looks at media (§2.2, §2.8). */
public final class MediaResolution extends OpenEnum {

  private static final Known<MediaResolution> KNOWN = new Known<>(MediaResolution::new);

  /** Not said; as if absent. */
  public static final MediaResolution UNSPECIFIED = KNOWN.add("MEDIA_RESOLUTION_UNSPECIFIED");

  /** {@code MEDIA_RESOLUTION_LOW}. */
  public static final MediaResolution LOW = KNOWN.add("MEDIA_RESOLUTION_LOW");

  /** {@code MEDIA_RESOLUTION_MEDIUM}. */
  public static final MediaResolution MEDIUM = KNOWN.add("MEDIA_RESOLUTION_MEDIUM");

  /** {@code MEDIA_RESOLUTION_HIGH}. */
  public static final MediaResolution HIGH = KNOWN.add("MEDIA_RESOLUTION_HIGH");

  /** {@code MEDIA_RESOLUTION_ULTRA_HIGH}; for single parts only. */
  public static final MediaResolution ULTRA_HIGH = KNOWN.add("MEDIA_RESOLUTION_ULTRA_HIGH");

  private MediaResolution(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static MediaResolution of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<MediaResolution> known() {
    return KNOWN.all();
  }
}
