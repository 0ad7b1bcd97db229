package io.github.geminilive.audio;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.LiveTurn;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a {@link Player#flush()} did.
 *
 * @param turn the turn that was sounding, or was heard last; null when nothing was played yet, or
 *     when the audio belonged to no turn
 * @param heard how much of its audio had been heard; zero when nothing was played yet
 * @param runningOut how much of what waits in the device will still be heard; zero after a cut
 * @param dropped how much audio will not be heard, of all turns that were queued
 * @param cut whether the device was emptied; false when it runs out into a fade, or held nothing
 */
public record Flushed(
    @Nullable LiveTurn turn, Duration heard, Duration runningOut, Duration dropped, boolean cut) {
  /** Checks that nothing is missing. */
  public Flushed {
    requireNonNull(heard, "heard");
    requireNonNull(runningOut, "runningOut");
    requireNonNull(dropped, "dropped");
  }
}
