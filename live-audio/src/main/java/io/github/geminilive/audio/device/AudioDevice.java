package io.github.geminilive.audio.device;

import static java.util.Objects.requireNonNull;

/**
 * A microphone or a loudspeaker the system offers.
 *
 * @param id names the device and stays the same when the program, or the machine, starts again;
 *     unique among the devices of its direction. Made of the name, so that it can be read.
 * @param name what people call it, as far as the system tells; twins are numbered
 * @param description what the driver says of it; may be empty
 * @param direction whether sound comes in or goes out
 * @param isDefault whether it stands for the device chosen in the system's settings
 */
public record AudioDevice(
    String id, String name, String description, Direction direction, boolean isDefault) {

  /** Which way the sound goes. */
  public enum Direction {
    /** A microphone. */
    INPUT,
    /** A loudspeaker. */
    OUTPUT
  }

  /** Checks that nothing is null. */
  public AudioDevice {
    requireNonNull(id, "id");
    requireNonNull(name, "name");
    requireNonNull(description, "description");
    requireNonNull(direction, "direction");
  }
}
