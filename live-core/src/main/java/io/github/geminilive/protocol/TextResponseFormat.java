package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Format of text output (§2.2).
 *
 * @param mimeType such as {@code application/json}
 * @param schema JSON Schema of the output
 * @param extra members this version does not know, sent as they stand
 */
public record TextResponseFormat(
    @Nullable String mimeType, @Nullable Json schema, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("mimeType", "schema");

  /** Copies collections. */
  public TextResponseFormat {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code TextResponseFormat}.
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
    copy.mimeType = mimeType;
    copy.schema = schema;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String mimeType;
    private @Nullable Json schema;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code mimeType}: such as {@code application/json}. */
    public Builder mimeType(@Nullable String mimeType) {
      this.mimeType = mimeType;
      return this;
    }

    /** Sets {@code schema}: JSON Schema of the output. */
    public Builder schema(@Nullable Json schema) {
      this.schema = Checks.object("schema", schema);
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
    public TextResponseFormat build() {
      return new TextResponseFormat(mimeType, schema, extra);
    }
  }
}
