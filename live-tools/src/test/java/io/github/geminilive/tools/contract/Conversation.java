package io.github.geminilive.tools.contract;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.geminilive.Endpoint;
import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveModel;
import io.github.geminilive.LiveSession;
import io.github.geminilive.ToolSet;
import io.github.geminilive.testkit.Connection;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.testkit.Persona;
import java.util.function.UnaryOperator;

/** A session with tools and the service's end of it, which enforces the service's rules. */
final class Conversation implements AutoCloseable {

  final LiveServer server = LiveServer.builder().persona(Persona.silent()).start();
  final LiveSession session;
  final Connection service;

  Conversation(LiveModel model, UnaryOperator<LiveConfig.Builder> settings) {
    session = LiveClient.connect(settings
        .apply(LiveConfig.builder(model)
            .endpoint(Endpoint.developer().at(server.baseUri()))
            .apiKey(server.apiKey()))
        .build());
    service = server.nextConnection();
    service.nextMessage();
  }

  static Conversation with(ToolSet... tools) {
    return new Conversation(LiveModel.GEMINI_3_8_LIVE, config -> config.tools(tools));
  }

  void call(String id, String name, String arguments) {
    String args = arguments.isEmpty() ? "" : ",'args':" + arguments;
    hear("{'toolCall':{'functionCalls':[{'id':'" + id + "','name':'" + name + "'" + args + "}]}}");
  }

  void hear(String message) {
    service.send(Wire.json(message));
  }

  /** The one response of the next message. */
  JsonNode response() {
    JsonNode message = service.nextMessage();
    JsonNode responses = message.at("/toolResponse/functionResponses");
    assertThat(responses).as("%s", message).hasSize(1);
    return responses.get(0);
  }

  @Override
  public void close() {
    try {
      session.close();
      service.awaitClosed();
      assertThat(server.unexpectedViolations()).isEmpty();
    } finally {
      server.close();
    }
  }
}
