package io.github.geminilive.internal.relay;

import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.SnapshotStore;
import io.github.geminilive.internal.session.ClientAccess;
import io.github.geminilive.internal.session.Services;
import io.github.geminilive.relay.RelayCaller;
import io.github.geminilive.relay.RelayConnection;
import io.github.geminilive.relay.RelayDialect;
import io.github.geminilive.relay.RelayEnd;
import io.github.geminilive.relay.RelayLimits;
import io.github.geminilive.relay.RelayMetrics;
import io.github.geminilive.relay.RelayModerator;
import io.github.geminilive.relay.RelayObserver;
import io.github.geminilive.relay.RelayPeer;
import io.github.geminilive.relay.RelaySession;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All conversations of a relay, who may begin one, and where tickets lead. */
public final class RelayCore {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.relay");

  /** Connections that did not say yet what they want, for each conversation a user may have. */
  private static final int DOORS = 2;

  static final String DRAINING = "this process takes nobody in any more";

  /**
   * What a relay is made of; see its builder.
   *
   * @param config what to open for a caller
   * @param client opens it
   * @param limits what peers and users may take
   * @param settable what peers may set
   * @param observers see what passes
   * @param moderators decide what may pass
   * @param holdBack for how long the model's speech is held back
   * @param parking how long a conversation waits for its peer
   * @param snapshots shared with other processes; null when there are none
   * @param snapshotLife how long snapshots are kept
   * @param showTools whether peers are told of the server's tools
   */
  public record Settings(
      Function<RelayCaller, LiveConfig> config,
      LiveClient client,
      RelayLimits limits,
      List<String> settable,
      List<RelayObserver> observers,
      List<RelayModerator> moderators,
      Duration holdBack,
      Duration parking,
      @Nullable SnapshotStore snapshots,
      Duration snapshotLife,
      boolean showTools) {}

  private final Settings settings;
  private final Services services;
  private final Hooks hooks;
  private final @Nullable SnapshotKeeper keeper;
  private final Doorman doorman;
  private final Doorman door;
  private final Map<String, Join> tickets = new ConcurrentHashMap<>();
  private final Set<Join> joins = ConcurrentHashMap.newKeySet();
  private final AtomicLong ids = new AtomicLong();
  private final LongAdder started = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder returned = new LongAdder();
  private final LongAdder fromElsewhere = new LongAdder();
  private final LongAdder messagesUp = new LongAdder();
  private final LongAdder messagesDown = new LongAdder();
  private final LongAdder bytesUp = new LongAdder();
  private final LongAdder bytesDown = new LongAdder();
  private final LongAdder moderated = new LongAdder();
  private final LongAdder peersTooSlow = new LongAdder();
  private final CompletableFuture<Void> empty = new CompletableFuture<>();
  private volatile boolean draining;

  /** Nobody is in yet. */
  public RelayCore(Settings settings) {
    this.settings = settings;
    this.services = ClientAccess.get().services(settings.client());
    this.hooks = new Hooks(services, settings.observers(), settings.moderators());
    RelayLimits limits = settings.limits();
    this.keeper = settings.snapshots() == null
        ? null
        : new SnapshotKeeper(
            settings.snapshots(),
            settings.snapshotLife(),
            services.executor(),
            services.nanoTime());
    this.doorman = new Doorman("conversations", limits.sessionsPerUser(), limits.sessionsInTotal());
    this.door = new Doorman(
        "connections", doors(limits.sessionsPerUser()), doors(limits.sessionsInTotal()));
  }

  private static int doors(int sessions) {
    return (int) Math.min(Integer.MAX_VALUE, (long) DOORS * sessions);
  }

  Settings settings() {
    return settings;
  }

  Services services() {
    return services;
  }

  RelayLimits limits() {
    return settings.limits();
  }

  Hooks hooks() {
    return hooks;
  }

  @Nullable
  SnapshotKeeper keeper() {
    return keeper;
  }

  /** Whether peers are given tickets. */
  boolean givesTickets() {
    return keeper != null || !settings.parking().isZero();
  }

  String nextId() {
    return "relay-" + ids.incrementAndGet();
  }

  /** See LiveRelay. */
  public RelayConnection accept(RelayPeer peer, RelayCaller caller) {
    PeerDialect dialect = caller.dialect() == RelayDialect.LIVE
        ? new LiveDialect()
        : new LeanDialect(settings.showTools());
    PeerLink link = new PeerLink(this, peer, caller, dialect);
    if (draining) {
      link.join().end(RelayEnd.Kind.MOVED, 1012, DRAINING);
      return link;
    }
    String full = door.admit(caller.user());
    if (full != null) {
      link.join().end(RelayEnd.Kind.FULL, 1013, "too many connections are about to begin: " + full);
      return link;
    }
    link.admitted();
    link.begin();
    return link;
  }

