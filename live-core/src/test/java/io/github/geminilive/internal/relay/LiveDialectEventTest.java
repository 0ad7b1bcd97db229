package io.github.geminilive.internal.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.github.geminilive.AudioChunk;
import io.github.geminilive.Endpoint;
import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveEvent;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveStream;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.protocol.Bytes;
import io.github.geminilive.protocol.FunctionCall;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.Part;
import io.github.geminilive.protocol.Transcription;
import io.github.geminilive.protocol.WordInfo;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Scenario;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a peer hears that speaks the Live protocol. */
class LiveDialectEventTest {

  /** What is not the peer's business. */
  private static final Set<String> HIDDEN =
      Set.of("setupComplete", "sessionResumptionUpdate", "goAway", "error");

  private static final String MARK = "{\"markOfTheTest\":1}";

  private static LiveServer server;
  private static LiveClient client;

  @BeforeAll
  static void start() {
    server = LiveServer.builder()
        .rules(false)
        .scenarios(connection -> Scenario.create().acceptSetup())
        .start();
    client = LiveClient.builder().build();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static List<WireMessages.Line> messages() {
    return WireMessages.of("server", true).stream()
        // These end the session or change its connection, and say nothing to a peer.
        .filter(line -> !line.name().startsWith("error") && !line.text().contains("goAway"))
        .toList();
  }

  @ParameterizedTest
  @MethodSource("messages")
  void whatTheServiceSaysReachesThePeerWhole(WireMessages.Line line) throws Exception {
    LiveDialect dialect = new LiveDialect();
    ObjectNode heard = object("{}");
    for (JsonNode id : line.message().at("/toolCallCancellation/ids")) {
      dialect.event(called(id.asText(), "passed", false), 1, null, null);
    }
    for (LiveEvent event : eventsOf(line)) {
      String words = wordsOf(event);
      for (PeerFrame frame : dialect.event(event, 1, words, null)) {
        merge(heard, (ObjectNode) WireMessages.json(frame));
      }
    }

    String text = line.text();
    ObjectNode said = object(text.startsWith("\ufeff") ? text.substring(1) : text);
    said.remove(HIDDEN);
    assertThat(canonical(heard)).isEqualTo(canonical(said));
  }

  private static List<LiveEvent> eventsOf(WireMessages.Line line) throws Exception {
    LiveConfig config = LiveConfig.builder("gemini-3.8-live")
        .endpoint(Endpoint.developer().at(server.baseUri()))
        .apiKey(server.apiKey())
        .build();
    try (LiveSession session = client.open(config)) {
      LiveStream<LiveEvent> stream = session.events();
      Connection service = server.nextConnection();
      service.sendBinary(line.payload());
      service.sendText(MARK);
      List<LiveEvent> events = new ArrayList<>();
      for (Optional<LiveEvent> next = stream.poll(Duration.ofSeconds(5));
          next.isPresent();
          next = stream.poll(Duration.ofSeconds(5))) {
        if (next.get() instanceof LiveEvent.Unrecognized unknown
            && unknown.json().text().equals(MARK)) {
          return events;
        }
        events.add(next.get());
      }
      throw new AssertionError("the mark did not come after " + events);
    }
  }

  private static @Nullable String wordsOf(LiveEvent event) {
    if (event instanceof LiveEvent.Text text) {
      return text.text();
    } else if (event instanceof LiveEvent.InputTranscript heard) {
      return heard.text();
    } else if (event instanceof LiveEvent.OutputTranscript said) {
      return said.text();
    } else {
      return null;
    }
  }

  private static ObjectNode object(String json) {
    return (ObjectNode) WireMessages.json(json);
  }

  /** Several messages as one: members beside each other, elements of lists after each other. */
  private static void merge(ObjectNode all, ObjectNode more) {
    more.properties().forEach(member -> {
      JsonNode before = all.get(member.getKey());
      if (before instanceof ObjectNode object && member.getValue() instanceof ObjectNode next) {
        merge(object, next);
      } else if (before instanceof ArrayNode array && member.getValue() instanceof ArrayNode next) {
        array.addAll(next);
      } else {
        all.set(member.getKey(), member.getValue());
      }
    });
  }

  /** Without what means the same as nothing, and with one spelling for what has several. */
  private static JsonNode canonical(JsonNode json) {
    if (json instanceof ObjectNode object) {
      ObjectNode out = object("{}");
      object.properties().forEach(member -> {
        String name = spelling(member.getKey());
        JsonNode value = canonical(member.getValue());
        boolean nothing = value.isNull()
            || value.isContainerNode() && value.isEmpty()
            || value.isBoolean() && !value.asBoolean()
            || name.equals("role");
        if (!nothing) {
          out.set(name, name.equals("data") ? base64(value) : value);
        }
      });
      if (out.path("mimeType").asText().toLowerCase().startsWith("audio/pcm")) {
        out.put("mimeType", "audio/pcm");
      }
      return out;
    } else if (json instanceof ArrayNode array) {
      ArrayNode out = array.arrayNode();
      for (JsonNode element : array) {
        JsonNode value = canonical(element);
        if (value.size() > 1 && isSound(value)) {
          // What is said of a sound besides comes after it, in a part of its own.
          out.addObject().set("inlineData", ((ObjectNode) value).remove("inlineData"));
        }
        boolean nothing = value.isObject() && value.isEmpty() || isEmptyPart(value);
        if (!nothing) {
          out.add(value);
        }
      }
      return out;
    } else if (json.isNumber()) {
      return out(json.decimalValue().stripTrailingZeros().toPlainString());
    } else {
      return json.isTextual() ? out(seconds(json.asText())) : json;
    }
  }

  private static boolean isSound(JsonNode part) {
    return part.at("/inlineData/mimeType").asText().equals("audio/pcm");
  }

  private static boolean isEmptyPart(JsonNode part) {
    boolean noText = part.size() == 1
        && part.path("text").isTextual()
        && part.path("text").asText().isEmpty();
    return noText || isSound(part) && part.at("/inlineData/data").asText().isEmpty();
  }

  private static JsonNode out(String text) {
    return TextNode.valueOf(text);
  }

  private static String seconds(String text) {
    return text.matches("\\d+\\.\\d+s") ? text.replaceAll("\\.?0*s$", "s") : text;
  }

  private static JsonNode base64(JsonNode value) {
    return out(value.asText().replace('-', '+').replace('_', '/').replace("=", ""));
  }

  private static String spelling(String name) {
    StringBuilder camel = new StringBuilder();
    for (String word : name.split("_")) {
      camel.append(
          camel.isEmpty() ? word : Character.toUpperCase(word.charAt(0)) + word.substring(1));
    }
    return switch (camel.toString()) {
      case "candidatesTokenCount" -> "responseTokenCount";
      case "candidatesTokensDetails" -> "responseTokensDetails";
      case "voiceActivityType" -> "type";
      case "reviewSnippet" -> "reviewSnippets";
      default -> camel.toString();
    };
  }

  private static List<String> told(List<PeerFrame> frames) {
    return frames.stream().map(WireMessages::text).toList();
  }

  private static LiveTurn turn() throws Exception {
    WireMessages.Line line = messages().stream()
        .filter(message -> message.name().equals("transcript_input_delta"))
        .findFirst()
        .orElseThrow();
    return eventsOf(line).stream()
        .filter(LiveEvent.InputTranscript.class::isInstance)
        .map(event -> ((LiveEvent.InputTranscript) event).turn())
        .findFirst()
        .orElseThrow();
  }

  private static LiveEvent called(String id, String name, boolean handled) throws Exception {
    return new LiveEvent.ToolCalled(
        turn(), new FunctionCall(id, name, null, null, null, Map.of()), handled);
  }

  @Test
  void soundPassesInTheServicesOwnFrame() throws Exception {
    byte[] frame = {'{', '}'};
    AudioChunk chunk = new AudioChunk(Bytes.wrap(new byte[] {1, 2}), 24_000);
    LiveEvent.Audio audio = new LiveEvent.Audio(turn(), chunk, Duration.ZERO);

    ByteBuffer passed = new LiveDialect().event(audio, 1, null, frame).get(0).binary();
    List<String> made = told(new LiveDialect().event(audio, 1, null, null));

    assertThat(passed).isNotNull();
    assertThat(passed.array()).isSameAs(frame);
    assertThat(made)
        .containsExactly("{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"inlineData\":"
            + "{\"mimeType\":\"audio/pcm;rate=24000\",\"data\":\""
            + Base64.getEncoder().encodeToString(new byte[] {1, 2})
            + "\"}}]}}}");
  }

  @Test
  void callsOfTheServersToolsAreHiddenWithTheirEnd() throws Exception {
    LiveDialect dialect = new LiveDialect();

    assertThat(dialect.event(called("own", "f", true), 1, null, null)).isEmpty();
    assertThat(told(dialect.event(called("passed", "g", false), 1, null, null)))
        .containsExactly("{\"toolCall\":{\"functionCalls\":[{\"id\":\"passed\",\"name\":\"g\"}]}}");
    assertThat(told(dialect.event(
            new LiveEvent.ToolCancelled(
                List.of("own", "passed", "ghost"), LiveEvent.ToolCancelled.By.SERVER),
            0,
            null,
            null)))
        .containsExactly("{\"toolCallCancellation\":{\"ids\":[\"passed\"]}}");
    assertThat(dialect.event(
            new LiveEvent.ToolCancelled(List.of("own"), LiveEvent.ToolCancelled.By.SERVER),
            0,
            null,
            null))
        .isEmpty();
    assertThat(dialect.event(
            new LiveEvent.ToolAnswered("own", "f", "ok", Duration.ZERO), 0, null, null))
        .isEmpty();
  }

  @Test
  void whatConcernsTheConnectionToTheServiceIsHidden() {
    for (LiveEvent event : List.of(
        new LiveEvent.Opened("s", Duration.ZERO, "signature", false),
        new LiveEvent.Resumption("handle", true, 7L),
        new LiveEvent.GoAway(Duration.ofSeconds(9)),
        new LiveEvent.Warning(LiveEvent.Warning.Kind.TOOL_FAILED, "m", null),
        new LiveEvent.Unrecognized(Json.parse("{\"goAway\":{\"x\":1},\"setupComplete\":{\"y\":1},"
            + "\"sessionResumptionUpdate\":{\"z\":1},\"error\":{\"a\":1}}")),
        new LiveEvent.Unrecognized(Json.parse("[1]")))) {
      assertThat(new LiveDialect().event(event, 0, null, null)).as("%s", event).isEmpty();
    }
    assertThat(told(new LiveDialect()
            .event(
                new LiveEvent.Unrecognized(Json.parse("{\"goAway\":{},\"new\":{\"b\":2}}")),
                0,
                null,
                null)))
        .containsExactly("{\"new\":{\"b\":2}}");
  }

  @Test
  void anAnswerCutByALostConnectionMayBePlayedToItsEnd() {
    List<String> told = new ArrayList<>();
    for (LiveEvent.Interrupted.By by : LiveEvent.Interrupted.By.values()) {
      told.addAll(told(new LiveDialect()
          .event(new LiveEvent.Interrupted(null, Duration.ZERO, by), 1, null, null)));
    }

    assertThat(told)
        .containsExactly(
            "{\"serverContent\":{\"interrupted\":true}}",
            "{\"serverContent\":{\"interrupted\":true}}",
            "{\"serverContent\":{\"turnComplete\":true}}");
  }

  @Test
  void wordsThatWereReplacedAreNotFoundInTheDetail() throws Exception {
    LiveTurn turn = turn();
    Transcription detail = Transcription.builder()
        .text(" darn")
        .languageCode("en")
        .words(new WordInfo("darn", null, null, Map.of()))
        .build();
    Part part = Part.builder().text("darn").audioTranscription(detail).build();

    assertThat(told(new LiveDialect()
            .event(
                new LiveEvent.OutputTranscript(turn, " darn", Duration.ZERO, detail),
                1,
                " ***",
                null)))
        .containsExactly("{\"serverContent\":{\"outputTranscription\":"
            + "{\"text\":\" ***\",\"languageCode\":\"en\"}}}");
    assertThat(told(new LiveDialect()
            .event(new LiveEvent.InputTranscript(turn, " darn", detail), 1, " ***", null)))
        .noneMatch(message -> message.contains("darn"));
    assertThat(told(new LiveDialect().event(new LiveEvent.Text(turn, "darn", part), 1, "*", null)))
        .containsExactly("{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"text\":\"*\"}]}}}");
  }

  @Test
  void aPeerIsToldTheTicketThereIs() {
    LiveDialect asking = new LiveDialect();

    assertThat(told(asking.ready("relay-7", "t\"1", null)))
        .containsExactly(
            "{\"setupComplete\":{\"sessionId\":\"relay-7\"}}",
            "{\"sessionResumptionUpdate\":{\"newHandle\":\"t\\\"1\",\"resumable\":true}}");
    assertThat(told(asking.ready("relay-7", null, null))).hasSize(1);
    assertThat(told(asking.goAway(Duration.ofMillis(9_500))))
        .containsExactly("{\"goAway\":{\"timeLeft\":\"9.5s\"}}");
    assertThat(asking.warning("w")).isEmpty();
    assertThat(asking.end("r", true)).isEmpty();
  }

  @Test
  void allMessagesAreBinarySoThatBrowsersKeepTheirOrder() throws BadMessage {
    LiveDialect dialect = new LiveDialect();
    dialect.read("{\"setup\":{\"sessionResumption\":{}}}");
    List<PeerFrame> frames = new ArrayList<>(dialect.ready("r", "t", null));
    frames.addAll(dialect.event(new LiveEvent.GenerationComplete(null), 0, null, null));

    assertThat(frames).hasSize(3).allMatch(frame -> frame.binary() != null && frame.text() == null);
  }
}
