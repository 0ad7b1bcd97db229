package io.github.geminilive.audio.pcm;

import java.io.PrintStream;
import java.util.Locale;

/** Prints what the resampler achieves at the usual ratios, as a table for the documentation. */
public final class ResamplerReport {

  private static final int[][] RATIOS = {
    {48000, 16000}, {44100, 16000}, {16000, 8000}, {11025, 16000},
    {8000, 16000}, {16000, 24000}, {24000, 48000}, {24000, 44100}
  };

  private ResamplerReport() {}

  /** Takes about half a minute. */
  public static void main(String[] args) {
    PrintStream to = System.out;
    for (Resampler.Quality quality : Resampler.Quality.values()) {
      double edge = quality.pass();
      double stop = Math.max(1.001, quality.stop());
      to.printf(
          Locale.ROOT,
          "%n`%s`%n%n| from, to (Hz) | ripple to %.2f fN (dB) | −3 dB at (fN) | alias from %.3f fN"
              + " (dB) | all but the tone (dB) | SINAD float, s16 (dB) | 20 tones (dB) | constant:"
              + " error, ripple (dB) | latency: measured, stated (ms) | shift: start, end of 60 s"
              + " (µs) |%n|---|---|---|---|---|---|---|---|---|---|%n",
          quality,
          edge,
          stop);
      for (int[] rates : RATIOS) {
        ResamplerMeter meter = new ResamplerMeter(rates[0], rates[1], quality);
        double[] shift = meter.shiftMicros();
        to.printf(
            Locale.ROOT,
            "| %d, %d | %.5f | %.3f | %s | %.1f | %.1f, %.1f | %.1f | %.6f, %.1f | %.2f, %.2f |"
                + " %.4f, %.4f |%n",
            rates[0],
            rates[1],
            meter.ripple(edge),
            meter.minus3(),
            rates[0] > rates[1] ? String.format(Locale.ROOT, "%.1f", meter.alias(stop)) : "none",
            meter.images(edge),
            meter.sinadFloats(),
            meter.sinadShorts(),
            meter.tones(),
            Math.abs(meter.constantGain()),
            meter.constantRipple(),
            meter.heldMillis(),
            Resampler.create(rates[0], rates[1], quality).latency().toNanos() / 1e6,
            shift[0],
            shift[1]);
      }
    }
  }
}
