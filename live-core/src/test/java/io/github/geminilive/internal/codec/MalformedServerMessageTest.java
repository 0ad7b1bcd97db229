package io.github.geminilive.internal.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Malformed messages of the service are survived, and everything usable in them is delivered. */
class MalformedServerMessageTest {

  private static final String AUDIO_24K = "\"mimeType\":\"audio/pcm;rate=24000\"";
  private static final String SILENCE = "\"data\":\"" + "A".repeat(64) + "\"";

  /** What each line leaves, as JSON written again; null for no message; then the problems. */
  private static final Map<String, Expected> EXPECTED = new LinkedHashMap<>();

  private record Expected(String json, List<String> problemPaths) {}

  static {
    nothing("bad_not_json", "");
    nothing("bad_truncated_json", "");
    usable("bad_lone_surrogate", transcript("x\\ud83c y"));
    nothing("bad_empty_frame");
    nothing("bad_whitespace_frame");
    nothing("bad_json_array", "");
    nothing("bad_json_null", "");
    nothing("bad_json_scalar", "");
    usable("bad_two_objects", "{'setupComplete':{}}", "");
    usable("bad_invalid_utf8", transcript("a\ufffdb"), "");
    usable("bad_nan", "{'usageMetadata':{}}", "/usageMetadata/totalTokenCount");
    usable("bad_duplicate_keys", "{'goAway':{'timeLeft':'2s'}}");
    usable(
        "bad_audio_base64",
        "{'serverContent':{'modelTurn':{'parts':[{'inlineData':{" + AUDIO_24K + "}}]},"
            + "'outputTranscription':{'text':' kept'}}}",
        "/serverContent/modelTurn/parts/0/inlineData/data");
    usable("bad_odd_pcm_length", blob(AUDIO_24K + ",'data':'AQID'"));
    usable("bad_missing_mime", blob(SILENCE));
    usable("bad_mime_rate", blob("'mimeType':'audio/pcm;rate=fast'," + SILENCE));
    usable("bad_server_content_string", "{}", "/serverContent");
    usable("bad_server_content_array", "{}", "/serverContent");
    usable("bad_turn_complete_type", transcript("still here"), "/serverContent/turnComplete");
    usable(
        "bad_parts_object", "{'serverContent':{'modelTurn':{}}}", "/serverContent/modelTurn/parts");
    usable("bad_part_scalar", parts("{'text':'fine'}"), "/serverContent/modelTurn/parts/0");
    usable("bad_text_number", parts("{}"), "/serverContent/modelTurn/parts/0/text");
    usable(
        "bad_transcription_string", "{'serverContent':{}}", "/serverContent/outputTranscription");
    usable("bad_tool_call_no_name", calls("{'id':'fc_x'}"));
    usable(
        "bad_tool_call_args_string",
        calls("{'id':'fc_y','name':'ping'}"),
        "/toolCall/functionCalls/0/args");
    usable(
        "bad_tool_call_args_array",
        calls("{'id':'fc_z','name':'ping'}"),
        "/toolCall/functionCalls/0/args");
    usable("bad_tool_call_object_list", "{'toolCall':{}}", "/toolCall/functionCalls");
    usable(
        "bad_tool_call_duplicate_id",
        calls("{'id':'dup','name':'ping','args':{}},{'id':'dup','name':'ping','args':{}}"));
    usable("bad_tool_call_numeric_id", calls("{'id':'12345','name':'ping','args':{}}"));
    usable(
        "bad_cancellation_ids",
        "{'toolCallCancellation':{'ids':['fc_a','7']}}",
        "/toolCallCancellation/ids/3");
    usable("bad_cancellation_function_ids", "{'toolCallCancellation':{'functionIds':['fc_a']}}");
    usable("bad_go_away_duration", "{'goAway':{}}", "/goAway/timeLeft");
    usable("bad_go_away_object", "{'goAway':{}}", "/goAway/timeLeft");
    usable("bad_go_away_negative", "{'goAway':{'timeLeft':'-3s'}}");
    usable(
        "bad_resumption_types",
        "{'sessionResumptionUpdate':{}}",
        "/sessionResumptionUpdate/newHandle",
        "/sessionResumptionUpdate/resumable");
    usable(
        "bad_resumption_index",
        "{'sessionResumptionUpdate':{'newHandle':'h5','resumable':true}}",
        "/sessionResumptionUpdate/lastConsumedClientMessageIndex");
    usable(
        "bad_usage_types",
        "{'serverContent':{'turnComplete':true},'usageMetadata':{}}",
        "/usageMetadata/totalTokenCount",
        "/usageMetadata/promptTokensDetails");
    usable("bad_setup_complete_false", "{}", "/setupComplete");
    usable("bad_setup_complete_late", "{'setupComplete':{'sessionId':'again'}}");
    usable("bad_content_before_setup_complete", parts("{'text':'early'}"));
    usable(
        "bad_voice_activity",
        "{'voiceActivity':{'type':'ACTIVITY_START'}}",
        "/voiceActivity/audioOffset");
    usable(
        "bad_grounding_indices",
        "{'serverContent':{'groundingMetadata':{'groundingChunks':[],"
            + "'groundingSupports':[{'groundingChunkIndices':[4]}]}}}",
        "/serverContent/groundingMetadata/groundingSupports/0/groundingChunkIndices/1");
    usable("bad_error_string", "{'error':{'message':'quota'}}");
  }

  private static void usable(String name, String json, String... problemPaths) {
    EXPECTED.put(name, new Expected(json.replace('\'', '"'), List.of(problemPaths)));
  }

  private static void nothing(String name, String... problemPaths) {
    EXPECTED.put(name, new Expected("", List.of(problemPaths)));
  }

  private static String transcript(String text) {
    return "{'serverContent':{'outputTranscription':{'text':'" + text + "'}}}";
  }

  private static String parts(String parts) {
    return "{'serverContent':{'modelTurn':{'parts':[" + parts + "]}}}";
  }

  private static String blob(String members) {
    return parts("{'inlineData':{" + members + "}}");
  }

  private static String calls(String calls) {
    return "{'toolCall':{'functionCalls':[" + calls + "]}}";
  }

  static List<Corpus> malformedMessages() {
    return Corpus.of("server", false);
  }

  @Test
  void everyMalformedMessageHasAnExpectation() {
    assertThat(malformedMessages())
        .extracting(Corpus::name)
        .containsExactlyElementsOf(EXPECTED.keySet());
  }

  @ParameterizedTest
  @MethodSource("malformedMessages")
  void whatIsUsableIsDelivered(Corpus line) {
    Expected expected = EXPECTED.get(line.name());
    byte[] payload = line.payload();

    Decoded decoded = new ServerMessageDecoder().decode(payload, 0, payload.length);

    assertThat(decoded.problems())
        .extracting(DecodeProblem::path)
        .containsExactlyElementsOf(expected.problemPaths());
    if (expected.json().isEmpty()) {
      assertThat(decoded.message()).isNull();
    } else {
      String again = ClientMessageEncoder.encodeRecord(decoded.message());
      assertThat(WireJson.parse(again)).isEqualTo(WireJson.parse(expected.json()));
    }
  }

  @Test
  void aLoneSurrogateSurvivesToTheReader() {
    byte[] payload = Corpus.named("bad_lone_surrogate").payload();

    Decoded decoded = new ServerMessageDecoder().decode(payload, 0, payload.length);

    assertThat(decoded.message().serverContent().outputTranscription().text())
        .isEqualTo("x\ud83c y");
  }
}
