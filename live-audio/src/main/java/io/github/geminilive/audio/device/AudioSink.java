package io.github.geminilive.audio.device;

/**
 * Where sound goes: a {@link Loudspeaker}, a file, a stream, an application's own. Takes 16-bit mono
 * samples by asking for them whenever it can take more, and says how far they have been heard.
 *
 * <p><b>Frames.</b> Rendered samples are numbered from 0 in one time line, silence included. {@link
 * #flush()} takes back what was rendered and not heard: the next frame rendered then has the number
 * of the first one not heard.
 *
 * <p>Any thread may call any method. No method waits for the device longer than a few milliseconds.
 */
public interface AudioSink extends AutoCloseable {

  /**
   * Samples per second of what it asks for, 8,000 to 192,000; does not change. The service speaks
   * at 24,000; whoever renders converts from that.
   */
  int sampleRateHz();

  /**
   * Begins to ask for samples. May be called once.
   *
   * @param feed called on the sink's own thread, one call at a time
   * @throws AudioDeviceException when there is no device, or it cannot be used
   * @throws IllegalStateException when it was started before, or closed
   */
  void start(Feed feed);

  /**
   * The number of frames heard up to now: rendered, and out of the loudspeaker as far as the device
   * tells. Never decreases.
   */
  long heardFrames();

  /**
   * Throws away what was rendered and not heard. May cut a wave in the middle, which can click. Must
   * not be called while holding a lock that {@link Feed#render} takes.
   *
   * @return the number of the first frame that will not be heard, from which rendering goes on
   */
  long flush();

  /** Ends playback at once; after this returns the feed is not called again. Idempotent, never throws. */
  @Override
  void close();

  /** Gives a sink what to play. Must return quickly, not wait, and not throw. */
  interface Feed {

    /**
     * Fills a piece of the sink's buffer, with silence (0) where there is nothing to say.
     *
     * @param frame the number of the first frame to fill; lower than expected after {@link #flush()}
     * @param samples where to put the samples
     * @param offset where to begin
     * @param count how many to put, at least 1
     */
    void render(long frame, short[] samples, int offset, int count);

    /**
     * How far playback has come; called every few milliseconds while it moves.
     *
     * @param frames number of frames heard, as {@link AudioSink#heardFrames()}
     * @param nanos when that was so, on the clock of {@link System#nanoTime()} (or the clock the
     *     sink was given)
     */
    default void heard(long frames, long nanos) {}

    /**
     * Something happened to the device. While it is gone the sink does not ask for samples.
     *
     * @param event what
     */
    default void event(DeviceEvent event) {}
  }
}
