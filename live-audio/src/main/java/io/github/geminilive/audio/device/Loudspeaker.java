package io.github.geminilive.audio.device;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.audio.device.AudioDeviceException.Reason;
import io.github.geminilive.audio.pcm.Resampler;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import javax.sound.sampled.SourceDataLine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A loudspeaker of this machine.
 *
 * <p>Opens what the device really has, 48 kHz before 44.1 kHz before others, and converts to it
 * itself with a {@link Resampler}; every channel gets the same sound. The device always runs, fed with
 * what the feed renders, silence included: so what is said next is heard after the same short time,
 * and no first syllable is cut. A thread of its own, a daemon, looks every other millisecond how much
 * room there is, asks for that much, and writes no more than fits, so that nobody waits for the
 * device.
 *
 * <p><b>Position.</b> What the device says it has played, mapped back to the rendered samples and
 * smoothed over the steps in which sound servers tell it. The device may not know of what lies behind
 * it: a sound server's own buffer, the way through the air, a wireless headset.
 *
 * <p><b>Flush</b> waits for the sound server to drop what it holds, less than a millisecond unless
 * the machine is busy. What the server had fetched by then is still heard, and counts as heard at
 * once.
 *
 * <p><b>Running dry,</b> when the feed or the machine was too slow, is told as {@link
 * DeviceEvent.Underrun}, once each time, and counted.
 *
 * <p><b>Lost devices.</b> When the device is gone, or has taken nothing for half a second, {@link
 * DeviceEvent.Lost} tells so, and the feed is not asked. What was in the device is lost, and counts as
 * heard when sound goes on. The device is looked for again after 0.1, 0.2, 0.4 … 2 seconds, for as
 * long as it takes; the default device is whatever is the default by then. {@link
 * DeviceEvent.Restored} comes when it really plays.
 */
public final class Loudspeaker implements AudioSink {

  private static final Logger LOG = LoggerFactory.getLogger(Loudspeaker.class);

  private static final long POLL_NANOS = 1_500_000;
  private static final long STALL_NANOS = 500_000_000;
  private static final long FIRST_SOUND_NANOS = 3_000_000_000L;
  // Pieces of less than 5 ms are not worth a call.
  private static final int SMALLEST_PER_SECOND = 200;
  private static final long TRUST_NANOS = 60_000_000;

  private final AudioDevices devices;
  private final @Nullable String wanted;
  private final int sampleRateHz;
  private final Duration buffer;
  private final LongSupplier nanoTime;
  private final DeviceThread thread;
  private final short[] block;

  private volatile @Nullable Feed feed;
  private volatile LoudspeakerMetrics opened =
      new LoudspeakerMetrics("", "", 0, 0, 0, Duration.ZERO, 0, 0, Duration.ZERO);
  private volatile long heard;
  private volatile long rendered;
  private volatile long underruns;
  private volatile long gapNanos;
  private volatile long flushes;
  private volatile long reopenings;

  // Held while rendering and writing, so that what is flushed is not written after all.
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Output output; // guarded by lock
  private long generation; // guarded by lock; counts flushes

  // Touched by the device's thread only.
  private final Outage outage = new Outage();
  private long toldHeard;
  private boolean complained;

  /** What belongs to one opened line. Guarded by lock. */
  private final class Output {
    final AudioDevice device;
    final SourceDataLine line;
    final LineFormat format;
    final int lineFrames;
    final Resampler resampler;
    final short[] pending;
    final byte[] bytes;
    final LineClock clock;
    int pendingFrames;
    // On this line.
    long written;
    // Where the samples since the last flush begin: on the line, and in the sink's numbers.
    long lineBase;
    long frameBase;
    long lastPosition;
    boolean moved;
    long lastMove;
    // Whether it really plays, so that the feed may be asked.
    boolean flowing;
    // Whether a flush has stopped the line.
    boolean halted;

    Output(LineOpener.Opened<SourceDataLine> opened, long now, boolean flowing) {
      device = opened.device();
      line = opened.line();
      format = opened.format();
      lineFrames = Math.max(1, line.getBufferSize() / format.frameBytes());
      resampler = Resampler.create(sampleRateHz, format.rateHz());
      pending = new short[lineFrames + resampler.maxOutput(block.length)];
      bytes = new byte[lineFrames * format.frameBytes()];
      clock = LineClock.ofOutput(format.rateHz());
      lastMove = now;
      this.flowing = flowing;
    }

    /** The sink's number of a frame of the line. */
    long frame(long position) {
      return frameBase + (position - lineBase) * sampleRateHz / format.rateHz();
    }
  }

