package io.github.geminilive.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.Endpoint;
import io.github.geminilive.FileSnapshotStore;
import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveModel;
import io.github.geminilive.SnapshotStore;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Persona;
import io.github.geminilive.testkit.Scenario;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Peers talk with the simulated service through a relay. */
class RelayTest {

  private static final LiveClient CLIENT = LiveClient.builder().build();

  private static final Persona PERSONA = Persona.builder()
      .onText("count")
      .say("One, two, three, four, five, six, seven, eight, nine, ten, done.")
      .otherwise()
      .say("I heard you.")
      .build();

  private final LiveServer server =
      LiveServer.builder().persona(PERSONA).speed(20).start();

  private final LiveConfig config = LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
      .endpoint(Endpoint.custom(server.baseUri()))
      .apiKey(server.apiKey())
      .systemInstruction("You are the server's.")
      // Where a machine is busy, sound may come late, and has to come all the same.
      .outgoingMediaAge(Duration.ofMinutes(1))
      .build();

  private LiveRelay relay = relay(builder -> builder);

  private LiveRelay relay(UnaryOperator<LiveRelay.Builder> change) {
    return change.apply(LiveRelay.builder(config).client(CLIENT)).build();
  }

  private LiveRelay storing(Path directory) throws IOException {
    SnapshotStore store = FileSnapshotStore.in(directory);
    return relay(builder -> builder.snapshots(store, Duration.ofMinutes(10)));
  }

  @AfterEach
  void end() {
    relay.close();
    server.close();
  }

  @Test
  void aLeanPeerHoldsAConversation() {
    TestPeer peer = TestPeer.lean(relay, "ann").start();

    peer.text("hello");
    peer.await("turnEnd");

    assertThat(peer.said("model").strip()).isEqualTo("I heard you.");
    assertThat(peer.heard()).isNotEmpty();
    assertThat(peer.overlapped()).isFalse();
    assertThat(server.nextSetup().path("model").asText()).endsWith("gemini-3.8-live");
  }

  @Test
  void whatALeanPeerSpeaksArrivesSampleForSample() {
    TestPeer peer = TestPeer.lean(relay, "ann").start();
    byte[] speech = new byte[6_400];
    for (int i = 0; i < speech.length; i++) {
      speech[i] = (byte) (i * 7);
    }

    for (int at = 0; at < speech.length; at += 640) {
      peer.say(Arrays.copyOfRange(speech, at, at + 640));
    }
    peer.text("hello");
    peer.await("turnEnd");

    assertThat(server.receivedAudio()).isEqualTo(speech);
  }

  @Test
  void soundPassesALivePeersRelayAsItIs() {
    TestPeer peer = TestPeer.live(relay, "ann");
    peer.say("{\"setup\":{\"model\":\"models/another\"}}");
    peer.await("setupComplete", sent -> sent.members().containsKey("setupComplete"));
    String data = Base64.getEncoder().encodeToString(new byte[640]);
    String frame = "{ \"realtimeInput\": {\"audio\" :{\"mimeType\":\"audio/pcm;rate=16000\","
        + "\"data\":\"" + data + "\"}}}";

    peer.say(frame);
    peer.say("{\"realtimeInput\":{\"text\":\"hello\"}}");
    peer.await("turnComplete", sent -> sent.text().contains("turnComplete"));

    assertThat(server.receivedAudio()).hasSize(640);
    assertThat(server.nextSetup().path("model").asText()).endsWith("gemini-3.8-live");
    // The simulated service prints in a way of its own, which no encoder of this library has; what
    // holds more than sound comes as several messages.
    assertThat(peer.messages().stream().map(TestPeer.Sent::text))
        .filteredOn(text -> text.contains("inlineData"))
        .anyMatch(text -> text.contains("\n"));
  }

  @Test
  void aLostConnectionToTheServiceIsNotThePeersBusiness() {
    TestPeer peer = TestPeer.lean(relay, "ann").start();
    peer.text("hello");
    peer.await("turnEnd");

    server.nextConnection().reset();
    server.nextConnection(Duration.ofSeconds(60));
    peer.text("hello again");
    peer.await("turnEnd", 2);

    assertThat(peer.closeCode()).isZero();
    assertThat(server.dials()).isEqualTo(2);
    assertThat(peer.messages("ready")).hasSize(1);
  }

  @Test
  void aPeerThatVanishesFindsItsConversationAgain() {
    TestPeer first = TestPeer.lean(relay, "ann").start();
    first.text("hello");
    first.await("turnEnd");
    String ticket = first.ticket();
    first.leave(1006);
    first.awaitState("parked", () -> relay.metrics().parked() == 1);

    TestPeer second = TestPeer.lean(relay, "ann").resume(ticket);
    second.text("hello again");
    second.await("turnEnd");

    assertThat(server.dials()).isEqualTo(1);
    assertThat(second.await("ready")).containsKey("resumed");
    assertThat(second.messages("turnEnd").get(0)).containsEntry("turn", 2L);
    assertThat(relay.metrics().returned()).isEqualTo(1);
    assertThat(relay.metrics().sessions()).isEqualTo(1);
  }

