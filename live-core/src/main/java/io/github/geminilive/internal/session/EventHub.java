package io.github.geminilive.internal.session;

import io.github.geminilive.Delivery;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveListener;
import io.github.geminilive.LiveStream;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.Subscription;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The log of a session's events and its audience. Events published before the first subscriber wait
 * for it. Each subscriber has a {@link Mailbox} of its own; as long as a full one has to be waited
 * for, reading is paused.
 */
final class EventHub {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.session");

  /** Pauses and resumes reading from the service. */
  interface Gate {
    /** Called on changes only, one call at a time. */
    void setPaused(boolean paused);
  }

  /** One member of the audience. */
  private abstract static class Audience {
    final Mailbox mailbox;

    Audience(Mailbox mailbox) {
      this.mailbox = mailbox;
    }

    /** Something was put into the mailbox; called outside all locks. */
    abstract void wake();
  }

  private final Executor executor;
  private final Gate gate;
  private final AtomicInteger fullMailboxes = new AtomicInteger();
  private final LongAdder droppedAudioEvents = new LongAdder();
  private final AtomicLong discardedAudioNanos = new AtomicLong();
  private final LongAdder pauses = new LongAdder();
  private final CopyOnWriteArrayList<Audience> audience = new CopyOnWriteArrayList<>();

  private final ReentrantLock lock = new ReentrantLock();
  // Guarded by lock.
  private final Mailbox beforeFirst;
  private LiveEvent.@Nullable Closed closed;
  // Written under lock.
  private volatile boolean hadSubscriber;
  private volatile boolean framed;

  private final ReentrantLock gateLock = new ReentrantLock();
  // Guarded by gateLock.
  private boolean paused;

  EventHub(Executor executor, Gate gate) {
    this.executor = executor;
    this.gate = gate;
    this.beforeFirst = new Mailbox(this, Delivery.lossless(), event -> true);
  }

  /**
   * Appends an event to the log; {@link #wake} makes the audience look.
   */
  void publish(LiveEvent event) {
    publish(event, null);
  }

  /**
   * Appends an event to the log.
   *
   * @param frame the service's message that holds this event and nothing else; null when there is
   *     none, or nobody {@link #wantsFrames()}
   */
  void publish(LiveEvent event, byte @Nullable [] frame) {
    boolean becameFull = false;
    lock.lock();
    try {
      if (closed != null) {
        return;
      }
      if (event instanceof LiveEvent.Closed end) {
        closed = end;
      }
      if (!hadSubscriber) {
        becameFull = beforeFirst.put(event, null);
      }
      for (Audience member : audience) {
        if (member.mailbox.put(event, frame)) {
          becameFull = true;
          fullMailboxes.incrementAndGet();
        }
      }
      if (becameFull && !hadSubscriber) {
        fullMailboxes.incrementAndGet();
      }
    } finally {
      lock.unlock();
    }
    if (becameFull) {
      updateGate();
    }
  }

  /** Lets the audience look at what was published; called outside all locks. */
  void wake() {
    for (Audience member : audience) {
      member.wake();
    }
  }

  /** A mailbox that had been full has room again. */
  void onRoomAgain() {
    fullMailboxes.decrementAndGet();
    updateGate();
  }

  /** Opens or shuts the gate; what it publishes waits for the caller's {@link #wake}. */
  private void updateGate() {
    boolean begins = false;
    gateLock.lock();
    try {
      boolean pause = fullMailboxes.get() > 0;
      if (pause != paused) {
        paused = pause;
        begins = pause;
        if (pause) {
          pauses.increment();
        }
        gate.setPaused(pause);
      }
    } finally {
      gateLock.unlock();
    }
    if (begins) {
      String why = "reading from the service pauses: "
          + (hadSubscriber ? "a lossless subscriber is full" : "nobody has subscribed to events")
          + "; pings are not answered meanwhile. Take events faster, or subscribe with"
          + " Delivery.realTime()";
      LOG.warn("{}", why);
      publish(new LiveEvent.Warning(LiveEvent.Warning.Kind.READING_PAUSED, why, null));
    }
  }

  void countDropped() {
    droppedAudioEvents.increment();
  }

  void countDiscarded(Duration audio) {
    discardedAudioNanos.addAndGet(audio.toNanos());
  }

