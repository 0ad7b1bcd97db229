package io.github.geminilive.internal.session;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.AudioChunk;
import io.github.geminilive.CloseInfo;
import io.github.geminilive.Delivery;
import io.github.geminilive.FailureKind;
import io.github.geminilive.FlightRecording;
import io.github.geminilive.InForce;
import io.github.geminilive.LiveBackpressureException;
import io.github.geminilive.LiveClosedException;
import io.github.geminilive.LiveConfig;
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
import io.github.geminilive.internal.codec.ClientMessageEncoder;
import io.github.geminilive.internal.codec.Decoded;
import io.github.geminilive.internal.codec.ServerMessageDecoder;
import io.github.geminilive.internal.codec.SetupFingerprint;
import io.github.geminilive.internal.profile.MessageCheck;
import io.github.geminilive.internal.profile.ModelProfile;
import io.github.geminilive.internal.profile.SessionFacts;
import io.github.geminilive.internal.recorder.FlightRecorder;
import io.github.geminilive.internal.session.FailurePolicy.Failure;
import io.github.geminilive.internal.tool.Attachments;
import io.github.geminilive.internal.tool.ToolRunner;
import io.github.geminilive.internal.transport.SentJournal;
import io.github.geminilive.internal.transport.Uplink;
import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.ClientContent;
import io.github.geminilive.protocol.ClientMessage;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.ContextUpdate;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionResponse;
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
import io.github.geminilive.protocol.ToolResponse;
import io.github.geminilive.protocol.VoiceActivity;
import io.github.geminilive.protocol.VoiceActivityType;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine: what is said on a session's connections. Which connection that is, and how the
 * session comes to the next one, is the {@link Lifecycle}'s business. Messages are decoded and
 * turned into events on the HTTP client's thread that brought them, under one lock and in memory
 * only; whatever calls the application's code or the socket happens after the lock is released.
 */
public final class DefaultLiveSession implements LiveSession {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.session");
  private static final AtomicLong IDS = new AtomicLong();
  private static final int TRACE_LENGTH = 500;

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
  private final long dialNanos;
  private final CompletableFuture<LiveSession> opening = new CompletableFuture<>();
  private final CompletableFuture<CloseInfo> closed = new CompletableFuture<>();

  private final AtomicLong messagesSent = new AtomicLong();
  private final AtomicLong bytesSent = new AtomicLong();
  private final AtomicLong audioSentNanos = new AtomicLong();
  private final LongAdder sendsRefused = new LongAdder();
  // When input last left, on the nano clock; 0 means never.
  private volatile long lastInputNanos;
  // Since when messages are read as they come, on the nano clock.
  private volatile long readingSinceNanos;

  private final ReentrantLock lock = new ReentrantLock();
  // All below is guarded by lock.
  private final Inbound inbound;
  private final SentLedger ledger;
  private final Conversation conversation;
  private final Notes notes;
  private final NoteSender noteSender;
  private final Openings openings;
  private final ConfigChanges changes;
  private final CallAnswers answers;
  private final Watchdog watchdog;
  private final Lookout lookout;
  private final UserSpeech speech = new UserSpeech();
  private @Nullable String serverSessionId;
  private int connections;
  private boolean inProgress;
  // The message that is being taken, if it is to be passed on as it is.
  private byte @Nullable [] plainFrame;
  private final List<CompletableFuture<RecoveryReport>> awaitingChange = new ArrayList<>();

  // Taken last: events are published, and so the gate is shut, under the engine's lock, while it is
  // opened without.
  private final Object gate = new Object();
  // Guarded by gate.
  private boolean paused;
  private @Nullable Link gated;

