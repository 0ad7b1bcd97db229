package io.github.geminilive;

import static io.github.geminilive.Calls.look;
import static io.github.geminilive.Calls.responses;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.protocol.Json;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What comes and goes must be what both sides can hold. */
class ToolArgumentsTest {

  private static final String DEEP = "{'a':".repeat(300) + "1" + "}".repeat(300);

  @ParameterizedTest
  @ValueSource(strings = {"[1]", "'x'", "7", "deep"})
  void aCallWhoseArgumentsCannotBeReadIsAnsweredAndNotRun(String args) {
    List<String> ran = new CopyOnWriteArrayList<>();
    try (Talk talk = Calls.with((given, context) -> {
      ran.add(String.valueOf(context.call().id()));
      return "done";
    })) {
      talk.hear("{'toolCall':{'functionCalls':[17,"
          + "{'id':'a','name':'look','args':{'b':[2]}},"
          + "{'id':'b','name':'look','args':" + (args.equals("deep") ? DEEP : args) + "},"
          + "{'id':'c','name':'look'}]}}");

      JsonNode answers = responses(talk);
      assertThat(answers).hasSize(3);
      assertThat(answers.get(0).at("/response/output").asText()).isEqualTo("done");
      assertThat(answers.get(1).at("/response/error/status").asText())
          .isEqualTo("invalid_argument");
      assertThat(answers.get(1).at("/response/error/retryable").asBoolean()).isTrue();
      assertThat(answers.get(1).at("/response/error/violations/0/path").asText())
          .isEmpty();
      assertThat(answers.get(2).at("/response/output").asText()).isEqualTo("done");
      assertThat(ran).containsExactlyInAnyOrder("a", "c");
    }
  }

  @Test
  void aTextThatWasCutInTheMiddleOfACharacterIsMended() {
    String cut = "night \ud83c";
    try (Talk talk = Talk.open(config -> config.tools(ToolSet.builder()
        .add(look(), (args, context) -> Map.of(cut, List.of(cut, "\udf19", "moon \ud83c\udf19")))
        .build()))) {
      talk.hear(Calls.calls("c1"));

      JsonNode answer = responses(talk).get(0);
      assertThat(answer.at("/response/output/night \ufffd"))
          .extracting(JsonNode::asText)
          .containsExactly("night \ufffd", "\ufffd", "moon \ud83c\udf19");
    }
  }

  @Test
  void theWordsOfAnErrorAreMendedToo() {
    ToolResult result = ToolResult.error("denied", "no \ud83c", false, Map.of("why", "\ud83c"));

    assertThat(result.response())
        .isEqualTo(Json.parse("{\"error\":{\"status\":\"denied\",\"message\":\"no \ufffd\","
            + "\"retryable\":false,\"why\":\"\ufffd\"}}"));
  }

  @Test
  void noMemberIsLostToARenamedReference() {
    Map<String, Object> members = new LinkedHashMap<>();
    members.put("$ref", 1);
    members.put("_ref", 2);

    assertThat(ToolResult.of(members).response())
        .isEqualTo(Json.parse("{\"output\":{\"__ref\":1,\"_ref\":2}}"));
  }
}
