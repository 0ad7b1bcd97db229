package io.github.geminilive.internal.relay;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.CloseInfo;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveException;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.internal.session.ClientAccess;
import io.github.geminilive.internal.session.DefaultLiveSession;
import io.github.geminilive.internal.session.Services;
import io.github.geminilive.relay.RelayCaller;
import io.github.geminilive.relay.RelayEnd;
import io.github.geminilive.relay.RelaySession;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One conversation: a peer, or the place of one that left, joined to a session. Everything happens on
 * its {@link Tasks}, one after another; only sound that nobody looks at takes a shortcut, see {@link
 * Upstream#offer}.
 */
final class Join implements RelaySession {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.relay");

  // The service keeps a conversation locked for a moment after its last connection ended.
  private static final long[] AGAIN_SECONDS = {1, 2};
  private static final long BEAT_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final long LAST_WORDS_SECONDS = 10;
  private static final long HAND_OVER_SECONDS = 5;
  // Longer than the gaps within an utterance.
  private static final long QUIET_NANOS = TimeUnit.MILLISECONDS.toNanos(1_500);

  private final RelayCore core;
  private final RelayCaller caller;
  private final Services services;
  private final Hooks hooks;
  private final String id;
  private final Tasks tasks;
  private final Upstream up;
  private final Downstream down;
  private volatile State state = State.STARTING;
  private volatile @Nullable DefaultLiveSession session;
  private volatile long tokensBefore;
  // All these are written on the tasks; the last one is read where sound takes its shortcut, the
  // others when a snapshot is written.
  private volatile int turnsBefore;
  private volatile Instant started = Instant.now();
  private volatile Instant safeAt = started;
  private volatile boolean saidSince;
  private volatile @Nullable RelayEnd lastWords;

  // All below is touched on the tasks only.
  private @Nullable PeerLink link;
  private @Nullable String ticket;
  // The one before, until the peer has shown that it knows the new one; its connection may have
  // been lost with it.
  private @Nullable String former;
  // In the store, that one is marked as taken from another process, which is to find the mark.
  private boolean formerMarked;
  private @Nullable LiveConfig base;
  // What was taken out of the store and not gone on with yet, and the ticket it was found by.
  private @Nullable Envelope borrowed;
  private @Nullable String borrowedFor;
  private @Nullable CompletableFuture<LiveSession> opening;
  private @Nullable Future<?> lengthTimer;
  private @Nullable Future<?> parkTimer;
  private @Nullable Future<?> beat;
  private long silenceNanos;
  private boolean quietTimed;
  private boolean slow;
  private boolean resumable;
  private boolean handingOver;
  private boolean draining;

  Join(RelayCore core, RelayCaller caller, PeerLink link) {
    this.core = core;
    this.caller = caller;
    this.services = core.services();
    this.hooks = core.hooks();
    this.id = core.nextId();
    this.tasks = new Tasks(services.executor());
    this.link = link;
    this.up = new Upstream(this, core);
    this.down = new Downstream(this, core);
  }

  @Override
  public String id() {
    return id;
  }

  @Override
  public RelayCaller caller() {
    return caller;
  }

  @Override
  public State state() {
    return state;
  }

  @Override
  public Optional<LiveSession> upstream() {
    return Optional.ofNullable(session);
  }

  @Override
  public long tokens() {
    DefaultLiveSession upstream = session;
    return tokensBefore + (upstream == null ? 0 : upstream.usage().totalTokens());
  }

  @Override
  public void end(String reason) {
    end(RelayEnd.Kind.APPLICATION, 1000, reason);
  }

  Tasks tasks() {
    return tasks;
  }

  @Nullable
  DefaultLiveSession session() {
    return session;
  }

  @Nullable
  PeerLink link() {
    return link;
  }

  /** What the server opens for this caller, without what the peer has set. */
  LiveConfig base() {
    return requireNonNull(base);
  }

  Downstream down() {
    return down;
  }

  /** The number a turn has for the peer, over all processes. */
  int numberOf(LiveTurn turn) {
    return (int) (turnsBefore + turn.number());
  }

  /** What a peer sent; see {@link Upstream#offer}. */
  CompletableFuture<Void> offer(PeerLink from, PeerMessage message, int bytes) {
    return up.offer(from, message, bytes);
  }

  /**
   * The peer wants a conversation.
   *
   * @param before what it was in another process; null for a new one
   */
  void begin(PeerMessage.Start wanted, @Nullable Envelope before) {
    tasks.execute(() -> {
      borrowed = before;
      borrowedFor = wanted.ticket();
      if (state != State.STARTING) {
        giveBack();
        return;
      }
      String full = core.admit(this);
      if (full != null) {
        if (core.draining()) {
          finish(RelayEnd.Kind.MOVED, 1012, full, true);
        } else {
          finish(RelayEnd.Kind.FULL, 1013, full, true);
        }
        return;
      }
      if (before != null) {
        tokensBefore = before.tokens();
        turnsBefore = before.turns();
        started = before.started();
      }
      // The clocks of two machines may differ.
      Duration passed = Duration.between(started, Instant.now());
      Duration left =
          core.limits().sessionLength().minus(passed.isNegative() ? Duration.ZERO : passed);
      lengthTimer = later(
          () -> finish(
              RelayEnd.Kind.LIMIT,
              1008,
              "a conversation may last " + core.limits().sessionLength(),
              false),
          Math.max(0, left.toNanos()));
      open(wanted, before, 0);
    });
  }

  private void open(PeerMessage.Start wanted, @Nullable Envelope before, int tries) {
    LiveConfig config;
    try {
      base = core.settings().config().apply(caller);
      // The sound is passed on; to keep it as well would cost megabytes for each conversation.
      config = PeerSetup.apply(base, wanted.setup(), core.settings().settable()).toBuilder()
          .turnAudioLimit(0)
          .build();
    } catch (BadMessage e) {
      finish(RelayEnd.Kind.BAD_MESSAGE, 1007, String.valueOf(e.getMessage()), false);
      return;
    } catch (RuntimeException e) {
      LOG.warn("{}: there is no configuration for this caller", id, e);
      finish(RelayEnd.Kind.SERVICE, 1011, "the conversation could not be configured", false);
      return;
    }
    if (before != null) {
      try {
        config = config.toBuilder().resumeFrom(before.snapshot()).build();
      } catch (IllegalArgumentException e) {
        LOG.warn(
            "{}: the conversation from elsewhere cannot be gone on with, a new one begins", id, e);
        borrowed = null;
        open(wanted, null, tries);
        return;
      }
    }
    opening = ClientAccess.get().open(core.settings().client(), config, made -> down.listen(made));
    opening.whenComplete((opened, error) -> tasks.execute(() -> {
      opening = null;
      if (state != State.STARTING) {
        if (opened != null) {
          opened.closeAsync();
        }
      } else if (opened instanceof DefaultLiveSession live) {
        opened(live, wanted, before, tries);
      } else {
        notOpened(error);
      }
    }));
  }

  private void notOpened(@Nullable Throwable error) {
    Throwable cause =
        error instanceof CompletionException && error.getCause() != null ? error.getCause() : error;
    String kind = "INTERNAL";
    if (cause instanceof LiveException live) {
      // Its message says all; in an outage each call would print the way it came.
      kind = live.kind().name();
      LOG.warn("{}: the session with the service was not opened: {}", id, live.getMessage());
    } else {
      LOG.warn("{}: the session with the service was not opened", id, cause);
    }
    // What the service said is about the server's key and setup, and none of the peer's business.
    finish(RelayEnd.Kind.SERVICE, 1011, "the service could not be reached: " + kind, true);
  }

  private void opened(
      DefaultLiveSession live, PeerMessage.Start wanted, @Nullable Envelope before, int tries) {
    boolean restored = down.begin();
    if (before != null
        && before.snapshot().handle() != null
        && !restored
        && tries < AGAIN_SECONDS.length) {
      down.stop();
      live.closeAsync();
      later(() -> open(wanted, before, tries + 1), TimeUnit.SECONDS.toNanos(AGAIN_SECONDS[tries]));
      return;
    }
    if (borrowed != null && borrowedFor != null) {
      former = borrowedFor;
      formerMarked = true;
      core.issue(borrowedFor, this);
      borrowed = null;
    }
    session = live;
    live.closed()
        .thenAccept(info -> tasks.execute(() -> {
          // With a peer there, the events before the last one come first.
          if (state == State.PARKED) {
            onSessionClosed(info);
          }
        }));
    state = State.OPEN;
    PeerLink peer = requireNonNull(link);
    core.countStarted();
    PeerDialect.Lost lost = null;
    if (before != null) {
      core.countReturned(true);
      Duration uncertain = Duration.between(before.written(), Instant.now());
      lost = new PeerDialect.Lost(
          true,
          restored,
          before.answering(),
          before.whole() || uncertain.isNegative() ? Duration.ZERO : uncertain);
      hooks.tell(observer -> observer.onReturned(this, true));
    } else {
      hooks.tell(observer -> observer.onStarted(this));
    }
    LOG.info("{} is open: {}{}", id, live.id(), before == null ? "" : ", from another process");
    welcome(peer, lost, wanted.wantsTickets());
    if (core.keeper() != null) {
      beat = later(this::beat, BEAT_NANOS);
    }
  }

  /** Tells the peer that it may speak. */
  private void welcome(PeerLink peer, PeerDialect.@Nullable Lost lost, boolean wantsTickets) {
    String given = newTicket(wantsTickets);
    down.release(peer, peer.dialect().ready(id, given, lost), former != null);
    peer.attach();
    keep();
    if (draining) {
      drain(Duration.ZERO);
    }
  }

  private @Nullable String newTicket(boolean wanted) {
    if (ticket != null) {
      if (former == null) {
        former = ticket;
        formerMarked = false;
      } else {
        // Never arrived, or the peer would not have come with the one before.
        forget(ticket);
      }
      ticket = null;
    }
    if (wanted && core.givesTickets()) {
      ticket = Tickets.next();
      core.issue(ticket, this);
    } else {
      forgetFormer();
    }
    return ticket;
  }

  /** A ticket leads here no more, and nothing is left of it in the store. */
  private void forget(String old) {
    SnapshotKeeper keeper = core.keeper();
    if (keeper != null) {
      keeper.remove(keyOf(old));
    }
    // Last, or one who comes in between would find in the store what is about to be removed.
    core.withdraw(old, this);
  }

  private void forgetFormer() {
    String old = former;
    if (old != null) {
      former = null;
      if (formerMarked) {
        core.withdraw(old, this);
      } else {
        forget(old);
      }
    }
  }

  private String keyOf(String of) {
    return Tickets.key(caller.user(), of);
  }

  /** The peer has got the newest ticket, if it is still there. */
  void onProof(PeerLink from) {
    tasks.execute(() -> {
      if (from == link && state == State.OPEN) {
        forgetFormer();
      }
    });
  }

  private void giveBack() {
    SnapshotKeeper keeper = core.keeper();
    if (borrowed != null && borrowedFor != null && keeper != null) {
      keeper.giveBack(keyOf(borrowedFor), borrowed);
      borrowed = null;
    }
  }

  /** Writes, in a moment, how things stand, for other processes. */
  void keep() {
    String held = ticket;
    String before = former;
    if (held != null) {
      keep(held);
      if (before != null && !formerMarked) {
        keep(before);
      }
    }
  }

  private void keep(String held) {
    SnapshotKeeper keeper = core.keeper();
    DefaultLiveSession live = session;
    if (keeper != null && live != null && !handingOver && state != State.ENDED) {
      keeper.keep(
          keyOf(held), () -> envelope(live, false), () -> tasks.execute(() -> onTaken(held)));
    }
  }

  /** Another process goes on with it, which a peer has shown this ticket. */
  private void onTaken(String shown) {
    LOG.info("{}: another process goes on with it", id);
    if (shown.equals(former)) {
      core.withdraw(shown, this);
      former = ticket;
      ticket = null;
    }
    finish(RelayEnd.Kind.MOVED, 1012, "the conversation goes on elsewhere", false);
  }

  private Envelope envelope(DefaultLiveSession live, boolean whole) {
    return new Envelope(
        caller.user(),
        live.snapshot(),
        (int) (turnsBefore + live.metrics().turns()),
        tokens(),
        started,
        saidSince && !whole ? safeAt : Instant.now(),
        !whole && down.answering(),
        whole);
  }

  /** The service says whether it knows all up to now. */
  void onResumption(boolean now) {
    resumable = now;
    if (now) {
      safeAt = Instant.now();
      saidSince = false;
      keep();
    }
  }

  /** Something was said that the service may forget, up to its next word about that. */
  void onSaid() {
    saidSince = true;
  }

  /** A peer comes with a ticket of this conversation. */
  void takeBack(PeerLink peer, String shown, PeerMessage.Start wanted, Join fresh) {
    tasks.execute(() -> {
      boolean mine = (shown.equals(ticket) || shown.equals(former))
          && (state == State.PARKED || state == State.OPEN)
          && lastWords == null
          && !handingOver
          && peer.caller().user().equals(caller.user())
          && peer.caller().dialect() == caller.dialect();
      if (!mine) {
        if (state == State.ENDED || handingOver) {
          core.askStore(wanted, shown, fresh);
        } else {
          fresh.begin(wanted, null);
        }
        return;
      }
      if (!peer.move(this)) {
        // It is on its way out; the ticket still holds.
        return;
      }
      if (shown.equals(ticket)) {
        forgetFormer();
      }
      PeerLink old = link;
      Duration uncertain = Duration.ofNanos(old == null ? silenceNanos : old.silence());
      link = peer;
      down.forgetSend();
      if (old != null) {
        old.finish(this, List.of(), 1008, "the conversation goes on over another connection");
      }
      fresh.replaced();
      cancel(parkTimer);
      slow = false;
      state = State.OPEN;
      core.countReturned(false);
      LOG.info("{}: its peer is back", id);
      hooks.tell(observer -> observer.onReturned(this, false));
      welcome(peer, new PeerDialect.Lost(false, true, false, uncertain), wanted.wantsTickets());
    });
  }

  /** The peer it was made for has another conversation; nobody was told of this one. */
  private void replaced() {
    tasks.execute(() -> {
      state = State.ENDED;
      link = null;
    });
  }

  /** A connection of the peer is gone. */
  void onGone(PeerLink gone, int code) {
    tasks.execute(() -> {
      if (gone != link || state == State.ENDED) {
        return;
      }
      link = null;
      silenceNanos = gone.silence();
      down.forgetSend();
      // 1005: it closed in order, without a code, as is the way of browsers.
      boolean goodbye = code == 1000 || code == 1005;
      boolean mayReturn = state == State.OPEN
          && ticket != null
          && lastWords == null
          && !core.settings().parking().isZero();
      if (goodbye || !mayReturn) {
        boolean left = goodbye || !slow;
        finish(
            left ? RelayEnd.Kind.PEER : RelayEnd.Kind.TOO_SLOW,
            left ? 1000 : 1008,
            left ? "the peer left" : "the peer did not take what was sent",
            false);
      } else {
        park();
      }
    });
  }

  private void park() {
    state = State.PARKED;
    LOG.info("{}: its peer is gone; it waits", id);
    parkTimer = later(
        () -> {
          if (state == State.PARKED) {
            finish(
                slow ? RelayEnd.Kind.TOO_SLOW : RelayEnd.Kind.ABANDONED,
                slow ? 1008 : 1000,
                "the peer did not come back within " + core.settings().parking(),
                false);
          }
        },
        core.settings().parking().toNanos());
    hooks.tell(observer -> observer.onParked(this));
    if (draining) {
      handOver();
    }
  }

  /** With a peer that is gone, or may be, notices soon that another process has taken over. */
  private void beat() {
    PeerLink peer = link;
    if (peer == null || peer.silence() > BEAT_NANOS) {
      keep();
    }
    beat = later(this::beat, BEAT_NANOS);
  }

  /** The peer does not take what is sent. */
  void onSlowPeer() {
    PeerLink peer = link;
    if (peer != null && state != State.ENDED) {
      LOG.info("{}: its peer has not taken a message for {}", id, core.limits().peerStall());
      core.countTooSlow();
      slow = true;
      peer.cutOff();
    }
  }

  /** Ends it, unless it has ended; from any thread. */
  void end(RelayEnd.Kind kind, int code, String reason) {
    tasks.execute(() -> finish(kind, code, reason, kind == RelayEnd.Kind.FULL));
  }

  /** Ends it when the model has said why. On the tasks. */
  void endSaying(String reason, String instruction) {
    DefaultLiveSession live = session;
    if (lastWords != null || live == null) {
      return;
    }
    lastWords = new RelayEnd(RelayEnd.Kind.MODERATED, 1008, reason);
    down.lastWords();
    live.say(instruction);
    later(this::lastWordsSaid, TimeUnit.SECONDS.toNanos(LAST_WORDS_SECONDS));
  }

  /** Whether it is about to end and takes nothing more of the peer. */
  boolean ending() {
    return lastWords != null;
  }

  /** The model has said why, or took too long. */
  void lastWordsSaid() {
    RelayEnd end = lastWords;
    if (end != null) {
      finish(end.kind(), end.closeCode(), end.reason(), false);
    }
  }

  /** Ends it, once. On the tasks. */
  void finish(RelayEnd.Kind kind, int code, String reason, boolean mayReturn) {
    if (state == State.ENDED) {
      return;
    }
    state = State.ENDED;
    cancel(lengthTimer);
    cancel(parkTimer);
    cancel(beat);
    if (opening != null) {
      opening.cancel(true);
    }
    if (ticket != null) {
      if (kind == RelayEnd.Kind.MOVED) {
        core.withdraw(ticket, this);
      } else {
        forget(ticket);
      }
    }
    forgetFormer();
    // It was not gone on with: another try may have more luck.
    giveBack();
    down.stop();
    up.stop();
    PeerLink peer = link;
    link = null;
    if (peer != null) {
      boolean again = mayReturn || kind == RelayEnd.Kind.MOVED;
      peer.finish(this, peer.dialect().end(reason, again), code, reason);
    }
    DefaultLiveSession live = session;
    if (live != null) {
      live.closeAsync();
    }
    if (live == null) {
      core.countRefused();
    }
    LOG.info("{} has ended: {}, {}", id, kind, code);
    RelayEnd end = new RelayEnd(kind, code, reason);
    hooks.tell(observer -> observer.onEnded(this, end));
    core.left(this);
  }

  /** It is to be handed over at a quiet moment; from any thread. */
  void drain(Duration limit) {
    tasks.execute(() -> {
      draining = true;
      PeerLink peer = link;
      if (state == State.STARTING) {
        finish(RelayEnd.Kind.MOVED, 1012, RelayCore.DRAINING, true);
      } else if (state == State.PARKED) {
        handOver();
      } else if (state == State.OPEN && peer != null) {
        down.tell(peer.dialect().goAway(limit));
        handOverIfQuiet();
      }
    });
  }

  /** Hands over if nobody speaks and the service knows all that was said. On the tasks. */
  void handOverIfQuiet() {
    if (!draining || handingOver || state != State.OPEN) {
      return;
    }
    long quiet = services.nanoTime().getAsLong() - down.lastEventNanos();
    if (down.idle() && resumable && quiet >= QUIET_NANOS) {
      handOver();
    } else if (!quietTimed) {
      quietTimed = true;
      later(
          () -> {
            quietTimed = false;
            handOverIfQuiet();
          },
          Math.max(QUIET_NANOS - quiet, QUIET_NANOS / 5));
    }
  }

  /** Hands over now; from any thread. */
  void handOver() {
    tasks.execute(() -> {
      DefaultLiveSession live = session;
      if (handingOver || state == State.ENDED) {
        return;
      }
      handingOver = true;
      SnapshotKeeper keeper = core.keeper();
      String held = ticket;
      Runnable end = () ->
          finish(RelayEnd.Kind.MOVED, 1012, "this process is being replaced; connect anew", true);
      if (live == null || keeper == null || held == null) {
        end.run();
        return;
      }
      boolean whole = down.toldAll() && resumable;
      // Neither the service nor a store that hangs may hold it up.
      Future<?> limit = later(end, TimeUnit.SECONDS.toNanos(HAND_OVER_SECONDS));
      // The service refuses another connection as long as this one is open.
      live.closeAsync()
          .thenCompose(info -> keeper.keepNow(keyOf(held), envelope(live, whole)))
          .whenComplete((kept, error) -> {
            limit.cancel(false);
            tasks.execute(end);
          });
    });
  }

  /** The session with the service is over. On the tasks. */
  void onSessionClosed(CloseInfo info) {
    if (handingOver) {
      return;
    }
    if (lastWords != null) {
      lastWordsSaid();
    } else if (info.by() == CloseInfo.By.APPLICATION) {
      finish(RelayEnd.Kind.APPLICATION, 1000, "the conversation was ended", false);
    } else {
      String why = info.kind() == null ? "" : ": " + info.kind().name();
      finish(RelayEnd.Kind.SERVICE, 1011, "the service ended the conversation" + why, true);
    }
  }

  /** What the tasks run after a time. */
  Future<?> later(Runnable task, long nanos) {
    return services
        .timers()
        .schedule(
            () -> tasks.execute(() -> {
              if (state != State.ENDED) {
                task.run();
              }
            }),
            nanos,
            TimeUnit.NANOSECONDS);
  }

  private static void cancel(@Nullable Future<?> timer) {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  /** A message of the service that is only for the observers. */
  void recovered(LiveEvent.Resumed resumed) {
    hooks.tell(observer -> observer.onRecovered(this, resumed.report()));
    keep();
  }

  @Override
  public String toString() {
    return "RelaySession[" + id + ", " + state + ", " + caller.dialect() + "]";
  }
}
