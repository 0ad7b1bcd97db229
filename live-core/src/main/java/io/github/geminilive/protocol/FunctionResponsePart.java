package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Media of a function's result (§2.10).
 *
 * @param inlineData in the message
 * @param fileData by address; Vertex only
 * @param mediaProcessing how it is worked on; Developer API
 * @param extra members this version does not know, sent as they stand
 */
public record FunctionResponsePart(
    @Nullable Blob inlineData,
    @Nullable FileData fileData,
    @Nullable MediaProcessing mediaProcessing,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("inlineData", "fileData", "mediaProcessing");

  /** Copies collections. */
  public FunctionResponsePart {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code FunctionResponsePart}.
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
    copy.inlineData = inlineData;
    copy.fileData = fileData;
    copy.mediaProcessing = mediaProcessing;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable Blob inlineData;
    private @Nullable FileData fileData;
    private @Nullable MediaProcessing mediaProcessing;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code inlineData}: in the message. */
    public Builder inlineData(@Nullable Blob inlineData) {
      this.inlineData = inlineData;
      return this;
    }

    /** Sets {@code fileData}: by address; Vertex only. */
    public Builder fileData(@Nullable FileData fileData) {
      this.fileData = fileData;
      return this;
    }

    /** Sets {@code mediaProcessing}: how it is worked on; Developer API. */
    public Builder mediaProcessing(@Nullable MediaProcessing mediaProcessing) {
      this.mediaProcessing = mediaProcessing;
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
    public FunctionResponsePart build() {
      return new FunctionResponsePart(inlineData, fileData, mediaProcessing, extra);
    }
  }
}
