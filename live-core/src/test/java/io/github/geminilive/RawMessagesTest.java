package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.github.geminilive.protocol.ContextUpdate;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.FunctionResponse;
import io.github.geminilive.protocol.HistoryConfig;
import io.github.geminilive.protocol.Json;
import io.github.geminilive.protocol.Tool;
import io.github.geminilive.protocol.ToolsUpdate;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A message means the same to the session, typed or given as JSON. */
class RawMessagesTest {

  private static final FunctionDeclaration LOOKUP =
      FunctionDeclaration.builder("lookup", "Looks something up.").build();
  private static final String ANSWER =
      "{'toolResponse':{'functionResponses':[{'id':'c1','name':'lookup','response':{'output':1}}]}}";

  private static Json raw(String json) {
    return Json.parse(json.replace('\'', '"'));
  }

  private static FunctionResponse answer() {
    return FunctionResponse.of("c1", "lookup", Json.of(Map.of("output", 1)));
  }

  private static void call(Talk talk) {
    talk.hear("{'toolCall':{'functionCalls':[{'id':'c1','name':'lookup'}]}}");
  }

  @Test
  void functionsDeclaredByAContextUpdateAreAnsweredByHand() {
    try (Talk talk = Talk.with().model(LiveModel.GEMINI_3_8_LIVE).open()) {
      Tool tool = Tool.functions(LOOKUP);
      talk.session.updateContext(ContextUpdate.builder()
          .tools(ToolsUpdate.builder().tools(tool).build())
          .build());
      talk.service.nextMessage();

      call(talk);
      assertThat(talk.await(LiveEvent.ToolCalled.class).handled()).isFalse();
      Talk.get(talk.session.sendToolResponse(answer()));

      assertThat(talk.service.nextMessage()).isEqualTo(Talk.json(ANSWER));
    }
  }

  @Test
  void functionsDeclaredByARawContextUpdateAreAnsweredByHand() {
    try (Talk talk = Talk.with().model(LiveModel.GEMINI_3_8_LIVE).open()) {
      talk.session.sendRaw(raw("{'context_update':{'tools':{'tools':[{'function_declarations':["
          + "{'name':'lookup','description':'Looks something up.'}]}]}}}"));
      talk.service.nextMessage();

      call(talk);
      assertThat(talk.await(LiveEvent.ToolCalled.class).handled()).isFalse();
      Talk.get(talk.session.sendRaw(raw(ANSWER)));

      assertThat(talk.service.nextMessage()).isEqualTo(Talk.json(ANSWER));
      assertThatThrownBy(() -> talk.session.sendToolResponse(answer()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("already answered");
    }
  }

  @Test
  void aRawAnswerToACallOfARegisteredToolIsRefused() {
    ToolSet tools = ToolSet.of(LOOKUP, (args, context) -> context.cancelled());
    try (Talk talk = Talk.open(config -> config.tools(tools))) {
      call(talk);
      talk.await(LiveEvent.ToolCalled.class);
      talk.settled();

      assertThatThrownBy(() -> talk.session.sendRaw(raw(ANSWER)))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining("registered tool");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'clientContent':{'turns':[{'role':'user','parts':[{'text':'a'}]}],'turnComplete':true}}",
        "{'client_content':{'turn_complete':true}}",
        "{'realtimeInput':{'text':'a'}}"
      })
  void audioAfterARawQuestionIsNoLateRestOfACutAnswer(String question) {
    try (Talk talk = Talk.open()) {
      talk.audio(100, 1).content("'interrupted':true");
      talk.await(LiveEvent.Interrupted.class);

      Talk.get(talk.session.sendRaw(raw(question)));
      talk.audio(100, 2);

      assertThat(Talk.valueOf(talk.await(LiveEvent.Audio.class).chunk())).isEqualTo(2);
    }
  }

  @Test
  void aRawTurnEndsTheHistoryPhase() {
    try (Talk talk = Talk.with()
        .model(LiveModel.GEMINI_3_1_FLASH_LIVE_PREVIEW)
        .config(config -> config.setup(setup -> setup.historyConfig(
            HistoryConfig.builder().initialHistoryInClientContent(true).build())))
        .open()) {
      talk.session.sendRaw(raw("{'clientContent':{'turnComplete':true}}"));

      assertThatThrownBy(() -> talk.session.sendTurns(List.of(), true))
          .isInstanceOf(IllegalStateException.class);
    }
  }
}
