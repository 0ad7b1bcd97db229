package io.github.geminilive.audio;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.LiveTurn;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What has really been heard.
 *
 * @param turn the turn that is being heard, or was heard last; null when the audio belongs to none
 * @param heard how much of its audio has been heard, on the scale of {@link
 *     io.github.geminilive.LiveEvent.Audio#offset}
 */
public record PlayerPosition(@Nullable LiveTurn turn, Duration heard) {
  /** Checks that nothing is missing. */
  public PlayerPosition {
    requireNonNull(heard, "heard");
  }
}
