package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * New instructions or tools in mid-session; 3.8. What is absent stays as it is (§2.11).
 *
 * @param systemInstruction replaces the system instruction
 * @param tools replaces all tools; an empty one removes them
 * @param extra members this version does not know, sent as they stand
 */
public record ContextUpdate(
    @Nullable Content systemInstruction, @Nullable ToolsUpdate tools, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("systemInstruction", "tools");

  /** Copies collections. */
  public ContextUpdate {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code ContextUpdate}.
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
    copy.systemInstruction = systemInstruction;
    copy.tools = tools;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable Content systemInstruction;
    private @Nullable ToolsUpdate tools;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code systemInstruction}: replaces the system instruction. */
    public Builder systemInstruction(@Nullable Content systemInstruction) {
      this.systemInstruction = systemInstruction;
      return this;
    }

    /** Sets {@code tools}: replaces all tools; an empty one removes them. */
    public Builder tools(@Nullable ToolsUpdate tools) {
      this.tools = tools;
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
    public ContextUpdate build() {
      return new ContextUpdate(systemInstruction, tools, extra);
    }
  }
}
