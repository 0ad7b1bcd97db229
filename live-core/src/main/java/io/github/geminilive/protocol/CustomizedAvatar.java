package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An avatar made from a portrait (§2.1).
 *
 * @param imageMimeType such as {@code image/jpeg}
 * @param imageData the picture: upright 9:16, at least 704 by 1280 pixels
 * @param extra members this version does not know, sent as they stand
 */
public record CustomizedAvatar(String imageMimeType, Bytes imageData, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("imageMimeType", "imageData");

  /** Checks what is required and copies collections. */
  public CustomizedAvatar {
    requireNonNull(imageMimeType, "imageMimeType");
    requireNonNull(imageData, "imageData");
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code CustomizedAvatar}.
   *
   * @param imageMimeType such as {@code image/jpeg}
   * @param imageData the picture: upright 9:16, at least 704 by 1280 pixels
   * @return a builder with nothing else set
   */
  public static Builder builder(String imageMimeType, Bytes imageData) {
    return new Builder().imageMimeType(imageMimeType).imageData(imageData);
  }

  /**
   * Begins a changed copy.
   *
   * @return a builder with everything of this record set
   */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.imageMimeType = imageMimeType;
    copy.imageData = imageData;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String imageMimeType;
    private @Nullable Bytes imageData;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code imageMimeType}: such as {@code image/jpeg}. */
    public Builder imageMimeType(String imageMimeType) {
      this.imageMimeType = Checks.text("imageMimeType", imageMimeType);
      return this;
    }

    /** Sets {@code imageData}: the picture: upright 9:16, at least 704 by 1280 pixels. */
    public Builder imageData(Bytes imageData) {
      this.imageData = requireNonNull(imageData, "imageData");
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
    public CustomizedAvatar build() {
      return new CustomizedAvatar(
          requireNonNull(imageMimeType, "imageMimeType"),
          requireNonNull(imageData, "imageData"),
          extra);
    }
  }
}
