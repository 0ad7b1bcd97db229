package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Scenario;
import io.github.geminilive.testkit.VirtualTime;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;

/**
 * A session in a test's own time whose connections fail as the test says. The random part of waits
 * is half of what it may be. Closing it fails when the session leaves a connection or a timer
 * behind, or was told its end other than once.
 */
final class Trouble implements AutoCloseable {

  private static final HttpClient HTTP = HttpClient.newHttpClient();

  /** What a trouble begins with. */
  static final class Setting {
    private UnaryOperator<LiveConfig.Builder> config = builder -> builder;
    private UnaryOperator<LiveClient.Builder> client = builder -> builder;

    Setting config(UnaryOperator<LiveConfig.Builder> config) {
      this.config = config;
      return this;
    }

    Setting policy(UnaryOperator<RecoveryPolicy.Builder> policy) {
      return config(
          builder -> builder.recovery(policy.apply(RecoveryPolicy.builder()).build()));
    }

    Setting client(UnaryOperator<LiveClient.Builder> client) {
      this.client = client;
      return this;
    }

    Trouble open() {
      return new Trouble(this);
    }
  }

  final VirtualTime time = new VirtualTime();
  final LiveServer server;
  final LiveSession session;
  /** The handle that the service gave on the first connection. */
  final String handle;
  /** The first connection. */
  final Connection first;

  private final LiveStream<LiveEvent> events;
  private final List<CloseInfo> ends = new CopyOnWriteArrayList<>();

  private Trouble(Setting setting) {
    server = LiveServer.builder()
        .time(time)
        .scenario(Scenario.create().acceptSetup())
        .start();
    try {
      LiveClient client = setting
          .client
          .apply(LiveClient.builder()
              .httpClient(HTTP)
              .scheduler(time)
              .nanoTime(time.nanoTime())
              .random(() -> 0.5))
          .build();
      LiveConfig.Builder config = LiveConfig.builder(
              LiveModel.GEMINI_2_5_FLASH_NATIVE_AUDIO_PREVIEW)
          .endpoint(Endpoint.developer().at(server.baseUri()))
          .apiKey(server.apiKey())
          .listener(new LiveListener() {
            @Override
            public void onClosed(CloseInfo info) {
              ends.add(info);
            }
          });
      session = client.open(setting.config.apply(config).build());
      events = session.events();
      first = server.nextConnection();
      handle = first.giveHandle();
      assertThat(await(LiveEvent.Resumption.class).handle()).isEqualTo(handle);
    } catch (RuntimeException | Error e) {
      server.close();
      throw e;
    }
  }

  static Setting with() {
    return new Setting();
  }

  static Trouble open() {
    return with().open();
  }

  /** The next event of this kind; others are passed over. */
  <E extends LiveEvent> E await(Class<E> kind) {
    try {
      while (true) {
        Optional<LiveEvent> event = events.poll(Talk.PATIENCE);
        if (event.isEmpty()) {
          throw new AssertionError(
              "no " + kind.getSimpleName() + " came; " + session.state() + ", " + ends);
        }
        if (kind.isInstance(event.get())) {
          return kind.cast(event.get());
        }
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** The session says that it goes for the next connection; its wait passes. */
  LiveEvent.Reconnecting redial() {
    LiveEvent.Reconnecting told = await(LiveEvent.Reconnecting.class);
    time.advance(told.delay());
    return told;
  }

  /**
   * The session says that it goes for the next connection, and does so after its wait, not earlier.
   *
   * @param dials how many there were before
   */
  LiveEvent.Reconnecting redialExactly(int dials) {
    LiveEvent.Reconnecting told = await(LiveEvent.Reconnecting.class);
    if (!told.delay().isZero()) {
      time.advance(told.delay().minusNanos(1));
      assertThat(server.upgrades()).hasSize(dials);
      // A dial that is under way would not have arrived yet: this is the timer for it.
      assertThat(time.nextDue()).contains(Duration.ofNanos(1));
      time.advance(Duration.ofNanos(1));
    }
    Talk.awaitTrue(() -> server.upgrades().size() > dials, "the dial");
    return told;
  }

  /** Up to the next connection that the service accepts; waits pass. */
  Connection nextConnection() {
    redial();
    return server.nextConnection();
  }

  /**
   * Lets keepalive find that the stream has ended. The JDK (17 and 25) misses about every fifth end
   * that comes together with a message.
   */
  void noticeEnd() {
    for (int ping = 1; ping <= 3; ping++) {
      long until = System.nanoTime() + Duration.ofSeconds(5).toNanos();
      while (session.state() == SessionState.OPEN && System.nanoTime() - until < 0) {
        LockSupport.parkNanos(500_000);
      }
      if (session.state() != SessionState.OPEN) {
        return;
      }
      time.advance(Duration.ofSeconds(15));
    }
  }

  /** How the session ended. */
  CloseInfo end() {
    return Talk.get(session.closed());
  }

  /** What is left in the events of a session that has ended. */
  List<LiveEvent> rest() {
    List<LiveEvent> rest = new ArrayList<>();
    try {
      for (Optional<LiveEvent> event = events.take(); event.isPresent(); event = events.take()) {
        rest.add(event.get());
      }
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
    return rest;
  }

  @Override
  public void close() {
    try {
      session.closeAsync();
      server.connections().forEach(Connection::resume);
      time.advanceUntil(() -> session.closed().isDone(), Duration.ofMinutes(5));
      // What cuts sockets that were not closed in order.
      time.advance(Duration.ofSeconds(3));
      Talk.awaitTrue(() -> !ends.isEmpty(), "onClosed");
      server.connections().forEach(Connection::awaitClosed);
      Talk.awaitTrue(() -> time.pending() == 0, "no timer is left");
      assertThat(ends).containsExactly(session.closed().join());
    } finally {
      server.close();
    }
  }
}
