package io.github.geminilive.audio;

import io.github.geminilive.audio.dsp.VoiceDetector;

/** Takes what is loud for speech: a detector a test can foresee. */
final class LoudnessDetector implements VoiceDetector {

  static final double THRESHOLD = 200;

  @Override
  public float score(short[] samples, int offset) {
    double energy = 0;
    for (int i = offset; i < offset + FRAME_SAMPLES; i++) {
      energy += samples[i] * samples[i];
    }
    return Math.sqrt(energy / FRAME_SAMPLES) > THRESHOLD ? 1 : 0;
  }

  @Override
  public void reset() {}
}
