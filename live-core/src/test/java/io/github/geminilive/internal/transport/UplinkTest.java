package io.github.geminilive.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.LiveBackpressureException;
import io.github.geminilive.internal.transport.Uplink.Frame;
import io.github.geminilive.internal.transport.Uplink.Lane;
import io.github.geminilive.internal.transport.Uplink.Waited;
import java.net.http.WebSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Messages that outlive the socket they were meant for. */
@Timeout(60)
class UplinkTest {

  private static Frame frame(String text) {
    return Frame.of(text, false, null);
  }

  private static boolean refused(CompletableFuture<Void> future) {
    return future.isCompletedExceptionally()
        && Wire.failure(future) instanceof LiveBackpressureException;
  }

  @Test
  void whatTheEngineHasToSayFirstGoesBeforeWhatWaitsAndThatInItsOrder() {
    try (Wire wire = new Wire()) {
      wire.uplink.send(Lane.VIDEO, "video", false);
      wire.text("one");
      wire.audio(new byte[] {1, 0});
      wire.text("two");
      wire.uplink.send(Lane.URGENT, "answer", false);

      wire.connect(frame("seed 1"), frame("seed 2"));

      List<String> arrived = wire.awaitArrived(1, 7);
      assertThat(arrived.get(4)).startsWith("{\"realtimeInput\"");
      assertThat(arrived)
          .containsExactly("seed 1", "seed 2", "answer", "one", arrived.get(4), "two", "video");
    }
  }

  @Test
  void attachingItselfWritesAndTellsNothing() {
    try (Wire wire = new Wire()) {
      CompletableFuture<Void> text = wire.text("one");
      WebSocket socket = wire.dial();

      Waited waited = wire.uplink.attach(socket, List.of(frame("seed")));

      assertThat(waited.messages()).isEqualTo(1);
      assertThat(text).isNotDone();
      assertThat(wire.observed.sent()).isEmpty();
      assertThat(wire.uplink.idle()).isFalse();

      wire.uplink.flush();

      assertThat(wire.awaitArrived(1, 2)).containsExactly("seed", "one");
    }
  }

  @Test
  void aSendOfAnotherThreadBetweenAttachAndFlushDoesNotOvertake() {
    try (Wire wire = new Wire()) {
      wire.uplink.attach(wire.dial(), List.of(frame("seed")));
      wire.audio(new byte[] {1, 0});
      wire.uplink.flush();

      assertThat(wire.awaitArrived(1, 2).get(0)).isEqualTo("seed");
    }
  }

  @Test
  void aMessageOnItsWayReturnsToTheFrontAndArrivesOnce() {
    try (Wire wire = new Wire()) {
      Wire.Stuck stuck = wire.stuck();
      CompletableFuture<Void> later = wire.text("later");

      wire.lose();
      assertThat(stuck.future()).isNotDone();
      Waited waited = wire.reconnect();

      Wire.get(stuck.future());
      Wire.get(later);
      CompletableFuture<Void> last = wire.text("last");
      Wire.get(last);
      assertThat(wire.awaitArrived(2, 3)).containsExactly(stuck.frame(), "later", "last");
      assertThat(waited.messages()).isEqualTo(2);
      assertThat(wire.observed.sentTexts().stream().filter(stuck.frame()::equals))
          .hasSize(1);
    }
  }

  @Test
  void aMessageNeverTakenCountsAsNotWrittenWhenTheNextSocketComes() {
    try (Wire wire = new Wire()) {
      Wire.Stuck stuck = wire.stuck();
      wire.uplink.detach();

      wire.reconnect();

      Wire.get(stuck.future());
      assertThat(wire.awaitArrived(2, 1)).containsExactly(stuck.frame());
      long written = wire.uplink.written();

      // The old socket takes it after all: nobody is told again, nothing is disturbed.
      stuck.connection().resume();
      Wire.await(() -> wire.arrived(1).contains(stuck.frame()));
      Wire.get(wire.text("later"));
      assertThat(wire.awaitArrived(2, 2)).containsExactly(stuck.frame(), "later");
      List<String> told = new ArrayList<>(wire.arrived(1));
      told.remove(stuck.frame());
      told.addAll(List.of(stuck.frame(), "later"));
      assertThat(wire.observed.sentTexts()).isEqualTo(told);
      assertThat(wire.uplink.written()).isEqualTo(written + 1);
    }
  }

