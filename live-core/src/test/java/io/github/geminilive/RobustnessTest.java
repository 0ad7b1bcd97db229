package io.github.geminilive;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.geminilive.LiveEvent.Warning;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.Scenario;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever the service sends costs a warning, never the session that need not end. */
class RobustnessTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private static void assertAlive(Talk talk) {
    assertThat(Talk.kinds(talk.settled())).doesNotContain("Closed");
    assertThat(talk.session.state()).isEqualTo(SessionState.OPEN);
    Talk.get(talk.session.sendText("still here"));
  }

  // Not readable.

  @ParameterizedTest
  @ValueSource(ints = {1, 2, 9})
  void unreadableMessagesInARowAreSurvived(int count) {
    try (Talk talk = Talk.open()) {
      for (int i = 0; i < count; i++) {
        talk.service.sendText("upstream connect error");
      }

      assertThat(Talk.warnings(talk.settled(), Warning.Kind.MALFORMED_MESSAGE)).hasSize(count);
      assertAlive(talk);
      assertThat(talk.session.metrics().malformedMessages()).isEqualTo(count);
    }
  }

  @Test
  void theTenthUnreadableMessageInARowEndsTheSession() {
    try (Talk talk = Talk.open()) {
      for (int i = 0; i < 10; i++) {
        talk.service.sendText("<html>");
      }

      List<LiveEvent> events = talk.until(LiveEvent.Closed.class);

      assertThat(Talk.warnings(events, Warning.Kind.MALFORMED_MESSAGE)).hasSize(10);
      CloseInfo info = Talk.get(talk.session.closed());
      assertThat(info.by()).isEqualTo(CloseInfo.By.LIBRARY);
      assertThat(info.kind()).isEqualTo(FailureKind.PROTOCOL);
      assertThat(info.retryable()).isFalse();
      assertThat(info.reason()).contains("10 unreadable messages");
    }
  }

  @Test
  void aReadableMessageInBetweenStartsTheCountAnew() {
    try (Talk talk = Talk.open()) {
      for (int i = 0; i < 30; i++) {
        if (i % 9 == 8) {
          talk.content("");
        }
        talk.service.sendText("null");
      }

      assertAlive(talk);
      assertThat(talk.session.metrics().malformedMessages()).isEqualTo(30);
    }
  }

  @Test
  void emptyFramesAreIgnored() {
    try (Talk talk = Talk.open()) {
      talk.next(LiveEvent.Opened.class);
      for (int i = 0; i < 20; i++) {
        talk.service.sendText("");
        talk.service.sendBinary(new byte[0]);
      }

      assertThat(talk.settled()).isEmpty();
    }
  }

  // Size and depth.

  @Test
  void aMessageOf8MiBIsDelivered() {
    String head = "{\"serverContent\":{\"outputTranscription\":{\"text\":\"";
    String tail = "\"}}}";
    int length = (8 << 20) - head.length() - tail.length();
    try (Talk talk = Talk.open()) {
      talk.service.sendBinary((head + "x".repeat(length) + tail).getBytes(UTF_8));

      assertThat(talk.await(LiveEvent.OutputTranscript.class).text()).hasSize(length);
      assertAlive(talk);
    }
  }

  @Test
  void audioOf8MiBIsDelivered() {
    byte[] pcm = new byte[6 << 20];
    Arrays.fill(pcm, (byte) 7);
    String message =
        "{" + "\"serverContent\":{" + Talk.audioPart("audio/pcm", pcm).replace('\'', '"') + "}}";
    assertThat(message.length()).isGreaterThan(8 << 20);
    try (Talk talk = Talk.open()) {
      talk.service.sendBinary(message.getBytes(UTF_8));

      assertThat(talk.await(LiveEvent.Audio.class).chunk().toByteArray()).isEqualTo(pcm);
    }
  }

  @Test
  void aMessageBeyondTheLimitEndsTheSession() {
    Scenario huge = Scenario.create().acceptSetup().awaitMessages(1).sendHuge(17 << 20);
    try (Talk talk = Talk.with().scenario(huge).open()) {
      talk.session.sendText("go");

      CloseInfo info = talk.await(LiveEvent.Closed.class).info();

      assertThat(info.by()).isEqualTo(CloseInfo.By.LIBRARY);
      assertThat(info.kind()).isEqualTo(FailureKind.MESSAGE_TOO_LARGE);
      assertThat(info.reason()).contains("16777216").contains("incomingMessageLimit");
      assertThat(info.retryable()).isFalse();
    }
  }

  @ParameterizedTest
  @CsvSource({"9999, true", "10000, true", "10001, false"})
  void theLimitOfAMessageIsExact(int bytes, boolean survived) {
    Scenario sized = Scenario.create().acceptSetup().awaitMessages(1).sendHuge(bytes);
    try (Talk talk =
        Talk.with().scenario(sized).config(c -> c.incomingMessageLimit(10_000)).open()) {
      talk.session.sendText("go");

      if (survived) {
        talk.await(LiveEvent.OutputTranscript.class);
        assertAlive(talk);
      } else {
        assertThat(talk.await(LiveEvent.Closed.class).info().kind())
            .isEqualTo(FailureKind.MESSAGE_TOO_LARGE);
      }
    }
  }

  @Test
  void aCallNestedAThousandDeepIsSurvived() {
    Scenario deep = Scenario.create().acceptSetup().awaitMessages(1).sendDeep(1_000);
    try (Talk talk = Talk.with().scenario(deep).open()) {
      talk.session.sendText("go");

      // Too deep for its arguments to be kept, or not: the call is answered in any case.
      talk.service.awaitMessage(message -> message.has("toolResponse"));
      assertThat(talk.await(LiveEvent.ToolCalled.class).call().name()).isEqualTo("deep");
      assertAlive(talk);
    }
  }

  // Frames.

  private static byte[][] pieces(String json, int size) {
    byte[] bytes = json.getBytes(UTF_8);
    byte[][] pieces = new byte[(bytes.length + size - 1) / size][];
    for (int i = 0; i < pieces.length; i++) {
      pieces[i] = Arrays.copyOfRange(bytes, i * size, Math.min(bytes.length, (i + 1) * size));
    }
    return pieces;
  }

  @ParameterizedTest
  @CsvSource({"1, false", "2, false", "3, false", "7, false", "1, true", "2, true", "3, true"})
  void fragmentsMayCutCharacters(int size, boolean text) {
    String said = "Grüße, 世界 😀!";
    String json = "{\"serverContent\":{\"outputTranscription\":{\"text\":\"" + said + "\"}}}";
    try (Talk talk = Talk.open()) {
      if (text) {
        talk.service.sendTextFragments(pieces(json, size));
      } else {
        talk.service.sendFragments(pieces(json, size));
      }

      assertThat(talk.await(LiveEvent.OutputTranscript.class).text()).isEqualTo(said);
      assertAlive(talk);
    }
  }

  @Test
  void aMessageThatTricklesInIsDelivered() {
    try (Talk talk = Talk.open()) {
      talk.service.dribble(
          "{\"serverContent\":{\"outputTranscription\":{\"text\":\"ü\"}}}", Duration.ofMillis(1));

      assertThat(talk.await(LiveEvent.OutputTranscript.class).text()).isEqualTo("ü");
    }
  }

  @Test
  void invalidUtf8InABinaryFrameIsReplacedAndTold() {
    Scenario invalid = Scenario.create().acceptSetup().awaitMessages(1).sendInvalidUtf8();
    try (Talk talk = Talk.with().scenario(invalid).open()) {
      talk.session.sendText("go");

      assertThat(talk.await(Warning.class).kind()).isEqualTo(Warning.Kind.MALFORMED_FIELD);
      assertThat(talk.await(LiveEvent.OutputTranscript.class).text()).isEqualTo("a\uFFFDb");
      assertAlive(talk);
    }
  }

  @Test
  void textAndBinaryFramesReadTheSame() {
    String json = "{\"serverContent\":{\"outputTranscription\":{\"text\":\"é\"}}}";
    try (Talk talk = Talk.open()) {
      talk.service.sendText(json);
      talk.service.sendBinary(json.getBytes(UTF_8));

      assertThat(talk.await(LiveEvent.OutputTranscript.class).text()).isEqualTo("é");
      assertThat(talk.next(LiveEvent.OutputTranscript.class).text()).isEqualTo("é");
    }
  }

  // Out of place.

  @Test
  void messagesBeforeSetupCompleteAreToldAfterTheOpening() {
    Scenario early = Scenario.create()
        .awaitMessages(1)
        .sendText("not JSON")
        .send("{\"serverContent\":{\"outputTranscription\":{\"text\":\"early\"}}}")
        .send("{\"setupComplete\":{}}");
    try (Talk talk = Talk.with().scenario(early).open()) {
      List<LiveEvent> events = talk.until(LiveEvent.OutputTranscript.class);

      assertThat(Talk.kinds(events))
          .containsExactly("Opened", "Warning", "Warning", "OutputTranscript");
      assertThat(((Warning) events.get(1)).kind()).isEqualTo(Warning.Kind.MALFORMED_MESSAGE);
      assertThat(((Warning) events.get(2)).kind()).isEqualTo(Warning.Kind.UNEXPECTED_MESSAGE);
      assertAlive(talk);
    }
  }

  @Test
  void noneOfManyEarlyMessagesIsLostWithoutAWord() {
    Scenario early = Scenario.create().awaitMessages(1);
    for (int i = 0; i < 70; i++) {
      early = early.send("{\"serverContent\":{\"outputTranscription\":{\"text\":\"" + i + "\"}}}");
    }
    try (Talk talk = Talk.with().scenario(early.send("{\"setupComplete\":{}}")).open()) {
      List<LiveEvent> events = talk.settled();

      assertThat(events.stream().filter(LiveEvent.OutputTranscript.class::isInstance))
          .hasSize(64);
      List<Warning> told = Talk.warnings(events, Warning.Kind.UNEXPECTED_MESSAGE);
      assertThat(told).hasSize(65);
      assertThat(told.get(64).message()).contains("6 more");
    }
  }

  @Test
  void aSecondSetupCompleteIsToldAndIgnored() {
    try (Talk talk = Talk.open()) {
      talk.hear("{'setupComplete':{'sessionId':'other'}}");

      assertThat(talk.await(Warning.class).kind()).isEqualTo(Warning.Kind.UNEXPECTED_MESSAGE);
      assertThat(talk.session.serverSessionId()).isNull();
      assertAlive(talk);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{'timeLeft':'9.5s'}  | PT9.5S",
        "{'timeLeft':'0s'}    | PT0S",
        "{'timeLeft':'-3s'}   | PT0S",
        "{}                   |",
        "{'timeLeft':'soon'}  |",
        "{'timeLeft':5}       |"
      })
  void theTimeLeftIsNeverNegativeAndMayBeAbsent(String goAway, Duration left) {
    try (Talk talk = Talk.open(Talk.ONE_CONNECTION)) {
      talk.hear("{'goAway':" + goAway + "}");

      assertThat(talk.await(LiveEvent.GoAway.class).timeLeft()).isEqualTo(left);
      assertAlive(talk);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "400, INVALID_REQUEST, false",
    "401, AUTH, false",
    "403, AUTH, false",
    "404, NOT_FOUND, false",
    "429, QUOTA, true",
    "500, SERVER, true",
    "503, SERVER, true"
  })
  void anErrorMessageEndsTheSession(int code, FailureKind kind, boolean retryable) {
    try (Talk talk = Talk.open(Talk.ONE_CONNECTION)) {
      talk.hear("{'error':{'code':" + code + ",'message':'no: " + talk.server.apiKey() + "'}}");

      assertThat(talk.await(LiveEvent.ServerFailure.class).error().code()).isEqualTo(code);
      CloseInfo info = talk.next(LiveEvent.Closed.class).info();
      assertThat(info.by()).isEqualTo(CloseInfo.By.SERVER);
      assertThat(info.kind()).isEqualTo(kind);
      assertThat(info.retryable()).isEqualTo(retryable);
      assertThat(info.reason()).contains("error " + code).doesNotContain(talk.server.apiKey());
    }
  }

  @Test
  void unknownMembersAreToldAndTheRestIsDelivered() {
    try (Talk talk = Talk.open()) {
      talk.hear("{'serverContent':{'outputTranscription':{'text':'a'},'mood':'good'},'x':[1]}");

      assertThat(talk.await(LiveEvent.OutputTranscript.class).text()).isEqualTo("a");
      assertThat(talk.next(LiveEvent.Unrecognized.class).json())
          .isEqualTo(Json.parse("{\"x\":[1],\"serverContent\":{\"mood\":\"good\"}}"));
    }
  }

  // The wire reference.

  private static List<JsonNode> serverLines(boolean valid) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    try (InputStream in = RobustnessTest.class.getResourceAsStream("/protocol/messages.jsonl");
        BufferedReader reader =
            new BufferedReader(new InputStreamReader(Objects.requireNonNull(in), UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        JsonNode node = parse(line);
        if (node.get("direction").asText().equals("server")
            && node.get("valid").asBoolean() == valid) {
          lines.add(node);
        }
      }
    }
    return lines;
  }

  private static JsonNode parse(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private static void send(Connection service, JsonNode message) {
    if (message.has("_rawBase64")) {
      service.sendBinary(Base64.getDecoder().decode(message.get("_rawBase64").asText()));
    } else if (message.has("_raw")) {
      service.sendBinary(message.get("_raw").asText().getBytes(UTF_8));
    } else if (message.has("_frames")) {
      List<byte[]> frames = new ArrayList<>();
      message.get("_frames").forEach(frame -> frames.add(frame.asText().getBytes(UTF_8)));
      service.sendTextFragments(frames.toArray(new byte[0][]));
    } else {
      service.sendBinary(message.toString().getBytes(UTF_8));
    }
  }

  private static boolean isMarker(LiveEvent event) {
    return event instanceof LiveEvent.Unrecognized unrecognized
        && unrecognized.json().text().contains("testMarker");
  }

  @Test
  void everyMalformedLineOfTheReferenceLeavesTheSessionAlive() throws IOException {
    List<JsonNode> lines = serverLines(false);
    assertThat(lines).hasSize(43);
    try (Talk talk = Talk.open(Talk.ONE_CONNECTION)) {
      for (JsonNode line : lines) {
        send(talk.service, line.get("message"));
        talk.hear("{'testMarker':{}}");

        LiveEvent event;
        do {
          event = talk.next();
          assertThat(event).as(line.get("name").asText()).isNotInstanceOf(LiveEvent.Closed.class);
        } while (!isMarker(event));
      }
      assertAlive(talk);
    }
  }

  @Test
  void everyValidLineOfTheReferenceLeavesTheSessionAliveUnlessItIsAnError() throws IOException {
    List<JsonNode> lines = serverLines(true);
    assertThat(lines).hasSize(138);
    try (Talk talk = Talk.open(Talk.ONE_CONNECTION)) {
      int sent = 0;
      for (JsonNode line : lines) {
        if (!line.get("message").has("error")) {
          send(talk.service, line.get("message"));
          sent++;
        }
      }
      assertAlive(talk);
      assertThat(sent).isGreaterThan(130);
      assertThat(talk.session.metrics().malformedMessages()).isZero();
      assertThat(talk.session.metrics().malformedFields()).isZero();
    }
  }
}
