package io.github.geminilive.protocol;

import java.util.List;

/** A tool of the service (§2.8). */
public final class ToolType extends OpenEnum {

  private static final Known<ToolType> KNOWN = new Known<>(ToolType::new);

  /** Not said; as if absent. */
  public static final ToolType UNSPECIFIED = KNOWN.add("TOOL_TYPE_UNSPECIFIED");

  /** {@code GOOGLE_SEARCH_WEB}. */
  public static final ToolType GOOGLE_SEARCH_WEB = KNOWN.add("GOOGLE_SEARCH_WEB");

  /** {@code GOOGLE_SEARCH_IMAGE}. */
  public static final ToolType GOOGLE_SEARCH_IMAGE = KNOWN.add("GOOGLE_SEARCH_IMAGE");

  /** {@code URL_CONTEXT}. */
  public static final ToolType URL_CONTEXT = KNOWN.add("URL_CONTEXT");

  /** {@code GOOGLE_MAPS}. */
  public static final ToolType GOOGLE_MAPS = KNOWN.add("GOOGLE_MAPS");

  /** {@code FILE_SEARCH}. */
  public static final ToolType FILE_SEARCH = KNOWN.add("FILE_SEARCH");

  /** {@code MEDIA_PROCESSING}. */
  public static final ToolType MEDIA_PROCESSING = KNOWN.add("MEDIA_PROCESSING");

  private ToolType(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static ToolType of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<ToolType> known() {
    return KNOWN.all();
  }
}
