package io.github.geminilive.audio;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.LiveTurn;
import io.github.geminilive.audio.device.DeviceEvent;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Something the user hears, or should have heard. {@link Started} and {@link Stopped} alternate.
 *
 * <p>New kinds come in minor releases: end a chain of {@code instanceof} with a plain {@code else}.
 */
public sealed interface PlayerEvent {

  /**
   * An answer begins to be heard, or is heard again after a silence.
   *
   * @param turn whose; null when the audio belongs to none
   * @param nanos when its first sample was heard, on the sink's clock
   */
  record Started(@Nullable LiveTurn turn, long nanos) implements PlayerEvent {}

  /**
   * The answer is not heard any more.
   *
   * @param turn whose; null when the audio belongs to none
   * @param nanos when the last sample, fade included, was heard, on the sink's clock
   * @param cause why
   */
  record Stopped(@Nullable LiveTurn turn, long nanos, Cause cause) implements PlayerEvent {
    /** Checks that nothing is missing. */
    public Stopped {
      requireNonNull(cause, "cause");
    }

    /** Why an answer is not heard any more. */
    public enum Cause {
      /** All of it was played. */
      ENDED,
      /** There was no more of it to play, and nobody said that it has ended. */
      DRY,
      /** {@link Player#pause()}. */
      PAUSED,
      /** {@link Player#flush()}. */
      FLUSHED
    }
  }

  /**
   * An answer goes on after a gap in its middle, because its audio came too late.
   *
   * @param turn whose; null when the audio belongs to none
   * @param gap how long there was nothing to play
   */
  record Underrun(@Nullable LiveTurn turn, Duration gap) implements PlayerEvent {
    /** Checks that nothing is missing. */
    public Underrun {
      requireNonNull(gap, "gap");
    }
  }

  /**
   * Audio was thrown away because the queue was full.
   *
   * @param turn whose; null when the audio belongs to none
   * @param dropped how much
   */
  record Dropped(@Nullable LiveTurn turn, Duration dropped) implements PlayerEvent {
    /** Checks that nothing is missing. */
    public Dropped {
      requireNonNull(dropped, "dropped");
    }
  }

  /**
   * Something happened to the loudspeaker.
   *
   * @param event what
   */
  record Device(DeviceEvent event) implements PlayerEvent {
    /** Checks that nothing is missing. */
    public Device {
      requireNonNull(event, "event");
    }
  }
}