  long droppedAudioEvents() {
    return droppedAudioEvents.sum();
  }

  long discardedAudioNanos() {
    return discardedAudioNanos.get();
  }

  long pauses() {
    return pauses.sum();
  }

  private <A extends Audience> A join(
      Delivery delivery, Predicate<LiveEvent> filter, Function<Mailbox, A> make) {
    return join(new Mailbox(this, delivery, filter), make);
  }

  private <A extends Audience> A join(Mailbox mailbox, Function<Mailbox, A> make) {
    A member = make.apply(mailbox);
    boolean wasFull = false;
    boolean isFull = false;
    lock.lock();
    try {
      if (!hadSubscriber) {
        hadSubscriber = true;
        for (LiveEvent event : beforeFirst.drain()) {
          isFull |= mailbox.put(event, null);
        }
        wasFull = beforeFirst.close();
      } else if (closed != null) {
        mailbox.put(closed, null);
      }
      audience.add(member);
    } finally {
      lock.unlock();
    }
    if (isFull) {
      fullMailboxes.incrementAndGet();
    }
    if (wasFull) {
      fullMailboxes.decrementAndGet();
    }
    updateGate();
    wake();
    return member;
  }

  private void leave(Audience member) {
    audience.remove(member);
    if (member.mailbox.close()) {
      onRoomAgain();
    }
  }

  Subscription subscribe(LiveListener listener, Delivery delivery) {
    return join(delivery, event -> true, mailbox -> new ListenerMember(mailbox, listener));
  }

  /** Runs its work on the executor, one run at a time, as often as there is something new. */
  private abstract class SerialMember extends Audience implements Runnable {
    private final AtomicInteger pending = new AtomicInteger();

    SerialMember(Mailbox mailbox) {
      super(mailbox);
    }

    @Override
    final void wake() {
      if (pending.getAndIncrement() == 0) {
        executor.execute(this);
      }
    }

    @Override
    public final void run() {
      int seen = pending.get();
      do {
        work();
        seen = pending.addAndGet(-seen);
      } while (seen != 0);
    }

    abstract void work();
  }

  private final class ListenerMember extends SerialMember implements Subscription {
    private final LiveListener listener;
    private volatile boolean cancelled;

    ListenerMember(Mailbox mailbox, LiveListener listener) {
      super(mailbox);
      this.listener = listener;
    }

    @Override
    void work() {
      LiveEvent event;
      while (!cancelled && (event = mailbox.poll()) != null) {
        Throwable thrown = call(event);
        if (thrown != null) {
          LOG.warn("A listener threw at {}", event.getClass().getSimpleName(), thrown);
          if (!(event instanceof LiveEvent.Closed)) {
            call(new LiveEvent.Warning(
                LiveEvent.Warning.Kind.CALLBACK_FAILED,
                "a listener threw at " + event.getClass().getSimpleName(),
                thrown));
          }
        }
        if (event instanceof LiveEvent.Closed) {
          close();
        }
      }
    }

    private @Nullable Throwable call(LiveEvent event) {
      try {
        listener.onEvent(event);
        return null;
      } catch (Throwable thrown) {
        return thrown;
      }
    }

    @Override
    public void close() {
      cancelled = true;
      leave(this);
    }
  }

  Flow.Publisher<LiveEvent> publisher(Delivery delivery) {
    return subscriber -> {
      if (subscriber == null) {
        throw new NullPointerException("subscriber");
      }
      FlowMember member = join(delivery, event -> true, m -> new FlowMember(m, subscriber));
      member.begin();
    };
  }

  private final class FlowMember extends SerialMember implements Flow.Subscription {
    private final AtomicLong demand = new AtomicLong();
    private volatile boolean illegalRequest;
    private volatile boolean done;
    private volatile boolean begun;
    // Touched by work() only; let go at the end, as the specification asks.
    private Flow.@Nullable Subscriber<? super LiveEvent> subscriber;
    private boolean subscribed;

    FlowMember(Mailbox mailbox, Flow.Subscriber<? super LiveEvent> subscriber) {
      super(mailbox);
      this.subscriber = subscriber;
    }

    void begin() {
      begun = true;
      wake();
    }

