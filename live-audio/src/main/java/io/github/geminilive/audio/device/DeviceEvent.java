package io.github.geminilive.audio.device;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * Something that happened to a device while it was in use. New kinds come in minor releases: end a
 * chain of {@code instanceof} with a plain {@code else}.
 */
public sealed interface DeviceEvent {

  /**
   * The device is gone, or no longer works. A {@link Microphone} or {@link Loudspeaker} is looked for
   * from now on, and {@link Restored} tells when it is back; a file or a stream does not come back.
   *
   * @param cause what happened and what to try
   */
  record Lost(AudioDeviceException cause) implements DeviceEvent {
    /** Checks that nothing is missing. */
    public Lost {
      requireNonNull(cause, "cause");
    }
  }

  /**
   * Sound flows again.
   *
   * @param device its name
   * @param outage how long there was none
   */
  record Restored(String device, Duration outage) implements DeviceEvent {
    /** Checks that nothing is missing. */
    public Restored {
      requireNonNull(device, "device");
      requireNonNull(outage, "outage");
    }
  }

  /**
   * Sound was lost before it could be read: the reader was too slow, the system stalled, or more was
   * pushed than can wait.
   *
   * @param lost how much
   */
  record Overflow(Duration lost) implements DeviceEvent {
    /** Checks that nothing is missing. */
    public Overflow {
      requireNonNull(lost, "lost");
    }
  }

  /**
   * The device ran dry: it had to play silence because samples came too late.
   *
   * @param gap how long, at least
   */
  record Underrun(Duration gap) implements DeviceEvent {
    /** Checks that nothing is missing. */
    public Underrun {
      requireNonNull(gap, "gap");
    }
  }

  /**
   * The microphone has delivered nothing but exact zeros: muted in hardware, or the system withholds
   * it for want of permission.
   *
   * @param advice what to try
   */
  record Silent(String advice) implements DeviceEvent {
    /** Checks that nothing is missing. */
    public Silent {
      requireNonNull(advice, "advice");
    }
  }
}