  @Test
  void aMessageTheSocketTakesAfterItWasDetachedCountsAsSent() {
    try (Wire wire = new Wire()) {
      Wire.Stuck stuck = wire.stuck();
      long written = wire.uplink.written();
      wire.uplink.detach();
      CompletableFuture<Void> later = wire.text("later");

      stuck.connection().resume();

      Wire.get(stuck.future());
      assertThat(later).isNotDone();
      assertThat(wire.uplink.written()).isEqualTo(written + 1);
      wire.reconnect();
      Wire.get(later);
      assertThat(wire.awaitArrived(2, 1)).containsExactly("later");
    }
  }

  @Test
  void aSocketThatFailsIsDetachedAndItsMessageWaits() {
    try (Wire wire = new Wire()) {
      Wire.Stuck stuck = wire.stuck();
      WebSocket socket = wire.newest();

      stuck.connection().reset();

      Wire.await(() -> !wire.observed.failed().isEmpty());
      CompletableFuture<Void> later = wire.text("later");
      assertThat(stuck.future()).isNotDone();
      assertThat(later).isNotDone();
      assertThat(wire.observed.failed()).containsExactly(socket);
      assertThat(wire.uplink.queuedMessages()).isEqualTo(2);
      wire.reconnect();
      assertThat(wire.awaitArrived(2, 2)).containsExactly(stuck.frame(), "later");
      Wire.get(stuck.future());
      Wire.get(later);
    }
  }

  @Test
  void aSocketThatIsDeadWhenItIsAskedLosesNothing() {
    try (Wire wire = new Wire()) {
      wire.connect();
      wire.cut();

      CompletableFuture<Void> text = wire.text("one");
      CompletableFuture<Void> audio = wire.audio(new byte[] {1, 0, 2, 0});

      wire.awaitFailure();
      assertThat(wire.observed.failed()).hasSize(1);
      assertThat(text).isNotDone();
      assertThat(audio).isNotDone();
      wire.reconnect();
      Wire.get(text);
      Wire.get(audio);
      assertThat(Wire.audio(wire.awaitArrived(2, 2))).containsExactly(1, 0, 2, 0);
    }
  }

  @Test
  void audioOnItsWayReturnsAsTheFrameItWas() {
    try (Wire wire = new Wire()) {
      wire.connect();
      wire.cut();

      CompletableFuture<Void> audio = wire.audio(new byte[] {1, 0, 2, 0});
      wire.audio(new byte[] {3, 0});
      Waited waited = wire.reconnect();

      Wire.get(audio);
      List<String> arrived = wire.awaitArrived(2, 2);
      assertThat(Wire.audio(arrived.subList(0, 1))).containsExactly(1, 0, 2, 0);
      assertThat(Wire.audio(arrived)).containsExactly(1, 0, 2, 0, 3, 0);
      assertThat(waited.messages()).isZero();
      assertThat(waited.audioNanos()).isEqualTo(3 * 1_000_000_000L / Wire.RATE);
    }
  }

  @Test
  void allThatWasJoinedToOneFrameWaitsWithIt() {
    try (Wire wire = new Wire()) {
      CompletableFuture<Void> first = wire.audio(new byte[] {1, 0});
      CompletableFuture<Void> second = wire.audio(new byte[] {2, 0});
      WebSocket dead = wire.dial();
      dead.abort();
      wire.uplink.attach(dead, List.of());
      wire.uplink.flush();

      wire.awaitFailure();
      assertThat(first).isNotDone();
      assertThat(second).isNotDone();
      wire.reconnect();
      Wire.get(first);
      Wire.get(second);
      assertThat(Wire.audio(wire.awaitArrived(2, 1))).containsExactly(1, 0, 2, 0);
    }
  }

  @Test
  void anAnswerOnItsWayReturnsBeforeOtherAnswers() {
    try (Wire wire = new Wire()) {
      Wire.Stuck stuck = wire.fill(wire.connectPaused(), Lane.URGENT, null);
      wire.text("text");
      wire.uplink.send(Lane.URGENT, "answer", false);

      wire.lose();
      wire.reconnect();

      assertThat(wire.awaitArrived(2, 3)).containsExactly(stuck.frame(), "answer", "text");
    }
  }

