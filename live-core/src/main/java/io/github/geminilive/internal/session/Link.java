package io.github.geminilive.internal.session;

import io.github.geminilive.FailureKind;
import io.github.geminilive.LiveConfigException;
import io.github.geminilive.LiveException;
import io.github.geminilive.LiveTimeoutException;
import io.github.geminilive.internal.codec.ClientMessageEncoder;
import io.github.geminilive.internal.codec.ServerMessageDecoder;
import io.github.geminilive.internal.transport.Connection;
import io.github.geminilive.protocol.ClientMessage;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One connection of a session, from its dial to its end: dial, setup, sign of life, farewell. It
 * tells its {@link Host} what happens, and who it is: the host decides whether it still listens. Its
 * own lock guards a few fields; nobody is called under it.
 */
final class Link implements Connection.Handler {

  /** What a connection tells; called under no lock, on the HTTP client's and the timer's threads. */
  interface Host {

    /** A dial begins, with this credential. */
    void onDialling(Link link, String secret);

    /** The setup was written. */
    void onSetupSent(Link link, String setup);

    /** A whole message. */
    void onMessage(Link link, byte[] buffer, int length);

    /** The end, once: a close frame, or code 1006 when the connection broke. */
    void onEnd(Link link, int code, String reason, @Nullable Throwable error);

    /** A message exceeded the limit. */
    void onTooLarge(Link link, long atLeastBytes);

    /** The dial failed, or the setup was not answered in time: this connection never opens. */
    void onNotOpened(Link link, LiveException why, boolean dialled);

    /** This side ends it in order. */
    void onFarewell(Link link);

    /** Nothing at all has arrived for too long. */
    void onSilent(Link link, Duration silence);
  }

  // A timer that runs so late tells of a machine that slept, or is overloaded, not of the network.
  private static final long LATE_NANOS = 5_000_000_000L;

  private final int number;
  private final Opening opening;
  private final Services services;
  private final Host host;
  private final Connection connection;
  private final ServerMessageDecoder decoder = new ServerMessageDecoder();
  private final long pingNanos;
  private final long deadNanos;

  // All below is guarded by this.
  private Dialler.@Nullable Dial dial;
  private @Nullable WebSocket socket;
  private @Nullable Future<?> setupTimer;
  private @Nullable Future<?> pingTimer;
  private @Nullable Future<?> deadTimer;
  private @Nullable Future<?> farewellTimer;
  private @Nullable Runnable gone;
  private boolean pingPending;
  private boolean over;
  // From here on silence counts, on the nano clock.
  private long judgedFromNanos;

  Link(int number, Opening opening, Services services, Host host) {
    this.number = number;
    this.opening = opening;
    this.services = services;
    this.host = host;
    this.connection = new Connection(
        this, opening.config().incomingMessageLimit(), services.executor(), services.nanoTime());
    this.pingNanos = opening.config().keepAlive().toNanos();
    this.deadNanos = opening.config().recovery().deadAfter().toNanos();
  }

  /** Its number in the session, from 1. */
  int number() {
    return number;
  }

  /** What it is opened with. */
  Opening opening() {
    return opening;
  }

  /** Reads its messages; for the thread that brings them. */
  ServerMessageDecoder decoder() {
    return decoder;
  }

  /** The socket; null before the handshake. */
  synchronized @Nullable WebSocket socket() {
    return socket;
  }

  /** Stops or resumes reading. */
  void setPaused(boolean paused) {
    connection.setPaused(paused);
  }

  /** Asks for the credential, which may block, and dials. */
  void dial(Dialler dialler) {
    Dialler.Address address;
    try {
      address = dialler.address(opening.config());
    } catch (LiveException e) {
      host.onNotOpened(this, e, false);
      return;
    } catch (RuntimeException e) {
      // It may quote the credential.
      host.onNotOpened(
          this,
          new LiveConfigException(
              "The source of the credentials failed with " + e.getClass().getName() + ".",
              List.of()),
          false);
      return;
    }
    dial(dialler, address);
  }

  /** Dials. */
  void dial(Dialler dialler, Dialler.Address address) {
    synchronized (this) {
      if (over) {
        return;
      }
    }
    host.onDialling(this, address.secret());
    Dialler.Dial dialled = dialler.dial(opening.config(), address, connection);
    boolean late;
    synchronized (this) {
      dial = dialled;
      late = over;
    }
    if (late) {
      dialled.cancel();
    }
    dialled.socket().whenComplete((webSocket, error) -> {
      if (error == null) {
        onSocket(webSocket);
      } else if (error instanceof LiveException live) {
        host.onNotOpened(this, live, false);
      }
    });
  }

  private void onSocket(WebSocket webSocket) {
    boolean late;
    synchronized (this) {
      late = over;
      if (!late) {
        socket = webSocket;
        setupTimer = after(opening.config().setupTimeout().toNanos(), this::onSetupTimeout);
      }
    }
    if (late) {
      webSocket.abort();
      return;
    }
    String setup = ClientMessageEncoder.encode(ClientMessage.of(opening.setup()));
    webSocket.sendText(setup, true).whenComplete((ignored, error) -> {
      if (error == null) {
        host.onSetupSent(this, setup);
      }
      // Not earlier: an early answer would let the next message out while this one is on
      // its way, and the socket takes one at a time.
      connection.start(webSocket);
    });
  }