  /**
   * A session that has not dialled yet.
   *
   * @param dialler opens its connections
   */
  public DefaultLiveSession(LiveConfig config, Services services, Dialler dialler) {
    this.services = services;
    this.recovery = config.recovery();
    this.profile = ModelProfile.of(config.model(), config.endpoint().backend());
    this.dialNanos = services.nanoTime().getAsLong();
    this.readingSinceNanos = dialNanos;
    SessionResumptionConfig resumption = config.setup().sessionResumption();
    this.resumes = resumption != null;
    RealtimeInputConfig input = config.setup().realtimeInputConfig();
    this.manualActivity = input != null
        && input.automaticActivityDetection() != null
        && Boolean.TRUE.equals(input.automaticActivityDetection().disabled());
    this.recorder =
        new FlightRecorder(id, config.model().id(), config.recording(), services.nanoTime());
    this.life =
        new Lifecycle(id, lock, services, dialler, new FromLink(), recovery, new ForLifecycle());
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
    SentJournal journal = null;
    if (resumption != null && Boolean.TRUE.equals(resumption.transparent())) {
      journal = new SentJournal(config.outgoingBytes());
      uplink.journal(journal);
    }
    this.ledger =
        new SentLedger(journal, this::answers, () -> readingSinceNanos, services.nanoTime());
    this.hub = new EventHub(services.executor(), this::setPaused);
    this.heard = new HeardLedger(services.executor(), services.timers(), services.nanoTime());
    this.attachments = new Attachments(config.attachments());
    this.conversation = new Conversation(recovery.history());
    Desk desk = new Desk();
    this.answers =
        new CallAnswers(desk, lock, life, uplink, profile, recovery, ledger, conversation, heard);
    this.tools = new ToolRunner(
        answers,
        config.toolSets(),
        new ToolRunner.Settings(
            services.executor(),
            services.timers(),
            services.nanoTime(),
            profile.generators(),
            config.toolResultLimit(),
            config.toolCallsPerTurn()));
    this.inbound =
        new Inbound(id, config, profile, tools, heard, this::publish, conversation::onTurnBegun);
    this.notes = new Notes(profile);
    this.openings =
        new Openings(config, lock, services, profile, inbound, conversation, notes, this::tell);
    this.noteSender =
        new NoteSender(notes, uplink, life, services, ledger, this::mayTell, this::encode);
    this.changes =
        new ConfigChanges(id, desk, lock, life, uplink, openings, tools, profile, ledger);
    this.lookout =
        new Lookout(id, desk, profile, services, life, inbound, speech, ledger.calls(), heard);
    this.watchdog = new Watchdog(config.watchdog(), lookout);
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
    Opening first;
    lock.lock();
    try {
      first = openings.first();
    } finally {
      lock.unlock();
    }
    SessionSnapshot snapshot = config().snapshot();
    if (snapshot != null && !snapshot.matches(config())) {
      LOG.info("{} goes on with a conversation that was set up in another way", id);
    }
    life.connect(first, address);
  }

  /** The dial is given up: nothing of this session remains. */
  public void abandon(Throwable why) {
    life.abandon(why);
  }

  /** What the lifecycle asks of the conversation. */
  private final class ForLifecycle implements Lifecycle.Host {

    @Override
    public boolean resumes() {
      return resumes;
    }

    @Override
    public boolean quiet() {
      return nobodySpeaks()
          && !ledger.calls().anyOpen()
          && inbound.resumable()
          && ledger.coversWords()
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
    }

    @Override
    public void onLost() {
      gate(null);
      uplink.detach();
      // On another connection it would cut, or ask for, another answer than it was meant for.
      uplink.withdraw(
          tag -> tag instanceof SentLedger.Tag sent && sent.kind() == SendEffects.Kind.STEERING,
          () -> new IllegalStateException("the connection is gone, and the answer with it"));
      ledger.onLost();
      speech.onLost();
      inProgress = false;
      // First: it remembers what was waited for, which may end now.
      watchdog.onLost(services.nanoTime().getAsLong());
      inbound.turns().onLost();
      noteSender.onLost();
      life.later(uplink::flush);
    }

    @Override
    public void onStay(CloseInfo why) {
      List<CompletableFuture<?>> unmet = new ArrayList<>(awaitingChange);
      unmet.addAll(changes.close());
      awaitingChange.clear();
      String reason = "the service takes no other connection: " + Lifecycle.describe(why);
      life.later(() -> services
          .executor()
          .execute(() -> unmet.forEach(
              future -> future.completeExceptionally(new IllegalStateException(reason)))));
    }

    @Override
    public void dropHandle() {
      inbound.dropHandle();
    }

    @Override
    public boolean isOutdated(Opening opening) {
      return !Objects.equals(opening.handle(), inbound.handle());
    }

