package io.github.geminilive.relay;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.FileSnapshotStore;
import io.github.geminilive.LiveClient;
import io.github.geminilive.SnapshotStore;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.Persona;
import io.github.geminilive.testkit.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What peers and users may take, and what becomes of those who take more. */
class RelayLimitsTest {

  private final RelayRig rig = new RelayRig(Persona.builder()
      .onText("story")
      .say("One, two, three, four, five, six, seven, eight, nine, ten, done, and so it goes on.")
      .otherwise()
      .say("I heard you.")
      .build());
  private final List<RelayEnd> ends = new CopyOnWriteArrayList<>();
  private final List<RelayMessage> seen = new CopyOnWriteArrayList<>();
  private final RelayObserver observer = new RelayObserver() {
    @Override
    public void onMessage(RelaySession session, RelayMessage message) {
      seen.add(message);
    }

    @Override
    public void onEnded(RelaySession session, RelayEnd end) {
      ends.add(end);
    }
  };

  @AfterEach
  void end() {
    rig.close();
  }

  private LiveRelay relay(RelayLimits.Builder limits) {
    return rig.relay(builder -> builder.limits(limits.build()).observe(observer));
  }

  private static byte[] sound(Duration length) {
    return new byte[(int) (length.toMillis() * 32)];
  }

  /** The peer is told why, and the conversation is over, with nothing left of it anywhere. */
  private void assertEnded(LiveRelay relay, TestPeer peer, RelayEnd end) {
    rig.until(() -> !ends.isEmpty() && peer.closeCode() != 0 && relay.metrics().sessions() == 0);
    assertThat(ends).containsExactly(end);
    assertThat(peer.closeCode()).isEqualTo(end.closeCode());
    assertThat(peer.closeReason()).isEqualTo(end.reason());
    rig.until(() -> rig.server.connections().stream().noneMatch(Connection::isOpen));
  }

  @Test
  void aMessageThatIsTooLargeEndsItsConversationOnly() {
    LiveRelay relay = relay(RelayLimits.builder().messageBytes(1_024));
    TestPeer other = rig.started(relay, "bob");
    TestPeer peer = rig.started(relay, "ann");

    peer.text("x".repeat(990));
    rig.until(() -> !peer.messages("turnEnd").isEmpty());
    // Of few characters, and many bytes.
    peer.say("{\"type\":\"text\",\"text\":\"" + "\u20AC".repeat(340) + "\"}");

    rig.until(() -> peer.closeCode() != 0 && !ends.isEmpty());
    assertThat(peer.closeCode()).isEqualTo(1009);
    assertThat(ends)
        .containsExactly(
            new RelayEnd(RelayEnd.Kind.LIMIT, 1009, "a message of more than 1024 bytes"));
    assertThat(peer.messages("end").get(0))
        .containsEntry("reason", "a message of more than 1024 bytes")
        .containsEntry("mayReturn", false);
    rig.talk(other, "hello");
    assertThat(rig.server.receivedTexts()).noneMatch(text -> text.contains("\u20AC"));
  }

  @Test
  void aMessageThatIsTooLargeIsNotEvenRead() {
    LiveRelay relay = relay(RelayLimits.builder().messageBytes(1_024));
    TestPeer peer = TestPeer.lean(relay, "ann");

    peer.say("not JSON ".repeat(200));

    rig.until(() -> peer.closeCode() != 0);
    assertThat(peer.closeCode()).isEqualTo(1009);
  }

  @Test
  void moreMessagesThanTheRateEndTheConversationAndNoneOfTheRestIsSeen() {
    LiveRelay relay = relay(RelayLimits.builder().messageRate(2, 4));
    TestPeer peer = rig.started(relay, "ann");

    for (int i = 0; i < 20; i++) {
      peer.text("message " + i);
    }

    assertEnded(
        relay, peer, new RelayEnd(RelayEnd.Kind.LIMIT, 1008, "more than 2 messages a second"));
    assertThat(seen.toString()).doesNotContain("19");
    assertThat(seen.stream()
            .filter(RelayMessage.Text.class::isInstance)
            .map(message -> ((RelayMessage.Text) message).text()))
        .doesNotContain("message 5", "message 19");
  }

