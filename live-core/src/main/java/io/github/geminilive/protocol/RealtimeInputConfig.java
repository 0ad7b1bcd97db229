package io.github.geminilive.protocol;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How speech is detected and what counts as input (§2.5).
 *
 * @param automaticActivityDetection the server's voice detection; default on
 * @param activityHandling whether speech interrupts the model; default START_OF_ACTIVITY_INTERRUPTS
 * @param turnCoverage what a turn contains; default depends on the model
 * @param interimTranscriptTimestampEnabled true: partial transcripts carry times; default false
 * @param extra members this version does not know, sent as they stand
 */
public record RealtimeInputConfig(
    @Nullable AutomaticActivityDetection automaticActivityDetection,
    @Nullable ActivityHandling activityHandling,
    @Nullable TurnCoverage turnCoverage,
    @Nullable Boolean interimTranscriptTimestampEnabled,
    Map<String, Json> extra) {

  private static final Set<String> MEMBERS = Set.of(
      "automaticActivityDetection",
      "activityHandling",
      "turnCoverage",
      "interimTranscriptTimestampEnabled");

  /** Copies collections. */
  public RealtimeInputConfig {
    extra = Checks.extra(extra);
  }

  /**
   * Begins a new {@code RealtimeInputConfig}.
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
    copy.automaticActivityDetection = automaticActivityDetection;
    copy.activityHandling = activityHandling;
    copy.turnCoverage = turnCoverage;
    copy.interimTranscriptTimestampEnabled = interimTranscriptTimestampEnabled;
    copy.extra.putAll(extra);
    return copy;
  }

  /** Collects the members; null unsets one. For one thread. */
  public static final class Builder {

    private @Nullable AutomaticActivityDetection automaticActivityDetection;
    private @Nullable ActivityHandling activityHandling;
    private @Nullable TurnCoverage turnCoverage;
    private @Nullable Boolean interimTranscriptTimestampEnabled;
    private final Map<String, Json> extra = new LinkedHashMap<>();

    private Builder() {}

    /** Sets {@code automaticActivityDetection}: the server's voice detection; default on. */
    public Builder automaticActivityDetection(
        @Nullable AutomaticActivityDetection automaticActivityDetection) {
      this.automaticActivityDetection = automaticActivityDetection;
      return this;
    }

    /**
     * Sets {@code activityHandling}: whether speech interrupts the model; default
     * START_OF_ACTIVITY_INTERRUPTS.
     */
    public Builder activityHandling(@Nullable ActivityHandling activityHandling) {
      this.activityHandling = activityHandling;
      return this;
    }

    /** Sets {@code turnCoverage}: what a turn contains; default depends on the model. */
    public Builder turnCoverage(@Nullable TurnCoverage turnCoverage) {
      this.turnCoverage = turnCoverage;
      return this;
    }

    /**
     * Sets {@code interimTranscriptTimestampEnabled}: true: partial transcripts carry times;
     * default false.
     */
    public Builder interimTranscriptTimestampEnabled(
        @Nullable Boolean interimTranscriptTimestampEnabled) {
      this.interimTranscriptTimestampEnabled = interimTranscriptTimestampEnabled;
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
    public RealtimeInputConfig build() {
      return new RealtimeInputConfig(
          automaticActivityDetection,
          activityHandling,
          turnCoverage,
          interimTranscriptTimestampEnabled,
          extra);
    }
  }
}
