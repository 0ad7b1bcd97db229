package io.github.geminilive.relay;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.SnapshotStore;
import io.github.geminilive.internal.relay.RelayCore;
import io.github.geminilive.internal.relay.SetupPaths;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Joins peers (browsers, apps, telephones) to sessions with the service, on a server that keeps the
 * key. Knows no web server: that one calls {@link #accept} for each WebSocket connection it has let
 * in, and is called through {@link RelayPeer}.
 *
 * <p>The server decides what is asked of the service: model, instructions, tools, voice. A peer may
 * set only what {@link Builder#peerMaySet} names; what else it asks for is left out. Functions of
 * tool sets run on the server, unseen by the peer; functions that are only declared ({@link
 * LiveConfig.Builder#declare}) are called and answered by the peer. Connections to the service are
 * changed unseen by the peer.
 *
 * <p>Any thread may call any method; none blocks. One relay serves any number of peers, and no thread
 * belongs to one of them.
 */
public final class LiveRelay implements AutoCloseable {

  private final RelayCore core;

  private LiveRelay(RelayCore core) {
    this.core = core;
  }

  /**
   * Starts a relay that opens the same session for everybody.
   *
   * @param config what to open
   */
  public static Builder builder(LiveConfig config) {
    requireNonNull(config, "config");
    return builder(caller -> config);
  }

  /**
   * Starts a relay that opens a session of one's own for each caller.
   *
   * @param config what to open for a caller; its {@code turnAudioLimit} is taken to be 0. Asked on
   *     the client's executor, for each conversation that begins or is brought here from another
   *     process, perhaps several times for one; what it throws refuses the peer
   */
  public static Builder builder(Function<RelayCaller, LiveConfig> config) {
    return new Builder(requireNonNull(config, "config"));
  }

  /**
   * Takes a peer in. Whether there is room for it is told to the peer, not to the caller: one that is
   * refused is closed with a reason.
   *
   * @param peer the connection
   * @param caller who it is; the application has found that out, and checked the origin, before
   * @return where to deliver what comes from it
   */
  public RelayConnection accept(RelayPeer peer, RelayCaller caller) {
    return core.accept(requireNonNull(peer, "peer"), requireNonNull(caller, "caller"));
  }

  /** Counters up to now. */
  public RelayMetrics metrics() {
    return core.metrics();
  }

  /** The conversations there are now, parked ones included. */
  public List<RelaySession> sessions() {
    return core.sessions();
  }

  /**
   * Lets nobody in any more, and empties this process without cutting anybody short: each
   * conversation is handed over at its next quiet moment. Its snapshot is stored, its peer told to
   * connect anew (code 1012), which brings it to another process. Without a {@link
   * Builder#snapshots store} or a ticket conversations simply end then.
   *
   * @param limit at the latest after this time the rest is handed over in mid-word
   * @return completes when there is no conversation left
   */
  public CompletableFuture<Void> drain(Duration limit) {
    return core.drain(requireNonNull(limit, "limit"));
  }

  /** Ends all conversations at once. Idempotent. Snapshots stored for the newest tickets stay. */
  @Override
  public void close() {
    core.close();
  }

  /** Collects what a relay is made of. Not for use by several threads. */
  public static final class Builder {

    private final Function<RelayCaller, LiveConfig> config;
    private @Nullable LiveClient client;
    private RelayLimits limits = RelayLimits.defaults();
    private final List<String> settable = new ArrayList<>();
    private final List<RelayObserver> observers = new ArrayList<>();
    private final List<RelayModerator> moderators = new ArrayList<>();
    private Duration holdBack = Duration.ZERO;
    private Duration parking = Duration.ofSeconds(30);
    private @Nullable SnapshotStore snapshots;
    private Duration snapshotLife = Duration.ofMinutes(10);
    private boolean showTools;

    private Builder(Function<RelayCaller, LiveConfig> config) {
      this.config = config;
    }

    /**
     * Opens the sessions, and lends its threads and clock.
     *
     * @param client default: one of the relay's own
     */
    public Builder client(LiveClient client) {
      this.client = requireNonNull(client, "client");
      return this;
    }

    /**
     * What peers and users may take.
     *
     * @param limits default: {@link RelayLimits#defaults()}
     */
    public Builder limits(RelayLimits limits) {
      this.limits = requireNonNull(limits, "limits");
      return this;
    }

    /**
     * What a peer may set; default: nothing. What it sets besides is left out, not refused, because
     * clients made for the Live API cannot but name a model.
     *
     * @param paths members of the protocol's {@code setup}, one or two levels deep, such as {@code
     *     generationConfig.speechConfig} or {@code inputAudioTranscription}; added to earlier ones.
     *     {@code systemInstruction} and {@code tools} also allow the peer to change them in
     *     mid-session, {@code historyConfig} to tell turns of the model's, which are not taken
     *     otherwise
     * @throws IllegalArgumentException when the protocol has no such member, or it is {@code model},
     *     {@code sessionResumption} or {@code contextWindowCompression}, which are the server's
     */
    public Builder peerMaySet(String... paths) {
      for (String path : paths) {
        settable.add(SetupPaths.check(path));
      }
      return this;
    }

    /**
     * Sees what passes; called in the order of being added.
     *
     * @param observer added to earlier ones
     */
    public Builder observe(RelayObserver observer) {
      observers.add(requireNonNull(observer, "observer"));
      return this;
    }

    /**
     * Decides what may pass; asked in the order of being added, after all observers.
     *
     * @param moderator added to earlier ones
     */
    public Builder moderate(RelayModerator moderator) {
      moderators.add(requireNonNull(moderator, "moderator"));
      return this;
    }

    /**
     * Holds back the model's speech, and all that comes down with it, for a moment, so that words that
     * a moderator does not let pass are not heard: the service writes words a little after it speaks
     * them.
     *
     * <p>Speech that waits is not released while a moderator judges what came after it.
     *
     * @param time 0 to 10 s; default: 0. Adds to the delay of every answer, and for each second of it
     *     512 KiB to {@link RelayLimits#peerBacklogBytes()}
     */
    public Builder holdBack(Duration time) {
      this.holdBack = between("holdBack", time, Duration.ofSeconds(10));
      return this;
    }

    /**
     * How long a conversation waits for a peer that left without an end, and has a ticket.
     *
     * @param grace 0 to 1 hour, 0 ends it at once; default: 30 s
     */
    public Builder parking(Duration grace) {
      this.parking = between("parking", grace, Duration.ofHours(1));
      return this;
    }

    /**
     * Keeps snapshots of all conversations whose peers have tickets, so that another process can go
     * on with them when this one is gone.
     *
     * @param store shared by the processes; default: none
     * @param life how long a snapshot is kept after its conversation was last heard of; at least 1 s,
     *     at most 24 hours
     */
    public Builder snapshots(SnapshotStore store, Duration life) {
      this.snapshots = requireNonNull(store, "store");
      if (requireNonNull(life, "life").compareTo(Duration.ofSeconds(1)) < 0
          || life.compareTo(Duration.ofHours(24)) > 0) {
        throw new IllegalArgumentException("life must be in [1 s, 24 h]: " + life);
      }
      this.snapshotLife = life;
      return this;
    }

    /**
     * Whether peers that speak {@link RelayDialect#LEAN} are told when tools run on the server: name
     * and outcome, neither arguments nor results.
     *
     * @param show default: false
     */
    public Builder showTools(boolean show) {
      this.showTools = show;
      return this;
    }

    /** The relay. */
    public LiveRelay build() {
      LiveClient opener = client == null ? LiveClient.builder().build() : client;
      return new LiveRelay(new RelayCore(new RelayCore.Settings(
          config,
          opener,
          limits,
          List.copyOf(settable),
          List.copyOf(observers),
          List.copyOf(moderators),
          holdBack,
          parking,
          snapshots,
          snapshotLife,
          showTools)));
    }

    private static Duration between(String name, Duration value, Duration most) {
      if (requireNonNull(value, name).isNegative() || value.compareTo(most) > 0) {
        throw new IllegalArgumentException(name + " must be in [0, " + most + "]: " + value);
      }
      return value;
    }
  }
}
