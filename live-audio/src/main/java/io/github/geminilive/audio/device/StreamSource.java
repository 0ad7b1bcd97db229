package io.github.geminilive.audio.device;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.audio.pcm.PcmFormat;
import io.github.geminilive.audio.pcm.SampleEncoding;
import java.io.InputStream;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Sound that an application has: from an {@link InputStream}, or pushed by it as it comes in from a
 * telephone line or a web socket. Any {@link PcmFormat}, converted to mono at the rate wanted.
 *
 * <p><b>A stream</b> ({@link #builder(InputStream, PcmFormat)}) is read on the source's own thread
 * and delivered at real time's pace; one that is slower sets the pace itself. It is not closed: that
 * is its owner's affair, and ends a read that waits.
 *
 * <p><b>Pushed</b> audio ({@link #pushed}) is delivered as it comes, in chunks of equal length: the
 * sender is the clock. With {@link Builder#paced} it is delivered at real time's pace, with silence
 * where there is nothing: for senders that pause, or send faster than real time. What waits is
 * bounded ({@link Builder#capacity}); what does not fit is dropped and told as {@link
 * DeviceEvent.Overflow}.
 *
 * <p>After the end, 2 s of silence follow, unless said otherwise: services need it to hear that
 * speech has ended. Then {@link AudioSource.Listener#ended} is called.
 */
public final class StreamSource implements AudioSource {

  private static final Duration CAPACITY = Duration.ofMinutes(1);

  private final PcmFormat format;
  private final SourceEngine engine;
  private final @Nullable PushQueue queue;

  private StreamSource(Builder builder) {
    format = builder.format;
    InputStream in = builder.in;
    if (in == null) {
      queue = new PushQueue(format, builder.capacity);
      engine = new SourceEngine("pushed stream", queue, format, true, builder.options);
    } else {
      queue = null;
      engine = new SourceEngine("stream", in::read, format, false, builder.options);
    }
  }

  /**
   * A source that reads a stream, by default at real time's pace.
   *
   * @param in audio of {@code format}, without a header; not closed by the source
   * @param format what the bytes mean
   */
  public static Builder builder(InputStream in, PcmFormat format) {
    return new Builder(requireNonNull(in, "in"), format);
  }

  /**
   * A source that is given its audio by {@link #push}, by default delivered as it comes.
   *
   * @param format what will be pushed
   */
  public static Builder pushed(PcmFormat format) {
    Builder builder = new Builder(null, format);
    builder.options.paced = false;
    return builder;
  }

  /** What is read or pushed, before conversion. */
  public PcmFormat format() {
    return format;
  }

  /**
   * Takes audio; any thread, never waits. Before {@link #start} it is kept. After {@link #close} it
   * is thrown away.
   *
   * @param pcm audio of {@link #format}; copied
   * @param offset where it begins
   * @param length its length in bytes: whole frames
   * @return whether all of it was taken; what did not fit is dropped
   * @throws IllegalArgumentException when a frame is incomplete
   * @throws IllegalStateException when this source reads a stream, or {@link #end} was called
   */
  public boolean push(byte[] pcm, int offset, int length) {
    Objects.checkFromIndexSize(offset, length, pcm.length);
    format.frames(length);
    boolean all = queue().add(pcm, offset, length);
    engine.wake();
    return all;
  }

  /**
   * Takes 16-bit samples; see {@link #push(byte[], int, int)}.
   *
   * @param samples channel after channel; copied
   * @param offset where they begin
   * @param count how many, all channels counted: whole frames
   * @return whether all of them were taken; what did not fit is dropped
   * @throws IllegalStateException also when {@link #format} is not 16-bit
   */
  public boolean push(short[] samples, int offset, int count) {
    if (format.encoding() != SampleEncoding.S16) {
      throw new IllegalStateException("the source takes " + format + ": push bytes");
    }
    Objects.checkFromIndexSize(offset, count, samples.length);
    format.frames(2L * count);
    boolean all = queue().add(samples, offset, count);
    engine.wake();
    return all;
  }

  /**
   * Tells that nothing more will be pushed. Idempotent.
   *
   * @throws IllegalStateException when this source reads a stream
   */
  public void end() {
    queue().end();
    engine.wake();
  }

  private PushQueue queue() {
    if (queue == null) {
      throw new IllegalStateException("this source reads a stream: use pushed() to push");
    }
    return queue;
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

  /** Gathers options. */
  public static final class Builder {

    private final @Nullable InputStream in;
    private final PcmFormat format;
    private final SourceOptions options = new SourceOptions();
    private Duration capacity = CAPACITY;

    private Builder(@Nullable InputStream in, PcmFormat format) {
      this.in = in;
      this.format = requireNonNull(format, "format");
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

    /** How long silence goes on after the end; default 2 s, zero for none. */
    public Builder silenceAfter(Duration silence) {
      options.silenceAfter(silence);
      return this;
    }

    /** Lets silence follow the end until the source is closed; needs a pace. */
    public Builder endlessSilence() {
      options.silence = null;
      return this;
    }

    /**
     * Delivers at real time's pace; default for a stream. Pushed audio then gets silence where there
     * is none, and a sender whose clock is faster is ahead by more and more, up to {@link
     * #capacity}.
     */
    public Builder paced() {
      options.paced = true;
      return this;
    }

    /**
     * Delivers as fast as the listener takes it; default for pushed audio. The chunks of a stream
     * have times as if they were paced, those of pushed audio the time of delivery.
     */
    public Builder unpaced() {
      options.paced = false;
      return this;
    }

    /** How much pushed audio may wait, more than zero; default 1 min. */
    public Builder capacity(Duration capacity) {
      if (capacity.isNegative() || format.frames(capacity) < 1) {
        throw new IllegalArgumentException("capacity must be at least a frame: " + capacity);
      }
      this.capacity = capacity;
      return this;
    }

    /**
     * Runs on a scheduler instead of a thread of its own, and by its clock.
     *
     * @param scheduler runs one task at a time for this source; reading the stream happens on it
     * @param nanoTime in the manner of {@link System#nanoTime}
     */
    public Builder timing(ScheduledExecutorService scheduler, LongSupplier nanoTime) {
      options.timing(scheduler, nanoTime);
      return this;
    }

    /**
     * Makes the source.
     *
     * @throws IllegalStateException when it is unpaced and endless
     */
    public StreamSource build() {
      options.check();
      return new StreamSource(this);
    }
  }
}
