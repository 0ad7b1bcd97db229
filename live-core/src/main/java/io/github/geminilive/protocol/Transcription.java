package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Speech as text: a piece, to be appended as it is (§3.1).
 *
 * @param text the words with their own leading spaces; may be missing when finished
 * @param finished true: the last piece; not reliably sent
 * @param languageCode BCP-47 code
 * @param speakerLabel who speaks, with diarization
 * @param words times of the words, where asked for
 * @param startOffset begin, from the start of the stream
 * @param endOffset end, from the start of the stream
 * @param extra members this version does not know, sent as they stand
 */
public record Transcription(
    @Nullable String text,
    @Nullable Boolean finished,
    @Nullable String languageCode,
    @Nullable String speakerLabel,
    @Nullable List<WordInfo> words,
    @Nullable Duration startOffset,
    @Nullable Duration endOffset,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of(
      "text", "finished", "languageCode", "speakerLabel", "words", "startOffset", "endOffset");

  /** Copies collections. */
  public Transcription {
    words = Checks.list(words);
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code Transcription}.
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
    copy.text = text;
    copy.finished = finished;
    copy.languageCode = languageCode;
    copy.speakerLabel = speakerLabel;
    copy.words = words;
    copy.startOffset = startOffset;
    copy.endOffset = endOffset;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Keeps back what people say: records end up in logs. */
  @Override
  public String toString() {
    return Checks.toString(this, "text", "words");
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String text;
    private @Nullable Boolean finished;
    private @Nullable String languageCode;
    private @Nullable String speakerLabel;
    private @Nullable List<WordInfo> words;
    private @Nullable Duration startOffset;
    private @Nullable Duration endOffset;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code text}: the words with their own leading spaces; may be missing when finished. */
    public Builder text(@Nullable String text) {
      this.text = text;
      return this;
    }

    /** Sets {@code finished}: true: the last piece; not reliably sent. */
    public Builder finished(@Nullable Boolean finished) {
      this.finished = finished;
      return this;
    }

    /** Sets {@code languageCode}: BCP-47 code. */
    public Builder languageCode(@Nullable String languageCode) {
      this.languageCode = languageCode;
      return this;
    }

    /** Sets {@code speakerLabel}: who speaks, with diarization. */
    public Builder speakerLabel(@Nullable String speakerLabel) {
      this.speakerLabel = speakerLabel;
      return this;
    }

    /** Sets {@code words}: times of the words, where asked for. */
    public Builder words(@Nullable List<WordInfo> words) {
      this.words = Checks.list(words);
      return this;
    }

    /** Sets {@code words}. */
    public Builder words(WordInfo... words) {
      return words(List.of(words));
    }

    /** Sets {@code startOffset}: begin, from the start of the stream. */
    public Builder startOffset(@Nullable Duration startOffset) {
      this.startOffset = startOffset;
      return this;
    }

    /** Sets {@code endOffset}: end, from the start of the stream. */
    public Builder endOffset(@Nullable Duration endOffset) {
      this.endOffset = endOffset;
      return this;
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
    public Transcription build() {
      return new Transcription(
          text, finished, languageCode, speakerLabel, words, startOffset, endOffset, extra);
    }
  }
}
