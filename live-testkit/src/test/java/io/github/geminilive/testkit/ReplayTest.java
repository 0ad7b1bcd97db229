package io.github.geminilive.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReplayTest {

  private static final Duration LIMIT = Duration.ofSeconds(90);

  private final VirtualTime time = new VirtualTime();
  private final LiveServer server = LiveServer.builder().time(time).start();

  @TempDir
  private Path directory;

  @AfterEach
  void close() {
    server.close();
  }

  /** The lines of a recording without texts; single quotes stand for double ones. */
  private static List<String> recording(String... lines) {
    return recording(false, lines);
  }

  private static List<String> recording(boolean showText, String... lines) {
    List<String> all = new ArrayList<>();
    all.add("{\"flightRecording\":1,\"session\":\"live-1\",\"showText\":" + showText + "}");
    for (String line : lines) {
      all.add("{" + line.replace('\'', '"') + "}");
    }
    return all;
  }

  private static String up(double t, int c, String message) {
    return "'t':" + t + ",'c':" + c + ",'dir':'up','message':" + message;
  }

  private static String down(double t, int c, String message) {
    return "'t':" + t + ",'c':" + c + ",'dir':'down','message':" + message;
  }

  private static String state(double t, int c, String what, String facts) {
    return "'t':" + t + ",'c':" + c + ",'dir':'state','what':'" + what + "','facts':" + facts;
  }

  private Path file(List<String> lines) throws IOException {
    return Files.write(directory.resolve("flight.jsonl"), lines);
  }

  private WsClient open() {
    return WsClient.dial(server, WsClient.DEV);
  }

  /** The next message, which must come after this time and not a millisecond sooner. */
  private JsonNode nextAfter(long millis, WsClient client, Connection connection) {
    long deadline = System.nanoTime() + 30_000_000_000L;
    while (time.pending() == 0) {
      assertThat(System.nanoTime()).isLessThan(deadline);
      Thread.onSpinWait();
    }
    time.advance(Duration.ofMillis(millis - 1));
    connection.sendText("{\"mark\":1}");
    assertThat(client.next().json().has("mark")).isTrue();
    time.advance(Duration.ofMillis(1));
    return client.next().json();
  }

  @Test
  void messagesOfTheServiceComeAfterTheTimesTheyTook() {
    server.script(Scenario.replay(
        recording(
            up(5, 1, "{'setup':{}}"),
            down(5.3, 1, "{'setupComplete':{}}"),
            down(5.5, 1, "{'serverContent':{'turnComplete':true}}"),
            down(5.5, 1, "{'goAway':{'timeLeft':'60s'}}")),
        1));
    try (WsClient client = open()) {
      Connection connection = server.nextConnection();
      time.advance(Duration.ofSeconds(20));
      client.send(WsClient.SETUP);
      assertThat(nextAfter(300, client, connection).has("setupComplete")).isTrue();
      assertThat(nextAfter(200, client, connection).has("serverContent")).isTrue();
      assertThat(client.next().json().has("goAway")).isTrue();
    }
  }

  @Test
  void whatFollowedAMessageOfTheClientsAwaitsOneOfItsKind() {
    server.script(Scenario.replay(
        recording(
            up(0, 1, "{'setup':{}}"),
            down(0, 1, "{'setupComplete':{}}"),
            up(1, 1, "{'realtimeInput':{'audio':{'mimeType':'audio/pcm','data':{'bytes':640}}}}"),
            up(2, 1, "{'realtimeInput':{'activityEnd':{}}}"),
            down(2.1, 1, "{'serverContent':{'turnComplete':true}}")),
        1));
    try (WsClient client = open()) {
      client.send(WsClient.SETUP);
      client.await("setupComplete");
      client.send("{\"realtimeInput\":{\"activityStart\":{}}}");
      client.sendAudio(new byte[640], 16_000);
      Connection connection = server.nextConnection();
      connection.awaitMessages(3);
      time.advance(Duration.ofSeconds(30));

      client.send("{\"realtimeInput\":{\"activityEnd\":{}}}");
      assertThat(nextAfter(100, client, connection).has("serverContent")).isTrue();
    }
  }

  @Test
  void aMessageThatCameEarlyCountsLater() {
    server.script(Scenario.replay(
        recording(
            up(0, 1, "{'setup':{}}"),
            down(0, 1, "{'setupComplete':{}}"),
            down(4, 1, "{'goAway':{}}"),
            up(5, 1, "{'clientContent':{}}"),
            down(6, 1, "{'serverContent':{}}")),
        1));
    try (WsClient client = open()) {
      client.send(WsClient.SETUP);
      client.await("setupComplete");
      client.send("{\"clientContent\":{\"turnComplete\":true}}");
      Connection connection = server.nextConnection();
      connection.awaitMessages(2);
      assertThat(nextAfter(4_000, client, connection).has("goAway")).isTrue();
      assertThat(nextAfter(1_000, client, connection).has("serverContent")).isTrue();
    }
  }

  @Test
  void whatTheRecordingKeepsBackIsMadeUp() {
    server.script(Scenario.replay(
        recording(
            up(0, 1, "{'setup':{}}"),
            down(
                0,
                1,
                "{'serverContent':{'modelTurn':{'parts':[{'inlineData':{'mimeType':"
                    + "'audio/pcm;rate=24000','data':{'bytes':4801,'crc32':'12345678'}}},"
                    + "{'inlineData':"
                    + "{'data':{'bytes':10,'crc32':'12345678'},'mimeType':'image/png'}}]},"
                    + "'outputTranscription':{'text':'42 characters'}}}"),
            down(
                0,
                1,
                "{'toolCall':{'functionCalls':[{'id':'f','name':'number','args':{"
                    + "'n':'number','b':'boolean','s':'3 characters',"
                    + "'o':{'list':['number']}}}]}}")),
        1));
    try (WsClient client = open()) {
      client.send(WsClient.SETUP);
      JsonNode content = client.await("serverContent");
      JsonNode call = client.await("toolCall").at("/toolCall/functionCalls/0");

      JsonNode parts = content.at("/serverContent/modelTurn/parts");
      byte[] tone = Base64.getDecoder().decode(parts.at("/0/inlineData/data").asText());
      assertThat(tone).hasSize(4801);
      assertThat(tone).isNotEqualTo(new byte[4801]);
      assertThat(Base64.getDecoder().decode(parts.at("/1/inlineData/data").asText()))
          .isEqualTo(new byte[10]);
      assertThat(content.findValue("text").asText()).hasSize(42).startsWith("lorem ipsum");
      assertThat(call)
          .isEqualTo(WsClient.parse(("{'id':'f','name':'number','args':"
                  + "{'n':0,'b':false,'s':'lor','o':{'list':[0]}}}")
              .replace('\'', '"')));
    }
  }

  @Test
  void textsThatWereAllowedAreSaidAsTheyWere() {
    server.script(Scenario.replay(
        recording(
            true,
            up(0, 1, "{'setup':{}}"),
            down(0, 1, "{'toolCall':{'functionCalls':[{'args':{'s':'3 characters','n':5}}]}}")),
        1));
    try (WsClient client = open()) {
      client.send(WsClient.SETUP);
      assertThat(client.await("toolCall").findValue("args"))
          .isEqualTo(WsClient.parse("{\"s\":\"3 characters\",\"n\":5}"));
    }
  }

  @Test
  void eachRecordedConnectionEndsAsItDid() throws IOException {
    server.replay(file(recording(
        state(0, 1, "dial", "{}"),
        up(0, 1, "{'setup':{}}"),
        down(0, 1, "{'setupComplete':{}}"),
        state(1, 1, "end", "{'by':'SERVER','code':1011,'reason':'Internal error.','why':''}"),
        state(1, 2, "dial", "{}"),
        state(1.5, 2, "refused", "{'status':429,'retryAfter':1.5}"),
        up(2, 3, "{'setup':{'sessionResumption':{'handle':'handle-1'}}}"),
        down(2, 3, "{'setupComplete':{}}"),
        state(3, 3, "end", "{'by':'NETWORK','code':1006}"),
        down(3.5, 3, "{'serverContent':{}}"),
        up(4, 3, "{'setup':{}}"),
        down(4, 3, "{'setupComplete':{}}"),
        state(5, 3, "end", "{'by':'SERVER','code':1005}"),
        up(6, 4, "{'setup':{}}"),
        down(6, 4, "{'setupComplete':{}}"),
        state(7, 4, "end", "{'by':'SERVER','code':1006}"))));

    try (WsClient first = WsClient.open(server)) {
      time.advanceUntil(first.closed::isDone, LIMIT);
      assertThat(first.awaitClosed())
          .isEqualTo(new Closure(Closure.By.SERVER, 1011, "Internal error."));
    }
    assertThatThrownBy(this::open)
        .isInstanceOf(CompletionException.class)
        .hasMessageContaining("WebSocketHandshakeException");
    for (int code : new int[] {1006, 1005, 1006}) {
      try (WsClient client = WsClient.open(server)) {
        time.advanceUntil(client.closed::isDone, LIMIT);
        assertThat(client.awaitClosed().code()).isIn(code, -1);
        assertThat(client.messages).isEmpty();
      }
    }
    assertThat(server.connections()).hasSize(4);
  }

  @Test
  void aConnectionThatFellSilentDoesSoAgain() {
    server.script(Scenario.replay(
        recording(
            up(0, 1, "{'setup':{}}"),
            down(0, 1, "{'setupComplete':{}}"),
            up(1, 1, "{'clientContent':{}}"),
            state(46, 1, "end", "{'by':'LIBRARY','code':1006,'why':'keepalive'}")),
        1));
    WsClient client = WsClient.open(server);
    try {
      Connection connection = server.nextConnection();
      client.ping();
      connection.heardNothingFor(Duration.ofMillis(100));

      assertThat(connection.pings()).isZero();
      assertThat(connection.isOpen()).isTrue();
    } finally {
      client.abort();
    }
  }

  @Test
  void whereTheBeginningIsForgottenTheSetupIsAnswered() throws IOException {
    server.replay(file(recording(
        down(100, 7, "{'serverContent':{'generationComplete':true}}"),
        down(101, 7, "{'serverContent':{'turnComplete':true}}"))));
    try (WsClient client = WsClient.open(server)) {
      client.await("serverContent");
      JsonNode second = nextAfter(1_000, client, server.nextConnection());
      assertThat(second.findValue("turnComplete").asBoolean()).isTrue();
    }
  }

  @Test
  void whatWasNoJsonIsNoneAgain() {
    server.script(Scenario.replay(
        recording(
            up(0, 1, "{'setup':{}}"),
            "'t':0,'c':1,'dir':'down','unreadable':17",
            "'t':0,'c':1,'dir':'down','tooLarge':90000",
            "'t':0,'c':0,'dir':'state','what':'trouble','facts':{}"),
        1));
    try (WsClient client = open()) {
      client.send(WsClient.SETUP);
      assertThat(client.next().bytes()).hasSize(17);
    }
  }

  @Test
  void callsOfARecordingAreAnsweredWithoutAComplaint() {
    server.script(Scenario.replay(
        recording(
            up(0, 1, "{'setup':{}}"),
            down(0, 1, "{'setupComplete':{}}"),
            down(0, 1, "{'toolCall':{'functionCalls':[{'id':'f','name':'n','args':{}}]}}"),
            up(1, 1, "{'toolResponse':{'functionResponses':[{'id':'f','name':'n'}]}}"),
            down(1, 1, "{'serverContent':{}}")),
        1));
    try (WsClient client = WsClient.open(server)) {
      client.await("toolCall");
      client.send("{\"toolResponse\":{\"functionResponses\":[{\"id\":\"f\",\"name\":\"n\","
          + "\"response\":{}}]}}");
      client.await("serverContent");
      assertThat(server.violations()).isEmpty();
    }
  }

  @Test
  void anythingElseThanARecordingIsRefused() throws IOException {
    Path other = Files.writeString(directory.resolve("other"), "{\"hello\":1}\n");

    assertThatThrownBy(() -> server.replay(other)).hasMessageContaining("no flightRecording");
    assertThatThrownBy(() -> server.replay(directory.resolve("none")))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("none");
    assertThatThrownBy(() -> Scenario.replay(List.of(), 1)).hasMessageContaining("recorder off");
    assertThatThrownBy(() -> Scenario.replay(List.of("{\"flightRecording\":2}"), 1))
        .hasMessageContaining("format 2");
    assertThatThrownBy(() -> Scenario.replay(recording(up(0, 3, "{'setup':{}}")), 1))
        .hasMessageContaining("no connection 1")
        .hasMessageContaining("[3]");
    assertThatThrownBy(() -> Scenario.replay(file(recording())))
        .hasMessageContaining("has no connection");
  }
}
