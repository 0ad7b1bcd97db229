package io.github.geminilive.protocol;

import java.util.List;

/** How media are worked on; Developer API (§2.8). */
public final class MediaProcessing extends OpenEnum {

  private static final Known<MediaProcessing> KNOWN = new Known<>(MediaProcessing::new);

  /** Not said; as if absent. */
  public static final MediaProcessing UNSPECIFIED = KNOWN.add("MEDIA_PROCESSING_UNSPECIFIED");

  /** {@code STATIC}. */
  public static final MediaProcessing STATIC = KNOWN.add("STATIC");

  /** {@code AGENTIC}. */
  public static final MediaProcessing AGENTIC = KNOWN.add("AGENTIC");

  private MediaProcessing(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static MediaProcessing of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<MediaProcessing> known() {
    return KNOWN.all();
  }
}