  private void onSetupTimeout() {
    Duration limit = opening.config().setupTimeout();
    host.onNotOpened(
        this,
        new LiveTimeoutException(
            "setupComplete",
            limit,
            "The service took the connection but did not answer the setup within "
                + limit.toMillis()
                + " ms. "
                + FailurePolicy.advice(FailureKind.TIMEOUT)),
        true);
  }

  /** The setup was accepted: from now on it is pinged, and judged by its silence. */
  synchronized void opened() {
    cancel(setupTimer);
    setupTimer = null;
    if (over || pingNanos == 0) {
      return;
    }
    judgedFromNanos = services.nanoTime().getAsLong();
    pingTimer = after(pingNanos, this::ping);
    deadTimer = after(deadNanos, () -> judge(judgedFromNanos + deadNanos));
  }

  /**
   * The JDK does not tell every connection that is gone; writing to it brings that to light. A ping
   * is skipped while the one before it waits behind a large message.
   */
  private void ping() {
    WebSocket free = null;
    synchronized (this) {
      if (over) {
        return;
      }
      if (!pingPending) {
        pingPending = true;
        free = socket;
      }
      pingTimer = after(pingNanos, this::ping);
    }
    if (free != null) {
      free.sendPing(ByteBuffer.allocate(0)).whenComplete((ignored, error) -> {
        synchronized (this) {
          pingPending = false;
        }
        if (error != null) {
          connection.end(1006, "", error);
        }
      });
    }
  }

  /**
   * Looks whether anything has arrived of late.
   *
   * @param dueNanos when this was to happen
   */
  private void judge(long dueNanos) {
    long silence;
    synchronized (this) {
      if (over) {
        return;
      }
      long now = services.nanoTime().getAsLong();
      if (now - dueNanos > LATE_NANOS || connection.paused()) {
        judgedFromNanos = now;
      } else if (connection.lastByteNanos() - judgedFromNanos > 0) {
        judgedFromNanos = connection.lastByteNanos();
      }
      silence = now - judgedFromNanos;
      if (silence < deadNanos) {
        long due = judgedFromNanos + deadNanos;
        deadTimer = after(deadNanos - silence, () -> judge(due));
        return;
      }
    }
    host.onSilent(this, Duration.ofNanos(silence));
  }

  /**
   * Ends it in order: code 1000, and cut when the other side does not answer in time.
   *
   * @param limit how long that may take
   * @param done called once, when the connection has ended
   */
  void farewell(Duration limit, Runnable done) {
    WebSocket webSocket;
    synchronized (this) {
      webSocket = socket;
      if (webSocket != null && !over) {
        gone = done;
        stopTimers();
        farewellTimer = after(limit.toNanos(), this::abandon);
      }
    }
    if (webSocket == null || gone() == null) {
      abandon();
      done.run();
      return;
    }
    host.onFarewell(this);
    sendClose(error -> abandon());
  }

  /**
   * Sends a close frame with code 1000.
   *
   * @param failed told when it cannot leave
   */
  void sendClose(Consumer<Throwable> failed) {
    WebSocket webSocket = socket();
    if (webSocket == null) {
      return;
    }
    webSocket.sendClose(WebSocket.NORMAL_CLOSURE, "").whenComplete((ignored, error) -> {
      if (error != null) {
        failed.accept(error);
      }
    });
    // The answer to the close frame must be read even where nobody takes events any more.
    connection.setPaused(false);
  }

  private synchronized @Nullable Runnable gone() {
    return gone;
  }

  /** Cuts it, in whatever state it is. Idempotent. */
  void abandon() {
    WebSocket webSocket = end();
    if (webSocket != null) {
      webSocket.abort();
    }
  }

  /** The other side has sent its close frame, which the JDK is about to answer: cuts it afterwards. */
  void abandonAfter(Duration slack) {
    WebSocket webSocket = end();
    if (webSocket != null) {
      services.timers().schedule(webSocket::abort, slack.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private @Nullable WebSocket end() {
    Dialler.Dial dialled;
    WebSocket webSocket;
    Runnable done;
    synchronized (this) {
      if (over) {
        return null;
      }
      over = true;
      dialled = dial;
      webSocket = socket;
      done = gone;
      gone = null;
      stopTimers();
      cancel(farewellTimer);
    }
    connection.stop();
    if (dialled != null) {
      dialled.cancel();
    }
    if (done != null) {
      done.run();
    }
    return webSocket;
  }

  /** Holds the lock. */
  private void stopTimers() {
    cancel(setupTimer);
    cancel(pingTimer);
    cancel(deadTimer);
  }

  private Future<?> after(long nanos, Runnable task) {
    return services.timers().schedule(task, nanos, TimeUnit.NANOSECONDS);
  }

  private static void cancel(@Nullable Future<?> timer) {
    if (timer != null) {
      timer.cancel(false);
    }
  }

  @Override
  public void onMessage(byte[] buffer, int length) {
    host.onMessage(this, buffer, length);
  }

  @Override
  public void onEnd(int code, String reason, @Nullable Throwable error) {
    host.onEnd(this, code, reason, error);
    if (gone() != null) {
      // Both close frames have been exchanged; the JDK ends the TCP connection.
      abandonAfter(Lifecycle.CLOSE_SLACK);
    }
  }

  @Override
  public void onTooLarge(long atLeastBytes) {
    host.onTooLarge(this, atLeastBytes);
  }

  /** A send of this connection has failed, or stalled: it is of no use any more. */
  void broken(Throwable error) {
    connection.end(1006, "", error);
  }

  @Override
  public String toString() {
    return "connection " + number;
  }
}
