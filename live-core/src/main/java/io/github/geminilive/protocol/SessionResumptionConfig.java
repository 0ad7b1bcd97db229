package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks for resumption handles, or resumes with one (§7.3).
 *
 * @param handle the newest resumable handle; null asks for handles only
 * @param transparent true: updates tell which client messages arrived; Vertex only; default false
 * @param extra members this version does not know, sent as they stand
 */
public record SessionResumptionConfig(
    @Nullable String handle, @Nullable Boolean transparent, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("handle", "transparent");

  /** Copies collections. */
  public SessionResumptionConfig {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code SessionResumptionConfig}.
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
    copy.handle = handle;
    copy.transparent = transparent;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Returns all members but what is secret. */
  @Override
  public String toString() {
    return "SessionResumptionConfig[handle="
        + Checks.masked(handle)
        + ", transparent="
        + transparent
        + ", extra="
        + extra
        + "]";
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String handle;
    private @Nullable Boolean transparent;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code handle}: the newest resumable handle; null asks for handles only. */
    public Builder handle(@Nullable String handle) {
      this.handle = handle;
      return this;
    }

    /**
     * Sets {@code transparent}: true: updates tell which client messages arrived; Vertex only;
     * default false.
     */
    public Builder transparent(@Nullable Boolean transparent) {
      this.transparent = transparent;
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
    public SessionResumptionConfig build() {
      return new SessionResumptionConfig(handle, transparent, extra);
    }
  }
}
