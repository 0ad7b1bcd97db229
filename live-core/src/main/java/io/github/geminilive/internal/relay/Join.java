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
  // Written on the tasks, read when a snapshot is written.
  private volatile int turnsBefore;
  private volatile Instant started = Instant.now();

  // All below is touched on the tasks only.
  private @Nullable PeerLink link;
  private @Nullable String ticket;
  private @Nullable LiveConfig base;
  // What was taken out of the store and not gone on with yet, and the ticket it was found by.
  private @Nullable Envelope borrowed;
  private @Nullable String borrowedFor;
  private @Nullable CompletableFuture<LiveSession> opening;
  private @Nullable Future<?> lengthTimer;
  private @Nullable Future<?> parkTimer;
  private @Nullable Future<?> beat;
  private @Nullable RelayEnd lastWords;
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
      if (state != State.STARTING) {
        return;
      }
      String full = core.admit(this);
      borrowed = before;
      borrowedFor = wanted.ticket();
      if (full != null) {
        finish(RelayEnd.Kind.FULL, 1013, full, true);
        return;
      }
      if (before != null) {
        tokensBefore = before.tokens();
        turnsBefore = before.turns();
        started = before.started();
      }
      Duration left = core.limits().sessionLength().minus(Duration.between(started, Instant.now()));
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
    String kind = cause instanceof LiveException live ? live.kind().name() : "INTERNAL";
    LOG.warn("{}: the session with the service was not opened", id, cause);
    // What the service said is about the server's key and setup, and none of the peer's business.
    finish(RelayEnd.Kind.SERVICE, 1011, "the service could not be reached: " + kind, true);
  }

  private void opened(
      DefaultLiveSession live, PeerMessage.Start wanted, @Nullable Envelope before, int tries) {
    boolean restored = down.begin();
    if (before != null && !restored && tries < AGAIN_SECONDS.length) {
      down.stop();
      live.closeAsync();
      later(() -> open(wanted, before, tries + 1), TimeUnit.SECONDS.toNanos(AGAIN_SECONDS[tries]));
      return;
    }
    borrowed = null;
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
          before.whole() || uncertain.isNegative() ? Duration.ZERO : uncertain,
          null);
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
    down.release(peer, peer.dialect().ready(id, given, lost));
    peer.attach(this);
    keep();
    if (draining) {
      drain(Duration.ZERO);
    }
  }

  private @Nullable String newTicket(boolean wanted) {
    SnapshotKeeper keeper = core.keeper();
    if (ticket != null) {
      core.withdraw(ticket, this);
      if (keeper != null) {
        keeper.remove(Tickets.key(ticket));
      }
      ticket = null;
    }
    if (wanted && core.givesTickets()) {
      ticket = Tickets.next();
      core.issue(ticket, this);
    }
    return ticket;
  }

  /** Writes, in a moment, how things stand, for other processes. */
  void keep() {
    SnapshotKeeper keeper = core.keeper();
    DefaultLiveSession live = session;
    if (keeper == null || ticket == null || live == null || handingOver || state == State.ENDED) {
      return;
    }
    keeper.keep(
        Tickets.key(ticket),
        () -> envelope(live, false),
        () -> tasks.execute(() -> {
          LOG.info("{}: another process goes on with it", id);
          finish(RelayEnd.Kind.MOVED, 1012, "the conversation goes on elsewhere", false);
        }));
  }

  private Envelope envelope(DefaultLiveSession live, boolean whole) {
    return new Envelope(
        caller.user(),
        live.snapshot(),
        (int) (turnsBefore + live.metrics().turns()),
        tokens(),
        started,
        Instant.now(),
        !whole && down.answering(),
        whole);
  }

  /** The service says whether it knows all up to now. */
  void onResumption(boolean now) {
    resumable = now;
    if (now) {
      keep();
    }
  }

  /** A peer comes with a ticket of this conversation. */
  void takeBack(PeerLink peer, String shown, PeerMessage.Start wanted, Join fresh) {
    tasks.execute(() -> {
      boolean mine = shown.equals(ticket)
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
      PeerLink old = link;
      Duration uncertain = old == null ? Duration.ZERO : Duration.ofNanos(old.silence());
      link = peer;
      down.forgetSend();
      if (old != null) {
        old.finish(List.of(), 1008, "the conversation goes on over another connection");
      }
      fresh.replaced();
      cancel(parkTimer);
      slow = false;
      state = State.OPEN;
      core.countReturned(false);
      LOG.info("{}: its peer is back", id);
      hooks.tell(observer -> observer.onReturned(this, false));
      welcome(
          peer, new PeerDialect.Lost(false, true, false, uncertain, null), wanted.wantsTickets());
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
      down.forgetSend();
      boolean mayReturn = state == State.OPEN
          && ticket != null
          && lastWords == null
          && !core.settings().parking().isZero();
      if (code == 1000 || !mayReturn) {
        boolean left = code == 1000 || !slow;
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
                1000,
                "the peer did not come back within " + core.settings().parking(),
                false);
          }
        },
        core.settings().parking().toNanos());
    hooks.tell(observer -> observer.onParked(this));
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
      peer.abort();
      peer.onClosed(1006);
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
    boolean begun = session != null;
    if (ticket != null) {
      core.withdraw(ticket, this);
      SnapshotKeeper keeper = core.keeper();
      if (keeper != null && kind != RelayEnd.Kind.MOVED) {
        keeper.remove(Tickets.key(ticket));
      }
    }
    SnapshotKeeper store = core.keeper();
    if (borrowed != null && borrowedFor != null && store != null) {
      // It was not gone on with: another try may have more luck.
      store.keepNow(Tickets.key(borrowedFor), borrowed);
    }
    down.stop();
    up.stop();
    PeerLink peer = link;
    link = null;
    if (peer != null) {
      boolean again = mayReturn || kind == RelayEnd.Kind.MOVED;
      peer.finish(peer.dialect().end(reason, again), code, reason);
    }
    DefaultLiveSession live = session;
    if (live != null) {
      live.closeAsync();
    }
    if (!begun) {
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
        finish(RelayEnd.Kind.MOVED, 1012, "this process takes nobody in any more", true);
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
    } else {
      later(this::handOverIfQuiet, Math.max(QUIET_NANOS - quiet, QUIET_NANOS / 5));
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
      if (live == null || keeper == null || held == null) {
        finish(RelayEnd.Kind.MOVED, 1012, "this process is being replaced; connect anew", true);
        return;
      }
      boolean whole = resumable && down.idle();
      // The service refuses another connection as long as this one is open.
      live.closeAsync()
          .thenCompose(info -> keeper.keepNow(Tickets.key(held), envelope(live, whole)))
          .whenComplete((kept, error) ->
              end(RelayEnd.Kind.MOVED, 1012, "this process is being replaced; connect anew"));
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
