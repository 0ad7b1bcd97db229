package io.github.geminilive.tools.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.tools.LiveTools;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a call is answered. */
class AnswersTest {

  private static final LiveTools TOOLS = LiveTools.of(new Answers());

  /** A text of this many bytes is answered in twice as many and some; the limit is 256 KiB. */
  private static final int LIMIT = 256 * 1024;

  private static void assertAnswer(String tool, String response) {
    assertThat(Wire.call(TOOLS, tool, "{}").toString())
        .isEqualTo(Wire.json(response).toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"nothing", "voidStage"})
  void nothingToSayIsOk(String tool) {
    assertAnswer(tool, "{'output':{'status':'ok'}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"nullText", "emptyOptional", "emptyOptionalInt", "nullStage"})
  void noResultIsToldAsSuch(String tool) {
    assertAnswer(tool, "{'output':{'status':'no_result'}}");
  }

  static Stream<Arguments> values() {
    return Stream.of(
        Arguments.of("text", "'sunny'"),
        Arguments.of("emptyText", "''"),
        Arguments.of("letter", "'x'"),
        Arguments.of("flag", "false"),
        Arguments.of("whole", "0"),
        Arguments.of("optional", "'x'"),
        Arguments.of("stage", "5"),
        Arguments.of("stageOfOptional", "'2026-03-31'"),
        Arguments.of("bytes", "'aGk='"),
        Arguments.of("arrays", "[[1,2],['a',null],[]]"),
        Arguments.of("gaps", "['a',null]"),
        Arguments.of("set", "['only']"),
        Arguments.of(
            "map", "{'top-speed':1,'7':'seven','123e4567-e89b-12d3-a456-426614174000':null}"),
        Arguments.of("json", "{'a':[1,null,'9007199254740993']}"),
        Arguments.of("node", "{'a':1,'_ref':'b'}"));
  }

  @ParameterizedTest
  @MethodSource("values")
  void aValueIsWrapped(String tool, String output) {
    assertAnswer(tool, "{'output':" + output + "}");
  }

  @Test
  void anErrorMemberDoesNotReadAsFailure() {
    assertAnswer("errorMember", "{'output':{'error':'none so far'}}");
  }

  @Test
  void anIntegerThatADoubleDoesNotHoldIsText() {
    assertAnswer(
        "longs",
        "{'output':[9007199254740991,'9007199254740992',-9007199254740991,'-9007199254740992',"
            + "'9223372036854775807','-9223372036854775808']}");
    assertAnswer(
        "greatNumbers",
        "{'output':[9007199254740991,'9007199254740992','-123456789012345678901234567890',"
            + "1.5,'1E+400']}");
  }

  @Test
  void whatIsNoNumberIsText() {
    assertAnswer("noNumbers", "{'output':['NaN','Infinity','-Infinity','NaN',0.5,1.5]}");
  }

  @Test
  void aReferenceIsRenamedAtEveryDepth() {
    assertAnswer("ref", "{'output':{'_ref':[{'_ref':1}]}}");
  }

  @Test
  void timesAreIsoTexts() {
    JsonNode output = Wire.output(TOOLS, "times", "{}");

    assertThat(Wire.texts(output))
        .containsExactly(
            "2026-03-31T12:30:00Z",
            "2026-03-31T14:30+02:00",
            "2026-03-31T14:30+02:00[Europe/Paris]",
            "2026-03-31",
            "14:30",
            "2026-03-31T14:30",
            "PT1H30M",
            "P3D",
            "2026-03",
            "2026",
            "Europe/Paris");
  }

  @Test
  void wordsAreTexts() {
    assertAnswer(
        "words",
        "{'output':['123e4567-e89b-12d3-a456-426614174000','https://example.com/a','EUR',"
            + "'en-GB','built']}");
  }

  @Test
  void enumsAreWrittenByTheirWireNames() {
    assertAnswer("enums", "{'output':['slow','top-speed','WARP']}");
    assertAnswer("color", "{'output':'GREEN'}");
    assertAnswer("level", "{'output':'20'}");
  }

  @Test
  void aRecordIsWrittenInItsOrder() {
    assertAnswer(
        "report",
        "{'output':{'title':'Weekly','due_date':'2026-01-02','speed':'top-speed','note':null,"
            + "'rank':null,'parts':[{'size':1.5,'data':'aGk='}]}}");
    assertAnswer("page", "{'output':{'items':['2026-03-31'],'first':'2026-03-31'}}");
    assertAnswer("tree", "{'output':{'name':'a','children':[{'name':'b','children':[]}]}}");
  }

  @Test
  void aBeanIsWrittenInTheOrderOfWhatCanBeSetThenTheRest() {
    assertAnswer("card", "{'output':{'second':'two','first':1,'sold':true}}");
  }

  @Test
  void aSubtypeSaysFirstWhichItIs() {
    assertAnswer(
        "shapes",
        "{'output':[{'type':'Circle','radius':1,'label':'c'},"
            + "{'type':'Square','side':2,'label':null},"
            + "{'type':'star','points':5,'label':'s'}]}");
    assertAnswer("pet", "{'output':{'kind':'cat','lives':9,'name':'Tom'}}");
  }

  @Test
  void aResultOfItsOwnPasses() {
    assertAnswer(
        "result", "{'error':{'status':'closed','message':'We are closed.','retryable':true}}");
  }

  @Test
  void aStreamOutsideOfAConversationIsOneList() {
    assertAnswer("stream", "{'output':['2026-01-01','2026-01-02']}");
    assertAnswer("publisher", "{'output':['slow','WARP']}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"noJson", "endless"})
  void whatCannotBeWrittenIsABadResult(String tool) {
    JsonNode error = Wire.error(TOOLS, tool, "{}");

    assertThat(error.path("status").asText()).isEqualTo("bad_result");
    assertThat(error.path("retryable").asBoolean(true)).isFalse();
    assertThat(error.toString()).doesNotContain("java", "Thread", "ArrayList");
  }

  @Test
  void aResultBeyondTheLimitIsTooLarge() {
    int wrapping = "{\"output\":\"\"}".length();

    for (int size : new int[] {LIMIT - 1, LIMIT}) {
      assertThat(
              Wire.output(TOOLS, "large", "{'bytes':" + (size - wrapping) + "}").asText())
          .hasSize(size - wrapping);
    }
    JsonNode error = Wire.error(TOOLS, "large", "{'bytes':" + (LIMIT + 1 - wrapping) + "}");
    assertThat(error.path("status").asText()).isEqualTo("result_too_large");
    assertThat(error.path("retryable").asBoolean()).isTrue();
  }

  @Test
  void aToolExceptionSaysAllThatItWasGiven() {
    JsonNode error = Wire.error(TOOLS, "told", "{}");

    assertThat(error.path("status").asText()).isEqualTo("tool_error");
    assertThat(error.path("message").asText()).isEqualTo("No such town.");
    assertThat(error.path("retryable").asBoolean()).isTrue();
    assertThat(error.path("retry_hint").asText()).isEqualTo("Ask for the country.");
    assertThat(Wire.texts(error.path("towns"))).containsExactly("Lisbon", "Porto");
    assertThat(error).hasSize(5);
  }

  @ParameterizedTest
  @ValueSource(strings = {"plainlyTold", "wrapped"})
  void aToolExceptionIsFoundInItsWrappers(String tool) {
    assertAnswer(
        tool, "{'error':{'status':'tool_error','message':'Not on Sundays.','retryable':false}}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"unchecked", "checked", "error", "overflow", "failedStage"})
  void ofAnyOtherFailureTheModelLearnsNothing(String tool) {
    assertAnswer(
        tool, "{'error':{'status':'tool_error','message':'The tool failed.','retryable':false}}");
  }

  @Test
  void aRecordsOwnChecksAreViolations() {
    assertThat(
            Wire.output(TOOLS, "checkedArgument", "{'range':{'from':1,'to':3}}").asInt())
        .isEqualTo(2);
    JsonNode error = Wire.error(TOOLS, "checkedArgument", "{'range':{'from':3,'to':1}}");
    assertThat(error.path("status").asText()).isEqualTo("invalid_argument");
    assertThat(error.at("/violations/0/path").asText()).isEqualTo("/range");
    assertThat(error.at("/violations/0/message").asText())
        .contains("from must not be after to: 3 > 1");
  }

  @Test
  void anUnknownToolIsAnsweredWithTheKnownOnes() {
    LiveTools two = LiveTools.of(new Discovery.Ordered());
    JsonNode error = Wire.error(two, "gamma", "{}");

    assertThat(error.path("status").asText()).isEqualTo("unknown_tool");
    assertThat(error.path("retryable").asBoolean(true)).isFalse();
    assertThat(Wire.texts(error.path("valid_options"))).isEqualTo(Wire.names(two));
  }

  @ParameterizedTest
  @CsvSource({"[]", "5", "'\"x\"'", "''"})
  void argumentsThatAreNoObjectAreACallersMistake(String arguments) {
    assertThatThrownBy(() -> TOOLS.invoke("text", arguments))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
