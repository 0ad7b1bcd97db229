package io.github.geminilive.internal.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.github.geminilive.AudioChunk;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.FunctionResponse;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.Part;
import io.github.geminilive.protocol.Transcription;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The small protocol of pages and apps of one's own. */
class LeanDialectTest {

  private static final Transcription DETAIL = Transcription.builder().build();

  /** A turn nobody asks anything. */
  private static final LiveTurn TURN = (LiveTurn) Proxy.newProxyInstance(
      LiveTurn.class.getClassLoader(), new Class<?>[] {LiveTurn.class}, (proxy, method, args) -> {
        throw new UnsupportedOperationException(method.getName());
      });

  private static LeanDialect started() {
    LeanDialect dialect = new LeanDialect(true);
    try {
      dialect.read("{\"type\":\"start\"}");
    } catch (BadMessage e) {
      throw new AssertionError(e);
    }
    return dialect;
  }

  private static LiveEvent.Audio audio(int rate, int... samples) {
    byte[] pcm = new byte[samples.length];
    for (int i = 0; i < pcm.length; i++) {
      pcm[i] = (byte) samples[i];
    }
    return new LiveEvent.Audio(TURN, new AudioChunk(Bytes.wrap(pcm), rate), Duration.ZERO);
  }

  private static List<String> told(List<PeerFrame> frames) {
    return frames.stream()
        .map(frame ->
            frame.binary() == null ? String.valueOf(frame.text()) : frame.bytes() + " bytes")
        .toList();
  }

  private static List<String> told(LiveEvent event, @Nullable String words) {
    return told(new LeanDialect(true).event(event, 3, words, null));
  }

  @Test
  void aPeerStartsWithWhatItAsksFor() throws BadMessage {
    assertThat(new LeanDialect(false).read("{\"type\":\"start\"}"))
        .containsExactly(new PeerMessage.Start(Json.EMPTY_OBJECT, null, true));
    assertThat(new LeanDialect(false)
            .read("{\"setup\":{\"a\":{\"b\":1}},\"resume\":\"T\",\"type\":\"start\",\"new\":[]}"))
        .containsExactly(new PeerMessage.Start(Json.parse("{\"a\":{\"b\":1}}"), "T", true));
    assertThat(new LeanDialect(false).read("{\"type\":\"start\",\"setup\":null,\"resume\":\"\"}"))
        .containsExactly(new PeerMessage.Start(Json.EMPTY_OBJECT, null, true));
  }

  @Test
  void startIsTheFirstMessageAndNoOther() throws BadMessage {
    LeanDialect dialect = new LeanDialect(false);

    assertThatThrownBy(() -> dialect.read("{\"type\":\"pause\"}"))
        .isInstanceOf(BadMessage.class)
        .hasMessageContaining("first message");
    assertThatThrownBy(() -> dialect.read(ByteBuffer.allocate(2)))
        .isInstanceOf(BadMessage.class)
        .hasMessageContaining("first message");
    assertThat(dialect.read("{\"type\":\"start\"}")).hasSize(1);
    assertThatThrownBy(() -> dialect.read("{\"type\":\"start\"}"))
        .isInstanceOf(BadMessage.class)
        .hasMessageContaining("already");
  }

  @Test
  void samplesAreTakenAsTheyCome() throws BadMessage {
    ByteBuffer message =
        ByteBuffer.wrap(new byte[] {9, 1, 2, 3, 4, 9}).position(1).limit(5);

    List<PeerMessage> read = started().read(message);

    PeerMessage.Samples samples = (PeerMessage.Samples) read.get(0);
    assertThat(samples.rate()).isEqualTo(16_000);
    assertThat(Bytes.copyOf(samples.pcm())).isEqualTo(Bytes.wrap(new byte[] {1, 2, 3, 4}));
    assertThat(samples.pcm().array()).isSameAs(message.array());
    assertThat(started().read(ByteBuffer.allocate(0))).isEmpty();
    assertThatThrownBy(() -> started().read(ByteBuffer.allocate(3)))
        .isInstanceOf(BadMessage.class)
        .hasMessageContaining("3 bytes");
  }

