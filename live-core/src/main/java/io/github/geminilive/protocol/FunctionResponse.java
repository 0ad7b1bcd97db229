package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The result of a function call (§2.10).
 *
 * @param id id of the call; required by the Developer API
 * @param name name of the function
 * @param response JSON object; {@code output} for success, {@code error} for failure, or any other
 * @param willContinue true: more responses to the same call follow; NON_BLOCKING functions,
 *     Developer API
 * @param scheduling when the model takes it up; NON_BLOCKING functions; default WHEN_IDLE
 * @param parts media of the result
 * @param extra members this version does not know, sent as they stand
 */
public record FunctionResponse(
    @Nullable String id,
    @Nullable String name,
    @Nullable Json response,
    @Nullable Boolean willContinue,
    @Nullable FunctionScheduling scheduling,
    @Nullable List<FunctionResponsePart> parts,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS =
      Set.of("id", "name", "response", "willContinue", "scheduling", "parts");

  /** Copies collections. */
  public FunctionResponse {
    parts = Checks.list(parts);
    extra = Checks.extra(extra);
  }

  /**
   * A result.
   *
   * @param id id of the call; null if it had none
   * @param name name of the function
   * @param response JSON object
   * @return a response with nothing else set
   */
  public static FunctionResponse of(@Nullable String id, String name, Json response) {
    return builder(id, name).response(requireNonNull(response, "response")).build();
  }

  /**
   * Begins the response to a call.
   *
   * @param id id of the call; null if it had none
   * @param name name of the function
   * @return a builder with nothing else set
   */
  public static Builder builder(@Nullable String id, String name) {
    return builder(name).id(id);
  }

  private static @Nullable FunctionScheduling spelled(@Nullable FunctionScheduling scheduling) {
    if (scheduling != null && scheduling.value().equals("INTERRUPTED")) {
      throw new IllegalArgumentException("scheduling is spelled INTERRUPT: " + scheduling);
    }
    return scheduling;
  }

  /**
   * Begins a new {@code FunctionResponse}.
   *
   * @param name name of the function
   * @return a builder with nothing else set
   */
  public static Builder builder(String name) {
    return new Builder().name(name);
  }

  /**
   * Begins a changed copy.
   *
   * @return a builder with everything of this record set
   */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.id = id;
    copy.name = name;
    copy.response = response;
    copy.willContinue = willContinue;
    copy.scheduling = scheduling;
    copy.parts = parts;
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
    private @Nullable String name;
    private @Nullable Json response;
    private @Nullable Boolean willContinue;
    private @Nullable FunctionScheduling scheduling;
    private @Nullable List<FunctionResponsePart> parts;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code id}: id of the call; required by the Developer API. */
    public Builder id(@Nullable String id) {
      this.id = id;
      return this;
    }

    /** Sets {@code name}: name of the function. */
    public Builder name(String name) {
      this.name = Checks.text("name", name);
      return this;
    }

    /**
     * Sets {@code response}: JSON object; {@code output} for success, {@code error} for failure, or
     * any other.
     */
    public Builder response(@Nullable Json response) {
      this.response = Checks.object("response", response);
      return this;
    }

    /**
     * Sets {@code willContinue}: true: more responses to the same call follow; NON_BLOCKING
     * functions, Developer API.
     */
    public Builder willContinue(@Nullable Boolean willContinue) {
      this.willContinue = willContinue;
      return this;
    }

    /**
     * Sets {@code scheduling}: when the model takes it up; NON_BLOCKING functions; default
     * WHEN_IDLE.
     */
    public Builder scheduling(@Nullable FunctionScheduling scheduling) {
      this.scheduling = spelled(scheduling);
      return this;
    }

    /** Sets {@code parts}: media of the result. */
    public Builder parts(@Nullable List<FunctionResponsePart> parts) {
      this.parts = Checks.list(parts);
      return this;
    }

    /** Sets {@code parts}. */
    public Builder parts(FunctionResponsePart... parts) {
      return parts(List.of(parts));
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
     * @throws IllegalArgumentException if there is no response
     */
    public FunctionResponse build() {
      if (response == null) {
        throw new IllegalArgumentException("response must be set, if only to {}: " + name);
      }
      return new FunctionResponse(id, name, response, willContinue, scheduling, parts, extra);
    }
  }
}
