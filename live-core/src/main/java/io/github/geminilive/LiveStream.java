package io.github.geminilive;

import java.time.Duration;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * A blocking view of a session, with a bounded buffer of its own: iterate it in a loop. The loop
 * ends when the session has ended and all of it was seen. Waiting parks the thread, virtual threads
 * included, and ends at an interrupt. For one reading thread.
 *
 * @param <T> {@link LiveEvent} or {@link LiveTurn}
 */
public interface LiveStream<T> extends Iterable<T>, AutoCloseable {

  /**
   * Waits for the next element.
   *
   * @return the element; empty when the session has ended and everything was seen, or this stream
   *     was closed
   * @throws InterruptedException when the thread is interrupted while waiting
   */
  Optional<T> take() throws InterruptedException;

  /**
   * Waits for the next element, but not for ever.
   *
   * @param limit how long at most; zero asks without waiting
   * @return the element; empty when time ran out, the session has ended or this stream was closed
   * @throws InterruptedException when the thread is interrupted while waiting
   */
  Optional<T> poll(Duration limit) throws InterruptedException;

  /**
   * The elements from here on. An interrupt while waiting ends the iteration and leaves the
   * thread's interrupt flag set.
   */
  @Override
  default Iterator<T> iterator() {
    return new Iterator<>() {
      private Optional<T> next = Optional.empty();

      @Override
      public boolean hasNext() {
        if (next.isEmpty()) {
          try {
            next = take();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        }
        return next.isPresent();
      }

      @Override
      public T next() {
        if (!hasNext()) {
          throw new NoSuchElementException("the session has ended");
        }
        T element = next.orElseThrow();
        next = Optional.empty();
        return element;
      }
    };
  }

  /** Leaves the session's audience; what waits is thrown away. Idempotent. */
  @Override
  void close();
}
