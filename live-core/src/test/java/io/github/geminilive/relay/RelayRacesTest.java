package io.github.geminilive.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.Endpoint;
import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveModel;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveStream;
import io.github.geminilive.SnapshotStore;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Persona;
import io.github.geminilive.testkit.Scenario;
import io.github.geminilive.testkit.VirtualTime;
import java.lang.ref.WeakReference;
import java.lang.reflect.Field;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Things that happen at once, or in an order nobody wishes for. */
class RelayRacesTest {

  private static final LiveClient CLIENT = LiveClient.builder().build();

  private final LiveServer server = LiveServer.builder()
      .persona(Persona.builder().otherwise().say("I heard you.").build())
      .speed(20)
      .recording(false)
      .start();

  private final LiveConfig config = LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
      .endpoint(Endpoint.custom(server.baseUri()))
      .apiKey(server.apiKey())
      .build();

  private final Store store = new Store();
  private LiveRelay relay = relay(builder -> builder);
  private LiveRelay other = relay(builder -> builder);

  private LiveRelay relay(UnaryOperator<LiveRelay.Builder> change) {
    return change.apply(LiveRelay.builder(config).client(CLIENT)).build();
  }

  private LiveRelay storing(UnaryOperator<LiveRelay.Builder> change) {
    return relay(builder -> change.apply(builder).snapshots(store, Duration.ofMinutes(10)));
  }

  @AfterEach
  void end() {
    store.gate.countDown();
    relay.close();
    other.close();
    server.close();
  }

  /** Snapshots in memory; a gate holds up who takes. */
  private static final class Store implements SnapshotStore {
    private final Map<String, byte[]> kept = new HashMap<>();
    private volatile CountDownLatch gate = new CountDownLatch(0);
    private volatile boolean hangs;
    private volatile int puts;

