package io.github.geminilive.audio.device;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.audio.device.AudioDeviceException.Reason;
import io.github.geminilive.audio.dsp.Level;
import io.github.geminilive.audio.dsp.LevelMeter;
import io.github.geminilive.audio.dsp.PreRollBuffer;
import io.github.geminilive.audio.pcm.Resampler;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import javax.sound.sampled.TargetDataLine;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A microphone of this machine.
 *
 * <p>Opens what the device really has, 48 kHz before 44.1 kHz before others, and converts it itself:
 * channels are averaged, the rate is converted by a {@link Resampler}. A thread of its own, a daemon,
 * looks every other millisecond for what has come, so that chunks arrive when they are spoken and
 * nobody waits for the device.
 *
 * <p><b>Time stamps</b> are counted in samples and laid on the clock by the earliest arrivals, so they
 * advance evenly even where chunks arrive in bursts. They do not know how long the sound took through
 * the device and the sound server.
 *
 * <p><b>Lost sound.</b> When this program or the system stalls, up to 250 ms of sound are delivered
 * late and in a burst; what is older is skipped, told as {@link DeviceEvent.Overflow} and counted.
 *
 * <p><b>Lost devices.</b> When the device is gone, or has delivered nothing for half a second,
 * {@link DeviceEvent.Lost} tells so. It is looked for again after 0.1, 0.2, 0.4 … 2 seconds, for as
 * long as it takes; the default device is whatever is the default by then. {@link
 * DeviceEvent.Restored} comes before the first sound. On PulseAudio the monitor of the loudspeaker
 * may take the place of a microphone that was unplugged: after that event the assistant may hear
 * itself, and an echo canceller should begin anew.
 *
 * <p><b>Silence.</b> After two seconds of exact zeros {@link DeviceEvent.Silent} comes, once until
 * there is sound again: so do macOS, and some drivers, withhold a microphone without permission.
 *
 * <p><b>Muted,</b> it goes on delivering chunks with their times, filled with zeros: the time line
 * stays whole, and nothing of what was said leaves this object, neither by the chunks nor by the
 * levels nor by the pre-roll.
 */
public final class Microphone implements AudioSource {

  private static final Logger LOG = LoggerFactory.getLogger(Microphone.class);

  private static final Duration LINE_BUFFER = Duration.ofMillis(200);
  private static final long POLL_NANOS = 1_500_000;
  private static final long MAX_BACKLOG_NANOS = 250_000_000;
  private static final long SMALL_BACKLOG_NANOS = 60_000_000;
  private static final long GAP_NANOS = 80_000_000;
  private static final long GAP_WINDOW_NANOS = 250_000_000;
  private static final long STALL_NANOS = 500_000_000;
  private static final long FIRST_SOUND_NANOS = 3_000_000_000L;
  private static final long SILENCE_SECONDS = 2;

  private final AudioDevices devices;
  private final @Nullable String wanted;
  private final int sampleRateHz;
  private final int chunkSamples;
  private final LongSupplier nanoTime;
  private final int levelSamples;
  private final @Nullable Consumer<Level> onLevel;
  private final DeviceThread thread;

  private volatile boolean muted;
  private volatile @Nullable Listener listener;
  private volatile MicrophoneMetrics opened =
      new MicrophoneMetrics("", "", 0, 0, Duration.ZERO, 0, Duration.ZERO);

  // Touched by the device's thread only; those that are volatile are read by others.
  private @Nullable Input input;
  private final Outage outage = new Outage();
  private final short[] chunk;
  private int filled;
  private final LevelMeter meter = new LevelMeter();
  private int metered;
  private long lastNanos;
  private boolean complained;
  private volatile long delivered;
  private volatile long overflows;
  private volatile long lostNanos;
  private volatile long reopenings;
  private volatile long latencyNanos;

  private final Object preRollLock = new Object();
  private final PreRollBuffer preRoll; // guarded by preRollLock

  /** What belongs to one opened line. Touched by the device's thread only. */
  private final class Input {
    final AudioDevice device;
    final TargetDataLine line;
    final LineFormat format;
    final byte[] bytes;
    final short[] mono;
    final short[] converted;
    final Resampler resampler;
    final LineClock clock;
    long frames;
    boolean flowing;
    long lastSound;
    boolean skipping;
    long skipped;
    long windowStart;
    long leastLateness = Long.MAX_VALUE;
    // Where the resampler began, and what came out of it since.
    long epoch;
    long produced;
    long zeros;
    boolean silent;

