package io.github.geminilive.audio;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.audio.pcm.PcmFormat;
import io.github.geminilive.audio.pcm.WavWriter;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes both sides of a conversation to a stereo WAV file, 24 kHz, 16 bit: the user on the left,
 * the assistant on the right, each sound where it was on the clock. Of the assistant it gets what
 * was heard, so an answer that was cut is cut here.
 *
 * <p>A {@link VoiceLoop} feeds one when told so with {@link VoiceLoop.Builder#recordTo}. Alone, it
 * takes pieces of two streams with the times of their last samples. Pieces of a side follow each
 * other; where the times tell of a gap there is silence, and where they drift against each other by
 * a few milliseconds the place is corrected without a click.
 *
 * <p>The file is a valid WAV at any moment, also after the process died. It holds 12 hours, as a WAV
 * file counts to 4 GiB; then recording fails, and the file stays as it is. Any thread may call any
 * method; none but {@link #close()} waits for the disk. The disk may fall behind by about five
 * seconds; what comes beyond that is lost, counted by {@link #lost()}, and silent in the file.
 */
public final class ConversationRecorder implements AutoCloseable {

  /** Samples per second of the file. */
  public static final int SAMPLE_RATE_HZ = 24_000;

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.audio.recorder");
  private static final int BLOCKS = 1024;
  private static final int BLOCK_SAMPLES = 512;
  private static final long APART_NANOS = 10_000_000;
  private static final long POLL_MILLIS = 50;
  private static final long CLOSE_MILLIS = 5000;

  private final Path file;
  private final WavWriter writer;
  private final StereoTimeline timeline; // the writing thread only
  private final ArrayBlockingQueue<Block> free = new ArrayBlockingQueue<>(BLOCKS);
  private final ArrayBlockingQueue<Block> filled = new ArrayBlockingQueue<>(BLOCKS);
  private final Side[] sides = {new Side(), new Side()};
  private final AtomicLong lostNanos = new AtomicLong();
  private final Consumer<Throwable> onFailure;
  private final Thread thread;
  private volatile boolean closing;
  private volatile @Nullable IOException failure;
  private volatile long written;

  /** A piece on its way to the disk. */
  private static final class Block {
    final short[] samples = new short[BLOCK_SAMPLES];
    int side;
    int count;
    int rate;
    long nanos;
  }

  /** Where the pieces of a side are collected, as a loudspeaker tells of very short ones. */
  private static final class Side {
    @Nullable
    Block filling; // guarded by this

    boolean closed; // guarded by this
  }

  private ConversationRecorder(Path file, WavWriter writer, Consumer<Throwable> onFailure) {
    this.file = file;
    this.writer = writer;
    this.onFailure = onFailure;
    this.timeline = new StereoTimeline(SAMPLE_RATE_HZ, (samples, count) -> {
      writer.write(samples, 0, count);
      written += count / 2;
    });
    for (int i = 0; i < BLOCKS; i++) {
      free.add(new Block());
    }
    this.thread = new Thread(this::run, "gemini-live-recorder");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Creates the file, in place of an older one.
   *
   * @param file where to write
   * @throws IOException when it cannot be created
   */
  public static ConversationRecorder create(Path file) throws IOException {
    return create(file, failure -> {});
  }

  static ConversationRecorder create(Path file, Consumer<Throwable> onFailure) throws IOException {
    requireNonNull(file, "file");
    return new ConversationRecorder(
        file, WavWriter.create(file, PcmFormat.s16le(SAMPLE_RATE_HZ, 2)), onFailure);
  }

  /**
   * The user was heard.
   *
   * @param samples mono; copied before return
   * @param offset where the piece begins
   * @param count its length in samples
   * @param sampleRateHz its rate, 8,000 to 192,000
   * @param nanos when its last sample met the microphone, on the same clock as {@link #assistant}
   */
  public void user(short[] samples, int offset, int count, int sampleRateHz, long nanos) {
    add(StereoTimeline.LEFT, samples, offset, count, sampleRateHz, nanos);
  }

  /**
   * The assistant was heard.
   *
   * @param samples mono; copied before return
   * @param offset where the piece begins
   * @param count its length in samples
   * @param sampleRateHz its rate, 8,000 to 192,000
   * @param nanos when its last sample left the loudspeaker, on the same clock as {@link #user}
   */
  public void assistant(short[] samples, int offset, int count, int sampleRateHz, long nanos) {
    add(StereoTimeline.RIGHT, samples, offset, count, sampleRateHz, nanos);
  }

  private void add(int side, short[] samples, int offset, int count, int rate, long nanos) {
    Objects.checkFromIndexSize(offset, count, samples.length);
    if (rate < 8_000 || rate > 192_000) {
      throw new IllegalArgumentException("sampleRateHz must be in [8000, 192000]: " + rate);
    }
    Side to = sides[side];
    synchronized (to) {
      Block begun = to.filling;
      long start = nanos - count * 1_000_000_000L / rate;
      if (begun != null && (begun.rate != rate || Math.abs(start - begun.nanos) > APART_NANOS)) {
        pass(to);
      }
      int done = 0;
      while (done < count && !to.closed && failure == null) {
        Block block = to.filling;
        if (block == null) {
          block = free.poll();
          if (block == null) {
            lostNanos.addAndGet((count - done) * 1_000_000_000L / rate);
            return;
          }
          block.side = side;
          block.count = 0;
          block.rate = rate;
          to.filling = block;
        }
        int now = Math.min(BLOCK_SAMPLES - block.count, count - done);
        System.arraycopy(samples, offset + done, block.samples, block.count, now);
        block.count += now;
        done += now;
        block.nanos = nanos - (count - done) * 1_000_000_000L / rate;
        if (block.count == BLOCK_SAMPLES) {
          pass(to);
        }
      }
    }
  }

  /** Hands what was collected to the writing thread; the caller holds the side. */
  private void pass(Side from) {
    Block block = from.filling;
    if (block != null) {
      from.filling = null;
      filled.add(block);
    }
  }

  /** The file. */
  public Path file() {
    return file;
  }

  /** How long the written part is; what sounded last may still be on its way. */
  public Duration written() {
    return Duration.ofNanos(written * 1_000_000_000L / SAMPLE_RATE_HZ);
  }

  /** How much sound, of both sides together, was lost because the disk was too slow. */
  public Duration lost() {
    return Duration.ofNanos(lostNanos.get());
  }

  /** Why writing ended early; null while all is well. */
  public @Nullable IOException failure() {
    return failure;
  }

  /** Writes what waits and completes the file. Idempotent, never throws; see {@link #failure()}. */
  @Override
  public void close() {
    for (Side side : sides) {
      synchronized (side) {
        side.closed = true;
        pass(side);
      }
    }
    closing = true;
    boolean interrupted = false;
    try {
      thread.join(CLOSE_MILLIS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try {
      try {
        write();
      } finally {
        writer.close();
      }
    } catch (IOException e) {
      failure = e;
      LOG.warn("The recording to {} ended early: {}", file, e.toString());
      onFailure.accept(e);
    }
  }

  private void write() throws IOException {
    while (true) {
      Block block;
      try {
        block = filled.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        closing = true;
        continue;
      }
      if (block == null) {
        if (closing) {
          timeline.finish();
          return;
        }
        continue;
      }
      timeline.add(block.side, block.samples, 0, block.count, block.rate, block.nanos);
      free.add(block);
    }
  }
}
