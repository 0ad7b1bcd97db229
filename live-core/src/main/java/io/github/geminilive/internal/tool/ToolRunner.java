package io.github.geminilive.internal.tool;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.ToolContext;
import io.github.geminilive.ToolException;
import io.github.geminilive.ToolPolicy;
import io.github.geminilive.ToolResult;
import io.github.geminilive.ToolSet;
import io.github.geminilive.internal.concurrent.Timers;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.FunctionResponse;
import io.github.geminilive.protocol.FunctionScheduling;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the model's calls and keeps their ledger: each call is answered exactly once, or not at all
 * when it was cancelled. An unanswered call mutes the model, so unknown functions, exceptions, time
 * and overload are answered too.
 */
public final class ToolRunner {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.tools");

  /** Calls of one session that are at work and still wanted; one that timed out counts no more. */
  static final int MAX_PARALLEL = 16;

  /** Calls that wait for their turn in one session; more are told that the application is busy. */
  static final int MAX_WAITING = 64;

  /** Calls in a row of one function whose arguments did not fit, until it is not to be retried. */
  private static final int MAX_INVALID_IN_A_ROW = 3;

  // Ids remembered so that a repeated one does not run twice.
  private static final int REMEMBERED_IDS = 1024;

  /** What the runner needs of the session; called outside the runner's lock. */
  public interface Host {
    /** The session calls are made for. */
    LiveSession session();

    /** What the application attached. */
    default <T> Optional<T> attachment(Class<T> type) {
      return session().attachment(type);
    }

    /**
     * Sends answers of calls in one message; the calls count as answered, save for those that
     * {@linkplain Answer#more go on}.
     *
     * @param decide says which, or none, and writes that into the ledger; to be called once, under
     *     the lock that {@link #cancel} is called under, so that a call is answered or cancelled
     *     for everybody who looks
     * @return completes when the socket took the message; null when there was nothing to answer
     */
    @Nullable
    CompletionStage<Void> answer(Supplier<List<Answer>> decide);

    /** Completes when the user has heard all that the model has said up to now; may fail. */
    CompletionStage<Void> whenHeard(LiveTurn turn);

    /** Tells the application. */
    void tell(LiveEvent event);
  }

  /**
   * What a session brings along.
   *
   * @param executor where tools run
   * @param timers for time limits
   * @param nanoTime the clock that belongs to the timers
   * @param generators whether a call may have several responses
   * @param resultLimit how large a response may be, in bytes of UTF-8
   * @param callsPerTurn how many calls of one turn are run; 0 means any number
   */
  public record Settings(
      Executor executor,
      Timers timers,
      LongSupplier nanoTime,
      boolean generators,
      int resultLimit,
      int callsPerTurn) {}

  /**
   * One call's answer.
   *
   * @param key what the call is known by in this session
   * @param call as received
   * @param result what to tell the model
   * @param blocking whether the model waits for it
   * @param took from arrival to now
   * @param willContinue whether more follows, for a call with several responses; otherwise null
   * @param speaks whether the model is to speak of it, or of what came before it
   */
  public record Answer(
      String key,
      FunctionCall call,
      ToolResult result,
      boolean blocking,
      Duration took,
      @Nullable Boolean willContinue,
      boolean speaks) {

    /** Whether more responses to the same call follow. */
    public boolean more() {
      return Boolean.TRUE.equals(willContinue);
    }

    /** The wire form; {@code scheduling} only where the model knows it. */
    public FunctionResponse toResponse(boolean schedulingKnown) {
      FunctionResponse.Builder response = FunctionResponse.builder(
              call.id(), requireNonNull(call.name()))
          .response(result.response())
          .willContinue(willContinue);
      if (schedulingKnown && !blocking && result.scheduling() != null) {
        response.scheduling(result.scheduling());
      }
      if (!result.parts().isEmpty()) {
        response.parts(result.parts());
      }
      return response.build();
    }
  }

