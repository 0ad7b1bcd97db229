package io.github.geminilive.protocol;

import java.util.List;

/** Whether a page could be read (§3.1). */
public final class UrlRetrievalStatus extends OpenEnum {

  private static final Known<UrlRetrievalStatus> KNOWN = new Known<>(UrlRetrievalStatus::new);

  /** Not said; as if absent. */
  public static final UrlRetrievalStatus UNSPECIFIED =
      KNOWN.add("URL_RETRIEVAL_STATUS_UNSPECIFIED");

  /** {@code URL_RETRIEVAL_STATUS_SUCCESS}. */
  public static final UrlRetrievalStatus SUCCESS = KNOWN.add("URL_RETRIEVAL_STATUS_SUCCESS");

  /** {@code URL_RETRIEVAL_STATUS_ERROR}. */
  public static final UrlRetrievalStatus ERROR = KNOWN.add("URL_RETRIEVAL_STATUS_ERROR");

  /** {@code URL_RETRIEVAL_STATUS_PAYWALL}. */
  public static final UrlRetrievalStatus PAYWALL = KNOWN.add("URL_RETRIEVAL_STATUS_PAYWALL");

  /** {@code URL_RETRIEVAL_STATUS_UNSAFE}. */
  public static final UrlRetrievalStatus UNSAFE = KNOWN.add("URL_RETRIEVAL_STATUS_UNSAFE");

  private UrlRetrievalStatus(String value) {
    super(value);
  }

  /**
   * The value with a given word.
   *
   * @param value the word on the wire, known or not
   * @return the constant, or a new value for an unknown word
   */
  public static UrlRetrievalStatus of(String value) {
    return KNOWN.of(value);
  }

  /**
   * The values this version knows.
   *
   * @return the constants, in the order of the service's definition
   */
  public static List<UrlRetrievalStatus> known() {
    return KNOWN.all();
  }
}
