package io.github.geminilive.protocol;

import java.util.List;

/** What tokens were spent on (§3.5). */
public final class MediaModality extends OpenEnum {

  private static final Known<MediaModality> KNOWN = new Known<>(MediaModality::new);

  /** Not said; as if absent. */
  public static final MediaModality UNSPECIFIED = KNOWN.add("MODALITY_UNSPECIFIED");

  /** {@code TEXT}. */
  public static final MediaModality TEXT = KNOWN.add("TEXT");

  /** {@code IMAGE}. */
  public static final MediaModality IMAGE = KNOWN.add("IMAGE");

  /** {@code VIDEO}. */
  public static final MediaModality VIDEO = KNOWN.add("VIDEO");

  /** {@code AUDIO}. */
  public static final MediaModality AUDIO = KNOWN.add("AUDIO");

  /** {@code DOCUMENT}. */
  public static final MediaModality DOCUMENT = KNOWN.add("DOCUMENT");

  private MediaModality(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static MediaModality of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<MediaModality> known() {
    return KNOWN.all();
  }
}
