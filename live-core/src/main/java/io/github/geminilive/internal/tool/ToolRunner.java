package io.github.geminilive.internal.tool;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.ToolContext;
import io.github.geminilive.ToolException;
import io.github.geminilive.ToolResult;
import io.github.geminilive.ToolSet;
import io.github.geminilive.internal.concurrent.Timers;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.FunctionResponse;
import io.github.geminilive.protocol.FunctionScheduling;
import java.lang.reflect.InvocationTargetException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
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

  // Ids remembered so that a repeated one does not run twice.
  private static final int REMEMBERED_IDS = 1024;

  /** What the runner needs of the session; called outside the runner's lock. */
  public interface Host {
    /** The session calls are made for. */
    LiveSession session();

    /**
     * Sends answers of calls in one message; the calls count as answered, save for those that
     * {@linkplain Answer#more go on}.
     *
     * @return completes when the socket took the message
     */
    CompletionStage<Void> answer(List<Answer> answers);

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
   */
  public record Incoming(
      String key,
      FunctionCall call,
      @Nullable LiveTurn turn,
      boolean blocking,
      boolean handled) {}

  private enum State {
    PENDING,
    ANSWERED,
    CANCELLED
  }

  private final Host host;
  private final Executor executor;
  private final Timers timers;
  private final LongSupplier nanoTime;
  private volatile Map<String, ToolSet> byName = Map.of();
  private volatile Map<String, Duration> timeouts = Map.of();

  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private final Map<String, State> ledger = new LinkedHashMap<>();
  private final Map<String, Call> open = new HashMap<>();
  private final ArrayDeque<Call> waiting = new ArrayDeque<>();
  private int running;
  private boolean closed;

  /** A runner for the given tools. */
  public ToolRunner(Host host, List<ToolSet> toolSets, Settings settings) {
    this.host = host;
    this.executor = settings.executor();
    this.timers = settings.timers();
    this.nanoTime = settings.nanoTime();
    setTools(toolSets);
  }

  /** Other tools from now on; calls under way go on. */
  public void setTools(List<ToolSet> toolSets) {
    Map<String, ToolSet> sets = new LinkedHashMap<>();
    Map<String, Duration> limits = new HashMap<>();
    for (ToolSet toolSet : toolSets) {
      for (FunctionDeclaration declaration : toolSet.declarations()) {
        String name = declaration.name();
        sets.put(name, toolSet);
        limits.put(name, requireNonNull(toolSet.policy(name), "policy of " + name).timeout());
      }
    }
    byName = sets;
    timeouts = limits;
  }

  /** Whether a tool set takes calls of this function. */
  public boolean handles(String name) {
    return byName.containsKey(name);
  }

  /** Writes a call into the ledger; false when its key is there already. */
  public boolean register(String key) {
    lock.lock();
    try {
      boolean added = ledger.putIfAbsent(key, State.PENDING) == null;
      if (ledger.size() > REMEMBERED_IDS) {
        forgetOldest();
      }
      return added;
    } finally {
      lock.unlock();
    }
  }

  /** Forgets the call that was over first; if none is, the one the application left open first. */
  private void forgetOldest() {
    Iterator<Map.Entry<String, State>> oldest = ledger.entrySet().iterator();
    while (oldest.hasNext()) {
      if (oldest.next().getValue() != State.PENDING) {
        oldest.remove();
        return;
      }
    }
    ledger.remove(ledger.keySet().iterator().next());
  }

  /** Runs the calls of one message, all of them registered. */
  public void run(List<Incoming> message) {
    Batch blocking = new Batch();
    List<Call> calls = new ArrayList<>();
    for (Incoming incoming : message) {
      if (incoming.handled()) {
        Batch batch = incoming.blocking() ? blocking : new Batch();
        Call call = new Call(incoming, batch);
        batch.calls.add(call);
        calls.add(call);
      }
    }
    for (Call call : calls) {
      admit(call);
    }
  }

  private void admit(Call call) {
    boolean start = false;
    boolean busy = false;
    lock.lock();
    try {
      if (closed || ledger.get(call.incoming.key()) != State.PENDING) {
        return;
      }
      open.put(call.incoming.key(), call);
      if (!byName.containsKey(call.name())) {
        start = true;
      } else if (running < MAX_PARALLEL) {
        running++;
        call.occupiesSlot = true;
        start = true;
      } else if (waiting.size() < MAX_WAITING) {
        waiting.add(call);
      } else {
        busy = true;
      }
    } finally {
      lock.unlock();
    }
    if (busy) {
      call.finish(
          ToolResult.error("busy", "Too many calls are running. Try again in a moment.", true));
    } else if (start) {
      call.start();
    }
  }

  /**
   * Cancels calls; ids this session does not know are ignored. From here on they are not answered.
   *
   * @return interrupts what runs of them; this is the application's code
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
      cancelled.forEach(Call::cancel);
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
    cancelled.forEach(Call::cancel);
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
              ? "cancelled by the service, its answer is not wanted"
              : "already answered, or run by a registered tool";
      throw new IllegalStateException("the call with id \"" + key + "\" is " + why);
    }
  }

  private void slotFreed() {
    Call next;
    lock.lock();
    try {
      next = waiting.poll();
      if (next == null) {
        running--;
      } else {
        next.occupiesSlot = true;
      }
    } finally {
      lock.unlock();
    }
    if (next != null) {
      next.start();
    }
  }

  /** Calls that are answered in one message, in call order. */
  private final class Batch {
    final List<Call> calls = new ArrayList<>();

    void sendIfComplete() {
      List<Answer> answers = new ArrayList<>();
      lock.lock();
      try {
        for (Call call : calls) {
          State state = ledger.get(call.incoming.key());
          if (state == State.PENDING && call.result == null) {
            return;
          }
        }
        for (Call call : calls) {
          String key = call.incoming.key();
          if (ledger.get(key) == State.PENDING && call.result != null) {
            ledger.put(key, State.ANSWERED);
            answers.add(new Answer(
                key,
                call.incoming.call(),
                call.result,
                call.incoming.blocking(),
                Duration.ofNanos(nanoTime.getAsLong() - call.arrivedNanos),
                null,
                !FunctionScheduling.SILENT.equals(call.result.scheduling())));
          }
          open.remove(key);
        }
      } finally {
        lock.unlock();
      }
      if (!answers.isEmpty()) {
        host.answer(answers);
      }
    }
  }

  /** One call on its way. */
  private final class Call implements ToolContext, Runnable {
    final Incoming incoming;
    final Batch batch;
    final long arrivedNanos = nanoTime.getAsLong();
    private final CompletableFuture<Void> cancelled = new CompletableFuture<>();

    // Guarded by the runner's lock.
    private boolean occupiesSlot;
    private @Nullable ToolResult result;
    private @Nullable Thread thread;
    private @Nullable Future<?> timer;
    private @Nullable CompletionStage<?> stage;

    Call(Incoming incoming, Batch batch) {
      this.incoming = incoming;
      this.batch = batch;
    }

    String name() {
      return requireNonNull(incoming.call().name());
    }

    void start() {
      Duration timeout = timeouts.get(name());
      if (timeout == null) {
        finish(unknown());
        return;
      }
      if (!timeout.isZero()) {
        Future<?> scheduled =
            timers.schedule(() -> onTimeout(timeout), timeout.toNanos(), TimeUnit.NANOSECONDS);
        boolean over;
        lock.lock();
        try {
          over = isOver();
          timer = over ? null : scheduled;
        } finally {
          lock.unlock();
        }
        if (over) {
          scheduled.cancel(false);
        }
      }
      executor.execute(this);
    }

    private ToolResult unknown() {
      return ToolResult.error(
          "unknown_tool",
          "There is no tool named \""
              + name()
              + "\". Valid names: "
              + String.join(", ", new TreeSet<>(byName.keySet())),
          false);
    }

    @Override
    public void run() {
      lock.lock();
      try {
        if (isOver()) {
          return;
        }
        thread = Thread.currentThread();
      } finally {
        lock.unlock();
      }
      Object value = null;
      Throwable thrown = null;
      try {
        value = requireNonNull(byName.get(name())).invoke(incoming.call(), this);
      } catch (Throwable e) {
        thrown = e;
      } finally {
        lock.lock();
        try {
          thread = null;
        } finally {
          lock.unlock();
        }
        // A late interrupt was meant for this call, not for what the thread does next.
        Thread.interrupted();
      }
      if (thrown != null) {
        finish(failure(thrown));
      } else if (value instanceof CompletionStage<?> later) {
        await(later);
      } else {
        finish(success(value));
      }
    }

    private void await(CompletionStage<?> later) {
      boolean over;
      lock.lock();
      try {
        stage = later;
        over = isOver();
      } finally {
        lock.unlock();
      }
      if (over) {
        cancelLater(later);
        leaveSlot();
      }
      later.whenComplete(
          (value, thrown) -> finish(thrown == null ? success(value) : failure(thrown)));
    }

    private ToolResult success(@Nullable Object value) {
      if (value instanceof ToolResult ready) {
        return ready;
      }
      try {
        return ToolResult.of(value);
      } catch (RuntimeException | StackOverflowError e) {
        tell(LiveEvent.Warning.Kind.TOOL_FAILED, "returned what is not JSON", e);
        return ToolResult.error("bad_result", "The tool failed.", false);
      }
    }

    private ToolResult failure(Throwable thrown) {
      Throwable cause = thrown;
      while (isWrapper(cause) && cause.getCause() != null) {
        cause = cause.getCause();
      }
      if (cause instanceof ToolException told) {
        return ToolResult.error("tool_error", String.valueOf(told.getMessage()), told.retryable());
      }
      tell(LiveEvent.Warning.Kind.TOOL_FAILED, "threw " + cause.getClass().getName(), cause);
      return ToolResult.error("tool_error", "The tool failed.", false);
    }

    private static boolean isWrapper(Throwable thrown) {
      return thrown instanceof CompletionException
          || thrown instanceof ExecutionException
          || thrown instanceof InvocationTargetException;
    }

    private void onTimeout(Duration timeout) {
      ToolResult tooLate = ToolResult.error(
          "timeout", "The tool did not answer in time. Do not wait for it.", false);
      String what = "did not answer within " + timeout.toMillis() + " ms";
      if (settle(tooLate)) {
        warn(LiveEvent.Warning.Kind.TOOL_TIMEOUT, what, null);
        batch.sendIfComplete();
        leaveSlot();
        cancel();
      }
    }

    private void tell(LiveEvent.Warning.Kind kind, String what, @Nullable Throwable cause) {
      if (!isOverNow()) {
        warn(kind, what, cause);
      }
    }

    private void warn(LiveEvent.Warning.Kind kind, String what, @Nullable Throwable cause) {
      LOG.warn("Tool {} {}", name(), what);
      host.tell(new LiveEvent.Warning(kind, "the tool \"" + name() + "\" " + what, cause));
    }

    /** Whether nobody waits for the result any more. Holds the lock. */
    private boolean isOver() {
      return closed || result != null || ledger.get(incoming.key()) != State.PENDING;
    }

    private boolean isOverNow() {
      lock.lock();
      try {
        return isOver();
      } finally {
        lock.unlock();
      }
    }

    /** Keeps the result, answers if it completes the batch, and lets the next call start. */
    void finish(ToolResult outcome) {
      if (settle(outcome)) {
        batch.sendIfComplete();
      }
      leaveSlot();
    }

    /** Keeps the result; false, and told where the call was cancelled, when it comes too late. */
    private boolean settle(ToolResult outcome) {
      boolean late;
      boolean tellDropped;
      Future<?> finishedTimer;
      lock.lock();
      try {
        late = isOver();
        tellDropped = late && !closed && result == null;
        if (!late) {
          result = outcome;
        }
        finishedTimer = timer;
        timer = null;
      } finally {
        lock.unlock();
      }
      if (finishedTimer != null) {
        finishedTimer.cancel(false);
      }
      if (tellDropped) {
        host.tell(new LiveEvent.Warning(
            LiveEvent.Warning.Kind.TOOL_RESULT_DROPPED,
            "the answer of \"" + name() + "\" was not sent: the call was cancelled",
            null));
      }
      return !late;
    }

    /** Lets the next call start, once. */
    private void leaveSlot() {
      boolean free;
      lock.lock();
      try {
        free = occupiesSlot;
        occupiesSlot = false;
      } finally {
        lock.unlock();
      }
      if (free) {
        slotFreed();
      }
    }

    /** Trips the token, interrupts, cancels: the answer is not wanted any more. */
    void cancel() {
      Thread running;
      CompletionStage<?> awaited;
      Future<?> stopped;
      lock.lock();
      try {
        running = thread;
        if (running != null) {
          // Under the lock, so that the thread cannot have gone on to something else.
          running.interrupt();
        }
        awaited = stage;
        stopped = timer;
        timer = null;
      } finally {
        lock.unlock();
      }
      if (stopped != null) {
        stopped.cancel(false);
      }
      if (cancelled.getNumberOfDependents() > 0) {
        executor.execute(() -> cancelled.complete(null));
      } else {
        cancelled.complete(null);
      }
      if (awaited != null) {
        cancelLater(awaited);
      }
      if (running == null) {
        // It has not begun, or it waits for a stage that may never complete.
        leaveSlot();
      }
    }

    /** Cancelling runs the application's code: not on the thread that cancels, whosever it is. */
    private void cancelLater(CompletionStage<?> awaited) {
      executor.execute(() -> {
        try {
          awaited.toCompletableFuture().cancel(true);
        } catch (RuntimeException e) {
          // Not every stage can be cancelled; its result is dropped in any case.
          LOG.debug("The stage that tool {} returned cannot be cancelled", name(), e);
        }
      });
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
    public boolean isCancelled() {
      return cancelled.isDone();
    }

    @Override
    public CompletionStage<Void> cancelled() {
      return cancelled.minimalCompletionStage();
    }

    @Override
    public <T> CompletionStage<T> supply(Callable<T> work) {
      CompletableFuture<T> done = new CompletableFuture<>();
      executor.execute(() -> {
        try {
          done.complete(work.call());
        } catch (Throwable e) {
          done.completeExceptionally(e);
        }
      });
      return done.minimalCompletionStage();
    }

    @Override
    public void pauseTimeout(CompletionStage<?> until) {
      requireNonNull(until, "until");
    }

    @Override
    public CompletionStage<Void> whenHeard() {
      return host.whenHeard(turn());
    }
  }
}