    @Override
    public void request(long n) {
      if (n <= 0) {
        illegalRequest = true;
      } else {
        demand.accumulateAndGet(n, (a, b) -> a + b < 0 ? Long.MAX_VALUE : a + b);
      }
      wake();
    }

    @Override
    public void cancel() {
      done = true;
      leave(this);
      // A run lets go of the subscriber.
      wake();
    }

    @Override
    void work() {
      Flow.Subscriber<? super LiveEvent> target = subscriber;
      if (!begun || target == null) {
        return;
      }
      try {
        deliver(target);
      } catch (Throwable thrown) {
        // A subscriber must not throw; one that does is taken out.
        LOG.warn("A Flow.Subscriber threw and is cancelled", thrown);
        cancel();
      }
      if (done) {
        subscriber = null;
      }
    }

    private void deliver(Flow.Subscriber<? super LiveEvent> target) {
      if (!subscribed) {
        subscribed = true;
        target.onSubscribe(this);
      }
      if (illegalRequest && !done) {
        finish();
        target.onError(
            new IllegalArgumentException("request must ask for at least 1 event (rule 3.9)"));
        return;
      }
      while (!done && demand.get() > 0) {
        LiveEvent event = mailbox.poll();
        if (event == null) {
          return;
        }
        if (demand.get() != Long.MAX_VALUE) {
          demand.decrementAndGet();
        }
        target.onNext(event);
        if (event instanceof LiveEvent.Closed && !done) {
          finish();
          target.onComplete();
        }
      }
    }

    private void finish() {
      done = true;
      leave(this);
    }
  }

  /** Whether somebody passes on the service's messages as they are. */
  boolean wantsFrames() {
    return framed;
  }

  /** A subscriber that takes events when it likes; see {@link EventFeed}. */
  EventFeed feed(Delivery delivery, boolean frames, Runnable onAvailable) {
    if (frames) {
      framed = true;
    }
    Mailbox mailbox = new Mailbox(this, delivery, event -> true, frames);
    return join(mailbox, m -> new FeedMember(m, onAvailable));
  }

  private final class FeedMember extends Audience implements EventFeed {
    private final Runnable onAvailable;

    FeedMember(Mailbox mailbox, Runnable onAvailable) {
      super(mailbox);
      this.onAvailable = onAvailable;
    }

    @Override
    void wake() {
      onAvailable.run();
    }

    @Override
    public @Nullable LiveEvent poll() {
      return mailbox.poll();
    }

    @Override
    public byte @Nullable [] frameOf(LiveEvent.Audio taken) {
      return mailbox.takeFrame(taken);
    }

    @Override
    public void close() {
      leave(this);
    }
  }

  LiveStream<LiveEvent> events(Delivery delivery) {
    return join(delivery, event -> true, mailbox -> new StreamMember<>(mailbox, event -> event));
  }

  LiveStream<LiveTurn> turns() {
    return join(
        Delivery.lossless(),
        event -> event instanceof LiveEvent.TurnEnded || event instanceof LiveEvent.Closed,
        mailbox -> new StreamMember<>(
            mailbox, event -> event instanceof LiveEvent.TurnEnded end ? end.turn() : null));
  }

  private final class StreamMember<T> extends Audience implements LiveStream<T> {
    private final Function<LiveEvent, @Nullable T> view;
    private volatile boolean ended;

    StreamMember(Mailbox mailbox, Function<LiveEvent, @Nullable T> view) {
      super(mailbox);
      this.view = view;
    }

    @Override
    void wake() {
      // The mailbox wakes the reading thread itself.
    }

    @Override
    public Optional<T> take() throws InterruptedException {
      return await(Mailbox.forever());
    }

    @Override
    public Optional<T> poll(Duration limit) throws InterruptedException {
      return await(limit.toNanos());
    }

    private Optional<T> await(long limitNanos) throws InterruptedException {
      if (ended) {
        return Optional.empty();
      }
      LiveEvent event = mailbox.await(limitNanos);
      if (event == null) {
        return Optional.empty();
      }
      if (event instanceof LiveEvent.Closed) {
        close();
      }
      return Optional.ofNullable(view.apply(event));
    }

    @Override
    public void close() {
      ended = true;
      leave(this);
    }
  }
}
