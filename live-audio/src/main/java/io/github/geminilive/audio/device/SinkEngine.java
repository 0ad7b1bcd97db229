package io.github.geminilive.audio.device;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.audio.pcm.PcmFormat;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks for samples at real time's pace and passes them on. */
final class SinkEngine {

  /** Where the samples go. */
  interface Output {

    /** Takes samples, mono at the sink's rate; never called at the same time as the others. */
    void write(short[] samples, int count) throws IOException;

    /** Throws away what was taken and not yet heard; returns false when it cannot. */
    default boolean clear() throws IOException {
      return false;
    }

    /** Called once, and last. */
    default void close() throws IOException {}
  }

  private static final Logger LOG = LoggerFactory.getLogger(SinkEngine.class);
  private static final long NANOS_PER_SECOND = 1_000_000_000L;

  /** Later than this the time line is moved: nobody wants a burst of all that was missed. */
  private static final long MAX_LATE_NANOS = NANOS_PER_SECOND;

  private final String name;
  private final Output output;
  private final int sampleRateHz;
  private final long leadNanos;
  private final short[] block;
  private final Pacer pacer;
  private final Object lock = new Object();
  private boolean started; // guarded by lock
  private boolean outputClosed; // guarded by lock
  private long rendered; // guarded by lock
  private long heard; // guarded by lock
  private long origin; // guarded by lock
  private boolean begun; // guarded by lock
  private boolean cleared; // guarded by lock; and nothing was handed out since
  private AudioSink.@Nullable Feed feed; // written once, before the pacer starts
  private int flushes; // between the pacer's enter and exit

  SinkEngine(
      String name,
      Output output,
      int sampleRateHz,
      Duration blockLength,
      Duration lead,
      Pacer.Timing timing) {
    this.name = name;
    this.output = output;
    this.sampleRateHz = sampleRateHz;
    this.leadNanos = lead.toNanos();
    this.block = new short[(int) PcmFormat.s16le(sampleRateHz, 1).frames(blockLength)];
    this.pacer = new Pacer("audio-" + name, timing, this::run);
  }

  int sampleRateHz() {
    return sampleRateHz;
  }

  void start(AudioSink.Feed target) {
    requireNonNull(target, "feed");
    synchronized (lock) {
      if (started || pacer.isClosed()) {
        throw new IllegalStateException(
            name + " was " + (started ? "started before" : "closed") + ": make another one");
      }
      started = true;
      feed = target;
    }
    pacer.start();
  }

  long heardFrames() {
    synchronized (lock) {
      return heardAt(pacer.now());
    }
  }

  long flush() {
    // Waits for a block on its way, so that none of what was rendered before is written after.
    if (!pacer.enter()) {
      return heardFrames();
    }
    try {
      boolean empty = leadNanos > 0 && output.clear();
      synchronized (lock) {
        if (empty) {
          rendered = heardAt(pacer.now());
          cleared = true;
        }
        flushes++;
        return rendered;
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} could not be cleared: {}", name, e.toString());
      synchronized (lock) {
        return rendered;
      }
    } finally {
      pacer.exit();
    }
  }

  void close() {
    pacer.close();
    closeOutput();
  }

  private void closeOutput() {
    synchronized (lock) {
      if (outputClosed) {
        return;
      }
      outputClosed = true;
    }
    try {
      output.close();
    } catch (IOException e) {
      LOG.warn("{} could not be closed: {}", name, e.toString());
    }
  }

  private long run(long now) {
    long late;
    synchronized (lock) {
      if (!begun) {
        begun = true;
        origin = now;
      }
      if (cleared) {
        // Since then the far end has had nothing to play.
        cleared = false;
        origin += Math.max(0, now - dueAt(rendered));
      }
      long heardBy = dueAt(rendered + block.length);
      if (now - (heardBy - leadNanos) < 0) {
        return heardBy - leadNanos;
      }
      late = now - heardBy;
      if (late > MAX_LATE_NANOS) {
        origin += late;
      }
    }
    if (!pacer.enter()) {
      return Pacer.Work.NEVER;
    }
    try {
      return renderBlock(late);
    } finally {
      pacer.exit();
    }
  }

  private long renderBlock(long late) {
    AudioSink.Feed to = requireNonNull(feed);
    if (late > MAX_LATE_NANOS) {
      tell(to, new DeviceEvent.Underrun(Duration.ofNanos(late)));
    }
    int flushesBefore = flushes;
    long first;
    synchronized (lock) {
      first = rendered;
    }
    try {
      to.render(first, block, 0, block.length);
    } catch (RuntimeException e) {
      LOG.error("the feed of {} has thrown", name, e);
      Arrays.fill(block, (short) 0);
    }
    if (pacer.isClosed()) {
      // By the feed itself.
      return Pacer.Work.NEVER;
    }
    if (flushes != flushesBefore) {
      // The feed has flushed while it rendered: this block is what was to be thrown away.
      return pacer.now();
    }
    try {
      output.write(block, block.length);
    } catch (IOException | RuntimeException e) {
      tell(
          to,
          new DeviceEvent.Lost(new AudioDeviceException(
              AudioDeviceException.Reason.LOST,
              name + " takes no more sound: " + e.getMessage() + "; make another one",
              e)));
      return Pacer.Work.NEVER;
    }
    long frames;
    long nanos;
    long next;
    synchronized (lock) {
      rendered += block.length;
      long now = pacer.now();
      frames = heardAt(now);
      nanos = leadNanos == 0 ? dueAt(rendered) : now;
      next = dueAt(rendered + block.length) - leadNanos;
    }
    try {
      to.heard(frames, nanos);
    } catch (RuntimeException e) {
      LOG.error("the feed of {} has thrown", name, e);
    }
    return next;
  }

  private void tell(AudioSink.Feed to, DeviceEvent event) {
    try {
      to.event(event);
    } catch (RuntimeException e) {
      LOG.error("the feed of {} has thrown", name, e);
    }
  }

  private long dueAt(long frames) {
    return origin
        + frames / sampleRateHz * NANOS_PER_SECOND
        + frames % sampleRateHz * NANOS_PER_SECOND / sampleRateHz;
  }

  /** What was rendered and whose time has come. */
  private long heardAt(long now) {
    long played = begun ? framesAt(now - origin) : 0;
    heard = Math.max(heard, Math.min(rendered, played));
    return heard;
  }

  private long framesAt(long nanos) {
    // Up to a nanosecond more, for the time of a frame is rounded down.
    long time = nanos + 1;
    return time / NANOS_PER_SECOND * sampleRateHz
        + time % NANOS_PER_SECOND * sampleRateHz / NANOS_PER_SECOND;
  }
}
