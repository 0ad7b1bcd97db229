package io.github.geminilive.audio.device;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * What a microphone has been through. All counts begin with its start.
 *
 * @param device the name of the device that is open, or was last; empty before it was started
 * @param deviceFormat what it delivers, in words; empty before it was started
 * @param frames samples delivered
 * @param overflows how often sound was lost
 * @param lost how much sound was lost, by the clock
 * @param reopenings how often sound has come back after the device was lost
 * @param latency from a chunk's last sample to its delivery, smoothed; what the device itself needs
 *     is not known and not in it
 */
public record MicrophoneMetrics(
    String device,
    String deviceFormat,
    long frames,
    long overflows,
    Duration lost,
    long reopenings,
    Duration latency) {
  /** Checks that nothing is missing. */
  public MicrophoneMetrics {
    requireNonNull(device, "device");
    requireNonNull(deviceFormat, "deviceFormat");
    requireNonNull(lost, "lost");
    requireNonNull(latency, "latency");
  }
}
