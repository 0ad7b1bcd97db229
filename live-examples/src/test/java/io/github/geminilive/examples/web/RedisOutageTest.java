package io.github.geminilive.examples.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.Endpoint;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveModel;
import io.github.geminilive.relay.LiveRelay;
import io.github.geminilive.testkit.LiveServer;
import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedisOutageTest {

  /** A relay as in a process of its own. */
  private record Process(RedisSnapshotStore store, LiveRelay relay, WebServer server)
      implements AutoCloseable {

    static Process start(LiveServer service, RedisServer redis) throws IOException {
      RedisSnapshotStore store = RedisSnapshotStore.builder(redis.uri())
          .timeout(Duration.ofSeconds(20))
          .build();
      LiveRelay relay = LiveRelay.builder(LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
              .endpoint(Endpoint.custom(service.baseUri()))
              .apiKey(service.apiKey())
              .outputTranscription(true)
              .build())
          .snapshots(store, Duration.ofMinutes(1))
          .build();
      WebServer server = WebServer.builder(relay)
          .login(request -> new Login.Guest("ida", false))
          .start();
      return new Process(store, relay, server);
    }

    LeanPeer connect(@Nullable String ticket) {
      return new LeanPeer(
          HttpClient.newHttpClient(), server.relayUri(), server.uri().toString(), "a=b", ticket);
    }

    @Override
    public void close() {
      server.close();
      relay.close();
      store.close();
    }
  }

  @Test
  void callsGoOnWithoutRedisAndCanMoveAgainWhenItIsBack(@TempDir Path directory) throws Exception {
    try (LiveServer service =
            LiveServer.builder().persona(SimulatedService.persona()).playback(0).start();
        RedisServer redis = RedisServer.start(directory);
        Process one = Process.start(service, redis);
        Process other = Process.start(service, redis)) {
      LeanPeer peer = one.connect(null);
      String ticket = peer.await("ready", 1).path("ticket").asText();
      peer.write("My name is Ida.");
      peer.await("turnEnd", 1);

      redis.kill();
      peer.write("What is my name?");
      peer.await("turnEnd", 2);
      LeanPeer newcomer = one.connect(null);
      newcomer.write("Hm.");
      newcomer.await("turnEnd", 1);
      newcomer.close();

      redis.restart(); // and it has forgotten everything
      peer.write("What is the weather like?");
      peer.await("turnEnd", 3);
      assertThat(RedisServer.await(Duration.ofSeconds(30), redis::holdsSomething))
          .isTrue();
      peer.cut();

      try (LeanPeer back = other.connect(ticket)) {
        JsonNode report = back.await("ready", 1).path("resumed");
        assertThat(report.path("elsewhere").asBoolean()).as("%s", report).isTrue();
        back.write("What is my name?");
        back.await("turnEnd", 1);
        // Which turn it is depends on when the last snapshot was taken.
        assertThat(back.story()).anyMatch(told -> told.endsWith(": Your name is Ida."));
      }
    }
  }
}
