package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Input as it happens; one member for each message is the safe form (§2.9).
 *
 * @param audio 16-bit little-endian mono PCM, as {@code audio/pcm;rate=16000}
 * @param video one frame, as {@code image/jpeg}
 * @param text text typed by the user; the only way for text on 3.1
 * @param audioStreamEnd true: the microphone pauses; with automatic detection only
 * @param activityStart the user begins; with detection disabled only
 * @param activityEnd the user is done; with detection disabled only
 * @param mediaChunks deprecated; only the first one counts
 * @param extra members this version does not know, sent as they stand
 */
public record RealtimeInput(
    @Nullable Blob audio,
    @Nullable Blob video,
    @Nullable String text,
    @Nullable Boolean audioStreamEnd,
    @Nullable Empty activityStart,
    @Nullable Empty activityEnd,
    @Nullable List<Blob> mediaChunks,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of(
      "audio", "video", "text", "audioStreamEnd", "activityStart", "activityEnd", "mediaChunks");

  /** Copies collections. */
  public RealtimeInput {
    mediaChunks = Checks.list(mediaChunks);
    extra = Checks.extra(extra);
  }

  /**
   * A piece of audio.
   *
   * @param mimeType such as {@code audio/pcm;rate=16000}
   * @param pcm 16-bit little-endian mono
   * @return input with that audio only
   */
  public static RealtimeInput audio(String mimeType, Bytes pcm) {
    return builder().audio(Blob.of(mimeType, pcm)).build();
  }

  /**
   * A video frame.
   *
   * @param mimeType such as {@code image/jpeg}
   * @param image the picture
   * @return input with that frame only
   */
  public static RealtimeInput video(String mimeType, Bytes image) {
    return builder().video(Blob.of(mimeType, image)).build();
  }

  /**
   * Text typed by the user.
   *
   * @param text the text
   * @return input with that text only
   */
  public static RealtimeInput text(String text) {
    return builder().text(requireNonNull(text, "text")).build();
  }

  /**
   * The microphone pauses.
   *
   * @return input with that signal only
   */
  public static RealtimeInput streamEnd() {
    return builder().audioStreamEnd(true).build();
  }

  /**
   * The user begins.
   *
   * @return input with that signal only
   */
  public static RealtimeInput startOfActivity() {
    return builder().activityStart(Empty.of()).build();
  }

  /**
   * The user is done.
   *
   * @return input with that signal only
   */
  public static RealtimeInput endOfActivity() {
    return builder().activityEnd(Empty.of()).build();
  }

  /**
   * Begins a new {@code RealtimeInput}.
   *
   * @return a builder with nothing else set
   */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Begins a changed copy.
   *
   * @return a builder with everything of this record set
   */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.audio = audio;
    copy.video = video;
    copy.text = text;
    copy.audioStreamEnd = audioStreamEnd;
    copy.activityStart = activityStart;
    copy.activityEnd = activityEnd;
    copy.mediaChunks = mediaChunks;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Keeps back what people say: records end up in logs. */
  @Override
  public String toString() {
    return Checks.toString(this, "text");
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable Blob audio;
    private @Nullable Blob video;
    private @Nullable String text;
    private @Nullable Boolean audioStreamEnd;
    private @Nullable Empty activityStart;
    private @Nullable Empty activityEnd;
    private @Nullable List<Blob> mediaChunks;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code audio}: 16-bit little-endian mono PCM, as {@code audio/pcm;rate=16000}. */
    public Builder audio(@Nullable Blob audio) {
      this.audio = Checks.media("audio", "audio/", audio);
      return this;
    }

    /** Sets {@code video}: one frame, as {@code image/jpeg}. */
    public Builder video(@Nullable Blob video) {
      this.video = Checks.media("video", "image/", video);
      return this;
    }

    /** Sets {@code text}: text typed by the user; the only way for text on 3.1. */
    public Builder text(@Nullable String text) {
      this.text = text;
      return this;
    }

    /** Sets {@code audioStreamEnd}: true: the microphone pauses; with automatic detection only. */
    public Builder audioStreamEnd(@Nullable Boolean audioStreamEnd) {
      this.audioStreamEnd = audioStreamEnd;
      return this;
    }

    /** Sets {@code activityStart}: the user begins; with detection disabled only. */
    public Builder activityStart(@Nullable Empty activityStart) {
      this.activityStart = activityStart;
      return this;
    }

    /** Sets {@code activityEnd}: the user is done; with detection disabled only. */
    public Builder activityEnd(@Nullable Empty activityEnd) {
      this.activityEnd = activityEnd;
      return this;
    }

    /** Sets {@code mediaChunks}: deprecated; only the first one counts. */
    public Builder mediaChunks(@Nullable List<Blob> mediaChunks) {
      this.mediaChunks = Checks.list(mediaChunks);
      return this;
    }

    /** Sets {@code mediaChunks}. */
    public Builder mediaChunks(Blob... mediaChunks) {
      return mediaChunks(List.of(mediaChunks));
    }

    /**
     * Adds a member this version has no property for.
     *
     * @param name its name on the wire
     * @param value its value, sent as it stands
     * @return this builder
     */
    public Builder extra(String name, Json value) {
      Checks.newMember(MEMBERS, name);
      extra.put(name, requireNonNull(value, name));
      return this;
    }

    /**
     * Makes the record.
     *
     * @return an immutable record
     */
    public RealtimeInput build() {
      return new RealtimeInput(
          audio, video, text, audioStreamEnd, activityStart, activityEnd, mediaChunks, extra);
    }
  }
}
