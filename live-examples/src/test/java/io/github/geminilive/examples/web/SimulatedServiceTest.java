package io.github.geminilive.examples.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.geminilive.Endpoint;
import io.github.geminilive.LiveClient;
import io.github.geminilive.LiveConfig;
import io.github.geminilive.LiveModel;
import io.github.geminilive.LiveSession;
import io.github.geminilive.LiveStream;
import io.github.geminilive.LiveTurn;
import io.github.geminilive.examples.HomeTools;
import io.github.geminilive.examples.WeatherTools;
import io.github.geminilive.testkit.LiveServer;
import io.github.geminilive.tools.LiveTools;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SimulatedServiceTest {

  @Test
  void callsTheFunctionsThereAreAndKnowsANameAgain() throws InterruptedException {
    Map<String, String> dialogue = new LinkedHashMap<>();
    dialogue.put("What is my name?", "You have not told me your name.");
    dialogue.put("My name is Ida.", "Nice to meet you. I will remember your name.");
    dialogue.put("What is the weather like?", "In Lisbon it is 22 degrees and sunny today.");
    dialogue.put("Light, please.", "It is brighter in the kitchen now.");
    dialogue.put("So what is my name?", "Your name is Ida.");
    dialogue.put("Goodbye.", "You are welcome.");
    dialogue.put("Hm.", "Hello.");

    try (LiveServer server = server();
        LiveSession session = session(server, new WeatherTools(), new HomeTools());
        LiveStream<LiveTurn> turns = session.turns()) {
      dialogue.forEach((question, answer) -> {
        session.sendText(question);
        assertThat(turns.iterator().next().outputTranscript()).startsWith(answer);
      });
    }
  }

  @Test
  void saysSomethingElseWhereThereAreNoFunctions() throws InterruptedException {
    try (LiveServer server = server();
        LiveSession session = session(server);
        LiveStream<LiveTurn> turns = session.turns()) {
      session.sendText("What is the weather like?");
      assertThat(turns.iterator().next().outputTranscript())
          .startsWith("In Lisbon it is sunny today, and pleasantly warm.");

      session.sendText("Light, please.");
      assertThat(turns.iterator().next().outputTranscript()).startsWith("I am sorry");
    }
  }

  private static LiveServer server() {
    return LiveServer.builder()
        .persona(SimulatedService.persona())
        .speed(0)
        .playback(0)
        .start();
  }

  private static LiveSession session(LiveServer server, Object... tools)
      throws InterruptedException {
    LiveConfig.Builder config = LiveConfig.builder(LiveModel.GEMINI_3_8_LIVE)
        .endpoint(Endpoint.custom(server.baseUri()))
        .apiKey(server.apiKey());
    if (tools.length > 0) {
      config.tools(LiveTools.of(tools));
    }
    return LiveClient.connect(config.build());
  }
}
