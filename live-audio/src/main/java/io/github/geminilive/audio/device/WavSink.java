package io.github.geminilive.audio.device;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.audio.pcm.PcmConverter;
import io.github.geminilive.audio.pcm.PcmFormat;
import io.github.geminilive.audio.pcm.WavWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/**
 * Plays into a WAV file as if into a loudspeaker: asks for a block whenever its time has come, and
 * writes it, silence included. What is written has been heard, so {@link #flush} has nothing to
 * throw away. Blocks are due at absolute times, so that nothing drifts; a stall of more than a
 * second is told as {@link DeviceEvent.Underrun}, and missing from the file.
 *
 * <p>The file is valid at any time, see {@link WavWriter}. A disk that takes no more is told as
 * {@link DeviceEvent.Lost}; the sink then asks for nothing any more.
 */
public final class WavSink implements AudioSink {

  private final SinkEngine engine;

  private WavSink(Builder builder) throws IOException {
    PcmFormat mono = PcmFormat.s16le(builder.format.sampleRateHz(), 1);
    PcmConverter converter = PcmConverter.create(mono, builder.format);
    byte[] bytes =
        new byte[Math.multiplyExact((int) mono.frames(builder.block), builder.format.frameBytes())];
    WavWriter writer = WavWriter.create(builder.file, builder.format);
    SinkEngine.Output output = new SinkEngine.Output() {

      @Override
      public void write(short[] samples, int count) throws IOException {
        int length = converter.process(samples, 0, count, bytes, 0);
        writer.write(bytes, 0, length);
      }

      @Override
      public void close() throws IOException {
        writer.close();
      }
    };
    engine = new SinkEngine(
        builder.file.toString(),
        output,
        mono.sampleRateHz(),
        builder.block,
        Duration.ZERO,
        builder.timing);
  }

  /**
   * A file of 24 kHz mono s16.
   *
   * @param file in a directory that exists; overwritten when it exists
   * @throws IOException when it cannot be written
   */
  public static WavSink create(Path file) throws IOException {
    return builder(file).build();
  }

  /**
   * A file with options.
   *
   * @param file in a directory that exists; overwritten when it exists
   */
  public static Builder builder(Path file) {
    return new Builder(file);
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

  /** Nothing is thrown away: what is written has been heard. */
  @Override
  public long flush() {
    return engine.flush();
  }

  @Override
  public void close() {
    engine.close();
  }

  /** Gathers options. */
  public static final class Builder {

    private final Path file;
    private PcmFormat format = PcmFormat.LIVE_OUTPUT;
    private Duration block = Duration.ofMillis(20);
    private Pacer.Timing timing = Pacer.Timing.SYSTEM;

    private Builder(Path file) {
      this.file = requireNonNull(file, "file");
    }

    /** What the file holds; its rate is the sink's. Default: {@link PcmFormat#LIVE_OUTPUT}. */
    public Builder format(PcmFormat format) {
      this.format = requireNonNull(format, "format");
      return this;
    }

    /** How much is asked for at once, 5 to 200 ms; default 20 ms. */
    public Builder block(Duration block) {
      this.block = SourceOptions.checkChunk(block);
      return this;
    }

    /**
     * Runs on a scheduler instead of a thread of its own, and by its clock.
     *
     * @param scheduler runs one task at a time for this sink; writing the file happens on it
     * @param nanoTime in the manner of {@link System#nanoTime}
     */
    public Builder timing(ScheduledExecutorService scheduler, LongSupplier nanoTime) {
      this.timing = Pacer.Timing.of(scheduler, nanoTime);
      return this;
    }

    /**
     * Begins the file.
     *
     * @throws IOException when it cannot be written
     */
    public WavSink build() throws IOException {
      return new WavSink(this);
    }
  }
}