  @Test
  void everyTypeIsRead() throws BadMessage {
    List<PeerMessage> read = new ArrayList<>();
    for (String message : List.of(
        "{\"type\":\"text\",\"text\":\"hi \\ud83c\\udfb7\"}",
        "{\"type\":\"text\",\"text\":\"\"}",
        "{\"type\":\"activity\",\"speaking\":true}",
        "{\"type\":\"pause\"}",
        "{\"type\":\"interrupt\"}",
        "{\"type\":\"heard\",\"turn\":3,\"ms\":1240.7}",
        "{\"type\":\"image\",\"mimeType\":\"image/jpeg\",\"data\":\"AAEC\"}",
        "{\"type\":\"toolResult\",\"id\":\"c1\",\"name\":\"f\",\"result\":{\"n\":[1,{}]}}",
        "{\"type\":\"end\",\"unknown\":{\"is\":\"ignored\"}}")) {
      read.addAll(started().read(message));
    }

    assertThat(read)
        .containsExactly(
            new PeerMessage.Text("hi \ud83c\udfb7"),
            new PeerMessage.Activity(true),
            new PeerMessage.AudioEnd(),
            new PeerMessage.Interrupt(),
            new PeerMessage.Heard(3, Duration.ofMillis(1240)),
            new PeerMessage.Picture(Bytes.wrap(new byte[] {0, 1, 2}), "image/jpeg"),
            new PeerMessage.Answers(
                List.of(FunctionResponse.of("c1", "f", Json.parse("{\"n\":[1,{}]}")))),
            new PeerMessage.End());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "{\"type\":\"dance\"}|no such type",
        "{\"text\":\"a\"}|'type': expected text",
        "{\"type\":\"text\"}|'text': expected text",
        "{\"type\":\"text\",\"text\":7}|'text': expected text",
        "{\"type\":\"activity\",\"speaking\":1}|'speaking': expected true or false",
        "{\"type\":\"heard\",\"turn\":-1,\"ms\":1}|'turn': expected a number in [0,",
        "{\"type\":\"heard\",\"turn\":1,\"ms\":1e40}|'ms': expected a number in [0,",
        "{\"type\":\"heard\",\"turn\":1}|'ms': expected a number in [0,",
        "{\"type\":\"image\",\"mimeType\":\"text/html\",\"data\":\"AAEC\"}|image/jpeg",
        "{\"type\":\"image\",\"mimeType\":\"image/png\",\"data\":\"?\"}|'data': expected base64",
        "{\"type\":\"toolResult\",\"id\":\"1\",\"name\":\"f\",\"result\":[]}|'result': expected an object",
        "{\"type\":\"toolResult\",\"id\":\"1\",\"name\":\" \",\"result\":{}}|'name': must not be blank",
        "{\"type\":\"toolResult\",\"id\":{},\"name\":\"f\",\"result\":{}}|'id': expected text",
        "{\"type\":\"start\",\"setup\":[]}|already",
        "[]|not an object",
        "{\"type\":\"pause\"}{}|one JSON value",
        "{|one JSON value"
      })
  void whatIsWrongIsTold(String message, String told) {
    assertThatThrownBy(() -> started().read(message))
        .isInstanceOf(BadMessage.class)
        .hasMessageContaining(told);
  }

  @Test
  void nothingMakesTheReaderThrowAnythingElse() {
    List<String> seeds = List.of(
        "{\"type\":\"start\",\"setup\":{\"a\":1},\"resume\":\"t\"}",
        "{\"type\":\"heard\",\"turn\":3,\"ms\":1240}",
        "{\"type\":\"image\",\"mimeType\":\"image/jpeg\",\"data\":\"AAEC\"}",
        "{\"type\":\"toolResult\",\"id\":\"c1\",\"name\":\"f\",\"result\":{\"n\":[1,{}]}}",
        "[".repeat(100_000),
        "{\"type\":" + "9".repeat(5_000) + "}",
        "");
    String noise = "{}[]\":,\\ue-.019ntrue\u0000\ud83c ";
    Random random = new Random(5);
    for (int round = 0; round < 20_000; round++) {
      StringBuilder message = new StringBuilder(seeds.get(random.nextInt(seeds.size())));
      for (int edits = random.nextInt(4); edits > 0 && !message.isEmpty(); edits--) {
        message.setCharAt(
            random.nextInt(message.length()), noise.charAt(random.nextInt(noise.length())));
      }
      try {
        (random.nextBoolean() ? started() : new LeanDialect(false)).read(message.toString());
      } catch (BadMessage refused) {
        assertThat(refused.getMessage()).hasSizeLessThan(200);
      } catch (RuntimeException e) {
        fail("round " + round + ": " + message, e);
      }
    }
  }

  @Test
  void soundComesAsSamplesAfterTheTurnItBelongsTo() {
    LeanDialect dialect = new LeanDialect(false);
    LiveEvent.Audio first = audio(24_000, 1, 2, 3, 4);

    List<PeerFrame> frames = dialect.event(first, 1, null, null);

    assertThat(told(frames))
        .containsExactly("{\"type\":\"turn\",\"turn\":1,\"rate\":24000}", "4 bytes");
    assertThat(frames.get(1).binary()).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3, 4}));
    assertThat(told(dialect.event(first, 1, null, null))).containsExactly("4 bytes");
    assertThat(told(dialect.event(audio(16_000, 1, 2), 1, null, null)))
        .containsExactly("{\"type\":\"turn\",\"turn\":1,\"rate\":16000}", "2 bytes");
    assertThat(told(dialect.event(audio(16_000, 1, 2), 2, null, null)))
        .containsExactly("{\"type\":\"turn\",\"turn\":2,\"rate\":16000}", "2 bytes");
  }

  @Test
  void wordsComeAsTheyAreShown() {
    LiveEvent said =
        new LiveEvent.OutputTranscript(TURN, " darn", Duration.ofMillis(1_200), DETAIL);

    assertThat(told(said, " ***"))
        .containsExactly(
            "{\"type\":\"said\",\"who\":\"model\",\"turn\":3,\"text\":\" ***\",\"ms\":1200}");
    assertThat(told(new LiveEvent.InputTranscript(TURN, " a\"b", DETAIL), null))
        .containsExactly("{\"type\":\"said\",\"who\":\"user\",\"turn\":3,\"text\":\" a\\\"b\"}");
    assertThat(told(new LiveEvent.InputTranscript(TURN, "", DETAIL), "")).isEmpty();
    assertThat(told(new LiveEvent.InterimTranscript(TURN, "gue", DETAIL), null))
        .containsExactly("{\"type\":\"interim\",\"turn\":3,\"text\":\"gue\"}");
    assertThat(told(new LiveEvent.Text(TURN, "t", Part.text("t")), "u"))
        .containsExactly("{\"type\":\"text\",\"turn\":3,\"text\":\"u\"}");
  }

  @Test
  void theCourseOfATurnIsTold() {
    assertThat(told(
            new LiveEvent.Interrupted(null, Duration.ZERO, LiveEvent.Interrupted.By.CONNECTION),
            null))
        .containsExactly("{\"type\":\"interrupted\",\"turn\":3,\"by\":\"connection\"}");
    assertThat(told(new LiveEvent.TurnEnded(TURN), null))
        .containsExactly("{\"type\":\"turnEnd\",\"turn\":3}");
    assertThat(told(new LiveEvent.TurnComplete(null, null, null), null)).isEmpty();
    assertThat(told(new LiveEvent.GoAway(Duration.ZERO), null)).isEmpty();
    assertThat(told(new LiveEvent.Thought(TURN, "t", Part.text("t")), null)).isEmpty();
  }

  @Test
  void callsArePassedOrShown() {
    LeanDialect showing = new LeanDialect(true);
    LeanDialect hiding = new LeanDialect(false);
    FunctionCall own = new FunctionCall("1", "f", Json.parse("{\"x\":1}"), null, null, Map.of());
    FunctionCall passed = new FunctionCall("2", "g", Json.parse("{\"y\":1}"), null, null, Map.of());
    FunctionCall bare = new FunctionCall(null, "h", null, null, null, Map.of());
    LiveEvent called = new LiveEvent.ToolCalled(TURN, own, true);
    LiveEvent answered = new LiveEvent.ToolAnswered("1", "f", "ok", Duration.ofMillis(120));

    assertThat(told(showing.event(called, 1, null, null)))
        .containsExactly("{\"type\":\"tool\",\"name\":\"f\",\"state\":\"called\"}");
    assertThat(told(showing.event(answered, 0, null, null)))
        .containsExactly("{\"type\":\"tool\",\"name\":\"f\",\"state\":\"answered\","
            + "\"status\":\"ok\",\"ms\":120}");
    assertThat(hiding.event(called, 1, null, null)).isEmpty();
    assertThat(hiding.event(answered, 0, null, null)).isEmpty();
    assertThat(told(hiding.event(new LiveEvent.ToolCalled(TURN, passed, false), 1, null, null)))
        .containsExactly("{\"type\":\"toolCall\",\"id\":\"2\",\"name\":\"g\",\"args\":{\"y\":1}}");
    assertThat(told(hiding.event(new LiveEvent.ToolCalled(TURN, bare, false), 1, null, null)))
        .containsExactly("{\"type\":\"toolCall\",\"name\":\"h\",\"args\":{}}");
    assertThat(told(hiding.event(
            new LiveEvent.ToolCancelled(List.of("1", "2"), LiveEvent.ToolCancelled.By.SERVER),
            0,
            null,
            null)))
        .containsExactly("{\"type\":\"toolCancel\",\"ids\":[\"2\"]}");
  }

  @Test
  void theCourseOfTheConversationIsTold() {
    LeanDialect dialect = new LeanDialect(false);
    PeerDialect.Lost lost = new PeerDialect.Lost(true, true, false, Duration.ofMillis(800));

    assertThat(told(dialect.ready("relay-7", null, null)))
        .containsExactly("{\"type\":\"ready\",\"session\":\"relay-7\",\"inputRate\":16000,"
            + "\"outputRate\":24000}");
    assertThat(told(dialect.ready("relay-7", "T", lost)))
        .containsExactly("{\"type\":\"ready\",\"session\":\"relay-7\",\"ticket\":\"T\","
            + "\"inputRate\":16000,\"outputRate\":24000,\"resumed\":{\"elsewhere\":true,"
            + "\"stateRestored\":true,\"answerCut\":false,\"uncertainMs\":800}}");
    assertThat(told(dialect.warning("w"))).containsExactly("{\"type\":\"warning\",\"text\":\"w\"}");
    assertThat(told(dialect.goAway(Duration.ofSeconds(10))))
        .containsExactly("{\"type\":\"goAway\",\"ms\":10000}");
    assertThat(told(dialect.end("r", true)))
        .containsExactly("{\"type\":\"end\",\"reason\":\"r\",\"mayReturn\":true}");
  }
}
