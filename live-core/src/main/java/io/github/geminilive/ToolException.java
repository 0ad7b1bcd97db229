package io.github.geminilive;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.internal.tool.ToolResponses;
import io.github.geminilive.protocol.Json;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Thrown by a tool to tell the model what went wrong. Its message, and what else is set here,
 * reaches the model; of any other exception the model learns nothing but that the tool failed.
 */
public final class ToolException extends RuntimeException {

  private static final long serialVersionUID = 1L;

  private final boolean retryable;
  private final @Nullable String retryHint;
  // JSON values are not serializable: they stay behind.
  private final transient @Nullable Map<String, Json> details;

  /**
   * An error the model should not try again.
   *
   * @param message what the model is told
   */
  public ToolException(String message) {
    this(message, false, null);
  }

  /**
   * An error the model may react to.
   *
   * @param message what the model is told
   * @param retryable whether the model may call again
   * @param cause for the application's log; the model does not see it
   */
  public ToolException(String message, boolean retryable, @Nullable Throwable cause) {
    super(requireNonNull(message, "message"), cause);
    this.retryable = retryable;
    this.retryHint = null;
    this.details = null;
  }

  private ToolException(Builder builder) {
    super(builder.message, builder.cause);
    this.retryable = builder.retryable;
    this.retryHint = builder.retryHint;
    this.details = Collections.unmodifiableMap(new LinkedHashMap<>(builder.details));
  }

  /**
   * Begins an error with more to say.
   *
   * @param message what the model is told
   */
  public static Builder builder(String message) {
    return new Builder(message);
  }

  /** Whether the model is told that calling again may work. */
  public boolean retryable() {
    return retryable;
  }

  /** What the model should do differently when it calls again; null says nothing. */
  public @Nullable String retryHint() {
    return retryHint;
  }

  /** What else the model is told, by name; unmodifiable, in the order it was set, often empty. */
  public Map<String, Json> details() {
    return details == null ? Map.of() : details;
  }

  /** Collects what the model is told. For one thread. */
  public static final class Builder {
    private final String message;
    private final Map<String, Json> details = new LinkedHashMap<>();
    private boolean retryable;
    private @Nullable String retryHint;
    private @Nullable Throwable cause;

    private Builder(String message) {
      this.message = requireNonNull(message, "message");
    }

    /**
     * Whether calling again may work.
     *
     * @param retryable default false
     */
    public Builder retryable(boolean retryable) {
      this.retryable = retryable;
      return this;
    }

    /**
     * What the model should do differently when it calls again; it reads {@code retry_hint}.
     *
     * @param retryHint such as "Ask the user for the year."
     */
    public Builder retryHint(String retryHint) {
      this.retryHint = requireNonNull(retryHint, "retryHint");
      return this;
    }

    /**
     * Adds a member to what the model reads beside the message.
     *
     * @param name not one of {@code status}, {@code message}, {@code retryable} and {@code
     *     retry_hint}
     * @param value as a {@link ToolFunction} may return it
     * @throws IllegalArgumentException when the name is taken, or the value has no JSON form
     */
    public Builder detail(String name, Object value) {
      requireNonNull(value, "value");
      switch (requireNonNull(name, "name")) {
        case "status", "message", "retryable", "retry_hint" ->
          throw new IllegalArgumentException(
              "\"" + name + "\" is set otherwise; give the detail another name");
        default -> details.put(name, ToolResponses.json(value));
      }
      return this;
    }

    /**
     * What brought it about, for the application's log; the model does not see it.
     *
     * @param cause null means nothing in particular
     */
    public Builder cause(@Nullable Throwable cause) {
      this.cause = cause;
      return this;
    }

    /** The exception, to be thrown. */
    public ToolException build() {
      return new ToolException(this);
    }
  }
}