  @Test
  void soundThatComesFasterThanItMayEndsTheConversation() {
    LiveRelay relay = relay(RelayLimits.builder().audioRate(1, Duration.ofSeconds(2)));
    TestPeer peer = rig.started(relay, "ann");

    peer.say(sound(Duration.ofSeconds(2)));
    rig.time.advance(Duration.ofMillis(100));
    peer.say(sound(Duration.ofMillis(100)));
    peer.awaitState("sound", () -> rig.server.receivedAudio().length == 2_100 * 32);
    assertThat(peer.closeCode()).isZero();
    peer.say(sound(Duration.ofMillis(1)));

    assertEnded(
        relay,
        peer,
        new RelayEnd(RelayEnd.Kind.LIMIT, 1008, "more than 1.0 seconds of sound a second"));
    assertThat(rig.server.receivedAudio().length).isLessThanOrEqualTo(2_100 * 32);
  }

  @Test
  void soundInTheServicesOwnFormCountsByItsLengthToo() {
    LiveRelay relay = relay(RelayLimits.builder().audioRate(1, Duration.ofSeconds(1)));
    TestPeer peer = TestPeer.live(relay, "ann");
    peer.say("{\"setup\":{}}");
    rig.until(() -> !peer.messages().isEmpty());
    String second =
        "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/pcm;rate=8000\",\"data\":\""
            + Base64.getEncoder().encodeToString(new byte[16_000]) + "\"}}}";

    peer.say(second);
    peer.awaitState("sound", () -> rig.server.receivedAudio().length == 16_000);
    rig.time.advance(Duration.ofMillis(999));
    assertThat(peer.closeCode()).isZero();
    peer.say(second);

    assertEnded(
        relay,
        peer,
        new RelayEnd(RelayEnd.Kind.LIMIT, 1008, "more than 1.0 seconds of sound a second"));
  }

  @Test
  void aUserMayHaveSoManyConversationsAndParkedOnesCount() {
    LiveRelay relay = relay(RelayLimits.builder().sessionsPerUser(2));
    TestPeer first = rig.started(relay, "ann");
    TestPeer second = rig.started(relay, "ann");
    second.leave(1006);
    rig.until(() -> relay.metrics().parked() == 1);

    TestPeer third = TestPeer.lean(relay, "ann");
    third.say("{\"type\":\"start\"}");
    rig.until(() -> third.closeCode() != 0 && relay.metrics().refused() == 1);

    assertThat(third.closeCode()).isEqualTo(1013);
    assertThat(third.closeReason()).isEqualTo("more than 2 conversations of one user at a time");
    assertThat(third.messages("end").get(0)).containsEntry("mayReturn", true);
    rig.talk(rig.started(relay, "bob"), "hello");

    first.leave(1000);
    rig.until(() -> relay.metrics().sessions() == 2);
    rig.talk(rig.started(relay, "ann"), "hello");
  }

  @Test
  void aUserMayHaveTwiceAsManyConnectionsThatHaveYetToSayWhatTheyWant() {
    LiveRelay relay = relay(RelayLimits.builder().sessionsPerUser(1));
    TestPeer.lean(relay, "ann");
    TestPeer.lean(relay, "ann");

    TestPeer third = TestPeer.lean(relay, "ann");
    rig.until(() -> third.closeCode() != 0);

    assertThat(third.closeCode()).isEqualTo(1013);
    assertThat(third.closeReason())
        .isEqualTo("too many connections are about to begin: more than 2 connections of one user at"
            + " a time");
  }

  @Test
  void aUserWhoIsFullMayStillComeBackToAParkedConversation() {
    LiveRelay relay = relay(RelayLimits.builder().sessionsPerUser(1));
    TestPeer first = rig.started(relay, "ann");
    first.leave(1006);
    rig.until(() -> relay.metrics().parked() == 1);

    TestPeer second = rig.resumed(relay, "ann", first.ticket());

    assertThat(second.await("ready")).containsKey("resumed");
    assertThat(relay.metrics().sessions()).isEqualTo(1);
  }

