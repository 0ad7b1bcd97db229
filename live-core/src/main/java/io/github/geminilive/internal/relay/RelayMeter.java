package io.github.geminilive.internal.relay;

import io.github.geminilive.relay.RelayLimits;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Counts what comes from one peer against its limits. Thread-safe. */
final class RelayMeter {

  // Larger messages count more than once: what it costs to read one grows with its size.
  private static final int COUNTED_BYTES = 16_384;

  private final RelayLimits limits;
  private final LongSupplier nanoTime;
  // Both guarded by this.
  private final RateLimit messages;
  private final RateLimit audio;

  RelayMeter(RelayLimits limits, LongSupplier nanoTime) {
    this.limits = limits;
    this.nanoTime = nanoTime;
    long now = nanoTime.getAsLong();
    messages = new RateLimit(limits.messagesPerSecond(), limits.messageBurst(), now);
    audio = new RateLimit(limits.audioSpeed(), seconds(limits.audioBurst().toNanos()), now);
  }

  /** Whether a message is larger than one may be, which has a close code of its own. */
  boolean tooLarge(int bytes) {
    return bytes > limits.messageBytes();
  }

  /**
   * A message came.
   *
   * @param bytes its size
   * @return the limit it broke, for the peer; null when it may pass
   */
  @Nullable
  synchronized String onMessage(int bytes) {
    if (tooLarge(bytes)) {
      return "a message of more than " + limits.messageBytes() + " bytes";
    }
    // One that may be sent at all may be sent after a pause.
    int cost = Math.min(limits.messageBurst(), 1 + bytes / COUNTED_BYTES);
    return messages.take(cost, nanoTime.getAsLong())
        ? null
        : "more than " + limits.messagesPerSecond() + " messages a second";
  }

  /**
   * Sound came.
   *
   * @param nanos how long it takes to be heard; not negative
   * @return the limit it broke, for the peer; null when it may pass
   */
  @Nullable
  synchronized String onAudio(long nanos) {
    return audio.take(seconds(nanos), nanoTime.getAsLong())
        ? null
        : "more than " + limits.audioSpeed() + " seconds of sound a second";
  }

  private static double seconds(long nanos) {
    return nanos / (double) TimeUnit.SECONDS.toNanos(1);
  }
}
