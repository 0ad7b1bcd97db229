package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the service reaches an MCP server (§2.4).
 *
 * @param url address of the server
 * @param headers headers sent with each request; may hold secrets
 * @param timeout of a request
 * @param sseReadTimeout of the event stream
 * @param terminateOnClose true: the MCP session ends with the connection
 * @param extra members this version does not know, sent as they stand
 */
public record StreamableHttpTransport(
    String url,
    @Nullable Map<String, String> headers,
    @Nullable Duration timeout,
    @Nullable Duration sseReadTimeout,
    @Nullable Boolean terminateOnClose,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS =
      Set.of("url", "headers", "timeout", "sseReadTimeout", "terminateOnClose");

  /** Checks what is required and copies collections. */
  public StreamableHttpTransport {
    requireNonNull(url, "url");
    headers = Checks.map(headers);
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code StreamableHttpTransport}.
   *
   * @param url address of the server
   * @return a builder with nothing else set
   */
  public static Builder builder(String url) {
    return new Builder().url(url);
  }

  /**
   * Begins a changed copy.
   *
   * @return a builder with everything of this record set
   */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.url = url;
    copy.headers = headers;
    copy.timeout = timeout;
    copy.sseReadTimeout = sseReadTimeout;
    copy.terminateOnClose = terminateOnClose;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Returns all members but what is secret. */
  @Override
  public String toString() {
    return "StreamableHttpTransport[url="
        + url
        + ", headers="
        + Checks.masked(headers)
        + ", timeout="
        + timeout
        + ", sseReadTimeout="
        + sseReadTimeout
        + ", terminateOnClose="
        + terminateOnClose
        + ", extra="
        + extra
        + "]";
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable String url;
    private @Nullable Map<String, String> headers;
    private @Nullable Duration timeout;
    private @Nullable Duration sseReadTimeout;
    private @Nullable Boolean terminateOnClose;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code url}: address of the server. */
    public Builder url(String url) {
      this.url = Checks.text("url", url);
      return this;
    }

    /** Sets {@code headers}: headers sent with each request; may hold secrets. */
    public Builder headers(@Nullable Map<String, String> headers) {
      this.headers = Checks.map(headers);
      return this;
    }

    /** Sets {@code timeout}: of a request. */
    public Builder timeout(@Nullable Duration timeout) {
      this.timeout = timeout;
      return this;
    }

    /** Sets {@code sseReadTimeout}: of the event stream. */
    public Builder sseReadTimeout(@Nullable Duration sseReadTimeout) {
      this.sseReadTimeout = sseReadTimeout;
      return this;
    }

    /** Sets {@code terminateOnClose}: true: the MCP session ends with the connection. */
    public Builder terminateOnClose(@Nullable Boolean terminateOnClose) {
      this.terminateOnClose = terminateOnClose;
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
    public StreamableHttpTransport build() {
      return new StreamableHttpTransport(
          requireNonNull(url, "url"), headers, timeout, sseReadTimeout, terminateOnClose, extra);
    }
  }
}
