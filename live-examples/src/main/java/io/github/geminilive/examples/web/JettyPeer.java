package io.github.geminilive.examples.web;

import io.github.geminilive.relay.LiveRelay;
import io.github.geminilive.relay.RelayCaller;
import io.github.geminilive.relay.RelayConnection;
import io.github.geminilive.relay.RelayPeer;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Consumer;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.jspecify.annotations.Nullable;

/**
 * Joins a WebSocket of Jetty to a relay: all it takes to use another web server is another one of
 * these. The next message is asked for when the relay took the last one, so a relay that cannot go on
 * holds up the peer by the network's own means.
 */
public final class JettyPeer implements Session.Listener, RelayPeer {

  private final LiveRelay relay;
  private final RelayCaller caller;
  // Both are set once, before Jetty delivers or the relay sends anything.
  private volatile @Nullable Session session;
  private volatile @Nullable RelayConnection connection;

  /**
   * A peer that is not connected yet.
   *
   * @param relay whose peer it becomes
   * @param caller who it is
   */
  public JettyPeer(LiveRelay relay, RelayCaller caller) {
    this.relay = relay;
    this.caller = caller;
  }

  @Override
  public void onWebSocketOpen(Session opened) {
    session = opened;
    connection = relay.accept(this, caller);
    opened.demand();
  }

  @Override
  public void onWebSocketText(String message) {
    RelayConnection to = connection;
    if (to != null) {
      goOn(to.onText(message));
    }
  }

  @Override
  public void onWebSocketBinary(ByteBuffer message, Callback callback) {
    RelayConnection to = connection;
    if (to != null) {
      CompletionStage<?> taken = to.onBinary(message);
      callback.succeed();
      goOn(taken);
    }
  }

  @Override
  public void onWebSocketPong(ByteBuffer payload) {
    RelayConnection to = connection;
    Session from = session;
    if (to != null && from != null) {
      to.onPong();
      from.demand();
    }
  }

  @Override
  public void onWebSocketError(Throwable cause) {
    // Jetty tells of the end with a close in any case.
  }

  @Override
  public void onWebSocketClose(int code, @Nullable String reason, Callback callback) {
    callback.succeed();
    RelayConnection to = connection;
    if (to != null) {
      to.onClosed(code);
    }
  }

  private void goOn(CompletionStage<?> taken) {
    taken.whenComplete((result, failure) -> {
      Session from = session;
      if (from != null && from.isOpen()) {
        from.demand();
      }
    });
  }

  @Override
  public CompletionStage<?> sendText(String message) {
    return send((to, done) -> to.sendText(message, done));
  }

  @Override
  public CompletionStage<?> sendBinary(ByteBuffer message) {
    // Jetty moves the position, which is the relay's.
    return send((to, done) -> to.sendBinary(message.slice(), done));
  }

  @Override
  public void ping() {
    ifOpen(to -> to.sendPing(ByteBuffer.allocate(0), Callback.NOOP));
  }

  @Override
  public void close(int code, String reason) {
    ifOpen(to -> to.close(code, reason, Callback.NOOP));
  }

  @Override
  public void abort() {
    Session to = session;
    if (to != null) {
      to.disconnect();
    }
  }

  private interface Sending {
    void start(Session to, Callback done);
  }

  private CompletionStage<?> send(Sending sending) {
    Session to = session;
    if (to == null) {
      return CompletableFuture.failedFuture(new IllegalStateException("not connected yet"));
    }
    CompletableFuture<Void> sent = new CompletableFuture<>();
    sending.start(
        to,
        Callback.from(() -> sent.complete(null), failure -> sent.completeExceptionally(failure)));
    return sent;
  }

  private void ifOpen(Consumer<Session> action) {
    Session to = session;
    if (to != null && to.isOpen()) {
      action.accept(to);
    }
  }
}
