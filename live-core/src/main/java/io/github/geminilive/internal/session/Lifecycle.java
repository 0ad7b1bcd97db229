package io.github.geminilive.internal.session;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.CloseInfo;
import io.github.geminilive.FailureKind;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveException;
import io.github.geminilive.RecoveryCause;
import io.github.geminilive.RecoveryPolicy;
import io.github.geminilive.SessionState;
import io.github.geminilive.internal.session.FailurePolicy.Failure;
import io.github.geminilive.internal.session.FailurePolicy.Phase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which connection a session is on: its state, and how it comes from one connection to the next.
 * Knows nothing of what is said. The state changes here only.
 *
 * <p>Shares the engine's lock. What calls others, or the socket, waits in a list until the lock is
 * released: {@link #settle} runs it.
 */
final class Lifecycle {

  /** How long the end of a connection may take beyond what was agreed, until it is cut. */
  static final Duration CLOSE_SLACK = Duration.ofMillis(500);

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.session");

  // How often is looked whether a change that waits for a quiet point may begin. Most points are
  // found when messages arrive; this finds that a send has left.
  private static final long POLL_NANOS = 50_000_000L;

  // How often a connection that overlaps may come too late before the change is made without
  // overlap.
  private static final int MAX_OUTDATED = 3;

  /** What is said on the connections. All but {@link #open} and {@link #settled} under the lock. */
  interface Host {

    /** Whether the session goes on after a connection. */
    boolean resumes();

    /** Whether nothing would be lost if the connection were changed now. */
    boolean quiet();

    /** Whether a planned change opens the next connection before it ends the one in use. */
    boolean overlaps();

    /** Tells the application. */
    void publish(LiveEvent event);

    /** The connection in use is not any more. */
    void onLost();

    /** A change of connections is given up; the connection in use is as good as before. */
    void onStay(CloseInfo why);

    /** The newest handle is of no use. */
    void dropHandle();

    /** Whether the newest handle is another one than the next connection was prepared with. */
    boolean isOutdated(Opening opening);

    /** Gives what the next connection is to be opened with, perhaps later. Not under the lock. */
    void open(Consumer<Opening> ready);

    /** The session is over; what is left is done with {@link Lifecycle#later}. */
    void onOver(CloseInfo info, @Nullable Throwable dialFailure, boolean wasConnecting);

    /** The lock was released: lets those know who wait. */
    void settled();
  }

  /**
   * A change of connections that is due.
   *
   * @param cause why
   * @param deadlineNanos when it begins at the latest, on the nano clock
   */
  private record Rotation(RecoveryCause cause, long deadlineNanos) {}

  /**
   * How the session got to another connection.
   *
   * @param cause why it changed
   * @param end how the old one ended; null when this side ended it
   * @param gap from the one to the other
   * @param attempts dials it took
   */
  record Change(RecoveryCause cause, @Nullable CloseInfo end, Duration gap, int attempts) {}

  private final String id;
  private final ReentrantLock lock;
  private final Services services;
  private final Dialler dialler;
  private final Link.Host linkHost;
  private final RecoveryPolicy policy;
  private final Host host;
  private final Outage outage;

  // Written under the lock.
  private volatile SessionState state = SessionState.CONNECTING;
  // The connection in use, or the last one that was.
  private volatile int inUse = 1;
  // All below is guarded by the lock.
  private int number;
  private @Nullable Link current;
  private @Nullable Link next;
  // The one that was left last, which may still be saying goodbye.
  private @Nullable Link leaving;
  private @Nullable Rotation rotation;
  // Why and since when the session is on its way to the next connection; null when it is not.
  private @Nullable RecoveryCause cause;
  private @Nullable CloseInfo end;
  private long lostNanos;
  private int attempts;
  // Planned changes whose next connection came too late for what was said meanwhile, in a row.
  private int outdated;
  // Raised when a dial that is being prepared is not wanted any more.
  private long dialSerial;
  private @Nullable Future<?> dialTimer;
  private @Nullable Future<?> outageTimer;
  private @Nullable Future<?> rotationTimer;
  private @Nullable Future<?> ageTimer;
  private @Nullable Future<?> closeTimer;
  private final List<Runnable> later = new ArrayList<>();

  Lifecycle(
      String id,
      ReentrantLock lock,
      Services services,
      Dialler dialler,
      Link.Host linkHost,
      RecoveryPolicy policy,
      Host host) {
    this.id = id;
    this.lock = lock;
    this.services = services;
    this.dialler = dialler;
    this.linkHost = linkHost;
    this.policy = policy;
    this.host = host;
    this.outage = new Outage(policy, services.budget(), services.nanoTime(), services.random());
  }

  /** Where the session is in its life; without the lock. */
  SessionState state() {
    return state;
  }

  /** The number of the connection in use, or of the last one that was; without the lock. */
  int number() {
    return inUse;
  }

  /** The connection in use; null between two. Under the lock. */
  @Nullable
  Link current() {
    return current;
  }

  /** Whether a link is the one in use. */
  boolean isCurrent(Link link) {
    return link == current;
  }

  /** Whether a link is the one that is to open next. */
  boolean isNext(Link link) {
    return link == next;
  }

  /** Whether a change of connections is under way. */
  boolean changing() {
    return cause != null;
  }

  /** Whether a change of connections is under way, or waits for a quiet point. */
  boolean leaves() {
    return rotation != null || changing();
  }

  /** Does something once the lock is released, on whichever thread releases it. */
  void later(Runnable action) {
    later.add(action);
  }

  /** Runs what has waited for the release of the lock. */
  void settle() {
    while (true) {
      Runnable action;
      lock.lock();
      try {
        if (later.isEmpty()) {
          break;
        }
        action = later.remove(0);
      } finally {
        lock.unlock();
      }
      action.run();
    }
    host.settled();
  }

  /** Does something under the lock, and what follows from it after. */
  void locked(Runnable work) {
    lock.lock();
    try {
      work.run();
    } finally {
      lock.unlock();
    }
    settle();
  }

  /** Completes futures of the application's; what depends on them is its code. */
  void complete(List<CompletableFuture<Void>> futures) {
    services.executor().execute(() -> futures.forEach(future -> future.complete(null)));
  }

  private long now() {
    return services.nanoTime().getAsLong();
  }

  private Future<?> after(long nanos, Runnable work) {
    return services.timers().schedule(() -> locked(work), Math.max(0, nanos), TimeUnit.NANOSECONDS);
  }

  private static void cancel(@Nullable Future<?> timer) {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  /** Opens the first connection. */
  void connect(Opening opening, Dialler.Address address) {
    Link link;
    lock.lock();
    try {
      link = new Link(++number, opening, services, linkHost);
      next = link;
    } finally {
      lock.unlock();
    }
    link.dial(dialler, address);
  }

  /** The first dial is given up: nothing of this session remains. */
  void abandon(Throwable why) {
    locked(() -> {
      CloseInfo.By by =
          why instanceof LiveException ? CloseInfo.By.LIBRARY : CloseInfo.By.APPLICATION;
      FailureKind kind = why instanceof LiveException live ? live.kind() : null;
      end(new CloseInfo(by, 1006, "", kind, kind != null && kind.retryable()), why);
    });
  }

  /**
   * The setup of the next connection was accepted, but the conversation has gone on meanwhile on the
   * one in use: what was said since would be lost. Tries again later, and after a few times without
   * overlap. Holds the lock.
   */
  void discard(Link link) {
    RecoveryCause why = cause == null ? RecoveryCause.REQUESTED : cause;
    LOG.info("{} gives up {}: the conversation has gone on meanwhile", id, link);
    next = null;
    cause = null;
    outdated++;
    later(link::abandon);
    rotateInTime(why);
  }

  /** The setup of the next connection was accepted: it is the one in use. Holds the lock. */
  @Nullable
  Change opened(Link link) {
    long now = now();
    boolean first = state == SessionState.CONNECTING;
    Link old = current;
    if (old != null) {
      host.onLost();
    }
    outdated = 0;
    current = link;
    next = null;
    inUse = link.number();
    state = SessionState.OPEN;
    cancel(outageTimer);
    outageTimer = null;
    link.opened();
    Change change = null;
    if (!first) {
      RecoveryCause why = cause == null ? RecoveryCause.LOST : cause;
      Duration gap = old == null ? Duration.ofNanos(now - lostNanos) : Duration.ZERO;
      change = new Change(why, end, gap, Math.max(1, attempts));
    }
    outage.onOpen(now);
    cause = null;
    end = null;
    attempts = 0;
    if (old != null) {
      leaving = old;
      later(() -> old.farewell(policy.farewell(), () -> {}));
    }
    cancel(ageTimer);
    Duration age = policy.connectionAge();
    if (age != null) {
      ageTimer = after(age.toNanos(), () -> {
        if (isCurrent(link)) {
          rotateInTime(RecoveryCause.CONNECTION_AGE);
        }
      });
    }
    return change;
  }

  /** The service announced the end of the connection in use. Holds the lock. */
  void onGoAway(@Nullable Duration timeLeft) {
    if (!host.resumes() || state == SessionState.CLOSING) {
      return;
    }
    if (state == SessionState.OPEN) {
      state = SessionState.DRAINING;
    }
    outage.onGoAway();
    long left = timeLeft == null ? 0 : Math.max(0, timeLeft.toNanos());
    long margin = Math.max(
        policy.shortestMargin().toNanos(), Math.min(policy.longestMargin().toNanos(), left / 3));
    rotate(RecoveryCause.GO_AWAY, now() + Math.max(0, left - margin));
  }

  /** Changes the connection at the next quiet point. Holds the lock. */
  void rotate(RecoveryCause why, long deadlineNanos) {
    if (!host.resumes() || !state.connected() || changing()) {
      return;
    }
    Rotation due = rotation;
    if (due == null) {
      rotation = new Rotation(why, deadlineNanos);
    } else if (deadlineNanos - due.deadlineNanos() < 0) {
      rotation = new Rotation(due.cause(), deadlineNanos);
      cancel(rotationTimer);
      rotationTimer = null;
    }
    checkRotation();
  }

  /** The same, for a change that is not pressing. Holds the lock. */
  void rotateInTime(RecoveryCause why) {
    rotate(why, now() + policy.patience().toNanos());
  }

  /** Begins a change that is due if this is the moment. Holds the lock. */
  void checkRotation() {
    Rotation due = rotation;
    if (due == null || changing() || !state.connected()) {
      return;
    }
    long left = due.deadlineNanos() - now();
    if (left <= 0 || host.quiet()) {
      change(due.cause());
    } else if (rotationTimer == null) {
      rotationTimer = after(Math.min(POLL_NANOS, left), () -> {
        rotationTimer = null;
        checkRotation();
      });
    }
  }

  /** Leaves the connection in use for the next one, now. Holds the lock. */
  void change(RecoveryCause why) {
    Link old = current;
    if (old == null || changing() || !state.connected() || !host.resumes()) {
      return;
    }
    stopRotation();
    Outage.Decision decision = outage.onPlanned(now());
    begin(why, null);
    attempts++;
    LOG.info("{} leaves {}: {}", id, old, why);
    host.publish(new LiveEvent.Reconnecting(decision.attempt(), why, null, decision.delay()));
    long delay = decision.delay().toNanos();
    if (host.overlaps() && outdated < MAX_OUTDATED) {
      dialAfter(delay);
      return;
    }
    leave();
    leaving = old;
    long serial = dialSerial;
    later(() -> old.farewell(
        policy.farewell(),
        () -> locked(() -> {
          if (serial == dialSerial) {
            dialAfter(delay);
          }
        })));
  }

  private void begin(RecoveryCause why, @Nullable CloseInfo how) {
    cause = why;
    end = how;
    lostNanos = now();
    attempts = 0;
  }

  /** There is no connection in use from here on. */
  private void leave() {
    current = null;
    state = SessionState.RESUMING;
    lostNanos = now();
    stopRotation();
    cancel(ageTimer);
    ageTimer = null;
    host.onLost();
  }

  private void stopRotation() {
    rotation = null;
    cancel(rotationTimer);
    rotationTimer = null;
  }

  /** Holds the lock. */
  private void dialAfter(long nanos) {
    long serial = ++dialSerial;
    Runnable prepare = () -> services.executor().execute(() -> prepare(serial));
    if (nanos <= 0) {
      later(prepare);
    } else {
      dialTimer = after(nanos, () -> later(prepare));
    }
  }

  private void prepare(long serial) {
    try {
      host.open(opening -> dial(serial, opening));
    } catch (RuntimeException e) {
      LOG.warn("{} cannot prepare its next connection", id, e);
      String reason =
          "the next connection could not be prepared: " + e.getClass().getName();
      endWith(new CloseInfo(CloseInfo.By.LIBRARY, 1006, reason, FailureKind.CONFIG, false));
    }
  }

  private void dial(long serial, Opening opening) {
    Link link = null;
    lock.lock();
    try {
      if (serial != dialSerial || !changing() || next != null) {
        return;
      }
      if (current == null && host.isOutdated(opening)) {
        dialAfter(0);
      } else {
        link = new Link(++number, opening, services, linkHost);
        next = link;
        limitOutage(link);
      }
    } finally {
      lock.unlock();
    }
    settle();
    if (link != null) {
      link.dial(dialler);
    }
  }

  /** The connection in use is lost while the next one is on its way. Holds the lock. */
  private void waitForNext(CloseInfo lost) {
    Link dialling = next;
    if (dialling != null && host.isOutdated(dialling.opening())) {
      // It would go on from an earlier point than the conversation has come to.
      next = null;
      later(dialling::abandon);
      Outage.Decision again = outage.onPlanned(now());
      RecoveryCause why = requireNonNull(cause);
      attempts++;
      dialAfter(again.delay().toNanos());
      host.publish(new LiveEvent.Reconnecting(again.attempt(), why, lost, again.delay()));
    } else if (dialling != null) {
      limitOutage(dialling);
    }
  }

  /** A dial that is under way when the outage has lasted too long is given up. */
  private void limitOutage(Link link) {
    cancel(outageTimer);
    outageTimer = null;
    if (current == null) {
      // A change that was planned does not pay for the outage before it.
      boolean planned = cause != RecoveryCause.LOST && attempts <= 1;
      long left = planned ? outage.limitNanos() : outage.endsNanos() - now();
      outageTimer = after(left, () -> {
        if (isNext(link) && state == SessionState.RESUMING) {
          end(outage.exhausted(now()), null);
        }
      });
    }
  }

  /**
   * A connection has failed; one that is neither in use nor to be opened is not listened to.
   *
   * @param dialFailure what to tell who waits for the first connection; null for words of this
   *     class's own
   * @param closeFrameSeen whether the JDK is about to answer a close frame
   */
  void onFailure(
      Link link, Failure failure, @Nullable Throwable dialFailure, boolean closeFrameSeen) {
    locked(() -> {
      if (state == SessionState.CLOSED || (link != current && link != next)) {
        return;
      }
      if (link == current && dialFailure != null) {
        // The answer to the setup came while its timer ran out.
        return;
      }
      if (closeFrameSeen) {
        later(() -> link.abandonAfter(CLOSE_SLACK));
      } else {
        later(link::abandon);
      }
      if (state == SessionState.CLOSING) {
        end(closedByApplication(), null);
      } else if (state == SessionState.CONNECTING) {
        onNotConnected(failure, dialFailure);
      } else {
        recover(link, failure);
      }
    });
  }

  /** The first connection is not retried, unless a handle may be at fault. Holds the lock. */
  private void onNotConnected(Failure failure, @Nullable Throwable dialFailure) {
    next = null;
    boolean fresh =
        failure.withHandle() && FailurePolicy.actionFor(failure) == FailurePolicy.Action.FRESH;
    if (!fresh) {
      end(failure.end(), dialFailure);
      return;
    }
    LOG.info("{} cannot be resumed: {}; it begins afresh", id, describe(failure.end()));
    host.dropHandle();
    begin(RecoveryCause.LOST, failure.end());
    dialAfter(0);
  }

  /** Holds the lock. */
  private void recover(Link link, Failure failure) {
    boolean wasNext = link == next;
    if (wasNext) {
      next = null;
    } else if (!host.resumes()) {
      end(failure.end(), null);
      return;
    } else {
      boolean planned = changing();
      if (!planned) {
        begin(RecoveryCause.LOST, failure.end());
      }
      end = failure.end();
      LOG.warn("{} has lost {}: {}", id, link, describe(failure.end()));
      leave();
      if (planned) {
        waitForNext(failure.end());
        return;
      }
    }
    Outage.Decision decision = outage.onFailure(failure, now());
    if (!decision.retry() && current != null) {
      // The connection in use is as good as before; its end is the time to give up.
      LOG.warn("{} stays on {}: {}", id, current, describe(decision.end()));
      cause = null;
      host.onStay(decision.end());
      return;
    }
    if (!decision.retry()) {
      end(decision.end(), null);
      return;
    }
    if (decision.dropHandle() && !(wasNext && host.isOutdated(link.opening()))) {
      host.dropHandle();
    }
    attempts++;
    LOG.info(
        "{} dials again in {} ms, attempt {}: {}",
        id,
        decision.delay().toMillis(),
        decision.attempt(),
        describe(failure.end()));
    RecoveryCause why = cause == null ? RecoveryCause.LOST : cause;
    // First the timer: who is told may move the time at once.
    dialAfter(decision.delay().toNanos());
    host.publish(
        new LiveEvent.Reconnecting(decision.attempt(), why, failure.end(), decision.delay()));
  }

  /**
   * The application asks for the end.
   *
   * @return whether the connection is to be closed in order, now
   */
  boolean close(Duration limit) {
    boolean[] orderly = new boolean[1];
    locked(() -> {
      if (state == SessionState.RESUMING) {
        end(closedByApplication(), null);
      } else if (state.connected()) {
        orderly[0] = true;
        state = SessionState.CLOSING;
        stopChanging();
        closeTimer = after(limit.toNanos(), () -> end(closedByApplication(), null));
      }
    });
    return orderly[0];
  }

  /** An end in words; the reason is masked already. */
  static String describe(CloseInfo info) {
    String who = switch (info.by()) {
      case APPLICATION -> "closed by the application";
      case SERVER -> "closed by the service with code " + info.code();
      case NETWORK -> "the connection was lost";
      case LIBRARY -> "given up by this library";
    };
    return info.reason().isEmpty() ? who : who + ", reason: \"" + info.reason() + "\"";
  }

  static CloseInfo closedByApplication() {
    return new CloseInfo(CloseInfo.By.APPLICATION, 1000, "", null, false);
  }

  /** Which part of its life a link is in, for the failure table. Holds the lock. */
  Phase phaseOf(Link link) {
    return link == current ? Phase.OPEN : Phase.SETUP;
  }

  private void stopChanging() {
    stopRotation();
    dialSerial++;
    cancel(dialTimer);
    cancel(outageTimer);
    cancel(ageTimer);
    Link dialling = next;
    next = null;
    if (dialling != null) {
      later(dialling::abandon);
    }
  }

  /** Ends the session, for a reason of this side. */
  void endWith(CloseInfo info) {
    locked(() -> end(info, null));
  }

  /** The one place where a session ends; only the first call counts. Holds the lock. */
  private void end(CloseInfo info, @Nullable Throwable dialFailure) {
    if (state == SessionState.CLOSED) {
      return;
    }
    boolean wasConnecting = state == SessionState.CONNECTING;
    state = SessionState.CLOSED;
    stopChanging();
    cancel(closeTimer);
    Link link = current;
    if (link != null) {
      later(link::abandon);
    }
    Link left = leaving;
    leaving = null;
    if (left != null) {
      later(left::abandon);
    }
    host.onOver(info, dialFailure, wasConnecting);
  }
}
