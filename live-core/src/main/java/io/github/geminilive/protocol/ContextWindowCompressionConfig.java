package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Lets a session outlast the context window, at a short delay now and then (§2.6).
 *
 * @param triggerTokens tokens at which compression starts; default 80 % of the window
 * @param slidingWindow the only mechanism; must be present, may be empty
 * @param extra members this version does not know, sent as they stand
 */
public record ContextWindowCompressionConfig(
    @Nullable Long triggerTokens, @Nullable SlidingWindow slidingWindow, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("triggerTokens", "slidingWindow");

  /** Copies collections. */
  public ContextWindowCompressionConfig {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code ContextWindowCompressionConfig}.
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
    copy.triggerTokens = triggerTokens;
    copy.slidingWindow = slidingWindow;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable Long triggerTokens;
    private @Nullable SlidingWindow slidingWindow;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /**
     * Sets {@code triggerTokens}: tokens at which compression starts; default 80 % of the window.
     */
    public Builder triggerTokens(@Nullable Long triggerTokens) {
      this.triggerTokens = Checks.atLeast("triggerTokens", 1L, triggerTokens);
      return this;
    }

    /** Sets {@code slidingWindow}: the only mechanism; must be present, may be empty. */
    public Builder slidingWindow(@Nullable SlidingWindow slidingWindow) {
      this.slidingWindow = slidingWindow;
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
    public ContextWindowCompressionConfig build() {
      return new ContextWindowCompressionConfig(triggerTokens, slidingWindow, extra);
    }
  }
}
