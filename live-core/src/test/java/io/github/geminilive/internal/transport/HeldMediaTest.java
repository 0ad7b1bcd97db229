package io.github.geminilive.internal.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.LiveBackpressureException;
import io.github.geminilive.internal.transport.Uplink.Lane;
import io.github.geminilive.internal.transport.Uplink.Limits;
import io.github.geminilive.internal.transport.Uplink.Waited;
import io.github.geminilive.testkit.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What becomes of the microphone and the camera while there is no socket. */
@Timeout(60)
class HeldMediaTest {

  private static final long HELD = Duration.ofSeconds(2).toNanos();
  private static final Duration MEDIA_AGE = Duration.ofMillis(500);
  private static final int CHUNK_MILLIS = 100;

  /** 100 ms of audio; all bytes bear the number. */
  private static byte[] chunk(int number) {
    byte[] pcm = new byte[Wire.RATE * 2 * CHUNK_MILLIS / 1000];
    Arrays.fill(pcm, (byte) number);
    return pcm;
  }

  private static long nanos(int chunks) {
    return chunks * CHUNK_MILLIS * 1_000_000L;
  }

  private static Limits limits(int messages, Duration held) {
    return new Limits(
        messages,
        1 << 20,
        MEDIA_AGE.toNanos(),
        held.toNanos(),
        Duration.ofSeconds(10).toNanos());
  }

  @ParameterizedTest
  @CsvSource({"19, 0", "20, 0", "21, 1", "50, 30"})
  void audioIsHeldUpToItsLimitTheOldestDroppedFirst(int chunks, int dropped) {
    try (Wire wire = new Wire()) {
      List<CompletableFuture<Void>> sent = new ArrayList<>();
      for (int i = 0; i < chunks; i++) {
        sent.add(wire.audio(chunk(i)));
      }

      for (int i = 0; i < chunks; i++) {
        assertThat(sent.get(i).isCompletedExceptionally()).as("chunk %d", i).isEqualTo(i < dropped);
      }
      Waited waited = wire.reconnect();
      assertThat(waited.audioNanos()).isEqualTo(nanos(chunks - dropped));
      assertThat(waited.audioDroppedNanos()).isEqualTo(nanos(dropped));
      for (int i = dropped; i < chunks; i++) {
        Wire.get(sent.get(i));
      }
      assertThat(wire.observed.sent())
          .extracting(Uplink.Frame::audioNanos)
          .hasSize(chunks - dropped)
          .containsOnly(nanos(1));
      assertThat(wire.uplink.dropped()).isEqualTo(dropped);
    }
  }

  @ParameterizedTest
  @CsvSource({"-1, 0", "0, 0", "1, 1"})
  void theLimitIsExactToTheSample(int samplesBeyond, int dropped) {
    try (Wire wire = new Wire()) {
      wire.audio(new byte[] {1, 0});
      wire.audio(new byte[2 * (2 * Wire.RATE - 1 + samplesBeyond)]);

      Waited waited = wire.reconnect();

      assertThat(wire.uplink.dropped()).isEqualTo(dropped);
      assertThat(waited.audioNanos())
          .isLessThanOrEqualTo(HELD)
          .isEqualTo((2L * Wire.RATE + samplesBeyond - dropped) * 1_000_000_000L / Wire.RATE);
    }
  }

  @Test
  void zeroKeepsNone() {
    try (Wire wire = new Wire(limits(256, Duration.ZERO))) {
      CompletableFuture<Void> audio = wire.audio(chunk(1));
      CompletableFuture<Void> text = wire.text("kept");

      assertThat(Wire.failure(audio))
          .isInstanceOf(LiveBackpressureException.class)
          .hasMessageContaining("no connection");
      wire.reconnect();
      Wire.get(text);
      assertThat(wire.awaitArrived(1, 1)).containsExactly("kept");
    }
  }

