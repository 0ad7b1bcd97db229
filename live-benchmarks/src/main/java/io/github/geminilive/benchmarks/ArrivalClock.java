package io.github.geminilive.benchmarks;

import java.io.IOException;
import java.net.Authenticator;
import java.net.CookieHandler;
import java.net.ProxySelector;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** An HTTP client that notes when each short WebSocket message arrived, before anyone reads it. */
final class ArrivalClock extends HttpClient {

  private static final int SHORT = 200;

  private final HttpClient client = HttpClient.newHttpClient();
  private volatile long lastShortNanos;

  /** When the last message of at most 200 bytes arrived that {@code interrupted} may be. */
  long lastShortNanos() {
    return lastShortNanos;
  }

  private final class Stamping implements WebSocket.Listener {
    private final WebSocket.Listener listener;

    Stamping(WebSocket.Listener listener) {
      this.listener = listener;
    }

    @Override
    public void onOpen(WebSocket socket) {
      listener.onOpen(socket);
    }

    @Override
    public @Nullable CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
      return listener.onText(socket, data, last);
    }

    @Override
    public @Nullable CompletionStage<?> onBinary(WebSocket socket, ByteBuffer data, boolean last) {
      if (data.remaining() <= SHORT && isInterruption(data)) {
        lastShortNanos = System.nanoTime();
      }
      return listener.onBinary(socket, data, last);
    }

    private static boolean isInterruption(ByteBuffer data) {
      for (int i = data.position(); i < data.limit(); i++) {
        // The only short message of the server with this letter.
        if (data.get(i) == 'd') {
          return true;
        }
      }
      return false;
    }

    @Override
    public @Nullable CompletionStage<?> onClose(WebSocket socket, int code, String reason) {
      return listener.onClose(socket, code, reason);
    }

    @Override
    public void onError(WebSocket socket, Throwable error) {
      listener.onError(socket, error);
    }
  }

  @Override
  public WebSocket.Builder newWebSocketBuilder() {
    WebSocket.Builder builder = client.newWebSocketBuilder();
    return new WebSocket.Builder() {
      @Override
      public WebSocket.Builder header(String name, String value) {
        builder.header(name, value);
        return this;
      }

      @Override
      public WebSocket.Builder connectTimeout(Duration timeout) {
        builder.connectTimeout(timeout);
        return this;
      }

      @Override
      public WebSocket.Builder subprotocols(String mostPreferred, String... lesserPreferred) {
        builder.subprotocols(mostPreferred, lesserPreferred);
        return this;
      }

      @Override
      public CompletableFuture<WebSocket> buildAsync(URI uri, WebSocket.Listener listener) {
        return builder.buildAsync(uri, new Stamping(listener));
      }
    };
  }

  @Override
  public Optional<CookieHandler> cookieHandler() {
    return client.cookieHandler();
  }

  @Override
  public Optional<Duration> connectTimeout() {
    return client.connectTimeout();
  }

  @Override
  public Redirect followRedirects() {
    return client.followRedirects();
  }

  @Override
  public Optional<ProxySelector> proxy() {
    return client.proxy();
  }

  @Override
  public SSLContext sslContext() {
    return client.sslContext();
  }

  @Override
  public SSLParameters sslParameters() {
    return client.sslParameters();
  }

  @Override
  public Optional<Authenticator> authenticator() {
    return client.authenticator();
  }

  @Override
  public Version version() {
    return client.version();
  }

  @Override
  public Optional<Executor> executor() {
    return client.executor();
  }

  @Override
  public <T> HttpResponse<T> send(HttpRequest request, HttpResponse.BodyHandler<T> handler)
      throws IOException, InterruptedException {
    return client.send(request, handler);
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request, HttpResponse.BodyHandler<T> handler) {
    return client.sendAsync(request, handler);
  }

  @Override
  public <T> CompletableFuture<HttpResponse<T>> sendAsync(
      HttpRequest request,
      HttpResponse.BodyHandler<T> handler,
      HttpResponse.@Nullable PushPromiseHandler<T> pushHandler) {
    return client.sendAsync(request, handler, pushHandler);
  }
}
