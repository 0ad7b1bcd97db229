package io.github.geminilive.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LiveServerTest {

  private final LiveServer server =
      LiveServer.builder().persona(Persona.silent()).start();

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aSetupIsCompletedInAPrettyPrintedBinaryFrame() {
    try (WsClient client = WsClient.dial(server, WsClient.DEV)) {
      client.send(WsClient.SETUP);

      WsClient.Message first = client.next();
      assertThat(first.binary()).isTrue();
      assertThat(first.text()).isEqualTo("{\n  \"setupComplete\" : { }\n}\n");
      assertThat(server.nextSetup().path("model").asText()).isEqualTo("models/gemini-3.8-live");
    }
  }

  @Test
  void vertexGivesASessionId() {
    try (WsClient client = WsClient.dial(server, WsClient.VERTEX)) {
      client.send("{\"setup\":{\"model\":\"publishers/google/models/gemini-3.8-live\"}}");

      assertThat(client.await("setupComplete").at("/setupComplete/sessionId").asText())
          .hasSize(36);
    }
  }

  @Test
  void aDoubleSlashAndAKeyInTheQueryAreTaken() {
    try (WsClient client =
        WsClient.dial(server, "/" + WsClient.DEV + "?key=abc%2B1", "x-unused", "1")) {
      client.send(WsClient.SETUP);

      client.await("setupComplete");
      assertThat(server.upgrades().get(0).query()).containsEntry("key", "abc+1");
    }
  }

  @Test
  void aWrongKeyIsToldAfterTheFirstMessage() {
    try (LiveServer strict = LiveServer.builder().apiKey("right").start();
        WsClient client = WsClient.dial(strict, WsClient.DEV, "x-goog-api-key", "wrong")) {
      client.send(WsClient.SETUP);

      Closure closure = client.awaitClosed();
      assertThat(closure.code()).isEqualTo(1007);
      assertThat(closure.reason()).isEqualTo("API key not valid. Please pass a valid API key.");
    }
  }

  @Test
  void noCredentialIsAnUnregisteredCaller() {
    try (WsClient client = WsClient.dial(server, WsClient.DEV, "x-unused", "1")) {
      client.send(WsClient.SETUP);

      Closure closure = client.awaitClosed();
      assertThat(closure.code()).isEqualTo(1008);
      assertThat(closure.reason()).startsWith("Method doesn't allow unregistered callers");
    }
  }

  @Test
  void vertexWithoutABearerIsRefusedAtTheDoor() {
    assertThatThrownBy(() -> WsClient.dial(server, WsClient.VERTEX, "x-unused", "1"))
        .hasStackTraceContaining("401");
  }

  @Test
  void anUnknownPathIsNotFound() {
    assertThatThrownBy(() -> WsClient.dial(server, "/ws/nothing")).hasStackTraceContaining("404");
  }

  @Test
  void anUpgradeCanBeRefusedWithStatusHeadersAndBody() {
    server.script(Scenario.refuseUpgrade(429, Map.of("Retry-After", "7"), "slow down"));

    assertThatThrownBy(() -> WsClient.dial(server, WsClient.DEV)).hasStackTraceContaining("429");
    try (WsClient next = WsClient.open(server)) {
      assertThat(server.nextConnection().isOpen()).isTrue();
      assertThat(next.messages).isEmpty();
    }
  }

  @Test
  void anUpgradeCanStayUnanswered() {
    server.script(Scenario.neverAnswerUpgrade());

    CompletableFuture<WsClient> dial =
        CompletableFuture.supplyAsync(() -> WsClient.dial(server, WsClient.DEV));

    long end = System.nanoTime() + 30_000_000_000L;
    while (server.upgrades().isEmpty()) {
      assertThat(System.nanoTime()).as("time for the upgrade").isLessThan(end);
      Thread.onSpinWait();
    }
    assertThatThrownBy(() -> dial.get(300, TimeUnit.MILLISECONDS))
        .isInstanceOf(TimeoutException.class);
    assertThat(server.upgrades()).hasSize(1);
  }

  @Test
  void theSetupCanBeAnsweredByAClose() {
    server.script(Scenario.closeBeforeSetupComplete(1008, "models/x is not found"));

    try (WsClient client = WsClient.dial(server, WsClient.DEV)) {
      client.send(WsClient.SETUP);

      assertThat(client.awaitClosed())
          .isEqualTo(new Closure(Closure.By.SERVER, 1008, "models/x is not found"));
    }
  }

  @Test
  void aConnectionCanBeClosedAfterSomeMessages() {
    server.script(Scenario.closeAfter(2, 1011, "Internal error encountered."));

    try (WsClient client = WsClient.open(server)) {
      client.send("{\"realtimeInput\":{\"text\":\"one\"}}");
      client.send("{\"realtimeInput\":{\"text\":\"two\"}}");

      assertThat(client.awaitClosed().code()).isEqualTo(1011);
      assertThat(server.nextConnection().awaitMessages(3)).hasSize(3);
    }
  }

  @Test
  void aResetIsAnErrorAndADropIsAbnormal() {
    // Not at once after the setup: the JDK's client can miss an end that comes with a message.
    server.script(
        Scenario.create().acceptSetup().awaitMessages(1).reset(),
        Scenario.create().acceptSetup().awaitMessages(1).drop());

    try (WsClient broken = WsClient.open(server)) {
      broken.send("{\"realtimeInput\":{\"text\":\"x\"}}");

      assertThat(broken.awaitClosed().code()).isIn(-1, 1006);
    }
    try (WsClient dropped = WsClient.open(server)) {
      dropped.send("{\"realtimeInput\":{\"text\":\"x\"}}");

      assertThat(dropped.awaitClosed().code()).isEqualTo(1006);
    }
  }

  @Test
  void aMessageCanComeByteByByteAndCutInsideACharacter() {
    String message = "{\"serverContent\":{\"outputTranscription\":{\"text\":\"zażółć 🎷\"}}}";
    server.script(Scenario.create()
        .acceptSetup()
        .sendFragmented(message, 1)
        .dribble(message, Duration.ofMillis(1)));

    try (WsClient client = WsClient.open(server)) {
      assertThat(client.next().text()).isEqualTo(message);
      assertThat(client.next().json()).isEqualTo(WsClient.parse(message));
    }
  }

  @Test
  void garbageComesAsItIs() {
    server.script(Scenario.create()
        .acceptSetup()
        .sendNotJson()
        .sendInvalidUtf8()
        .sendHuge(8 << 20)
        .sendDeep(1_000));

    try (WsClient client = WsClient.open(server)) {
      assertThat(client.next().text()).startsWith("upstream connect error");
      assertThat(client.next().bytes()).contains(0xFF);
      assertThat(client.next().bytes()).hasSize(8 << 20);
      assertThat(client.next().text()).contains("{\"n\":{\"n\":");
    }
  }

  @Test
  void aTestCanAnswerTheSetupAndGiveHandlesByItself() {
    server.script(Scenario.create()
        .awaitMessages(1)
        .sendText("{\"setupComplete\":{}}")
        .sendText("{\"sessionResumptionUpdate\":{\"newHandle\":\"h-9\",\"resumable\":true}}"));
    try (WsClient client = WsClient.open(server)) {
      client.await("sessionResumptionUpdate");
      client.send("{\"realtimeInput\":{\"text\":\"x\"}}");
      server.nextConnection().awaitMessages(2);
    }

    WsClient.open(
            server,
            "{\"setup\":{\"model\":\"models/gemini-3.8-live\","
                + "\"sessionResumption\":{\"handle\":\"h-9\"}}}")
        .close();
    assertThat(server.violations()).isEmpty();
  }

  @Test
  void aMessageBeforeSetupCompleteIsRefused() {
    server.script(Scenario.neverCompleteSetup());

    try (WsClient client = WsClient.dial(server, WsClient.DEV)) {
      client.send(WsClient.SETUP);
      client.send("{\"realtimeInput\":{\"text\":\"too early\"}}");

      assertThat(client.awaitClosed().code()).isEqualTo(1007);
    }
  }

  @Test
  void nothingIsLeftBehindByManyConnectionsAndTheEnd() throws InterruptedException {
    for (int i = 0; i < 200; i++) {
      WsClient.open(server).close();
    }
    for (Connection connection : server.connections()) {
      assertThat(connection.awaitClosed().code()).isEqualTo(1000);
    }
    server.close();

    assertThat(Thread.getAllStackTraces().keySet())
        .filteredOn(thread -> thread.getName().startsWith("live-testkit"))
        .allSatisfy(thread -> {
          thread.join(30_000);
          assertThat(thread.isAlive()).isFalse();
        });
  }

  @Test
  void aStalledConnectionNeitherReadsNorWritesUntilItResumes() {
    try (WsClient client = WsClient.open(server)) {
      Connection connection = server.nextConnection();
      connection.stall();
      connection.send("{\"goAway\":{}}");
      client.send("{\"realtimeInput\":{\"text\":\"hello\"}}");

      connection.heardNothingFor(Duration.ofMillis(150));
      assertThat(client.messages).isEmpty();

      connection.resume();
      client.await("goAway");
      connection.awaitMessage(m -> m.at("/realtimeInput/text").asText().equals("hello"));
    }
  }

  @Test
  void aSlowReaderMakesSendsPileUp() {
    try (LiveServer slow = LiveServer.builder()
            .persona(Persona.silent())
            .receiveBufferBytes(16 << 10)
            .start();
        WsClient client = WsClient.open(slow)) {
      Connection connection = slow.nextConnection();
      connection.limitReading(200_000);
      byte[] second = new byte[32_000];
      CompletableFuture<?> sends = CompletableFuture.completedFuture(null);
      for (int i = 0; i < 300; i++) {
        String text =
            "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"audio/pcm;rate=16000\",\"data\":\""
                + Base64.getEncoder().encodeToString(second)
                + "\"}}}";
        sends = sends.thenCompose(done -> client.sendAsync(text));
      }
      CompletableFuture<?> last = sends;

      assertThatThrownBy(() -> last.get(500, TimeUnit.MILLISECONDS))
          .isInstanceOf(TimeoutException.class);
      client.abort();
    }
  }

  @Test
  void pingsAreCountedAndAnswered() {
    try (WsClient client = WsClient.open(server)) {
      client.ping();
      client.send("{\"realtimeInput\":{\"text\":\"x\"}}");

      Connection connection = server.nextConnection();
      connection.awaitMessages(2);
      assertThat(connection.pings()).isEqualTo(1);
    }
  }

  @Test
  void receivedAudioIsKeptWithItsRate() {
    try (WsClient client = WsClient.open(server)) {
      byte[] pcm = new byte[960];
      Arrays.fill(pcm, (byte) 5);
      client.sendAudio(pcm, 48_000);

      Connection connection = server.nextConnection();
      assertThat(connection.awaitAudio(960)).isEqualTo(pcm);
      assertThat(connection.audioPieces())
          .containsExactly(new AudioPiece("audio/pcm;rate=48000", 48_000, 960));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"Audio/PCM", "AUDIO/pcm; Rate=16000; channels=1", "audio/pcm ;rate=16000"})
  void theTypeOfAudioIsReadWhateverItsCaseAndParameters(String mime) {
    try (WsClient client = WsClient.open(server)) {
      client.send(audioOf(mime));

      Connection connection = server.nextConnection();
      assertThat(connection.awaitAudio(4)).containsExactly(1, 2, 3, 4);
      assertThat(connection.audioPieces()).containsExactly(new AudioPiece(mime, 16_000, 4));
      assertThat(connection.violations()).isEmpty();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"audio/webm", "audio/pcmu;rate=8000", "audio/", ""})
  void audioThatIsNoPcmIsRefused(String mime) {
    try (WsClient client = WsClient.open(server)) {
      server.expectViolation();
      client.send(audioOf(mime));

      Closure closure = client.awaitClosed();
      assertThat(closure.code()).isEqualTo(1008);
      assertThat(closure.reason()).endsWith("Unsupported MIME type: " + mime);
    }
  }

  private static String audioOf(String mime) {
    return "{\"realtimeInput\":{\"audio\":{\"mimeType\":\"" + mime + "\",\"data\":\"AQIDBA==\"}}}";
  }

  @Test
  void theClientsCloseIsReported() {
    try (WsClient client = WsClient.open(server)) {
      client.close(4001, "enough");

      assertThat(server.nextConnection().awaitClosed())
          .isEqualTo(new Closure(Closure.By.CLIENT, 4001, "enough"));
    }
  }

  @Test
  void aLongReasonIsCutAtACharacter() {
    server.script(Scenario.closeBeforeSetupComplete(1008, "ż".repeat(100)));

    try (WsClient client = WsClient.dial(server, WsClient.DEV)) {
      client.send(WsClient.SETUP);

      assertThat(client.awaitClosed().reason()).isEqualTo("ż".repeat(61));
    }
  }

  @Test
  void anEmptyCloseFrameIs1005() {
    server.script(Scenario.create().acceptSetup().then(Connection::closeWithoutCode));

    try (WsClient client = WsClient.open(server)) {
      assertThat(client.awaitClosed().code()).isEqualTo(1005);
    }
  }

  @Test
  void aTapSeesWhatIsNotRecorded() {
    List<String> seen = Collections.synchronizedList(new ArrayList<>());
    try (LiveServer tapped = LiveServer.builder()
            .recording(false)
            .tap((connection, json) ->
                seen.add(connection.number() + json.fieldNames().next()))
            .start();
        WsClient client = WsClient.open(tapped)) {
      client.send("{\"realtimeInput\":{\"text\":\"hello\"}}");
      client.turn();

      assertThat(seen).containsExactly("1setup", "1realtimeInput");
      assertThat(tapped.dials()).isEqualTo(1);
    }
  }

  @Test
  void settlingAwaitsWhatIsUnderWay() {
    try (LiveServer quick = LiveServer.builder()
            .persona(Persona.echo())
            .speed(0)
            .playback(0)
            .thinking(Duration.ZERO)
            .start();
        WsClient client = WsClient.open(quick)) {
      for (int i = 1; i <= 20; i++) {
        client.sendAsync("{\"realtimeInput\":{\"text\":\"number " + i + "\"}}").join();
        assertThat(quick.settle(Duration.ofSeconds(20))).isTrue();

        assertThat(quick.connections().get(0).receivedMessages()).hasSize(1 + i);
        List<WsClient.Message> answer = new ArrayList<>();
        client.messages.drainTo(answer);
        assertThat(answer.get(answer.size() - 1).text()).contains("turnComplete");
      }
    }
  }

  @Test
  void settlingLeavesOutConnectionsThatCannotTell() {
    try (WsClient client = WsClient.open(server)) {
      Connection connection = server.nextConnection();
      connection.stall();
      connection.send("{\"goAway\":{}}");
      assertThat(server.settle(Duration.ofSeconds(20))).isTrue();
      assertThat(client.messages).isEmpty();

      connection.resume();
      assertThat(server.settle(Duration.ofSeconds(20))).isTrue();
      assertThat(client.messages).hasSize(1);
    }
  }

  @Test
  void aFrameHandlerReplacesTheService() {
    byte[] complete = "{\"setupComplete\":{}}".getBytes(StandardCharsets.UTF_8);
    try (LiveServer raw = LiveServer.builder()
            .recording(false)
            .onFrame((connection, payload, text) ->
                connection.sendBinary(payload.remaining() > 30 ? complete : copy(payload)))
            .start();
        WsClient client = WsClient.open(raw)) {
      client.send("[1]");

      assertThat(client.next().text()).isEqualTo("[1]");
    }
  }

  private static byte[] copy(ByteBuffer payload) {
    byte[] bytes = new byte[payload.remaining()];
    payload.get(bytes);
    return bytes;
  }
}
