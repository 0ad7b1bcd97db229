package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The server's voice detection (§2.5).
 *
 * @param disabled true: the client marks activity itself; default false
 * @param startOfSpeechSensitivity how readily speech begins; default HIGH, on Vertex LOW
 * @param endOfSpeechSensitivity how readily speech ends; default HIGH, on Vertex LOW
 * @param prefixPaddingMs speech needed before a start counts, in milliseconds; default not
 *     published
 * @param silenceDurationMs silence needed before an end counts, in milliseconds; default not
 *     published
 * @param extra members this version does not know, sent as they stand
 */
public record AutomaticActivityDetection(
    @Nullable Boolean disabled,
    @Nullable StartSensitivity startOfSpeechSensitivity,
    @Nullable EndSensitivity endOfSpeechSensitivity,
    @Nullable Integer prefixPaddingMs,
    @Nullable Integer silenceDurationMs,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of(
      "disabled",
      "startOfSpeechSensitivity",
      "endOfSpeechSensitivity",
      "prefixPaddingMs",
      "silenceDurationMs");

  /** Copies collections. */
  public AutomaticActivityDetection {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code AutomaticActivityDetection}.
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
    copy.disabled = disabled;
    copy.startOfSpeechSensitivity = startOfSpeechSensitivity;
    copy.endOfSpeechSensitivity = endOfSpeechSensitivity;
    copy.prefixPaddingMs = prefixPaddingMs;
    copy.silenceDurationMs = silenceDurationMs;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable Boolean disabled;
    private @Nullable StartSensitivity startOfSpeechSensitivity;
    private @Nullable EndSensitivity endOfSpeechSensitivity;
    private @Nullable Integer prefixPaddingMs;
    private @Nullable Integer silenceDurationMs;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code disabled}: true: the client marks activity itself; default false. */
    public Builder disabled(@Nullable Boolean disabled) {
      this.disabled = disabled;
      return this;
    }

    /**
     * Sets {@code startOfSpeechSensitivity}: how readily speech begins; default HIGH, on Vertex
     * LOW.
     */
    public Builder startOfSpeechSensitivity(@Nullable StartSensitivity startOfSpeechSensitivity) {
      this.startOfSpeechSensitivity = startOfSpeechSensitivity;
      return this;
    }

    /**
     * Sets {@code endOfSpeechSensitivity}: how readily speech ends; default HIGH, on Vertex LOW.
     */
    public Builder endOfSpeechSensitivity(@Nullable EndSensitivity endOfSpeechSensitivity) {
      this.endOfSpeechSensitivity = endOfSpeechSensitivity;
      return this;
    }

    /**
     * Sets {@code prefixPaddingMs}: speech needed before a start counts, in milliseconds; default
     * not published.
     */
    public Builder prefixPaddingMs(@Nullable Integer prefixPaddingMs) {
      this.prefixPaddingMs = Checks.atLeast("prefixPaddingMs", 0, prefixPaddingMs);
      return this;
    }

    /**
     * Sets {@code silenceDurationMs}: silence needed before an end counts, in milliseconds; default
     * not published.
     */
    public Builder silenceDurationMs(@Nullable Integer silenceDurationMs) {
      this.silenceDurationMs = Checks.atLeast("silenceDurationMs", 0, silenceDurationMs);
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
    public AutomaticActivityDetection build() {
      return new AutomaticActivityDetection(
          disabled,
          startOfSpeechSensitivity,
          endOfSpeechSensitivity,
          prefixPaddingMs,
          silenceDurationMs,
          extra);
    }
  }
}
