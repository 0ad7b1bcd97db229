package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The result of a tool of the service. Developer API (§2.8).
 *
 * @param id id of the call
 * @param toolType which tool
 * @param response the result, as JSON object
 * @param extra members this version does not know, sent as they stand
 */
public record ServerToolResponse(
    @Nullable String id,
    @Nullable ToolType toolType,
    @Nullable Json response,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("id", "toolType", "response");

  /** Copies collections. */
  public ServerToolResponse {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code ServerToolResponse}.
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
    copy.id = id;
    copy.toolType = toolType;
    copy.response = response;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Keeps back what people say: records end up in logs. */
  @Override
  public String toString() {
    return Checks.toString(this, "response");
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String id;
    private @Nullable ToolType toolType;
    private @Nullable Json response;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code id}: id of the call. */
    public Builder id(@Nullable String id) {
      this.id = id;
      return this;
    }

    /** Sets {@code toolType}: which tool. */
    public Builder toolType(@Nullable ToolType toolType) {
      this.toolType = toolType;
      return this;
    }

    /** Sets {@code response}: the result, as JSON object. */
    public Builder response(@Nullable Json response) {
      this.response = Checks.object("response", response);
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
    public ServerToolResponse build() {
      return new ServerToolResponse(id, toolType, response, extra);
    }
  }
}
