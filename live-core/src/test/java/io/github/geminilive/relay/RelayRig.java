package io.github.geminilive.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.Endpoint;
import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveModel;
import io.github.geminilive.WatchdogPolicy;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Persona;
import io.github.geminilive.testkit.VirtualTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.UnaryOperator;

/** A relay, and the simulated service behind it, in a time that stands still until it is moved. */
final class RelayRig implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofMinutes(10);

  final VirtualTime time = new VirtualTime();
  final LiveServer server;
  final LiveConfig config;
  final LiveClient client =
      LiveClient.builder().scheduler(time).nanoTime(time.nanoTime()).build();
  private final List<LiveRelay> relays = new ArrayList<>();

  RelayRig(Persona persona) {
    this(persona, server -> server, config -> config);
  }

  RelayRig(
      Persona persona,
      UnaryOperator<LiveServer.Builder> settings,
      UnaryOperator<LiveConfig.Builder> change) {
    server = settings.apply(LiveServer.builder().time(time).persona(persona)).start();
    config = change
        .apply(LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
            .endpoint(Endpoint.custom(server.baseUri()))
            .apiKey(server.apiKey())
            // The time jumps, and leaves no time for what takes real time.
            .keepAlive(Duration.ZERO)
            .connectTimeout(Duration.ofMinutes(5))
            .setupTimeout(Duration.ofMinutes(5))
            .watchdog(WatchdogPolicy.OFF)
            .inputTranscription(true)
            .outputTranscription(true))
        .build();
  }

  /** A relay; closed with this. */
  LiveRelay relay(UnaryOperator<LiveRelay.Builder> change) {
    LiveRelay relay = change.apply(LiveRelay.builder(config).client(client)).build();
    relays.add(relay);
    return relay;
  }

  /** A relay with limits of its own. */
  LiveRelay limited(UnaryOperator<RelayLimits.Builder> limits) {
    return relay(builder -> builder.limits(limits.apply(RelayLimits.builder()).build()));
  }

  /** A peer that speaks the lean protocol, and whose conversation is open. */
  TestPeer started(LiveRelay relay, String user) {
    return begun(TestPeer.lean(relay, user), Map.of("type", "start"));
  }

  /** A peer that comes back with a ticket, or thinks so. */
  TestPeer resumed(LiveRelay relay, String user, String ticket) {
    return begun(TestPeer.lean(relay, user), Map.of("type", "start", "resume", ticket));
  }

  private TestPeer begun(TestPeer peer, Map<String, Object> start) {
    peer.say(Json.of(start).text());
    // The time stands still meanwhile: what is asked of stores and sockets has its limits.
    peer.awaitState("answer", () -> !peer.messages("ready").isEmpty() || peer.closeCode() != 0);
    assertThat(peer.closeReason()).isEmpty();
    return peer;
  }

  /** The peer writes something, and hears the answer to its end. */
  void talk(TestPeer peer, String text) {
    int before = peer.messages("turnEnd").size();
    peer.text(text);
    until(() -> peer.messages("turnEnd").size() > before);
  }

  /** Hands the conversations of a relay over; its store has all the time it needs. */
  void drain(LiveRelay relay) {
    CompletableFuture<Void> drained = relay.drain(Duration.ZERO);
    time.advance(Duration.ZERO);
    drained.orTimeout(60, TimeUnit.SECONDS).join();
  }

  /** Moves the time until something holds. */
  void until(BooleanSupplier holds) {
    time.advanceUntil(holds, PATIENCE);
  }

  @Override
  public void close() {
    relays.forEach(LiveRelay::close);
    // Or directories would be deleted while they are written to.
    relays.forEach(RelayRacesTest::settle);
    server.close();
  }
}
