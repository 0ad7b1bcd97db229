package io.github.geminilive.internal.session;

import io.github.geminilive.CloseInfo;
import io.github.geminilive.FailureKind;
import io.github.geminilive.RecoveryPolicy;
import io.github.geminilive.internal.session.FailurePolicy.Action;
import io.github.geminilive.internal.session.FailurePolicy.Failure;
import io.github.geminilive.internal.session.FailurePolicy.Phase;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether and when a session dials again. An outage begins with a loss or with a planned change of
 * connections, and is over when a connection has been open for {@link
 * RecoveryPolicy#stableAfter()}: connections that break soon after they have opened are one outage.
 * Guarded by the engine's lock.
 */
final class Outage {

  private static final int TOKENS_PER_ATTEMPT = 5;
  // A handle is given up when it was refused, or its connections broke at once, so many times.
  private static final int STRIKES = 2;
  private static final int SHOWN_REASON = 160;
  // Room for sums and for doubling.
  private static final long FOREVER = Long.MAX_VALUE / 4;
  private static final CloseInfo ORDERLY =
      new CloseInfo(CloseInfo.By.APPLICATION, 1000, "", null, false);

  private final RecoveryPolicy policy;
  private final RetryBudget budget;
  private final DoubleSupplier random;
  private final long outageNanos;
  private final long stableNanos;

  // Since a connection was last stable.
  private int attempts;
  private int failures;
  private boolean policyResumed;
  private int earlyLosses;
  private long sinceNanos;
  private @Nullable CloseInfo last;
  // Whether a connection is open that may yet turn out to be unstable.
  private boolean open;
  // Of the connection that opened last.
  private long openedNanos;
  private boolean announced;
  private int refusals;

  /**
   * What to do next.
   *
   * @param retry whether to dial again
   * @param delay until the dial
   * @param dropHandle whether to give the handle up: the dial is for a fresh session
   * @param end how the connection ended; without {@code retry}, how the session is to end
   * @param attempt which dial of the outage comes now, from 1; without {@code retry}, how many
   *     there were
   */
  record Decision(boolean retry, Duration delay, boolean dropHandle, CloseInfo end, int attempt) {}

  /**
   * Of a session that has not lost a connection yet.
   *
   * @param budget the client's
   * @param random gives numbers in [0, 1)
   */
  Outage(RecoveryPolicy policy, RetryBudget budget, LongSupplier nanoTime, DoubleSupplier random) {
    this.policy = policy;
    this.budget = budget;
    this.random = random;
    this.outageNanos = nanos(policy.outage());
    this.stableNanos = nanos(policy.stableAfter());
    this.sinceNanos = nanoTime.getAsLong();
  }

  /** The connection, or a dial for the next one, has failed. */
  Decision onFailure(Failure failure, long now) {
    settle(now);
    if (attempts == 0) {
      sinceNanos = now;
      // What fails before it was open, with nothing before it, is the session's first dial.
      attempts = failure.phase() == Phase.OPEN ? 0 : 1;
    }
    boolean early = open;
    open = false;
    failures++;
    last = failure.end();

    Action action = FailurePolicy.actionFor(failure);
    boolean poisoned = early && breaksSoon(failure) && ++earlyLosses >= STRIKES;
    boolean refused =
        action == Action.FRESH || action == Action.SAME_HANDLE_THEN_FRESH && ++refusals >= STRIKES;
    boolean over = action == Action.END || action == Action.RESUME_ONCE && policyResumed;
    if (over && !poisoned) {
      return new Decision(false, Duration.ZERO, false, failure.end(), attempts);
    }
    policyResumed |= action == Action.RESUME_ONCE;
    if (poisoned || refused) {
      earlyLosses = 0;
      refusals = 0;
    }
    boolean atOnce = refused || announced && attempts == 0;
    long wait = atOnce ? 0 : backoff(attempts + 1);
    return next(failure, wait, poisoned || refused, now);
  }

  private Decision next(Failure failure, long wait, boolean dropHandle, long now) {
    long left = outageNanos - (now - sinceNanos);
    if (attempts >= policy.attempts() || left <= 0) {
      return givenUp(exhausted(now));
    }
    long asked = failure.retryAfter() == null ? 0 : nanos(failure.retryAfter());
    if (asked >= left) {
      String why = "the service asks to wait " + seconds(asked) + " (Retry-After)";
      return givenUp(exhausted(now, why));
    }
    long delay = Math.max(wait, asked);
    if (delay < left && attempts > 0) {
      delay = Math.max(delay, budget.take(TOKENS_PER_ATTEMPT).toNanos());
      if (delay >= left) {
        budget.giveBack(TOKENS_PER_ATTEMPT);
      }
    }
    if (delay >= left) {
      return givenUp(exhausted(now, "the next one would be due in " + seconds(delay)));
    }
    attempts++;
    return new Decision(true, Duration.ofNanos(delay), dropHandle, failure.end(), attempts);
  }

  private Decision givenUp(CloseInfo end) {
    return new Decision(false, Duration.ZERO, false, end, attempts);
  }

  /** A restored conversation that makes the service fail may do so each time it is restored. */
  private static boolean breaksSoon(Failure failure) {
    FailureKind kind = failure.end().kind();
    return failure.withHandle()
        && failure.signal() != FailurePolicy.Signal.OWN
        && (kind == FailureKind.SERVER || kind == FailureKind.INVALID_REQUEST);
  }

  /**
   * The connection is to be changed though it works. Never gives up: the waits keep changes that
   * follow each other too soon, each before a connection was stable, within the retry budget.
   *
   * @return its end is an orderly one of the application's side
   */
  Decision onPlanned(long now) {
    settle(now);
    Duration delay = attempts == 0 ? Duration.ZERO : budget.take(TOKENS_PER_ATTEMPT);
    open = false;
    if (failures == 0) {
      sinceNanos = now;
      attempts = 0;
    }
    attempts = Math.max(1, attempts);
    return new Decision(true, delay, false, ORDERLY, attempts);
  }

  /** The service has announced the connection's end: its loss is no surprise, and nobody's rush. */
  void onGoAway() {
    announced = true;
  }

  /** A connection has become usable. */
  void onOpen(long now) {
    open = true;
    openedNanos = now;
    announced = false;
    refusals = 0;
  }

  /** Dials of this outage, those that a {@link Decision} was given for. */
  int attempts() {
    return attempts;
  }

  /** When this outage began, on the nano clock. */
  long sinceNanos() {
    return sinceNanos;
  }

  /** How long an outage may last. */
  long limitNanos() {
    return outageNanos;
  }

  /** When this outage must be over, on the nano clock: a dial still under way is given up then. */
  long endsNanos() {
    return sinceNanos + outageNanos;
  }

  /** How the session ends when {@link #endsNanos()} has come. */
  CloseInfo exhausted(long now) {
    return exhausted(now, "");
  }

  private CloseInfo exhausted(long now, String why) {
    StringBuilder reason = new StringBuilder("gave up after ")
        .append(attempts)
        .append(attempts == 1 ? " attempt in " : " attempts in ")
        .append(seconds(now - sinceNanos))
        .append("; allowed are ")
        .append(policy.attempts())
        .append(" in ")
        .append(seconds(outageNanos));
    if (!why.isEmpty()) {
      reason.append("; ").append(why);
    }
    int code = 1006;
    if (last != null) {
      code = last.code();
      String said = last.reason();
      reason.append("; last failure: ").append(last.kind()).append(", code ").append(code);
      if (!said.isEmpty()) {
        reason.append(", ").append(said, 0, Math.min(said.length(), SHOWN_REASON));
      }
    }
    FailureKind kind = FailureKind.RECONNECT_EXHAUSTED;
    return new CloseInfo(CloseInfo.By.LIBRARY, code, reason.toString(), kind, kind.retryable());
  }

  private void settle(long now) {
    if (open && now - openedNanos >= stableNanos) {
      open = false;
      attempts = 0;
      failures = 0;
      policyResumed = false;
      earlyLosses = 0;
      last = null;
    }
  }

  /** The wait before a dial, from 1. */
  private long backoff(int attempt) {
    if (attempt == 1) {
      return (long) (nanos(policy.firstWait()) * random.getAsDouble());
    }
    long longest = nanos(policy.longestWait());
    long wait = nanos(policy.secondWait());
    for (int n = 2; n < attempt && wait < longest; n++) {
      wait *= 2;
    }
    wait = Math.min(wait, longest);
    return wait / 2 + (long) (wait / 2 * random.getAsDouble());
  }

  private static long nanos(Duration duration) {
    try {
      return Math.min(duration.toNanos(), FOREVER);
    } catch (ArithmeticException centuries) {
      return FOREVER;
    }
  }

  private static String seconds(long nanos) {
    BigDecimal seconds = BigDecimal.valueOf(nanos, 9).setScale(1, RoundingMode.HALF_UP);
    return seconds.stripTrailingZeros().toPlainString() + " s";
  }
}
