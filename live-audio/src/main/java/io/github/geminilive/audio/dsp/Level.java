package io.github.geminilive.audio.dsp;

/**
 * How loud a stretch of sound is.
 *
 * @param rms root of the mean square, 0 to 1; a full-scale square wave has 1, a full-scale sine
 *     0.707
 * @param peak largest magnitude of a sample, 0 to 1
 */
public record Level(double rms, double peak) {

  /** What {@link #rmsDbfs()} and {@link #peakDbfs()} say of silence, and of what is weaker still. */
  public static final double FLOOR_DBFS = -120;

  /** Nothing at all. */
  public static final Level SILENT = new Level(0, 0);

  /** Checks that both lie in [0, 1]. */
  public Level {
    if (!(rms >= 0 && rms <= 1)) {
      throw new IllegalArgumentException("rms must be in [0, 1]: " + rms);
    }
    if (!(peak >= 0 && peak <= 1)) {
      throw new IllegalArgumentException("peak must be in [0, 1]: " + peak);
    }
  }

  /** {@link #rms()} in dB of full scale: {@value #FLOOR_DBFS} to 0. */
  public double rmsDbfs() {
    return dbfs(rms);
  }

  /** {@link #peak()} in dB of full scale: {@value #FLOOR_DBFS} to 0. */
  public double peakDbfs() {
    return dbfs(peak);
  }

  private static double dbfs(double amplitude) {
    return amplitude <= 1e-6 ? FLOOR_DBFS : 20 * Math.log10(amplitude);
  }
}
