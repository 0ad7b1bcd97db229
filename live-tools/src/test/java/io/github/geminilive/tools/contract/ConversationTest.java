package io.github.geminilive.tools.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.geminilive.LiveModel;
import io.github.geminilive.testkit.Closure;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Persona;
import io.github.geminilive.tools.LiveTools;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Tools in a conversation with the simulated service. */
class ConversationTest {

  private static final Injected.User USER = new Injected.User("Ada");

  private static Conversation conversation(Injected tools) {
    return new Conversation(
        LiveModel.GEMINI_3_8_LIVE, config -> config.tools(LiveTools.of(tools)).attach(USER));
  }

  @Test
  void theServiceAcceptsEveryDeclaration() {
    LiveTools tools = LiveTools.of(new Echo(), new Limits(), new Foreign(), new Discovery.Names());
    try (Conversation talk = Conversation.with(tools)) {
      JsonNode declared = talk.service.setup().path("tools");

      assertThat(declared).hasSize(1);
      assertThat(Wire.canonical(declared.get(0).get("functionDeclarations")))
          .isEqualTo(Wire.canonical(Wire.declarations(tools)));
      talk.call("c1", "text", "{'value':'x'}");
      assertThat(talk.response().toString())
          .isEqualTo("{\"id\":\"c1\",\"name\":\"text\",\"response\":{\"output\":\"x\"}}");
    }
  }

  @Test
  void severalSetsGoOutInOneEntry() {
    try (Conversation talk = Conversation.with(
        LiveTools.of(new Discovery.Lamp()), LiveTools.of(new Discovery.Ordered()))) {
      JsonNode declared = talk.service.setup().path("tools");

      assertThat(declared).hasSize(1);
      assertThat(declared.at("/0/functionDeclarations").findValuesAsText("name"))
          .containsExactly("color", "toggle", "Beta", "alpha", "zeta");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"additionalProperties", "$ref", "exclusiveMinimum", "oneOf", "const", "unknown"})
  void theServiceRefusesAKeyItDoesNotKnow(String key) throws Exception {
    try (LiveServer server = LiveServer.builder().persona(Persona.silent()).start()) {
      ObjectNode setup = (ObjectNode) Wire.json("{'setup':{'model':'models/gemini-3.8-live'}}");
      setup
          .withObject("/setup")
          .putArray("tools")
          .addObject()
          .set("functionDeclarations", Wire.declarations(LiveTools.of(new Discovery.Lamp())));
      ((ObjectNode) setup.at("/setup/tools/0/functionDeclarations/1/parameters/properties/on"))
          .put(key, true);

      assertThat(closeOf(server, setup.toString())).satisfies(closure -> {
        assertThat(closure.code()).isEqualTo(1007);
        assertThat(closure.reason()).contains("Unknown name \"" + key + "\"");
      });
    }
  }

  private static Closure closeOf(LiveServer server, String setup) throws Exception {
    URI uri = URI.create(server.baseUri()
        + "/ws/google.ai.generativelanguage.v1beta.GenerativeService.BidiGenerateContent?key="
        + server.apiKey());
    WebSocket socket = HttpClient.newHttpClient()
        .newWebSocketBuilder()
        .buildAsync(uri, new WebSocket.Listener() {})
        .get(30, TimeUnit.SECONDS);
    try {
      socket.sendText(setup, true).get(30, TimeUnit.SECONDS);
      Connection connection = server.nextConnection();
      return connection.awaitClosed();
    } finally {
      socket.abort();
    }
  }

  @Test
  void whatTheLibraryGivesIsNotDeclared() {
    LiveTools tools = LiveTools.of(new Injected());

    assertThat(Wire.texts(Wire.declaration(tools, "everything").at("/parameters/propertyOrdering")))
        .containsExactly("before", "after");
    assertThat(Wire.declaration(tools, "alone").has("parameters")).isFalse();
    assertThat(Wire.declaration(tools, "attached").has("parameters")).isFalse();
    assertThat(Wire.texts(Wire.declaration(tools, "perhaps").at("/parameters/propertyOrdering")))
        .containsExactly("word");
  }

  @Test
  void theLibraryGivesTheCallItsTurnAndItsSession() {
    try (Conversation talk = conversation(new Injected())) {
      talk.call("c1", "everything", "{'before':'b','after':1}");

      assertThat(talk.response().at("/response/output").asText())
          .isEqualTo("b1 true everything c1");
    }
  }

  @Test
  void withoutASessionTheRestIsGiven() {
    LiveTools tools = LiveTools.of(new Injected());

    assertThat(Wire.output(tools, "alone", "{}").asText()).isEqualTo("alone null falsefalse");
    assertThat(Wire.error(tools, "session", "{}").path("status").asText()).isEqualTo("tool_error");
  }

  @Test
  void whatIsAttachedIsFoundByItsType() {
    try (Conversation talk = conversation(new Injected())) {
      talk.call("c1", "attached", "{}");
      assertThat(talk.response().at("/response/output").asText()).isEqualTo("Ada");

      talk.session.attach(new Injected.User("Grace"));
      talk.call("c2", "perhaps", "{'word':'w'}");
      assertThat(talk.response().at("/response/output").asText()).isEqualTo("Grace null w");

      talk.call("c3", "missing", "{}");
      JsonNode error = talk.response().at("/response/error");
      assertThat(error.path("status").asText()).isEqualTo("unavailable");
      assertThat(error.path("retryable").asBoolean(true)).isFalse();
      assertThat(error.toString()).doesNotContain("Basket", "java");
    }
  }