  private Loudspeaker(Builder builder) {
    devices = builder.devices;
    wanted = builder.device;
    sampleRateHz = builder.sampleRateHz;
    buffer = builder.buffer;
    nanoTime = builder.nanoTime;
    block = new short[Math.max(1, sampleRateHz / 100)];
    thread = new DeviceThread("live-loudspeaker", () -> open(true), this::poll, this::release);
  }

  /** What kind of loudspeaker is wanted; nothing is opened before {@link #start}. */
  public static Builder builder() {
    return new Builder(new AudioDevices(Mixers.SYSTEM));
  }

  static Builder builder(Mixers mixers) {
    return new Builder(new AudioDevices(mixers));
  }

  @Override
  public int sampleRateHz() {
    return sampleRateHz;
  }

  /**
   * {@inheritDoc}
   *
   * <p>Returns when the device is open, which takes some tens of milliseconds.
   */
  @Override
  public void start(Feed feed) {
    requireNonNull(feed, "feed");
    thread.start(() -> this.feed = feed);
  }

  /** As {@link #start} but without a thread: the test calls {@link #poll}. */
  void startWithoutThread(Feed feed) {
    requireNonNull(feed, "feed");
    thread.startWithoutThread(() -> this.feed = feed);
  }

  @Override
  public long heardFrames() {
    return heard;
  }

  @Override
  public long flush() {
    long first;
    lock.lock();
    try {
      generation++;
      flushes++;
      Output open = output;
      if (open != null && open.flowing && !thread.isClosed()) {
        // A line that is empty may be starting again, which would have to be waited for.
        if (open.written > open.lineBase) {
          empty(open);
          open.halted = true;
        }
        restart(open, heard);
      }
      rendered = heard;
      first = heard;
    } finally {
      lock.unlock();
    }
    thread.wake();
    return first;
  }

  /** Takes back what the line holds. Holding the lock. */
  private void empty(Output open) {
    try {
      // The position first: flushing makes all that was written count as played.
      advance(open, nanoTime.getAsLong());
      // What was fetched of the line cannot be taken back: it is heard, though not yet.
      heard = Math.max(heard, Math.min(open.frame(open.lastPosition), rendered));
      open.line.stop();
      open.line.flush();
    } catch (RuntimeException e) {
      // No matter of the caller: the device's thread will find out as well.
      LOG.debug("loudspeaker \"{}\" failed in a flush", open.device.name(), e);
    }
  }

  /** What it has been through up to now. */
  public LoudspeakerMetrics metrics() {
    LoudspeakerMetrics names = opened;
    // Heard first, as it is never ahead of rendered.
    long heardNow = heard;
    long renderedNow = Math.max(heardNow, rendered);
    return new LoudspeakerMetrics(
        names.device(),
        names.deviceFormat(),
        renderedNow,
        heardNow,
        underruns,
        Duration.ofNanos(gapNanos),
        flushes,
        reopenings,
        Duration.ofNanos(TimeUnit.SECONDS.toNanos(renderedNow - heardNow) / sampleRateHz));
  }

  /**
   * {@inheritDoc}
   *
   * <p>Cuts what is playing. Waits for a call of the feed that is under way, but not if called by the
   * feed.
   */
  @Override
  public void close() {
    thread.close();
  }

  private void open(boolean flowing) {
    LineOpener.Opened<SourceDataLine> opening = LineOpener.output(devices, wanted, buffer);
    Output next;
    try {
      // Filters are designed here, which takes its time: outside the lock.
      next = new Output(opening, nanoTime.getAsLong(), flowing);
      next.line.start();
    } catch (RuntimeException | Error e) {
      opening.line().close();
      throw e;
    }
    lock.lock();
    try {
      next.frameBase = rendered;
      output = next;
      opened = new LoudspeakerMetrics(
          next.device.name(), next.format.toString(), 0, 0, 0, Duration.ZERO, 0, 0, Duration.ZERO);
    } finally {
      lock.unlock();
    }
    LOG.debug("loudspeaker \"{}\" opened: {}", next.device.name(), next.format);
  }

  private void release() {
    Output open = detach();
    if (open != null) {
      open.line.close();
    }
  }

  private @Nullable Output detach() {
    lock.lock();
    try {
      Output open = output;
      output = null;
      return open;
    } finally {
      lock.unlock();
    }
  }

  /** The samples that follow begin anew: on the line after what was written. Holding the lock. */
  private void restart(Output open, long frame) {
    open.resampler.reset();
    open.pendingFrames = 0;
    open.lineBase = open.written;
    open.frameBase = frame;
    settle(open, open.written);
  }

  /** The line stands still at a position until it is seen to move on. Holding the lock. */
  private void settle(Output open, long position) {
    open.lastPosition = position;
    open.moved = false;
    open.clock.reset();
  }

