package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Media by address (§2.8).
 *
 * @param fileUri {@code gs://…} or an uploaded file
 * @param mimeType type of the file
 * @param displayName name for the reader; Vertex only
 * @param extra members this version does not know, sent as they stand
 */
public record FileData(
    @Nullable String fileUri,
    @Nullable String mimeType,
    @Nullable String displayName,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("fileUri", "mimeType", "displayName");

  /** Copies collections. */
  public FileData {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code FileData}.
   *
   * @param fileUri {@code gs://…} or an uploaded file
   * @param mimeType type of the file
   * @return a builder with nothing else set
   */
  public static Builder builder(String fileUri, String mimeType) {
    return new Builder().fileUri(fileUri).mimeType(mimeType);
  }

  /**
   * Begins a changed copy.
   *
   * @return a builder with everything of this record set
   */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.fileUri = fileUri;
    copy.mimeType = mimeType;
    copy.displayName = displayName;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String fileUri;
    private @Nullable String mimeType;
    private @Nullable String displayName;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code fileUri}: {@code gs://…} or an uploaded file. */
    public Builder fileUri(String fileUri) {
      this.fileUri = Checks.text("fileUri", fileUri);
      return this;
    }

    /** Sets {@code mimeType}: type of the file. */
    public Builder mimeType(String mimeType) {
      this.mimeType = Checks.text("mimeType", mimeType);
      return this;
    }

    /** Sets {@code displayName}: name for the reader; Vertex only. */
    public Builder displayName(@Nullable String displayName) {
      this.displayName = displayName;
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
    public FileData build() {
      return new FileData(fileUri, mimeType, displayName, extra);
    }
  }
}