  @Test
  void whatMayBeAttachedMayBeMissing() {
    try (Conversation talk = Conversation.with(LiveTools.of(new Injected()))) {
      talk.call("c1", "perhaps", "{'word':'w'}");

      assertThat(talk.response().at("/response/output").asText()).isEqualTo("nobody null w");
    }
  }

  @ParameterizedTest
  @CsvSource({"''", "'{}'", "null"})
  void missingArgumentsAreAnEmptyObject(String arguments) {
    try (Conversation talk = Conversation.with(LiveTools.of(new Echo()))) {
      String args = arguments == null ? "null" : arguments;
      talk.call("c1", "none", args);
      assertThat(talk.response().at("/response/output").asText()).isEqualTo("none");

      talk.call("c2", "text", args);
      assertThat(talk.response().at("/response/error/violations/0/reason").asText())
          .isEqualTo("missing");
    }
  }

  @Test
  void theFourthInvalidCallInARowIsTheLast() {
    try (Conversation talk = Conversation.with(LiveTools.of(new Echo()))) {
      for (int i = 1; i <= 4; i++) {
        talk.call("a" + i, "whole", "{'value':'x'}");
        assertThat(talk.response().at("/response/error/retryable").asBoolean())
            .as("call %d", i)
            .isEqualTo(i < 4);
      }
      talk.call("other", "small", "{'value':'x'}");
      assertThat(talk.response().at("/response/error/retryable").asBoolean()).isTrue();

      talk.call("right", "whole", "{'value':5}");
      assertThat(talk.response().at("/response/output").asText()).isEqualTo("5");
      talk.call("wrong", "whole", "{'value':'x'}");
      assertThat(talk.response().at("/response/error/retryable").asBoolean()).isTrue();
    }
  }

  @Test
  void anUnknownToolIsAnsweredWithTheKnownOnes() {
    try (Conversation talk = Conversation.with(LiveTools.of(new Discovery.Lamp()))) {
      talk.call("c1", "lamp", "{}");

      JsonNode error = talk.response().at("/response/error");
      assertThat(error.path("status").asText()).isEqualTo("unknown_tool");
      assertThat(Wire.texts(error.path("valid_options"))).containsExactly("color", "toggle");
    }
  }

  @Test
  void schedulingStandsBesideTheResponse() {
    try (Conversation talk = Conversation.with(LiveTools.of(new Injected()))) {
      talk.call("c1", "urgent", "{'number':1}");
      assertThat(talk.response().toString())
          .isEqualTo(Wire.json("{'id':'c1','name':'urgent','response':{'output':'urgent 1'},"
                  + "'scheduling':'INTERRUPT'}")
              .toString());

      talk.call("c2", "note", "{'number':1}");
      assertThat(talk.response().toString())
          .isEqualTo(Wire.json("{'id':'c2','name':'note','response':{'output':{'status':'ok'}},"
                  + "'scheduling':'SILENT'}")
              .toString());
    }
  }

  @Test
  void aSilentToolFailsSilently() {
    try (Conversation talk = Conversation.with(LiveTools.of(new Injected()))) {
      talk.call("c1", "note", "{'number':'x'}");

      JsonNode response = talk.response();
      assertThat(response.at("/response/error/status").asText()).isEqualTo("invalid_argument");
      assertThat(response.path("scheduling").asText()).isEqualTo("SILENT");

      talk.call("c2", "note", "{'number':-1}");
      response = talk.response();
      assertThat(response.at("/response/error/status").asText()).isEqualTo("tool_error");
      assertThat(response.path("scheduling").asText()).isEqualTo("SILENT");
    }
  }

  @Test
  void aStreamIsAnsweredItemByItem() {
    try (Conversation talk = Conversation.with(LiveTools.of(new Injected()))) {
      talk.call("c1", "counts", "{'to':2}");

      for (int i = 1; i <= 2; i++) {
        JsonNode item = talk.response();
        assertThat(item.at("/response/output").asInt()).isEqualTo(i);
        assertThat(item.path("willContinue").asBoolean()).isTrue();
      }
      assertThat(talk.response().toString())
          .isEqualTo(Wire.json("{'id':'c1','name':'counts','response':{},"
                  + "'willContinue':false,'scheduling':'SILENT'}")
              .toString());
    }
  }

  @Test
  void aCancelledCallIsInterruptedAndNeverAnswered() throws InterruptedException {
    Injected tools = new Injected();
    try (Conversation talk = conversation(tools)) {
      talk.call("c1", "waits", "{}");
      assertThat(tools.running.await(30, TimeUnit.SECONDS)).isTrue();
      talk.hear("{'toolCallCancellation':{'ids':['c1']}}");
      assertThat(tools.wasInterrupted()).isTrue();

      talk.call("c2", "attached", "{}");
      assertThat(talk.response().path("id").asText()).isEqualTo("c2");
    }
  }
}