    Input(LineOpener.Opened<TargetDataLine> opened, long now) {
      device = opened.device();
      line = opened.line();
      format = opened.format();
      int frames = Math.max(1, line.getBufferSize() / format.frameBytes());
      bytes = new byte[frames * format.frameBytes()];
      mono = new short[frames];
      resampler = Resampler.create(format.rateHz(), sampleRateHz);
      converted = new short[resampler.maxOutput(frames)];
      clock = LineClock.ofInput(format.rateHz());
      lastSound = now;
    }

    long nanos(long frames) {
      return TimeUnit.SECONDS.toNanos(frames) / format.rateHz();
    }
  }

  private Microphone(Builder builder) {
    devices = builder.devices;
    wanted = builder.device;
    sampleRateHz = builder.sampleRateHz;
    chunkSamples = samples(builder.chunk);
    nanoTime = builder.nanoTime;
    onLevel = builder.onLevel;
    levelSamples = Math.max(1, samples(builder.levelInterval));
    chunk = new short[chunkSamples];
    preRoll = new PreRollBuffer(Math.max(1, samples(builder.preRoll)));
    thread = new DeviceThread("live-microphone", this::open, this::poll, this::release);
  }

  private int samples(Duration duration) {
    return Math.toIntExact(duration.toNanos() * sampleRateHz / 1_000_000_000);
  }

  /** What kind of microphone is wanted; nothing is opened before {@link #start}. */
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
  public void start(Listener listener) {
    requireNonNull(listener, "listener");
    thread.start(() -> this.listener = listener);
  }

  /** As {@link #start} but without a thread: the test calls {@link #poll}. */
  void startWithoutThread(Listener listener) {
    requireNonNull(listener, "listener");
    thread.startWithoutThread(() -> this.listener = listener);
  }

  /**
   * Withholds what is said from now on, or no longer; see above for what is delivered meanwhile. Takes
   * effect with the next chunk.
   */
  public void mute(boolean muted) {
    this.muted = muted;
  }

  /** Whether what is said is withheld. */
  public boolean isMuted() {
    return muted;
  }

  /** The last samples delivered, oldest first; as many as the builder was told, or fewer at first. */
  public short[] preRoll() {
    synchronized (preRollLock) {
      short[] samples = new short[preRoll.size()];
      preRoll.copyTo(samples, 0);
      return samples;
    }
  }

  /** What it has been through up to now. */
  public MicrophoneMetrics metrics() {
    MicrophoneMetrics names = opened;
    return new MicrophoneMetrics(
        names.device(),
        names.deviceFormat(),
        delivered,
        overflows,
        Duration.ofNanos(lostNanos),
        reopenings,
        Duration.ofNanos(latencyNanos));
  }

  /**
   * {@inheritDoc}
   *
   * <p>Waits for a call of the listener that is under way, but not if called by the listener.
   */
  @Override
  public void close() {
    thread.close();
  }

  private void open() {
    LineOpener.Opened<TargetDataLine> opening = LineOpener.input(devices, wanted, LINE_BUFFER);
    Input next;
    try {
      next = new Input(opening, nanoTime.getAsLong());
      next.line.start();
    } catch (RuntimeException | Error e) {
      opening.line().close();
      throw e;
    }
    input = next;
    opened = new MicrophoneMetrics(
        next.device.name(), next.format.toString(), 0, 0, Duration.ZERO, 0, Duration.ZERO);
    LOG.debug("microphone \"{}\" opened: {}", next.device.name(), next.format);
  }

  private void release() {
    Input open = input;
    input = null;
    if (open != null) {
      open.line.close();
    }
  }

  /** Looks at the device once; returns after how many nanoseconds to look again. */
  long poll() {
    Input open = input;
    if (open == null) {
      reopen();
      return POLL_NANOS;
    }
    try {
      read(open);
    } catch (RuntimeException e) {
      LOG.debug("microphone \"{}\" failed", open.device.name(), e);
      lose(open, "failed (" + e + ')');
    }
    return POLL_NANOS;
  }

  private void read(Input open) {
    while (!thread.isClosed()) {
      int available = Math.min(open.line.available(), open.bytes.length);
      int wantedBytes = available - available % open.format.frameBytes();
      if (wantedBytes <= 0) {
        long limit = open.flowing ? STALL_NANOS : FIRST_SOUND_NANOS;
        if (nanoTime.getAsLong() - open.lastSound > limit) {
          lose(open, "delivers nothing any more: suspended, or gone");
        }
        return;
      }
      int read = open.line.read(open.bytes, 0, wantedBytes);
      long now = nanoTime.getAsLong();
      if (read <= 0) {
        // With data announced, and nobody else stopping the line, this is all the JDK says of it.
        lose(open, "is gone");
        return;
      }
      take(open, read / open.format.frameBytes(), now);
      if (wantedBytes < open.bytes.length / 10 * 9) {
        return;
      }
    }
  }

