package io.github.geminilive.relay;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What a peer, a user and all users together may take. Immutable. A limit that is reached
 * concerns the conversation that reached it and no other; most end it and tell its peer why.
 */
public final class RelayLimits {

  private static final Duration LONGEST = Duration.ofDays(365);
  private static final RelayLimits DEFAULTS = new Builder().build();

  private final int messageBytes;
  private final int messagesPerSecond;
  private final int messageBurst;
  private final double audioSpeed;
  private final Duration audioBurst;
  private final Duration sessionLength;
  private final int sessionsPerUser;
  private final int sessionsInTotal;
  private final long tokensPerSession;
  private final int peerBacklogBytes;
  private final Duration peerStall;
  private final Duration peerSilence;
  private final Duration startTimeout;

  private RelayLimits(Builder builder) {
    messageBytes = builder.messageBytes;
    messagesPerSecond = builder.messagesPerSecond;
    messageBurst = builder.messageBurst;
    audioSpeed = builder.audioSpeed;
    audioBurst = builder.audioBurst;
    sessionLength = builder.sessionLength;
    sessionsPerUser = builder.sessionsPerUser;
    sessionsInTotal = builder.sessionsInTotal;
    tokensPerSession = builder.tokensPerSession;
    peerBacklogBytes = builder.peerBacklogBytes;
    peerStall = builder.peerStall;
    peerSilence = builder.peerSilence;
    startTimeout = builder.startTimeout;
  }

  /** The defaults, fit for people who talk. */
  public static RelayLimits defaults() {
    return DEFAULTS;
  }

  /** Starts with the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** How large one message of a peer may be, in bytes. */
  public int messageBytes() {
    return messageBytes;
  }

  /** How many messages a peer may send in a second, in the long run. */
  public int messagesPerSecond() {
    return messagesPerSecond;
  }

  /** How many messages a peer may send at once after a pause. */
  public int messageBurst() {
    return messageBurst;
  }

  /** How much audio a peer may send, in seconds of sound for each second, in the long run. */
  public double audioSpeed() {
    return audioSpeed;
  }

  /** How much audio a peer may send at once after a pause. */
  public Duration audioBurst() {
    return audioBurst;
  }

  /** How long a conversation may last, parked time included. */
  public Duration sessionLength() {
    return sessionLength;
  }

  /** How many conversations one user may have at a time in this process, parked ones included. */
  public int sessionsPerUser() {
    return sessionsPerUser;
  }

  /** How many conversations there may be in this process, parked ones included. */
  public int sessionsInTotal() {
    return sessionsInTotal;
  }

  /** How many tokens a conversation may cost; 0 for no limit. */
  public long tokensPerSession() {
    return tokensPerSession;
  }

  /** How many bytes may wait for one peer, or of one peer's messages for the relay. */
  public int peerBacklogBytes() {
    return peerBacklogBytes;
  }

  /** How long a peer may take for one message before it is given up. */
  public Duration peerStall() {
    return peerStall;
  }

  /** How long a peer may be silent, pongs included; noticed at most a third of it later. */
  public Duration peerSilence() {
    return peerSilence;
  }

  /** How long a peer may take to say what it wants. */
  public Duration startTimeout() {
    return startTimeout;
  }

  /** Collects limits. Times are at most 365 days. Not for use by several threads. */
  public static final class Builder {

    private int messageBytes = 256 * 1024;
    private int messagesPerSecond = 100;
    private int messageBurst = 200;
    private double audioSpeed = 1.5;
    private Duration audioBurst = Duration.ofSeconds(10);
    private Duration sessionLength = Duration.ofHours(1);
    private int sessionsPerUser = 4;
    private int sessionsInTotal = 1_000;
    private long tokensPerSession;
    private int peerBacklogBytes = 1 << 20;
    private Duration peerStall = Duration.ofSeconds(10);
    private Duration peerSilence = Duration.ofSeconds(45);
    private Duration startTimeout = Duration.ofSeconds(10);

    private Builder() {}

    /**
     * How large one message of a peer may be. Set the web server's own limit to the same, so that
     * larger ones are not even read.
     *
     * @param bytes at least 1,024; default: 262,144
     */
    public Builder messageBytes(int bytes) {
      messageBytes = atLeast("messageBytes", bytes, 1_024);
      return this;
    }

