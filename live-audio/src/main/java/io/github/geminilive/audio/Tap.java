package io.github.geminilive.audio;

/**
 * Listens in on a player: what it hands to the device, and what was heard of it. For echo
 * references and recorders. Called on the sink's thread, without a lock; must return quickly and not
 * throw. The arrays are valid during the call only and must not be changed.
 */
public interface Tap {

  /**
   * Samples were handed to the device, silence included.
   *
   * @param frame the number of the first one; after a flush lower than expected: what was rendered
   *     from there on before will not be heard
   * @param samples mono, at the sink's rate
   * @param offset where they begin
   * @param count how many, at least 1
   */
  default void rendered(long frame, short[] samples, int offset, int count) {}

  /**
   * Samples were heard, silence included: in order, without a gap, each once.
   *
   * @param frame the number of the first one
   * @param samples mono, at the sink's rate
   * @param offset where they begin
   * @param count how many, at least 1
   * @param nanosOfLast when the last of them was heard, on the sink's clock
   */
  default void heard(long frame, short[] samples, int offset, int count, long nanosOfLast) {}
}
