package io.github.geminilive.audio.device;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.audio.pcm.PcmConverter;
import io.github.geminilive.audio.pcm.PcmFormat;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/**
 * Hands what is to be heard to the application, in any {@link PcmFormat}: for a telephone line, a
 * web socket, a mixer. Asks for a block whenever its time has come, silence included, so that the
 * far end gets a steady stream. Blocks are due at absolute times, so that nothing drifts; a stall of
 * more than a second is told as {@link DeviceEvent.Underrun}.
 *
 * <p><b>Position.</b> What was handed out counts as heard, unless a {@link Builder#lead} is set: then
 * audio is handed out that much earlier, for the far end to keep, and counts as heard when its time
 * has come. {@link #flush} then takes back what has not been heard, if {@link Output#clear} can.
 *
 * <p>An output that throws has ended: it is told as {@link DeviceEvent.Lost}, and the sink asks for
 * nothing any more.
 */
public final class StreamSink implements AudioSink {

  /** Takes the sound. Its methods are called one at a time; they should return quickly. */
  @FunctionalInterface
  public interface Output {

    /**
     * Takes a block; called on the sink's thread.
     *
     * @param pcm valid during the call only
     * @param offset where the block begins
     * @param length its length in bytes: whole frames. With a change of rate, blocks differ by a
     *     frame or two
     * @throws IOException when the far end is gone: ends the sink
     */
    void write(byte[] pcm, int offset, int length) throws IOException;

    /**
     * Tells the far end to throw away what it keeps; called by {@link AudioSink#flush}, on the
     * thread of its caller, with a {@link Builder#lead} only.
     *
     * @return whether that can be done; false by default
     * @throws IOException counts as false
     */
    default boolean clear() throws IOException {
      return false;
    }
  }

  private final PcmFormat format;
  private final SinkEngine engine;

  private StreamSink(Builder builder) {
    format = builder.format;
    PcmFormat mono = PcmFormat.s16le(builder.sampleRateHz, 1);
    PcmConverter converter = PcmConverter.create(mono, format);
    int blockFrames = (int) mono.frames(builder.block);
    byte[] bytes = new byte[converter.maxOutputFrames(blockFrames) * format.frameBytes()];
    Output target = builder.output;
    SinkEngine.Output output = new SinkEngine.Output() {

      @Override
      public void write(short[] samples, int count) throws IOException {
        int length = converter.process(samples, 0, count, bytes, 0);
        if (length > 0) {
          target.write(bytes, 0, length);
        }
      }

      @Override
      public boolean clear() throws IOException {
        if (!target.clear()) {
          return false;
        }
        converter.reset();
        return true;
      }
    };
    engine = new SinkEngine(
        "stream sink", output, builder.sampleRateHz, builder.block, builder.lead, builder.timing);
  }

  /**
   * A sink that hands its sound to an application.
   *
   * @param format what to hand out
   * @param output takes it
   */
  public static Builder builder(PcmFormat format, Output output) {
    return new Builder(format, output);
  }

  /** What is handed out. */
  public PcmFormat format() {
    return format;
  }

  @Override
  public int sampleRateHz() {
    return engine.sampleRateHz();
  }

  @Override
  public void start(Feed feed) {
    engine.start(feed);
  }

  @Override
  public long heardFrames() {
    return engine.heardFrames();
  }

  @Override
  public long flush() {
    return engine.flush();
  }

  /** Ends it; the few milliseconds still in a change of rate are not handed out. */
  @Override
  public void close() {
    engine.close();
  }

  /** Gathers options. */
  public static final class Builder {

    private final PcmFormat format;
    private final Output output;
    private int sampleRateHz = PcmFormat.LIVE_OUTPUT.sampleRateHz();
    private Duration block = Duration.ofMillis(20);
    private Duration lead = Duration.ZERO;
    private Pacer.Timing timing = Pacer.Timing.SYSTEM;

    private Builder(PcmFormat format, Output output) {
      this.format = requireNonNull(format, "format");
      this.output = requireNonNull(output, "output");
    }

    /** Samples per second of what the sink asks for, 8,000 to 192,000; default 24,000. */
    public Builder sampleRateHz(int sampleRateHz) {
      // The format's check names the value and the range.
      this.sampleRateHz = PcmFormat.s16le(sampleRateHz, 1).sampleRateHz();
      return this;
    }

    /** How much is asked for and handed out at once, 5 to 200 ms; default 20 ms. */
    public Builder block(Duration block) {
      this.block = SourceOptions.checkChunk(block);
      return this;
    }

    /** How much earlier than due audio is handed out, 0 to 10 s; default 0. */
    public Builder lead(Duration lead) {
      if (lead.isNegative() || lead.compareTo(Duration.ofSeconds(10)) > 0) {
        throw new IllegalArgumentException("lead must be in [PT0S, PT10S]: " + lead);
      }
      this.lead = lead;
      return this;
    }

    /**
     * Runs on a scheduler instead of a thread of its own, and by its clock.
     *
     * @param scheduler runs one task at a time for this sink
     * @param nanoTime in the manner of {@link System#nanoTime}
     */
    public Builder timing(ScheduledExecutorService scheduler, LongSupplier nanoTime) {
      this.timing = Pacer.Timing.of(scheduler, nanoTime);
      return this;
    }

    /** Makes the sink. */
    public StreamSink build() {
      return new StreamSink(this);
    }
  }
}
