package io.github.geminilive;

import static java.util.Objects.requireNonNull;

/**
 * A model id. Any id works; the constants are those known to this version. What a model can do is
 * looked up by its id; an id this version does not know is treated like the newest voice model,
 * with one warning from {@link LiveConfig#check()}.
 */
public final class LiveModel {

  /** Recommended voice model, generally available on both backends. */
  public static final LiveModel GEMINI_3_8_LIVE = new LiveModel("gemini-3.8-live");

  /** Reasons longer; needs a thinking level; tools never block. */
  public static final LiveModel GEMINI_3_8_LIVE_EXTENDED_THINKING =
      new LiveModel("gemini-3.8-live-extended-thinking");

  /** Speech to text. */
  public static final LiveModel GEMINI_3_5_TRANSCRIBE_LIVE =
      new LiveModel("gemini-3.5-transcribe-live");

  /** Speech to speech in another language. */
  public static final LiveModel GEMINI_3_5_LIVE_TRANSLATE_PREVIEW =
      new LiveModel("gemini-3.5-live-translate-preview");

  /** Older voice model; tools block, text is real-time input. */
  public static final LiveModel GEMINI_3_1_FLASH_LIVE_PREVIEW =
      new LiveModel("gemini-3.1-flash-live-preview");

  /** Native audio model of the 2.5 family, Developer API. */
  public static final LiveModel GEMINI_2_5_FLASH_NATIVE_AUDIO_PREVIEW =
      new LiveModel("gemini-2.5-flash-native-audio-preview-12-2025");

  /** Native audio model of the 2.5 family, Vertex AI. */
  public static final LiveModel GEMINI_LIVE_2_5_FLASH_NATIVE_AUDIO =
      new LiveModel("gemini-live-2.5-flash-native-audio");

  private final String id;

  private LiveModel(String id) {
    this.id = id;
  }

  /**
   * Any model.
   *
   * @param id as Google writes it: a bare name, or a resource name such as {@code tunedModels/x} or
   *     {@code projects/p/locations/l/publishers/google/models/x}
   * @throws IllegalArgumentException when blank or holding {@code ..}, {@code ?} or {@code &}
   */
  public static LiveModel of(String id) {
    requireNonNull(id, "id");
    if (id.isBlank() || id.contains("..") || id.contains("?") || id.contains("&")) {
      throw new IllegalArgumentException(
          "model must be a model id without \"..\", \"?\" and \"&\", such as gemini-3.8-live: \""
              + id
              + "\"");
    }
    return new LiveModel(id);
  }

  /** The id as given. */
  public String id() {
    return id;
  }

  /** The last segment of the id: {@code x} of {@code models/x}. */
  public String shortName() {
    return id.substring(id.lastIndexOf('/') + 1);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof LiveModel model && model.id.equals(id);
  }

  @Override
  public int hashCode() {
    return id.hashCode();
  }

  @Override
  public String toString() {
    return id;
  }
}
