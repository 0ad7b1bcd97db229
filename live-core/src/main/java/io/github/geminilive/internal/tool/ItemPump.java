package io.github.geminilive.internal.tool;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Flow;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Takes the items of an application's publisher one by one, however it behaves: the next is asked
 * for when the one before it is done with, and there is exactly one end.
 */
final class ItemPump implements Flow.Subscriber<Object> {

  /** Where the items go. */
  interface Sink {

    /**
     * Takes an item.
     *
     * @return completes when the next one may come; null when none is wanted any more
     */
    @Nullable
    CompletionStage<?> take(@Nullable Object item);

    /** There is no more, because of what was thrown if that is not null. */
    void end(@Nullable Throwable thrown);
  }

  private final Sink sink;
  private final ItemReader.Owner owner;
  private final Runnable onAsk;

  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private Flow.@Nullable Subscription subscription;
  private boolean asked;
  private boolean done;

  /**
   * A pump that has not subscribed.
   *
   * @param onAsk runs before each item is asked for
   */
  ItemPump(Sink sink, ItemReader.Owner owner, Runnable onAsk) {
    this.sink = sink;
    this.owner = owner;
    this.onAsk = onAsk;
  }

  @Override
  public void onSubscribe(Flow.@Nullable Subscription offered) {
    if (offered == null) {
      fail(new NullPointerException("the publisher gave no subscription"));
      return;
    }
    boolean taken;
    lock.lock();
    try {
      taken = !done && subscription == null;
      if (taken) {
        subscription = offered;
      }
    } finally {
      lock.unlock();
    }
    if (taken) {
      ask();
    } else {
      owner.cleanUp(offered::cancel);
    }
  }

  /** Not on this thread: it may be the publisher's, within its call, or the socket's. */
  private void ask() {
    owner.elsewhere(() -> {
      try {
        owner.workers().call(() -> {
          request();
          return null;
        });
      } catch (Throwable e) {
        fail(e);
      }
    });
  }

  private void request() {
    if (owner.isOverNow()) {
      stop();
      return;
    }
    Flow.Subscription from;
    lock.lock();
    try {
      from = done ? null : subscription;
      asked = from != null;
    } finally {
      lock.unlock();
    }
    if (from != null) {
      onAsk.run();
      from.request(1);
    }
  }

  @Override
  public void onNext(@Nullable Object item) {
    boolean unasked;
    lock.lock();
    try {
      if (done) {
        return;
      }
      unasked = !asked;
      asked = false;
    } finally {
      lock.unlock();
    }
    if (item == null || unasked) {
      fail(new IllegalStateException(
          item == null
              ? "the publisher gave null for an item"
              : "the publisher gave an item that was not asked for"));
      return;
    }
    CompletionStage<?> taken;
    try {
      taken = sink.take(item);
    } catch (Throwable e) {
      fail(e);
      return;
    }
    if (taken == null) {
      stop();
    } else {
      taken.whenComplete((ignored, error) -> {
        if (error == null) {
          ask();
        } else {
          stop();
        }
      });
    }
  }

  @Override
  public void onError(@Nullable Throwable thrown) {
    if (finish()) {
      sink.end(thrown == null ? new NullPointerException("onError without an error") : thrown);
    }
  }

  @Override
  public void onComplete() {
    if (finish()) {
      sink.end(null);
    }
  }

  /** It cannot go on: because the publisher threw, or does not keep to its contract. */
  void fail(Throwable why) {
    if (finish()) {
      cancel();
      sink.end(why);
    }
  }

  /** Nothing more is wanted; the sink hears nothing more either. */
  void stop() {
    if (finish()) {
      cancel();
    }
  }

  /** After the end: no other subscription is taken then. */
  private void cancel() {
    Flow.Subscription from;
    lock.lock();
    try {
      from = subscription;
    } finally {
      lock.unlock();
    }
    if (from != null) {
      owner.cleanUp(from::cancel);
    }
  }

  /** Says whether this was the first end. */
  private boolean finish() {
    lock.lock();
    try {
      boolean first = !done;
      done = true;
      return first;
    } finally {
      lock.unlock();
    }
  }
}
