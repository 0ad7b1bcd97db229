package io.github.geminilive.tools;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/** Whether a call may run. Immutable. */
public final class Approval {

  private static final Approval GRANTED = new Approval(null);

  private final @Nullable String reason;

  private Approval(@Nullable String reason) {
    this.reason = reason;
  }

  /** The call may run. */
  public static Approval granted() {
    return GRANTED;
  }

  /**
   * The call may not run.
   *
   * @param reason what the model is told, such as "The user does not want that."; not blank
   */
  public static Approval denied(String reason) {
    if (requireNonNull(reason, "reason").isBlank()) {
      throw new IllegalArgumentException(
          "reason must not be blank: say why, so that the model can tell the user");
    }
    return new Approval(reason);
  }

  /** Whether the call may run. */
  public boolean isGranted() {
    return reason == null;
  }

  /** Why not; null when the call may run. */
  public @Nullable String reason() {
    return reason;
  }

  /** Granted or denied; not why. */
  @Override
  public String toString() {
    return reason == null ? "Approval[granted]" : "Approval[denied]";
  }
}
