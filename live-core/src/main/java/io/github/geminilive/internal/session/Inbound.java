package io.github.geminilive.internal.session;

import io.github.geminilive.CloseInfo;
import io.github.geminilive.Endpoint;
import io.github.geminilive.FailureKind;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.UsageTotals;
import io.github.geminilive.internal.codec.DecodeProblem;
import io.github.geminilive.internal.codec.Decoded;
import io.github.geminilive.internal.profile.ModelProfile;
import io.github.geminilive.internal.tool.ToolRunner;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.GoAway;
import io.github.geminilive.protocol.ServerContent;
import io.github.geminilive.protocol.ServerError;
import io.github.geminilive.protocol.ServerMessage;
import io.github.geminilive.protocol.SessionResumptionConfig;
import io.github.geminilive.protocol.SessionResumptionUpdate;
import io.github.geminilive.protocol.SetupComplete;
import io.github.geminilive.protocol.ToolCall;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the service says, told as events. Keeps what follows from it: turns, usage, calls, the
 * newest handle, counters. Guarded by the engine's lock; calls none of the application's code.
 */
final class Inbound {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.session");
  private static final int MAX_EARLY_MESSAGES = 64;
  private static final int MAX_CALLS_WITHOUT_ID = 1024;
  private static final int MAX_REMOVED_FUNCTIONS = 1024;
  private static final int MAX_SECRETS = 4;
  private static final int MAX_FORMER_HANDLES = 32;

  /**
   * Counters from the start of the session.
   *
   * @param messages messages that arrived
   * @param bytes payload bytes of those
   * @param audioNanos length of the audio in them
   * @param malformedMessages messages that were not readable
   * @param malformedFields members left out
   * @param toolCalls calls of functions
   */
  record Counts(
      long messages,
      long bytes,
      long audioNanos,
      long malformedMessages,
      long malformedFields,
      long toolCalls) {}