  @Test
  void allTogetherMayHaveSoManyConversations() {
    LiveRelay relay = relay(RelayLimits.builder().sessionsInTotal(2));
    rig.started(relay, "ann");
    TestPeer bob = rig.started(relay, "bob");
    TestPeer eve = TestPeer.lean(relay, "eve");

    eve.say("{\"type\":\"start\"}");
    rig.until(() -> eve.closeCode() != 0);

    assertThat(eve.closeCode()).isEqualTo(1013);
    assertThat(eve.closeReason()).isEqualTo("more than 2 conversations at a time");
    bob.leave(1000);
    rig.until(() -> relay.metrics().sessions() == 1);
    rig.started(relay, "eve");
  }

  @Test
  void ofTwoHundredConnectionsOfOneUserMostAreRefusedAndTheOthersTimeOut() {
    LiveRelay relay = relay(RelayLimits.builder());
    List<TestPeer> peers = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      peers.add(TestPeer.lean(relay, "ann"));
    }
    peers
        .get(0)
        .awaitState(
            "refusals",
            () -> peers.stream().filter(peer -> peer.closeCode() != 0).count() == 192);
    assertThat(peers.stream().filter(peer -> peer.closeCode() != 0))
        .allMatch(peer -> peer.closeCode() == 1013);
    assertThat(rig.started(relay, "bob").ticket()).isNotNull();

    rig.time.advance(Duration.ofSeconds(10));