    private void pass() {
      try {
        gate.await(2, TimeUnit.MINUTES);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    @Override
    public synchronized void put(String key, byte[] snapshot, Duration life) {
      puts++;
      kept.put(key, snapshot.clone());
    }

    @Override
    public boolean replace(String key, byte[] snapshot, Duration life) {
      if (hangs) {
        pass();
      }
      synchronized (this) {
        byte[] before = kept.get(key);
        if (before != null && before.length == 0) {
          return false;
        }
        kept.put(key, snapshot.clone());
        return true;
      }
    }

    @Override
    public Optional<byte[]> take(String key) {
      pass();
      synchronized (this) {
        byte[] found = kept.get(key);
        if (found == null || found.length == 0) {
          return Optional.empty();
        }
        kept.put(key, new byte[0]);
        return Optional.of(found);
      }
    }

    @Override
    public synchronized void remove(String key) {
      kept.remove(key);
    }

    private synchronized long there() {
      return kept.values().stream().filter(bytes -> bytes.length > 0).count();
    }
  }

  /** Has a conversation that can be resumed, and is handed over to the store. */
  private String handedOver() throws Exception {
    relay = storing(builder -> builder);
    server.script(Scenario.create().acceptSetup());
    server.rememberHandle("h");
    TestPeer first = TestPeer.lean(relay, "ann").start();
    server
        .nextConnection()
        .send("{\"sessionResumptionUpdate\":{\"newHandle\":\"h\",\"resumable\":true}}");
    LiveSession upstream = relay.sessions().get(0).upstream().orElseThrow();
    first.awaitState("handle", () -> upstream.snapshot().handle() != null);
    relay.drain(Duration.ZERO).get(30, TimeUnit.SECONDS);
    return String.valueOf(first.ticket());
  }

  private static Map<?, ?> resumed(TestPeer peer) {
    Map<?, ?> resumed = (Map<?, ?>) peer.await("ready").get("resumed");
    assertThat(resumed).isNotNull();
    return resumed;
  }

  @Test
  void aConversationThatWasTakenOutInVainIsThereForTheNextTry() throws Exception {
    String ticket = handedOver();
    other = storing(builder -> builder);
    server.script(Scenario.refuseUpgrade(403, Map.of(), "{}"));
    TestPeer unlucky = TestPeer.lean(other, "ann");
    unlucky.say("{\"type\":\"start\",\"resume\":\"" + ticket + "\"}");
    assertThat(unlucky.awaitClose()).isEqualTo(1011);
    unlucky.awaitState("given back", () -> store.puts == 1);

    TestPeer lucky = TestPeer.lean(other, "ann").resume(ticket);

    assertThat(resumed(lucky).get("stateRestored")).isEqualTo(true);
  }

  @Test
  void aPeerThatLeavesWhileTheStoreIsAskedFindsItsConversationLater() throws Exception {
    String ticket = handedOver();
    other = storing(builder -> builder);
    store.gate = new CountDownLatch(1);
    TestPeer hasty = TestPeer.lean(other, "ann");
    hasty.say("{\"type\":\"start\",\"resume\":\"" + ticket + "\"}");
    hasty.leave(1006);
    hasty.awaitState("end", () -> hasty.connection().session().state() == RelaySession.State.ENDED);
    store.gate.countDown();

    TestPeer patient = TestPeer.lean(other, "ann");
    patient.awaitState("given back", () -> store.puts == 1);
    patient.resume(ticket);

    assertThat(resumed(patient).get("stateRestored")).isEqualTo(true);
  }

  @Test
  void anothersTicketTakesNothingOutOfTheStore() throws Exception {
    String ticket = handedOver();
    other = storing(builder -> builder);

    TestPeer thief = TestPeer.lean(other, "eve").resume(ticket);
    TestPeer owner = TestPeer.lean(other, "ann").resume(ticket);

    assertThat(thief.await("ready")).doesNotContainKey("resumed");
    assertThat(resumed(owner).get("stateRestored")).isEqualTo(true);
  }

  @Test
  void aPeerThatIsLostAgainBeforeItWasTakenBackKeepsItsTicket() throws Exception {
    CountDownLatch busy = new CountDownLatch(1);
    CountDownLatch free = new CountDownLatch(1);
    relay = relay(builder -> builder.observe(new RelayObserver() {
      @Override
      public void onParked(RelaySession session) {
        busy.countDown();
        try {
          free.await(30, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
        }
      }
    }));
    TestPeer first = TestPeer.lean(relay, "ann").start();
    String ticket = String.valueOf(first.ticket());
    first.leave(1006);
    assertThat(busy.await(30, TimeUnit.SECONDS)).isTrue();
    TestPeer second = TestPeer.lean(relay, "ann");
    second.say("{\"type\":\"start\",\"resume\":\"" + ticket + "\"}");
    second.leave(1006);
    free.countDown();

    TestPeer third = TestPeer.lean(relay, "ann").resume(ticket);

    assertThat(resumed(third).get("elsewhere")).isEqualTo(false);
    assertThat(relay.metrics().sessions()).isEqualTo(1);
  }

  @Test
  void aPeerThatNeverGotItsNewTicketComesBackWithTheOldOne() {
    TestPeer first = TestPeer.lean(relay, "ann").start();
    String ticket = String.valueOf(first.ticket());
    first.leave(1006);
    first.awaitState("parked", () -> relay.metrics().parked() == 1);
    TestPeer second =
        TestPeer.stalling(relay, RelayCaller.of("ann", RelayDialect.LEAN)).silent();
    second.say("{\"type\":\"start\",\"resume\":\"" + ticket + "\"}");
    second.await("ready");
    second.leave(1006);
    second.awaitState("parked", () -> relay.metrics().parked() == 1);

    TestPeer third = TestPeer.lean(relay, "ann").resume(ticket);

    assertThat(resumed(third).get("elsewhere")).isEqualTo(false);
    assertThat(relay.metrics().sessions()).isEqualTo(1);
  }

  @Test
  void aTicketWhoseSuccessorHasArrivedLeadsNowhere() {
    TestPeer first = TestPeer.lean(relay, "ann").start();
    String ticket = String.valueOf(first.ticket());
    first.leave(1006);
    TestPeer second = TestPeer.lean(relay, "ann").resume(ticket);
    second.text("hello");
    second.await("turnEnd");

    TestPeer third = TestPeer.lean(relay, "ann").resume(ticket);

    assertThat(third.await("ready")).doesNotContainKey("resumed");
    assertThat(second.closeCode()).isZero();
  }

  @Test
  void whatHappenedMeanwhileComesAfterTheWelcome() throws Exception {
    server.script(Scenario.create().acceptSetup());
    TestPeer first = TestPeer.lean(relay, "ann").start();
    Connection service = server.nextConnection();
    service.send("{\"serverContent\":{\"outputTranscription\":{\"text\":\"Well\"}}}");
    first.await("said");
    AtomicReference<String> ticket = new AtomicReference<>(first.ticket());
    first.leave(1006);
    first.awaitState("parked", () -> relay.metrics().parked() == 1);
    try (LiveStream<LiveEvent> events =
        relay.sessions().get(0).upstream().orElseThrow().events()) {
      service.send("{\"serverContent\":{\"interrupted\":true}}");
      while (!(events.take().orElseThrow() instanceof LiveEvent.Interrupted)) {
        continue;
      }
    }

    TestPeer second = TestPeer.lean(relay, "ann").resume(ticket.get());
    second.await("interrupted");

    assertThat(second.messages().get(0).is("ready")).isTrue();
  }

  @Test
  void whatTheStoreGivesOutTooLateIsPutBack() throws Exception {
    String ticket = handedOver();
    VirtualTime time = new VirtualTime();
    LiveClient client =
        LiveClient.builder().scheduler(time).nanoTime(time.nanoTime()).build();
    other = storing(builder -> builder.client(client));
    store.gate = new CountDownLatch(1);
    TestPeer impatient = TestPeer.lean(other, "ann");
    impatient.say("{\"type\":\"start\",\"resume\":\"" + ticket + "\"}");
    time.advance(Duration.ofSeconds(10));
    impatient.await("ready");
    impatient.say("{\"type\":\"end\"}");
    impatient.awaitClose();
    store.gate.countDown();
    impatient.awaitState("put back", () -> store.puts == 1);

    TestPeer second = TestPeer.lean(other, "ann").resume(ticket);

    assertThat(impatient.await("ready")).doesNotContainKey("resumed");
    assertThat(resumed(second).get("stateRestored")).isEqualTo(true);
  }

  @Test
  void aStoreThatHangsDoesNotHoldUpADrain() throws Exception {
    relay = storing(builder -> builder);
    TestPeer peer = TestPeer.lean(relay, "ann").start();
    peer.text("hello");
    peer.await("turnEnd");
    store.gate = new CountDownLatch(1);
    store.hangs = true;

    relay.drain(Duration.ofMillis(1)).get(20, TimeUnit.SECONDS);

    assertThat(store.gate.getCount()).isEqualTo(1);
    assertThat(peer.awaitClose()).isEqualTo(1012);
  }

  @Test
  void aConversationThatParksDuringADrainIsHandedOver() throws Exception {
    relay = storing(builder -> builder);
    server.script(Scenario.create().acceptSetup());
    TestPeer peer = TestPeer.lean(relay, "ann").start();
    server
        .nextConnection()
        .send("{\"serverContent\":{\"outputTranscription\":{\"text\":\"Well\"}}}");
    peer.await("said");
    var drained = relay.drain(Duration.ofSeconds(60));
    peer.await("goAway");
    peer.leave(1006);

    drained.get(30, TimeUnit.SECONDS);

    assertThat(store.there()).isEqualTo(1);
  }

  @Test
  void anAnswerThatWaitedForItsPeerIsToldToBeLostWhenAnotherProcessGoesOn() throws Exception {
    relay = storing(builder -> builder);
    other = storing(builder -> builder);
    server.script(Scenario.create().acceptSetup());
    server.rememberHandle("h");
    TestPeer first = TestPeer.lean(relay, "ann").start();
    Connection service = server.nextConnection();
    service.send("{\"sessionResumptionUpdate\":{\"newHandle\":\"h\",\"resumable\":true}}");
    first.awaitState("kept", () -> store.there() == 1);
    first.leave(1006);
    first.awaitState("parked", () -> relay.metrics().parked() == 1);
    service.send("{\"serverContent\":{\"outputTranscription\":{\"text\":\"By the way\"}}}");
    service.send("{\"serverContent\":{\"turnComplete\":true}}");
    LiveSession upstream = relay.sessions().get(0).upstream().orElseThrow();
    first.awaitState("turn", () -> upstream.metrics().turns() == 1);
    relay.drain(Duration.ZERO).get(30, TimeUnit.SECONDS);

    TestPeer second = TestPeer.lean(other, "ann").resume(String.valueOf(first.ticket()));

    assertThat(resumed(second).get("answerCut")).isEqualTo(true);
  }

  @Test
  void aRelayThatIsClosedLeavesWhatIsInTheStore() {
    relay = storing(builder -> builder);
    other = storing(builder -> builder);
    TestPeer first = TestPeer.lean(relay, "ann").start();
    first.text("hello");
    first.await("turnEnd");
    first.awaitState("kept", () -> store.there() == 1);

    relay.close();
    first.awaitClose();
    TestPeer second = TestPeer.lean(other, "ann").resume(String.valueOf(first.ticket()));

    assertThat(resumed(second).get("elsewhere")).isEqualTo(true);
  }

  @Test
  void conversationsLeaveNothingBehind() throws Exception {
    int rounds = Integer.getInteger("relay.rounds", 30);
    List<WeakReference<RelaySession>> sessions = new ArrayList<>();
    LiveRelay plain = relay;
    other = storing(builder -> builder);
    long before = 0;
    long threads = 0;

    for (int round = 0; round < rounds; round++) {
      if (round == rounds / 10) {
        before = heap();
        threads = Thread.activeCount();
      }
      sessions.add(talkAndEnd(round % 2 == 0 ? plain : other, round));
    }

    for (LiveRelay each : List.of(plain, other)) {
      Object core = inside(each, "core");
      assertThat((Map<?, ?>) inside(core, "tickets")).isEmpty();
      assertThat((Set<?>) inside(core, "joins")).isEmpty();
      assertThat((Map<?, ?>) inside(inside(core, "doorman"), "ofUsers")).isEmpty();
      assertThat(inside(inside(core, "doorman"), "total")).isEqualTo(0);
      assertThat((Map<?, ?>) inside(inside(core, "door"), "ofUsers")).isEmpty();
      assertThat(inside(inside(core, "door"), "total")).isEqualTo(0);
    }
    TestPeer clock = TestPeer.lean(plain, "clock");
    clock.awaitState("end of all that was said to the store", () -> store.kept.isEmpty());
    clock.awaitState("end of the last references", () -> {
      System.gc();
      return sessions.stream().allMatch(session -> session.get() == null);
    });
    long most = threads + 10;
    clock.awaitState("end of threads", () -> Thread.activeCount() < most);
    long heapBefore = before;
    clock.awaitState("end of garbage", () -> heap() - heapBefore < 8_000_000);
  }

  /** Opens a conversation, parks it, takes it back, and ends it in one way or another. */
  private static WeakReference<RelaySession> talkAndEnd(LiveRelay relay, int round) {
    TestPeer first = TestPeer.lean(relay, "user-" + round).start();
    first.leave(1006);
    first.awaitState("parked", () -> relay.metrics().parked() == 1);
    TestPeer second = TestPeer.lean(relay, "user-" + round).resume(String.valueOf(first.ticket()));
    RelaySession session = relay.sessions().get(0);
    switch (round % 5) {
      case 0 -> second.say("{\"type\":\"end\"}");
      case 1 -> second.leave(1000);
      case 2 -> session.end("enough");
      case 3 -> second.say("garbage");
      default -> session.upstream().orElseThrow().close();
    }
    second.awaitState("end", () -> relay.metrics().sessions() == 0);
    return new WeakReference<>(session);
  }

  @Test
  void whateverPeersDoAtOnceTheRelayIsEmptyInTheEnd() throws Exception {
    other = storing(builder -> builder
        .parking(Duration.ofMillis(300))
        .holdBack(Duration.ofMillis(5))
        .limits(RelayLimits.builder().sessionsPerUser(1_000).build())
        .moderate((session, message) -> CompletableFuture.supplyAsync(RelayVerdict::pass)));
    Queue<String> tickets = new ConcurrentLinkedQueue<>();
    Queue<TestPeer> peers = new ConcurrentLinkedQueue<>();
    List<Thread> crowd = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      Random random = new Random(20_261_123 + i);
      Thread one = new Thread(() -> {
        for (int round = 0; round < 30; round++) {
          peers.add(actAtRandom(other, tickets, random));
        }
      });
      one.start();
      crowd.add(one);
    }
    for (Thread one : crowd) {
      one.join();
    }

    TestPeer clock = TestPeer.lean(relay, "clock");
    clock.awaitState(
        "end",
        () ->
            peers.stream().allMatch(RelayRacesTest::hasEnded) && other.metrics().sessions() == 0);

    settle(other);
    assertThat(peers).noneMatch(TestPeer::overlapped);
    Object core = inside(other, "core");
    assertThat((Map<?, ?>) inside(core, "tickets")).isEmpty();
    assertThat(inside(inside(core, "doorman"), "total")).isEqualTo(0);
    assertThat(inside(inside(core, "door"), "total")).isEqualTo(0);
    assertThat(store.there()).isZero();
  }

  private static boolean hasEnded(TestPeer peer) {
    return peer.connection().session().state() == RelaySession.State.ENDED;
  }

  private static TestPeer actAtRandom(LiveRelay relay, Queue<String> tickets, Random random) {
    TestPeer peer = TestPeer.lean(relay, "ann");
    String ticket = random.nextBoolean() ? tickets.peek() : tickets.poll();
    peer.say(
        ticket == null || random.nextInt(3) == 0
            ? "{\"type\":\"start\"}"
            : "{\"type\":\"start\",\"resume\":\"" + ticket + "\"}");
    if (random.nextInt(4) > 0) {
      peer.awaitState("answer", () -> !peer.messages().isEmpty());
      String given = peer.ticket();
      if (given != null) {
        tickets.add(given);
      }
    }
    for (int i = random.nextInt(4); i > 0; i--) {
      switch (random.nextInt(5)) {
        case 0 -> peer.text("hello");
        case 1 -> peer.say(new byte[640]);
        case 2 -> peer.stall();
        case 3 -> peer.unstall();
        default -> peer.say("{\"type\":\"interrupt\"}");
      }
    }
    switch (random.nextInt(4)) {
      case 0 -> peer.say("{\"type\":\"end\"}");
      case 1 -> peer.leave(1000);
      case 2 -> peer.fail();
      default -> peer.leave(1006);
    }
    // Who was not told of its failure is gone all the same.
    peer.leave(1006);
    return peer;
  }

  /** Waits until nothing more is written to the store of a relay that was closed. */
  static void settle(LiveRelay relay) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
    while (relay.metrics().sessions() > 0 || !written(relay)) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  /** Whether nothing is on its way to the store of a relay. */
  static boolean written(LiveRelay relay) {
    Object keeper = inside(inside(relay, "core"), "keeper");
    if (keeper == null) {
      return true;
    }
    try {
      Method busy = keeper.getClass().getDeclaredMethod("busy");
      busy.setAccessible(true);
      return busy.invoke(keeper).equals(0);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static Object inside(Object whole, String name) {
    try {
      Field field = whole.getClass().getDeclaredField(name);
      field.setAccessible(true);
      return field.get(whole);
    } catch (ReflectiveOperationException e) {
      throw new AssertionError(e);
    }
  }

  private static long heap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }
}
