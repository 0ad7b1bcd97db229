package io.github.geminilive.audio;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.AudioChunk;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.audio.device.AudioSink;
import io.github.geminilive.audio.device.DeviceEvent;
import io.github.geminilive.audio.pcm.Resampler;
import java.lang.ref.WeakReference;
import java.nio.ByteOrder;
import java.nio.ShortBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Plays what the model says, and knows what of it has been heard. Takes audio as fast as the
 * service sends it, often a minute of it at once, and as slowly as a bad line lets it through; stops
 * at once when the user cuts in; tells each {@link LiveTurn} how much of it the user has heard.
 *
 * <p><b>Start.</b> An answer begins to sound as soon as one of these holds: its end was told; as
 * much audio as it should wait for came on top of its first chunk; its first chunk has waited that
 * long. What it should wait for is within {@link Builder#prebuffer}, 60 ms at first. It follows the
 * line: what 98 % of the chunks of the last 30 seconds of audio needed to be in time, and 20 ms on
 * top; after each underrun 20 ms more, or half of its gap, which wears off with the same 30 seconds.
 *
 * <p><b>Gaps.</b> When an answer runs dry in its middle, the sound fades out in 6 ms; when there is
 * more, it waits as at its start and fades in. The step from one sample to the next stays as small
 * as the speech's own and a little more. Audio is not left out to catch up.
 *
 * <p><b>Position.</b> What has been heard is what the device says has left the loudspeaker, not what
 * was handed to it. It is reported to {@link LiveTurn#reportHeard} when a turn's first audio comes,
 * about every 20 ms from then on, and at each end. Silence, concealment and the fade behind a flush
 * or a pause do not count.
 *
 * <p><b>Threads.</b> Any thread may call any method. None waits for sound but {@link #awaitSilence};
 * {@link #flush}, {@link #pause} and {@link #close} wait for the device as long as it takes to empty
 * it, a few milliseconds. The player has no thread for sound: the sink's asks for it. Events and
 * completions of futures come on the executor, never on the sink's thread.
 */
public final class Player implements AutoCloseable {

  private static final int PIECE = 4_096;
  private static final int TURNS_REMEMBERED = 16;
  private static final int MAX_FADE_LINE_MILLIS = 200;

  private final AudioSink sink;
  private final int rate;
  private final LongSupplier nanoTime;
  private final FlushMode flushMode;
  private final @Nullable Tap tap;
  private final @Nullable ExecutorService ownExecutor;
  private final PlayerEvents events;

  // Taken before lock where both are needed. Serialises what comes in; render never takes it.
  private final Object inputLock = new Object();
  private final short[] pieceIn = new short[PIECE]; // guarded by inputLock
  private short[] pieceOut = {}; // guarded by inputLock
  private @Nullable Resampler resampler; // guarded by inputLock
  private boolean residue; // whether the resampler holds samples; guarded by inputLock
  private long residueGeneration; // guarded by inputLock

  private final Object lock = new Object(); // not held while the sink, a turn or a tap is called
  private final Playout playout; // guarded by lock
  private final ArrayDeque<WeakReference<LiveTurn>> cutTurns = // guarded by lock
      new ArrayDeque<>();
  private final ArrayDeque<Drop> drops = new ArrayDeque<>(); // guarded by lock
  private WeakReference<LiveTurn> announced = new WeakReference<>(null); // guarded by lock
  private final List<CompletableFuture<Void>> waiters = new ArrayList<>(); // guarded by lock
  private long suppressedNanos; // guarded by lock
  private boolean started; // guarded by lock
  private boolean closed; // guarded by lock

  private Player(Builder builder) {
    this.sink = builder.sink;
    this.rate = sink.sampleRateHz();
    this.nanoTime = builder.nanoTime;
    this.flushMode = builder.flushMode;
    this.tap = builder.tap;
    Executor executor = builder.executor;
    if (executor == null) {
      ExecutorService own = newExecutor();
      this.ownExecutor = own;
      executor = own;
    } else {
      this.ownExecutor = null;
    }
    this.events = new PlayerEvents(executor, builder.listener);
    this.playout = new Playout(
        rate,
        Math.max(1, builder.capacity.toMillis() * rate / 1_000),
        new Prebuffer(builder.minPrebuffer.toNanos(), builder.maxPrebuffer.toNanos()),
        events);
  }

  private static ExecutorService newExecutor() {
    return new ThreadPoolExecutor(0, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
      Thread thread = new Thread(task, "gemini-live-player");
      thread.setDaemon(true);
      return thread;
    });
  }

  /** How much audio of one turn was thrown away. */
  private static final class Drop {
    final WeakReference<LiveTurn> turn;
    long nanos;

    Drop(LiveTurn turn) {
      this.turn = new WeakReference<>(turn);
    }
  }

  /**
   * Begins a player.
   *
   * @param sink where to play; not started; the player starts and closes it
   */
  public static Builder builder(AudioSink sink) {
    return new Builder(sink);
  }

  /**
   * Starts the sink. What was queued before begins to sound.
   *
   * @throws io.github.geminilive.audio.device.AudioDeviceException when there is no device, or it
   *     cannot be used
   * @throws IllegalStateException when it was started before, or closed
   */
  public void start() {
    synchronized (lock) {
      if (started || closed) {
        throw new IllegalStateException(
            "a player can be started once: it was " + (closed ? "closed" : "started before"));
      }
      started = true;
    }
    if (rate != LiveSession.OUTPUT_SAMPLE_RATE_HZ) {
      synchronized (inputLock) {
        // Designing its filter takes some 10 ms, which the first answer should not wait for.
        if (resampler == null) {
          resampler = Resampler.create(LiveSession.OUTPUT_SAMPLE_RATE_HZ, rate);
        }
      }
    }
    sink.start(new SinkFeed());
  }

  /**
   * Queues audio of a turn. Not played when {@link #flush} cut that turn before, or the player is
   * closed. When the queue is full, what does not fit is dropped, counted and told.
   *
   * @param audio as received
   * @throws IllegalArgumentException when its rate is below 8,000 Hz and not the sink's
   */
  public void play(LiveEvent.Audio audio) {
    requireNonNull(audio, "audio");
    announce(audio.turn());
    play(audio.turn(), audio.chunk(), audio.offset().toNanos());
  }

  /** Tells a new turn that nothing of it was heard yet: from here on it is played, not estimated. */
  private void announce(LiveTurn turn) {
    synchronized (lock) {
      if (closed || isCut(turn) || announced.get() == turn) {
        return;
      }
      announced = new WeakReference<>(turn);
    }
    turn.reportHeard(Duration.ZERO);
  }

  /**
   * Queues audio that belongs to no turn, behind all that was queued before.
   *
   * @param chunk 16-bit mono
   * @throws IllegalArgumentException when its rate is below 8,000 Hz and not the sink's
   */
  public void play(AudioChunk chunk) {
    requireNonNull(chunk, "chunk");
    play(null, chunk, 0);
  }

  private void play(@Nullable LiveTurn turn, AudioChunk chunk, long offsetNanos) {
    int samples = chunk.samples();
    if (samples == 0) {
      return;
    }
    int sourceRate = chunk.sampleRateHz();
    long chunkNanos = Playout.nanos(samples, sourceRate);
    long dropped;
    synchronized (inputLock) {
      Resampler converter = sourceRate == rate ? null : converter(sourceRate);
      long generation;
      boolean begun = false;
      do {
        boolean continues;
        synchronized (lock) {
          if (closed) {
            return;
          }
          if (isCut(turn)) {
            suppressedNanos += chunkNanos;
            return;
          }
          generation = playout.generation();
          continues = playout.continues(turn, offsetNanos, sourceRate);
        }
        if (!continues) {
          takeResidue();
        }
        long now = nanoTime.getAsLong();
        synchronized (lock) {
          // Flushed meanwhile: that may have cut this turn, or the one before it.
          if (generation == playout.generation()) {
            playout.begin(turn, offsetNanos, sourceRate, now, chunkNanos);
            begun = true;
          }
        }
      } while (!begun);
      dropped = append(chunk, converter, generation);
      if (dropped > 0) {
        synchronized (lock) {
          noteDropped(turn, playout.duration(dropped));
        }
      }
    }
    if (dropped > 0) {
      events.deliver();
    }
  }

  /** Converts and appends a chunk in pieces, so that the lock is never held for long. */
  private long append(AudioChunk chunk, @Nullable Resampler converter, long generation) {
    ShortBuffer in = chunk.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN).asShortBuffer();
    long dropped = 0;
    while (in.hasRemaining()) {
      int n = Math.min(PIECE, in.remaining());
      in.get(pieceIn, 0, n);
      short[] out = pieceIn;
      int count = n;
      if (converter != null) {
        out = roomFor(converter.maxOutput(n));
        count = converter.process(pieceIn, 0, n, out, 0);
        residue = true;
        residueGeneration = generation;
      }
      synchronized (lock) {
        if (generation != playout.generation()) {
          // Flushed meanwhile: the rest of this chunk belongs to what was cut.
          suppressedNanos += Playout.nanos(n + in.remaining(), chunk.sampleRateHz());
          return dropped;
        }
        int refused = playout.append(n, out, 0, count);
        if (refused > 0) {
          long rest = (long) in.remaining() * rate / chunk.sampleRateHz();
          playout.countDropped(rest);
          dropped = refused + rest;
        }
      }
      if (dropped > 0) {
        // What the resampler holds would follow a gap.
        dropResidue();
        return dropped;
      }
    }
    return dropped;
  }

  private short[] roomFor(int samples) {
    if (pieceOut.length < samples) {
      pieceOut = new short[samples];
    }
    return pieceOut;
  }

  private Resampler converter(int sourceRate) {
    Resampler present = resampler;
    if (present != null && present.inRateHz() == sourceRate) {
      synchronized (lock) {
        if (residueGeneration == playout.generation()) {
          return present;
        }
      }
      dropResidue();
      return present;
    }
    Resampler fresh = Resampler.create(sourceRate, rate);
    takeResidue();
    resampler = fresh;
    return fresh;
  }

  private void dropResidue() {
    if (residue && resampler != null) {
      resampler.reset();
    }
    residue = false;
  }

  /** Appends what the resampler holds of the newest audio; the caller holds inputLock. */
  private void takeResidue() {
    Resampler present = resampler;
    if (!residue || present == null) {
      return;
    }
    residue = false;
    short[] out = roomFor(present.maxFlush());
    int count = present.flush(out, 0);
    synchronized (lock) {
      if (residueGeneration == playout.generation()) {
        playout.append(0, out, 0, count);
      }
    }
  }

  private boolean isCut(@Nullable LiveTurn turn) {
    if (turn != null) {
      for (WeakReference<LiveTurn> cut : cutTurns) {
        if (cut.get() == turn) {
          return true;
        }
      }
    }
    return false;
  }

  private void noteDropped(@Nullable LiveTurn turn, Duration dropped) {
    events.add(new PlayerEvent.Dropped(turn, dropped));
    if (turn == null) {
      return;
    }
    Drop found = null;
    for (Drop drop : drops) {
      if (drop.turn.get() == turn) {
        found = drop;
      }
    }
    if (found == null) {
      found = new Drop(turn);
      drops.addLast(found);
      if (drops.size() > TURNS_REMEMBERED) {
        drops.removeFirst();
      }
    }
    found.nanos += dropped.toNanos();
  }

  /**
   * How much audio of a turn was dropped because the queue was full. Known of the last {@value
   * #TURNS_REMEMBERED} turns of which some was.
   *
   * @param turn the turn asked about
   */
  public Duration droppedOf(LiveTurn turn) {
    requireNonNull(turn, "turn");
    synchronized (lock) {
      for (Drop drop : drops) {
        if (drop.turn.get() == turn) {
          return Duration.ofNanos(drop.nanos);
        }
      }
    }
    return Duration.ZERO;
  }

  /**
   * No more audio of this answer is coming: it need not wait at its start, and when it runs dry, it
   * has ended. Audio of the same turn that comes nevertheless, say after a tool call, begins anew.
   *
   * @param turn whose answer has ended; when newer audio is of another turn, nothing happens
   */
  public void endOfAnswer(LiveTurn turn) {
    requireNonNull(turn, "turn");
    end(turn);
  }

  /** No more audio of the newest answer is coming, whosever it is; see {@link #endOfAnswer(LiveTurn)}. */
  public void endOfAnswer() {
    end(null);
  }

  private void end(@Nullable LiveTurn turn) {
    synchronized (inputLock) {
      boolean wasEmpty;
      synchronized (lock) {
        if (turn != null && playout.newestTurn() != turn) {
          return;
        }
        wasEmpty = playout.isEmpty();
      }
      takeResidue();
      synchronized (lock) {
        if (turn == null || playout.newestTurn() == turn) {
          playout.end(wasEmpty);
        }
      }
    }
  }

  /**
   * The user cut in: throws away what is queued and ends what is sounding, in the manner of {@link
   * Builder#flushMode}. Nothing more of the turns concerned will be played, whenever it arrives. A
   * pause goes on. Tells the turn what had been heard before it returns.
   *
   * @return what was heard, and what will not be
   */
  public Flushed flush() {
    long heardNow = sink.heardFrames();
    List<LiveTurn> cut = new ArrayList<>();
    boolean emptyDevice;
    long rewinds;
    long dropped;
    PlayerPosition position;
    long inDevice;
    long playedBefore;
    synchronized (lock) {
      emptyDevice = mustEmpty(heardNow);
      rewinds = playout.rewinds();
      dropped = playout.flush(cut);
      for (LiveTurn turn : cut) {
        remember(turn);
      }
      position = playout.position(heardNow);
      playedBefore = playout.playedAt(heardNow);
      inDevice = playout.playedAt(playout.nextFrame()) - playedBefore;
      if (playout.isTakingBack()) {
        // The pause has emptied the device.
        dropped += inDevice;
        inDevice = 0;
      }
      completeIfSilent();
    }
    events.deliver();
    if (emptyDevice) {
      long end = sink.flush();
      synchronized (lock) {
        position = playout.position(end);
        // What was heard between the two looks at the device was not dropped.
        dropped += inDevice - (playout.playedAt(end) - playedBefore);
        inDevice = 0;
        playout.emptied(end, rewinds);
      }
    }
    tell(position);
    return new Flushed(
        position.turn(),
        position.heard(),
        playout.duration(inDevice),
        playout.duration(dropped),
        emptyDevice);
  }

  private void remember(LiveTurn turn) {
    if (!isCut(turn)) {
      cutTurns.addLast(new WeakReference<>(turn));
      if (cutTurns.size() > TURNS_REMEMBERED) {
        cutTurns.removeFirst();
      }
    }
  }

  private static void tell(PlayerPosition position) {
    LiveTurn turn = position.turn();
    if (turn != null) {
      turn.reportHeard(position.heard());
    }
  }

  /**
   * Falls silent in the manner of {@link Builder#flushMode} and keeps the rest: {@link #resume} goes
   * on exactly behind what was heard. With {@link FlushMode#FADE} what the device holds is still
   * heard and counts; with {@link FlushMode#CUT} it is taken back. What arrives meanwhile is queued.
   * Does nothing when paused.
   */
  public void pause() {
    long heardNow = sink.heardFrames();
    boolean emptyDevice;
    long rewinds;
    synchronized (lock) {
      if (playout.isPaused()) {
        return;
      }
      emptyDevice = mustEmpty(heardNow);
      rewinds = playout.rewinds();
      playout.pause(emptyDevice);
    }
    if (emptyDevice) {
      long end = sink.flush();
      synchronized (lock) {
        playout.emptied(end, rewinds);
      }
    }
  }

  /** Whether what is sounding is to be ended by emptying the device; the caller holds lock. */
  private boolean mustEmpty(long heardNow) {
    long line = playout.nextFrame() - Math.max(heardNow, playout.heardFrame());
    return started
        && !closed
        && !playout.isPaused()
        && playout.isSounding(heardNow)
        && (flushMode == FlushMode.CUT || line > (long) rate * MAX_FADE_LINE_MILLIS / 1_000);
  }

  /** Ends a pause; what was cut off fades in. Does nothing when there is none. */
  public void resume() {
    synchronized (lock) {
      playout.resume();
    }
  }

  /** Whether it is paused. */
  public boolean isPaused() {
    synchronized (lock) {
      return playout.isPaused();
    }
  }

  /**
   * Makes what is rendered from now on quieter, with a ramp of 10 ms. What the device holds already
   * stays as it is.
   *
   * @param gainDb in [-120, 0]; 0 is as loud as the audio is
   */
  public void duck(double gainDb) {
    if (!(gainDb >= -120 && gainDb <= 0)) {
      throw new IllegalArgumentException("gainDb must be in [-120, 0]: " + gainDb);
    }
    synchronized (lock) {
      playout.setGain(Math.pow(10, gainDb / 20));
    }
  }

  /** Ends {@link #duck}, with the same ramp. */
  public void unduck() {
    duck(0);
  }

  /**
   * Completes when all that is queued has been heard, or flushed and faded out; at once when nothing
   * is queued. An answer whose end was not told counts as what has arrived of it. A pause holds it
   * back. Completes on the executor.
   *
   * @return fails with {@link CancellationException} when the player is closed before
   */
  public CompletableFuture<Void> whenSilent() {
    CompletableFuture<Void> silent = new CompletableFuture<>();
    synchronized (inputLock) {
      takeResidue();
      synchronized (lock) {
        if (closed) {
          silent.completeExceptionally(cancelled());
          return silent;
        }
        waiters.add(silent);
        completeIfSilent();
      }
    }
    events.deliver();
    return silent;
  }

  private static CancellationException cancelled() {
    return new CancellationException("the player was closed before all was heard");
  }

  /** The caller holds lock, and calls {@link PlayerEvents#deliver} when it does not any more. */
  private void completeIfSilent() {
    if (!waiters.isEmpty() && playout.isSilent()) {
      List<CompletableFuture<Void>> done = List.copyOf(waiters);
      waiters.clear();
      events.add(() -> done.forEach(future -> future.complete(null)));
    }
  }

  /**
   * Waits for {@link #whenSilent}. Not to be called on the executor.
   *
   * @throws CancellationException when the player is closed before
   * @throws InterruptedException when the thread is interrupted
   */
  public void awaitSilence() throws InterruptedException {
    awaitSilence(Duration.ofNanos(Long.MAX_VALUE));
  }

  /**
   * Waits for {@link #whenSilent}, but not for ever. Not to be called on the executor.
   *
   * @param limit how long at most
   * @return false when it took longer
   * @throws CancellationException when the player is closed before
   * @throws InterruptedException when the thread is interrupted
   */
  public boolean awaitSilence(Duration limit) throws InterruptedException {
    CompletableFuture<Void> silent = whenSilent();
    try {
      silent.get(TimeUnit.NANOSECONDS.convert(limit), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      synchronized (lock) {
        waiters.remove(silent);
      }
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  /**
   * Whether something is queued, or not yet heard to its end. Also true in a pause; false when
   * closed.
   */
  public boolean isPlaying() {
    long heardNow = sink.heardFrames();
    synchronized (lock) {
      return !closed && (playout.queued() > 0 || !playout.isSilentAt(heardNow));
    }
  }

  /** Whether something is sounding at this moment, or is in the device and about to. */
  public boolean isAudible() {
    long heardNow = sink.heardFrames();
    synchronized (lock) {
      return !closed && playout.isSounding(heardNow);
    }
  }

  /** What has been heard up to this moment. */
  public PlayerPosition position() {
    long heardNow = sink.heardFrames();
    synchronized (lock) {
      return playout.position(heardNow);
    }
  }

  /** What it has done, and what it holds. */
  public PlayerMetrics metrics() {
    synchronized (lock) {
      return playout.metrics(suppressedNanos);
    }
  }

  /**
   * Ends playback at once and closes the sink. Tells the turn what had been heard. Idempotent, never
   * throws. What is played later is ignored.
   */
  @Override
  public void close() {
    synchronized (lock) {
      if (closed) {
        return;
      }
      closed = true;
    }
    PlayerPosition position = position();
    sink.close();
    tell(position);
    synchronized (lock) {
      List<CompletableFuture<Void>> left = List.copyOf(waiters);
      waiters.clear();
      if (!left.isEmpty()) {
        events.add(() -> left.forEach(future -> future.completeExceptionally(cancelled())));
      }
    }
    events.deliver();
    if (ownExecutor != null) {
      ownExecutor.shutdown();
    }
  }

  /** What the sink asks for, on its own thread. */
  private final class SinkFeed implements AudioSink.Feed {
    private final List<Playout.Report> reports = new ArrayList<>();

    @Override
    public void render(long frame, short[] samples, int offset, int count) {
      long now = nanoTime.getAsLong();
      synchronized (lock) {
        playout.render(frame, samples, offset, count, now);
      }
      if (tap != null) {
        tap.rendered(frame, samples, offset, count);
      }
      events.deliver();
    }

    @Override
    public void heard(long frames, long nanos) {
      long from;
      long to;
      short[] ring;
      synchronized (lock) {
        from = playout.noteHeard(frames, nanos);
        to = playout.heardFrame();
        // Only this thread writes to it.
        ring = playout.ring();
        for (int i = 0; i < playout.reports().size(); i++) {
          reports.add(playout.reports().get(i));
        }
        playout.reports().clear();
        completeIfSilent();
      }
      try {
        if (tap != null) {
          passHeard(tap, ring, from, to, nanos);
        }
        for (int i = 0; i < reports.size(); i++) {
          Playout.Report report = reports.get(i);
          report.turn().reportHeard(Duration.ofNanos(report.nanos()));
        }
      } finally {
        reports.clear();
      }
      events.deliver();
    }

    private void passHeard(Tap to, short[] ring, long from, long end, long nanos) {
      long frame = from;
      while (frame < end) {
        int at = (int) (frame & (ring.length - 1));
        int n = (int) Math.min(end - frame, ring.length - at);
        long later = Playout.nanos(end - frame - n, rate);
        to.heard(frame, ring, at, n, nanos - later);
        frame += n;
      }
    }

    @Override
    public void event(DeviceEvent event) {
      events.add(new PlayerEvent.Device(event));
      events.deliver();
    }
  }

  /** Settings of a player. Not safe for use by several threads. */
  public static final class Builder {
    private final AudioSink sink;
    private @Nullable Executor executor;
    private @Nullable PlayerListener listener;
    private @Nullable Tap tap;
    private LongSupplier nanoTime = System::nanoTime;
    private FlushMode flushMode = FlushMode.FADE;
    private Duration minPrebuffer = Duration.ofMillis(40);
    private Duration maxPrebuffer = Duration.ofMillis(400);
    private Duration capacity = Duration.ofMinutes(10);

    private Builder(AudioSink sink) {
      this.sink = requireNonNull(sink, "sink");
    }

    /**
     * Where events come and futures complete. Default: a daemon thread of the player's own, which
     * ends when idle.
     *
     * @param executor may be slow; must not run tasks on the calling thread, which may be the sink's
     */
    public Builder executor(Executor executor) {
      this.executor = requireNonNull(executor, "executor");
      return this;
    }

    /** What takes events. Default: nothing. */
    public Builder listener(PlayerListener listener) {
      this.listener = requireNonNull(listener, "listener");
      return this;
    }

    /** What listens in on the samples. Default: nothing. */
    public Builder tap(Tap tap) {
      this.tap = requireNonNull(tap, "tap");
      return this;
    }

    /** The clock that tells when audio arrives. Default: {@link System#nanoTime()}. */
    public Builder nanoTime(LongSupplier nanoTime) {
      this.nanoTime = requireNonNull(nanoTime, "nanoTime");
      return this;
    }

    /** How {@link Player#flush} and {@link Player#pause} end what is sounding. Default: {@link FlushMode#FADE}. */
    public Builder flushMode(FlushMode flushMode) {
      this.flushMode = requireNonNull(flushMode, "flushMode");
      return this;
    }

    /**
     * How long the start of an answer waits: as long as the line needs, within these. Default: 40
     * to 400 ms. A longer wait delays the answer; a shorter one risks gaps.
     *
     * @param min not negative
     * @param max not less than {@code min}, at most 10 s
     */
    public Builder prebuffer(Duration min, Duration max) {
      if (min.isNegative() || max.compareTo(min) < 0 || max.compareTo(Duration.ofSeconds(10)) > 0) {
        throw new IllegalArgumentException(
            "prebuffer needs 0 <= min <= max <= 10 s: " + min + ", " + max);
      }
      this.minPrebuffer = min;
      this.maxPrebuffer = max;
      return this;
    }

    /**
     * How much audio can wait; costs two bytes a sample, while it waits. Default: 10 minutes.
     *
     * @param capacity 1 s to 24 h
     */
    public Builder capacity(Duration capacity) {
      if (capacity.compareTo(Duration.ofSeconds(1)) < 0
          || capacity.compareTo(Duration.ofHours(24)) > 0) {
        throw new IllegalArgumentException("capacity must be in [1 s, 24 h]: " + capacity);
      }
      this.capacity = capacity;
      return this;
    }

    /** A player that is not started. */
    public Player build() {
      return new Player(this);
    }
  }
}
