package io.github.geminilive.audio.device;

/**
 * Tells the time of a device's frames, evenly, though it reports its position in steps.
 *
 * <p>A microphone's frames are told late by a varying time, never early: the earliest reports are the
 * true ones. A loudspeaker's frames count as played when a sound server fetches them, a block at a
 * time, and the block is then played until the next one is fetched: there, the position is true just
 * before it steps on, at the latest reports. The device's own clock is off by less than 0.1 %.
 *
 * <p>Not safe for concurrent use.
 */
final class LineClock {

  // By how much the estimate may move against the trusted side: more than clocks differ.
  private static final double EARLY_SLEW = 1e-3;
  private static final double LATE_SLEW = 2e-2;
  private static final double SETTLE_NANOS = 500e6;
  private static final double SMOOTHING = 0.1;

  private final double nanosPerFrame;
  private final boolean trustsLate;
  private boolean running;
  private long baseFrames;
  private long baseNanos;
  private double offset;
  private double lastNanos;

  private LineClock(int rateHz, boolean trustsLate) {
    nanosPerFrame = 1e9 / rateHz;
    this.trustsLate = trustsLate;
  }

  /** For frames that are read. */
  static LineClock ofInput(int rateHz) {
    return new LineClock(rateHz, false);
  }

  /** For frames that are played. */
  static LineClock ofOutput(int rateHz) {
    return new LineClock(rateHz, true);
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
    double since = elapsed - lastNanos;
    if (trustsLate) {
      offset += Math.max(error, -LATE_SLEW * since);
    } else if (error > 0) {
      offset += Math.min(error, EARLY_SLEW * since);
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