  /** A connection is not at the door any more. */
  void leaveDoor(String user) {
    door.leave(user);
  }

  /** A peer has said what it wants. */
  void start(PeerLink link, PeerMessage.Start wanted) {
    Join fresh = link.join();
    String ticket = wanted.ticket();
    if (ticket == null) {
      fresh.begin(wanted, null);
      return;
    }
    Join known = tickets.get(ticket);
    if (known != null) {
      known.takeBack(link, ticket, wanted, fresh);
    } else {
      askStore(wanted, ticket, fresh);
    }
  }

  /** The ticket leads to no conversation here. */
  void askStore(PeerMessage.Start wanted, String ticket, Join fresh) {
    SnapshotKeeper store = keeper;
    if (store == null) {
      fresh.begin(wanted, null);
      return;
    }
    if (draining) {
      // To take it out would be in vain.
      fresh.end(RelayEnd.Kind.MOVED, 1012, DRAINING);
      return;
    }
    String key = Tickets.key(fresh.caller().user(), ticket);
    CompletableFuture<Optional<Envelope>> asked = store.take(key);
    CompletableFuture<Optional<Envelope>> inTime = new CompletableFuture<>();
    Future<?> limit = services
        .timers()
        .schedule(
            () -> inTime.complete(Optional.empty()),
            settings.limits().startTimeout().toNanos(),
            TimeUnit.NANOSECONDS);
    asked.thenAccept(found -> {
      limit.cancel(false);
      if (!inTime.complete(found)) {
        // The peer has not waited for it.
        found.ifPresent(late -> store.giveBack(key, late));
      }
    });
    inTime.thenAccept(found -> fresh.begin(wanted, found.orElse(null)));
  }

  /** Lets a conversation in; gives the reason when there is no room for it. */
  @Nullable
  String admit(Join join) {
    if (draining) {
      return DRAINING;
    }
    String full = doorman.admit(join.caller().user());
    if (full == null) {
      joins.add(join);
      if (draining) {
        // Whoever drains may have missed it.
        left(join);
        return DRAINING;
      }
    }
    return full;
  }

  /** A conversation that was let in is over. */
  void left(Join join) {
    if (joins.remove(join)) {
      doorman.leave(join.caller().user());
    }
    checkEmpty();
  }

  private void checkEmpty() {
    if (draining && joins.isEmpty()) {
      services.executor().execute(() -> empty.complete(null));
    }
  }

  void issue(String ticket, Join join) {
    tickets.put(ticket, join);
  }

  void withdraw(String ticket, Join join) {
    tickets.remove(ticket, join);
  }

  boolean draining() {
    return draining;
  }

  void countUp(int bytes) {
    messagesUp.increment();
    bytesUp.add(bytes);
  }

  void countDown(int bytes) {
    messagesDown.increment();
    bytesDown.add(bytes);
  }

  void countStarted() {
    started.increment();
  }

  void countRefused() {
    refused.increment();
  }

  void countReturned(boolean elsewhere) {
    returned.increment();
    if (elsewhere) {
      fromElsewhere.increment();
    }
  }

  void countModerated() {
    moderated.increment();
  }

  void countTooSlow() {
    peersTooSlow.increment();
  }

  /** See LiveRelay. */
  public RelayMetrics metrics() {
    int parked = 0;
    int starting = 0;
    for (Join join : joins) {
      parked += join.state() == RelaySession.State.PARKED ? 1 : 0;
      starting += join.state() == RelaySession.State.STARTING ? 1 : 0;
    }
    return new RelayMetrics(
        // Not the table's size: where this is less than a limit there is a place.
        doorman.total(),
        parked,
        starting,
        started.sum(),
        refused.sum(),
        returned.sum(),
        fromElsewhere.sum(),
        messagesUp.sum(),
        messagesDown.sum(),
        bytesUp.sum(),
        bytesDown.sum(),
        moderated.sum(),
        peersTooSlow.sum());
  }

  /** See LiveRelay. */
  public List<RelaySession> sessions() {
    return List.copyOf(joins);
  }

  /** See LiveRelay. */
  public CompletableFuture<Void> drain(Duration limit) {
    draining = true;
    joins.forEach(join -> join.drain(limit));
    services
        .timers()
        .schedule(
            () -> joins.forEach(Join::handOver),
            Math.max(0, limit.toNanos()),
            TimeUnit.NANOSECONDS);
    checkEmpty();
    return empty.copy();
  }

  /** See LiveRelay. */
  public void close() {
    draining = true;
    for (Join join : joins) {
      if (keeper == null) {
        join.end("the server is going down");
      } else {
        // What was stored last is there for another process.
        join.end(RelayEnd.Kind.MOVED, 1012, "the server is going down");
      }
    }
  }
}