  /**
   * A call as the engine hands it over.
   *
   * @param key what the call is known by in this session: its id, or a made-up one
   * @param call as received, with a name
   * @param turn the turn it belongs to; null when there is no session
   * @param blocking whether the model waits for the answer
   * @param handled whether a tool set takes it, or nobody knows it; otherwise the application
   *     answers
   * @param readable whether its arguments came through; without them it is not run
   */
  public record Incoming(
      String key,
      FunctionCall call,
      @Nullable LiveTurn turn,
      boolean blocking,
      boolean handled,
      boolean readable) {

    String name() {
      return requireNonNull(call.name());
    }
  }

  private enum State {
    PENDING,
    ANSWERED,
    CANCELLED
  }

  private final Host host;
  private final Settings settings;
  private final Executor executor;
  private final LongSupplier nanoTime;

  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private ToolTable table;
  private final Set<String> formerNames = new HashSet<>();
  private final Map<String, State> ledger = new LinkedHashMap<>();
  private final Map<String, Call> open = new HashMap<>();
  private final ArrayDeque<Call> waiting = new ArrayDeque<>();
  private int running;
  private final Map<String, Integer> runningByName = new HashMap<>();
  private final Map<String, Integer> invalidInARow = new HashMap<>();
  // Not to keep a turn, and its audio, in memory.
  private @Nullable WeakReference<LiveTurn> countedTurn;
  private int callsOfTurn;
  private boolean closed;

  /** A runner for the given tools. */
  public ToolRunner(Host host, List<ToolSet> toolSets, Settings settings) {
    this.host = host;
    this.settings = settings;
    this.executor = settings.executor();
    this.nanoTime = settings.nanoTime();
    this.table = ToolTable.of(toolSets);
  }

  /**
   * Other tools from now on. Calls that have arrived go on with the old ones; new calls of a
   * function that is gone are told so.
   */
  public void setTools(ToolTable tools) {
    lock.lock();
    try {
      formerNames.addAll(table.names());
      formerNames.removeAll(tools.names());
      table = tools;
    } finally {
      lock.unlock();
    }
  }

  /** The application answers calls of these functions itself, unless a tool set has them now. */
  public void leave(Set<String> names) {
    lock.lock();
    try {
      formerNames.removeAll(names);
    } finally {
      lock.unlock();
    }
  }

  /** Whether a call is at work here, or waits for its turn. */
  public boolean runs(String key) {
    lock.lock();
    try {
      return open.containsKey(key);
    } finally {
      lock.unlock();
    }
  }

  /** Whether calls of this function are answered here: a tool set has it, or had it. */
  public boolean handles(String name) {
    lock.lock();
    try {
      return table.get(name) != null || formerNames.contains(name);
    } finally {
      lock.unlock();
    }
  }

