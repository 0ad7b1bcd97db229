package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.protocol.Content;
import io.github.geminilive.protocol.ContextUpdate;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.FunctionResponse;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.Tool;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What each method of a session puts on the wire. */
class SendingTest {

  private static final byte[] PCM = {1, 2, 3, 4, 5, 6, 7, 8};

  private static String audio(byte[] pcm, int rate) {
    return "{'realtimeInput':{'audio':{'mimeType':'audio/pcm;rate="
        + rate
        + "','data':'"
        + Base64.getEncoder().encodeToString(pcm)
        + "'}}}";
  }

  private static void expect(Talk talk, String json) {
    assertThat(talk.service.nextMessage()).isEqualTo(Talk.json(json));
  }

  @Test
  void audioOfAnArrayGoesOutAt16KhzUnlessSaidOtherwise() {
    try (Talk talk = Talk.open()) {
      byte[] reused = PCM.clone();

      Talk.get(talk.session.sendAudio(reused));
      Arrays.fill(reused, (byte) 0);

      expect(talk, audio(PCM, 16_000));
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 8_000, 11_025, 16_000, 24_000, 44_100, 48_000, 192_000})
  void anyRateIsDeclaredAsGiven(int rate) {
    try (Talk talk = Talk.open()) {
      Talk.get(talk.session.sendAudio(PCM, rate));

      expect(talk, audio(PCM, rate));
    }
  }

