package io.github.geminilive.internal.session;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.AudioChunk;
import io.github.geminilive.CloseInfo;
import io.github.geminilive.ConfigFinding;
import io.github.geminilive.Delivery;
import io.github.geminilive.FailureKind;
import io.github.geminilive.FlightRecording;
import io.github.geminilive.InForce;
import io.github.geminilive.LiveBackpressureException;
import io.github.geminilive.LiveClosedException;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveConfigException;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveException;
import io.github.geminilive.LiveListener;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveSetupRefusedException;
import io.github.geminilive.LiveStream;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.RecoveryCause;
import io.github.geminilive.RecoveryPolicy;
import io.github.geminilive.RecoveryReport;
import io.github.geminilive.SessionMetrics;
import io.github.geminilive.SessionSnapshot;
import io.github.geminilive.SessionState;
import io.github.geminilive.Subscription;
import io.github.geminilive.ToolSet;
import io.github.geminilive.UsageTotals;
import io.github.geminilive.WatchdogStep;
import io.github.geminilive.internal.codec.ClientMessageEncoder;
import io.github.geminilive.internal.codec.Decoded;
import io.github.geminilive.internal.codec.ServerMessageDecoder;
import io.github.geminilive.internal.profile.MessageCheck;
import io.github.geminilive.internal.profile.ModelProfile;
import io.github.geminilive.internal.profile.SessionFacts;
import io.github.geminilive.internal.recorder.FlightRecorder;
import io.github.geminilive.internal.session.FailurePolicy.Failure;
import io.github.geminilive.internal.tool.Attachments;
import io.github.geminilive.internal.tool.ToolRunner;
import io.github.geminilive.internal.tool.ToolTable;
import io.github.geminilive.internal.transport.SentJournal;
import io.github.geminilive.internal.transport.Uplink;
import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.ClientContent;
import io.github.geminilive.protocol.ClientMessage;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.ContextUpdate;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.FunctionResponse;
import io.github.geminilive.protocol.HistoryConfig;
import io.github.geminilive.protocol.InteractionStatus;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.ProactivityConfig;
import io.github.geminilive.protocol.RealtimeInput;
import io.github.geminilive.protocol.RealtimeInputConfig;
import io.github.geminilive.protocol.ServerContent;
import io.github.geminilive.protocol.ServerError;
import io.github.geminilive.protocol.ServerMessage;
import io.github.geminilive.protocol.SessionResumptionConfig;
import io.github.geminilive.protocol.SessionResumptionUpdate;
import io.github.geminilive.protocol.Setup;
import io.github.geminilive.protocol.SetupComplete;
import io.github.geminilive.protocol.Tool;
import io.github.geminilive.protocol.ToolResponse;
import io.github.geminilive.protocol.ToolsUpdate;
import io.github.geminilive.protocol.VoiceActivity;
import io.github.geminilive.protocol.VoiceActivityType;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine: what is said on a session's connections. Which connection that is, and how the session
 * comes to the next one, is the {@link Lifecycle}'s business. Messages are decoded and turned into
 * events on the HTTP client's thread that brought them, under one lock and in memory only; whatever
 * calls the application's code or the socket happens after the lock is released.
 */
public final class DefaultLiveSession implements LiveSession {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.session");
  private static final AtomicLong IDS = new AtomicLong();
  private static final int TRACE_LENGTH = 500;
  // How often is looked for a moment at which what the application told interrupts nothing.
  private static final long NOTES_POLL_NANOS = 50_000_000L;

  /**
   * What a message in the queue is known by.
   *
   * @param kind what it is
   * @param words what it adds to the conversation
   * @param reply the answers in it; null when it holds none, or none that are the last
   * @param notes what the application told with it; null when nothing
   */
  private record Tag(
      SendEffects.Kind kind,
      List<Content> words,
      Calls.@Nullable Reply reply,
      Notes.@Nullable Outgoing notes) {}

  /** Somebody waits for a configuration to be in force. */
  private record Awaited(LiveConfig config, CompletableFuture<Void> future) {}

  private final String id = "live-" + IDS.incrementAndGet();
  private final ModelProfile profile;
  private final Services services;
  private final RecoveryPolicy recovery;
  private final Lifecycle life;
  private final Uplink uplink;
  private final EventHub hub;
  private final ToolRunner tools;
  private final HeardLedger heard;
  private final Attachments attachments;
  private final FlightRecorder recorder;
  private final boolean manualActivity;
  private final boolean resumes;
  private final boolean initialHistory;
  private final long dialNanos;
  private final CompletableFuture<LiveSession> opening = new CompletableFuture<>();
  private final CompletableFuture<CloseInfo> closed = new CompletableFuture<>();

  private final AtomicLong messagesSent = new AtomicLong();
  private final AtomicLong bytesSent = new AtomicLong();
  private final AtomicLong audioSentNanos = new AtomicLong();
  private final LongAdder sendsRefused = new LongAdder();
  // Written under the lock.
  private volatile LiveConfig config;
  // When input last left, on the nano clock; 0 means never.
  private volatile long lastInputNanos;
  // Written since the newest handle came.
  private final AtomicLong audioSinceHandleNanos = new AtomicLong();

  private final ReentrantLock lock = new ReentrantLock();
  // All below is guarded by lock.
  private final Inbound inbound;
  private final Calls calls = new Calls();
  private final Conversation conversation;
  private final Notes notes;
  private final Watchdog watchdog;
  private @Nullable SentJournal journal;
  private @Nullable String serverSessionId;
  private boolean awaitingHistory;
  // Tools an update of the application's own declared, in place of the configuration's.
  private @Nullable List<Tool> contextTools;
  private int connections;
  private boolean paused;
  // Messages with words that were written since the newest handle came, and since any message came.
  private int wordsSinceHandle;
  private int wordsUnconfirmed;
  private int unconfirmedAtLoss;
  // The user's turn as the service sees it, and as this side does.
  private boolean windowWritten;
  private boolean windowOpen;
  private boolean speechReported;
  private boolean speechNoticed;
  private boolean inProgress;
  private final Set<String> answeredAsText = new HashSet<>();
  private final List<Notes.Outgoing> notesQueued = new ArrayList<>();
  private final List<CompletableFuture<RecoveryReport>> awaitingChange = new ArrayList<>();
  private final List<Awaited> awaitingConfig = new ArrayList<>();
  private @Nullable Future<?> notesTimer;
  private @Nullable Future<?> watchTimer;
  private long watchTimerNanos;
  private long watchWishNanos;
  private boolean watchWished;

  /**
   * A session that has not dialled yet.
   *
   * @param dialler opens its connections
   */
  public DefaultLiveSession(LiveConfig config, Services services, Dialler dialler) {
    this.config = config;
    this.services = services;
    this.recovery = config.recovery();
    this.profile = ModelProfile.of(config.model(), config.endpoint().backend());
    this.dialNanos = services.nanoTime().getAsLong();
    SessionResumptionConfig resumption = config.setup().sessionResumption();
    this.resumes = resumption != null;
    this.recorder = new FlightRecorder(
        id, config.model().id(), config.recording(), services.nanoTime());
    this.life = new Lifecycle(
        id, lock, services, dialler, new FromLink(), recovery, new ForLifecycle());
    this.uplink = new Uplink(
        new Uplink.Limits(
            config.outgoingMessages(),
            config.outgoingBytes(),
            config.outgoingMediaAge().toNanos(),
            recovery.heldAudio().toNanos(),
            recovery.writeStall().toNanos()),
        services.nanoTime(),
        services.timers(),
        services.executor(),
        new FromUplink());
    if (resumption != null && Boolean.TRUE.equals(resumption.transparent())) {
      journal = new SentJournal(config.outgoingBytes());
      uplink.journal(journal);
    }
    this.hub = new EventHub(services.executor(), this::setPaused);
    this.tools = new ToolRunner(
        new ForTools(),
        config.toolSets(),
        new ToolRunner.Settings(
            services.executor(),
            services.timers(),
            services.nanoTime(),
            profile.generators(),
            config.toolResultLimit(),
            config.toolCallsPerTurn()));
    this.heard = new HeardLedger(services.executor(), services.timers(), services.nanoTime());
    this.attachments = new Attachments(config.attachments());
    this.conversation = new Conversation(recovery.history());
    this.notes = new Notes(profile);
    this.watchdog = new Watchdog(config.watchdog(), new ForWatchdog());
    this.inbound = new Inbound(
        id, config, profile, tools, heard, this::publish, conversation::onTurnBegun);
    RealtimeInputConfig input = config.setup().realtimeInputConfig();
    this.manualActivity = input != null
        && input.automaticActivityDetection() != null
        && Boolean.TRUE.equals(input.automaticActivityDetection().disabled());
    HistoryConfig history = config.setup().historyConfig();
    this.initialHistory =
        history != null && Boolean.TRUE.equals(history.initialHistoryInClientContent());
    this.awaitingHistory = initialHistory;
    if (config.listener() != null) {
      hub.subscribe(config.listener(), config.listenerDelivery());
    }
  }

