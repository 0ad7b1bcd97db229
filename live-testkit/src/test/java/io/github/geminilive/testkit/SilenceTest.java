package io.github.geminilive.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** The model falls silent, and what helps. */
class SilenceTest {

  private static final String WORDS = "I would say that it depends.";
  private static final String NUDGE = "{\"clientContent\":{\"turnComplete\":true}}";
  private static final String STREAM_END = "{\"realtimeInput\":{\"audioStreamEnd\":true}}";
  private static final String MANUAL =
      "\"realtimeInputConfig\":{\"automaticActivityDetection\":" + "{\"disabled\":true}},";

  private final VirtualTime time = new VirtualTime();
  private LiveServer server;

  @AfterEach
  void stop() {
    server.close();
  }

  private static Persona.Answer answer() {
    return Persona.builder().otherwise().say(WORDS);
  }

  private void serve(Persona persona) {
    serve(persona, 0);
  }

  private void serve(Persona persona, double speed) {
    server = LiveServer.builder()
        .persona(persona)
        .speed(speed)
        .playback(0)
        .time(time)
        .start();
  }

  private WsClient open(String members) {
    WsClient client = WsClient.dial(server, WsClient.DEV);
    client.send("{\"setup\":{\"model\":\"models/gemini-3.8-live\"," + members
        + "\"outputAudioTranscription\":{},\"tools\":[{\"functionDeclarations\":[{\"name\":"
        + "\"look\",\"description\":\"l\",\"behavior\":\"BLOCKING\"}]}]}}");
    client.await("setupComplete");
    return client;
  }

  private static void write(WsClient client, String text) {
    client.send("{\"realtimeInput\":{\"text\":\"" + text + "\"}}");
  }

  /** All that comes within a minute. */
  private List<JsonNode> heard(WsClient client) {
    assertThat(server.settle(Duration.ofSeconds(20))).isTrue();
    time.advance(Duration.ofMinutes(1));
    assertThat(server.settle(Duration.ofSeconds(20))).isTrue();
    List<JsonNode> heard = new ArrayList<>();
    for (WsClient.Message next = client.messages.poll();
        next != null;
        next = client.messages.poll()) {
      heard.add(next.json());
    }
    return heard;
  }

  private static String said(List<JsonNode> messages) {
    return messages.stream()
        .map(m -> m.at("/serverContent/outputTranscription/text").asText(""))
        .collect(Collectors.joining());
  }

  private static long sounds(List<JsonNode> messages) {
    return messages.stream()
        .filter(m -> m.at("/serverContent/modelTurn/parts/0").has("inlineData"))
        .count();
  }

  private static boolean ended(List<JsonNode> messages) {
    return messages.stream().anyMatch(m -> m.at("/serverContent/turnComplete").asBoolean());
  }

