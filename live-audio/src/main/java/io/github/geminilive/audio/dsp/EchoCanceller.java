package io.github.geminilive.audio.dsp;

/**
 * Takes the loudspeaker's sound out of the microphone's. The interface for processors of one's own,
 * a native one for example; {@link #create} makes the one that comes with this library.
 *
 * <p>Not safe for concurrent use; the audio loop calls it from one thread. Implementations must not
 * allocate per call in the steady state.
 */
public interface EchoCanceller extends AutoCloseable {

  /**
   * The canceller of this library, in pure Java. Its output lags by 8 ms at most; it takes about a
   * second of sound to learn a room, finds delays of up to 500 ms by itself and follows clocks that
   * differ.
   *
   * @param sampleRateHz 8,000 to 48,000; 16,000 is what it is tuned for
   * @throws IllegalArgumentException at another rate
   */
  static EchoCanceller create(int sampleRateHz) {
    return new KalmanEchoCanceller(sampleRateHz);
  }

  /** Samples per second of all three signals. */
  int sampleRateHz();

  /** By how many samples the output lags behind the microphone; does not change. */
  int latencySamples();

  /**
   * Processes a piece of any length of both signals. The n-th sample of the two belong to about the
   * same instant: the echo of a played sample is heard up to 500 ms later, not earlier.
   *
   * @param far what the loudspeaker played; silence where it played nothing
   * @param farOffset where the piece begins in {@code far}
   * @param mic what the microphone heard
   * @param micOffset where the piece begins in {@code mic}
   * @param out where to put the cleaned signal; may be {@code mic}, at the same offset
   * @param outOffset where to begin in {@code out}
   * @param count samples in each of the three
   */
  void process(
      short[] far,
      int farOffset,
      short[] mic,
      int micOffset,
      short[] out,
      int outOffset,
      int count);

  /** How well it works at this moment. May be read from any thread. */
  EchoReport report();

  /** Forgets everything learnt: after another device was opened, or the time line was broken. */
  void reset();

  /** Releases what it holds; the canceller of this library holds nothing. Never throws. */
  @Override
  default void close() {}
}
