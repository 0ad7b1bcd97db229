package io.github.geminilive.audio;

/**
 * Decides how long the start of an answer waits, from how late audio came lately. Times are
 * nanoseconds. Not safe for use by several threads.
 *
 * <p>How late a chunk comes is held against its answer's first chunk: if that had been played at
 * once and no gap had followed, by how much would this one have missed its time? The wait is what
 * 98 % of the chunks of about the last 30 seconds of audio needed, and 20 ms on top for the device's
 * own steps. Each underrun adds 20 ms or half its gap; that wears off with the same 30 seconds.
 *
 * <p>A run is audio that is to be played without a gap: an answer, or what follows an underrun in
 * its middle.
 */
final class Prebuffer {

  private static final long MILLIS = 1_000_000;
  private static final long BIN = 10 * MILLIS;
  private static final int BINS = 100; // the last one holds all that is later
  private static final double QUANTILE = 0.98;
  private static final double MEMORY_NANOS = 30e9;
  private static final long MARGIN = 20 * MILLIS;
  private static final long FIRST_EXTRA = 40 * MILLIS; // before anything is known of the line

  private final long min;
  private final long max;
  private final double[] weights = new double[BINS];
  private double total;
  private double extra = FIRST_EXTRA;
  private long answerStart;
  private long answerAudio;
  private long runStart;
  private long runAudio;
  private long firstChunk;
  private long target;

  Prebuffer(long minNanos, long maxNanos) {
    this.min = minNanos;
    this.max = maxNanos;
    this.target = computeTarget();
  }

  /** A chunk arrived that begins an answer. */
  void beginAnswer(long now, long chunkNanos) {
    answerStart = now;
    answerAudio = chunkNanos;
    beginRun(now, chunkNanos);
  }

  /** The chunk that {@link #arrived} just now begins a run. */
  void beginRun(long now, long chunkNanos) {
    runStart = now;
    runAudio = chunkNanos;
    firstChunk = chunkNanos;
  }

  /** A chunk arrived that goes on with the answer, in time or not. */
  void arrived(long now, long chunkNanos) {
    long late = Math.max(0, now - answerStart - answerAudio);
    double keep = Math.exp(-chunkNanos / MEMORY_NANOS);
    for (int i = 0; i < BINS; i++) {
      weights[i] *= keep;
    }
    double weight = chunkNanos / MEMORY_NANOS;
    weights[(int) Math.min(BINS - 1, late / BIN)] += weight;
    total = total * keep + weight;
    extra *= keep;
    answerAudio += chunkNanos;
    runAudio += chunkNanos;
    target = computeTarget();
  }

  /** An answer ran dry in its middle. */
  void ranDry(long gapNanos) {
    extra = Math.min(max, extra + Math.max(20 * MILLIS, gapNanos / 2.0));
    target = computeTarget();
  }

  /**
   * Whether a run may begin to sound: when it has waited long enough, or when as much as it should
   * wait for came on top of its first chunk, which shows that audio comes faster than it plays.
   */
  boolean mayStart(long now) {
    return runAudio - firstChunk >= target || now - runStart >= target;
  }

  /** How long a run waits at most. */
  long target() {
    return target;
  }

  private long computeTarget() {
    double needed = 0;
    double above = 0;
    for (int i = BINS - 1; i > 0; i--) {
      above += weights[i];
      if (above > (1 - QUANTILE) * total) {
        needed = (i + 1) * (double) BIN;
        break;
      }
    }
    return (long) Math.max(min, Math.min(max, needed + MARGIN + extra));
  }
}