    @Override
    public void open(Consumer<Opening> ready) {
      openings.next(ready);
    }

    @Override
    public void onOver(CloseInfo info, @Nullable Throwable dialFailure, boolean wasConnecting) {
      if (!wasConnecting) {
        inbound.turns().onClosed();
        DefaultLiveSession.this.publish(new LiveEvent.Closed(info));
      }
      // Who comes after this is refused, and not kept waiting for what will never be.
      uplink.finish(() -> closedException(info));
      watchdog.onClosed();
      lookout.close();
      List<CompletableFuture<?>> unmet = new ArrayList<>(noteSender.close());
      unmet.addAll(awaitingChange);
      unmet.addAll(changes.close());
      awaitingChange.clear();
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

  private void setPaused(boolean pause) {
    synchronized (gate) {
      if (paused && !pause) {
        readingSinceNanos = services.nanoTime().getAsLong();
      }
      paused = pause;
      if (gated != null) {
        gated.setPaused(pause);
      }
    }
  }

  /** Reading is paused on this connection from now on, if it is; null: on none. */
  private void gate(@Nullable Link link) {
    synchronized (gate) {
      gated = link;
      if (link != null && paused) {
        link.setPaused(true);
      }
    }
  }

  /**
   * Whether what the application tells the model would interrupt nothing, nor be left behind by a
   * change of connections. Holds the lock.
   */
  private boolean mayTell() {
    return nobodySpeaks() && !openings.awaitingHistory() && !life.leaves();
  }

  /** Whether no turn is running on either side, or about to begin. Holds the lock. */
  private boolean nobodySpeaks() {
    long now = services.nanoTime().getAsLong();
    return !inbound.turns().isRunning(now) && !speech.running() && !speech.awaitsAnswer(now);
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
      byte[] frame =
          hub.wantsFrames() && link.decoder().plainAudio() ? Arrays.copyOf(buffer, length) : null;
      ServerMessage message = decoded.message();
      recorder.received(link.number(), buffer, length, message);
      if (LOG.isDebugEnabled()) {
        LOG.debug("{} receives {} ({} B)", id, Inbound.kindsOf(message), length);
      }
      if (LOG.isTraceEnabled() && config().logContent()) {
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
        plainFrame = frame;
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
        plainFrame = null;
        lock.unlock();
      }
      // Interrupts are among what runs here: not on the executor, whose threads may all be held by
      // what is to be interrupted.
      life.settle();
      if (!incoming.isEmpty()) {
        tools.run(incoming);
      }
      if (failure != null) {
        recordEnd(link, failure.end(), "");
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
        failure = Failure.ofEnd(
            life.phaseOf(link), link.opening().handle() != null, code, inbound.mask(reason), error);
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
              + config().incomingMessageLimit()
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
      Map<String, Object> facts = new HashMap<>();
      facts.put("status", failure.httpStatus());
      facts.put("kind", why.kind().name());
      if (failure.retryAfter() != null) {
        facts.put("retryAfter", failure.retryAfter());
      }
      recorder.state(link.number(), "refused", facts);
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
      speech.answered();
      watchdog.onTurnEnded(now);
    } else if (event instanceof LiveEvent.Interrupted interrupted) {
      watchdog.onInterrupted(interrupted.by(), now);
    } else if (event instanceof LiveEvent.UserActivity user) {
      noticeSpeech(user.activity(), now);
    } else if (event instanceof LiveEvent.Reconnecting next) {
      recorder.state(
          life.number(),
          "reconnecting",
          Map.of("attempt", next.attempt(), "cause", next.cause().name()));
    } else if (event instanceof LiveEvent.Stalled stalled) {
      recorder.state(
          life.number(),
          "stalled",
          Map.of("phase", stalled.phase().name(), "step", String.valueOf(stalled.step())));
    } else if (event instanceof LiveEvent.StallEnded ended) {
      recorder.state(life.number(), "stallEnded", Map.of("phase", ended.phase().name()));
    }
    hub.publish(event, event instanceof LiveEvent.Audio ? plainFrame : null);
  }

  /** The service hears the user begin or stop. */
  private void noticeSpeech(VoiceActivity activity, long now) {
    if (VoiceActivityType.ACTIVITY_START.equals(activity.type())) {
      speech.notice(true);
      watchdog.onUserSpeaks(now);
    } else if (VoiceActivityType.ACTIVITY_END.equals(activity.type())
        && speech.notice(false)
        && !speech.running()) {
      speech.ended(now);
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
    if (opens && complete != null && cameTooLate(link)) {
      life.discard(link);
      return null;
    } else if (opens && complete != null) {
      open(link, complete, now, incoming);
    } else if (complete != null) {
      inbound.unexpected("setupComplete came again and was ignored");
    }
    ledger.onMessage();
    ServerContent content = message.serverContent();
    if (content != null && content.interactionStatus() != null) {
      inProgress = InteractionStatus.IN_PROGRESS.equals(content.interactionStatus());
    }
    List<ToolRunner.Incoming> called = inbound.take(message, now, lastInputNanos);
    note(called, now);
    incoming.addAll(called);
    SessionResumptionUpdate update = message.sessionResumptionUpdate();
    if (update != null && inbound.resumable()) {
      ledger.onHandle(update.lastConsumedClientMessageIndex());
    }
    if (message.toolCallCancellation() != null && message.toolCallCancellation().ids() != null) {
      ledger.calls().cancelled(message.toolCallCancellation().ids());
    }
    if (content != null) {
      watchdog.onContent(content, now);
    }
    if (message.goAway() != null) {
      recorder.state(link.number(), "goAway", Map.of());
      life.onGoAway(message.goAway().timeLeft());
    }
    noteSender.sendIfSafe();
    life.checkRotation();
    return inbound.endBy(message);
  }

  /**
   * Whether a connection that was opened beside the one in use does not know all that was said on
   * that one meanwhile.
   */
  private boolean cameTooLate(Link link) {
    return life.current() != null
        && !(Objects.equals(link.opening().handle(), inbound.handle())
            && inbound.resumable()
            && ledger.coversAll());
  }

  private void note(List<ToolRunner.Incoming> called, long now) {
    for (ToolRunner.Incoming call : called) {
      String callId = call.call().id();
      ledger.calls().received(call.key(), callId == null ? "" : callId);
    }
    if (!called.isEmpty()) {
      watchdog.onToolCall(now);
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
    gate(link);
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
          config().model(),
          config().endpoint().backend(),
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
    Calls.Lost lost = ledger.calls().lost(restored);
    answers.forget(lost, tools);
    inbound.forget(lost.open().keySet());
    inbound.turns().onCallsLost(lost.open().keySet());
    first.addAll(ledger.again(restored, lost));
    if (speech.inWrittenWindow() && !ledger.repeats(restored)) {
      // The user's turn goes on, and the service must know that before it hears more of it.
      first.add(Uplink.Frame.of(
          ClientMessageEncoder.encode(ClientMessage.of(RealtimeInput.startOfActivity())),
          false,
          null));
    }
    ClientMessage nudge =
        change.cause() == RecoveryCause.WATCHDOG ? Intentions.nudge(profile) : null;
    if (nudge != null || ledger.asksLater()) {
      inbound.turns().onInputRequested(services.nanoTime().getAsLong());
    }
    if (nudge != null) {
      // The answer that is owed was lost with the connection; nobody else will ask for it.
      first.add(Uplink.Frame.of(ClientMessageEncoder.encode(nudge), true, null));
    }
    Uplink.Waited waited = uplink.attach(requireNonNull(link.socket()), first);
    RecoveryReport report = ledger.report(link, change, lost, waited);
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
    List<CompletableFuture<RecoveryReport>> changed = List.copyOf(awaitingChange);
    awaitingChange.clear();
    life.later(() ->
        services.executor().execute(() -> changed.forEach(future -> future.complete(report))));
    changes.onOpen(link.opening().config());
  }

  private String encode(ClientMessage message) {
    String json = ClientMessageEncoder.encode(message);
    trace("sends", json);
    return json;
  }

  private void trace(String does, String content) {
    if (LOG.isTraceEnabled() && config().logContent()) {
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
        noteSender.send();
      }
      Calls.Reply reply =
          answered.isEmpty() ? null : ledger.calls().answered(answered, responses, json);
      SentLedger.Tag tag = ledger.tag(effects.kind(), effects.asks(), words, reply);
      sent = uplink.enqueue(effects.lane(), json, effects.asks(), tag);
      if (!sent.isCompletedExceptionally()) {
        account(effects, reply != null);
        ledger.queued(tag);
        if (!words.isEmpty()) {
          conversation.onTurnsQueued(words);
        }
      } else if (reply != null) {
        ledger.calls().refused(reply);
      }
    } finally {
      lock.unlock();
    }
    uplink.flush();
    // What was accounted for may have ended a turn.
    life.settle();
    return counted(sent);
  }

  /** Answers the service has shown so far; without the lock. */
  private long answers() {
    return inbound.turns().answers();
  }

  /** Keeps the books of what is about to leave. Holds the lock. */
  private void account(SendEffects effects, boolean answers) {
    long now = services.nanoTime().getAsLong();
    if (effects.declared() != null) {
      declare(effects.declared());
    }
    if (effects.closesHistory()) {
      openings.historyTold(true);
    }
    if (effects.asks()) {
      inbound.turns().onInputRequested(services.nanoTime().getAsLong());
    }
    switch (effects.kind()) {
      case ACTIVITY_START -> {
        speech.window(true);
        watchdog.onUserSpeaks(now);
      }
      case ACTIVITY_END -> {
        speech.window(false);
        if (!speech.running()) {
          watchdog.onInput(now);
        }
      }
      case STREAM_END -> {
        speech.ended(now);
        watchdog.onSpeechEnded(now);
      }
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

  private <T> CompletableFuture<T> counted(CompletableFuture<T> sent) {
    if (sent.isCompletedExceptionally() && state().takesMessages()) {
      sendsRefused.increment();
    }
    return sent;
  }

  private SessionFacts facts() {
    return new SessionFacts(
        profile, config().endpoint().backend(), manualActivity, openings.awaitingHistory());
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

  /**
   * Passes on audio that has the service's form already.
   *
   * @param frame a whole {@code realtimeInput.audio} message in ASCII; not looked at
   * @param pcmBytes how many bytes of PCM are in it, an even number
   * @param sampleRateHz 1 to 192,000
   */
  public void streamFrame(String frame, int pcmBytes, int sampleRateHz) {
    checkAudio(pcmBytes, sampleRateHz);
    counted(uplink.sendAudioFrame(frame, pcmBytes, sampleRateHz));
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
        case WAITS -> noteSender.sendIfSafe();
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
        sent = uplink.enqueue(
            Uplink.Lane.STREAM, encode(message), false, ledger.tag(SendEffects.Kind.STEERING));
        life.later(uplink::flush);
      } else if (running) {
        publish(new LiveEvent.Warning(
            LiveEvent.Warning.Kind.INTERRUPTED_HERE_ONLY,
            config().model() + " cannot be told to stop; the rest of the answer is thrown away",
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
    life.locked(() -> {
      long now = services.nanoTime().getAsLong();
      if (!speech.report(speaking)) {
        return;
      }
      if (speaking) {
        watchdog.onUserSpeaks(now);
      } else {
        speech.ended(now);
        watchdog.onSpeechEnded(now);
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
    if (!sent.isCompletedExceptionally()) {
      life.locked(() -> openings.keep(update));
    }
    return sent;
  }

  @Override
  public CompletableFuture<InForce> updateTools(ToolSet... toolSets) {
    return counted(changes.updateTools(toolSets));
  }

  @Override
  public CompletableFuture<Void> reconfigure(UnaryOperator<LiveConfig.Builder> change) {
    return counted(changes.reconfigure(change));
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
      life.rotateInTime(RecoveryCause.REQUESTED);
    } finally {
      lock.unlock();
    }
    life.settle();
    return changed;
  }

  @Override
  public SessionSnapshot snapshot() {
    Setup setup;
    String handle;
    List<Content> history;
    List<String> remembered;
    lock.lock();
    try {
      setup = openings.setup();
      handle = inbound.handle();
      history = conversation.history();
      remembered = notes.remembered();
    } finally {
      lock.unlock();
    }
    return new SessionSnapshot(
        config().model().id(), handle, history, remembered, SetupFingerprint.of(setup));
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
        ledger.onAudio(audioNanos);
      } else if (tag instanceof SentLedger.Tag sent) {
        life.locked(() -> onWritten(sent));
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
        Failure failure =
            Failure.ofWriteStall(FailurePolicy.Phase.OPEN, link.opening().handle() != null, since);
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
  private void onWritten(SentLedger.Tag sent) {
    if (sent.kind() == SendEffects.Kind.ACTIVITY_START) {
      speech.windowWritten(true);
    } else if (sent.kind() == SendEffects.Kind.ACTIVITY_END) {
      speech.windowWritten(false);
    }
    if (ledger.onWritten(sent) && !sent.words().isEmpty()) {
      conversation.onTurnsSent(sent.words());
    }
    noteSender.onWritten(sent);
  }

  private void tell(LiveEvent event) {
    life.locked(() -> inbound.report(event));
  }

  /** What the session's parts ask of it. */
  private final class Desk implements CallAnswers.Desk, Lookout.Desk, ConfigChanges.Desk {

    @Override
    public LiveSession session() {
      return DefaultLiveSession.this;
    }

    @Override
    public void publish(LiveEvent event) {
      DefaultLiveSession.this.publish(event);
    }

    @Override
    public String encode(ClientMessage message) {
      return DefaultLiveSession.this.encode(message);
    }

    @Override
    public void onAnswered(String key, boolean speaks) {
      inbound.turns().onToolAnswered(key, speaks);
      watchdog.onToolAnswered(services.nanoTime().getAsLong(), speaks);
    }

    @Override
    public void declare(Map<String, @Nullable FunctionBehavior> functions) {
      DefaultLiveSession.this.declare(functions);
    }

    @Override
    public boolean inProgress() {
      return inProgress;
    }

    @Override
    public boolean mayStaySilent() {
      ProactivityConfig chosen = config().setup().proactivity();
      return switch (profile.features().proactivity()) {
        case ALWAYS, PROBABLY_ALWAYS -> true;
        case OPT_IN -> chosen != null && Boolean.TRUE.equals(chosen.proactiveAudio());
        case NONE -> false;
      };
    }

    @Override
    public boolean resumes() {
      return resumes;
    }

    @Override
    public boolean manualActivity() {
      return manualActivity;
    }

    @Override
    public void ask(ClientMessage message) {
      inbound.turns().onInputRequested(services.nanoTime().getAsLong());
      uplink.enqueue(
          Uplink.Lane.STREAM,
          DefaultLiveSession.this.encode(message),
          true,
          ledger.tag(SendEffects.Kind.STEERING));
      life.later(uplink::flush);
    }

    @Override
    public void onWatchTimer(long now) {
      watchdog.onTimer(now);
    }

    @Override
    public void onGivenUp() {
      life.later(() -> trouble("the service stays silent"));
    }
  }

  @Override
  public void close() {
    CompletableFuture<CloseInfo> done = closeAsync();
    try {
      done.get(config().closeTimeout().plus(Lifecycle.CLOSE_SLACK).toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // The close timer has cut the connection, or does so as soon as its clock moves.
      LOG.debug("{} is still closing", id);
    }
  }

  @Override
  public CompletableFuture<CloseInfo> closeAsync() {
    if (life.close(config().closeTimeout())) {
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
      link.sendClose(error -> life.onFailure(
          link, Failure.ofClose(FailurePolicy.Phase.OPEN, false, 1006, ""), null, false));
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
            + config().model()
            + ": "
            + Lifecycle.describe(info)
            + ". "
            + FailurePolicy.advice(info.kind(), info.reason()));
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
    return openings.config();
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

  /**
   * Adds a subscriber that takes events when it likes.
   *
   * @param frames whether it wants the messages that audio came in
   * @param onAvailable told, on any thread, that something may wait
   */
  public EventFeed feed(Delivery delivery, boolean frames, Runnable onAvailable) {
    return hub.feed(delivery, frames, onAvailable);
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
    return "LiveSession[" + id + ", " + state() + ", " + config().model() + "]";
  }
}
