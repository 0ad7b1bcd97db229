package io.github.geminilive.audio.device;

import io.github.geminilive.audio.pcm.PcmFormat;
import io.github.geminilive.audio.pcm.WavReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;

/**
 * Speaks a WAV file as if into a microphone: any file {@link WavReader} reads, converted to mono at
 * the rate wanted, at real time's pace. Chunks are due at absolute times, so that nothing drifts;
 * after a stall of the machine of more than a second the rest is shifted, not sent in a burst.
 *
 * <p>A service that listens for the end of speech needs silence after it. So silence follows the
 * file: 2 s unless {@link Builder#silenceAfter} or {@link Builder#endlessSilence} says otherwise.
 * Then {@link AudioSource.Listener#ended} is called.
 *
 * <p>A file that can no longer be read is told as {@link DeviceEvent.Lost}; then it has ended.
 */
public final class WavSource implements AudioSource {

  private final PcmFormat fileFormat;
  private final SourceEngine engine;

  private WavSource(Builder builder, WavReader reader) {
    fileFormat = reader.format();
    engine = new SourceEngine(
        builder.file.toString(), new FileInput(reader), fileFormat, false, builder.options);
  }

  /**
   * A file at 16 kHz, in chunks of 20 ms, with 2 s of silence after it.
   *
   * @throws io.github.geminilive.audio.pcm.WavFormatException when it is not a WAV file, or of a
   *     kind not read
   * @throws IOException when it cannot be read
   */
  public static WavSource open(Path file) throws IOException {
    return builder(file).build();
  }

  /** A file with options. */
  public static Builder builder(Path file) {
    return new Builder(file);
  }

  /** What the file holds, before conversion. */
  public PcmFormat fileFormat() {
    return fileFormat;
  }

  @Override
  public int sampleRateHz() {
    return engine.sampleRateHz();
  }

  @Override
  public void start(Listener listener) {
    engine.start(listener);
  }

  @Override
  public void close() {
    engine.close();
  }

  private record FileInput(WavReader reader) implements SourceEngine.Input {

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      return reader.read(buffer, offset, length);
    }

    @Override
    public void close() throws IOException {
      reader.close();
    }
  }

  /** Gathers options. */
  public static final class Builder {

    private final Path file;
    private final SourceOptions options = new SourceOptions();

    private Builder(Path file) {
      this.file = file;
    }

    /** Samples per second of what is delivered, 8,000 to 192,000; default 16,000. */
    public Builder sampleRateHz(int sampleRateHz) {
      options.sampleRateHz(sampleRateHz);
      return this;
    }

    /** Length of a chunk, 5 to 200 ms; default 20 ms. The last one may be shorter. */
    public Builder chunk(Duration chunk) {
      options.chunk(chunk);
      return this;
    }

    /** How long silence goes on after the file; default 2 s, zero for none. */
    public Builder silenceAfter(Duration silence) {
      options.silenceAfter(silence);
      return this;
    }

    /** Lets silence follow the file until the source is closed, as a microphone would. */
    public Builder endlessSilence() {
      options.silence = null;
      return this;
    }

    /**
     * Delivers as fast as the listener takes it; the chunks' times are as if it were paced. Not to
     * be used with endless silence.
     */
    public Builder unpaced() {
      options.paced = false;
      return this;
    }

    /**
     * Runs on a scheduler instead of a thread of its own, and by its clock.
     *
     * @param scheduler runs one task at a time for this source; reading the file happens on it
     * @param nanoTime in the manner of {@link System#nanoTime}
     */
    public Builder timing(ScheduledExecutorService scheduler, LongSupplier nanoTime) {
      options.timing(scheduler, nanoTime);
      return this;
    }

    /**
     * Opens the file.
     *
     * @throws IllegalStateException when it is unpaced and endless
     * @throws io.github.geminilive.audio.pcm.WavFormatException when it is not a WAV file, or of a
     *     kind not read
     * @throws IOException when it cannot be read
     */
    public WavSource build() throws IOException {
      options.check();
      WavReader reader = WavReader.open(file);
      try {
        return new WavSource(this, reader);
      } catch (RuntimeException | Error e) {
        reader.close();
        throw e;
      }
    }
  }
}
