package io.github.geminilive;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.protocol.Content;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How a session gets over the loss of a connection, and over the end that every connection has. In
 * force as long as {@link LiveConfig.Builder#resumption} is on, which it is by default; without,
 * the end of the connection is the end of the session. Immutable.
 */
public final class RecoveryPolicy {

  /** All defaults. */
  public static final RecoveryPolicy DEFAULT = builder().build();

  /** What becomes of a tool's result when the service does not know the call any more. */
  public enum LateResults {
    /**
     * The call is cancelled, its result dropped, and the application told: {@link
     * LiveEvent.ToolCancelled} and {@link LiveEvent.Warning.Kind#TOOL_RESULT_DROPPED}.
     */
    DROP,
    /** The call goes on, and its result is told to the model as text of the user's side. */
    AS_TEXT
  }

  private final int attempts;
  private final Duration outage;
  private final Duration firstWait;
  private final Duration secondWait;
  private final Duration longestWait;
  private final Duration stableAfter;
  private final Duration heldAudio;
  private final @Nullable Duration connectionAge;
  private final Duration patience;
  private final Duration shortestMargin;
  private final Duration longestMargin;
  private final Duration farewell;
  private final Duration deadAfter;
  private final Duration writeStall;
  private final @Nullable Boolean overlap;
  private final LateResults lateToolResults;
  private final int history;
  private final @Nullable Function<List<Content>, String> summary;
  private final Duration summaryLimit;

  private RecoveryPolicy(Builder builder) {
    this.attempts = builder.attempts;
    this.outage = builder.outage;
    this.firstWait = builder.firstWait;
    this.secondWait = builder.secondWait;
    this.longestWait = builder.longestWait;
    this.stableAfter = builder.stableAfter;
    this.heldAudio = builder.heldAudio;
    this.connectionAge = builder.connectionAge;
    this.patience = builder.patience;
    this.shortestMargin = builder.shortestMargin;
    this.longestMargin = builder.longestMargin;
    this.farewell = builder.farewell;
    this.deadAfter = builder.deadAfter;
    this.writeStall = builder.writeStall;
    this.overlap = builder.overlap;
    this.lateToolResults = builder.lateToolResults;
    this.history = builder.history;
    this.summary = builder.summary;
    this.summaryLimit = builder.summaryLimit;
  }

  /** Starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts from this one. */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.attempts = attempts;
    copy.outage = outage;
    copy.firstWait = firstWait;
    copy.secondWait = secondWait;
    copy.longestWait = longestWait;
    copy.stableAfter = stableAfter;
    copy.heldAudio = heldAudio;
    copy.connectionAge = connectionAge;
    copy.patience = patience;
    copy.shortestMargin = shortestMargin;
    copy.longestMargin = longestMargin;
    copy.farewell = farewell;
    copy.deadAfter = deadAfter;
    copy.writeStall = writeStall;
    copy.overlap = overlap;
    copy.lateToolResults = lateToolResults;
    copy.history = history;
    copy.summary = summary;
    copy.summaryLimit = summaryLimit;
    return copy;
  }

  /** How many dials one outage may take. */
  public int attempts() {
    return attempts;
  }

  /** How long one outage may last. */
  public Duration outage() {
    return outage;
  }

  /** How long the first dial of an outage waits at most. */
  public Duration firstWait() {
    return firstWait;
  }

  /** The wait before the second dial of an outage. */
  public Duration secondWait() {
    return secondWait;
  }

  /** What waits between dials grow to. */
  public Duration longestWait() {
    return longestWait;
  }

  /** How long a connection must have been usable for its loss to count as a new outage. */
  public Duration stableAfter() {
    return stableAfter;
  }

  /** How much microphone audio is kept between two connections. */
  public Duration heldAudio() {
    return heldAudio;
  }

  /** The age at which a connection is changed; null when only the service decides. */
  public @Nullable Duration connectionAge() {
    return connectionAge;
  }

  /** How long a change of connections that is not pressing waits for a quiet point. */
  public Duration patience() {
    return patience;
  }

  /** The least time before an announced end at which the connection is changed. */
  public Duration shortestMargin() {
    return shortestMargin;
  }

  /** The most time before an announced end at which the connection is changed at the latest. */
  public Duration longestMargin() {
    return longestMargin;
  }

  /** How long the old connection's orderly end may take. */
  public Duration farewell() {
    return farewell;
  }

  /** How long nothing at all may arrive before a connection counts as lost. */
  public Duration deadAfter() {
    return deadAfter;
  }

  /** How long a connection may take for one message before it counts as lost. */
  public Duration writeStall() {
    return writeStall;
  }

  /** Whether two connections may overlap; null leaves it to what is known of the model. */
  public @Nullable Boolean overlap() {
    return overlap;
  }

  /** What becomes of results of calls the service does not know any more. */
  public LateResults lateToolResults() {
    return lateToolResults;
  }

  /** How many characters of the conversation are remembered. */
  public int history() {
    return history;
  }

  /**
   * Makes a summary of the conversation for a fresh session; null when the history itself is told.
   */
  public @Nullable Function<List<Content>, String> summary() {
    return summary;
  }

  /** How long the summary may take. */
  public Duration summaryLimit() {
    return summaryLimit;
  }

  /** Collects the settings; checks each at once. For one thread. */
  public static final class Builder {

    private int attempts = 8;
    private Duration outage = Duration.ofSeconds(60);
    private Duration firstWait = Duration.ofMillis(500);
    private Duration secondWait = Duration.ofMillis(500);
    private Duration longestWait = Duration.ofSeconds(8);
    private Duration stableAfter = Duration.ofSeconds(10);
    private Duration heldAudio = Duration.ofSeconds(2);
    private @Nullable Duration connectionAge = null;
    private Duration patience = Duration.ofSeconds(10);
    private Duration shortestMargin = Duration.ofMillis(250);
    private Duration longestMargin = Duration.ofSeconds(5);
    private Duration farewell = Duration.ofSeconds(1);
    private Duration deadAfter = Duration.ofSeconds(45);
    private Duration writeStall = Duration.ofSeconds(10);
    private @Nullable Boolean overlap = null;
    private LateResults lateToolResults = LateResults.DROP;
    private int history = 32 * 1024;
    private @Nullable Function<List<Content>, String> summary = null;
    private Duration summaryLimit = Duration.ofSeconds(5);

    private Builder() {}

    /**
     * How many dials one outage may take. When the last has failed, the session ends with {@link
     * FailureKind#RECONNECT_EXHAUSTED}. Dials after the first also draw on the client's retry
     * budget, {@link LiveClient.Builder#retryBudget}.
     *
     * @param attempts at least 1; default: 8
     */
    public Builder attempts(int attempts) {
      Limits.atLeast("attempts", attempts, 1);
      this.attempts = attempts;
      return this;
    }

    /**
     * How long one outage may last, from the loss on. Then the session ends with
     * {@link FailureKind#RECONNECT_EXHAUSTED}; at once when the next dial would be due only after
     * that, for example because the service asked for a longer wait.
     *
     * @param outage positive; default: 60 s
     */
    public Builder outage(Duration outage) {
      Limits.positive("outage", outage);
      this.outage = outage;
      return this;
    }

    /**
     * The first dial after a loss waits a random time up to this, so that many clients do not come
     * at once. There is no wait after an announced end, or when a handle was refused.
     *
     * @param firstWait not negative; default: 500 ms
     */
    public Builder firstWait(Duration firstWait) {
      Limits.notNegative("firstWait", firstWait);
      this.firstWait = firstWait;
      return this;
    }

    /**
     * The wait before the second dial; it doubles with each further one. Half of it is random, so
     * that it may be half as long.
     *
     * @param secondWait positive; default: 500 ms
     */
    public Builder secondWait(Duration secondWait) {
      Limits.positive("secondWait", secondWait);
      this.secondWait = secondWait;
      return this;
    }

    /**
     * What waits between dials grow to; a longer {@code Retry-After} of the service is heeded all
     * the same.
     *
     * @param longestWait positive; default: 8 s
     */
    public Builder longestWait(Duration longestWait) {
      Limits.positive("longestWait", longestWait);
      this.longestWait = longestWait;
      return this;
    }

    /**
     * How long a connection must have been usable for its loss to count as a new outage. What
     * breaks earlier goes on with the attempts, the waits and the time of the outage before.
     *
     * @param stableAfter not negative; default: 10 s
     */
    public Builder stableAfter(Duration stableAfter) {
      Limits.notNegative("stableAfter", stableAfter);
      this.stableAfter = stableAfter;
      return this;
    }

    /**
     * How much microphone audio is kept between two connections. The oldest is dropped first,
     * counted in the {@link RecoveryReport}.
     *
     * @param heldAudio zero keeps none; default: 2 s
     */
    public Builder heldAudio(Duration heldAudio) {
      Limits.notNegative("heldAudio", heldAudio);
      this.heldAudio = heldAudio;
      return this;
    }

    /**
     * Changes the connection at this age even if the service has not announced its end: where it is
     * known to cut connections without a word. At the first quiet point, at the latest after
     * {@link #patience}.
     *
     * @param connectionAge positive; null, the default, waits for the service
     */
    public Builder connectionAge(@Nullable Duration connectionAge) {
      if (connectionAge != null) {
        Limits.positive("connectionAge", connectionAge);
      }
      this.connectionAge = connectionAge;
      return this;
    }

    /**
     * How long a change of connections that is not pressing waits for a quiet point: no turn
     * running, no tool call open, nothing on its way, and the newest handle good.
     *
     * @param patience not negative; default: 10 s
     */
    public Builder patience(Duration patience) {
      Limits.notNegative("patience", patience);
      this.patience = patience;
      return this;
    }

    /**
     * How long before an announced end the connection is changed at the latest: a third of the time
     * that was left, but not less than this.
     *
     * @param shortestMargin not negative; default: 250 ms
     */
    public Builder shortestMargin(Duration shortestMargin) {
      Limits.notNegative("shortestMargin", shortestMargin);
      this.shortestMargin = shortestMargin;
      return this;
    }

    /**
     * The same: and not more than this.
     *
     * @param longestMargin not negative; default: 5 s
     */
    public Builder longestMargin(Duration longestMargin) {
      Limits.notNegative("longestMargin", longestMargin);
      this.longestMargin = longestMargin;
      return this;
    }

    /**
     * How long the old connection's orderly end may take before it is cut. The service refuses to
     * resume a conversation whose connection is open.
     *
     * @param farewell positive; default: 1 s
     */
    public Builder farewell(Duration farewell) {
      Limits.positive("farewell", farewell);
      this.farewell = farewell;
      return this;
    }

    /**
     * A connection on which nothing has arrived for so long, not even the answer to a ping, is
     * lost. Not judged while this side has paused reading, or just after the machine slept. Pings
     * are sent at {@link LiveConfig#keepAlive()}; answers have been seen to take 30 s.
     *
     * @param deadAfter positive; default: 45 s
     */
    public Builder deadAfter(Duration deadAfter) {
      Limits.positive("deadAfter", deadAfter);
      this.deadAfter = deadAfter;
      return this;
    }

    /**
     * A connection that does not take one message within this time is lost.
     *
     * @param writeStall positive; default: 10 s
     */
    public Builder writeStall(Duration writeStall) {
      Limits.positive("writeStall", writeStall);
      this.writeStall = writeStall;
      return this;
    }

    /**
     * Whether the next connection is opened before the old one is ended, when the change is
     * planned. The service is known to refuse that for conversations that are resumed.
     *
     * @param overlap null, the default, leaves it to what is known of the model: off for all
     */
    public Builder overlap(@Nullable Boolean overlap) {
      this.overlap = overlap;
      return this;
    }

    /**
     * What becomes of the result of a tool call that the service does not know any more after a
     * change of connections.
     *
     * @param lateToolResults default: {@link LateResults#DROP}
     */
    public Builder lateToolResults(LateResults lateToolResults) {
      requireNonNull(lateToolResults, "lateToolResults");
      this.lateToolResults = lateToolResults;
      return this;
    }

    /**
     * How much of the conversation is remembered, in characters, to tell it to a fresh session of
     * the service when no handle works. What was said by the model counts as far as it was heard.
     * The oldest turns are forgotten first.
     *
     * @param history 0 remembers nothing; default: 32,768
     */
    public Builder history(int history) {
      Limits.atLeast("history", history, 0);
      this.history = history;
      return this;
    }

    /**
     * Tells a fresh session a summary instead of the whole history.
     *
     * @param summary given the remembered turns, oldest first, on the client's executor; may block
     *     up to {@link #summaryLimit}. When it throws, is late or returns a blank text, the history
     *     itself is told. Null, the default: no summary
     */
    public Builder summary(@Nullable Function<List<Content>, String> summary) {
      this.summary = summary;
      return this;
    }

    /**
     * How long the summary may take.
     *
     * @param summaryLimit positive; default: 5 s
     */
    public Builder summaryLimit(Duration summaryLimit) {
      Limits.positive("summaryLimit", summaryLimit);
      this.summaryLimit = summaryLimit;
      return this;
    }

    /**
     * The settings; later changes to this builder do not reach them.
     *
     * @throws IllegalArgumentException when {@link #shortestMargin} is above {@link #longestMargin}
     */
    public RecoveryPolicy build() {
      if (shortestMargin.compareTo(longestMargin) > 0) {
        throw new IllegalArgumentException("shortestMargin must not be above longestMargin ("
            + longestMargin
            + "): "
            + shortestMargin
            + "; set both");
      }
      return new RecoveryPolicy(this);
    }
  }
}
