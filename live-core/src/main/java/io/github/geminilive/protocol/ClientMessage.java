package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One message to the service: exactly one member is set.
 *
 * @param setup the first message of a connection, sent once (§2.1)
 * @param clientContent ordered turns; interrupts the model (§2.8)
 * @param realtimeInput audio, video, text and activity as they happen (§2.9)
 * @param toolResponse results of function calls (§2.10)
 * @param contextUpdate new instructions or tools in mid-session; 3.8 (§2.11)
 * @param extra members this version does not know, sent as they stand
 */
public record ClientMessage(
    @Nullable Setup setup,
    @Nullable ClientContent clientContent,
    @Nullable RealtimeInput realtimeInput,
    @Nullable ToolResponse toolResponse,
    @Nullable ContextUpdate contextUpdate,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS =
      Set.of("setup", "clientContent", "realtimeInput", "toolResponse", "contextUpdate");

  /** Checks that exactly one member is set. */
  public ClientMessage {
    extra = Checks.extra(extra);
    int members = extra.size();
    for (Object member :
        new @Nullable Object[] {setup, clientContent, realtimeInput, toolResponse, contextUpdate}) {
      members += member == null ? 0 : 1;
    }
    if (members != 1) {
      throw new IllegalArgumentException(
          "a client message has exactly one top-level member: " + members);
    }
  }

  /**
   * Wraps a message.
   *
   * @param setup the only member
   * @return a message to send
   */
  public static ClientMessage of(Setup setup) {
    return builder().setup(requireNonNull(setup, "setup")).build();
  }

  /**
   * Wraps a message.
   *
   * @param clientContent the only member
   * @return a message to send
   */
  public static ClientMessage of(ClientContent clientContent) {
    return builder()
        .clientContent(requireNonNull(clientContent, "clientContent"))
        .build();
  }

  /**
   * Wraps a message.
   *
   * @param realtimeInput the only member
   * @return a message to send
   */
  public static ClientMessage of(RealtimeInput realtimeInput) {
    return builder()
        .realtimeInput(requireNonNull(realtimeInput, "realtimeInput"))
        .build();
  }

  /**
   * Wraps a message.
   *
   * @param toolResponse the only member
   * @return a message to send
   */
  public static ClientMessage of(ToolResponse toolResponse) {
    return builder().toolResponse(requireNonNull(toolResponse, "toolResponse")).build();
  }

  /**
   * Wraps a message.
   *
   * @param contextUpdate the only member
   * @return a message to send
   */
  public static ClientMessage of(ContextUpdate contextUpdate) {
    return builder()
        .contextUpdate(requireNonNull(contextUpdate, "contextUpdate"))
        .build();
  }

  /**
   * Begins a new {@code ClientMessage}.
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
    copy.setup = setup;
    copy.clientContent = clientContent;
    copy.realtimeInput = realtimeInput;
    copy.toolResponse = toolResponse;
    copy.contextUpdate = contextUpdate;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable Setup setup;
    private @Nullable ClientContent clientContent;
    private @Nullable RealtimeInput realtimeInput;
    private @Nullable ToolResponse toolResponse;
    private @Nullable ContextUpdate contextUpdate;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code setup}: the first message of a connection, sent once (§2.1). */
    public Builder setup(@Nullable Setup setup) {
      this.setup = setup;
      return this;
    }

    /** Sets {@code clientContent}: ordered turns; interrupts the model (§2.8). */
    public Builder clientContent(@Nullable ClientContent clientContent) {
      this.clientContent = clientContent;
      return this;
    }

    /** Sets {@code realtimeInput}: audio, video, text and activity as they happen (§2.9). */
    public Builder realtimeInput(@Nullable RealtimeInput realtimeInput) {
      this.realtimeInput = realtimeInput;
      return this;
    }

    /** Sets {@code toolResponse}: results of function calls (§2.10). */
    public Builder toolResponse(@Nullable ToolResponse toolResponse) {
      this.toolResponse = toolResponse;
      return this;
    }

    /** Sets {@code contextUpdate}: new instructions or tools in mid-session; 3.8 (§2.11). */
    public Builder contextUpdate(@Nullable ContextUpdate contextUpdate) {
      this.contextUpdate = contextUpdate;
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
     * @throws IllegalArgumentException unless exactly one member is set
     */
    public ClientMessage build() {
      return new ClientMessage(
          setup, clientContent, realtimeInput, toolResponse, contextUpdate, extra);
    }
  }
}
