package io.github.geminilive.internal.session;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.AudioChunk;
import io.github.geminilive.CloseInfo;
import io.github.geminilive.ConfigFinding;
import io.github.geminilive.Delivery;
import io.github.geminilive.FailureKind;
import io.github.geminilive.FlightRecording;
import io.github.geminilive.InForce;
import io.github.geminilive.LiveClosedException;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveConfigException;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveException;
import io.github.geminilive.LiveListener;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveSetupRefusedException;
import io.github.geminilive.LiveStream;
import io.github.geminilive.LiveTimeoutException;
import io.github.geminilive.LiveTurn;
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
import io.github.geminilive.internal.profile.MessageCheck;
import io.github.geminilive.internal.profile.ModelProfile;
import io.github.geminilive.internal.profile.SessionFacts;
import io.github.geminilive.internal.tool.Attachments;
import io.github.geminilive.internal.tool.ToolRunner;
import io.github.geminilive.internal.tool.ToolTable;
import io.github.geminilive.internal.transport.Connection;
import io.github.geminilive.internal.transport.Uplink;
import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.ClientContent;
import io.github.geminilive.protocol.ClientMessage;
import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.ContextUpdate;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionResponse;
import io.github.geminilive.protocol.HistoryConfig;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.RealtimeInput;
import io.github.geminilive.protocol.RealtimeInputConfig;
import io.github.geminilive.protocol.ServerMessage;
import io.github.geminilive.protocol.Setup;
import io.github.geminilive.protocol.SetupComplete;
import io.github.geminilive.protocol.Tool;
import io.github.geminilive.protocol.ToolResponse;
import io.github.geminilive.protocol.ToolsUpdate;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
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
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The engine. Messages are decoded and turned into events on the HTTP client's thread that brought
 * them, under one lock and in memory only; whatever calls the application's code happens after the
 * lock is released, on the client's executor.
 */
public final class DefaultLiveSession implements LiveSession {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.session");
  private static final AtomicLong IDS = new AtomicLong();
  private static final Duration CLOSE_SLACK = Duration.ofMillis(500);
  private static final int TRACE_LENGTH = 500;

  private final String id = "live-" + IDS.incrementAndGet();
  private final ModelProfile profile;
  private final Services services;
  private final String secret;
  private final Connection connection;
  private final Uplink uplink;
  private final EventHub hub;
  private final ToolRunner tools;
  private final HeardLedger heard;
  private final Attachments attachments;
  private final boolean manualActivity;
  private final boolean initialHistory;
  private final ServerMessageDecoder decoder = new ServerMessageDecoder();
  private final long dialNanos;
  private final CompletableFuture<LiveSession> opening = new CompletableFuture<>();
  private final CompletableFuture<CloseInfo> closed = new CompletableFuture<>();

