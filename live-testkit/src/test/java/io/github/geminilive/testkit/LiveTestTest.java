package io.github.geminilive.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectMethod;

import io.github.geminilive.LiveConfig;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Disabled;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.platform.testkit.engine.EngineTestKit;
import org.junit.platform.testkit.engine.Event;

class LiveTestTest {

  @LiveTest(instant = true)
  @Nested
  class OnAClass {

    private LiveServer before;

    @BeforeEach
    void remember(LiveServer server) {
      before = server;
    }

    @Test
    void eachTestHasItsServer(LiveServer server) {
      assertThat(server).isSameAs(before);
      try (WsClient client = WsClient.open(server)) {
        client.send("{\"realtimeInput\":{\"text\":\"hello\"}}");
        client.turn();
      }
    }

    @Test
    void theServerCanRunOnVirtualTime(LiveServer server, VirtualTime time) {
      try (WsClient client = WsClient.open(server)) {
        time.advance(Duration.ofMinutes(9));
        client.await("goAway");
      }
    }

    @Test
    void aConfigurationLeadsToTheServer(LiveServer server, LiveConfig.Builder config) {
      assertThat(config.endpoint.base()).isEqualTo(server.baseUri());
      assertThat(config.key).isEqualTo(server.apiKey());
      assertThat(config.model).isEqualTo("gemini-3.8-live");
    }

    @LiveTest(model = "gemini-2.5-flash-native-audio-preview-12-2025", settings = Strict.class)
    @Test
    void aMethodCanHaveItsOwnSettings(LiveServer server, LiveConfig.Builder config) {
      assertThat(config.model).startsWith("gemini-2.5");
      assertThat(server.apiKey()).isEqualTo("secret");
    }
  }

  static final class Strict extends LiveTest.Settings {
    @Override
    public void accept(LiveServer.Builder server) {
      server.apiKey("secret");
    }
  }

  /** Tests that are run by the tests below only. */
  @Disabled("run by hand")
  static class Failing {

    @LiveTest
    @Test
    void leavesAConnectionOpen(LiveServer server) {
      WsClient.open(server);
    }

    @LiveTest
    @Test
    void breaksTheProtocol(LiveServer server) {
      try (WsClient client = WsClient.open(server)) {
        client.send("{\"foo\":1}");
        client.awaitClosed();
      }
    }

    @LiveTest
    @Test
    void breaksTheProtocolOnPurpose(LiveServer server) {
      server.expectViolation("Unknown name \"foo\"");
      try (WsClient client = WsClient.open(server)) {
        client.send("{\"foo\":1}");
        client.awaitClosed();
      }
    }
  }

  private static Event finished(String method) {
    return EngineTestKit.engine("junit-jupiter")
        .configurationParameter("junit.jupiter.conditions.deactivate", "*")
        .selectors(selectMethod(Failing.class, method, LiveServer.class))
        .execute()
        .testEvents()
        .finished()
        .stream()
        .findFirst()
        .orElseThrow();
  }

  private static String failure(String method) {
    return finished(method)
        .getPayload(org.junit.platform.engine.TestExecutionResult.class)
        .flatMap(result -> result.getThrowable())
        .map(Throwable::getMessage)
        .orElse("");
  }

  @Test
  void aLeakedConnectionFailsTheTest() {
    assertThat(failure("leavesAConnectionOpen")).contains("the test left connections open: [1]");
  }

  @Test
  void aBreachOfTheProtocolFailsTheTest() {
    assertThat(failure("breaksTheProtocol"))
        .contains("the client broke the protocol", "Unknown name \"foo\"");
  }

  @Test
  void anExpectedBreachDoesNot() {
    assertThat(failure("breaksTheProtocolOnPurpose")).isEmpty();
  }
}