  private void reopen() {
    long now = nanoTime.getAsLong();
    if (!outage.mayTry(now)) {
      return;
    }
    try {
      open();
    } catch (RuntimeException e) {
      LOG.debug("microphone not back yet: {}", e.getMessage());
    }
    outage.failed(nanoTime.getAsLong());
  }

  private void lose(Input open, String what) {
    input = null;
    long now = nanoTime.getAsLong();
    deliver(open, now);
    // Opened again, and silent again: not news.
    if (!outage.lasts()) {
      outage.begin(now);
      tellLost(open, what);
    }
    // Last, as a sound server that hangs may hold this up.
    open.line.close();
  }

  private void tellLost(Input open, String what) {
    String message = "microphone \"" + open.device.name() + "\" " + what
        + "; plug it in again, or choose another as the system's default. It is looked for";
    LOG.warn(message);
    tell(new DeviceEvent.Lost(new AudioDeviceException(Reason.LOST, message, null)));
  }

  private void take(Input open, int frames, long now) {
    if (!open.flowing) {
      open.flowing = true;
      open.windowStart = now;
      if (outage.lasts()) {
        reopenings++;
        Duration gone = Duration.ofNanos(outage.end(now));
        LOG.info("microphone \"{}\" is back after {}", open.device.name(), gone);
        tell(new DeviceEvent.Restored(open.device.name(), gone));
      }
    }
    open.lastSound = now;
    open.frames += frames;
    boolean full = frames >= open.mono.length / 10 * 9;
    long lateness = open.clock.isRunning() ? open.clock.latenessNanos(open.frames, now) : 0;
    open.clock.observe(open.frames, now);
    if (full && lateness > MAX_BACKLOG_NANOS && !open.skipping) {
      deliver(open, now);
      open.skipping = true;
      open.skipped = 0;
    }
    if (open.skipping) {
      open.skipped += frames;
      if (full && lateness > SMALL_BACKLOG_NANOS) {
        return;
      }
      open.skipping = false;
      overflow(open, open.nanos(open.skipped), open.frames);
      open.windowStart = now;
      open.leastLateness = Long.MAX_VALUE;
      return;
    }
    if (!full) {
      watchForGap(open, frames, lateness, now);
    }
    open.format.decode(open.bytes, 0, frames, open.mono, 0);
    watchForSilence(open, frames);
    int count = open.resampler.process(open.mono, 0, frames, open.converted, 0);
    for (int done = 0; done < count; ) {
      int piece = Math.min(count - done, chunkSamples - filled);
      System.arraycopy(open.converted, done, chunk, filled, piece);
      filled += piece;
      done += piece;
      open.produced += piece;
      if (filled == chunkSamples) {
        deliver(open, now);
      }
    }
  }

  /** A device that drops sound stays behind the clock for good. The frames just read follow. */
  private void watchForGap(Input open, int frames, long lateness, long now) {
    open.leastLateness = Math.min(open.leastLateness, lateness);
    if (now - open.windowStart < GAP_WINDOW_NANOS) {
      return;
    }
    if (open.leastLateness > GAP_NANOS) {
      deliver(open, now);
      overflow(open, open.leastLateness, open.frames - frames);
      open.clock.reset();
      open.clock.observe(open.frames, now);
    }
    open.windowStart = now;
    open.leastLateness = Long.MAX_VALUE;
  }

  /** Sound is missing before the frame that comes next. */
  private void overflow(Input open, long nanos, long nextFrame) {
    overflows++;
    lostNanos += nanos;
    open.resampler.reset();
    open.epoch = nextFrame;
    open.produced = 0;
    Duration lost = Duration.ofNanos(nanos);
    LOG.warn("microphone \"{}\": {} of sound lost, read too late", open.device.name(), lost);
    tell(new DeviceEvent.Overflow(lost));
  }

  private void watchForSilence(Input open, int frames) {
    for (int i = 0; i < frames; i++) {
      if (open.mono[i] != 0) {
        open.zeros = 0;
        open.silent = false;
        return;
      }
    }
    open.zeros += frames;
    if (open.zeros >= SILENCE_SECONDS * open.format.rateHz() && !open.silent) {
      open.silent = true;
      tell(
          new DeviceEvent.Silent("microphone \"" + open.device.name() + "\" delivers exact silence:"
              + " see whether it is muted by a switch or in the system's settings, and whether this"
              + " program, or the terminal it runs in, is allowed to use it"));
    }
  }