  /** Loads what a session needs between the dial and the first message; only saves time later. */
  public static void load() {
    byte[] answer = "{\"setupComplete\":{}}".getBytes(StandardCharsets.US_ASCII);
    ClientMessageEncoder.encode(ClientMessage.of(Setup.builder("models/any").build()));
    new ServerMessageDecoder().decode(answer, 0, answer.length);
  }

  /** Completes when the session is open, or with the reason why it is not. */
  public CompletableFuture<LiveSession> opening() {
    return opening;
  }

  /**
   * Dials, once.
   *
   * @param address of the configuration; to be looked up on a thread that may block
   */
  public void connect(Dialler.Address address) {
    life.connect(firstOpening(), address);
  }

  /** The dial is given up: nothing of this session remains. */
  public void abandon(Throwable why) {
    life.abandon(why);
  }

  private Opening firstOpening() {
    lock.lock();
    try {
      SessionSnapshot snapshot = config.snapshot();
      String handle = inbound.handle();
      if (snapshot != null) {
        conversation.restore(snapshot.history());
        notes.restore(snapshot.remembered());
        return handle == null ? fresh(conversation.history(), null) : resuming(handle);
      }
      conversation.restore(config.history());
      List<String> frames = new ArrayList<>();
      if (!config.history().isEmpty()) {
        ClientContent history = ClientContent.builder()
            .turns(config.history())
            .turnComplete(awaitingHistory)
            .build();
        awaitingHistory = false;
        frames.add(ClientMessageEncoder.encode(ClientMessage.of(history)));
      }
      return new Opening(config, config.setup(), handle, frames, 0, false);
    } finally {
      lock.unlock();
    }
  }

  /** The next connection goes on with what the service knows. Holds the lock. */
  private Opening resuming(String handle) {
    Setup setup = Seeding.resuming(config, handle, notes.instructions(), awaitingHistory);
    return new Opening(config, withContext(setup), handle, List.of(), 0, false);
  }

  /** The next connection tells the service what was said. Holds the lock. */
  private Opening fresh(List<Content> history, @Nullable String summary) {
    Seeding.Seed seed = Seeding.plan(
        config, profile, history, summary, notes.instructions(), awaitingHistory);
    awaitingHistory = seed.awaitsHistory();
    return new Opening(
        config,
        withContext(seed.setup()),
        null,
        seed.frames(),
        seed.turns(),
        seed.summarized());
  }

  /** Tools that were declared in mid-session are declared again. Holds the lock. */
  private Setup withContext(Setup setup) {
    return contextTools == null ? setup : setup.toBuilder().tools(contextTools).build();
  }

  /** What the lifecycle asks of the conversation. */
  private final class ForLifecycle implements Lifecycle.Host {

    @Override
    public boolean resumes() {
      return resumes;
    }

    @Override
    public boolean quiet() {
      return !inbound.turns().isRunning()
          && !calls.anyOpen()
          && !userSpeaks()
          && inbound.resumable()
          && uplink.idle();
    }

    @Override
    public boolean overlaps() {
      Boolean chosen = recovery.overlap();
      return chosen == null ? profile.control().overlap() : chosen;
    }

    @Override
    public void publish(LiveEvent event) {
      DefaultLiveSession.this.publish(event);
      if (event instanceof LiveEvent.Reconnecting next) {
        recorder.state(
            life.number(),
            "reconnecting",
            Map.of("attempt", next.attempt(), "cause", next.cause().name()));
      }
    }

    @Override
    public void onLost(Link link, CloseInfo end) {
      uplink.detach();
      unconfirmedAtLoss = wordsUnconfirmed;
      wordsUnconfirmed = 0;
      speechNoticed = false;
      inProgress = false;
      inbound.turns().onLost();
      putNotesBack();
      watchdog.onLost(services.nanoTime().getAsLong());
      life.later(uplink::flush);
    }

    @Override
    public void dropHandle() {
      inbound.dropHandle();
    }

    @Override
    public void open(Consumer<Opening> ready) {
      Opening resuming = null;
      List<Content> history = List.of();
      lock.lock();
      try {
        String handle = inbound.handle();
        if (handle != null) {
          resuming = resuming(handle);
        } else {
          history = conversation.history();
        }
      } finally {
        lock.unlock();
      }
      if (resuming != null) {
        ready.accept(resuming);
      } else {
        summarize(history, ready);
      }
    }

    @Override
    public void onOver(CloseInfo info, @Nullable Throwable dialFailure, boolean wasConnecting) {
      if (!wasConnecting) {
        inbound.turns().onClosed();
        DefaultLiveSession.this.publish(new LiveEvent.Closed(info));
      }
      watchdog.onClosed();
      cancel(notesTimer);
      cancel(watchTimer);
      List<CompletableFuture<?>> unmet = new ArrayList<>(notes.drain());
      notesQueued.forEach(queued -> queued.notes().forEach(note -> unmet.add(note.told())));
      unmet.addAll(awaitingChange);
      awaitingConfig.forEach(awaited -> unmet.add(awaited.future()));
      awaitingChange.clear();
      awaitingConfig.clear();
      boolean trouble = info.by() != CloseInfo.By.APPLICATION;
      life.later(() -> {
        if (trouble) {
          trouble("ended: " + info.kind());
        }
        uplink.close(() -> closedException(info));
        if (wasConnecting) {
          Throwable failure = dialFailure == null ? setupRefused(info) : dialFailure;
          services.executor().execute(() -> opening.completeExceptionally(failure));
        } else if (trouble) {
          LOG.warn("{} has ended: {}", id, Lifecycle.describe(info));
        } else {
          LOG.info("{} is closed", id);
        }
        services.executor().execute(() -> {
          unmet.forEach(future -> future.completeExceptionally(closedException(info)));
          closed.complete(info);
        });
        tools.close();
      });
    }

    @Override
    public void settled() {
      wake();
    }
  }

  /** Asks the application for a summary, if it offers one, and goes on with it or without. */
  private void summarize(List<Content> history, Consumer<Opening> ready) {
    Function<List<Content>, String> summary = recovery.summary();
    if (summary == null || history.isEmpty()) {
      ready.accept(freshly(history, null));
      return;
    }
    CompletableFuture<String> told = new CompletableFuture<>();
    Future<?> limit = services
        .timers()
        .schedule(
            () -> told.completeExceptionally(new TimeoutException(
                "no summary within " + recovery.summaryLimit().toMillis() + " ms")),
            recovery.summaryLimit().toNanos(),
            TimeUnit.NANOSECONDS);
    services.executor().execute(() -> {
      try {
        told.complete(summary.apply(history));
      } catch (Throwable e) {
        told.completeExceptionally(e);
      }
    });
    told.whenCompleteAsync(
        (text, error) -> {
          limit.cancel(false);
          if (error != null || text == null || text.isBlank()) {
            tell(new LiveEvent.Warning(
                LiveEvent.Warning.Kind.SUMMARY_FAILED,
                "the conversation is told whole: the summary "
                    + (error == null ? "is blank" : "failed or came too late"),
                error));
          }
          ready.accept(freshly(history, text));
        },
        services.executor());
  }

  private Opening freshly(List<Content> history, @Nullable String summary) {
    lock.lock();
    try {
      return fresh(history, summary);
    } finally {
      lock.unlock();
    }
  }

