package io.github.geminilive.audio.device;

import java.time.Duration;

/**
 * Something that happened to a device while it was in use. New kinds come in minor releases: end a
 * chain of {@code instanceof} with a plain {@code else}.
 */
public sealed interface DeviceEvent {

  /**
   * The device is gone, or no longer works. It is looked for from now on.
   *
   * @param cause what happened and what to try
   */
  record Lost(AudioDeviceException cause) implements DeviceEvent {}

  /**
   * Sound flows again.
   *
   * @param device its name
   * @param outage how long there was none
   */
  record Restored(String device, Duration outage) implements DeviceEvent {}

  /**
   * The reader was too slow, or the system stalled: sound was lost before it could be read.
   *
   * @param lost how much
   */
  record Overflow(Duration lost) implements DeviceEvent {}

  /**
   * The device ran dry: it had to play silence because samples came too late.
   *
   * @param gap how long, at least
   */
  record Underrun(Duration gap) implements DeviceEvent {}

  /**
   * The microphone has delivered nothing but exact zeros: muted in hardware, or the system withholds
   * it for want of permission.
   *
   * @param advice what to try
   */
  record Silent(String advice) implements DeviceEvent {}
}