  static Stream<Arguments> buffers() {
    byte[] padded = {9, 9, 9, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    ByteBuffer direct = ByteBuffer.allocateDirect(12).put(padded).position(3).limit(11);
    ByteBuffer slice = ByteBuffer.wrap(padded, 2, 9).slice().position(1);
    return Stream.of(
        Arguments.of("heap", ByteBuffer.wrap(PCM.clone())),
        Arguments.of("heap with position and limit", ByteBuffer.wrap(padded, 3, 8)),
        Arguments.of("slice with array offset", slice),
        Arguments.of("direct", direct),
        Arguments.of("read-only", ByteBuffer.wrap(padded, 3, 8).asReadOnlyBuffer()));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("buffers")
  void audioOfABufferGoesFromPositionToLimit(String kind, ByteBuffer buffer) {
    try (Talk talk = Talk.open()) {
      Talk.get(talk.session.sendAudio(buffer, 24_000));

      assertThat(buffer.remaining()).isZero();
      expect(talk, audio(PCM, 24_000));
    }
  }

  @Test
  void streamedAudioIsTakenFromItsPlaceInTheArray() {
    try (Talk talk = Talk.open()) {
      talk.session.streamAudio(new byte[] {9, 1, 2, 3, 4, 5, 6, 7, 8, 9}, 1, 8, 48_000);

      expect(talk, audio(PCM, 48_000));
    }
  }

  @Test
  void audioThatCannotBeAudioIsRefusedAndNothingIsSent() {
    try (Talk talk = Talk.open()) {
      LiveSession session = talk.session;

      assertThatThrownBy(() -> session.sendAudio(new byte[3]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("even number of bytes: 3");
      assertThatThrownBy(() -> session.sendAudio(new byte[0]))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("empty");
      ByteBuffer odd = ByteBuffer.wrap(PCM, 0, 5);
      assertThatThrownBy(() -> session.sendAudio(odd, 16_000))
          .isInstanceOf(IllegalArgumentException.class);
      assertThat(odd.remaining()).isEqualTo(5);
      assertThatThrownBy(() -> session.sendAudio(ByteBuffer.allocate(0), 16_000))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> session.sendAudio(PCM, 0))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("sampleRateHz must be in [1, 192000]: 0");
      assertThatThrownBy(() -> session.sendAudio(PCM, 192_001))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> session.streamAudio(PCM, 0, 3, 16_000))
          .isInstanceOf(IllegalArgumentException.class);
      assertThatThrownBy(() -> session.streamAudio(PCM, 2, 8, 16_000))
          .isInstanceOf(IndexOutOfBoundsException.class);
      Talk.get(session.sendText("after"));

      assertThat(talk.service.nextMessage().has("clientContent")).isTrue();
    }
  }

  @Test
  void aVideoFrameGoesOutWithItsMimeType() {
    try (Talk talk = Talk.open()) {
      byte[] image = {(byte) 0xFF, (byte) 0xD8, 1};

      Talk.get(talk.session.sendVideoFrame(image, "image/jpeg"));

      expect(talk, "{'realtimeInput':{'video':{'mimeType':'image/jpeg','data':'/9gB'}}}");
    }
  }

  @Test
  void whatIsNoPictureIsRefused() {
    try (Talk talk = Talk.open()) {
      assertThatThrownBy(() -> talk.session.sendVideoFrame(PCM, "audio/pcm"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("image/");
      assertThatThrownBy(() -> talk.session.sendVideoFrame(new byte[0], "image/png"))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("empty");
    }
  }

  static Stream<Arguments> textForms() {
    String turn = "{'clientContent':{'turns':[{'role':'user','parts':[{'text':'Hi ü'}]}],"
        + "'turnComplete':true}}";
    String realtime = "{'realtimeInput':{'text':'Hi ü'}}";
    return Stream.of(
        Arguments.of(LiveModel.GEMINI_2_5_FLASH_NATIVE_AUDIO_PREVIEW, false, turn),
        Arguments.of(LiveModel.GEMINI_LIVE_2_5_FLASH_NATIVE_AUDIO, true, turn),
        Arguments.of(LiveModel.GEMINI_3_1_FLASH_LIVE_PREVIEW, false, realtime),
        Arguments.of(LiveModel.GEMINI_3_8_LIVE, false, turn),
        Arguments.of(LiveModel.GEMINI_3_8_LIVE, true, turn));
  }

  @ParameterizedTest(name = "{0}, Vertex: {1}")
  @MethodSource("textForms")
  void textTakesTheFormOfTheModel(LiveModel model, boolean vertex, String json) {
    Talk.Setting setting = Talk.with().model(model);
    try (Talk talk = (vertex ? setting.vertex() : setting).open()) {
      Talk.get(talk.session.sendText("Hi ü"));

      expect(talk, json);
    }
  }

  @Test
  void blankTextIsRefused() {
    try (Talk talk = Talk.open()) {
      assertThatThrownBy(() -> talk.session.sendText(" \n"))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("blank");
    }
  }

  @Test
  void turnsGoOutInOrder() {
    try (Talk talk = Talk.open()) {
      Talk.get(talk.session.sendTurns(List.of(Content.user("a"), Content.model("b")), false));
      Talk.get(talk.session.sendTurns(List.of(), true));

      expect(
          talk,
          "{'clientContent':{'turns':[{'role':'user','parts':[{'text':'a'}]},"
              + "{'role':'model','parts':[{'text':'b'}]}],'turnComplete':false}}");
      expect(talk, "{'clientContent':{'turnComplete':true}}");
    }
  }

  @Test
  void turnsInMidSessionAreRefusedFor31() {
    try (Talk talk = Talk.with().model(LiveModel.GEMINI_3_1_FLASH_LIVE_PREVIEW).open()) {
      assertThatThrownBy(() -> talk.session.sendTurns(List.of(Content.user("a")), true))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("realtimeInput.text");
    }
  }

  @Test
  void activityIsMarkedByHandWhereDetectionIsOff() {
    try (Talk talk = Talk.open(LiveConfig.Builder::manualActivity)) {
      Talk.get(talk.session.startActivity());
      Talk.get(talk.session.endActivity());

      expect(talk, "{'realtimeInput':{'activityStart':{}}}");
      expect(talk, "{'realtimeInput':{'activityEnd':{}}}");
      assertThatThrownBy(talk.session::endAudioStream)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("activityEnd");
    }
  }

  @Test
  void theStreamEndsByAMarkerWhereDetectionIsOn() {
    try (Talk talk = Talk.open()) {
      Talk.get(talk.session.endAudioStream());

      expect(talk, "{'realtimeInput':{'audioStreamEnd':true}}");
      assertThatThrownBy(talk.session::startActivity)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("activityStart");
      assertThatThrownBy(talk.session::endActivity)
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("activityEnd");
    }
  }

  @Test
  void aToolResponseGoesOutAsGiven() {
    Tool declared =
        Tool.functions(FunctionDeclaration.builder("ping", "answers pong").build());
    try (Talk talk = Talk.open(config -> config.declare(declared))) {
      talk.hear("{'toolCall':{'functionCalls':[{'id':'c1','name':'ping','args':{}}]}}");
      talk.await(LiveEvent.ToolCalled.class);

      Talk.get(talk.session.sendToolResponse(
          FunctionResponse.of("c1", "ping", Json.parse("{\"output\":\"pong\"}"))));

      expect(
          talk,
          "{'toolResponse':{'functionResponses':[{'id':'c1','name':'ping',"
              + "'response':{'output':'pong'}}]}}");
    }
  }

  @Test
  void theContextChangesInMidSessionFor38() {
    try (Talk talk = Talk.with().model(LiveModel.GEMINI_3_8_LIVE).open()) {
      ContextUpdate update =
          ContextUpdate.builder().systemInstruction(Content.text("Be brief.")).build();

      Talk.get(talk.session.updateContext(update));

      expect(talk, "{'contextUpdate':{'systemInstruction':{'parts':[{'text':'Be brief.'}]}}}");
    }
  }

  static Stream<LiveModel> modelsWithoutContextUpdate() {
    return Stream.of(
        LiveModel.GEMINI_2_5_FLASH_NATIVE_AUDIO_PREVIEW, LiveModel.GEMINI_3_1_FLASH_LIVE_PREVIEW);
  }

  @ParameterizedTest
  @MethodSource("modelsWithoutContextUpdate")
  void theContextIsFixedForOlderModels(LiveModel model) {
    ContextUpdate update =
        ContextUpdate.builder().systemInstruction(Content.text("Be brief.")).build();
    try (Talk talk = Talk.with().model(model).open()) {
      assertThatThrownBy(() -> talk.session.updateContext(update))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("contextUpdate is not taken");
    }
  }

  @Test
  void rawJsonGoesOutAsItStands() {
    try (Talk talk = Talk.open()) {
      Talk.get(talk.session.sendRaw(Json.parse("{\"realtimeInput\":{\"newKind\":{\"a\":1}}}")));
      Talk.get(talk.session.sendRaw(Json.parse("{\"brandNew\":{}}")));

      expect(talk, "{'realtimeInput':{'newKind':{'a':1}}}");
      expect(talk, "{'brandNew':{}}");
    }
  }

  @Test
  void rawJsonThatTheServiceRefusesIsRefusedHere() {
    try (Talk talk = Talk.open()) {
      for (String refused :
          List.of("{}", "[]", "{\"setup\":{}}", "{\"realtimeInput\":{},\"clientContent\":{}}")) {
        assertThatThrownBy(() -> talk.session.sendRaw(Json.parse(refused)))
            .as(refused)
            .isInstanceOf(IllegalArgumentException.class);
      }
    }
  }

  @Test
  void whatWasSentIsCounted() {
    try (Talk talk = Talk.open()) {
      Talk.get(talk.session.sendAudio(Talk.pcm(100, 16_000, 1)));
      Talk.get(talk.session.sendAudio(Talk.pcm(50, 48_000, 1), 48_000));
      Talk.get(talk.session.sendText("Hi"));
      talk.service.awaitMessages(4);

      SessionMetrics metrics = talk.session.metrics();

      assertThat(metrics.messagesSent()).isEqualTo(4);
      assertThat(metrics.audioSent()).hasMillis(150);
      long onTheWire = talk.service.receivedMessages().stream()
          .mapToLong(m -> m.toString().length())
          .sum();
      assertThat(metrics.bytesSent()).isEqualTo(onTheWire);
      assertThat(metrics.queuedMessages()).isZero();
      assertThat(metrics.queuedBytes()).isZero();
    }
  }
}
