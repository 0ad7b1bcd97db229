package io.github.geminilive;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.protocol.FunctionBehavior;
import io.github.geminilive.protocol.FunctionDeclaration;
import io.github.geminilive.protocol.Json;
import java.util.ArrayList;
import java.util.List;

/** The model's calls and what they are answered, as tests write and read them. */
final class Calls {

  private Calls() {}

  /** A function without arguments. */
  static FunctionDeclaration declaration(String name, FunctionBehavior behavior) {
    return FunctionDeclaration.builder(name, "does " + name).behavior(behavior).build();
  }

  /** The function most tests call; the model waits for it. */
  static FunctionDeclaration look() {
    return declaration("look", FunctionBehavior.BLOCKING);
  }

  /** The same for which it does not wait. */
  static FunctionDeclaration lookOn() {
    return declaration("look", FunctionBehavior.NON_BLOCKING);
  }

  /** A session with code for {@link #look}. */
  static Talk with(ToolFunction function) {
    return Talk.open(config -> config.tools(ToolSet.of(look(), function)));
  }

  /** A session with code for {@link #lookOn}. */
  static Talk withNonBlocking(ToolFunction function) {
    return Talk.open(config -> config.tools(ToolSet.of(lookOn(), function)));
  }

  /** A message with calls of look; each is told its id as argument "of". */
  static String calls(String... ids) {
    return callsOf("look", ids);
  }

  /** A message with calls of a function; each is told its id as argument "of". */
  static String callsOf(String name, String... ids) {
    StringBuilder calls = new StringBuilder();
    for (String id : ids) {
      calls
          .append(calls.length() == 0 ? "" : ",")
          .append("{'id':'" + id + "','name':'" + name + "','args':{'of':'" + id + "'}}");
    }
    return "{'toolCall':{'functionCalls':[" + calls + "]}}";
  }

  /** A message that cancels calls. */
  static String cancellation(String... ids) {
    return "{'toolCallCancellation':{'ids':['" + String.join("','", ids) + "']}}";
  }

  /** The responses of the next message, which must be a tool response. */
  static JsonNode responses(Talk talk) {
    JsonNode message = talk.service.nextMessage();
    assertThat(message.has("toolResponse")).as("%s", message).isTrue();
    return message.at("/toolResponse/functionResponses");
  }

  /** The only response of the next message. */
  static JsonNode response(Talk talk) {
    JsonNode responses = responses(talk);
    assertThat(responses).hasSize(1);
    return responses.get(0);
  }

  /** The ids of responses, in their order. */
  static List<String> ids(JsonNode responses) {
    List<String> ids = new ArrayList<>();
    responses.forEach(response -> ids.add(response.path("id").asText()));
    return ids;
  }

  /** Nothing but this text was sent since the last message a test took. */
  static void assertNothingSent(Talk talk) {
    talk.session.sendText("marker");
    assertThat(talk.service.nextMessage().toString()).contains("marker");
  }

  /** What a call said it is about, see {@link #calls}. */
  static String of(Json args) {
    return String.valueOf(args.asObject().get("of"));
  }
}
