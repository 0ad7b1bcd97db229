package io.github.geminilive.internal.profile;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.Endpoint.Backend;
import io.github.geminilive.LiveModel;
import io.github.geminilive.protocol.ClientMessage;
import io.github.geminilive.protocol.Json;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule through the records and through raw JSON, which must agree. */
class MessageCheckTest {

  private static final SessionFacts LIVE_38 = facts(LiveModel.GEMINI_3_8_LIVE, Backend.DEVELOPER);
  private static final SessionFacts LIVE_38_VERTEX =
      facts(LiveModel.GEMINI_3_8_LIVE, Backend.VERTEX);
  private static final SessionFacts LIVE_31 =
      facts(LiveModel.GEMINI_3_1_FLASH_LIVE_PREVIEW, Backend.DEVELOPER);
  private static final SessionFacts NATIVE =
      facts(LiveModel.GEMINI_2_5_FLASH_NATIVE_AUDIO_PREVIEW, Backend.DEVELOPER);
  private static final SessionFacts XT =
      facts(LiveModel.GEMINI_3_8_LIVE_EXTENDED_THINKING, Backend.DEVELOPER);
  private static final SessionFacts MANUAL =
      new SessionFacts(LIVE_38.profile(), Backend.DEVELOPER, true, false);
  private static final SessionFacts SEEDING =
      new SessionFacts(LIVE_31.profile(), Backend.DEVELOPER, false, true);

  private static final String TURN =
      "{'clientContent':{'turns':[{'role':'user','parts':[{'text':'x'}]}],'turnComplete':true}}";

  private static SessionFacts facts(LiveModel model, Backend backend) {
    return new SessionFacts(ModelProfile.of(model, backend), backend, false, false);
  }

  @Test
  void contentIsInitialHistoryOnlyOn31() {
    assertThat(refusal(TURN, LIVE_31)).contains("realtimeInput.text", "3.1");
    assertThat(refusal(TURN, SEEDING)).isNull();
    assertThat(refusal(TURN, LIVE_38)).isNull();
    assertThat(refusal(TURN, NATIVE)).isNull();
  }

