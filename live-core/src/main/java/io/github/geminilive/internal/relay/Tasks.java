package io.github.geminilive.internal.relay;

import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks one at a time, in the order of their coming, on threads of an executor. */
final class Tasks implements Executor {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.relay");

  private final Executor executor;
  private final ConcurrentLinkedQueue<Runnable> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();

  Tasks(Executor executor) {
    this.executor = executor;
  }

  @Override
  public void execute(Runnable task) {
    queue.add(task);
    if (waiting.getAndIncrement() == 0) {
      executor.execute(this::work);
    }
  }

  private void work() {
    do {
      Runnable task = queue.remove();
      try {
        task.run();
      } catch (Throwable e) {
        // A mistake of ours must not end all that comes after it.
        LOG.warn("A task of a conversation threw", e);
      }
    } while (waiting.decrementAndGet() != 0);
  }
}