  @Test
  void afterInputNothingComesAtAllUntilANudge() {
    serve(answer().fallSilent(Silence.AFTER_INPUT, Silence.Cure.NUDGE).build());
    try (WsClient client = open("")) {
      write(client, "what do you think?");
      assertThat(heard(client)).isEmpty();

      client.send(NUDGE);

      List<JsonNode> answer = heard(client);
      assertThat(said(answer)).isEqualTo(WORDS);
      assertThat(ended(answer)).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource(
      value = Silence.class,
      names = {"MID_TURN", "TRANSCRIPT_WITHOUT_AUDIO", "THOUGHTS_ONLY"})
  void anAnswerThatBreaksOffIsCutByTheNudgeAndGivenAnew(Silence where) {
    serve(answer().fallSilent(where, Silence.Cure.NUDGE).build());
    try (WsClient client = open("")) {
      write(client, "what do you think?");

      List<JsonNode> begun = heard(client);
      assertThat(ended(begun)).isFalse();
      assertThat(sounds(begun) > 0).isEqualTo(where == Silence.MID_TURN);
      assertThat(said(begun))
          .isEqualTo(
              switch (where) {
                case MID_TURN -> "I would say";
                case TRANSCRIPT_WITHOUT_AUDIO -> WORDS;
                default -> "";
              });
      assertThat(begun.stream()
              .anyMatch(m -> m.at("/serverContent/modelTurn/parts/0/thought").asBoolean()))
          .isEqualTo(where == Silence.THOUGHTS_ONLY);

      client.send(NUDGE);

      List<JsonNode> answer = heard(client);
      assertThat(answer.get(0).at("/serverContent/interrupted").asBoolean()).isTrue();
      assertThat(said(answer)).isEqualTo(WORDS);
    }
  }

  @Test
  void theAnswerToAToolsResultIsMissing() {
    serve(Persona.builder()
        .otherwise()
        .call("look", Map.of())
        .thenSay(result -> WORDS)
        .fallSilent(Silence.AFTER_TOOL_RESPONSE, Silence.Cure.NUDGE)
        .build());
    try (WsClient client = open("")) {
      write(client, "look");
      assertThat(server.settle(Duration.ofSeconds(20))).isTrue();
      time.advance(Duration.ofSeconds(1));
      String id = client.await("toolCall").at("/toolCall/functionCalls/0/id").asText();
      client.send("{\"toolResponse\":{\"functionResponses\":[{\"id\":\"" + id
          + "\",\"name\":\"look\",\"response\":{\"seen\":1}}]}}");
      assertThat(heard(client)).isEmpty();

      client.send(NUDGE);

      assertThat(said(heard(client))).isEqualTo(WORDS);
    }
  }

  @Test
  void anInterruptionIsNotFollowedByTheEndOfTheTurn() {
    serve(
        Persona.builder()
            .onText("story")
            .say("Once upon a time there was a story that was not told to its end.")
            .fallSilent(Silence.AFTER_INTERRUPTION, Silence.Cure.NUDGE)
            .otherwise()
            .say(WORDS)
            .build(),
        4);
    try (WsClient client = open("")) {
      write(client, "a story");
      assertThat(server.settle(Duration.ofSeconds(20))).isTrue();
      time.advance(Duration.ofMillis(500));
      write(client, "no, stop");

      List<JsonNode> cut = heard(client);
      assertThat(cut.get(cut.size() - 1).at("/serverContent/interrupted").asBoolean())
          .isTrue();

      client.send(NUDGE);

      List<JsonNode> answer = heard(client);
      assertThat(answer.get(0).at("/serverContent/turnComplete").asBoolean()).isTrue();
      assertThat(said(answer)).isEqualTo(WORDS);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "NUDGE,         true,  true, true, true",
    "END_OF_SPEECH, false, true, true, true",
    "RESUME,        false, false, true, true",
    "FRESH,         false, false, false, true",
    "NONE,          false, false, false, false"
  })
  void theCureHelpsAndWhatIsStrongerToo(
      Silence.Cure cure, boolean nudge, boolean end, boolean resume, boolean fresh) {
    serve(answer().fallSilent(Silence.AFTER_INPUT, cure).build());
    WsClient client = open("");
    String handle = server.nextConnection().giveHandle();
    client.await("sessionResumptionUpdate");
    write(client, "what do you think?");
    assertThat(heard(client)).isEmpty();
    client.send(NUDGE);
    assertThat(said(heard(client))).isEqualTo(nudge ? WORDS : "");
    if (!nudge) {
      client.send(STREAM_END);
      assertThat(said(heard(client))).isEqualTo(end ? WORDS : "");
    }
    client.close();
    if (!end) {
      client = open("\"sessionResumption\":{\"handle\":\"" + handle + "\"},");
      assertThat(said(heard(client))).isEmpty();
      client.send(NUDGE);
      assertThat(said(heard(client))).isEqualTo(resume ? WORDS : "");
      client.close();
    }
    if (!resume) {
      client = open("");
      assertThat(said(heard(client))).isEmpty();
      client.send(NUDGE);
      assertThat(said(heard(client))).isEqualTo(fresh ? WORDS : "");
      client.close();
    }
  }

  @ParameterizedTest
  @CsvSource({"…, I would say that it depends.", "another thing, Something else."})
  void aTextWithoutWordsIsANudgeAndOneWithWordsANewTurn(String text, String answer) {
    serve(Persona.builder()
        .onText("other")
        .say("Something else.")
        .otherwise()
        .say(WORDS)
        .fallSilent(Silence.AFTER_INPUT, Silence.Cure.NUDGE)
        .build());
    try (WsClient client = open("")) {
      write(client, "what do you think?");
      assertThat(heard(client)).isEmpty();

      write(client, text);

      assertThat(said(heard(client))).isEqualTo(answer);
    }
  }

  @Test
  void aRepeatedEndOfActivityHelps() {
    serve(answer().fallSilent(Silence.AFTER_INPUT, Silence.Cure.END_OF_SPEECH).build());
    try (WsClient client = open(MANUAL)) {
      client.send("{\"realtimeInput\":{\"activityStart\":{}}}");
      client.sendAudio(Speech.question(), 16_000);
      client.send("{\"realtimeInput\":{\"activityEnd\":{}}}");
      assertThat(heard(client)).isEmpty();

      client.send("{\"realtimeInput\":{\"activityEnd\":{}}}");

      assertThat(said(heard(client))).isEqualTo(WORDS);
    }
  }

  @Test
  void aFreshSessionThatIsToldTurnsAnswersThose() {
    serve(Persona.builder()
        .onText("seed")
        .say("As we said.")
        .otherwise()
        .say(WORDS)
        .fallSilent(Silence.AFTER_INPUT, Silence.Cure.FRESH)
        .build());
    WsClient client = open("");
    write(client, "what do you think?");
    assertThat(heard(client)).isEmpty();
    client.close();

    client = open("");
    client.send("{\"clientContent\":{\"turns\":[{\"role\":\"user\",\"parts\":[{\"text\":"
        + "\"the seed\"}]}],\"turnComplete\":true}}");

    assertThat(said(heard(client))).isEqualTo("As we said.");
    client.close();
  }

  @Test
  void anAnswerFallsSilentOnceAndAPersonaInItsFirstFittingAnswer() {
    serve(Persona.echo().fallSilent(Silence.MID_TURN, Silence.Cure.NONE));
    try (WsClient client = open("")) {
      write(client, "one two three four");
      assertThat(said(heard(client))).isEqualTo("one two");
      write(client, "one two three four");
      assertThat(said(heard(client))).isEqualTo("one two three four");
    }
  }
}
