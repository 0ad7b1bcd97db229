package io.github.geminilive.internal.relay;

import io.github.geminilive.internal.session.Services;
import io.github.geminilive.relay.RelayCaller;
import io.github.geminilive.relay.RelayConnection;
import io.github.geminilive.relay.RelayEnd;
import io.github.geminilive.relay.RelayLimits;
import io.github.geminilive.relay.RelayPeer;
import io.github.geminilive.relay.RelaySession;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection of a peer: reads what comes within the limits, writes one message at a time, pings,
 * and closes. What the messages mean is the {@link Join}'s business.
 */
final class PeerLink implements RelayConnection {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.relay");
  private static final long CLOSE_MILLIS = 1_500;
  private static final int MAX_REASON_BYTES = 123;
  private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);
  /** In the time that a peer may be silent. */
  private static final int PINGS = 3;

  /** A message that came before it was known where it belongs. */
  private record Early(PeerMessage message, int bytes, CompletableFuture<Void> taken) {}

  /** Reads one message. */
  private interface Reading {
    List<PeerMessage> read() throws BadMessage;
  }

  private final RelayCore core;
  private final RelayPeer peer;
  private final RelayCaller caller;
  private final PeerDialect dialect;
  private final RelayMeter meter;
  private final RelayLimits limits;
  private final Services services;
  private final AtomicInteger held = new AtomicInteger();
  private final AtomicBoolean atDoor = new AtomicBoolean();
  // Who may write and close; changed under lock, and not any more once the end is near.
  private volatile Join join;
  private volatile boolean attached;
  private volatile boolean closing;
  // What comes after a message that ends the conversation is not looked at.
  private volatile boolean deaf;
  private volatile boolean gone;
  private volatile long lastSignNanos;
  // Since then. A server that stood still has asked nobody, and may not blame them.
  private volatile int unanswered;
  private volatile boolean proving;
  // Whatever delivers messages does so one after another.
  private volatile boolean begun;
  // Touched on the conversation's tasks only.
  private CompletableFuture<Void> lastSend = DONE;

  private final Object lock = new Object();
  // Guarded by lock.
  private final ArrayDeque<Early> early = new ArrayDeque<>();
  private int earlyBytes;
  private @Nullable Future<?> pulse;
  private @Nullable Future<?> startTimer;
  private @Nullable Future<?> closeTimer;

  PeerLink(RelayCore core, RelayPeer peer, RelayCaller caller, PeerDialect dialect) {
    this.core = core;
    this.peer = peer;
    this.caller = caller;
    this.dialect = dialect;
    this.services = core.services();
    this.limits = core.limits();
    this.meter = new RelayMeter(limits, services.nanoTime());
    this.lastSignNanos = services.nanoTime().getAsLong();
    this.join = new Join(core, caller, this);
  }

  /** Waits for the first message from now on. */
  void begin() {
    synchronized (lock) {
      startTimer = services
          .timers()
          .schedule(
              () -> {
                if (!closing && !begun) {
                  join.end(
                      RelayEnd.Kind.LIMIT,
                      1008,
                      "no word of what the peer wants within "
                          + limits.startTimeout().toMillis()
                          + " ms");
                }
              },
              limits.startTimeout().toNanos(),
              TimeUnit.NANOSECONDS);
      pulse = pulseLater();
    }
  }

  private Future<?> pulseLater() {
    return services
        .timers()
        .schedule(this::pulse, limits.peerSilence().toNanos() / PINGS, TimeUnit.NANOSECONDS);
  }

  /** Pings, and judges the silence. */
  private void pulse() {
    if (gone) {
      return;
    }
    long now = services.nanoTime().getAsLong();
    if (held.get() > 0) {
      // A server that passes on the back pressure does not read pongs meanwhile.
      sign();
    }
    if (unanswered >= PINGS && now - lastSignNanos > limits.peerSilence().toNanos()) {
      LOG.info("{}: nothing has come from the peer for {}", join.id(), limits.peerSilence());
      cutOff();
      return;
    }
    unanswered++;
    ping();
    synchronized (lock) {
      pulse = gone ? null : pulseLater();
    }
  }

  private void ping() {
    try {
      peer.ping();
    } catch (RuntimeException e) {
      // Whether it lives is told by what comes.
      LOG.warn("{}: a peer's ping threw", join.id(), e);
    }
  }

  /** The peer lives. */
  private void sign() {
    lastSignNanos = services.nanoTime().getAsLong();
    unanswered = 0;
  }

  /** Finds out whether the peer has got what it was sent up to now: pongs come in order. */
  void prove() {
    proving = true;
    ping();
  }

  /** How long nothing has come, in nanoseconds. */
  long silence() {
    return services.nanoTime().getAsLong() - lastSignNanos;
  }

  PeerDialect dialect() {
    return dialect;
  }

  RelayCaller caller() {
    return caller;
  }

  @Override
  public RelaySession session() {
    return join;
  }

  /** The conversation this connection was made for; it may belong to another one by now. */
  Join join() {
    return join;
  }

  @Override
  public CompletionStage<?> onText(String message) {
    return take(utf8Length(message), () -> dialect.read(message));
  }

  @Override
  public CompletionStage<?> onBinary(ByteBuffer message) {
    return take(message.remaining(), () -> dialect.read(message));
  }

  private int utf8Length(String message) {
    // To count is only worth while where it can make a difference.
    return message.length() <= limits.messageBytes() / 3
        ? message.length()
        : message.getBytes(StandardCharsets.UTF_8).length;
  }

  private CompletionStage<?> take(int bytes, Reading reading) {
    if (closing || gone || deaf) {
      return DONE;
    }
    sign();
    core.countUp(bytes);
    String limit = meter.onMessage(bytes);
    if (limit != null) {
      return refuse(RelayEnd.Kind.LIMIT, meter.tooLarge(bytes) ? 1009 : 1008, limit);
    }
    List<PeerMessage> messages;
    try {
      messages = reading.read();
    } catch (BadMessage e) {
      return refuse(RelayEnd.Kind.BAD_MESSAGE, 1007, String.valueOf(e.getMessage()));
    }
    CompletionStage<?> taken = DONE;
    for (PeerMessage message : messages) {
      taken = take(message, bytes);
    }
    return taken;
  }

  private CompletionStage<?> take(PeerMessage message, int bytes) {
    String limit = meter.onAudio(audioNanos(message));
    if (limit != null) {
      return refuse(RelayEnd.Kind.LIMIT, 1008, limit);
    }
    if (message instanceof PeerMessage.Start start) {
      begun = true;
      synchronized (lock) {
        cancelStartTimer();
      }
      core.start(this, start);
      return DONE;
    }
    return hand(message, bytes);
  }

  private CompletableFuture<Void> refuse(RelayEnd.Kind kind, int code, String reason) {
    Join owner;
    synchronized (lock) {
      deaf = true;
      owner = join;
    }
    owner.end(kind, code, reason);
    return DONE;
  }

  private static long audioNanos(PeerMessage message) {
    if (message instanceof PeerMessage.AudioFrame audio) {
      return audio.bytes() / 2 * 1_000_000_000L / audio.rate();
    } else if (message instanceof PeerMessage.Samples audio) {
      return audio.pcm().remaining() / 2 * 1_000_000_000L / audio.rate();
    } else {
      return 0;
    }
  }

  private CompletableFuture<Void> hand(PeerMessage message, int bytes) {
    if (!attached) {
      CompletableFuture<Void> taken = new CompletableFuture<>();
      boolean full;
      synchronized (lock) {
        if (gone) {
          // Nobody would take it any more.
          return DONE;
        }
        full = !attached && earlyBytes + bytes > limits.peerBacklogBytes();
        if (!attached && !full) {
          early.add(new Early(kept(message), bytes, taken));
          earlyBytes += bytes;
          held(taken);
          return taken;
        }
      }
      if (full) {
        return refuse(
            RelayEnd.Kind.LIMIT,
            1008,
            "more than " + limits.peerBacklogBytes() + " bytes before the conversation was open");
      }
    }
    CompletableFuture<Void> taken = join.offer(this, message, bytes);
    held(taken);
    return taken;
  }

  private void held(CompletableFuture<Void> taken) {
    if (!taken.isDone()) {
      held.incrementAndGet();
      taken.whenComplete((ignored, error) -> held.decrementAndGet());
    }
  }

  /** A message that may outlive the call that brought it. */
  static PeerMessage kept(PeerMessage message) {
    if (message instanceof PeerMessage.Samples samples) {
      byte[] copy = new byte[samples.pcm().remaining()];
      samples.pcm().get(copy);
      return new PeerMessage.Samples(ByteBuffer.wrap(copy), samples.rate());
    }
    return message;
  }

  /**
   * From now on another conversation writes and closes.
   *
   * @return false when the end is near already, which was or will be told to the one before
   */
  boolean move(Join to) {
    synchronized (lock) {
      if (closing || gone || deaf) {
        return false;
      }
      join = to;
      return true;
    }
  }

  /** What came before the conversation was open is its to take, and so is what comes. */
  void attach() {
    Join to = join;
    List<Early> before;
    do {
      // What comes meanwhile comes after.
      synchronized (lock) {
        before = List.copyOf(early);
        early.clear();
        earlyBytes = 0;
        attached = before.isEmpty();
      }
      for (Early message : before) {
        to.offer(this, message.message(), message.bytes())
            .whenComplete((ignored, error) -> message.taken().complete(null));
      }
    } while (!before.isEmpty());
    leaveDoor();
  }

  /** It counts among those who did not begin yet. */
  void admitted() {
    atDoor.set(true);
  }

  private void leaveDoor() {
    if (atDoor.compareAndSet(true, false)) {
      core.leaveDoor(caller.user());
    }
  }

  @Override
  public void onPong() {
    sign();
    if (proving) {
      proving = false;
      join.onProof(this);
    }
  }

  @Override
  public void onClosed(int code) {
    Join owner;
    List<Early> before;
    synchronized (lock) {
      if (gone) {
        return;
      }
      gone = true;
      owner = join;
      cancelTimers();
      before = List.copyOf(early);
      early.clear();
    }
    // Not under the lock: the web server goes on from here.
    before.forEach(message -> message.taken().complete(null));
    leaveDoor();
    owner.onGone(this, code);
  }

  private void cancelTimers() {
    if (pulse != null) {
      pulse.cancel(false);
      pulse = null;
    }
    cancelStartTimer();
    if (closeTimer != null) {
      closeTimer.cancel(false);
      closeTimer = null;
    }
  }

  private void cancelStartTimer() {
    if (startTimer != null) {
      startTimer.cancel(false);
      startTimer = null;
    }
  }

  /** Whether what is sent may still reach the peer. */
  boolean open() {
    return !closing && !gone;
  }

  /**
   * Sends messages one after another; on the conversation's tasks.
   *
   * @return completes when the network has taken them all, or the connection is being closed;
   *     exceptionally when the peer is gone
   */
  CompletableFuture<Void> send(List<PeerFrame> frames) {
    if (closing || gone) {
      return DONE;
    }
    lastSend = send(frames, 0);
    return lastSend;
  }

  private CompletableFuture<Void> send(List<PeerFrame> frames, int from) {
    for (int i = from; i < frames.size(); i++) {
      CompletableFuture<?> taken = send(frames.get(i));
      if (!taken.isDone()) {
        int next = i + 1;
        return taken.thenCompose(ignored -> send(frames, next));
      }
      if (taken.isCompletedExceptionally()) {
        return taken.thenApply(ignored -> null);
      }
    }
    return DONE;
  }

  private CompletableFuture<?> send(PeerFrame frame) {
    core.countDown(frame.bytes());
    try {
      CompletionStage<?> taken = frame.text() != null
          ? peer.sendText(frame.text())
          : peer.sendBinary(frame.binary() == null ? ByteBuffer.allocate(0) : frame.binary());
      return taken.toCompletableFuture();
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
  }

  /**
   * Closes the connection, after what is on its way and these last messages; at the latest after 1.5 s.
   * On the conversation's tasks.
   *
   * @param by who wants that; in vain when the connection has gone over to another conversation
   */
  void finish(Join by, List<PeerFrame> last, int code, String reason) {
    synchronized (lock) {
      if (closing || by != join) {
        return;
      }
      closing = true;
    }
    leaveDoor();
    String told = cut(reason);
    lastSend
        .exceptionally(error -> null)
        .thenCompose(ignored -> gone ? DONE : send(last, 0))
        .whenComplete((ignored, error) -> peer.close(code, told));
    synchronized (lock) {
      if (!gone) {
        closeTimer = services.timers().schedule(this::cutOff, CLOSE_MILLIS, TimeUnit.MILLISECONDS);
      }
    }
  }

  /** Cuts the connection, without waiting to be told of its end. */
  void cutOff() {
    synchronized (lock) {
      closing = true;
    }
    try {
      peer.abort();
    } catch (RuntimeException e) {
      LOG.warn("{}: to cut a peer's connection threw", join.id(), e);
    }
    onClosed(1006);
  }

  /** The beginning of a text that fits into a close frame. */
  static String cut(String reason) {
    StringBuilder told = new StringBuilder();
    int bytes = 0;
    for (int i = 0; i < reason.length(); ) {
      int c = reason.codePointAt(i);
      bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
      if (bytes > MAX_REASON_BYTES) {
        break;
      }
      // Half a pair cannot be written.
      told.appendCodePoint(c >= 0xD800 && c <= 0xDFFF ? '?' : c);
      i += Character.charCount(c);
    }
    return told.toString();
  }
}