    rig.until(() -> peers.stream().allMatch(peer -> peer.closeCode() != 0));
    assertThat(peers.stream().filter(peer -> peer.closeCode() == 1008))
        .hasSize(8)
        .allMatch(
            peer -> peer.closeReason().equals("no word of what the peer wants within 10000 ms"));
    assertThat(rig.started(relay, "ann").ticket()).isNotNull();
    rig.until(() -> relay.metrics().refused() == 200);
  }

  @Test
  void aConversationLastsSoLongParkedTimeIncluded() {
    LiveRelay relay = rig.relay(builder -> builder
        .limits(RelayLimits.builder().sessionLength(Duration.ofMinutes(5)).build())
        .parking(Duration.ofMinutes(10))
        .observe(observer));
    TestPeer first = rig.started(relay, "ann");
    rig.time.advance(Duration.ofMinutes(2));
    first.leave(1006);
    rig.until(() -> relay.metrics().parked() == 1);
    rig.time.advance(Duration.ofMinutes(2));
    TestPeer second = rig.resumed(relay, "ann", first.ticket());
    rig.talk(second, "hello");
    assertThat(ends).isEmpty();

    rig.time.advance(Duration.ofMinutes(1));

    assertEnded(
        relay, second, new RelayEnd(RelayEnd.Kind.LIMIT, 1008, "a conversation may last PT5M"));
  }

  @Test
  void aConversationThatCostsMoreTokensThanItMayEnds() {
    LiveRelay relay = relay(RelayLimits.builder().tokensPerSession(1));
    TestPeer peer = rig.started(relay, "ann");

    peer.text("hello");

    assertEnded(relay, peer, new RelayEnd(RelayEnd.Kind.LIMIT, 1008, "more than 1 tokens"));
  }

  @Test
  void tokensCountInOtherProcessesToo(@TempDir Path directory) throws IOException {
    SnapshotStore store = FileSnapshotStore.in(directory);
    LiveRelay one = rig.relay(builder -> builder.snapshots(store, Duration.ofMinutes(10)));
    TestPeer first = rig.started(one, "ann");
    rig.talk(first, "hello");
    rig.until(() -> one.sessions().get(0).tokens() > 0);
    long cost = one.sessions().get(0).tokens();
    rig.drain(one);
    LiveRelay other = rig.relay(builder -> builder
        .snapshots(store, Duration.ofMinutes(10))
        .limits(RelayLimits.builder().tokensPerSession(cost + 1).build())
        .observe(observer));
    TestPeer second = rig.resumed(other, "ann", first.ticket());
    assertThat(other.sessions().get(0).tokens()).isEqualTo(cost);

    second.text("hello again");

    assertEnded(
        other,
        second,
        new RelayEnd(RelayEnd.Kind.LIMIT, 1008, "more than " + (cost + 1) + " tokens"));
  }

  @Test
  void aPeerThatTakesNothingIsGivenUpAndWhatWaitsForItIsBounded() {
    LiveRelay relay =
        relay(RelayLimits.builder().peerBacklogBytes(16_384).peerStall(Duration.ofSeconds(20)));
    TestPeer other = rig.started(relay, "bob");
    TestPeer peer = rig.started(relay, "ann");
    peer.stall();
    long before = relay.metrics().bytesDown();

    peer.text("story");
    rig.until(() -> relay.metrics().peersTooSlow() == 1 && peer.aborted());

    assertThat(peer.overlapped()).isFalse();
    assertThat(relay.metrics().bytesDown() - before).isLessThan(16_384);
    rig.talk(other, "hello");
    rig.until(() -> !ends.isEmpty() && relay.metrics().sessions() == 1);
    assertThat(ends.get(0).kind()).isEqualTo(RelayEnd.Kind.TOO_SLOW);
  }

  @Test
  void aSlowPeerGetsAllInTheEndIfItTakesEachMessageInTime() {
    LiveRelay relay = relay(RelayLimits.builder().peerBacklogBytes(16_384));
    TestPeer peer = rig.started(relay, "ann");
    peer.stall();
    peer.text("story");
    rig.until(() -> peer.messages("turn").size() == 1);

    rig.until(() -> {
      peer.takeOne();
      return !peer.messages("turnEnd").isEmpty();
    });

    TestPeer quick = rig.started(relay, "bob");
    rig.talk(quick, "story");
    assertThat(peer.heard()).isEqualTo(quick.heard()).isNotEmpty();
    assertThat(peer.overlapped()).isFalse();
  }

  @Test
  void aPeerThatFailsIsTakenForGoneAndMayComeBack() {
    LiveRelay relay = relay(RelayLimits.builder());
    TestPeer peer = rig.started(relay, "ann");
    peer.fail();
    peer.text("hello");

    rig.until(() -> relay.metrics().parked() == 1);
    assertThat(peer.aborted()).isTrue();
    TestPeer back = rig.resumed(relay, "ann", peer.ticket());
    rig.until(() -> !back.messages("turnEnd").isEmpty());
  }

  @Test
  void aPeerThatAnswersNoPingIsTakenForGone() {
    LiveRelay relay = relay(RelayLimits.builder().peerSilence(Duration.ofSeconds(30)));
    TestPeer peer = rig.started(relay, "ann").silent();
    int before = peer.pings();

    rig.time.advance(Duration.ofSeconds(29));
    assertThat(peer.pings() - before).isBetween(2, 3);
    assertThat(peer.aborted()).isFalse();
    rig.time.advance(Duration.ofSeconds(12));

    rig.until(() -> relay.metrics().parked() == 1);
    assertThat(peer.aborted()).isTrue();
    rig.time.advance(Duration.ofSeconds(30));
    rig.until(() -> !ends.isEmpty() && relay.metrics().sessions() == 0);
    assertThat(ends)
        .containsExactly(
            new RelayEnd(RelayEnd.Kind.ABANDONED, 1000, "the peer did not come back within PT30S"));
  }

  @Test
  void aServerThatStoodStillDoesNotBlameItsPeers() {
    AtomicLong stoodStill = new AtomicLong();
    LiveClient client = LiveClient.builder()
        .scheduler(rig.time)
        .nanoTime(() -> rig.time.nanoTime().getAsLong() + stoodStill.get())
        .build();
    LiveRelay relay = rig.relay(builder -> builder.client(client));
    TestPeer peer = rig.started(relay, "ann").silent();

    stoodStill.set(Duration.ofMinutes(1).toNanos());
    rig.time.advance(Duration.ofSeconds(44));

    assertThat(peer.aborted()).isFalse();
    rig.talk(peer, "hello");
  }

  @Test
  void aPeerThatAnswersPingsMaySayNothing() {
    LiveRelay relay = relay(RelayLimits.builder());
    TestPeer peer = rig.started(relay, "ann");
    int before = peer.pings();

    // After that the service ends its connection.
    rig.time.advance(Duration.ofMinutes(8));

    assertThat(peer.pings() - before).isBetween(31, 33);
    assertThat(peer.closeCode()).isZero();
    assertThat(peer.aborted()).isFalse();
  }

  @Test
  void aPeerThatAnswersNoCloseIsCutOff() {
    LiveRelay relay = relay(RelayLimits.builder().messageBytes(1_024));
    TestPeer peer = rig.started(relay, "ann").ignoreClose();
    Duration before = rig.time.elapsed();
    peer.text("x".repeat(2_000));
    rig.until(peer::aborted);

    assertThat(peer.closeCode()).isEqualTo(1009);
    assertThat(rig.time.elapsed().minus(before)).isGreaterThanOrEqualTo(Duration.ofMillis(1_500));
  }

  @Test
  void aServiceThatTakesItsTimeIsNotThePeersFault() {
    rig.server.script(Scenario.slowSetup(Duration.ofSeconds(12)));
    LiveRelay relay = relay(RelayLimits.builder());
    TestPeer peer = TestPeer.lean(relay, "ann");
    peer.say("{\"type\":\"start\"}");
    rig.until(() -> !peer.messages("ready").isEmpty());

    rig.talk(peer, "hello");
  }

  @Test
  void whatComesBeforeTheConversationIsOpenIsKeptWithinBounds() {
    rig.server.script(Scenario.slowSetup(Duration.ofSeconds(5)));
    LiveRelay relay = relay(RelayLimits.builder().peerBacklogBytes(16_384));
    TestPeer peer = TestPeer.lean(relay, "ann");
    peer.say("{\"type\":\"start\"}");
    List<CompletionStage<?>> taken = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      taken.add(peer.text("x".repeat(3_200)));
    }
    assertThat(taken.get(0).toCompletableFuture()).isNotDone();
    assertThat(peer.closeCode()).isZero();

    peer.text("x".repeat(3_200));

    rig.until(() -> peer.closeCode() != 0);
    assertThat(peer.closeReason())
        .isEqualTo("more than 16384 bytes before the conversation was open");
    rig.until(() -> taken.stream().allMatch(stage -> stage.toCompletableFuture().isDone()));
  }

  @Test
  void whatWaitsForAModeratorIsHeldBackAndKeptWithinBounds() {
    CompletableFuture<RelayVerdict> verdict = new CompletableFuture<>();
    LiveRelay relay = rig.relay(builder -> builder
        .limits(RelayLimits.builder().peerBacklogBytes(16_384).build())
        .moderate((session, message) -> verdict)
        .observe(observer));
    TestPeer peer = rig.started(relay, "ann");
    peer.passThrough();

    CompletionStage<?> taken = peer.text("x".repeat(3_200));
    assertThat(taken.toCompletableFuture()).isNotDone();
    for (int i = 0; i < 4; i++) {
      peer.text("x".repeat(3_200));
    }
    assertThat(ends).isEmpty();
    peer.text("x".repeat(3_200));

    assertEnded(
        relay,
        peer,
        new RelayEnd(RelayEnd.Kind.LIMIT, 1008, "more than 16384 bytes that were not taken yet"));
    rig.until(taken.toCompletableFuture()::isDone);
    assertThat(rig.server.receivedTexts()).isEmpty();
  }

  // Tickets.

  @Test
  void aTicketOfAnotherUserBeginsANewConversationAndLeavesTheOwnersAlone() {
    LiveRelay relay = relay(RelayLimits.builder());
    TestPeer ann = rig.started(relay, "ann");
    ann.leave(1006);
    rig.until(() -> relay.metrics().parked() == 1);

    TestPeer eve = rig.resumed(relay, "eve", ann.ticket());
    TestPeer back = rig.resumed(relay, "ann", ann.ticket());

    assertThat(eve.await("ready")).doesNotContainKey("resumed");
    assertThat(back.await("ready")).containsKey("resumed");
    assertThat(rig.server.dials()).isEqualTo(2);
  }

  @Test
  void aTicketOfAnotherUserFindsNothingInAnotherProcessEither(@TempDir Path directory)
      throws IOException {
    SnapshotStore store = FileSnapshotStore.in(directory);
    LiveRelay one = rig.relay(builder -> builder.snapshots(store, Duration.ofMinutes(10)));
    LiveRelay other = rig.relay(builder -> builder.snapshots(store, Duration.ofMinutes(10)));
    TestPeer ann = rig.started(one, "ann");
    rig.talk(ann, "hello");

    TestPeer eve = rig.resumed(other, "eve", ann.ticket());
    assertThat(eve.await("ready")).doesNotContainKey("resumed");

    // Hers goes on where it is, and then elsewhere.
    rig.talk(ann, "hello again");
    rig.time.advance(Duration.ofSeconds(5));
    assertThat(one.metrics().sessions()).isEqualTo(1);
    rig.drain(one);
    assertThat(rig.resumed(other, "ann", ann.ticket()).await("ready")).containsKey("resumed");
  }

  @ParameterizedTest
  @EnumSource(RelayDialect.class)
  void aUsedTicketIsWorthNothing(RelayDialect dialect) {
    LiveRelay relay = relay(RelayLimits.builder());
    TestPeer first = begun(relay, dialect, null);
    String ticket = requireNonNull(ticket(first));
    TestPeer second = begun(relay, dialect, ticket);
    // Its new ticket has arrived when it says something.
    CompletableFuture<?> taken = second
        .say(
            dialect == RelayDialect.LEAN
                ? "{\"type\":\"pause\"}"
                : "{\"realtimeInput\":{\"audioStreamEnd\":true}}")
        .toCompletableFuture();
    rig.until(taken::isDone);
    assertThat(first.closeCode()).isEqualTo(1008);
    assertThat(relay.metrics().sessions()).isEqualTo(1);
    assertThat(relay.metrics().returned()).isEqualTo(1);

    TestPeer third = begun(relay, dialect, ticket);

    assertThat(relay.metrics().returned()).isEqualTo(1);
    assertThat(relay.metrics().sessions()).isEqualTo(2);
    assertThat(Arrays.asList(ticket, ticket(second), ticket(third))).doesNotHaveDuplicates();
    assertThat(second.closeCode()).isZero();
  }

  private TestPeer begun(LiveRelay relay, RelayDialect dialect, @Nullable String ticket) {
    if (dialect == RelayDialect.LEAN) {
      return ticket == null ? rig.started(relay, "ann") : rig.resumed(relay, "ann", ticket);
    }
    TestPeer peer = TestPeer.live(relay, "ann");
    peer.say("{\"setup\":{\"sessionResumption\":{"
        + (ticket == null ? "" : "\"handle\":\"" + ticket + "\"") + "}}}");
    rig.until(() -> ticket(peer) != null);
    return peer;
  }

  private static @Nullable String ticket(TestPeer peer) {
    if (peer.ticket() != null) {
      return peer.ticket();
    }
    for (TestPeer.Sent sent : peer.messages()) {
      if (sent.members().get("sessionResumptionUpdate") instanceof Map<?, ?> update) {
        return (String) update.get("newHandle");
      }
    }
    return null;
  }

  @Test
  void aUsedTicketIsWorthNothingInAnotherProcessEither(@TempDir Path directory) throws IOException {
    SnapshotStore store = FileSnapshotStore.in(directory);
    LiveRelay one = rig.relay(builder -> builder.snapshots(store, Duration.ofMinutes(10)));
    LiveRelay other = rig.relay(builder -> builder.snapshots(store, Duration.ofMinutes(10)));
    TestPeer first = rig.started(one, "ann");
    rig.talk(first, "hello");
    rig.drain(one);

    TestPeer second = rig.resumed(other, "ann", first.ticket());
    assertThat(second.await("ready")).containsKey("resumed");
    second.passThrough();
    assertThat(rig.resumed(other, "ann", first.ticket()).await("ready"))
        .doesNotContainKey("resumed");
    assertThat(rig.resumed(other, "ann", "made-up").await("ready")).doesNotContainKey("resumed");
  }

  @Test
  void aTicketIsWorthNothingOnceTheConversationIsOver(@TempDir Path directory) throws IOException {
    SnapshotStore store = FileSnapshotStore.in(directory);
    LiveRelay relay = rig.relay(builder -> builder.snapshots(store, Duration.ofMinutes(10)));
    TestPeer first = rig.started(relay, "ann");
    rig.talk(first, "hello");
    first.leave(1000);
    rig.until(() -> relay.metrics().sessions() == 0);

    assertThat(rig.resumed(relay, "ann", first.ticket()).await("ready"))
        .doesNotContainKey("resumed");
  }

  @Test
  void whatIsStoredHoldsNeitherTicketNorKey(@TempDir Path directory) throws IOException {
    SnapshotStore store = FileSnapshotStore.in(directory);
    LiveRelay relay = rig.relay(builder -> builder.snapshots(store, Duration.ofMinutes(10)));
    TestPeer peer = rig.started(relay, "ann");
    rig.talk(peer, "hello");
    List<Path> snapshots = new ArrayList<>();
    rig.until(() -> {
      try (Stream<Path> files = Files.list(directory)) {
        files.filter(file -> file.toString().endsWith(".snapshot")).forEach(snapshots::add);
      } catch (IOException e) {
        throw new AssertionError(e);
      }
      return !snapshots.isEmpty();
    });

    String kept = new String(Files.readAllBytes(snapshots.get(0)), UTF_8);
    assertThat(kept)
        .contains("geminiLiveSnapshot")
        .doesNotContain(rig.server.apiKey())
        .doesNotContain(peer.ticket());
  }

  // What goes wrong around.

  /** A store that never answers. */
  private static final class Hanging implements SnapshotStore {
    private final CountDownLatch answer = new CountDownLatch(1);

    private void hang() {
      try {
        answer.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public void put(String key, byte[] snapshot, Duration life) {
      hang();
    }

    @Override
    public boolean replace(String key, byte[] snapshot, Duration life) {
      hang();
      return true;
    }

    @Override
    public Optional<byte[]> take(String key) {
      hang();
      return Optional.empty();
    }

    @Override
    public void remove(String key) {
      hang();
    }
  }

  @Test
  void aStoreThatHangsHoldsUpNobodyForLong() {
    Hanging store = new Hanging();
    LiveRelay relay = rig.relay(builder -> builder.snapshots(store, Duration.ofMinutes(10)));
    try {
      TestPeer fresh = rig.started(relay, "ann");
      rig.talk(fresh, "hello");
      TestPeer back = TestPeer.lean(relay, "ann");
      back.say("{\"type\":\"start\",\"resume\":\"from-elsewhere\"}");
      rig.until(() -> !back.messages("ready").isEmpty());
      assertThat(back.await("ready")).doesNotContainKey("resumed");

      CompletableFuture<Void> drained = relay.drain(Duration.ofSeconds(1));

      rig.until(drained::isDone);
      assertThat(fresh.closeCode()).isEqualTo(1012);
    } finally {
      store.answer.countDown();
    }
  }

  @Test
  void whoComesWhileTheProcessIsEmptiedIsSentElsewhere() {
    LiveRelay relay = relay(RelayLimits.builder());
    rig.until(relay.drain(Duration.ZERO)::isDone);
    TestPeer peer = TestPeer.lean(relay, "ann");

    rig.until(() -> peer.closeCode() != 0);
    assertThat(peer.closeCode()).isEqualTo(1012);
    assertThat(relay.metrics().sessions()).isZero();
  }

  @Test
  void manyConversationsLeaveNothingBehind() {
    AtomicInteger over = new AtomicInteger();
    LiveRelay relay = rig.relay(builder -> builder
        .limits(RelayLimits.builder().sessionsPerUser(1).sessionsInTotal(1).build())
        .observe(new RelayObserver() {
          @Override
          public void onEnded(RelaySession session, RelayEnd end) {
            over.incrementAndGet();
          }
        }));
    int before = rig.time.pending();
    for (int i = 1; i <= 50; i++) {
      TestPeer peer = rig.started(relay, "user-" + i);
      int ended = i;
      if (i % 2 == 0) {
        peer.leave(1000);
      } else {
        peer.leave(4000);
        rig.until(() -> relay.metrics().parked() == 1);
        rig.time.advance(Duration.ofSeconds(30));
      }
      rig.until(() -> over.get() == ended && relay.metrics().sessions() == 0);
    }

    rig.time.advance(Duration.ofMinutes(2));
    rig.until(() -> rig.time.pending() <= before + 2);
    assertThat(relay.metrics().started()).isEqualTo(50);
  }
}
