package io.github.geminilive.audio.dsp;

import java.util.Objects;

/**
 * Measures how loud the samples are that pass by.
 *
 * <p>Not safe for concurrent use: the thread that has the samples adds them, and takes the level.
 */
public final class LevelMeter {

  private static final double FULL_SCALE = 32_768;

  private long squares;
  private long samples;
  private int peak;

  /** A meter that has heard nothing. */
  public LevelMeter() {}

  /**
   * Hears a piece of any length. Allocates nothing.
   *
   * @param samples mono
   * @param offset where the piece begins
   * @param count its length
   * @throws IndexOutOfBoundsException if the piece does not lie in the array
   */
  public void add(short[] samples, int offset, int count) {
    Objects.checkFromIndexSize(offset, count, samples.length);
    long sum = 0;
    int max = peak;
    for (int i = offset; i < offset + count; i++) {
      int sample = samples[i];
      sum += (long) sample * sample;
      max = Math.max(max, Math.abs(sample));
    }
    squares += sum;
    peak = max;
    this.samples += count;
  }

  /**
   * The level of all that was added since the last call, which begins anew with this one.
   *
   * @return {@link Level#SILENT} if nothing was added
   */
  public Level take() {
    if (samples == 0) {
      return Level.SILENT;
    }
    double rms = Math.sqrt((double) squares / samples) / FULL_SCALE;
    Level level = new Level(Math.min(1, rms), peak / FULL_SCALE);
    squares = 0;
    samples = 0;
    peak = 0;
    return level;
  }
}
