package io.github.geminilive.audio;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.CloseInfo;
import io.github.geminilive.Delivery;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveListener;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.RecoveryPolicy;
import io.github.geminilive.SessionState;
import io.github.geminilive.Subscription;
import io.github.geminilive.audio.device.AudioDeviceException;
import io.github.geminilive.audio.device.AudioSink;
import io.github.geminilive.audio.device.AudioSource;
import io.github.geminilive.audio.device.DeviceEvent;
import io.github.geminilive.audio.device.Loudspeaker;
import io.github.geminilive.audio.device.Microphone;
import io.github.geminilive.audio.dsp.EchoCanceller;
import io.github.geminilive.audio.dsp.EchoReport;
import io.github.geminilive.audio.dsp.Level;
import io.github.geminilive.audio.dsp.LevelMeter;
import io.github.geminilive.audio.dsp.VoiceDetector;
import io.github.geminilive.protocol.AutomaticActivityDetection;
import io.github.geminilive.protocol.RealtimeInputConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntFunction;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A spoken conversation: joins a session with a microphone and a loudspeaker, or with whatever else
 * sound comes from and goes to.
 *
 * <pre>{@code
 * try (LiveSession session = LiveClient.connect(config);
 *     VoiceLoop voice = VoiceLoop.start(session)) {
 *   voice.awaitEnd();
 * }
 * }</pre>
 *
 * <p>What the microphone hears is freed of the loudspeaker's echo and streamed; what the model says
 * is played, and cut when the user interrupts; what was heard of it is told to {@link
 * LiveTurn#heard()}.
 *
 * <p><b>Threads.</b> Any thread may call any method. Sound is carried by the threads of source and
 * sink, which wait for nobody; events come on an executor. No thread of the loop keeps the JVM
 * alive.
 *
 * <p><b>Connections.</b> The loop lives as long as the session, over any number of connections. While
 * there is none the microphone goes on, and the session keeps as much of it as {@link
 * RecoveryPolicy#heldAudio()} allows. An answer that the loss of a connection cut is played as far as
 * it had arrived. As the service knows nothing of it any more, the loop's own voice detector
 * interrupts it when the user speaks, whatever {@link TurnTaking} says. What a change of connections
 * cost is told by the session: {@link LiveEvent.Resumed}.
 *
 * <p><b>Ending.</b> The loop ends when the session does, after what was queued has been heard; with
 * {@link #stop()} likewise; with {@link #close()} at once. It then closes source, sink, echo
 * canceller, voice detector and recording, also those it was given, and leaves the session to its
 * owner. It does not survive its session: to go on with a new one, start a new loop.
 */
public final class VoiceLoop implements AutoCloseable {

  /** Where a loop is in its life. */
  public enum State {
    /** Listens and plays. */
    RUNNING,
    /** Does not listen any more, and plays what is left. */
    STOPPING,
    /** Over. Final. */
    ENDED
  }

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.audio.voice");
  private static final double DUCK_DB = -15;
  private static final long ONSET_MATTERS_NANOS = 3_000_000_000L;
  private static final long MUTE_MODEL_NANOS = 5_000_000_000L;
  private static final long EARLY_NANOS = 400_000_000L;
  private static final long ORPHAN_CUT_NANOS = 250_000_000L;
  private static final Duration ROUNDING = Duration.ofMillis(1);
  private static final long IDLE_SECONDS = 2;
  private static final long CLOSE_SECONDS = 10;
  private static final AtomicLong NUMBERS = new AtomicLong();

  private final LiveSession session;
  private final AudioSource source;
  private final Player player;
  private final LongSupplier clock;
  private final VoiceEvents events;
  private final CapturePath capture;
  private final Uplink uplink;
  private final EchoGuard guard;
  private final @Nullable EchoReference reference;
  private final @Nullable EchoCanceller canceller;
  private final @Nullable ConversationRecorder recorder;
  private final Duration greetingLimit;
  private final boolean greetingWhole;
  private final boolean serviceInterrupts;
  private final int sourceRate;
  private final int sinkRate;
  private final AtomicBoolean finishing = new AtomicBoolean();
  private final AtomicLong interruptions = new AtomicLong();
  private final AtomicLong falseAlarms = new AtomicLong();
  private final LevelMeter assistantMeter = new LevelMeter(); // guarded by itself
  private final CompletableFuture<VoiceEvent.Ended> ended = new CompletableFuture<>();
  private volatile State state = State.RUNNING;
  private final Object muteLock = new Object(); // taken before all others
  private final Object cutLock = new Object(); // taken before this; never on the sink's thread
  private volatile boolean muted;
  private volatile boolean greeting;
  private volatile boolean sinkLost;
  private volatile long greetingUntil;
  private volatile long lastHeardOfModel;
  private volatile long audibleSince = Long.MIN_VALUE / 2;
  // The newest answer when its connection ended: it may be playing; written under this.
  private volatile @Nullable LiveTurn orphan;
  private @Nullable Subscription subscription; // guarded by this

  // The rest is guarded by this.
  private VoiceEvent.Ended.Reason reason = VoiceEvent.Ended.Reason.CLOSED;
  private @Nullable CloseInfo sessionEnd;
  private boolean answering;
  private @Nullable LiveTurn answeringTurn; // of the newest audio or call of a function
  private @Nullable LiveTurn silenced; // cut by the loop while the service goes on with it
  private @Nullable LiveTurn waiting; // has called a function, and said nothing since
  private boolean dry;
  private @Nullable LiveTurn answer;
  private long answerArrived;
  private long answerAsked;
  private long reportedEnd = Long.MIN_VALUE;
  private boolean answerTimed;
  private boolean greeted;
  private @Nullable Cut cut;
  private @Nullable LiveTurn lastCut;
  private long silences;
  private long lastSilence;
  private boolean speaking;

  /** An interruption whose end was not heard yet. */
  private record Cut(
      VoiceEvent.Interrupted.By by,
      @Nullable LiveTurn turn,
      Flushed flushed,
      long decided,
      long flushedNanos) {}

  private VoiceLoop(Builder builder, AudioSource source, AudioSink sink, Parts parts)
      throws IOException {
    this.session = builder.session;
    this.source = source;
    this.clock = builder.clock;
    this.sourceRate = source.sampleRateHz();
    this.sinkRate = sink.sampleRateHz();
    this.greetingWhole = builder.protectGreeting;
    this.serviceInterrupts = builder.turnTaking != TurnTaking.CLIENT;
    this.greetingLimit = builder.greetingLimit;
    this.events = new VoiceEvents(builder.executor(), builder.listener);
    this.uplink = new Uplink(session);
    this.canceller = parts.canceller;
    this.reference =
        builder.echo == EchoMode.HEADSET ? null : new EchoReference(sinkRate, CapturePath.RATE);
    EchoCanceller processor = canceller;
    this.guard = new EchoGuard(
        builder.echo,
        CapturePath.RATE,
        processor == null ? () -> EchoReport.UNKNOWN : processor::report,
        (mode, report) -> events.add(new VoiceEvent.EchoChanged(mode, report)));
    this.player = Player.builder(sink)
        .nanoTime(clock)
        .flushMode(builder.flushMode)
        .listener(this::onPlayer)
        .tap(new Playback())
        .build();
    this.capture = new CapturePath(
        sourceRate,
        reference,
        canceller,
        guard,
        parts.detector(builder),
        builder.endOfSpeech,
        new TurnTaker(builder.turnTaking, builder.suppressSilence, new Decisions()),
        () -> !sinkLost && player.isPlaying(),
        this::protectsGreeting,
        builder.levelInterval,
        new Captured());
    this.lastHeardOfModel = clock.getAsLong();
    this.recorder = builder.recording == null
        ? null
        : ConversationRecorder.create(
            builder.recording, e -> events.post(new VoiceEvent.RecordingFailed(e)));
  }

  /** What is to be closed when the rest cannot be made. */
  private static final class Parts {
    private @Nullable EchoCanceller canceller;
    private @Nullable VoiceDetector detector;

    VoiceDetector detector(Builder builder) {
      VoiceDetector made =
          requireNonNull(builder.voiceDetector.get(), "the voice detector's factory gave null");
      detector = made;
      return made;
    }

    void canceller(Builder builder) {
      if (builder.echo == EchoMode.CANCEL) {
        canceller = requireNonNull(
            builder.echoCanceller.apply(CapturePath.RATE),
            "the echo canceller's factory gave null");
      }
    }

    void close() {
      if (canceller != null) {
        quietly("the echo canceller", canceller::close);
      }
      if (detector != null) {
        quietly("the voice detector", detector::close);
      }
    }
  }

  /**
   * Starts a conversation on the default microphone and loudspeaker, with all defaults.
   *
   * @param session an open one
   * @throws AudioDeviceException when a device is absent or cannot be used
   */
  public static VoiceLoop start(LiveSession session) {
    return builder(session).start();
  }

  /**
   * Begins to describe a conversation.
   *
   * @param session an open one; stays the caller's
   */
  public static Builder builder(LiveSession session) {
    return new Builder(requireNonNull(session, "session"));
  }

  private void begin() {
    if (!greetingLimit.isZero()) {
      greetingUntil = clock.getAsLong() + greetingLimit.toNanos();
      greeting = true;
    }
    if (guard.inForce() == EchoMode.HALF_DUPLEX && canceller != null) {
      events.add(new VoiceEvent.EchoChanged(EchoMode.HALF_DUPLEX, EchoReport.UNKNOWN));
    }
    player.start();
    Subscription subscribed = session.subscribe(
        new LiveListener() {
          @Override
          public void onEvent(LiveEvent event) {
            onSession(event);
          }
        },
        Delivery.realTime());
    synchronized (this) {
      subscription = subscribed;
    }
    source.start(new FromSource());
    if (finishing.get()) {
      // The session ended meanwhile, and the source was perhaps closed before it was started.
      quietly("the microphone", source::close);
    }
    events.open(new VoiceEvent.Started(sourceRate, sinkRate));
  }

  /** Where the loop is in its life. */
  public State state() {
    return state;
  }

  /** What it has done up to now. */
  public VoiceMetrics metrics() {
    EchoCanceller processor = canceller;
    ConversationRecorder recording = recorder;
    return new VoiceMetrics(
        capture.captured(),
        Duration.ofNanos(Playout.nanos(uplink.sentSamples(), CapturePath.RATE)),
        capture.withheld(),
        interruptions.get(),
        falseAlarms.get(),
        guard.inForce(),
        processor == null ? EchoReport.UNKNOWN : processor.report(),
        player.metrics(),
        events.lost(),
        recording == null ? Duration.ZERO : recording.lost());
  }

  /**
   * Mutes or opens the microphone. While it is muted nothing of it is sent, recorded or measured;
   * the service is told once that the microphone pauses. The assistant is heard on.
   *
   * @param mute whether to mute
   */
  public void mute(boolean mute) {
    synchronized (muteLock) {
      if (muted == mute || state != State.RUNNING) {
        return;
      }
      muted = mute;
      events.add(new VoiceEvent.Muted(mute));
      capture.mute(mute);
    }
    events.deliver();
  }

  /** Whether the microphone is muted. */
  public boolean isMuted() {
    return muted;
  }

  /**
   * Interrupts the assistant at once, for a button. What is left of the answer is not played, also
   * what still arrives of it. With {@link TurnTaking#MANUAL_ACTIVITY} or {@link TurnTaking#CLIENT}
   * the service is told that the user has the word, until the user stopped speaking, or said nothing
   * for three seconds; with {@link TurnTaking#SERVICE} it goes on until it hears the user, unless
   * {@link LiveSession#interrupt()} is called, which cuts the loop's answer too.
   */
  public void interrupt() {
    if (state == State.RUNNING) {
      cut(VoiceEvent.Interrupted.By.APPLICATION, clock.getAsLong(), null);
      capture.press();
      events.deliver();
    }
  }

  /**
   * Ends the conversation politely: the microphone is not listened to any more, what the model is
   * saying is played to its end, then all is closed. An answer that nothing was heard of for five
   * seconds is not waited for. Idempotent.
   *
   * @return completes when the loop has ended
   */
  public CompletableFuture<Void> stop() {
    synchronized (this) {
      if (state == State.RUNNING) {
        state = State.STOPPING;
        reason = VoiceEvent.Ended.Reason.STOPPED;
        lastHeardOfModel = clock.getAsLong();
      }
    }
    quietly("the microphone", source::close);
    capture.stop();
    events.deliver();
    drain();
    return ended.thenApply(end -> null);
  }

  /**
   * Ends the conversation at once; what is queued is not heard. The session stays open. Idempotent,
   * never throws.
   */
  @Override
  public void close() {
    finish();
    try {
      ended.get(CLOSE_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.warn("Closing the devices takes long", e);
    }
  }

  /**
   * Waits until the conversation is over.
   *
   * @throws InterruptedException when the thread is interrupted; the conversation goes on
   */
  public void awaitEnd() throws InterruptedException {
    try {
      ended.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /**
   * Waits until the conversation is over, or for some time.
   *
   * @param patience how long to wait at most
   * @return whether it is over
   * @throws InterruptedException when the thread is interrupted; the conversation goes on
   */
  public boolean awaitEnd(Duration patience) throws InterruptedException {
    try {
      ended.get(TimeUnit.NANOSECONDS.convert(patience), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Completes, never exceptionally, when the loop is over and all is closed. */
  public CompletableFuture<VoiceEvent.Ended> ended() {
    return ended.copy();
  }

  private void onSession(LiveEvent event) {
    lastHeardOfModel = clock.getAsLong();
    if (event instanceof LiveEvent.Audio audio) {
      if (expect(audio.turn())) {
        player.play(audio);
      }
    } else if (event instanceof LiveEvent.ToolCalled called) {
      synchronized (this) {
        answering = true;
        answeringTurn = called.turn();
        waiting = called.turn();
      }
      endIfWaiting();
    } else if (event instanceof LiveEvent.GenerationComplete complete) {
      endOfAnswer(complete.turn());
    } else if (event instanceof LiveEvent.TurnEnded turnEnded) {
      endOfAnswer(turnEnded.turn());
      answered();
      drain();
    } else if (event instanceof LiveEvent.Interrupted interrupted) {
      onInterrupted(interrupted);
      answered();
      drain();
    } else if (event instanceof LiveEvent.Reconnecting) {
      onReconnecting();
    } else if (event instanceof LiveEvent.Closed closed) {
      onClosed(closed.info());
    }
  }

  private void onInterrupted(LiveEvent.Interrupted interrupted) {
    if (interrupted.by() == LiveEvent.Interrupted.By.CONNECTION) {
      // What has arrived is played to its end.
      return;
    }
    cut(
        interrupted.by() == LiveEvent.Interrupted.By.APPLICATION
            ? VoiceEvent.Interrupted.By.APPLICATION
            : VoiceEvent.Interrupted.By.SERVICE,
        lastHeardOfModel,
        interrupted.turn());
    events.deliver();
  }

  /** Nothing more of the answer comes. */
  private synchronized void answered() {
    answering = false;
    if (dry) {
      // It was heard before its end was told, so the player has no more to tell.
      greeting = false;
    }
  }

  private void endOfAnswer(@Nullable LiveTurn turn) {
    if (turn == null) {
      player.endOfAnswer();
    } else {
      player.endOfAnswer(turn);
    }
  }

  /** The silence while a function runs is no gap that the line made. */
  private void endIfWaiting() {
    LiveTurn turn;
    synchronized (this) {
      turn = dry ? waiting : null;
    }
    if (turn != null) {
      player.endOfAnswer(turn);
    }
  }

  /** Audio of a turn has come; returns whether it is to be played. */
  private synchronized boolean expect(LiveTurn turn) {
    answering = true;
    answeringTurn = turn;
    waiting = null;
    dry = false;
    if (turn == silenced) {
      return false;
    }
    if (turn == answer) {
      return true;
    }
    answer = turn;
    answerArrived = lastHeardOfModel;
    answerAsked = capture.speechEnd();
    answerTimed = false;
    if (greetingWhole && !greeted) {
      greeted = true;
      greeting = true;
    }
    return true;
  }

  private boolean protectsGreeting() {
    if (!greeting) {
      return false;
    }
    if (!greetingLimit.isZero() && clock.getAsLong() - greetingUntil >= 0) {
      greeting = false;
    }
    return greeting;
  }

  /** What is still playing, complete or not, the next connection knows nothing of. */
  private synchronized void onReconnecting() {
    if (serviceInterrupts) {
      orphan = answer;
    }
  }

  /** The user speaks: of an answer that the service has forgotten, only the loop can stop the rest. */
  private void cutOrphan() {
    LiveTurn turn = orphan;
    PlayerPosition at = player.position();
    boolean playing = player.isPlaying();
    synchronized (this) {
      orphan = null;
      boolean over = at.turn() == turn
          ? turn == null || at.heard().plus(ROUNDING).compareTo(turn.audioDuration()) >= 0
          : at.turn() != null && at.turn() == answer;
      if (over || !playing) {
        return;
      }
    }
    cut(VoiceEvent.Interrupted.By.VOICE, clock.getAsLong(), null);
  }

  private void cut(VoiceEvent.Interrupted.By by, long decided, @Nullable LiveTurn named) {
    synchronized (cutLock) {
      cutOnce(by, decided, named);
    }
  }

  private void cutOnce(VoiceEvent.Interrupted.By by, long decided, @Nullable LiveTurn named) {
    long silencesBefore;
    synchronized (this) {
      silencesBefore = silences;
      orphan = null;
      if (answering && named == null) {
        // The player does not know of what is still to come while a function runs.
        silenced = answeringTurn;
      }
    }
    boolean playing = player.isPlaying();
    boolean paused = player.isPaused();
    Flushed flushed = player.flush();
    long now = clock.getAsLong();
    player.resume();
    player.unduck();
    LiveTurn turn;
    synchronized (this) {
      turn = named == null ? cutTurn(flushed) : named;
      // The service's word for what the loop had cut by itself is no second interruption.
      boolean again = turn != null && turn == lastCut;
      if (flushed.dropped().isZero() && (!playing || again)) {
        return;
      }
      lastCut = turn;
    }
    Cut done = new Cut(by, turn, flushed, decided, now);
    interruptions.incrementAndGet();
    if (by != VoiceEvent.Interrupted.By.APPLICATION && decided - audibleSince < EARLY_NANOS) {
      guard.distrust();
    }
    boolean silent = sinkLost || paused || (flushed.runningOut().isZero() && !flushed.cut());
    synchronized (this) {
      greeting = false;
      tellCut(now);
      cut = done;
      if (silent) {
        tellCut(now);
        tellSpeaking(false, now);
      } else if (silences != silencesBefore) {
        // The loudspeaker was sooner than this thread.
        tellCut(lastSilence);
      }
    }
  }

  /**
   * Whose answer was cut: the one heard last, unless that was over; then the newest, which had not
   * begun to sound. The caller holds this.
   */
  private @Nullable LiveTurn cutTurn(Flushed flushed) {
    LiveTurn last = flushed.turn();
    boolean over = last == null
        || last == lastCut
        || flushed.heard().plus(ROUNDING).compareTo(last.audioDuration()) >= 0;
    return over && answer != null ? answer : last;
  }

  private static Duration heardOf(Cut cut) {
    LiveTurn turn = cut.turn();
    if (turn == cut.flushed().turn()) {
      return cut.flushed().heard();
    }
    Duration heard = turn == null ? null : turn.heard();
    return heard == null ? Duration.ZERO : heard;
  }

  /** Tells of an interruption, now that it is silent. */
  private synchronized void tellCut(long silentNanos) {
    Cut done = cut;
    if (done == null) {
      return;
    }
    cut = null;
    // Only now: the service may hear the user sooner than the loop's own detector.
    long before = done.decided() - capture.speechOnset();
    boolean known =
        !CapturePath.nothing(capture.speechOnset()) && before >= 0 && before < ONSET_MATTERS_NANOS;
    events.add(new VoiceEvent.Interrupted(
        done.by(),
        done.turn(),
        heardOf(done),
        done.flushed().dropped(),
        known ? Duration.ofNanos(before) : null,
        Duration.ofNanos(done.flushedNanos() - done.decided()),
        Duration.ofNanos(Math.max(0, silentNanos - done.flushedNanos()))));
  }

  private synchronized void tellSpeaking(boolean now, long nanos) {
    if (now != speaking) {
      speaking = now;
      events.add(new VoiceEvent.AssistantSpeaking(now, nanos));
    }
  }

  private void onPlayer(PlayerEvent event) {
    if (event instanceof PlayerEvent.Started started) {
      onStarted(started);
    } else if (event instanceof PlayerEvent.Stopped stopped) {
      if (stopped.cause() == PlayerEvent.Stopped.Cause.PAUSED) {
        return;
      }
      synchronized (this) {
        dry = stopped.cause() == PlayerEvent.Stopped.Cause.DRY;
        if (!dry || !answering) {
          greeting = false;
        }
        if (stopped.cause() == PlayerEvent.Stopped.Cause.FLUSHED) {
          silences++;
          lastSilence = stopped.nanos();
        }
        tellCut(stopped.nanos());
        tellSpeaking(false, stopped.nanos());
      }
      endIfWaiting();
    } else if (event instanceof PlayerEvent.Device device) {
      onLoudspeaker(device.event());
    }
    events.deliver();
  }

  private synchronized void onStarted(PlayerEvent.Started started) {
    tellCut(started.nanos());
    audibleSince = started.nanos();
    dry = false;
    tellSpeaking(true, started.nanos());
    LiveTurn turn = started.turn();
    if (turn == null || turn != answer || answerTimed) {
      return;
    }
    answerTimed = true;
    long asked = answerAsked;
    if (CapturePath.nothing(asked) || asked == reportedEnd || asked > answerArrived) {
      return;
    }
    reportedEnd = asked;
    events.add(new VoiceEvent.Latency(
        turn,
        Duration.ofNanos(started.nanos() - asked),
        Duration.ofNanos(answerArrived - asked),
        Duration.ofNanos(Math.max(0, started.nanos() - answerArrived))));
  }

  private void onLoudspeaker(DeviceEvent event) {
    if (event instanceof DeviceEvent.Lost) {
      sinkLost = true;
      greeting = false;
      drain();
    } else if (event instanceof DeviceEvent.Restored) {
      sinkLost = false;
      capture.gap(true);
    }
    // Last: who is told of it finds it so.
    events.add(new VoiceEvent.DeviceChanged(VoiceEvent.DeviceChanged.Device.LOUDSPEAKER, event));
  }

  private void onClosed(CloseInfo info) {
    synchronized (this) {
      sessionEnd = info;
      answering = false;
      if (state == State.RUNNING) {
        state = State.STOPPING;
        reason = VoiceEvent.Ended.Reason.SESSION_CLOSED;
      }
    }
    capture.stop();
    events.deliver();
    player.resume();
    player.unduck();
    player.endOfAnswer();
    // Not here: closing waits for the source's thread.
    inBackground(() -> quietly("the microphone", source::close));
    drain();
  }

  /** Ends the loop when it is to stop and nothing is left to be heard. */
  private void drain() {
    synchronized (this) {
      if (state != State.STOPPING) {
        return;
      }
      if (sinkLost) {
        inBackground(this::finish);
        return;
      }
      if (answering) {
        return;
      }
    }
    player.whenSilent().thenRun(() -> {
      synchronized (this) {
        if (answering) {
          return;
        }
      }
      inBackground(this::finish);
    });
  }

  /** Called while the loudspeaker runs: a model that fell silent in mid-answer is not waited for. */
  private void watch(long nanos) {
    if (state == State.STOPPING
        && nanos - lastHeardOfModel > MUTE_MODEL_NANOS
        && !finishing.get()) {
      boolean waiting;
      synchronized (this) {
        waiting = answering;
        answering = false;
      }
      if (waiting) {
        player.endOfAnswer();
        drain();
      }
    }
  }

  private void inBackground(Runnable task) {
    if (finishing.get()) {
      return;
    }
    Thread thread = new Thread(task, "gemini-live-voice-end");
    thread.setDaemon(true);
    thread.start();
  }

  private void finish() {
    if (!finishing.compareAndSet(false, true)) {
      return;
    }
    VoiceEvent.Ended end;
    Subscription subscribed;
    synchronized (this) {
      if (state == State.RUNNING) {
        reason = VoiceEvent.Ended.Reason.CLOSED;
      }
      subscribed = subscription;
      end = new VoiceEvent.Ended(
          reason, reason == VoiceEvent.Ended.Reason.SESSION_CLOSED ? sessionEnd : null);
    }
    quietly("the microphone", source::close);
    quietly("the microphone's path", capture::stop);
    if (subscribed != null) {
      quietly("the subscription", subscribed::close);
    }
    quietly("the player", player::close);
    quietly("the processors", capture::close);
    ConversationRecorder recording = recorder;
    if (recording != null) {
      recording.close();
    }
    synchronized (this) {
      long now = clock.getAsLong();
      tellCut(now);
      tellSpeaking(false, now);
    }
    state = State.ENDED;
    events.post(end);
    ended.complete(end);
  }

  private static void quietly(String what, Runnable closing) {
    try {
      closing.run();
    } catch (RuntimeException | Error e) {
      LOG.warn("Closing {} failed", what, e);
    }
  }

  /** The microphone's side, on its thread. */
  private final class FromSource implements AudioSource.Listener {

    @Override
    public void captured(short[] samples, int offset, int count, long nanos) {
      capture.captured(samples, offset, count, nanos);
      events.deliver();
    }

    @Override
    public void event(DeviceEvent event) {
      events.add(new VoiceEvent.DeviceChanged(VoiceEvent.DeviceChanged.Device.MICROPHONE, event));
      if (event instanceof DeviceEvent.Lost) {
        capture.pause();
      } else if (event instanceof DeviceEvent.Restored) {
        capture.gap(true);
      } else if (event instanceof DeviceEvent.Overflow) {
        capture.gap(false);
      }
      events.deliver();
    }

    @Override
    public void ended() {
      capture.pause();
      events.post(new VoiceEvent.InputEnded());
    }
  }

  /** What the capturing path tells, on the microphone's thread. */
  private final class Captured implements CapturePath.Observer {

    private static final long NOBODY = Long.MIN_VALUE;

    private long onset = NOBODY; // guarded by the capturing path, as all that comes here

    @Override
    public void userSpeaking(boolean speaking, long nanos) {
      events.add(new VoiceEvent.UserSpeaking(speaking, nanos));
      session.reportUserSpeech(speaking);
      onset = speaking ? nanos : NOBODY;
    }

    @Override
    public void processed(short[] samples, int offset, int count, long nanos) {
      if (orphan != null && onset != NOBODY && nanos - onset >= ORPHAN_CUT_NANOS) {
        cutOrphan();
      }
      ConversationRecorder recording = recorder;
      if (recording != null) {
        recording.user(samples, offset, count, CapturePath.RATE, nanos);
      }
    }

    @Override
    public void level(Level user) {
      Level assistant;
      synchronized (assistantMeter) {
        assistant = assistantMeter.take();
      }
      events.add(new VoiceEvent.Levels(user, assistant));
    }
  }

  /** What the turn taker decides, on the microphone's thread. */
  private final class Decisions implements TurnTaker.Outlet {

    @Override
    public void audio(short[] samples, int offset, int count) {
      uplink.audio(samples, offset, count);
    }

    @Override
    public void startActivity() {
      uplink.startActivity();
    }

    @Override
    public void endActivity() {
      uplink.endActivity();
    }

    @Override
    public void endStream() {
      uplink.endStream();
    }

    @Override
    public void duck() {
      player.duck(DUCK_DB);
    }

    @Override
    public void pause() {
      player.pause();
    }

    @Override
    public void release(int heldSamples, boolean nobody) {
      player.resume();
      player.unduck();
      if (!nobody) {
        return;
      }
      falseAlarms.incrementAndGet();
      events.add(new VoiceEvent.FalseAlarm(
          Duration.ofNanos(heldSamples * 1_000_000_000L / CapturePath.RATE)));
    }

    @Override
    public void cut() {
      VoiceLoop.this.cut(VoiceEvent.Interrupted.By.VOICE, clock.getAsLong(), null);
    }
  }

  /** What is played, on the loudspeaker's thread. */
  private final class Playback implements Tap {

    @Override
    public void rendered(long frame, short[] samples, int off, int count) {
      EchoReference played = reference;
      if (played != null) {
        played.rendered(frame, samples, off, count);
      }
    }

    @Override
    public void heard(long frame, short[] samples, int off, int count, long nanosOfLast) {
      EchoReference played = reference;
      if (played != null) {
        played.heard(frame + count, nanosOfLast);
      }
      ConversationRecorder recording = recorder;
      if (recording != null) {
        recording.assistant(samples, off, count, sinkRate, nanosOfLast);
      }
      synchronized (assistantMeter) {
        assistantMeter.add(samples, off, count);
      }
      watch(nanosOfLast);
    }
  }

  /** What a conversation is made of; all but the session has a default. */
  public static final class Builder {

    private final LiveSession session;
    private @Nullable AudioSource microphone;
    private @Nullable AudioSink loudspeaker;
    private EchoMode echo = EchoMode.CANCEL;
    private IntFunction<EchoCanceller> echoCanceller = EchoCanceller::create;
    private Supplier<VoiceDetector> voiceDetector = VoiceDetector::create;
    private TurnTaking turnTaking = TurnTaking.SERVICE;
    private Duration endOfSpeech = Duration.ofMillis(500);
    private boolean protectGreeting;
    private Duration greetingLimit = Duration.ZERO;
    private boolean suppressSilence;
    private FlushMode flushMode = FlushMode.FADE;
    private @Nullable Path recording;
    private VoiceListener listener = event -> {};
    private Duration levelInterval = Duration.ofMillis(100);
    private @Nullable Executor executor;
    private LongSupplier clock = System::nanoTime;

    private Builder(LiveSession session) {
      this.session = session;
    }

    /**
     * Where the user's sound comes from. Default: the default {@link Microphone}, opened with {@link
     * #start()}.
     *
     * @param source not started; the loop starts and closes it
     */
    public Builder microphone(AudioSource source) {
      this.microphone = requireNonNull(source, "source");
      return this;
    }

    /**
     * Where the assistant's sound goes. Default: the default {@link Loudspeaker}, opened with {@link
     * #start()}.
     *
     * @param sink not started; the loop starts and closes it
     */
    public Builder loudspeaker(AudioSink sink) {
      this.loudspeaker = requireNonNull(sink, "sink");
      return this;
    }

    /**
     * What is done against the loudspeaker's echo in the microphone. Default: {@link
     * EchoMode#CANCEL}, which costs about a twentieth of a core.
     *
     * @param mode what to do
     */
    public Builder echo(EchoMode mode) {
      this.echo = requireNonNull(mode, "mode");
      return this;
    }

    /**
     * Who cancels the echo. Default: {@link EchoCanceller#create}.
     *
     * @param factory makes a canceller for a sample rate; the loop closes it
     */
    public Builder echoCanceller(IntFunction<EchoCanceller> factory) {
      this.echoCanceller = requireNonNull(factory, "factory");
      return this;
    }

    /**
     * Who judges what is speech, for events and for turn-taking by the loop. Default: {@link
     * VoiceDetector#create}.
     *
     * @param factory makes a detector; the loop closes it
     */
    public Builder voiceDetector(Supplier<VoiceDetector> factory) {
      this.voiceDetector = requireNonNull(factory, "factory");
      return this;
    }

    /**
     * Who decides when the user speaks. Default: {@link TurnTaking#SERVICE}.
     *
     * @param mode who; the others need {@link LiveConfig.Builder#manualActivity()}
     */
    public Builder turnTaking(TurnTaking mode) {
      this.turnTaking = requireNonNull(mode, "mode");
      return this;
    }

    /**
     * After how much quiet the loop's own detector takes what the user says for ended. Shorter
     * answers sooner, longer lets people think. Default: 500 ms.
     *
     * @param quiet 0 to 10 s
     */
    public Builder endOfSpeech(Duration quiet) {
      this.endOfSpeech = within("quiet", quiet, Duration.ofSeconds(10));
      return this;
    }

    /**
     * Whether the session's first answer cannot be interrupted: from its first audio until it has
     * been heard, silence is sent in place of the microphone. Default: no.
     *
     * @param protect whether to protect it
     */
    public Builder protectGreeting(boolean protect) {
      this.protectGreeting = protect;
      this.greetingLimit = Duration.ZERO;
      return this;
    }

    /**
     * Protects the first answer from the start of the loop on, so that noise cannot get in its way
     * before it has begun either: silence is sent in place of the microphone until the answer has
     * been heard, or for this long. Default: no.
     *
     * @param atMost longer than zero, up to 5 minutes
     */
    public Builder protectGreeting(Duration atMost) {
      within("atMost", atMost, Duration.ofMinutes(5));
      if (atMost.isZero()) {
        throw new IllegalArgumentException("atMost must be longer than zero: " + atMost);
      }
      this.greetingLimit = atMost;
      this.protectGreeting = false;
      return this;
    }

    /**
     * Whether to stop sending after two seconds in which nobody spoke, until somebody does; what
     * comes just before is sent then. Saves bandwidth and tokens. With {@link TurnTaking#SERVICE};
     * the others never send silence. Default: no.
     *
     * @param suppress whether to
     */
    public Builder suppressSilence(boolean suppress) {
      this.suppressSilence = suppress;
      return this;
    }

    /**
     * How an answer that is interrupted ends. Default: {@link FlushMode#FADE}; {@link FlushMode#CUT}
     * is silent sooner, by what the loudspeaker's buffer holds, and may click.
     *
     * @param mode how
     */
    public Builder flushMode(FlushMode mode) {
      this.flushMode = requireNonNull(mode, "mode");
      return this;
    }

    /**
     * Records both sides; see {@link ConversationRecorder}. Default: no recording.
     *
     * @param file the WAV file, replaced if it exists
     */
    public Builder recordTo(Path file) {
      this.recording = requireNonNull(file, "file");
      return this;
    }

    /**
     * Who hears what happens. Default: nobody.
     *
     * @param listener called on the {@link #executor}
     */
    public Builder listener(VoiceListener listener) {
      this.listener = requireNonNull(listener, "listener");
      return this;
    }

    /**
     * How often {@link VoiceEvent.Levels} come. Default: 100 ms.
     *
     * @param interval zero for never, up to 10 s
     */
    public Builder levelInterval(Duration interval) {
      this.levelInterval = within("interval", interval, Duration.ofSeconds(10));
      return this;
    }

    /**
     * Where the listener runs. Default: a daemon thread of the loop's own.
     *
     * @param executor may be slow; must not run tasks on the calling thread
     */
    public Builder executor(Executor executor) {
      this.executor = requireNonNull(executor, "executor");
      return this;
    }

    /**
     * The clock by which source and sink tell times. Default: {@link System#nanoTime()}.
     *
     * @param clock in nanoseconds from any origin
     */
    public Builder nanoTime(LongSupplier clock) {
      this.clock = requireNonNull(clock, "clock");
      return this;
    }

    private static Duration within(String name, Duration value, Duration limit) {
      requireNonNull(value, name);
      if (value.isNegative() || value.compareTo(limit) > 0) {
        throw new IllegalArgumentException(name + " must be in [0, " + limit + "]: " + value);
      }
      return value;
    }

    private Executor executor() {
      if (executor != null) {
        return executor;
      }
      ThreadPoolExecutor own = new ThreadPoolExecutor(
          1, 1, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
            Thread thread = new Thread(task, "gemini-live-voice-" + NUMBERS.incrementAndGet());
            thread.setDaemon(true);
            return thread;
          });
      own.allowCoreThreadTimeOut(true);
      return own;
    }

    /**
     * Opens the devices and starts the conversation.
     *
     * @throws AudioDeviceException when a device is absent or cannot be used; nothing stays open
     * @throws IllegalStateException when {@link #turnTaking} does not fit the session's
     *     configuration, or the session is over
     * @throws UncheckedIOException when the recording cannot be created
     */
    public VoiceLoop start() {
      if (session.state() == SessionState.CLOSED) {
        throw new IllegalStateException(
            "the session " + session.id() + " is over; connect anew and start with that session");
      }
      checkActivity();
      AudioSink sink = loudspeaker;
      AudioSource source = microphone;
      VoiceLoop loop = null;
      Parts parts = new Parts();
      try {
        if (sink == null) {
          sink = Loudspeaker.builder().build();
        }
        if (source == null) {
          source = Microphone.builder().build();
        }
        parts.canceller(this);
        loop = new VoiceLoop(this, source, sink, parts);
        loop.begin();
        return loop;
      } catch (RuntimeException | Error e) {
        abandon(loop, source, sink, parts);
        throw e;
      } catch (IOException e) {
        abandon(loop, source, sink, parts);
        throw new UncheckedIOException("cannot record to " + recording, e);
      }
    }

    private static void abandon(
        @Nullable VoiceLoop loop,
        @Nullable AudioSource source,
        @Nullable AudioSink sink,
        Parts parts) {
      if (loop != null) {
        loop.close();
        return;
      }
      parts.close();
      if (source != null) {
        quietly("the microphone", source::close);
      }
      if (sink != null) {
        quietly("the loudspeaker", sink::close);
      }
    }

    private void checkActivity() {
      RealtimeInputConfig input = session.config().setup().realtimeInputConfig();
      AutomaticActivityDetection detection =
          input == null ? null : input.automaticActivityDetection();
      boolean manual = detection != null && Boolean.TRUE.equals(detection.disabled());
      if (turnTaking != TurnTaking.SERVICE && !manual) {
        throw new IllegalStateException("turnTaking(" + turnTaking
            + ") needs a session whose service does not detect speech itself;"
            + " open it with LiveConfig.builder(...).manualActivity()");
      }
      if (turnTaking == TurnTaking.SERVICE && manual) {
        throw new IllegalStateException("turnTaking(SERVICE) needs a session whose service detects"
            + " speech itself; open it without manualActivity(),"
            + " or use turnTaking(MANUAL_ACTIVITY) or turnTaking(CLIENT)");
      }
    }
  }
}
