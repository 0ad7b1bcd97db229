package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.LiveEvent.Warning;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The log of events and what its subscribers' buffers do with it. */
class EventsTest {

  /** Keeps what it hears. */
  private static class Recorder implements LiveListener {
    final BlockingQueue<LiveEvent> seen = new LinkedBlockingQueue<>();

    @Override
    public void onEvent(LiveEvent event) {
      seen.add(event);
    }

    List<LiveEvent> until(Class<? extends LiveEvent> kind) throws InterruptedException {
      List<LiveEvent> passed = new ArrayList<>();
      do {
        LiveEvent event = seen.poll(Talk.PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        assertThat(event).as("after %s", Talk.kinds(passed)).isNotNull();
        passed.add(event);
      } while (!kind.isInstance(passed.get(passed.size() - 1)));
      return passed;
    }
  }

  /** Takes nothing after its first event until it is let go. */
  private static final class Blocker extends Recorder {
    final CountDownLatch stuck = new CountDownLatch(1);
    final CountDownLatch go = new CountDownLatch(1);

    @Override
    public void onEvent(LiveEvent event) {
      super.onEvent(event);
      stuck.countDown();
      try {
        go.await(30, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }

    void awaitStuck() throws InterruptedException {
      assertThat(stuck.await(30, TimeUnit.SECONDS)).isTrue();
    }
  }

  private static List<Integer> audioValues(List<LiveEvent> events) {
    return events.stream()
        .filter(LiveEvent.Audio.class::isInstance)
        .map(event -> Talk.valueOf(((LiveEvent.Audio) event).chunk()))
        .toList();
  }

  private static void awaitReceived(Talk talk, long messages) {
    Talk.awaitTrue(
        () -> talk.session.metrics().messagesReceived() >= messages, messages + " messages");
  }

  @Test
  void nothingIsLostBeforeTheFirstSubscriber() {
    try (Talk talk = Talk.with().unwatched().open()) {
      for (int i = 0; i < 50; i++) {
        talk.audio(5, i);
      }
      talk.turnComplete();
      awaitReceived(talk, 52);

      try (LiveStream<LiveEvent> events = talk.session.events()) {
        List<LiveEvent> seen = new ArrayList<>();
        for (LiveEvent event : events) {
          seen.add(event);
          if (event instanceof LiveEvent.TurnEnded) {
            break;
          }
        }

        assertThat(seen.get(0)).isInstanceOf(LiveEvent.Opened.class);
        assertThat(audioValues(seen)).hasSize(50).isSorted();
        assertThat(seen).hasSize(53);
      }
    }
  }

  @Test
  void aLaterSubscriberGetsWhatComesFromThenOn() throws Exception {
    try (Talk talk = Talk.open()) {
      talk.audio(5, 1);
      talk.await(LiveEvent.Audio.class);
      Recorder late = new Recorder();
      talk.session.subscribe(late);

      talk.audio(5, 2).turnComplete();

      assertThat(Talk.kinds(late.until(LiveEvent.TurnEnded.class)))
          .containsExactly("Audio", "TurnComplete", "TurnEnded");
    }
  }

  @Test
  void aListenerInTheConfigurationHearsTheFirstEventToo() throws Exception {
    Recorder listener = new Recorder();
    try (Talk talk = Talk.with().unwatched().config(c -> c.listener(listener)).open()) {
      talk.audio(5, 1);

      assertThat(Talk.kinds(listener.until(LiveEvent.Audio.class)))
          .containsExactly("Opened", "Audio");
    }
    assertThat(listener.until(LiveEvent.Closed.class)).isNotEmpty();
  }

  @Test
  void aRealTimeSubscriberLosesItsOldestAudioOnlyAndIsToldSo() throws Exception {
    Blocker slow = new Blocker();
    try (Talk talk = Talk.open()) {
      talk.next(LiveEvent.Opened.class);
      talk.session.subscribe(slow, Delivery.realTime().limits(10, 1 << 20));
      talk.audio(5, 0);
      slow.awaitStuck();
      for (int i = 1; i <= 30; i++) {
        talk.audio(5, i);
        if (i % 10 == 0) {
          talk.content("'outputTranscription':{'text':'" + i + "'}");
        }
      }
      talk.turnComplete();

      // The other subscriber is not delayed.
      assertThat(audioValues(talk.until(LiveEvent.TurnEnded.class))).hasSize(31);
      assertThat(talk.session.metrics().audioEventsDropped()).isEqualTo(25);
      assertThat(talk.session.metrics().readingPauses()).isZero();
      slow.go.countDown();
      List<LiveEvent> seen = slow.until(LiveEvent.TurnEnded.class);

      assertThat(seen.stream().filter(LiveEvent.OutputTranscript.class::isInstance))
          .hasSize(3);
      assertThat(audioValues(seen)).containsExactly(0, 26, 27, 28, 29, 30);
      List<Warning> told = Talk.warnings(seen, Warning.Kind.AUDIO_DROPPED);
      assertThat(told).hasSize(1);
      assertThat(told.get(0).message()).contains("25");
      assertThat(seen.indexOf(told.get(0))).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {9, 10, 11})
  void aRealTimeBufferIsBoundedToTheEvent(int events) throws Exception {
    Blocker slow = new Blocker();
    try (Talk talk = Talk.open()) {
      talk.next(LiveEvent.Opened.class);
      talk.session.subscribe(slow, Delivery.realTime().limits(10, 1 << 20));
      talk.audio(5, 0);
      slow.awaitStuck();

      for (int i = 0; i < events; i++) {
        talk.audio(5, i);
      }
      awaitReceived(talk, events + 2);
      talk.settled();

      // The marker itself waits as well.
      int expected = Math.max(0, events + 1 - 10);
      assertThat(talk.session.metrics().audioEventsDropped()).isEqualTo(expected);
      slow.go.countDown();
    }
  }

  @Test
  void aRealTimeBufferIsBoundedInBytes() throws Exception {
    Blocker slow = new Blocker();
    try (Talk talk = Talk.open()) {
      talk.next(LiveEvent.Opened.class);
      talk.session.subscribe(slow, Delivery.realTime().limits(1_000, 50_000));
      talk.audio(5, 0);
      slow.awaitStuck();

      for (int i = 0; i < 20; i++) {
        talk.audio(100, i);
      }
      talk.settled();

      // 4,800 bytes each and a little more for the event: ten fit.
      assertThat(talk.session.metrics().audioEventsDropped()).isEqualTo(10);
      slow.go.countDown();
    }
  }

  @Test
  void aFullLosslessSubscriberPausesReadingAndNothingIsLost() throws Exception {
    Blocker slow = new Blocker();
    try (Talk talk = Talk.open()) {
      talk.next(LiveEvent.Opened.class);
      talk.session.subscribe(slow, Delivery.lossless().limits(20, 8 << 20));
      talk.audio(5, 0);
      slow.awaitStuck();
      for (int i = 1; i <= 500; i++) {
        talk.audio(5, i);
      }
      talk.turnComplete();

      // The others get what was read up to the pause, and hear of it.
      List<LiveEvent> before = talk.until(Warning.class);
      assertThat(Talk.warnings(before, Warning.Kind.READING_PAUSED)).hasSize(1);
      assertThat(talk.session.metrics().readingPauses()).isEqualTo(1);
      // A few messages were asked for before the pause.
      assertThat(talk.session.metrics().messagesReceived()).isBetween(22L, 32L);
      slow.go.countDown();
      List<LiveEvent> seen = slow.until(LiveEvent.TurnEnded.class);

      assertThat(audioValues(seen)).hasSize(501).isSorted();
      List<LiveEvent> all = new ArrayList<>(before);
      all.addAll(talk.until(LiveEvent.TurnEnded.class));
      assertThat(audioValues(all)).hasSize(501).isSorted();
      assertThat(talk.session.metrics().audioEventsDropped()).isZero();
    }
  }

  @Test
  void readingPausesWhenNobodySubscribesAtAll() {
    try (Talk talk = Talk.with().unwatched().open()) {
      int sent = Delivery.DEFAULT_EVENTS + 2_000;
      for (int i = 0; i < sent; i++) {
        talk.service.sendText("{\"serverContent\":{\"interrupted\":true}}");
      }
      Talk.awaitTrue(() -> talk.session.metrics().readingPauses() == 1, "reading pauses");

      try (LiveStream<LiveEvent> events = talk.session.events()) {
        int seen = 0;
        int warnings = 0;
        while (seen + warnings < sent + 2) {
          LiveEvent event = poll(events);
          if (event instanceof Warning warning) {
            assertThat(warning.kind()).isEqualTo(Warning.Kind.READING_PAUSED);
            warnings++;
          } else {
            seen++;
          }
        }
        assertThat(seen).isEqualTo(sent + 1);
      }
    }
  }

  private static LiveEvent poll(LiveStream<LiveEvent> events) {
    try {
      return events.poll(Talk.PATIENCE).orElseThrow(() -> new AssertionError("no event came"));
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void aFullSubscriberThatLeavesLetsReadingGoOn() throws Exception {
    Blocker slow = new Blocker();
    try (Talk talk = Talk.open()) {
      Subscription subscription =
          talk.session.subscribe(slow, Delivery.lossless().limits(5, 1 << 20));
      talk.audio(5, 0);
      slow.awaitStuck();
      for (int i = 0; i < 100; i++) {
        talk.audio(5, i);
      }
      Talk.awaitTrue(() -> talk.session.metrics().readingPauses() == 1, "reading pauses");

      subscription.close();
      talk.turnComplete();

      assertThat(audioValues(talk.until(LiveEvent.TurnEnded.class))).hasSize(101);
      slow.go.countDown();
    }
  }

  @Test
  void aListenerThatThrowsIsToldAndCalledAgain() throws Exception {
    AtomicInteger thrown = new AtomicInteger();
    IllegalStateException mine = new IllegalStateException("mine");
    Recorder fragile = new Recorder() {
      @Override
      public void onEvent(LiveEvent event) {
        super.onEvent(event);
        if (event instanceof LiveEvent.Audio && thrown.incrementAndGet() == 1) {
          throw mine;
        }
        if (event instanceof LiveEvent.Audio) {
          throw new AssertionError("an Error does not stop it either");
        }
      }
    };
    try (Talk talk = Talk.open()) {
      talk.session.subscribe(fragile);
      talk.audio(5, 1).audio(5, 2).turnComplete();

      List<LiveEvent> seen = fragile.until(LiveEvent.TurnEnded.class);

      assertThat(Talk.kinds(seen))
          .endsWith("Audio", "Warning", "Audio", "Warning", "TurnComplete", "TurnEnded");
      List<Warning> told = Talk.warnings(seen, Warning.Kind.CALLBACK_FAILED);
      assertThat(told.get(0).cause()).isSameAs(mine);
      assertThat(Talk.warnings(talk.until(LiveEvent.TurnEnded.class), Warning.Kind.CALLBACK_FAILED))
          .isEmpty();
    }
  }

  @Test
  void aListenerThatBlocksDelaysOnlyItself() throws Exception {
    Blocker blocked = new Blocker();
    Recorder quick = new Recorder();
    try (Talk talk = Talk.open()) {
      talk.session.subscribe(blocked);
      talk.session.subscribe(quick);
      talk.audio(5, 1);
      blocked.awaitStuck();

      talk.audio(5, 2).turnComplete();
      Talk.get(talk.session.sendText("Still here?"));

      assertThat(quick.until(LiveEvent.TurnEnded.class)).hasSize(4);
      assertThat(blocked.seen).hasSize(1);
      blocked.go.countDown();
      assertThat(blocked.until(LiveEvent.TurnEnded.class)).hasSize(4);
    }
  }

  @Test
  void listenersAreCalledOneAtATimeInOrder() throws Exception {
    AtomicInteger inside = new AtomicInteger();
    AtomicInteger overlaps = new AtomicInteger();
    Recorder listener = new Recorder() {
      @Override
      public void onEvent(LiveEvent event) {
        if (inside.incrementAndGet() != 1) {
          overlaps.incrementAndGet();
        }
        super.onEvent(event);
        inside.decrementAndGet();
      }
    };
    try (Talk talk = Talk.open()) {
      talk.session.subscribe(listener);
      for (int i = 0; i < 2_000; i++) {
        talk.audio(1, i);
      }
      talk.turnComplete();

      assertThat(audioValues(listener.until(LiveEvent.TurnEnded.class)))
          .hasSize(2_000)
          .isSorted();
      assertThat(overlaps).hasValue(0);
    }
  }

  @Test
  void closedIsToldToEverySubscriberOnceAndLast() throws Exception {
    Recorder one = new Recorder();
    Recorder two = new Recorder();
    try (Talk talk = Talk.open(Talk.ONE_CONNECTION)) {
      talk.session.subscribe(one);
      talk.session.subscribe(two);
      talk.audio(5, 1);
      talk.await(LiveEvent.Audio.class);

      talk.service.close(1011, "Internal error encountered.");
      Talk.get(talk.session.closed());
      talk.session.close();
      talk.session.close();

      for (Recorder recorder : List.of(one, two)) {
        List<LiveEvent> seen = recorder.until(LiveEvent.Closed.class);
        assertThat(Talk.kinds(seen)).containsExactly("Audio", "TurnEnded", "Closed");
        assertThat(((LiveEvent.Closed) seen.get(2)).info().code()).isEqualTo(1011);
        assertThat(recorder.seen.poll(50, TimeUnit.MILLISECONDS)).isNull();
      }
      assertThat(Talk.kinds(talk.until(LiveEvent.Closed.class))).containsOnlyOnce("Closed");
    }
  }

  @Test
  void whoSubscribesAfterTheEndStillLearnsOfIt() throws Exception {
    try (Talk talk = Talk.open(Talk.ONE_CONNECTION)) {
      talk.service.close(1000, "bye");
      talk.await(LiveEvent.Closed.class);
      Recorder late = new Recorder();

      talk.session.subscribe(late);

      List<LiveEvent> seen = late.until(LiveEvent.Closed.class);
      assertThat(seen).hasSize(1);
      assertThat(((LiveEvent.Closed) seen.get(0)).info().reason()).isEqualTo("bye");
      try (LiveStream<LiveEvent> events = talk.session.events();
          LiveStream<LiveTurn> turns = talk.session.turns()) {
        assertThat(events).hasSize(1);
        assertThat(turns).isEmpty();
      }
    }
  }

  @Test
  void theFirstSubscriberGetsAllEvenAfterTheEnd() {
    try (Talk talk = Talk.with().unwatched().config(Talk.ONE_CONNECTION).open()) {
      talk.audio(5, 1).turnComplete();
      awaitReceived(talk, 3);
      talk.service.close(1000, "");
      Talk.get(talk.session.closed());

      try (LiveStream<LiveEvent> events = talk.session.events()) {
        List<LiveEvent> seen = new ArrayList<>();
        events.forEach(seen::add);

        assertThat(Talk.kinds(seen))
            .containsExactly("Opened", "Audio", "TurnComplete", "TurnEnded", "Closed");
      }
    }
  }

  @Test
  void whoLeavesHearsNothingMore() throws Exception {
    Recorder listener = new Recorder();
    try (Talk talk = Talk.open()) {
      Subscription subscription = talk.session.subscribe(listener);
      talk.audio(5, 1);
      listener.until(LiveEvent.Audio.class);

      subscription.close();
      subscription.close();
      talk.audio(5, 2);
      talk.await(LiveEvent.Audio.class);
      talk.await(LiveEvent.Audio.class);

      assertThat(listener.seen.poll(50, TimeUnit.MILLISECONDS)).isNull();
    }
  }

  @Test
  void aListenerMayLeaveFromInsideItsOwnCall() throws Exception {
    try (Talk talk = Talk.open()) {
      Subscription[] own = new Subscription[1];
      CountDownLatch subscribed = new CountDownLatch(1);
      Recorder listener = new Recorder() {
        @Override
        public void onEvent(LiveEvent event) {
          super.onEvent(event);
          try {
            subscribed.await(30, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          own[0].close();
        }
      };
      own[0] = talk.session.subscribe(listener);
      subscribed.countDown();

      talk.audio(5, 1).audio(5, 2).turnComplete();
      talk.await(LiveEvent.TurnEnded.class);

      assertThat(listener.seen.poll(30, TimeUnit.SECONDS)).isInstanceOf(LiveEvent.Audio.class);
      assertThat(listener.seen.poll(50, TimeUnit.MILLISECONDS)).isNull();
    }
  }

  @Test
  void eventsRunOnTheClientsExecutorNotOnTheSocketsThreads() throws Exception {
    BlockingQueue<String> threads = new LinkedBlockingQueue<>();
    LiveListener listener = new LiveListener() {
      @Override
      public void onEvent(LiveEvent event) {
        threads.add(Thread.currentThread().getName());
      }
    };
    try (Talk talk = Talk.with()
        .executor(task -> new Thread(task, "mine").start())
        .config(c -> c.listener(listener))
        .open()) {
      talk.audio(5, 1);
      talk.await(LiveEvent.Audio.class);

      assertThat(threads.poll(30, TimeUnit.SECONDS)).isEqualTo("mine");
      assertThat(threads.poll(30, TimeUnit.SECONDS)).isEqualTo("mine");
    }
  }

  @Test
  void aResumptionHandleIsNotShown() {
    try (Talk talk = Talk.open()) {
      talk.hear("{'sessionResumptionUpdate':{'newHandle':'top-secret','resumable':true}}");

      LiveEvent.Resumption resumption = talk.await(LiveEvent.Resumption.class);

      assertThat(resumption.handle()).isEqualTo("top-secret");
      assertThat(resumption.toString()).doesNotContain("top-secret");
    }
  }

  @Test
  void theOpeningTellsSessionAndTime() {
    try (Talk talk = Talk.with().vertex().open()) {
      LiveEvent.Opened opened = talk.next(LiveEvent.Opened.class);

      assertThat(opened.sessionId()).isNotEmpty().isEqualTo(talk.session.serverSessionId());
      assertThat(opened.dialTime()).isBetween(Duration.ofNanos(1), Duration.ofSeconds(10));
    }
  }
}