  /** Delivers what there is of a chunk. */
  private void deliver(Input open, long now) {
    int count = filled;
    filled = 0;
    if (count == 0 || thread.isClosed()) {
      return;
    }
    if (muted) {
      Arrays.fill(chunk, 0, count, (short) 0);
    }
    long end = open.epoch + open.produced * open.format.rateHz() / sampleRateHz;
    long nanos =
        delivered == 0 ? open.clock.nanosOf(end) : Math.max(lastNanos, open.clock.nanosOf(end));
    lastNanos = nanos;
    delivered += count;
    latencyNanos += (now - nanos - latencyNanos) / 16;
    synchronized (preRollLock) {
      preRoll.add(chunk, 0, count);
    }
    Consumer<Level> levels = onLevel;
    if (levels != null) {
      meter.add(chunk, 0, count);
      metered += count;
    }
    try {
      requireNonNull(listener, "listener").captured(chunk, 0, count, nanos);
      if (levels != null && metered >= levelSamples) {
        metered = 0;
        levels.accept(meter.take());
      }
    } catch (RuntimeException e) {
      complain(e);
    }
  }

  private void tell(DeviceEvent event) {
    if (thread.isClosed()) {
      return;
    }
    try {
      requireNonNull(listener, "listener").event(event);
    } catch (RuntimeException e) {
      complain(e);
    }
  }

  /** Fifty stack traces a second help nobody: one. */
  private void complain(RuntimeException e) {
    if (!complained) {
      complained = true;
      LOG.error("a listener of the microphone threw, and is called again for what comes next", e);
    }
  }

  /** Says what kind of microphone is wanted. Not safe for concurrent use. */
  public static final class Builder {

    private static final Duration SHORTEST_CHUNK = Duration.ofMillis(20);
    private static final Duration LONGEST_CHUNK = Duration.ofMillis(100);
    private static final Duration LONGEST_PRE_ROLL = Duration.ofSeconds(60);

    private final AudioDevices devices;
    private @Nullable String device;
    private int sampleRateHz = 16_000;
    private Duration chunk = SHORTEST_CHUNK;
    private Duration preRoll = Duration.ofMillis(500);
    private Duration levelInterval = Duration.ofMillis(100);
    private @Nullable Consumer<Level> onLevel;
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

    /** Which one, chosen from {@link AudioDevices#inputs()}. */
    public Builder device(AudioDevice device) {
      if (device.direction() != AudioDevice.Direction.INPUT) {
        throw new IllegalArgumentException("device is no microphone: " + device);
      }
      return device(device.id());
    }

    /** Samples per second of what it delivers, 8,000 to 192,000. Default: 16,000. */
    public Builder sampleRateHz(int sampleRateHz) {
      this.sampleRateHz = checkRate(sampleRateHz);
      return this;
    }

    /** Length of a chunk, 20 to 100 ms. Default: 20 ms. Longer ones cost latency, shorter ones CPU. */
    public Builder chunk(Duration chunk) {
      if (chunk.compareTo(SHORTEST_CHUNK) < 0 || chunk.compareTo(LONGEST_CHUNK) > 0) {
        throw new IllegalArgumentException("chunk must be in [20 ms, 100 ms]: " + chunk);
      }
      this.chunk = chunk;
      return this;
    }

    /** How much {@link Microphone#preRoll} gives back, up to 60 s. Default: 500 ms. */
    public Builder preRoll(Duration preRoll) {
      if (preRoll.isNegative() || preRoll.isZero() || preRoll.compareTo(LONGEST_PRE_ROLL) > 0) {
        throw new IllegalArgumentException("preRoll must be in (0, 60 s]: " + preRoll);
      }
      this.preRoll = preRoll;
      return this;
    }

    /**
     * Asks for levels. Default: none.
     *
     * @param interval how often, 10 ms to 10 s; whole chunks
     * @param onLevel called on the microphone's thread, after the chunk was delivered; must return
     *     quickly
     */
    public Builder onLevel(Duration interval, Consumer<Level> onLevel) {
      if (interval.toMillis() < 10 || interval.toMillis() > 10_000) {
        throw new IllegalArgumentException("interval must be in [10 ms, 10 s]: " + interval);
      }
      this.levelInterval = interval;
      this.onLevel = requireNonNull(onLevel, "onLevel");
      return this;
    }

    /** The clock of the time stamps. Default: {@link System#nanoTime()}. */
    public Builder nanoTime(LongSupplier nanoTime) {
      this.nanoTime = requireNonNull(nanoTime, "nanoTime");
      return this;
    }

    /** Makes the microphone; nothing is opened yet. */
    public Microphone build() {
      return new Microphone(this);
    }

    static int checkRate(int sampleRateHz) {
      if (sampleRateHz < Resampler.MIN_RATE_HZ || sampleRateHz > Resampler.MAX_RATE_HZ) {
        throw new IllegalArgumentException(
            "sampleRateHz must be in [8000, 192000]: " + sampleRateHz);
      }
      return sampleRateHz;
    }
  }
}
