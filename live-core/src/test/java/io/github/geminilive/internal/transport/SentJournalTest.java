package io.github.geminilive.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.internal.transport.Uplink.Frame;
import io.github.geminilive.internal.transport.Uplink.Waited;
import java.net.http.WebSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is written again to a service that says how far it has consumed. */
@Timeout(60)
class SentJournalTest {

  private final SentJournal journal = new SentJournal(100);

  private static Frame frame(String text) {
    return Frame.of(text, false, null);
  }

  private void sent(String... texts) {
    for (String text : texts) {
      journal.sent(frame(text));
    }
  }

  private List<String> rest() {
    return journal.rest().stream().map(Frame::text).toList();
  }

  @ParameterizedTest
  @CsvSource({"0, abc", "1, bc", "2, c", "3, ''", "4, ''"})
  void theRestIsWhatCameAfterTheIndex(long index, String rest) {
    sent("a", "b", "c");

    journal.consumed(index);

    assertThat(String.join("", rest())).isEqualTo(rest);
    assertThat(journal.forgotten()).isZero();
  }

  @Test
  void anOlderIndexTakesNothingBack() {
    sent("a", "b", "c");
    journal.consumed(2);
    journal.consumed(1);

    assertThat(rest()).containsExactly("c");
  }

  @Test
  void theServiceMayBeFasterThanTheSocket() {
    journal.consumed(2);
    sent("a", "b", "c");

    assertThat(rest()).containsExactly("c");
    assertThat(journal.forgotten()).isZero();
  }

  @Test
  void theCountBeginsAnewWithEachConnection() {
    sent("a", "b", "c");
    journal.consumed(1);

    List<Frame> again = journal.rest();
    journal.restart();
    again.forEach(journal::sent);
    sent("d");
    journal.consumed(2);

    assertThat(rest()).containsExactly("d");
  }

  @Test
  void whatWasNotWrittenAgainYetStaysInItsPlace() {
    sent("a", "b", "c");

    List<Frame> again = journal.rest();
    journal.restart();
    journal.sent(again.get(0));
    assertThat(rest()).containsExactly("a", "b", "c");
    journal.consumed(1);
    assertThat(rest()).containsExactly("b", "c");
    List<Frame> oncemore = journal.rest();
    journal.restart();

    assertThat(journal.rest()).isEqualTo(oncemore);
  }

  @Test
  void whatIsSaidBeforeTheRestKeepsItsPlaceBeforeIt() {
    sent("a");

    List<Frame> again = journal.rest();
    journal.restart();
    sent("seed");
    again.forEach(journal::sent);
    journal.consumed(1);

    assertThat(rest()).containsExactly("a");
  }

  @ParameterizedTest
  @CsvSource({"-1, 2, 0", "0, 2, 0", "1, 1, 1"})
  void theOldestIsForgottenBeyondTheLimit(int beyond, int kept, int forgotten) {
    sent("a".repeat(60), "b".repeat(40 + beyond));

    assertThat(journal.rest()).hasSize(kept);
    assertThat(journal.forgotten()).isEqualTo(forgotten);
  }

  @Test
  void whatIsForgottenButConsumedIsNotMissing() {
    sent("a".repeat(60), "b".repeat(60), "c".repeat(60));
    assertThat(journal.forgotten()).isEqualTo(2);

    journal.consumed(1);
    assertThat(journal.forgotten()).isEqualTo(1);
    journal.consumed(2);

    assertThat(journal.forgotten()).isZero();
    assertThat(rest()).containsExactly("c".repeat(60));
  }

  @Test
  void roomComesBackWithWhatIsConsumed() {
    sent("a".repeat(90));
    journal.consumed(1);
    sent("b".repeat(90));

    assertThat(rest()).containsExactly("b".repeat(90));
    assertThat(journal.forgotten()).isZero();
  }

  @Test
  void aMessageLargerThanTheLimitIsForgotten() {
    sent("a".repeat(101), "b");

    assertThat(rest()).containsExactly("b");
    assertThat(journal.forgotten()).isEqualTo(1);
  }

  @Test
  void aSessionWithoutMemoryBeginsEmpty() {
    sent("a", "b");
    journal.consumed(1);

    journal.clear();
    assertThat(rest()).isEmpty();
    assertThat(journal.forgotten()).isZero();
    sent("c");
    journal.consumed(0);

    assertThat(rest()).containsExactly("c");
  }

  @Test
  void theUplinkWritesTheRestAgainAfterTheSeedAndBeforeWhatWaits() {
    try (Wire wire = new Wire()) {
      wire.uplink.journal(journal);
      wire.connect();
      Wire.get(wire.text("one"));
      Wire.get(wire.text("two"));
      Wire.get(wire.audio(new byte[] {1, 0}));
      journal.consumed(1);

      wire.lose();
      wire.text("waits");
      Waited waited = wire.uplink.attach(wire.dial(), List.of(frame("seed")));
      wire.uplink.flush();

      List<String> arrived = wire.awaitArrived(2, 4);
      assertThat(arrived.subList(0, 2)).containsExactly("seed", "two");
      assertThat(Wire.audio(arrived)).containsExactly(1, 0);
      assertThat(arrived.get(3)).isEqualTo("waits");
      assertThat(waited.sentAgain()).isEqualTo(2);
      assertThat(waited.messages()).isEqualTo(1);
      Wire.await(wire.uplink::idle);
      journal.consumed(3);
      assertThat(rest()).containsExactly("waits");
    }
  }

  @Test
  void aMessageThatWasNeverTakenIsInTheQueueAndNotInTheJournal() {
    try (Wire wire = new Wire()) {
      SentJournal large = new SentJournal(100 << 20);
      wire.uplink.journal(large);
      Wire.Stuck stuck = wire.stuck();
      int taken = large.rest().size();
      large.consumed(taken);
      wire.lose();

      Waited waited = wire.reconnect();

      Wire.get(stuck.future());
      assertThat(waited.sentAgain()).isZero();
      assertThat(wire.awaitArrived(2, 1)).containsExactly(stuck.frame());
      assertThat(large.rest()).hasSize(1);
    }
  }

  @Test
  void whatADeadSocketDidNotTakeIsWrittenAgainOnTheNext() {
    try (Wire wire = new Wire()) {
      wire.uplink.journal(journal);
      wire.connect();
      Wire.get(wire.text("one"));
      Wire.get(wire.text("two"));
      wire.lose();
      WebSocket dead = wire.dial();
      dead.abort();
      assertThat(wire.uplink.attach(dead, List.of()).sentAgain()).isEqualTo(2);
      wire.uplink.flush();
      wire.awaitFailure();

      assertThat(wire.reconnect().sentAgain()).isEqualTo(2);

      assertThat(wire.awaitArrived(3, 2)).containsExactly("one", "two");
    }
  }
}
