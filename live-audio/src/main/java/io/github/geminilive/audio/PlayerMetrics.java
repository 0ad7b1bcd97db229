package io.github.geminilive.audio;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What a player has done, and what it holds.
 *
 * @param played audio that was heard; silence and concealment do not count
 * @param queued audio that waits in the player
 * @param underruns how often an answer ran dry in its middle and went on
 * @param underrunTime how long there was nothing to play then, in all
 * @param dropped audio thrown away because the queue was full
 * @param suppressed audio of flushed turns that came later and was not played
 * @param flushes calls of {@link Player#flush()}
 * @param prebuffer how much the start of the next answer waits for
 * @param heldBytes memory held for samples
 */
public record PlayerMetrics(
    Duration played,
    Duration queued,
    long underruns,
    Duration underrunTime,
    Duration dropped,
    Duration suppressed,
    long flushes,
    Duration prebuffer,
    long heldBytes) {
  /** Checks that nothing is missing. */
  public PlayerMetrics {
    requireNonNull(played, "played");
    requireNonNull(queued, "queued");
    requireNonNull(underrunTime, "underrunTime");
    requireNonNull(dropped, "dropped");
    requireNonNull(suppressed, "suppressed");
    requireNonNull(prebuffer, "prebuffer");
  }
}
