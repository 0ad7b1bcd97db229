package io.github.geminilive.internal.session;

import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveConfigException;
import io.github.geminilive.LiveException;
import io.github.geminilive.internal.concurrent.Timers;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Opens WebSockets. Credentials are asked for at every dial. */
public final class Dialler {

  /**
   * Where to dial, and with what.
   *
   * @param uri holds no secret
   * @param header the name of the header that carries the credential
   * @param value its value
   * @param secret the secret in it
   * @param quotaProject which project pays; null for the credential's own
   */
  public record Address(
      URI uri,
      String header,
      String value,
      String secret,
      @Nullable String quotaProject) {
    /** Keeps back the credential. */
    @Override
    public String toString() {
      return "Address[" + uri + "]";
    }
  }

  /** A dial under way. */
  static final class Dial {
    private final CompletableFuture<WebSocket> socket = new CompletableFuture<>();
    private final CompletableFuture<WebSocket> dialling;

    private Dial(CompletableFuture<WebSocket> dialling) {
      this.dialling = dialling;
    }

    /** Completes with the socket, or with a {@link LiveException}; never when it was cancelled. */
    CompletableFuture<WebSocket> socket() {
      return socket;
    }

    /** Gives up; a socket that comes all the same is cut. */
    void cancel() {
      socket.cancel(false);
      dialling.cancel(true);
    }
  }

  private final HttpClient httpClient;
  private final Timers timers;
  private final Function<LiveConfig, Address> addresses;

  /**
   * Dials.
   *
   * @param httpClient does not follow redirects
   * @param addresses looks up where to; asks the application for the credential
   */
  public Dialler(HttpClient httpClient, Timers timers, Function<LiveConfig, Address> addresses) {
    this.httpClient = httpClient;
    this.timers = timers;
    this.addresses = addresses;
  }

  /**
   * Looks up where to dial. Asks the application for the credential, and may block or throw.
   *
   * @throws LiveConfigException when they do not fit each other, or would be sent unprotected
   */
  Address address(LiveConfig config) {
    return addresses.apply(config);
  }

  /** Dials. */
  Dial dial(LiveConfig config, Address address, WebSocket.Listener listener) {
    WebSocket.Builder builder =
        httpClient.newWebSocketBuilder().connectTimeout(config.connectTimeout());
    builder.header(address.header(), address.value());
    if (address.quotaProject() != null) {
      builder.header("x-goog-user-project", address.quotaProject());
    }
    Dial dial = new Dial(builder.buildAsync(address.uri(), listener));
    // The JDK's own timeout ends with the answer's header: a body without end would be awaited.
    Future<?> timer = timers.schedule(
        () -> {
          dial.socket.completeExceptionally(DialFailures.timeout(
              DialFailures.Attempt.HANDSHAKE, config.connectTimeout(), address.uri()));
          dial.dialling.cancel(true);
        },
        config.connectTimeout().toNanos(),
        TimeUnit.NANOSECONDS);
    dial.dialling.whenComplete((webSocket, error) -> {
      timer.cancel(false);
      if (error != null) {
        dial.socket.completeExceptionally(DialFailures.explain(
            DialFailures.Attempt.HANDSHAKE,
            error,
            config.connectTimeout(),
            address.uri(),
            address.secret()));
      } else if (!dial.socket.complete(webSocket)) {
        webSocket.abort();
      }
    });
    dial.socket.whenComplete((webSocket, error) -> timer.cancel(false));
    return dial;
  }
}
