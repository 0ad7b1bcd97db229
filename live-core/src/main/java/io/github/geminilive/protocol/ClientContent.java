package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Ordered turns of the conversation; any of it interrupts the model (§2.8).
 *
 * @param turns appended to the history
 * @param turnComplete true: the model answers now; default false
 * @param extra members this version does not know, sent as they stand
 */
public record ClientContent(
    @Nullable List<Content> turns, @Nullable Boolean turnComplete, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("turns", "turnComplete");

  /** Copies collections. */
  public ClientContent {
    turns = Checks.list(turns);
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code ClientContent}.
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
    copy.turns = turns;
    copy.turnComplete = turnComplete;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable List<Content> turns;
    private @Nullable Boolean turnComplete;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code turns}: appended to the history. */
    public Builder turns(@Nullable List<Content> turns) {
      this.turns = Checks.list(turns);
      return this;
    }

    /** Sets {@code turns}. */
    public Builder turns(Content... turns) {
      return turns(List.of(turns));
    }

    /** Sets {@code turnComplete}: true: the model answers now; default false. */
    public Builder turnComplete(@Nullable Boolean turnComplete) {
      this.turnComplete = turnComplete;
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
    public ClientContent build() {
      return new ClientContent(turns, turnComplete, extra);
    }
  }
}
