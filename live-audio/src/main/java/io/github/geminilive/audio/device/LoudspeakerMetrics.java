package io.github.geminilive.audio.device;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What a loudspeaker has been through. All counts begin with its start.
 *
 * @param device the name of the device that is open, or was last; empty before it was started
 * @param deviceFormat what it takes, in words; empty before it was started
 * @param frames samples rendered and not taken back
 * @param heard how many of them have been heard
 * @param underruns how often the device ran dry
 * @param gaps how long it was silent for that, at least
 * @param flushes how often it was flushed
 * @param reopenings how often sound has come back after the device was lost
 * @param latency from rendering to being heard, at this moment
 */
public record LoudspeakerMetrics(
    String device,
    String deviceFormat,
    long frames,
    long heard,
    long underruns,
    Duration gaps,
    long flushes,
    long reopenings,
    Duration latency) {
  /** Checks that nothing is missing. */
  public LoudspeakerMetrics {
    requireNonNull(device, "device");
    requireNonNull(deviceFormat, "deviceFormat");
    requireNonNull(gaps, "gaps");
    requireNonNull(latency, "latency");
  }
}
