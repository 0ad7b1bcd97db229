package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A piece of content: one of the data members, and modifiers (§2.8).
 *
 * @param text text; reasoning when {@code thought} is true
 * @param inlineData audio, picture or video in the message
 * @param fileData media by address
 * @param functionCall a call in the history
 * @param functionResponse its result
 * @param executableCode code the model wants to run
 * @param codeExecutionResult what it printed
 * @param toolCall a call of a tool of the service; Developer API
 * @param toolResponse its result; Developer API
 * @param thought true: reasoning, neither to be shown nor spoken
 * @param thoughtSignature opaque; to be sent back with the part
 * @param videoMetadata which piece of a video, and how often to look
 * @param mediaResolution tokens to spend on the media
 * @param partMetadata the caller's own notes, as JSON object; Developer API
 * @param mediaProcessing how media are worked on; Developer API
 * @param speechMetadata who speaks a text, and how
 * @param audioTranscription what the audio says; from the server only
 * @param extra members this version does not know, sent as they stand
 */
public record Part(
    @Nullable String text,
    @Nullable Blob inlineData,
    @Nullable FileData fileData,
    @Nullable FunctionCall functionCall,
    @Nullable FunctionResponse functionResponse,
    @Nullable ExecutableCode executableCode,
    @Nullable CodeExecutionResult codeExecutionResult,
    @Nullable ServerToolCall toolCall,
    @Nullable ServerToolResponse toolResponse,
    @Nullable Boolean thought,
    @Nullable Bytes thoughtSignature,
    @Nullable VideoMetadata videoMetadata,
    @Nullable PartMediaResolution mediaResolution,
    @Nullable Json partMetadata,
    @Nullable MediaProcessing mediaProcessing,
    @Nullable SpeechMetadata speechMetadata,
    @Nullable Transcription audioTranscription,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of(
      "text",
      "inlineData",
      "fileData",
      "functionCall",
      "functionResponse",
      "executableCode",
      "codeExecutionResult",
      "toolCall",
      "toolResponse",
      "thought",
      "thoughtSignature",
      "videoMetadata",
      "mediaResolution",
      "partMetadata",
      "mediaProcessing",
      "speechMetadata",
      "audioTranscription");

  /** Copies collections. */
  public Part {
    extra = Checks.extra(extra);
  }

  /**
   * Text.
   *
   * @param text possibly empty
   * @return a part with that text
   */
  public static Part text(String text) {
    return builder().text(requireNonNull(text, "text")).build();
  }

  /**
   * Media in the message.
   *
   * @param mimeType type of the media
   * @param data the media
   * @return a part with them
   */
  public static Part inlineData(String mimeType, Bytes data) {
    return builder().inlineData(Blob.of(mimeType, data)).build();
  }

  /**
   * Media by address.
   *
   * @param fileUri where the media are
   * @param mimeType type of the media
   * @return a part with that address
   */
  public static Part fileData(String fileUri, String mimeType) {
    return builder().fileData(FileData.builder(fileUri, mimeType).build()).build();
  }

  /**
   * Begins a new {@code Part}.
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
    copy.inlineData = inlineData;
    copy.fileData = fileData;
    copy.functionCall = functionCall;
    copy.functionResponse = functionResponse;
    copy.executableCode = executableCode;
    copy.codeExecutionResult = codeExecutionResult;
    copy.toolCall = toolCall;
    copy.toolResponse = toolResponse;
    copy.thought = thought;
    copy.thoughtSignature = thoughtSignature;
    copy.videoMetadata = videoMetadata;
    copy.mediaResolution = mediaResolution;
    copy.partMetadata = partMetadata;
    copy.mediaProcessing = mediaProcessing;
    copy.speechMetadata = speechMetadata;
    copy.audioTranscription = audioTranscription;
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

    private @Nullable String text;
    private @Nullable Blob inlineData;
    private @Nullable FileData fileData;
    private @Nullable FunctionCall functionCall;
    private @Nullable FunctionResponse functionResponse;
    private @Nullable ExecutableCode executableCode;
    private @Nullable CodeExecutionResult codeExecutionResult;
    private @Nullable ServerToolCall toolCall;
    private @Nullable ServerToolResponse toolResponse;
    private @Nullable Boolean thought;
    private @Nullable Bytes thoughtSignature;
    private @Nullable VideoMetadata videoMetadata;
    private @Nullable PartMediaResolution mediaResolution;
    private @Nullable Json partMetadata;
    private @Nullable MediaProcessing mediaProcessing;
    private @Nullable SpeechMetadata speechMetadata;
    private @Nullable Transcription audioTranscription;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code text}: text; reasoning when {@code thought} is true. */
    public Builder text(@Nullable String text) {
      this.text = text;
      return this;
    }

    /** Sets {@code inlineData}: audio, picture or video in the message. */
    public Builder inlineData(@Nullable Blob inlineData) {
      this.inlineData = inlineData;
      return this;
    }

    /** Sets {@code fileData}: media by address. */
    public Builder fileData(@Nullable FileData fileData) {
      this.fileData = fileData;
      return this;
    }

    /** Sets {@code functionCall}: a call in the history. */
    public Builder functionCall(@Nullable FunctionCall functionCall) {
      this.functionCall = functionCall;
      return this;
    }

    /** Sets {@code functionResponse}: its result. */
    public Builder functionResponse(@Nullable FunctionResponse functionResponse) {
      this.functionResponse = functionResponse;
      return this;
    }

    /** Sets {@code executableCode}: code the model wants to run. */
    public Builder executableCode(@Nullable ExecutableCode executableCode) {
      this.executableCode = executableCode;
      return this;
    }

    /** Sets {@code codeExecutionResult}: what it printed. */
    public Builder codeExecutionResult(@Nullable CodeExecutionResult codeExecutionResult) {
      this.codeExecutionResult = codeExecutionResult;
      return this;
    }

    /** Sets {@code toolCall}: a call of a tool of the service; Developer API. */
    public Builder toolCall(@Nullable ServerToolCall toolCall) {
      this.toolCall = toolCall;
      return this;
    }

    /** Sets {@code toolResponse}: its result; Developer API. */
    public Builder toolResponse(@Nullable ServerToolResponse toolResponse) {
      this.toolResponse = toolResponse;
      return this;
    }

    /** Sets {@code thought}: true: reasoning, neither to be shown nor spoken. */
    public Builder thought(@Nullable Boolean thought) {
      this.thought = thought;
      return this;
    }

    /** Sets {@code thoughtSignature}: opaque; to be sent back with the part. */
    public Builder thoughtSignature(@Nullable Bytes thoughtSignature) {
      this.thoughtSignature = thoughtSignature;
      return this;
    }

    /** Sets {@code videoMetadata}: which piece of a video, and how often to look. */
    public Builder videoMetadata(@Nullable VideoMetadata videoMetadata) {
      this.videoMetadata = videoMetadata;
      return this;
    }

    /** Sets {@code mediaResolution}: tokens to spend on the media. */
    public Builder mediaResolution(@Nullable PartMediaResolution mediaResolution) {
      this.mediaResolution = mediaResolution;
      return this;
    }

    /** Sets {@code partMetadata}: the caller's own notes, as JSON object; Developer API. */
    public Builder partMetadata(@Nullable Json partMetadata) {
      this.partMetadata = Checks.object("partMetadata", partMetadata);
      return this;
    }

    /** Sets {@code mediaProcessing}: how media are worked on; Developer API. */
    public Builder mediaProcessing(@Nullable MediaProcessing mediaProcessing) {
      this.mediaProcessing = mediaProcessing;
      return this;
    }

    /** Sets {@code speechMetadata}: who speaks a text, and how. */
    public Builder speechMetadata(@Nullable SpeechMetadata speechMetadata) {
      this.speechMetadata = speechMetadata;
      return this;
    }

    /** Sets {@code audioTranscription}: what the audio says; from the server only. */
    public Builder audioTranscription(@Nullable Transcription audioTranscription) {
      this.audioTranscription = audioTranscription;
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
    public Part build() {
      return new Part(
          text,
          inlineData,
          fileData,
          functionCall,
          functionResponse,
          executableCode,
          codeExecutionResult,
          toolCall,
          toolResponse,
          thought,
          thoughtSignature,
          videoMetadata,
          mediaResolution,
          partMetadata,
          mediaProcessing,
          speechMetadata,
          audioTranscription,
          extra);
    }
  }
}
