package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** Events end up in logs; what people say must not. */
class EventPrivacyTest {

  private static final String SAID = "pomegranate";

  @Test
  void noEventsTextHoldsWhatIsSaid() {
    try (Talk talk = Talk.open()) {
      talk.content("'inputTranscription':{'text':'pomegranate','words':[{'word':'pomegranate'}]}");
      talk.content("'interimInputTranscription':{'text':'pomegranate'}");
      talk.content("'outputTranscription':{'text':'pomegranate'}");
      talk.content(
          "'modelTurn':{'parts':[{'text':'pomegranate'},{'text':'pomegranate','thought':true},"
              + "{'executableCode':{'code':'pomegranate'}},"
              + "{'codeExecutionResult':{'output':'pomegranate'}}]}");
      talk.content("'groundingMetadata':{'webSearchQueries':['pomegranate']}");
      talk.hear(
          "{'toolCall':{'functionCalls':[{'id':'c1','name':'buy','args':{'what':'pomegranate'}}]}}");
      talk.hear("{'novelty':'pomegranate'}");
      talk.hear("{'error':{'message':'pomegranate'}}");

      List<LiveEvent> events = talk.until(LiveEvent.ServerFailure.class);

      assertThat(Talk.kinds(events))
          .contains(
              "InputTranscript",
              "InterimTranscript",
              "OutputTranscript",
              "Text",
              "Thought",
              "ModelPart",
              "Grounding",
              "ToolCalled",
              "Unrecognized",
              "ServerFailure");
      assertThat(events).extracting(Object::toString).noneMatch(text -> text.contains(SAID));
    }
  }
}
