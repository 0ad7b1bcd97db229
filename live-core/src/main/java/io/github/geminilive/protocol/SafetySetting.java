package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * From where on one kind of harm is blocked (§2.1).
 *
 * @param category the kind of harm; not the unspecified one
 * @param threshold from where on to block
 * @param method how harm is measured; Vertex only
 * @param extra members this version does not know, sent as they stand
 */
public record SafetySetting(
    HarmCategory category,
    HarmBlockThreshold threshold,
    @Nullable HarmBlockMethod method,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("category", "threshold", "method");

  /** Checks what is required and copies collections. */
  public SafetySetting {
    requireNonNull(category, "category");
    requireNonNull(threshold, "threshold");
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code SafetySetting}.
   *
   * @param category the kind of harm; not the unspecified one
   * @param threshold from where on to block
   * @return a builder with nothing else set
   */
  public static Builder builder(HarmCategory category, HarmBlockThreshold threshold) {
    return new Builder().category(category).threshold(threshold);
  }

  /**
   * Begins a changed copy.
   *
   * @return a builder with everything of this record set
   */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.category = category;
    copy.threshold = threshold;
    copy.method = method;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable HarmCategory category;
    private @Nullable HarmBlockThreshold threshold;
    private @Nullable HarmBlockMethod method;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code category}: the kind of harm; not the unspecified one. */
    public Builder category(HarmCategory category) {
      this.category = requireNonNull(category, "category");
      return this;
    }

    /** Sets {@code threshold}: from where on to block. */
    public Builder threshold(HarmBlockThreshold threshold) {
      this.threshold = requireNonNull(threshold, "threshold");
      return this;
    }

    /** Sets {@code method}: how harm is measured; Vertex only. */
    public Builder method(@Nullable HarmBlockMethod method) {
      this.method = method;
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
     * @throws IllegalArgumentException if the category is the unspecified one
     */
    public SafetySetting build() {
      if (HarmCategory.UNSPECIFIED.equals(category)) {
        throw new IllegalArgumentException("category must name a kind of harm: " + category);
      }
      return new SafetySetting(
          requireNonNull(category, "category"),
          requireNonNull(threshold, "threshold"),
          method,
          extra);
    }
  }
}