  @Test
  void audioOnItsWayDoesNotOutliveItsSocketWhereNoneIsKept() {
    try (Wire wire = new Wire(limits(256, Duration.ZERO))) {
      wire.connect();
      wire.cut();

      CompletableFuture<Void> audio = wire.audio(chunk(1));

      assertThat(Wire.failure(audio)).isInstanceOf(LiveBackpressureException.class);
      assertThat(wire.uplink.queuedMessages()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"-1, true", "0, true", "1, false"})
  void theAgeOfHeldAudioCountsFromTheNewSocketOn(int beyond, boolean kept) {
    try (Wire wire = new Wire()) {
      Wire.Stuck stuck = wire.stuck();
      wire.uplink.detach();
      CompletableFuture<Void> audio = wire.audio(chunk(2));
      wire.time.advance(Duration.ofMinutes(1));
      // What was stuck goes first, is stuck again, and holds up the audio behind it.
      Connection connection = wire.connectPaused();
      assertThat(audio).isNotDone();

      wire.time.advance(MEDIA_AGE.plusNanos(beyond));
      connection.resume();

      Wire.get(stuck.future());
      Wire.await(audio::isDone);
      assertThat(audio.isCompletedExceptionally()).isEqualTo(!kept);
      if (!kept) {
        assertThat(Wire.failure(audio)).hasMessageContaining("longer than 500 ms");
      }
    }
  }

  @Test
  void ofVideoOnlyTheNewestFrameIsHeld() {
    try (Wire wire = new Wire()) {
      CompletableFuture<Void> older = wire.uplink.send(Lane.VIDEO, "older", false);
      CompletableFuture<Void> newest = wire.uplink.send(Lane.VIDEO, "newest", false);

      assertThat(Wire.failure(older)).hasMessageContaining("no connection");
      assertThat(newest).isNotDone();
      Waited waited = wire.reconnect();

      Wire.get(newest);
      assertThat(waited.videoDropped()).isEqualTo(1);
      assertThat(waited.messages()).isEqualTo(1);
      assertThat(waited.audioDroppedNanos()).isZero();
    }
  }

  @ParameterizedTest
  @CsvSource({"-1, 0", "0, 0", "1, 1"})
  void aFrameThatIsStaleWhenTheSocketComesIsDropped(int beyond, int dropped) {
    try (Wire wire = new Wire()) {
      CompletableFuture<Void> frame = wire.uplink.send(Lane.VIDEO, "frame", false);
      wire.time.advance(MEDIA_AGE.plusNanos(beyond));

      Waited waited = wire.reconnect();

      Wire.await(frame::isDone);
      assertThat(frame.isCompletedExceptionally()).isEqualTo(dropped == 1);
      assertThat(waited.videoDropped()).isEqualTo(dropped);
      assertThat(waited.messages()).isEqualTo(1 - dropped);
      assertThat(wire.observed.drops()).hasSize(dropped);
    }
  }

  @Test
  void aFrameThatReturnsFromALostSocketYieldsToANewerOne() {
    try (Wire wire = new Wire()) {
      Wire.Stuck stuck = wire.fill(wire.connectPaused(), Lane.VIDEO, null);
      CompletableFuture<Void> newest = wire.uplink.send(Lane.VIDEO, "newest", false);

      wire.lose();
      Waited waited = wire.reconnect();

      Wire.get(newest);
      assertThat(Wire.failure(stuck.future())).isInstanceOf(LiveBackpressureException.class);
      assertThat(wire.awaitArrived(2, 1)).containsExactly("newest");
      assertThat(waited.videoDropped()).isEqualTo(1);
    }
  }

  @Test
  void whatIsTooMuchWhenTheSocketGoesIsDropped() {
    try (Wire wire = new Wire(limits(256, Duration.ofMillis(200)))) {
      Wire.Stuck stuck = wire.stuck();
      List<CompletableFuture<Void>> audio = new ArrayList<>();
      for (int i = 0; i < 5; i++) {
        audio.add(wire.audio(chunk(i)));
      }
      wire.uplink.send(Lane.VIDEO, "older", false);
      wire.uplink.send(Lane.VIDEO, "newest", false);
      assertThat(wire.uplink.dropped()).isZero();

      wire.uplink.detach();

      assertThat(wire.uplink.dropped()).isEqualTo(4);
      assertThat(audio).as("in memory only").noneMatch(CompletableFuture::isDone);
      wire.uplink.flush();
      assertThat(audio.subList(0, 3)).allMatch(CompletableFuture::isCompletedExceptionally);
      assertThat(wire.observed.drops()).isEmpty();

      Waited waited = wire.reconnect();
      Wire.get(audio.get(3));
      Wire.get(audio.get(4));
      assertThat(waited.messages()).isEqualTo(2);
      assertThat(waited.audioNanos()).isEqualTo(nanos(2));
      assertThat(waited.audioDroppedNanos()).isEqualTo(nanos(3));
      assertThat(waited.videoDropped()).isEqualTo(1);
      assertThat(stuck.future()).isCompleted();
      assertThat(wire.observed.drops())
          .containsExactly(
              new Wire.Drop(4, Duration.ofMillis(300), "there was no connection to send it on"));
    }
  }

  @Test
  void whatIsLostWithASocketIsToldWhenTheNextOneComes() {
    try (Wire wire = new Wire(limits(256, Duration.ofMillis(50)))) {
      wire.connect();
      wire.cut();
      CompletableFuture<Void> onItsWay = wire.audio(chunk(1));
      CompletableFuture<Void> later = wire.audio(chunk(2));

      assertThat(Wire.failure(onItsWay)).isInstanceOf(LiveBackpressureException.class);
      assertThat(Wire.failure(later)).isInstanceOf(LiveBackpressureException.class);
      assertThat(wire.observed.drops()).isEmpty();
      wire.reconnect();

      assertThat(wire.observed.drops()).extracting(Wire.Drop::messages).containsExactly(2);
    }
  }

  @Test
  void eachChangeOfSocketsTellsItsOwnLosses() {
    try (Wire wire = new Wire(limits(256, Duration.ofMillis(100)))) {
      wire.audio(chunk(1));
      wire.audio(chunk(2));
      assertThat(wire.reconnect().audioDroppedNanos()).isEqualTo(nanos(1));
      Wire.await(wire.uplink::idle);

      wire.lose();
      assertThat(wire.reconnect().audioDroppedNanos()).isZero();

      wire.lose();
      wire.audio(chunk(1));
      wire.audio(chunk(2));
      wire.audio(chunk(3));
      assertThat(wire.reconnect().audioDroppedNanos()).isEqualTo(nanos(2));
      assertThat(wire.observed.drops()).extracting(Wire.Drop::messages).containsExactly(1, 2);
    }
  }

  @Test
  void moreShortPiecesAreHeldThanMessagesMayWait() {
    try (Wire wire = new Wire(limits(5, Duration.ofMillis(100)))) {
      for (int i = 0; i < 10; i++) {
        assertThat(wire.audio(new byte[Wire.RATE * 2 / 100])).isNotDone();
      }

      assertThat(wire.text("goes, too")).isNotDone();
      assertThat(wire.reconnect().audioNanos()).isEqualTo(nanos(1));
      wire.awaitArrived(1, 2);
    }
  }

  @ParameterizedTest
  @CsvSource({"99, 0", "100, 0", "101, 1"})
  void tinyPiecesAreBoundedByTheirNumber(int pieces, int dropped) {
    try (Wire wire = new Wire(limits(5, Duration.ofMillis(100)))) {
      for (int i = 0; i < pieces; i++) {
        wire.audio(new byte[] {1, 0});
      }

      assertThat(wire.uplink.queuedMessages()).isEqualTo(pieces - dropped);
      assertThat(wire.uplink.dropped()).isEqualTo(dropped);
    }
  }
}
