package io.github.geminilive.audio.dsp;

import static java.util.Objects.requireNonNull;

/**
 * How well an echo canceller works.
 *
 * @param state in a word
 * @param erleDb echo return loss enhancement, dB: by how much it weakens the echo, measured over
 *     the last second or so in which only the far side spoke; 0 when not known yet
 * @param delayMillis by how much the echo lags behind what was played; 0 when not known yet
 * @param driftPpm how much faster the microphone's clock runs than the loudspeaker's, parts per
 *     million; 0 when not known
 */
public record EchoReport(State state, double erleDb, double delayMillis, double driftPpm) {

  /** What a canceller is doing. */
  public enum State {
    /** Nothing was played yet, so nothing is known. */
    IDLE,
    /** Something is played and no echo of it is in the microphone: a headset. */
    NO_ECHO,
    /** Learning the room; how well that goes is not certain yet, whatever the figure says. */
    ADAPTING,
    /** Takes out at least 10 dB of the echo. */
    CANCELLING,
    /** Has had time to learn and still takes out less than 10 dB. */
    FAILING
  }

  /** Nothing is known yet. */
  public static final EchoReport UNKNOWN = new EchoReport(State.IDLE, 0, 0, 0);

  /** Checks the state. */
  public EchoReport {
    requireNonNull(state, "state");
  }
}
