package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.LiveEvent.Warning;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.FunctionResponse;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.Tool;
import io.github.geminilive.testkit.AudioPiece;
import io.github.geminilive.testkit.VirtualTime;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the outgoing queue does when the service does not read. */
class BackpressureTest {

  private static final Tool BY_HAND = Tool.functions(FunctionDeclaration.builder("look", "looks")
      .behavior(FunctionBehavior.BLOCKING)
      .build());

  /** A session whose socket takes nothing more: the queue is empty, one send is under way. */
  private static Talk stuck(Talk.Setting setting) {
    Talk talk = setting.server(server -> server.receiveBufferBytes(4096)).open();
    talk.service.pauseReading();
    // More than the buffers of both ends can grow to: it is still on its way however long one
    // waits.
    CompletableFuture<Void> sent = talk.session.sendText("x".repeat(12 << 20));
    assertThat(sent).isNotDone();
    Talk.awaitTrue(() -> talk.session.metrics().queuedMessages() == 0, "it is under way");
    return talk;
  }

  private static Talk stuck(int messages, long bytes) {
    // What is sent may wait long where a machine is busy, and is to arrive all the same.
    return stuck(Talk.with()
        .config(c -> c.outgoingLimits(messages, bytes)
            .outgoingMediaAge(Duration.ofMinutes(1))
            .declare(BY_HAND)));
  }

  private static boolean refused(CompletableFuture<Void> future) {
    return future.isCompletedExceptionally()
        && Talk.failure(future) instanceof LiveBackpressureException;
  }

  /** What arrives after the fillers, once the service reads again. */
  private static List<JsonNode> arriving(Talk talk, int count) {
    talk.service.resume();
    List<JsonNode> arriving = new ArrayList<>();
    while (arriving.size() < count) {
      JsonNode message = talk.service.nextMessage();
      if (!message.at("/clientContent/turns/0/parts/0/text").asText().startsWith("xxx")) {
        arriving.add(message);
      }
    }
    return arriving;
  }

  @Test
  void textBeyondTheLimitOfMessagesIsRefusedAndSaysSo() {
    try (Talk talk = stuck(10, 1 << 20)) {
      List<CompletableFuture<Void>> sent = new ArrayList<>();
      for (int i = 0; i < 9; i++) {
        sent.add(talk.session.sendText("t" + i));
      }
      CompletableFuture<Void> tenth = talk.session.sendText("tenth");
      CompletableFuture<Void> eleventh = talk.session.sendText("eleventh");

      assertThat(tenth).isNotDone();
      assertThat(eleventh).isCompletedExceptionally();
      LiveBackpressureException refusal = (LiveBackpressureException) Talk.failure(eleventh);
      assertThat(refusal.limitBytes()).isEqualTo(1 << 20);
      assertThat(refusal.queuedBytes()).isEqualTo(talk.session.metrics().queuedBytes());
      assertThat(refusal).hasMessageContaining("10 messages").hasMessageContaining("slower");
      assertThat(talk.session.metrics().sendsRefused()).isEqualTo(1);
      assertThat(talk.session.metrics().queuedMessages()).isEqualTo(10);

      List<JsonNode> arrived = arriving(talk, 10);
      assertThat(arrived.get(9).toString()).contains("tenth");
      sent.forEach(Talk::get);
      Talk.get(tenth);
      Talk.get(talk.session.sendText("room again"));
    }
  }

  @ParameterizedTest
  @CsvSource({"-1, false", "0, false", "1, true"})
  void textBeyondTheLimitOfBytesIsRefused(int beyond, boolean isRefused) {
    String shell =
        "{\"clientContent\":{\"turns\":[{\"role\":\"user\",\"parts\":[{\"text\":\"\"}]}],"
            + "\"turnComplete\":true}}";
    int limit = 2_000;
    int half = limit / 2;
    try (Talk talk = stuck(100, limit)) {
      CompletableFuture<Void> first = talk.session.sendText("a".repeat(half - shell.length()));
      // Two bytes each in UTF-8: bytes are counted, not characters.
      int left = half + beyond - shell.length();
      String text = "ü".repeat(left / 2) + "a".repeat(left % 2);
      CompletableFuture<Void> second = talk.session.sendText(text);

      assertThat(first).isNotDone();
      assertThat(refused(second)).isEqualTo(isRefused);
      assertThat(talk.session.metrics().queuedBytes()).isEqualTo(isRefused ? half : limit + beyond);
    }
  }

