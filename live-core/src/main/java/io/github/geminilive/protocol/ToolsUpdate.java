package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Tools to use from now on (§2.11).
 *
 * @param tools the new tools; null or empty: none any more
 * @param extra members this version does not know, sent as they stand
 */
public record ToolsUpdate(@Nullable List<Tool> tools, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("tools");

  /** Copies collections. */
  public ToolsUpdate {
    tools = Checks.list(tools);
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code ToolsUpdate}.
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
    copy.tools = tools;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable List<Tool> tools;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code tools}: the new tools; null or empty: none any more. */
    public Builder tools(@Nullable List<Tool> tools) {
      this.tools = Checks.list(tools);
      return this;
    }

    /** Sets {@code tools}. */
    public Builder tools(Tool... tools) {
      return tools(List.of(tools));
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
    public ToolsUpdate build() {
      return new ToolsUpdate(tools, extra);
    }
  }
}
