package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An MCP server called by the service; Developer API (§2.4).
 *
 * @param name name among the servers of the session
 * @param streamableHttpTransport how to reach it
 * @param extra members this version does not know, sent as they stand
 */
public record McpServer(
    String name,
    @Nullable StreamableHttpTransport streamableHttpTransport,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of("name", "streamableHttpTransport");

  /** Checks what is required and copies collections. */
  public McpServer {
    requireNonNull(name, "name");
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code McpServer}.
   *
   * @param name name among the servers of the session
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
    copy.name = name;
    copy.streamableHttpTransport = streamableHttpTransport;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String name;
    private @Nullable StreamableHttpTransport streamableHttpTransport;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code name}: name among the servers of the session. */
    public Builder name(String name) {
      this.name = Checks.text("name", name);
      return this;
    }

    /** Sets {@code streamableHttpTransport}: how to reach it. */
    public Builder streamableHttpTransport(
        @Nullable StreamableHttpTransport streamableHttpTransport) {
      this.streamableHttpTransport = streamableHttpTransport;
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
    public McpServer build() {
      return new McpServer(requireNonNull(name, "name"), streamableHttpTransport, extra);
    }
  }
}
