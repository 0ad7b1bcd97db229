package io.github.geminilive.protocol;

import java.util.List;

/** A kind of harm (§2.1). */
public final class HarmCategory extends OpenEnum {

  private static final Known<HarmCategory> KNOWN = new Known<>(HarmCategory::new);

  /** Not usable in a setting. */
  public static final HarmCategory UNSPECIFIED = KNOWN.add("HARM_CATEGORY_UNSPECIFIED");

  /** {@code HARM_CATEGORY_HARASSMENT}. */
  public static final HarmCategory HARASSMENT = KNOWN.add("HARM_CATEGORY_HARASSMENT");

  /** {@code HARM_CATEGORY_HATE_SPEECH}. */
  public static final HarmCategory HATE_SPEECH = KNOWN.add("HARM_CATEGORY_HATE_SPEECH");

  /** {@code HARM_CATEGORY_SEXUALLY_EXPLICIT}. */
  public static final HarmCategory SEXUALLY_EXPLICIT = KNOWN.add("HARM_CATEGORY_SEXUALLY_EXPLICIT");

  /** {@code HARM_CATEGORY_DANGEROUS_CONTENT}. */
  public static final HarmCategory DANGEROUS_CONTENT = KNOWN.add("HARM_CATEGORY_DANGEROUS_CONTENT");

  /** {@code HARM_CATEGORY_CIVIC_INTEGRITY}. */
  public static final HarmCategory CIVIC_INTEGRITY = KNOWN.add("HARM_CATEGORY_CIVIC_INTEGRITY");

  /** {@code HARM_CATEGORY_JAILBREAK}. */
  public static final HarmCategory JAILBREAK = KNOWN.add("HARM_CATEGORY_JAILBREAK");

  /** {@code HARM_CATEGORY_IMAGE_HATE}. */
  public static final HarmCategory IMAGE_HATE = KNOWN.add("HARM_CATEGORY_IMAGE_HATE");

  /** {@code HARM_CATEGORY_IMAGE_DANGEROUS_CONTENT}. */
  public static final HarmCategory IMAGE_DANGEROUS_CONTENT =
      KNOWN.add("HARM_CATEGORY_IMAGE_DANGEROUS_CONTENT");

  /** {@code HARM_CATEGORY_IMAGE_HARASSMENT}. */
  public static final HarmCategory IMAGE_HARASSMENT = KNOWN.add("HARM_CATEGORY_IMAGE_HARASSMENT");

  /** {@code HARM_CATEGORY_IMAGE_SEXUALLY_EXPLICIT}. */
  public static final HarmCategory IMAGE_SEXUALLY_EXPLICIT =
      KNOWN.add("HARM_CATEGORY_IMAGE_SEXUALLY_EXPLICIT");

  private HarmCategory(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static HarmCategory of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<HarmCategory> known() {
    return KNOWN.all();
  }
}