  private final AtomicLong messagesSent = new AtomicLong();
  private final AtomicLong bytesSent = new AtomicLong();
  private final AtomicLong audioSentNanos = new AtomicLong();
  private final LongAdder sendsRefused = new LongAdder();
  // Written under the lock; only its tools ever change.
  private volatile LiveConfig config;
  // When input last left, on the nano clock; 0 means never.
  private volatile long lastInputNanos;

  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private SessionState state = SessionState.CONNECTING;
  private final Inbound inbound;
  private @Nullable WebSocket socket;
  private @Nullable Future<?> setupTimer;
  private @Nullable Future<?> closeTimer;
  private @Nullable Future<?> pingTimer;
  private boolean pingPending;
  private @Nullable String serverSessionId;
  private boolean awaitingHistory;
  /**
   * A session that has not dialled yet.
   *
   * @param secret the credential, for masking it in what the service says
   */
  public DefaultLiveSession(LiveConfig config, Services services, String secret) {
    this.config = config;
    this.services = services;
    this.secret = secret;
    this.profile = ModelProfile.of(config.model(), config.endpoint().backend());
    this.dialNanos = services.nanoTime().getAsLong();
    this.connection = new Connection(
        new FromConnection(),
        config.incomingMessageLimit(),
        services.executor(),
        services.nanoTime());
    this.uplink = new Uplink(
        new Uplink.Limits(
            config.outgoingMessages(),
            config.outgoingBytes(),
            config.outgoingMediaAge().toNanos(),
            config.recovery().heldAudio().toNanos(),
            config.recovery().writeStall().toNanos()),
        services.nanoTime(),
        services.timers(),
        services.executor(),
        new FromUplink());
    this.hub = new EventHub(services.executor(), connection::setPaused);
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
    this.inbound = new Inbound(id, config, profile, secret, tools, heard, this::publish);
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

  /** What the WebSocket is to be built with. */
  public WebSocket.Listener socketListener() {
    return connection;
  }

  /** The WebSocket handshake is done: sends the setup and waits for its answer. */
  public void onSocket(WebSocket webSocket) {
    boolean tooLate;
    lock.lock();
    try {
      socket = webSocket;
      tooLate = state == SessionState.CLOSED;
      if (!tooLate) {
        setupTimer = services
            .timers()
            .schedule(this::onSetupTimeout, config.setupTimeout().toNanos(), TimeUnit.NANOSECONDS);
      }
    } finally {
      lock.unlock();
    }
    if (tooLate) {
      webSocket.abort();
      return;
    }
    String setup = ClientMessageEncoder.encode(ClientMessage.of(config.setup()));
    trace("sends", setup);
    webSocket.sendText(setup, true).whenComplete((ignored, error) -> {
      if (error == null) {
        messagesSent.incrementAndGet();
        bytesSent.addAndGet(setup.getBytes(StandardCharsets.UTF_8).length);
      }
      // Not earlier: an early answer would let the next message out while this one is on
      // its way, and the socket takes one at a time.
      connection.start(webSocket);
    });
  }

  /** The dial failed, or was given up: nothing of this session remains. */
  public void abandon(Throwable why) {
    CloseInfo.By by =
        why instanceof LiveException ? CloseInfo.By.LIBRARY : CloseInfo.By.APPLICATION;
    FailureKind kind = why instanceof LiveException live ? live.kind() : null;
    terminate(new CloseInfo(by, 1006, "", kind, kind != null && kind.retryable()), why);
  }

  private void onSetupTimeout() {
    Duration limit = config.setupTimeout();
    abandon(new LiveTimeoutException(
        "setupComplete",
        limit,
        "The service took the connection but did not answer the setup within "
            + limit.toMillis()
            + " ms. "
            + FailurePolicy.advice(FailureKind.TIMEOUT)));
  }

  /** What the connection tells; on the HTTP client's threads. */
  private final class FromConnection implements Connection.Handler {

    @Override
    public void onMessage(byte[] buffer, int length) {
      if (length == 0) {
        return;
      }
      Decoded decoded = decoder.decode(buffer, 0, length);
      ServerMessage message = decoded.message();
      if (LOG.isDebugEnabled()) {
        LOG.debug("{} receives {} ({} B)", id, Inbound.kindsOf(message), length);
      }
      if (LOG.isTraceEnabled() && config.logContent()) {
        int shown = Math.min(length, TRACE_LENGTH);
        trace("receives", new String(buffer, 0, shown, StandardCharsets.UTF_8));
      }
      List<ToolRunner.Incoming> calls = new ArrayList<>();
      List<Runnable> interrupts = List.of();
      CloseInfo fatal = null;
      boolean opened = false;
      lock.lock();
      try {
        if (state == SessionState.CLOSED) {
          return;
        }
        inbound.count(length);
        fatal = inbound.onProblems(decoded);
        if (message != null) {
          boolean wasConnecting = state == SessionState.CONNECTING;
          if (wasConnecting && message.setupComplete() == null) {
            fatal = inbound.hold(message);
          } else {
            opened = wasConnecting;
            fatal = take(message, calls);
          }
        }
        interrupts = inbound.takeInterrupts();
      } catch (RuntimeException e) {
        // A mistake of ours must not end the reader; the message is told as lost.
        LOG.warn("{} could not process a message", id, e);
        publish(new LiveEvent.Warning(
            LiveEvent.Warning.Kind.MALFORMED_MESSAGE, "a message was not processed", e));
      } finally {
        lock.unlock();
      }
      if (opened) {
        begin();
      }
      wake();
      // Not on the executor, whose threads may all be held by what is to be interrupted.
      interrupts.forEach(Runnable::run);
      if (!calls.isEmpty()) {
        tools.run(calls);
      }
      if (fatal != null) {
        terminate(fatal, null);
      }
    }

    @Override
    public void onEnd(int code, String reason, @Nullable Throwable error) {
      String said = mask(reason);
      CloseInfo info;
      lock.lock();
      try {
        info = state == SessionState.CLOSING
            ? new CloseInfo(CloseInfo.By.APPLICATION, 1000, "", null, false)
            : FailurePolicy.serverClose(code, said);
      } finally {
        lock.unlock();
      }
      boolean closeFrameSeen = error == null && code != 1006;
      terminate(info, null, closeFrameSeen);
    }

    @Override
    public void onTooLarge(long atLeastBytes) {
      // The JDK lets no client send code 1009: the connection is cut.
      terminate(
          new CloseInfo(
              CloseInfo.By.LIBRARY,
              1009,
              "a message of at least "
                  + atLeastBytes
                  + " bytes arrived, the limit is "
                  + config.incomingMessageLimit()
                  + "; see LiveConfig's incomingMessageLimit",
              FailureKind.MESSAGE_TOO_LARGE,
              false),
          null);
    }
  }

  private void publish(LiveEvent event) {
    hub.publish(event);
  }

  /** Lets the application know of what happened; not under the lock. */
  private void wake() {
    hub.wake();
    heard.deliver();
  }

  /** One message of an open, or just opening, session. Holds the lock. */
  private @Nullable CloseInfo take(ServerMessage message, List<ToolRunner.Incoming> calls) {
    long now = services.nanoTime().getAsLong();
    SetupComplete complete = message.setupComplete();
    if (complete != null && state == SessionState.CONNECTING) {
      calls.addAll(open(complete, now));
    } else if (complete != null) {
      inbound.unexpected("setupComplete came again and was ignored");
    }
    calls.addAll(inbound.take(message, now, lastInputNanos));
    return inbound.endBy(message);
  }

  private List<ToolRunner.Incoming> open(SetupComplete complete, long now) {
    state = SessionState.OPEN;
    serverSessionId = complete.sessionId();
    cancel(setupTimer);
    setupTimer = null;
    Duration dialTime = Duration.ofNanos(now - dialNanos);
    LOG.info(
        "{} is open: {} on {}{}, after {} ms",
        id,
        config.model(),
        config.endpoint().backend(),
        serverSessionId == null ? "" : ", session " + serverSessionId,
        dialTime.toMillis());
    List<ToolRunner.Incoming> calls = inbound.onOpen(complete, now, dialTime);
    if (!config.history().isEmpty()) {
      ClientContent history = ClientContent.builder()
          .turns(config.history())
          .turnComplete(awaitingHistory)
          .build();
      awaitingHistory = false;
      // Nothing is written yet: the uplink gets its socket when the lock is released.
      uplink.send(Uplink.Lane.STREAM, encode(ClientMessage.of(history)), false);
    }
    return calls;
  }

  /** The session has opened: lets messages out, the history first, and tells who waits for it. */
  private void begin() {
    uplink.attach(requireNonNull(socket()), List.of());
    uplink.flush();
    schedulePing();
    services.executor().execute(() -> opening.complete(this));
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
    SendEffects effects = SendEffects.of(message);
    lock.lock();
    try {
      String refusal = MessageCheck.refusal(message, facts());
      if (refusal != null) {
        throw new IllegalStateException(refusal);
      }
      account(effects);
    } finally {
      lock.unlock();
    }
    return queue(effects, encode(message));
  }

  @Override
  public CompletableFuture<Void> sendRaw(Json message) {
    SendEffects effects;
    lock.lock();
    try {
      String refusal = MessageCheck.refusalOfRaw(message, facts());
      if (refusal != null) {
        throw new IllegalArgumentException(refusal);
      }
      effects = SendEffects.of(message);
      account(effects);
    } finally {
      lock.unlock();
    }
    trace("sends", message.text());
    return queue(effects, message.text());
  }

  /** Keeps the books of what is about to leave. Holds the lock. */
  private void account(SendEffects effects) {
    if (!effects.answers().isEmpty()) {
      inbound.answerByHand(effects.answers());
    }
    if (effects.declared() != null) {
      declare(effects.declared());
    }
    if (effects.closesHistory()) {
      awaitingHistory = false;
    }
    if (effects.asks()) {
      inbound.turns().onInputRequested();
    }
  }

  /** The functions the model knows from now on. Holds the lock. */
  private void declare(Map<String, @Nullable FunctionBehavior> functions) {
    tools.leave(functions.keySet());
    inbound.declare(functions);
  }

  private CompletableFuture<Void> queue(SendEffects effects, String json) {
    // What was accounted for may have ended a turn.
    wake();
    CompletableFuture<Void> sent = uplink.send(effects.lane(), json, effects.asks());
    if (effects.closesHistory() && sent.isCompletedExceptionally()) {
      reopenHistory();
    }
    return counted(sent);
  }

  /** The turn that was to end the history phase did not leave. */
  private void reopenHistory() {
    lock.lock();
    try {
      awaitingHistory = initialHistory;
    } finally {
      lock.unlock();
    }
  }

  private CompletableFuture<Void> counted(CompletableFuture<Void> sent) {
    if (sent.isCompletedExceptionally() && state() == SessionState.OPEN) {
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
    ClientMessage message = profile.textForm() == ModelProfile.TextForm.REALTIME_INPUT
        ? ClientMessage.of(RealtimeInput.text(text))
        : ClientMessage.of(
            ClientContent.builder().turns(Content.user(text)).turnComplete(true).build());
    return send(message);
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
    return send(ClientMessage.of(update));
  }

  @Override
  public CompletableFuture<InForce> updateTools(ToolSet... toolSets) {
    LiveConfig changed = config.toBuilder().replaceTools(toolSets).build();
    checkChanged(changed);
    ToolTable table = ToolTable.of(changed.toolSets());
    List<Tool> declared = changed.setup().tools();
    ContextUpdate update = ContextUpdate.builder()
        .tools(ToolsUpdate.builder().tools(declared).build())
        .build();
    boolean tell = profile.contextUpdate();
    String json = tell ? encode(ClientMessage.of(update)) : "";
    CompletableFuture<Void> sent;
    lock.lock();
    try {
      // The message takes its place under the lock, so that the service and this side end up with
      // the same tools however many threads change them.
      Throwable refused = uplink.refusal();
      if (tell) {
        sent = uplink.enqueue(Uplink.Lane.STREAM, json, false);
      } else if (refused != null) {
        sent = CompletableFuture.failedFuture(refused);
      } else {
        sent = CompletableFuture.completedFuture(null);
      }
      if (!sent.isCompletedExceptionally()) {
        config = changed;
        tools.setTools(table);
        if (tell) {
          declare(SendEffects.functions(declared));
        }
      }
    } finally {
      lock.unlock();
    }
    uplink.flush();
    InForce inForce = tell ? InForce.NOW : InForce.AT_NEXT_CONNECTION;
    return counted(sent).thenApply(ignored -> inForce);
  }

  /** Throws where the service is known to refuse the changed tools, and logs what else is new. */
  private void checkChanged(LiveConfig changed) {
    List<ConfigFinding> known = config.check();
    List<ConfigFinding> refused = new ArrayList<>();
    for (ConfigFinding finding : changed.check()) {
      if (finding.severity() == ConfigFinding.Severity.REFUSED) {
        refused.add(finding);
      } else if (!known.contains(finding)) {
        LOG.warn("{} has changed tools: {}", id, finding);
      }
    }
    if (!refused.isEmpty()) {
      StringBuilder message = new StringBuilder("The service is known to refuse these tools for ")
          .append(changed.model())
          .append(':');
      refused.forEach(finding -> message.append("\n  - ").append(finding));
      throw new LiveConfigException(message.toString(), refused);
    }
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
      audioSentNanos.addAndGet(audioNanos);
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
      connection.end(1006, "", error);
    }

    @Override
    public void onStalled(WebSocket socket, Duration since) {
      connection.end(1006, "", null);
    }
  }

  private void tell(LiveEvent event) {
    lock.lock();
    try {
      publish(event);
    } finally {
      lock.unlock();
    }
    wake();
  }

  private final class ForTools implements ToolRunner.Host {

    @Override
    public LiveSession session() {
      return DefaultLiveSession.this;
    }

    @Override
    public @Nullable CompletionStage<Void> answer(Supplier<List<ToolRunner.Answer>> decide) {
      String json;
      CompletableFuture<Void> sent;
      lock.lock();
      try {
        List<ToolRunner.Answer> answers = decide.get();
        if (answers.isEmpty()) {
          return null;
        }
        FunctionResponse[] responses = answers.stream()
            .map(answer -> answer.toResponse(profile.scheduling()))
            .toArray(FunctionResponse[]::new);
        json = ClientMessageEncoder.encode(ClientMessage.of(ToolResponse.of(responses)));
        // Under the lock, so that an answer that is told leaves even if the session closes now.
        sent = uplink.enqueue(Uplink.Lane.URGENT, json, false);
        for (ToolRunner.Answer answer : answers) {
          if (!answer.more()) {
            inbound.turns().onToolAnswered(answer.key(), speaks(answer));
            publish(sent.isCompletedExceptionally() ? dropped(answer) : answered(answer));
          }
        }
      } finally {
        lock.unlock();
      }
      trace("sends", json);
      uplink.flush();
      wake();
      return sent;
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

  private void schedulePing() {
    lock.lock();
    try {
      if (state == SessionState.OPEN && !config.keepAlive().isZero()) {
        pingTimer = services
            .timers()
            .schedule(this::ping, config.keepAlive().toNanos(), TimeUnit.NANOSECONDS);
      }
    } finally {
      lock.unlock();
    }
  }

  /**
   * The JDK does not tell every connection that is gone; writing to it brings that to light. A ping
   * is skipped while the one before it waits behind a large message.
   */
  private void ping() {
    WebSocket webSocket;
    boolean free;
    lock.lock();
    try {
      webSocket = socket;
      free = !pingPending && state == SessionState.OPEN;
      pingPending = pingPending || free;
    } finally {
      lock.unlock();
    }
    if (free && webSocket != null) {
      webSocket.sendPing(ByteBuffer.allocate(0)).whenComplete((ignored, error) -> onPinged(error));
    }
    schedulePing();
  }

  private void onPinged(@Nullable Throwable error) {
    lock.lock();
    try {
      pingPending = false;
    } finally {
      lock.unlock();
    }
    if (error != null) {
      connection.end(1006, "", error);
    }
  }

  @Override
  public void close() {
    CompletableFuture<CloseInfo> done = closeAsync();
    try {
      done.get(config.closeTimeout().plus(CLOSE_SLACK).toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      // The close timer has cut the connection, or does so as soon as its clock moves.
      LOG.debug("{} is still closing", id);
    }
  }

  @Override
  public CompletableFuture<CloseInfo> closeAsync() {
    boolean begin;
    lock.lock();
    try {
      begin = state == SessionState.OPEN;
      if (begin) {
        state = SessionState.CLOSING;
        closeTimer = services
            .timers()
            .schedule(
                () -> terminate(closedByApplication(), null),
                config.closeTimeout().toNanos(),
                TimeUnit.NANOSECONDS);
      }
    } finally {
      lock.unlock();
    }
    if (begin) {
      CloseInfo info = closedByApplication();
      uplink.finish(() -> closedException(info)).whenComplete((ignored, error) -> sendCloseFrame());
    }
    return closed.copy();
  }

  private static CloseInfo closedByApplication() {
    return new CloseInfo(CloseInfo.By.APPLICATION, 1000, "", null, false);
  }

  private void sendCloseFrame() {
    WebSocket webSocket = socket();
    if (webSocket != null) {
      webSocket.sendClose(WebSocket.NORMAL_CLOSURE, "").whenComplete((ignored, error) -> {
        if (error != null) {
          terminate(closedByApplication(), null);
        }
      });
      // The answer to the close frame must be read even where nobody takes events any more.
      connection.setPaused(false);
    }
  }

  private @Nullable WebSocket socket() {
    lock.lock();
    try {
      return socket;
    } finally {
      lock.unlock();
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
    return new LiveClosedException(info, "The session " + id + " is over: " + describe(info) + ".");
  }

  private static String describe(CloseInfo info) {
    String who = switch (info.by()) {
      case APPLICATION -> "closed by the application";
      case SERVER -> "closed by the service with code " + info.code();
      case NETWORK -> "the connection was lost";
      case LIBRARY -> "given up by this library";
    };
    return info.reason().isEmpty() ? who : who + ", reason: \"" + info.reason() + "\"";
  }

  private void terminate(CloseInfo info, @Nullable Throwable dialFailure) {
    terminate(info, dialFailure, false);
  }

  /** The one place where a session ends; only the first call counts. */
  private void terminate(CloseInfo info, @Nullable Throwable dialFailure, boolean closeFrameSeen) {
    boolean wasConnecting;
    WebSocket webSocket;
    lock.lock();
    try {
      if (state == SessionState.CLOSED) {
        return;
      }
      wasConnecting = state == SessionState.CONNECTING;
      state = SessionState.CLOSED;
      webSocket = socket;
      cancel(setupTimer);
      cancel(closeTimer);
      cancel(pingTimer);
      setupTimer = null;
      closeTimer = null;
      pingTimer = null;
      if (!wasConnecting) {
        inbound.turns().onClosed();
        publish(new LiveEvent.Closed(info));
      }
    } finally {
      lock.unlock();
    }
    uplink.close(() -> closedException(info));
    connection.end(1006, "", null);
    if (webSocket != null && closeFrameSeen) {
      // The JDK is about to answer the close frame; afterwards the TCP connection ends in any case.
      services.timers().schedule(webSocket::abort, CLOSE_SLACK.toNanos(), TimeUnit.NANOSECONDS);
    } else if (webSocket != null) {
      webSocket.abort();
    }
    if (wasConnecting) {
      Throwable failure = dialFailure == null ? setupRefused(info) : dialFailure;
      services.executor().execute(() -> opening.completeExceptionally(failure));
    } else {
      wake();
      if (info.by() == CloseInfo.By.APPLICATION) {
        LOG.info("{} is closed", id);
      } else {
        LOG.warn("{} has ended: {}", id, describe(info));
      }
    }
    services.executor().execute(() -> closed.complete(info));
    tools.close();
  }

  private LiveSetupRefusedException setupRefused(CloseInfo info) {
    return new LiveSetupRefusedException(
        info,
        "The service did not accept the setup for model "
            + config.model()
            + ": "
            + describe(info)
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
    lock.lock();
    try {
      return state;
    } finally {
      lock.unlock();
    }
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
          uplink.queuedBytes());
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
  public int connection() {
    return 1;
  }

  @Override
  public CompletableFuture<Void> say(String instruction) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<InForce> tell(String context) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<InForce> remember(String fact) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<Void> interrupt() {
    throw new UnsupportedOperationException();
  }

  @Override
  public void reportUserSpeech(boolean speaking) {}

  @Override
  public CompletableFuture<Void> reconfigure(UnaryOperator<LiveConfig.Builder> change) {
    throw new UnsupportedOperationException();
  }

  @Override
  public CompletableFuture<RecoveryReport> rotate() {
    throw new UnsupportedOperationException();
  }

  @Override
  public SessionSnapshot snapshot() {
    throw new UnsupportedOperationException();
  }

  @Override
  public FlightRecording recording() {
    throw new UnsupportedOperationException();
  }

  @Override
  public String toString() {
    return "LiveSession[" + id + ", " + state() + ", " + config.model() + "]";
  }
}
