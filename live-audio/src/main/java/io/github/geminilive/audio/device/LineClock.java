package io.github.geminilive.audio.device;

/**
 * Tells the time of a device's frames. A device reports its position late by a varying time, never
 * early; so the earliest reports are the true ones, and the device's clock is off by less than 0.1 %.
 *
 * <p>Not safe for concurrent use.
 */
final class LineClock {

  // How much the estimate may follow reports that come later and later.
  private static final double SLEW = 1e-3;
  private static final double SETTLE_NANOS = 500e6;
  private static final double SMOOTHING = 0.1;

  private final double nanosPerFrame;
  private boolean running;
  private long baseFrames;
  private long baseNanos;
  private double offset;
  private double lastNanos;

  LineClock(int rateHz) {
    nanosPerFrame = 1e9 / rateHz;
  }

  /** Whether there has been a report since the last reset. */
  boolean isRunning() {
    return running;
  }

  /** Forgets all reports: the device was stopped, or frames were lost. */
  void reset() {
    running = false;
  }

  /** The device says that so many frames have passed. */
  void observe(long frames, long nanos) {
    if (!running) {
      running = true;
      baseFrames = frames;
      baseNanos = nanos;
      offset = 0;
      lastNanos = 0;
      return;
    }
    double elapsed = nanos - baseNanos;
    double error = elapsed - (frames - baseFrames) * nanosPerFrame - offset;
    if (error > 0) {
      offset += Math.min(error, SLEW * (elapsed - lastNanos));
    } else {
      offset += elapsed < SETTLE_NANOS ? error : SMOOTHING * error;
    }
    lastNanos = elapsed;
  }

  /** By how much a report of this moment would come later than expected; negative when earlier. */
  long latenessNanos(long frames, long nanos) {
    return nanos - nanosOf(frames);
  }

  /** When so many frames had passed. Only while running. */
  long nanosOf(long frames) {
    return baseNanos + Math.round((frames - baseFrames) * nanosPerFrame + offset);
  }

  /** How many frames have passed at a time. Only while running. */
  long framesAt(long nanos) {
    return baseFrames + (long) Math.floor((nanos - baseNanos - offset) / nanosPerFrame);
  }
}
