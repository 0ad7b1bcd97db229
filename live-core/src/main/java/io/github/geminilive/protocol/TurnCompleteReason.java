package io.github.geminilive.protocol;

import java.util.List;

/** Why a turn ended other than normally (§3.7). */
public final class TurnCompleteReason extends OpenEnum {

  private static final Known<TurnCompleteReason> KNOWN = new Known<>(TurnCompleteReason::new);

  /** Not said; as if absent. */
  public static final TurnCompleteReason UNSPECIFIED =
      KNOWN.add("TURN_COMPLETE_REASON_UNSPECIFIED");

  /** {@code MALFORMED_FUNCTION_CALL}. */
  public static final TurnCompleteReason MALFORMED_FUNCTION_CALL =
      KNOWN.add("MALFORMED_FUNCTION_CALL");

  /** {@code RESPONSE_REJECTED}. */
  public static final TurnCompleteReason RESPONSE_REJECTED = KNOWN.add("RESPONSE_REJECTED");

  /** {@code NEED_MORE_INPUT}. */
  public static final TurnCompleteReason NEED_MORE_INPUT = KNOWN.add("NEED_MORE_INPUT");

  /** {@code PROHIBITED_INPUT_CONTENT}. */
  public static final TurnCompleteReason PROHIBITED_INPUT_CONTENT =
      KNOWN.add("PROHIBITED_INPUT_CONTENT");

  /** {@code IMAGE_PROHIBITED_INPUT_CONTENT}. */
  public static final TurnCompleteReason IMAGE_PROHIBITED_INPUT_CONTENT =
      KNOWN.add("IMAGE_PROHIBITED_INPUT_CONTENT");

  /** {@code INPUT_TEXT_CONTAIN_PROMINENT_PERSON_PROHIBITED}. */
  public static final TurnCompleteReason INPUT_TEXT_CONTAIN_PROMINENT_PERSON_PROHIBITED =
      KNOWN.add("INPUT_TEXT_CONTAIN_PROMINENT_PERSON_PROHIBITED");

  /** {@code INPUT_IMAGE_CELEBRITY}. */
  public static final TurnCompleteReason INPUT_IMAGE_CELEBRITY = KNOWN.add("INPUT_IMAGE_CELEBRITY");

  /** {@code INPUT_IMAGE_PHOTO_REALISTIC_CHILD_PROHIBITED}. */
  public static final TurnCompleteReason INPUT_IMAGE_PHOTO_REALISTIC_CHILD_PROHIBITED =
      KNOWN.add("INPUT_IMAGE_PHOTO_REALISTIC_CHILD_PROHIBITED");

  /** {@code INPUT_TEXT_NCII_PROHIBITED}. */
  public static final TurnCompleteReason INPUT_TEXT_NCII_PROHIBITED =
      KNOWN.add("INPUT_TEXT_NCII_PROHIBITED");

  /** {@code INPUT_OTHER}. */
  public static final TurnCompleteReason INPUT_OTHER = KNOWN.add("INPUT_OTHER");

  /** {@code INPUT_IP_PROHIBITED}. */
  public static final TurnCompleteReason INPUT_IP_PROHIBITED = KNOWN.add("INPUT_IP_PROHIBITED");

  /** {@code BLOCKLIST}. */
  public static final TurnCompleteReason BLOCKLIST = KNOWN.add("BLOCKLIST");

  /** {@code UNSAFE_PROMPT_FOR_IMAGE_GENERATION}. */
  public static final TurnCompleteReason UNSAFE_PROMPT_FOR_IMAGE_GENERATION =
      KNOWN.add("UNSAFE_PROMPT_FOR_IMAGE_GENERATION");

  /** {@code GENERATED_IMAGE_SAFETY}. */
  public static final TurnCompleteReason GENERATED_IMAGE_SAFETY =
      KNOWN.add("GENERATED_IMAGE_SAFETY");

  /** {@code GENERATED_CONTENT_SAFETY}. */
  public static final TurnCompleteReason GENERATED_CONTENT_SAFETY =
      KNOWN.add("GENERATED_CONTENT_SAFETY");

  /** {@code GENERATED_AUDIO_SAFETY}. */
  public static final TurnCompleteReason GENERATED_AUDIO_SAFETY =
      KNOWN.add("GENERATED_AUDIO_SAFETY");

  /** {@code GENERATED_VIDEO_SAFETY}. */
  public static final TurnCompleteReason GENERATED_VIDEO_SAFETY =
      KNOWN.add("GENERATED_VIDEO_SAFETY");

  /** {@code GENERATED_CONTENT_PROHIBITED}. */
  public static final TurnCompleteReason GENERATED_CONTENT_PROHIBITED =
      KNOWN.add("GENERATED_CONTENT_PROHIBITED");

  /** {@code GENERATED_CONTENT_BLOCKLIST}. */
  public static final TurnCompleteReason GENERATED_CONTENT_BLOCKLIST =
      KNOWN.add("GENERATED_CONTENT_BLOCKLIST");

  /** {@code GENERATED_IMAGE_PROHIBITED}. */
  public static final TurnCompleteReason GENERATED_IMAGE_PROHIBITED =
      KNOWN.add("GENERATED_IMAGE_PROHIBITED");

  /** {@code GENERATED_IMAGE_CELEBRITY}. */
  public static final TurnCompleteReason GENERATED_IMAGE_CELEBRITY =
      KNOWN.add("GENERATED_IMAGE_CELEBRITY");

  /** {@code GENERATED_IMAGE_PROMINENT_PEOPLE_DETECTED_BY_REWRITER}. */
  public static final TurnCompleteReason GENERATED_IMAGE_PROMINENT_PEOPLE_DETECTED_BY_REWRITER =
      KNOWN.add("GENERATED_IMAGE_PROMINENT_PEOPLE_DETECTED_BY_REWRITER");

  /** {@code GENERATED_IMAGE_IDENTIFIABLE_PEOPLE}. */
  public static final TurnCompleteReason GENERATED_IMAGE_IDENTIFIABLE_PEOPLE =
      KNOWN.add("GENERATED_IMAGE_IDENTIFIABLE_PEOPLE");

  /** {@code GENERATED_IMAGE_MINORS}. */
  public static final TurnCompleteReason GENERATED_IMAGE_MINORS =
      KNOWN.add("GENERATED_IMAGE_MINORS");

  /** {@code OUTPUT_IMAGE_IP_PROHIBITED}. */
  public static final TurnCompleteReason OUTPUT_IMAGE_IP_PROHIBITED =
      KNOWN.add("OUTPUT_IMAGE_IP_PROHIBITED");

  /** {@code GENERATED_OTHER}. */
  public static final TurnCompleteReason GENERATED_OTHER = KNOWN.add("GENERATED_OTHER");

  /** {@code MAX_REGENERATION_REACHED}. */
  public static final TurnCompleteReason MAX_REGENERATION_REACHED =
      KNOWN.add("MAX_REGENERATION_REACHED");

  private TurnCompleteReason(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static TurnCompleteReason of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<TurnCompleteReason> known() {
    return KNOWN.all();
  }
}
