package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Scenario;
import java.io.IOException;
import java.net.Proxy;
import java.net.ProxySelector;
import java.net.SocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** A dial that succeeds: on which threads, with whose HTTP client, through what. */
class ConnectTest {

  private final LiveServer server = LiveServer.start();
  private final ExecutorService executor =
      Executors.newCachedThreadPool(task -> daemon(task, "the-executor"));

  @AfterEach
  void stop() {
    executor.shutdownNow();
    server.close();
  }

  private static Thread daemon(Runnable task, String name) {
    Thread thread = new Thread(task, name);
    thread.setDaemon(true);
    return thread;
  }

  @Test
  void theSessionIsOpenWhenConnectReturns() {
    try (LiveSession session = LiveClient.connect(Dials.to(server.baseUri()).build())) {
      assertThat(session.state()).isEqualTo(SessionState.OPEN);
      assertThat(server.nextConnection().setup().path("model").asText())
          .isEqualTo("models/gemini-3.8-live");
    }
    server.connections().get(0).awaitClosed();
  }

  @Test
  void anInterruptGivesUpTheDial() throws Exception {
    server.script(Scenario.neverCompleteSetup());
    CompletableFuture<Throwable> thrown = new CompletableFuture<>();
    Thread dialling = daemon(
        () -> {
          try {
            LiveClient.connect(Dials.to(server.baseUri()).build());
          } catch (CancellationException e) {
            thrown.complete(Thread.currentThread().isInterrupted() ? e : new AssertionError());
          }
        },
        "the-dial");
    dialling.start();
    Connection connection = server.nextConnection();

    dialling.interrupt();

    assertThat(thrown.get(30, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
    connection.awaitClosed();
  }

  @Test
  void successIsToldOnTheClientsExecutor() throws Exception {
    assertThat(toldOn().getName()).isEqualTo("the-executor");
  }

  @Test
  void refusalIsToldOnTheClientsExecutor() throws Exception {
    server.script(Scenario.closeBeforeSetupComplete(1011, "Internal error encountered."));

    assertThat(toldOn().getName()).isEqualTo("the-executor");
  }

  @Test
  void aFailedHandshakeIsToldOnTheClientsExecutor() throws Exception {
    server.script(Scenario.answerUpgradeWith("garbage\r\n\r\n"));

    assertThat(toldOn().getName()).isEqualTo("the-executor");
  }

  @Test
  void aBlockedCallbackOfOneDialDoesNotHoldUpAnother() throws Exception {
    CountDownLatch release = new CountDownLatch(1);
    LiveClient.connectAsync(Dials.to(server.baseUri()).build()).thenAccept(session -> {
      try {
        release.await(30, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      session.close();
    });

    LiveClient.connectAsync(Dials.to(server.baseUri()).build())
        .get(30, TimeUnit.SECONDS)
        .close();

    release.countDown();
  }

  @Test
  void theCredentialsSourceMayBlockWithoutHoldingUpTheCaller() throws Exception {
    CompletableFuture<String> key = new CompletableFuture<>();
    LiveConfig config =
        Dials.to(server.baseUri()).credentials(Credentials.apiKey(key::join)).build();

    CompletableFuture<LiveSession> opening = LiveClient.connectAsync(config);
    assertThat(opening).isNotDone();
    key.complete("late");

    opening.get(30, TimeUnit.SECONDS).close();
    assertThat(server.upgrades().get(0).header("x-goog-api-key")).isEqualTo("late");
  }

  @Test
  void cancellingAnOpenSessionsFutureLeavesTheSessionAlone() throws Exception {
    CompletableFuture<LiveSession> opening =
        LiveClient.connectAsync(Dials.to(server.baseUri()).build());
    LiveSession session = opening.get(30, TimeUnit.SECONDS);

    assertThat(opening.cancel(true)).isFalse();

    assertThat(session.state()).isEqualTo(SessionState.OPEN);
    session.close();
  }

  @Test
  void theHttpClientsOwnExecutorIsUsed() {
    AtomicInteger tasks = new AtomicInteger();
    HttpClient http = HttpClient.newBuilder()
        .executor(task -> {
          tasks.incrementAndGet();
          executor.execute(task);
        })
        .build();

    LiveClient.builder()
        .httpClient(http)
        .build()
        .open(Dials.to(server.baseUri()).build())
        .close();

    assertThat(tasks).hasPositiveValue();
  }

  @Test
  void theHttpClientsProxyIsUsed() throws Exception {
    try (Relay proxy = Relay.proxy(server.baseUri().getPort())) {
      HttpClient http = HttpClient.newBuilder()
          .proxy(always(new Proxy(Proxy.Type.HTTP, proxy.address())))
          .build();
      LiveConfig config = LiveConfig.builder("gemini-3.8-live")
          .endpoint(Endpoint.custom(URI.create("ws://live.invalid")).allowInsecure())
          .apiKey(Dials.KEY)
          .build();

      LiveClient.builder().httpClient(http).build().open(config).close();

      assertThat(proxy.tunnels()).containsExactly("CONNECT live.invalid:80 HTTP/1.1");
      assertThat(server.upgrades().get(0).header("x-goog-api-key")).isEqualTo(Dials.KEY);
    }
  }

  private static ProxySelector always(Proxy proxy) {
    return new ProxySelector() {
      @Override
      public List<Proxy> select(URI uri) {
        return List.of(proxy);
      }

      @Override
      public void connectFailed(URI uri, SocketAddress address, IOException failure) {}
    };
  }

  @Test
  void theHttpClientsTrustIsUsed() throws Exception {
    try (Relay tls = Relay.tls(server.baseUri().getPort())) {
      HttpClient http = HttpClient.newBuilder().sslContext(Relay.trusting()).build();
      URI base = URI.create("wss://localhost:" + tls.port());

      LiveSession session =
          LiveClient.builder().httpClient(http).build().open(Dials.to(base).build());

      assertThat(session.state()).isEqualTo(SessionState.OPEN);
      session.close();
    }
  }

  @Test
  void theHostMustBeTheCertificatesEvenWhereItIsTrusted() throws Exception {
    try (Relay tls = Relay.tls(server.baseUri().getPort())) {
      HttpClient http = HttpClient.newBuilder().sslContext(Relay.trusting()).build();
      URI base = URI.create("wss://127.0.0.1:" + tls.port());

      LiveUnreachableException e = Dials.failure(
          LiveClient.builder().httpClient(http).build(),
          Dials.to(base).build(),
          LiveUnreachableException.class);

      assertThat(e.kind()).isEqualTo(FailureKind.TLS);
      assertThat(e).hasMessageContaining("host name");
      assertThat(server.upgrades()).isEmpty();
    }
  }

  @Test
  void aCertificateTheSharedClientDoesNotTrustIsRefused() throws Exception {
    try (Relay tls = Relay.tls(server.baseUri().getPort())) {
      URI base = URI.create("wss://localhost:" + tls.port());

      LiveUnreachableException e =
          Dials.failure(Dials.to(base).build(), LiveUnreachableException.class);

      assertThat(e.kind()).isEqualTo(FailureKind.TLS);
      assertThat(server.upgrades()).isEmpty();
    }
  }

  @Test
  void warningsOfThePreflightAreLoggedAndTheDialGoesOn() {
    try (LiveServer lenient = LiveServer.builder().rules(false).start();
        LogCapture log = new LogCapture()) {
      LiveConfig config = LiveConfig.builder("gemini-99-live")
          .endpoint(Endpoint.custom(lenient.baseUri()))
          .apiKey(Dials.KEY)
          .build();
      assertThat(config.check())
          .isNotEmpty()
          .allMatch(finding -> finding.severity() == ConfigFinding.Severity.WARNING);

      LiveClient.connect(config).close();

      assertThat(log.text())
          .contains("WARN", "gemini-99-live", config.check().get(0).reason());
    }
  }

  @Test
  void manyDialsAtOnceAllOpen() throws Exception {
    List<CompletableFuture<LiveSession>> dials = IntStream.range(0, 50)
        .mapToObj(i -> LiveClient.connectAsync(Dials.to(server.baseUri())
            .connectTimeout(Duration.ofMinutes(1))
            .setupTimeout(Duration.ofMinutes(1))
            .build()))
        .toList();

    for (CompletableFuture<LiveSession> dial : dials) {
      dial.get(60, TimeUnit.SECONDS).close();
    }

    assertThat(server.connections()).hasSize(50);
  }

  /** The thread that tells the outcome of a dial to one who asks before it is there. */
  private Thread toldOn() throws Exception {
    CompletableFuture<String> key = new CompletableFuture<>();
    CompletableFuture<Thread> told = LiveClient.builder()
        .executor(executor)
        .build()
        .openAsync(Dials.to(server.baseUri())
            .credentials(Credentials.apiKey(key::join))
            .build())
        .handle((session, error) -> {
          if (session != null) {
            session.closeAsync();
          }
          return Thread.currentThread();
        });
    key.complete(Dials.KEY);
    return told.get(30, TimeUnit.SECONDS);
  }
}
