package io.github.geminilive.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.Credentials;
import io.github.geminilive.Endpoint;
import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveModel;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Persona;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Vertex AI has no tokens for browsers: its peers come through a relay, and need not know. */
class RelayVertexTest {

  private static final LiveClient CLIENT = LiveClient.builder().build();
  private static final String MODEL =
      "projects/my-project/locations/us-central1/publishers/google/models/gemini-3.8-live";

  // Each token is good for one dial.
  private final Set<String> fresh = ConcurrentHashMap.newKeySet();
  private final List<String> fetched = new CopyOnWriteArrayList<>();
  private final LiveServer server = LiveServer.builder()
      .accessTokens(fresh::remove)
      .persona(Persona.builder().otherwise().say("I heard you.").build())
      .speed(20)
      .start();
  private final LiveRelay relay = LiveRelay.builder(LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
          .endpoint(Endpoint.vertex("my-project", "us-central1").at(server.baseUri()))
          .credentials(Credentials.accessToken(this::fetch).quotaProject("payer"))
          .build())
      .client(CLIENT)
      .build();

  private String fetch() {
    String token = "ya29.s3cret-" + fetched.size();
    fetched.add(token);
    fresh.add(token);
    return token;
  }

  @AfterEach
  void end() {
    relay.close();
    server.close();
  }

  @Test
  void aLeanPeerTalksOnWhileConnectionsAndAccessTokensChange() {
    TestPeer peer = TestPeer.lean(relay, "ann").start();
    peer.text("hello");
    peer.await("turnEnd");

    for (int turns = 2; turns <= 3; turns++) {
      Connection before = server.nextConnection(Duration.ofSeconds(60));
      before.goAway(Duration.ofSeconds(10));
      peer.awaitState("change of connections", () -> !before.isOpen());
      peer.text("hello again");
      peer.await("turnEnd", turns);
    }

    assertThat(server.upgrades())
        .extracting(upgrade -> upgrade.header("authorization"))
        .containsExactlyElementsOf(
            fetched.stream().map(token -> "Bearer " + token).toList())
        .hasSize(3)
        .doesNotHaveDuplicates();
    assertThat(server.upgrades())
        .allMatch(upgrade -> "payer".equals(upgrade.header("x-goog-user-project")));
    assertThat(server.connections())
        .allMatch(connection -> connection.setup().path("model").asText().equals(MODEL));
    assertThat(peer.messages("ready")).hasSize(1);
    assertThat(server.violations()).isEmpty();
    assertNothingSecretIn(peer);
  }

  @Test
  void aLivePeerHearsTheDialectOfTheDeveloperApi() {
    TestPeer peer = TestPeer.live(relay, "ann");
    peer.say("{\"setup\":{\"model\":\"models/another\"}}");
    peer.await("setupComplete", sent -> sent.members().containsKey("setupComplete"));

    peer.say("{\"realtimeInput\":{\"text\":\"hello\"}}");
    peer.await("turnComplete", sent -> sent.text().contains("turnComplete"));
    peer.await("usage", sent -> sent.text().contains("usageMetadata"));

    assertThat(server.nextSetup().path("model").asText()).isEqualTo(MODEL);
    assertThat(peer.messages().stream().map(TestPeer.Sent::text))
        .anyMatch(text -> text.contains("responseTokenCount"))
        .noneMatch(text -> text.contains("candidatesToken"));
    assertThat(server.violations()).isEmpty();
    assertNothingSecretIn(peer);
  }

  private static void assertNothingSecretIn(TestPeer peer) {
    assertThat(peer.messages().stream().map(TestPeer.Sent::text))
        .noneMatch(text -> text.contains("s3cret") || text.contains("my-project"));
  }
}
