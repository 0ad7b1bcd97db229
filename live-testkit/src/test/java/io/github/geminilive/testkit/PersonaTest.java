package io.github.geminilive.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PersonaTest {

  private static final String TOOL =
      "\"tools\":[{\"functionDeclarations\":[{\"name\":\"get_weather\",\"description\":\"w\"}]}]";
  private static final String CAPTIONS =
      "\"inputAudioTranscription\":{},\"outputAudioTranscription\":{}";

  private final List<LiveServer> servers = new ArrayList<>();

  @AfterEach
  void stop() {
    servers.forEach(LiveServer::close);
  }

  /** A server that speaks at once and assumes no playback. */
  private LiveServer quick(Persona persona) {
    return add(LiveServer.builder().persona(persona).speed(0).playback(0).thinking(Duration.ZERO));
  }

  private LiveServer add(LiveServer.Builder builder) {
    LiveServer server = builder.start();
    servers.add(server);
    return server;
  }

  private static String setup(String model, String... more) {
    String rest = String.join(",", more);
    return "{\"setup\":{\"model\":\"" + model + "\"" + (rest.isEmpty() ? "" : "," + rest) + "}}";
  }

  private static byte[] audio(List<JsonNode> messages) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (JsonNode message : messages) {
      for (JsonNode part : message.at("/serverContent/modelTurn/parts")) {
        out.writeBytes(Base64.getDecoder().decode(part.at("/inlineData/data").asText()));
      }
    }
    return out.toByteArray();
  }

  private static String transcript(List<JsonNode> messages, String which) {
    return messages.stream()
        .map(m -> m.at("/serverContent/" + which + "/text").asText(""))
        .collect(Collectors.joining());
  }

  private static List<String> kinds(List<JsonNode> messages) {
    List<String> kinds = new ArrayList<>();
    for (JsonNode message : messages) {
      for (String kind :
          List.of("modelTurn", "interrupted", "generationComplete", "turnComplete")) {
        if (message.path("serverContent").has(kind)) {
          kinds.add(kind);
        }
      }
      for (String kind : List.of("toolCall", "toolCallCancellation")) {
        if (message.has(kind)) {
          kinds.add(kind);
        }
      }
    }
    List<String> runs = new ArrayList<>();
    for (String kind : kinds) {
      if (runs.isEmpty() || !runs.get(runs.size() - 1).equals(kind)) {
        runs.add(kind);
      }
    }
    return runs;
  }

  @Test
  void aSpokenQuestionIsAnsweredInSpeechWithBothTranscriptsAndUsage() {
    LiveServer server = quick(Persona.builder()
        .onSpeech(1)
        .heard("How are you?")
        .say("I am well, and you?")
        .build());
    try (WsClient client = WsClient.open(server, setup("models/gemini-3.8-live", CAPTIONS))) {
      client.sayAloud(Speech.question(), 16_000);

      List<JsonNode> turn = client.turn();
      assertThat(kinds(turn)).containsExactly("modelTurn", "generationComplete", "turnComplete");
      assertThat(transcript(turn, "inputTranscription")).isEqualTo("How are you?");
      assertThat(transcript(turn, "outputTranscription")).isEqualTo("I am well, and you?");
      assertThat(audio(turn)).isEqualTo(Speech.say("I am well, and you?"));
      JsonNode usage = turn.get(turn.size() - 1).path("usageMetadata");
      assertThat(usage.path("responseTokenCount").asInt()).isPositive();
      assertThat(usage.at("/promptTokensDetails/0/modality").asText()).isEqualTo("AUDIO");
      assertThat(turn).anyMatch(m -> m.path("serverContent").isEmpty());
    }
  }

  @Test
  void theFirstAudioMessageHoldsOneSample() {
    LiveServer server = quick(Persona.echo());
    try (WsClient client = WsClient.open(server)) {
      client.send("{\"realtimeInput\":{\"text\":\"hello there\"}}");

      JsonNode first = client.await(m -> m.at("/serverContent/modelTurn").isObject());
      assertThat(audio(List.of(first))).hasSize(2);
      assertThat(
              first.at("/serverContent/modelTurn/parts/0/inlineData/mimeType").asText())
          .isEqualTo("audio/pcm;rate=24000");
    }
  }

  @Test
  void vertexSendsTranscriptsOfTheirOwnAheadAndItsOwnCounters() {
    LiveServer server = quick(Persona.echo());
    try (WsClient client = WsClient.open(
        server, WsClient.VERTEX, setup("publishers/google/models/gemini-3.8-live", CAPTIONS))) {
      client.send("{\"realtimeInput\":{\"text\":\"one two three four five\"}}");

      List<JsonNode> turn = client.turn();
      assertThat(transcript(turn, "outputTranscription")).isEqualTo("one two three four five");
      assertThat(turn)
          .noneMatch(m -> m.path("serverContent").has("modelTurn")
              && m.path("serverContent").has("outputTranscription"));
      assertThat(turn)
          .anyMatch(m -> m.at("/serverContent/outputTranscription/finished").asBoolean());
      assertThat(turn)
          .noneMatch(m -> m.has("serverContent") && m.get("serverContent").isEmpty());
      JsonNode last = turn.get(turn.size() - 1);
      assertThat(last.at("/usageMetadata/candidatesTokenCount").asInt()).isPositive();
      assertThat(last.at("/usageMetadata/trafficType").asText()).isEqualTo("ON_DEMAND");
      assertThat(last.at("/serverContent/groundingMetadata").isObject()).isTrue();
    }
  }

  @Test
  void speechAtAnyRateIsHeardAndNoiseIsNot() {
    LiveServer server = quick(Persona.echo());
    try (WsClient client = WsClient.open(server)) {
      Random random = new Random(7);
      byte[] hum = new byte[64_000];
      for (int i = 0; i < hum.length; i += 2) {
        short sample = (short) random.nextInt(-60, 60);
        hum[i] = (byte) sample;
        hum[i + 1] = (byte) (sample >> 8);
      }
      client.sayAloud(hum, 16_000);
      client.sayAloud(Speech.say("what is going on"), 24_000);

      List<JsonNode> turn = client.turn();
      assertThat(kinds(turn)).containsExactly("modelTurn", "generationComplete", "turnComplete");
      assertThat(audio(turn)).isEqualTo(Speech.say("Hello."));
    }
  }

  @Test
  void theEndOfTheStreamEndsTheTurnWithoutSilence() {
    LiveServer server = quick(Persona.echo());
    try (WsClient client = WsClient.open(server)) {
      client.sendAudio(Speech.question(), 16_000);
      client.send("{\"realtimeInput\":{\"audioStreamEnd\":true}}");

      assertThat(kinds(client.turn())).contains("modelTurn");
    }
  }

  @Test
  void withManualActivityOnlyTheWindowCounts() {
    LiveServer server = quick(Persona.echo());
    String manual = "\"realtimeInputConfig\":{\"automaticActivityDetection\":{\"disabled\":true}}";
    try (WsClient client = WsClient.open(server, setup("models/gemini-3.8-live", manual))) {
      client.sayAloud(Speech.question(), 16_000);
      client.send("{\"realtimeInput\":{\"activityStart\":{}}}");
      client.sendAudio(Speech.interruption(), 16_000);
      client.send("{\"realtimeInput\":{\"activityEnd\":{}}}");

      JsonNode usage = client.turn().stream().reduce((a, b) -> b).orElseThrow();
      int heardTokens =
          usage.at("/usageMetadata/promptTokensDetails/0/tokenCount").asInt();
      assertThat(heardTokens).isBetween(75, 85);
    }
  }

  @Test
  void talkingOverTheModelInterruptsItWithoutGenerationComplete() {
    LiveServer server = add(LiveServer.builder());
    try (WsClient client = WsClient.open(server, setup("models/gemini-3.8-live", CAPTIONS))) {
      client.sayAloud(Speech.question(), 16_000);
      client.await(m -> m.at("/serverContent/modelTurn").isObject());
      client.sayAloud(Speech.interruption(), 16_000);

      List<JsonNode> cut = client.turn();
      assertThat(kinds(cut))
          .endsWith("interrupted", "turnComplete")
          .doesNotContain("generationComplete");
      assertThat(transcript(client.turn(), "outputTranscription"))
          .isEqualTo("You are welcome. Have a nice day.");
    }
  }

  @Test
  void theAssumedPlaybackCanBeTalkedOverToo() {
    LiveServer server =
        add(LiveServer.builder().persona(Persona.echo()).speed(0).thinking(Duration.ZERO));
    try (WsClient client = WsClient.open(server)) {
      client.send("{\"realtimeInput\":{\"text\":\"a long answer to be played for a while\"}}");
      client.await(m -> m.at("/serverContent/generationComplete").asBoolean());
      client.send("{\"realtimeInput\":{\"text\":\"no\"}}");

      assertThat(kinds(client.turn())).containsExactly("interrupted", "turnComplete");
    }
  }

  @Test
  void withoutInterruptionTheAnswerGoesOnAndTheNextFollows() {
    LiveServer server = add(LiveServer.builder().persona(Persona.echo()).playback(0));
    String polite = "\"realtimeInputConfig\":{\"activityHandling\":\"NO_INTERRUPTION\"}";
    try (WsClient client =
        WsClient.open(server, setup("models/gemini-3.8-live", polite, CAPTIONS))) {
      client.send("{\"realtimeInput\":{\"text\":\"first answer\"}}");
      client.await(m -> m.at("/serverContent/modelTurn").isObject());
      client.send("{\"realtimeInput\":{\"text\":\"second\"}}");

      assertThat(kinds(client.turn())).doesNotContain("interrupted");
      assertThat(transcript(client.turn(), "outputTranscription")).isEqualTo("second");
    }
  }

  @Test
  void aBlockingCallWaitsAndItsResultIsSpoken() {
    LiveServer server = quick(Persona.assistant());
    try (WsClient client = WsClient.open(
        server, setup("models/gemini-2.5-flash-native-audio-preview-12-2025", TOOL, CAPTIONS))) {
      client.sayAloud(Speech.question(), 16_000);
      List<JsonNode> asked = client.until(m -> m.has("toolCall"));
      JsonNode call = asked.get(0).at("/toolCall/functionCalls/0");
      assertThat(call.path("args")).isEqualTo(WsClient.parse("{\"city\":\"Lisbon\"}"));
      assertThat(transcript(asked, "inputTranscription")).isEqualTo(Speech.QUESTION);
      client.send(answer(call, "{\"temperature\":22,\"condition\":\"sunny\"}"));

      List<JsonNode> turn = client.turn();
      assertThat(transcript(turn, "outputTranscription"))
          .startsWith("In Lisbon it is 22 degrees and sunny today. The wind is light");
      assertThat(audio(turn).length / 48_000.0).isBetween(9.0, 16.0);
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void vertexEndsTheTurnBeforeABlockingCallIsAnswered() {
    LiveServer server = quick(Persona.assistant());
    try (WsClient client = WsClient.open(
        server,
        WsClient.VERTEX,
        setup("publishers/google/models/gemini-live-2.5-flash-native-audio", TOOL))) {
      client.send("{\"realtimeInput\":{\"text\":\"What is the weather?\"}}");

      List<JsonNode> first = client.turn();
      assertThat(kinds(first)).containsExactly("toolCall", "generationComplete", "turnComplete");
      JsonNode call = first.stream()
          .filter(m -> m.has("toolCall"))
          .findFirst()
          .orElseThrow()
          .at("/toolCall/functionCalls/0");
      assertThat(call.path("id").asText()).hasSize(36);
      client.send(answer(call, "{\"temperature\":22}"));
      assertThat(kinds(client.turn()))
          .containsExactly("modelTurn", "generationComplete", "turnComplete");
    }
  }

  @Test
  void anInterruptionCancelsABlockingCall() {
    LiveServer server = quick(Persona.assistant());
    String blocking = TOOL.replace("\"description\"", "\"behavior\":\"BLOCKING\",\"description\"");
    try (WsClient client = WsClient.open(server, setup("models/gemini-3.8-live", blocking))) {
      client.sayAloud(Speech.question(), 16_000);
      JsonNode call = client.await("toolCall").at("/toolCall/functionCalls/0");
      client.sayAloud(Speech.interruption(), 16_000);

      JsonNode cancelled = client.await("toolCallCancellation");
      assertThat(cancelled.at("/toolCallCancellation/ids/0")).isEqualTo(call.path("id"));
      client.send(answer(call, "{}"));
      client.turn();
      client.turn();
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void aNonBlockingCallIsAnsweredLaterAsScheduled() {
    Persona persona = Persona.builder()
        .onText("order")
        .call("track", Map.of("id", 7))
        .say("I am looking.")
        .thenSay(result -> "It is " + result.path("output").asText() + ".")
        .build();
    LiveServer server = quick(persona);
    String tool = TOOL.replace("get_weather", "track");
    try (WsClient client = WsClient.open(server, setup("models/gemini-3.8-live", tool, CAPTIONS))) {
      client.send("{\"realtimeInput\":{\"text\":\"my order\"}}");
      List<JsonNode> first = client.turn();
      assertThat(kinds(first))
          .containsExactly("toolCall", "modelTurn", "generationComplete", "turnComplete");
      assertThat(transcript(first, "outputTranscription")).isEqualTo("I am looking.");

      JsonNode call = first.stream()
          .filter(m -> m.has("toolCall"))
          .findFirst()
          .orElseThrow()
          .at("/toolCall/functionCalls/0");
      client.send(answer(call, "{\"output\":\"packed\"}"));
      assertThat(transcript(client.turn(), "outputTranscription")).isEqualTo("It is packed.");

      client.send("{\"realtimeInput\":{\"text\":\"my order\"}}");
      JsonNode second = client.await("toolCall").at("/toolCall/functionCalls/0");
      client.turn();
      client.send(answer(second, "{\"output\":\"gone\"}")
          .replace("\"response\"", "\"scheduling\":\"SILENT\",\"response\""));
      client.send("{\"realtimeInput\":{\"text\":\"order\"}}");
      assertThat(transcript(client.turn(), "outputTranscription")).isEqualTo("I am looking.");
    }
  }

  @Test
  void anUrgentResultCutsTheSpeechThatIsGoingOn() {
    Persona persona = Persona.builder()
        .onText("watch")
        .call("alarm", Map.of())
        .thenSay(result -> "Fire!")
        .onText("story")
        .say("Once upon a time there was a king who had three sons and a very long story. "
            .repeat(10)
            .strip())
        .build();
    LiveServer server = add(LiveServer.builder().persona(persona));
    String tool = TOOL.replace("get_weather", "alarm");
    try (WsClient client = WsClient.open(server, setup("models/gemini-3.8-live", tool, CAPTIONS))) {
      client.send("{\"realtimeInput\":{\"text\":\"watch\"}}");
      JsonNode call = client.await("toolCall").at("/toolCall/functionCalls/0");
      client.turn();
      client.send("{\"realtimeInput\":{\"text\":\"story\"}}");
      client.await(m -> m.at("/serverContent/modelTurn").isObject());
      client.send(
          answer(call, "{}").replace("\"response\"", "\"scheduling\":\"INTERRUPT\",\"response\""));

      assertThat(kinds(client.turn())).endsWith("interrupted", "turnComplete");
      assertThat(transcript(client.turn(), "outputTranscription")).isEqualTo("Fire!");
    }
  }

  @Test
  void aFailingScriptEndsTheConnectionAndIsReported() {
    LiveServer server = quick(Persona.builder()
        .otherwise()
        .say(moment -> {
          throw new IllegalStateException("a bug in the test");
        })
        .build());
    try (WsClient client = WsClient.open(server)) {
      client.send("{\"realtimeInput\":{\"text\":\"x\"}}");

      assertThat(client.awaitClosed().code()).isEqualTo(1011);
      assertThat(server.violations().get(0).reason()).contains("a bug in the test");
    }
  }

  @Test
  void handlesComeOnlyAtPointsThatCanBeResumed() {
    LiveServer server = quick(Persona.assistant());
    String blocking = TOOL.replace("\"description\"", "\"behavior\":\"BLOCKING\",\"description\"");
    try (WsClient client = WsClient.open(
        server, setup("models/gemini-3.8-live", blocking, "\"sessionResumption\":{}"))) {
      client.send("{\"realtimeInput\":{\"text\":\"weather\"}}");
      List<JsonNode> before = client.until(m -> m.has("toolCall"));
      assertThat(before)
          .noneMatch(m -> m.at("/sessionResumptionUpdate/resumable").asBoolean());
      assertThat(client.next().json())
          .isEqualTo(WsClient.parse("{\"sessionResumptionUpdate\":{}}"));

      client.send(answer(before.get(0).at("/toolCall/functionCalls/0"), "{}"));
      assertThat(client.next().json().at("/sessionResumptionUpdate/resumable").asBoolean())
          .isTrue();
      client.turn();
      assertThat(client.next().json().at("/sessionResumptionUpdate/newHandle").asText())
          .isNotEmpty();
    }
  }

  @Test
  void anAvatarComesAsVideo() {
    LiveServer server = quick(Persona.echo());
    String video = "\"generationConfig\":{\"responseModalities\":[\"VIDEO\"]},"
        + "\"avatarConfig\":{\"avatarName\":\"a\"}";
    try (WsClient client = WsClient.open(
        server, WsClient.VERTEX, setup("publishers/google/models/gemini-3.8-live", video))) {
      client.send("{\"realtimeInput\":{\"text\":\"hello\"}}");

      JsonNode first = client.await(m -> m.at("/serverContent/modelTurn").isObject());
      assertThat(
              first.at("/serverContent/modelTurn/parts/0/inlineData/mimeType").asText())
          .startsWith("video/mp4");
      assertThat(new String(audio(List.of(first)), StandardCharsets.ISO_8859_1))
          .contains("ftypiso5", "mdat");
    }
  }

  @Test
  void extendedThinkingSaysWhetherMoreFollows() {
    LiveServer server = quick(Persona.assistant());
    String level = "\"generationConfig\":{\"thinkingConfig\":{\"thinkingLevel\":\"LOW\"}}";
    try (WsClient client =
        WsClient.open(server, setup("models/gemini-3.8-live-extended-thinking", level, TOOL))) {
      client.send("{\"realtimeInput\":{\"text\":\"weather\"}}");
      List<JsonNode> first = client.turn();
      assertThat(
              first.get(first.size() - 1).at("/serverContent/interactionStatus").asText())
          .isEqualTo("IN_PROGRESS");
      JsonNode call = first.stream()
          .filter(m -> m.has("toolCall"))
          .findFirst()
          .orElseThrow()
          .at("/toolCall/functionCalls/0");
      client.send(answer(call, "{\"temperature\":3}"));
      List<JsonNode> second = client.turn();
      assertThat(second
              .get(second.size() - 1)
              .at("/serverContent/interactionStatus")
              .asText())
          .isEqualTo("IDLE");
    }
  }

  @Test
  void anAnswerToAnUnknownCallIsRefused() {
    LiveServer server = quick(Persona.assistant());
    try (WsClient client = WsClient.open(server)) {
      client.send("{\"toolResponse\":{\"functionResponses\":[{\"id\":\"ghost\",\"name\":\"x\","
          + "\"response\":{}}]}}");

      assertThat(client.awaitClosed().code()).isEqualTo(1007);
    }
  }

  @Test
  void aSessionIsResumedWithItsMemory() {
    LiveServer server = quick(Persona.assistant());
    String handle;
    String want = "\"sessionResumption\":{}";
    try (WsClient client = WsClient.open(server, setup("models/gemini-3.8-live", want))) {
      client.send("{\"realtimeInput\":{\"text\":\"Hi, my name is Ida.\"}}");
      client.turn();
      JsonNode update =
          client.await(m -> m.at("/sessionResumptionUpdate/resumable").asBoolean());
      handle = update.at("/sessionResumptionUpdate/newHandle").asText();
    }
    String again = "\"sessionResumption\":{\"handle\":\"" + handle + "\"}";
    try (WsClient client =
        WsClient.open(server, setup("models/gemini-3.8-live", again, CAPTIONS))) {
      client.send("{\"realtimeInput\":{\"text\":\"What is my name?\"}}");

      assertThat(transcript(client.turn(), "outputTranscription")).isEqualTo("Your name is Ida.");
    }
  }

  @Test
  void anUnknownHandleIsNotFoundAndAnOldOneExpires() {
    VirtualTime time = new VirtualTime();
    LiveServer server = add(LiveServer.builder().time(time).handleLife(Duration.ofHours(2)));
    server.rememberHandle("known");
    time.advance(Duration.ofMinutes(119));
    WsClient.open(server, resume("known")).close();

    time.advance(Duration.ofMinutes(2));
    for (String handle : List.of("known", "never given")) {
      try (WsClient client = WsClient.dial(server, WsClient.DEV)) {
        client.send(resume(handle));

        assertThat(client.awaitClosed())
            .isEqualTo(
                new Closure(Closure.By.SERVER, 1008, "BidiGenerateContent session not found"));
      }
    }
  }

  @Test
  void aResumeIsRefusedWhileTheOldConnectionIsOpen() {
    LiveServer server = quick(Persona.silent());
    try (WsClient old = WsClient.open(server);
        WsClient early = WsClient.dial(server, WsClient.DEV)) {
      String handle = server.nextConnection().giveHandle();
      old.await("sessionResumptionUpdate");
      early.send(resume(handle));

      assertThat(early.awaitClosed().reason()).isEqualTo("Precondition check failed.");
    }
  }

  @Test
  void goAwayComesAMinuteBeforeTheEndOfTenMinutes() {
    VirtualTime time = new VirtualTime();
    LiveServer server = add(LiveServer.builder().time(time));
    try (WsClient client = WsClient.open(server)) {
      time.advance(Duration.ofSeconds(539));
      assertThat(client.messages).isEmpty();

      time.advance(Duration.ofSeconds(1));
      assertThat(client.await("goAway").at("/goAway/timeLeft").asText()).isEqualTo("60s");
      time.advance(Duration.ofSeconds(60));
      assertThat(client.awaitClosed().reason()).startsWith("Deadline expired");
    }
  }

  @Test
  void aTurnRunsInVirtualTime() {
    VirtualTime time = new VirtualTime();
    LiveServer server = add(LiveServer.builder().persona(Persona.echo()).time(time));
    try (WsClient client = WsClient.open(server)) {
      client.send("{\"realtimeInput\":{\"text\":\"" + "word ".repeat(40) + "\"}}");
      server.nextConnection().awaitMessages(2);
      time.advanceUntil(
          () -> client.messages.stream().anyMatch(m -> m.text().contains("turnComplete")),
          Duration.ofMinutes(3));

      assertThat(time.elapsed()).isGreaterThan(Duration.ofSeconds(10));
    }
  }

  @Test
  void transparentResumptionTellsWhatWasConsumed() {
    LiveServer server = quick(Persona.echo());
    String want = "\"sessionResumption\":{\"transparent\":true}";
    try (WsClient client =
        WsClient.open(server, WsClient.VERTEX, setup("models/gemini-3.8-live", want))) {
      client.send("{\"realtimeInput\":{\"text\":\"one\"}}");

      JsonNode update = client.await("sessionResumptionUpdate");
      assertThat(update
              .at("/sessionResumptionUpdate/lastConsumedClientMessageIndex")
              .asText())
          .isEqualTo("1");
    }
  }

  @Test
  void vertexTellsVoiceActivityWhenAsked() {
    LiveServer server = quick(Persona.echo());
    try (WsClient client = WsClient.open(
        server, WsClient.VERTEX, setup("models/gemini-3.8-live", "\"explicitVadSignal\":true"))) {
      client.sayAloud(Speech.question(), 16_000);

      assertThat(client.await("voiceActivity").at("/voiceActivity/type").asText())
          .isEqualTo("ACTIVITY_START");
      assertThat(client.await("voiceActivity").at("/voiceActivity/audioOffset").asText())
          .matches("2\\.\\d{3}s");
    }
  }

  @Test
  void aTranscriptCanTellTheTimesOfItsWords() {
    LiveServer server =
        quick(Persona.builder().onSpeech(1).heard("take this down").build());
    String text = "\"generationConfig\":{\"responseModalities\":[\"TEXT\"]},"
        + "\"inputAudioTranscription\":{\"wordTimestamp\":true}";
    try (WsClient client =
        WsClient.open(server, setup("models/gemini-3.5-transcribe-live", text))) {
      client.sayAloud(Speech.question(), 16_000);

      JsonNode words = client
          .await(m -> m.at("/serverContent/inputTranscription/finished").asBoolean())
          .at("/serverContent/inputTranscription/words");
      assertThat(words.findValuesAsText("word")).containsExactly("take", "this", "down");
      assertThat(words.at("/2/endOffset").asText()).matches("2\\.\\d{3}s");
    }
  }

  @Test
  void anAnswerCanHoldAnyMessage() {
    String thought =
        "{\"serverContent\":{\"modelTurn\":{\"parts\":[{\"text\":\"hm\",\"thought\":true}]}}}";
    LiveServer server =
        quick(Persona.builder().otherwise().send(thought).say("Yes.").build());
    try (WsClient client = WsClient.open(server)) {
      client.send("{\"realtimeInput\":{\"text\":\"x\"}}");

      assertThat(client.turn()).contains(WsClient.parse(thought));
    }
  }

  @Test
  void transcribeModelsOnlyWriteDown() {
    LiveServer server =
        quick(Persona.builder().onSpeech(1).heard("take this down").build());
    String text = "\"generationConfig\":{\"responseModalities\":[\"TEXT\"]}";
    try (WsClient client =
        WsClient.open(server, setup("models/gemini-3.5-transcribe-live", text))) {
      client.sayAloud(Speech.question(), 16_000);

      List<JsonNode> turn = client.turn();
      assertThat(turn)
          .anyMatch(m -> m.at("/serverContent/interimInputTranscription").isObject());
      assertThat(transcript(turn, "inputTranscription")).isEqualTo("take this down");
      assertThat(audio(turn)).isEmpty();
    }
  }

  @Test
  void initialHistoryStartsNoAnswer() {
    LiveServer server = quick(Persona.echo());
    String phase = "\"historyConfig\":{\"initialHistoryInClientContent\":true}";
    try (WsClient client =
        WsClient.open(server, setup("models/gemini-3.1-flash-live-preview", phase, CAPTIONS))) {
      client.send(
          "{\"clientContent\":{\"turns\":[{\"role\":\"user\",\"parts\":[{\"text\":\"old\"}]}],"
              + "\"turnComplete\":true}}");
      client.send("{\"realtimeInput\":{\"text\":\"new\"}}");

      assertThat(transcript(client.turn(), "outputTranscription")).isEqualTo("new");
    }
  }

  @Test
  void aContextUpdateChangesTheTools() {
    LiveServer server = quick(Persona.assistant());
    try (WsClient client = WsClient.open(server, setup("models/gemini-3.8-live", TOOL, CAPTIONS))) {
      client.send("{\"contextUpdate\":{\"tools\":{}}}");
      client.send("{\"realtimeInput\":{\"text\":\"weather\"}}");

      List<JsonNode> turn = client.turn();
      assertThat(kinds(turn)).doesNotContain("toolCall");
      assertThat(transcript(turn, "outputTranscription")).startsWith("In Lisbon it is sunny");
    }
  }

  private static String resume(String handle) {
    return setup("models/gemini-3.8-live", "\"sessionResumption\":{\"handle\":\"" + handle + "\"}");
  }

  private static String answer(JsonNode call, String response) {
    return "{\"toolResponse\":{\"functionResponses\":[{\"id\":"
        + call.path("id")
        + ",\"name\":"
        + call.path("name")
        + ",\"response\":"
        + response
        + "}]}}";
  }
}
