package io.github.geminilive;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/**
 * What is done when the service falls silent on a healthy connection: no answer to what the user
 * said, none after a tool's answer or an interruption, an answer that breaks off. How long it may
 * take is learnt from the session's own latencies, one measure for each {@link StallPhase}: as many
 * times the slowest of the last eight as {@link #factor} says, not less than {@link #floor}, not
 * more than {@link #ceiling}, and the ceiling until three are known.
 *
 * <p>Nothing counts as a silence while the user speaks, a tool call is open, the service has said
 * that it is at work, or what it said is still being played; silence is counted from the end of the
 * last of these. Neither does one after speech when the model may choose not to answer (proactive
 * audio), nor one that {@link LiveSession#interrupt()} made. What a voice detector on this side
 * takes for speech ({@link LiveSession#reportUserSpeech}) wants an answer only when the service
 * shows that it has heard it, too; where it writes nothing down, such a silence is told and nothing
 * is done.
 *
 * <p>Immutable.
 */
public final class WatchdogPolicy {

  /** All defaults. */
  public static final WatchdogPolicy DEFAULT = builder().build();

  /** Nothing is looked for. */
  public static final WatchdogPolicy OFF = builder().mode(Mode.OFF).build();

  /** Silences are told and nothing is done about them. */
  public static final WatchdogPolicy REPORT = builder().mode(Mode.REPORT).build();

  /** What the watchdog does. */
  public enum Mode {
    /** Nothing. */
    OFF,
    /** Tells of silences. */
    REPORT,
    /** Tells of silences and takes the steps of the ladder. */
    ACT
  }

  private final Mode mode;
  private final Duration floor;
  private final Duration ceiling;
  private final double factor;
  private final Duration patience;
  private final List<WatchdogStep> steps;

  private WatchdogPolicy(Builder builder) {
    this.mode = builder.mode;
    this.floor = builder.floor;
    this.ceiling = builder.ceiling;
    this.factor = builder.factor;
    this.patience = builder.patience;
    this.steps = builder.steps;
  }

  /** Starts from the defaults. */
  public static Builder builder() {
    return new Builder();
  }

  /** Starts from this one. */
  public Builder toBuilder() {
    Builder copy = new Builder();
    copy.mode = mode;
    copy.floor = floor;
    copy.ceiling = ceiling;
    copy.factor = factor;
    copy.patience = patience;
    copy.steps = steps;
    return copy;
  }

  /** Whether silences are looked for, and whether something is done about them. */
  public Mode mode() {
    return mode;
  }

  /** The shortest silence. */
  public Duration floor() {
    return floor;
  }

  /** The longest wait before something counts as a silence. */
  public Duration ceiling() {
    return ceiling;
  }

  /** How many times the usual latency a silence is. */
  public double factor() {
    return factor;
  }

  /** How long each step is given to help. */
  public Duration patience() {
    return patience;
  }

  /** The ladder. */
  public List<WatchdogStep> steps() {
    return steps;
  }

  /** Collects the settings; checks each at once. For one thread. */
  public static final class Builder {

    private Mode mode = Mode.ACT;
    private Duration floor = Duration.ofSeconds(4);
    private Duration ceiling = Duration.ofSeconds(15);
    private double factor = 4;
    private Duration patience = Duration.ofSeconds(5);
    private List<WatchdogStep> steps = List.of(WatchdogStep.values());

    private Builder() {}

    /**
     * Whether silences are looked for, and whether something is done about them.
     *
     * @param mode default: {@link Mode#ACT}
     */
    public Builder mode(Mode mode) {
      requireNonNull(mode, "mode");
      this.mode = mode;
      return this;
    }

    /**
     * No silence is shorter than this, however quick the service has been.
     *
     * @param floor positive; default: 4 s
     */
    public Builder floor(Duration floor) {
      Limits.positive("floor", floor);
      this.floor = floor;
      return this;
    }

    /**
     * What is a silence at the latest, and until enough latencies of this session are known.
     *
     * @param ceiling not shorter than the floor, which is checked in {@link #build}; default: 15 s
     */
    public Builder ceiling(Duration ceiling) {
      Limits.positive("ceiling", ceiling);
      this.ceiling = ceiling;
      return this;
    }

    /**
     * A silence is this many times as long as the service has taken before, at its slowest of late,
     * in the same phase.
     *
     * @param factor at least 1; default: 4
     */
    public Builder factor(double factor) {
      if (!(factor >= 1)) {
        throw new IllegalArgumentException("factor must be at least 1: " + factor);
      }
      this.factor = factor;
      return this;
    }

    /**
     * How long each step of the ladder is given to help before the next one is taken; twice as long
     * after one that changes the connection, counted from when the session is usable again.
     *
     * @param patience positive; default: 5 s
     */
    public Builder patience(Duration patience) {
      Limits.positive("patience", patience);
      this.patience = patience;
      return this;
    }

    /**
     * The ladder. Steps that are not possible at their time are left out; where none is possible,
     * or there are none, the silence is told and nothing is done. The next silence begins with the
     * first step again once the model has said all it had to say; until then, with the next one.
     *
     * @param steps taken one after the other; default: all, in their order
     */
    public Builder steps(List<WatchdogStep> steps) {
      steps = List.copyOf(steps);
      this.steps = steps;
      return this;
    }

    /** The settings; later changes to this builder do not reach them. */
    public WatchdogPolicy build() {
      if (ceiling.compareTo(floor) < 0) {
        throw new IllegalArgumentException(
            "ceiling must not be shorter than floor: " + ceiling + " < " + floor);
      }
      return new WatchdogPolicy(this);
    }
  }
}
