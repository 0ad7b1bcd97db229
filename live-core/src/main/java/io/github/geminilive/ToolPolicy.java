package io.github.geminilive;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * How calls of one function are run: how long, how many at a time, from when on, and what happens
 * when their answer is not wanted any more. Immutable; begin with {@link #DEFAULT}.
 */
public final class ToolPolicy {

  /** 30 s, no limit of its own, {@link Cancellation#STOP}, not after speech. */
  public static final ToolPolicy DEFAULT =
      new ToolPolicy(Duration.ofSeconds(30), 0, Cancellation.STOP, false);

  private static final Duration LONGEST = Duration.ofDays(36_500);

  /** What becomes of a call that runs when its answer is not wanted any more. */
  public enum Cancellation {
    /** Its token trips, its threads are interrupted, the stage it returned is cancelled. */
    STOP,
    /**
     * It goes on to its end, undisturbed: no interrupt, and its token does not trip. It is not
     * answered. A call that has not begun does not begin, and of a streamed result no further items
     * are taken.
     */
    RUN_ON
  }

  private final Duration timeout;
  private final int parallelLimit;
  private final Cancellation cancellation;
  private final boolean afterSpeech;

  private ToolPolicy(
      Duration timeout, int parallelLimit, Cancellation cancellation, boolean afterSpeech) {
    this.timeout = timeout;
    this.parallelLimit = parallelLimit;
    this.cancellation = cancellation;
    this.afterSpeech = afterSpeech;
  }

  /**
   * The same with another time limit. It counts from the start of the call, not while the call
   * waits for a free place. When it has passed, the model is told so, and the call is cancelled.
   *
   * @param timeout zero means none, so that a call that never ends keeps its place, and what waits
   *     for that place waits as long; default 30 s; at most 100 years
   * @throws IllegalArgumentException when negative or too long
   */
  public ToolPolicy timeout(Duration timeout) {
    requireNonNull(timeout, "timeout");
    if (timeout.isNegative() || timeout.compareTo(LONGEST) > 0) {
      throw new IllegalArgumentException(
          "timeout must be between zero, for none, and 100 years: " + timeout);
    }
    return new ToolPolicy(timeout, parallelLimit, cancellation, afterSpeech);
  }

  /**
   * The same with another limit of calls at a time. Further calls wait their turn, without holding
   * up those of other functions.
   *
   * @param parallelLimit calls of this function in one session; 0, the default, means no limit but
   *     the session's
   * @throws IllegalArgumentException when negative
   */
  public ToolPolicy parallelLimit(int parallelLimit) {
    if (parallelLimit < 0) {
      throw new IllegalArgumentException(
          "parallelLimit must not be negative; 0 means none: " + parallelLimit);
    }
    return new ToolPolicy(timeout, parallelLimit, cancellation, afterSpeech);
  }

  /**
   * The same with another way to be cancelled.
   *
   * @param cancellation default {@link Cancellation#STOP}
   */
  public ToolPolicy cancellation(Cancellation cancellation) {
    return new ToolPolicy(
        timeout, parallelLimit, requireNonNull(cancellation, "cancellation"), afterSpeech);
  }

  /**
   * The same with another start.
   *
   * @param afterSpeech whether a call begins only when the user has heard all that the model said
   *     before it; default false. Its time limit begins then too
   */
  public ToolPolicy afterSpeech(boolean afterSpeech) {
    return new ToolPolicy(timeout, parallelLimit, cancellation, afterSpeech);
  }

  /** How long a call may take; zero means as long as it likes. */
  public Duration timeout() {
    return timeout;
  }

  /** How many calls run at a time in one session; 0 means as many as the session allows. */
  public int parallelLimit() {
    return parallelLimit;
  }

  /** What becomes of a running call whose answer is not wanted any more. */
  public Cancellation cancellation() {
    return cancellation;
  }

  /** Whether a call waits until the user has heard what the model said before it. */
  public boolean afterSpeech() {
    return afterSpeech;
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof ToolPolicy policy
        && timeout.equals(policy.timeout)
        && parallelLimit == policy.parallelLimit
        && cancellation == policy.cancellation
        && afterSpeech == policy.afterSpeech;
  }

  @Override
  public int hashCode() {
    return Objects.hash(timeout, parallelLimit, cancellation, afterSpeech);
  }

  @Override
  public String toString() {
    return "ToolPolicy[timeout="
        + timeout
        + ", parallelLimit="
        + parallelLimit
        + ", cancellation="
        + cancellation
        + ", afterSpeech="
        + afterSpeech
        + "]";
  }
}