  private void setPaused(boolean pause) {
    Link link;
    lock.lock();
    try {
      paused = pause;
      link = life.current();
    } finally {
      lock.unlock();
    }
    if (link != null) {
      link.setPaused(pause);
    }
  }

  private boolean userSpeaks() {
    return speechReported || speechNoticed || windowOpen;
  }

  /** What connections tell; on the HTTP client's and the timer's threads. */
  private final class FromLink implements Link.Host {

    @Override
    public void onDialling(Link link, String secret) {
      recorder.secret(secret);
      recorder.state(link.number(), "dial", Map.of());
      lock.lock();
      try {
        inbound.addSecret(secret);
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void onSetupSent(Link link, String setup) {
      trace("sends", setup);
      messagesSent.incrementAndGet();
      bytesSent.addAndGet(setup.getBytes(StandardCharsets.UTF_8).length);
      recorder.sent(link.number(), setup, 0);
    }

    @Override
    public void onMessage(Link link, byte[] buffer, int length) {
      if (length == 0) {
        recorder.received(link.number(), buffer, length, null);
        return;
      }
      Decoded decoded = link.decoder().decode(buffer, 0, length);
      ServerMessage message = decoded.message();
      recorder.received(link.number(), buffer, length, message);
      if (LOG.isDebugEnabled()) {
        LOG.debug("{} receives {} ({} B)", id, Inbound.kindsOf(message), length);
      }
      if (LOG.isTraceEnabled() && config.logContent()) {
        int shown = Math.min(length, TRACE_LENGTH);
        trace("receives", new String(buffer, 0, shown, StandardCharsets.UTF_8));
      }
      List<ToolRunner.Incoming> incoming = new ArrayList<>();
      Failure failure = null;
      lock.lock();
      try {
        boolean next = life.isNext(link);
        if (life.state() == SessionState.CLOSED || !(next || life.isCurrent(link))) {
          return;
        }
        FailurePolicy.Phase phase = life.phaseOf(link);
        boolean withHandle = link.opening().handle() != null;
        inbound.count(length);
        CloseInfo fatal = inbound.onProblems(decoded);
        if (fatal != null) {
          failure = Failure.ofOwn(phase, withHandle, fatal);
        } else if (message != null) {
          CloseInfo end;
          if (next && message.setupComplete() == null) {
            end = inbound.hold(message);
          } else {
            end = take(link, next, message, incoming);
          }
          ServerError error = message.error();
          if (end != null && error != null) {
            failure = Failure.ofError(phase, withHandle, error, end);
          }
        }
        inbound.takeInterrupts().forEach(life::later);
      } catch (RuntimeException e) {
        // A mistake of ours must not end the reader; the message is told as lost.
        LOG.warn("{} could not process a message", id, e);
        publish(new LiveEvent.Warning(
            LiveEvent.Warning.Kind.MALFORMED_MESSAGE, "a message was not processed", e));
      } finally {
        lock.unlock();
      }
      // Interrupts are among what runs here: not on the executor, whose threads may all be held by
      // what is to be interrupted.
      life.settle();
      if (!incoming.isEmpty()) {
        tools.run(incoming);
      }
      if (failure != null) {
        life.onFailure(link, failure, null, false);
      }
    }

    @Override
    public void onEnd(Link link, int code, String reason, @Nullable Throwable error) {
      lock.lock();
      Failure failure;
      boolean late;
      try {
        late = !life.isCurrent(link) && !life.isNext(link);
        failure = Failure.ofClose(
            life.phaseOf(link), link.opening().handle() != null, code, inbound.mask(reason));
      } finally {
        lock.unlock();
      }
      if (late) {
        // Its farewell was told.
        return;
      }
      record(link, failure.end(), "");
      life.onFailure(link, failure, null, error == null && code != 1006);
    }

    @Override
    public void onTooLarge(Link link, long atLeastBytes) {
      // The JDK lets no client send code 1009: the connection is cut.
      CloseInfo end = new CloseInfo(
          CloseInfo.By.LIBRARY,
          1009,
          "a message of at least "
              + atLeastBytes
              + " bytes arrived, the limit is "
              + config.incomingMessageLimit()
              + "; see LiveConfig's incomingMessageLimit",
          FailureKind.MESSAGE_TOO_LARGE,
          false);
      record(link, end, "");
      fail(link, end);
    }

    private void fail(Link link, CloseInfo end) {
      boolean withHandle = link.opening().handle() != null;
      life.onFailure(link, Failure.ofOwn(FailurePolicy.Phase.OPEN, withHandle, end), null, false);
    }

    @Override
    public void onNotOpened(Link link, LiveException why, boolean dialled) {
      boolean withHandle = link.opening().handle() != null;
      Failure failure = dialled
          ? Failure.ofSetupTimeout(withHandle, link.opening().config().setupTimeout())
          : Failure.ofDial(withHandle, why);
      recorder.state(
          link.number(),
          "refused",
          Map.of("status", failure.httpStatus(), "kind", why.kind().name()));
      life.onFailure(link, failure, why, false);
    }

    @Override
    public void onSilent(Link link, Duration silence) {
      boolean withHandle = link.opening().handle() != null;
      Failure failure = Failure.ofSilence(FailurePolicy.Phase.OPEN, withHandle, silence);
      record(link, failure.end(), "keepalive");
      life.onFailure(link, failure, null, false);
    }

    @Override
    public void onFarewell(Link link) {
      record(link, new CloseInfo(CloseInfo.By.LIBRARY, 1000, "", null, true), "");
    }

    private void record(Link link, CloseInfo end, String why) {
      recordEnd(link, end, why);
    }
  }

  private void recordEnd(Link link, CloseInfo end, String why) {
    recorder.state(
        link.number(),
        "end",
        Map.of(
            "by", end.by().name(),
            "code", end.code(),
            "reason", end.reason(),
            "kind", end.kind() == null ? "" : end.kind().name(),
            "why", why));
  }

  private void publish(LiveEvent event) {
    long now = services.nanoTime().getAsLong();
    if (event instanceof LiveEvent.TurnEnded ended) {
      conversation.onTurnEnded(ended.turn());
      watchdog.onTurnEnded(now);
    } else if (event instanceof LiveEvent.Interrupted) {
      watchdog.onInterrupted(now);
    } else if (event instanceof LiveEvent.UserActivity user) {
      noticeSpeech(user.activity(), now);
    }
    hub.publish(event);
  }

  /** The service hears the user begin or stop. */
  private void noticeSpeech(VoiceActivity activity, long now) {
    if (VoiceActivityType.ACTIVITY_START.equals(activity.type())) {
      speechNoticed = true;
      watchdog.onUserSpeaks(now);
    } else if (VoiceActivityType.ACTIVITY_END.equals(activity.type()) && speechNoticed) {
      speechNoticed = false;
      onSpeechEnded(now);
    }
  }

  private void onSpeechEnded(long now) {
    if (!userSpeaks()) {
      watchdog.onInput(now);
    }
  }

  /** Lets the application know of what happened; not under the lock. */
  private void wake() {
    hub.wake();
    heard.deliver();
  }

  /** One message of the connection in use, or of the one that opens with it. Holds the lock. */
  private @Nullable CloseInfo take(
      Link link, boolean opens, ServerMessage message, List<ToolRunner.Incoming> incoming) {
    long now = services.nanoTime().getAsLong();
    SetupComplete complete = message.setupComplete();
    if (opens && complete != null) {
      open(link, complete, now, incoming);
    } else if (complete != null) {
      inbound.unexpected("setupComplete came again and was ignored");
    }
    wordsUnconfirmed = 0;
    ServerContent content = message.serverContent();
    if (content != null && content.interactionStatus() != null) {
      inProgress = InteractionStatus.IN_PROGRESS.equals(content.interactionStatus());
    }
    List<ToolRunner.Incoming> called = inbound.take(message, now, lastInputNanos);
    note(called, now);
    incoming.addAll(called);
    if (message.sessionResumptionUpdate() != null) {
      onResumption(message.sessionResumptionUpdate());
    }
    if (message.toolCallCancellation() != null
        && message.toolCallCancellation().ids() != null) {
      calls.cancelled(message.toolCallCancellation().ids());
    }
    if (content != null) {
      watchdog.onContent(content, now);
    }
    if (message.goAway() != null) {
      recorder.state(link.number(), "goAway", Map.of());
      life.onGoAway(message.goAway().timeLeft());
    }
    sendNotes();
    life.checkRotation();
    return inbound.endBy(message);
  }

  private void note(List<ToolRunner.Incoming> called, long now) {
    for (ToolRunner.Incoming call : called) {
      String callId = call.call().id();
      calls.received(call.key(), callId == null ? "" : callId);
    }
    if (!called.isEmpty()) {
      watchdog.onToolCall(now);
    }
  }

  /** What came before a handle that covers the conversation up to here is safe. */
  private void onResumption(SessionResumptionUpdate update) {
    if (!inbound.resumable()) {
      return;
    }
    calls.onHandle();
    wordsSinceHandle = 0;
    audioSinceHandleNanos.set(0);
    Long consumed = update.lastConsumedClientMessageIndex();
    if (journal != null && consumed != null) {
      journal.consumed(consumed);
    }
  }

  private void open(
      Link link, SetupComplete complete, long now, List<ToolRunner.Incoming> incoming) {
    Lifecycle.Change change = life.opened(link);
    boolean restored = link.opening().handle() != null;
    connections++;
    serverSessionId = complete.sessionId();
    recorder.state(link.number(), "open", Map.of("restored", restored));
    notes.onConnected();
    if (paused) {
      life.later(() -> link.setPaused(paused));
    }
    List<Uplink.Frame> first = new ArrayList<>();
    for (String frame : link.opening().frames()) {
      trace("sends", frame);
      first.add(Uplink.Frame.of(frame, false, null));
    }
    if (change == null) {
      Duration dialTime = Duration.ofNanos(now - dialNanos);
      LOG.info(
          "{} is open: {} on {}{}, after {} ms",
          id,
          config.model(),
          config.endpoint().backend(),
          serverSessionId == null ? "" : ", session " + serverSessionId,
          dialTime.toMillis());
      uplink.attach(requireNonNull(link.socket()), first);
      List<ToolRunner.Incoming> early = inbound.onOpen(complete, now, dialTime, restored);
      note(early, now);
      incoming.addAll(early);
      life.later(() -> services.executor().execute(() -> opening.complete(this)));
    } else {
      reopen(link, change, restored, first);
      List<ToolRunner.Incoming> early = inbound.takeEarly(now);
      note(early, now);
      incoming.addAll(early);
    }
    watchdog.onConnected(now);
    life.later(uplink::flush);
  }

  /** The session goes on, on another connection: sorts out what is still known. Holds the lock. */
  private void reopen(
      Link link, Lifecycle.Change change, boolean restored, List<Uplink.Frame> first) {
    Calls.Lost lost = calls.lost(restored);
    uplink.withdraw(
        tag -> tag instanceof Tag sent && lost.unwritten().contains(sent.reply()),
        () -> new IllegalStateException(
            "the call is unknown to the service after the change of connections"));
    forget(lost);
    if (journal == null) {
      for (Calls.Reply reply : lost.again()) {
        first.add(Uplink.Frame.of(
            reply.json(),
            false,
            new Tag(SendEffects.Kind.ANSWER, List.of(), reply, null)));
      }
    } else if (!restored) {
      journal.clear();
    }
    if (windowWritten) {
      // The user's turn goes on, and the service must know that before it hears more of it.
      first.add(Uplink.Frame.of(
          ClientMessageEncoder.encode(ClientMessage.of(RealtimeInput.startOfActivity())),
          false,
          null));
    }
    ClientMessage nudge =
        change.cause() == RecoveryCause.WATCHDOG ? Intentions.nudge(profile) : null;
    if (nudge != null) {
      // The answer that is owed was lost with the connection; nobody else will ask for it.
      first.add(Uplink.Frame.of(ClientMessageEncoder.encode(nudge), true, null));
    }
    int again = journal == null ? lost.again().size() : 0;
    Uplink.Waited waited = uplink.attach(requireNonNull(link.socket()), first);
    boolean repeated = journal != null && restored;
    RecoveryReport report = new RecoveryReport(
        link.number(),
        change.cause(),
        change.end(),
        change.gap(),
        change.attempts(),
        restored,
        again + waited.sentAgain(),
        waited.messages(),
        Duration.ofNanos(waited.audioNanos()),
        Duration.ofNanos(waited.audioDroppedNanos()),
        waited.videoDropped(),
        repeated ? 0 : unconfirmedAtLoss,
        (repeated ? 0 : wordsSinceHandle) + lost.gone(),
        repeated ? Duration.ZERO : Duration.ofNanos(audioSinceHandleNanos.get()),
        lost.ids(),
        link.opening().seededTurns(),
        link.opening().summarized());
    unconfirmedAtLoss = 0;
    wordsSinceHandle = 0;
    audioSinceHandleNanos.set(0);
    LOG.info(
        "{} goes on with {} after {} ms: state {}, {} calls lost, {} messages not restored",
        id,
        link,
        report.gap().toMillis(),
        restored ? "restored" : "fresh",
        report.lostCalls().size(),
        report.notRestored());
    recorder.state(
        link.number(), "resumed", Map.of("restored", restored, "attempts", report.attempts()));
    publish(new LiveEvent.Resumed(report));
    if (!restored) {
      life.later(() -> trouble("the service has lost the conversation"));
    }
    tellWhoWaits(link.opening().config(), report);
  }

  private void tellWhoWaits(LiveConfig inForce, RecoveryReport report) {
    List<CompletableFuture<RecoveryReport>> changed = List.copyOf(awaitingChange);
    awaitingChange.clear();
    List<CompletableFuture<Void>> met = new ArrayList<>();
    awaitingConfig.removeIf(awaited -> {
      if (awaited.config() != inForce) {
        return false;
      }
      met.add(awaited.future());
      return true;
    });
    life.later(() -> services.executor().execute(() -> {
      changed.forEach(future -> future.complete(report));
      met.forEach(future -> future.complete(null));
    }));
    if (!awaitingConfig.isEmpty()) {
      life.later(() -> locked(() -> life.rotate(RecoveryCause.RECONFIGURED, patience())));
    }
  }

  /** Calls and answers of calls that the service does not know any more. Holds the lock. */
  private void forget(Calls.Lost lost) {
    boolean asText = recovery.lateToolResults() == RecoveryPolicy.LateResults.AS_TEXT;
    List<String> stopped = new ArrayList<>();
    for (String key : lost.open().keySet()) {
      if (asText && tools.runs(key)) {
        answeredAsText.add(key);
      } else {
        stopped.add(key);
      }
    }
    if (!stopped.isEmpty()) {
      life.later(tools.cancel(stopped));
      inbound.forget(stopped);
      List<String> ids = stopped.stream()
          .map(key -> requireNonNull(lost.open().get(key)))
          .filter(callId -> !callId.isEmpty())
          .toList();
      publish(new LiveEvent.ToolCancelled(ids, LiveEvent.ToolCancelled.By.CONNECTION));
    }
    for (Calls.Reply reply : lost.unwritten()) {
      if (asText && !reply.responses().isEmpty()) {
        reply.responses().forEach(this::answerAsText);
      } else {
        publish(new LiveEvent.Warning(
            LiveEvent.Warning.Kind.TOOL_RESULT_DROPPED,
            "an answer was not sent: the service does not know its call after the change of"
                + " connections",
            null));
      }
    }
    inbound.turns().onCallsLost(lost.open().keySet());
  }

  /** Holds the lock. */
  private void answerAsText(FunctionResponse response) {
    ClientMessage text =
        Intentions.lateResult(profile, response.name(), response.response().text());
    Tag tag = new Tag(SendEffects.Kind.WORDS, List.of(), null, null);
    uplink.enqueue(Uplink.Lane.STREAM, encode(text), true, tag);
    life.later(uplink::flush);
  }

  private void putNotesBack() {
    uplink.withdraw(
        tag -> tag instanceof Tag sent && sent.notes() != null,
        () -> new IllegalStateException("it is told on the next connection"));
    for (int i = notesQueued.size() - 1; i >= 0; i--) {
      notes.putBack(notesQueued.get(i));
    }
    notesQueued.clear();
  }

  /** Tells what the application wants to be known, if that interrupts nothing. Holds the lock. */
  private void sendNotes() {
    if (notes.waitingChars() == 0 || !life.state().connected()) {
      return;
    }
    boolean safe = !inbound.turns().isRunning()
        && !userSpeaks()
        && !awaitingHistory
        && uplink.idle();
    if (safe) {
      queueNotes();
    } else if (notesTimer == null) {
      notesTimer = services
          .timers()
          .schedule(
              () -> locked(() -> {
                notesTimer = null;
                sendNotes();
              }),
              NOTES_POLL_NANOS,
              TimeUnit.NANOSECONDS);
    }
  }

  /** Holds the lock. */
  private void queueNotes() {
    Notes.Outgoing outgoing = notes.take();
    if (outgoing == null) {
      return;
    }
    List<Content> words = outgoing.notes().stream()
        .filter(note -> !note.remembered())
        .map(note -> Content.user(note.text()))
        .toList();
    notesQueued.add(outgoing);
    Tag tag = new Tag(SendEffects.Kind.OTHER, words, null, outgoing);
    if (uplink
        .enqueue(Uplink.Lane.STREAM, encode(outgoing.message()), false, tag)
        .isCompletedExceptionally()) {
      notesQueued.remove(outgoing);
      notes.putBack(outgoing);
    }
    life.later(uplink::flush);
  }

  private void locked(Runnable work) {
    lock.lock();
    try {
      work.run();
    } finally {
      lock.unlock();
    }
    life.settle();
  }

  private long patience() {
    return services.nanoTime().getAsLong() + recovery.patience().toNanos();
  }

  private String encode(ClientMessage message) {
    String json = ClientMessageEncoder.encode(message);
    trace("sends", json);
    return json;
  }

  private void trace(String does, String content) {
    if (LOG.isTraceEnabled() && config.logContent()) {
      String shown =
          content.length() <= TRACE_LENGTH ? content : content.substring(0, TRACE_LENGTH);
      LOG.trace("{} {} {}", id, does, mask(shown));
    }
  }

  /** Checks a message and queues it. */
  private CompletableFuture<Void> send(ClientMessage message) {
    return send(
        () -> SendEffects.of(message),
        wordsOf(message),
        message.toolResponse() == null ? List.of() : message.toolResponse().functionResponses(),
        () -> {
          String refusal = MessageCheck.refusal(message, facts());
          if (refusal != null) {
            throw new IllegalStateException(refusal);
          }
        },
        () -> encode(message));
  }

  private static List<Content> wordsOf(ClientMessage message) {
    if (message.clientContent() != null && message.clientContent().turns() != null) {
      return message.clientContent().turns();
    }
    return message.realtimeInput() != null && message.realtimeInput().text() != null
        ? List.of(Content.user(message.realtimeInput().text()))
        : List.of();
  }

  @Override
  public CompletableFuture<Void> sendRaw(Json message) {
    return send(
        () -> SendEffects.of(message),
        List.of(),
        List.of(),
        () -> {
          String refusal = MessageCheck.refusalOfRaw(message, facts());
          if (refusal != null) {
            throw new IllegalArgumentException(refusal);
          }
        },
        () -> {
          trace("sends", message.text());
          return message.text();
        });
  }

  private CompletableFuture<Void> send(
      Supplier<SendEffects> means,
      List<Content> words,
      List<FunctionResponse> responses,
      Runnable check,
      Supplier<String> encoded) {
    CompletableFuture<Void> sent;
    lock.lock();
    try {
      check.run();
      SendEffects effects = means.get();
      String json = encoded.get();
      List<String> answered =
          effects.answers().isEmpty() ? List.of() : inbound.answerByHand(effects.answers());
      if (effects.asks() && life.state().connected()) {
        // It interrupts anyway, and is to be answered with what was told before it.
        queueNotes();
      }
      Calls.Reply reply =
          answered.isEmpty() ? null : calls.answered(answered, responses, json);
      account(effects, reply != null);
      sent = uplink.enqueue(
          effects.lane(), json, effects.asks(), new Tag(effects.kind(), words, reply, null));
      if (sent.isCompletedExceptionally()) {
        awaitingHistory |= effects.closesHistory() && initialHistory;
        if (reply != null) {
          calls.refused(reply);
        }
      }
    } finally {
      lock.unlock();
    }
    uplink.flush();
    // What was accounted for may have ended a turn.
    life.settle();
    return counted(sent);
  }

  /** Keeps the books of what is about to leave. Holds the lock. */
  private void account(SendEffects effects, boolean answers) {
    long now = services.nanoTime().getAsLong();
    if (effects.declared() != null) {
      declare(effects.declared());
    }
    if (effects.closesHistory()) {
      awaitingHistory = false;
    }
    if (effects.asks()) {
      inbound.turns().onInputRequested();
    }
    switch (effects.kind()) {
      case ACTIVITY_START -> {
        windowOpen = true;
        watchdog.onUserSpeaks(now);
      }
      case ACTIVITY_END -> {
        windowOpen = false;
        onSpeechEnded(now);
      }
      case STREAM_END -> onSpeechEnded(now);
      case WORDS -> {
        if (effects.asks()) {
          watchdog.onInput(now);
        }
      }
      case ANSWER -> {
        if (answers) {
          boolean speaks = effects.answers().stream().anyMatch(answer -> !answer.silent());
          watchdog.onToolAnswered(now, speaks);
        }
      }
      default -> {
        // Says nothing that an answer is due to.
      }
    }
  }

  /** The functions the model knows from now on. Holds the lock. */
  private void declare(Map<String, @Nullable FunctionBehavior> functions) {
    tools.leave(functions.keySet());
    inbound.declare(functions);
  }

  private CompletableFuture<Void> counted(CompletableFuture<Void> sent) {
    if (sent.isCompletedExceptionally() && state().takesMessages()) {
      sendsRefused.increment();
    }
    return sent;
  }

  private SessionFacts facts() {
    return new SessionFacts(profile, config.endpoint().backend(), manualActivity, awaitingHistory);
  }

  @Override
  public CompletableFuture<Void> sendAudio(byte[] pcm, int sampleRateHz) {
    checkAudio(pcm.length, sampleRateHz);
    return counted(uplink.sendAudio(pcm, 0, pcm.length, sampleRateHz, true));
  }

  @Override
  public CompletableFuture<Void> sendAudio(ByteBuffer pcm, int sampleRateHz) {
    int length = pcm.remaining();
    checkAudio(length, sampleRateHz);
    if (pcm.hasArray()) {
      int offset = pcm.arrayOffset() + pcm.position();
      pcm.position(pcm.limit());
      return counted(uplink.sendAudio(pcm.array(), offset, length, sampleRateHz, true));
    }
    byte[] copy = new byte[length];
    pcm.get(copy);
    return counted(uplink.sendAudio(copy, 0, length, sampleRateHz, true));
  }

  @Override
  public void streamAudio(byte[] pcm, int offset, int length, int sampleRateHz) {
    Objects.checkFromIndexSize(offset, length, pcm.length);
    checkAudio(length, sampleRateHz);
    counted(uplink.sendAudio(pcm, offset, length, sampleRateHz, false));
  }

  private static void checkAudio(int bytes, int sampleRateHz) {
    if (bytes == 0) {
      throw new IllegalArgumentException("pcm is empty; send whole samples or nothing");
    }
    AudioChunk.checkFormat(bytes, sampleRateHz);
  }

  @Override
  public CompletableFuture<Void> sendVideoFrame(byte[] image, String mimeType) {
    RealtimeInput input = RealtimeInput.video(mimeType, Bytes.copyOf(image));
    return send(ClientMessage.of(input));
  }

  @Override
  public CompletableFuture<Void> sendText(String text) {
    if (text.isBlank()) {
      throw new IllegalArgumentException("text is blank; the service refuses that");
    }
    return send(Intentions.say(profile, text));
  }

  @Override
  public CompletableFuture<Void> say(String instruction) {
    if (instruction.isBlank()) {
      throw new IllegalArgumentException("instruction is blank; say what the model is to speak of");
    }
    return send(Intentions.say(profile, instruction));
  }

  @Override
  public CompletableFuture<InForce> tell(String context) {
    return note(context, "context", false);
  }

  @Override
  public CompletableFuture<InForce> remember(String fact) {
    return note(fact, "fact", true);
  }

  private CompletableFuture<InForce> note(String text, String name, boolean remember) {
    if (text.isBlank()) {
      throw new IllegalArgumentException(name + " is blank; there is nothing to tell");
    }
    CompletableFuture<InForce> future = new CompletableFuture<>();
    lock.lock();
    try {
      Throwable refused = uplink.refusal();
      if (refused != null) {
        return CompletableFuture.failedFuture(refused);
      }
      switch (notes.add(text, remember, future)) {
        case WAITS -> sendNotes();
        case NEXT_CONNECTION -> future.complete(InForce.AT_NEXT_CONNECTION);
        case FULL ->
          future.completeExceptionally(new LiveBackpressureException(
              "Too much waits to be told: "
                  + notes.waitingChars()
                  + " characters; "
                  + text.length()
                  + " more would be over the limit of "
                  + Notes.MAX_CHARS
                  + ". Tell less, or wait for the futures of earlier calls.",
              notes.waitingChars(),
              Notes.MAX_CHARS));
      }
    } finally {
      lock.unlock();
    }
    life.settle();
    return future;
  }

  @Override
  public CompletableFuture<Void> interrupt() {
    CompletableFuture<Void> sent = CompletableFuture.completedFuture(null);
    lock.lock();
    try {
      Throwable refused = uplink.refusal();
      if (refused != null) {
        return CompletableFuture.failedFuture(refused);
      }
      ClientMessage message = Intentions.interrupt(profile);
      boolean running = life.state().connected()
          && inbound.turns().interrupt(services.nanoTime().getAsLong(), message == null);
      if (running && message != null) {
        sent = uplink.enqueue(Uplink.Lane.STREAM, encode(message), false);
        life.later(uplink::flush);
      } else if (running) {
        publish(new LiveEvent.Warning(
            LiveEvent.Warning.Kind.INTERRUPTED_HERE_ONLY,
            config.model() + " cannot be told to stop; the rest of the answer is thrown away",
            null));
      }
    } finally {
      lock.unlock();
    }
    life.settle();
    return counted(sent);
  }

  @Override
  public void reportUserSpeech(boolean speaking) {
    locked(() -> {
      if (speaking == speechReported) {
        return;
      }
      speechReported = speaking;
      long now = services.nanoTime().getAsLong();
      if (speaking) {
        watchdog.onUserSpeaks(now);
      } else {
        onSpeechEnded(now);
        life.checkRotation();
      }
    });
  }

  @Override
  public CompletableFuture<Void> sendTurns(List<Content> turns, boolean turnComplete) {
    ClientContent.Builder content = ClientContent.builder().turnComplete(turnComplete);
    if (!turns.isEmpty()) {
      content.turns(turns);
    }
    return send(ClientMessage.of(content.build()));
  }

  @Override
  public CompletableFuture<Void> startActivity() {
    return send(ClientMessage.of(RealtimeInput.startOfActivity()));
  }

  @Override
  public CompletableFuture<Void> endActivity() {
    return send(ClientMessage.of(RealtimeInput.endOfActivity()));
  }

  @Override
  public CompletableFuture<Void> endAudioStream() {
    return send(ClientMessage.of(RealtimeInput.streamEnd()));
  }

  @Override
  public CompletableFuture<Void> sendToolResponse(FunctionResponse... responses) {
    return send(ClientMessage.of(ToolResponse.of(responses)));
  }

  @Override
  public CompletableFuture<Void> updateContext(ContextUpdate update) {
    CompletableFuture<Void> sent = send(ClientMessage.of(update));
    locked(() -> {
      if (!sent.isCompletedExceptionally()) {
        keep(update);
      }
    });
    return sent;
  }

  /** The next connection is to begin with what was changed on this one. Holds the lock. */
  private void keep(ContextUpdate update) {
    if (update.systemInstruction() != null) {
      config = config.toBuilder().systemInstruction(update.systemInstruction()).build();
    }
    if (update.tools() != null) {
      contextTools = update.tools().tools() == null ? List.of() : update.tools().tools();
    }
  }

  @Override
  public CompletableFuture<InForce> updateTools(ToolSet... toolSets) {
    LiveConfig changed = config.toBuilder().replaceTools(toolSets).build();
    checkChanged(changed);
    InForce inForce = profile.contextUpdate() ? InForce.NOW : InForce.AT_NEXT_CONNECTION;
    return counted(install(changed, true)).thenApply(ignored -> inForce);
  }

  @Override
  public CompletableFuture<Void> reconfigure(UnaryOperator<LiveConfig.Builder> change) {
    LiveConfig before = config;
    LiveConfig changed = requireNonNull(
            change.apply(before.toBuilder()), "change returned null")
        .build();
    checkSame("model", before.model(), changed.model());
    checkSame("endpoint", before.endpoint(), changed.endpoint());
    checkSame("credentials", before.credentials(), changed.credentials());
    checkChanged(changed);
    if (profile.contextUpdate() && withoutContext(before).equals(withoutContext(changed))) {
      return counted(install(changed, false));
    }
    if (!resumes) {
      return CompletableFuture.failedFuture(new IllegalStateException(
          "only instructions and tools of a 3.8 model change while resumption is off; turn"
              + " LiveConfig.resumption on, or open another session"));
    }
    CompletableFuture<Void> inForce = new CompletableFuture<>();
    lock.lock();
    try {
      Throwable refused = uplink.refusal();
      if (refused != null) {
        return CompletableFuture.failedFuture(refused);
      }
      config = changed;
      contextTools = null;
      tools.setTools(ToolTable.of(changed.toolSets()));
      declare(SendEffects.functions(changed.setup().tools()));
      awaitingConfig.add(new Awaited(changed, inForce));
      life.rotate(RecoveryCause.RECONFIGURED, patience());
    } finally {
      lock.unlock();
    }
    life.settle();
    return inForce;
  }

  private static void checkSame(String name, Object before, Object changed) {
    if (!before.equals(changed)) {
      throw new IllegalArgumentException(
          "the " + name + " of a session cannot change; open another session with it");
    }
  }

  private static Setup withoutContext(LiveConfig config) {
    return config.setup().toBuilder().systemInstruction(null).tools(List.of()).build();
  }

  /**
   * Takes other instructions and tools, and tells a model that takes them in mid-session.
   *
   * @param toolsOnly whether nothing else has changed
   */
  private CompletableFuture<Void> install(LiveConfig changed, boolean toolsOnly) {
    ToolTable table = ToolTable.of(changed.toolSets());
    List<Tool> declared = changed.setup().tools();
    ContextUpdate.Builder update = ContextUpdate.builder()
        .tools(ToolsUpdate.builder().tools(declared).build());
    if (!toolsOnly && changed.setup().systemInstruction() != null) {
      update.systemInstruction(changed.setup().systemInstruction());
    }
    boolean tell = profile.contextUpdate();
    String json = tell ? encode(ClientMessage.of(update.build())) : "";
    CompletableFuture<Void> sent;
    lock.lock();
    try {
      // The message takes its place under the lock, so that the service and this side end up with
      // the same tools however many threads change them.
      Throwable refused = uplink.refusal();
      if (tell) {
        Tag tag = new Tag(SendEffects.Kind.OTHER, List.of(), null, null);
        sent = uplink.enqueue(Uplink.Lane.STREAM, json, false, tag);
      } else if (refused != null) {
        sent = CompletableFuture.failedFuture(refused);
      } else {
        sent = CompletableFuture.completedFuture(null);
      }
      if (!sent.isCompletedExceptionally()) {
        config = changed;
        contextTools = null;
        tools.setTools(table);
        if (tell) {
          declare(SendEffects.functions(declared));
        }
      }
    } finally {
      lock.unlock();
    }
    uplink.flush();
    return sent;
  }

  /** Throws where the service is known to refuse what was changed, and logs what else is new. */
  private void checkChanged(LiveConfig changed) {
    List<ConfigFinding> known = config.check();
    List<ConfigFinding> refused = new ArrayList<>();
    for (ConfigFinding finding : changed.check()) {
      if (finding.severity() == ConfigFinding.Severity.REFUSED) {
        refused.add(finding);
      } else if (!known.contains(finding)) {
        LOG.warn("{} is changed: {}", id, finding);
      }
    }
    if (!refused.isEmpty()) {
      StringBuilder message = new StringBuilder(
              "The service is known to refuse this configuration for ")
          .append(changed.model())
          .append(':');
      refused.forEach(finding -> message.append("\n  - ").append(finding));
      throw new LiveConfigException(message.toString(), refused);
    }
  }

  @Override
  public CompletableFuture<RecoveryReport> rotate() {
    CompletableFuture<RecoveryReport> changed = new CompletableFuture<>();
    if (!resumes) {
      return CompletableFuture.failedFuture(new IllegalStateException(
          "the connection cannot be changed: resumption is off, see LiveConfig.resumption"));
    }
    lock.lock();
    try {
      Throwable refused = uplink.refusal();
      if (refused != null) {
        return CompletableFuture.failedFuture(refused);
      }
      awaitingChange.add(changed);
      life.rotate(RecoveryCause.REQUESTED, patience());
    } finally {
      lock.unlock();
    }
    life.settle();
    return changed;
  }

  @Override
  public SessionSnapshot snapshot() {
    lock.lock();
    try {
      return new SessionSnapshot(
          config.model().id(), inbound.handle(), conversation.history(), notes.remembered());
    } finally {
      lock.unlock();
    }
  }

  @Override
  public FlightRecording recording() {
    return recorder.recording();
  }

  private void trouble(String why) {
    recorder.trouble(
        why,
        services.executor(),
        error -> tell(new LiveEvent.Warning(
            LiveEvent.Warning.Kind.RECORDING_FAILED,
            "the flight recording was not written",
            error)));
  }

  @Override
  public void attach(Object state) {
    attachments.attach(state);
  }

  @Override
  public <T> Optional<T> attachment(Class<T> type) {
    return attachments.latest(type);
  }

  /** What the uplink tells; on whatever thread the socket completes its sends. */
  private final class FromUplink implements Uplink.Observer {

    @Override
    public void onSent(
        String frame, int bytes, long audioNanos, boolean input, @Nullable Object tag) {
      messagesSent.incrementAndGet();
      bytesSent.addAndGet(bytes);
      recorder.sent(life.number(), frame, audioNanos);
      if (audioNanos > 0) {
        audioSentNanos.addAndGet(audioNanos);
        audioSinceHandleNanos.addAndGet(audioNanos);
      } else if (tag instanceof Tag sent) {
        locked(() -> onWritten(sent));
      }
      if (input) {
        lastInputNanos = services.nanoTime().getAsLong();
      }
      if (LOG.isDebugEnabled()) {
        LOG.debug("{} sent {} ({} B)", id, audioNanos > 0 ? "audio" : "a message", bytes);
      }
    }

    @Override
    public void onDropped(int messages, long audioNanos, String why) {
      LOG.warn("{} dropped {} outgoing audio or video messages: {}", id, messages, why);
      tell(new LiveEvent.Warning(
          LiveEvent.Warning.Kind.INPUT_DROPPED,
          messages + " outgoing audio or video messages were dropped: " + why,
          null));
    }

    @Override
    public void onSendFailed(WebSocket socket, Throwable error) {
      Link link = linkOf(socket);
      if (link != null) {
        link.broken(error);
      }
    }

    @Override
    public void onStalled(WebSocket socket, Duration since) {
      Link link = linkOf(socket);
      if (link != null) {
        Failure failure = Failure.ofWriteStall(
            FailurePolicy.Phase.OPEN, link.opening().handle() != null, since);
        recordEnd(link, failure.end(), "writeStall");
        life.onFailure(link, failure, null, false);
      }
    }

    private @Nullable Link linkOf(WebSocket socket) {
      lock.lock();
      try {
        Link link = life.current();
        return link != null && link.socket() == socket ? link : null;
      } finally {
        lock.unlock();
      }
    }
  }

  /** The socket took a message. Holds the lock. */
  private void onWritten(Tag sent) {
    switch (sent.kind()) {
      case ACTIVITY_START -> windowWritten = true;
      case ACTIVITY_END -> windowWritten = false;
      case WORDS, OTHER -> {
        wordsSinceHandle++;
        wordsUnconfirmed++;
      }
      default -> {
        // Its loss is told in another way.
      }
    }
    if (!sent.words().isEmpty()) {
      conversation.onTurnsSent(sent.words());
    }
    if (sent.reply() != null) {
      calls.written(sent.reply());
    }
    Notes.Outgoing told = sent.notes();
    if (told != null && notesQueued.remove(told)) {
      life.later(() -> services.executor().execute(
          () -> told.notes().forEach(note -> note.told().complete(InForce.NOW))));
    }
  }

  private void tell(LiveEvent event) {
    locked(() -> publish(event));
  }

  private final class ForTools implements ToolRunner.Host {

    @Override
    public LiveSession session() {
      return DefaultLiveSession.this;
    }

    @Override
    public @Nullable CompletionStage<Void> answer(Supplier<List<ToolRunner.Answer>> decide) {
      CompletableFuture<Void> sent = CompletableFuture.completedFuture(null);
      lock.lock();
      try {
        List<ToolRunner.Answer> answers = decide.get();
        if (answers.isEmpty()) {
          return null;
        }
        List<ToolRunner.Answer> known = new ArrayList<>();
        for (ToolRunner.Answer answer : answers) {
          if (answeredAsText.contains(answer.key())) {
            answerAsText(answer.toResponse(false));
            finish(answer, true);
          } else {
            known.add(answer);
          }
        }
        if (!known.isEmpty()) {
          sent = write(known);
        }
      } finally {
        lock.unlock();
      }
      uplink.flush();
      life.settle();
      return sent;
    }

    private CompletableFuture<Void> write(List<ToolRunner.Answer> answers) {
      List<FunctionResponse> responses = answers.stream()
          .map(answer -> answer.toResponse(profile.scheduling()))
          .toList();
      String json = encode(
          ClientMessage.of(ToolResponse.of(responses.toArray(FunctionResponse[]::new))));
      List<String> last = answers.stream()
          .filter(answer -> !answer.more())
          .map(ToolRunner.Answer::key)
          .toList();
      Calls.Reply reply = last.isEmpty() ? null : calls.answered(last, responses, json);
      // Under the lock, so that an answer that is told leaves even if the session closes now.
      CompletableFuture<Void> sent = uplink.enqueue(
          Uplink.Lane.URGENT,
          json,
          false,
          new Tag(SendEffects.Kind.ANSWER, List.of(), reply, null));
      boolean taken = !sent.isCompletedExceptionally();
      if (!taken && reply != null) {
        calls.refused(reply);
      }
      answers.forEach(answer -> finish(answer, taken));
      return sent;
    }

    private void finish(ToolRunner.Answer answer, boolean taken) {
      if (answer.more()) {
        return;
      }
      answeredAsText.remove(answer.key());
      inbound.turns().onToolAnswered(answer.key(), speaks(answer));
      watchdog.onToolAnswered(services.nanoTime().getAsLong(), speaks(answer));
      FunctionCall call = answer.call();
      conversation.onToolAnswered(
          requireNonNull(call.name()),
          call.args() == null ? null : call.args().text(),
          answer.result().response().text());
      publish(taken ? answered(answer) : dropped(answer));
    }

    /** Where the model cannot be told to be silent, it is not. */
    private boolean speaks(ToolRunner.Answer answer) {
      return answer.speaks() || answer.blocking() || !profile.scheduling();
    }

    private static LiveEvent answered(ToolRunner.Answer answer) {
      return new LiveEvent.ToolAnswered(
          answer.call().id(),
          requireNonNull(answer.call().name()),
          answer.result().status(),
          answer.took());
    }

    private static LiveEvent dropped(ToolRunner.Answer answer) {
      return new LiveEvent.Warning(
          LiveEvent.Warning.Kind.TOOL_RESULT_DROPPED,
          "the answer of \"" + answer.call().name() + "\" was not sent: the session is ending",
          null);
    }

    @Override
    public CompletionStage<Void> whenHeard(LiveTurn turn) {
      // What the user still hears may be of an earlier turn than the call.
      return heard.whenHeard();
    }

    @Override
    public void tell(LiveEvent event) {
      DefaultLiveSession.this.tell(event);
    }
  }

  /** What the watchdog sees and does; under the lock. */
  private final class ForWatchdog implements Watchdog.Host {

    @Override
    public boolean userSpeaks() {
      return DefaultLiveSession.this.userSpeaks();
    }

    @Override
    public boolean toolOpen() {
      return calls.anyOpen();
    }

    @Override
    public boolean inProgress() {
      return inProgress;
    }

    @Override
    public boolean sounding() {
      return heard.sounding();
    }

    @Override
    public boolean mayStaySilent() {
      ProactivityConfig chosen = config.setup().proactivity();
      return switch (profile.features().proactivity()) {
        case ALWAYS, PROBABLY_ALWAYS -> true;
        case OPT_IN -> chosen != null && Boolean.TRUE.equals(chosen.proactiveAudio());
        case NONE -> false;
      };
    }

    @Override
    public boolean canEndSpeech() {
      return life.state().connected();
    }

    @Override
    public boolean canResume() {
      return resumes && inbound.handle() != null;
    }

    @Override
    public boolean canBeginAfresh() {
      return resumes;
    }

    @Override
    public boolean canNudge() {
      return Intentions.nudge(profile) != null;
    }

    @Override
    public @Nullable LiveTurn turn() {
      return inbound.turns().current();
    }

    @Override
    public void tell(LiveEvent event) {
      publish(event);
      if (event instanceof LiveEvent.Stalled stalled) {
        LOG.warn(
            "{} hears nothing from the service: {}, {} ms, {}",
            id,
            stalled.phase(),
            stalled.silence().toMillis(),
            stalled.step());
        recorder.state(
            life.number(),
            "stalled",
            Map.of("phase", stalled.phase().name(), "step", String.valueOf(stalled.step())));
      } else if (event instanceof LiveEvent.StallEnded ended) {
        recorder.state(life.number(), "stallEnded", Map.of("phase", ended.phase().name()));
      }
    }

    @Override
    public void take(WatchdogStep step) {
      switch (step) {
        case NUDGE -> ask(Intentions.nudge(profile));
        case END_OF_SPEECH -> ask(Intentions.endOfSpeech(manualActivity));
        case RESUME -> life.change(RecoveryCause.WATCHDOG);
        case FRESH -> {
          inbound.dropHandle();
          life.change(RecoveryCause.WATCHDOG);
        }
        case GIVE_UP -> life.later(() -> trouble("the service stays silent"));
      }
    }

    private void ask(@Nullable ClientMessage message) {
      if (message != null && life.state().connected()) {
        inbound.turns().onInputRequested();
        uplink.enqueue(Uplink.Lane.STREAM, encode(message), true);
        life.later(uplink::flush);
      }
    }

    @Override
    public void wakeAt(long nanos) {
      watchWished = true;
      watchWishNanos = nanos;
      if (watchTimer != null && nanos - watchTimerNanos < 0) {
        watchTimer.cancel(false);
        watchTimer = null;
      }
      // One that comes too early looks and is set again.
      if (watchTimer == null) {
        setTimer(nanos);
      }
    }

    private void setTimer(long nanos) {
      watchTimerNanos = nanos;
      long delay = Math.max(0, nanos - services.nanoTime().getAsLong());
      watchTimer = services
          .timers()
          .schedule(() -> locked(this::onTimer), delay, TimeUnit.NANOSECONDS);
    }

    private void onTimer() {
      watchTimer = null;
      long now = services.nanoTime().getAsLong();
      if (!watchWished) {
        return;
      }
      if (now - watchWishNanos < 0) {
        setTimer(watchWishNanos);
        return;
      }
      watchWished = false;
      watchdog.onTimer(now);
    }

    @Override
    public void noWake() {
      watchWished = false;
    }
  }

  @Override
  public void close() {
    CompletableFuture<CloseInfo> done = closeAsync();
    try {
      done.get(
          config.closeTimeout().plus(Lifecycle.CLOSE_SLACK).toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // The close timer has cut the connection, or does so as soon as its clock moves.
      LOG.debug("{} is still closing", id);
    }
  }

  @Override
  public CompletableFuture<CloseInfo> closeAsync() {
    if (life.close(config.closeTimeout())) {
      CloseInfo info = Lifecycle.closedByApplication();
      uplink.finish(() -> closedException(info)).whenComplete((ignored, error) -> sendCloseFrame());
    }
    return closed.copy();
  }

  private void sendCloseFrame() {
    Link link;
    lock.lock();
    try {
      link = life.current();
    } finally {
      lock.unlock();
    }
    if (link != null) {
      recorder.state(link.number(), "closing", Map.of());
      link.sendClose(
          error -> life.onFailure(
              link,
              Failure.ofClose(FailurePolicy.Phase.OPEN, false, 1006, ""),
              null,
              false));
    }
  }

  private String mask(@Nullable String said) {
    lock.lock();
    try {
      return inbound.mask(said);
    } finally {
      lock.unlock();
    }
  }

  private LiveClosedException closedException(CloseInfo info) {
    return new LiveClosedException(
        info, "The session " + id + " is over: " + Lifecycle.describe(info) + ".");
  }

  private LiveSetupRefusedException setupRefused(CloseInfo info) {
    return new LiveSetupRefusedException(
        info,
        "The service did not accept the setup for model "
            + config.model()
            + ": "
            + Lifecycle.describe(info)
            + ". "
            + FailurePolicy.advice(info.kind(), info.reason()));
  }

  private static void cancel(@Nullable Future<?> timer) {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public @Nullable String serverSessionId() {
    lock.lock();
    try {
      return serverSessionId;
    } finally {
      lock.unlock();
    }
  }

  @Override
  public LiveConfig config() {
    return config;
  }

  @Override
  public SessionState state() {
    return life.state();
  }

  @Override
  public int connection() {
    return life.number();
  }

  @Override
  public SessionMetrics metrics() {
    lock.lock();
    try {
      Inbound.Counts received = inbound.counts();
      long discarded = hub.discardedAudioNanos() + inbound.turns().lateAudioNanos();
      return new SessionMetrics(
          messagesSent.get(),
          bytesSent.get(),
          received.messages(),
          received.bytes(),
          Duration.ofNanos(audioSentNanos.get()),
          Duration.ofNanos(received.audioNanos()),
          Duration.ofNanos(discarded),
          uplink.dropped(),
          sendsRefused.sum(),
          hub.droppedAudioEvents(),
          hub.pauses(),
          received.malformedMessages(),
          received.malformedFields(),
          inbound.turns().begun(),
          received.toolCalls(),
          uplink.queuedMessages(),
          uplink.queuedBytes(),
          connections);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public UsageTotals usage() {
    lock.lock();
    try {
      return inbound.usage();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public Subscription subscribe(LiveListener listener, Delivery delivery) {
    return hub.subscribe(
        requireNonNull(listener, "listener"), requireNonNull(delivery, "delivery"));
  }

  @Override
  public Flow.Publisher<LiveEvent> publisher(Delivery delivery) {
    return hub.publisher(requireNonNull(delivery, "delivery"));
  }

  @Override
  public LiveStream<LiveEvent> events(Delivery delivery) {
    return hub.events(requireNonNull(delivery, "delivery"));
  }

  @Override
  public LiveStream<LiveTurn> turns() {
    return hub.turns();
  }

  @Override
  public CompletableFuture<CloseInfo> closed() {
    return closed.copy();
  }

  @Override
  public String toString() {
    return "LiveSession[" + id + ", " + state() + ", " + config.model() + "]";
  }
}
