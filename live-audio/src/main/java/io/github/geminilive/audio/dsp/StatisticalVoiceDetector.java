package io.github.geminilive.audio.dsp;

import java.util.Objects;

/** Compares each frame's energy with a floor that is followed. */
final class StatisticalVoiceDetector implements VoiceDetector {

  private double floorDb = Double.NaN;

  @Override
  public float score(short[] samples, int offset) {
    Objects.checkFromIndexSize(offset, FRAME_SAMPLES, samples.length);
    long squares = 1;
    for (int i = offset; i < offset + FRAME_SAMPLES; i++) {
      squares += (long) samples[i] * samples[i];
    }
    double db = 10 * Math.log10((double) squares / FRAME_SAMPLES + 10);
    floorDb = Double.isNaN(floorDb) ? db : Math.min(db, floorDb + 0.02);
    return (float) (1 / (1 + Math.exp(-(db - floorDb - 9) / 2)));
  }

  @Override
  public void reset() {
    floorDb = Double.NaN;
  }
}
