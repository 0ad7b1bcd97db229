package io.github.geminilive.internal.relay;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.SnapshotStore;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes conversations to a store that may block, fail or hang: for each key one step at a time, in
 * the order of the calls. Thread-safe; no method waits for the store. Of one key there wait at most
 * one write, one removal, and those who take it; of a key for which nothing waits nothing is kept. A
 * store that hangs holds up its key: who waits for a future sets a limit.
 */
final class SnapshotKeeper {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.relay");
  private static final long LOG_EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

  /** What is to be done for a key; fields that change are guarded by the lock until it begins. */
  private abstract static sealed class Step permits Write, Removal, Taking {
    /** Does it, without the lock; never throws. */
    abstract void run(SnapshotKeeper keeper, String key);
  }

  private static final class Write extends Step {
    final List<CompletableFuture<Void>> written = new ArrayList<>();
    Supplier<Envelope> newest;
    Runnable onTaken;
    boolean evenIfTaken;

    Write(Supplier<Envelope> newest, Runnable onTaken) {
      this.newest = newest;
      this.onTaken = onTaken;
    }

    @Override
    void run(SnapshotKeeper keeper, String key) {
      try {
        byte[] bytes = newest.get().toBytes();
        // The first write, too: there is no mark of a key that nobody knew.
        boolean kept = true;
        if (evenIfTaken) {
          keeper.store.put(key, bytes, keeper.life);
        } else {
          kept = keeper.store.replace(key, bytes, keeper.life);
        }
        if (kept) {
          written.forEach(future -> future.complete(null));
          return;
        }
      } catch (Throwable e) {
        keeper.failed("was not written", e);
        written.forEach(future -> future.completeExceptionally(e));
        return;
      }
      cancel("another process has taken the conversation");
      try {
        onTaken.run();
      } catch (Throwable e) {
        LOG.warn("What is to be done for a conversation that was taken failed", e);
      }
    }

    void cancel(String why) {
      written.forEach(future -> future.completeExceptionally(new CancellationException(why)));
    }
  }

  private static final class Removal extends Step {
    @Override
    void run(SnapshotKeeper keeper, String key) {
      try {
        keeper.store.remove(key);
      } catch (Throwable e) {
        keeper.failed("was not removed", e);
      }
    }
  }

  private static final class Taking extends Step {
    final CompletableFuture<Optional<Envelope>> taken = new CompletableFuture<>();

    @Override
    void run(SnapshotKeeper keeper, String key) {
      Optional<Envelope> found;
      try {
        found = keeper.store.take(key).map(Envelope::parse);
      } catch (Throwable e) {
        keeper.failed("was not found, or cannot be read", e);
        found = Optional.empty();
      }
      taken.complete(found);
    }
  }

  private final SnapshotStore store;
  private final Duration life;
  private final Executor executor;
  private final LongSupplier nanoTime;
  private final Object lock = new Object();
  // Guarded by lock. No queue is empty; its first step is under way.
  private final Map<String, Deque<Step>> steps = new HashMap<>();
  // Both guarded by lock.
  private long failures;
  private long quietUntilNanos;

  /**
   * Of a store.
   *
   * @param life how long a snapshot is kept
   * @param executor calls the store, the suppliers and who is told; may be blocked by them
   * @param nanoTime the monotonic clock
   */
  SnapshotKeeper(SnapshotStore store, Duration life, Executor executor, LongSupplier nanoTime) {
    this.store = store;
    this.life = life;
    this.executor = executor;
    this.nanoTime = nanoTime;
    this.quietUntilNanos = nanoTime.getAsLong();
  }

  /**
   * Writes a conversation in a moment, in place of any write that still waits. A failure is logged;
   * the next call tries anew.
   *
   * @param newest asked when it is written
   * @param onTaken called in place of writing when somebody took the conversation out since it was
   *     written last, for each write that finds that
   */
  void keep(String key, Supplier<Envelope> newest, Runnable onTaken) {
    write(key, newest, onTaken, null, false);
  }