  @Test
  void aMessageLargerThanTheLimitMayWaitAlone() {
    try (Talk talk = stuck(100, 1_000)) {
      CompletableFuture<Void> large = talk.session.sendText("b".repeat(50_000));
      CompletableFuture<Void> next = talk.session.sendText("c");

      assertThat(large).isNotDone();
      assertThat(refused(next)).isTrue();
      assertThat(arriving(talk, 1).get(0).toString()).contains("bbb");
      Talk.get(large);
    }
  }

  @Test
  void audioBeyondTheLimitDropsTheOldestAudioNotText() {
    try (Talk talk = stuck(10, 1 << 20)) {
      CompletableFuture<Void> text = talk.session.sendText("kept");
      List<CompletableFuture<Void>> audio = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        // Different rates are never joined.
        audio.add(talk.session.sendAudio(new byte[] {(byte) i, 0}, 8_000 + i));
      }

      for (int i = 0; i < 12; i++) {
        assertThat(refused(audio.get(i))).as("audio %d", i).isEqualTo(i < 3);
      }
      assertThat(talk.session.metrics().queuedMessages()).isEqualTo(10);
      assertThat(talk.session.metrics().inputDropped()).isEqualTo(3);
      assertThat(talk.session.metrics().sendsRefused()).isZero();
      List<JsonNode> arrived = arriving(talk, 10);
      assertThat(arrived.get(0).toString()).contains("kept");
      talk.service.awaitAudio(18);
      assertThat(talk.service.audioPieces())
          .extracting(AudioPiece::sampleRateHz)
          .containsExactly(8_003, 8_004, 8_005, 8_006, 8_007, 8_008, 8_009, 8_010, 8_011);
      Talk.get(text);
      audio.subList(3, 12).forEach(Talk::get);
      List<LiveEvent> events = talk.settled();
      assertThat(Talk.warnings(events, Warning.Kind.INPUT_DROPPED)).isNotEmpty();
    }
  }

  @Test
  void streamedAudioThatIsDroppedIsCounted() {
    try (Talk talk = stuck(4, 1 << 20)) {
      for (int i = 0; i < 9; i++) {
        talk.session.streamAudio(new byte[2], 0, 2, 8_000 + i);
      }

      assertThat(talk.session.metrics().inputDropped()).isEqualTo(5);
    }
  }

  @Test
  void audioIsRefusedWhenOnlyTextWaits() {
    try (Talk talk = stuck(3, 1 << 20)) {
      for (int i = 0; i < 3; i++) {
        talk.session.sendText("t" + i);
      }

      assertThat(refused(talk.session.sendAudio(new byte[320]))).isTrue();
      assertThat(talk.session.metrics().sendsRefused()).isEqualTo(1);
      assertThat(talk.session.metrics().inputDropped()).isZero();
    }
  }

  @Test
  void videoIsDroppedFirstOldestFirstAndGoesLast() {
    try (Talk talk = stuck(6, 1 << 20)) {
      List<CompletableFuture<Void>> video = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        video.add(talk.session.sendVideoFrame(new byte[] {(byte) i}, "image/png"));
      }
      CompletableFuture<Void> audio = talk.session.sendAudio(new byte[320]);
      for (int i = 0; i < 3; i++) {
        talk.session.sendText("t" + i);
      }

      assertThat(video)
          .extracting(BackpressureTest::refused)
          .containsExactly(true, true, false, false);
      assertThat(audio).isNotDone();
      List<JsonNode> arrived = arriving(talk, 6);
      assertThat(arrived.get(0).has("realtimeInput")).isTrue();
      assertThat(arrived.get(1).toString()).contains("t0");
      assertThat(arrived.get(4).at("/realtimeInput/video/data").asText()).isEqualTo("Ag==");
      assertThat(arrived.get(5).at("/realtimeInput/video/data").asText()).isEqualTo("Aw==");
    }
  }

  @Test
  void toolResponsesAreNeitherRefusedNorDroppedAndOvertakeAll() {
    try (Talk talk = stuck(3, 1_000)) {
      talk.hear(
          "{'toolCall':{'functionCalls':[{'id':'a','name':'look'},{'id':'b','name':'look'}]}}");
      talk.await(LiveEvent.ToolCalled.class);
      talk.await(LiveEvent.ToolCalled.class);
      for (int i = 0; i < 3; i++) {
        talk.session.sendText("t" + i);
      }
      assertThat(refused(talk.session.sendText("full"))).isTrue();
      Json large = Json.of(Map.of("output", "y".repeat(5_000)));

      CompletableFuture<Void> a = talk.session.sendToolResponse(response("a", large));
      CompletableFuture<Void> b = talk.session.sendToolResponse(response("b", large));

      assertThat(a).isNotDone();
      List<JsonNode> arrived = arriving(talk, 5);
      assertThat(arrived.get(0).at("/toolResponse/functionResponses/0/id").asText())
          .isEqualTo("a");
      assertThat(arrived.get(1).at("/toolResponse/functionResponses/0/id").asText())
          .isEqualTo("b");
      assertThat(arrived.get(2).toString()).contains("t0");
      Talk.get(a);
      Talk.get(b);
    }
  }

  private static FunctionResponse response(String id, Json json) {
    return FunctionResponse.of(id, "look", json);
  }

  @ParameterizedTest
  @CsvSource({"-1, true", "0, true", "1, false"})
  void mediaThatWaitedTooLongIsDropped(long nanosBeyond, boolean sent) {
    VirtualTime time = new VirtualTime();
    try (Talk talk = stuck(
        Talk.with().time(time).config(config -> config.outgoingMediaAge(Duration.ofMillis(500))))) {
      CompletableFuture<Void> audio = talk.session.sendAudio(new byte[320]);
      CompletableFuture<Void> text = talk.session.sendText("never too old");
      CompletableFuture<Void> video = talk.session.sendVideoFrame(new byte[1], "image/png");
      time.advance(Duration.ofMillis(500).plusNanos(nanosBeyond));

      List<JsonNode> arrived = arriving(talk, sent ? 3 : 1);

      assertThat(arrived.get(sent ? 1 : 0).toString()).contains("never too old");
      Talk.get(text);
      if (sent) {
        Talk.get(audio);
        Talk.get(video);
      } else {
        assertThat(Talk.failure(audio))
            .isInstanceOf(LiveBackpressureException.class)
            .hasMessageContaining("longer than 500 ms");
        assertThat(Talk.failure(video)).isInstanceOf(LiveBackpressureException.class);
        assertThat(talk.session.metrics().inputDropped()).isEqualTo(2);
        assertThat(talk.await(Warning.class).kind()).isEqualTo(Warning.Kind.INPUT_DROPPED);
      }
    }
  }

  @Test
  void waitingAudioOfOneRateIsJoinedToMessagesOfATenthOfASecond() {
    try (Talk talk = stuck(1_000, 4 << 20)) {
      List<CompletableFuture<Void>> sent = new ArrayList<>();
      for (int i = 0; i < 12; i++) {
        sent.add(talk.session.sendAudio(Talk.pcm(20, 16_000, i)));
      }
      sent.add(talk.session.sendAudio(Talk.pcm(20, 24_000, 12), 24_000));
      sent.add(talk.session.sendAudio(Talk.pcm(250, 16_000, 13)));
      sent.add(talk.session.sendAudio(Talk.pcm(20, 16_000, 14)));

      arriving(talk, 6);
      byte[] all = talk.service.awaitAudio(7_680 + 960 + 8_000 + 640);

      assertThat(talk.service.audioPieces())
          .containsExactly(
              new AudioPiece("audio/pcm;rate=16000", 16_000, 3_200),
              new AudioPiece("audio/pcm;rate=16000", 16_000, 3_200),
              new AudioPiece("audio/pcm;rate=16000", 16_000, 1_280),
              new AudioPiece("audio/pcm;rate=24000", 24_000, 960),
              new AudioPiece("audio/pcm;rate=16000", 16_000, 8_000),
              new AudioPiece("audio/pcm;rate=16000", 16_000, 640));
      for (int i = 0; i < 12; i++) {
        assertThat(all[640 * i]).isEqualTo((byte) i);
        assertThat(all[640 * i + 638]).isEqualTo((byte) i);
      }
      sent.forEach(Talk::get);
    }
  }

  @Test
  void theBufferMayBeReusedThoughItsAudioWaits() {
    try (Talk talk = stuck(100, 1 << 20)) {
      byte[] reused = {1, 1};
      talk.session.sendAudio(reused);
      reused[0] = 2;
      talk.session.sendAudio(ByteBuffer.wrap(reused), 16_000);
      reused[0] = 3;
      talk.session.streamAudio(reused, 0, 2, 16_000);
      reused[0] = 4;

      arriving(talk, 1);

      assertThat(talk.service.awaitAudio(6)).containsExactly(1, 1, 2, 1, 3, 1);
    }
  }

  @Test
  void closingFailsWhatCouldNotBeWritten() {
    try (Talk talk = stuck(Talk.with().config(c -> c.closeTimeout(Duration.ofMillis(100))))) {
      CompletableFuture<Void> text = talk.session.sendText("never");
      CompletableFuture<Void> audio = talk.session.sendAudio(new byte[320]);
      CompletableFuture<Void> video = talk.session.sendVideoFrame(new byte[1], "image/png");

      talk.session.close();

      for (CompletableFuture<Void> lost : List.of(text, audio, video)) {
        assertThat(Talk.failure(lost)).isInstanceOf(LiveClosedException.class);
      }
      assertThat(Talk.failure(talk.session.sendText("later")))
          .isInstanceOf(LiveClosedException.class);
      assertThat(Talk.failure(talk.session.sendAudio(new byte[320])))
          .isInstanceOf(LiveClosedException.class);
      talk.session.streamAudio(new byte[320], 0, 320, 16_000);
      assertThat(talk.session.metrics().queuedMessages()).isZero();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aBrokenConnectionFailsWhatWasNotTaken(boolean reset) {
    Talk.Setting once = Talk.with().config(c -> c.outgoingLimits(1_000, 4 << 20).resumption(false));
    try (Talk talk = stuck(once)) {
      List<CompletableFuture<Void>> sent = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        sent.add(talk.session.sendText("t" + i));
        sent.add(talk.session.sendAudio(new byte[320]));
      }

      if (reset) {
        talk.service.reset();
      } else {
        talk.service.drop();
      }

      for (CompletableFuture<Void> lost : sent) {
        assertThat(Talk.failure(lost)).isInstanceOf(LiveClosedException.class);
      }
      CloseInfo info = Talk.get(talk.session.closed());
      assertThat(info.by()).isEqualTo(CloseInfo.By.NETWORK);
      assertThat(info.code()).isEqualTo(1006);
      assertThat(info.retryable()).isTrue();
    }
  }

  @Test
  void whatHangsOnAFutureDoesNotHoldUpTheSocket() {
    CountDownLatch go = new CountDownLatch(1);
    try (Talk talk = stuck(100, 4 << 20)) {
      List<CompletableFuture<Void>> hanging = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        hanging.add(talk.session.sendText("t" + i).thenRun(() -> {
          try {
            go.await(30, TimeUnit.SECONDS);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        }));
      }

      arriving(talk, 20);
      assertThat(hanging).noneMatch(CompletableFuture::isDone);
      go.countDown();
      hanging.forEach(Talk::get);
    }
  }
}