  private final String id;
  private final LiveConfig config;
  private final ModelProfile profile;
  // The newest last: credentials change from dial to dial.
  private final ArrayDeque<String> secrets = new ArrayDeque<>();
  private final ToolRunner tools;
  private final Consumer<LiveEvent> out;
  private final Turns turns;
  private final UsageSum usage = new UsageSum();
  private final List<Runnable> interrupts = new ArrayList<>();
  private final Map<String, Boolean> declaredBlocking = new HashMap<>();
  // Functions declared before, whose calls may still come, and whether the model waits for them.
  private final Map<String, Boolean> removedBlocking = new LinkedHashMap<>() {
    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Boolean> eldest) {
      return size() > MAX_REMOVED_FUNCTIONS;
    }
  };

  private boolean open;
  private long openNanos;
  private final List<ServerMessage> early = new ArrayList<>();
  private int earlyDropped;
  private final List<LiveEvent> warningsBeforeOpen = new ArrayList<>();
  private @Nullable String handle;
  private boolean resumable;
  private final ArrayDeque<String> formerHandles = new ArrayDeque<>();
  private int malformedInARow;
  // Of the message that is being taken.
  private Set<Integer> unreadableArguments = Set.of();
  private long messagesReceived;
  private long bytesReceived;
  private long audioReceivedNanos;
  private long malformedMessages;
  private long malformedFields;
  private long toolCalls;
  private long unnamedCalls;
  // Calls the application is to answer that came without id: key and function, oldest first.
  private final Map<String, String> callsWithoutId = new LinkedHashMap<>() {
    @Override
    protected boolean removeEldestEntry(Map.Entry<String, String> eldest) {
      return size() > MAX_CALLS_WITHOUT_ID;
    }
  };

  /**
   * Nothing heard yet.
   *
   * @param id the session's name in the log
   * @param heard keeps account of what was heard
   * @param out takes the events
   * @param begun hears of turns that begin
   */
  Inbound(
      String id,
      LiveConfig config,
      ModelProfile profile,
      ToolRunner tools,
      HeardLedger heard,
      Consumer<LiveEvent> out,
      Consumer<LiveTurn> begun) {
    this.id = id;
    this.config = config;
    this.profile = profile;
    this.tools = tools;
    this.out = out;
    this.turns = new Turns(
        out,
        config.turnAudioLimit(),
        config.endpoint().backend() == Endpoint.Backend.VERTEX,
        heard,
        begun);
    SessionResumptionConfig resumed = config.setup().sessionResumption();
    this.handle = resumed == null ? null : resumed.handle();
    declare(SendEffects.functions(config.setup().tools()));
  }

  /** The functions that are declared from now on; a tool set's stay runnable. */
  void declare(Map<String, @Nullable FunctionBehavior> functions) {
    removedBlocking.putAll(declaredBlocking);
    declaredBlocking.clear();
    functions.forEach((name, behavior) -> declaredBlocking.put(name, profile.blocks(behavior)));
  }

  /** The turns of the session. */
  Turns turns() {
    return turns;
  }

  /** Tokens counted so far. */
  UsageTotals usage() {
    return usage.totals();
  }

  /** The counters at this moment. */
  Counts counts() {
    return new Counts(
        messagesReceived,
        bytesReceived,
        audioReceivedNanos,
        malformedMessages,
        malformedFields,
        toolCalls);
  }

  /** What interrupts cancelled tools, to be run once no lock is held; gives each one once. */
  List<Runnable> takeInterrupts() {
    if (interrupts.isEmpty()) {
      return List.of();
    }
    List<Runnable> taken = List.copyOf(interrupts);
    interrupts.clear();
    return taken;
  }

  /** Counts a message, readable or not. */
  void count(int bytes) {
    messagesReceived++;
    bytesReceived += bytes;
  }

  /** A credential that is never to be shown. */
  void addSecret(String secret) {
    if (!secrets.contains(secret)) {
      secrets.add(secret);
    }
    if (secrets.size() > MAX_SECRETS) {
      secrets.remove();
    }
  }

  /** Makes what the service says fit to be shown: credentials and handles masked, shortened. */
  String mask(@Nullable String said) {
    List<String> hidden = new ArrayList<>(secrets);
    if (handle != null) {
      hidden.add(handle);
    }
    hidden.addAll(formerHandles);
    return Secrets.mask(said, hidden.toArray(String[]::new));
  }

  /** The newest handle that resumes the conversation; null when there is none. */
  @Nullable
  String handle() {
    return handle;
  }

  /** Whether the newest handle covers the conversation up to now, as far as the service has said. */
  boolean resumable() {
    return resumable;
  }

  /** The handle is of no use any more. */
  void dropHandle() {
    retireHandle();
    handle = null;
    resumable = false;
  }

  /** One that is not used any more stays a secret: the service may know it for hours. */
  private void retireHandle() {
    if (handle != null && !formerHandles.contains(handle)) {
      formerHandles.add(handle);
    }
    if (formerHandles.size() > MAX_FORMER_HANDLES) {
      formerHandles.remove();
    }
  }

  /** Reports what could not be read; gives the end when that was too much in a row. */
  @Nullable
  CloseInfo onProblems(Decoded decoded) {
    unreadableArguments = CallProblems.unreadableArguments(decoded.problems());
    if (decoded.message() == null && decoded.problems().isEmpty()) {
      return null;
    }
    if (decoded.message() == null) {
      malformedMessages++;
      malformedInARow++;
      report(new LiveEvent.Warning(
          LiveEvent.Warning.Kind.MALFORMED_MESSAGE,
          "a message was not readable: " + decoded.problems().get(0).reason(),
          null));
      LOG.warn(
          "{} received an unreadable message: {}", id, decoded.problems().get(0).reason());
      if (malformedInARow < config.malformedLimit()) {
        return null;
      }
      return new CloseInfo(
          CloseInfo.By.LIBRARY,
          1002,
          malformedInARow + " unreadable messages in a row",
          FailureKind.PROTOCOL,
          false);
    }
    malformedInARow = 0;
    malformedFields += decoded.problems().size();
    for (DecodeProblem problem : decoded.problems()) {
      LOG.warn("{} left out {} of a message: {}", id, problem.path(), problem.reason());
      report(new LiveEvent.Warning(
          LiveEvent.Warning.Kind.MALFORMED_FIELD,
          problem.path() + " was left out: " + problem.reason(),
          null));
    }
    return null;
  }

  /** {@link LiveEvent.Opened} is the first event; what went wrong before it is told after it. */
  void report(LiveEvent warning) {
    if (!open) {
      warningsBeforeOpen.add(warning);
    } else {
      out.accept(warning);
    }
  }

  /**
   * The session is open: tells so first, then what went wrong and what came before.
   *
   * @param restored whether the service went on with an earlier conversation
   * @return calls to run, once no lock is held
   */
  List<ToolRunner.Incoming> onOpen(
      SetupComplete complete, long now, Duration dialTime, boolean restored) {
    open = true;
    openNanos = now;
    out.accept(new LiveEvent.Opened(
        complete.sessionId(),
        dialTime,
        complete.voiceConsentSignature() == null
            ? null
            : complete.voiceConsentSignature().signature(),
        restored));
    warningsBeforeOpen.forEach(out);
    warningsBeforeOpen.clear();
    return takeEarly(now);
  }

  /**
   * Tells what a connection said before its {@code setupComplete}.
   *
   * @return calls to run, once no lock is held
   */
  List<ToolRunner.Incoming> takeEarly(long now) {
    List<ToolRunner.Incoming> calls = new ArrayList<>();
    for (ServerMessage message : early) {
      unexpected(kindsOf(message) + " came before setupComplete");
      calls.addAll(take(message, now, 0));
    }
    early.clear();
    if (earlyDropped > 0) {
      unexpected(earlyDropped + " more messages came before setupComplete and were dropped");
      earlyDropped = 0;
    }
    return calls;
  }

  /** Tells that a message came where the protocol has no place for it. */
  void unexpected(String what) {
    out.accept(new LiveEvent.Warning(LiveEvent.Warning.Kind.UNEXPECTED_MESSAGE, what, null));
  }

  /** The end that an error of the service is; null when the message holds none. */
  @Nullable
  CloseInfo endBy(ServerMessage message) {
    ServerError error = message.error();
    // What has neither code nor status is text that some proxy put there; it is told.
    boolean servers = error != null && (error.code() != null || error.status() != null);
    return servers ? endOf(error) : null;
  }

  /** Keeps a message that came before its time; gives the end when it is an error. */
  @Nullable
  CloseInfo hold(ServerMessage message) {
    CloseInfo fatal = endOf(message.error());
    if (fatal == null && early.size() < MAX_EARLY_MESSAGES) {
      early.add(message);
    } else if (fatal == null) {
      earlyDropped++;
    }
    return fatal;
  }

  /** The connection that said something before its time has never opened. */
  void forgetEarly() {
    early.clear();
    earlyDropped = 0;
  }

  private @Nullable CloseInfo endOf(@Nullable ServerError error) {
    if (error == null) {
      return null;
    }
    int code = error.code() == null ? 0 : error.code();
    String said = mask(error.message());
    FailureKind kind = FailurePolicy.ofError(error);
    return new CloseInfo(
        CloseInfo.By.SERVER,
        1011,
        "error " + code + (said.isEmpty() ? "" : ": " + said),
        kind,
        kind.retryable());
  }

  /**
   * Tells the facts of a message in their order.
   *
   * @param lastInputNanos when input last left, on the nano clock; 0 means never
   * @return calls to run, once no lock is held
   */
  List<ToolRunner.Incoming> take(ServerMessage message, long now, long lastInputNanos) {
    if (message.sessionResumptionUpdate() != null) {
      onResumption(message.sessionResumptionUpdate());
    }
    ServerContent content = message.serverContent();
    if (content != null) {
      countAudio(content);
      turns.onContent(content, now, Duration.ofNanos(now - openNanos), sinceOpen(lastInputNanos));
    }
    List<ToolRunner.Incoming> calls =
        message.toolCall() == null ? List.of() : onToolCall(message.toolCall());
    if (message.toolCallCancellation() != null) {
      onToolCancellation(message.toolCallCancellation().ids());
    }
    if (message.voiceActivity() != null) {
      out.accept(new LiveEvent.UserActivity(message.voiceActivity()));
    }
    if (message.voiceActivityDetectionSignal() != null) {
      out.accept(new LiveEvent.VadSignal(message.voiceActivityDetectionSignal().vadSignalType()));
    }
    if (message.usageMetadata() != null) {
      usage.add(message.usageMetadata());
      turns.onUsage(message.usageMetadata());
    }
    turns.afterMessage();
    if (message.goAway() != null) {
      onGoAway(message.goAway());
    }
    if (message.error() != null) {
      out.accept(new LiveEvent.ServerFailure(message.error()));
    }
    UnknownMembers.of(message).ifPresent(json -> out.accept(new LiveEvent.Unrecognized(json)));
    return calls;
  }

  private void onResumption(SessionResumptionUpdate update) {
    String offered = update.newHandle();
    String usable = offered == null || offered.isEmpty() ? null : offered;
    boolean covers = Boolean.TRUE.equals(update.resumable());
    if (covers && usable != null) {
      if (!usable.equals(handle)) {
        retireHandle();
      }
      handle = usable;
    }
    resumable = covers && handle != null;
    out.accept(new LiveEvent.Resumption(usable, covers, update.lastConsumedClientMessageIndex()));
  }

  private void countAudio(ServerContent content) {
    if (content.modelTurn() != null && content.modelTurn().parts() != null) {
      audioReceivedNanos += Turns.audioNanos(content.modelTurn().parts());
    }
  }

  private List<ToolRunner.Incoming> onToolCall(ToolCall toolCall) {
    List<ToolRunner.Incoming> calls = new ArrayList<>();
    if (toolCall.functionCalls() == null) {
      return calls;
    }
    for (int i = 0; i < toolCall.functionCalls().size(); i++) {
      FunctionCall call = toolCall.functionCalls().get(i);
      String name = call.name();
      if (name == null || name.isEmpty()) {
        out.accept(new LiveEvent.Warning(
            LiveEvent.Warning.Kind.MALFORMED_FIELD,
            "a function call without a name cannot be run or answered",
            null));
        continue;
      }
      String key = call.id() == null ? "unnamed-" + ++unnamedCalls : call.id();
      if (!tools.register(key)) {
        unexpected("a call of \"" + name + "\" came twice with the same id; it runs once");
        continue;
      }
      toolCalls++;
      boolean ours = tools.handles(name);
      // Nobody else will answer what nobody declared.
      boolean applications = !ours && declaredBlocking.containsKey(name);
      if (call.id() == null && applications) {
        callsWithoutId.put(key, name);
      }
      boolean blocking = blocks(name);
      LiveTurn turn = turns.onToolCall(call, key, blocking);
      out.accept(new LiveEvent.ToolCalled(turn, call, ours));
      calls.add(new ToolRunner.Incoming(
          key, call, turn, blocking, !applications, !unreadableArguments.contains(i)));
    }
    return calls;
  }

  /** Whether the model waits for a call of this function, declared now, before, or never. */
  private boolean blocks(String name) {
    Boolean blocking = declaredBlocking.get(name);
    if (blocking == null) {
      blocking = removedBlocking.get(name);
    }
    return blocking == null ? profile.blocksByDefault() : blocking;
  }

  private void onToolCancellation(@Nullable List<String> ids) {
    List<String> cancelled = ids == null ? List.of() : ids;
    Runnable interrupts = tools.cancel(cancelled);
    turns.onToolCancelled(cancelled);
    out.accept(new LiveEvent.ToolCancelled(cancelled, LiveEvent.ToolCancelled.By.SERVER));
    // Interrupting lets threads go on, and sends what waited for these calls: not under the lock.
    this.interrupts.add(interrupts);
  }

  private void onGoAway(GoAway goAway) {
    Duration left = goAway.timeLeft();
    if (left != null && left.isNegative()) {
      left = Duration.ZERO;
    }
    LOG.info("{} is told that the connection ends {}", id, left == null ? "soon" : "in " + left);
    out.accept(new LiveEvent.GoAway(left));
  }

  private @Nullable Duration sinceOpen(long nanos) {
    return nanos == 0 ? null : Duration.ofNanos(nanos - openNanos);
  }

  /**
   * Strikes calls from the books, all or none.
   *
   * @return the keys of those that get their last answer
   */
  List<String> answerByHand(List<SendEffects.Answer> answers) {
    Map<String, String> left = new LinkedHashMap<>(callsWithoutId);
    Map<String, SendEffects.Answer> finals = new LinkedHashMap<>();
    List<String> keys = new ArrayList<>();
    List<String> continued = new ArrayList<>();
    for (SendEffects.Answer answer : answers) {
      String key = answer.id() == null ? oldest(left, answer.name()) : answer.id();
      if (answer.willContinue()) {
        continued.add(key);
      } else {
        left.remove(key);
        keys.add(key);
        finals.put(key, answer);
      }
    }
    tools.answerManually(keys, continued);
    callsWithoutId.keySet().retainAll(left.keySet());
    finals.forEach((key, answer) -> turns.onToolAnswered(key, !answer.silent()));
    return List.copyOf(finals.keySet());
  }

  /** Forgets calls nobody will answer by hand any more. */
  void forget(Collection<String> keys) {
    callsWithoutId.keySet().removeAll(keys);
  }

  private static String oldest(Map<String, String> callsWithoutId, @Nullable String name) {
    return callsWithoutId.entrySet().stream()
        .filter(call -> call.getValue().equals(name))
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow(() -> new IllegalStateException(
            "no open call of \"" + name + "\" came without an id; pass on the call's id"));
  }

  /** What a message is, in a few words for the log. */
  static String kindsOf(@Nullable ServerMessage message) {
    if (message == null) {
      return "nothing readable";
    }
    List<String> kinds = new ArrayList<>();
    if (message.setupComplete() != null) {
      kinds.add("setupComplete");
    }
    if (message.serverContent() != null) {
      kinds.add("serverContent");
    }
    if (message.toolCall() != null) {
      kinds.add("toolCall");
    }
    if (message.toolCallCancellation() != null) {
      kinds.add("toolCallCancellation");
    }
    if (message.usageMetadata() != null) {
      kinds.add("usageMetadata");
    }
    if (message.goAway() != null) {
      kinds.add("goAway");
    }
    if (message.sessionResumptionUpdate() != null) {
      kinds.add("sessionResumptionUpdate");
    }
    if (message.voiceActivity() != null || message.voiceActivityDetectionSignal() != null) {
      kinds.add("voiceActivity");
    }
    if (message.error() != null) {
      kinds.add("error");
    }
    return kinds.isEmpty() ? "an unknown message" : String.join("+", kinds);
  }
}