  /** Looks at the device once; returns after how many nanoseconds to look again. */
  long poll() {
    Output open = lockedOutput();
    if (open == null) {
      reopen();
      return POLL_NANOS;
    }
    try {
      look(open);
    } catch (RuntimeException e) {
      LOG.debug("loudspeaker \"{}\" failed", open.device.name(), e);
      lose(open, "failed (" + e + ')');
    }
    return POLL_NANOS;
  }

  private @Nullable Output lockedOutput() {
    lock.lock();
    try {
      return output;
    } finally {
      lock.unlock();
    }
  }

  private void look(Output open) {
    goOn(open);
    long now = nanoTime.getAsLong();
    long gap = 0;
    boolean restored = false;
    boolean gone;
    boolean stalled;
    lock.lock();
    try {
      if (thread.isClosed() || open.halted) {
        return;
      }
      int available = open.line.available();
      int room = Math.min(open.lineFrames, available / open.format.frameBytes());
      advance(open, now);
      if (!open.flowing && open.moved) {
        open.flowing = true;
        restored = true;
        restart(open, rendered);
      }
      long played = open.written;
      long before = generation;
      // An empty line is no gap yet: what was fetched last sounds on for a while.
      long silent = room >= open.lineFrames && open.moved ? now - open.clock.nanosOf(played) : 0;
      boolean dry = silent > 0;
      gone = !fill(open, room);
      // A line that is gone looks empty, too.
      if (dry && !gone && generation == before) {
        gap = silent;
        underruns++;
        gapNanos += gap;
        heard = Math.max(heard, Math.min(open.frame(played), rendered));
        settle(open, played);
        open.lastMove = now;
      }
      stalled = now - open.lastMove > (open.moved ? STALL_NANOS : FIRST_SOUND_NANOS);
    } finally {
      lock.unlock();
    }
    if (restored) {
      reopenings++;
      Duration lasted = Duration.ofNanos(outage.end(now));
      LOG.info("loudspeaker \"{}\" is back after {}", open.device.name(), lasted);
      tell(new DeviceEvent.Restored(open.device.name(), lasted));
    }
    if (gone) {
      lose(open, "is gone");
    } else if (stalled) {
      lose(open, "takes nothing any more: suspended, or gone");
    } else if (gap > 0) {
      tell(new DeviceEvent.Underrun(Duration.ofNanos(gap)));
    }
    tellHeard(now);
  }

  /**
   * Starts the line after a flush. A sound server may take its time for that, tens of milliseconds
   * on a busy machine: so it is done here, where nobody waits, and without the lock.
   */
  private void goOn(Output open) {
    lock.lock();
    try {
      if (thread.isClosed() || !open.halted) {
        return;
      }
      open.halted = false;
    } finally {
      lock.unlock();
    }
    open.line.start();
  }

  /** Reads the position, and from it what has been heard. Holding the lock. */
  private void advance(Output open, long now) {
    long position = Math.min(open.line.getLongFramePosition(), open.written);
    if (position > open.lastPosition) {
      open.moved = true;
      open.lastMove = now;
      open.lastPosition = position;
    }
    if (!open.moved) {
      return;
    }
    // With all of it played it stands still for another reason: dry, or gone.
    boolean playing = position < open.written;
    if (playing || !open.clock.isRunning()) {
      open.clock.observe(position, now);
    }
    if (!open.flowing) {
      return;
    }
    long smooth = Math.min(open.clock.framesAt(now), position);
    if (playing) {
      smooth = Math.max(smooth, position - open.format.rateHz() * TRUST_NANOS / 1_000_000_000);
    }
    smooth = Math.max(open.lineBase, smooth);
    heard = Math.max(heard, Math.min(open.frame(smooth), rendered));
  }

  /** Writes what fits; false if the line is gone. Holding the lock. */
  private boolean fill(Output open, int room) {
    if (room < Math.min(open.lineFrames / 2, open.format.rateHz() / SMALLEST_PER_SECOND)) {
      return true;
    }
    long before = generation;
    if (open.flowing) {
      render(open, room);
    } else {
      Arrays.fill(open.pending, 0, room, (short) 0);
      open.pendingFrames = room;
    }
    if (generation != before || thread.isClosed()) {
      // The feed itself flushed, or closed: what it rendered is void.
      return true;
    }
    int frames = Math.min(room, open.pendingFrames);
    open.format.encode(open.pending, 0, frames, open.bytes, 0);
    int wrote = open.line.write(open.bytes, 0, frames * open.format.frameBytes())
        / open.format.frameBytes();
    open.written += wrote;
    open.pendingFrames -= wrote;
    System.arraycopy(open.pending, wrote, open.pending, 0, open.pendingFrames);
    return wrote > 0;
  }