  @Test
  void whatWasToGoFirstDoesNotWaitForTheSocketAfter() {
    try (Wire wire = new Wire()) {
      CompletableFuture<Void> text = wire.text("text");
      WebSocket dead = wire.dial();
      dead.abort();
      wire.uplink.attach(dead, List.of(frame("old seed 1"), frame("old seed 2")));
      wire.uplink.flush();
      wire.awaitFailure();

      wire.uplink.attach(wire.dial(), List.of(frame("new seed")));
      wire.uplink.flush();

      Wire.get(text);
      assertThat(wire.awaitArrived(2, 2)).containsExactly("new seed", "text");
    }
  }

  @ParameterizedTest
  @CsvSource({"URGENT, -1, false", "URGENT, 0, false", "URGENT, 1, true"})
  @CsvSource({"STREAM, -1, false", "STREAM, 0, false", "STREAM, 1, true"})
  void withoutASocketMessagesBeyondTheLimitAreRefused(Lane lane, int beyond, boolean isRefused) {
    try (Wire wire = new Wire(Wire.limits(10, 1 << 20))) {
      CompletableFuture<Void> last = new CompletableFuture<>();
      for (int i = 0; i < 10 + beyond; i++) {
        last = wire.uplink.send(lane, "t" + i, false);
      }

      assertThat(refused(last)).isEqualTo(isRefused);
      assertThat(wire.uplink.queuedMessages()).isEqualTo(Math.min(10, 10 + beyond));
      if (isRefused) {
        assertThat(Wire.failure(last))
            .hasMessageContaining("10 messages")
            .hasMessageContaining("no connection at the moment");
      }
      // Audio has a limit of its own.
      assertThat(wire.audio(new byte[] {1, 0})).isNotDone();
      wire.reconnect();
      wire.awaitArrived(1, Math.min(10, 10 + beyond) + 1);
    }
  }

  @ParameterizedTest
  @CsvSource({"-1, false", "0, false", "1, true"})
  void withoutASocketBytesBeyondTheLimitAreRefused(int beyond, boolean isRefused) {
    try (Wire wire = new Wire(Wire.limits(10, 1_000))) {
      wire.text("a".repeat(400));

      CompletableFuture<Void> second = wire.text("ü".repeat(250) + "b".repeat(100 + beyond));

      assertThat(refused(second)).isEqualTo(isRefused);
    }
  }

  @Test
  void heldAudioMakesRoomForWordsButNotForTheirNumber() {
    try (Wire wire = new Wire(Wire.limits(2, 1_000))) {
      CompletableFuture<Void> oldest = wire.audio(new byte[400]);
      CompletableFuture<Void> newer = wire.audio(new byte[400]);

      CompletableFuture<Void> first = wire.text("a".repeat(300));
      CompletableFuture<Void> second = wire.text("b");
      CompletableFuture<Void> third = wire.text("c");

      assertThat(refused(oldest)).isTrue();
      assertThat(newer).isNotDone();
      assertThat(first).isNotDone();
      assertThat(second).isNotDone();
      assertThat(refused(third)).isTrue();
    }
  }

  /** Notes what becomes of its message. */
  private static final class Followed implements Uplink.Tracked {
    private final List<String> notes = new CopyOnWriteArrayList<>();

    @Override
    public void handed() {
      notes.add("handed");
    }

    @Override
    public void taken() {
      notes.add("taken");
    }
  }

  @Test
  void aTagThatFollowsItsMessageSeesEachAttempt() {
    try (Wire wire = new Wire()) {
      wire.connect();
      wire.cut();
      Followed tag = new Followed();
      CompletableFuture<Void> text = wire.uplink.send(Lane.STREAM, "text", false, tag);
      wire.awaitFailure();
      assertThat(tag.notes).containsExactly("handed");

      wire.reconnect();

      Wire.get(text);
      assertThat(tag.notes).containsExactly("handed", "handed", "taken");
    }
  }

