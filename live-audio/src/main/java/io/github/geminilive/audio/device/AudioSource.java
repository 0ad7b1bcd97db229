package io.github.geminilive.audio.device;

/**
 * Where sound comes from: a {@link Microphone}, a file, a stream, an application's own. Delivers
 * 16-bit mono samples at a steady pace, in small chunks.
 *
 * <p>Any thread may call any method.
 */
public interface AudioSource extends AutoCloseable {

  /**
   * Samples per second of what it delivers, 8,000 to 192,000; does not change. The service hears
   * 16,000; whoever listens converts to that.
   */
  int sampleRateHz();

  /**
   * Begins to deliver. May be called once.
   *
   * @param listener called on the source's own thread, one call at a time
   * @throws AudioDeviceException when there is no device, or it cannot be used
   * @throws IllegalStateException when it was started before, or closed
   */
  void start(Listener listener);

  /** Ends delivery; after this returns the listener is not called again. Idempotent, never throws. */
  @Override
  void close();

  /** Takes what a source delivers. Must return quickly and not throw. */
  interface Listener {

    /**
     * Sound. Chunks follow each other without a gap, unless a {@link DeviceEvent} told of one. They
     * may have any length and differ; each adds its length to the delay, 20 ms are usual.
     *
     * @param samples mono; valid during the call only
     * @param offset where the chunk begins
     * @param count its length in samples, at least 1
     * @param nanos when the chunk's last sample met the microphone, on the clock of {@link
     *     System#nanoTime()} (or the clock the source was given)
     */
    void captured(short[] samples, int offset, int count, long nanos);

    /**
     * Something happened to the device; sound may or may not go on.
     *
     * @param event what
     */
    default void event(DeviceEvent event) {}

    /** There is no more: the file or stream has ended. A microphone never ends by itself. */
    default void ended() {}
  }
}