  @Test
  void aPeerThatLeavesInOrderEndsItsConversation() {
    TestPeer peer = TestPeer.lean(relay, "ann").start();

    peer.leave(1000);

    peer.awaitState("ended", () -> relay.metrics().sessions() == 0);
    assertThat(server.settle(Duration.ofSeconds(60))).isTrue();
  }

  @Test
  void anotherProcessGoesOnWithWhatIsInTheStore(@TempDir Path directory) throws Exception {
    relay = storing(directory);
    LiveRelay other = storing(directory);
    TestPeer first = TestPeer.lean(relay, "ann").start();
    first.text("hello");
    first.await("turnEnd");
    relay.drain(Duration.ofSeconds(20)).get(30, TimeUnit.SECONDS);
    assertThat(first.awaitClose()).isEqualTo(1012);

    TestPeer second = TestPeer.lean(other, "ann").resume(first.ticket());
    second.text("hello again");
    second.await("turnEnd");

    Map<?, ?> resumed = (Map<?, ?>) second.await("ready").get("resumed");
    assertThat(resumed.get("elsewhere")).isEqualTo(true);
    assertThat(resumed.get("stateRestored")).isEqualTo(true);
    assertThat(resumed.get("answerCut")).isEqualTo(false);
    assertThat(resumed.get("uncertainMs")).isEqualTo(0L);
    assertThat(second.messages("turnEnd").get(0)).containsEntry("turn", 2L);
    relay.close();
    other.close();
    RelayRacesTest.settle(relay);
    RelayRacesTest.settle(other);
  }

  @Test
  void aProcessLearnsThatAnotherOneHasTakenOver(@TempDir Path directory) throws Exception {
    relay = storing(directory);
    LiveRelay other = storing(directory);
    TestPeer first = TestPeer.lean(relay, "ann").start();
    first.text("hello");
    first.await("turnEnd");
    first.leave(1006);
    first.awaitState(
        "parked", () -> relay.metrics().parked() == 1 && RelayRacesTest.written(relay));

    TestPeer second = TestPeer.lean(other, "ann").resume(first.ticket());
    second.text("hello again");
    second.await("turnEnd");

    Map<?, ?> resumed = (Map<?, ?>) second.await("ready").get("resumed");
    assertThat(resumed.get("elsewhere")).isEqualTo(true);
    assertThat(resumed.get("stateRestored")).isEqualTo(true);
    second.awaitState("the first one let go", () -> relay.metrics().sessions() == 0);
    relay.close();
    other.close();
    RelayRacesTest.settle(relay);
    RelayRacesTest.settle(other);
  }

  @Test
  void anInterruptionOvertakesWhatWaitsForAPeer() {
    // In a time that stands still, or the answer might be over before the peer interrupts it.
    RelayRig rig = new RelayRig(PERSONA);
    TestPeer peer = rig.started(rig.relay(builder -> builder), "ann");
    peer.text("count");
    rig.until(() -> peer.messages().stream().anyMatch(TestPeer.Sent::binary));
    peer.stall();
    peer.say("{\"type\":\"interrupt\"}");
    peer.unstall();

    rig.until(() -> !peer.messages("turnEnd").isEmpty());
    rig.close();
    int interrupted = indexOf(peer, "interrupted");

    assertThat(interrupted).isPositive();
    assertThat(peer.messages().subList(interrupted, peer.messages().size()))
        .noneMatch(TestPeer.Sent::binary);
  }

  private static int indexOf(TestPeer peer, String type) {
    List<TestPeer.Sent> messages = peer.messages();
    for (int i = 0; i < messages.size(); i++) {
      if (messages.get(i).is(type)) {
        return i;
      }
    }
    return -1;
  }

  @Test
  void aPeerThatDoesNotAskForResumptionIsToldNoTicket() {
    TestPeer peer = TestPeer.live(relay, "ann");
    peer.say("{\"setup\":{}}");
    peer.await("setupComplete", sent -> sent.text().contains("setupComplete"));
    peer.say("{\"realtimeInput\":{\"text\":\"hello\"}}");
    peer.await("turnComplete", sent -> sent.text().contains("turnComplete"));

    assertThat(peer.messages()).noneMatch(sent -> sent.text().contains("sessionResumptionUpdate"));
  }

  @Test
  void nothingThatAPeerIsSentHoldsTheKey() {
    TestPeer peer = TestPeer.live(relay, "ann");
    peer.say("{\"setup\":{\"sessionResumption\":{}}}");
    peer.await("ticket", sent -> sent.text().contains("sessionResumptionUpdate"));
    peer.say("{\"realtimeInput\":{\"text\":\"hello\"}}");
    peer.await("turnComplete", sent -> sent.text().contains("turnComplete"));

    assertThat(peer.messages())
        .allSatisfy(sent -> assertThat(new String(sent.bytes(), StandardCharsets.ISO_8859_1))
            .doesNotContain(server.apiKey()));
  }

  @Test
  void aServiceThatRefusesTheSetupEndsThePeersConnection() {
    server.script(Scenario.closeBeforeSetupComplete(1008, "the project is out of quota"));
    TestPeer peer = TestPeer.lean(relay, "ann");

    peer.say("{\"type\":\"start\"}");

    assertThat(peer.awaitClose()).isEqualTo(1011);
    assertThat(peer.closeReason()).doesNotContain("quota of");
  }
}
