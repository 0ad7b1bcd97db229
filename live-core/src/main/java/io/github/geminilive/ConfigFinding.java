package io.github.geminilive;

import static java.util.Objects.requireNonNull;

/**
 * One thing {@link LiveConfig#check()} noticed.
 *
 * @param severity whether the dial goes on
 * @param field the path of the member of {@code setup}, such as {@code
 *     generationConfig.thinkingConfig}
 * @param reason why it is a problem for this model and backend
 * @param fix what to change
 */
public record ConfigFinding(Severity severity, String field, String reason, String fix) {

  /** Whether a finding stops the dial. */
  public enum Severity {
    /** Logged on connect; the dial goes on. */
    WARNING,
    /** The service is known to refuse this; {@link LiveClient} does not dial. */
    REFUSED
  }

  /** Checks that nothing is missing. */
  public ConfigFinding {
    requireNonNull(severity, "severity");
    requireNonNull(field, "field");
    requireNonNull(reason, "reason");
    requireNonNull(fix, "fix");
  }

  @Override
  public String toString() {
    return field + ": " + reason + " Fix: " + fix;
  }
}