    /**
     * How many messages a peer may send. A large one counts once more for every 16,384 bytes, but
     * never for more than the burst.
     *
     * @param perSecond in the long run, at least 1; default: 100
     * @param burst at once after a pause, at least 1; default: 200
     */
    public Builder messageRate(int perSecond, int burst) {
      messagesPerSecond = atLeast("messagesPerSecond", perSecond, 1);
      messageBurst = atLeast("messageBurst", burst, 1);
      return this;
    }

    /**
     * How much audio a peer may send.
     *
     * @param speed seconds of sound for each second in the long run, at least 1; default: 1.5
     * @param burst at once after a pause, at least 1 s; default: 10 s
     */
    public Builder audioRate(double speed, Duration burst) {
      if (!(speed >= 1)) {
        throw new IllegalArgumentException("audioSpeed must be at least 1: " + speed);
      }
      audioSpeed = speed;
      audioBurst = atLeast("audioBurst", burst, Duration.ofSeconds(1));
      return this;
    }

    /**
     * How long a conversation may last.
     *
     * @param length at least 1 s; default: 1 hour
     */
    public Builder sessionLength(Duration length) {
      sessionLength = atLeast("sessionLength", length, Duration.ofSeconds(1));
      return this;
    }

    /**
     * How many conversations one user may have at a time.
     *
     * @param sessions at least 1; default: 4
     */
    public Builder sessionsPerUser(int sessions) {
      sessionsPerUser = atLeast("sessionsPerUser", sessions, 1);
      return this;
    }

    /**
     * How many conversations there may be.
     *
     * @param sessions at least 1; default: 1,000
     */
    public Builder sessionsInTotal(int sessions) {
      sessionsInTotal = atLeast("sessionsInTotal", sessions, 1);
      return this;
    }

    /**
     * How many tokens a conversation may cost. They are known when the service has counted them, so
     * that the last turn may go beyond.
     *
     * @param tokens at least 0; 0 for no limit, the default
     */
    public Builder tokensPerSession(long tokens) {
      if (tokens < 0) {
        throw new IllegalArgumentException("tokensPerSession must not be negative: " + tokens);
      }
      tokensPerSession = tokens;
      return this;
    }

    /**
     * How many bytes may wait for one peer; more than that waits in the session, within its limits,
     * and then at the service.
     *
     * @param bytes at least 16,384; default: 1 MiB, about 20 s of speech
     */
    public Builder peerBacklogBytes(int bytes) {
      peerBacklogBytes = atLeast("peerBacklogBytes", bytes, 16_384);
      return this;
    }

    /**
     * How long a peer may take for one message.
     *
     * @param limit at least 100 ms; default: 10 s
     */
    public Builder peerStall(Duration limit) {
      peerStall = atLeast("peerStall", limit, Duration.ofMillis(100));
      return this;
    }

    /**
     * How long a peer may be silent. It is pinged three times in that time, and given up after it
     * once three pings are unanswered, at most a third of it later: a server that stood still itself
     * does not blame its peers.
     *
     * @param limit at least 1 s; default: 45 s
     */
    public Builder peerSilence(Duration limit) {
      peerSilence = atLeast("peerSilence", limit, Duration.ofSeconds(1));
      return this;
    }

    /**
     * How long a peer may take to say what it wants.
     *
     * @param limit at least 100 ms; default: 10 s
     */
    public Builder startTimeout(Duration limit) {
      startTimeout = atLeast("startTimeout", limit, Duration.ofMillis(100));
      return this;
    }

    /** The limits. */
    public RelayLimits build() {
      return new RelayLimits(this);
    }

    private static int atLeast(String name, int value, int least) {
      if (value < least) {
        throw new IllegalArgumentException(name + " must be at least " + least + ": " + value);
      }
      return value;
    }

    private static Duration atLeast(String name, Duration value, Duration least) {
      if (requireNonNull(value, name).compareTo(least) < 0) {
        throw new IllegalArgumentException(name + " must be at least " + least + ": " + value);
      }
      if (value.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException(name + " must be at most " + LONGEST + ": " + value);
      }
      return value;
    }
  }
}