  /**
   * As {@link #keep}, and tells.
   *
   * @return completes when this envelope, or that of a later call, is in the store; exceptionally
   *     when it was not written: the store failed, it was removed, or somebody had taken it
   */
  CompletableFuture<Void> keepNow(String key, Envelope envelope) {
    CompletableFuture<Void> written = new CompletableFuture<>();
    write(key, () -> envelope, () -> {}, written, false);
    return written;
  }

  /** Puts back what was taken, because nobody goes on with it. */
  void giveBack(String key, Envelope envelope) {
    write(key, () -> envelope, () -> {}, null, true);
  }

  /**
   * Takes a conversation out.
   *
   * @return never completes exceptionally; empty when there is none, and, logged, when the store
   *     failed or what it kept cannot be read
   */
  CompletableFuture<Optional<Envelope>> take(String key) {
    Taking taking = new Taking();
    boolean idle;
    synchronized (lock) {
      idle = add(key, taking);
    }
    if (idle) {
      start(key);
    }
    return taking.taken;
  }

  /** Removes a conversation. No write that was asked for before comes after that. */
  void remove(String key) {
    Write dropped = null;
    boolean idle = false;
    synchronized (lock) {
      Step last = waiting(key);
      if (last instanceof Write write) {
        dropped = write;
        queue(key).removeLast();
        last = waiting(key);
      }
      if (!(last instanceof Removal)) {
        idle = add(key, new Removal());
      }
    }
    if (idle) {
      start(key);
    }
    if (dropped != null) {
      dropped.cancel("the conversation was removed before it was written");
    }
  }

  /** For how many keys something is to be done. */
  int busy() {
    synchronized (lock) {
      return steps.size();
    }
  }

  private void write(
      String key,
      Supplier<Envelope> newest,
      Runnable onTaken,
      @Nullable CompletableFuture<Void> written,
      boolean evenIfTaken) {
    boolean idle = false;
    synchronized (lock) {
      Write write;
      if (waiting(key) instanceof Write last) {
        write = last;
        write.newest = newest;
        if (written == null) {
          write.onTaken = onTaken;
        }
      } else {
        write = new Write(newest, onTaken);
        idle = add(key, write);
      }
      if (written != null) {
        write.written.add(written);
      }
      write.evenIfTaken |= evenIfTaken;
    }
    if (idle) {
      start(key);
    }
  }

  /** What was asked for last, if it has not begun; under the lock. */
  private @Nullable Step waiting(String key) {
    Deque<Step> queue = steps.get(key);
    return queue == null || queue.size() < 2 ? null : queue.getLast();
  }

  /** Whether there is nothing to be done before it; under the lock. */
  private boolean add(String key, Step step) {
    Deque<Step> queue = steps.computeIfAbsent(key, any -> new ArrayDeque<>());
    queue.add(step);
    return queue.size() == 1;
  }

  private void start(String key) {
    executor.execute(() -> step(key));
  }

  private void step(String key) {
    Step step;
    synchronized (lock) {
      step = queue(key).getFirst();
    }
    step.run(this, key);
    boolean more;
    synchronized (lock) {
      Deque<Step> queue = queue(key);
      queue.removeFirst();
      more = !queue.isEmpty();
      if (!more) {
        steps.remove(key);
      }
    }
    if (more) {
      start(key);
    }
  }

  /** Of a key for which something is to be done; under the lock. */
  private Deque<Step> queue(String key) {
    return requireNonNull(steps.get(key));
  }

  /** Logs it, unless that was done just now: of a store that is away, all conversations tell. */
  private void failed(String what, Throwable error) {
    long before;
    synchronized (lock) {
      long now = nanoTime.getAsLong();
      failures++;
      if (now - quietUntilNanos < 0) {
        return;
      }
      quietUntilNanos = now + LOG_EVERY_NANOS;
      before = failures - 1;
      failures = 0;
    }
    // Of the type only: what stores say may quote what they were given.
    LOG.warn(
        "The snapshot of a conversation {}: {} ({} more since the last such line)",
        what,
        error.getClass().getName(),
        before);
  }
}