  /** Writes a call into the ledger; false when its key is there already. */
  public boolean register(String key) {
    lock.lock();
    try {
      boolean added = ledger.putIfAbsent(key, State.PENDING) == null;
      if (ledger.size() > REMEMBERED_IDS) {
        forgetOldest(key);
      }
      return added;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Forgets the call that was over first; if none is, the one the application left open first.
   * Holds the lock.
   */
  private void forgetOldest(String newest) {
    String first = null;
    for (Map.Entry<String, State> entry : ledger.entrySet()) {
      if (entry.getValue() != State.PENDING) {
        ledger.remove(entry.getKey());
        return;
      }
      // What a tool is at work on is answered, however long that takes.
      if (first == null && !open.containsKey(entry.getKey()) && !entry.getKey().equals(newest)) {
        first = entry.getKey();
      }
    }
    ledger.remove(first);
  }

  /** Runs the calls of one message, all of them registered. */
  public void run(List<Incoming> message) {
    List<Call> calls = new ArrayList<>();
    lock.lock();
    try {
      Batch blocking = new Batch();
      for (Incoming incoming : message) {
        if (incoming.handled()) {
          Batch batch = incoming.blocking() ? blocking : new Batch();
          Call call = new Call(incoming, batch, table.get(incoming.name()));
          batch.calls.add(call);
          calls.add(call);
        }
      }
    } finally {
      lock.unlock();
    }
    for (Call call : calls) {
      admit(call);
    }
  }

  private void admit(Call call) {
    ToolResult refusal;
    Runnable next = () -> {};
    lock.lock();
    try {
      if (closed || ledger.get(call.incoming.key()) != State.PENDING) {
        return;
      }
      open.put(call.incoming.key(), call);
      refusal = refusal(call);
      if (refusal == null) {
        next = call.policy().afterSpeech() ? () -> admitWhenHeard(call) : seat(call);
      }
    } finally {
      lock.unlock();
    }
    if (refusal != null) {
      call.finish(refusal);
    }
    next.run();
  }

  /** What a call is answered that is not run at all. Holds the lock. */
  private @Nullable ToolResult refusal(Call call) {
    int limit = settings.callsPerTurn();
    LiveTurn turn = call.incoming.turn();
    if (turn != null && (countedTurn == null || countedTurn.get() != turn)) {
      countedTurn = new WeakReference<>(turn);
      callsOfTurn = 0;
    }
    if (limit > 0 && ++callsOfTurn > limit) {
      return Outcomes.tooManyInTurn(limit);
    }
    if (call.tool != null) {
      return call.incoming.readable() ? null : Outcomes.unreadableArguments();
    }
    return formerNames.contains(call.name())
        ? Outcomes.unavailable(call.name())
        : Outcomes.unknown(call.name(), table.names());
  }

  private void admitWhenHeard(Call call) {
    CompletionStage<Void> heard;
    try {
      heard = call.whenHeard();
    } catch (RuntimeException e) {
      LOG.warn("Whether the user has heard the model is not known; {} starts", call.name(), e);
      heard = CompletableFuture.completedFuture(null);
    }
    heard.whenComplete((ignored, error) -> {
      Runnable next;
      lock.lock();
      try {
        next = call.isOver() ? () -> {} : seat(call);
      } finally {
        lock.unlock();
      }
      next.run();
    });
  }

  /**
   * Gives a call its place, at work or in the queue. Holds the lock.
   *
   * @return what is to be done without the lock
   */
  private Runnable seat(Call call) {
    if (mayStart(call)) {
      takePlace(call);
      return call::start;
    }
    if (waiting.size() < MAX_WAITING) {
      waiting.add(call);
      return () -> {};
    }
    return () -> call.finish(Outcomes.busy());
  }

  /** Holds the lock. */
  private boolean mayStart(Call call) {
    int limit = call.policy().parallelLimit();
    return running < MAX_PARALLEL
        && (limit == 0 || runningByName.getOrDefault(call.name(), 0) < limit);
  }

  /** Holds the lock. */
  private void takePlace(Call call) {
    call.occupiesPlace = true;
    running++;
    runningByName.merge(call.name(), 1, Integer::sum);
  }

  private void placeFreed(Call left) {
    List<Call> next = new ArrayList<>();
    lock.lock();
    try {
      running--;
      runningByName.merge(left.name(), -1, (now, less) -> now + less == 0 ? null : now + less);
      Iterator<Call> candidates = waiting.iterator();
      while (running < MAX_PARALLEL && candidates.hasNext()) {
        Call candidate = candidates.next();
        // One whose function is at its limit does not hold up those behind it.
        if (mayStart(candidate)) {
          candidates.remove();
          takePlace(candidate);
          next.add(candidate);
        }
      }
    } finally {
      lock.unlock();
    }
    next.forEach(Call::start);
  }

  /**
   * Cancels calls; ids this session does not know are ignored. From here on they are not answered.
   *
   * @return interrupts what runs of them; not to be run under a lock
   */
  public Runnable cancel(List<String> keys) {
    List<Call> cancelled = new ArrayList<>();
    lock.lock();
    try {
      for (String key : keys) {
        if (ledger.get(key) == State.PENDING) {
          ledger.put(key, State.CANCELLED);
          Call call = open.get(key);
          if (call != null) {
            cancelled.add(call);
            waiting.remove(call);
          }
        }
      }
    } finally {
      lock.unlock();
    }
    return () -> {
      cancelled.forEach(Call::abandon);
      // A batch that waited for a cancelled call only can go now.
      cancelled.forEach(call -> call.batch.sendIfComplete());
    };
  }

  /** The session is over: nothing is answered any more. */
  public void close() {
    List<Call> cancelled;
    lock.lock();
    try {
      closed = true;
      cancelled = new ArrayList<>(open.values());
      cancelled.forEach(call -> ledger.put(call.incoming.key(), State.CANCELLED));
      open.clear();
      waiting.clear();
    } finally {
      lock.unlock();
    }
    for (Call call : cancelled) {
      call.abandon();
      call.limit.close();
    }
  }

  /**
   * Marks calls the application answers by itself.
   *
   * @param keys of the calls that are answered by this, in any order
   * @param continued of the calls that get a part of their answer
   * @throws IllegalStateException when one is unknown, cancelled or already answered; none is
   *     marked
   */
  public void answerManually(List<String> keys, List<String> continued) {
    lock.lock();
    try {
      Set<String> distinct = new HashSet<>();
      for (String key : keys) {
        checkOpen(key);
        if (!distinct.add(key)) {
          throw new IllegalStateException(
              "the call with id \"" + key + "\" is answered twice in one message");
        }
      }
      continued.forEach(this::checkOpen);
      keys.forEach(key -> ledger.put(key, State.ANSWERED));
    } finally {
      lock.unlock();
    }
  }

  /** Holds the lock. */
  private void checkOpen(String key) {
    State state = ledger.get(key);
    if (state != State.PENDING || open.containsKey(key)) {
      String why = state == null
          ? "unknown to this session"
          : state == State.CANCELLED
              ? "cancelled, its answer is not wanted"
              : "already answered, or run by a registered tool";
      throw new IllegalStateException("the call with id \"" + key + "\" is " + why);
    }
  }

  /** Calls that are answered in one message, in call order. */
  private final class Batch {
    final List<Call> calls = new ArrayList<>();

    void sendIfComplete() {
      host.answer(this::complete);
    }

    /** The answers, once there are all of them. */
    private List<Answer> complete() {
      List<Answer> answers = new ArrayList<>();
      lock.lock();
      try {
        for (Call call : calls) {
          State state = ledger.get(call.incoming.key());
          if (state == State.PENDING && (call.result == null || call.sendsItem)) {
            return List.of();
          }
        }
        for (Call call : calls) {
          String key = call.incoming.key();
          if (ledger.get(key) == State.PENDING && call.result != null) {
            ledger.put(key, State.ANSWERED);
            answers.add(call.lastAnswer(call.result));
          }
          open.remove(key);
        }
      } finally {
        lock.unlock();
      }
      return answers;
    }
  }

  /** One call on its way. */
  private final class Call implements ToolContext, Runnable, ItemReader.Owner {
    final Incoming incoming;
    final Batch batch;
    final ToolTable.@Nullable Tool tool;
    private final TimeLimit limit;
    private final long arrivedNanos = nanoTime.getAsLong();
    private final Workers workers = new Workers();
    private final CompletableFuture<Void> cancelled = new CompletableFuture<>();
    private volatile boolean tripped;

    // Guarded by the runner's lock.
    private boolean occupiesPlace;
    private @Nullable ToolResult result;
    private @Nullable CompletionStage<?> stage;
    private @Nullable ItemReader reader;
    private boolean sendsItem;
    private boolean sentItems;
    private boolean spoke;
    private boolean toldDropped;

    Call(Incoming incoming, Batch batch, ToolTable.@Nullable Tool tool) {
      this.incoming = incoming;
      this.batch = batch;
      this.tool = tool;
      this.limit = new TimeLimit(policy().timeout(), settings.timers(), nanoTime, this::onTimeout);
    }

    @Override
    public String name() {
      return incoming.name();
    }

    ToolPolicy policy() {
      return tool == null ? ToolPolicy.DEFAULT : tool.policy();
    }

    private boolean runsOn() {
      return policy().cancellation() == ToolPolicy.Cancellation.RUN_ON;
    }

    /** The call has its place and begins. */
    void start() {
      limit.restart();
      elsewhere(this);
    }

    @Override
    public void elsewhere(Runnable work) {
      try {
        executor.execute(work);
      } catch (Throwable e) {
        finish(failure(e));
      }
    }

    @Override
    public void run() {
      if (isOverNow()) {
        // Whoever ended the call gives back its place.
        return;
      }
      Object value = null;
      Throwable thrown = null;
      try {
        value = workers.call(() -> requireNonNull(tool).toolSet().invoke(incoming.call(), this));
      } catch (Throwable e) {
        thrown = e;
      }
      if (value instanceof CompletionStage<?> later) {
        await(later);
      } else {
        conclude(thrown == null ? success(value) : failure(thrown), true);
      }
    }

    private void await(CompletionStage<?> later) {
      boolean cancel;
      lock.lock();
      try {
        stage = later;
        cancel = isOver() && !runsOn();
      } finally {
        lock.unlock();
      }
      if (cancel) {
        cancelLater(later);
        leavePlace();
      }
      try {
        later.whenComplete(
            (value, thrown) -> conclude(thrown == null ? success(value) : failure(thrown), false));
      } catch (Throwable e) {
        finish(failure(e));
      }
    }

    private ToolResult success(@Nullable Object value) {
      try {
        ToolResult outcome = ToolResult.of(value);
        if (!outcome.isStream()) {
          // Fails where the value has no JSON form.
          outcome.response();
        }
        return outcome;
      } catch (Throwable e) {
        return bad(e);
      }
    }

    @Override
    public ToolResult bad(Throwable why) {
      tell(LiveEvent.Warning.Kind.TOOL_FAILED, "returned what is not JSON", why);
      return Outcomes.badResult();
    }

    @Override
    public ToolResult failure(Throwable thrown) {
      Throwable cause = Outcomes.unwrap(thrown);
      if (cause instanceof ToolException told) {
        return Outcomes.of(told);
      }
      tell(LiveEvent.Warning.Kind.TOOL_FAILED, "threw " + cause.getClass().getName(), cause);
      return Outcomes.failed();
    }

    /**
     * The function has given its result.
     *
     * @param mayBlock whether this is a thread of the call's own
     */
    private void conclude(ToolResult outcome, boolean mayBlock) {
      if (!outcome.isStream()) {
        conclude(outcome);
        return;
      }
      boolean apart =
          settings.generators() && !incoming.blocking() && incoming.call().id() != null;
      ItemReader items = new ItemReader(this, outcome, apart, settings.resultLimit());
      boolean over;
      lock.lock();
      try {
        over = isOver();
        reader = items;
      } finally {
        lock.unlock();
      }
      if (over) {
        cleanUp(items::discard);
        finish(outcome);
      } else if (mayBlock) {
        items.read();
      } else {
        elsewhere(items::read);
      }
    }

    @Override
    public void conclude(ToolResult outcome) {
      tellCause(outcome);
      finish(counted(limited(outcome)));
    }

    @Override
    public void tellCause(ToolResult outcome) {
      Throwable cause = outcome.cause();
      if (cause == null || isOverNow()) {
        return;
      }
      String what =
          "answers " + outcome.status() + " because of " + cause.getClass().getName();
      host.tell(warning(LiveEvent.Warning.Kind.TOOL_FAILED, what, cause));
      // Whoever answers for the tool has logged it as it sees fit.
      logTrace(what, cause);
    }

    private ToolResult limited(ToolResult outcome) {
      int size = Outcomes.utf8Length(outcome.response().text());
      return size <= settings.resultLimit()
          ? outcome
          : Outcomes.tooLarge(String.valueOf(size), settings.resultLimit());
    }

    /** A model that keeps on guessing is told to stop. */
    private ToolResult counted(ToolResult outcome) {
      int inARow = 0;
      lock.lock();
      try {
        if (!isOver() && outcome.status().equals(Outcomes.INVALID_ARGUMENT)) {
          inARow = invalidInARow.merge(name(), 1, Integer::sum);
        } else if (!isOver()) {
          invalidInARow.remove(name());
        }
      } finally {
        lock.unlock();
      }
      return inARow > MAX_INVALID_IN_A_ROW ? outcome.map(ToolResponses::notRetryable) : outcome;
    }

    @Override
    public void cleanUp(Runnable work) {
      Runnable careful = () -> {
        try {
          work.run();
        } catch (Throwable e) {
          LOG.debug(
              "Tool {} could not be told that its call is over: {}", name(), Outcomes.trace(e));
        }
      };
      try {
        executor.execute(careful);
      } catch (Throwable e) {
        // The calls beside this one must hear of their end all the same.
        LOG.warn("No thread to tell tool {} that its call is over", name(), e);
      }
    }

    @Override
    public @Nullable CompletionStage<?> send(ToolResult item) {
      ToolResult one = scheduled(item);
      try {
        return host.answer(() -> begin(one));
      } finally {
        lock.lock();
        try {
          sendsItem = false;
        } finally {
          lock.unlock();
        }
        batch.sendIfComplete();
      }
    }

    private List<Answer> begin(ToolResult item) {
      boolean speaks = speaks(item);
      lock.lock();
      try {
        if (isOver()) {
          return List.of();
        }
        // The end of the call, whoever brings it, waits until the item is on its way.
        sendsItem = true;
        sentItems = true;
        spoke |= speaks;
        return List.of(answer(item, true, speaks));
      } finally {
        lock.unlock();
      }
    }

    @Override
    public boolean hasSent() {
      lock.lock();
      try {
        return sentItems;
      } finally {
        lock.unlock();
      }
    }

    /** An answer that does not say when it is taken up gets what its function says. */
    private ToolResult scheduled(ToolResult outcome) {
      FunctionScheduling scheduling = tool == null ? null : tool.scheduling();
      return scheduling == null || outcome.scheduling() != null
          ? outcome
          : outcome.scheduling(scheduling);
    }

    private static boolean speaks(ToolResult outcome) {
      return !FunctionScheduling.SILENT.equals(outcome.scheduling());
    }

    /** The last answer. Holds the lock. */
    Answer lastAnswer(ToolResult outcome) {
      return answer(outcome, sentItems ? false : null, spoke || speaks(outcome));
    }

    private Answer answer(ToolResult outcome, @Nullable Boolean willContinue, boolean speaks) {
      Duration took = Duration.ofNanos(nanoTime.getAsLong() - arrivedNanos);
      return new Answer(
          incoming.key(),
          incoming.call(),
          outcome,
          incoming.blocking(),
          took,
          willContinue,
          speaks);
    }

    private void onTimeout() {
      if (!settle(Outcomes.timeout())) {
        // It was cancelled, and goes on: it has had its time.
        leavePlace();
        return;
      }
      warn(
          LiveEvent.Warning.Kind.TOOL_TIMEOUT,
          "did not answer within " + policy().timeout().toMillis() + " ms",
          null);
      batch.sendIfComplete();
      leavePlace();
      abandon();
    }

    private void tell(LiveEvent.Warning.Kind kind, String what, @Nullable Throwable cause) {
      if (!isOverNow()) {
        warn(kind, what, cause);
      }
    }

    private void warn(LiveEvent.Warning.Kind kind, String what, @Nullable Throwable cause) {
      LOG.warn("Tool {} {}", name(), what);
      if (cause != null) {
        logTrace(what, cause);
      }
      host.tell(warning(kind, what, cause));
    }

    private LiveEvent warning(LiveEvent.Warning.Kind kind, String what, @Nullable Throwable cause) {
      return new LiveEvent.Warning(kind, "the tool \"" + name() + "\" " + what, cause);
    }

    private void logTrace(String what, Throwable cause) {
      if (LOG.isDebugEnabled()) {
        LOG.debug("Tool {} {}: {}", name(), what, Outcomes.trace(cause));
      }
    }

    /** Whether nobody waits for the result any more. Holds the lock. */
    private boolean isOver() {
      return closed || result != null || ledger.get(incoming.key()) != State.PENDING;
    }

    @Override
    public boolean isOverNow() {
      lock.lock();
      try {
        return isOver();
      } finally {
        lock.unlock();
      }
    }

    @Override
    public void finish(ToolResult outcome) {
      if (settle(outcome)) {
        batch.sendIfComplete();
      }
      leavePlace();
    }

    /** Keeps the result; false, and told where the call was cancelled, when it comes too late. */
    private boolean settle(ToolResult outcome) {
      boolean late;
      boolean tellDropped;
      lock.lock();
      try {
        late = isOver();
        tellDropped = late && !closed && result == null && !toldDropped;
        toldDropped |= tellDropped;
        if (!late) {
          result = scheduled(outcome);
        }
      } finally {
        lock.unlock();
      }
      if (!late) {
        workers.stop(false);
      }
      if (tellDropped) {
        host.tell(new LiveEvent.Warning(
            LiveEvent.Warning.Kind.TOOL_RESULT_DROPPED,
            "the answer of \"" + name() + "\" was not sent: the call was cancelled",
            null));
      }
      return !late;
    }

    @Override
    public void leavePlace() {
      limit.close();
      boolean free;
      lock.lock();
      try {
        free = occupiesPlace;
        occupiesPlace = false;
      } finally {
        lock.unlock();
      }
      if (free) {
        placeFreed(this);
      }
    }

    /** The answer is not wanted any more: trips the token, interrupts, cancels. */
    void abandon() {
      boolean stops = !runsOn();
      // First the token, so that whoever is interrupted finds out why.
      tripped = stops;
      boolean working = workers.stop(stops);
      CompletionStage<?> awaited;
      ItemReader reads;
      lock.lock();
      try {
        awaited = stage;
        reads = reader;
      } finally {
        lock.unlock();
      }
      if (stops) {
        // What depends on it is the application's code.
        cleanUp(() -> cancelled.complete(null));
      }
      if (stops && awaited != null) {
        cancelLater(awaited);
      }
      if (reads != null) {
        reads.stop();
      }
      if (working || !stops && awaited != null && reads == null) {
        // It keeps its place until it has come to its end, or its time is over.
        limit.ignorePauses();
      } else {
        leavePlace();
      }
    }

    /** Cancelling runs the application's code: not on the thread that cancels, whosever it is. */
    private void cancelLater(CompletionStage<?> awaited) {
      // Not every stage can be cancelled; its result is dropped in any case.
      cleanUp(() -> awaited.toCompletableFuture().cancel(true));
    }

    @Override
    public Workers workers() {
      return workers;
    }

    @Override
    public TimeLimit limit() {
      return limit;
    }

    @Override
    public FunctionCall call() {
      return incoming.call();
    }

    @Override
    public LiveTurn turn() {
      LiveTurn turn = incoming.turn();
      if (turn == null) {
        throw new IllegalStateException("there is no turn: the tool was called without a session");
      }
      return turn;
    }

    @Override
    public LiveSession session() {
      return host.session();
    }

    @Override
    public <T> Optional<T> attachment(Class<T> type) {
      return host.attachment(type);
    }

    @Override
    public boolean isCancelled() {
      return tripped;
    }

    @Override
    public CompletionStage<Void> cancelled() {
      return cancelled.minimalCompletionStage();
    }

    @Override
    public <T> CompletionStage<T> supply(Callable<T> work) {
      requireNonNull(work, "work");
      CompletableFuture<T> done = new CompletableFuture<>();
      Runnable carried = () -> {
        try {
          if (isOverNow()) {
            throw new CancellationException("the call is over");
          }
          done.complete(workers.call(work));
        } catch (Throwable e) {
          done.completeExceptionally(e);
        }
      };
      try {
        executor.execute(carried);
      } catch (Throwable e) {
        done.completeExceptionally(e);
      }
      return done.minimalCompletionStage();
    }

    @Override
    public void pauseTimeout(CompletionStage<?> until) {
      requireNonNull(until, "until");
      AtomicBoolean resumed = new AtomicBoolean();
      Runnable resume = () -> {
        if (resumed.compareAndSet(false, true)) {
          limit.resume();
        }
      };
      limit.pause();
      try {
        until.whenComplete((ignored, error) -> resume.run());
      } catch (RuntimeException | Error e) {
        resume.run();
        throw e;
      }
    }

    @Override
    public CompletionStage<Void> whenHeard() {
      LiveTurn turn = incoming.turn();
      return turn == null ? CompletableFuture.completedFuture(null) : host.whenHeard(turn);
    }
  }
}
