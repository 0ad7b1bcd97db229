package io.github.geminilive.audio.device;

import io.github.geminilive.audio.pcm.PcmFormat;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What sources that read files and streams have in common. */
final class SourceOptions {

  private static final Duration MIN_CHUNK = Duration.ofMillis(5);
  static final Duration MAX_CHUNK = Duration.ofMillis(200);

  int sampleRateHz = PcmFormat.LIVE_INPUT.sampleRateHz();
  Duration chunk = Duration.ofMillis(20);
  boolean paced = true;

  /** How long silence goes on after the end; null: for ever. */
  @Nullable
  Duration silence = Duration.ofSeconds(2);

  Pacer.Timing timing = Pacer.Timing.SYSTEM;

  void sampleRateHz(int rate) {
    // The format's check names the value and the range.
    this.sampleRateHz = PcmFormat.s16le(rate, 1).sampleRateHz();
  }

  void chunk(Duration length) {
    this.chunk = checkChunk(length);
  }

  static Duration checkChunk(Duration length) {
    if (length.compareTo(MIN_CHUNK) < 0 || length.compareTo(MAX_CHUNK) > 0) {
      throw new IllegalArgumentException(
          "chunk must be in [%s, %s]: %s".formatted(MIN_CHUNK, MAX_CHUNK, length));
    }
    return length;
  }

  void silenceAfter(Duration time) {
    if (time.isNegative()) {
      throw new IllegalArgumentException("silence must not be negative: " + time);
    }
    this.silence = time;
  }

  void timing(ScheduledExecutorService scheduler, LongSupplier nanoTime) {
    this.timing = Pacer.Timing.of(scheduler, nanoTime);
  }

  /** Refuses what would flood the listener. */
  void check() {
    if (!paced && silence == null) {
      throw new IllegalStateException(
          "endless silence needs a pace: use paced() with it, or silenceAfter(time)");
    }
  }
}