  @Test
  void anUnknownModelMayTakeContent() {
    assertThat(refusal(TURN, facts(LiveModel.of("gemini-9-live"), Backend.VERTEX)))
        .isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "user, true, true",
    "model, true, true",
    "system, false, true",
    "assistant, false, false"
  })
  void aTurnHasARoleTheBackendKnows(String role, boolean developer, boolean vertex) {
    String turn = "{'clientContent':{'turns':[{'role':'" + role + "','parts':[{'text':'x'}]}]}}";

    assertThat(refusal(turn, LIVE_38) == null).isEqualTo(developer);
    assertThat(refusal(turn, LIVE_38_VERTEX) == null).isEqualTo(vertex);
  }

  @ParameterizedTest
  @ValueSource(strings = {"functionCall", "functionResponse"})
  void aTurnHoldsNoFunctionPart(String part) {
    String turn =
        "{'clientContent':{'turns':[{'role':'user','parts':[{'text':'x'},{'" + part + "':{}}]}]}}";

    assertThat(refusal(turn, LIVE_38)).contains("clientContent.turns[0].parts[1]." + part);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "inlineData.displayName | {'inlineData':{'mimeType':'image/png','data':'AAAA',"
            + "'displayName':'x'}} | false | true",
        "fileData.displayName | {'fileData':{'fileUri':'gs://b/o','mimeType':'image/png',"
            + "'displayName':'x'}} | false | true",
        "inlineData | {'inlineData':{'mimeType':'image/png','data':'AAAA'}} | true | true",
        "fileData | {'fileData':{'fileUri':'gs://b/o','mimeType':'image/png'}} | true | true",
        "toolCall | {'toolCall':{'id':'s','toolType':'URL_CONTEXT'}} | true | false",
        "toolResponse | {'toolResponse':{'id':'s','toolType':'URL_CONTEXT'}} | true | false",
        "partMetadata | {'text':'x','partMetadata':{}} | true | false",
        "mediaProcessing | {'fileData':{'fileUri':'gs://b/o','mimeType':'video/mp4'},"
            + "'mediaProcessing':'STATIC'} | true | false"
      })
  void aPartOfATurnHasMembersOfItsBackend(
      String member, String part, boolean developer, boolean vertex) {
    String turn =
        "{'clientContent':{'turns':[{'role':'user','parts':[{'text':'x'}," + part + "]}]}}";
    String at = "clientContent.turns[0].parts[1]." + member;

    assertRefused(refusal(turn, LIVE_38), !developer, at, "Vertex AI only");
    assertRefused(refusal(turn, LIVE_38_VERTEX), !vertex, at, "Developer API only");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "inlineData | {'inlineData':{'mimeType':'image/png','data':'AAAA','displayName':'x'}}"
            + " | true | true",
        "fileData | {'fileData':{'fileUri':'gs://b/o','mimeType':'image/png'}} | false | true",
        "mediaProcessing | {'inlineData':{'mimeType':'image/png','data':'AAAA'},"
            + "'mediaProcessing':'AGENTIC'} | true | false"
      })
  void aPartOfAResponseHasMembersOfItsBackend(
      String member, String part, boolean developer, boolean vertex) {
    String message = response("'id':'c','name':'f','response':{},'parts':[" + part + "]");
    String at = "toolResponse.functionResponses[0].parts[0]." + member;

    assertRefused(refusal(message, LIVE_38), !developer, at, "Vertex AI only");
    assertRefused(refusal(message, LIVE_38_VERTEX), !vertex, at, "Developer API only");
  }

  private static void assertRefused(@Nullable String refusal, boolean refused, String... words) {
    if (refused) {
      assertThat(refusal).contains(words).contains("; ");
    } else {
      assertThat(refusal).isNull();
    }
  }

  @Test
  void aPartHoldsOnePieceOfData() {
    String code = "'executableCode':{'code':'1','language':'PYTHON'}";

    assertThat(refusal(
            "{'clientContent':{'turns':[{'role':'user','parts':[{'text':'',"
                + code
                + ",'thought':true}]}]}}",
            LIVE_38_VERTEX))
        .contains("clientContent.turns[0].parts[0]", "text and executableCode", "a part of each");
    assertThat(refusal(
            response("'id':'c','name':'f','response':{},'parts':[{'inlineData':{},'fileData':{}}]"),
            LIVE_38_VERTEX))
        .contains("functionResponses[0].parts[0]", "inlineData and fileData");
    assertThat(refusal(
            "{'clientContent':{'turns':[{'role':'model','parts':[{'text':'x','thought':true,"
                + "'thoughtSignature':'AAAA'},{'thoughtSignature':'AAAA'}]}]}}",
            LIVE_38))
        .isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"{'role':'user'}", "{'role':'user','parts':[]}"})
  void aTurnHasParts(String turn) {
    assertThat(refusal("{'clientContent':{'turns':[" + turn + "]}}", LIVE_38))
        .contains("clientContent.turns[0].parts is empty");
  }

  @ParameterizedTest
  @ValueSource(strings = {"activityStart", "activityEnd"})
  void activityIsMarkedByHandOnlyWithoutDetection(String marker) {
    String message = "{'realtimeInput':{'" + marker + "':{}}}";

    assertThat(refusal(message, LIVE_38)).contains(marker);
    assertThat(refusal(message, MANUAL)).isNull();
  }

  @Test
  void theAudioStreamEndsOnlyWithDetection() {
    String message = "{'realtimeInput':{'audioStreamEnd':true}}";

    assertThat(refusal(message, MANUAL)).contains("activityEnd");
    assertThat(refusal(message, LIVE_38)).isNull();
    assertThat(refusal("{'realtimeInput':{'audioStreamEnd':false}}", MANUAL)).isNull();
  }

  @ParameterizedTest
  @CsvSource({
    "audio, audio/pcm;rate=16000, true",
    "audio, AUDIO/PCM, true",
    "audio, Audio/Pcm ; Rate=48000, true",
    "audio, audio/wav, false",
    "audio, audio/l16;rate=16000, false",
    "audio, audio/pcmu, false",
    "audio, video/mp4, false",
    "video, image/jpeg, true",
    "video, image/png, true",
    "video, video/mp4, false"
  })
  void mediaHasItsKindOfType(String member, String mimeType, boolean passes) {
    String message =
        "{'realtimeInput':{'" + member + "':{'mimeType':'" + mimeType + "','data':'AAAA'}}}";

    assertThat(refusal(message, LIVE_38) == null).isEqualTo(passes);
  }

  @ParameterizedTest
  @CsvSource({
    "audio/pcm;rate=16000, true",
    "AUDIO/WAV, true",
    "image/jpeg, true",
    "video/mp4, false",
    "text/plain, false"
  })
  void aChunkIsAudioOrAnImage(String mimeType, boolean passes) {
    String message = "{'realtimeInput':{'mediaChunks':[{'mimeType':'image/png','data':'AAAA'},"
        + "{'mimeType':'" + mimeType + "','data':'AAAA'}]}}";

    String refusal = refusal(message, LIVE_38);

    assertThat(refusal == null).isEqualTo(passes);
    if (!passes) {
      assertThat(refusal)
          .contains("realtimeInput.mediaChunks[1].mimeType", "audio/ or image/", mimeType);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{'mimeType':'audio/pcm'}", "{'mimeType':'audio/pcm','data':''}", "{'data':''}"})
  void aChunkHasData(String chunk) {
    assertThat(refusal("{'realtimeInput':{'mediaChunks':[" + chunk + "]}}", LIVE_38))
        .contains("realtimeInput.mediaChunks[0].data is empty");
  }

  @Test
  void mediaHasATypeAtAll() {
    assertThat(refusal("{'realtimeInput':{'mediaChunks':[{'data':'AAAA'}]}}", LIVE_38))
        .contains("realtimeInput.mediaChunks[0].mimeType", "missing");
    assertThat(refusal("{'realtimeInput':{'audio':{'data':'AAAA'}}}", LIVE_38))
        .contains("realtimeInput.audio.mimeType", "missing");
  }

  @Test
  void emptyInputStaysHere() {
    assertThat(refusal("{'realtimeInput':{'text':''}}", LIVE_38)).contains("text is empty");
    assertThat(refusal("{'realtimeInput':{'text':' '}}", LIVE_38)).isNull();
    assertThat(refusal("{'realtimeInput':{'audio':{'mimeType':'audio/pcm'}}}", LIVE_38))
        .contains("realtimeInput.audio.data is empty");
    assertThat(refusal("{'realtimeInput':{'video':{'mimeType':'image/png','data':''}}}", LIVE_38))
        .contains("realtimeInput.video.data is empty");
  }

  private static String response(String members) {
    return "{'toolResponse':{'functionResponses':[{" + members + "}]}}";
  }

  @Test
  void aResponseHasIdNameAndObject() {
    assertThat(refusal(response("'id':'c','name':'f','response':{}"), LIVE_38)).isNull();
    assertThat(refusal(response("'name':'f','response':{}"), LIVE_38)).contains("[0].id");
    assertThat(refusal(response("'name':'f','response':{}"), LIVE_38_VERTEX)).isNull();
    assertThat(refusal(response("'id':'c','response':{}"), LIVE_38)).contains("[0].name");
    assertThat(refusal(response("'id':'c','name':'f'"), LIVE_38)).contains("[0].response");
    assertThat(refusal(response("'id':'c','name':'f','response':[1]"), LIVE_38))
        .contains("[0].response", "[1]");
    assertThat(refusal("{'toolResponse':{'functionResponses':[]}}", LIVE_38)).contains("empty");
  }

  @Test
  void generatorsExistOnTheDeveloperApiOnly() {
    String more = response("'id':'c','name':'f','response':{},'willContinue':true");

    assertThat(refusal(more, LIVE_38)).isNull();
    assertThat(refusal(more, LIVE_38_VERTEX)).contains("willContinue");
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void generatorsNeedAFamilyThatHasThem(boolean more) {
    String response = response("'id':'c','name':'f','response':{},'willContinue':" + more);

    assertThat(refusal(response, LIVE_38)).isNull();
    assertThat(refusal(response, NATIVE)).isNull();
    assertThat(refusal(response, LIVE_31))
        .contains("functionResponses[0].willContinue", "3.1", "at once");
    assertThat(refusal(response, XT)).contains("functionResponses[0].willContinue", "3.8-xt");
  }

  @Test
  void schedulingNeedsAFamilyThatHasIt() {
    String silent = response("'id':'c','name':'f','response':{},'scheduling':'SILENT'");
    String unspecified =
        response("'id':'c','name':'f','response':{},'scheduling':'SCHEDULING_UNSPECIFIED'");

    assertThat(refusal(silent, LIVE_38)).isNull();
    assertThat(refusal(silent, NATIVE)).isNull();
    assertThat(refusal(silent, LIVE_31)).contains("SILENT", "3.1");
    assertThat(refusal(silent, XT)).contains("SILENT", "3.8-xt");
    assertThat(refusal(unspecified, XT)).isNull();
  }

  @Test
  void theContextIsUpdatedWhereTheFamilyTakesIt() {
    String update = "{'contextUpdate':{'systemInstruction':{'parts':[{'text':'x'}]}}}";

    assertThat(refusal(update, LIVE_38)).isNull();
    assertThat(refusal(update, LIVE_38_VERTEX)).isNull();
    assertThat(refusal(update, NATIVE)).contains("contextUpdate", "2.5-native");
    assertThat(refusal(update, LIVE_31)).contains("contextUpdate", "3.1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'inlineData':{'mimeType':'image/png','data':'AAAA'}}",
        "{'fileData':{'fileUri':'gs://b/o','mimeType':'text/plain'}}",
        "{'functionCall':{}}",
        "{'text':'x','executableCode':{}}",
        "{'thought':true}"
      })
  void theInstructionOfAnUpdateIsPlainText(String part) {
    String update = "{'contextUpdate':{'systemInstruction':{'parts':[{'text':'x'}," + part + "]}}}";

    assertThat(refusal(update, LIVE_38))
        .contains("contextUpdate.systemInstruction.parts[1]", "plain text", "conversation");
    assertThat(refusal(update, NATIVE)).startsWith("contextUpdate is not taken");
  }

  @Test
  void theInstructionOfAnUpdateHasMembersOfItsBackend() {
    String update = "{'contextUpdate':{'systemInstruction':{'role':'user','parts':"
        + "[{'text':'x'},{'text':'y','partMetadata':{}}]}}}";

    assertThat(refusal(update, LIVE_38)).isNull();
    assertThat(refusal(update, LIVE_38_VERTEX))
        .contains("contextUpdate.systemInstruction.parts[1].partMetadata");
  }

  @Test
  void toolsOfAnUpdateAreCheckedLikeThoseOfASetup() {
    String blocking = "{'contextUpdate':{'tools':{'tools':[{'functionDeclarations':"
        + "[{'name':'f','description':'d','behavior':'BLOCKING'}]}]}}}";

    assertThat(typed(blocking, XT))
        .contains("contextUpdate.tools.tools[0].functionDeclarations[0].behavior");
    assertThat(typed(blocking, LIVE_38)).isNull();
  }

  @Test
  void aSetupIsSentOnce() {
    assertThat(refusal("{'setup':{'model':'models/x'}}", LIVE_38)).contains("contextUpdate");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[]",
        "1",
        "{}",
        "{'realtimeInput':{'text':'x'},'clientContent':{}}",
        "{'realtimeInput':[]}",
        "{'realtimeInput':{'text':1}}",
        "{'realtimeInput':{'activityStart':true}}",
        "{'realtimeInput':{'audioStreamEnd':{}}}",
        "{'realtimeInput':{'audio':'AAAA'}}",
        "{'realtimeInput':{'audio':{'mimeType':'audio/pcm','data':'*'}}}",
        "{'realtimeInput':{'audio':{'mimeType':'audio/pcm','data':[1]}}}",
        "{'realtimeInput':{'mediaChunks':{}}}",
        "{'realtime_input':{'activity_start':true}}",
        "{'clientContent':{'turns':{}}}",
        "{'clientContent':{'turns':['x']}}",
        "{'clientContent':{'turns':[{'role':1,'parts':[{'text':'x'}]}]}}",
        "{'clientContent':{'turns':[{'role':'user','parts':{'text':'x'}}]}}",
        "{'clientContent':{'turnComplete':1}}",
        "{'clientContent':{'turns':[{'role':'user','parts':[{'fileData':'x'}]}]}}",
        "{'client_content':{'turns':[{'parts':[{'inline_data':{'display_name':'x'}}]}]}}",
        "{'client_content':{'turns':[{'parts':[{'file_data':{'display_name':'x'}}]}]}}",
        "{'toolResponse':{'functionResponses':[{'id':'c','name':'f','response':{},'parts':{}}]}}",
        "{'toolResponse':{'functionResponses':[{'id':'c','name':'f','response':{},"
            + "'parts':[{'inlineData':{'mimeType':'image/png','data':'*'}}]}]}}",
        "{'tool_response':{'function_responses':[{'id':'c','name':'f','response':{},"
            + "'parts':[{'file_data':{}}]}]}}",
        "{'toolResponse':[]}",
        "{'toolResponse':{'functionResponses':{}}}",
        "{'contextUpdate':{'tools':[]}}",
        "{'contextUpdate':{'tools':{'tools':{}}}}",
        "{'contextUpdate':{'systemInstruction':'x'}}",
        "{'contextUpdate':{'systemInstruction':{'parts':{'text':'x'}}}}",
        "{'contextUpdate':{'systemInstruction':{'parts':[{'text':1}]}}}",
        "{'serverContent':{}}",
        "{'toolCall':{}}"
      })
  void rawJsonOfTheWrongShapeStaysHere(String message) {
    assertThat(raw(message, LIVE_38)).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'brandNew':{}}",
        "{'realtimeInput':{'brandNew':1}}",
        "{'realtime_input':{'audio_stream_end':true}}",
        "{'realtimeInput':{'audio':{'mime_type':'audio/pcm','data':'-_-_'}}}",
        "{'realtimeInput':{'text':'x','audio':null}}",
        "{'setup':null,'clientContent':{}}",
        "{'contextUpdate':{'tools':{}}}"
      })
  void rawJsonMaySayWhatThisVersionDoesNotKnow(String message) {
    assertThat(raw(message, LIVE_38)).isNull();
  }

  @Test
  void aRefusalQuotesNoMedia() {
    assertThat(raw(
            "{'realtimeInput':{'audio':{'mimeType':'audio/pcm','data':'secret*speech'}}}", LIVE_38))
        .doesNotContain("secret");
  }

  private static @Nullable String refusal(String message, SessionFacts facts) {
    String typed = typed(message, facts);
    assertThat(raw(message, facts)).isEqualTo(typed);
    return typed;
  }

  private static @Nullable String typed(String message, SessionFacts facts) {
    return MessageCheck.refusal(RecordReader.read(ClientMessage.class, json(message)), facts);
  }

  private static @Nullable String raw(String message, SessionFacts facts) {
    return MessageCheck.refusalOfRaw(json(message), facts);
  }

  private static Json json(String message) {
    return Json.parse(message.replace('\'', '"'));
  }
}
