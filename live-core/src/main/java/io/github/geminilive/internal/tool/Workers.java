package io.github.geminilive.internal.tool;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The threads at work for one call: they can be interrupted, and only while they are. */
final class Workers {

  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private final List<Thread> threads = new ArrayList<>();
  private boolean stopped;

  /**
   * Works on this thread.
   *
   * @throws CancellationException without working, when the call is over
   */
  <T> @Nullable T call(Callable<T> work) throws Exception {
    Thread thread = Thread.currentThread();
    lock.lock();
    try {
      if (stopped) {
        throw new CancellationException("the call is over");
      }
      threads.add(thread);
    } finally {
      lock.unlock();
    }
    try {
      return work.call();
    } finally {
      boolean outermost;
      lock.lock();
      try {
        threads.remove(thread);
        outermost = !threads.contains(thread);
      } finally {
        lock.unlock();
      }
      if (outermost) {
        // A late interrupt was meant for this call, not for what the thread does next.
        Thread.interrupted();
      }
    }
  }

  /**
   * No work begins any more.
   *
   * @param interrupt whether what goes on is interrupted
   * @return whether any goes on
   */
  boolean stop(boolean interrupt) {
    lock.lock();
    try {
      stopped = true;
      if (interrupt) {
        // Under the lock, so that no thread can have gone on to something else.
        threads.forEach(Thread::interrupt);
      }
      return !threads.isEmpty();
    } finally {
      lock.unlock();
    }
  }
}
