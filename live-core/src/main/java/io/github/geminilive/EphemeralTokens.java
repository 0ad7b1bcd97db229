package io.github.geminilive;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.internal.concurrent.Fallback;
import io.github.geminilive.internal.session.DialFailures;
import io.github.geminilive.internal.session.DialFailures.Attempt;
import io.github.geminilive.protocol.Json;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes ephemeral tokens: with one, a browser or an app talks to the service directly, and never
 * sees the key. Made where the key is; the Developer API only.
 *
 * <pre>{@code
 * EphemeralTokens tokens = EphemeralTokens.of(config);
 * String name = tokens.create(TokenRequest.oneUse(Duration.ofSeconds(60), config)).name();
 * }</pre>
 *
 * <p>Any thread may call any method. Nothing is tried twice: {@link LiveException#retryable()} says
 * whether it is worth it. No token and no key is in a log, message or {@code toString}.
 *
 * <p>Source: the service's {@code auth_tokens} method (§6).
 */
public final class EphemeralTokens {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.tokens");
  private static final int MOST_BYTES = 64 << 10;

  /** Made on first use; shared by all who do not bring their own, as nobody could close it. */
  private static final class Shared {
    static final HttpClient HTTP = HttpClient.newBuilder()
        .followRedirects(HttpClient.Redirect.NEVER)
        .executor(ClientThreads.io())
        .build();
  }

  private final Endpoint endpoint;
  private final Credentials credentials;
  private final URI uri;
  private final HttpClient httpClient;
  private final Executor executor;
  private final Clock clock;
  private final Duration timeout;

  private EphemeralTokens(Builder builder, URI uri) {
    this.endpoint = builder.endpoint;
    this.credentials = builder.credentials;
    this.uri = uri;
    this.httpClient = builder.httpClient == null ? Shared.HTTP : builder.httpClient;
    this.executor = builder.executor == null
        ? ClientThreads.tasks()
        : Fallback.of(builder.executor, ClientThreads.tasks());
    this.clock = builder.clock;
    this.timeout = builder.timeout;
  }

  /**
   * Makes tokens at the endpoint, with the key and within the {@link LiveConfig#connectTimeout()}
   * of a configuration; all else of it does not matter here.
   *
   * @param config often the one to be locked, too
   * @throws LiveConfigException as for {@link Builder#build()}
   */
  public static EphemeralTokens of(LiveConfig config) {
    return builder(config.endpoint(), config.credentials())
        .timeout(config.connectTimeout())
        .build();
  }

  /**
   * Begins a maker of tokens.
   *
   * @param endpoint of the Developer API
   * @param credentials an API key; asked for each token
   */
  public static Builder builder(Endpoint endpoint, Credentials credentials) {
    return new Builder(endpoint, credentials);
  }

  /**
   * Makes a token and waits for it.
   *
   * @param request what it is to allow
   * @return a token that works from now on
   * @throws LiveConfigException when there is no key, or the service is known to refuse what is to
   *     be locked; nothing was sent
   * @throws LiveHandshakeException when the service answers with another HTTP status than success,
   *     or with something that is no token; redirects are not followed
   * @throws LiveTimeoutException when there is no answer in time
   * @throws LiveUnreachableException when no connection comes about
   * @throws CancellationException when the thread is interrupted; the request is given up
   */
  public EphemeralToken create(TokenRequest request) {
    CompletableFuture<EphemeralToken> making = start(request);
    try {
      return making.get();
    } catch (InterruptedException e) {
      making.cancel(true);
      Thread.currentThread().interrupt();
      throw new CancellationException(
          "interrupted while a token was made; the request was given up");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LiveException live) {
        // Thrown anew so that the stack trace shows the caller.
        live.fillInStackTrace();
        throw live;
      }
      throw new IllegalStateException(
          "a token was not made for an unforeseen reason", e.getCause());
    }
  }

  /**
   * Makes a token without waiting.
   *
   * @param request what it is to allow
   * @return completes, on the executor, with the token or with one of the exceptions of {@link
   *     #create}; cancelling it gives up the request
   */
  public CompletableFuture<EphemeralToken> createAsync(TokenRequest request) {
    requireNonNull(request, "request");
    CompletableFuture<EphemeralToken> result = new CompletableFuture<>();
    // The credentials' source may block.
    executor.execute(() -> {
      if (result.isDone()) {
        return;
      }
      CompletableFuture<EphemeralToken> making;
      try {
        making = start(request);
      } catch (Throwable e) {
        result.completeExceptionally(e);
        return;
      }
      making.whenCompleteAsync(
          (token, error) -> {
            if (error == null) {
              result.complete(token);
            } else {
              result.completeExceptionally(error);
            }
          },
          executor);
      result.whenComplete((token, error) -> {
        if (result.isCancelled()) {
          making.cancel(true);
        }
      });
    });
    return result;
  }

  private CompletableFuture<EphemeralToken> start(TokenRequest request) {
    requireNonNull(request, "request");
    checkLocked(request.locked());
    Credentials.Header header = credentials.header();
    if (header.ephemeral()) {
      throw new LiveConfigException(
          "An ephemeral token cannot make others. Use an API key, on a server of your own.",
          List.of());
    }
    Instant now = clock.instant();
    HttpRequest.Builder post = HttpRequest.newBuilder(uri)
        // A single request gains nothing from HTTP/2, and some proxies stumble over its offer.
        .version(HttpClient.Version.HTTP_1_1)
        .timeout(timeout)
        .header(header.name(), header.value())
        .header("Content-Type", "application/json")
        .POST(HttpRequest.BodyPublishers.ofString(request.body(now)));
    if (credentials.quotaProject() != null) {
      post.header("x-goog-user-project", credentials.quotaProject());
    }
    CompletableFuture<EphemeralToken> result = new CompletableFuture<>();
    CompletableFuture<HttpResponse<byte[]>> exchange =
        httpClient.sendAsync(post.build(), answer -> new FirstBytes(MOST_BYTES));
    // The JDK's own timeout ends with the answer's header: a body without end would be awaited.
    Future<?> timer = ClientThreads.timers()
        .schedule(
            () -> result.completeExceptionally(DialFailures.timeout(Attempt.TOKEN, timeout, uri)),
            timeout.toNanos(),
            TimeUnit.NANOSECONDS);
    exchange.whenComplete((answer, error) -> {
      try {
        if (error != null) {
          throw DialFailures.explain(Attempt.TOKEN, error, timeout, uri, header.secret());
        }
        result.complete(read(answer, header.secret(), request, now));
      } catch (Throwable e) {
        result.completeExceptionally(e);
      }
    });
    result.whenComplete((token, error) -> {
      timer.cancel(false);
      exchange.cancel(true);
      if (token != null) {
        LOG.debug("{} made a token: {}", uri.getHost(), token);
      } else if (error instanceof LiveException live) {
        LOG.debug("{} made no token: {}", uri.getHost(), live.kind());
      }
    });
    return result;
  }

  private EphemeralToken read(
      HttpResponse<byte[]> answer, String secret, TokenRequest request, Instant now) {
    int status = answer.statusCode();
    String body = new String(answer.body(), StandardCharsets.UTF_8);
    if (status / 100 != 2) {
      throw DialFailures.refused(
          Attempt.TOKEN, status, body, answer.headers().firstValue("Retry-After"), uri, secret);
    }
    String name = name(body);
    if (name == null) {
      // Nothing of it is shown: it may hold a token in a form unknown here.
      throw new LiveHandshakeException(
          FailureKind.PROTOCOL,
          status,
          "",
          null,
          uri.getHost()
              + " answered the request for an ephemeral token with HTTP "
              + status
              + ", but with no token: "
              + answer.body().length
              + " bytes without a \"name\" that begins with \""
              + Credentials.TOKEN_PREFIX
              + "\". Is this the address of the Developer API?");
    }
    return new EphemeralToken(
        name, now.plus(request.lifetime()), now.plus(request.startWithin()), request.uses());
  }

  /** The name in an answer; null when there is none that a header could carry. */
  private static @Nullable String name(String body) {
    try {
      Object name = Json.parse(body).asObject().get("name");
      if (name instanceof String text) {
        Credentials.ephemeralToken(text);
        return text;
      }
    } catch (IllegalArgumentException | IllegalStateException notOne) {
      // Its message may quote what came.
    }
    return null;
  }

  /** Refuses what no session could be opened with. */
  private void checkLocked(@Nullable LiveConfig config) {
    if (config == null) {
      return;
    }
    if (config.endpoint().backend() != endpoint.backend()) {
      throw new LiveConfigException(
          "The configuration to lock is one for Vertex AI, whose names and fields differ, and a"
              + " token is for the Developer API. Build it without Endpoint.vertex(...).",
          List.of());
    }
    Addresses.checkModel(config.model());
    LiveClient.preflight(config);
  }

  @Override
  public String toString() {
    return "EphemeralTokens[" + uri + "]";
  }

  /** Collects what tokens are made with. Not for use by several threads. */
  public static final class Builder {

    private final Endpoint endpoint;
    private final Credentials credentials;
    private @Nullable HttpClient httpClient;
    private @Nullable Executor executor;
    private Clock clock = Clock.systemUTC();
    private Duration timeout = Duration.ofSeconds(10);

    private Builder(Endpoint endpoint, Credentials credentials) {
      this.endpoint = requireNonNull(endpoint, "endpoint");
      this.credentials = requireNonNull(credentials, "credentials");
    }

    /**
     * The HTTP client to ask with: proxy, TLS, executor are its own.
     *
     * @param httpClient default: one that all share. Must not follow redirects, as is the JDK's
     *     default, because they would take the key to wherever they point
     * @throws IllegalArgumentException when it follows redirects
     */
    public Builder httpClient(HttpClient httpClient) {
      this.httpClient = LiveClient.withoutRedirects(httpClient);
      return this;
    }

    /**
     * Runs the source of the credentials, and what depends on futures.
     *
     * @param executor may block; a task it rejects runs on a thread of this library; default: the
     *     one of {@link LiveClient.Builder#executor}
     */
    public Builder executor(Executor executor) {
      this.executor = requireNonNull(executor, "executor");
      return this;
    }

    /**
     * Tells from when the times of a token count.
     *
     * @param clock default: this machine's. Where it is wrong, so are tokens, save for those that
     *     leave their times to the service
     */
    public Builder clock(Clock clock) {
      this.clock = requireNonNull(clock, "clock");
      return this;
    }

    /**
     * How long a request may take in all.
     *
     * @param timeout positive; default: 10 seconds
     */
    public Builder timeout(Duration timeout) {
      requireNonNull(timeout, "timeout");
      if (timeout.isNegative() || timeout.isZero()) {
        throw new IllegalArgumentException("timeout must be positive: " + timeout);
      }
      this.timeout = timeout;
      return this;
    }

    /**
     * The maker of tokens.
     *
     * @throws LiveConfigException for Vertex AI, which has no such tokens; for OAuth access tokens;
     *     for {@link Endpoint#exactly} addresses, which are no base; for plain {@code http} beyond
     *     loopback
     */
    public EphemeralTokens build() {
      if (endpoint.backend() == Endpoint.Backend.VERTEX) {
        throw new LiveConfigException(
            "Vertex AI has no ephemeral tokens: whoever is to talk to it directly needs a"
                + " credential of the project. Keep that on your server and relay the conversation"
                + " (io.github.geminilive.relay.LiveRelay), or use the Developer API.",
            List.of());
      }
      if (credentials.isAccessToken()) {
        throw new LiveConfigException(
            "Ephemeral tokens are made with an API key, not with an OAuth access token. Use"
                + " Credentials.apiKey(...).",
            List.of());
      }
      URI uri = endpoint.tokenUri();
      if (uri == null) {
        throw new LiveConfigException(
            "Endpoint.exactly(...) is the address of one method, and tokens are made by another."
                + " Use Endpoint.custom(base).",
            List.of());
      }
      Addresses.checkTransport(endpoint, endpoint.uri(false));
      return new EphemeralTokens(this, uri);
    }
  }
}