  @Test
  void whatIsWithdrawnFailsAndTheOthersGo() {
    try (Wire wire = new Wire()) {
      CompletableFuture<Void> one = wire.uplink.send(Lane.URGENT, "one", false, "id 1");
      CompletableFuture<Void> two = wire.uplink.send(Lane.URGENT, "two", false, "id 2");
      CompletableFuture<Void> three = wire.uplink.send(Lane.STREAM, "three", false, "id 1");
      CompletableFuture<Void> untagged = wire.text("four");

      int withdrawn =
          wire.uplink.withdraw("id 1"::equals, () -> new IllegalStateException("unknown call"));

      assertThat(withdrawn).isEqualTo(2);
      assertThat(one).as("in memory only").isNotDone();
      wire.reconnect();
      assertThat(Wire.failure(one)).hasMessage("unknown call");
      assertThat(Wire.failure(three)).hasMessage("unknown call");
      Wire.get(two);
      Wire.get(untagged);
      assertThat(wire.awaitArrived(1, 2)).containsExactly("two", "four");
      assertThat(wire.observed.sent()).extracting(Frame::tag).containsExactly("id 2", (Object)
          null);
      assertThat(wire.uplink.dropped()).isZero();
    }
  }

  @Test
  void whatIsWithdrawnOnItsWayToALostSocketDoesNotComeBack() {
    try (Wire wire = new Wire()) {
      Wire.Stuck stuck = wire.fill(wire.connectPaused(), Lane.URGENT, "id 1");
      wire.uplink.detach();

      int withdrawn =
          wire.uplink.withdraw("id 1"::equals, () -> new IllegalStateException("unknown call"));
      wire.text("later");
      wire.reconnect();

      assertThat(withdrawn).isZero();
      assertThat(Wire.failure(stuck.future())).hasMessage("unknown call");
      assertThat(wire.awaitArrived(2, 1)).containsExactly("later");
    }
  }

  @Test
  void whatIsOnItsWayToAGoodSocketCannotBeWithdrawn() {
    try (Wire wire = new Wire()) {
      Wire.Stuck stuck = wire.fill(wire.connectPaused(), Lane.URGENT, "id 1");

      wire.uplink.withdraw("id 1"::equals, () -> new IllegalStateException("cancelled"));
      stuck.connection().resume();

      Wire.get(stuck.future());
      Wire.await(() -> wire.arrived(1).contains(stuck.frame()));
    }
  }

  @Test
  void writtenCountsAllButAudioSinceTheLastSocketCame() {
    try (Wire wire = new Wire()) {
      wire.text("waits");
      wire.connect(frame("seed"));
      Wire.get(wire.text("one"));
      Wire.get(wire.audio(new byte[] {1, 0}));
      assertThat(wire.uplink.written()).isEqualTo(3);

      wire.lose();
      assertThat(wire.uplink.written()).isEqualTo(3);
      wire.reconnect();
      assertThat(wire.uplink.written()).isZero();
      Wire.get(wire.text("two"));
      assertThat(wire.uplink.written()).isEqualTo(1);
    }
  }

  @Test
  void idleMeansThatNothingWaitsAndNothingIsOnItsWay() {
    try (Wire wire = new Wire()) {
      assertThat(wire.uplink.idle()).isTrue();
      CompletableFuture<Void> text = wire.text("waits");
      assertThat(wire.uplink.idle()).isFalse();
      wire.connect();
      Wire.get(text);
      assertThat(wire.uplink.idle()).isTrue();

      wire.lose();
      Wire.Stuck stuck = wire.stuck();
      assertThat(wire.uplink.queuedMessages()).isZero();
      assertThat(wire.uplink.idle()).isFalse();
      stuck.connection().resume();
      Wire.get(stuck.future());
      assertThat(wire.uplink.idle()).isTrue();
    }
  }

  @Test
  void whatWasSentIsToldWithAllThatIsKnownOfIt() {
    try (Wire wire = new Wire()) {
      wire.connect();
      Wire.get(wire.uplink.send(Lane.STREAM, "grüß", true, "tag"));
      Wire.get(wire.audio(new byte[320]));

      List<Frame> sent = wire.observed.sent();
      assertThat(sent.get(0)).isEqualTo(new Frame("grüß", 6, 0, true, "tag"));
      assertThat(sent.get(1).audioNanos()).isEqualTo(Duration.ofMillis(10).toNanos());
      assertThat(sent.get(1).input()).isTrue();
    }
  }

