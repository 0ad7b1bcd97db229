package io.github.geminilive.audio.dsp;

/**
 * Judges frame by frame whether somebody speaks. The interface for detectors of one's own, a neural
 * model for example; {@link #create} makes the one that comes with this library. When speech begins
 * and ends is decided from the scores by {@link SpeechTracker}.
 *
 * <p>Not safe for concurrent use. Implementations must not allocate per frame in the steady state.
 */
public interface VoiceDetector extends AutoCloseable {

  /** Samples per second it is made for. */
  int SAMPLE_RATE_HZ = 16_000;

  /** Samples in a frame: 10 ms. */
  int FRAME_SAMPLES = 160;

  /** The detector of this library, in pure Java. */
  static VoiceDetector create() {
    return new StatisticalVoiceDetector();
  }

  /**
   * Judges the next frame.
   *
   * @param samples mono, 16,000 Hz
   * @param offset where the frame of {@value #FRAME_SAMPLES} samples begins
   * @return from 0 (surely none) to 1 (surely speech)
   */
  float score(short[] samples, int offset);

  /** Forgets what it has learnt about the room. */
  void reset();

  /** Releases what it holds; the detector of this library holds nothing. Never throws. */
  @Override
  default void close() {}
}