  private void render(Output open, int room) {
    Feed from = requireNonNull(feed, "feed");
    long before = generation;
    while (open.pendingFrames < room && generation == before && !thread.isClosed()) {
      long missing = room - open.pendingFrames;
      long samples = (missing * sampleRateHz + open.format.rateHz() - 1) / open.format.rateHz();
      int count = (int) Math.min(block.length, samples);
      try {
        from.render(rendered, block, 0, count);
      } catch (RuntimeException e) {
        complain(e);
        Arrays.fill(block, 0, count, (short) 0);
      }
      if (generation != before) {
        return;
      }
      rendered += count;
      open.pendingFrames +=
          open.resampler.process(block, 0, count, open.pending, open.pendingFrames);
    }
  }

  private void tellHeard(long now) {
    long frames = heard;
    if (frames == toldHeard || thread.isClosed()) {
      return;
    }
    toldHeard = frames;
    try {
      requireNonNull(feed, "feed").heard(frames, now);
    } catch (RuntimeException e) {
      complain(e);
    }
  }

  private void tell(DeviceEvent event) {
    if (thread.isClosed()) {
      return;
    }
    try {
      requireNonNull(feed, "feed").event(event);
    } catch (RuntimeException e) {
      complain(e);
    }
  }

  private void lose(Output open, String what) {
    detach();
    // Opened again, and still again: not news.
    if (!outage.lasts()) {
      outage.begin(nanoTime.getAsLong());
      tellLost(open, what);
    }
    // Last, as a sound server that hangs may hold this up.
    open.line.close();
  }

  private void tellLost(Output open, String what) {
    String message = "loudspeaker \"" + open.device.name() + "\" " + what
        + "; plug it in again, or choose another as the system's default. It is looked for";
    LOG.warn(message);
    tell(new DeviceEvent.Lost(new AudioDeviceException(Reason.LOST, message, null)));
  }

  private void reopen() {
    long now = nanoTime.getAsLong();
    if (thread.isClosed() || !outage.mayTry(now)) {
      return;
    }
    try {
      open(false);
    } catch (RuntimeException e) {
      LOG.debug("loudspeaker not back yet: {}", e.getMessage());
    }
    outage.failed(nanoTime.getAsLong());
  }

  /** A stack trace each time helps nobody: one. */
  private void complain(RuntimeException e) {
    if (!complained) {
      complained = true;
      LOG.error("the feed of the loudspeaker threw; silence is played where it renders nothing", e);
    }
  }

  /** Says what kind of loudspeaker is wanted. Not safe for concurrent use. */
  public static final class Builder {

    private static final Duration SHORTEST = Duration.ofMillis(20);
    private static final Duration LONGEST = Duration.ofMillis(500);

    private final AudioDevices devices;
    private @Nullable String device;
    private int sampleRateHz = 24_000;
    private Duration buffer = Duration.ofMillis(80);
    private LongSupplier nanoTime = System::nanoTime;

    private Builder(AudioDevices devices) {
      this.devices = devices;
    }

    /**
     * Which one. Default: that of the system's settings.
     *
     * @param idOrName the id of an {@link AudioDevice}, or a part of its name in upper or lower case
     */
    public Builder device(String idOrName) {
      device = requireNonNull(idOrName, "idOrName");
      return this;
    }

    /** Which one, chosen from {@link AudioDevices#outputs()}. */
    public Builder device(AudioDevice device) {
      if (device.direction() != AudioDevice.Direction.OUTPUT) {
        throw new IllegalArgumentException("device is no loudspeaker: " + device);
      }
      return device(device.id());
    }

    /** Samples per second of what it asks for, 8,000 to 192,000. Default: 24,000. */
    public Builder sampleRateHz(int sampleRateHz) {
      this.sampleRateHz = Microphone.Builder.checkRate(sampleRateHz);
      return this;
    }

    /**
     * How much the device holds, 20 to 500 ms. Default: 80 ms. Less makes it run dry on a busy
     * machine; more delays what is heard, and what a fade at an interruption has to wait for. The
     * device may round it.
     */
    public Builder buffer(Duration buffer) {
      if (buffer.compareTo(SHORTEST) < 0 || buffer.compareTo(LONGEST) > 0) {
        throw new IllegalArgumentException("buffer must be in [20 ms, 500 ms]: " + buffer);
      }
      this.buffer = buffer;
      return this;
    }

    /** The clock of what the feed is told. Default: {@link System#nanoTime()}. */
    public Builder nanoTime(LongSupplier nanoTime) {
      this.nanoTime = requireNonNull(nanoTime, "nanoTime");
      return this;
    }

    /** Makes the loudspeaker; nothing is opened yet. */
    public Loudspeaker build() {
      return new Loudspeaker(this);
    }
  }
}
