package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Media in the message (§5).
 *
 * @param mimeType type with parameters, such as {@code audio/pcm;rate=24000}; null: unknown media
 * @param data the content; null when it could not be read
 * @param displayName name for the reader; Vertex only
 * @param extra members this version does not know, sent as they stand
 */
public record Blob(
    @Nullable String mimeType,
    @Nullable Bytes data,
    @Nullable String displayName,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("mimeType", "data", "displayName");

  /** Copies collections. */
  public Blob {
    extra = Checks.extra(extra);
  }

  /**
   * Media without a name.
   *
   * @param mimeType type with parameters; null: unknown media
   * @param data the content; null when it could not be read
   */
  public Blob(@Nullable String mimeType, @Nullable Bytes data) {
    this(mimeType, data, null, Map.of());
  }

  /**
   * Media to be sent.
   *
   * @param mimeType type with parameters, such as {@code audio/pcm;rate=16000}
   * @param data the content
   * @return media without a name
   */
  public static Blob of(String mimeType, Bytes data) {
    return builder(mimeType, data).build();
  }

  /**
   * Begins a new {@code Blob}.
   *
   * @param mimeType type with parameters, such as {@code audio/pcm;rate=24000}; null: unknown media
   * @param data the content; null when it could not be read
   * @return a builder with nothing else set
   */
  public static Builder builder(String mimeType, Bytes data) {
    return new Builder().mimeType(mimeType).data(data);
  }

  /**
   * Begins a changed copy.
   *
   * @return a builder with everything of this record set
   */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.mimeType = mimeType;
    copy.data = data;
    copy.displayName = displayName;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String mimeType;
    private @Nullable Bytes data;
    private @Nullable String displayName;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Sets {@code mimeType}: type with parameters, such as {@code audio/pcm;rate=24000}; null:
     * unknown media.
     */
    public Builder mimeType(String mimeType) {
      this.mimeType = Checks.text("mimeType", mimeType);
      return this;
    }

    /** Sets {@code data}: the content; null when it could not be read. */
    public Builder data(Bytes data) {
      this.data = requireNonNull(data, "data");
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
    public Blob build() {
      return new Blob(mimeType, data, displayName, extra);
    }
  }
}
