package io.github.geminilive;

import static java.util.Objects.requireNonNull;

import io.github.geminilive.internal.concurrent.Fallback;
import io.github.geminilive.internal.concurrent.Timers;
import io.github.geminilive.internal.session.ClientAccess;
import io.github.geminilive.internal.session.DefaultLiveSession;
import io.github.geminilive.internal.session.Dialler;
import io.github.geminilive.internal.session.RetryBudget;
import io.github.geminilive.internal.session.Services;
import java.net.http.HttpClient;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens sessions. {@link #connect(LiveConfig)} is all most programs need; a client of one's own,
 * from {@link #builder()}, brings its own HTTP client (proxy, TLS), threads or clock. One client
 * serves any number of sessions and threads, and none of its threads keeps the JVM alive.
 */
public final class LiveClient {

  private static final Logger LOG = LoggerFactory.getLogger("io.github.geminilive.client");

  static {
    ClientAccess.provide(new ClientAccess() {
      @Override
      public Services services(LiveClient client) {
        return client.services;
      }

      @Override
      public CompletableFuture<LiveSession> open(
          LiveClient client, LiveConfig config, Consumer<DefaultLiveSession> made) {
        return client.openAsync(config, made);
      }
    });
  }

  /** Made on first use; shared by all who do not bring their own. */
  private static final class Shared {
    static final LiveClient CLIENT = create();

    private static LiveClient create() {
      // The codec and the JDK's HTTP client both take long to load, and the first dial needs both.
      ClientThreads.tasks().execute(DefaultLiveSession::load);
      return builder().build();
    }
  }

  private final Dialler dialler;
  private final Services services;

  private LiveClient(HttpClient httpClient, Services services) {
    this.dialler = new Dialler(httpClient, services.timers(), Addresses::of);
    this.services = services;
  }

  /**
   * Opens a session with the shared client and waits until it is usable.
   *
   * @param config what to open
   * @return the session, {@code setupComplete} received
   * @throws LiveConfigException when credentials are missing, or the service is known to refuse
   *     this configuration; nothing was sent
   * @throws LiveHandshakeException when the service answers with an HTTP status
   * @throws LiveSetupRefusedException when the service closes instead of accepting the setup
   * @throws LiveTimeoutException when the service does not answer in time
   * @throws LiveUnreachableException when no connection comes about
   * @throws CancellationException when the thread is interrupted; the dial is given up
   */
  public static LiveSession connect(LiveConfig config) {
    return Shared.CLIENT.open(config);
  }

  /**
   * As {@link #connect}, without waiting.
   *
   * @param config what to open
   * @return completes, on the client's executor, with the session or with one of the exceptions of
   *     {@link #connect}; cancelling it gives up the dial
   */
  public static CompletableFuture<LiveSession> connectAsync(LiveConfig config) {
    return Shared.CLIENT.openAsync(config);
  }

  /**
   * Goes on with the conversation of another session, with the shared client. Where the service does
   * not know it any more, a fresh one is told its history; {@link LiveEvent.Opened#stateRestored} says
   * which. The same as {@link #connect} with {@link LiveConfig.Builder#resumeFrom(SessionSnapshot)}.
   *
   * @param config what to open; its model must be the snapshot's
   * @param snapshot of the other session, which is closed
   * @return as for {@link #connect}
   */
  public static LiveSession resume(LiveConfig config, SessionSnapshot snapshot) {
    return connect(config.toBuilder().resumeFrom(snapshot).build());
  }

  /** Starts a client of one's own. */
  public static Builder builder() {
    return new Builder();
  }

  /**
   * Opens a session and waits until it is usable.
   *
   * @param config as for {@link #connect}
   * @return as for {@link #connect}
   */
  public LiveSession open(LiveConfig config) {
    CompletableFuture<LiveSession> opening = start(config, session -> {});
    try {
      return opening.get();
    } catch (InterruptedException e) {
      if (!opening.cancel(true)) {
        // It opened in that moment, and nobody will hold it.
        opening.thenAccept(LiveSession::closeAsync);
      }
      Thread.currentThread().interrupt();
      throw new CancellationException("interrupted while connecting; the dial was given up");
    } catch (ExecutionException e) {
      if (e.getCause() instanceof LiveException live) {
        // Thrown anew so that the stack trace shows the caller.
        live.fillInStackTrace();
        throw live;
      }
      throw new IllegalStateException("the dial failed in an unforeseen way", e.getCause());
    }
  }

  /**
   * Opens a session without waiting.
   *
   * @param config as for {@link #connectAsync}
   * @return as for {@link #connectAsync}
   */
  public CompletableFuture<LiveSession> openAsync(LiveConfig config) {
    return openAsync(config, session -> {});
  }

  private CompletableFuture<LiveSession> openAsync(
      LiveConfig config, Consumer<DefaultLiveSession> made) {
    requireNonNull(config, "config");
    CompletableFuture<LiveSession> result = new CompletableFuture<>();
    // The credentials' source may block.
    services.executor().execute(() -> {
      if (result.isDone()) {
        return;
      }
      CompletableFuture<LiveSession> opening;
      try {
        opening = start(config, made);
      } catch (Throwable e) {
        result.completeExceptionally(e);
        return;
      }
      opening.whenComplete((session, error) -> {
        if (error != null) {
          result.completeExceptionally(error);
        } else if (!result.complete(session)) {
          session.closeAsync();
        }
      });
      result.whenComplete((session, error) -> {
        if (result.isCancelled()) {
          opening.cancel(true);
        }
      });
    });
    return result;
  }

  private CompletableFuture<LiveSession> start(
      LiveConfig config, Consumer<DefaultLiveSession> made) {
    requireNonNull(config, "config");
    preflight(config);
    Dialler.Address address = Addresses.of(config);
    DefaultLiveSession session = new DefaultLiveSession(config, services, dialler);
    made.accept(session);
    session.connect(address);
    session.opening().whenComplete((opened, error) -> {
      if (session.opening().isCancelled()) {
        session.abandon(new CancellationException());
      }
    });
    return session.opening();
  }

  /**
   * Logs what will not work, as far as known.
   *
   * @throws LiveConfigException when the service is known to refuse it
   */
  static void preflight(LiveConfig config) {
    List<ConfigFinding> findings = config.check();
    List<ConfigFinding> refused = findings.stream()
        .filter(finding -> finding.severity() == ConfigFinding.Severity.REFUSED)
        .toList();
    for (ConfigFinding finding : findings) {
      if (finding.severity() == ConfigFinding.Severity.WARNING) {
        LOG.warn("Configuration for {}: {}", config.model(), finding);
      }
    }
    if (!refused.isEmpty()) {
      StringBuilder message = new StringBuilder(
              "The service is known to refuse this configuration for ")
          .append(config.model())
          .append(':');
      refused.forEach(finding -> message.append("\n  - ").append(finding));
      throw new LiveConfigException(message.toString(), refused);
    }
  }

  /** The client, if it can be trusted with a key. */
  static HttpClient withoutRedirects(HttpClient httpClient) {
    requireNonNull(httpClient, "httpClient");
    if (httpClient.followRedirects() != HttpClient.Redirect.NEVER) {
      throw new IllegalArgumentException(
          "httpClient follows redirects, which would take the key to wherever they point; build it"
              + " with followRedirects(HttpClient.Redirect.NEVER)");
    }
    return httpClient;
  }

  /** Collects what a client is made of. Not for use by several threads. */
  public static final class Builder {

    private @Nullable HttpClient httpClient;
    private @Nullable Executor executor;
    private @Nullable ScheduledExecutorService scheduler;
    private LongSupplier nanoTime = System::nanoTime;
    private DoubleSupplier random = () -> ThreadLocalRandom.current().nextDouble();
    private int retryTokens = 100;
    private double retryTokensPerSecond = 1;

    private Builder() {}

    /**
     * The HTTP client to dial with: proxy, TLS, executor are its own.
     *
     * @param httpClient default: one of this client's own. Must not follow redirects, as is the
     *     JDK's default, because they would take the key to wherever they point
     * @throws IllegalArgumentException when it follows redirects
     */
    public Builder httpClient(HttpClient httpClient) {
      this.httpClient = withoutRedirects(httpClient);
      return this;
    }

    /**
     * Runs the application's code: listeners, tools, what depends on futures.
     *
     * @param executor must run tasks on other threads and concurrently, or a blocking tool holds up
     *     all others; a task it rejects runs on a thread of this library; default:
     *     a virtual thread for each task on JDK 21 and later, pooled daemon threads before
     */
    public Builder executor(Executor executor) {
      this.executor = requireNonNull(executor, "executor");
      return this;
    }

    /**
     * Runs short tasks at their time, such as timeouts.
     *
     * @param scheduler default: one daemon thread
     */
    public Builder scheduler(ScheduledExecutorService scheduler) {
      this.scheduler = requireNonNull(scheduler, "scheduler");
      return this;
    }

    /**
     * The monotonic clock that goes with the scheduler. Tests replace both to move time by hand.
     *
     * @param nanoTime default: {@link System#nanoTime()}
     */
    public Builder nanoTime(LongSupplier nanoTime) {
      this.nanoTime = requireNonNull(nanoTime, "nanoTime");
      return this;
    }

    /**
     * The random part of the waits before dials. Tests replace it to know them.
     *
     * @param random gives numbers from 0 to below 1, on any thread; default: {@link
     *     ThreadLocalRandom}
     */
    public Builder random(DoubleSupplier random) {
      this.random = requireNonNull(random, "random");
      return this;
    }

    /**
     * How often all sessions of this client together may dial again, so that they do not hold down a
     * service that is in trouble. The first dial of an outage is free, each further one takes 5
     * tokens; when there are none it waits.
     *
     * @param tokens how many are there at first and at most, 0 to 1,000,000; default: 100
     * @param perSecond how many come back, 0.001 to 1,000,000; default: 1
     */
    public Builder retryBudget(int tokens, double perSecond) {
      // Checks both.
      new RetryBudget(tokens, perSecond, nanoTime);
      retryTokens = tokens;
      retryTokensPerSecond = perSecond;
      return this;
    }

    /** The client. */
    public LiveClient build() {
      Executor tasks =
          executor == null ? ClientThreads.tasks() : Fallback.of(executor, ClientThreads.tasks());
      Timers timers = Fallback.of(
          scheduler == null ? ClientThreads.timers() : scheduler, ClientThreads.timers());
      HttpClient http = httpClient == null
          ? HttpClient.newBuilder()
              .followRedirects(HttpClient.Redirect.NEVER)
              .executor(ClientThreads.io())
              .build()
          : httpClient;
      RetryBudget budget = new RetryBudget(retryTokens, retryTokensPerSecond, nanoTime);
      return new LiveClient(http, new Services(tasks, timers, nanoTime, random, budget));
    }
  }
}