  /** Where an uplink can be when it is to end. */
  enum Where {
    DETACHED,
    ATTACHED,
    STUCK,
    LEFT_WHILE_STUCK,
    FAILED
  }

  private static CompletableFuture<Void> bring(Wire wire, Where where) {
    switch (where) {
      case ATTACHED -> wire.connect();
      case STUCK -> {
        return wire.stuck().future();
      }
      case LEFT_WHILE_STUCK -> {
        Wire.Stuck stuck = wire.stuck();
        wire.uplink.detach();
        return stuck.future();
      }
      case FAILED -> {
        wire.connect();
        wire.cut();
        CompletableFuture<Void> returns = wire.text("returns");
        wire.awaitFailure();
        return returns;
      }
      default -> {}
    }
    return CompletableFuture.completedFuture(null);
  }

  @ParameterizedTest
  @EnumSource(Where.class)
  void finishingEndsWhereNothingCanBeWritten(Where where) {
    try (Wire wire = new Wire()) {
      CompletableFuture<Void> earlier = bring(wire, where);
      CompletableFuture<Void> waits = where == Where.ATTACHED ? earlier : wire.text("waits");

      CompletableFuture<Void> finished = wire.uplink.finish(() -> new IllegalStateException("x"));

      assertThat(finished.isDone()).isEqualTo(where != Where.STUCK);
      assertThat(waits.isDone()).isEqualTo(where == Where.ATTACHED);
      assertThat(Wire.failure(wire.text("more"))).hasMessage("x");
      if (where == Where.STUCK) {
        wire.uplink.detach();
        wire.uplink.flush();
        assertThat(finished).isCompleted();
        assertThat(waits).isNotDone();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Where.class)
  void closingFailsAllThatHasNotLeft(Where where) {
    try (Wire wire = new Wire()) {
      List<CompletableFuture<Void>> left = new ArrayList<>();
      left.add(bring(wire, where));
      if (where != Where.ATTACHED) {
        left.add(wire.text("waits"));
        left.add(wire.audio(new byte[] {1, 0}));
        left.add(wire.uplink.send(Lane.URGENT, "urgent", false));
        left.add(wire.uplink.send(Lane.VIDEO, "video", false));
      }
      int told = wire.observed.sent().size();

      wire.uplink.close(() -> new IllegalStateException("over"));
      wire.uplink.close(() -> new IllegalStateException("over again"));

      int from = where == Where.DETACHED || where == Where.ATTACHED ? 1 : 0;
      for (CompletableFuture<Void> future : left.subList(from, left.size())) {
        assertThat(Wire.failure(future)).hasMessage("over");
      }
      assertThat(Wire.failure(wire.text("more"))).hasMessage("over");
      assertThat(Wire.failure(wire.audio(new byte[2]))).hasMessage("over");
      assertThat(wire.uplink.idle()).isTrue();
      assertThat(wire.time.pending()).isZero();
      // The socket's late word changes nothing, nor does another socket.
      wire.server.connections().forEach(connection -> connection.resume());
      wire.reconnect();
      assertThat(wire.uplink.idle()).isTrue();
      assertThat(wire.observed.sent()).hasSize(told);
    }
  }

  @Test
  void finishingWaitsForWhatHasItsPlaceButIsNotFlushedYet() {
    try (Wire wire = new Wire()) {
      wire.connect();
      CompletableFuture<Void> text = wire.uplink.enqueue(Lane.STREAM, "one", false);

      CompletableFuture<Void> finished = wire.uplink.finish(() -> new IllegalStateException("x"));
      assertThat(finished).isNotDone();
      wire.uplink.flush();

      Wire.get(finished);
      Wire.get(text);
      assertThat(wire.awaitArrived(1, 1)).containsExactly("one");
    }
  }

  @Test
  void aSocketThatFailsEndsTheFinishing() {
    try (Wire wire = new Wire()) {
      Wire.Stuck stuck = wire.stuck();
      CompletableFuture<Void> finished = wire.uplink.finish(() -> new IllegalStateException("x"));
      assertThat(finished).isNotDone();

      stuck.connection().reset();

      Wire.get(finished);
      assertThat(stuck.future()).isNotDone();
    }
  }
}
