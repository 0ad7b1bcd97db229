package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Results of function calls (§2.10).
 *
 * @param functionResponses at least one result
 * @param extra members this version does not know, sent as they stand
 */
public record ToolResponse(List<FunctionResponse> functionResponses, Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("functionResponses");

  /** Checks what is required and copies collections. */
  public ToolResponse {
    functionResponses = List.copyOf(requireNonNull(functionResponses, "functionResponses"));
    extra = Checks.extra(extra);
  }

  /**
   * Results of function calls.
   *
   * @param responses at least one
   * @return a message's worth of them
   */
  public static ToolResponse of(FunctionResponse... responses) {
    return builder(List.of(responses)).build();
  }

  /**
   * Begins a new {@code ToolResponse}.
   *
   * @param functionResponses at least one result
   * @return a builder with nothing else set
   */
  public static Builder builder(List<FunctionResponse> functionResponses) {
    return new Builder().functionResponses(functionResponses);
  }

  /**
   * Begins a changed copy.
   *
   * @return a builder with everything of this record set
   */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.functionResponses = functionResponses;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable List<FunctionResponse> functionResponses;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code functionResponses}: at least one result. */
    public Builder functionResponses(List<FunctionResponse> functionResponses) {
      if (requireNonNull(functionResponses, "functionResponses").isEmpty()) {
        throw new IllegalArgumentException("functionResponses must not be empty");
      }
      this.functionResponses = Checks.list(functionResponses);
      return this;
    }

    /** Sets {@code functionResponses}. */
    public Builder functionResponses(FunctionResponse... functionResponses) {
      return functionResponses(List.of(functionResponses));
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
    public ToolResponse build() {
      return new ToolResponse(requireNonNull(functionResponses, "functionResponses"), extra);
    }
  }
}
